//! The first half of the pen: what a new change must name to pass the gate.

use super::causal::{Ancestors, View};
use super::{Known, Outcome};
use crate::ids::{ActorId, ChangeHash, DocId};
use crate::record::{Draft, Key, Put, Value};

/// Who writes a change, and which of its line in the document it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Writer {
    /// The actor.
    pub actor: ActorId,
    /// The actor's next number in the document.
    pub seq: u64,
}

/// Drafts a change that follows `deps` and puts each value over all values of its key that are visible there.
///
/// The writer's previous change must be among the dependencies or their ancestors. Dependencies that are not accepted give
/// the outcome that the change would have.
pub fn draft<K: Known>(
    known: &K,
    doc: &DocId,
    writer: Writer,
    mut deps: Vec<ChangeHash>,
    time: i64,
    puts: Vec<(Key, Value)>,
) -> Result<Result<Draft, Outcome>, K::Error> {
    deps.sort();
    deps.dedup();
    let ancestors = match Ancestors::of(doc, &deps, known)? {
        Ok(ancestors) => ancestors,
        Err(outcome) => return Ok(Err(outcome)),
    };
    let view = View::new(doc, &deps, &ancestors.clock, known)?;
    let puts = puts
        .into_iter()
        .map(|(key, value)| {
            let replaces = view.visible(&key)?.iter().map(|put| put.op).collect();
            Ok(Put { key, value, replaces })
        })
        .collect::<Result<_, K::Error>>()?;
    let Writer { actor, seq } = writer;
    Ok(Ok(Draft { actor, seq, start_op: ancestors.max_op + 1, deps, time, puts }))
}
