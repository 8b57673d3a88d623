//! A phone of the story: a real device, and a line of its own to the server.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use anyhow::{Context as _, Result};
use sumu_core::clock::{Clock, SystemClock};
use sumu_core::device::{Device, Environment, Place};
use sumu_core::ids::ChangeHash;
use sumu_core::link::Link;
use sumu_core::record::{Key, Value};
use sumu_core::sync::http::HttpTransport;
use sumu_core::sync::{Cancel, SyncError, SyncEvent, SyncReport, Watch};

use super::cast::Character;
use crate::line::{Carried, Line};
use crate::phone::when::Zone;

/// A phone of the story.
pub struct Phone {
    /// Whose it is.
    pub who: Character,
    /// What is on it.
    pub book: Notebook,
    /// Its line to the server.
    pub line: Line,
    transport: HttpTransport,
}

/// What is on a phone: records to look at and to answer, with no line at all.
#[derive(Debug, Clone)]
pub struct Notebook {
    /// The device.
    pub device: Device,
    /// How many cards it called saved.
    saved: Arc<AtomicUsize>,
}

/// What one sync did and cost.
#[derive(Debug)]
pub struct Synced {
    /// What the device says.
    pub report: SyncReport,
    /// What the line carried, headers included.
    pub carried: Carried,
    /// How often the device tried again by itself.
    pub retries: u32,
}

/// The machine's clock, some days off.
struct WrongClock(i64);

impl Clock for WrongClock {
    fn millis(&self) -> i64 {
        SystemClock.millis() + self.0 * 86_400_000
    }
}

/// Counts how often a sync tries again.
#[derive(Default)]
struct Retries(AtomicU32);

impl Watch for Retries {
    fn event(&self, event: SyncEvent) {
        if matches!(event, SyncEvent::Retry { .. }) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Phone {
    /// Makes a phone, enrols it by a link and lets it sync once.
    pub async fn enrol(who: Character, folder: &Path, link: &str) -> Result<Self> {
        let environment = Environment { clock: Arc::new(WrongClock(who.clock_days)), ..Environment::system() };
        let device = Device::open(&folder.join(format!("{}.db", who.handle)), environment)?.device;
        let link: Link = link.parse()?;
        let address = link.url.strip_prefix("http://").context("the demo serves plain http on loopback")?;
        let line = Line::open(address.parse()?).await?;
        let transport = HttpTransport::new(&line.url(), link.fingerprint)?;
        device.enrol(&link, &transport).await?;
        Ok(Self { who, book: Notebook { device, saved: Arc::default() }, line, transport })
    }

    /// Syncs, over as many attempts as the line makes necessary.
    pub async fn sync(&self) -> Result<Synced> {
        let before = self.line.carried();
        let retries = Retries::default();
        let mut attempts = 0;
        let report = loop {
            attempts += 1;
            match self.book.device.sync(&self.transport, &retries, &Cancel::new()).await {
                Ok(report) => break report,
                Err(SyncError::Offline(_)) if attempts < 20 => {}
                Err(error) => return Err(error).with_context(|| format!("{} cannot sync", self.who.name)),
            }
        };
        let retries = retries.0.into_inner() + attempts - 1;
        Ok(Synced { report, carried: self.line.carried() - before, retries })
    }
}

impl Notebook {
    /// Finds a record's place.
    pub fn place(&self, site: &str, item: &str, round: &str) -> Result<Place> {
        Ok(self.device.place(site, item, Some(round))?)
    }

    /// Saves one card, given as plain keys and values as a command line has them.
    pub fn answer(&self, site: &str, item: &str, round: &str, card: &[(&str, &str)]) -> Result<Option<ChangeHash>> {
        let place = self.place(site, item, round)?;
        let puts = card.iter().map(|(key, value)| Ok((Key::from_plain(key)?, Value::from_text(value)?)));
        let saved = self.device.answer(&place, &puts.collect::<Result<Vec<_>>>()?)?;
        self.saved.fetch_add(usize::from(saved.is_some()), Ordering::Relaxed);
        Ok(saved)
    }

    /// Counts the cards that the phone called saved.
    pub fn saved(&self) -> usize {
        self.saved.load(Ordering::Relaxed)
    }

    /// Returns what the phone shows of a record, as `phone show --json` prints it.
    pub fn show(&self, site: &str, item: &str, round: &str) -> Result<serde_json::Value> {
        let view = self.device.record(&self.place(site, item, round)?)?;
        let zone = Zone::named(&self.device.zone()?);
        Ok(serde_json::to_value(view.report(&|seconds| zone.exact(seconds)))?)
    }
}
