//! Scopes that come, go, overlap, are many, or bring nothing: how other systems failed, and what happens here instead.

use serde_json::json;
use sumu_core::sign::Role::{Inspector, TeamLead};
use sumu_tests::world::weather::Fault;
use sumu_tests::world::{SITES, story};

use super::sync::{fill, open_rounds};

const BANNER: &[&str] = &["150521"];
const FIRST_TOWNSHIP: &[&str] = &["150521100"];
const SECOND_TOWNSHIP: &[&str] = &["150521101"];

/// [sync_gateway #927, PR #5021; synapse #17781; pouchdb #8545]
#[test]
fn a_late_grant_a_revoked_one_and_one_granted_again_each_bring_exactly_their_documents() {
    story(|mut world| async move {
        let a = world.person("a", Inspector, BANNER).await;
        let b = world.person("b", Inspector, FIRST_TOWNSHIP).await;
        a.answer(SITES[0], "water", &[("W1", "1")]);
        a.answer(SITES[2], "water", &[("W1", "2")]);
        a.sync_well().await;
        b.sync_well().await;
        assert!(b.device().place(SITES[2], "water", None).is_err(), "another township is not there yet");

        world.office.grant("b", Inspector, SECOND_TOWNSHIP).unwrap();
        b.sync_well().await;
        assert_eq!(b.value(SITES[2], "water", "W1"), 2, "what was written before the grant comes with it");

        world.office.revoke("b", Some((Inspector, SECOND_TOWNSHIP))).unwrap();
        b.sync_well().await;
        assert!(b.device().place(SITES[2], "water", None).is_err(), "what ended is gone");
        assert_eq!(b.value(SITES[0], "water", "W1"), 1, "and nothing else");
        a.answer(SITES[2], "water", &[("W1", "3")]);
        a.sync_well().await;

        world.office.grant("b", Inspector, SECOND_TOWNSHIP).unwrap();
        b.sync_well().await;
        assert_eq!(b.value(SITES[2], "water", "W1"), 3);
        world.assert_converged(&[&a, &b]).await;
    });
}

/// [sync_gateway #927; synapse #17781]
#[test]
fn a_document_in_two_grants_stays_while_one_of_them_holds() {
    story(|mut world| async move {
        let a = world.person("a", Inspector, BANNER).await;
        let b = world.person("b", Inspector, FIRST_TOWNSHIP).await;
        world.office.grant("b", TeamLead, &[SITES[0]]).unwrap();
        a.answer(SITES[0], "water", &[("W1", "1")]);
        a.answer(SITES[1], "water", &[("W1", "1")]);
        a.sync_well().await;
        b.sync_well().await;
        world.office.revoke("b", Some((Inspector, FIRST_TOWNSHIP))).unwrap();
        b.sync_well().await;
        assert_eq!(b.value(SITES[0], "water", "W1"), 1);
        assert!(b.device().place(SITES[1], "water", None).is_err());
        a.answer(SITES[0], "water", &[("W1", "5")]);
        a.sync_well().await;
        b.sync_well().await;
        assert_eq!(b.value(SITES[0], "water", "W1"), 5, "and goes on to be synced");
        world.assert_converged(&[&a, &b]).await;
    });
}

/// [QField #7479, #3952; QFieldCloud #314, #551, #603]
#[test]
fn work_that_the_server_does_not_hold_outlives_the_end_of_its_scope() {
    story(|mut world| async move {
        let b = world.person("b", Inspector, BANNER).await;
        b.answer(SITES[2], "water", &[("W1", "9")]);
        world.office.grant("b", Inspector, FIRST_TOWNSHIP).unwrap();
        world.office.revoke("b", Some((Inspector, BANNER))).unwrap();
        b.plan([Fault::LoseReply]);
        b.sync_well().await;
        let status = b.status();
        assert_eq!(status.parked.len(), 1, "it is kept aside, with its reason: {status:?}");
        assert_eq!(status.parked[0].reason, "no_right");
        // Granted again, it is judged again and counts.
        world.office.grant("b", Inspector, BANNER).unwrap();
        b.sync_well().await;
        b.sync_well().await;
        let status = b.status();
        assert_eq!((status.parked.len(), status.unsent), (0, 0), "{status:?}");
        assert_eq!(world.server_shows(SITES[2], "water", "r1")["answers"]["W1"]["value"], 9);
        world.assert_converged(&[&b]).await;
    });
}

/// [powersync-service #458, #682]
#[test]
fn many_scopes_on_one_device_cost_no_more_requests() {
    story(|mut world| async move {
        open_rounds(&world, 60);
        let a = world.person("a", Inspector, &SITES).await;
        let records = fill(&world, &a, 60);
        a.sync_well().await;
        world.office.add_person("b", "b", Inspector, &SITES).unwrap();
        let b = world.phone_of("b").await;
        assert_eq!(b.status().records, records as u64);
        let quiet = b.sync_well().await;
        assert_eq!((quiet.requests, quiet.changes_down), (1, 0));
        assert!(quiet.bytes_up + quiet.bytes_down < 1000, "240 scopes do not travel again: {quiet:?}");
        world.assert_converged(&[&a, &b]).await;
    });
}

/// [couchdb #4078, #1737]
#[test]
fn a_feed_without_hits_is_answered_at_once_and_moves_on() {
    story(|mut world| async move {
        open_rounds(&world, 30);
        let busy = world.person("busy", Inspector, BANNER).await;
        let idle = world.person("idle", Inspector, &[SITES[3]]).await;
        for round in 0..30 {
            for site in &SITES[..3] {
                busy.try_answer(&busy.place_in(site, "water", &format!("many-{round}")), &[("W1", "1")]).unwrap();
            }
        }
        busy.sync_well().await;
        let first = idle.sync_well().await;
        assert_eq!((first.changes_down, idle.status().records), (0, 0));
        let second = idle.sync_well().await;
        assert_eq!((second.requests, second.changes_down), (1, 0));
        busy.try_answer(&busy.place_in(SITES[3], "water", "many-0"), &[("W1", "7")]).unwrap();
        busy.sync_well().await;
        assert_eq!(idle.sync_well().await.changes_down, 1, "the hit after many misses is found");
        world.assert_converged(&[&busy, &idle]).await;
    });
}

/// [central #688]
#[test]
fn what_is_kept_aside_is_named_on_the_phone_with_its_reason_and_the_rest_flows() {
    story(|mut world| async move {
        let a = world.person("a", Inspector, BANNER).await;
        a.answer(SITES[0], "water", &[("W1", "1")]);
        a.answer(SITES[2], "water", &[("W1", "2")]);
        world.office.grant("a", Inspector, FIRST_TOWNSHIP).unwrap();
        world.office.revoke("a", Some((Inspector, BANNER))).unwrap();
        let report = a.sync_well().await;
        assert_eq!(report.parked.len(), 1, "{report:?}");
        assert_eq!(report.parked[0].reason, "no_right");
        let status = a.status();
        assert_eq!((status.parked.clone(), status.unsent), (report.parked, 1));
        assert_eq!(world.server_shows(SITES[0], "water", "r1")["answers"]["W1"]["value"], json!(1));
        assert_eq!(world.server_shows(SITES[2], "water", "r1")["answers"], json!({}));
        world.assert_sound();
    });
}

/// [powersync-service #458, #682]
#[test]
fn with_more_scopes_than_a_device_may_have_the_first_ones_go_on() {
    story(|mut world| async move {
        open_rounds(&world, 260);
        let a = world.person("a", Inspector, &SITES).await;
        a.try_answer(&a.place_in(SITES[0], "water", "many-0"), &[("W1", "1")]).unwrap();
        a.sync_well().await;
        world.assert_converged(&[&a]).await;
    });
}
