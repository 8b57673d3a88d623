//! A record and a form with everything that a form may ask, and what people do with both.

#[cfg(feature = "device")]
mod again;
mod cards;
mod stories;

use std::sync::Arc;

use super::*;
use crate::clock::SeededEntropy;
use crate::form::{
    Choice, Default, Definition, Expression, Formula, Frame, Function, Kind, List, Node, NodeId, NodeRef, NodeSet, Op,
    Operator, Piece, Question, Source, State, Texts,
};
use crate::ids::{ActorId, ChangeHash, ContentHash, DeviceId, PersonId};
use crate::record::{Authorship, CausalClock, Class, OpId, VisiblePut, read};

fn formula(ops: Vec<Op>) -> Formula {
    Formula { expression: Expression(ops), source: Source { row: 2, column: 3 } }
}

fn own(node: NodeId) -> Op {
    Op::Node(NodeRef { node, frame: Frame::Own })
}

fn add(form: &mut Definition, parent: NodeId, name: &str, kind: Kind) -> NodeId {
    let key = if kind == Kind::Group { "" } else { name };
    form.push(Node::new(Some(parent), name, key, kind, Source { row: 2, column: 1 }))
}

fn ask(form: &mut Definition, parent: NodeId, name: &str, question: Question) -> NodeId {
    add(form, parent, name, Kind::Question(question))
}

fn node(form: &mut Definition, id: NodeId) -> &mut Node {
    &mut form.nodes[id.0 as usize]
}

fn list(name: &str, choices: &[&str]) -> List {
    let choices = choices.iter().map(|name| Choice {
        name: (*name).to_owned(),
        texts: Texts { label: vec![vec![Piece::Plain(format!("the {name}"))]], ..Texts::default() },
        values: Vec::new(),
    });
    List { name: name.to_owned(), columns: Vec::new(), choices: choices.collect() }
}

/// n (at most 10), grade, faults, here (yes by default), day (today by default), photo; hh with area, kind (computed by
/// default) and rooms with wall; plots, as many as n, with size; w1_score = 10 - n of w1_full = 10, less 2 for each fault;
/// extra_score = the areas; total and level.
fn sample() -> Arc<Form> {
    let mut form = Definition::new("sample");
    let root = NodeId(0);
    form.lists = vec![
        list("grade", &["good", "bad"]),
        list("fault", &["crack", "leak", "裂缝"]),
        list("criteria", &["w1"]),
        list("level", &["pass", "fail"]),
    ];
    let n = ask(&mut form, root, "n", Question::Integer);
    node(&mut form, n).constraint = Some(formula(vec![own(n), Op::Number(10.0), Op::Binary(Operator::LessOrEqual)]));
    node(&mut form, n).texts.constraint_message = vec![vec![Piece::Plain("at most 10".into())]];
    ask(&mut form, root, "grade", Question::SelectOne(0));
    let faults = ask(&mut form, root, "faults", Question::SelectMultiple(1));
    let here = ask(&mut form, root, "here", Question::Text);
    node(&mut form, here).default = Some(Default::Text("yes".into()));
    let day = ask(&mut form, root, "day", Question::Date);
    node(&mut form, day).default = Some(Default::Formula(formula(vec![Op::Call(Function::Today, 0)])));
    ask(&mut form, root, "photo", Question::Image);
    let hh = add(&mut form, root, "hh", Kind::Repeat);
    let area = ask(&mut form, hh, "area", Question::Decimal);
    let kind = ask(&mut form, hh, "kind", Question::Text);
    node(&mut form, kind).default = Some(Default::Formula(formula(vec![Op::Text("k".into())])));
    let room = add(&mut form, hh, "room", Kind::Repeat);
    ask(&mut form, room, "wall", Question::Integer);
    let plot = add(&mut form, root, "plot", Kind::Repeat);
    node(&mut form, plot).repeat_count = Some(formula(vec![own(n)]));
    ask(&mut form, plot, "size", Question::Integer);
    let full = ask(&mut form, root, "w1_full", Question::Calculate);
    node(&mut form, full).calculation = Some(formula(vec![Op::Number(10.0)]));
    let score = ask(&mut form, root, "w1_score", Question::Calculate);
    node(&mut form, score).calculation = Some(formula(vec![
        Op::Number(10.0),
        own(n),
        Op::Binary(Operator::Subtract),
        own(faults),
        Op::Call(Function::CountSelected, 1),
        Op::Number(2.0),
        Op::Binary(Operator::Multiply),
        Op::Binary(Operator::Subtract),
    ]));
    let extra = ask(&mut form, root, "extra_score", Question::Calculate);
    let areas = NodeSet { node: area, frame: Frame::Own, shared: 0, conditions: Vec::new() };
    node(&mut form, extra).calculation = Some(formula(vec![Op::Nodes(areas), Op::Call(Function::Sum, 1)]));
    let total = ask(&mut form, root, "total", Question::Calculate);
    node(&mut form, total).calculation = Some(formula(vec![own(score), own(extra), Op::Binary(Operator::Add)]));
    let level = ask(&mut form, root, "level", Question::Calculate);
    node(&mut form, level).calculation = Some(formula(vec![
        own(total),
        Op::Number(5.0),
        Op::Binary(Operator::Less),
        Op::Text("fail".into()),
        Op::Text("pass".into()),
        Op::Call(Function::If, 3),
    ]));
    Arc::new(Form::new(form).unwrap())
}

fn setting(seed: u64) -> Setting {
    Setting {
        now: Moment { millis: 1_795_507_200_000, offset: 480 },
        language: 0,
        entropy: Arc::new(SeededEntropy::new(seed)),
    }
}

/// A document's rows, kept by hand: each card replaces what its writer sees, unless it is written apart.
#[derive(Default)]
struct Paper(Vec<VisiblePut>, u64);

impl Paper {
    fn card(&mut self, puts: Vec<(Key, Value)>) {
        self.0.retain(|row| !puts.iter().any(|(key, _)| *key == row.key));
        self.apart(1, puts);
    }

    /// A card by somebody who has not seen the others.
    fn apart(&mut self, actor: u8, puts: Vec<(Key, Value)>) {
        for (key, value) in puts {
            self.1 += 1;
            let op = OpId { counter: self.1, actor: ActorId::new([actor; 16]) };
            self.0.push(VisiblePut { key, value, op, hash: ChangeHash::new([actor; 32]) });
        }
    }

    fn record(&self) -> Record {
        let authors = (0..4).map(|actor: u8| {
            let mut clock = CausalClock::default();
            // The first writer sees everything, the others only their own.
            for seen in if actor == 1 { 0..4 } else { actor..actor + 1 } {
                clock.raise(ActorId::new([seen; 16]), self.1);
            }
            let person = PersonId::new([actor; 16]);
            let device = DeviceId::new([actor; 16]);
            (ChangeHash::new([actor; 32]), Authorship { person, device, at: 1_795_507_200, clock })
        });
        read(self.0.clone(), &authors.collect())
    }

    fn filling(&self, seed: u64) -> Filling {
        Filling::of(&sample(), &self.record(), setting(seed))
    }
}

fn at(filling: &Filling, path: &str) -> Address {
    filling.session().address(path).unwrap()
}

fn set(filling: &mut Filling, path: &str, text: &str) -> Result<(), AnswerError> {
    let at = at(filling, path);
    filling.set(at, text).map(drop)
}

fn plain(puts: &[(Key, Value)]) -> Vec<String> {
    puts.iter().map(|(key, value)| format!("{}={value}", key.as_str())).collect()
}

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

fn state(filling: &Filling, path: &str) -> State {
    filling.session().state(at(filling, path)).unwrap()
}
