//! The compiled form and its evaluator: pure, without XML, files or clocks.
//!
//! A compiler (in the server) makes a [`Definition`]: plain data, nodes in document order, expressions resolved to node
//! numbers. `Form::new` checks it, finds out what depends on what, and is the door to everything else.

mod answer;
mod check;
mod checked;
mod codec;
mod date;
mod definition;
mod evaluate;
mod expression;
mod function;
mod instance;
mod keyed;
mod look;
mod order;
mod recalculate;
mod restore;
mod score;
mod session;
mod shelf;
mod standing;
mod value;
mod work;

pub use check::check_pattern;
pub use checked::{Form, FormError};
pub use date::Moment;
pub use definition::{
    Choice, Default, Definition, Formula, Kind, List, Node, NodeId, Piece, Question, Source, Text, Texts,
};
pub use expression::{Condition, Expression, Field, Frame, Function, NodeRef, NodeSet, Op, Operator};
pub use instance::Path;
pub use look::State;
pub use score::{Criterion, Score};
pub use session::{Address, Changes, EditError, MAX_INSTANCES, Session, Setting};
pub use shelf::Shelf;
pub use standing::Standing;
pub use value::Value;

#[cfg(test)]
mod tests;
