//! What every request works with: the database, the programme, the clock, randomness and the options.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, Transaction};
use sumu_core::clock::{Clock, Entropy};
use sumu_core::ids::DeviceId;
use tokio::sync::Semaphore;

use crate::database::{Database, DatabaseError};
use crate::exchange::Doors;
use crate::metrics::Metrics;
use crate::programme::{Programme, ProgrammeError};
use crate::reference::Reference;
use crate::scoring::Scoring;

/// How many pushes are worked on at once: one is written while the next is unpacked.
const TURNS: usize = 2;

/// Limits at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many requests a device may make in a minute.
    pub requests_a_minute: u32,
    /// How many times a minute one address may try to enrol or to sign in; a whole office may share one.
    pub tries_a_minute: u32,
    /// How many changes of one author may wait or be kept aside.
    pub waiting_of_an_author: usize,
    /// How many changes of unregistered actors may wait that one device brought; nobody vouches for their authors.
    pub unregistered_of_a_device: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests_a_minute: 120,
            tries_a_minute: 60,
            waiting_of_an_author: 20_000,
            unregistered_of_a_device: 2_000,
        }
    }
}

/// How a server behaves; the default is what `serve` uses.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Limits at the door.
    pub limits: Limits,
    /// The time zone of a programme that is made now.
    pub zone: Option<String>,
    /// Whether the line to the browser is TLS, ours or a proxy's; cookies are then sent over nothing else.
    pub secure: bool,
    /// Whether a proxy in front names the peers in `X-Forwarded-For`.
    pub behind_proxy: bool,
}

/// Says why a data folder cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database cannot be opened.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// What the folder says of the programme cannot be used.
    #[error(transparent)]
    Programme(#[from] ProgrammeError),
}

/// What every request works with; cheap to clone.
#[derive(Clone)]
pub struct State(Arc<Inner>);

struct Inner {
    database: Database,
    programme: Programme,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    options: Options,
    doors: Doors<DeviceId>,
    tries: Doors<IpAddr>,
    metrics: Metrics,
    reference: Reference,
    scoring: Scoring,
    turns: Arc<Semaphore>,
}

impl State {
    /// Opens a data folder, and makes the programme first if the folder is new.
    pub fn open(
        data: &Path,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        options: Options,
    ) -> Result<Self, OpenError> {
        let database = Database::open(data)?;
        let programme = database.write(|tx| Programme::open(tx, options.zone.as_deref(), entropy.as_ref()))?;
        let doors = Doors::new(options.limits.requests_a_minute);
        let tries = Doors::new(options.limits.tries_a_minute);
        let (metrics, reference) = (Metrics::default(), Reference::default());
        let scoring = Scoring::new(&programme);
        let turns = Arc::new(Semaphore::new(TURNS));
        Ok(Self(Arc::new(Inner {
            database,
            programme,
            clock,
            entropy,
            options,
            doors,
            tries,
            metrics,
            reference,
            scoring,
            turns,
        })))
    }

    /// Returns the database.
    pub fn database(&self) -> &Database {
        &self.0.database
    }

    /// Returns what this server is.
    pub fn programme(&self) -> &Programme {
        &self.0.programme
    }

    /// Returns the clock.
    pub fn clock(&self) -> &dyn Clock {
        self.0.clock.as_ref()
    }

    /// Returns where random bytes come from.
    pub fn entropy(&self) -> &dyn Entropy {
        self.0.entropy.as_ref()
    }

    /// Returns the options.
    pub fn options(&self) -> &Options {
        &self.0.options
    }

    pub(crate) fn doors(&self) -> &Doors<DeviceId> {
        &self.0.doors
    }

    pub(crate) fn tries(&self) -> &Doors<IpAddr> {
        &self.0.tries
    }

    /// Returns what is counted.
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn reference(&self) -> &Reference {
        &self.0.reference
    }

    /// Returns what scores records.
    pub fn scoring(&self) -> &Scoring {
        &self.0.scoring
    }

    /// Runs work in the writing transaction, on a blocking thread.
    ///
    /// The work goes on when the caller is dropped: a phone that hangs up in the middle of a request cannot leave a
    /// transaction half done.
    pub async fn write<T, E>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<rusqlite::Error> + Send + 'static,
    {
        let state = self.clone();
        self.in_turn(move || state.database().write(work)).await
    }

    /// Runs work that ends in a writing transaction on a blocking thread, when its turn comes.
    ///
    /// Turns are given in the order in which they were asked for. Without them, a rush of phones would fill all blocking
    /// threads with writers that wait for each other, and readers would starve. A caller that is dropped before its turn
    /// leaves the queue.
    pub(crate) async fn in_turn<T, E>(&self, work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<rusqlite::Error> + Send + 'static,
    {
        // The semaphore is never closed.
        let turn = Arc::clone(&self.0.turns).acquire_owned().await.ok();
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        finish(done.await)
    }

    /// Runs work on one unchanging state of the database, on a blocking thread.
    pub async fn read<T, E>(&self, work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<rusqlite::Error> + Send + 'static,
    {
        let state = self.clone();
        finish(tokio::task::spawn_blocking(move || state.database().read(work)).await)
    }
}

/// Passes a panic of the work on to the caller, and reads the end of the runtime as an interrupted statement.
fn finish<T, E: From<rusqlite::Error>>(done: Result<Result<T, E>, tokio::task::JoinError>) -> Result<T, E> {
    match done {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(E::from(rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_INTERRUPT),
                None,
            ))),
        },
    }
}
