//! Processes of their own, so that memory and processor time can be told apart; and phones in this one.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use sumu_core::clock::{SystemClock, SystemEntropy};
use sumu_core::device::{Device, Environment};
use sumu_core::gate::RoundKind;
use sumu_core::link::Link;
use sumu_core::sign::Role;
use sumu_core::sync::http::HttpTransport;
use sumu_core::sync::{Cancel, Silent, SyncEvent, Watch};
use sumu_server::serve::{self as serving, ServeOptions};
use sumu_server::{Limits, Options, State, app};
use sumu_tests::line::Line;
use sumu_tests::office::Office;

use super::dataset::{ITEMS, REGIONS, ROUNDS};
use super::measure::{Metered, Stopwatch, Trip};
use super::pages::Pages;

/// The server as a process.
pub struct Server {
    /// Where it listens.
    pub url: String,
    /// Its office, in this process.
    pub office: Office,
    child: Child,
}

/// A phone in this process, with a line that is measured.
pub struct Desk {
    /// The device.
    pub device: Device,
    /// Its line.
    pub line: Arc<Line>,
    transport: Metered,
}

/// What a sync in a process of its own did.
#[derive(Debug, Serialize, Deserialize)]
pub struct Apart {
    /// Requests to sync.
    pub pages: u64,
    /// Changes fetched.
    pub changes_down: u64,
    /// Frames applied.
    pub frames: u64,
    /// The most memory that the process held.
    pub peak_mb: f64,
    /// How long it took.
    pub seconds: f64,
}

impl Server {
    /// Starts a server with all regions, items, rounds and two people.
    pub async fn start(folder: &Path) -> Result<Self> {
        let data = folder.join("server");
        let state = State::open(&data, Arc::new(SystemClock), Arc::new(SystemEntropy), Options::default())?;
        let office = Office::new(&state);
        office.import_regions(REGIONS)?;
        office.import_items(ITEMS)?;
        for round in ROUNDS {
            office.open_round(round, RoundKind::Assessment, "2026-01-01", "2026-12-31")?;
        }
        for person in ["author", "reader"] {
            office.add_person(person, person, Role::Inspector, &["1505"])?;
        }
        let mut child = Command::new(std::env::current_exe()?);
        let mut child = child.arg("serve").arg(&data).stdout(Stdio::piped()).spawn()?;
        let mut first = String::new();
        BufReader::new(child.stdout.take().context("its output is ours")?).read_line(&mut first)?;
        let url = first.trim().strip_prefix("listening on ").context("the server does not start")?.to_owned();
        Ok(Self { url, office, child })
    }

    /// Returns the processor time that the server has used.
    pub fn cpu_seconds(&self) -> Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let after_name = stat.rsplit_once(')').context("stat has a name")?.1;
        let fields: Vec<&str> = after_name.split_whitespace().collect();
        let ticks = |place: usize| -> Result<f64> { Ok(fields.get(place).context("stat has times")?.parse()?) };
        // User and system time, in hundredths of a second.
        Ok((ticks(11)? + ticks(12)?) / 100.0)
    }

    /// Returns the most memory that the server has held.
    pub fn peak_mb(&self) -> Result<f64> {
        peak_mb(&self.child.id().to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Desk {
    /// Enrols a phone.
    pub async fn enrol(server: &Server, person: &str, file: PathBuf) -> Result<Self> {
        let desk = Self::open(server, file).await?;
        let link: Link = server.office.invite(person)?.parse()?;
        desk.device.enrol(&link, &desk.transport).await?;
        desk.transport.take().await;
        Ok(desk)
    }

    /// Opens a phone that is enrolled or will be.
    pub async fn open(server: &Server, file: PathBuf) -> Result<Self> {
        let address = server.url.strip_prefix("http://").context("plain http")?.parse()?;
        let line = Arc::new(Line::open(address).await?);
        let transport = Metered::new(HttpTransport::new(&line.url(), None)?, Arc::clone(&line));
        Ok(Self { device: open(&file)?, line, transport })
    }

    /// Syncs and returns what went over the line.
    pub async fn sync(&self) -> Result<Trip> {
        self.device.sync(&self.transport, &Silent, &Cancel::new()).await?;
        Ok(self.transport.take().await)
    }
}

/// Opens a phone's file.
pub fn open(file: &Path) -> Result<Device> {
    Ok(Device::open(file, Environment::system())?.device)
}

/// Syncs a phone in a process of its own.
pub async fn sync_apart(file: &Path, url: &str) -> Result<Apart> {
    let program = std::env::current_exe()?;
    let mut command = tokio::process::Command::new(program);
    let output = command.arg("sync").arg(file).arg(url).stderr(Stdio::inherit()).output().await?;
    if !output.status.success() {
        bail!("the phone's process ended with {}", output.status);
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The server's process.
pub async fn serve(data: &Path) -> Result<()> {
    let limits = Limits { requests_a_minute: u32::MAX, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    let state = State::open(data, Arc::new(SystemClock), Arc::new(SystemEntropy), options)?;
    let bound =
        serving::bind(&ServeOptions { listen: "127.0.0.1:0".to_owned(), ..ServeOptions::default() }, data).await?;
    Office::new(&state).remember_address(bound.address())?;
    println!("listening on {}", bound.listening());
    bound.run(app(state), std::future::pending()).await;
    Ok(())
}

/// The phone's process.
pub async fn sync(file: &Path, url: &str) -> Result<()> {
    #[derive(Default)]
    struct Frames(AtomicU64);
    impl Watch for Frames {
        fn event(&self, event: SyncEvent) {
            if matches!(event, SyncEvent::Frame { .. }) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
    let device = open(file)?;
    let (watch, frames) = (Stopwatch::start(), Frames::default());
    let transport = Pages::of(500, HttpTransport::new(url, None)?);
    let mut changes_down = device.sync(&transport, &frames, &Cancel::new()).await?.changes_down;
    // What was told to come later comes with the next syncs.
    while device.status()?.unsent > 0 {
        changes_down += device.sync(&transport, &frames, &Cancel::new()).await?.changes_down;
    }
    let apart = Apart {
        pages: transport.sent(),
        changes_down,
        frames: frames.0.into_inner(),
        peak_mb: peak_mb("self")?,
        seconds: watch.millis() / 1000.0,
    };
    println!("{}", serde_json::to_string(&apart)?);
    Ok(())
}

fn peak_mb(process: &str) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("the system tells the peak")?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes / 1000.0)
}
