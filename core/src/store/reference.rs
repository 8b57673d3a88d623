//! The reference data: regions, sites, items, rounds and people, by the parts that brought them.

use rusqlite::{Connection, OptionalExtension, Transaction};

use super::forms::{BadForm, Imported};
use super::{StoreError, column, forms};
use crate::ids::{Handle, ItemId, PersonId, RoundId, SiteId};
use crate::reference::{FormRow, ItemFormRow, ItemRow, Part, PersonRow, RoundRow, RoundState, SiteRow, kind};
use crate::region::{Code, Region};

/// Rows of one part, read from its JSON.
#[derive(Debug)]
pub(crate) enum Rows {
    /// Divisions.
    Regions(Vec<Region>),
    /// Places that are inspected.
    Sites(Vec<SiteRow>),
    /// Items.
    Items(Vec<ItemRow>),
    /// Rounds.
    Rounds(Vec<RoundRow>),
    /// People.
    People(Vec<PersonRow>),
    /// Which form each item has.
    ItemForms(Vec<ItemFormRow>),
    /// Forms.
    Forms(Vec<Imported>),
}

/// Says why a part is not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RowsError {
    /// No JSON of its kind.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A form that cannot be used.
    #[error(transparent)]
    Form(#[from] BadForm),
}

impl Rows {
    /// Reads a part's JSON and checks its forms; nothing for a kind that this program does not know.
    pub(crate) fn read(kind: &str, json: &[u8]) -> Result<Option<Self>, RowsError> {
        Ok(Some(match kind {
            kind::REGIONS => Self::Regions(serde_json::from_slice(json)?),
            kind::SITES => Self::Sites(serde_json::from_slice(json)?),
            kind::ITEMS => Self::Items(serde_json::from_slice(json)?),
            kind::ROUNDS => Self::Rounds(serde_json::from_slice(json)?),
            kind::PEOPLE => Self::People(serde_json::from_slice(json)?),
            kind::ITEM_FORMS => Self::ItemForms(serde_json::from_slice(json)?),
            kind::FORM => {
                let rows: Vec<FormRow> = serde_json::from_slice(json)?;
                Self::Forms(rows.iter().map(Imported::check).collect::<Result<_, _>>()?)
            }
            _ => return Ok(None),
        }))
    }
}

/// Returns the parts of a manifest that this file lacks.
pub(crate) fn lacking(connection: &Connection, parts: &[Part]) -> Result<Vec<Part>, StoreError> {
    let mut known = connection.prepare_cached("SELECT 1 FROM part WHERE kind = ?1 AND hash = ?2")?;
    let mut lacking = Vec::new();
    for part in parts {
        if !known.exists((&part.kind, part.hash.as_bytes()))? {
            lacking.push(part.clone());
        }
    }
    Ok(lacking)
}

/// Brings the reference data to a manifest: parts that it lacks leave with their rows, fetched ones come.
pub(crate) fn replace(tx: &Transaction<'_>, parts: &[Part], fetched: &[(Part, Rows)]) -> Result<(), StoreError> {
    let mut stored = tx.prepare("SELECT id, kind, hash FROM part")?;
    let mut rows = stored.query([])?;
    let mut gone: Vec<i64> = Vec::new();
    while let Some(row) = rows.next()? {
        let (kind, hash): (String, [u8; 32]) = (row.get(1)?, row.get(2)?);
        if !parts.iter().any(|part| part.kind == kind && *part.hash.as_bytes() == hash) {
            gone.push(row.get(0)?);
        }
    }
    for part in gone {
        // Forms stay: a record may name one that no round has any more.
        for table in ["region", "site", "item", "round", "person", "item_form"] {
            tx.prepare_cached(&format!("DELETE FROM {table} WHERE part = ?1"))?.execute([part])?;
        }
        tx.execute("DELETE FROM part WHERE id = ?1", [part])?;
    }
    fetched.iter().try_for_each(|(part, rows)| add(tx, part, rows))
}

/// Stores a part with its rows; where another part brought a row of the same name, it is replaced.
pub(crate) fn add(tx: &Transaction<'_>, part: &Part, rows: &Rows) -> Result<(), StoreError> {
    if tx.execute("INSERT OR IGNORE INTO part (kind, hash) VALUES (?1, ?2)", (&part.kind, part.hash.as_bytes()))? == 0 {
        return Ok(());
    }
    let part = tx.last_insert_rowid();
    match rows {
        Rows::Regions(rows) => {
            let mut insert = tx.prepare_cached(
                "INSERT OR REPLACE INTO region (code, name, parent, level, part) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?;
            for row in rows {
                let parent = row.parent.as_ref().map(Code::as_str);
                insert.execute((row.code.as_str(), &row.name, parent, row.level.as_str(), part))?;
            }
        }
        Rows::Sites(rows) => {
            let mut insert = tx.prepare_cached("INSERT OR REPLACE INTO site (site, code, part) VALUES (?1, ?2, ?3)")?;
            for row in rows {
                insert.execute((row.site.as_str(), row.code.as_str(), part))?;
            }
        }
        Rows::Items(rows) => {
            let mut insert = tx.prepare_cached(
                "INSERT OR REPLACE INTO item (id, handle, name_zh, name_en, place, part) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            for (place, row) in (0i64..).zip(rows) {
                let id = row.id.as_bytes();
                insert.execute((id, row.handle.as_str(), &row.name_zh, &row.name_en, place, part))?;
            }
        }
        Rows::Rounds(rows) => {
            let mut insert = tx.prepare_cached(
                "INSERT OR REPLACE INTO round (id, handle, kind, from_day, cutoff_day, state, place, part)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?;
            for (place, row) in (0i64..).zip(rows) {
                let (kind, state) = (word(&row.kind)?, word(&row.state)?);
                let id = row.id.as_bytes();
                insert.execute((id, row.handle.as_str(), kind, &row.from, &row.cutoff, state, place, part))?;
            }
        }
        Rows::People(rows) => {
            let mut insert = tx.prepare_cached(
                "INSERT OR REPLACE INTO person (id, handle, name, unit, part) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?;
            for row in rows {
                insert.execute((row.id.as_bytes(), row.handle.as_str(), &row.name, &row.unit, part))?;
            }
        }
        Rows::ItemForms(rows) => forms::give(tx, part, rows)?,
        Rows::Forms(rows) => forms::keep(tx, rows)?,
    }
    Ok(())
}

/// Moves a site to another place in the division tree.
pub(crate) fn move_site(tx: &Transaction<'_>, site: &SiteId, code: &Code) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE site SET code = ?2 WHERE site = ?1")?.execute((site.as_str(), code.as_str()))?;
    Ok(())
}

/// Returns the rounds, in the order in which they begin.
pub(crate) fn rounds(connection: &Connection) -> Result<Vec<RoundRow>, StoreError> {
    let sql = "SELECT id, handle, kind, from_day, cutoff_day, state FROM round ORDER BY from_day, place";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut rounds = Vec::new();
    while let Some(row) = rows.next()? {
        rounds.push(RoundRow {
            id: RoundId::new(row.get(0)?),
            handle: column::parsed(row, 1, "a round")?,
            kind: from_word(&row.get::<_, String>(2)?)?,
            from: row.get(3)?,
            cutoff: row.get(4)?,
            state: from_word(&row.get::<_, String>(5)?)?,
        });
    }
    Ok(rounds)
}

/// Returns how many rounds take work as usual.
pub(crate) fn open_rounds(rounds: &[RoundRow]) -> Vec<&RoundRow> {
    rounds.iter().filter(|round| round.state == RoundState::Open).collect()
}

/// Returns the items, in the office's order.
pub(crate) fn items(connection: &Connection) -> Result<Vec<ItemRow>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT id, handle, name_zh, name_en FROM item ORDER BY place, handle")?;
    let mut rows = statement.query([])?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        items.push(ItemRow {
            id: ItemId::new(row.get(0)?),
            handle: column::parsed(row, 1, "an item")?,
            name_zh: row.get(2)?,
            name_en: row.get(3)?,
        });
    }
    Ok(items)
}

/// Returns where a site stands today.
pub(crate) fn site_code(connection: &Connection, site: &SiteId) -> Result<Option<Code>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT code FROM site WHERE site = ?1")?;
    let mut rows = statement.query([site.as_str()])?;
    rows.next()?.map(|row| column::parsed(row, 0, "a code")).transpose()
}

/// Returns what people call somebody.
pub(crate) fn handle(connection: &Connection, person: &PersonId) -> Result<Option<Handle>, StoreError> {
    let sql = "SELECT handle FROM person WHERE id = ?1 UNION ALL SELECT handle FROM holder WHERE person = ?1 LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    let text: Option<String> = statement.query_row([person.as_bytes()], |row| row.get(0)).optional()?;
    text.map(|text| text.parse().map_err(|_| StoreError::row("a handle"))).transpose()
}

/// Writes an enum as its JSON word.
fn word<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(StoreError::row("a word")),
    }
}

fn from_word<T: serde::de::DeserializeOwned>(word: &str) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).map_err(|_| StoreError::row("a word"))
}
