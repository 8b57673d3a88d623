//! Expressions as authors write them: the part of XPath 1.0 that checklists use.
//!
//! [`parse`] turns the text of a cell into a [tree], or says by [`Fault`]s what is wrong with its writing: each has a
//! code, the character, and the cure. What names mean is not known here; the compiler resolves them.

pub(super) mod codes;
pub mod function;
mod parse;
mod token;
pub mod tree;

pub use function::Function;
pub use parse::parse;

use super::cell::Cell;
use super::finding::{Code, Finding};

/// What is wrong at a character of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub code: &'static Code,
    /// At which character of the cell, from 1.
    pub char: u32,
    /// What the words of the code are filled with.
    pub arguments: Vec<String>,
    /// Whether the cure of the code is known here.
    pub cure: bool,
}

impl Fault {
    /// Names a fault.
    pub fn new(code: &'static Code, char: u32, arguments: &[&str]) -> Self {
        Self { code, char, arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(), cure: true }
    }

    /// Names a fault whose cure is unknown.
    #[must_use]
    pub fn without_cure(mut self) -> Self {
        self.cure = false;
        self
    }

    /// Turns it into a finding about the cell that holds the expression.
    pub fn in_cell(&self, cell: &Cell) -> Finding {
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        let finding = Finding::at_char(self.code, &cell.place, self.char, &arguments);
        if self.cure { finding } else { finding.with_hint(None) }
    }
}

/// What parsing gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The tree, if no fault is an error.
    pub tree: Option<tree::Expression>,
    /// What is wrong, in the order of the text.
    pub faults: Vec<Fault>,
}
