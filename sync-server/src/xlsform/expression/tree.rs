//! What an expression says, as a tree with the place of each part.

pub use sumu_core::form::Operator;

use super::function::Function;

/// Where a part stands in its cell: characters from 1, the last one excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first character.
    pub from: u32,
    /// One after the last character.
    pub to: u32,
}

impl Span {
    /// Spans from the beginning of one part to the end of another.
    pub fn until(self, last: Span) -> Span {
        Span { from: self.from, to: last.to }
    }
}

/// A part of an expression. The height of a tree is bounded, so walks may recurse.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// What it is.
    pub term: Term,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of parts.
#[derive(Debug, Clone, PartialEq)]
pub enum Term {
    /// A number.
    Number(f64),
    /// A text in quotes.
    Text(String),
    /// What a path leads to; `${name}` is a path too.
    Path(Path),
    /// A call of a function with as many arguments as it takes.
    Call(Function, Vec<Expression>),
    /// Operators of one rank, taken from left to right: long sums stay flat.
    Chain(Box<Expression>, Vec<Link>),
    /// The negative of a number.
    Negative(Box<Expression>),
}

/// A step of a chain: the operator and its right side.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The operator.
    pub operator: Operator,
    /// Where the operator stands.
    pub span: Span,
    /// Its right side.
    pub right: Expression,
}

/// Returns how strongly an operator binds, from 1.
pub fn rank(operator: Operator) -> u8 {
    match operator {
        Operator::Or => 1,
        Operator::And => 2,
        Operator::Equal | Operator::NotEqual => 3,
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => 4,
        Operator::Add | Operator::Subtract => 5,
        Operator::Multiply | Operator::Divide | Operator::Modulo => 6,
    }
}

/// Returns the sign of an operator as authors write it.
pub fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Or => "or",
        Operator::And => "and",
        Operator::Equal => "=",
        Operator::NotEqual => "!=",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "div",
        Operator::Modulo => "mod",
    }
}

/// A path to nodes of the form, or to the choices of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// Where it begins.
    pub start: Start,
    /// Conditions on the start: `${repeat}[1]`.
    pub conditions: Vec<Expression>,
    /// Where it goes from there.
    pub steps: Vec<Step>,
}

/// Where a path begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// At the form: `/data/…`.
    Root,
    /// At what stands around it: in a condition the candidate, else the row's own node. `.`, `..` and bare names begin there.
    Here,
    /// At the row's own node, in a condition too: `current()`.
    Current,
    /// At a node by its name: `${name}`.
    Named(String),
    /// At a list of choices: `instance('list')`.
    List(String),
}

/// A step of a path.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Where to.
    pub to: Towards,
    /// What must hold there.
    pub conditions: Vec<Expression>,
    /// Where it stands, without its conditions.
    pub span: Span,
}

/// Where a step leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Towards {
    /// To the children of a name.
    Child(String),
    /// Up: `..`.
    Parent,
    /// Nowhere: `.`.
    Itself,
}
