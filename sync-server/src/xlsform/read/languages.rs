//! The languages of a workbook.

use crate::xlsform::cell::Place;
use crate::xlsform::codes;
use crate::xlsform::finding::{Finding, Findings};

/// The languages, in the order in which they first appear.
#[derive(Debug)]
pub(super) struct Languages {
    names: Vec<String>,
    default: String,
}

impl Languages {
    /// Begins with the name of the default language, which may be empty.
    pub(super) fn new(default: &str) -> Self {
        Self { names: Vec::new(), default: default.to_owned() }
    }

    /// Returns the place of the language to which columns without one belong.
    pub(super) fn default(&mut self) -> usize {
        let name = self.default.clone();
        self.place(&name)
    }

    /// Returns the place of a named language, and warns the first time if it has no code like `(zh)`.
    pub(super) fn named(&mut self, name: &str, place: &Place, findings: &mut Findings) -> usize {
        let coded = name.strip_suffix(')').and_then(|name| name.rsplit_once('(')).is_some_and(|(_, code)| {
            (2..=12).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
        if !coded && !self.names.iter().any(|known| known == name) {
            findings.push(Finding::at(&codes::LANGUAGE_WITHOUT_CODE, place, &[name]));
        }
        self.place(name)
    }

    fn place(&mut self, name: &str) -> usize {
        match self.names.iter().position(|known| known == name) {
            Some(place) => place,
            None => {
                self.names.push(name.to_owned());
                self.names.len() - 1
            }
        }
    }

    /// Returns how many there are.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// Returns a language's name, as messages show it.
    pub(super) fn shown(&self, language: usize) -> &str {
        self.names.get(language).map_or("", String::as_str)
    }

    /// Returns the names and the place of the default language: the one that settings name, or else the first.
    pub(super) fn finish(mut self) -> (Vec<String>, usize) {
        if self.names.is_empty() {
            self.default();
        }
        let default = self.names.iter().position(|name| *name == self.default).unwrap_or(0);
        (self.names, default)
    }

    /// Tells whether a language appears in a header.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }
}
