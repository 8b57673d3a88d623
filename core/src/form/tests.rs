//! A form with repeats, look-ups and conditions, as a compiler would make it, and what it does.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::clock::SeededEntropy;

mod javarosa;
mod work;

fn formula(ops: Vec<Op>) -> Option<Formula> {
    Some(Formula { expression: Expression(ops), source: Source { row: 2, column: 3 } })
}

fn own(node: NodeId) -> Op {
    Op::Node(NodeRef { node, frame: Frame::Own })
}

fn all(node: NodeId) -> Op {
    Op::Nodes(NodeSet { node, frame: Frame::Own, shared: 0, conditions: Vec::new() })
}

fn text(text: &str) -> Op {
    Op::Text(text.to_owned())
}

fn question(definition: &mut Definition, parent: NodeId, name: &str, kind: Question) -> NodeId {
    definition.push(Node::new(Some(parent), name, name, Kind::Question(kind), Source { row: 2, column: 1 }))
}

/// n; grade (select_one, filtered by n); group g, relevant when n > 1, with photo, required; repeat hh with a count of n:
/// area, points = area * 2 when area > 5, place = position; total = sum(points); rate looked up by grade; first = the area
/// of the second household.
fn sample() -> Definition {
    let mut form = Definition::new("sample");
    let root = NodeId(0);
    form.lists.push(List {
        name: "grade".into(),
        columns: vec!["rate".into(), "least".into()],
        choices: [("good", "1", "0"), ("fair", "0.6", "2"), ("bad", "0", "3")]
            .map(|(name, rate, least)| Choice {
                name: name.into(),
                texts: Texts { label: vec![vec![Piece::Plain(name.to_uppercase())]], ..Texts::default() },
                values: vec![rate.into(), least.into()],
            })
            .into(),
    });
    let n = question(&mut form, root, "n", Question::Integer);
    form.nodes[1].constraint = formula(vec![own(n), Op::Number(10.0), Op::Binary(Operator::LessOrEqual)]);
    form.nodes[1].texts.constraint_message =
        vec![vec![Piece::Plain("too many: ".into()), Piece::Value(Expression(vec![own(n)]))]];
    let grade = question(&mut form, root, "grade", Question::SelectOne(0));
    form.nodes[2].choice_filter =
        formula(vec![Op::Column(Field::Column(1)), own(n), Op::Binary(Operator::LessOrEqual)]);
    let mut group = Node::new(Some(root), "g", "", Kind::Group, Source::default());
    group.relevant = formula(vec![own(n), Op::Number(1.0), Op::Binary(Operator::Greater)]);
    let group = form.push(group);
    let photo = question(&mut form, group, "photo", Question::Image);
    form.nodes[photo.0 as usize].required = formula(vec![Op::Call(Function::True, 0)]);
    let mut repeat = Node::new(Some(root), "hh", "hh", Kind::Repeat, Source::default());
    repeat.repeat_count = formula(vec![own(n)]);
    let hh = form.push(repeat);
    let area = question(&mut form, hh, "area", Question::Decimal);
    let points = question(&mut form, hh, "points", Question::Calculate);
    form.nodes[points.0 as usize].relevant = formula(vec![own(area), Op::Number(5.0), Op::Binary(Operator::Greater)]);
    form.nodes[points.0 as usize].calculation =
        formula(vec![own(area), Op::Number(2.0), Op::Binary(Operator::Multiply)]);
    let place = question(&mut form, hh, "place", Question::Calculate);
    form.nodes[place.0 as usize].calculation = formula(vec![Op::Position(NodeRef { node: hh, frame: Frame::Own })]);
    let kind = question(&mut form, hh, "kind", Question::Text);
    form.nodes[kind.0 as usize].default =
        Some(Default::Formula(formula(vec![text("k"), own(place), Op::Call(Function::Concat, 2)]).unwrap()));
    let total = question(&mut form, root, "total", Question::Calculate);
    form.nodes[total.0 as usize].calculation = formula(vec![all(points), Op::Call(Function::Sum, 1)]);
    let rate = question(&mut form, root, "rate", Question::Calculate);
    form.nodes[rate.0 as usize].calculation =
        formula(vec![own(grade), Op::LookUp { list: 0, key: Field::Name, field: Field::Column(0) }]);
    let second = question(&mut form, root, "second", Question::Calculate);
    let test = Expression(vec![Op::CandidatePosition, Op::Number(2.0), Op::Binary(Operator::Equal)]);
    form.nodes[second.0 as usize].calculation = formula(vec![Op::Nodes(NodeSet {
        node: area,
        frame: Frame::Own,
        shared: 0,
        conditions: vec![Condition { repeat: hh, test }],
    })]);
    form
}

fn session() -> Session {
    session_of(sample())
}

fn session_of(definition: Definition) -> Session {
    let setting = Setting {
        now: Moment::parse("2026-11-23T08:00:00+08:00", 0).unwrap(),
        language: 0,
        entropy: Arc::new(SeededEntropy::new(1)),
    };
    Session::new(Arc::new(Form::new(definition).unwrap()), setting)
}

fn set(session: &mut Session, path: &str, text: &str) {
    let at = session.address(path).unwrap();
    session.set(at, text).unwrap();
}

fn value(session: &Session, path: &str) -> String {
    session.state(session.address(path).unwrap()).unwrap().value
}

#[test]
fn a_form_starts_with_one_instance_and_grows_to_its_count() {
    let mut session = session();
    assert_eq!(value(&session, "/data/hh[1]/place"), "1");
    set(&mut session, "/data/n", "3");
    assert_eq!(value(&session, "/data/hh[3]/place"), "3");
    set(&mut session, "/data/n", "1");
    assert_eq!(value(&session, "/data/hh[3]/place"), "3");
}

#[test]
fn a_default_is_set_before_anything_is_calculated() {
    let mut session = session();
    assert_eq!(value(&session, "/data/hh[1]/kind"), "k");
    set(&mut session, "/data/n", "2");
    assert_eq!(value(&session, "/data/hh[2]/kind"), "k");
}

#[test]
fn sums_take_what_is_relevant_and_follow_edits() {
    let mut session = session();
    set(&mut session, "/data/n", "3");
    set(&mut session, "/data/hh[1]/area", "10");
    set(&mut session, "/data/hh[2]/area", "4.5");
    set(&mut session, "/data/hh[3]/area", "6");
    assert_eq!(value(&session, "/data/total"), "32");
    assert_eq!(value(&session, "/data/second"), "4.5");
    let at = session.address("/data/hh[1]").unwrap();
    session.remove(at).unwrap();
    assert_eq!(value(&session, "/data/total"), "12");
    assert_eq!(value(&session, "/data/second"), "6");
    assert_eq!(value(&session, "/data/hh[2]/place"), "2");
}

#[test]
fn what_does_not_count_is_blank_and_comes_back() {
    let mut session = session();
    set(&mut session, "/data/n", "2");
    set(&mut session, "/data/g/photo", "a.jpg");
    set(&mut session, "/data/n", "1");
    assert_eq!(value(&session, "/data/g/photo"), "");
    set(&mut session, "/data/n", "2");
    assert_eq!(value(&session, "/data/g/photo"), "a.jpg");
}

#[test]
fn a_choice_that_is_no_longer_offered_is_blank_invalid_and_kept() {
    let mut session = session();
    set(&mut session, "/data/n", "3");
    let grade = session.address("/data/grade").unwrap();
    assert_eq!(session.choices(grade).len(), 3);
    session.set(grade, "fair").unwrap();
    assert_eq!(value(&session, "/data/rate"), "0.6");
    set(&mut session, "/data/n", "1");
    let state = session.state(grade).unwrap();
    assert_eq!((state.value.as_str(), state.answer.as_str(), state.valid), ("", "fair", false));
    assert_eq!(value(&session, "/data/rate"), "");
    assert!(matches!(session.set(grade, "worse"), Err(EditError::Choice { .. })));
}

#[test]
fn a_violated_constraint_is_told_in_the_forms_words() {
    let mut session = session();
    let n = session.address("/data/n").unwrap();
    session.set(n, "11").unwrap();
    let state = session.state(n).unwrap();
    assert_eq!((state.valid, state.message.as_deref()), (false, Some("too many: 11")));
    assert!(matches!(session.set(n, "3.7"), Err(EditError::Type { .. })));
    assert_eq!(value(&session, "/data/n"), "11");
    session.set(n, "").unwrap();
    assert!(session.state(n).unwrap().valid);
}

#[test]
fn an_edit_names_all_that_changed() {
    let mut session = session();
    set(&mut session, "/data/n", "2");
    let at = session.address("/data/hh[2]/area").unwrap();
    let changes = session.set(at, "7").unwrap();
    let paths: Vec<String> = changes.into_iter().map(|at| session.path_text(at)).collect();
    assert_eq!(paths, ["/data/hh[2]/area", "/data/hh[2]/points", "/data/total", "/data/second"]);
}

#[test]
fn a_circle_names_its_members_only() {
    let mut form = Definition::new("circle");
    let [a, b, c] = ["a", "b", "c"].map(|name| question(&mut form, NodeId(0), name, Question::Calculate));
    for (node, of) in [(a, b), (b, a), (c, a)] {
        form.nodes[node.0 as usize].calculation = formula(vec![own(of)]);
    }
    assert_eq!(Form::new(form).unwrap_err(), FormError::Cycle(vec![a, b]));
}

#[test]
fn counts_in_counts_end_at_a_limit() {
    let mut form = Definition::new("many");
    let mut parent = NodeId(0);
    for name in ["a", "b", "c"] {
        let mut repeat = Node::new(Some(parent), name, name, Kind::Repeat, Source::default());
        repeat.repeat_count = formula(vec![Op::Number(9_000.0)]);
        parent = form.push(repeat);
    }
    let entropy = Arc::new(SeededEntropy::new(1));
    let setting = Setting { now: Moment { millis: 0, offset: 0 }, language: 0, entropy };
    let mut session = Session::new(Arc::new(Form::new(form).unwrap()), setting);
    assert_eq!(session.states().len(), 20_000);
    let (repeat, root) = session.repeat("/data/a").unwrap();
    assert!(matches!(session.add(repeat, root), Err(EditError::Full(_))));
}

#[test]
fn bytes_come_back_as_they_were() {
    let form = Form::new(sample()).unwrap();
    let bytes = form.encode();
    let again = Form::decode(&bytes).unwrap();
    assert_eq!(again.definition(), form.definition());
    assert_eq!((again.encode(), again.hash()), (bytes, form.hash()));
}

#[test]
fn marks_are_found_by_their_names_and_subtotals_are_no_criteria() {
    let mut form = Definition::new("marks");
    let root = NodeId(0);
    let mut calculate = |parent, name: &str, ops: Vec<Op>| {
        let node = question(&mut form, parent, name, Question::Calculate);
        form.nodes[node.0 as usize].calculation = formula(ops);
        node
    };
    let a = calculate(root, "a_score", vec![Op::Number(3.0)]);
    calculate(root, "a_full", vec![Op::Number(5.0)]);
    let b = calculate(root, "b_score", vec![text("")]);
    calculate(root, "b_full", vec![Op::Number(5.0)]);
    let part = calculate(root, "part", vec![own(a), Op::Number(2.0), Op::Binary(Operator::Multiply)]);
    calculate(root, "all_score", vec![own(part), own(b), Op::Binary(Operator::Add)]);
    calculate(root, "all_full", vec![Op::Number(20.0)]);
    let mut group = Node::new(Some(root), "g", "", Kind::Group, Source::default());
    group.texts.label = vec![vec![Piece::Plain("Safe walls".into())]];
    let group = form.push(group);
    let c = question(&mut form, group, "c_score", Question::Integer);
    let veto = question(&mut form, root, "veto", Question::Text);
    let setting = session().setting().clone();
    let mut session = Session::new(Arc::new(Form::new(form).unwrap()), setting);
    session.set(Address { node: c, path: Path::default() }, "4").unwrap();
    let score = session.score();
    let criteria: Vec<(&str, &str, Option<f64>)> =
        score.criteria.iter().map(|found| (found.name.as_str(), found.label.as_str(), found.score)).collect();
    assert_eq!(criteria, [("a", "a", Some(3.0)), ("b", "b", None), ("c", "Safe walls", Some(4.0))]);
    assert_eq!((score.score, score.full, score.veto), (Some(7.0), Some(10.0), false));
    session.set(Address { node: veto, path: Path::default() }, "no").unwrap();
    assert!(!session.score().veto);
    session.set(Address { node: veto, path: Path::default() }, "refused").unwrap();
    assert!(session.score().veto);
}

#[test]
fn a_form_without_the_names_has_no_score() {
    let mut form = Definition::new("plain");
    question(&mut form, NodeId(0), "name", Question::Text);
    let session = Session::new(Arc::new(Form::new(form).unwrap()), session().setting().clone());
    assert_eq!(session.score(), Score::default());
}

proptest! {
    #[test]
    fn damaged_bytes_never_panic_and_never_mean_another_form(at in 0usize..2000, to in any::<u8>(), cut in 0usize..2000) {
        let mut bytes = Form::new(sample()).unwrap().encode();
        let at = at % bytes.len();
        bytes[at] = to;
        if let Ok(form) = Form::decode(&bytes) {
            prop_assert_eq!(&form.encode(), &bytes);
        }
        let _ = Form::decode(&bytes[..cut.min(bytes.len())]);
    }

    #[test]
    fn incremental_is_the_same_as_computing_everything(edits in prop::collection::vec((0usize..6, 0usize..4, -1i32..12), 1..30)) {
        let mut session = session();
        for (what, place, number) in edits {
            let path = match what {
                0 => "/data/n".to_owned(),
                1 => "/data/grade".to_owned(),
                2 => "/data/g/photo".to_owned(),
                3 => format!("/data/hh[{}]/area", place + 1),
                4 => {
                    let _ = session.repeat("/data/hh[1]").and_then(|(repeat, parent)| session.add(repeat, parent));
                    continue;
                }
                _ => {
                    let _ = session.address(&format!("/data/hh[{}]", place + 1)).and_then(|at| session.remove(at));
                    continue;
                }
            };
            let number = if number < 0 { String::new() } else { number.to_string() };
            let text = if what == 1 { ["", "good", "fair", "bad"][place].to_owned() } else { number };
            let _ = session.address(&path).and_then(|at| session.set(at, &text));
            let before = session.states();
            session.compute_all();
            prop_assert_eq!(before, session.states());
        }
    }
}
