//! The app's key store, as the core sees it.

use std::sync::Arc;

use sumu_core::device;
use zeroize::Zeroizing;

use crate::SumuResult;

/// Keeps the key of the phone's file, wrapped by the system's key store; the app implements it.
///
/// A failure is thrown as any variant of `SumuError`, and reaches the caller of `open` as `Locked`.
#[uniffi::export(with_foreign)]
pub trait KeyStore: Send + Sync {
    /// Returns the key that was stored last, unwrapped: 32 bytes; nothing if there is none (any more).
    fn load(&self) -> SumuResult<Option<Vec<u8>>>;

    /// Wraps and keeps a key; once this returns it survives the end of the process.
    fn store(&self, key: Vec<u8>) -> SumuResult<()>;
}

/// What the core is handed.
pub(crate) struct Keys(pub(crate) Arc<dyn KeyStore>);

impl device::KeyStore for Keys {
    fn load(&self) -> Result<Option<Zeroizing<[u8; 32]>>, String> {
        let Some(bytes) = self.0.load().map_err(|error| error.to_string())? else { return Ok(None) };
        let bytes = Zeroizing::new(bytes);
        let key = bytes.as_slice().try_into().map_err(|_| format!("a key of {} bytes, not 32", bytes.len()))?;
        Ok(Some(Zeroizing::new(key)))
    }

    fn store(&self, key: &[u8; 32]) -> Result<(), String> {
        self.0.store(key.to_vec()).map_err(|error| error.to_string())
    }
}
