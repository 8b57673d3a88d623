//! The row of each document that lists and counts read.

use rusqlite::Transaction;

use super::{StoreError, column, reading};
use crate::record::{ReviewState, Stated, Value};

/// SQL that is true for an own change that the log, in its present life, does not hold.
pub(super) const NOT_IN_LOG: &str = "own = 1 AND (verdict NOT IN (1, 2) OR life IS NOT (SELECT id FROM life WHERE
    log = (SELECT value FROM meta WHERE name = 'log') AND epoch = (SELECT value FROM meta WHERE name = 'epoch')))";

/// Makes a document's row anew; a document without changes loses it.
pub(crate) fn renew(tx: &Transaction<'_>, doc: i64) -> Result<(), StoreError> {
    let changes: i64 =
        tx.prepare_cached("SELECT changes FROM doc WHERE id = ?1")?.query_row([doc], |row| row.get(0))?;
    if changes == 0 {
        tx.prepare_cached("DELETE FROM summary WHERE doc = ?1")?.execute([doc])?;
        return Ok(());
    }
    let record = reading::record(tx, doc)?;
    let given = |stated: &Stated| stated.value != Value::Null;
    let answers =
        record.answers.values().filter(|answer| given(&answer.shown) || answer.dispute.iter().any(given)).count();
    let disputed = record.answers.values().filter(|answer| !answer.dispute.is_empty()).count() + record.disputes.len();
    let signed = record.sign_offs.iter().filter(|sign_off| sign_off.current).count();
    let done = answers > 0 && record.voided.is_none();
    let reviewed = record.review.filter(|_| record.voided.is_none());
    let sent_back = reviewed.is_some_and(|review| review.state == ReviewState::SentBack);
    let sql = format!(
        "INSERT INTO summary (doc, site, round, done, answers, disputed, signed, sent_back, unsent)
         SELECT id, site, round, ?2, ?3, ?4, ?5, ?6, (SELECT count(*) FROM change WHERE change.doc = doc.id AND {NOT_IN_LOG})
         FROM doc WHERE id = ?1
         ON CONFLICT (doc) DO UPDATE SET done = excluded.done, answers = excluded.answers, disputed = excluded.disputed,
         signed = excluded.signed, sent_back = excluded.sent_back, unsent = excluded.unsent"
    );
    let number = |count: usize| column::number(count as u64);
    tx.prepare_cached(&sql)?.execute((doc, done, number(answers), number(disputed), number(signed), sent_back))?;
    Ok(())
}

/// Counts a document's own unsent changes anew, when nothing else of it changed.
pub(crate) fn recount(tx: &Transaction<'_>, doc: i64) -> Result<(), StoreError> {
    let sql = format!(
        "UPDATE summary SET unsent = (SELECT count(*) FROM change WHERE change.doc = summary.doc AND {NOT_IN_LOG})
         WHERE doc = ?1"
    );
    tx.prepare_cached(&sql)?.execute([doc])?;
    Ok(())
}
