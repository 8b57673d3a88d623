//! The log: the append-only sequence of accepted changes, and what became of those that are not in it.
//!
//! [`Log`] is the contract of a backend, `conformance` (a feature of the same name) its proof, [`Sqlite`](crate::Sqlite) the
//! one that is built.

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod known;
mod puts;
mod sqlite;
#[cfg(test)]
mod tests;
mod verify;

pub use crate::sqlite::Document;
pub(crate) use puts::Kept;
pub(crate) use sqlite::read_change;
pub use verify::{Problem, Verified, verify};

use std::rc::Rc;

use sumu_core::gate::{Accepted, Known, Reason, Verdict};
use sumu_core::ids::{ActorId, ChangeHash, ContentHash, DeviceId, DocId, DocParts, PersonId};
use sumu_core::sign::Registration;
use sumu_core::wire::Cursor;

/// The log as a transaction sees it, with the changes that are pending, parked or refused beside it.
///
/// # Contract
///
/// - **What serialises**: a writing transaction that has read the head keeps every other writer out, of this process and of
///   others, until it ends. So positions have no holes and their order is the order of commits.
/// - **What commit means**: [`Log::seal`] moves the head row last. Once the commit returns, everything appended is on disk; a
///   reader that sees the head at a position sees every row up to it.
/// - **What drop means**: a transaction that is dropped, by an error, a panic or a lost connection, leaves no trace, and its
///   positions are given out again.
/// - **Idempotent**: a change stands in the log once, by document and hash, whoever brings it again.
/// - Only what the gate accepted against this very transaction may be appended.
pub trait Log: Known {
    /// Returns how far the log goes, this transaction's own rows included.
    fn head(&self) -> Result<Head, Self::Error>;

    /// Makes an actor known. Its certificate must be known already.
    fn register(&self, registration: &Registration, bytes: &[u8]) -> Result<(), Self::Error>;

    /// Returns a document, if the log holds anything of it.
    fn document(&self, doc: &DocId) -> Result<Option<Rc<Document>>, Self::Error>;

    /// Appends an accepted change and returns its position; one that the log holds already keeps the position it has.
    fn append(&self, entry: &Entry<'_>) -> Result<Appended, Self::Error>;

    /// Appends a verdict that differs from what the author's device was told before.
    fn append_verdict(&self, later: &LaterVerdict) -> Result<u64, Self::Error>;

    /// Appends a certificate that a device should fetch.
    fn append_certificate(&self, device: &DeviceId, certificate: &ContentHash) -> Result<u64, Self::Error>;

    /// Moves the head to the last row that was appended; the last thing before the commit.
    fn seal(&self) -> Result<Head, Self::Error>;

    /// Returns the cursor of a position that the log has.
    fn cursor(&self, lsn: u64) -> Result<Option<Cursor>, Self::Error>;

    /// Returns rows after a position, in order.
    fn rows(&self, after: u64, limit: usize) -> Result<Vec<LogRow>, Self::Error>;

    /// Returns rows after a position that are meant for one device, in order.
    fn rows_for(&self, device: &DeviceId, after: u64, limit: usize) -> Result<Vec<LogRow>, Self::Error>;

    /// Returns the bytes of the change at a position.
    fn change(&self, lsn: u64) -> Result<Option<StoredChange>, Self::Error>;

    /// Returns the position of a change that the log holds.
    fn position(&self, doc: &DocId, hash: &ChangeHash) -> Result<Option<u64>, Self::Error>;

    /// Keeps a change that is pending or parked, or changes what is said of it.
    fn keep(&self, waiting: &Waiting) -> Result<(), Self::Error>;

    /// Returns what is kept of a document, in an order in which nothing stands before what it depends on.
    fn waiting(&self, doc: &DocId) -> Result<Vec<Waiting>, Self::Error>;

    /// Returns one change of what is kept.
    fn kept(&self, doc: &DocId, hash: &ChangeHash) -> Result<Option<Waiting>, Self::Error>;

    /// Takes a change out of what is kept, because it is in the log or refused.
    fn release(&self, doc: &DocId, hash: &ChangeHash) -> Result<(), Self::Error>;

    /// Remembers a change that will never be taken; its actor, if its bytes could be read.
    fn refuse(
        &self,
        doc: &DocId,
        hash: &ChangeHash,
        actor: Option<&ActorId>,
        reason: Reason,
        now: i64,
    ) -> Result<(), Self::Error>;
}

/// How far the log goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The position of the last row, 0 for none.
    pub lsn: u64,
    /// SHA-256 over the running hash before and the row.
    pub running: [u8; 32],
}

impl Head {
    /// Returns the cursor of a device that has read everything.
    pub fn cursor(&self) -> Cursor {
        let mut mark = [0; 8];
        mark.copy_from_slice(self.running.split_at(8).0);
        make_cursor(self.lsn, mark)
    }
}

/// Makes a cursor: the position as u64 big-endian, then the first 8 bytes of the running hash there; zeros at the start.
fn make_cursor(lsn: u64, mark: [u8; 8]) -> Cursor {
    let mut bytes = [0; 16];
    if lsn > 0 {
        let (position, rest) = bytes.split_at_mut(8);
        position.copy_from_slice(&lsn.to_be_bytes());
        rest.copy_from_slice(&mark);
    }
    Cursor(bytes)
}

/// Returns the position that a cursor claims.
pub(crate) fn claimed(cursor: &Cursor) -> u64 {
    cursor.0.first_chunk::<8>().map_or(0, |position| u64::from_be_bytes(*position))
}

/// An accepted change that is to be appended.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The document.
    pub doc: &'a DocId,
    /// What it is about.
    pub parts: &'a DocParts,
    /// What the gate said.
    pub accepted: &'a Accepted,
    /// The author's signature.
    pub signature: &'a [u8; 64],
    /// The bytes.
    pub bytes: &'a [u8],
    /// Whether its round was closed.
    pub late: bool,
}

/// Where a change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// It was appended at this position.
    New(u64),
    /// It stood at this position already.
    Known(u64),
}

/// A verdict that differs from what the author's device was told before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaterVerdict {
    /// The document.
    pub doc: DocId,
    /// The change.
    pub hash: ChangeHash,
    /// The author's device.
    pub device: DeviceId,
    /// What is said now.
    pub verdict: Verdict,
}

/// One row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// Its position.
    pub lsn: u64,
    /// The first 8 bytes of the running hash there.
    pub mark: [u8; 8],
    /// What it says.
    pub what: Logged,
}

impl LogRow {
    /// Returns the cursor of a device that has read up to this row.
    pub fn cursor(&self) -> Cursor {
        make_cursor(self.lsn, self.mark)
    }
}

/// What a row of the log says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Logged {
    /// A change was accepted.
    Change {
        /// The document.
        parts: DocParts,
        /// The site's division code today.
        code: String,
    },
    /// A verdict changed.
    Verdict(LaterVerdict),
    /// A certificate was made for a device.
    Certificate {
        /// The device.
        device: DeviceId,
        /// The certificate.
        hash: ContentHash,
    },
}

/// A change as the log holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredChange {
    /// Its hash.
    pub hash: ChangeHash,
    /// Who wrote it.
    pub actor: ActorId,
    /// Its number in the actor's line.
    pub seq: u64,
    /// The author's signature.
    pub signature: [u8; 64],
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// A change that is pending or parked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The document.
    pub doc: DocId,
    /// What it is about.
    pub parts: DocParts,
    /// The change.
    pub hash: ChangeHash,
    /// Who wrote it.
    pub actor: ActorId,
    /// The author and their device, once the registration is known.
    pub author: Option<(PersonId, DeviceId)>,
    /// The device that brought it.
    pub carrier: DeviceId,
    /// Pending or parked, with the reason.
    pub verdict: Verdict,
    /// What a pending one waits for.
    pub missing: Vec<ChangeHash>,
    /// The counter of its first operation.
    pub start_op: u64,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The author's signature.
    pub signature: [u8; 64],
    /// When it came, in seconds since 1970.
    pub received_at: i64,
}
