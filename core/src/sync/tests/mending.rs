use super::*;

async fn office_and_two() -> (Line, Phone, Phone) {
    let line = Line::new(Office::new(1));
    let anna = Phone::at(&line, 2, "anna", Role::Inspector).await;
    let bo = Phone::at(&line, 3, "bo", Role::Inspector).await;
    (line, anna, bo)
}

#[tokio::test(start_paused = true)]
async fn after_a_refusal_the_rest_is_put_again_by_a_new_actor_and_the_phones_agree() {
    let (line, anna, bo) = office_and_two().await;
    anna.answer("H1", "8");
    anna.sync(&line).await;
    anna.answer("H2", "bad");
    let refused = anna.heads()[0];
    anna.answer("H3", "7");
    line.home().verdicts.insert(refused, Verdict::Refused(Reason::RefusedByPerson));
    let report = anna.sync(&line).await;
    assert_eq!(report.refused.iter().map(|stuck| stuck.reason.as_str()).collect::<Vec<_>>(), ["refused_by_person"]);
    bo.sync(&line).await;
    assert_eq!(anna.heads(), bo.heads());
    assert_eq!((bo.shown("H1").0.as_str(), bo.shown("H2").0.as_str(), bo.shown("H3").0.as_str()), ("8", "", "7"));
    let status = anna.device.status().unwrap();
    assert_eq!((status.unsent, status.refused.len()), (0, 1));
    // The refused value is still there to be read.
    let history = anna.device.history(&anna.place()).unwrap();
    let lost = history.iter().find(|row| row.hash == refused).unwrap();
    assert_eq!(
        (lost.value.to_string().as_str(), lost.verdict),
        ("bad", Some(Verdict::Refused(Reason::RefusedByPerson)))
    );
    let actors: std::collections::BTreeSet<_> = line.home().log.iter().map(|entry| entry.actor).collect();
    assert_eq!(actors.len(), 2, "the actor of a refused change never writes again");
    anna.answer("H4", "6");
    anna.sync(&line).await;
    let log = line.home().log.clone();
    assert_eq!(log[log.len() - 1].actor, log[log.len() - 2].actor);
}

#[tokio::test(start_paused = true)]
async fn what_was_concurrent_stays_concurrent_when_it_is_put_again() {
    let (line, anna, bo) = office_and_two().await;
    anna.answer("H1", "1");
    anna.sync(&line).await;
    bo.sync(&line).await;
    anna.answer("X", "bad");
    let refused = anna.heads()[0];
    anna.answer("H1", "2");
    bo.answer("H1", "3");
    bo.sync(&line).await;
    line.home().verdicts.insert(refused, Verdict::Refused(Reason::RefusedByPerson));
    anna.sync(&line).await;
    bo.sync(&line).await;
    assert_eq!(anna.heads(), bo.heads());
    assert_eq!((anna.shown("H1").1, bo.shown("H1").1), (2, 2), "anna's 2 and bo's 3 never knew of each other");
}

#[tokio::test(start_paused = true)]
async fn a_sign_off_and_another_persons_work_on_a_refused_change_become_drafts() {
    let (line, anna, _) = office_and_two().await;
    anna.answer("H1", "8");
    let refused = anna.heads()[0];
    anna.device.sign(&anna.place(), &anna.heads()).unwrap();
    anna.answer("H2", "7");
    anna.arrives(&line, "carl", Role::Inspector).await;
    anna.answer("H3", "6");
    line.home().verdicts.insert(refused, Verdict::Refused(Reason::RefusedByPerson));
    let report = anna.sync(&line).await;
    let reasons: Vec<&str> = report.refused.iter().map(|stuck| stuck.reason.as_str()).collect();
    // Carl holds the phone when the verdict comes, so of all this only his own answer is put again.
    assert_eq!(reasons, ["refused_by_person", "another_persons_draft", "another_persons_draft"]);
    assert_eq!((anna.shown("H2").0.as_str(), anna.shown("H3").0.as_str()), ("", "6"));
    assert_eq!(anna.heads(), line.home().heads(&anna.place().doc));
}

#[tokio::test(start_paused = true)]
async fn a_sign_off_is_never_put_again_by_a_machine() {
    let (line, anna, _) = office_and_two().await;
    anna.answer("H1", "8");
    let refused = anna.heads()[0];
    anna.answer("H2", "7");
    anna.device.sign(&anna.place(), &anna.heads()).unwrap();
    line.home().verdicts.insert(refused, Verdict::Refused(Reason::RefusedByPerson));
    let report = anna.sync(&line).await;
    let reasons: Vec<&str> = report.refused.iter().map(|stuck| stuck.reason.as_str()).collect();
    assert_eq!(reasons, ["refused_by_person", "must_be_said_again"]);
    let record = anna.device.record(&anna.place()).unwrap().record;
    assert!(record.sign_offs.is_empty() && record.answers.len() == 1);
}

#[tokio::test(start_paused = true)]
async fn an_edit_on_a_refused_settlement_becomes_a_draft_instead_of_settling_in_silence() {
    let line = Line::new(Office::new(1));
    let anna = Phone::at(&line, 2, "anna", Role::TeamLead).await;
    let bo = Phone::at(&line, 3, "bo", Role::Inspector).await;
    anna.answer("H1", "8");
    bo.answer("H1", "6");
    bo.sync(&line).await;
    anna.sync(&line).await;
    let key = Key::from_plain("H1").unwrap();
    let refused = anna.device.settle(&anna.place(), &key, &crate::record::Value::Int(7), "复核").unwrap();
    anna.answer("H1", "9");
    anna.answer("H2", "5");
    line.home().verdicts.insert(refused, Verdict::Refused(Reason::RefusedByPerson));
    anna.sync(&line).await;
    assert_eq!(anna.shown("H1").1, 2, "the dispute stands again");
    assert_eq!(anna.shown("H2").0, "5");
    assert_eq!(anna.device.status().unwrap().refused.len(), 2);
    assert_eq!(anna.heads(), line.home().heads(&anna.place().doc));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_comes_later_mends_as_well() {
    let (line, anna, _) = office_and_two().await;
    anna.answer("H1", "8");
    let hash = anna.heads()[0];
    line.home().verdicts.insert(hash, Verdict::Parked(Reason::NoRight));
    anna.sync(&line).await;
    let doc = anna.place().doc;
    let verdict = Verdict::Refused(Reason::RefusedByPerson);
    line.home().aside.push(crate::wire::Item::Verdict { doc, hash, verdict, lsn: 0 });
    anna.sync(&line).await;
    let status = anna.device.status().unwrap();
    assert_eq!((status.records, status.unsent, status.parked.len(), status.refused.len()), (0, 0, 0, 1));
    assert_eq!(anna.shown("H1").0, "");
    anna.answer("H1", "9");
    anna.sync(&line).await;
    assert_eq!(anna.heads(), line.home().heads(&doc));
}
