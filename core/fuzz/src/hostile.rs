//! Documents made by hostile hands: changes that pass the byte level with wrong numbers, dependencies, predecessors and actors.

use std::collections::BTreeMap;

use sumu_core::clock::SeededEntropy;
use sumu_core::gate::{Author, Fate, Known, Memory, OpId, Outcome, Reason, Writer, draft, parse};
use sumu_core::ids::{ActorId, ChangeHash, DocId, PersonId};
use sumu_core::record::{Draft, Key, Value, write_change};
use sumu_core::sign::PrivateKey;

use super::choices::Choices;
use super::oracle;

const ACTORS: u8 = 4;
const KEYS: usize = 4;
const CHANGES: usize = 14;

/// What became of the changes of one or many documents.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many changes were tried.
    pub tried: usize,
    /// How many the gate accepted.
    pub accepted: usize,
    /// How many it made wait.
    pub pending: usize,
    /// How many it refused, and why.
    pub refused: BTreeMap<Reason, usize>,
}

impl Tally {
    /// Adds up two tallies.
    pub fn add(&mut self, other: Self) {
        self.tried += other.tried;
        self.accepted += other.accepted;
        self.pending += other.pending;
        for (reason, count) in other.refused {
            *self.refused.entry(reason).or_default() += count;
        }
    }
}

/// Returns a memory in which some actors are registered.
pub fn registered(actors: u8) -> Memory {
    let key = PrivateKey::generate(&SeededEntropy::new(7)).public();
    let mut memory = Memory::default();
    for number in 1..=actors {
        let person = PersonId::new([number; 16]);
        memory.register(actor(number), Author { person, device_key: key });
    }
    memory
}

/// Returns an actor by its number.
pub fn actor(number: u8) -> ActorId {
    ActorId::new([number; 16])
}

/// Makes one document of hostile changes, pushes them through the gate and checks what it accepted.
pub fn document(choices: &mut Choices<'_>) -> Tally {
    let doc = DocId::new([3; 16]);
    let mut memory = registered(ACTORS);
    let mut tally = Tally::default();
    let mut all: Vec<ChangeHash> = Vec::new();
    while tally.tried < CHANGES && !choices.is_empty() {
        let draft = hostile_draft(&memory, &doc, &all, choices);
        let mut bytes = write_change(&draft);
        if choices.one_in(12) {
            mutate(&mut bytes, choices);
        }
        tally.tried += 1;
        match memory.push(&doc, &bytes, None) {
            Outcome::Accepted(accepted) => {
                tally.accepted += 1;
                all.push(accepted.change.hash);
            }
            Outcome::Refused(reason) => {
                *tally.refused.entry(reason).or_default() += 1;
                if let Ok(change) = parse(&bytes) {
                    memory.set_fate(&doc, change.hash, Fate::Refused(reason));
                    all.push(change.hash);
                }
            }
            Outcome::Pending(_) => tally.pending += 1,
            Outcome::Known(_) | Outcome::Parked(_) => {}
        }
    }
    oracle::check(&memory, &doc, choices);
    tally
}

/// Drafts a change that is right in most points and wrong in some.
fn hostile_draft(memory: &Memory, doc: &DocId, all: &[ChangeHash], choices: &mut Choices<'_>) -> Draft {
    let actor = actor(1 + choices.byte() % ACTORS);
    let Ok(heads) = memory.heads(doc);
    let mut deps: Vec<ChangeHash> = match choices.below(4) {
        0 => heads,
        1 => all.iter().copied().filter(|_| choices.one_in(4)).collect(),
        2 => heads.into_iter().filter(|_| choices.one_in(2)).collect(),
        _ => Vec::new(),
    };
    let seq = memory.next_seq(doc, &actor);
    if choices.below(3) > 0
        && let Ok(Some(own)) = memory.at_seq(doc, &actor, seq - 1)
    {
        deps.push(own);
    }
    if choices.one_in(24) {
        deps.push(ChangeHash::new([choices.byte(); 32]));
    }
    deps.sort();
    if !choices.one_in(24) {
        deps.dedup();
    }
    let puts: BTreeMap<Key, Value> = (0..=choices.below(3)).map(|_| (key(choices), value(choices))).collect();
    let puts: Vec<(Key, Value)> = puts.into_iter().collect();
    let Ok(drafted) = draft(memory, doc, Writer { actor, seq }, deps.clone(), 1, puts.clone());
    let mut draft = drafted.unwrap_or_else(|_| {
        let puts = puts.into_iter().map(|(key, value)| sumu_core::record::Put { key, value, replaces: Vec::new() });
        Draft { actor, seq, start_op: 1, deps, time: 1, puts: puts.collect() }
    });
    spoil(&mut draft, memory, doc, choices);
    draft
}

fn key(choices: &mut Choices<'_>) -> Key {
    let name = ["a/H1", "a/H2", "v", "r/hh/01JDZ5M0S3R7QW8XYZ0123456A"][choices.below(KEYS)];
    name.parse().expect("it is a key")
}

fn value(choices: &mut Choices<'_>) -> Value {
    match choices.below(8) {
        0 => Value::Null,
        1 => Value::Bool(choices.one_in(2)),
        2 => Value::Decimal(f64::from(choices.byte()) / 4.0 - 8.0),
        3 => Value::Text("井".repeat(choices.below(90))),
        4 => Value::Bytes(vec![choices.byte(); choices.below(90)]),
        5 => Value::Int((i64::from(choices.byte()) - 128) << choices.below(56)),
        _ => Value::Int(i64::from(choices.byte())),
    }
}

fn spoil(draft: &mut Draft, memory: &Memory, doc: &DocId, choices: &mut Choices<'_>) {
    if choices.one_in(10) {
        draft.seq = (draft.seq + choices.below(4) as u64).saturating_sub(1);
    }
    if choices.one_in(10) {
        draft.start_op = (draft.start_op + choices.below(5) as u64).saturating_sub(2);
    }
    if choices.one_in(40) {
        draft.start_op = (1 << 28) - choices.below(4) as u64;
    }
    for put in &mut draft.puts {
        let Ok(stored) = memory.puts(doc, &put.key, false);
        match choices.below(12) {
            0 => put.replaces.retain(|_| choices.one_in(2)),
            1 => put.replaces.extend(stored.iter().map(|put| put.op).filter(|_| choices.one_in(3))),
            2 => put.replaces = stored.iter().map(|put| put.op).filter(|_| choices.one_in(2)).collect(),
            3 => put
                .replaces
                .push(OpId { counter: 1 + choices.below(12) as u64, actor: actor(1 + choices.byte() % (ACTORS + 1)) }),
            _ => {}
        }
        put.replaces.sort();
        if !choices.one_in(24) {
            put.replaces.dedup();
        }
    }
}

/// Changes some bytes after the header and mends the checksum.
fn mutate(bytes: &mut Vec<u8>, choices: &mut Choices<'_>) {
    for _ in 0..=choices.below(3) {
        let place = choices.below(bytes.len());
        match choices.below(3) {
            0 => bytes[place] ^= 1 << choices.below(8),
            1 => bytes.insert(place, choices.byte()),
            _ => drop(bytes.remove(place)),
        }
    }
    mend_checksum(bytes);
}

/// Writes the right checksum, and the right length where the old one had as many digits, into a damaged chunk.
pub fn mend_checksum(bytes: &mut [u8]) {
    use sha2::{Digest, Sha256};
    const HEADER: usize = 9;
    let Some(first) = bytes.get(HEADER).copied() else { return };
    let digits = if first & 0x80 == 0 { 1 } else { 2 };
    let length = bytes.len().saturating_sub(HEADER + digits);
    if digits == 1 && length < 0x80 {
        bytes[HEADER] = length as u8;
    } else if digits == 2 && (0x80..0x4000).contains(&length) && bytes.len() > HEADER + 1 {
        bytes[HEADER] = 0x80 | (length & 0x7f) as u8;
        bytes[HEADER + 1] = (length >> 7) as u8;
    }
    let hash: [u8; 32] = Sha256::digest(&bytes[8..]).into();
    bytes[4..8].copy_from_slice(&hash[..4]);
}
