//! How other systems lost or mixed up data in the field, and what happens here instead. Each test names its source.

use serde_json::json;
use sumu_core::sign::Role::{Inspector, Supervisor, TeamLead};
use sumu_tests::world::weather::Fault;
use sumu_tests::world::{SITES, story};

const BANNER: &[&str] = &["150521"];

/// [Tangerine #2722; QFieldCloud #429; central #512]
#[test]
fn of_two_edits_of_one_answer_none_is_lost_without_a_word() {
    story(|mut world| async move {
        let a = world.person("a", Inspector, BANNER).await;
        let b = world.person("b", Inspector, BANNER).await;
        let lead = world.person("lead", TeamLead, BANNER).await;
        a.answer(SITES[0], "water", &[("W1", "30")]);
        b.answer(SITES[0], "water", &[("W1", "24")]);
        world.settle_down(&[&a, &b, &lead]).await;
        for phone in [&a, &b, &lead] {
            let mut rivals = phone.rivals(SITES[0], "water", "W1");
            rivals.sort_by_key(|value| value.as_i64());
            assert_eq!(rivals, [json!(24), json!(30)], "{} sees both", phone.who);
        }
        assert!(a.try_answer(&a.place(SITES[0], "water"), &[("W1", "25")]).is_err());
        lead.settle(SITES[0], "water", "W1", "24", "现场复核").unwrap();
        world.assert_converged(&[&a, &b, &lead]).await;
        assert_eq!(a.value(SITES[0], "water", "W1"), 24);
        assert_eq!(a.rivals(SITES[0], "water", "W1").len(), 0);
        let history = a.device().history(&a.place(SITES[0], "water")).unwrap();
        assert_eq!(
            history.iter().filter(|row| row.key.plain() == "W1").count(),
            3,
            "all three values stay in the history"
        );
    });
}

/// [geodiff #152]
#[test]
fn equal_values_of_two_people_are_no_dispute() {
    story(|mut world| async move {
        let a = world.person("a", Inspector, BANNER).await;
        let b = world.person("b", Inspector, BANNER).await;
        a.answer(SITES[0], "water", &[("W1", "10"), ("W2", "好")]);
        b.answer(SITES[0], "water", &[("W1", "10.0"), ("W2", " 好 ")]);
        world.assert_converged(&[&a, &b]).await;
        assert_eq!(a.rivals(SITES[0], "water", "W1").len(), 0, "10 and 10.0 are one number");
        assert_eq!(a.rivals(SITES[0], "water", "W2").len(), 0, "margins are no difference");
        a.answer(SITES[0], "water", &[("W1", "11")]);
        world.assert_converged(&[&a, &b]).await;
        assert_eq!(b.value(SITES[0], "water", "W1"), 11);
    });
}

/// [MerginMaps/mobile #4363, #4335]
#[test]
fn a_void_against_an_edit_blocks_nothing_and_is_itself_a_dispute() {
    story(|mut world| async move {
        let a = world.person("a", Inspector, BANNER).await;
        let b = world.person("b", Inspector, BANNER).await;
        let boss = world.person("boss", Supervisor, BANNER).await;
        a.answer(SITES[0], "water", &[("W1", "1")]);
        a.void(SITES[0], "water", "点错了村").unwrap();
        b.answer(SITES[0], "water", &[("W2", "2")]);
        world.settle_down(&[&a, &b, &boss]).await;
        for phone in [&a, &b, &boss] {
            let shown = phone.show(SITES[0], "water");
            assert_eq!(shown["answers"]["W2"]["value"], 2, "a void hides no work that it did not see");
            assert!(shown["disputes"]["v"].is_array(), "{shown}");
        }
        boss.void(SITES[0], "water", "两人都点错了").unwrap();
        world.assert_converged(&[&a, &b, &boss]).await;
        assert_eq!(a.show(SITES[0], "water")["disputes"], json!({}));
    });
}

/// [avni-server #902]
#[test]
fn two_workers_who_begin_the_same_record_offline_hold_one_record() {
    story(|mut world| async move {
        let a = world.person("a", Inspector, BANNER).await;
        let b = world.person("b", Inspector, BANNER).await;
        a.answer(SITES[0], "water", &[("W1", "1")]);
        b.answer(SITES[0], "water", &[("W2", "2")]);
        assert_eq!(a.place(SITES[0], "water").doc, b.place(SITES[0], "water").doc);
        world.assert_converged(&[&a, &b]).await;
        let shown = a.show(SITES[0], "water");
        assert_eq!((&shown["answers"]["W1"]["value"], &shown["answers"]["W2"]["value"]), (&json!(1), &json!(2)));
        assert_eq!(a.status().records, 1);
    });
}

/// [commcare-android #1807]
#[test]
fn one_change_that_is_not_taken_stops_no_other() {
    story(|mut world| async move {
        world.open_round("closing");
        let a = world.person("a", Inspector, BANNER).await;
        let closing = a.place_in(SITES[0], "water", "closing");
        a.try_answer(&closing, &[("W1", "1")]).unwrap();
        for site in SITES {
            a.try_answer(&a.place_in(site, "water", "r1"), &[("W1", "1")]).unwrap();
        }
        world.office.close_round("closing", true).unwrap();
        let report = a.sync_well().await;
        assert_eq!(report.parked.len(), 1);
        assert_eq!(report.parked[0].reason, "round_closed");
        assert_eq!(world.office.log_hashes().unwrap().len(), 4);
        // The office opens the round again, and what was kept aside counts.
        world.open_round("closing");
        a.sync_well().await;
        assert_eq!((a.status().parked.len(), a.status().unsent), (0, 0));
        world.assert_converged(&[&a]).await;
    });
}

/// [syncstorage-rs PR #980]
#[test]
fn a_batch_that_was_cut_and_comes_again_overwrites_nothing_newer() {
    story(|mut world| async move {
        let a = world.person("a", Inspector, BANNER).await;
        let b = world.person("b", Inspector, BANNER).await;
        a.answer(SITES[0], "water", &[("W1", "1")]);
        a.answer(SITES[1], "water", &[("W1", "1")]);
        a.plan([Fault::LateCopy(5)]);
        a.sync_well().await;
        b.sync_well().await;
        b.answer(SITES[0], "water", &[("W1", "2")]);
        b.sync_well().await;
        // The old copy of the first batch reaches the server now.
        world.network.settle().await;
        a.sync_well().await;
        assert_eq!(a.value(SITES[0], "water", "W1"), 2);
        world.assert_converged(&[&a, &b]).await;
        assert_eq!(a.value(SITES[0], "water", "W1"), 2);
    });
}

/// [QField #2655]
#[test]
fn what_was_saved_before_the_app_was_swiped_away_is_there_when_it_opens() {
    story(|mut world| async move {
        let mut a = world.person("a", Inspector, BANNER).await;
        for value in 0..20 {
            a.answer(SITES[0], "water", &[("W1", &value.to_string())]);
            assert_eq!(a.open(), None);
        }
        assert_eq!(a.value(SITES[0], "water", "W1"), 19);
        world.assert_converged(&[&a]).await;
    });
}

/// A backup of the phone put back, as phone shops and cloud backups do.
#[test]
fn a_restored_copy_of_a_phone_loses_nothing_and_forks_nobody() {
    story(|mut world| async move {
        let mut a = world.person("a", Inspector, BANNER).await;
        let b = world.person("b", Inspector, BANNER).await;
        a.answer(SITES[0], "water", &[("W1", "1")]);
        a.sync_well().await;
        let copy = a.backup();
        a.answer(SITES[0], "water", &[("W1", "2")]);
        a.answer(SITES[1], "water", &[("W1", "7")]);
        a.sync_well().await;
        // The copy does not know what was written after it, and goes on writing as if nothing had been.
        a.restore(&copy);
        a.answer(SITES[0], "water", &[("W2", "5")]);
        a.sync_well().await;
        a.sync_well().await;
        b.sync_well().await;
        assert_eq!(a.value(SITES[0], "water", "W1"), 2);
        assert_eq!(b.value(SITES[0], "water", "W2"), 5);
        assert_eq!(b.value(SITES[1], "water", "W1"), 7);
        let status = a.status();
        assert_eq!((status.unsent, status.parked.len()), (0, 0), "{status:?}");
        let shown = world.server_shows(SITES[0], "water", "r1");
        assert_eq!((&shown["answers"]["W1"]["value"], &shown["answers"]["W2"]["value"]), (&json!(2), &json!(5)));
        world.settle_down(&[&a, &b]).await;
        world.assert_sound();
    });
}

/// A damaged file is set aside and what can be read of it is saved.
#[test]
fn a_damaged_file_is_kept_and_salvaged() {
    story(|mut world| async move {
        let mut a = world.person("a", Inspector, BANNER).await;
        for (number, site) in SITES.iter().enumerate() {
            a.answer(site, "water", &[("W1", &number.to_string()), ("note", "井台完好")]);
        }
        a.close();
        // The header of the file is overwritten, as a dying flash chip does.
        let mut bytes = std::fs::read(&a.file).unwrap();
        bytes[..64].fill(0xFF);
        std::fs::write(&a.file, &bytes).unwrap();
        let aside = a.open().expect("the damaged file is set aside");
        assert_eq!(std::fs::read(&aside).unwrap(), bytes, "not one byte of it is changed");
        let out = a.file.with_extension("salvaged");
        let report = sumu_core::device::Device::salvage(&aside, &out).unwrap();
        let lines = std::fs::read_to_string(&out).unwrap();
        assert!(lines.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "{lines}");
        assert_eq!(report.changes, 4, "{report:?}");
        assert!(lines.contains("井台完好"), "the answers can be read: {report:?}");
    });
}
