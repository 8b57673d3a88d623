//! Time and randomness as parameters: nothing else in the core asks the system for either.

use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Returns milliseconds since 1970-01-01T00:00:00Z, as this machine believes.
    fn millis(&self) -> i64;

    /// Returns whole seconds since 1970-01-01T00:00:00Z, the unit of times in changes.
    fn seconds(&self) -> i64 {
        self.millis().div_euclid(1000)
    }
}

/// Draws random bytes fit for keys and tokens.
pub trait Entropy: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, bytes: &mut [u8]);
}

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system for the time")]
    fn millis(&self) -> i64 {
        let signed = |duration: std::time::Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => signed(since),
            Err(before) => -signed(before.duration()),
        }
    }
}

/// The machine's own source of randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system for randomness")]
    #[expect(clippy::panic, reason = "a machine without randomness can make no key; going on would be worse")]
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            panic!("the system gives no random bytes: {error}");
        }
    }
}

/// A clock that stands until it is moved; for simulated worlds and tests.
#[derive(Debug, Default)]
pub struct ManualClock(std::sync::atomic::AtomicI64);

impl ManualClock {
    /// Starts at some milliseconds since 1970.
    pub fn at(millis: i64) -> Self {
        Self(millis.into())
    }

    /// Moves the clock by some milliseconds, backwards too.
    pub fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, std::sync::atomic::Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn millis(&self) -> i64 {
        self.0.load(std::sync::atomic::Ordering::Relaxed)
    }
}

/// Bytes that follow from a seed (SHA-256 in counter mode); for simulated worlds and tests, never for real keys.
#[derive(Debug)]
pub struct SeededEntropy {
    seed: u64,
    drawn: Mutex<u64>,
}

impl SeededEntropy {
    /// Starts the sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self { seed, drawn: Mutex::new(0) }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        let mut drawn = self.drawn.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for chunk in bytes.chunks_mut(32) {
            let block: [u8; 32] =
                Sha256::new().chain_update(self.seed.to_be_bytes()).chain_update(drawn.to_be_bytes()).finalize().into();
            *drawn += 1;
            chunk.iter_mut().zip(block).for_each(|(to, from)| *to = from);
        }
    }
}
