//! What a pull brings.

use sumu_core::record::Value;
use sumu_core::region::Area;
use sumu_core::sign::{Grant, Role};
use sumu_core::wire::{Cursor, Item, RequestKey};

use super::phone::Phone;
use super::*;
use crate::admin;

#[tokio::test]
async fn nothing_changed_is_one_small_frame() {
    let (_folder, server) = server();
    let mut ana = Phone::enrol(&server, "ana", 1);
    ana.sync().await;
    let told = ana.exchange(Vec::new()).await;
    assert_eq!((told.frames.len(), told.frames[0].items.len()), (1, 1));
    assert!(told.bytes < 64, "{} bytes", told.bytes);
    assert_ne!(told.end().manifest, [0; 8]);
}

#[tokio::test]
async fn a_first_sync_in_small_frames_brings_everything_once_and_then_follows_the_log() {
    let (_folder, server) = server();
    let (mut ana, mut bao) = (Phone::enrol(&server, "ana", 1), Phone::enrol(&server, "bao", 2));
    let sites = [VILLAGE, OTHER_VILLAGE];
    for (site, item) in sites.iter().flat_map(|site| [(site, "housing"), (site, "water")]) {
        for value in 0..20 {
            ana.write(&record(&server, site, item), &[("a/Q", text(&"x".repeat(400))), ("a/N", Value::Int(value))]);
        }
    }
    ana.sync().await;
    bao.request.frame_bytes = 4_096;
    let told = bao.sync().await;
    assert!(told.frames.len() > 3, "{} frames", told.frames.len());
    assert!(told.items().any(|item| matches!(item, Item::Snapshot { .. })));
    assert_eq!(count(&server, "snapshot"), 4);
    for (site, item) in sites.iter().flat_map(|site| [(site, "housing"), (site, "water")]) {
        let parts = record(&server, site, item);
        assert_eq!(bao.known.changes(&bao.doc(&parts)).len(), 20);
        assert_eq!(bao.read(&parts).answers, ana.read(&parts).answers);
    }
    assert!(bao.request.fills.is_empty());
    ana.write(&record(&server, VILLAGE, "water"), &[("a/N", Value::Int(99))]);
    ana.sync().await;
    let told = bao.sync().await;
    assert_eq!((told.frames.len(), told.changes()), (1, 1));
}

#[tokio::test]
async fn a_reply_that_is_cut_after_any_frame_is_continued_where_it_was_cut() {
    let (_folder, server) = server();
    let mut ana = Phone::enrol(&server, "ana", 1);
    for (site, item) in [(VILLAGE, "housing"), (VILLAGE, "water"), (OTHER_VILLAGE, "housing")] {
        for value in 0..5 {
            ana.write(&record(&server, site, item), &[("a/Q", text(&"y".repeat(900))), ("a/N", Value::Int(value))]);
        }
    }
    ana.sync().await;
    let mut whole = Phone::enrol(&server, "bao", 2);
    whole.request.frame_bytes = 4_096;
    let frames = whole.sync().await.frames.len();
    for cut in 1..frames {
        let mut bao = Phone::enrol(&server, "bao", 100 + cut as u64);
        bao.request.frame_bytes = 4_096;
        bao.request.key = RequestKey { number: 1, nonce: [1; 16] };
        let told = bao.send(&bao.request.clone()).await;
        told.frames.iter().take(cut).for_each(|frame| bao.apply(frame));
        // Somebody goes on writing meanwhile.
        ana.write(&record(&server, VILLAGE, "housing"), &[("a/N", Value::Int(1_000 + cut as i64))]);
        ana.sync().await;
        bao.sync().await;
        for (site, item) in [(VILLAGE, "housing"), (VILLAGE, "water"), (OTHER_VILLAGE, "housing")] {
            let parts = record(&server, site, item);
            assert_eq!(bao.read(&parts).answers, ana.read(&parts).answers, "cut after {cut}");
        }
    }
}

#[tokio::test]
async fn a_phone_reads_only_its_areas_and_a_new_area_fills_up_beside_the_log() {
    let (_folder, server) = server();
    write(&server, |tx| {
        office::person(tx, "dai", Role::Inspector, OTHER_VILLAGE);
        Ok(())
    });
    let (mut ana, mut dai) = (Phone::enrol(&server, "ana", 1), Phone::enrol(&server, "dai", 5));
    let (here, there) = (record(&server, VILLAGE, "housing"), record(&server, OTHER_VILLAGE, "housing"));
    ana.write(&here, &[("a/H1", Value::Int(1))]);
    ana.write(&there, &[("a/H1", Value::Int(2))]);
    ana.sync().await;
    assert_eq!(dai.sync().await.changes(), 1);
    assert!(dai.read(&here).answers.is_empty());
    // A feed without hits moves the cursor all the same.
    ana.write(&here, &[("a/H1", Value::Int(3))]);
    ana.sync().await;
    let before = dai.request.cursor;
    assert_eq!(dai.sync().await.changes(), 0);
    assert_ne!(dai.request.cursor, before);
    let grant = Grant { role: Role::Inspector, areas: vec![VILLAGE.parse::<Area>().unwrap()] };
    write(&server, |tx| admin::grant(tx, &"dai".parse().unwrap(), &grant, office::NOW));
    let told = dai.sync().await;
    assert_eq!(told.changes(), 2);
    assert_eq!(dai.read(&here).answers.len(), 1);
    assert!(dai.request.fills.is_empty());
    assert_eq!(dai.sync().await.changes(), 0);
}

#[tokio::test]
async fn what_the_request_brought_does_not_come_back_but_what_was_lost_does() {
    let (_folder, server) = server();
    let (mut ana, mut bao) = (Phone::enrol(&server, "ana", 1), Phone::enrol(&server, "bao", 2));
    ana.sync().await;
    let parts = record(&server, VILLAGE, "housing");
    ana.write(&parts, &[("a/H1", Value::Int(1))]);
    bao.write(&parts, &[("a/H2", Value::Int(1))]);
    bao.sync().await;
    let told = ana.sync().await;
    assert_eq!(told.changes(), 1);
    assert_eq!(ana.read(&parts).answers.len(), 2);
}

#[tokio::test]
async fn what_a_phone_asks_for_by_name_comes_again_if_it_may_read_it() {
    let (_folder, server) = server();
    write(&server, |tx| {
        office::person(tx, "dai", Role::Inspector, OTHER_VILLAGE);
        Ok(())
    });
    let (mut ana, mut bao) = (Phone::enrol(&server, "ana", 1), Phone::enrol(&server, "bao", 2));
    let mut dai = Phone::enrol(&server, "dai", 3);
    let parts = record(&server, VILLAGE, "housing");
    let hash = ana.write(&parts, &[("a/H1", Value::Int(1))]);
    ana.sync().await;
    bao.sync().await;
    dai.sync().await;
    let asked = vec![
        Item::NeedRegistrations(vec![ana.actor, bao.actor]),
        Item::NeedChanges { doc: bao.doc(&parts), hashes: vec![hash, sumu_core::ids::ChangeHash::new([1; 32])] },
    ];
    let told = bao.exchange(asked.clone()).await;
    let kinds: Vec<&str> = told
        .items()
        .map(|item| match item {
            Item::Certificate(_) => "certificate",
            Item::Registration(_) => "registration",
            Item::Document(_) => "document",
            Item::Change { .. } => "change",
            Item::End(_) => "end",
            _ => "other",
        })
        .collect();
    // An actor who never wrote is not known.
    assert_eq!(kinds, ["certificate", "registration", "document", "change", "end"]);
    assert_eq!(dai.exchange(asked).await.changes(), 0);
}

#[tokio::test]
async fn a_number_that_is_not_above_the_last_tells_a_restored_phone() {
    let (_folder, server) = server();
    let mut ana = Phone::enrol(&server, "ana", 1);
    ana.sync().await;
    ana.sync().await;
    let mut old = ana.request.clone();
    old.key = RequestKey { number: 1, nonce: [7; 16] };
    let parts = record(&server, VILLAGE, "housing");
    ana.write(&parts, &[("a/H1", Value::Int(1))]);
    old.page = ana.page(&ana.outbox);
    let told = ana.send(&old).await;
    assert_eq!(told.items().next(), Some(&Item::Restored(old.key)));
    assert_eq!(told.items().count(), 2);
    assert_eq!(count(&server, "change"), 0);
}

#[tokio::test]
async fn a_cursor_or_epoch_that_the_log_does_not_know_is_answered_with_the_log() {
    let (_folder, server) = server();
    let mut ana = Phone::enrol(&server, "ana", 1);
    ana.write(&record(&server, VILLAGE, "housing"), &[("a/H1", Value::Int(1))]);
    ana.sync().await;
    let mut beyond = ana.request.cursor.0;
    beyond[7] = 9;
    let mut other_past = ana.request.cursor.0;
    other_past[15] ^= 1;
    for cursor in [beyond, other_past] {
        let right = std::mem::replace(&mut ana.request.cursor, Cursor(cursor));
        let told = ana.exchange(Vec::new()).await;
        assert!(matches!(told.items().next(), Some(Item::OtherLog { .. })));
        ana.request.cursor = right;
    }
    let epoch = std::mem::replace(&mut ana.request.epoch, sumu_core::ids::Epoch::new([1; 8]));
    assert!(matches!(ana.exchange(Vec::new()).await.items().next(), Some(Item::OtherLog { .. })));
    ana.request.epoch = epoch;
    assert_eq!(ana.exchange(Vec::new()).await.items().count(), 1);
}

#[tokio::test]
async fn a_phone_that_asks_too_often_is_told_when_to_come_again() {
    let limits = crate::Limits { requests_a_minute: 2, ..crate::Limits::default() };
    let (_folder, server) = crate::testing::state(Options { limits, ..Options::default() });
    write(&server, |tx| {
        office::person(tx, "ana", Role::Inspector, "150521");
        Ok(())
    });
    let mut ana = Phone::enrol(&server, "ana", 1);
    for status in [200, 200, 429] {
        assert_eq!(ana.exchange(Vec::new()).await.status, status);
    }
}
