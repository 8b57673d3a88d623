//! The key of an encrypted file, and how a connection is given it.

use data_encoding::HEXLOWER;
use rusqlite::{Connection, ErrorCode, OptionalExtension};
use zeroize::Zeroizing;

use super::StoreError;

/// The 32 bytes that a file is encrypted with: wiped from memory when dropped, never printed.
#[derive(Clone)]
pub(crate) struct FileKey(Zeroizing<[u8; 32]>);

impl FileKey {
    /// Takes the bytes.
    pub(crate) fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// Returns the bytes, to be wrapped and never logged.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Gives a fresh connection the key, and makes sure that it fits before anything is written.
    ///
    /// With a key, "not a database" means that it is the wrong one. Plain SQLite takes the pragma in silence and would write
    /// in clear, so the engine is asked what it is.
    pub(super) fn unlock(&self, connection: &Connection) -> Result<(), StoreError> {
        let mut hex = Zeroizing::new([0; 64]);
        HEXLOWER.encode_mut(self.0.as_slice(), hex.as_mut_slice());
        let mut pragma = Zeroizing::new(String::with_capacity(100));
        // A wrong key is told as an error; the engine's own lines about it would go to the phone's log.
        pragma.push_str("PRAGMA cipher_log_level = NONE; PRAGMA key = \"x'");
        pragma.extend(hex.iter().map(|digit| char::from(*digit)));
        pragma.push_str("'\"");
        connection.execute_batch(&pragma)?;
        let engine: Option<String> = connection.query_row("PRAGMA cipher_version", [], |row| row.get(0)).optional()?;
        if engine.is_none() {
            return Err(StoreError::NoEncryption);
        }
        match connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => Err(StoreError::WrongKey),
            read => Ok(read?),
        }
    }
}
