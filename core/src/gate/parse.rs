//! From bytes to a change of the flat profile, or a reason.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::bytes::Bytes;
use super::columns::Columns;
use super::{Change, Reason, limits};
use crate::ids::{ActorId, ChangeHash};
use crate::record::format::{CHANGE_CHUNK, CHECKSUM_BYTES, MAGIC};
use crate::record::{Draft, canonical};

/// Where the hashed part of a chunk begins: at its type.
const HASHED_FROM: usize = MAGIC.len() + CHECKSUM_BYTES;

/// Reads the bytes of one change and checks all that they tell by themselves.
pub fn parse(bytes: &[u8]) -> Result<Change, Reason> {
    if bytes.len() > limits::CHANGE_BYTES {
        return Err(Reason::TooLarge);
    }
    let Chunk { hash, hashed, mut body } = chunk(bytes)?;
    let deps = dependencies(&mut body).ok_or(Reason::Dependencies)?;
    let actor = actor(&mut body).ok_or(Reason::Actors)?;
    let (seq, start_op, time) = counters(&mut body).ok_or(Reason::Counters)?;
    if body.unsigned() != Some(0) {
        return Err(Reason::Extra);
    }
    let others = other_actors(&mut body, &actor).ok_or(Reason::Actors)?;
    let columns = Columns::split(&mut body)?;
    if !body.is_empty() {
        return Err(Reason::Extra);
    }
    let actors: Vec<ActorId> = std::iter::once(actor).chain(others).collect();
    let puts = columns.puts(&actors, start_op)?;
    let named: BTreeSet<ActorId> = puts.iter().flat_map(|put| &put.replaces).map(|op| op.actor).collect();
    if !actors.iter().skip(1).all(|other| named.contains(other)) {
        return Err(Reason::Actors);
    }
    let draft = Draft { actor, seq, start_op, deps, time, puts };
    if !canonical(&draft, hashed) {
        return Err(Reason::NotCanonical);
    }
    let Draft { deps, puts, .. } = draft;
    let change = Change { hash, deps, actor, seq, start_op, time, puts: puts.into() };
    if change.max_op() > limits::COUNTER { Err(Reason::Counters) } else { Ok(change) }
}

/// A change without its header.
struct Chunk<'a> {
    hash: ChangeHash,
    /// What the hash is of: type, length and body.
    hashed: &'a [u8],
    body: Bytes<'a>,
}

/// Takes the header off.
fn chunk(bytes: &[u8]) -> Result<Chunk<'_>, Reason> {
    let mut reader = Bytes(bytes);
    if reader.array() != Some(MAGIC) {
        return Err(Reason::NotAChange);
    }
    let checksum: [u8; CHECKSUM_BYTES] = reader.array().ok_or(Reason::NotAChange)?;
    if reader.array() != Some([CHANGE_CHUNK]) {
        return Err(Reason::NotAChange);
    }
    if reader.unsigned() != Some(reader.0.len() as u64) {
        return Err(Reason::NotAChange);
    }
    let hashed = bytes.get(HASHED_FROM..).ok_or(Reason::NotAChange)?;
    let hash: [u8; 32] = Sha256::digest(hashed).into();
    if !hash.starts_with(&checksum) {
        return Err(Reason::Checksum);
    }
    Ok(Chunk { hash: ChangeHash::new(hash), hashed, body: reader })
}

/// Takes the dependencies: few, ascending, none twice.
fn dependencies(body: &mut Bytes<'_>) -> Option<Vec<ChangeHash>> {
    let count = body.count(limits::DEPENDENCIES)?;
    let deps: Vec<ChangeHash> = (0..count).map(|_| body.array().map(ChangeHash::new)).collect::<Option<_>>()?;
    ascending(&deps).then_some(deps)
}

/// Takes an actor id of exactly 16 bytes.
fn actor(body: &mut Bytes<'_>) -> Option<ActorId> {
    let length = body.count(ActorId::LEN)?;
    ActorId::from_slice(body.take(length)?)
}

/// Takes the number in the actor's line, the first operation's counter and the time.
fn counters(body: &mut Bytes<'_>) -> Option<(u64, u64, i64)> {
    let seq = body.unsigned().filter(|seq| (1..=limits::SEQ).contains(seq))?;
    let start_op = body.unsigned().filter(|counter| (1..=limits::COUNTER).contains(counter))?;
    let time = body.signed().filter(|time| Draft::TIMES.contains(time))?;
    Some((seq, start_op, time))
}

/// Takes the other actors that predecessors name: ascending, none twice, the author not among them.
fn other_actors(body: &mut Bytes<'_>, author: &ActorId) -> Option<Vec<ActorId>> {
    let count = body.count(limits::OTHER_ACTORS)?;
    let others: Vec<ActorId> = (0..count).map(|_| actor(body)).collect::<Option<_>>()?;
    (ascending(&others) && !others.contains(author)).then_some(others)
}

fn ascending<T: Ord>(items: &[T]) -> bool {
    items.iter().zip(items.iter().skip(1)).all(|(one, next)| one < next)
}
