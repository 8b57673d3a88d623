//! Reading what can still be read from a file, whatever state it is in.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, Row};

use super::aside::beside;
use super::docs;
use super::{FileKey, StoreError, column};
use crate::ids::{ChangeHash, DocId, DocParts, PersonId};
use crate::record::{Key, Value};

/// What salvage found.
#[derive(Debug)]
pub(crate) enum Found {
    /// A change.
    Change {
        /// Its document, if that row could be read.
        doc: Option<(DocId, DocParts)>,
        /// Its hash.
        hash: ChangeHash,
        /// Its bytes.
        bytes: Vec<u8>,
        /// Its signature.
        signature: Option<[u8; 64]>,
        /// Whether this phone wrote it.
        own: bool,
        /// Whether the server said that its log holds it.
        in_log: bool,
    },
    /// A visible value.
    Field {
        /// Its document, if that row could be read.
        doc: Option<(DocId, DocParts)>,
        /// The key.
        key: Key,
        /// The value.
        value: Value,
        /// Who wrote it, if that row could be read.
        person: Option<PersonId>,
        /// When, if that row could be read.
        at: Option<i64>,
    },
    /// Something that cannot be read.
    Damage,
}

/// Opens a file for reading only, with its write-ahead log where that can be read, else without.
///
/// A key that does not fit is an error that says so.
pub(crate) fn open(path: &Path, key: Option<&FileKey>) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let readable = |connection: &Connection| connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
    let whole = Connection::open_with_flags(path, flags)?;
    if let Some(key) = key {
        key.unlock(&whole)?;
    }
    if readable(&whole).is_ok() {
        return Ok(whole);
    }
    let name = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let alone = Connection::open_with_flags(format!("file:{name}?immutable=1"), flags)?;
    if let Some(key) = key {
        key.unlock(&alone)?;
    }
    readable(&alone)?;
    Ok(alone)
}

/// Writes a copy of a file whose head is damaged with a head as this program's files have it, so that the rest can be read.
///
/// The write-ahead log goes along, and may hold the newest work. Layout: <https://sqlite.org/fileformat2.html>.
pub(crate) fn copy_with_new_head(path: &Path, copy: &Path) -> std::io::Result<()> {
    const PAGE: u16 = 4_096;
    let mut bytes = std::fs::read(path)?;
    let pages = u32::try_from(bytes.len() / usize::from(PAGE)).unwrap_or(u32::MAX);
    let mut head = Vec::with_capacity(100);
    head.extend(b"SQLite format 3\0");
    head.extend(PAGE.to_be_bytes());
    // Read and written with a write-ahead log; no reserved bytes; the payload fractions are fixed.
    head.extend([2, 2, 0, 64, 32, 32]);
    head.extend(1u32.to_be_bytes());
    head.extend(pages.to_be_bytes());
    // No free pages; schema cookie 1, schema format 4; default cache; no vacuum; UTF-8.
    for number in [0u32, 0, 1, 4, 0, 0, 1] {
        head.extend(number.to_be_bytes());
    }
    head.resize(92, 0);
    // The size above holds for change counter 1.
    head.extend(1u32.to_be_bytes());
    head.extend(0u32.to_be_bytes());
    bytes.iter_mut().zip(head).for_each(|(byte, right)| *byte = right);
    std::fs::write(copy, bytes)?;
    let log = beside(path, "-wal");
    if log.exists() {
        std::fs::copy(log, beside(copy, "-wal"))?;
    }
    Ok(())
}

/// Removes what [`copy_with_new_head`] made, and what SQLite made beside it.
pub(crate) fn remove_copy(copy: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(beside(copy, suffix));
    }
}

/// Opens a copy, which may be written to.
pub(crate) fn open_copy(copy: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.query_row("SELECT count(*) FROM change", [], |_| Ok(()))?;
    Ok(connection)
}

/// Gives out every change and every visible value that can be read, row by row, going on after what cannot.
pub(crate) fn read(
    connection: &Connection,
    found: &mut dyn FnMut(Found) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let sql = "SELECT id, doc, hash, body, signature, own, verdict FROM change WHERE id >= ?1 ORDER BY id LIMIT 1";
    each(connection, sql, found, &mut |row, found| {
        let Some(bytes) = row.get::<_, Option<Vec<u8>>>(3)? else { return Ok(Ok(())) };
        let change = Found::Change {
            doc: parts(connection, row.get(1)?),
            hash: ChangeHash::new(row.get(2)?),
            bytes,
            signature: row.get(4)?,
            own: row.get(5)?,
            in_log: matches!(row.get::<_, i64>(6)?, 1 | 2),
        };
        Ok(found(change))
    })?;
    let sql = "SELECT id FROM doc WHERE id >= ?1 ORDER BY id LIMIT 1";
    each(connection, sql, found, &mut |row, found| {
        let id: i64 = row.get(0)?;
        Ok(fields(connection, id, found))
    })
}

/// Takes what one row holds; the outer error is the file's, the inner one that of the place where findings go.
type Take<'a> = &'a mut dyn FnMut(
    &Row<'_>,
    &mut dyn FnMut(Found) -> std::io::Result<()>,
) -> Result<std::io::Result<()>, StoreError>;

/// Walks a table by its numbers, one query a row. After an error it jumps ahead, ever further, until rows can be read again.
fn each(
    connection: &Connection,
    sql: &str,
    found: &mut dyn FnMut(Found) -> std::io::Result<()>,
    take: Take<'_>,
) -> std::io::Result<()> {
    let (mut next, mut jump) = (0i64, 1i64);
    while next >= 0 {
        let step = || -> Result<Option<(i64, std::io::Result<()>)>, StoreError> {
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([next])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            let id: i64 = row.get(0)?;
            Ok(Some((id, take(row, found)?)))
        };
        let mut step = step;
        match step() {
            Ok(None) => return Ok(()),
            Ok(Some((id, written))) => {
                written?;
                (next, jump) = (id.saturating_add(1), 1);
            }
            Err(error) => {
                tracing::warn!(%error, "a row cannot be read");
                found(Found::Damage)?;
                if jump > 1 << 40 {
                    return Ok(());
                }
                next = next.saturating_add(jump);
                jump *= 2;
            }
        }
    }
    Ok(())
}

fn fields(
    connection: &Connection,
    doc: i64,
    found: &mut dyn FnMut(Found) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let read = || -> Result<Vec<(Key, Value, i64)>, StoreError> {
        let mut statement =
            connection.prepare_cached("SELECT key, kind, value, change FROM field WHERE doc = ?1 AND visible = 1")?;
        let mut rows = statement.query([doc])?;
        let mut fields = Vec::new();
        while let Some(row) = rows.next()? {
            fields.push((column::key(row, 0)?, column::value(row, 1)?, row.get(3)?));
        }
        Ok(fields)
    };
    let fields = match read() {
        Ok(fields) => fields,
        Err(error) => {
            tracing::warn!(%error, "a document's values cannot be read");
            return found(Found::Damage);
        }
    };
    for (key, value, change) in fields {
        let blame = blame(connection, change);
        let (person, at) = (blame.map(|(person, _)| person), blame.map(|(_, at)| at));
        found(Found::Field { doc: parts(connection, doc), key, value, person, at })?;
    }
    Ok(())
}

fn parts(connection: &Connection, doc: i64) -> Option<(DocId, DocParts)> {
    docs::parts(connection, doc).ok()
}

fn blame(connection: &Connection, change: i64) -> Option<(PersonId, i64)> {
    let sql = "SELECT actor.person, change.time FROM change JOIN actor ON actor.id = change.actor WHERE change.id = ?1";
    let mut statement = connection.prepare_cached(sql).ok()?;
    statement.query_row([change], |row| Ok((PersonId::new(row.get(0)?), row.get(1)?))).ok()
}
