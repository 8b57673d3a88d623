//! Writes the operations of a change as automerge's columns, byte for byte as automerge does.
//!
//! The format is that of automerge's documentation of its storage: a column is a sequence of runs, each a signed count before
//! its values. A positive count says how often the one value after it stands there; a negative one how many values follow,
//! no two neighbours of which are equal. An empty column is left out.

use std::collections::BTreeSet;

use super::format::{PUT, column, scalar};
use super::{Draft, OpId, Put, Value};
use crate::ids::ActorId;
use crate::leb128::{signed, signed_length, unsigned};

/// Returns the actors that the operations name beside their author, ascending.
pub(super) fn other_actors(draft: &Draft) -> Vec<ActorId> {
    let named: BTreeSet<ActorId> = draft.puts.iter().flat_map(|put| &put.replaces).map(|op| op.actor).collect();
    named.into_iter().filter(|actor| *actor != draft.actor).collect()
}

/// Writes the list of columns with their lengths, and then the columns.
pub(super) fn write_columns(draft: &Draft, others: &[ActorId], out: &mut Vec<u8>) {
    let puts = draft.puts.as_slice();
    let replaced: Vec<OpId> = puts.iter().flat_map(replaced).collect();
    let columns = [
        (column::KEY, keys(puts)),
        (column::INSERT, inserts(puts)),
        (column::ACTION, numbers(&vec![PUT; puts.len()])),
        (column::VALUE_META, numbers(&puts.iter().map(|put| meta(&put.value)).collect::<Vec<_>>())),
        (column::VALUE, values(puts)),
        (column::PREDECESSORS, numbers(&puts.iter().map(|put| put.replaces.len() as u64).collect::<Vec<_>>())),
        (column::PREDECESSOR_ACTOR, actors(&replaced, &draft.actor, others)),
        (column::PREDECESSOR_COUNTER, counters(&replaced)),
    ];
    let filled = || columns.iter().filter(|(_, bytes)| !bytes.is_empty());
    unsigned(filled().count() as u64, out);
    for (number, bytes) in filled() {
        unsigned(*number, out);
        unsigned(bytes.len() as u64, out);
    }
    for (_, bytes) in filled() {
        out.extend(bytes);
    }
}

/// Returns what a put replaces, ascending.
fn replaced(put: &Put) -> Vec<OpId> {
    let mut replaced = put.replaces.clone();
    replaced.sort_unstable();
    replaced
}

fn keys(puts: &[Put]) -> Vec<u8> {
    let keys: Vec<&str> = puts.iter().map(|put| put.key.as_str()).collect();
    runs(&keys, |key, out| {
        unsigned(key.len() as u64, out);
        out.extend(key.as_bytes());
    })
}

/// In a map nothing is inserted: one run of "no", in a column that has its own form.
fn inserts(puts: &[Put]) -> Vec<u8> {
    let mut out = Vec::new();
    if !puts.is_empty() {
        unsigned(puts.len() as u64, &mut out);
    }
    out
}

fn numbers(numbers: &[u64]) -> Vec<u8> {
    runs(numbers, |number, out| unsigned(*number, out))
}

/// Returns the type of a scalar, as automerge numbers them, and above these four bits the length of its bytes.
fn meta(value: &Value) -> u64 {
    let (kind, length) = match value {
        Value::Null => (scalar::NULL, 0),
        Value::Bool(false) => (scalar::FALSE, 0),
        Value::Bool(true) => (scalar::TRUE, 0),
        Value::Int(int) => (scalar::INT, signed_length(*int)),
        Value::Decimal(_) => (scalar::DECIMAL, size_of::<f64>()),
        Value::Text(text) => (scalar::TEXT, text.len()),
        Value::Bytes(bytes) => (scalar::BYTES, bytes.len()),
    };
    (length as u64) << 4 | kind
}

fn values(puts: &[Put]) -> Vec<u8> {
    let mut out = Vec::with_capacity(16 * puts.len());
    for put in puts {
        match &put.value {
            Value::Null | Value::Bool(_) => {}
            Value::Int(int) => signed(*int, &mut out),
            Value::Decimal(decimal) => out.extend(decimal.to_le_bytes()),
            Value::Text(text) => out.extend(text.as_bytes()),
            Value::Bytes(bytes) => out.extend(bytes),
        }
    }
    out
}

/// The author is number 0, the others follow.
fn actors(replaced: &[OpId], author: &ActorId, others: &[ActorId]) -> Vec<u8> {
    let place = |op: &OpId| match others.binary_search(&op.actor) {
        Ok(place) if op.actor != *author => place as u64 + 1,
        _ => 0,
    };
    numbers(&replaced.iter().map(place).collect::<Vec<_>>())
}

/// Each counter as its difference from the one before.
fn counters(replaced: &[OpId]) -> Vec<u8> {
    let mut last = 0;
    let steps: Vec<i64> = replaced
        .iter()
        .map(|op| {
            let counter = op.counter.cast_signed();
            let step = counter.wrapping_sub(last);
            last = counter;
            step
        })
        .collect();
    runs(&steps, |step, out| signed(*step, out))
}

fn runs<T: PartialEq>(values: &[T], write: impl Fn(&T, &mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::with_capacity(8 * values.len());
    let mut rest = values;
    while let Some(first) = rest.first() {
        let same = rest.iter().take_while(|value| *value == first).count();
        let taken = if same > 1 {
            signed(same as i64, &mut out);
            write(first, &mut out);
            same
        } else {
            let different = rest.windows(2).position(|pair| matches!(pair, [one, next] if one == next));
            let different = different.unwrap_or(rest.len());
            signed(-(different as i64), &mut out);
            rest.iter().take(different).for_each(|value| write(value, &mut out));
            different
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    out
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU64;

    use automerge::legacy::{Key as LegacyKey, ObjectId, Op, OpId as LegacyOpId, OpType};
    use automerge::{Change, ExpandedChange, ScalarValue};
    use proptest::prelude::*;

    use super::*;
    use crate::ids::ChangeHash;
    use crate::record::{Key, write_change};

    /// Writes a change as automerge does.
    fn by_automerge(draft: &Draft) -> Vec<u8> {
        let actor = |actor: &ActorId| automerge::ActorId::from(actor.as_bytes().as_slice());
        let operation = |put: &Put| Op {
            action: OpType::Put(match &put.value {
                Value::Null => ScalarValue::Null,
                Value::Bool(bool) => ScalarValue::Boolean(*bool),
                Value::Int(int) => ScalarValue::Int(*int),
                Value::Decimal(decimal) => ScalarValue::F64(*decimal),
                Value::Text(text) => ScalarValue::Str(text.as_str().into()),
                Value::Bytes(bytes) => ScalarValue::Bytes(bytes.clone()),
            }),
            obj: ObjectId::Root,
            key: LegacyKey::from(put.key.as_str()),
            pred: put.replaces.iter().map(|op| LegacyOpId::new(op.counter, &actor(&op.actor))).collect(),
            insert: false,
        };
        let expanded = ExpandedChange {
            operations: draft.puts.iter().map(operation).collect(),
            actor_id: actor(&draft.actor),
            hash: None,
            seq: draft.seq,
            start_op: NonZeroU64::new(draft.start_op).unwrap(),
            time: draft.time,
            message: None,
            deps: draft.deps.iter().map(|hash| automerge::ChangeHash(*hash.as_bytes())).collect(),
            extra_bytes: Vec::new(),
            author: None,
        };
        Change::from(expanded).raw_bytes().to_vec()
    }

    fn actor() -> impl Strategy<Value = ActorId> {
        // Few actors, so that many operations are of the same one.
        (0u8..5).prop_map(|byte| ActorId::new([byte; 16]))
    }

    fn value() -> impl Strategy<Value = Value> {
        let edges = [0, 1, 63, 64, -64, -65, 8_191, 8_192, -8_193, Value::MAX_INT, -Value::MAX_INT];
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            prop::sample::select(edges.to_vec()).prop_map(Value::Int),
            (-Value::MAX_INT..Value::MAX_INT).prop_map(Value::Int),
            prop::num::f64::NORMAL.prop_map(Value::Decimal),
            prop::sample::select(vec!["", "a", "苏木", "a longer answer 在苏木"])
                .prop_map(|text| Value::Text(text.into())),
            prop::collection::vec(any::<u8>(), 0..200).prop_map(Value::Bytes),
        ]
    }

    fn put() -> impl Strategy<Value = Put> {
        let key = (0u8..20).prop_map(|number| Key::answer(&format!("q{number}")).unwrap());
        let counter = prop_oneof![1u64..6, 1u64..1 << 28];
        let op = (counter, actor()).prop_map(|(counter, actor)| OpId { counter, actor });
        (key, value(), prop::collection::btree_set(op, 0..4)).prop_map(|(key, value, replaces)| Put {
            key,
            value,
            replaces: replaces.into_iter().collect(),
        })
    }

    fn draft() -> impl Strategy<Value = Draft> {
        let deps = prop::collection::btree_set(any::<[u8; 32]>().prop_map(ChangeHash::new), 0..4);
        let counters = (1u64..1 << 24, 1u64..1 << 28, Draft::TIMES);
        (actor(), counters, deps, prop::collection::vec(put(), 1..150)).prop_map(
            |(actor, (seq, start_op, time), deps, puts)| Draft {
                actor,
                seq,
                start_op,
                deps: deps.into_iter().collect(),
                time,
                puts,
            },
        )
    }

    proptest! {
        #[test]
        fn every_change_is_written_in_the_bytes_in_which_automerge_writes_it(draft in draft()) {
            prop_assert_eq!(write_change(&draft), by_automerge(&draft));
        }
    }

    #[test]
    fn runs_end_where_automerge_ends_them() {
        assert_eq!(numbers(&[7]), [0x7f, 7]);
        assert_eq!(numbers(&[7, 7]), [2, 7]);
        assert_eq!(numbers(&[1, 2, 2, 3, 3, 4, 5]), [0x7f, 1, 2, 2, 2, 3, 0x7e, 4, 5]);
        assert_eq!(numbers(&[]), [0u8; 0]);
    }
}
