//! The bytes of a compiled form, pinned: a form of every kind of node, question, operation, operator, function, text and list.
//!
//! Records name their form by the hash of its bytes and outlive every version of this program, so `golden/form.sumuform` is
//! read for ever. What the format learns goes into a new file beside it.

#![expect(clippy::unwrap_used, reason = "what tests share stands outside of them")]

use std::collections::BTreeSet;
use std::mem::discriminant;
use std::sync::Arc;

use sumu_core::clock::SeededEntropy;
use sumu_core::form::*;

const BYTES: &[u8] = include_bytes!("golden/form.sumuform");
/// What it shows at first and after two answers, one line a node.
const VALUES: &str = include_str!("golden/form.txt");
const HASH: &str = "88158e3b95c9859bc81dafd993ad741047bc2d5b2cd190841535c99d2d438077";

/// The node of a question that operations ask, the repeat, and a question in it.
const ASKED: NodeId = NodeId(1);

fn source(row: u32) -> Source {
    Source { row, column: row + 1 }
}

fn formula(row: u32, ops: Vec<Op>) -> Option<Formula> {
    Some(Formula { expression: Expression(ops), source: source(row) })
}

fn text(words: &str) -> Op {
    Op::Text(words.to_owned())
}

fn own(node: NodeId) -> Op {
    Op::Node(NodeRef { node, frame: Frame::Own })
}

fn words(field: &str) -> Vec<Text> {
    let plain = |language: &str| Piece::Plain(format!("{field} {language} "));
    vec![vec![plain("中文"), Piece::Value(Expression(vec![own(ASKED)]))], vec![plain("en")]]
}

fn texts() -> Texts {
    Texts {
        label: words("label"),
        hint: words("hint"),
        guidance_hint: words("guidance_hint"),
        constraint_message: words("constraint_message"),
        required_message: words("required_message"),
        image: words("image"),
        audio: words("audio"),
        video: words("video"),
    }
}

/// Every type of question, in the order of the format.
fn questions() -> Vec<Question> {
    vec![
        Question::Text,
        Question::Integer,
        Question::Decimal,
        Question::Note,
        Question::Calculate,
        Question::SelectOne(0),
        Question::SelectMultiple(1),
        Question::Date,
        Question::Time,
        Question::DateTime,
        Question::Image,
        Question::Audio,
        Question::Video,
        Question::File,
        Question::Acknowledge,
        Question::Geopoint,
        Question::StartGeopoint,
        Question::Range { start: "0".into(), end: "5".into(), step: "0.5".into(), integer: false },
        Question::Barcode,
        Question::Hidden,
        Question::Start,
        Question::End,
        Question::Today,
        Question::DeviceId,
        Question::Username,
        Question::Email,
        Question::PhoneNumber,
    ]
}

const OPERATORS: [Operator; 13] = [
    Operator::Or,
    Operator::And,
    Operator::Equal,
    Operator::NotEqual,
    Operator::Less,
    Operator::LessOrEqual,
    Operator::Greater,
    Operator::GreaterOrEqual,
    Operator::Add,
    Operator::Subtract,
    Operator::Multiply,
    Operator::Divide,
    Operator::Modulo,
];

/// A calculation for each function and operator, and for each operation that is neither.
fn calculations(repeat: NodeId, inside: NodeId, select: NodeId) -> Vec<Vec<Op>> {
    let mut all: Vec<Vec<Op>> = Vec::new();
    for function in Function::ALL {
        let (least, most) = function.arity();
        let count = most.min(least + 2);
        let arguments = (0..count).map(|at| Op::Number(f64::from(at) + 0.5));
        all.push(arguments.chain([Op::Call(*function, count)]).collect());
    }
    all.extend(OPERATORS.map(|operator| vec![own(ASKED), Op::Number(-2.0), Op::Binary(operator)]));
    let second = Condition {
        repeat,
        test: Expression(vec![Op::CandidatePosition, Op::Number(2.0), Op::Binary(Operator::Equal)]),
    };
    let large = Condition {
        repeat,
        test: Expression(vec![
            Op::Node(NodeRef { node: inside, frame: Frame::Candidate }),
            Op::Position(NodeRef { node: repeat, frame: Frame::Candidate }),
            Op::Binary(Operator::Greater),
        ]),
    };
    let set = |conditions| Op::Nodes(NodeSet { node: inside, frame: Frame::Own, shared: 0, conditions });
    let row = Expression(vec![Op::Column(Field::Label), text("二"), Op::Binary(Operator::NotEqual)]);
    all.extend([
        vec![text("文本 \u{0} text"), Op::Negative],
        vec![set(Vec::new())],
        vec![set(vec![second, large])],
        vec![Op::Items { list: 1, field: Field::Name, condition: None }],
        vec![Op::Items { list: 1, field: Field::Column(0), condition: Some(row) }],
        vec![own(ASKED), Op::LookUp { list: 1, key: Field::Name, field: Field::Column(1) }],
        vec![text("one"), Op::ChoiceName(select)],
        vec![own(ASKED), Op::Regex("^[一-龥a-z]{2,4}$".into())],
    ]);
    all
}

fn choice(name: &str, values: &[&str]) -> Choice {
    let texts = Texts { label: words(name), image: words("image"), ..Texts::default() };
    Choice { name: name.into(), texts, values: values.iter().map(|value| (*value).to_owned()).collect() }
}

/// Says everything that the format can say. It must never change: that would be another form.
fn everything() -> Definition {
    let mut form = Definition::new("everything");
    form.version = "2026-11".into();
    form.title = "全部 everything".into();
    form.languages = vec!["中文 (zh)".into(), "English (en)".into()];
    form.default_language = 1;
    form.instance_name = formula(1, vec![text("record"), own(ASKED), Op::Call(Function::Concat, 2)]);
    form.lists = vec![
        List { name: "空".into(), columns: Vec::new(), choices: Vec::new() },
        List {
            name: "list".into(),
            columns: vec!["points".into(), "note".into()],
            choices: vec![choice("one", &["1.5", ""]), choice("two", &["", "二"])],
        },
    ];
    let mut asked = Node::new(Some(NodeId(0)), "asked", "asked", Kind::Question(Question::Text), source(2));
    asked.default = Some(Default::Text("first".into()));
    form.push(asked);
    let mut group = Node::new(Some(NodeId(0)), "group", "", Kind::Group, source(300));
    group.relevant = formula(3, vec![own(ASKED)]);
    group.readonly = formula(4, vec![Op::Call(Function::False, 0)]);
    group.appearance = vec!["field-list".into(), "w1".into()];
    let group = form.push(group);
    let mut select = 0;
    for (place, question) in (10..).zip(questions()) {
        let picks = matches!(question, Question::SelectMultiple(_));
        let name = format!("q{place}");
        let mut node = Node::new(Some(group), &name, &format!("g.2F{name}"), Kind::Question(question), source(place));
        node.parameters = vec![("a".into(), "1".into()), ("b".into(), place.to_string())];
        node.constraint =
            formula(place, vec![own(NodeId(form.nodes.len() as u32)), text("x"), Op::Binary(Operator::NotEqual)]);
        node.required = formula(place, vec![Op::Call(Function::True, 0)]);
        node.default = Some(Default::Formula(formula(place, vec![Op::Number(f64::from(place))]).unwrap()));
        if picks {
            node.choice_filter =
                formula(place, vec![Op::Column(Field::Column(0)), text(""), Op::Binary(Operator::NotEqual)]);
            node.texts = texts();
        }
        let id = form.push(node);
        select = if picks { id.0 } else { select };
    }
    let mut repeat = Node::new(Some(NodeId(0)), "repeat", "repeat", Kind::Repeat, source(200));
    repeat.repeat_count = formula(200, vec![Op::Number(2.0)]);
    let repeat = form.push(repeat);
    let inside = form.push(Node::new(Some(repeat), "inside", "inside", Kind::Question(Question::Integer), source(201)));
    for (place, ops) in (400..).zip(calculations(repeat, inside, NodeId(select))) {
        let name = format!("c{place}");
        let mut node = Node::new(Some(NodeId(0)), &name, &name, Kind::Question(Question::Calculate), source(place));
        node.calculation = formula(place, ops);
        form.push(node);
    }
    form
}

#[test]
fn a_form_of_everything_has_the_pinned_bytes_and_they_mean_it() {
    let form = Form::new(everything()).unwrap();
    let written = form.encode();
    assert_eq!(form.hash().to_string(), HASH, "{} bytes", written.len());
    assert_eq!(written, BYTES);
    let read = Form::decode(BYTES).unwrap();
    assert_eq!(read.definition(), &everything());
    assert_eq!(read.hash().to_string(), HASH);
}

#[test]
fn the_form_of_everything_lacks_nothing() {
    let form = everything();
    let kinds: BTreeSet<String> = form.nodes.iter().map(|node| format!("{:?}", discriminant(&node.kind))).collect();
    assert_eq!(kinds.len(), 4);
    let questions: BTreeSet<String> =
        questions().iter().map(|question| format!("{:?}", discriminant(question))).collect();
    // `PhoneNumber` is the last one; a new type makes the match fail to compile.
    assert_eq!(questions.len(), 1 + question_number(&Question::PhoneNumber));
    let calculations = form.nodes.iter().filter_map(|node| node.calculation.as_ref());
    let ops: Vec<&Op> = calculations.flat_map(|formula| &formula.expression.0).collect();
    let called = |function: &Function| ops.iter().any(|op| matches!(op, Op::Call(called, _) if called == function));
    assert!(Function::ALL.iter().all(called));
}

/// Counts the types; the match has an arm for each, so that a new one is not forgotten above.
fn question_number(question: &Question) -> usize {
    match question {
        Question::Text => 0,
        Question::Integer => 1,
        Question::Decimal => 2,
        Question::Note => 3,
        Question::Calculate => 4,
        Question::SelectOne(_) => 5,
        Question::SelectMultiple(_) => 6,
        Question::Date => 7,
        Question::Time => 8,
        Question::DateTime => 9,
        Question::Image => 10,
        Question::Audio => 11,
        Question::Video => 12,
        Question::File => 13,
        Question::Acknowledge => 14,
        Question::Geopoint => 15,
        Question::StartGeopoint => 16,
        Question::Range { .. } => 17,
        Question::Barcode => 18,
        Question::Hidden => 19,
        Question::Start => 20,
        Question::End => 21,
        Question::Today => 22,
        Question::DeviceId => 23,
        Question::Username => 24,
        Question::Email => 25,
        Question::PhoneNumber => 26,
    }
}

/// One line for each node that has a value: what functions, operators and operations of the format make of theirs.
fn told(session: &Session) -> String {
    let valued = session.states().into_iter().filter(|state| !state.value.is_empty());
    valued.map(|state| format!("{} {}\n", state.path, state.value)).collect()
}

#[test]
fn the_form_of_everything_is_filled_in_as_ever() {
    let setting = Setting {
        now: Moment { millis: 1_795_392_000_000, offset: 480 },
        language: 0,
        entropy: Arc::new(SeededEntropy::new(1)),
    };
    let mut session = Session::new(Arc::new(Form::decode(BYTES).unwrap()), setting);
    assert_eq!(told(&session), VALUES.split("---\n").next().unwrap());
    let inside = session.address("/data/repeat[2]/inside").unwrap();
    session.set(inside, "5").unwrap();
    let asked = session.address("/data/asked").unwrap();
    session.set(asked, "two").unwrap();
    session.set_language(1);
    assert_eq!(told(&session), VALUES.split("---\n").nth(1).unwrap());
    let label = |session: &Session| {
        let node = session.form().definition().nodes[9].clone();
        session.text(&node.texts.label, Address { node: NodeId(9), path: Path::default() })
    };
    assert_eq!(label(&session).as_deref(), Some("label en "));
    session.set_language(0);
    assert_eq!(label(&session).as_deref(), Some("label 中文 two"));
    session.set(asked, "").unwrap();
    let group = session.states().into_iter().filter(|state| state.path.starts_with("/data/group/"));
    assert!(group.map(|state| state.relevant).all(|relevant| !relevant));
}
