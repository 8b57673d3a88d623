//! The pen: makes the bytes of a change by hand, every operation a put that names all visible values of its key.
use super::{Key, Value};
use crate::gate::OpId;
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
    pub puts: Vec<DraftPut>,
}

/// One put of a draft.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftPut {
    /// The key.
    pub key: Key,
    /// The value.
    pub value: Value,
    /// All values of the key that are visible within the dependencies.
    pub replaces: Vec<OpId>,
}

/// Writes the bytes of a change. The gate judges them like any others before they are stored.
pub fn write_change(_draft: &Draft) -> Vec<u8> {
    todo!()
}
