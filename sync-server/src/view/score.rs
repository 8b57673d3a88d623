//! The second fold: what the form makes of each record, with the log position that it stands at.

use rusqlite::params;
use sumu_core::form::Score;
use sumu_core::ids::{ContentHash, DocId, DocParts};
use sumu_core::record::Record;

use crate::Sqlite;
use crate::admin::{form_of, form_place};
use crate::database::damaged;
use crate::sqlite::read_parts;

/// A record that has changed since it was scored.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// The document.
    pub doc: DocId,
    /// The log position of what is read here.
    pub lsn: u64,
    /// The form that governs it; without one it has no score.
    pub form: Option<ContentHash>,
    /// What it says, or why it cannot be read.
    pub record: Result<Record, String>,
}

/// What became of scoring a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Judged {
    /// No form governs it, or it is voided.
    Unscored,
    /// Its form says this.
    Scored(ContentHash, Score),
    /// Nothing could be computed, and why; without a form if the record cannot be read.
    Failed(Option<ContentHash>, String),
}

impl Sqlite<'_> {
    pub(super) fn due_records(&self, limit: usize) -> rusqlite::Result<Vec<Due>> {
        let mut due = self.connection.prepare_cached(
            "SELECT d.doc_id, d.site, d.item, d.round, d.ulid, s.lsn, d.id
             FROM summary s JOIN doc d ON d.id = s.doc WHERE s.due LIMIT ?1",
        )?;
        let mut rows = due.query([limit])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            // A damaged record must not keep the others from being scored.
            let (record, form) = match self.read_record(row.get(6)?) {
                Err(error @ rusqlite::Error::FromSqlConversionFailure(..)) => (Err(error.to_string()), None),
                read => {
                    let record = read?;
                    let form = self.governing(&record, &read_parts(row, 1)?)?;
                    (Ok(record), form)
                }
            };
            found.push(Due { doc: DocId::new(row.get(0)?), lsn: row.get(5)?, form, record });
        }
        Ok(found)
    }

    pub(super) fn write_score(&self, due: &Due, judged: &Judged) -> rusqlite::Result<bool> {
        let document = self.find(&due.doc)?.ok_or_else(|| damaged("document"))?;
        let still = self
            .connection
            .prepare_cached("UPDATE summary SET due = 0 WHERE doc = ?1 AND lsn = ?2")?
            .execute((document.number, due.lsn))?;
        if still == 0 {
            return Ok(false);
        }
        let (form, score, failure) = match judged {
            Judged::Unscored => {
                self.connection.prepare_cached("DELETE FROM score WHERE doc = ?1")?.execute([document.number])?;
                return Ok(true);
            }
            Judged::Scored(form, score) => (Some(form), Some(score), None),
            Judged::Failed(form, why) => (form.as_ref(), None, Some(why)),
        };
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO score VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?
            .execute(params![
                document.number,
                due.lsn,
                form.map_or(&[][..], |form| form.as_bytes()),
                score.and_then(|score| score.score),
                score.and_then(|score| score.full),
                score.is_some_and(|score| score.veto),
                score.and_then(|score| score.grade.as_deref()),
                failure,
            ])?;
        Ok(true)
    }

    /// Returns the form that governs a record.
    pub(super) fn governing(&self, record: &Record, parts: &DocParts) -> rusqlite::Result<Option<ContentHash>> {
        let DocParts::Record { item, round, .. } = parts else { return Ok(None) };
        let imported = |form: &ContentHash| form_place(self.connection, form);
        record.governing_form(imported, || form_of(self.connection, item, round))
    }
}
