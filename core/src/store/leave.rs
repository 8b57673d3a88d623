//! Documents that leave the phone: only what the server has proved to hold for good.

use rusqlite::Transaction;

use super::{StoreError, meta, summary};

/// Drops every document that is marked and of which nothing can be lost: nothing own is unsent, pending or parked, or lies
/// above the backup. Returns how many left.
pub(crate) fn drop_marked(tx: &Transaction<'_>) -> Result<u64, StoreError> {
    let backup: i64 = meta::get(tx, meta::name::BACKUP)?.unwrap_or(0);
    let sql = format!(
        "SELECT id FROM doc WHERE dropping = 1 AND NOT EXISTS
         (SELECT 1 FROM change WHERE change.doc = doc.id AND own = 1 AND (lsn > ?1 OR ({})))",
        summary::NOT_IN_LOG
    );
    let mut statement = tx.prepare_cached(&sql)?;
    let leaving: Vec<i64> = statement.query_map([backup], |row| row.get(0))?.collect::<Result<_, _>>()?;
    leaving.iter().try_for_each(|doc| drop_one(tx, *doc))?;
    Ok(leaving.len() as u64)
}

fn drop_one(tx: &Transaction<'_>, doc: i64) -> Result<(), StoreError> {
    // An own actor would begin its line here anew if the document came back and its changes did not.
    tx.prepare_cached(
        "UPDATE actor SET retired = 1 WHERE instance IS NOT NULL AND id IN (SELECT actor FROM change WHERE doc = ?1)",
    )?
    .execute([doc])?;
    tx.prepare_cached("DELETE FROM waiting WHERE doc_id = (SELECT doc_id FROM doc WHERE id = ?1)")?.execute([doc])?;
    for table in ["field", "summary", "snapshot", "change"] {
        tx.prepare_cached(&format!("DELETE FROM {table} WHERE doc = ?1"))?.execute([doc])?;
    }
    tx.prepare_cached("DELETE FROM doc WHERE id = ?1")?.execute([doc])?;
    Ok(())
}
