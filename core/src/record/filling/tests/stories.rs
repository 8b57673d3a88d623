//! What people do with a record and its form.

use std::convert::Infallible;

use super::*;

#[test]
fn the_first_card_names_the_form_and_keeps_computed_defaults_and_nothing_that_is_computed() {
    let mut filling = Paper::default().filling(1);
    assert_eq!(filling.puts(), [], "looking writes nothing");
    set(&mut filling, "/data/n", "2").unwrap();
    set(&mut filling, "/data/faults", "裂缝 crack").unwrap();
    let puts = filling.puts();
    assert_eq!(puts[0], (Key::form(), Value::Bytes(sample().hash().as_bytes().to_vec())));
    let expected =
        ["a/faults=some", "a/faults/c/.E8.A3.82.E7.BC.9D=true", "a/faults/c/crack=true", "a/n=2", "a/day=2026-11-24"];
    let mut written = plain(&puts[1..]);
    let mut expected = expected.map(str::to_owned).to_vec();
    written.sort();
    expected.sort();
    assert_eq!(written, expected);
    assert_eq!(puts.iter().find(|(put, _)| *put == key("a/n")).unwrap().1, Value::Int(2), "in the question's type");
    assert_eq!(filling.score().score, Some(4.0));
}

#[test]
fn a_begun_record_keeps_its_defaults_as_they_are_and_writes_only_what_changes() {
    let mut paper = Paper::default();
    paper.card(vec![(Key::form(), Value::Bytes(vec![7; 32])), (key("a/n"), Value::Int(2))]);
    let mut filling = paper.filling(1);
    assert_eq!(state(&filling, "/data/day").answer, "", "a computed default is not run again");
    assert_eq!(state(&filling, "/data/here").answer, "yes", "a plain one stands until somebody answers");
    set(&mut filling, "/data/n", "2").unwrap();
    set(&mut filling, "/data/here", "yes").unwrap();
    assert_eq!(filling.puts(), []);
    set(&mut filling, "/data/here", "").unwrap();
    assert_eq!(plain(&filling.puts()), ["a/here="]);
    paper.card(filling.puts());
    assert_eq!(state(&paper.filling(1), "/data/here").answer, "", "cleared, it stays cleared");
}

#[test]
fn instances_stand_in_the_order_of_their_puts_and_are_written_with_their_first_answer() {
    let mut paper = Paper::default();
    let mut filling = paper.filling(1);
    let (repeat, parent) = filling.session().repeat("/data/hh[1]").unwrap();
    for area in ["1.5", "", "3"] {
        let (instance, _) = filling.add(repeat, parent).unwrap();
        let path = filling.session().path_text(instance);
        set(&mut filling, &format!("{path}/area"), area).unwrap();
    }
    let (room, inside) = filling.session().repeat("/data/hh[3]/room[1]").unwrap();
    filling.add(room, inside).unwrap();
    set(&mut filling, "/data/hh[3]/room[1]/wall", "7").unwrap();
    filling.add(repeat, parent).unwrap();
    let puts = filling.puts();
    let many = |end: &str| puts.iter().filter(|(key, _)| key.as_str().ends_with(end)).count();
    assert_eq!(puts.iter().filter(|(key, _)| key.class() == Class::Instance).count(), 4, "the last is blank");
    assert_eq!((many("/a/kind"), many("/a/area"), many("/a/wall")), (3, 2, 1), "with their defaults");
    paper.card(puts);
    let again = paper.filling(2);
    let area = |place: usize| state(&again, &format!("/data/hh[{place}]/area")).value;
    assert_eq!([area(1), area(2), area(3)], ["1.5", "", "3"]);
    let wall = at(&again, "/data/hh[3]/room[1]/wall");
    assert_eq!(again.session().state(wall).unwrap().value, "7");
    let written = again.key_of(wall).unwrap();
    assert_eq!(again.address_of(&written), Some(wall));
    assert_eq!(again.score().criteria[1].score, Some(4.5));
}

#[test]
fn what_is_removed_is_voided_with_a_reason_and_counted_places_come_back_blank() {
    let mut paper = Paper::default();
    let mut filling = paper.filling(1);
    set(&mut filling, "/data/n", "2").unwrap();
    set(&mut filling, "/data/plot[1]/size", "5").unwrap();
    set(&mut filling, "/data/plot[2]/size", "6").unwrap();
    paper.card(filling.puts());
    let mut filling = paper.filling(2);
    let first = at(&filling, "/data/plot[1]");
    assert!(matches!(filling.remove(first, " "), Err(AnswerError::NoReason { .. })));
    filling.remove(first, "重复").unwrap();
    assert_eq!(state(&filling, "/data/plot[1]/size").value, "6");
    assert_eq!(state(&filling, "/data/plot[2]/size").value, "");
    let puts = filling.puts();
    assert!(puts.len() == 1 && puts[0].0.as_str().ends_with("/v"), "{puts:?}");
    paper.card(puts);
    let again = paper.filling(3);
    assert_eq!(state(&again, "/data/plot[1]/size").value, "6");
    assert_eq!(state(&again, "/data/plot[2]/size").value, "");
    assert_eq!(again.foreign(), [], "what is void is not foreign");
}

#[test]
fn each_answer_that_may_not_stand_is_named_and_the_rest_is_kept() {
    let mut filling = Paper::default().filling(1);
    let refused = set(&mut filling, "/data/n", "many").unwrap_err();
    assert!(matches!(&refused, AnswerError::Type { value, .. } if value == "many"), "{refused}");
    let refused = set(&mut filling, "/data/grade", "worse").unwrap_err();
    assert!(matches!(&refused, AnswerError::Choice { value, .. } if value == "worse"), "{refused}");
    assert!(matches!(set(&mut filling, "/data/total", "3"), Err(AnswerError::Computed { .. })));
    set(&mut filling, "/data/n", "11").unwrap();
    set(&mut filling, "/data/grade", "good").unwrap();
    let wrong = filling.wrong();
    assert_eq!(wrong, [AnswerError::Constraint { key: key("a/n"), value: "11".into(), message: "at most 10".into() }]);
    assert_eq!(wrong[0].to_string(), "a/n: '11' is not allowed: at most 10");
    set(&mut filling, "/data/n", "10").unwrap();
    assert_eq!(filling.wrong(), []);
    assert_eq!(state(&filling, "/data/grade").answer, "good");
}

#[test]
fn what_the_form_cannot_read_is_blank_and_listed_apart() {
    let mut paper = Paper::default();
    paper.card(vec![
        (key("a/n"), Value::Text("two".into())),
        (key("a/here"), Value::Int(3)),
        (key("a/faults/c/nothing"), Value::Bool(true)),
        (key("a/older"), Value::Int(1)),
        (key("a/total"), Value::Int(99)),
        (key("a/grade"), Value::Text("bad".into())),
    ]);
    let filling = paper.filling(1);
    let foreign: Vec<&str> = filling.foreign().iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(foreign, ["a/faults/c/nothing", "a/here", "a/n", "a/older", "a/total"]);
    assert_eq!(state(&filling, "/data/here").answer, "", "not its default either");
    assert_eq!(state(&filling, "/data/grade").answer, "bad");
}

#[test]
fn picks_of_two_people_add_up_and_none_against_a_pick_is_a_dispute() {
    let mut paper = Paper::default();
    for (actor, pick) in [(2, "crack"), (3, "leak")] {
        let mut filling = Paper::default().filling(1);
        set(&mut filling, "/data/faults", pick).unwrap();
        paper.apart(actor, filling.puts());
    }
    assert!(!paper.record().is_disputed());
    assert_eq!(state(&paper.filling(1), "/data/faults").value, "crack leak");
    paper.apart(0, vec![(key("a/faults"), Value::Text("none".into())), (key("a/n"), Value::Int(0))]);
    let record = paper.record();
    assert_eq!(record.answers[&key("a/faults")].dispute.len(), 2);
    let filling = paper.filling(1);
    let score = |word: &str| filling.score_with(&key("a/faults"), &Value::Text(word.into())).criteria[0].score;
    assert_eq!((score("none"), score("some")), (Some(10.0), Some(6.0)));
    let with_crack = filling.score_with(&key("a/faults/c/crack"), &Value::Bool(true));
    assert_eq!(with_crack.criteria[0].score, Some(8.0));
}

#[test]
fn each_value_of_a_dispute_has_the_score_it_would_give() {
    let mut paper = Paper::default();
    paper.apart(2, vec![(key("a/n"), Value::Int(2))]);
    paper.apart(3, vec![(key("a/n"), Value::Int(8))]);
    let filling = paper.filling(1);
    assert_eq!(filling.score().score, Some(2.0), "the provisional value counts");
    let scores = [Value::Int(2), Value::Int(8), Value::Null].map(|value| filling.score_with(&key("a/n"), &value));
    assert_eq!(scores.each_ref().map(|score| score.score), [Some(8.0), Some(2.0), None]);
    assert_eq!(scores.each_ref().map(|score| score.grade.as_deref()), [Some("pass"), Some("fail"), Some("pass")]);
    assert_eq!(scores[0].grade_label.as_deref(), Some("the pass"));
    let criteria = &scores[0].criteria;
    assert_eq!((criteria[0].name.as_str(), criteria[0].label.as_str()), ("w1", "the w1"));
    assert_eq!((criteria[0].full, criteria[0].lost(), criteria[1].full), (Some(10.0), Some(2.0), None));
}

#[test]
fn values_by_key_are_read_in_the_questions_type_and_unknown_keys_are_refused() {
    let mut filling = Paper::default().filling(1);
    let ulid = "01JDZ5M0S3R7QW8XYZ0123456A";
    filling.put(&key("a/n"), &Value::Text("2".into())).unwrap();
    filling.put(&key("a/here"), &Value::Int(30)).unwrap();
    filling.put(&key("a/faults/c/leak"), &Value::Bool(true)).unwrap();
    filling.put(&key(&format!("r/plot/{ulid}/a/size")), &Value::Int(4)).unwrap();
    filling.put(&key(&format!("r/hh/{ulid}/r/room/{ulid}/a/wall")), &Value::Int(4)).unwrap();
    for unknown in ["a/nothing", "a/faults/c/nothing", &format!("r/nothing/{ulid}/a/size"), &format!("r/hh/{ulid}/a/q")]
    {
        let refused = filling.put(&key(unknown), &Value::Int(1));
        assert!(matches!(refused, Err(AnswerError::Unknown { .. })), "{unknown}: {refused:?}");
    }
    assert_eq!(state(&filling, "/data/plot[1]/size").value, "4", "the first place that the count asks for");
    let mut written = plain(&filling.puts()[1..]);
    written.sort();
    assert_eq!(
        written,
        [
            "a/day=2026-11-24".to_owned(),
            "a/faults/c/leak=true".to_owned(),
            "a/faults=some".to_owned(),
            "a/here=30".to_owned(),
            "a/n=2".to_owned(),
            format!("r/hh/{ulid}/a/kind=k"),
            format!("r/hh/{ulid}/r/room/{ulid}/a/wall=4"),
            format!("r/hh/{ulid}/r/room/{ulid}=true"),
            format!("r/hh/{ulid}=true"),
            format!("r/plot/{ulid}/a/size=4"),
            format!("r/plot/{ulid}=true"),
        ]
    );
    assert_eq!(filling.settled(&key("a/n"), &Value::Text("3".into())), Ok(Value::Int(3)));
    assert!(filling.settled(&key("a/n"), &Value::Int(99)).is_err());
}

#[test]
fn the_form_imported_first_governs_and_a_blank_record_takes_the_rounds() {
    let (old, new) = (ContentHash::of(b"old"), ContentHash::of(b"new"));
    let order = |form: &ContentHash| Ok([old, new].iter().position(|known| known == form).map(|place| place as u64));
    let governing = |record: Record, round| record.governing_form::<Infallible>(order, || Ok(Some(round))).unwrap();
    let mut paper = Paper::default();
    assert_eq!(governing(paper.record(), new), Some(new));
    let named = |form: ContentHash| vec![(Key::form(), Value::Bytes(form.as_bytes().to_vec()))];
    paper.apart(2, named(new));
    assert_eq!(governing(paper.record(), old), Some(new));
    paper.apart(3, named(old));
    assert_eq!(governing(paper.record(), new), Some(old));
    assert_eq!(paper.record().disputes[&Key::form()].len(), 2);
    let mut plain = Paper::default();
    plain.card(vec![(key("a/n"), Value::Int(1))]);
    assert_eq!(governing(plain.record(), new), None, "begun without a form, it shows plain keys");
}
