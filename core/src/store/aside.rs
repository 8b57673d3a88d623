//! A damaged file: how it is noticed without reading all of it, and how it is moved out of the way.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::StoreError;
use crate::clock::Clock;

/// Up to this many pages (8 MB) the whole file is checked at every opening; that takes some milliseconds.
const SMALL_FILE: i64 = 2_048;
/// Of larger files only these tables, without which nothing works, are checked.
const VITAL: [&str; 6] = ["meta", "holder", "certificate", "actor", "scope", "doc"];

/// Checks a file as thoroughly as an opening may take.
///
/// Damage elsewhere shows when it is met: then [`suspect`] leaves a mark, and the next opening checks the whole file.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
    let mark = mark(path);
    if mark.exists() || pages <= SMALL_FILE {
        let pragma = if mark.exists() { "integrity_check" } else { "quick_check" };
        insist(connection, &format!("PRAGMA {pragma}(1)"))?;
        let _ = std::fs::remove_file(mark);
        return Ok(());
    }
    VITAL.iter().try_for_each(|table| insist(connection, &format!("PRAGMA quick_check({table})")))
}

fn insist(connection: &Connection, pragma: &str) -> Result<(), StoreError> {
    let said: String = connection.query_row(pragma, [], |row| row.get(0))?;
    if said == "ok" { Ok(()) } else { Err(StoreError::Damaged(said)) }
}

/// Leaves a mark beside the file, so that the next opening checks all of it.
pub(super) fn suspect(path: &Path) {
    let _ = OpenOptions::new().create(true).append(true).open(mark(path));
}

fn mark(path: &Path) -> PathBuf {
    beside(path, "-suspect")
}

/// Moves a damaged file and what belongs to it to new names; nothing is deleted.
pub(super) fn set_aside(path: &Path, clock: &dyn Clock) -> Result<PathBuf, StoreError> {
    let seconds = clock.seconds();
    let aside = (0..1_000)
        .map(|count| beside(path, &format!(".damaged-{seconds}-{count}")))
        .find(|aside| !aside.exists())
        .ok_or_else(|| failed(path, &"there are a thousand damaged files beside it already"))?;
    for suffix in ["-wal", "-shm", ""] {
        let from = beside(path, suffix);
        if from.exists() {
            std::fs::rename(&from, beside(&aside, suffix)).map_err(|error| failed(&from, &error))?;
        }
    }
    let _ = std::fs::remove_file(mark(path));
    Ok(aside)
}

/// Moves a file that cannot be opened, and the copy of its key with it.
pub(crate) fn set_aside_whole(path: &Path, clock: &dyn Clock) -> Result<PathBuf, StoreError> {
    let aside = set_aside(path, clock)?;
    let copy = recovery_file(path);
    if copy.exists() {
        std::fs::rename(&copy, recovery_file(&aside)).map_err(|error| failed(&copy, &error))?;
    }
    Ok(aside)
}

/// Returns where the copy of a file's key that the recovery code opens is kept.
pub(crate) fn recovery_file(path: &Path) -> PathBuf {
    beside(path, ".recovery")
}

/// Writes a small file as a whole or not at all.
pub(crate) fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let fresh = beside(path, ".new");
    let written = std::fs::File::create(&fresh).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&fresh, path)?;
        // The name is on the disk once its folder is.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::File::open(folder)?.sync_all()
    });
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::Full,
        _ => failed(path, &error),
    })
}

pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

pub(super) fn failed(path: &Path, reason: &dyn std::fmt::Display) -> StoreError {
    StoreError::File { path: path.to_owned(), reason: reason.to_string() }
}
