//! Checking one document: its changes pass the gate again in the order of the log, and what is kept of them is right.

use std::collections::HashMap;

use rusqlite::Connection;
use sumu_core::gate::{Author, Memory, Outcome};
use sumu_core::ids::{ActorId, ChangeHash, DocId};
use sumu_core::record::{CausalClock, expand_snapshot};

use super::Verified;
use crate::Sqlite;
use crate::log::{Document, Log};
use crate::programme::Programme;
use crate::sqlite::read_clock;

/// A change as its row has it.
struct Kept {
    lsn: u64,
    hash: ChangeHash,
    actor: ActorId,
    seq: u64,
    max_op: u64,
    time: i64,
    clock: CausalClock,
    signature: [u8; 64],
    bytes: Vec<u8>,
}

/// Checks all documents, one after the other.
pub(super) fn check_all(
    connection: &Connection,
    programme: &Programme,
    authors: &HashMap<ActorId, Author>,
    verified: &mut Verified,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("SELECT doc_id FROM doc ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        // A store of its own for each, because it remembers what it read.
        let store = Sqlite::new(connection);
        let doc = DocId::new(row.get(0)?);
        if let Some(document) = store.document(&doc)? {
            check(&store, programme, authors, &doc, &document, verified)?;
        }
    }
    Ok(())
}

fn check(
    store: &Sqlite<'_>,
    programme: &Programme,
    authors: &HashMap<ActorId, Author>,
    doc: &DocId,
    document: &Document,
    verified: &mut Verified,
) -> rusqlite::Result<()> {
    if document.parts.doc_id(&programme.id) != *doc {
        verified.wrong(None, format!("document {doc} is not about what it says"));
    }
    let changes = changes(store.connection, document.number)?;
    let mut memory = Memory::default();
    let problems = verified.problems.len();
    for change in &changes {
        verified.changes += 1;
        if let Some(author) = authors.get(&change.actor) {
            memory.register(change.actor, *author);
        }
        let accepted = match memory.push(doc, &change.bytes, Some(&change.signature)) {
            Outcome::Accepted(accepted) => accepted,
            other => {
                let why = match other {
                    Outcome::Refused(reason) | Outcome::Parked(reason) => reason.to_string(),
                    Outcome::Pending(_) => "what it depends on is missing".to_owned(),
                    Outcome::Known(_) | Outcome::Accepted(_) => "it stands there twice".to_owned(),
                };
                verified.wrong(Some(change.lsn), format!("the gate does not let the change through: {why}"));
                continue;
            }
        };
        let (written, node) = (&accepted.change, &accepted.node);
        let said = (change.hash, change.actor, change.seq, change.max_op, change.time);
        if said != (written.hash, node.actor, node.seq, node.max_op, written.time) || change.clock != node.clock {
            verified.wrong(Some(change.lsn), "what is kept of the change is not what its bytes say");
        }
    }
    let last_lsn = changes.last().map_or(0, |change| change.lsn);
    let mut heads = sumu_core::gate::Known::heads(&memory, doc).unwrap_or_default();
    heads.sort();
    if document.heads != heads || document.size != memory.size(doc) || document.last_lsn != last_lsn {
        verified.wrong(Some(last_lsn), format!("what is kept of document {doc} is not what its changes say"));
    }
    // What is damaged cannot be summed up.
    if verified.problems.len() == problems && !store.summary_is_right(document)? {
        verified.wrong(Some(last_lsn), format!("the summary of document {doc} is not what its changes say"));
    }
    check_snapshot(store.connection, document, &changes, verified)
}

/// Checks that a snapshot gives exactly the changes that it stands for.
fn check_snapshot(
    connection: &Connection,
    document: &Document,
    changes: &[Kept],
    verified: &mut Verified,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached("SELECT lsn, body FROM snapshot WHERE doc = ?1")?;
    let mut rows = statement.query([document.number])?;
    while let Some(row) = rows.next()? {
        let lsn: u64 = row.get(0)?;
        let mut expanded = expand_snapshot(row.get_ref(1)?.as_blob()?).unwrap_or_default();
        let mut covered: Vec<&Vec<u8>> =
            changes.iter().filter(|change| change.lsn <= lsn).map(|change| &change.bytes).collect();
        expanded.sort();
        covered.sort();
        if !expanded.iter().eq(covered) {
            verified.wrong(Some(lsn), "the snapshot does not hold the changes up to here");
        }
    }
    Ok(())
}

fn changes(connection: &Connection, number: i64) -> rusqlite::Result<Vec<Kept>> {
    connection
        .prepare_cached(
            "SELECT c.lsn, c.hash, a.actor, c.seq, c.max_op, c.time, c.clock, c.signature, c.body
             FROM change c JOIN actor a ON a.id = c.actor WHERE c.doc = ?1 ORDER BY c.lsn",
        )?
        .query_map([number], |row| {
            Ok(Kept {
                lsn: row.get(0)?,
                hash: ChangeHash::new(row.get(1)?),
                actor: ActorId::new(row.get(2)?),
                seq: row.get(3)?,
                max_op: row.get(4)?,
                time: row.get(5)?,
                clock: read_clock(row, 6)?,
                signature: row.get(7)?,
                bytes: row.get(8)?,
            })
        })?
        .collect()
}
