//! Folding: each document's summary follows once, before the commit.
//!
//! A plain document (no sign-off, review, void or instance) is counted from the change alone while its changes follow one
//! after the other; that is nearly every record on its first days. Any other is read whole, once a transaction.

use rusqlite::{OptionalExtension, params};
use sumu_core::gate::{Accepted, StoredPut};
use sumu_core::ids::DocId;
use sumu_core::record::{Class, Record, Value};

use crate::Sqlite;
use crate::database::damaged;
use crate::sqlite::{Document, columns};

/// What the changes of a document that were folded in this transaction add to its summary.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    lsn: u64,
    at: i64,
    /// The document must be read whole.
    whole: bool,
    answers: i64,
    disputed: i64,
}

impl Sqlite<'_> {
    pub(super) fn fold_change(&self, doc: &DocId, accepted: &Accepted, lsn: u64) -> rusqlite::Result<()> {
        let document = self.find(doc)?.ok_or_else(|| damaged("document"))?;
        let mut folded = self.folded.borrow_mut();
        let pending = folded.entry(*doc).or_default();
        pending.lsn = lsn;
        pending.at = accepted.change.time;
        // Only a change that follows everything knows all visible values of the keys that it puts.
        pending.whole |= document.heads != [accepted.change.hash] || !is_plain(accepted);
        if !pending.whole {
            for (put, replaced) in accepted.change.puts.iter().zip(&accepted.replaced) {
                if put.key.class() == Class::Answer {
                    let shown = replaced.iter().max_by_key(|old| old.op).is_some_and(|old| old.value != Value::Null);
                    pending.answers += i64::from(put.value != Value::Null) - i64::from(shown);
                }
                pending.disputed -= i64::from(differ(replaced) && put.key.disputable());
            }
        }
        Ok(())
    }

    pub(super) fn settle_summaries(&self) -> rusqlite::Result<()> {
        let folded = std::mem::take(&mut *self.folded.borrow_mut());
        for (doc, pending) in folded {
            let document = self.find(&doc)?.ok_or_else(|| damaged("document"))?;
            if pending.whole || !self.add_to_summary(&document, &pending)? {
                self.summarise(&document)?;
            }
        }
        Ok(())
    }

    /// Adds to the summary of a plain document, or says that it is not plain.
    fn add_to_summary(&self, document: &Document, pending: &Pending) -> rusqlite::Result<bool> {
        let before: Option<(i64, i64, bool)> = self
            .connection
            .prepare_cached("SELECT answers, disputed, plain FROM summary WHERE doc = ?1")?
            .query_row([document.number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let (answers, disputed) = match before {
            Some((_, _, false)) => return Ok(false),
            Some((answers, disputed, true)) => (answers + pending.answers, disputed + pending.disputed),
            None => (pending.answers, pending.disputed),
        };
        let row = Row { answers, disputed, signed: 0, voided: false, done: answers > 0, plain: true, review: None };
        self.write_summary(document, &row, pending.at, pending.lsn)?;
        Ok(true)
    }

    /// Reads a document whole and writes its summary.
    fn summarise(&self, document: &Document) -> rusqlite::Result<()> {
        let record = self.read_record(document.number)?;
        let at: i64 = self
            .connection
            .prepare_cached("SELECT time FROM change WHERE lsn = ?1")?
            .query_row([document.last_lsn], |row| row.get(0))?;
        self.write_summary(document, &Row::of(&record), at, document.last_lsn)
    }

    /// Tells whether a document's summary is what its values say.
    pub(crate) fn summary_is_right(&self, document: &Document) -> rusqlite::Result<bool> {
        let expected = Row::of(&self.read_record(document.number)?);
        let found = self
            .connection
            .prepare_cached(
                "SELECT answers, disputed, signed, voided, done, plain, review, lsn FROM summary WHERE doc = ?1",
            )?
            .query_row([document.number], |row| {
                let review: Option<String> = row.get(6)?;
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, review, row.get(7)?))
            })
            .optional()?;
        let Row { answers, disputed, signed, voided, done, plain, review } = expected;
        let review = review.map(str::to_owned);
        Ok(found == Some((answers, disputed, signed, voided, done, plain, review, document.last_lsn)))
    }

    fn write_summary(&self, document: &Document, row: &Row, at: i64, lsn: u64) -> rusqlite::Result<()> {
        let (site, item, round, _) = columns(&document.parts);
        self.connection
            .prepare_cached(
                "INSERT INTO summary VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 1)
                 ON CONFLICT (doc) DO UPDATE SET answers = excluded.answers, disputed = excluded.disputed,
                    signed = excluded.signed, voided = excluded.voided, done = excluded.done, plain = excluded.plain,
                    review = excluded.review, last_at = excluded.last_at, lsn = excluded.lsn, due = 1",
            )?
            .execute(params![
                document.number,
                site,
                item,
                round,
                row.answers,
                row.disputed,
                row.signed,
                row.voided,
                row.done,
                row.plain,
                row.review,
                at,
                lsn,
            ])?;
        Ok(())
    }

    pub(super) fn rebuild_all(&self) -> rusqlite::Result<()> {
        self.connection.execute_batch("DELETE FROM summary; DELETE FROM score;")?;
        let mut documents = self.connection.prepare("SELECT doc_id FROM doc")?;
        let mut rows = documents.query([])?;
        while let Some(row) = rows.next()? {
            let document = self.find(&DocId::new(row.get(0)?))?.ok_or_else(|| damaged("document"))?;
            self.summarise(&document)?;
        }
        Ok(())
    }
}

/// What a summary says beside the document and its position.
struct Row {
    answers: i64,
    disputed: i64,
    signed: i64,
    voided: bool,
    done: bool,
    plain: bool,
    review: Option<&'static str>,
}

impl Row {
    fn of(record: &Record) -> Self {
        let answers = record.answers.values();
        let filled = answers.clone().filter(|answer| answer.shown.value != Value::Null).count();
        let disputed = answers.filter(|answer| !answer.dispute.is_empty()).count() + record.disputes.len();
        Self {
            answers: i64::try_from(filled).unwrap_or(i64::MAX),
            disputed: i64::try_from(disputed).unwrap_or(i64::MAX),
            signed: record.sign_offs.iter().filter(|sign_off| sign_off.current).count().try_into().unwrap_or(i64::MAX),
            voided: record.voided.is_some(),
            done: record.is_done(),
            // What was withdrawn or lifted leaves nothing that a later change could touch.
            plain: record.sign_offs.is_empty()
                && record.review.is_none()
                && record.voided.is_none()
                && record.voided_instances.is_empty()
                && !record.disputes.keys().any(|key| key.class() == Class::Void),
            review: record.review.as_ref().map(|review| review.state.as_str()),
        }
    }
}

/// Tells whether a change can be counted by itself.
fn is_plain(accepted: &Accepted) -> bool {
    use Class::{Answer, Event, Finding, Form, Note, Photo, Position, Settlement, Times, Unknown};
    accepted.change.puts.iter().all(|put| {
        let subject = put.key.subject();
        subject.instance.is_none()
            && matches!(
                subject.class,
                Answer | Event | Finding | Form | Note | Photo | Position | Settlement | Times | Unknown
            )
    })
}

fn differ(values: &[StoredPut]) -> bool {
    if values.len() < 2 {
        return false;
    }
    let mut norms = values.iter().map(|stored| stored.value.norm());
    let first = norms.next();
    first.is_some_and(|first| norms.any(|other| other != first))
}
