//! Carrying out what was judged: into the log, aside, or out for good, with a later verdict for the author's device.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use sumu_core::gate::{Change, Known, Reason, Verdict, parse};
use sumu_core::ids::{ActorId, ChangeHash, DeviceId, DocId, PersonId};

use super::Judged;
use super::judge::{Case, Judgement, judge};
use super::office::Office;
use crate::Sqlite;
use crate::log::{Appended, Entry, LaterVerdict, Log, Waiting};
use crate::state::Limits;
use crate::view::View;

/// One transaction's work on changes: all that is judged in it goes through one bench.
pub(super) struct Bench<'a> {
    pub(super) store: &'a Sqlite<'a>,
    pub(super) office: Office<'a>,
    pub(super) limits: Limits,
    pub(super) now: i64,
    /// Actors that the server needs the registrations of.
    pub(super) need_registrations: RefCell<BTreeSet<ActorId>>,
    /// Changes that others depend on and nobody has brought.
    pub(super) need_changes: RefCell<BTreeMap<DocId, BTreeSet<ChangeHash>>>,
    pub(super) judged: Cell<Judged>,
    waiting_of: RefCell<HashMap<PersonId, usize>>,
    unregistered: Cell<Option<usize>>,
    /// Documents in which something that was kept is kept no longer.
    freed: RefCell<BTreeSet<DocId>>,
}

/// What is said of a change, with its position if the log holds it.
pub(super) type Said = (Verdict, u64);

impl<'a> Bench<'a> {
    pub(super) fn new(store: &'a Sqlite<'a>, limits: Limits, now: i64) -> Self {
        Self {
            store,
            office: Office::new(store.connection),
            limits,
            now,
            need_registrations: RefCell::default(),
            need_changes: RefCell::default(),
            judged: Cell::default(),
            waiting_of: RefCell::default(),
            unregistered: Cell::new(None),
            freed: RefCell::default(),
        }
    }

    /// Judges a change that a device brought, and carries the judgement out.
    pub(super) fn take(&self, case: &Case<'_>, carrier: &DeviceId) -> rusqlite::Result<Said> {
        let (doc, hash) = (case.doc, &case.change.hash);
        let before = self.kept(doc, hash)?;
        let said = match judge(self.store, &self.office, case)? {
            Judgement::Held(lsn) => return Ok((Verdict::Duplicate, lsn)),
            Judgement::Known(reason) => return Ok((Verdict::Refused(reason), 0)),
            Judgement::Forged => return Ok((Verdict::Refused(Reason::Signature), 0)),
            Judgement::Accept(accepted, late) => self.accept(case, &accepted, late)?,
            Judgement::Refuse(reason) => {
                self.store.refuse(doc, hash, Some(&case.change.actor), reason, self.now)?;
                (Verdict::Refused(reason), 0)
            }
            Judgement::Wait(missing) => {
                let verdict = Verdict::Pending(self.ask_for(case.change, doc, &missing)?);
                self.keep(case, carrier, verdict, missing, before.is_some())?
            }
            Judgement::Park(reason) => {
                self.keep(case, carrier, Verdict::Parked(reason), Vec::new(), before.is_some())?
            }
        };
        if let Some(before) = before {
            self.moved(doc, hash, &before, said.0, Some(carrier))?;
        }
        Ok(said)
    }

    /// Judges what waits in a document again: what is pending on something that has come, and what is kept aside because of
    /// something that has moved; with `parked` everything that is kept aside. Returns what is said of each that moved.
    pub(super) fn wake(&self, doc: &DocId, parked: bool) -> rusqlite::Result<Vec<(ChangeHash, Said)>> {
        if !self.store.anything_waits()? {
            return Ok(Vec::new());
        }
        let mut said = Vec::new();
        // Nothing stands before what it depends on, so one pass is enough.
        for row in self.store.waiting(doc)? {
            let again = match row.verdict {
                Verdict::Pending(Reason::NoRegistration) => self.store.author(&row.actor)?.is_some(),
                Verdict::Pending(_) => self.has_come(doc, &row.missing)?,
                Verdict::Parked(Reason::DependsOnParked) => parked || self.freed.borrow().contains(doc),
                _ => parked,
            };
            if again && let Some(verdict) = self.again(&row)? {
                said.push((row.hash, verdict));
            }
        }
        Ok(said)
    }

    /// Judges one change again, and returns what is said of it if that differs from before.
    fn again(&self, row: &Waiting) -> rusqlite::Result<Option<Said>> {
        let Ok(change) = parse(&row.bytes) else { return Ok(None) };
        let case =
            Case { doc: &row.doc, parts: &row.parts, change: &change, bytes: &row.bytes, signature: &row.signature };
        let said = match judge(self.store, &self.office, &case)? {
            Judgement::Accept(accepted, late) => self.accept(&case, &accepted, late)?,
            Judgement::Refuse(reason) => {
                self.store.refuse(&row.doc, &row.hash, Some(&row.actor), reason, self.now)?;
                (Verdict::Refused(reason), 0)
            }
            Judgement::Wait(missing) => {
                let verdict = Verdict::Pending(self.ask_for(&change, &row.doc, &missing)?);
                self.keep_again(row, verdict, missing)?;
                (verdict, 0)
            }
            Judgement::Park(reason) => {
                self.keep_again(row, Verdict::Parked(reason), Vec::new())?;
                (Verdict::Parked(reason), 0)
            }
            // Somebody brought the change with a signature of their own while its author was not known; the author's device
            // may have been told that it is held, and must send it again.
            Judgement::Forged => (Verdict::Later(Reason::Signature), 0),
            Judgement::Held(_) | Judgement::Known(_) => return Ok(None),
        };
        if said.0 == row.verdict {
            return Ok(None);
        }
        self.moved(&row.doc, &row.hash, row, said.0, None)?;
        Ok(Some(said))
    }

    fn accept(&self, case: &Case<'_>, accepted: &sumu_core::gate::Accepted, late: bool) -> rusqlite::Result<Said> {
        let Case { doc, parts, signature, bytes, .. } = *case;
        let lsn = match self.store.append(&Entry { doc, parts, accepted, signature, bytes, late })? {
            Appended::New(lsn) => lsn,
            Appended::Known(lsn) => return Ok((Verdict::Duplicate, lsn)),
        };
        self.store.fold(doc, accepted, lsn)?;
        Ok((Verdict::Accepted, lsn))
    }

    /// Keeps a change that was brought, unless its author has too many already: then it must be sent again.
    fn keep(
        &self,
        case: &Case<'_>,
        carrier: &DeviceId,
        verdict: Verdict,
        missing: Vec<ChangeHash>,
        was_kept: bool,
    ) -> rusqlite::Result<Said> {
        let author = self.store.author(&case.change.actor)?;
        let author = author.map(|author| (author.person, author.device_key.device()));
        if !was_kept && !self.has_room(author.map(|(person, _)| person), carrier)? {
            return Ok((Verdict::Later(Reason::TooManyWaiting), 0));
        }
        self.store.keep(&Waiting {
            doc: *case.doc,
            parts: case.parts.clone(),
            hash: case.change.hash,
            actor: case.change.actor,
            author,
            carrier: *carrier,
            verdict,
            missing,
            start_op: case.change.start_op,
            bytes: case.bytes.to_vec(),
            signature: *case.signature,
            received_at: self.now,
        })?;
        Ok((verdict, 0))
    }

    fn keep_again(&self, row: &Waiting, verdict: Verdict, missing: Vec<ChangeHash>) -> rusqlite::Result<()> {
        let author = self.store.author(&row.actor)?;
        let author = author.map(|author| (author.person, author.device_key.device()));
        self.store.keep(&Waiting { author, verdict, missing, ..row.clone() })
    }

    /// Takes note that something else is said of a change than before; its author's device will read it in the log, unless it
    /// is the one that brought the change and is told in the reply.
    fn moved(
        &self,
        doc: &DocId,
        hash: &ChangeHash,
        before: &Waiting,
        now: Verdict,
        told: Option<&DeviceId>,
    ) -> rusqlite::Result<()> {
        let mut judged = self.judged.get();
        match now {
            Verdict::Accepted => judged.accepted += 1,
            Verdict::Refused(_) => judged.refused += 1,
            _ => {}
        }
        self.judged.set(judged);
        if !matches!(now, Verdict::Pending(_) | Verdict::Parked(_)) {
            self.store.release(doc, hash)?;
            self.freed.borrow_mut().insert(*doc);
        }
        if now == before.verdict {
            return Ok(());
        }
        let author = self.store.author(&before.actor)?;
        if let Some(device) = author.map(|author| author.device_key.device())
            && told != Some(&device)
        {
            self.store.append_verdict(&LaterVerdict { doc: *doc, hash: *hash, device, verdict: now })?;
        }
        Ok(())
    }

    /// Notes what a pending change waits for and nobody has brought, to be asked for.
    fn ask_for(&self, change: &Change, doc: &DocId, missing: &[ChangeHash]) -> rusqlite::Result<Reason> {
        if missing.is_empty() {
            self.need_registrations.borrow_mut().insert(change.actor);
            return Ok(Reason::NoRegistration);
        }
        for hash in missing {
            if self.store.fate(doc, hash)?.is_none() {
                self.need_changes.borrow_mut().entry(*doc).or_default().insert(*hash);
            }
        }
        Ok(Reason::MissingDependency)
    }

    /// Tells whether anything is known by now of what a change waits for.
    fn has_come(&self, doc: &DocId, missing: &[ChangeHash]) -> rusqlite::Result<bool> {
        use sumu_core::gate::Fate::{Accepted, Parked, Refused};
        for hash in missing {
            if matches!(self.store.fate(doc, hash)?, Some(Accepted(_) | Parked | Refused(_))) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn kept(&self, doc: &DocId, hash: &ChangeHash) -> rusqlite::Result<Option<Waiting>> {
        if !self.store.anything_waits()? {
            return Ok(None);
        }
        self.store.kept(doc, hash)
    }

    /// Takes a place among what an author, or nobody who is known, may have waiting; tells whether there was one.
    fn has_room(&self, author: Option<PersonId>, carrier: &DeviceId) -> rusqlite::Result<bool> {
        let count = |column: &str, id: &[u8; 16]| {
            self.store
                .connection
                .prepare_cached(&format!("SELECT count(*) FROM waiting WHERE {column} = ?1"))?
                .query_row([id], |row| row.get::<_, usize>(0))
        };
        let Some(author) = author else {
            let taken = match self.unregistered.get() {
                Some(taken) => taken,
                None => count("person IS NULL AND carrier", carrier.as_bytes())?,
            };
            self.unregistered.set(Some(taken + 1));
            return Ok(taken < self.limits.unregistered_of_a_device);
        };
        let known = self.waiting_of.borrow().get(&author).copied();
        let taken = match known {
            Some(taken) => taken,
            None => count("person", author.as_bytes())?,
        };
        self.waiting_of.borrow_mut().insert(author, taken + 1);
        Ok(taken < self.limits.waiting_of_an_author)
    }
}
