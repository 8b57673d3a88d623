use super::*;
use crate::store::{compact, docs};
use crate::wire::{Scope, ScopeList};

fn list(line: &Line, areas: &[&str]) -> ScopeList {
    let round = line.home().office.round;
    ScopeList::of(areas.iter().map(|area| Scope { area: area.parse().unwrap(), round: Some(round) }))
}

#[tokio::test(start_paused = true)]
async fn a_document_leaves_only_when_nothing_of_it_can_be_lost() {
    let line = Line::new(Office::new(1));
    let phone = Phone::at(&line, 2, "anna", Role::Inspector).await;
    phone.answer("H1", "8");
    let hash = phone.heads()[0];
    line.home().verdicts.insert(hash, Verdict::Parked(Reason::NoRight));
    phone.sync(&line).await;
    let elsewhere = list(&line, &["150522"]);
    line.home().scopes = elsewhere;
    phone.sync(&line).await;
    assert_eq!(phone.device.status().unwrap().records, 1, "it is parked");

    line.home().verdicts.clear();
    let place = phone.place();
    let (bytes, signature) = phone.device.store.read(|c| compact::bytes_of(c, &place.doc, &hash)).unwrap().unwrap();
    line.home().release(&place.parts(), hash, &bytes, &signature.unwrap());
    phone.sync(&line).await;
    assert_eq!(phone.device.status().unwrap().records, 1, "no backup holds it");

    line.home().backup = 1;
    phone.sync(&line).await;
    assert_eq!(phone.device.status().unwrap().records, 0);
    let back = list(&line, &["150521"]);
    line.home().scopes = back;
    phone.sync(&line).await;
    assert_eq!(phone.shown("H1").0, "8", "a scope that comes again starts at zero");
    phone.answer("H2", "9");
    phone.sync(&line).await;
    let actors: Vec<_> = line.home().log.iter().map(|entry| entry.actor).collect();
    assert_ne!(actors[0], actors[1], "an actor with changes in a dropped document never writes again");
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_that_the_server_vouched_for_is_as_good_as_its_changes() {
    let line = Line::new(Office::new(1));
    let anna = Phone::at(&line, 2, "anna", Role::Inspector).await;
    for number in 0..5 {
        anna.answer(&format!("Q{number}"), &number.to_string());
    }
    anna.sync(&line).await;
    line.home().snapshots = true;
    let bo = Phone::at(&line, 3, "bo", Role::Inspector).await;
    assert_eq!(bo.heads(), anna.heads());
    assert_eq!(bo.device.record(&bo.place()).unwrap().record, anna.device.record(&anna.place()).unwrap().record);
    bo.answer("Q0", "9");
    bo.sync(&line).await;
    anna.sync(&line).await;
    assert_eq!(anna.shown("Q0"), ("9".to_owned(), 0));
    let (row, all) = bo
        .device
        .store
        .read(|c| {
            let row = docs::row(c, &bo.place().doc)?.unwrap();
            Ok::<_, crate::store::StoreError>((row, compact::all_bytes(c, row)?.len()))
        })
        .unwrap();
    assert_eq!(all, 6);
    assert_eq!(bo.device.store.read(|c| compact::loose(c, row)).unwrap(), 1, "the snapshot holds the others");
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_that_nobody_vouched_for_is_never_loaded() {
    let line = Line::new(Office::new(1));
    let anna = Phone::at(&line, 2, "anna", Role::Inspector).await;
    anna.answer("H1", "8");
    anna.sync(&line).await;
    line.home().snapshots = true;
    line.home().vouches = false;
    let bo = Phone::at(&line, 3, "bo", Role::Inspector).await;
    let status = bo.device.status().unwrap();
    assert_eq!((status.records, status.refused.len()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_long_tail_becomes_a_snapshot_and_the_record_stays_what_it_was() {
    let line = Line::new(Office::new(1));
    let anna = Phone::at(&line, 2, "anna", Role::Inspector).await;
    let bo = Phone::at(&line, 3, "bo", Role::Inspector).await;
    for number in 0..40 {
        anna.answer(&format!("Q{}", number % 7), &number.to_string());
    }
    anna.sync(&line).await;
    bo.sync(&line).await;
    let loose = |phone: &Phone| {
        let doc = phone.place().doc;
        phone.device.store.read(|c| compact::loose(c, docs::row(c, &doc)?.unwrap())).unwrap()
    };
    assert_eq!((loose(&anna), loose(&bo)), (40, 0), "own changes stay until a backup holds them");
    assert_eq!(bo.device.record(&bo.place()).unwrap().record, anna.device.record(&anna.place()).unwrap().record);
    line.home().backup = 40;
    anna.sync(&line).await;
    anna.answer("Q1", "x");
    anna.sync(&line).await;
    bo.answer("Q2", "y");
    bo.sync(&line).await;
    anna.sync(&line).await;
    assert_eq!(loose(&anna), 2, "they are one snapshot too: x lies above the backup, y came alone");
    bo.sync(&line).await;
    assert_eq!(anna.heads(), bo.heads());
}
