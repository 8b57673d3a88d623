//! An encrypted file: its key in the app's key store, and a recovery code for when that store loses it.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::recovery::{self, RecoveryError};
use super::{Device, DeviceError, Environment, Opened};
use crate::store::{self, FileKey};

/// Keeps the key of the phone's file, wrapped by what the system offers; the app implements it.
///
/// The core asks once for each opening, keeps the key in memory while the file is open, and wipes it afterwards.
pub trait KeyStore: Send + Sync {
    /// Returns the key that was stored last, unwrapped; nothing if there is none (any more).
    fn load(&self) -> Result<Option<Zeroizing<[u8; 32]>>, String>;

    /// Wraps and keeps a key; once this returns it survives the end of the process.
    fn store(&self, key: &[u8; 32]) -> Result<(), String>;
}

impl Device {
    /// Opens the encrypted file at a path, or makes it with a fresh key that is stored first.
    ///
    /// A key that is wrong or lost is an error that touches nothing; [`Device::recover`] helps, or [`Device::set_aside`] and a
    /// new start. Blocks.
    pub fn open_encrypted(path: &Path, keys: &dyn KeyStore, environment: Environment) -> Result<Opened, DeviceError> {
        let key = match load(keys)? {
            Some(key) => key,
            None if path.exists() => return Err(DeviceError::KeyLost),
            None => fresh(keys, &environment)?,
        };
        Self::open_with(path, Some(FileKey::new(key)), environment)
    }

    /// Makes a code, to be shown once and written down, that opens the file when the key store loses its key. A code that was
    /// made earlier opens nothing any more. Blocks.
    pub fn recovery_code(&self) -> Result<Zeroizing<String>, DeviceError> {
        let key = self.store.key().ok_or(DeviceError::NotEncrypted)?;
        let (code, sealed) = recovery::seal(key.bytes(), self.environment.entropy.as_ref())?;
        let place = store::recovery_file(self.store.path());
        store::replace_file(&place, &sealed)?;
        Ok(code)
    }

    /// Opens the file by its recovery code, and stores the key again. A wrong code touches nothing. Blocks.
    pub fn recover(
        path: &Path,
        code: &str,
        keys: &dyn KeyStore,
        environment: Environment,
    ) -> Result<Opened, DeviceError> {
        let place = store::recovery_file(path);
        if !place.exists() {
            return Err(RecoveryError::NoCode.into());
        }
        let sealed = std::fs::read(&place)
            .map_err(|error| DeviceError::File { path: place.clone(), reason: error.to_string() })?;
        let key = recovery::open(&sealed, code)?;
        let opened = Self::open_with(path, Some(FileKey::new(key.clone())), environment)?;
        keys.store(&key).map_err(DeviceError::KeyStore)?;
        Ok(opened)
    }

    /// Moves a file that cannot be opened out of the way, with its recovery copy, so that the phone can start anew. Nothing is
    /// deleted: should the key or the code be found, salvage reads the file under the name that is returned. Blocks.
    pub fn set_aside(path: &Path, environment: &Environment) -> Result<PathBuf, DeviceError> {
        Ok(store::set_aside_whole(path, environment.clock.as_ref())?)
    }
}

/// Asks the app's key store, whose failure says nothing about the file.
pub(super) fn load(keys: &dyn KeyStore) -> Result<Option<Zeroizing<[u8; 32]>>, DeviceError> {
    keys.load().map_err(DeviceError::KeyStore)
}

/// Draws a key and makes sure that the key store gives it back, before anything depends on it.
fn fresh(keys: &dyn KeyStore, environment: &Environment) -> Result<Zeroizing<[u8; 32]>, DeviceError> {
    let mut key = Zeroizing::new([0; 32]);
    environment.entropy.fill(key.as_mut_slice());
    keys.store(&key).map_err(DeviceError::KeyStore)?;
    match load(keys)? {
        Some(kept) if kept == key => Ok(key),
        _ => Err(DeviceError::KeyStore("it does not give back the key that it was handed".to_owned())),
    }
}
