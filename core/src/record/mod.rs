//! What a document holds: keys, values, edits, reading and disputes. The only user of automerge.
//!
//! A document is one flat map. Every operation is a put of a scalar that names all visible values of its key
//! (see `docs/decisions`), so rows made from the bytes of changes tell all that the document says.

mod canonical;
mod edit;
mod key;
mod reading;
mod snapshot;
mod value;

pub use canonical::{canonical, CanonicalError};
pub use edit::{write_change, Draft, DraftPut};
pub use key::{escape_name, unescape_name, Class, Key, KeyError, Subject};
pub use reading::{read, Answer, Authorship, Record, Review, ReviewState, SignOff, Stated, VisiblePut};
pub use snapshot::{expand_snapshot, make_snapshot, SnapshotError};
pub use value::{Parts, Settlement, Value, ValueError};
