//! The items of a page.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::gate::Verdict;
use crate::ids::{ActorId, ChangeHash, DocId, DocParts, Epoch, LogId, RoundId, SiteId};
use crate::region::{Area, Code};

use super::encode::encode_scopes;
use super::{RequestKey, WireError};

/// How far a log was read: opaque to the device (the server keeps lsn and the start of its running hash in it).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cursor(pub [u8; 16]);

/// What a device syncs: an area and one round, or an area and its findings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    /// The area.
    pub area: Area,
    /// The round; nothing for the area's findings.
    pub round: Option<RoundId>,
}

/// A device's whole list of scopes, ascending, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopeList(pub Vec<Scope>);

impl ScopeList {
    /// Puts scopes in order, each once.
    pub fn of(scopes: impl IntoIterator<Item = Scope>) -> Self {
        let ordered: BTreeSet<Scope> = scopes.into_iter().collect();
        Self(ordered.into_iter().collect())
    }

    /// Returns the first 8 bytes of SHA-256 over the list as its item holds it. An empty list has a hash too: zeros in a
    /// request mean that the device has no list yet.
    pub fn hash8(&self) -> Result<[u8; 8], WireError> {
        let digest: [u8; 32] = Sha256::digest(encode_scopes(self)?).into();
        let mut first = [0; 8];
        first.copy_from_slice(digest.split_at(8).0);
        Ok(first)
    }
}

/// The last item of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// Whether the device should ask again at once because there is more.
    pub more: bool,
    /// How many seconds the device should wait before its next exchange, if the server is busy; else 0.
    pub back_off: u16,
    /// The first 8 bytes of the hash of the manifest of reference data that holds for this device.
    pub manifest: [u8; 8],
    /// The log position up to which a backup exists; own changes up to it may be dropped.
    pub backup: u64,
    /// Seconds since 1970 by the server's clock; the phone shows how far its own is off.
    pub now: u64,
}

/// One item of a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A certificate's bytes.
    Certificate(Vec<u8>),
    /// A registration's bytes.
    Registration(Vec<u8>),
    /// The document that the changes and snapshots after it belong to.
    Document(DocParts),
    /// A change with its signature.
    Change {
        /// The author's signature over document and hash.
        signature: [u8; 64],
        /// The change, uncompressed.
        bytes: Vec<u8>,
        /// In a reply, the position at which the log holds it; 0 in a push.
        lsn: u64,
    },
    /// The whole document as `save_nocompress`; only with a `Vouch` later in the page (see [`check_snapshots`](super::check_snapshots)).
    Snapshot {
        /// The snapshot.
        bytes: Vec<u8>,
        /// The position of the last of its changes in the log.
        lsn: u64,
    },
    /// The server's signature over all snapshots of this page, in order.
    Vouch([u8; 64]),
    /// The verdicts on the changes of this very request, in their order, each with its position in the log or 0.
    Verdicts(Vec<(Verdict, u64)>),
    /// A verdict on an earlier change, which may differ from what was said then; with its position if it is in the log.
    Verdict {
        /// The document.
        doc: DocId,
        /// The change.
        hash: ChangeHash,
        /// What is said of it now.
        verdict: Verdict,
        /// Its position in the log, or 0.
        lsn: u64,
    },
    /// The device's whole list of scopes.
    Scopes(ScopeList),
    /// A document that the device should drop once nothing holds it.
    Drop(DocParts),
    /// A site that moved to another place in the division tree.
    Place {
        /// The site.
        site: SiteId,
        /// Its code now.
        code: Code,
    },
    /// A small picture of a photo.
    Thumbnail {
        /// The photo's hash.
        photo: [u8; 32],
        /// The picture.
        bytes: Vec<u8>,
    },
    /// The other side asks for the registrations of actors, with their certificates.
    NeedRegistrations(Vec<ActorId>),
    /// The server asks for changes of a document, whatever the device's own marks say.
    NeedChanges {
        /// The document.
        doc: DocId,
        /// The changes.
        hashes: Vec<ChangeHash>,
    },
    /// The request's number is not above the last of its instance: this database is a restored copy. Echoes the request.
    Restored(RequestKey),
    /// The log has another id or epoch, or does not know the device's cursor: it was restored, and the device must audit.
    OtherLog {
        /// Its id.
        log: LogId,
        /// Its life.
        epoch: Epoch,
    },
    /// The end of the reply.
    End(End),
}

impl Item {
    /// Returns how many bytes the item takes in a page before compression, or a few more.
    pub fn estimate(&self) -> usize {
        // Kind, length, and what of fixed size the largest of them has.
        const HEAD: usize = 40;
        HEAD + match self {
            Self::Certificate(bytes) | Self::Registration(bytes) => bytes.len(),
            Self::Document(_) | Self::Drop(_) | Self::Place { .. } | Self::Verdict { .. } => 64,
            Self::Change { bytes, .. } => 64 + bytes.len(),
            Self::Snapshot { bytes, .. } => bytes.len(),
            Self::Vouch(_) => 64,
            Self::Verdicts(verdicts) => 13 * verdicts.len(),
            Self::Scopes(list) => 50 * list.0.len(),
            Self::Thumbnail { bytes, .. } => 32 + bytes.len(),
            Self::NeedRegistrations(actors) => 16 * actors.len(),
            Self::NeedChanges { hashes, .. } => 16 + 32 * hashes.len(),
            Self::Restored(_) | Self::OtherLog { .. } | Self::End(_) => 0,
        }
    }
}
