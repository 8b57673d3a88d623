//! What is known of a value before there is one.

use sumu_core::form::NodeId;

/// The type of a value, as far as it is known before there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Number,
    Text,
    Condition,
    Date,
    Any,
}

/// What is known of a value before there is one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Value {
    pub(super) kind: Type,
    /// Whether it may be blank.
    pub(super) blank: bool,
    /// Whether it may be below zero by the way it is computed; answers are not taken to be.
    pub(super) negative: bool,
    /// Whether it is a set of many, by the name of what stands in a repeat.
    pub(super) many: Option<String>,
    /// The group or repeat that it is, without a value.
    pub(super) hollow: Option<String>,
    /// The one question that it is the value of.
    pub(super) question: Option<NodeId>,
}

impl Value {
    pub(super) fn of(kind: Type, blank: bool) -> Self {
        Self { kind, blank, negative: false, many: None, hollow: None, question: None }
    }

    /// A number.
    pub(super) fn number(blank: bool, negative: bool) -> Self {
        Self { negative, ..Self::of(Type::Number, blank) }
    }
}

/// What is known of a node's value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub(super) kind: Type,
    pub(super) blank: bool,
    pub(super) negative: bool,
}

/// The type of what is one of several values: theirs, if they agree; a blank text agrees with all.
pub(super) fn joined<'v>(values: impl Iterator<Item = &'v Value>) -> Type {
    let mut joined = None;
    for value in values.filter(|value| !(value.kind == Type::Text && value.blank && value.question.is_none())) {
        joined = match joined {
            None => Some(value.kind),
            Some(kind) if kind == value.kind => Some(kind),
            Some(_) => return Type::Any,
        };
    }
    joined.unwrap_or(Type::Text)
}
