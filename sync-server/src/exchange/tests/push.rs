//! What a push leads to.

use sumu_core::gate::{Reason, Verdict};
use sumu_core::record::{Settlement, Value};
use sumu_core::region::Area;
use sumu_core::sign::{Grant, Role};
use sumu_core::wire::Item;

use super::phone::Phone;
use super::*;
use crate::admin;

#[tokio::test]
async fn two_phones_write_the_same_record_and_both_hold_the_dispute() {
    let (_folder, server) = server();
    let (mut ana, mut bao) = (Phone::enrol(&server, "ana", 1), Phone::enrol(&server, "bao", 2));
    let parts = record(&server, VILLAGE, "housing");
    ana.write(&parts, &[("a/H1", Value::Int(3)), ("a/H2", text("brick"))]);
    bao.write(&parts, &[("a/H1", Value::Int(4)), ("a/H2", text("brick"))]);
    assert_eq!(ana.sync().await.verdicts(), [Verdict::Accepted]);
    assert_eq!(bao.sync().await.verdicts(), [Verdict::Accepted]);
    ana.sync().await;
    for phone in [&ana, &bao] {
        let record = phone.read(&parts);
        assert_eq!(record.answers[&"a/H1".parse().unwrap()].dispute.len(), 2);
        assert!(record.answers[&"a/H2".parse().unwrap()].dispute.is_empty());
    }
    let summary = |state: &State| {
        read(state, |c| {
            c.query_row("SELECT answers, disputed, done FROM summary", [], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, bool>(2)?))
            })
        })
    };
    assert_eq!(summary(&server), (2, 1, true));
    check(&server);

    let settlement = Settlement { value: "4".into(), reason: "counted again".into() };
    let mut lead = Phone::enrol(&server, "lead", 3);
    lead.sync().await;
    lead.write(&parts, &[("a/H1", Value::Int(4)), ("d/a/H1", settlement.encode().unwrap())]);
    assert_eq!(lead.sync().await.verdicts(), [Verdict::Accepted]);
    assert_eq!(summary(&server), (2, 0, true));
    check(&server);
}

#[tokio::test]
async fn a_repeated_push_is_a_duplicate_and_a_lost_reply_loses_nothing() {
    let (_folder, server) = server();
    let mut ana = Phone::enrol(&server, "ana", 1);
    let parts = record(&server, VILLAGE, "water");
    ana.write(&parts, &[("a/W1", Value::Bool(true))]);
    let page = ana.page(&ana.outbox.clone());
    ana.request.page = page.clone();
    ana.request.key.number = 1;
    assert_eq!(ana.send(&ana.request.clone()).await.verdicts(), [Verdict::Accepted]);
    assert_eq!(ana.send(&ana.request.clone()).await.verdicts(), [Verdict::Duplicate]);
    ana.request.key.number = 1;
    assert_eq!(ana.exchange(page).await.verdicts(), [Verdict::Duplicate]);
    assert_eq!(count(&server, "log"), 1);
    check(&server);
}

#[tokio::test]
async fn a_chain_that_comes_in_pieces_and_out_of_order_is_held_and_then_taken() {
    let (_folder, server) = server();
    let mut ana = Phone::enrol(&server, "ana", 1);
    let parts = record(&server, VILLAGE, "water");
    for value in 0..4 {
        ana.write(&parts, &[("a/W1", Value::Int(value))]);
    }
    let chain = std::mem::take(&mut ana.outbox);
    let late = [chain[3].clone(), chain[2].clone()];
    let told = ana.exchange(ana.page(&late)).await;
    assert_eq!(told.verdicts(), [Verdict::Pending(Reason::MissingDependency); 2]);
    let asked = told.items().find_map(|item| match item {
        Item::NeedChanges { hashes, .. } => Some(hashes.clone()),
        _ => None,
    });
    assert_eq!(asked, Some(vec![chain[1].hash]));
    let told = ana.exchange(Phone::bare(&[chain[1].clone(), chain[0].clone()])).await;
    assert_eq!(told.verdicts(), [Verdict::Accepted; 2]);
    assert_eq!(told.later(), [(chain[2].hash, Verdict::Accepted), (chain[3].hash, Verdict::Accepted)]);
    assert_eq!((count(&server, "waiting"), count(&server, "change")), (0, 4));
    check(&server);
}

#[tokio::test]
async fn work_without_its_registration_waits_until_that_comes() {
    let (_folder, server) = server();
    let (mut ana, mut bao) = (Phone::enrol(&server, "ana", 1), Phone::enrol(&server, "bao", 2));
    let parts = record(&server, VILLAGE, "water");
    ana.write(&parts, &[("a/W1", Value::Int(1))]);
    // A neighbour carries it without the registration, and with a signature that is not the author's.
    let mut carried = ana.outbox[0].clone();
    carried.signature = [9; 64];
    let told = bao.exchange(Phone::bare(&[carried])).await;
    assert_eq!(told.verdicts(), [Verdict::Pending(Reason::NoRegistration)]);
    assert!(told.items().any(|item| *item == Item::NeedRegistrations(vec![ana.actor])));
    // The registration alone proves the signature wrong, so the author's phone is told to send the change again.
    bao.exchange(ana.introduction()).await;
    assert_eq!(count(&server, "waiting"), 0);
    assert_eq!(count(&server, "refused"), 0);
    let told = ana.exchange(Vec::new()).await;
    assert_eq!(told.later(), [(ana.outbox[0].hash, Verdict::Later(Reason::Signature))]);
    assert_eq!(ana.sync().await.verdicts(), [Verdict::Accepted]);
    check(&server);
}

#[tokio::test]
async fn work_outside_ones_rights_is_parked_with_what_hangs_on_it_and_freed_by_a_grant() {
    let (_folder, server) = server();
    write(&server, |tx| {
        office::person(tx, "cai", Role::Inspector, "150522");
        Ok(())
    });
    let mut cai = Phone::enrol(&server, "cai", 4);
    let parts = record(&server, VILLAGE, "housing");
    let first = cai.write(&parts, &[("a/H1", Value::Int(1))]);
    let second = cai.write(&parts, &[("a/H2", Value::Int(2))]);
    let told = cai.sync().await;
    assert_eq!(told.verdicts(), [Verdict::Parked(Reason::NoRight), Verdict::Parked(Reason::DependsOnParked)]);
    assert_eq!(count(&server, "log"), 0);
    let grant = Grant { role: Role::Inspector, areas: vec!["150521".parse::<Area>().unwrap()] };
    write(&server, |tx| admin::grant(tx, &"cai".parse().unwrap(), &grant, office::NOW));
    assert_eq!(count(&server, "change"), 2);
    let told = cai.sync().await;
    assert_eq!(told.later(), [(first, Verdict::Accepted), (second, Verdict::Accepted)]);
    let own = cai.certificates.iter().filter(|certificate| certificate.device_key == cai.key.public());
    assert_eq!(own.map(|certificate| certificate.serial).max(), Some(2));
    check(&server);
}

#[tokio::test]
async fn a_round_closed_by_force_parks_and_one_closed_marks_late() {
    let (_folder, server) = server();
    let mut ana = Phone::enrol(&server, "ana", 1);
    let (housing, water) = (record(&server, VILLAGE, "housing"), record(&server, VILLAGE, "water"));
    let autumn = "autumn".parse().unwrap();
    write(&server, |tx| admin::close_round(tx, &autumn, false, office::NOW));
    ana.write(&housing, &[("a/H1", Value::Int(1))]);
    assert_eq!(ana.sync().await.verdicts(), [Verdict::Accepted]);
    assert!(read(&server, |c| c.query_row("SELECT late FROM change", [], |row| row.get::<_, bool>(0))));
    write(&server, |tx| admin::close_round(tx, &autumn, true, office::NOW));
    ana.write(&water, &[("a/W1", Value::Int(1))]);
    assert_eq!(ana.sync().await.verdicts(), [Verdict::Parked(Reason::RoundClosed)]);
    write(&server, |tx| {
        let again = admin::NewRound { kind: None, ..office::round("autumn") };
        admin::open_round(tx, &again, server.entropy(), office::NOW)
    });
    assert_eq!(ana.sync().await.later().len(), 1);
    assert_eq!(count(&server, "change"), 2);
    check(&server);
}

#[tokio::test]
async fn a_settlement_without_its_reason_is_refused_with_what_hangs_on_it() {
    let (_folder, server) = server();
    let (mut ana, mut lead) = (Phone::enrol(&server, "ana", 1), Phone::enrol(&server, "lead", 3));
    let parts = record(&server, VILLAGE, "housing");
    ana.write(&parts, &[("a/H1", Value::Int(1))]);
    lead.write(&parts, &[("a/H1", Value::Int(2))]);
    ana.sync().await;
    lead.sync().await;
    lead.write(&parts, &[("a/H1", Value::Int(2))]);
    lead.write(&parts, &[("a/H2", Value::Int(2))]);
    let told = lead.sync().await;
    assert_eq!(told.verdicts(), [Verdict::Refused(Reason::NoSettlement), Verdict::Refused(Reason::DependsOnRefused)]);
    check(&server);
}

#[tokio::test]
async fn a_revoked_phone_may_push_and_reads_only_its_verdicts() {
    let (_folder, server) = server();
    let (mut ana, mut bao) = (Phone::enrol(&server, "ana", 1), Phone::enrol(&server, "bao", 2));
    let parts = record(&server, VILLAGE, "housing");
    bao.write(&parts, &[("a/H1", Value::Int(1))]);
    let of_bao = bao.outbox.clone();
    ana.write(&parts, &[("a/H2", Value::Int(1))]);
    write(&server, |tx| admin::revoke_device(tx, &ana.reply.device, office::NOW));
    // What it carries of others is judged as theirs.
    let page = [bao.page(&of_bao), ana.page(&ana.outbox.clone())].concat();
    let told = ana.exchange(page).await;
    assert_eq!(told.verdicts(), [Verdict::Accepted, Verdict::Parked(Reason::DeviceRevoked)]);
    assert_eq!(told.changes(), 0);
    assert_eq!(ana.exchange(Vec::new()).await.changes(), 0);
    assert!(ana.scopes.0.is_empty());
}

#[tokio::test]
async fn an_equivocation_is_refused_and_never_taken() {
    let (_folder, server) = server();
    let mut ana = Phone::enrol(&server, "ana", 1);
    let parts = record(&server, VILLAGE, "housing");
    let before = ana.known.clone();
    let one = ana.write_over(&parts, Vec::new(), &[("a/H1", Value::Int(1))]);
    ana.known = before;
    let other = ana.write_over(&parts, Vec::new(), &[("a/H1", Value::Int(2))]);
    assert_eq!(ana.exchange(ana.page(&[one])).await.verdicts(), [Verdict::Accepted]);
    for number in [5, 6] {
        let key = sumu_core::wire::RequestKey { number, nonce: [5; 16] };
        let request =
            sumu_core::wire::Request { key, page: ana.page(std::slice::from_ref(&other)), ..ana.request.clone() };
        assert_eq!(ana.send(&request).await.verdicts(), [Verdict::Refused(Reason::Equivocation)]);
    }
    check(&server);
}

#[tokio::test]
async fn work_in_an_unknown_place_is_parked_and_damaged_bytes_are_refused_alone() {
    let (_folder, server) = server();
    let mut ana = Phone::enrol(&server, "ana", 1);
    let DocParts::Record { item, round, .. } = record(&server, VILLAGE, "housing") else { panic!() };
    let nowhere = DocParts::Record { site: "150599".parse().unwrap(), item, round };
    ana.write(&nowhere, &[("a/H1", Value::Int(1))]);
    let parts = record(&server, VILLAGE, "housing");
    ana.write(&parts, &[("a/H1", Value::Int(1))]);
    ana.write(&parts, &[("a/H1", Value::Int(2))]);
    ana.outbox[1].bytes.truncate(30);
    let told = ana.sync().await;
    let [place, damaged, after] = told.verdicts()[..] else { panic!() };
    assert_eq!(place, Verdict::Parked(Reason::UnknownPlace));
    assert!(matches!(damaged, Verdict::Refused(_)));
    assert_eq!(after, Verdict::Pending(Reason::MissingDependency));
}
