use super::*;
use crate::device::DeviceError;
use crate::record::Value;

#[tokio::test(start_paused = true)]
async fn a_first_sync_brings_places_and_a_second_one_asks_once_and_finds_nothing() {
    let line = Line::new(Office::new(1));
    let phone = Phone::at(&line, 2, "anna", Role::Inspector).await;
    assert_eq!(phone.place().item_handle.as_str(), "water");
    let report = phone.sync(&line).await;
    assert_eq!((report.requests, report.changes_up, report.changes_down), (1, 0, 0));
    assert!(phone.device.status().unwrap().last_sync.is_some());
}

#[tokio::test(start_paused = true)]
async fn two_people_fill_one_record_and_their_one_dispute_is_settled_for_both() {
    let line = Line::new(Office::new(1));
    let anna = Phone::at(&line, 2, "anna", Role::Inspector).await;
    let bo = Phone::at(&line, 3, "bo", Role::TeamLead).await;
    anna.answer("H1", "8");
    anna.answer("H2", "10");
    bo.answer("H1", "6");
    bo.answer("H2", "10.0");
    anna.sync(&line).await;
    let report = bo.sync(&line).await;
    assert_eq!((report.changes_up, report.changes_down), (2, 2));
    anna.sync(&line).await;
    assert_eq!(anna.shown("H1"), bo.shown("H1"));
    assert_eq!((anna.shown("H1").1, anna.shown("H2").1), (2, 0));
    let edit = anna.device.answer(&anna.place(), &[put("H1", "7")]);
    assert!(matches!(edit, Err(DeviceError::Disputed { rivals, .. }) if rivals.len() == 2));

    let key = Key::from_plain("H1").unwrap();
    let unreasoned = bo.device.settle(&bo.place(), &key, &Value::Int(7), " ");
    assert!(matches!(unreasoned, Err(DeviceError::NoReason)));
    bo.device.settle(&bo.place(), &key, &Value::Int(7), "现场复核").unwrap();
    let again = bo.device.settle(&bo.place(), &key, &Value::Int(8), "再核");
    assert!(matches!(again, Err(DeviceError::NotDisputed(_))));
    bo.sync(&line).await;
    anna.sync(&line).await;
    assert_eq!(anna.shown("H1"), ("7".to_owned(), 0));
    assert_eq!(anna.heads(), line.home().heads(&anna.place().doc));
    let status = anna.device.status().unwrap();
    assert_eq!((status.records, status.synced, status.unsent), (1, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn the_first_persons_work_goes_up_with_the_next_persons_token() {
    let line = Line::new(Office::new(1));
    let phone = Phone::at(&line, 2, "anna", Role::Inspector).await;
    phone.answer("H1", "8");
    phone.arrives(&line, "bo", Role::Inspector).await;
    phone.answer("H2", "9");
    assert_eq!(phone.sync(&line).await.changes_up, 2);
    assert_eq!(line.home().papers.len(), 2);
    assert_eq!(phone.device.status().unwrap().unsent, 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_parked_counts_as_unsent_until_it_is_released() {
    let line = Line::new(Office::new(1));
    let phone = Phone::at(&line, 2, "anna", Role::Inspector).await;
    phone.answer("H1", "8");
    let (place, hash) = (phone.place(), phone.heads()[0]);
    line.home().verdicts.insert(hash, Verdict::Parked(Reason::NoRight));
    let report = phone.sync(&line).await;
    assert_eq!(report.parked[0].reason, "no_right");
    let status = phone.device.status().unwrap();
    assert_eq!((status.unsent, status.parked.len()), (1, 1));
    assert_eq!(phone.sync(&line).await.changes_up, 0);

    let (bytes, signature) =
        phone.device.store.read(|c| crate::store::compact::bytes_of(c, &place.doc, &hash)).unwrap().unwrap();
    line.home().release(&place.parts(), hash, &bytes, &signature.unwrap());
    phone.sync(&line).await;
    let status = phone.device.status().unwrap();
    assert_eq!((status.unsent, status.parked.len()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn what_the_server_wants_later_stays_in_the_outbox() {
    let line = Line::new(Office::new(1));
    let phone = Phone::at(&line, 2, "anna", Role::Inspector).await;
    phone.answer("H1", "8");
    let hash = phone.heads()[0];
    line.home().verdicts.insert(hash, Verdict::Later(Reason::Busy));
    phone.sync(&line).await;
    assert_eq!(phone.device.status().unwrap().unsent, 1);
    line.home().verdicts.clear();
    assert_eq!(phone.sync(&line).await.changes_up, 1);
    assert_eq!(phone.device.status().unwrap().unsent, 0);
}

#[tokio::test(start_paused = true)]
async fn a_missing_registration_is_asked_for_and_the_change_waits_for_it() {
    let line = Line::new(Office::new(1));
    let anna = Phone::at(&line, 2, "anna", Role::Inspector).await;
    let bo = Phone::at(&line, 3, "bo", Role::Inspector).await;
    anna.answer("H1", "8");
    anna.sync(&line).await;
    line.home().registers = false;
    let report = bo.sync(&line).await;
    assert_eq!((report.requests, report.changes_down), (2, 1));
    assert_eq!(bo.shown("H1").0, "8");
}

#[tokio::test(start_paused = true)]
async fn what_the_server_asks_for_is_sent_whatever_the_marks_say() {
    let line = Line::new(Office::new(1));
    let phone = Phone::at(&line, 2, "anna", Role::Inspector).await;
    phone.answer("H1", "8");
    phone.sync(&line).await;
    let doc = phone.place().doc;
    let unknown = ChangeHash::new([5; 32]);
    let hashes = vec![phone.heads()[0], unknown];
    let actors = line.home().papers.keys().copied().collect();
    line.home()
        .aside
        .extend([crate::wire::Item::NeedChanges { doc, hashes }, crate::wire::Item::NeedRegistrations(actors)]);
    assert_eq!(phone.sync(&line).await.requests, 2);
    let last = line.home().requests.last().unwrap().page.clone();
    let kinds: Vec<&str> = last
        .iter()
        .map(|item| match item {
            crate::wire::Item::Certificate(_) => "certificate",
            crate::wire::Item::Registration(_) => "registration",
            crate::wire::Item::Document(_) => "document",
            crate::wire::Item::Change { .. } => "change",
            _ => "other",
        })
        .collect();
    assert_eq!(kinds, ["certificate", "registration", "document", "change"]);
    assert_eq!(phone.sync(&line).await.requests, 1);
}

#[tokio::test(start_paused = true)]
async fn poison_in_the_log_is_kept_and_shown_and_stops_nothing_else() {
    let line = Line::new(Office::new(1));
    let anna = Phone::at(&line, 2, "anna", Role::Inspector).await;
    let bo = Phone::at(&line, 3, "bo", Role::Inspector).await;
    line.home().poison.push((anna.place().parts(), b"no change at all".to_vec()));
    anna.answer("H1", "8");
    anna.sync(&line).await;
    let report = bo.sync(&line).await;
    assert_eq!((report.changes_down, report.refused.len()), (1, 1));
    assert_eq!(bo.device.status().unwrap().refused[0].reason, "not_a_change");
    assert_eq!(bo.shown("H1").0, "8");
}

#[tokio::test(start_paused = true)]
async fn a_new_certificate_changes_what_the_phone_lets_its_person_do() {
    let line = Line::new(Office::new(1));
    let phone = Phone::at(&line, 2, "anna", Role::Auditor).await;
    let edit = || phone.device.answer(&phone.place(), &[put("H1", "8")]);
    assert!(matches!(edit(), Err(DeviceError::NoRight { .. })));
    let key = phone.device.store.read(crate::store::meta::key).unwrap().unwrap().public();
    let certificate = line.home().office.certificate(&key, "anna", Role::Inspector, 2);
    line.home().aside.push(crate::wire::Item::Certificate(certificate));
    phone.sync(&line).await;
    edit().unwrap();
}
