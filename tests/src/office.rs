//! The office: what `sumu-server`'s commands do, for worlds, demo and benchmarks, in the same process as the server.

use anyhow::{Context as _, Result};
use rusqlite::Transaction;
use serde_json::Value as Json;
use sumu_core::gate::RoundKind;
use sumu_core::ids::{ChangeHash, ContentHash, DeviceId, DocId, Handle, SiteId};
use sumu_core::region::Area;
use sumu_core::sign::{Grant, Role};
use sumu_server::admin::{self, Address, AdminError, NewPerson, NewRound};
use sumu_server::view::{AreaQuery, View as _};
use sumu_server::{Sqlite, State, log, xlsform};

/// How long links last that nobody waits for.
const DAY: i64 = 86_400;

/// An office with its hand on a server's database.
#[derive(Clone)]
pub struct Office(State);

impl Office {
    /// Opens the office of a server.
    pub fn new(server: &State) -> Self {
        Self(server.clone())
    }

    /// Imports the division tree; returns how many regions and sites there are.
    pub fn import_regions(&self, table: &[u8]) -> Result<(usize, usize)> {
        let imported = self.write(|tx| admin::import_regions(tx, table))?;
        Ok((imported.regions, imported.sites))
    }

    /// Imports the items.
    pub fn import_items(&self, table: &[u8]) -> Result<usize> {
        Ok(self.write(|tx| admin::import_items(tx, table, self.0.entropy()))?.items)
    }

    /// Gives an item the form of a workbook, in every open round and in later ones; returns its hash.
    pub fn import_form(&self, workbook: &[u8], item: &str) -> Result<ContentHash> {
        let checked = xlsform::check(workbook);
        let form = checked.form.with_context(|| format!("{:?}", checked.findings))?;
        let item: Handle = item.parse()?;
        Ok(self.write(|tx| admin::import_form(tx, &form, &item, None, self.now()))?.form)
    }

    /// Opens a round, or opens it again.
    pub fn open_round(&self, handle: &str, kind: RoundKind, from: &str, cutoff: &str) -> Result<()> {
        let round =
            NewRound { handle: handle.parse()?, kind: Some(kind), from: from.parse()?, cutoff: cutoff.parse()? };
        self.write(|tx| admin::open_round(tx, &round, self.0.entropy(), self.now()))?;
        Ok(())
    }

    /// Closes a round.
    pub fn close_round(&self, handle: &str, force: bool) -> Result<()> {
        let handle: Handle = handle.parse()?;
        self.write(|tx| admin::close_round(tx, &handle, force, self.now()))?;
        Ok(())
    }

    /// Adds a person.
    pub fn add_person(&self, handle: &str, name: &str, role: Role, areas: &[&str]) -> Result<()> {
        let person = NewPerson { handle: handle.parse()?, name: name.to_owned(), grants: vec![grant(role, areas)?] };
        self.write(|tx| admin::add_person(tx, &person, self.0.entropy(), self.now()))?;
        Ok(())
    }

    /// Grants a person a role.
    pub fn grant(&self, handle: &str, role: Role, areas: &[&str]) -> Result<()> {
        let (handle, grant) = (handle.parse()?, grant(role, areas)?);
        self.write(|tx| admin::grant(tx, &handle, &grant, self.now()))?;
        Ok(())
    }

    /// Takes a role from a person, or all of them.
    pub fn revoke(&self, handle: &str, role: Option<(Role, &[&str])>) -> Result<()> {
        let handle = handle.parse()?;
        let role = role.map(|(role, areas)| grant(role, areas)).transpose()?;
        self.write(|tx| admin::revoke(tx, &handle, role.as_ref(), self.now()))?;
        Ok(())
    }

    /// Revokes a device.
    pub fn revoke_device(&self, device: &DeviceId) -> Result<()> {
        self.write(|tx| admin::revoke_device(tx, device, self.now()))
    }

    /// Ends the session of every phone, as if all tokens were too old.
    pub fn forget_tokens(&self) -> Result<()> {
        self.write(|tx| Ok(tx.execute("DELETE FROM token", [])?))?;
        Ok(())
    }

    /// Says where the server is reached.
    pub fn remember_address(&self, address: &Address) -> Result<()> {
        self.write(|tx| admin::remember_address(tx, address))
    }

    /// Makes a link by which one phone enrols.
    pub fn invite(&self, handle: &str) -> Result<String> {
        let handle = handle.parse()?;
        Ok(self.write(|tx| admin::invite(tx, &handle, DAY, self.0.entropy(), self.now()))?.link)
    }

    /// Makes a link that signs a person in with a browser.
    pub fn person_link(&self, handle: &str) -> Result<String> {
        let handle = handle.parse()?;
        Ok(self.write(|tx| admin::person_link(tx, &handle, DAY, self.0.entropy(), self.now()))?.link)
    }

    /// Returns what the server shows of a record, as `sumu-server show --json` prints it.
    pub fn show(&self, site: &str, item: &str, round: &str) -> Result<Json> {
        let (site, item, round): (SiteId, Handle, Handle) = (site.parse()?, item.parse()?, round.parse()?);
        let report = self.0.database().read(|connection| admin::show(connection, &site, &item, &round))?;
        Ok(serde_json::to_value(report)?)
    }

    /// Scores what is due, and returns of an area and round: how many records were due, and what those in it scored of what
    /// they could.
    pub fn scores(&self, area: &str, round: &str) -> Result<(u64, f64, f64)> {
        let (area, round): (Area, Handle) = (area.parse()?, round.parse()?);
        let due = self.0.scoring().catch_up(self.0.database())?;
        let page = self.0.database().read::<_, AdminError>(|connection| {
            let round = admin::find_round(connection, &round)?;
            let query = AreaQuery { area: &area, round: Some(&round.id), after: None, limit: 0 };
            Ok(Sqlite::new(connection).area(&query)?)
        })?;
        let tally = page.context("the area is known")?.tally;
        Ok((due, tally.score, tally.full))
    }

    /// Checks every signature, every hash and the view against the log; returns what is wrong.
    pub fn verify(&self) -> Result<Vec<String>> {
        let verified = self.0.database().read(log::verify)?;
        Ok(verified.problems.into_iter().map(|problem| format!("{:?}: {}", problem.lsn, problem.what)).collect())
    }

    /// Drops the view and folds the log anew.
    pub fn rebuild_view(&self) -> Result<()> {
        Ok(self.0.database().write(|tx| Sqlite::new(tx).rebuild())?)
    }

    /// Returns which changes the log holds.
    pub fn log_hashes(&self) -> Result<Vec<(DocId, ChangeHash)>> {
        Ok(self.0.database().read(|connection| {
            let mut statement =
                connection.prepare("SELECT doc_id, hash FROM change JOIN doc ON doc.id = change.doc")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.map(|row| row.map(|(doc, hash)| (DocId::new(doc), ChangeHash::new(hash))))
                .collect::<Result<_, rusqlite::Error>>()
        })?)
    }

    fn now(&self) -> i64 {
        self.0.clock().seconds()
    }

    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, AdminError>) -> Result<T> {
        Ok(self.0.database().write(work)?)
    }
}

fn grant(role: Role, areas: &[&str]) -> Result<Grant> {
    let areas =
        areas.iter().map(|area| area.parse().with_context(|| format!("{area} is an area"))).collect::<Result<_>>()?;
    Ok(Grant { role, areas })
}
