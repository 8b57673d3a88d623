//! Which types and functions the forms held, and how often.

use std::collections::BTreeMap;

use sumu_core::form::Function;

use crate::workbook::Workbook;

/// What stands in expressions and is no function of the engine's own.
const READ: [&str; 6] = ["position", "regex", "jr:choice-name", "instance", "current", "pulldata"];
const EXPRESSIONS: [&str; 8] =
    ["calculation", "relevant", "constraint", "required", "read_only", "default", "choice_filter", "repeat_count"];

/// Types and functions with how often each was drawn.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    types: BTreeMap<String, u64>,
    functions: BTreeMap<&'static str, u64>,
}

impl Coverage {
    /// Counts what is in a form.
    pub fn add(&mut self, workbook: &Workbook) {
        for (column, text) in workbook.survey.iter().flat_map(|row| row.cells()) {
            if column == "type" {
                let name = text.split(' ').next().unwrap_or_default();
                *self.types.entry(name.to_owned()).or_default() += 1;
            } else if EXPRESSIONS.contains(&column) {
                for name in names() {
                    *self.functions.entry(name).or_default() += calls(text, name);
                }
            }
        }
    }

    /// One line for the types, one for the functions, and one for the functions that were never called.
    pub fn told(&self) -> [String; 3] {
        let listed = |name: &str, count: u64| format!("{name} {count}");
        let types = self.types.iter().map(|(name, count)| listed(name, *count));
        let called = self.functions.iter().filter(|(_, count)| **count > 0);
        let never = names().filter(|name| self.functions.get(name).is_none_or(|count| *count == 0));
        [
            format!("types: {}", types.collect::<Vec<_>>().join(", ")),
            format!("functions: {}", called.map(|(name, count)| listed(name, *count)).collect::<Vec<_>>().join(", ")),
            format!("not called: {}", never.collect::<Vec<_>>().join(", ")),
        ]
    }
}

fn names() -> impl Iterator<Item = &'static str> {
    Function::ALL.iter().map(|function| function.name()).chain(READ)
}

/// How often a function is called: its name with a bracket behind and no letter of a longer name before.
fn calls(text: &str, name: &str) -> u64 {
    let call = format!("{name}(");
    let alone = |at: usize| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|letter| letter.is_ascii_alphanumeric() || letter == '-' || letter == ':')
    };
    text.match_indices(&call).filter(|(at, _)| alone(*at)).count() as u64
}
