//! From the tree of an expression to operations, with the type of its value and what is wrong with its meaning.

use std::collections::BTreeSet;

use sumu_core::form::{FormError, Function as Core, NodeId, Op, check_pattern};

use super::codes;
use super::outline::{Outline, place};
use super::value::{Known, Type, Value, joined};
use crate::xlsform::expression::function::Takes;
use crate::xlsform::expression::tree::{Expression, Link, Operator, Path, Span, Start, Step, Term, Towards};
use crate::xlsform::expression::{Fault, Function};
use crate::xlsform::finding::Code;
use crate::xlsform::survey::{Kind, Question};

/// What a condition in brackets is asked of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// The instances of a repeat.
    Instance(NodeId),
    /// The rows of a list.
    Row(usize),
}

/// Writes the operations of one expression.
pub(super) struct Emitter<'a, 'b> {
    pub(super) outline: &'b Outline<'a>,
    /// What is known of each node.
    pub(super) types: &'b [Known],
    /// The node that the expression belongs to.
    pub(super) user: NodeId,
    /// The conditions around, the innermost last.
    pub(super) scopes: Vec<Scope>,
    /// Questions that are known not to be blank here.
    pub(super) filled: Vec<NodeId>,
    pub(super) faults: Vec<Fault>,
    /// What the value depends on.
    pub(super) needs: BTreeSet<NodeId>,
}

impl Emitter<'_, '_> {
    pub(super) fn fault(&mut self, code: &'static Code, span: Span, arguments: &[&str]) {
        let fault = Fault::new(code, span.from, arguments);
        // A cure that would be filled with nothing is none.
        let cure = arguments.last().is_none_or(|last| !last.is_empty());
        self.faults.push(if cure { fault } else { fault.without_cure() });
    }

    /// Writes an expression of which one value is wanted.
    pub(super) fn one(&mut self, expression: &Expression, out: &mut Vec<Op>) -> Value {
        let value = self.any(expression, false, out);
        if let Some(name) = &value.many {
            self.fault(&codes::MANY_VALUES, expression.span, &[name]);
        }
        if let Some(name) = &value.hollow {
            self.fault(&codes::NO_VALUE, expression.span, &[name]);
        }
        value
    }

    /// Writes an expression that is taken as a condition.
    pub(super) fn condition(&mut self, expression: &Expression, out: &mut Vec<Op>) -> Value {
        let value = self.one(expression, out);
        if matches!(value.kind, Type::Text | Type::Date) {
            self.fault(&codes::TEXT_AS_CONDITION, expression.span, &[]);
        }
        value
    }

    /// Writes an expression; `set` says whether all values are wanted.
    pub(super) fn any(&mut self, expression: &Expression, set: bool, out: &mut Vec<Op>) -> Value {
        match &expression.term {
            Term::Number(number) => {
                out.push(Op::Number(*number));
                Value::of(Type::Number, false)
            }
            Term::Text(text) => {
                out.push(Op::Text(text.clone()));
                Value::of(Type::Text, text.is_empty())
            }
            Term::Path(path) if !set && self.is_null(path) => {
                self.fault(&codes::NULL, expression.span, &[]);
                out.push(Op::Text(String::new()));
                Value::of(Type::Text, true)
            }
            Term::Path(path) => self.path(path, expression.span, set, out),
            Term::Negative(inner) => {
                let value = self.one(inner, out);
                out.push(Op::Negative);
                Value::number(value.blank, true)
            }
            Term::Chain(first, links) => self.chain(first, links, out),
            Term::Call(function, arguments) => self.call(*function, arguments, expression.span, out),
        }
    }

    fn chain(&mut self, first: &Expression, links: &[Link], out: &mut Vec<Op>) -> Value {
        let logical = links.first().is_some_and(|link| matches!(link.operator, Operator::And | Operator::Or));
        let mut value = if logical { self.condition(first, out) } else { self.one(first, out) };
        let mut left = first;
        for link in links {
            let right = if logical { self.condition(&link.right, out) } else { self.one(&link.right, out) };
            value = match link.operator {
                Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide | Operator::Modulo => {
                    let negative = value.negative || right.negative || link.operator == Operator::Subtract;
                    Value::number(value.blank || right.blank, negative)
                }
                Operator::Equal | Operator::NotEqual => {
                    self.choice(value.question, &link.right);
                    self.choice(right.question, left);
                    Value::of(Type::Condition, false)
                }
                _ => Value::of(Type::Condition, false),
            };
            if link.operator == Operator::Multiply {
                self.weight(left);
                self.weight(&link.right);
            }
            out.push(Op::Binary(link.operator));
            left = &link.right;
        }
        value
    }

    fn weight(&mut self, factor: &Expression) {
        if let Term::Number(number) = factor.term
            && number.fract() != 0.0
        {
            self.fault(&codes::DECIMAL_WEIGHT, factor.span, &[&number.to_string()]);
        }
    }

    /// Notes a text that a select is compared with and that is none of its choices.
    fn choice(&mut self, question: Option<NodeId>, with: &Expression) {
        let (Some(question), Term::Text(text)) = (question, &with.term) else { return };
        let Some(Kind::Question(Question::SelectOne(list) | Question::SelectMultiple(list))) =
            self.outline.row(question).map(|row| &row.kind)
        else {
            return;
        };
        let Some(list) = self.outline.workbook.lists.get(*list as usize) else { return };
        if !text.is_empty() && !text.contains(' ') && !list.choices.iter().any(|choice| choice.name == *text) {
            self.faults.push(Fault::new(&codes::NO_SUCH_CHOICE, with.span.from, &[text, &list.name]));
        }
    }

    fn call(&mut self, function: Function, arguments: &[Expression], span: Span, out: &mut Vec<Op>) -> Value {
        match (function, arguments) {
            (Function::If, [test, then, otherwise]) => return self.branches(test, then, otherwise, out),
            (Function::Position, []) => {
                if self.scopes.is_empty() {
                    self.fault(&codes::NEEDS_PATH, span, &["position"]);
                }
                out.push(Op::CandidatePosition);
                return Value::of(Type::Number, false);
            }
            (Function::Position, [of]) => {
                self.position(of, out);
                return Value::of(Type::Number, false);
            }
            (Function::Regex, [text, pattern]) => {
                self.one(text, out);
                self.regex(pattern, out);
                return Value::of(Type::Condition, false);
            }
            (Function::ChoiceName, [choice, of]) => {
                self.one(choice, out);
                self.choice_name(of, out);
                return Value::of(Type::Text, true);
            }
            (Function::LookUp, [list, column, key, value]) => return self.pulldata([list, column, key], value, out),
            _ => {}
        }
        let mut values = Vec::new();
        for (at, argument) in arguments.iter().enumerate() {
            values.push(self.argument(function, at, argument, out));
        }
        if function == Function::Selected
            && let (Some(value), Some(choice)) = (values.first(), arguments.get(1))
        {
            self.choice(value.question, choice);
        }
        if let Some(core) = Core::ALL.iter().find(|core| core.name() == function.name()) {
            out.push(Op::Call(*core, u32::try_from(arguments.len()).unwrap_or(u32::MAX)));
        }
        if let (Function::Round, Some(Value { negative: true, .. }), Some(rounded)) =
            (function, values.first(), arguments.first())
        {
            self.fault(&codes::NEGATIVE_ROUND, rounded.span, &[]);
        }
        let blank = values.iter().any(|value| value.blank);
        let negative = match function {
            Function::Abs => false,
            // One that is not is enough.
            Function::Greatest => values.iter().all(|value| value.negative),
            _ => values.iter().any(|value| value.negative),
        };
        match function.gives() {
            Takes::Number => Value::number(
                blank && !matches!(function, Function::Sum | Function::Count | Function::CountNonEmpty),
                negative,
            ),
            Takes::Condition => Value::of(Type::Condition, false),
            Takes::Date => Value::of(Type::Date, blank),
            Takes::Text => Value::of(Type::Text, blank),
            Takes::Nodes | Takes::Any => {
                Value { negative, ..Value::of(joined(values.iter()), values.iter().all(|value| value.blank)) }
            }
        }
    }

    fn argument(&mut self, function: Function, at: usize, argument: &Expression, out: &mut Vec<Op>) -> Value {
        let all = matches!(function, Function::Least | Function::Greatest | Function::Concat)
            || (function == Function::Join && at > 0);
        match function.takes(at) {
            Takes::Nodes => {
                if !matches!(argument.term, Term::Path(_)) {
                    self.fault(&codes::NEEDS_PATH, argument.span, &[function.name()]);
                }
                self.any(argument, true, out)
            }
            Takes::Condition => {
                let value = self.one(argument, out);
                if function == Function::Not && !matches!(value.kind, Type::Condition | Type::Any) {
                    self.fault(&codes::NOT_OF_VALUE, argument.span, &[]);
                } else if matches!(value.kind, Type::Text | Type::Date) {
                    self.fault(&codes::TEXT_AS_CONDITION, argument.span, &[]);
                }
                value
            }
            _ if all => {
                let value = self.any(argument, true, out);
                let number = matches!(function, Function::Least | Function::Greatest);
                if number && value.blank && value.many.is_none() {
                    self.faults.push(Fault::new(&codes::BLANK_NUMBER, argument.span.from, &[function.name()]));
                }
                value
            }
            _ => self.one(argument, out),
        }
    }

    /// Writes `if`, and remembers in each branch which answers its test has found to be there.
    fn branches(&mut self, test: &Expression, then: &Expression, otherwise: &Expression, out: &mut Vec<Op>) -> Value {
        self.condition(test, out);
        let known = self.filled.len();
        self.fill(test, true);
        let first = self.one(then, out);
        self.filled.truncate(known);
        self.fill(test, false);
        let second = self.one(otherwise, out);
        self.filled.truncate(known);
        out.push(Op::Call(Core::If, 3));
        let negative = first.negative || second.negative;
        Value { negative, ..Value::of(joined([&first, &second].into_iter()), first.blank || second.blank) }
    }

    /// Adds the questions that are filled if a test holds, or if it does not.
    fn fill(&mut self, test: &Expression, holds: bool) {
        let Term::Chain(first, links) = &test.term else { return };
        let Some(link) = links.first() else { return };
        match link.operator {
            Operator::And | Operator::Or if (link.operator == Operator::And) == holds => {
                self.fill(first, holds);
                links.iter().for_each(|link| self.fill(&link.right, holds));
            }
            Operator::And | Operator::Or => {}
            _ => {
                let empty = |side: &Expression| match &side.term {
                    Term::Text(text) => text.is_empty(),
                    Term::Path(path) => self.is_null(path),
                    _ => false,
                };
                let against = empty(first) || empty(&link.right);
                let sure = match link.operator {
                    Operator::Equal => {
                        if against {
                            !holds
                        } else {
                            holds
                        }
                    }
                    Operator::NotEqual => against && holds,
                    _ => holds,
                };
                if sure {
                    let found: Vec<NodeId> =
                        [&**first, &link.right].into_iter().filter_map(|side| self.meant(side)).collect();
                    self.filled.extend(found);
                }
            }
        }
    }

    /// Tells whether a path is the word `null`, which leads nowhere and is blank for JavaRosa.
    fn is_null(&self, path: &Path) -> bool {
        path.start == Start::Here
            && matches!(path.steps.as_slice(), [Step { to: Towards::Child(name), conditions, .. }]
                if name == "null" && conditions.is_empty())
            && self.outline.named("null").is_empty()
    }

    /// Returns the question that an expression names and nothing more.
    fn meant(&self, expression: &Expression) -> Option<NodeId> {
        match &expression.term {
            Term::Path(Path { start: Start::Named(name), steps, .. }) if steps.is_empty() => {
                self.outline.named(name).first().copied()
            }
            _ => None,
        }
    }

    fn regex(&mut self, pattern: &Expression, out: &mut Vec<Op>) {
        let Term::Text(text) = &pattern.term else {
            return self.fault(&codes::NEEDS_TEXT, pattern.span, &["regex"]);
        };
        if let Err(error) = check_pattern(text) {
            let why = match error {
                FormError::Pattern { why, .. } => why,
                other => other.to_string(),
            };
            self.faults.push(Fault::new(&codes::BAD_PATTERN, pattern.span.from, &[&why]));
        } else if !(text.starts_with('^') && text.ends_with('$')) {
            let inner = text.trim_start_matches('^').trim_end_matches('$');
            self.fault(&codes::REGEX_PARTIAL, pattern.span, &[&format!("'^{inner}$'")]);
        }
        out.push(Op::Regex(text.clone()));
    }

    /// What is known of a node's value.
    pub(super) fn known(&self, node: NodeId) -> Value {
        let known = self.types.get(place(node)).copied();
        let Known { kind, blank, negative } = known.unwrap_or(Known { kind: Type::Any, blank: true, negative: false });
        let blank = blank && !self.filled.contains(&node);
        Value { negative, question: Some(node), ..Value::of(kind, blank) }
    }
}
