//! What this phone syncs, and how far each scope that still back-fills is read.

use rusqlite::{Connection, Transaction};

use super::{StoreError, column};
use crate::ids::RoundId;
use crate::wire::{Cursor, Scope, ScopeList};

/// The list, with the cursor of each scope that still back-fills.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scopes {
    /// The server's list as this phone last got it; nothing before the first.
    pub(crate) list: Option<ScopeList>,
    /// The scopes that still back-fill, by place.
    pub(crate) fills: Vec<(u16, Cursor)>,
}

const KNOWN: &str = "scopes_known";

/// Reads the list.
pub(crate) fn all(connection: &Connection) -> Result<Scopes, StoreError> {
    if super::meta::get::<i64>(connection, KNOWN)?.is_none() {
        return Ok(Scopes::default());
    }
    let mut statement = connection.prepare_cached("SELECT place, area, round, cursor FROM scope ORDER BY place")?;
    let mut rows = statement.query([])?;
    let (mut list, mut fills) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let round = row.get::<_, Option<[u8; 16]>>(2)?.map(RoundId::new);
        list.push(Scope { area: column::parsed(row, 1, "an area")?, round });
        if let Some(cursor) = row.get::<_, Option<[u8; 16]>>(3)? {
            fills.push((row.get(0)?, Cursor(cursor)));
        }
    }
    Ok(Scopes { list: Some(ScopeList(list)), fills })
}

/// Takes the server's list: known scopes keep how far they are read, new ones start at zero, and every document that no
/// scope holds any more is marked to leave.
pub(crate) fn replace(tx: &Transaction<'_>, list: &ScopeList) -> Result<(), StoreError> {
    let before = all(tx)?;
    let known: Vec<Scope> = before.list.map(|list| list.0).unwrap_or_default();
    let cursor_of = |scope: &Scope| -> Option<Cursor> {
        let Some(place) = known.iter().position(|known| known == scope) else { return Some(Cursor::default()) };
        before.fills.iter().find(|(fill, _)| usize::from(*fill) == place).map(|(_, cursor)| *cursor)
    };
    tx.execute("DELETE FROM scope", [])?;
    let mut insert = tx.prepare_cached("INSERT INTO scope (place, area, round, cursor) VALUES (?1, ?2, ?3, ?4)")?;
    for (place, scope) in (0i64..).zip(&list.0) {
        let round = scope.round.as_ref().map(RoundId::as_bytes);
        insert.execute((place, scope.area.as_str(), round, cursor_of(scope).map(|cursor| cursor.0)))?;
    }
    super::meta::set(tx, KNOWN, 1)?;
    mark_leaving(tx)
}

/// Marks documents that no scope holds, and takes the mark from those that one holds again.
pub(crate) fn mark_leaving(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.execute(&format!("UPDATE doc SET dropping = NOT {HELD} WHERE dropping <> NOT {HELD}"), [])?;
    Ok(())
}

/// Marks a document that the server says should leave, unless a scope holds it.
pub(crate) fn leave(tx: &Transaction<'_>, doc: i64) -> Result<(), StoreError> {
    tx.execute(&format!("UPDATE doc SET dropping = NOT {HELD} WHERE id = ?1"), [doc])?;
    Ok(())
}

/// SQL that is true for a document that some scope holds. A site that the reference data lacks stands at its first code.
const HELD: &str = "EXISTS (SELECT 1 FROM scope WHERE scope.round IS doc.round AND scope.area = substr(
    coalesce((SELECT code FROM site WHERE site.site = doc.site), doc.site), 1, length(scope.area)))";

/// Stores how far a scope is read; nothing: the main cursor serves it from now on.
pub(crate) fn set_cursor(tx: &Transaction<'_>, place: u16, cursor: Option<Cursor>) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached("UPDATE scope SET cursor = ?2 WHERE place = ?1")?;
    statement.execute((place, cursor.map(|cursor| cursor.0)))?;
    Ok(())
}
