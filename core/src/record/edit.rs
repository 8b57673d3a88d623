//! The pen: makes the bytes of a change by hand, every operation a put that names all visible values of its key.
//!
//! automerge's own `put` of the value that happens to be shown writes a delete of its rivals, and a settlement is lost in
//! silence; so operations are made and written down here, in exactly the bytes in which automerge would write them.

use std::ops::RangeInclusive;

use sha2::{Digest, Sha256};

use super::columns::{other_actors, write_columns};
use super::format::{CHANGE_CHUNK, CHECKSUM_BYTES, MAGIC};
use super::{Key, OpId, Value};
use crate::ids::{ActorId, ChangeHash};
use crate::leb128::{signed, unsigned};

/// A change about to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Who writes.
    pub actor: ActorId,
    /// The actor's next number in the document.
    pub seq: u64,
    /// One more than the greatest counter among the dependencies.
    pub start_op: u64,
    /// What it follows.
    pub deps: Vec<ChangeHash>,
    /// Seconds since 1970.
    pub time: i64,
    /// What it puts, each key once.
    pub puts: Vec<Put>,
}

impl Draft {
    /// The times that a change may claim: up to the end of the year 9999. A clock outside is written as the nearest.
    pub const TIMES: RangeInclusive<i64> = 0..=253_402_300_799;
}

/// One operation of a change: a put of a scalar that replaces all values of its key that are visible within the dependencies.
#[derive(Debug, Clone, PartialEq)]
pub struct Put {
    /// The key.
    pub key: Key,
    /// The new value.
    pub value: Value,
    /// The operations whose values it replaces, ascending.
    pub replaces: Vec<OpId>,
}

/// Writes the bytes of a change. The gate judges them like any others before they are stored.
pub fn write_change(draft: &Draft) -> Vec<u8> {
    let hashed = write_hashed(draft);
    let hash: [u8; 32] = Sha256::digest(&hashed).into();
    let mut bytes = Vec::with_capacity(MAGIC.len() + CHECKSUM_BYTES + hashed.len());
    bytes.extend(MAGIC);
    bytes.extend(hash.iter().take(CHECKSUM_BYTES));
    bytes.extend(hashed);
    bytes
}

/// Writes the part of a change that is hashed: what follows the checksum.
pub(super) fn write_hashed(draft: &Draft) -> Vec<u8> {
    let mut body = Vec::with_capacity(1 << 10);
    let mut deps = draft.deps.clone();
    deps.sort_unstable();
    unsigned(deps.len() as u64, &mut body);
    for dep in &deps {
        body.extend(dep.as_bytes());
    }
    write_actor(&draft.actor, &mut body);
    unsigned(draft.seq, &mut body);
    unsigned(draft.start_op.max(1), &mut body);
    signed(draft.time.clamp(*Draft::TIMES.start(), *Draft::TIMES.end()), &mut body);
    // No message.
    unsigned(0, &mut body);
    let others = other_actors(draft);
    unsigned(others.len() as u64, &mut body);
    for actor in &others {
        write_actor(actor, &mut body);
    }
    write_columns(draft, &others, &mut body);

    let mut hashed = Vec::with_capacity(body.len() + 4);
    hashed.push(CHANGE_CHUNK);
    unsigned(body.len() as u64, &mut hashed);
    hashed.extend(body);
    hashed
}

fn write_actor(actor: &ActorId, out: &mut Vec<u8>) {
    unsigned(ActorId::LEN as u64, out);
    out.extend(actor.as_bytes());
}
