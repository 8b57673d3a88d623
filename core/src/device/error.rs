//! What an app is told when a call fails, and what it can do about it.

use std::path::PathBuf;

use super::recovery::RecoveryError;
use crate::gate::Reason;
use crate::ids::{ChangeHash, ContentHash, Handle, SiteId};
use crate::record::{AnswerError, Key, KeyError, Stated, ValueError};
use crate::store::{Damage, StoreError};
use crate::sync::SyncError;

/// Says why a call failed; unless it says otherwise, nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// The disk or its quota is full. Nothing of this call was saved; free some space and call again.
    #[error("the phone's storage is full; free some space and try again")]
    StorageFull,
    /// The file is damaged. Open the device again: the file is set aside and salvage reads it.
    #[error("the file is damaged; open it again to set it aside, then salvage what it holds: {0}")]
    Damaged(String),
    /// The file was written by a newer app.
    #[error("the file has version {found}, this app knows up to {known}; update the app")]
    TooNew {
        /// The file's version.
        found: i64,
        /// The greatest that this program knows.
        known: i64,
    },
    /// The key store's key is not the one that the file was made with. Nothing was touched.
    #[error("the stored key does not open this phone's file; enter the recovery code")]
    WrongKey,
    /// The key store has no key (any more), and there is a file. Nothing was touched.
    #[error("the key of this phone's file is lost; enter the recovery code")]
    KeyLost,
    /// The app's key store failed. Nothing was touched; the same call may work later.
    #[error("the phone's key store failed: {0}")]
    KeyStore(String),
    /// The recovery code opens nothing.
    #[error(transparent)]
    Recovery(#[from] RecoveryError),
    /// This build cannot encrypt.
    #[error("this build of the app cannot encrypt its file; open it without a key, or take a build that can")]
    NoEncryption,
    /// The file is not encrypted, so there is nothing to recover.
    #[error("this phone's file is not encrypted; it needs no recovery code")]
    NotEncrypted,
    /// The file cannot be read or written.
    #[error("the file {path} cannot be used: {reason}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The file could not be read or written just now; the same call may work later.
    #[error("the phone's file could not be used just now: {0}")]
    Store(String),
    /// Nobody is enrolled on this phone yet.
    #[error("nobody is enrolled on this phone yet; scan an invitation first")]
    NotEnrolled,
    /// The link belongs to another programme or log than this file.
    #[error("the link belongs to another programme; a phone's file holds one programme only")]
    OtherProgramme,
    /// There was no first sync yet.
    #[error("this phone has no list of places yet; sync once while there is a connection")]
    NoReference,
    /// The site is not known on this phone.
    #[error("the site '{0}' is not known on this phone")]
    UnknownSite(String),
    /// The item is not known on this phone.
    #[error("the item '{0}' is not known on this phone")]
    UnknownItem(String),
    /// The round is not known on this phone.
    #[error("the round '{0}' is not known on this phone")]
    UnknownRound(String),
    /// No round is open.
    #[error("no round is open; ask the office to open one, then sync")]
    NoRound,
    /// Several rounds are open and none was named.
    #[error("several rounds are open; name one of them: {}", .open.iter().map(Handle::as_str).collect::<Vec<_>>().join(", "))]
    SeveralRounds {
        /// The open ones.
        open: Vec<Handle>,
    },
    /// The key is in dispute; only settling ends that.
    #[error("{key} is in dispute; settle it with a reason")]
    Disputed {
        /// The key.
        key: Key,
        /// Its distinct values, the shown one first.
        rivals: Vec<Stated>,
    },
    /// The key is not in dispute.
    #[error("{0} is not in dispute; answer it instead")]
    NotDisputed(Key),
    /// The record's form does not take these answers; nothing of the card was saved. Show each at its question.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Wrong(Vec<AnswerError>),
    /// The record's form is not on this phone yet.
    #[error("the form {0} of this record is not on this phone yet; sync once more")]
    FormMissing(ContentHash),
    /// Keys of this class are written by a call of their own.
    #[error("{0} is not written as an answer")]
    NotAnAnswer(Key),
    /// What the person saw is not what the record holds now; show it again and ask again.
    #[error("the record changed meanwhile; look at it again")]
    ChangedMeanwhile {
        /// The heads now.
        heads: Vec<ChangeHash>,
    },
    /// The person has no right to write this there.
    #[error("{person} may not write {} at {site}", .key.as_ref().map_or("this", Key::as_str))]
    NoRight {
        /// Who.
        person: Handle,
        /// Where.
        site: SiteId,
        /// The first key that is not allowed, if one alone decides.
        key: Option<Key>,
    },
    /// The round is closed by force.
    #[error("round {0} is closed; nothing more is taken into it")]
    RoundClosed(Handle),
    /// A reason must be given.
    #[error("a reason must be given")]
    NoReason,
    /// There is nothing to void, sign or review yet.
    #[error("the record is empty")]
    EmptyRecord,
    /// The record is as large as it may be, or the edit is.
    #[error("the edit is refused: {0}")]
    Refused(Reason),
    /// A key is none.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A value cannot be held.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// Enrolment reached the server and was refused, or did not reach it.
    #[error(transparent)]
    Server(#[from] SyncError),
}

impl From<StoreError> for DeviceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::StorageFull,
            StoreError::Damaged(why) => Self::Damaged(why),
            StoreError::TooNew { found, known } => Self::TooNew { found, known },
            StoreError::WrongKey => Self::WrongKey,
            StoreError::NoEncryption => Self::NoEncryption,
            StoreError::File { path, reason } => Self::File { path, reason },
            StoreError::Sqlite(error) => Self::Store(error.to_string()),
        }
    }
}

impl Damage for DeviceError {
    fn damage(&self) -> Option<&str> {
        match self {
            Self::Damaged(why) => Some(why),
            _ => None,
        }
    }
}
