//! Forms that ask for more than an edit may take.

use super::*;

/// A repeat with a question, and how many of its instances there are of which so many more conditions hold, one in the other.
fn deep() -> Definition {
    let mut form = Definition::new("deep");
    let repeat = form.push(Node::new(Some(NodeId(0)), "r", "r", Kind::Repeat, Source::default()));
    question(&mut form, repeat, "q", Question::Integer);
    let mut ops: Vec<Op> = vec![Op::Number(1.0)];
    for _ in 0..8 {
        let conditions = vec![Condition { repeat, test: Expression(ops) }];
        let set = NodeSet { node: repeat, frame: Frame::Own, shared: 0, conditions };
        ops = vec![Op::Nodes(set), Op::Call(Function::Count, 1)];
    }
    let count = question(&mut form, NodeId(0), "deep_score", Question::Calculate);
    form.nodes[count.0 as usize].calculation = formula(ops);
    form
}

#[test]
fn conditions_in_conditions_end_at_a_limit_and_the_form_recovers() {
    let mut session = session_of(deep());
    let (repeat, root) = session.repeat("/data/r").unwrap();
    let mut instances = 1;
    while !session.overworked() {
        assert_eq!(value(&session, "/data/deep_score"), instances.to_string());
        assert_eq!(session.score().score, Some(f64::from(instances)));
        session.add(repeat, root).unwrap();
        instances += 1;
        assert!(instances < 20, "20 to the 8th power is no work for a phone");
    }
    let questions = |state: &&State| state.path.ends_with("/q") || state.path.ends_with("/deep_score");
    assert!(session.states().iter().filter(questions).all(|state| !state.valid));
    assert_eq!(session.score(), Score::default());
    let last = session.address(&format!("/data/r[{instances}]")).unwrap();
    session.remove(last).unwrap();
    assert!(!session.overworked());
    assert_eq!(value(&session, "/data/deep_score"), (instances - 1).to_string());
    assert!(session.states().iter().all(|state| state.valid));
}

#[test]
fn texts_that_double_end_at_a_limit() {
    let mut form = Definition::new("doubled");
    let mut last = question(&mut form, NodeId(0), "first", Question::Text);
    for place in 0..60 {
        let next = question(&mut form, NodeId(0), &format!("c{place}"), Question::Calculate);
        form.nodes[next.0 as usize].calculation = formula(vec![own(last), own(last), Op::Call(Function::Concat, 2)]);
        last = next;
    }
    let mut session = session_of(form);
    assert!(!session.overworked());
    set(&mut session, "/data/first", "ten bytes.");
    assert!(session.overworked());
    let longest = session.states().iter().map(|state| state.value.len()).max().unwrap();
    assert!((1 << 18..=1 << 20).contains(&longest), "{longest}");
    set(&mut session, "/data/first", "");
    assert!(!session.overworked());
}

#[test]
fn large_instances_are_fewer() {
    let mut form = Definition::new("wide");
    let mut repeat = Node::new(Some(NodeId(0)), "r", "r", Kind::Repeat, Source::default());
    repeat.repeat_count = formula(vec![Op::Number(9_000.0)]);
    let repeat = form.push(repeat);
    for place in 0..999 {
        question(&mut form, repeat, &format!("q{place}"), Question::Text);
    }
    let session = session_of(form);
    assert_eq!(session.instances(repeat, Path::default()), 500);
}

#[test]
fn the_label_of_a_choice_asks_for_no_label_of_a_choice() {
    let mut form = Definition::new("labels");
    let asks = Expression(vec![text("a"), Op::ChoiceName(NodeId(1))]);
    let texts = Texts { label: vec![vec![Piece::Value(asks)]], ..Texts::default() };
    let choices = vec![Choice { name: "a".into(), texts, values: Vec::new() }];
    form.lists.push(List { name: "l".into(), columns: Vec::new(), choices });
    question(&mut form, NodeId(0), "q", Question::SelectOne(0));
    assert!(matches!(Form::new(form), Err(FormError::Node { node: 0, .. })));
}

#[test]
fn a_circle_with_a_long_tail_is_found_at_once() {
    let mut form = Definition::new("tail");
    let nodes: Vec<NodeId> =
        (0..19_000).map(|place| question(&mut form, NodeId(0), &format!("c{place}"), Question::Calculate)).collect();
    for (place, node) in nodes.iter().enumerate() {
        let of = nodes[if place == 0 { 1 } else { place - 1 }];
        form.nodes[node.0 as usize].calculation = formula(vec![own(of)]);
    }
    assert_eq!(Form::new(form).unwrap_err(), FormError::Cycle(nodes[..2].to_vec()));
}

#[test]
fn the_sum_of_nothing_is_0() {
    let mut form = Definition::new("nothing");
    let repeat = form.push(Node::new(Some(NodeId(0)), "r", "r", Kind::Repeat, Source::default()));
    let number = question(&mut form, repeat, "number", Question::Integer);
    let [sum, over] = ["sum", "over"].map(|name| question(&mut form, NodeId(0), name, Question::Calculate));
    form.nodes[sum.0 as usize].calculation = formula(vec![all(number), Op::Call(Function::Sum, 1)]);
    let division = vec![Op::Number(1.0), all(number), Op::Call(Function::Sum, 1), Op::Binary(Operator::Divide)];
    form.nodes[over.0 as usize].calculation = formula(division);
    let mut session = session_of(form);
    let at = session.address("/data/r[1]").unwrap();
    session.remove(at).unwrap();
    assert_eq!((value(&session, "/data/sum").as_str(), value(&session, "/data/over").as_str()), ("0", "Infinity"));
}
