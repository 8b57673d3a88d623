use super::*;
use crate::device::{DeviceError, SiteQuery};
use crate::record::ReviewState;

#[test]
fn an_answer_is_read_back_with_its_blame_and_survives_a_restart() {
    let office = Office::new(1);
    let phone = Phone::enrolled(&office, 2, "anna", Role::Inspector);
    phone.answer("H1", "8");
    let device = phone.reopened();
    let view = device.record(&phone.place()).unwrap();
    let answer = &view.record.answers[&Key::from_plain("H1").unwrap()];
    assert_eq!(answer.shown.value, Value::Int(8));
    assert_eq!(answer.shown.person, Office::person("anna"));
    assert_eq!(view.people[&Office::person("anna")].as_str(), "anna");
    assert_eq!((view.unsent, view.heads.len()), (1, 1));
}

#[test]
fn a_card_writes_only_the_keys_that_changed() {
    let office = Office::new(1);
    let phone = Phone::enrolled(&office, 2, "anna", Role::Inspector);
    let place = phone.place();
    assert!(phone.device.answer(&place, &[put("H1", "8"), put("H2", "村口")]).unwrap().is_some());
    assert_eq!(phone.device.answer(&place, &[put("H1", "8.0"), put("H2", " 村口 ")]).unwrap(), None);
    assert_eq!(phone.device.answer(&place, &[put("H3", "")]).unwrap(), None);
    assert!(phone.device.answer(&place, &[put("H1", "9"), put("H2", "村口")]).unwrap().is_some());
    let written: Vec<String> =
        phone.device.history(&place).unwrap().into_iter().map(|row| format!("{}={}", row.key, row.value)).collect();
    assert_eq!(written, ["a/H1=8", "a/H2=村口", "a/H1=9"]);
}

#[test]
fn keys_with_calls_of_their_own_are_not_answers() {
    let office = Office::new(1);
    let phone = Phone::enrolled(&office, 2, "anna", Role::Inspector);
    for key in ["v", "w", "d/a/H1"] {
        let refused = phone.device.answer(&phone.place(), &[put(key, "x")]);
        assert!(matches!(refused, Err(DeviceError::NotAnAnswer(_))), "{key}: {refused:?}");
    }
}

#[test]
fn rights_and_rounds_are_checked_before_the_edit() {
    let mut office = Office::new(1);
    let phone = Phone::enrolled(&office, 2, "chief", Role::Supervisor);
    let refused = phone.device.answer(&phone.place(), &[put("H1", "8")]);
    assert!(matches!(&refused, Err(DeviceError::NoRight { person, key: Some(_), .. }) if person.as_str() == "chief"));
    assert_eq!(phone.device.status().unwrap().records, 0);

    phone.enrol(&office, "anna", Role::Inspector);
    phone.answer("H1", "8");
    let place = phone.place();
    office.round_state = RoundState::ClosedByForce;
    phone.refer(&office);
    assert!(matches!(phone.device.place(SITE, "water", None), Err(DeviceError::NoRound)));
    assert!(matches!(phone.device.answer(&place, &[put("H1", "9")]), Err(DeviceError::RoundClosed(_))));
}

#[test]
fn a_sign_off_names_what_was_seen_and_fails_when_that_moved() {
    let office = Office::new(1);
    let phone = Phone::enrolled(&office, 2, "anna", Role::Inspector);
    let place = phone.place();
    assert!(matches!(phone.device.sign(&place, &[]), Err(DeviceError::EmptyRecord)));
    phone.answer("H1", "8");
    let seen = phone.device.record(&place).unwrap().heads;
    phone.answer("H1", "9");
    assert!(matches!(phone.device.sign(&place, &seen), Err(DeviceError::ChangedMeanwhile { .. })));
    let seen = phone.device.record(&place).unwrap().heads;
    phone.device.sign(&place, &seen).unwrap();
    let signed = phone.device.record(&place).unwrap().record.sign_offs;
    assert!(signed.len() == 1 && signed[0].current && signed[0].role == Role::Inspector);
    phone.answer("H1", "10");
    assert!(!phone.device.record(&place).unwrap().record.sign_offs[0].current);
}

#[test]
fn a_void_needs_a_reason_and_hides_the_record_from_the_count() {
    let office = Office::new(1);
    let phone = Phone::enrolled(&office, 2, "anna", Role::Inspector);
    let place = phone.place();
    phone.answer("H1", "8");
    assert!(matches!(phone.device.void(&place, "  "), Err(DeviceError::NoReason)));
    let done = |phone: &Phone| {
        let rows = phone.device.sites(&SiteQuery { limit: 50, ..SiteQuery::default() }).unwrap();
        rows.iter().map(|row| (row.name.clone(), row.done, row.of, row.unsent)).collect::<Vec<_>>()
    };
    assert_eq!(done(&phone), [("东村".to_owned(), 1, 1, 1), ("西村".to_owned(), 0, 1, 0)]);
    phone.device.void(&place, "重复").unwrap();
    assert_eq!(done(&phone)[0], ("东村".to_owned(), 0, 1, 1));
    phone.device.lift_void(&place, "").unwrap();
    assert_eq!(done(&phone)[0], ("东村".to_owned(), 1, 1, 1));
}

#[test]
fn a_review_needs_the_heads_and_sending_back_a_reason() {
    let office = Office::new(1);
    let phone = Phone::enrolled(&office, 2, "anna", Role::Inspector);
    phone.answer("H1", "8");
    phone.enrol(&office, "chief", Role::Supervisor);
    let place = phone.place();
    let seen = phone.device.record(&place).unwrap().heads;
    let review = |state, reason| phone.device.review(&place, state, reason, &seen);
    assert!(matches!(review(ReviewState::SentBack, ""), Err(DeviceError::NoReason)));
    review(ReviewState::SentBack, "缺照片").unwrap();
    let found = phone.device.record(&place).unwrap().record.review.unwrap();
    assert_eq!((found.state, found.reason.as_str(), found.current), (ReviewState::SentBack, "缺照片", true));
    assert!(matches!(review(ReviewState::Approved, ""), Err(DeviceError::ChangedMeanwhile { .. })));
}

/// How many records of the first site were sent back, and whether the item's was.
fn sent_back(device: &Device) -> (u64, bool) {
    let sites = device.sites(&SiteQuery { limit: 50, ..SiteQuery::default() }).unwrap();
    let items = device.items_at(&SITE.parse().unwrap(), None).unwrap();
    (sites[0].sent_back, items[0].sent_back)
}

#[test]
fn the_lists_tell_what_was_sent_back_until_it_is_approved() {
    let office = Office::new(1);
    let phone = Phone::enrolled(&office, 2, "anna", Role::Inspector);
    phone.answer("H1", "8");
    phone.enrol(&office, "chief", Role::Supervisor);
    let place = phone.place();
    let review = |state, reason| {
        let seen = phone.device.record(&place).unwrap().heads;
        phone.device.review(&place, state, reason, &seen).unwrap();
    };
    assert_eq!(sent_back(&phone.device), (0, false));
    review(ReviewState::SentBack, "缺照片");
    assert_eq!(sent_back(&phone.device), (1, true));
    phone.enrol(&office, "anna", Role::Inspector);
    phone.answer("H1", "9");
    assert_eq!(sent_back(&phone.device), (1, true), "work on it does not end it");
    phone.enrol(&office, "chief", Role::Supervisor);

    // A file from before the lists told it.
    let old = "DROP INDEX summary_site; ALTER TABLE summary DROP COLUMN sent_back;
               CREATE INDEX summary_site ON summary (site, round, done, disputed, unsent); PRAGMA user_version = 2";
    rusqlite::Connection::open(phone.path()).unwrap().execute_batch(old).unwrap();
    assert_eq!(sent_back(&phone.reopened()), (1, true));
    review(ReviewState::Approved, "");
    assert_eq!(sent_back(&phone.device), (0, false));
}

#[test]
fn the_next_person_on_the_phone_writes_as_themselves_and_the_first_ones_work_stays() {
    let office = Office::new(1);
    let phone = Phone::enrolled(&office, 2, "anna", Role::Inspector);
    phone.answer("H1", "8");
    phone.enrol(&office, "bo", Role::Inspector);
    phone.answer("H2", "9");
    let by: Vec<String> = phone.device.history(&phone.place()).unwrap().into_iter().map(|row| row.by).collect();
    assert_eq!(by, ["anna", "bo"]);
    assert_eq!(phone.device.identity().unwrap().unwrap().handle.as_str(), "bo");
    assert_eq!(phone.device.record(&phone.place()).unwrap().unsent, 2);
}

#[test]
fn sites_are_found_by_name_and_code_and_paged_by_the_last_one_seen() {
    let office = Office::new(1);
    let phone = Phone::enrolled(&office, 2, "anna", Role::Inspector);
    let names =
        |query: SiteQuery| phone.device.sites(&query).unwrap().into_iter().map(|row| row.name).collect::<Vec<_>>();
    let all = SiteQuery { limit: 50, ..SiteQuery::default() };
    assert_eq!(names(all.clone()), ["东村", "西村"]);
    assert_eq!(names(SiteQuery { find: Some("西".to_owned()), ..all.clone() }), ["西村"]);
    assert_eq!(names(SiteQuery { find: Some(SITE.to_owned()), ..all.clone() }), ["东村"]);
    assert_eq!(names(SiteQuery { after: Some(SITE.parse().unwrap()), ..all.clone() }), ["西村"]);
    assert_eq!(names(SiteQuery { area: Some("150522".parse().unwrap()), ..all.clone() }), [""; 0]);
    assert_eq!(names(SiteQuery { limit: 1, ..all }), ["东村"]);
}

#[test]
fn a_place_is_named_by_handles_and_what_is_unknown_is_said() {
    let office = Office::new(1);
    let phone = Phone::enrolled(&office, 2, "anna", Role::Inspector);
    let place = |site, item, round| phone.device.place(site, item, round);
    assert!(matches!(place("150521100299", "water", None), Err(DeviceError::UnknownSite(_))));
    assert!(matches!(place(SITE, "roads", None), Err(DeviceError::UnknownItem(_))));
    assert!(matches!(place(SITE, "water", Some("autumn")), Err(DeviceError::UnknownRound(_))));
    assert_eq!(place(SITE, "water", Some("spring")).unwrap(), phone.place());
    let empty = Phone::new(3);
    assert!(matches!(empty.device.place(SITE, "water", None), Err(DeviceError::NotEnrolled)));
}
