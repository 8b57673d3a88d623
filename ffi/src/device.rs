//! The one object that an app holds.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use data_encoding::HEXLOWER;
use sumu_core::device::{self, Environment};
use sumu_core::link::Link;
use sumu_core::record::ReviewState;
use sumu_core::sync::http::HttpTransport;
use sumu_core::sync::{self, Cancel};
use tokio::sync::watch;

use crate::code::parse;
use crate::key_store::Keys;
use crate::listener::{Meter, changes, pump};
use crate::{
    ChangeHash, ChangeListener, Code, Filling, Handle, HistoryRow, Identity, ItemAt, ItemRow, KeyStore, Place,
    ProgressListener, Put, QuestionKey, RecordView, RegionRow, RoundRow, SalvageReport, SiteId, SiteQuery, SiteRow,
    Status, SumuError, SumuResult, SyncReport, Value, record, runtime,
};

/// A phone's inspection records, in one file.
///
/// Every call but `enrol`, `sync` and `shut` blocks for a short transaction: call them off the drawing thread, from as many
/// threads as there are. A call that edits returns after its commit.
#[derive(uniffi::Object)]
pub struct Device {
    open: Mutex<Option<device::Device>>,
    syncing: Mutex<Cancel>,
}

/// An opened device.
#[derive(uniffi::Record)]
pub struct Opened {
    /// The device.
    pub device: Arc<Device>,
    /// Where the file that stood at the path was moved because it is damaged; `Device.salvage` still reads it.
    pub set_aside: Option<String>,
}

impl From<device::Opened> for Opened {
    fn from(opened: device::Opened) -> Self {
        let device = Device { open: Mutex::new(Some(opened.device)), syncing: Mutex::default() };
        Self { device: Arc::new(device), set_aside: opened.set_aside.map(|path| path.to_string_lossy().into_owned()) }
    }
}

/// What a link says before anyone is asked.
#[derive(Debug, Clone, uniffi::Record)]
pub struct LinkView {
    /// Where the server is.
    pub server_url: String,
    /// SHA-256 of the one certificate that is trusted, hex; nothing: the public roots are.
    pub server_fingerprint: Option<String>,
}

/// Reads a link to enrol by, as it was pasted or scanned.
#[uniffi::export]
pub fn link(text: String) -> SumuResult<LinkView> {
    let link: Link = text.parse()?;
    Ok(LinkView { server_url: link.url, server_fingerprint: link.fingerprint.map(|bytes| HEXLOWER.encode(&bytes)) })
}

/// Opens the file at a path or makes it; encrypted, if there is a key store. A damaged file is set aside, never deleted.
#[uniffi::export]
pub fn open(path: String, keys: Option<Arc<dyn KeyStore>>) -> SumuResult<Opened> {
    let (path, environment) = (Path::new(&path), Environment::system());
    Ok(match keys {
        Some(keys) => device::Device::open_encrypted(path, &Keys(keys), environment)?,
        None => device::Device::open(path, environment)?,
    }
    .into())
}

/// Opens the file by its recovery code, when its key is lost, and stores the key again.
#[uniffi::export]
pub fn recover(path: String, code: String, keys: Arc<dyn KeyStore>) -> SumuResult<Opened> {
    Ok(device::Device::recover(Path::new(&path), &code, &Keys(keys), Environment::system())?.into())
}

/// Moves a file that cannot be opened out of the way, so that the phone can start anew; returns its new name.
#[uniffi::export]
pub fn set_aside(path: String) -> SumuResult<String> {
    let aside = device::Device::set_aside(Path::new(&path), &Environment::system())?;
    Ok(aside.to_string_lossy().into_owned())
}

/// Writes what can still be read of a file, a broken one too, as lines of JSON into a new file, which is not encrypted.
#[uniffi::export]
pub fn salvage(path: String, out: String, keys: Option<Arc<dyn KeyStore>>) -> SumuResult<SalvageReport> {
    let (path, out) = (PathBuf::from(path), PathBuf::from(out));
    Ok(match keys {
        Some(keys) => device::Device::salvage_encrypted(&path, &Keys(keys), &out)?,
        None => device::Device::salvage(&path, &out)?,
    }
    .into())
}

#[uniffi::export]
impl Device {
    /// Enrols the person of a link. Enrolling again makes that person the one who writes; nothing unsent is lost.
    pub async fn enrol(&self, link: String) -> SumuResult<Identity> {
        let (device, link): (_, Link) = (self.device()?, link.parse()?);
        let transport = HttpTransport::new(&link.url, link.fingerprint)?;
        runtime::run(async move { Ok(device.enrol(&link, &transport).await?.into()) }).await
    }

    /// Returns who works with this phone, or nothing before the first enrolment.
    pub fn identity(&self) -> SumuResult<Option<Identity>> {
        Ok(self.device()?.identity()?.map(Identity::from))
    }

    /// Changes the server's address, when the same server moved.
    pub fn set_server(&self, url: String) -> SumuResult<()> {
        Ok(self.device()?.set_server(&url)?)
    }

    /// Makes a code, to be shown once and written down, that opens the file when the phone loses its key.
    pub fn recovery_code(&self) -> SumuResult<String> {
        Ok(self.device()?.recovery_code()?.to_string())
    }

    /// Returns the divisions right below one; without one, those to begin with.
    pub fn regions(&self, parent: Option<Code>) -> SumuResult<Vec<RegionRow>> {
        let parent = parent.map(|code| parse(&code.0)).transpose()?;
        Ok(self.device()?.regions(parent.as_ref())?.into_iter().map(RegionRow::from).collect())
    }

    /// Returns a page of sites with their counts.
    pub fn sites(&self, query: SiteQuery) -> SumuResult<Vec<SiteRow>> {
        let device = self.device()?;
        Ok(device.sites(&query.to_core(&device)?)?.into_iter().map(SiteRow::from).collect())
    }

    /// Returns the items, in the office's order.
    pub fn items(&self) -> SumuResult<Vec<ItemRow>> {
        Ok(self.device()?.items()?.into_iter().map(ItemRow::from).collect())
    }

    /// Returns the items with the state of their records at a site; without a round, in the only open one.
    pub fn items_at(&self, site: SiteId, round: Option<Handle>) -> SumuResult<Vec<ItemAt>> {
        let round = round.as_ref().map(|round| round.0.as_str());
        Ok(self.device()?.items_at(&parse(&site.0)?, round)?.into_iter().map(ItemAt::from).collect())
    }

    /// Returns the rounds, in the order in which they begin.
    pub fn rounds(&self) -> SumuResult<Vec<RoundRow>> {
        Ok(self.device()?.rounds()?.into_iter().map(RoundRow::from).collect())
    }

    /// Returns the programme's time zone, like `Asia/Shanghai`.
    pub fn zone(&self) -> SumuResult<String> {
        Ok(self.device()?.zone()?)
    }

    /// Reads a record; one that nobody began is empty.
    pub fn record(&self, place: Place) -> SumuResult<RecordView> {
        let device = self.device()?;
        Ok(device.record(&place.find(&device)?)?.into())
    }

    /// Fills a record's form in, as of now by this phone's clock; nothing if it has none and shows plain keys. `language` is the
    /// name of one of the form's languages, or its code, like `zh`; another one gives the form's own.
    pub fn fill(self: Arc<Self>, place: Place, language: String) -> SumuResult<Option<Arc<Filling>>> {
        let device = self.device()?;
        let sheet = device.sheet(&place.find(&device)?, &language)?;
        Ok(sheet.map(|sheet| Arc::new(Filling::new(self, place, sheet))))
    }

    /// Returns a page of a record's puts in the order in which this phone took them.
    pub fn history(&self, place: Place, skip: u32, limit: u32) -> SumuResult<Vec<HistoryRow>> {
        let device = self.device()?;
        let rows = device.history(&place.find(&device)?)?.into_iter();
        Ok(rows.skip(skip as usize).take(limit.min(200) as usize).map(HistoryRow::from).collect())
    }

    /// Saves one card: the values that differ from what is shown, as one change. Returns its hash, or nothing if nothing
    /// changed. A key in dispute fails the whole card.
    pub fn answer(&self, place: Place, puts: Vec<Put>) -> SumuResult<Option<ChangeHash>> {
        let device = self.device()?;
        let puts = puts.iter().map(Put::to_core).collect::<SumuResult<Vec<_>>>()?;
        Ok(device.answer(&place.find(&device)?, &puts)?.as_ref().map(ChangeHash::of))
    }

    /// Ends a dispute with one of the rivals or another value, and the reason.
    pub fn settle(&self, place: Place, key: QuestionKey, value: Value, reason: String) -> SumuResult<ChangeHash> {
        let device = self.device()?;
        let (key, value) = (record::key(&key)?, value.to_core()?);
        Ok(ChangeHash::of(&device.settle(&place.find(&device)?, &key, &value, &reason)?))
    }

    /// Voids a record with a reason; nothing is deleted.
    pub fn void_record(&self, place: Place, reason: String) -> SumuResult<ChangeHash> {
        let device = self.device()?;
        Ok(ChangeHash::of(&device.void(&place.find(&device)?, &reason)?))
    }

    /// Lifts a void, with the reason if it was in dispute.
    pub fn lift_void(&self, place: Place, reason: String) -> SumuResult<ChangeHash> {
        let device = self.device()?;
        Ok(ChangeHash::of(&device.lift_void(&place.find(&device)?, &reason)?))
    }

    /// Signs a record as it was seen: `seen` are the heads of the view that the person looked at.
    pub fn sign(&self, place: Place, seen: Vec<ChangeHash>) -> SumuResult<ChangeHash> {
        let device = self.device()?;
        Ok(ChangeHash::of(&device.sign(&place.find(&device)?, &record::heads(&seen)?)?))
    }

    /// Sends a record back or approves it, as it was seen.
    pub fn review(
        &self,
        place: Place,
        send_back: bool,
        reason: String,
        seen: Vec<ChangeHash>,
    ) -> SumuResult<ChangeHash> {
        let device = self.device()?;
        let state = if send_back { ReviewState::SentBack } else { ReviewState::Approved };
        Ok(ChangeHash::of(&device.review(&place.find(&device)?, state, &reason, &record::heads(&seen)?)?))
    }

    /// Counts what the server holds and names what does not get there.
    pub fn status(&self) -> SumuResult<Status> {
        Ok(self.device()?.status()?.into())
    }

    /// Exchanges with the server until nothing is left on either side. `cancel_sync`, and dropping the call, stop it at its
    /// next step; what was applied stays, and the next sync goes on from there.
    pub async fn sync(&self, progress: Option<Arc<dyn ProgressListener>>) -> SumuResult<SyncReport> {
        let device = self.device()?;
        let server = device.server()?.ok_or_else(|| SumuError::from(device::DeviceError::NotEnrolled))?;
        let transport = HttpTransport::new(&server.url, server.fingerprint)?;
        let cancel = Cancel::new();
        *self.syncing.lock().unwrap_or_else(PoisonError::into_inner) = cancel.clone();
        let _stop_if_dropped = Stop(cancel.clone());
        runtime::run(async move {
            let (meter, moved) = watch::channel(sync::Progress::default());
            let telling = progress
                .map(|listener| tokio::spawn(pump(moved, move |progress| listener.on_progress(progress.into()))));
            let meter = Meter(meter);
            let report = device.sync(&transport, &meter, &cancel).await;
            drop(meter);
            if let Some(telling) = telling {
                // The last figures are told before the call returns.
                let _ = telling.await;
            }
            Ok(report?.into())
        })
        .await
    }

    /// Stops a running sync at its next step; without one nothing happens.
    pub fn cancel_sync(&self) {
        self.syncing.lock().unwrap_or_else(PoisonError::into_inner).cancel();
    }

    /// Tells a listener whenever the file changed, at most five times a second, until the device is shut.
    pub fn listen(&self, listener: Arc<dyn ChangeListener>) -> SumuResult<()> {
        let commits = self.device()?.commits();
        runtime::handle()?.spawn(changes(commits, listener));
        Ok(())
    }

    /// Writes all unsent work and all answers as lines of JSON into a new file, which is not encrypted.
    pub fn export_work(&self, out: String) -> SumuResult<SalvageReport> {
        Ok(self.device()?.export(Path::new(&out))?.into())
    }

    /// Stops a running sync, closes the file and wipes the key from memory; later calls fail with `Stopped`.
    pub async fn shut(&self) -> SumuResult<()> {
        self.cancel_sync();
        let device = self.open.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(device) = device else { return Ok(()) };
        runtime::run(async move {
            device.idle().await;
            Ok(())
        })
        .await
    }
}

impl Device {
    pub(crate) fn device(&self) -> SumuResult<device::Device> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.clone().ok_or_else(|| SumuError::stopped("shut", &"the device is shut; open it again"))
    }
}

/// Stops a sync whose caller went away.
struct Stop(Cancel);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
