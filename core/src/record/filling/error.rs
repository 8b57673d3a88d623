//! Why a card is not taken, question by question.

use crate::record::{Key, ValueError};

/// Says what is wrong with one answer. The others are as the person left them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// The form has no such question, choice or repeat; look at the key, or whether the record has another form.
    #[error("{key}: the form of this record has no such question")]
    Unknown {
        /// The key, or the path where there is none.
        key: String,
    },
    /// The form computes it; answer what it is computed from.
    #[error("{key}: the form computes this itself")]
    Computed {
        /// The key.
        key: Key,
    },
    /// The form lets nobody change it now.
    #[error("{key}: this may only be read")]
    ReadOnly {
        /// The key.
        key: Key,
    },
    /// No value of the question's type; ask again.
    #[error("{key}: '{value}' is no answer to this question; it takes {expected}")]
    Type {
        /// The key.
        key: Key,
        /// The value.
        value: String,
        /// What would be one.
        expected: &'static str,
    },
    /// No choice of the question, or not one that is offered now; ask again.
    #[error("{key}: '{value}' is not among the choices")]
    Choice {
        /// The key.
        key: Key,
        /// The value.
        value: String,
    },
    /// The form's author does not allow the value; show the message and ask again.
    #[error("{key}: '{value}' is not allowed{}", if .message.is_empty() { String::new() } else { format!(": {message}") })]
    Constraint {
        /// The key.
        key: Key,
        /// The value.
        value: String,
        /// What the author says, in the language that is shown; perhaps nothing.
        message: String,
    },
    /// A document cannot hold the value; shorten it.
    #[error("{key}: {reason}")]
    Value {
        /// The key.
        key: Key,
        /// Why.
        reason: ValueError,
    },
    /// The repeat has as many instances as it may; remove one first.
    #[error("{key}: there are as many of these as there may be")]
    Full {
        /// The repeat's key or path.
        key: String,
    },
    /// What a record holds is removed with a reason; ask for one.
    #[error("{key}: a reason must be given to remove this")]
    NoReason {
        /// The instance.
        key: Key,
    },
}

impl AnswerError {
    /// Returns the key that is wrong, or the path of what has none.
    pub fn key(&self) -> &str {
        match self {
            Self::Unknown { key } | Self::Full { key } => key,
            Self::Computed { key }
            | Self::ReadOnly { key }
            | Self::Type { key, .. }
            | Self::Choice { key, .. }
            | Self::Constraint { key, .. }
            | Self::Value { key, .. }
            | Self::NoReason { key } => key.as_str(),
        }
    }

    /// Returns a stable word for what is wrong.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "unknown",
            Self::Computed { .. } => "computed",
            Self::ReadOnly { .. } => "read-only",
            Self::Type { .. } => "type",
            Self::Choice { .. } => "choice",
            Self::Constraint { .. } => "constraint",
            Self::Value { .. } => "value",
            Self::Full { .. } => "full",
            Self::NoReason { .. } => "no-reason",
        }
    }
}
