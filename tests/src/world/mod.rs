//! A deterministic world: any number of phones, the real server, and a network that breaks, all from one seed.
//!
//! Phones are real [`Device`](sumu_core::device::Device)s on files of their own, each with its own clock, which may be wrong.
//! The server is the real one, called in process. Nothing sleeps: run a world on a current-thread runtime whose time is
//! paused. What fails is repeated by its seed: `SUMU_SEED=7 cargo test --workspace NAME`.

pub mod chance;
mod check;
pub mod ledger;
pub mod line;
pub mod network;
pub mod phone;
pub mod weather;

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;

use sumu_core::clock::{ManualClock, SeededEntropy};
use sumu_core::gate::RoundKind;
use sumu_core::sign::Role;
use sumu_server::admin::Address;
use sumu_server::{Limits, Options, State, app};
use tempfile::TempDir;

use crate::office::Office;
use chance::Chance;
use ledger::Ledger;
use network::Network;
use phone::Phone;

/// When every world begins: 2026-11-20T09:00 in Asia/Shanghai, in milliseconds.
pub const BEGINNING: i64 = 1_795_136_400_000;

/// The villages of every world: two townships of one banner, two villages each.
pub const SITES: [&str; 4] = ["150521100201", "150521100202", "150521101201", "150521101202"];

/// The items of every world.
pub const ITEMS: [&str; 2] = ["water", "roads"];

const REGIONS: &str = "code,name,parent,level\n15,内蒙古自治区,,region\n1505,通辽市,15,city\n150521,科左中旗,1505,county\n\
     150521100,宝龙山镇,150521,township\n150521100201,东伙房嘎查,150521100,village\n\
     150521100202,西伙房嘎查,150521100,village\n150521101,舍伯吐镇,150521,township\n\
     150521101201,好腰苏木嘎查,150521101,village\n150521101202,新艾里嘎查,150521101,village\n";
const TABLE_OF_ITEMS: &str = "item,name_zh,name_en\nwater,安全饮水,Drinking water\nroads,街巷硬化,Streets\n";

/// A world.
pub struct World {
    /// What everything in it follows from.
    pub seed: u64,
    /// Draws what happens.
    pub chance: Chance,
    /// The server's clock.
    pub clock: Arc<ManualClock>,
    /// The office of its server.
    pub office: Office,
    /// The lines between phones and server.
    pub network: Arc<Network>,
    /// What people were told is saved.
    pub ledger: Arc<Ledger>,
    state: State,
    phones: usize,
    folder: TempDir,
}

impl World {
    /// Makes a world with one open assessment, `r1`, and nobody in it.
    pub fn new(seed: u64) -> Self {
        // The server's clock stands while phones sync, so a limit a minute would be one for ever.
        let limits = Limits { requests_a_minute: u32::MAX, tries_a_minute: u32::MAX, ..Limits::default() };
        Self::with_options(seed, Options { limits, ..Options::default() })
    }

    /// Makes a world whose server has other limits.
    pub fn with_options(seed: u64, options: Options) -> Self {
        // Worlds are many and short: memory is fast, and kill -9 has tests of its own on a real disk.
        let shared_memory = PathBuf::from("/dev/shm");
        let folder = if shared_memory.is_dir() { TempDir::new_in(shared_memory) } else { TempDir::new() };
        let folder = folder.expect("a temporary folder");
        let clock = Arc::new(ManualClock::at(BEGINNING));
        let entropy = Arc::new(SeededEntropy::new(seed));
        let state = State::open(&folder.path().join("server"), clock.clone(), entropy.clone(), options)
            .expect("the server opens");
        let office = Office::new(&state);
        office
            .remember_address(&Address { url: "http://127.0.0.1:1".to_owned(), fingerprint: None })
            .expect("an address");
        office.import_regions(REGIONS.as_bytes()).expect("the regions");
        office.import_items(TABLE_OF_ITEMS.as_bytes()).expect("the items");
        let network = Network::new(app(state.clone()), seed);
        let world = Self {
            seed,
            chance: Chance::new(seed ^ 1),
            clock,
            office,
            network,
            ledger: Arc::default(),
            state,
            phones: 0,
            folder,
        };
        world.open_round("r1");
        world
    }

    /// Opens an assessment.
    pub fn open_round(&self, handle: &str) {
        self.office.open_round(handle, RoundKind::Assessment, "2026-11-01", "2026-11-30").expect("the round opens");
    }

    /// Adds a person with a phone that is enrolled and has synced once.
    pub async fn person(&mut self, handle: &str, role: Role, areas: &[&str]) -> Phone {
        self.office.add_person(handle, handle, role, areas).expect("the person is new");
        self.phone_of(handle).await
    }

    /// Gives a person another phone, enrolled and synced once.
    pub async fn phone_of(&mut self, handle: &str) -> Phone {
        let phone = self.new_phone(handle);
        phone.enrol(&self.office.invite(handle).expect("an invitation")).await.expect("the phone enrols");
        phone.sync_well().await;
        phone
    }

    /// Makes a phone that nobody has enrolled yet; its clock is right.
    pub fn new_phone(&mut self, handle: &str) -> Phone {
        self.phones += 1;
        let file = self.folder.path().join(format!("phone-{}.db", self.phones));
        let entropy = SeededEntropy::new(self.seed.wrapping_mul(1000).wrapping_add(self.phones as u64));
        Phone::new(self.phones, handle, file, Arc::new(entropy), &self.network, &self.ledger)
    }

    /// Returns the server.
    pub fn server(&self) -> &State {
        &self.state
    }

    /// Lets time pass on the server.
    pub fn pass(&self, seconds: i64) {
        self.clock.advance(seconds * 1000);
    }
}

/// Runs a story in a world of its own, on paused time; the seed of one that fails is printed.
pub fn story<F: Future<Output = ()>>(tell: impl FnOnce(World) -> F) {
    run_seed(named_seed().unwrap_or(1), tell);
}

/// Runs as many worlds as asked, each from its own seed, or only the one that `SUMU_SEED` names.
///
/// `SUMU_WORLDS` makes them more or fewer.
pub fn worlds<F: Future<Output = ()>>(count: u64, tell: impl Fn(World) -> F) {
    if let Some(seed) = named_seed() {
        return run_seed(seed, &tell);
    }
    let count = std::env::var("SUMU_WORLDS").ok().and_then(|count| count.parse().ok()).unwrap_or(count);
    for seed in 1..=count {
        run_seed(seed, &tell);
    }
}

fn named_seed() -> Option<u64> {
    std::env::var("SUMU_SEED").ok().map(|seed| seed.parse().expect("SUMU_SEED is a number"))
}

/// Runs the world of one seed.
pub fn run_seed<F: Future<Output = ()>>(seed: u64, tell: impl FnOnce(World) -> F) {
    /// Says which world it was while a panic goes by.
    struct Seed(u64);
    impl Drop for Seed {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("this world fails again with SUMU_SEED={}", self.0);
            }
        }
    }
    let _seed = Seed(seed);
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
    runtime.block_on(async { tell(World::new(seed)).await });
}
