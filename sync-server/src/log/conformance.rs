//! What every implementation of [`Log`] has to pass, with the feature `conformance` (or in this crate's own tests).
//!
//! To run it on another backend:
//!
//! 1. Implement [`Backend`]: a fresh, empty store each time, with [`Backend::places`] known to its office.
//! 2. Call each function of this module, and of [`view::conformance`](crate::view::conformance), with one.
//! 3. Prove with the means of the backend's own driver that a request that is cancelled in the middle of a transaction neither
//!    leaves half of it nor keeps the next writer out; that is about futures, of which this suite knows nothing.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, anyhow, ensure};
use sumu_core::clock::SeededEntropy;
use sumu_core::gate::{Accepted, Fate, Known, Outcome, Reason, Verdict, Writer, draft, judge_again, parse};
use sumu_core::ids::{ActorId, ChangeHash, DeviceId, DocId, DocParts, PersonId, ProgrammeId};
use sumu_core::record::{Key, Value, write_change};
use sumu_core::sign::{PrivateKey, Registration};

use super::{Appended, Entry, Log, Waiting};
use crate::view::View;

/// A store of logs and views that is to be proved.
pub trait Backend: Send + Sync {
    /// What goes wrong when the store cannot be read or written.
    type Error: std::error::Error + Send + Sync + 'static;
    /// Log and view as one transaction sees them.
    type Tx<'a>: Log + Known<Error = Self::Error> + View<Error = Self::Error>;

    /// Runs work in a writing transaction, then settles the view, seals the log and commits; an error or a panic of the work
    /// drops the transaction.
    fn write<T>(&self, work: impl FnOnce(&Self::Tx<'_>) -> Result<T>) -> Result<T>;

    /// Runs work on one unchanging state.
    fn read<T>(&self, work: impl FnOnce(&Self::Tx<'_>) -> Result<T>) -> Result<T>;

    /// Returns the programme.
    fn programme(&self) -> ProgrammeId;

    /// Returns records whose sites, items and rounds the office knows, at least two of one site.
    fn places(&self) -> Vec<DocParts>;
}

/// Somebody who writes: a key and an actor that the store knows.
#[derive(Debug)]
pub struct Pen {
    key: PrivateKey,
    /// Who writes.
    pub actor: ActorId,
    /// The person.
    pub person: PersonId,
    registration: (Registration, Vec<u8>),
}

/// A change that was written and judged against a transaction.
#[derive(Debug, Clone)]
pub struct Written {
    doc: DocId,
    parts: DocParts,
    accepted: Accepted,
    signature: [u8; 64],
    bytes: Vec<u8>,
}

impl Pen {
    /// Makes a key and an actor.
    pub fn new(programme: ProgrammeId, seed: u64) -> Self {
        let entropy = SeededEntropy::new(seed);
        let key = PrivateKey::generate(&entropy);
        let (actor, person) = (ActorId::random(&entropy), PersonId::random(&entropy));
        let registration = Registration { programme, actor, person, device_key: key.public(), serial: 1 };
        let bytes = registration.sign(&key);
        Self { key, actor, person, registration: (registration, bytes) }
    }

    /// Makes the actor known to the store.
    pub fn register<B: Backend>(&self, backend: &B) -> Result<()> {
        backend.write(|tx| Ok(tx.register(&self.registration.0, &self.registration.1)?))
    }

    /// Writes a change over the document's heads as the transaction sees them, and lets the gate judge it.
    pub fn write<L>(&self, tx: &L, programme: &ProgrammeId, parts: &DocParts, puts: &[(&str, Value)]) -> Result<Written>
    where
        L: Log,
        <L as Known>::Error: std::error::Error + Send + Sync + 'static,
    {
        self.write_over(tx, programme, parts, tx.heads(&parts.doc_id(programme))?, puts)
    }

    /// Writes a change over some changes of the document, and lets the gate judge it.
    pub fn write_over<L>(
        &self,
        tx: &L,
        programme: &ProgrammeId,
        parts: &DocParts,
        deps: Vec<ChangeHash>,
        puts: &[(&str, Value)],
    ) -> Result<Written>
    where
        L: Log,
        <L as Known>::Error: std::error::Error + Send + Sync + 'static,
    {
        let doc = parts.doc_id(programme);
        let mut seq = 1;
        while tx.at_seq(&doc, &self.actor, seq)?.is_some() {
            seq += 1;
        }
        let keyed = |(key, value): &(&str, Value)| Ok((key.parse::<Key>()?, value.clone()));
        let puts = puts.iter().map(keyed).collect::<Result<Vec<_>>>()?;
        let writer = Writer { actor: self.actor, seq };
        let draft = draft(tx, &doc, writer, deps, 1_790_000_000, puts)?;
        let bytes = write_change(&draft.map_err(|outcome| anyhow!("no draft: {outcome:?}"))?);
        let change = parse(&bytes).map_err(|reason| anyhow!("the pen's change is refused: {reason}"))?;
        let signature = self.key.sign_change(&doc, &change.hash);
        match judge_again(&change, &doc, Some(&signature), tx)? {
            Outcome::Accepted(accepted) => {
                Ok(Written { doc, parts: parts.clone(), accepted: *accepted, signature, bytes })
            }
            other => Err(anyhow!("the gate does not accept the pen's change: {other:?}")),
        }
    }
}

/// Appends and folds a change.
pub fn append<L>(tx: &L, written: &Written) -> Result<Appended>
where
    L: Log + View<Error = <L as Known>::Error>,
    <L as Known>::Error: std::error::Error + Send + Sync + 'static,
{
    let Written { doc, parts, accepted, signature, bytes } = written;
    let appended = tx.append(&Entry { doc, parts, accepted, signature, bytes, late: false })?;
    if let Appended::New(lsn) = appended {
        tx.fold(doc, accepted, lsn)?;
    }
    Ok(appended)
}

fn pens<B: Backend>(backend: &B, count: u64) -> Result<Vec<Pen>> {
    let pens: Vec<Pen> = (1..=count).map(|seed| Pen::new(backend.programme(), seed)).collect();
    pens.iter().try_for_each(|pen| pen.register(backend))?;
    Ok(pens)
}

fn first_place<B: Backend>(backend: &B) -> Result<DocParts> {
    backend.places().into_iter().next().context("the backend knows no place")
}

/// Many writers at once, readers between them: positions have no holes, each is given out once, and whoever reads sees a prefix
/// of the log with everything that follows from it.
pub fn writers_at_once_leave_no_holes<B: Backend>(backend: &B) -> Result<()> {
    const WRITERS: u64 = 4;
    const EACH: usize = 25;
    let pens = pens(backend, WRITERS)?;
    let places = backend.places();
    let programme = backend.programme();
    let done = AtomicBool::new(false);
    let mut given: Vec<u64> = std::thread::scope(|scope| -> Result<Vec<u64>> {
        let writers: Vec<_> = pens
            .iter()
            .map(|pen| {
                let places = &places;
                scope.spawn(move || -> Result<Vec<u64>> {
                    let mut given = Vec::new();
                    for turn in 0..EACH {
                        let place = places.get(turn % places.len()).context("no place")?;
                        let value = Value::Int(i64::try_from(turn)?);
                        given.push(backend.write(|tx| {
                            match append(tx, &pen.write(tx, &programme, place, &[("a/Q1", value)])?)? {
                                Appended::New(lsn) => Ok(lsn),
                                Appended::Known(lsn) => Err(anyhow!("a new change stands at {lsn} already")),
                            }
                        })?);
                    }
                    Ok(given)
                })
            })
            .collect();
        let reader = scope.spawn(|| -> Result<()> {
            while !done.load(Ordering::Acquire) {
                backend.read(|tx| is_a_prefix(tx, &programme, &places))?;
            }
            Ok(())
        });
        let given: Vec<Result<Vec<u64>>> =
            writers.into_iter().map(|writer| writer.join().map_err(|_| anyhow!("a writer panicked"))?).collect();
        done.store(true, Ordering::Release);
        reader.join().map_err(|_| anyhow!("the reader panicked"))??;
        Ok(given.into_iter().collect::<Result<Vec<_>>>()?.concat())
    })?;
    given.sort_unstable();
    let expected: Vec<u64> = (1..=WRITERS * EACH as u64).collect();
    ensure!(given == expected, "positions are not 1, 2, 3…: {given:?}");
    backend.read(|tx| is_a_prefix(tx, &programme, &places))
}

/// Checks that what a reader sees belongs together: every row up to the head and none above it, and documents that end there.
fn is_a_prefix<L>(tx: &L, programme: &ProgrammeId, places: &[DocParts]) -> Result<()>
where
    L: Log,
    <L as Known>::Error: std::error::Error + Send + Sync + 'static,
{
    let head = tx.head()?;
    let rows = tx.rows(0, usize::try_from(head.lsn)? + 10)?;
    ensure!(rows.len() as u64 == head.lsn, "{} rows below a head at {}", rows.len(), head.lsn);
    ensure!((1..).zip(&rows).all(|(lsn, row)| row.lsn == lsn), "the rows are not in order");
    ensure!(tx.cursor(head.lsn)? == Some(head.cursor()), "the head's cursor is not that of its row");
    ensure!(tx.cursor(head.lsn + 1)?.is_none(), "there is a row above the head");
    for place in places {
        let doc = place.doc_id(programme);
        let Some(document) = tx.document(&doc)? else { continue };
        ensure!(document.last_lsn <= head.lsn, "a document goes beyond the head");
        for hash in &document.heads {
            let lsn = tx.position(&doc, hash)?.context("a head that is not in the log")?;
            ensure!(tx.change(lsn)?.is_some_and(|change| change.hash == *hash), "another change stands at {lsn}");
        }
    }
    Ok(())
}

/// A transaction that fails or panics leaves nothing, and its position is given to the next one.
pub fn dropped_transactions_leave_nothing<B: Backend>(backend: &B) -> Result<()> {
    let pens = pens(backend, 1)?;
    let pen = pens.first().context("no pen")?;
    let (place, programme) = (first_place(backend)?, backend.programme());
    let doc = place.doc_id(&programme);
    let write = |tx: &B::Tx<'_>, value: i64| -> Result<Appended> {
        append(tx, &pen.write(tx, &programme, &place, &[("a/Q1", Value::Int(value))])?)
    };
    for turn in 0..3 {
        let failed = backend.write(|tx| -> Result<()> {
            write(tx, turn)?;
            Err(anyhow!("the request ends here"))
        });
        ensure!(failed.is_err(), "an error of the work was swallowed");
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            backend.write(|tx| -> Result<()> {
                write(tx, turn)?;
                std::panic::resume_unwind(Box::new("in the middle of a request"))
            })
        }));
        ensure!(panicked.is_err(), "a panic of the work was swallowed");
        let before = u64::try_from(turn)?;
        backend.read(|tx| {
            ensure!(tx.head()?.lsn == before, "a dropped transaction moved the head");
            ensure!(tx.document(&doc)?.map_or(0, |document| document.size.changes) as u64 == before, "a change stayed");
            Ok(())
        })?;
        let kept = backend.write(|tx| write(tx, turn))?;
        ensure!(kept == Appended::New(before + 1), "the next position is {kept:?}");
    }
    Ok(())
}

/// A change stands in the log once, however often and in whichever transaction it comes again.
pub fn a_repeated_change_stands_once<B: Backend>(backend: &B) -> Result<()> {
    let pens = pens(backend, 1)?;
    let pen = pens.first().context("no pen")?;
    let (place, programme) = (first_place(backend)?, backend.programme());
    let written = backend.write(|tx| {
        let written = pen.write(tx, &programme, &place, &[("a/Q1", Value::Bool(true))])?;
        ensure!(append(tx, &written)? == Appended::New(1), "the first change does not stand at 1");
        ensure!(append(tx, &written)? == Appended::Known(1), "a repeat in the same transaction was appended");
        Ok(written)
    })?;
    let again = backend.write(|tx| append(tx, &written))?;
    ensure!(again == Appended::Known(1), "a repeat in a later transaction was appended");
    backend.read(|tx| {
        ensure!(tx.head()?.lsn == 1, "a repeat moved the head");
        ensure!(
            matches!(tx.fate(&written.doc, &written.accepted.change.hash)?, Some(Fate::Accepted(_))),
            "it is not accepted"
        );
        Ok(())
    })
}

/// What is kept aside or refused is known by its fate, comes in causal order, and leaves when it is released.
pub fn what_waits_is_known_until_it_is_released<B: Backend>(backend: &B) -> Result<()> {
    let (place, programme) = (first_place(backend)?, backend.programme());
    let doc = place.doc_id(&programme);
    let waiting = |number: u8, verdict: Verdict, start_op: u64| Waiting {
        doc,
        parts: place.clone(),
        hash: ChangeHash::new([number; 32]),
        actor: ActorId::new([7; 16]),
        author: None,
        carrier: DeviceId::new([8; 16]),
        verdict,
        missing: vec![ChangeHash::new([9; 32])],
        start_op,
        bytes: vec![number],
        signature: [number; 64],
        received_at: 1,
    };
    let later = waiting(1, Verdict::Pending(Reason::MissingDependency), 5);
    let earlier = waiting(2, Verdict::Parked(Reason::NoRight), 1);
    backend.write(|tx| Ok([&later, &earlier].into_iter().try_for_each(|waiting| tx.keep(waiting))?))?;
    backend.write(|tx| {
        ensure!(tx.waiting(&doc)? == [earlier.clone(), later.clone()], "not in the order of counters");
        ensure!(tx.kept(&doc, &later.hash)? == Some(later.clone()), "it came back changed");
        ensure!(tx.fate(&doc, &later.hash)? == Some(Fate::Pending), "a pending change is not pending");
        ensure!(tx.fate(&doc, &earlier.hash)? == Some(Fate::Parked), "a parked change is not parked");
        let moved = Waiting { verdict: Verdict::Parked(Reason::RoundClosed), missing: Vec::new(), ..later.clone() };
        tx.keep(&moved)?;
        ensure!(tx.waiting(&doc)? == [earlier.clone(), moved], "it is kept twice, or as before");
        tx.release(&doc, &earlier.hash)?;
        tx.refuse(&doc, &earlier.hash, Some(&earlier.actor), Reason::RefusedByPerson, 2)?;
        ensure!(tx.fate(&doc, &earlier.hash)? == Some(Fate::Refused(Reason::RefusedByPerson)), "it is not refused");
        ensure!(tx.waiting(&doc)?.len() == 1, "what was released still waits");
        Ok(())
    })
}
