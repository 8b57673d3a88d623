//! Stories of a file that is encrypted: whoever lacks its key reads nothing of it and changes nothing in it.
#![cfg(feature = "encrypted")]

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use sumu_ffi::{Device, KeyStore, SumuError, SumuResult, open, recover, salvage, set_aside};

/// A key store in memory, which may fail.
#[derive(Default)]
struct Drawer {
    key: Mutex<Option<Vec<u8>>>,
    broken: bool,
}

impl Drawer {
    fn holding(key: &[u8]) -> Arc<Self> {
        Arc::new(Self { key: Mutex::new(Some(key.to_vec())), broken: false })
    }

    fn key(&self) -> Option<Vec<u8>> {
        self.key.lock().unwrap().clone()
    }
}

impl KeyStore for Drawer {
    fn load(&self) -> SumuResult<Option<Vec<u8>>> {
        if self.broken { Err(failure()) } else { Ok(self.key()) }
    }

    fn store(&self, key: Vec<u8>) -> SumuResult<()> {
        if self.broken {
            return Err(failure());
        }
        *self.key.lock().unwrap() = Some(key);
        Ok(())
    }
}

/// What a key store of an app may throw.
fn failure() -> SumuError {
    SumuError::App { code: "callback".to_owned(), detail: "the chip is busy".to_owned(), retryable: true }
}

/// A phone whose file was made, given a recovery code and closed.
struct Phone {
    folder: tempfile::TempDir,
    keys: Arc<Drawer>,
    code: String,
}

impl Phone {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = Arc::new(Drawer::default());
        let opened = open(text(folder.path().join("phone.db")), Some(keys.clone())).unwrap();
        let code = opened.device.recovery_code().unwrap();
        shut(&opened.device);
        drop(opened);
        Self { folder, keys, code }
    }

    fn path(&self) -> String {
        text(self.folder.path().join("phone.db"))
    }

    /// Everything in the phone's folder, byte for byte.
    fn bytes(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let entries = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = entries.map(|path| (path.clone(), fs::read(path).unwrap())).collect();
        files.sort();
        files
    }
}

fn text(path: PathBuf) -> String {
    path.into_os_string().into_string().unwrap()
}

fn shut(device: &Device) {
    tokio::runtime::Runtime::new().unwrap().block_on(device.shut()).unwrap();
}

/// The code of the `Locked` error that a call ends in.
fn locked<T>(result: SumuResult<T>) -> String {
    match result {
        Err(SumuError::Locked { code, detail, .. }) => {
            assert!(!detail.is_empty(), "{code} says what to do");
            code
        }
        Err(other) => panic!("{other:?} is not `Locked`"),
        Ok(_) => panic!("it opened"),
    }
}

#[test]
fn the_file_and_its_recovery_copy_hold_neither_the_key_nor_anything_in_clear() {
    let phone = Phone::new();
    let key = phone.keys.key().unwrap();
    assert_eq!(key.len(), 32);
    let files = phone.bytes();
    assert!(
        files.len() >= 2,
        "a file and a recovery copy: {:?}",
        files.iter().map(|(path, _)| path).collect::<Vec<_>>()
    );
    for (path, bytes) in files {
        assert!(!bytes.windows(16).any(|window| window == &key[..16]), "{path:?} holds the key");
        assert!(!bytes.windows(12).any(|window| window == b"CREATE TABLE"), "{path:?} is in clear");
        assert!(!bytes.starts_with(b"SQLite format 3"), "{path:?} is in clear");
    }
}

#[test]
fn a_wrong_or_lost_key_is_named_and_touches_nothing() {
    let phone = Phone::new();
    let before = phone.bytes();
    assert_eq!(locked(open(phone.path(), Some(Drawer::holding(&[7; 32])))), "wrong-key");
    assert_eq!(locked(open(phone.path(), Some(Arc::new(Drawer::default())))), "key-lost");
    assert_eq!(locked(open(phone.path(), Some(Drawer::holding(&[7; 5])))), "key-store");
    let out = text(phone.folder.path().join("out.jsonl"));
    assert_eq!(locked(salvage(phone.path(), out, Some(Drawer::holding(&[7; 32])))), "wrong-key");
    assert_eq!(phone.bytes(), before);
    let opened = open(phone.path(), Some(phone.keys.clone())).unwrap();
    assert_eq!(opened.set_aside, None, "the right key finds everything as it was");
}

#[test]
fn a_key_store_that_fails_leaves_no_file_behind() {
    let folder = tempfile::tempdir().unwrap();
    let broken = Arc::new(Drawer { broken: true, ..Drawer::default() });
    let refused = open(text(folder.path().join("phone.db")), Some(broken));
    assert!(matches!(&refused, Err(SumuError::Locked { code, retryable: true, .. }) if code == "key-store"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "no file without a key");
}

#[test]
fn the_recovery_code_opens_the_file_and_stores_the_key_again() {
    let phone = Phone::new();
    let before = phone.bytes();
    let fresh = Arc::new(Drawer::default());
    for wrong in ["", "1234", "0000-0000-0000-0000-0000-0000-0000"] {
        assert_eq!(locked(recover(phone.path(), wrong.to_owned(), fresh.clone())), "recovery-code", "{wrong:?}");
    }
    assert_eq!((phone.bytes(), fresh.key()), (before, None), "a wrong code touches nothing");
    let opened = recover(phone.path(), phone.code.to_lowercase(), fresh.clone()).unwrap();
    assert_eq!((opened.set_aside, fresh.key()), (None, phone.keys.key()));
}

#[test]
fn a_newer_code_takes_the_place_of_the_older() {
    let phone = Phone::new();
    let opened = open(phone.path(), Some(phone.keys.clone())).unwrap();
    let newer = opened.device.recovery_code().unwrap();
    shut(&opened.device);
    let fresh = Arc::new(Drawer::default());
    assert_eq!(locked(recover(phone.path(), phone.code.clone(), fresh.clone())), "recovery-code");
    assert!(recover(phone.path(), newer, fresh).is_ok());
}

#[test]
fn without_key_and_code_the_file_is_set_aside_whole_and_the_phone_starts_anew() {
    let phone = Phone::new();
    let before = phone.bytes();
    let aside = set_aside(phone.path()).unwrap();
    let fresh = Arc::new(Drawer::default());
    let opened = open(phone.path(), Some(fresh)).unwrap();
    assert!(opened.device.identity().unwrap().is_none(), "a new file");
    let (_, bytes) = before.iter().find(|(path, _)| text(path.clone()) == phone.path()).unwrap();
    assert_eq!(&fs::read(&aside).unwrap(), bytes, "the old one is kept as it was");
    let out = text(phone.folder.path().join("found.jsonl"));
    assert!(salvage(aside, out, Some(phone.keys.clone())).is_ok(), "should its key be found, it is read");
}

#[test]
fn a_damaged_page_sets_the_file_aside_where_a_wrong_key_does_not() {
    let phone = Phone::new();
    let mut bytes = fs::read(phone.path()).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8_192].fill(0x5a);
    fs::write(phone.path(), &bytes).unwrap();
    assert_eq!(locked(open(phone.path(), Some(Drawer::holding(&[7; 32])))), "wrong-key");
    let opened = open(phone.path(), Some(phone.keys.clone())).unwrap();
    let aside = opened.set_aside.unwrap();
    assert_eq!(fs::read(&aside).unwrap(), bytes, "not one byte of it is changed");
}
