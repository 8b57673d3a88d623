use super::*;

/// Copies a phone's file as a backup app would: a checkpointed copy.
fn backup(phone: &Phone) -> std::path::PathBuf {
    let copy = phone.folder.path().join("backup.db");
    let _ = std::fs::remove_file(&copy);
    let target = copy.to_str().unwrap().to_owned();
    rusqlite::Connection::open(phone.path()).unwrap().execute("VACUUM INTO ?1", [target]).unwrap();
    copy
}

fn restore(phone: &mut Phone, copy: &std::path::Path) {
    let path = phone.folder.path().join("restored.db");
    std::fs::copy(copy, &path).unwrap();
    phone.device = crate::device::tests::open(&path, &phone.environment);
}

#[tokio::test(start_paused = true)]
async fn a_restored_phone_gets_its_work_back_and_what_it_wrote_since_is_put_again() {
    let line = Line::new(Office::new(1));
    let mut anna = Phone::at(&line, 2, "anna", Role::Inspector).await;
    anna.answer("H1", "8");
    anna.sync(&line).await;
    let copy = backup(&anna);
    anna.answer("H2", "sent after the backup");
    anna.sync(&line).await;
    restore(&mut anna, &copy);
    anna.answer("H3", "written after the restoration");
    let clash = anna.heads()[0];
    anna.sync(&line).await;
    assert_eq!(anna.shown("H2").0, "sent after the backup");
    assert_eq!(anna.shown("H3").0, "written after the restoration");
    assert_eq!(anna.heads(), line.home().heads(&anna.place().doc));
    assert!(!line.home().log.iter().any(|entry| entry.hash == clash), "the clashing change never went up");
    let status = anna.device.status().unwrap();
    assert_eq!((status.unsent, status.refused.len()), (0, 0));
    let instances: std::collections::BTreeSet<_> =
        line.home().requests.iter().map(|request| request.instance).collect();
    assert_eq!(instances.len(), 2);
    assert_eq!(anna.sync(&line).await.requests, 1);
}

#[tokio::test(start_paused = true)]
async fn a_restored_phone_that_is_cut_off_in_the_middle_ends_the_same() {
    for at in [0, 60, 400, 900] {
        let line = Line::new(Office::new(1));
        let mut anna = Phone::at(&line, 2, "anna", Role::Inspector).await;
        let copy = backup(&anna);
        for number in 0..4 {
            anna.answer(&format!("Q{number}"), "before");
        }
        anna.sync(&line).await;
        restore(&mut anna, &copy);
        anna.answer("H3", "after");
        line.home().faults.push_back(Fault::Cut(10_000));
        line.home().faults.extend([Fault::Cut(at); 1]);
        line.home().faults.extend([Fault::Offline; 20]);
        assert!(sync(&anna.device, &line).await.is_err());
        anna.answer("H4", "between");
        line.home().faults.clear();
        anna.sync(&line).await;
        assert_eq!(anna.heads(), line.home().heads(&anna.place().doc), "cut at byte {at}");
        let shown = ["Q0", "Q3", "H3", "H4"].map(|key| anna.shown(key).0);
        assert_eq!(shown, ["before", "before", "after", "between"], "cut at byte {at}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_echo_of_another_request_is_not_obeyed() {
    let line = Line::new(Office::new(1));
    let anna = Phone::at(&line, 2, "anna", Role::Inspector).await;
    let key = crate::wire::RequestKey { number: 1, nonce: [3; 16] };
    line.home().aside.push(crate::wire::Item::Restored(key));
    anna.sync(&line).await;
    anna.sync(&line).await;
    let instances: std::collections::BTreeSet<_> =
        line.home().requests.iter().map(|request| request.instance).collect();
    assert_eq!(instances.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn one_file_on_two_phones_ends_as_two_databases_that_agree() {
    let line = Line::new(Office::new(1));
    let one = Phone::at(&line, 2, "anna", Role::Inspector).await;
    one.answer("H1", "8");
    one.sync(&line).await;
    let copy = backup(&one);
    let mut two = Phone::new(9);
    restore(&mut two, &copy);
    for round in 0..3 {
        one.answer("H2", &format!("one {round}"));
        two.answer("H3", &format!("two {round}"));
        one.sync(&line).await;
        two.sync(&line).await;
    }
    one.sync(&line).await;
    assert_eq!(one.heads(), two.heads());
    assert_eq!((one.shown("H2"), one.shown("H3")), (("one 2".to_owned(), 0), ("two 2".to_owned(), 0)));
}
