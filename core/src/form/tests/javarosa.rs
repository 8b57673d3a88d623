//! What JavaRosa does, as stories: each was found by the oracle.

use super::*;

/// The value of a calculation over n (integer, 2), in a form that is otherwise empty.
fn computed(ops: Vec<Op>) -> Value {
    let mut form = Definition::new("one");
    let n = question(&mut form, NodeId(0), "n", Question::Integer);
    form.nodes[n.0 as usize].default = Some(Default::Text("2".into()));
    let asked = question(&mut form, NodeId(0), "asked", Question::Calculate);
    form.nodes[asked.0 as usize].calculation = formula(ops);
    let session = session_of(form);
    session.value(session.address("/data/asked").unwrap())
}

fn call(function: Function, arguments: Vec<Op>) -> Vec<Op> {
    let count = arguments.len() as u32;
    arguments.into_iter().chain([Op::Call(function, count)]).collect()
}

#[test]
fn a_computed_value_keeps_its_type() {
    assert_eq!(computed(vec![Op::Number(0.0)]), Value::Number(0.0));
    assert_eq!(computed(call(Function::Date, vec![text("2026-01-02")])), Value::Date(20_455));
    assert_eq!(computed(vec![Op::Number(3.000_000_000_1)]), Value::Number(3.0));
    // What is stored has lost the sign of a zero.
    assert!(computed(vec![Op::Number(0.0), Op::Negative]).number().is_sign_positive());
}

#[test]
fn what_is_no_date_equals_nothing() {
    let none = || vec![text("soon"), Op::Call(Function::Number, 1), Op::Call(Function::Date, 1)];
    let ops: Vec<Op> = none().into_iter().chain(none()).chain([Op::Binary(Operator::Equal)]).collect();
    let ops = ops.into_iter().chain([Op::Number(1.0), Op::Number(0.0), Op::Call(Function::If, 3)]);
    assert_eq!(computed(ops.collect()), Value::Number(0.0));
}

#[test]
fn bounds_of_checklists_and_the_greatest_are_those_of_javarosa() {
    let told = |ops: Vec<Op>| {
        computed(ops.into_iter().chain([text("yes"), text("no"), Op::Call(Function::If, 3)]).collect()).to_text()
    };
    let truth = || Op::Call(Function::True, 0);
    assert_eq!(&*told(call(Function::Checklist, vec![Op::Number(-1.0), Op::Number(1.0), truth()])), "yes");
    let weighted = vec![Op::Number(-1.0), Op::Number(-1.0), truth(), Op::Number(5.0)];
    assert_eq!(&*told(call(Function::WeightedChecklist, weighted)), "no");
    assert_eq!(computed(call(Function::Greatest, vec![Op::Number(-3.0), Op::Number(-5.0)])), Value::Number(0.0));
}

#[test]
fn times_of_day_are_formatted_and_counted() {
    let pattern = text("%H:%M");
    assert_eq!(computed(call(Function::FormatDate, vec![text("08:05:00.000+08:00"), pattern])), Value::text("08:05"));
    assert_eq!(computed(call(Function::DecimalTime, vec![Op::Number(2.25)])), Value::Number(0.25));
}

#[test]
fn an_empty_set_beside_others_is_one_blank() {
    let mut form = Definition::new("sets");
    let repeat = form.push(Node::new(Some(NodeId(0)), "r", "r", Kind::Repeat, Source::default()));
    let name = question(&mut form, repeat, "name", Question::Text);
    for (asked, arguments) in [("alone", vec![all(name)]), ("beside", vec![text("x"), all(name)])] {
        let asked = question(&mut form, NodeId(0), asked, Question::Calculate);
        let arguments = std::iter::once(text("-")).chain(arguments).collect();
        form.nodes[asked.0 as usize].calculation = formula(call(Function::Join, arguments));
    }
    let mut session = session_of(form);
    let first = session.address("/data/r[1]").unwrap();
    session.remove(first).unwrap();
    assert_eq!((value(&session, "/data/alone"), value(&session, "/data/beside")), (String::new(), "x-".into()));
}

#[test]
fn a_calculation_takes_a_question_back_when_what_it_reads_is_touched() {
    let mut form = Definition::new("overruled");
    let a = question(&mut form, NodeId(0), "a", Question::Integer);
    question(&mut form, NodeId(0), "b", Question::Integer);
    let double = question(&mut form, NodeId(0), "double", Question::Integer);
    form.nodes[double.0 as usize].calculation = formula(vec![own(a), Op::Number(2.0), Op::Binary(Operator::Multiply)]);
    let mut session = session_of(form);
    set(&mut session, "/data/a", "3");
    set(&mut session, "/data/double", "7");
    set(&mut session, "/data/b", "1");
    assert_eq!(value(&session, "/data/double"), "7");
    set(&mut session, "/data/a", "3");
    assert_eq!(value(&session, "/data/double"), "6");
}

#[test]
fn a_new_instance_has_one_of_each_repeat_that_stands_in_a_group_of_it() {
    let mut form = Definition::new("nested");
    let house = form.push(Node::new(Some(NodeId(0)), "house", "house", Kind::Repeat, Source::default()));
    let group = form.push(Node::new(Some(house), "g", "", Kind::Group, Source::default()));
    let grouped = form.push(Node::new(Some(group), "room", "room", Kind::Repeat, Source::default()));
    question(&mut form, grouped, "area", Question::Decimal);
    let direct = form.push(Node::new(Some(house), "yard", "yard", Kind::Repeat, Source::default()));
    question(&mut form, direct, "size", Question::Decimal);
    let mut session = session_of(form);
    session.add(house, Path::default()).unwrap();
    let paths: Vec<String> = session.states().into_iter().map(|state| state.path).collect();
    for (path, there) in [
        ("/data/house[1]/g/room[1]", true),
        ("/data/house[1]/yard[1]", true),
        ("/data/house[2]/g/room[1]", true),
        ("/data/house[2]/yard[1]", false),
    ] {
        assert_eq!(paths.iter().any(|found| found == path), there, "{path}");
    }
}

#[test]
fn an_instance_that_does_not_count_has_no_position() {
    let mut form = Definition::new("place");
    let n = question(&mut form, NodeId(0), "n", Question::Integer);
    let mut repeat = Node::new(Some(NodeId(0)), "r", "r", Kind::Repeat, Source::default());
    repeat.relevant = formula(vec![own(n), Op::Number(1.0), Op::Binary(Operator::Greater)]);
    let repeat = form.push(repeat);
    let q = question(&mut form, repeat, "q", Question::Text);
    let place = Op::Position(NodeRef { node: repeat, frame: Frame::Own });
    form.nodes[q.0 as usize].required = formula(vec![place, Op::Number(1.0), Op::Binary(Operator::Less)]);
    let mut session = session_of(form);
    let required = |session: &Session| session.state(session.address("/data/r[1]/q").unwrap()).unwrap().required;
    assert!(required(&session));
    set(&mut session, "/data/n", "2");
    assert!(!required(&session));
}

#[test]
fn an_answer_in_place_of_a_calculation_stays_when_another_instance_comes_or_goes() {
    let mut form = Definition::new("overruled");
    let repeat = form.push(Node::new(Some(NodeId(0)), "r", "r", Kind::Repeat, Source::default()));
    let q = question(&mut form, repeat, "q", Question::Integer);
    let text = question(&mut form, repeat, "text", Question::Text);
    form.nodes[text.0 as usize].calculation = formula(call(Function::Concat, vec![own(q), super::text("!")]));
    let many = question(&mut form, repeat, "many", Question::Text);
    form.nodes[many.0 as usize].calculation = formula(call(Function::Count, vec![all(repeat)]));
    let mut session = session_of(form);
    set(&mut session, "/data/r[1]/text", "mine");
    set(&mut session, "/data/r[1]/many", "none");
    let (repeat, root) = session.repeat("/data/r").unwrap();
    let (second, _) = session.add(repeat, root).unwrap();
    assert_eq!(value(&session, "/data/r[1]/text"), "mine");
    assert_eq!(value(&session, "/data/r[1]/many"), "2");
    session.remove(second).unwrap();
    assert_eq!(value(&session, "/data/r[1]/text"), "mine");
    set(&mut session, "/data/r[1]/q", "3");
    assert_eq!(value(&session, "/data/r[1]/text"), "3!");
}
