use std::sync::Mutex;

use super::*;
use crate::store::meta;
use crate::sync::{SyncEvent, Watch};

#[tokio::test(start_paused = true)]
async fn a_reply_that_is_cut_at_any_byte_loses_nothing_and_sends_nothing_twice_into_the_log() {
    let line = Line::new(Office::new(1));
    let anna = Phone::at(&line, 2, "anna", Role::Inspector).await;
    for number in 0..12 {
        anna.answer(&format!("Q{number}"), &number.to_string());
    }
    anna.sync(&line).await;
    let bo = Phone::at(&line, 3, "bo", Role::Inspector).await;
    for at in (0..2_000).step_by(37) {
        anna.answer("H1", &at.to_string());
        anna.sync(&line).await;
        bo.answer("H2", &at.to_string());
        line.home().faults.push_back(Fault::Cut(at));
        bo.sync(&line).await;
        anna.sync(&line).await;
        assert_eq!(anna.heads(), bo.heads(), "cut at byte {at}");
    }
    let log = line.home().log.len();
    let distinct: std::collections::BTreeSet<ChangeHash> = line.home().log.iter().map(|entry| entry.hash).collect();
    assert_eq!(log, distinct.len());
    assert_eq!(bo.device.status().unwrap().unsent, 0);
}

#[tokio::test(start_paused = true)]
async fn frames_that_arrived_before_a_cut_are_not_sent_again() {
    let line = Line::new(Office::new(1));
    let anna = Phone::at(&line, 2, "anna", Role::Inspector).await;
    let bo = Phone::at(&line, 3, "bo", Role::Inspector).await;
    for number in 0..20 {
        anna.answer(&format!("Q{number}"), &number.to_string());
    }
    anna.sync(&line).await;
    line.home().faults.push_back(Fault::Cut(3_000));
    let before = line.home().requests.len();
    bo.sync(&line).await;
    let cursors: Vec<u8> = line.home().requests[before..].iter().map(|request| request.cursor.0[7]).collect();
    assert_eq!(cursors.len(), 2);
    assert!(cursors[1] > 5, "the second request asks for what is missing only: {cursors:?}");
}

#[tokio::test(start_paused = true)]
async fn sizes_halve_when_the_line_breaks_and_grow_again() {
    let line = Line::new(Office::new(1));
    let phone = Phone::at(&line, 2, "anna", Role::Inspector).await;
    let frame = || phone.device.store.read(|c| meta::get::<u32>(c, meta::name::FRAME)).unwrap().unwrap();
    let good = frame();
    line.home().faults.extend([Fault::Cut(0), Fault::Cut(0)]);
    phone.sync(&line).await;
    assert_eq!(frame(), good / 2);
    phone.sync(&line).await;
    assert_eq!(frame(), good);
}

#[tokio::test(start_paused = true)]
async fn without_a_signal_the_sync_gives_up_and_the_next_one_completes() {
    let line = Line::new(Office::new(1));
    let phone = Phone::at(&line, 2, "anna", Role::Inspector).await;
    phone.answer("H1", "8");
    line.home().faults.extend([Fault::Offline; 20]);
    assert!(matches!(sync(&phone.device, &line).await, Err(SyncError::Offline(_))));
    line.home().faults.clear();
    assert_eq!(phone.sync(&line).await.changes_up, 1);
}

#[tokio::test(start_paused = true)]
async fn refusals_at_the_door_are_named_and_work_goes_on() {
    let line = Line::new(Office::new(1));
    let phone = Phone::at(&line, 2, "anna", Role::Inspector).await;
    let told = async |status| {
        line.home().faults.extend([Fault::Status(status); 20]);
        let error = sync(&phone.device, &line).await.unwrap_err();
        line.home().faults.clear();
        error
    };
    assert!(matches!(told(401).await, SyncError::SignedOut));
    phone.answer("H1", "8");
    assert!(phone.device.status().unwrap().stopped.unwrap().contains("invitation"));
    assert!(matches!(told(403).await, SyncError::Forbidden(_)));
    assert!(matches!(told(426).await, SyncError::AppTooOld(_)));
    assert!(matches!(told(429).await, SyncError::Busy { .. }));
    assert!(matches!(told(503).await, SyncError::Busy { .. }));
    assert!(matches!(told(502).await, SyncError::Offline(_)));
    assert_eq!(phone.sync(&line).await.changes_up, 1);
    assert_eq!(phone.device.status().unwrap().stopped, None);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_too_large_is_sent_in_smaller_ones() {
    let line = Line::new(Office::new(1));
    let phone = Phone::at(&line, 2, "anna", Role::Inspector).await;
    phone.answer("H1", "8");
    line.home().faults.extend([Fault::Status(413); 2]);
    assert_eq!(phone.sync(&line).await.changes_up, 1);
}

#[tokio::test(start_paused = true)]
async fn another_log_stops_the_sync_and_drops_nothing() {
    let line = Line::new(Office::new(1));
    let phone = Phone::at(&line, 2, "anna", Role::Inspector).await;
    phone.answer("H1", "8");
    line.home().epoch = crate::ids::Epoch::new([7; 8]);
    assert!(matches!(sync(&phone.device, &line).await, Err(SyncError::OtherLog)));
    let status = phone.device.status().unwrap();
    assert!(status.stopped.is_some() && status.unsent == 1);
    assert_eq!(phone.shown("H1").0, "8");
}

/// Cancels at an event.
struct Stopper {
    cancel: Cancel,
    at: usize,
    seen: Mutex<Vec<SyncEvent>>,
}

impl Watch for Stopper {
    fn event(&self, event: SyncEvent) {
        let mut seen = self.seen.lock().unwrap();
        seen.push(event);
        if seen.len() == self.at {
            self.cancel.cancel();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_sync_that_is_stopped_at_any_event_keeps_what_it_has_and_goes_on_next_time() {
    let line = Line::new(Office::new(1));
    let anna = Phone::at(&line, 2, "anna", Role::Inspector).await;
    for number in 0..6 {
        anna.answer(&format!("Q{number}"), "1");
    }
    anna.sync(&line).await;
    let bo = Phone::new(3);
    bo.arrives(&line, "bo", Role::Inspector).await;
    let mut stopped = 0;
    for at in 1..30 {
        let watch = Stopper { cancel: Cancel::new(), at, seen: Mutex::default() };
        match bo.device.sync(&line, &watch, &watch.cancel).await {
            Err(SyncError::Cancelled) => stopped += 1,
            ended => {
                ended.unwrap();
                break;
            }
        }
    }
    assert!(stopped >= 1);
    assert_eq!(bo.heads(), anna.heads());
}

#[tokio::test(start_paused = true)]
async fn a_full_disk_stops_the_sync_by_name_and_the_next_one_completes() {
    let line = Line::new(Office::new(1));
    let anna = Phone::at(&line, 2, "anna", Role::Inspector).await;
    let bo = Phone::at(&line, 3, "bo", Role::Inspector).await;
    anna.answer("H1", &"长".repeat(2_700));
    anna.sync(&line).await;
    bo.device.store.limit_pages(1);
    assert!(matches!(sync(&bo.device, &line).await, Err(SyncError::StorageFull)));
    bo.device.store.limit_pages(1_000_000);
    bo.sync(&line).await;
    assert_eq!(bo.heads(), anna.heads());
}
