//! What an expression may name where it stands.

use super::kind::Kind;

/// A question that stands before the expression.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its name.
    pub name: String,
    /// Its path without indices.
    pub path: String,
    /// What its value is.
    pub value: Value,
    /// The names of the repeats around it, outermost first.
    pub inside: Vec<String>,
}

/// What an expression makes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number, with or without fractions.
    Number,
    /// Text.
    Text,
    /// A date.
    Date,
    /// The name of a choice.
    One,
    /// The names of several choices.
    Many,
}

/// The questions and repeats known so far, seen from one place.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Everything drawn so far.
    pub known: Vec<Known>,
    /// Repeats that are drawn to their end, with the repeats around them.
    pub closed: Vec<(String, Vec<String>)>,
    /// The repeats around the place.
    pub inside: Vec<String>,
    /// How many groups stand between the place and the innermost of them.
    pub groups: usize,
}

impl Scope {
    /// Questions of a kind that have one value here: those outside of repeats, and those of the repeats around.
    pub fn single(&self, value: Value) -> Vec<&Known> {
        self.known.iter().filter(|known| known.value == value && self.inside.starts_with(&known.inside)).collect()
    }

    /// Questions of a kind that have many values here: those one repeat deeper than the place, in a repeat that is closed.
    pub fn many(&self, value: Value) -> Vec<&Known> {
        let deeper = |known: &&Known| {
            known.value == value
                && known.inside.len() == self.inside.len() + 1
                && known.inside.starts_with(&self.inside)
                && self.closed.iter().any(|(name, _)| known.inside.last() == Some(name))
        };
        self.known.iter().filter(deeper).collect()
    }

    /// Repeats that can be counted here.
    pub fn countable(&self) -> Vec<&str> {
        let here = self.closed.iter().filter(|(_, around)| *around == self.inside);
        here.map(|(name, _)| name.as_str()).collect()
    }

    /// Adds a question that stands at a path.
    pub fn learn(&mut self, place: &str, name: &str, kind: &Kind) {
        if let Some(value) = kind.value() {
            let path = format!("{place}/{name}");
            self.known.push(Known { name: name.to_owned(), path, value, inside: self.inside.clone() });
        }
    }
}
