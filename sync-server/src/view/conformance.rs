//! What every implementation of [`View`](super::View) has to pass, with the feature `conformance` (or in this crate's own tests).

use anyhow::{Context, Result, ensure};
use sumu_core::clock::{Entropy, SeededEntropy};
use sumu_core::gate::Known;
use sumu_core::ids::{DocParts, ProgrammeId};
use sumu_core::record::{Parts, Settlement, Value};

use super::{AreaPage, AreaQuery, Judged, RecordPage, View};
use crate::log::Log;
use crate::log::conformance::{Backend, Pen, append};

/// How many changes a random day of work has.
const CHANGES: usize = 120;

/// After any work the view is that of a rebuild from the log, and a page counts what its records say.
pub fn the_view_is_what_a_rebuild_gives<B: Backend>(backend: &B, seed: u64) -> Result<()> {
    let pens: Vec<Pen> = (1..=3).map(|number| Pen::new(backend.programme(), seed * 10 + number)).collect();
    pens.iter().try_for_each(|pen| pen.register(backend))?;
    let dice = Dice(SeededEntropy::new(seed));
    let (places, programme) = (backend.places(), backend.programme());
    let mut left = CHANGES;
    while left > 0 {
        let now = dice.below(8) + 1;
        left = left.saturating_sub(now);
        backend.write(|tx| (0..now).try_for_each(|_| work(tx, &dice, &pens, &places, &programme)))?;
    }
    let before = backend.read(|tx| pages(tx, &places))?;
    backend.write(|tx| Ok(tx.rebuild()?))?;
    let after = backend.read(|tx| pages(tx, &places))?;
    ensure!(before == after, "seed {seed}: a rebuild gives another view");
    Ok(())
}

/// A reader sees a change and what follows from it together, or neither.
pub fn a_change_and_its_summary_come_together<B: Backend>(backend: &B) -> Result<()> {
    let pen = Pen::new(backend.programme(), 1);
    pen.register(backend)?;
    let (places, programme) = (backend.places(), backend.programme());
    std::thread::scope(|scope| -> Result<()> {
        let writer = scope.spawn(|| -> Result<()> {
            for turn in 0..40 {
                let place = places.get(turn % places.len()).context("no place")?;
                let value = if turn % 3 == 0 { Value::Null } else { Value::Bool(true) };
                backend.write(|tx| append(tx, &pen.write(tx, &programme, place, &[("a/Q1", value)])?))?;
            }
            Ok(())
        });
        while !writer.is_finished() {
            backend.read(|tx| pages(tx, &places))?;
        }
        writer.join().map_err(|_| anyhow::anyhow!("the writer panicked"))?
    })
}

/// A record is due until a score of its own position is written, and again after a change and after a rebuild.
pub fn a_record_is_due_until_it_is_scored_as_it_stands<B: Backend>(backend: &B) -> Result<()> {
    let pen = Pen::new(backend.programme(), 1);
    pen.register(backend)?;
    let (places, programme) = (backend.places(), backend.programme());
    let place = places.first().context("no place")?;
    let answer = |number: i64| {
        let value = [("a/Q1", Value::Int(number))];
        backend.write(|tx| append(tx, &pen.write(tx, &programme, place, &value)?))
    };
    let due = || backend.read(|tx| Ok(tx.due(10)?));
    answer(1)?;
    let first = due()?;
    ensure!(first.len() == 1 && first == due()?, "reading what is due scores nothing: {first:?}");
    let before = first.first().context("nothing is due")?;
    answer(2)?;
    let written = backend.write(|tx| Ok(tx.scored(before, &Judged::Unscored)?))?;
    ensure!(!written, "a score of an older position is not written");
    let second = due()?;
    let now = second.first().context("a record that changed is due")?;
    ensure!(now.lsn > before.lsn, "what is due is read as it stands");
    ensure!(backend.write(|tx| Ok(tx.scored(now, &Judged::Unscored)?))?, "the score of its position is written");
    ensure!(due()?.is_empty(), "what is scored is not due");
    backend.write(|tx| Ok(tx.rebuild()?))?;
    ensure!(due()?.len() == 1, "a rebuild makes all due");
    Ok(())
}

/// One change of somebody: an answer, sometimes with a dispute to settle, a sign-off, a review or a void.
fn work<T>(tx: &T, dice: &Dice, pens: &[Pen], places: &[DocParts], programme: &ProgrammeId) -> Result<()>
where
    T: Log + View<Error = <T as Known>::Error>,
    <T as Known>::Error: std::error::Error + Send + Sync + 'static,
{
    let pen = pens.get(dice.below(pens.len())).context("no pen")?;
    let place = places.get(dice.below(places.len())).context("no place")?;
    let key = ["a/Q1", "a/Q2", "a/Q3"].get(dice.below(3)).copied().unwrap_or("a/Q1");
    let value = match dice.below(4) {
        0 => Value::Null,
        1 => Value::Int(i64::try_from(dice.below(3))?),
        2 => Value::Text("完好".to_owned()),
        _ => Value::Bool(dice.below(2) == 0),
    };
    let reason = Settlement { value: "x".to_owned(), reason: "y".to_owned() }.encode()?;
    let sign_off = format!("s/inspector/{}", pen.person);
    let review = Parts::new([b"approved".to_vec(), b"seen".to_vec()]).encode()?;
    let settles = format!("d/{key}");
    let puts: Vec<(&str, Value)> = match dice.below(10) {
        0 => vec![(&sign_off, Value::Bool(dice.below(4) > 0))],
        1 => vec![("w", review)],
        2 => vec![("v", if dice.below(2) == 0 { Value::Null } else { Parts::new([b"by mistake".to_vec()]).encode()? })],
        _ => vec![(key, value), (&settles, reason)],
    };
    // Concurrent work arises where somebody writes over less than everything: over nothing, as the first change of an actor.
    let first = tx.at_seq(&place.doc_id(programme), &pen.actor, 1)?.is_none();
    let written = if first && dice.below(2) == 0 {
        pen.write_over(tx, programme, place, Vec::new(), &puts)?
    } else {
        pen.write(tx, programme, place, &puts)?
    };
    append(tx, &written)?;
    Ok(())
}

/// Reads every place and the area around it, and checks that they agree.
fn pages<T>(tx: &T, places: &[DocParts]) -> Result<(Vec<RecordPage>, Vec<AreaPage>)>
where
    T: View,
    T::Error: std::error::Error + Send + Sync + 'static,
{
    let (mut records, mut areas) = (Vec::new(), Vec::new());
    for place in places {
        let DocParts::Record { site, item, round } = place else { continue };
        let page = tx.record(site, item, round)?.context("a place that the office knows has no page")?;
        let area = page.region.code.clone().into();
        let query = AreaQuery { area: &area, round: Some(round), after: None, limit: 50 };
        let around = tx.area(&query)?.context("the site's region has no page")?;
        let row = around.records.iter().find(|row| row.item.id == *item).context("the site's page lacks the item")?;
        let (done, disputed) = (page.record.is_done(), page.record.is_disputed());
        let current = page.record.sign_offs.iter().filter(|sign_off| sign_off.current).count() as u64;
        let counted = row.summary.as_ref().map_or((0, 0, false), |summary| {
            (summary.signed, summary.disputed.min(1), summary.answers > 0 && !summary.voided)
        });
        ensure!(
            counted == (current, u64::from(disputed), done),
            "the list says {counted:?} of a record that says otherwise"
        );
        let tally = around.items.iter().find(|tally| tally.item.id == *item).context("the item has no tally")?.tally;
        ensure!(tally.done == u64::from(done) && tally.disputed == u64::from(disputed), "the tally counts {tally:?}");
        records.push(page);
        areas.push(around);
    }
    Ok((records, areas))
}

/// Random numbers from a seed.
struct Dice(SeededEntropy);

impl Dice {
    fn below(&self, limit: usize) -> usize {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        usize::try_from(u64::from_be_bytes(bytes) % limit.max(1) as u64).unwrap_or(0)
    }
}
