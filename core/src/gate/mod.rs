//! The gate: one function accepts or refuses the bytes of a change before anything else sees them, on every device and on
//! the server, for what arrives and for every local edit.
//!
//! [`parse`] checks the bytes alone; [`judge`] checks the signature and the place in the document against a small read-only
//! view of what is already known ([`Known`]). What it accepts comes with its projection ([`Accepted`]), from which a store
//! writes rows of fields, or none and reads its changes ([`Puts`]).

mod bytes;
mod causal;
mod columns;
mod memory;
mod parse;
mod pen;
mod puts;
mod reason;
mod rights;
mod settlement;

pub use causal::{judge, judge_again, visible_within};
pub use memory::Memory;
pub use parse::parse;
pub use pen::{Writer, draft};
pub use puts::Puts;
pub use reason::{Reason, Verdict};
pub use rights::{RightsQuery, RoundKind, check_rights};
pub use settlement::check_settlements;

use std::sync::Arc;

use crate::ids::{ActorId, ChangeHash, DocId, PersonId};
pub use crate::record::{CausalClock, OpId, Put};
use crate::record::{Key, Value};
use crate::sign::PublicKey;

/// Limits of one change, everywhere.
pub mod limits {
    /// The most bytes of a change.
    pub const CHANGE_BYTES: usize = 64 << 10;
    /// The most operations of a change.
    pub const OPERATIONS: usize = 512;
    /// The most dependencies of a change.
    pub const DEPENDENCIES: usize = 64;
    /// The most predecessors of all operations of a change together.
    pub const PREDECESSORS: usize = 4 * OPERATIONS;
    /// The most other actors that the predecessors of a change name.
    pub const OTHER_ACTORS: usize = 64;
    /// The greatest number in an actor's line.
    pub const SEQ: u64 = 1 << 24;
    /// The greatest counter of an operation; far below 2^32, where automerge stops.
    pub const COUNTER: u64 = 1 << 28;
    /// The most actors of a document, judged by the home server and the pen only.
    pub const DOCUMENT_ACTORS: usize = 48;
    /// The most changes of a document, judged by the home server and the pen only.
    pub const DOCUMENT_CHANGES: usize = 4_096;
    /// The most bytes of a document's changes, uncompressed, judged by the home server and the pen only.
    pub const DOCUMENT_BYTES: usize = 512 << 10;
}

/// A change whose bytes passed [`parse`].
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Its hash.
    pub hash: ChangeHash,
    /// The changes that it follows, ascending.
    pub deps: Vec<ChangeHash>,
    /// Who wrote it.
    pub actor: ActorId,
    /// Counts the actor's changes in the document, from 1.
    pub seq: u64,
    /// The counter of its first operation; the next ones count on.
    pub start_op: u64,
    /// When it was written, in seconds since 1970 by the writer's clock; nothing is ordered by it.
    pub time: i64,
    /// Its operations, in order, each key once, at least one.
    pub puts: Arc<[Put]>,
}

impl Change {
    /// Returns the counter of its last operation.
    pub fn max_op(&self) -> u64 {
        self.start_op + self.puts.len() as u64 - 1
    }

    /// Returns its operations with their ids.
    pub fn operations(&self) -> impl Iterator<Item = (OpId, &Put)> {
        (self.start_op..).zip(self.puts.iter()).map(|(counter, put)| (OpId { counter, actor: self.actor }, put))
    }
}

/// Whose key an actor's registration leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author {
    /// The person who writes.
    pub person: PersonId,
    /// The key that signs.
    pub device_key: PublicKey,
}

/// What is kept of an accepted change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Who wrote it.
    pub actor: ActorId,
    /// Its number in the actor's line.
    pub seq: u64,
    /// The counter of its last operation.
    pub max_op: u64,
    /// For each actor, the last operation among its ancestors and itself.
    pub clock: CausalClock,
}

/// What became of a change that is not new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is part of the document.
    Accepted(Node),
    /// It waits for what it depends on.
    Pending,
    /// It is kept aside.
    Parked,
    /// It will never be taken.
    Refused(Reason),
}

/// A put of a key that was accepted earlier.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredPut {
    /// Its operation.
    pub op: OpId,
    /// Its value.
    pub value: Value,
    /// The change that brought it.
    pub hash: ChangeHash,
    /// Whether no later put replaces it.
    pub visible: bool,
}

/// The small read-only view of what is already known of documents; what the gate asks of a store.
pub trait Known {
    /// What goes wrong when the store cannot be read.
    type Error;

    /// Returns whom an actor's registration and certificate lead to.
    fn author(&self, actor: &ActorId) -> Result<Option<Author>, Self::Error>;

    /// Returns what became of a change.
    fn fate(&self, doc: &DocId, hash: &ChangeHash) -> Result<Option<Fate>, Self::Error>;

    /// Returns the hash at an actor's place in the document's accepted changes.
    fn at_seq(&self, doc: &DocId, actor: &ActorId, seq: u64) -> Result<Option<ChangeHash>, Self::Error>;

    /// Returns the document's heads: the accepted changes that no accepted change depends on.
    fn heads(&self, doc: &DocId) -> Result<Vec<ChangeHash>, Self::Error>;

    /// Returns all accepted puts of a key, the visible ones only if `visible_only`.
    fn puts(&self, doc: &DocId, key: &Key, visible_only: bool) -> Result<Vec<StoredPut>, Self::Error>;

    /// Returns the operations of all accepted puts, superseded ones too, of an instance's key (`r/<repeat>/<ulid>`) and of
    /// every key under it: those from `instance` + `/` up to, and without, `instance` + `0`.
    fn operations_under(&self, doc: &DocId, instance: &str) -> Result<Vec<OpId>, Self::Error>;
}

/// What a change still waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// The registration (and certificate) of its actor.
    Registration(ActorId),
    /// Changes that it depends on: not known, or themselves waiting.
    Changes(Vec<ChangeHash>),
}

/// An accepted change with its projection: what a store writes, in one transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// The change.
    pub change: Change,
    /// Who wrote it.
    pub author: Author,
    /// What is kept of it.
    pub node: Node,
    /// Its ancestors' clock: the node's without the change's own operations.
    pub before: CausalClock,
    /// For each operation, in order, the visible values of its key among the ancestors, which it replaced; ascending.
    pub replaced: Vec<Vec<StoredPut>>,
}

impl Accepted {
    /// Tells whether an operation settles a dispute: it replaces two or more different values of a key that can be in dispute.
    pub fn settles(&self, operation: usize) -> bool {
        let (Some(put), Some(replaced)) = (self.change.puts.get(operation), self.replaced.get(operation)) else {
            return false;
        };
        if replaced.len() < 2 {
            return false;
        }
        let mut norms: Vec<Vec<u8>> = replaced.iter().map(|stored| stored.value.norm()).collect();
        norms.sort();
        norms.dedup();
        put.key.disputable() && norms.len() > 1
    }
}

/// How large a document is before a change is added, for the limits that only the home server and the pen judge.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DocumentSize {
    /// How many actors wrote in it.
    pub actors: usize,
    /// How many changes it has.
    pub changes: usize,
    /// How many bytes these have together, uncompressed.
    pub bytes: usize,
}

/// Tells whether a document would still be within its limits with one more change.
pub fn check_limits(change: &Change, change_bytes: usize, document: &DocumentSize) -> Result<(), Reason> {
    // An actor's changes form one line, so the first of its line is the one that brings it.
    if change.seq == 1 && document.actors >= limits::DOCUMENT_ACTORS {
        return Err(Reason::TooManyActors);
    }
    if document.changes >= limits::DOCUMENT_CHANGES {
        return Err(Reason::TooManyChanges);
    }
    if document.bytes + change_bytes > limits::DOCUMENT_BYTES {
        return Err(Reason::DocumentTooLarge);
    }
    Ok(())
}

/// What the gate says of a change.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It may be stored, exactly as projected.
    Accepted(Box<Accepted>),
    /// It is known; this is what became of it.
    Known(Fate),
    /// It must wait.
    Pending(Missing),
    /// It depends on a change that is kept aside, so it is kept aside too.
    Parked(Reason),
    /// It will never be taken.
    Refused(Reason),
}
