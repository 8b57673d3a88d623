//! One command of the phone, from its arguments to what is printed.

use std::path::Path;

use serde_json::json;
use sumu_core::device::{Device, Environment, Place, SiteQuery, SiteRow};
use sumu_core::link::{Link, check_url};
use sumu_core::record::{Key, Value};
use sumu_core::sync::http::HttpTransport;
use sumu_core::sync::{Cancel, SyncReport};

use super::args::{Arguments, Command, PlaceArguments};
use super::show;
use super::stop::Stop;
use super::tell;
use super::when::Zone;

/// What a command prints: the same for programs and for people.
#[derive(Debug, Clone)]
pub struct Printed {
    /// One object or array.
    pub json: serde_json::Value,
    /// The same in words.
    pub text: String,
}

/// Does what the command line says.
pub async fn run(arguments: Arguments) -> Result<Printed, Stop> {
    let Some(db) = arguments.db else {
        return Err(Stop::Usage("which phone? give its database file: --db FILE".to_owned()));
    };
    if let Command::Salvage { out } = &arguments.command {
        return salvage(&db, out);
    }
    let phone = Phone::open(&db)?;
    match arguments.command {
        Command::Enrol { link } => phone.enrol(&link).await,
        Command::Server { url } => phone.server(&url),
        Command::Sites { area, find, round } => {
            let round = phone.round(round.as_ref().map(|handle| handle.as_str()))?;
            phone.sites(SiteQuery { area, find, round, after: None, limit: 500 })
        }
        Command::Show(place) => phone.show(&place),
        Command::Log(place) => phone.log(&place),
        Command::Answer { place, puts } => phone.answer(&place, &puts),
        Command::Settle { place, put: (key, value), reason } => {
            let at = phone.place(&place)?;
            let hash = phone.device.settle(&at, &key, &value, &reason)?;
            Ok(phone.saved(&at, Some(hash), &format!("{} is settled: {value} ({reason})", key.plain())))
        }
        Command::Void { place, reason } => {
            let at = phone.place(&place)?;
            let hash = phone.device.void(&at, &reason)?;
            Ok(phone.saved(&at, Some(hash), &format!("the record is void ({reason}); nothing is deleted")))
        }
        Command::Sign(place) => {
            let at = phone.place(&place)?;
            let seen = phone.device.record(&at)?.heads;
            let hash = phone.device.sign(&at, &seen)?;
            Ok(phone.saved(&at, Some(hash), "the record is signed as it stands"))
        }
        Command::Status => phone.status(),
        Command::Sync => phone.sync().await,
        Command::Salvage { out } => salvage(&db, &out),
    }
}

fn salvage(db: &Path, out: &Path) -> Result<Printed, Stop> {
    let report = Device::salvage(db, out)?;
    let text = format!(
        "{} own changes ({} of them not known to have reached the server) and {} answers written to {}; {} places could \
         not be read",
        report.changes,
        report.unsent,
        report.answers,
        out.display(),
        report.damaged
    );
    Ok(Printed { json: json!(report), text })
}

/// An opened phone.
struct Phone {
    device: Device,
    zone: Zone,
}

impl Phone {
    fn open(db: &Path) -> Result<Self, Stop> {
        let opened = Device::open(db, Environment::system())?;
        if let Some(aside) = &opened.set_aside {
            eprintln!(
                "the database file was damaged and is set aside, nothing of it is deleted: {}\na fresh one was begun; \
                 save what can be read with: phone --db {} salvage OUT",
                aside.display(),
                aside.display()
            );
        }
        // Before the first sync the phone knows no zone.
        let zone = Zone::named(&opened.device.zone().unwrap_or_default());
        Ok(Self { device: opened.device, zone })
    }

    fn place(&self, place: &PlaceArguments) -> Result<Place, Stop> {
        let round = place.round.as_ref().map(|handle| handle.as_str());
        Ok(self.device.place(place.site.as_str(), place.item.as_str(), round)?)
    }

    /// Finds the round that is counted: the named one, or the only open one.
    fn round(&self, named: Option<&str>) -> Result<Option<sumu_core::ids::RoundId>, Stop> {
        use sumu_core::device::RoundState;
        let rounds = self.device.rounds()?;
        if let Some(named) = named {
            let found = rounds.iter().find(|round| round.handle.as_str() == named);
            return match found {
                Some(round) => Ok(Some(round.id)),
                None => {
                    Err(Stop::Refused(format!("there is no round '{named}' on this phone; sync, or ask the office")))
                }
            };
        }
        let open: Vec<_> = rounds.iter().filter(|round| round.state == RoundState::Open).collect();
        match open.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(only.id)),
            several => {
                let names: Vec<&str> = several.iter().map(|round| round.handle.as_str()).collect();
                Err(Stop::Usage(format!("several rounds are open; say which with --round ID: {}", names.join(", "))))
            }
        }
    }

    async fn enrol(&self, link: &Link) -> Result<Printed, Stop> {
        let transport = HttpTransport::new(&link.url, link.fingerprint).map_err(Stop::refused)?;
        let identity = self.device.enrol(link, &transport).await?;
        let text = format!("this phone is now {}'s ({}); next: phone --db FILE sync", identity.name, identity.handle);
        let grants: Vec<_> = identity.grants.iter().map(|grant| json!(grant)).collect();
        let json = json!({
            "device": identity.device, "person": identity.handle, "name": identity.name, "grants": grants,
            "server": identity.server.url,
        });
        Ok(Printed { json, text })
    }

    fn server(&self, url: &str) -> Result<Printed, Stop> {
        let url = check_url(url).map_err(|error| Stop::Usage(error.to_string()))?;
        self.device.set_server(&url)?;
        Ok(Printed { json: json!({ "server": url }), text: format!("the server is now {url}; next: sync") })
    }

    fn sites(&self, mut query: SiteQuery) -> Result<Printed, Stop> {
        let mut rows: Vec<SiteRow> = Vec::new();
        loop {
            let page = self.device.sites(&query)?;
            let full = page.len() == query.limit;
            query.after = page.last().map(|row| row.site.clone());
            rows.extend(page);
            if !full {
                break;
            }
        }
        Ok(Printed { json: json!(rows), text: tell::sites(&rows) })
    }

    fn show(&self, place: &PlaceArguments) -> Result<Printed, Stop> {
        let at = self.place(place)?;
        let view = self.device.record(&at)?;
        Ok(show::record(&json!(view.report(&|seconds| self.zone.exact(seconds)))))
    }

    fn log(&self, place: &PlaceArguments) -> Result<Printed, Stop> {
        let at = self.place(place)?;
        let rows = self.device.history(&at)?;
        Ok(show::history(&rows, &self.zone))
    }

    fn answer(&self, place: &PlaceArguments, puts: &[(Key, Value)]) -> Result<Printed, Stop> {
        let at = self.place(place)?;
        let hash = self.device.answer(&at, puts)?;
        let what = if hash.is_some() { "saved" } else { "nothing changed: the record says that already" };
        Ok(self.saved(&at, hash, what))
    }

    /// Tells that an edit is on the disk.
    fn saved(&self, at: &Place, hash: Option<sumu_core::ids::ChangeHash>, what: &str) -> Printed {
        let json = json!({ "site": at.site, "item": at.item_handle, "round": at.round_handle, "hash": hash });
        let next = if hash.is_some() { "; it waits for the next sync" } else { "" };
        Printed { json, text: format!("{} {} ({}): {what}{next}", at.site, at.item_handle, at.round_handle) }
    }

    fn status(&self) -> Result<Printed, Stop> {
        let status = self.device.status()?;
        let json = json!({
            "records": status.records, "synced": status.synced, "unsent": status.unsent, "pending": status.pending,
            "parked": status.parked, "refused": status.refused,
            "last_sync": status.last_sync.map(|at| self.zone.exact(at)),
        });
        Ok(Printed { json, text: tell::status(&status, &self.zone) })
    }

    async fn sync(&self) -> Result<Printed, Stop> {
        let Some(server) = self.device.server()? else {
            return Err(Stop::Refused(
                "nobody is enrolled on this phone yet; next: phone --db FILE enrol LINK".to_owned(),
            ));
        };
        let transport = HttpTransport::new(&server.url, server.fingerprint).map_err(Stop::refused)?;
        let report: SyncReport = self.device.sync(&transport, &tell::Progress, &Cancel::new()).await?;
        Ok(Printed { json: json!(report), text: tell::sync(&report, &self.device.status()?) })
    }
}
