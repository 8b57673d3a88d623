//! What goes wrong with the file.

use std::path::PathBuf;

use rusqlite::ErrorCode;

/// Says why the file could not be read or written; the transaction was rolled back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// No room for what should be written.
    #[error("the storage is full")]
    Full,
    /// SQLite found the file damaged, or a row that no version of this program wrote.
    #[error("{0}")]
    Damaged(String),
    /// A newer program wrote the file.
    #[error("the file has version {found}; this program knows up to {known}")]
    TooNew {
        /// The file's version.
        found: i64,
        /// The greatest that is known.
        known: i64,
    },
    /// The key is not the one that the file was made with; nothing was touched.
    #[error("the key does not open the file")]
    WrongKey,
    /// This build holds plain SQLite.
    #[error("this build cannot encrypt")]
    NoEncryption,
    /// The file cannot be opened, moved or made.
    #[error("{path}: {reason}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Anything else that SQLite says.
    #[error("{0}")]
    Sqlite(#[source] rusqlite::Error),
}

/// An error that may come of a damaged file.
pub(crate) trait Damage: From<StoreError> {
    /// Says what is damaged, if that is the cause.
    fn damage(&self) -> Option<&str>;
}

impl Damage for StoreError {
    fn damage(&self) -> Option<&str> {
        match self {
            Self::Damaged(why) => Some(why),
            _ => None,
        }
    }
}

impl StoreError {
    /// Says that a row holds what was never written.
    pub(crate) fn row(what: &'static str) -> Self {
        Self::Damaged(format!("a row of the file is damaged: {what}"))
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error.to_string()),
            _ => match error {
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::IntegralValueOutOfRange(..) => Self::Damaged(error.to_string()),
                other => Self::Sqlite(other),
            },
        }
    }
}
