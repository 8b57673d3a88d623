//! A record as the server sees it.

use rusqlite::Connection;
use sumu_core::ids::{Handle, SiteId};
use sumu_core::record::{Report, ReportContext, Scores};

use super::{AdminError, find_item, find_round};
use crate::Sqlite;
use crate::programme::Programme;
use crate::scoring::{Scoring, ScoringError};
use crate::times;
use crate::view::View;

/// Reads a record of a site, item and round, begun or not.
pub fn show(connection: &Connection, site: &SiteId, item: &Handle, round: &Handle) -> Result<Report, AdminError> {
    let programme = Programme::load(connection)?;
    let zone = programme.time_zone();
    let round = find_round(connection, round)?;
    let id = find_item(connection, item)?;
    let page = Sqlite::new(connection).record(site, &id, &round.id)?.ok_or_else(|| AdminError::Unknown {
        what: "site",
        name: site.to_string(),
        cure: "`regions import` brings the sites",
    })?;
    let report = Report::of(
        &page.record,
        &ReportContext {
            site,
            item,
            round: &round.handle,
            heads: &page.heads,
            unsent: 0,
            person: &|person| {
                page.people.get(person).map_or_else(|| person.to_string(), |name| name.handle.to_string())
            },
            time: &|seconds| times::rfc3339(seconds, &zone),
        },
    );
    let Some(form) = page.form else { return Ok(report) };
    match Scoring::new(&programme).fill(connection, &form, &page.record, "") {
        Ok(filling) => Ok(report.scored(&Scores::of(&page.record, &filling))),
        Err(ScoringError::Storage(error)) => Err(error.into()),
        // What cannot be scored is shown without a score, as on a phone that has not fetched the form.
        Err(ScoringError::Missing(_) | ScoringError::Form { .. }) => Ok(report),
    }
}
