//! Scoring: after the commit, what is due is computed by the forms' own engine and written with the position it stands at.
//!
//! It never stands in the way of a push: what fails here is the record's state, and what is late is marked as such.

use std::time::Duration;

use rusqlite::Connection;
use sumu_core::form::{Form, FormError, Shelf};
use sumu_core::ids::ContentHash;
use sumu_core::record::{Filling, Record};

use crate::admin::form_bytes;
use crate::database::Database;
use crate::programme::Programme;
use crate::view::{Due, Judged, View as _};
use crate::{Sqlite, State};

/// How many records are scored in a transaction.
const BATCH: usize = 500;
/// How many forms are kept in memory.
const FORMS: usize = 256;
/// How often the server looks for what is due: commands of other processes make it too.
const REST: Duration = Duration::from_secs(1);

/// Says why a record cannot be filled into its form.
#[derive(Debug, thiserror::Error)]
pub enum ScoringError {
    /// The form was never imported here; import it.
    #[error("form {0} is not on this server; `form import` brings it")]
    Missing(ContentHash),
    /// The form's bytes are none that this version reads; update the server.
    #[error("form {form}: {error}")]
    Form {
        /// Its hash.
        form: ContentHash,
        /// What is wrong.
        error: FormError,
    },
    /// The database cannot be read.
    #[error(transparent)]
    Storage(#[from] rusqlite::Error),
}

/// The forms in memory, and the offset of the zone in which their dates are.
#[derive(Debug)]
pub struct Scoring {
    forms: Shelf,
    offset: i32,
}

impl Scoring {
    /// Begins without forms.
    pub fn new(programme: &Programme) -> Self {
        Self { forms: Shelf::new(FORMS), offset: programme.offset() }
    }

    /// Fills a record into its form as it stands. `language` is a code like `zh`; the form's own is shown where it lacks that.
    pub fn fill(
        &self,
        connection: &Connection,
        form: &ContentHash,
        record: &Record,
        language: &str,
    ) -> Result<Filling, ScoringError> {
        let load = || {
            let bytes = form_bytes(connection, form)?.ok_or(ScoringError::Missing(*form))?;
            Form::decode(&bytes).map_err(|error| ScoringError::Form { form: *form, error })
        };
        let form = self.forms.get(form, load)?;
        Ok(Filling::as_it_stands(&form, record, self.offset, form.language(language)))
    }

    /// Scores everything that is due, and returns how many records that were.
    pub fn catch_up(&self, database: &Database) -> rusqlite::Result<u64> {
        let mut done = 0;
        loop {
            let judged = database.read(|connection| {
                let due = Sqlite::new(connection).due(BATCH)?;
                due.into_iter()
                    .map(|due| Ok((self.judge(connection, &due)?, due)))
                    .collect::<rusqlite::Result<Vec<_>>>()
            })?;
            if judged.is_empty() {
                return Ok(done);
            }
            done += judged.len() as u64;
            database.write::<_, rusqlite::Error>(|tx| {
                let store = Sqlite::new(tx);
                judged.iter().try_for_each(|(judged, due)| store.scored(due, judged).map(drop))
            })?;
        }
    }

    /// Computes what a record scores.
    pub(crate) fn judge(&self, connection: &Connection, due: &Due) -> rusqlite::Result<Judged> {
        let record = match &due.record {
            Ok(record) => record,
            Err(why) => return Ok(Judged::Failed(None, why.clone())),
        };
        let Some(form) = due.form.filter(|_| record.voided.is_none()) else { return Ok(Judged::Unscored) };
        match self.fill(connection, &form, record, "") {
            Ok(filling) => Ok(Judged::Scored(form, filling.score())),
            Err(ScoringError::Storage(error)) => Err(error),
            Err(error) => Ok(Judged::Failed(Some(form), error.to_string())),
        }
    }
}

/// Keeps the scores up with the log for as long as the server runs.
pub async fn keep_up(state: State) {
    let mut rest = tokio::time::interval(REST);
    rest.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        rest.tick().await;
        let state = state.clone();
        let scored = tokio::task::spawn_blocking(move || state.scoring().catch_up(state.database())).await;
        match scored {
            Ok(Ok(0)) => {}
            Ok(Ok(records)) => tracing::debug!(records, "scored"),
            Ok(Err(error)) => tracing::warn!(%error, "records cannot be scored now"),
            Err(error) => tracing::error!(%error, "scoring ended early"),
        }
    }
}
