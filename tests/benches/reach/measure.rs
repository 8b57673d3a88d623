//! Times and bytes.

use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;
use ed25519_dalek::{Signer as _, SigningKey};
use futures_util::future::BoxFuture;
use sumu_core::sync::http::HttpTransport;
use sumu_core::sync::transport::{Call, Reply, Transport, TransportError};
use sumu_tests::line::{Carried, Line, Way};
use sumu_tests::world::chance::Chance;

use super::processes::{Desk, Server};

/// Measures how long something takes.
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts it.
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Returns the milliseconds since its start.
    pub fn millis(&self) -> f64 {
        self.0.elapsed().as_secs_f64() * 1000.0
    }

    /// Times one call, in milliseconds.
    pub fn time(call: impl FnOnce() -> Result<()>) -> Result<f64> {
        let watch = Self::start();
        call()?;
        Ok(watch.millis())
    }
}

/// Returns the middle one of some figures.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Measures what this disk takes to make 4 KB durable, in milliseconds at the median.
pub fn fsync_median(folder: &Path) -> Result<f64> {
    let mut file = std::fs::File::create(folder.join("fsync"))?;
    let times = (0..200).map(|_| {
        let watch = Stopwatch::start();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        Ok(watch.millis())
    });
    Ok(median(times.collect::<Result<Vec<_>>>()?))
}

/// Measures one strict check of a signature as the library makes it, in microseconds at the median: the part of the server's
/// work that no design can save, and by which a slow or busy machine can be told.
pub fn signature_check() -> Result<f64> {
    let key = SigningKey::from_bytes(&[1; 32]);
    let public = key.verifying_key();
    let times = (0..200_u8).map(|number| {
        let message = [number; 61];
        let signature = key.sign(&message);
        let time = Stopwatch::time(|| Ok(public.verify_strict(&message, &signature)?))?;
        Ok(time * 1000.0)
    });
    Ok(median(times.collect::<Result<Vec<_>>>()?))
}

/// What went over the line in one sync: every call with what the line carried for it.
#[derive(Debug, Default, Clone)]
pub struct Trip {
    calls: Vec<(String, Carried)>,
}

impl Trip {
    /// Counts the requests.
    pub fn requests(&self) -> usize {
        self.calls.len()
    }

    /// Returns all bytes both ways, headers included.
    pub fn total(&self) -> f64 {
        self.sum(|_| true, |carried| carried.up + carried.down)
    }

    /// Returns the bytes of the exchange itself, both ways.
    pub fn exchange(&self) -> f64 {
        self.sum(is_exchange, |carried| carried.up + carried.down)
    }

    /// Returns the bytes that the exchange itself brought down.
    pub fn exchange_down(&self) -> f64 {
        self.sum(is_exchange, |carried| carried.down)
    }

    /// Returns the bytes of the reference data.
    pub fn reference(&self) -> f64 {
        self.sum(|path| !is_exchange(path), |carried| carried.up + carried.down)
    }

    fn sum(&self, which: impl Fn(&str) -> bool, what: impl Fn(&Carried) -> u64) -> f64 {
        self.calls.iter().filter(|(path, _)| which(path)).map(|(_, carried)| what(carried)).sum::<u64>() as f64
    }
}

fn is_exchange(path: &str) -> bool {
    path == "/v1/sync"
}

/// A transport that notes which calls its line carried.
#[derive(Clone)]
pub struct Metered {
    inner: Arc<HttpTransport>,
    line: Arc<Line>,
    /// The path of each call, and what the line had carried when it began.
    begun: Arc<Mutex<Vec<(String, Carried)>>>,
}

impl Metered {
    /// Measures a line.
    pub fn new(inner: HttpTransport, line: Arc<Line>) -> Self {
        Self { inner: Arc::new(inner), line, begun: Arc::default() }
    }

    /// Takes the calls since the last time, each with what the line carried until the next one began.
    ///
    /// Calls come one after the other; what still trickles in after the last one is waited for.
    pub async fn take(&self) -> Trip {
        let mut end = self.line.carried();
        loop {
            tokio::time::sleep(Duration::from_millis(30)).await;
            let now = self.line.carried();
            if now == end {
                break;
            }
            end = now;
        }
        let begun = std::mem::take(&mut *self.begun.lock().unwrap_or_else(PoisonError::into_inner));
        let ends = begun.iter().skip(1).map(|(_, carried)| *carried).chain([end]).collect::<Vec<_>>();
        Trip { calls: begun.into_iter().zip(ends).map(|((path, begin), end)| (path, end - begin)).collect() }
    }
}

impl Transport for Metered {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        let begun = (call.path.clone(), self.line.carried());
        self.begun.lock().unwrap_or_else(PoisonError::into_inner).push(begun);
        self.inner.send(call)
    }
}

/// What cuts cost.
pub struct Cuts {
    /// The most bytes that came twice because of one cut.
    pub bytes: f64,
    /// The most that one frame may have.
    pub largest_frame: f64,
}

/// Cuts a first sync at twelve places and returns the most that came twice.
pub async fn worst_cut(server: &Server, folder: &Path, clean: f64) -> Result<Cuts> {
    let chance = Chance::new(3);
    let mut worst: f64 = 0.0;
    for number in 0..12 {
        let desk = Desk::enrol(server, "reader", folder.join(format!("cut-{number}.db"))).await?;
        desk.line.break_after(Way::Down, 2_000 + chance.below(clean as usize - 2_000) as u64);
        worst = worst.max(desk.sync().await?.exchange_down() - clean);
    }
    Ok(Cuts { bytes: worst.max(0.0), largest_frame: 256_000.0 })
}
