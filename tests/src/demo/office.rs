//! The office of the story: a real server on loopback, its data in a temporary folder.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use serde_json::Value as Json;
use sumu_core::clock::{SystemClock, SystemEntropy};
use sumu_core::device::SiteQuery;
use sumu_core::gate::RoundKind;
use sumu_core::region::{Level, Region, read_regions};
use sumu_server::serve::{self, ServeOptions};
use sumu_server::{Options, State, app};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::Day;
use super::cast::{Character, EVERYBODY, FIGURES, ROUND, SUPERVISOR};
use super::narrator::Narrator;
use super::phone::Phone;
use super::village::Village;
use crate::office::Office;
use crate::phone::table::pad;
use crate::phone::tell::{many, size};

const REGIONS: &[u8] = include_bytes!("../../data/regions-tongliao.csv");
const ITEMS: &[u8] = include_bytes!("../../data/items.csv");

/// The banner in which the story begins: 科尔沁左翼中旗.
const BANNER: &str = "150521";
/// The whole city.
const CITY: &str = "1505";

/// A server that serves, and its office.
pub struct Running {
    /// The office.
    pub office: Office,
    url: String,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
    folder: TempDir,
}

/// Opens the office: regions, items, rounds and people. Returns the villages of the story, the meeting place first.
pub async fn prepare(narrator: &mut Narrator, wanted: usize) -> Result<(Running, Vec<Village>)> {
    narrator.chapter("The office prepares");
    let (area, villages) = choose(wanted)?;
    let running = Running::open().await?;
    let office = &running.office;
    let (regions, sites) = office.import_regions(REGIONS)?;
    let items = office.import_items(ITEMS)?;
    let day = |date: jiff::civil::Date| date.to_string();
    let today = jiff::Timestamp::from_second(sumu_core::clock::Clock::seconds(&SystemClock))?;
    let today = today.to_zoned_datetime(jiff::tz::TimeZone::get("Asia/Shanghai")?).date();
    let (from, cutoff) =
        (day(today.saturating_sub(jiff::Span::new().days(7))), day(today.saturating_add(jiff::Span::new().days(7))));
    office.open_round(ROUND, RoundKind::Assessment, &from, &cutoff)?;
    office.open_round(FIGURES, RoundKind::Dispatch, &from, &cutoff)?;
    narrator.show(&format!("{regions} regions of Tongliao, {sites} of them sites; {items} items"));
    narrator.show(&format!(
        "round {ROUND}, an assessment, and round {FIGURES}, progress figures; open from {from} to {cutoff}"
    ));
    narrator.show(&format!(
        "the server listens on {} and keeps its data in {}",
        running.url,
        running.folder.path().display()
    ));
    for who in EVERYBODY {
        let area = if who.handle == super::cast::REPORTER.handle {
            villages.first().map_or(area, |village| village.site.as_str())
        } else {
            area
        };
        office.add_person(who.handle, who.name, who.role, &[area])?;
        narrator.tell(who.name, &format!("{} in {area}; enrols by a link of their own", pad(who.title, 28)));
    }
    narrator.check(regions > 2700 && sites > 2500 && items == 10, "the whole city is loaded");
    Ok((running, villages))
}

/// Chooses the villages of the story in the order of their codes, beginning with the banner, and the area that holds them.
fn choose(wanted: usize) -> Result<(&'static str, Vec<Village>)> {
    let regions = read_regions(REGIONS, &BTreeMap::new())?;
    let is_village = |region: &&Region| region.level == Level::Village;
    let (near, far): (Vec<_>, Vec<_>) =
        regions.iter().filter(is_village).partition(|region| region.code.as_str().starts_with(BANNER));
    let area = if wanted <= near.len() { BANNER } else { CITY };
    let all = near.len() + far.len();
    if wanted == 0 || wanted > all {
        bail!("the story needs 1 to {all} villages");
    }
    let chosen = near.into_iter().chain(far).take(wanted);
    Ok((area, chosen.map(|region| Village { site: region.code.to_string(), name: region.name.clone() }).collect()))
}

impl Running {
    async fn open() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("sumu-demo-").tempdir()?;
        let data = folder.path().join("server");
        let state = State::open(&data, Arc::new(SystemClock), Arc::new(SystemEntropy), Options::default())?;
        let office = Office::new(&state);
        let bound =
            serve::bind(&ServeOptions { listen: "127.0.0.1:0".to_owned(), ..ServeOptions::default() }, &data).await?;
        office.remember_address(bound.address())?;
        let url = bound.listening().to_owned();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(bound.run(app(state), async {
            let _ = stopped.await;
        }));
        Ok(Self { office, url, stop, serving, folder })
    }

    /// Enrols a phone for one of the people.
    pub async fn enrol(&self, who: Character) -> Result<Phone> {
        let link = self.office.invite(who.handle)?;
        Phone::enrol(who, self.folder.path(), &link).await.with_context(|| format!("{} cannot enrol", who.name))
    }

    /// Makes a link that opens the merged view in the supervisor's browser.
    pub fn browser_link(&self) -> Result<String> {
        self.office.person_link(SUPERVISOR.handle)
    }

    /// Returns what the server shows of a record.
    pub fn show(&self, site: &str, item: &str, round: &str) -> Result<Json> {
        self.office.show(site, item, round)
    }

    /// Stops the server when it has finished what it accepted, and removes its data.
    pub async fn close(self) -> Result<()> {
        let _ = self.stop.send(());
        self.serving.await?;
        Ok(self.folder.close()?)
    }
}

impl Day {
    /// Lets every phone fetch the regions, items, rounds and people before it leaves.
    pub async fn first_sync(&mut self) -> Result<()> {
        for who in EVERYBODY {
            let phone = self.phone(who)?;
            let synced = phone.sync().await?;
            let sites = phone.book.device.sites(&SiteQuery { limit: 10_000, ..SiteQuery::default() })?.len();
            self.narrator.tell(
                who.name,
                &format!(
                    "first sync: {}, {}, {}",
                    many(sites as u64, "site"),
                    many(synced.report.requests, "request"),
                    size(synced.carried.up + synced.carried.down)
                ),
            );
        }
        Ok(())
    }
}
