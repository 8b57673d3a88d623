//! A phone of a world: a real device with a clock and a line of its own.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value as Json;
use sumu_core::clock::{Entropy, ManualClock};
use sumu_core::device::{Device, DeviceError, Environment, Identity, Place, Status};
use sumu_core::ids::ChangeHash;
use sumu_core::record::{Key, ReviewState, Value};
use sumu_core::sync::transport::Call;
use sumu_core::sync::{Cancel, Silent, SyncError, SyncEvent, SyncReport, Watch};

use super::BEGINNING;
use super::ledger::Ledger;
use super::line::{BadLine, DeadLine};
use super::network::{Network, Traffic};
use super::weather::Fault;
use crate::phone::when::Zone;

/// A phone.
pub struct Phone {
    /// Its number in its world.
    pub number: usize,
    /// Who uses it.
    pub who: String,
    /// Its clock.
    pub clock: Arc<ManualClock>,
    /// Its database file.
    pub file: PathBuf,
    entropy: Arc<dyn Entropy>,
    device: Option<Device>,
    line: BadLine,
    network: Arc<Network>,
    ledger: Arc<Ledger>,
}

/// Keeps what a sync tells.
#[derive(Debug, Default)]
pub struct Heard(Mutex<Vec<SyncEvent>>);

impl Watch for Heard {
    fn event(&self, event: SyncEvent) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }
}

impl Heard {
    /// Returns what was told so far.
    pub fn events(&self) -> Vec<SyncEvent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Phone {
    pub(super) fn new(
        number: usize,
        who: &str,
        file: PathBuf,
        entropy: Arc<dyn Entropy>,
        network: &Arc<Network>,
        ledger: &Arc<Ledger>,
    ) -> Self {
        let mut phone = Self {
            number,
            who: who.to_owned(),
            clock: Arc::new(ManualClock::at(BEGINNING)),
            file,
            entropy,
            device: None,
            line: BadLine::new(network, number),
            network: Arc::clone(network),
            ledger: Arc::clone(ledger),
        };
        phone.open();
        phone
    }

    /// Returns the device.
    pub fn device(&self) -> &Device {
        self.device.as_ref().expect("the phone is on")
    }

    /// Switches the phone off.
    pub fn close(&mut self) {
        self.device = None;
    }

    /// Switches the phone on again; returns where a damaged file was set aside.
    pub fn open(&mut self) -> Option<PathBuf> {
        self.device = None;
        let environment = Environment { clock: self.clock.clone(), entropy: self.entropy.clone() };
        let opened = Device::open(&self.file, environment).expect("the phone opens");
        self.device = Some(opened.device);
        opened.set_aside
    }

    /// Returns a copy of the phone's file, as a backup takes it while the app is closed.
    pub fn backup(&mut self) -> Vec<u8> {
        self.close();
        let copy = std::fs::read(&self.file).expect("the file reads");
        self.open();
        copy
    }

    /// Puts an older copy in the place of the phone's file.
    pub fn restore(&mut self, copy: &[u8]) {
        self.close();
        for end in ["-wal", "-shm"] {
            let mut beside = self.file.clone().into_os_string();
            beside.push(end);
            // It is there only while the app is open.
            let _ = std::fs::remove_file(beside);
        }
        std::fs::write(&self.file, copy).expect("the file can be written");
        assert_eq!(self.open(), None, "an older copy is no damage");
    }

    /// Puts the clock forward or back by some seconds.
    pub fn turn_clock(&self, seconds: i64) {
        self.clock.advance(seconds * 1000);
    }

    /// Plans what goes wrong with this phone's next requests.
    pub fn plan(&self, faults: impl IntoIterator<Item = Fault>) {
        self.network.plan(self.number, faults);
    }

    /// Returns what its line carried so far.
    pub fn traffic(&self) -> Traffic {
        self.network.traffic(self.number)
    }

    /// Enrols by a link.
    pub async fn enrol(&self, link: &str) -> Result<Identity, DeviceError> {
        self.device().enrol(&link.parse().expect("a link"), &self.line).await
    }

    /// Syncs once, as the button does.
    pub async fn sync(&self) -> Result<SyncReport, SyncError> {
        self.device().sync(&self.line, &Silent, &Cancel::new()).await
    }

    /// Syncs once and keeps what it tells.
    pub async fn sync_heard(&self) -> (Result<SyncReport, SyncError>, Vec<SyncEvent>) {
        let heard = Heard::default();
        let report = self.device().sync(&self.line, &heard, &Cancel::new()).await;
        (report, heard.events())
    }

    /// Syncs until it is done, however bad the line is.
    pub async fn sync_well(&self) -> SyncReport {
        for _ in 0..200 {
            match self.sync().await {
                Ok(report) => return report,
                Err(SyncError::Offline(_) | SyncError::Busy { .. }) => {}
                Err(error) => panic!("{} cannot sync: {error}", self.who),
            }
        }
        panic!("{} cannot sync in 200 attempts", self.who);
    }

    /// Returns the request that the phone would send now.
    pub async fn request(&self) -> Call {
        let line = DeadLine::default();
        let offline = self.device().sync(&line, &Silent, &Cancel::new()).await;
        assert!(matches!(offline, Err(SyncError::Offline(_))), "{offline:?}");
        line.last().expect("the phone tried to send")
    }

    /// Finds a record's place in the only open round.
    pub fn place(&self, site: &str, item: &str) -> Place {
        self.device().place(site, item, None).expect("the place is known")
    }

    /// Finds a record's place.
    pub fn place_in(&self, site: &str, item: &str, round: &str) -> Place {
        self.device().place(site, item, Some(round)).expect("the place is known")
    }

    /// Saves one card of plain keys and values, as a command line has them.
    pub fn try_answer(&self, place: &Place, card: &[(&str, &str)]) -> Result<Option<ChangeHash>, DeviceError> {
        let puts: Vec<(Key, Value)> = card
            .iter()
            .map(|(key, value)| (Key::from_plain(key).expect("a key"), Value::from_text(value).expect("a value")))
            .collect();
        let saved = self.device().answer(place, &puts)?;
        self.note(place, saved);
        Ok(saved)
    }

    /// Saves one card that must be taken.
    pub fn answer(&self, site: &str, item: &str, card: &[(&str, &str)]) -> Option<ChangeHash> {
        self.try_answer(&self.place(site, item), card).expect("the card is saved")
    }

    /// Settles a dispute.
    pub fn settle(
        &self,
        site: &str,
        item: &str,
        key: &str,
        value: &str,
        reason: &str,
    ) -> Result<ChangeHash, DeviceError> {
        let (place, key) = (self.place(site, item), Key::from_plain(key).expect("a key"));
        let saved = self.device().settle(&place, &key, &Value::from_text(value).expect("a value"), reason)?;
        self.note(&place, Some(saved));
        Ok(saved)
    }

    /// Voids a record.
    pub fn void(&self, site: &str, item: &str, reason: &str) -> Result<ChangeHash, DeviceError> {
        let place = self.place(site, item);
        let saved = self.device().void(&place, reason)?;
        self.note(&place, Some(saved));
        Ok(saved)
    }

    /// Signs a record as it is shown now.
    pub fn sign(&self, site: &str, item: &str) -> Result<ChangeHash, DeviceError> {
        let place = self.place(site, item);
        let seen = self.device().record(&place)?.heads;
        let saved = self.device().sign(&place, &seen)?;
        self.note(&place, Some(saved));
        Ok(saved)
    }

    /// Reviews a record as it is shown now.
    pub fn review(&self, site: &str, item: &str, state: ReviewState, reason: &str) -> Result<ChangeHash, DeviceError> {
        let place = self.place(site, item);
        let seen = self.device().record(&place)?.heads;
        let saved = self.device().review(&place, state, reason, &seen)?;
        self.note(&place, Some(saved));
        Ok(saved)
    }

    /// Returns what the phone shows of a record of the only open round, as `phone show --json` prints it.
    pub fn show(&self, site: &str, item: &str) -> Json {
        self.show_place(&self.place(site, item))
    }

    /// Returns what the phone shows of a record, as `phone show --json` prints it.
    pub fn show_place(&self, place: &Place) -> Json {
        let view = self.device().record(place).expect("the record reads");
        let zone = Zone::named(&self.device().zone().expect("the zone reads"));
        serde_json::to_value(view.report(&|seconds| zone.exact(seconds))).expect("a report is JSON")
    }

    /// Returns the shown value of an answer.
    pub fn value(&self, site: &str, item: &str, key: &str) -> Json {
        self.show(site, item)["answers"][key]["value"].clone()
    }

    /// Returns the rival values of an answer.
    pub fn rivals(&self, site: &str, item: &str, key: &str) -> Vec<Json> {
        let shown = self.show(site, item);
        let rivals = shown["answers"][key]["dispute"].as_array().cloned().unwrap_or_default();
        rivals.into_iter().map(|mut rival| rival["value"].take()).collect()
    }

    /// Returns what the phone says of its work.
    pub fn status(&self) -> Status {
        self.device().status().expect("the status reads")
    }

    fn note(&self, place: &Place, saved: Option<ChangeHash>) {
        if let Some(hash) = saved {
            self.ledger.note(self.number, place, hash);
        }
    }
}
