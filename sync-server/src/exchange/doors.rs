//! How often a device, or an address, may ask.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// How many of them are remembered before those that fell silent are forgotten.
const REMEMBERED: usize = 20_000;
const MINUTE: i64 = 60_000;

/// Counts the requests of each device or address; what it may ask grows back evenly over a minute.
#[derive(Debug)]
pub(crate) struct Doors<K> {
    a_minute: i64,
    doors: Mutex<HashMap<K, Door>>,
}

#[derive(Debug, Clone, Copy)]
struct Door {
    /// In milliseconds: each request costs a minute's share, and time pays it back.
    owed: i64,
    at: i64,
}

impl<K: Copy + Eq + Hash> Doors<K> {
    pub(crate) fn new(a_minute: u32) -> Self {
        Self { a_minute: i64::from(a_minute.max(1)), doors: Mutex::new(HashMap::new()) }
    }

    /// Lets one in, or says after how many seconds it may come again.
    pub(crate) fn enter(&self, who: K, now_millis: i64) -> Result<(), u16> {
        let cost = MINUTE / self.a_minute;
        let mut doors = self.doors.lock().unwrap_or_else(PoisonError::into_inner);
        if doors.len() >= REMEMBERED {
            doors.retain(|_, door| door.owed > now_millis.saturating_sub(door.at));
        }
        let door = doors.entry(who).or_insert(Door { owed: 0, at: now_millis });
        // A clock that was set back pays nothing, and charges nothing either.
        door.owed = door.owed.saturating_sub(now_millis.saturating_sub(door.at).max(0)).max(0);
        door.at = now_millis;
        if door.owed + cost > MINUTE {
            let wait = (door.owed + cost - MINUTE).div_euclid(1_000) + 1;
            return Err(u16::try_from(wait).unwrap_or(u16::MAX));
        }
        door.owed += cost;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sumu_core::ids::DeviceId;

    #[test]
    fn a_device_that_asks_too_often_waits_and_others_do_not() {
        let doors = Doors::new(3);
        let (one, other) = (DeviceId::new([1; 16]), DeviceId::new([2; 16]));
        for _ in 0..3 {
            assert_eq!(doors.enter(one, 1_000), Ok(()));
        }
        assert_eq!(doors.enter(one, 1_000), Err(21));
        assert_eq!(doors.enter(other, 1_000), Ok(()));
        assert_eq!(doors.enter(one, 22_000), Ok(()));
        assert!(doors.enter(one, 22_000).is_err());
    }

    #[test]
    fn a_clock_that_jumps_shuts_nobody_out() {
        let doors = Doors::new(3);
        let device = DeviceId::new([1; 16]);
        doors.enter(device, 1_000_000).unwrap();
        assert_eq!(doors.enter(device, 0), Ok(()));
        assert_eq!(doors.enter(device, i64::MAX), Ok(()));
    }
}
