//! The stack machine that runs expressions over the values of a form.

use super::Form;
use super::date::Moment;
use super::definition::{List, NodeId, Piece, Text};
use super::expression::{Expression, Field, Frame, NodeRef, NodeSet, Op, Operator};
use super::function;
use super::instance::{Instance, Path};
use super::value::Value;
use super::work::Steps;
use crate::clock::Entropy;

/// What it costs to begin an expression or a set, in steps.
const RUN: usize = 8;

/// What expressions may ask for beside the values: all of it is given.
pub(super) struct Surroundings<'a> {
    pub(super) now: Moment,
    pub(super) language: usize,
    pub(super) entropy: &'a dyn Entropy,
    /// When they end, everything reads as blank.
    pub(super) steps: Steps,
}

/// A form with its values.
pub(super) struct Evaluation<'a> {
    pub(super) form: &'a Form,
    pub(super) root: &'a Instance,
    pub(super) around: Surroundings<'a>,
}

/// From where an expression looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standpoint {
    /// The node that uses it.
    pub(super) node: NodeId,
    /// In which instances the user stands.
    pub(super) own: Path,
    /// In which instances the candidate stands, in a condition on a repeat.
    pub(super) candidate: Path,
    /// The candidate's list and row, in a condition on a list.
    pub(super) row: Option<(u32, u32)>,
    /// The candidate's place from 1.
    pub(super) position: usize,
}

impl Standpoint {
    pub(super) fn new(node: NodeId, own: Path) -> Self {
        Self { node, own, candidate: own, row: None, position: 1 }
    }

    fn path(&self, frame: Frame) -> Path {
        match frame {
            Frame::Own => self.own,
            Frame::Candidate => self.candidate,
        }
    }
}

impl Evaluation<'_> {
    /// Runs an expression. The form was checked, so what is missing can only be a node without an instance, and is blank.
    pub(super) fn run(&self, expression: &Expression, at: Standpoint) -> Value {
        let steps = &self.around.steps;
        if !steps.take(RUN + expression.0.len()) {
            return Value::blank();
        }
        let mut stack: Vec<Value> = Vec::with_capacity(8);
        for op in &expression.0 {
            let value = match op {
                Op::Number(number) => Value::Number(*number),
                Op::Text(text) => Value::text(text),
                Op::Node(node) => self.node(*node, at),
                Op::Nodes(set) => self.set(set, at),
                Op::Position(repeat) => {
                    let depth = self.form.layout.depth(repeat.node);
                    let place = at.path(repeat.frame).as_slice().get(depth.wrapping_sub(1)).copied();
                    let cell = self.root.cell(&self.form.layout, repeat.node, at.path(repeat.frame).prefix(depth));
                    // An instance that does not count has no place; 0, as JavaRosa says.
                    let place = place.filter(|_| cell.is_some_and(|cell| cell.relevant));
                    Value::Number(place.map_or(0.0, |place| f64::from(place) + 1.0))
                }
                Op::CandidatePosition => Value::Number(at.position as f64),
                Op::Column(field) => at.row.map_or_else(Value::blank, |(list, row)| self.field(list, row, *field)),
                Op::Items { list, field, condition } => self.items(*list, *field, condition.as_ref(), at),
                Op::LookUp { list, key, field } => {
                    let wanted = stack.pop().unwrap_or_else(Value::blank).single();
                    self.look_up(*list, *key, *field, &wanted)
                }
                Op::ChoiceName(select) => {
                    let name = stack.pop().unwrap_or_else(Value::blank).to_text();
                    let row =
                        self.form.list_of(*select).and_then(|(list, _)| Some((list, self.form.row(list, &name)?)));
                    row.map_or_else(Value::blank, |(list, row)| self.field(list, row, Field::Label))
                }
                Op::Regex(pattern) => {
                    let text = stack.pop().unwrap_or_else(Value::blank).to_text();
                    let found = self.form.pattern(pattern).filter(|pattern| steps.take(text.len() * pattern.weight));
                    Value::Truth(found.is_some_and(|pattern| pattern.regex.is_match(&text)))
                }
                Op::Negative => Value::Number(-stack.pop().unwrap_or_else(Value::blank).number()),
                Op::Binary(operator) => {
                    let right = stack.pop().unwrap_or_else(Value::blank);
                    let left = stack.pop().unwrap_or_else(Value::blank);
                    binary(*operator, &left, &right)
                }
                Op::Call(function, count) => {
                    let arguments = stack.split_off(stack.len().saturating_sub(*count as usize));
                    function::call(*function, &arguments, &self.around, || self.answer(at))
                }
            };
            steps.look_at(&value);
            if steps.left() == 0 {
                return Value::blank();
            }
            stack.push(value);
        }
        stack.pop().unwrap_or_else(Value::blank)
    }

    /// Returns the user's own value for `once`: blank while it does not count, so that it is computed again.
    fn answer(&self, at: Standpoint) -> Value {
        let cell = self.root.cell(&self.form.layout, at.node, at.own).filter(|cell| cell.relevant);
        cell.map_or_else(Value::blank, |cell| cell.answer.clone())
    }

    fn node(&self, node: NodeRef, at: Standpoint) -> Value {
        let path = at.path(node.frame);
        let cell = self.root.cell(&self.form.layout, node.node, path);
        cell.map_or_else(Value::blank, |cell| cell.shown.clone())
    }

    fn set(&self, set: &NodeSet, at: Standpoint) -> Value {
        let layout = &self.form.layout;
        let Some(place) = layout.place(set.node) else { return Value::blank() };
        let mut paths = vec![at.path(set.frame).prefix(set.shared as usize)];
        for level in layout.chain(place.scope).iter().skip(set.shared as usize + 1) {
            let repeat = layout.scopes.get(*level).map(|scope| scope.node);
            paths = paths.into_iter().flat_map(|path| self.root.paths(layout, *level, path)).collect();
            if !self.around.steps.take(RUN + 2 * paths.len()) {
                return Value::blank();
            }
            for condition in set.conditions.iter().filter(|condition| Some(condition.repeat) == repeat) {
                let mut sibling = (Path::default(), 0);
                paths.retain(|path| {
                    let outer = path.split_last().map(|(outer, _)| outer).unwrap_or_default();
                    sibling = if sibling.0 == outer { (outer, sibling.1 + 1) } else { (outer, 1) };
                    self.run(&condition.test, Standpoint { candidate: *path, position: sibling.1, ..at }).truth()
                });
            }
        }
        let cells =
            paths.into_iter().filter_map(|path| self.root.find(layout, place.scope, path)?.cells.get(place.cell));
        let values = cells.filter(|cell| cell.relevant).map(|cell| &cell.shown);
        Value::Set(values.inspect(|value| self.around.steps.look_at(value)).cloned().collect())
    }

    fn items(&self, list: u32, field: Field, condition: Option<&Expression>, at: Standpoint) -> Value {
        let rows = self.form.list(list).map_or(0, |list| list.choices.len());
        if !self.around.steps.take(rows) {
            return Value::blank();
        }
        let kept = (0u32..).take(rows).filter(|row| {
            let here = Standpoint { row: Some((list, *row)), position: *row as usize + 1, ..at };
            condition.is_none_or(|condition| self.run(condition, here).truth())
        });
        Value::Set(kept.map(|row| self.field(list, row, field)).collect())
    }

    fn look_up(&self, list: u32, key: Field, field: Field, wanted: &Value) -> Value {
        let row = match (key, wanted) {
            // Names are indexed; a number may be written in several ways and is compared as one.
            (Field::Name, Value::Text(name)) => self.form.row(list, name),
            _ => {
                let rows = self.form.list(list).map_or(0, |list| list.choices.len());
                self.around.steps.take(rows);
                (0u32..).take(rows).find(|row| self.field(list, *row, key).equals(wanted))
            }
        };
        row.map_or_else(Value::blank, |row| self.field(list, row, field))
    }

    fn field(&self, list: u32, row: u32, field: Field) -> Value {
        let found = || -> Option<Value> {
            let choice = self.form.list(list)?.choices.get(row as usize)?;
            Some(match field {
                Field::Name => Value::text(&choice.name),
                Field::Label => {
                    Value::text(&self.text(&choice.texts.label, Standpoint::new(NodeId(0), Path::default()))?)
                }
                Field::Column(column) => Value::text(choice.values.get(column as usize)?),
            })
        };
        found().unwrap_or_else(Value::blank)
    }

    /// Writes a text in the language that is shown, or else in the form's own; nothing if neither has it.
    pub(super) fn text(&self, texts: &[Text], at: Standpoint) -> Option<String> {
        let default = self.form.definition().default_language as usize;
        let written = [self.around.language, default].into_iter().filter_map(|language| texts.get(language));
        let pieces = written.into_iter().find(|pieces| !pieces.is_empty())?;
        let words = pieces.iter().map(|piece| match piece {
            Piece::Plain(words) => words.clone(),
            Piece::Value(expression) => self.run(expression, at).to_text().as_ref().to_owned(),
        });
        Some(words.collect())
    }

    /// Tells whether a row of a select's list is offered.
    pub(super) fn offers(&self, filter: Option<&Expression>, list: u32, row: u32, at: Standpoint) -> bool {
        let at = Standpoint { row: Some((list, row)), position: row as usize + 1, ..at };
        filter.is_none_or(|filter| self.run(filter, at).truth())
    }

    /// Returns the rows of a list with that name, all of them where names occur twice.
    pub(super) fn rows<'a>(list: &'a List, name: &'a str) -> impl Iterator<Item = u32> + 'a {
        (0u32..).zip(&list.choices).filter(move |(_, choice)| choice.name == name).map(|(row, _)| row)
    }
}

fn binary(operator: Operator, left: &Value, right: &Value) -> Value {
    let number = |compute: fn(f64, f64) -> f64| Value::Number(compute(left.number(), right.number()));
    let truth = |compare: fn(&f64, &f64) -> bool| Value::Truth(compare(&left.number(), &right.number()));
    match operator {
        Operator::Or => Value::Truth(left.truth() || right.truth()),
        Operator::And => Value::Truth(left.truth() && right.truth()),
        Operator::Equal => Value::Truth(left.equals(right)),
        Operator::NotEqual => Value::Truth(!left.equals(right)),
        Operator::Less => truth(f64::lt),
        Operator::LessOrEqual => truth(f64::le),
        Operator::Greater => truth(f64::gt),
        Operator::GreaterOrEqual => truth(f64::ge),
        Operator::Add => number(|left, right| left + right),
        Operator::Subtract => number(|left, right| left - right),
        Operator::Multiply => number(|left, right| left * right),
        Operator::Divide => number(|left, right| left / right),
        Operator::Modulo => number(|left, right| left % right),
    }
}
