//! What a screen shows of a form, card by card.

use super::*;

fn rows(filling: &Filling, paper: &Paper, card: usize) -> Vec<Row> {
    filling.rows(card, &paper.record())
}

fn paths(rows: &[Row]) -> Vec<(&str, &str)> {
    rows.iter().map(|row| (row.path.as_str(), row.value.as_str())).collect()
}

#[test]
fn what_stands_in_no_group_makes_a_card_and_each_repeat_another() {
    let paper = Paper::default();
    let mut filling = paper.filling(1);
    set(&mut filling, "/data/n", "1").unwrap();
    let cards = filling.cards(&paper.record());
    let told: Vec<_> = cards.iter().map(|card| (card.number, card.questions, card.answered)).collect();
    assert_eq!(
        told,
        [(0, 5, 3), (1, 0, 0), (2, 1, 0)],
        "the photo is no question yet, and what is computed none at all"
    );
    assert_eq!(cards[0].label, "sample", "without a group, the form's title");
    let first = rows(&filling, &paper, 0);
    assert_eq!(paths(&first)[0], ("/data/n", "1"));
    assert_eq!(
        first[1].choices,
        [("good".to_owned(), "the good".to_owned()), ("bad".to_owned(), "the bad".to_owned())]
    );
    assert_eq!(paths(&rows(&filling, &paper, 1)), [("/data/hh[1]", "")]);
    let counted = rows(&filling, &paper, 2);
    assert_eq!(counted[0].kind, RowKind::Instance { place: 1 });
    assert_eq!(paths(&counted), [("/data/plot[1]", ""), ("/data/plot[1]/size", "")], "a count adds for itself");
    assert_eq!(rows(&filling, &paper, 99), []);
}

#[test]
fn an_instance_is_added_at_the_row_below_the_last() {
    let paper = Paper::default();
    let mut filling = paper.filling(1);
    let last = |filling: &Filling| rows(filling, &paper, 1).pop().unwrap();
    assert_eq!(last(&filling).kind, RowKind::Add);
    let (repeat, parent) = filling.session().repeat(&last(&filling).path).unwrap();
    filling.add(repeat, parent).unwrap();
    let found = rows(&filling, &paper, 1);
    let expected = ["/data/hh[1]", "/data/hh[1]/area", "/data/hh[1]/kind", "/data/hh[1]/room[1]", "/data/hh[2]"];
    assert_eq!(found.iter().map(|row| row.path.as_str()).collect::<Vec<_>>(), expected);
}

#[test]
fn a_dispute_shows_both_values_as_people_read_them_and_what_each_scores() {
    let mut paper = Paper::default();
    paper.card(vec![(Key::form(), Value::Bytes(vec![7; 32]))]);
    paper.apart(2, vec![(key("a/n"), Value::Int(2)), (key("a/grade"), Value::Text("good".to_owned()))]);
    paper.apart(3, vec![(key("a/n"), Value::Int(6)), (key("a/grade"), Value::Text("bad".to_owned()))]);
    let filling = paper.filling(1);
    let found = rows(&filling, &paper, 0);
    let rivals = |place: usize| {
        let dispute = &found[place].disputes[0];
        dispute.rivals.iter().map(|rival| (rival.label.as_str(), rival.score)).collect::<Vec<_>>()
    };
    assert_eq!(rivals(0), [("6", Some(4.0)), ("2", Some(8.0))]);
    assert_eq!(rivals(1), [("the bad", Some(4.0)), ("the good", Some(4.0))]);
    assert_eq!(filling.cards(&paper.record())[0].disputed, 2);
}

#[test]
fn a_dispute_over_what_is_picked_names_the_choices() {
    let mut paper = Paper::default();
    paper.card(vec![(Key::form(), Value::Bytes(vec![7; 32]))]);
    let some = Value::Text("some".to_owned());
    let yes = Value::Bool(true);
    paper.apart(
        2,
        vec![(key("a/faults"), some.clone()), (key("a/faults/c/crack"), yes.clone()), (key("a/faults/c/leak"), yes)],
    );
    paper.apart(3, vec![(key("a/faults"), Value::Text("none".to_owned()))]);
    let filling = paper.filling(1);
    assert_eq!(filling.in_words(&key("a/faults"), &some).as_deref(), Some("the crack · the leak"));
    assert_eq!(
        filling.in_words(&key("a/faults/c/leak"), &Value::Bool(true)),
        None,
        "yes or no is said in the screen's words"
    );
    assert_eq!(filling.choice_of(&key("a/faults/c/leak")).as_deref(), Some("the leak"));
    assert_eq!(filling.in_words(&key("a/n"), &Value::Int(2)), None);
}

#[test]
fn what_may_not_stand_is_named_at_its_row_and_left_out_of_what_is_sound() {
    let paper = Paper::default();
    let mut filling = paper.filling(1);
    set(&mut filling, "/data/n", "3").unwrap();
    set(&mut filling, "/data/here", "no").unwrap();
    set(&mut filling, "/data/n", "11").unwrap();
    let row = &rows(&filling, &paper, 0)[0];
    assert_eq!((row.valid, row.message.as_deref(), row.value.as_str()), (false, Some("at most 10"), "11"));
    assert_eq!(filling.cards(&paper.record())[0].wrong, 1);
    let (sound, unsaved) = filling.sound();
    assert_eq!(plain(&sound.puts()[1..]), ["a/here=no", "a/day=2026-11-24"]);
    let mut again = Paper::default().filling(1);
    let wrong = again.enter(&unsaved);
    assert_eq!(wrong.iter().map(|error| (error.key(), error.code())).collect::<Vec<_>>(), [("a/n", "constraint")]);
    assert_eq!(state(&again, "/data/n").answer, "11", "it is still entered");
}
