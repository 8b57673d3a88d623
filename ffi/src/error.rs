//! The one error: what the app can do about it is its variant, why is its code.

use sumu_core::device::DeviceError;
use sumu_core::link::InvalidLink;
use sumu_core::record::AnswerError;
use sumu_core::sync::SyncError;
use sumu_core::sync::http::HttpError;

/// What every call returns.
pub type SumuResult<T> = Result<T, SumuError>;

/// Makes an error of one kind from its code and what it says.
type Make = fn(&str, &dyn std::fmt::Display) -> SumuError;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $make:ident)*) => {
        /// Says why a call failed. The variant says what to do, and both it and `code` are stable; `detail` is for people, in
        /// English; `retryable` tells whether the same call may work later as it is. Unless the README says otherwise,
        /// nothing was changed.
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
        pub enum SumuError {
            $(
                $(#[$doc])*
                #[error("{detail}")]
                $kind {
                    /// The stable word of the cause.
                    code: String,
                    /// What went wrong and what to do, in plain words.
                    detail: String,
                    /// Whether the same call may work later.
                    retryable: bool,
                },
            )*
        }

        impl SumuError {
            $(pub(crate) fn $make(code: &str, detail: &dyn std::fmt::Display) -> Self {
                let retryable = RETRYABLE.contains(&code);
                Self::$kind { code: code.to_owned(), detail: detail.to_string(), retryable }
            })*
        }
    };
}

kinds! {
    /// No server for now. Work goes on; sync again where there is a connection.
    Offline offline
    /// The call was stopped from outside, or the device is shut. What was done stays.
    Stopped stopped
    /// The file's key is wrong, lost or cannot be had. Ask for the recovery code.
    Locked locked
    /// The phone's storage is full or does not answer. Ask the person to free some space.
    Storage storage
    /// The file is damaged. Open it again, which sets it aside, and salvage what it holds.
    Damaged damaged
    /// The phone needs a new invitation from the office. Work goes on.
    Invite invite
    /// The app is too old. Ask the person to update it; nothing is lost.
    Update update
    /// The person has no right to this, or it is closed. Say so; the record stays as it was.
    Refused refused
    /// The record is not what was shown any more. Show it again and ask again.
    Changed changed
    /// What was given is no valid input. Show the detail where it was entered.
    Input input
    /// A part of the app that the core called failed.
    App app
}

/// The codes of what may pass by itself.
const RETRYABLE: [&str; 9] =
    ["offline", "busy", "bad-reply", "runtime", "cancelled", "key-store", "storage-full", "storage-busy", "callback"];

impl From<DeviceError> for SumuError {
    fn from(error: DeviceError) -> Self {
        use DeviceError as E;
        let (make, code): (Make, &str) = match &error {
            E::Server(_) => match error {
                E::Server(error) => return error.into(),
                _ => (Self::storage, "storage-busy"),
            },
            E::StorageFull => (Self::storage, "storage-full"),
            E::Store(_) => (Self::storage, "storage-busy"),
            E::File { .. } => (Self::storage, "file"),
            E::Damaged(_) => (Self::damaged, "damaged"),
            E::TooNew { .. } => (Self::update, "file-too-new"),
            E::NoEncryption => (Self::update, "no-encryption"),
            E::WrongKey => (Self::locked, "wrong-key"),
            E::KeyLost => (Self::locked, "key-lost"),
            E::KeyStore(_) => (Self::locked, "key-store"),
            E::Recovery(_) => (Self::locked, "recovery-code"),
            E::NotEncrypted => (Self::input, "not-encrypted"),
            E::NotEnrolled => (Self::invite, "not-enrolled"),
            E::OtherProgramme => (Self::invite, "other-programme"),
            E::NoReference => (Self::offline, "no-reference"),
            E::UnknownSite(_) => (Self::input, "unknown-site"),
            E::UnknownItem(_) => (Self::input, "unknown-item"),
            E::UnknownRound(_) => (Self::input, "unknown-round"),
            E::NoRound => (Self::refused, "no-round"),
            E::SeveralRounds { .. } => (Self::input, "several-rounds"),
            E::Disputed { .. } => (Self::changed, "disputed"),
            E::NotDisputed(_) => (Self::changed, "not-disputed"),
            E::ChangedMeanwhile { .. } => (Self::changed, "changed-meanwhile"),
            E::NotAnAnswer(_) => (Self::input, "not-an-answer"),
            E::Wrong(_) => (Self::input, "wrong-answer"),
            E::FormMissing(_) => (Self::offline, "no-form"),
            E::NoRight { .. } => (Self::refused, "no-right"),
            E::RoundClosed(_) => (Self::refused, "round-closed"),
            E::Refused(_) => (Self::refused, "refused"),
            E::NoReason => (Self::input, "no-reason"),
            E::EmptyRecord => (Self::input, "empty-record"),
            E::Key(_) => (Self::input, "bad-key"),
            E::Value(_) => (Self::input, "bad-value"),
        };
        make(code, &error)
    }
}

impl From<AnswerError> for SumuError {
    fn from(error: AnswerError) -> Self {
        let code = if matches!(error, AnswerError::NoReason { .. }) { "no-reason" } else { "wrong-answer" };
        Self::input(code, &error)
    }
}

impl From<SyncError> for SumuError {
    fn from(error: SyncError) -> Self {
        use SyncError as E;
        let (make, code): (Make, &str) = match &error {
            E::Offline(_) => (Self::offline, "offline"),
            E::Busy { .. } => (Self::offline, "busy"),
            E::Protocol(_) => (Self::offline, "bad-reply"),
            E::OtherLog => (Self::offline, "other-log"),
            E::Cancelled => (Self::stopped, "cancelled"),
            E::Untrusted(_) => (Self::invite, "untrusted"),
            E::NotEnrolled => (Self::invite, "not-enrolled"),
            E::SignedOut => (Self::invite, "signed-out"),
            E::Invitation(_) => (Self::invite, "invitation"),
            E::Forbidden(_) => (Self::refused, "forbidden"),
            E::AppTooOld(_) => (Self::update, "app-too-old"),
            E::StorageFull => (Self::storage, "storage-full"),
            E::Store(_) => (Self::storage, "storage-busy"),
            E::Damaged(_) => (Self::damaged, "damaged"),
        };
        make(code, &error)
    }
}

impl From<InvalidLink> for SumuError {
    fn from(error: InvalidLink) -> Self {
        Self::input("bad-link", &error)
    }
}

impl From<HttpError> for SumuError {
    fn from(error: HttpError) -> Self {
        Self::input("bad-link", &error)
    }
}

impl From<uniffi::UnexpectedUniFFICallbackError> for SumuError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::app("callback", &error.reason)
    }
}
