//! What people read, with values in it, and the lists of choices.

use sumu_core::form::{self, Expression as Ops, NodeId, Piece};

use super::Compiler;
use super::outline::ROOT;
use crate::xlsform::cell::Cell;
use crate::xlsform::expression::tree::{Expression, Path, Span, Start, Term};
use crate::xlsform::survey::{List, Texts};

impl Compiler<'_, '_> {
    /// Compiles the texts of a row.
    pub(super) fn texts(&mut self, texts: &Texts, user: NodeId) -> form::Texts {
        form::Texts {
            label: self.languages(&texts.label, user),
            hint: self.languages(&texts.hint, user),
            guidance_hint: self.languages(&texts.guidance_hint, user),
            constraint_message: self.languages(&texts.constraint_message, user),
            required_message: self.languages(&texts.required_message, user),
            image: self.languages(&texts.image, user),
            audio: self.languages(&texts.audio, user),
            video: self.languages(&texts.video, user),
        }
    }

    fn languages(&mut self, cells: &[Option<Cell>], user: NodeId) -> Vec<form::Text> {
        if cells.iter().all(Option::is_none) {
            return Vec::new();
        }
        cells.iter().map(|cell| cell.as_ref().map(|cell| self.text(cell, user)).unwrap_or_default()).collect()
    }

    /// Cuts a text at its references.
    fn text(&mut self, cell: &Cell, user: NodeId) -> form::Text {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = cell.text.as_str();
        let mut at = 1;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, behind)) = after.split_once('}') else { break };
            plain.push_str(before);
            at += length(before);
            if !plain.is_empty() {
                pieces.push(Piece::Plain(std::mem::take(&mut plain)));
            }
            let span = Span { from: at, to: at + length(name) + 3 };
            let path = Path { start: Start::Named(name.trim().to_owned()), conditions: Vec::new(), steps: Vec::new() };
            let mut out = Vec::new();
            let mut emitter = self.emitter(user, None);
            emitter.one(&Expression { term: Term::Path(path), span }, &mut out);
            let faults = emitter.faults;
            self.report(cell, &faults);
            pieces.push(Piece::Value(Ops(out)));
            rest = behind;
            at = span.to;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Plain(plain));
        }
        pieces
    }

    /// Compiles a list of choices.
    pub(super) fn list(&mut self, list: &List) -> form::List {
        let value = |cell: &Option<Cell>| cell.as_ref().map(|cell| cell.text.trim().to_owned()).unwrap_or_default();
        let choices = list.choices.iter().map(|choice| form::Choice {
            name: choice.name.clone(),
            texts: self.texts(&choice.texts, ROOT),
            values: choice.values.iter().map(value).collect(),
        });
        form::List { name: list.name.clone(), columns: list.columns.clone(), choices: choices.collect() }
    }
}

fn length(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}
