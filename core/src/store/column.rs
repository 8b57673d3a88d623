//! How values and ids stand in columns.

use rusqlite::types::{ToSqlOutput, Value as Sql, ValueRef};
use rusqlite::{Row, ToSql};

use super::StoreError;
use crate::gate::CausalClock;
use crate::ids::ChangeHash;
use crate::record::{Key, Value};

/// Returns the number of a value's type.
pub(super) fn kind(value: &Value) -> i64 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Int(_) => 2,
        Value::Decimal(_) => 3,
        Value::Text(_) => 4,
        Value::Bytes(_) => 5,
    }
}

/// A value as its column holds it.
pub(super) struct Column<'a>(pub(super) &'a Value);

impl ToSql for Column<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Value::Null => ToSqlOutput::Owned(Sql::Null),
            Value::Bool(bool) => ToSqlOutput::Owned(Sql::Integer(i64::from(*bool))),
            Value::Int(int) => ToSqlOutput::Owned(Sql::Integer(*int)),
            Value::Decimal(decimal) => ToSqlOutput::Owned(Sql::Real(*decimal)),
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}

/// Reads a value from its columns `kind` and `value`, which follow each other.
pub(super) fn value(row: &Row<'_>, kind: usize) -> Result<Value, StoreError> {
    let column = kind + 1;
    Ok(match row.get::<_, i64>(kind)? {
        0 => Value::Null,
        1 => Value::Bool(row.get(column)?),
        2 => Value::Int(row.get(column)?),
        3 => Value::Decimal(row.get(column)?),
        4 => Value::Text(row.get(column)?),
        5 => Value::Bytes(row.get(column)?),
        _ => return Err(StoreError::row("the type of a value")),
    })
}

/// Reads a text that was checked when it was written.
pub(super) fn parsed<T: std::str::FromStr>(row: &Row<'_>, column: usize, what: &'static str) -> Result<T, StoreError> {
    match row.get_ref(column)? {
        ValueRef::Text(text) => {
            std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).ok_or_else(|| StoreError::row(what))
        }
        _ => Err(StoreError::row(what)),
    }
}

/// Reads a key.
pub(super) fn key(row: &Row<'_>, column: usize) -> Result<Key, StoreError> {
    parsed(row, column, "a key")
}

/// Reads a causal clock.
pub(super) fn clock(row: &Row<'_>, column: usize) -> Result<CausalClock, StoreError> {
    let bytes = row.get_ref(column)?.as_blob().map_err(|_| StoreError::row("a clock"))?;
    CausalClock::decode(bytes).ok_or_else(|| StoreError::row("a clock"))
}

/// Reads a number that is never negative.
pub(super) fn count(row: &Row<'_>, column: usize) -> Result<u64, StoreError> {
    u64::try_from(row.get::<_, i64>(column)?).map_err(|_| StoreError::row("a number"))
}

/// Turns a number into what a column holds; those that a document may hold are far smaller.
pub(super) fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Writes a list of hashes as one blob.
pub(super) fn hashes_blob(hashes: &[ChangeHash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.as_bytes()).copied().collect()
}

/// Reads what [`hashes_blob`] wrote.
pub(super) fn hashes(blob: &[u8]) -> Result<Vec<ChangeHash>, StoreError> {
    let (chunks, rest) = blob.as_chunks::<32>();
    if rest.is_empty() {
        Ok(chunks.iter().copied().map(ChangeHash::new).collect())
    } else {
        Err(StoreError::row("heads"))
    }
}
