//! The pen: makes the bytes of a change by hand, every operation a put that names all visible values of its key.
//!
//! automerge's own `put` of the value that happens to be shown writes a delete of its rivals, and a settlement is lost in
//! silence; so operations are made here and automerge only writes them down.

use std::num::NonZeroU64;
use std::ops::RangeInclusive;

use automerge::legacy::{Key as LegacyKey, ObjectId, Op, OpId as LegacyOpId, OpType};
use automerge::{ExpandedChange, ScalarValue};

use super::{Key, OpId, Value};
use crate::ids::{ActorId, ChangeHash};

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
    let expanded = ExpandedChange {
        operations: draft.puts.iter().map(operation).collect(),
        actor_id: actor(&draft.actor),
        hash: None,
        seq: draft.seq,
        start_op: NonZeroU64::new(draft.start_op).unwrap_or(NonZeroU64::MIN),
        time: draft.time.clamp(*Draft::TIMES.start(), *Draft::TIMES.end()),
        message: None,
        deps: draft.deps.iter().map(|hash| automerge::ChangeHash(*hash.as_bytes())).collect(),
        extra_bytes: Vec::new(),
        author: None,
    };
    automerge::Change::from(expanded).raw_bytes().to_vec()
}

fn operation(put: &Put) -> Op {
    Op {
        action: OpType::Put(scalar(&put.value)),
        obj: ObjectId::Root,
        key: LegacyKey::from(put.key.as_str()),
        pred: put.replaces.iter().map(|op| LegacyOpId::new(op.counter, &actor(&op.actor))).collect(),
        insert: false,
    }
}

fn actor(actor: &ActorId) -> automerge::ActorId {
    automerge::ActorId::from(actor.as_bytes().as_slice())
}

fn scalar(value: &Value) -> ScalarValue {
    match value {
        Value::Null => ScalarValue::Null,
        Value::Bool(bool) => ScalarValue::Boolean(*bool),
        Value::Int(int) => ScalarValue::Int(*int),
        Value::Decimal(decimal) => ScalarValue::F64(*decimal),
        Value::Text(text) => ScalarValue::Str(text.as_str().into()),
        Value::Bytes(bytes) => ScalarValue::Bytes(bytes.clone()),
    }
}
