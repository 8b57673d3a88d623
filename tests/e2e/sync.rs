//! How other systems failed to sync in the field, and what happens here instead. Each test names its source.

use futures_util::future::join_all;
use sumu_core::gate::{Reason, Verdict};
use sumu_core::sign::Role::{Inspector, Supervisor};
use sumu_core::sync::transport::Call;
use sumu_core::sync::{SyncError, SyncEvent};
use sumu_core::wire::{FrameReader, Item, Request};
use sumu_tests::world::phone::Phone;
use sumu_tests::world::weather::{Fault, Weather};
use sumu_tests::world::{ITEMS, SITES, World, story};

const BANNER: &[&str] = &["150521"];

/// Makes records that do not compress well, one change each, over many rounds of a world.
pub fn fill(world: &World, phone: &Phone, rounds: usize) -> usize {
    let mut records = 0;
    for round in 0..rounds {
        for site in SITES {
            for item in ["water", "roads"] {
                let place = phone.place_in(site, item, &format!("many-{round}"));
                let text: String = (0..40).map(|_| char::from(b'a' + world.chance.below(26) as u8)).collect();
                phone.try_answer(&place, &[("W1", "30"), ("note", &text)]).unwrap();
                records += 1;
            }
        }
    }
    records
}

/// Opens the rounds that [`fill`] writes to.
pub fn open_rounds(world: &World, rounds: usize) {
    (0..rounds).for_each(|round| world.open_round(&format!("many-{round}")));
}

/// [automerge-repo #206, #209, #368; automerge-classic #364]
#[test]
fn a_reply_lost_after_the_commit_leads_to_no_loop_and_no_silent_gap() {
    story(|mut world| async move {
        let a = world.person("a", Inspector, BANNER).await;
        let b = world.person("b", Inspector, BANNER).await;
        a.sync_well().await;
        a.answer(SITES[0], "water", &[("W1", "30")]);
        let before = a.traffic().requests;
        a.plan([Fault::LoseReply]);
        let report = a.sync_well().await;
        assert!(a.traffic().requests - before <= 2, "one lost reply costs one more request, not a loop: {report:?}");
        assert_eq!(a.status().unsent, 0);
        b.sync_well().await;
        assert_eq!(b.value(SITES[0], "water", "W1"), 30);
        let quiet = a.sync_well().await;
        assert_eq!((quiet.requests, quiet.changes_up, quiet.changes_down), (1, 0, 0));
        world.assert_converged(&[&a, &b]).await;
    });
}

/// [kobocat #470; getodk #50; opencrvs-core #7477]
#[test]
fn a_lost_acknowledgement_makes_no_duplicate() {
    story(|mut world| async move {
        let a = world.person("a", Inspector, BANNER).await;
        for value in ["1", "2", "3"] {
            a.answer(SITES[0], "water", &[("W1", value)]);
            a.plan([Fault::LoseReply, Fault::Twice, Fault::LateCopy(1)]);
            a.sync_well().await;
        }
        world.network.settle().await;
        assert_eq!(world.office.log_hashes().unwrap().len(), 3);
        assert_eq!(a.device().history(&a.place(SITES[0], "water")).unwrap().len(), 3);
        world.assert_converged(&[&a]).await;
    });
}

/// [cht-core #7528; pouchdb #8247, #1240]
#[test]
fn a_reply_cut_in_the_middle_costs_at_most_one_frame() {
    story(|mut world| async move {
        open_rounds(&world, 40);
        let a = world.person("a", Inspector, BANNER).await;
        let records = fill(&world, &a, 40);
        a.sync_well().await;
        world.office.add_person("b", "b", Inspector, BANNER).unwrap();
        let clean = world.phone_of("b").await;
        let whole = clean.traffic().down;

        let cut = world.new_phone("b");
        cut.enrol(&world.office.invite("b").unwrap()).await.unwrap();
        // Every try gets a little further than the one before, wherever frames begin and end.
        let mut held = 0;
        for _ in 0..400 {
            cut.plan([Fault::CutReply(1 + world.chance.below(whole))]);
            let _ = cut.sync().await;
            let now = cut.status().records;
            assert!(now >= held, "what was applied stays: {now} < {held}");
            held = now;
            if held == records as u64 {
                break;
            }
        }
        cut.sync_well().await;
        assert_eq!(cut.status().records, records as u64);
        world.assert_converged(&[&a, &clean, &cut]).await;
    });
}

/// [cht-core #7419]
#[test]
fn a_partial_first_sync_is_not_taken_as_complete() {
    story(|mut world| async move {
        open_rounds(&world, 40);
        let a = world.person("a", Inspector, BANNER).await;
        let records = fill(&world, &a, 40) as u64;
        a.sync_well().await;
        world.office.add_person("b", "b", Inspector, BANNER).unwrap();
        let b = world.new_phone("b");
        b.enrol(&world.office.invite("b").unwrap()).await.unwrap();
        // Some of it comes through, then the valley has no signal for longer than the phone keeps trying.
        b.plan(std::iter::repeat_n(Fault::CutReply(6_000), 6).chain(std::iter::repeat_n(Fault::Offline, 6)));
        let report = b.sync().await;
        assert!(matches!(report, Err(SyncError::Offline(_))), "{report:?}");
        let status = b.status();
        assert!(status.records > 0 && status.records < records && status.last_sync.is_none(), "{status:?}");
        while b.sync().await.is_err() {}
        assert_eq!(b.status().records, records);
        assert!(b.status().last_sync.is_some());
        world.assert_converged(&[&a, &b]).await;
    });
}

/// [commanded/eventstore #3; Eventuous #222; SQLStreamStore #121]
#[test]
fn concurrent_writers_make_no_holes_in_a_readers_cursor() {
    story(|mut world| async move {
        let mut writers = Vec::new();
        for number in 0..8 {
            writers.push(world.person(&format!("w{number}"), Inspector, BANNER).await);
        }
        let reader = world.person("reader", Supervisor, BANNER).await;
        world.network.set_weather(Weather { delay: 500, ..Weather::FAIR });
        for step in 0..6 {
            for (number, writer) in writers.iter().enumerate() {
                writer.answer(SITES[(number + step) % 4], "water", &[(&format!("q{number}"), &step.to_string())]);
            }
            let writes = join_all(writers.iter().map(Phone::sync_well));
            // The reader asks again and again while the others are in the middle of their pushes.
            let reads = async {
                for _ in 0..4 {
                    reader.sync_well().await;
                }
            };
            tokio::join!(writes, reads);
        }
        let all: Vec<&Phone> = writers.iter().chain([&reader]).collect();
        world.assert_converged(&all).await;
        assert_eq!(world.office.log_hashes().unwrap().len(), 8 * 6);
    });
}

/// [rxdb #5571, #3393]
#[test]
fn own_writes_do_not_come_back_and_a_cursor_passes_nothing_that_was_not_applied() {
    story(|mut world| async move {
        let a = world.person("a", Inspector, BANNER).await;
        let b = world.person("b", Inspector, BANNER).await;
        b.answer(SITES[1], "water", &[("W1", "1")]);
        b.sync_well().await;
        a.answer(SITES[0], "water", &[("W1", "1")]);
        let report = a.sync_well().await;
        assert_eq!((report.changes_up, report.changes_down), (1, 1), "only the other's change comes down");
        assert_eq!(a.sync_well().await.changes_down, 0);
        // A reply that breaks before its frame is whole moves no cursor: the change comes with the next one.
        b.answer(SITES[1], "roads", &[("R1", "2")]);
        b.sync_well().await;
        a.plan(std::iter::repeat_n(Fault::CutReply(20), 3));
        while a.sync().await.is_err() {}
        assert_eq!(a.value(SITES[1], "roads", "R1"), 2);
        world.assert_converged(&[&a, &b]).await;
    });
}

/// [cht-core #6246; subduction PR #288]
#[test]
fn three_hundred_phones_at_once_cost_two_requests_each_and_no_storm() {
    story(|mut world| async move {
        let mut phones = Vec::new();
        for number in 0..300 {
            phones.push(world.person(&format!("p{number}"), Inspector, BANNER).await);
        }
        for (number, phone) in phones.iter().enumerate() {
            // The list of people that came with those who enrolled later.
            phone.sync_well().await;
            phone.answer(SITES[number % 4], ITEMS[number % 8 / 4], &[(&format!("q{number}"), "1")]);
        }
        let before: usize = phones.iter().map(|phone| phone.traffic().requests).sum();
        world.network.set_weather(Weather { delay: 2000, lose_reply: 100, ..Weather::FAIR });
        join_all(phones.iter().map(Phone::sync_well)).await;
        let sent = phones.iter().map(|phone| phone.traffic().requests).sum::<usize>() - before;
        assert!(sent <= 300 * 3, "{sent} requests of 300 phones, a tenth of whose replies were lost");
        assert_eq!(world.office.log_hashes().unwrap().len(), 300);
        world.network.set_weather(Weather::FAIR);
        let some: Vec<&Phone> = phones.iter().step_by(60).collect();
        world.assert_converged(&some).await;
    });
}

/// [loro-protocol; automerge-repo]
#[test]
fn a_line_of_64_kbit_with_two_seconds_there_and_back_finishes_without_sending_anything_twice() {
    story(|mut world| async move {
        open_rounds(&world, 120);
        let a = world.person("a", Inspector, BANNER).await;
        world.network.set_weather(Weather::FAR);
        let records = fill(&world, &a, 120);
        let before = a.traffic();
        let (report, heard) = a.sync_heard().await;
        let report = report.expect("no timer gives up while bytes flow");
        assert_eq!(report.changes_up, records as u64);
        assert!(!heard.iter().any(|event| matches!(event, SyncEvent::Retry { .. })), "{heard:?}");
        assert!(a.traffic().up - before.up > 40_000, "the page takes longer than any short timer");

        world.office.add_person("b", "b", Inspector, BANNER).unwrap();
        let b = world.new_phone("b");
        b.enrol(&world.office.invite("b").unwrap()).await.unwrap();
        let (report, heard) = b.sync_heard().await;
        assert_eq!(report.unwrap().changes_down, records as u64);
        assert!(!heard.iter().any(|event| matches!(event, SyncEvent::Retry { .. })), "{heard:?}");
        world.assert_converged(&[&a, &b]).await;
    });
}

/// [automerge #1187; Mozilla syncID]
#[test]
fn a_device_that_was_reinstalled_gets_everything_again_and_goes_on() {
    story(|mut world| async move {
        let a = world.person("a", Inspector, BANNER).await;
        a.answer(SITES[0], "water", &[("W1", "1")]);
        a.sync_well().await;
        let again = world.phone_of("a").await;
        assert_eq!(again.value(SITES[0], "water", "W1"), 1);
        again.answer(SITES[0], "water", &[("W1", "2")]);
        world.assert_converged(&[&a, &again]).await;
        assert_eq!(a.value(SITES[0], "water", "W1"), 2);
    });
}

/// [hocuspocus #382]
#[test]
fn a_file_that_could_not_be_read_never_becomes_a_blank_record_over_good_data() {
    story(|mut world| async move {
        let mut a = world.person("a", Inspector, BANNER).await;
        a.answer(SITES[0], "water", &[("W1", "1"), ("W2", "true")]);
        a.sync_well().await;
        let before = world.server_shows(SITES[0], "water", "r1");
        a.close();
        let damaged = vec![0xAA; 3 * 4096];
        std::fs::write(&a.file, damaged).unwrap();
        let aside = a.open().expect("the damaged file is set aside");
        assert!(aside.exists() && aside != a.file);
        assert!(matches!(a.sync().await, Err(SyncError::NotEnrolled)), "a fresh file knows nobody");
        a.enrol(&world.office.invite("a").unwrap()).await.unwrap();
        a.sync_well().await;
        assert_eq!(a.value(SITES[0], "water", "W1"), 1);
        assert_eq!(world.server_shows(SITES[0], "water", "r1"), before);
        world.assert_converged(&[&a]).await;
    });
}

/// [MerginMaps/mobile #4008, #4207]
#[test]
fn a_client_that_dies_in_its_push_holds_no_lock() {
    story(|mut world| async move {
        let a = world.person("a", Inspector, BANNER).await;
        let b = world.person("b", Inspector, BANNER).await;
        a.answer(SITES[0], "water", &[("W1", "1")]);
        b.answer(SITES[0], "water", &[("W2", "2")]);
        a.plan(std::iter::repeat_n(Fault::CutRequest(100), 30));
        assert!(a.sync().await.is_err());
        let report = b.sync_well().await;
        assert_eq!((report.requests, report.changes_up), (1, 1), "the other is served at once");
        while a.sync().await.is_err() {}
        world.assert_converged(&[&a, &b]).await;
    });
}

/// [getodk/central #669, #808, #815; collect #6164, #6392]
#[test]
fn a_chain_of_offline_edits_arrives_whole_however_its_requests_are_cut_doubled_and_late() {
    story(|mut world| async move {
        let a = world.person("a", Inspector, BANNER).await;
        let b = world.person("b", Inspector, BANNER).await;
        world.network.set_weather(Weather::STORM);
        for step in 0..12 {
            a.answer(SITES[0], "water", &[("W1", &step.to_string())]);
            b.answer(SITES[0], "water", &[(&format!("b{step}"), "x")]);
            let _ = a.sync().await;
            let _ = b.sync().await;
        }
        world.assert_converged(&[&a, &b]).await;
        assert_eq!(a.value(SITES[0], "water", "W1"), 11);
        assert_eq!(a.status().pending, 0);
    });
}

/// [getodk/central #669, #808; collect #6164]
#[test]
fn a_chain_whose_links_arrive_in_the_wrong_order_waits_and_becomes_whole() {
    story(|mut world| async move {
        let a = world.person("a", Inspector, BANNER).await;
        let b = world.person("b", Inspector, BANNER).await;
        for value in ["1", "2", "3"] {
            a.answer(SITES[0], "water", &[("W1", value)]);
        }
        let call = a.request().await;
        let whole = Request::decode(&call.body).unwrap();
        let links: Vec<usize> = whole
            .page
            .iter()
            .enumerate()
            .filter(|(_, item)| matches!(item, Item::Change { .. }))
            .map(|(place, _)| place)
            .collect();
        assert_eq!(links.len(), 3);
        for (sent, kept) in links.iter().rev().enumerate() {
            let only_this = |place: &usize| place == kept || !links.contains(place);
            let page = (0..whole.page.len()).filter(only_this).map(|place| whole.page[place].clone()).collect();
            let request = Request { page, ..whole.clone() };
            let (status, body) =
                world.network.hand_over(&Call { body: request.encode().unwrap(), ..call.clone() }).await;
            assert_eq!(status, 200);
            let verdict = verdicts(&body);
            match sent {
                0 | 1 => assert_eq!(verdict, [Verdict::Pending(Reason::MissingDependency)]),
                _ => assert_eq!(verdict, [Verdict::Accepted], "the first link"),
            }
        }
        assert_eq!(world.office.log_hashes().unwrap().len(), 3, "what waited for it follows");
        let report = a.sync_well().await;
        assert_eq!((report.parked.len(), report.refused.len(), a.status().pending, a.status().unsent), (0, 0, 0, 0));
        world.assert_converged(&[&a, &b]).await;
        assert_eq!(b.value(SITES[0], "water", "W1"), 3);
    });
}

/// Reads the verdicts of a reply on what its request carried.
fn verdicts(body: &[u8]) -> Vec<Verdict> {
    let mut reader = FrameReader::default();
    reader.push(body);
    let mut found = Vec::new();
    while let Some(frame) = reader.next_frame().unwrap() {
        for item in frame.items {
            if let Item::Verdicts(verdicts) = item {
                found.extend(verdicts.into_iter().map(|(verdict, _)| verdict));
            }
        }
    }
    found
}
