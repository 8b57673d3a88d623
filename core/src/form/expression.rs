//! Expressions as a compiler emits them: operations for a stack, in the order in which they run.
//!
//! # How to emit
//!
//! - A literal, a path or a list pushes one value; an operator takes two and pushes one; a call takes its arguments, the first
//!   one pushed first, and pushes one. At the end exactly one value is left.
//! - A value is a number, a text, a condition, a date or a **set** of values. Where one value is wanted of a set, it is the
//!   first, or blank. A boolean literal is a call of `true()` or `false()`.
//! - `${q}` and paths without conditions, when every repeat around `q` is also around the user: [`Op::Node`]. Otherwise
//!   [`Op::Nodes`], whose `shared` is the number of repeats, from the outermost, in which the user's own instance is kept.
//! - `.` is [`Op::Node`] with the user itself; `count(${repeat})` is [`Op::Nodes`] of the repeat; `position(..)` is
//!   [`Op::Position`] of the repeat that `..` leads to.
//! - `instance('l')/root/item[name = KEY]/col` emits KEY, then [`Op::LookUp`]; any other condition is [`Op::Items`].
//!   `pulldata('l', 'col', 'key', KEY)` is the same look-up.
//! - Inside a condition on a repeat, paths that begin at the candidate use [`Frame::Candidate`], and those from `current()`
//!   or `${name}` outside of it [`Frame::Own`]. Inside a condition on a list the candidate is a row, told by [`Op::Column`].
//! - `jr:choice-name(V, '${q}')` emits V, then [`Op::ChoiceName`]; `regex(V, 'p')` emits V, then [`Op::Regex`].
//! - `if`, `and` and `or` compute all their arguments: nothing in here fails or has an effect.

use super::definition::NodeId;

/// Operations in the order in which they run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expression(pub Vec<Op>);

/// One operation.
#[derive(Debug, Clone, PartialEq)]
pub enum Op {
    /// Pushes a number.
    Number(f64),
    /// Pushes a text.
    Text(String),
    /// Pushes the value of one node: blank while it is not relevant.
    Node(NodeRef),
    /// Pushes the values of the relevant nodes of a set.
    Nodes(NodeSet),
    /// Pushes the place, from 1, of the instance of a repeat that stands around the frame.
    Position(NodeRef),
    /// Pushes the place, from 1, of the candidate among those that are asked: `position()` in a condition.
    CandidatePosition,
    /// Pushes a field of the candidate row of a list.
    Column(Field),
    /// Pushes a field of the rows of a list for which a condition holds, as a set.
    Items {
        /// The list.
        list: u32,
        /// What is pushed.
        field: Field,
        /// What must hold, or nothing for all rows.
        condition: Option<Expression>,
    },
    /// Takes a key and pushes a field of the first row whose other field equals it as text; blank if there is none.
    LookUp {
        /// The list.
        list: u32,
        /// The field that is compared.
        key: Field,
        /// What is pushed.
        field: Field,
    },
    /// Takes the name of a choice and pushes its label, in the language that is shown, from the list of a select.
    ChoiceName(NodeId),
    /// Takes a text and pushes whether the whole of it matches.
    Regex(String),
    /// Takes a number and pushes its negative.
    Negative,
    /// Takes two values and pushes what an operator makes of them.
    Binary(Operator),
    /// Takes so many values and pushes what a function makes of them.
    Call(Function, u32),
}

/// A node as seen from an instance: every repeat around the node is also around that instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeRef {
    /// The node.
    pub node: NodeId,
    /// From where it is seen.
    pub frame: Frame,
}

/// Where a path begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// At the user of the expression.
    Own,
    /// In a condition on a repeat: at the instance that is asked; the innermost one.
    Candidate,
}

/// Nodes in several instances.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeSet {
    /// The node: a question, a group or a repeat.
    pub node: NodeId,
    /// From where it is seen.
    pub frame: Frame,
    /// In how many repeats, from the outermost, the frame's own instance is kept.
    pub shared: u32,
    /// What must hold of instances; of several on one repeat, all.
    pub conditions: Vec<Condition>,
}

/// What must hold of the instances of a repeat.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The repeat, around the node or the node itself, and not among the shared ones.
    pub repeat: NodeId,
    /// The condition.
    pub test: Expression,
}

/// A field of a row of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `name`
    Name,
    /// `label`, in the language that is shown.
    Label,
    /// An extra column, by its place in [`List::columns`](super::List::columns).
    Column(u32),
}

/// Operators between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named for its sign")]
pub enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

macro_rules! functions {
    ($($variant:ident $name:literal $least:literal ..= $most:expr;)*) => {
        /// Functions; their order is part of the format, so new ones are appended.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each is named as authors call it")]
        pub enum Function {
            $($variant,)*
        }

        impl Function {
            /// Every function, in the order of the format.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Returns the name that authors call it by.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// Returns the fewest and the most arguments that it takes.
            pub const fn arity(self) -> (u32, u32) {
                match self {
                    $(Self::$variant => ($least, $most),)*
                }
            }
        }
    };
}

const MANY: u32 = u32::MAX;

functions! {
    If "if" 3..=3;
    Not "not" 1..=1;
    True "true" 0..=0;
    False "false" 0..=0;
    Boolean "boolean" 1..=1;
    BooleanFromString "boolean-from-string" 1..=1;
    Coalesce "coalesce" 1..=MANY;
    Once "once" 1..=1;
    Number "number" 1..=1;
    String "string" 1..=1;
    Int "int" 1..=1;
    Round "round" 1..=2;
    Abs "abs" 1..=1;
    Power "pow" 2..=2;
    SquareRoot "sqrt" 1..=1;
    Floor "floor" 1..=1;
    Ceiling "ceiling" 1..=1;
    Least "min" 1..=MANY;
    Greatest "max" 1..=MANY;
    Sum "sum" 1..=1;
    Count "count" 1..=1;
    CountNonEmpty "count-non-empty" 1..=1;
    Concat "concat" 0..=MANY;
    Join "join" 1..=MANY;
    Substring "substr" 2..=3;
    SubstringBefore "substring-before" 2..=2;
    SubstringAfter "substring-after" 2..=2;
    StringLength "string-length" 1..=1;
    Contains "contains" 2..=2;
    StartsWith "starts-with" 2..=2;
    EndsWith "ends-with" 2..=2;
    Translate "translate" 3..=3;
    NormalizeSpace "normalize-space" 1..=1;
    Selected "selected" 2..=2;
    SelectedAt "selected-at" 2..=2;
    CountSelected "count-selected" 1..=1;
    Today "today" 0..=0;
    Now "now" 0..=0;
    Date "date" 1..=1;
    DateTime "date-time" 1..=1;
    FormatDate "format-date" 2..=2;
    FormatDateTime "format-date-time" 2..=2;
    DecimalDateTime "decimal-date-time" 1..=1;
    DecimalTime "decimal-time" 1..=1;
    Uuid "uuid" 0..=1;
    Checklist "checklist" 2..=MANY;
    WeightedChecklist "weighted-checklist" 2..=MANY;
    Random "random" 0..=0;
}
