//! The compiled form and its evaluator: pure, without XML, files or clocks.
//!
//! A compiler (in the server) makes a [`Definition`]: plain data, nodes in document order, expressions resolved to node
//! numbers. `Form::new` checks it, finds out what depends on what, and is the door to everything else.

mod definition;
mod expression;

pub use definition::{
    Choice, Default, Definition, Formula, Kind, List, Node, NodeId, Piece, Question, Source, Text, Texts,
};
pub use expression::{Condition, Expression, Field, Frame, Function, NodeRef, NodeSet, Op, Operator};
