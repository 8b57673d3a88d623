//! What a document holds: keys, values, edits, reading and disputes. The only user of automerge, and the only other writer
//! of its format.
//!
//! A document is one flat map. Every operation is a put of a scalar that names all visible values of its key
//! (see `docs/decisions`), so rows made from the bytes of changes tell all that the document says.

mod canonical;
mod causal_clock;
mod columns;
mod edit;
mod filling;
pub(crate) mod format;
mod key;
mod reading;
mod report;
mod snapshot;
mod value;

pub use canonical::canonical;
pub use causal_clock::{CausalClock, OpId};
pub use edit::{Draft, Put, write_change};
#[cfg(feature = "device")]
pub(crate) use filling::Unsaved;
pub use filling::{AnswerError, Card, Dispute, Filling, Rival, Row, RowKind, Scores};
pub use key::{Class, Key, KeyError, Subject, escape_name, unescape_name};
pub use reading::{Answer, Authorship, Record, Review, ReviewState, SignOff, Stated, VisiblePut, read};
pub use report::{
    Report, ReportContext, ReportedAnswer, ReportedReview, ReportedScore, ReportedSignOff, ReportedValue,
};
pub use snapshot::{SnapshotError, expand_snapshot, make_snapshot};
pub use value::{Parts, Settlement, Value, ValueError};
