//! Taking changes out of a document again, and making its rows say what the rest says.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Transaction;

use super::{StoreError, column};
use crate::gate::{CausalClock, OpId};
use crate::ids::{ActorId, ChangeHash, PersonId};

/// An own change of a document that the log does not hold, or any other of its changes, as mending looks at it.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// Its number in this file; numbers ascend in causal order.
    pub(crate) row: i64,
    /// Its hash.
    pub(crate) hash: ChangeHash,
    /// Who wrote it.
    pub(crate) actor: ActorId,
    /// The person behind the actor.
    pub(crate) person: PersonId,
    /// Its last operation.
    pub(crate) last: OpId,
    /// Its ancestors and itself.
    pub(crate) clock: CausalClock,
    /// When it was written.
    pub(crate) time: i64,
    /// Whether the log holds it.
    pub(crate) in_log: bool,
    /// What the server last said of it in this life of the log, by number; 0 nothing.
    pub(crate) verdict: u8,
    /// Its bytes; absent where a snapshot holds them.
    pub(crate) bytes: Option<Vec<u8>>,
    /// Its signature.
    pub(crate) signature: Option<[u8; 64]>,
}

/// Returns all changes of a document, in causal order.
pub(crate) fn members(tx: &Transaction<'_>, doc: i64, life: i64) -> Result<Vec<Member>, StoreError> {
    let sql = "SELECT change.id, hash, actor.actor, actor.person, max_op, clock, time, verdict, life IS ?2,
               CASE WHEN own = 1 AND NOT (life IS ?2 AND verdict IN (1, 2)) THEN body END, signature
               FROM change JOIN actor ON actor.id = change.actor WHERE change.doc = ?1 ORDER BY change.id";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query((doc, life))?;
    let mut members = Vec::new();
    while let Some(row) = rows.next()? {
        let actor = ActorId::new(row.get(2)?);
        let verdict = if row.get(8)? { row.get(7)? } else { 0 };
        members.push(Member {
            row: row.get(0)?,
            hash: ChangeHash::new(row.get(1)?),
            actor,
            person: PersonId::new(row.get(3)?),
            last: OpId { counter: column::count(row, 4)?, actor },
            clock: column::clock(row, 5)?,
            time: row.get(6)?,
            in_log: matches!(verdict, 1 | 2),
            verdict,
            bytes: row.get(9)?,
            signature: row.get(10)?,
        });
    }
    Ok(members)
}

/// Takes changes out of a document: their rows leave, what they replaced shows again, heads follow from the rest. With a
/// change everything that follows it must go. The caller renews the summary.
pub(crate) fn erase(tx: &Transaction<'_>, doc: i64, gone: &[Member], kept: &[Member]) -> Result<(), StoreError> {
    let mut keys = BTreeSet::new();
    let mut bytes = 0;
    for member in gone {
        let mut statement = tx.prepare_cached("SELECT key FROM field WHERE doc = ?1 AND change = ?2")?;
        for key in statement.query_map((doc, member.row), |row| row.get::<_, String>(0))? {
            keys.insert(key?);
        }
        tx.prepare_cached("DELETE FROM field WHERE doc = ?1 AND change = ?2")?.execute((doc, member.row))?;
        tx.prepare_cached("DELETE FROM change WHERE id = ?1")?.execute([member.row])?;
        bytes += member.bytes.as_ref().map_or(0, Vec::len);
    }
    let clocks: BTreeMap<i64, &CausalClock> = kept.iter().map(|member| (member.row, &member.clock)).collect();
    keys.iter().try_for_each(|key| show(tx, doc, key, &clocks))?;
    let heads = column::hashes_blob(&heads(kept));
    let sql = "UPDATE doc SET heads = ?2, changes = changes - ?3, bytes = max(bytes - ?4, 0) WHERE id = ?1";
    tx.prepare_cached(sql)?.execute((doc, heads, column::number(gone.len() as u64), column::number(bytes as u64)))?;
    Ok(())
}

/// Marks which puts of a key are visible: those that lie in the clock of no other put of it.
fn show(tx: &Transaction<'_>, doc: i64, key: &str, clocks: &BTreeMap<i64, &CausalClock>) -> Result<(), StoreError> {
    let sql = "SELECT field.counter, actor.actor, field.actor, field.change FROM field
               JOIN actor ON actor.id = field.actor WHERE field.doc = ?1 AND field.key = ?2";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query((doc, key))?;
    let mut puts: Vec<(OpId, i64, &CausalClock)> = Vec::new();
    while let Some(row) = rows.next()? {
        let op = OpId { counter: column::count(row, 0)?, actor: ActorId::new(row.get(1)?) };
        let clock = clocks.get(&row.get(3)?).ok_or_else(|| StoreError::row("a put without its change"))?;
        puts.push((op, row.get(2)?, clock));
    }
    let sql = "UPDATE field SET visible = ?5 WHERE doc = ?1 AND key = ?2 AND counter = ?3 AND actor = ?4";
    let mut update = tx.prepare_cached(sql)?;
    for (op, actor, _) in &puts {
        let visible = !puts.iter().any(|(other, _, clock)| other != op && clock.contains(op));
        update.execute((doc, key, column::number(op.counter), actor, visible))?;
    }
    Ok(())
}

/// Returns the changes that lie in the clock of no other one, ascending.
pub(crate) fn heads(members: &[Member]) -> Vec<ChangeHash> {
    // An actor's changes form one line, so only the last of each can be a head.
    let last: BTreeMap<ActorId, &Member> = members.iter().map(|member| (member.actor, member)).collect();
    let covered = |head: &Member| members.iter().any(|other| other.row != head.row && other.clock.contains(&head.last));
    let mut heads: Vec<ChangeHash> = last.values().filter(|head| !covered(head)).map(|head| head.hash).collect();
    heads.sort_unstable();
    heads
}
