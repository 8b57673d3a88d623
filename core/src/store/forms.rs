//! Forms: their bytes, in which order they were imported, and which one new records begin with.

use rusqlite::{Connection, OptionalExtension, Transaction};

use super::{StoreError, column};
use crate::form::{Form, FormError};
use crate::ids::{ContentHash, ItemId, RoundId};
use crate::reference::{FormRow, ItemFormRow};

/// A form as a part of the reference data brings it, checked.
#[derive(Debug)]
pub(crate) struct Imported {
    hash: ContentHash,
    order: u64,
    bytes: Vec<u8>,
}

/// Says why a form is not taken; the forms that are here stay.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadForm {
    /// Not what its hash names, or no form.
    #[error("form {hash} is damaged: {why}")]
    Damaged {
        /// Its name.
        hash: ContentHash,
        /// What is wrong.
        why: String,
    },
    /// Of a format that this program is too old for.
    #[error("form {hash} is of version {version}, which this app is too old to read")]
    TooNew {
        /// Its name.
        hash: ContentHash,
        /// Its version.
        version: u8,
    },
}

impl Imported {
    /// Takes a row whose bytes are what it says and a form that this program reads.
    pub(crate) fn check(row: &FormRow) -> Result<Self, BadForm> {
        let damaged = |why: String| BadForm::Damaged { hash: row.hash, why };
        let bytes = data_encoding::BASE64.decode(row.bytes.as_bytes()).map_err(|error| damaged(error.to_string()))?;
        if ContentHash::of(&bytes) != row.hash {
            return Err(damaged("its bytes have another hash".to_owned()));
        }
        match Form::decode(&bytes) {
            Ok(_) => Ok(Self { hash: row.hash, order: row.order, bytes }),
            Err(FormError::Version(version)) => Err(BadForm::TooNew { hash: row.hash, version }),
            Err(error) => Err(damaged(error.to_string())),
        }
    }
}

/// Keeps forms.
pub(crate) fn keep(tx: &Transaction<'_>, forms: &[Imported]) -> Result<(), StoreError> {
    let mut insert = tx.prepare_cached("INSERT OR REPLACE INTO form (hash, imported, bytes) VALUES (?1, ?2, ?3)")?;
    for form in forms {
        insert.execute((form.hash.as_bytes(), column::number(form.order), &form.bytes))?;
    }
    Ok(())
}

/// Says which form each item has in each round.
pub(crate) fn give(tx: &Transaction<'_>, part: i64, rows: &[ItemFormRow]) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO item_form (item, round, form, part) VALUES (?1, ?2, ?3, ?4)";
    let mut insert = tx.prepare_cached(sql)?;
    for row in rows {
        insert.execute((row.item.as_bytes(), row.round.as_bytes(), row.form.as_bytes(), part))?;
    }
    Ok(())
}

/// Returns the place of a form among all imports, if it is here.
pub(crate) fn imported(connection: &Connection, form: &ContentHash) -> Result<Option<u64>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT imported FROM form WHERE hash = ?1")?;
    let mut rows = statement.query([form.as_bytes()])?;
    rows.next()?.map(|row| column::count(row, 0)).transpose()
}

/// Returns the bytes of a form, if it is here.
pub(crate) fn bytes(connection: &Connection, form: &ContentHash) -> Result<Option<Vec<u8>>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT bytes FROM form WHERE hash = ?1")?;
    Ok(statement.query_row([form.as_bytes()], |row| row.get(0)).optional()?)
}

/// Returns the form that new records of an item begin with in a round.
pub(crate) fn of_item(
    connection: &Connection,
    item: &ItemId,
    round: &RoundId,
) -> Result<Option<ContentHash>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT form FROM item_form WHERE item = ?1 AND round = ?2")?;
    let form = statement.query_row((item.as_bytes(), round.as_bytes()), |row| row.get(0)).optional()?;
    Ok(form.map(ContentHash::new))
}
