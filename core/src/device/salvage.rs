//! What can be saved from a broken file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Map, Value as Json, json};

use super::vault::{self, KeyStore};
use super::{Device, DeviceError};
use crate::gate::{limits, parse};
use crate::ids::{DocId, DocParts};
use crate::store::FileKey;
use crate::store::salvage::{self, Found};

/// What a salvage saved.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct SalvageReport {
    /// Own changes written out, with their signatures.
    pub changes: u64,
    /// Of these, those that the server is not known to hold.
    pub unsent: u64,
    /// Readable answers written out.
    pub answers: u64,
    /// Places of the file that could not be read.
    pub damaged: u64,
}

impl Device {
    /// Reads what can still be read from a file, broken ones too, and writes own unsent changes and all answers as lines of
    /// JSON into a new file. The file that is read is not touched. Blocks.
    pub fn salvage(path: &Path, out: &Path) -> Result<SalvageReport, DeviceError> {
        salvage_with(path, None, out)
    }

    /// Salvages an encrypted file by the key that the app's key store holds. Blocks.
    pub fn salvage_encrypted(path: &Path, keys: &dyn KeyStore, out: &Path) -> Result<SalvageReport, DeviceError> {
        let key = vault::load(keys)?.ok_or(DeviceError::KeyLost)?;
        salvage_with(path, Some(&FileKey::new(key)), out)
    }

    /// Writes what [`Device::salvage`] would of the file that is open: a copy of all unsent work for a memory stick. It is not
    /// encrypted. Blocks.
    pub fn export(&self, out: &Path) -> Result<SalvageReport, DeviceError> {
        salvage_with(self.store.path(), self.store.key(), out)
    }
}

fn salvage_with(path: &Path, key: Option<&FileKey>, out: &Path) -> Result<SalvageReport, DeviceError> {
    let failed = |path: &Path, error: &dyn std::fmt::Display| DeviceError::File {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    if !path.is_file() {
        return Err(failed(path, &"there is no such file"));
    }
    let file = File::create_new(out).map_err(|error| failed(out, &error))?;
    let mut lines = Lines { out: BufWriter::new(file), report: SalvageReport::default() };
    let written = match salvage::open(path, key) {
        Ok(connection) => salvage::read(&connection, &mut |found| lines.take(found)),
        // What is encrypted holds nothing to carve.
        Err(error) if key.is_some() => {
            let _ = std::fs::remove_file(out);
            return Err(error.into());
        }
        Err(error) => {
            tracing::warn!(%error, "the file is no database any more");
            lines.report.damaged += 1;
            read_copy_or_carve(path, out, &mut lines)
        }
    };
    written.and_then(|()| lines.finish()).map_err(|error| failed(out, &error))?;
    Ok(lines.report)
}

/// Writes what was found, a line each.
struct Lines {
    out: BufWriter<File>,
    report: SalvageReport,
}

impl Lines {
    fn take(&mut self, found: Found) -> std::io::Result<()> {
        match found {
            Found::Damage => self.report.damaged += 1,
            Found::Change { own: false, .. } => {}
            Found::Change { doc, hash, bytes, signature, own: true, in_log } => {
                self.report.changes += 1;
                self.report.unsent += u64::from(!in_log);
                let mut line = place(doc.as_ref());
                line.insert("kind".to_owned(), json!("change"));
                line.insert("hash".to_owned(), json!(hash));
                line.insert("in_log".to_owned(), json!(in_log));
                line.insert("signature".to_owned(), json!(signature.map(|bytes| HEXLOWER.encode(&bytes))));
                self.change(line, &bytes)?;
            }
            Found::Field { doc, key, value, person, at } => {
                self.report.answers += 1;
                let mut line = place(doc.as_ref());
                line.insert("kind".to_owned(), json!("answer"));
                line.insert("key".to_owned(), json!(key.plain()));
                line.insert("value".to_owned(), value.to_json());
                line.insert("person".to_owned(), json!(person));
                line.insert("at".to_owned(), json!(at));
                self.line(&line)?;
            }
        }
        Ok(())
    }

    /// Writes a change with its bytes and, so that a person can read it, its values.
    fn change(&mut self, mut line: Map<String, Json>, bytes: &[u8]) -> std::io::Result<()> {
        if let Ok(change) = parse(bytes) {
            let values = change.puts.iter().map(|put| (put.key.plain().to_owned(), put.value.to_json()));
            line.insert("values".to_owned(), Json::Object(values.collect()));
            line.insert("at".to_owned(), json!(change.time));
        }
        line.insert("bytes".to_owned(), json!(BASE64.encode(bytes)));
        self.line(&line)
    }

    fn line(&mut self, line: &Map<String, Json>) -> std::io::Result<()> {
        serde_json::to_writer(&mut self.out, line)?;
        self.out.write_all(b"\n")
    }

    fn finish(&mut self) -> std::io::Result<()> {
        self.out.flush()?;
        self.out.get_ref().sync_all()
    }
}

/// Says which document a line is about, as far as that is known.
fn place(doc: Option<&(DocId, DocParts)>) -> Map<String, Json> {
    let mut line = Map::new();
    let Some((doc, parts)) = doc else { return line };
    line.insert("doc".to_owned(), json!(doc));
    line.insert("site".to_owned(), json!(parts.site()));
    match parts {
        DocParts::Record { item, round, .. } => {
            line.insert("item".to_owned(), json!(item));
            line.insert("round".to_owned(), json!(round));
        }
        DocParts::Finding { ulid, .. } => {
            line.insert("finding".to_owned(), json!(ulid.to_string()));
        }
    }
    line
}

/// Reads a copy with a new head; where even that is no database, searches the bytes for changes.
fn read_copy_or_carve(path: &Path, out: &Path, lines: &mut Lines) -> std::io::Result<()> {
    let mut copy = out.as_os_str().to_owned();
    copy.push(".copy");
    let copy = Path::new(&copy);
    salvage::copy_with_new_head(path, copy)?;
    let read = match salvage::open_copy(copy) {
        Ok(connection) => salvage::read(&connection, &mut |found| lines.take(found)),
        Err(_) => carve(path, lines),
    };
    salvage::remove_copy(copy);
    read
}

/// Searches the bytes of a file that is no database any more, and of its write-ahead log, for whole changes.
fn carve(path: &Path, lines: &mut Lines) -> std::io::Result<()> {
    const MAGIC: &[u8] = &[0x85, 0x6f, 0x4a, 0x83];
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let mut seen = std::collections::BTreeSet::new();
    for path in [path, Path::new(&log)] {
        let Ok(bytes) = std::fs::read(path) else { continue };
        let starts = (0..bytes.len()).filter(|at| bytes.get(*at..).is_some_and(|rest| rest.starts_with(MAGIC)));
        for start in starts {
            let Some(chunk) = chunk(bytes.get(start..).unwrap_or_default()) else { continue };
            let Ok(change) = parse(chunk) else { continue };
            if seen.insert(change.hash) {
                lines.report.changes += 1;
                lines.report.unsent += 1;
                let mut line = Map::new();
                line.insert("kind".to_owned(), json!("change"));
                line.insert("hash".to_owned(), json!(change.hash));
                lines.change(line, chunk)?;
            }
        }
    }
    Ok(())
}

/// Cuts one chunk off the front by the length in its head: magic, checksum, type, length as LEB128.
fn chunk(bytes: &[u8]) -> Option<&[u8]> {
    let (mut length, mut head) = (0usize, 9);
    for shift in (0..28).step_by(7) {
        let byte = *bytes.get(head)?;
        head += 1;
        length |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    bytes.get(..head + length).filter(|chunk| chunk.len() <= limits::CHANGE_BYTES)
}
