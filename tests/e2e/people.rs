//! People, their rights, their phones and their clocks: what went wrong elsewhere, and what happens here instead.

use serde_json::json;
use sumu_core::sign::Role::{Inspector, Supervisor};
use sumu_core::sync::SyncError;
use sumu_tests::world::{SITES, story};

const BANNER: &[&str] = &["150521"];

/// [cht-core #5701, #11306: 148 visits on the phone, 108 on the server]
#[test]
fn the_work_of_a_person_who_was_revoked_meanwhile_is_kept_aside_and_released_by_a_new_grant() {
    story(|mut world| async move {
        let a = world.person("a", Inspector, BANNER).await;
        let boss = world.person("boss", Supervisor, BANNER).await;
        for site in SITES {
            a.answer(site, "water", &[("W1", "1")]);
            a.answer(site, "water", &[("W2", "2")]);
        }
        world.office.revoke("a", None).unwrap();
        a.sync_well().await;
        let status = a.status();
        assert_eq!((status.parked.len(), status.unsent), (8, 4), "{status:?}");
        assert_eq!(world.office.log_hashes().unwrap().len(), 0);
        assert_eq!(a.value(SITES[0], "water", "W1"), 1, "nothing leaves the phone");
        world.office.grant("a", Inspector, BANNER).unwrap();
        assert_eq!(world.office.log_hashes().unwrap().len(), 8, "a new grant judges what was kept aside again");
        a.sync_well().await;
        let status = a.status();
        assert_eq!((status.parked.len(), status.unsent, status.synced), (0, 0, 4), "{status:?}");
        world.assert_converged(&[&a, &boss]).await;
    });
}

/// [DHIS2 <= 2.30]
#[test]
fn a_revoked_device_destroys_nothing_and_its_work_is_kept_aside() {
    story(|mut world| async move {
        let a = world.person("a", Inspector, BANNER).await;
        let boss = world.person("boss", Supervisor, BANNER).await;
        a.answer(SITES[0], "water", &[("W1", "1")]);
        a.sync_well().await;
        a.answer(SITES[0], "water", &[("W1", "2")]);
        boss.sync_well().await;
        let device = a.device().identity().unwrap().unwrap().device;
        world.office.revoke_device(&device).unwrap();
        let _ = a.sync().await;
        let _ = a.sync().await;
        assert_eq!(a.value(SITES[0], "water", "W1"), 2, "no remote wipe");
        let status = a.status();
        assert_eq!(status.unsent, 1, "{status:?}");
        boss.sync_well().await;
        assert_eq!(boss.value(SITES[0], "water", "W1"), 1);
        world.assert_nothing_missing(&[&a, &boss]);
        world.assert_sound();
    });
}

/// [cht-core #10719; avni-client #2136, #1102]
#[test]
fn a_session_that_ended_stops_sync_and_never_work() {
    story(|mut world| async move {
        let a = world.person("a", Inspector, BANNER).await;
        a.answer(SITES[0], "water", &[("W1", "1")]);
        // The same phone and person enrol again: the token of before is no longer taken.
        world.office.forget_tokens().unwrap();
        let ended = a.sync().await;
        assert!(matches!(ended, Err(SyncError::SignedOut)), "{ended:?}");
        assert!(a.device().identity().unwrap().is_some(), "nobody is logged out on the phone");
        a.answer(SITES[0], "water", &[("W1", "2")]);
        assert_eq!(a.status().unsent, 1);
        a.enrol(&world.office.invite("a").unwrap()).await.unwrap();
        a.sync_well().await;
        assert_eq!(a.status().unsent, 0);
        world.assert_converged(&[&a]).await;
        assert_eq!(world.server_shows(SITES[0], "water", "r1")["answers"]["W1"]["value"], 2);
    });
}

/// [cht-core #6284, #4957]
#[test]
fn a_clock_that_travels_in_time_orders_nothing_and_hides_nothing() {
    story(|mut world| async move {
        let a = world.person("a", Inspector, BANNER).await;
        let b = world.person("b", Inspector, BANNER).await;
        a.turn_clock(60 * 365 * 86_400);
        b.turn_clock(-50 * 365 * 86_400);
        a.answer(SITES[0], "water", &[("W1", "1")]);
        a.sync_well().await;
        b.sync_well().await;
        b.answer(SITES[0], "water", &[("W1", "2")]);
        world.assert_converged(&[&a, &b]).await;
        assert_eq!(a.value(SITES[0], "water", "W1"), 2, "the later edit is shown, whatever the clocks say");
        assert_eq!(a.rivals(SITES[0], "water", "W1").len(), 0);
        let shown = a.show(SITES[0], "water");
        let at = shown["answers"]["W1"]["at"].as_str().unwrap();
        assert!(at.starts_with("1976-"), "the claimed time is shown as claimed: {at}");
        assert_eq!(a.status().clock_ahead, Some(60 * 365 * 86_400), "and the drift is told");
    });
}

/// The author is bound when a change is written, not when it is synced.
#[test]
fn a_phone_that_is_handed_on_keeps_each_authors_work_apart() {
    story(|mut world| async move {
        let phone = world.person("a", Inspector, BANNER).await;
        phone.answer(SITES[0], "water", &[("W1", "1")]);
        world.office.add_person("b", "b", Inspector, BANNER).unwrap();
        phone.enrol(&world.office.invite("b").unwrap()).await.unwrap();
        phone.answer(SITES[0], "water", &[("W2", "2")]);
        assert_eq!(phone.status().unsent, 1, "both wait in one record");
        let report = phone.sync_well().await;
        assert_eq!((report.changes_up, report.parked.len(), report.refused.len()), (2, 0, 0), "{report:?}");
        let shown = world.server_shows(SITES[0], "water", "r1");
        assert_eq!((&shown["answers"]["W1"]["by"], &shown["answers"]["W2"]["by"]), (&json!("a"), &json!("b")));
        assert_eq!(shown["answers"]["W1"]["device"], shown["answers"]["W2"]["device"]);
        world.assert_converged(&[&phone]).await;
    });
}

/// A round that is closed takes late work, marked; one that is closed by force keeps it aside.
#[test]
fn work_that_comes_after_its_round_was_closed_is_taken_late_and_after_a_forced_end_kept_aside() {
    story(|mut world| async move {
        world.open_round("r2");
        let a = world.person("a", Inspector, BANNER).await;
        a.try_answer(&a.place_in(SITES[0], "water", "r1"), &[("W1", "1")]).unwrap();
        a.try_answer(&a.place_in(SITES[0], "water", "r2"), &[("W1", "2")]).unwrap();
        world.office.close_round("r1", false).unwrap();
        world.office.close_round("r2", true).unwrap();
        let report = a.sync_well().await;
        assert_eq!(report.parked.len(), 1, "{report:?}");
        assert_eq!(world.server_shows(SITES[0], "water", "r1")["answers"]["W1"]["value"], 1);
        assert_eq!(world.server_shows(SITES[0], "water", "r2")["answers"], json!({}));
        world.assert_nothing_missing(&[&a]);
    });
}
