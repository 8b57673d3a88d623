//! The sheet `survey`: rows become a tree of questions, groups and repeats.

use super::kind::{self, RowKind, Section};
use super::languages::Languages;
use super::nest::Nest;
use super::sheet::{Row, Sheet};
use super::table::{Convention, Others, Table};
use super::{names, question};
use crate::xlsform::cell::{Cell, Place};
use crate::xlsform::codes;
use crate::xlsform::finding::{Finding, Findings, Severity};
use crate::xlsform::nearest::nearest;
use crate::xlsform::survey::{Expressions, Kind, List, Node, Question, Texts};

pub(super) const TRANSLATED: &[&str] =
    &["label", "hint", "guidance_hint", "constraint_message", "required_message", "image", "audio", "video"];

const CONVENTION: Convention = Convention {
    aliases: &[
        ("caption", "label"),
        ("relevance", "relevant"),
        ("bind:relevant", "relevant"),
        ("readonly", "read_only"),
        ("calculate", "calculation"),
        ("constraint-msg", "constraint_message"),
        ("constraint-message", "constraint_message"),
        ("constraint_msg", "constraint_message"),
        ("constraintmsg", "constraint_message"),
        ("jr:constraintmsg", "constraint_message"),
        ("jr:requiredmsg", "required_message"),
        ("required-message", "required_message"),
        ("requiredmsg", "required_message"),
        ("required_msg", "required_message"),
        ("count", "repeat_count"),
        ("jr:count", "repeat_count"),
        ("command", "type"),
        ("tag", "name"),
        ("value", "name"),
        ("parameter", "parameters"),
        ("skip", "disabled"),
    ],
    known: &[
        "type",
        "name",
        "label",
        "hint",
        "guidance_hint",
        "required",
        "required_message",
        "relevant",
        "constraint",
        "constraint_message",
        "calculation",
        "default",
        "read_only",
        "appearance",
        "choice_filter",
        "repeat_count",
        "parameters",
        "image",
        "audio",
        "video",
        "note",
        "disabled",
    ],
    translated: TRANSLATED,
    refused: &[("trigger", &codes::TRIGGER), ("save_to", &codes::SAVE_TO), ("flat", &codes::FLAT)],
    others: Others::Warn,
};

/// Takes the header apart.
pub(super) fn table(sheet: Sheet, languages: &mut Languages, findings: &mut Findings) -> Table {
    let table = Table::new(sheet, &CONVENTION, languages, findings);
    for needed in ["type", "name"] {
        if !table.has(needed) {
            findings.push(Finding::in_sheet(&codes::MISSING_COLUMN, &table.sheet, &[needed]));
        }
    }
    table
}

/// Reads the rows. `lists` may take the choice `other` of a select that asks for it.
///
/// A row with an error stays with what is right of it, so that others may name it and its expressions are checked too.
pub(super) fn read(table: &Table, languages: &Languages, lists: &mut [List], findings: &mut Findings) -> Vec<Node> {
    let mut nest = Nest::default();
    for row in &table.rows {
        if table.word(row, "disabled").is_some_and(|cell| yes(&cell.text) == Some(true)) {
            continue;
        }
        let mut reader = Reader { table, row, languages, findings };
        match table.word(row, "type") {
            Some(cell) => reader.row(&cell, lists, &mut nest),
            None => reader.without_type(&mut nest),
        }
    }
    nest.finish(findings)
}

/// Reads one row.
struct Reader<'a> {
    table: &'a Table,
    row: &'a Row,
    languages: &'a Languages,
    findings: &'a mut Findings,
}

impl Reader<'_> {
    fn row(&mut self, cell: &Cell, lists: &mut [List], nest: &mut Nest) {
        match kind::understand(&cell.text) {
            RowKind::Unknown => self.unknown_type(cell, nest),
            RowKind::Refused(code) => {
                self.findings.push(Finding::at(code, &cell.place, &[&cell.text]));
                // A row that is only passed over asks nothing.
                if code.severity == Severity::Error {
                    nest.push(self.unknown(&cell.place));
                }
            }
            RowKind::NoList => {
                self.findings.push(Finding::at(&codes::MISSING_LIST, &cell.place, &[&cell.text]));
                nest.push(self.unknown(&cell.place));
            }
            RowKind::Begin(section) => {
                if section == Section::Loop {
                    self.findings.push(Finding::at(&codes::BEGIN_LOOP, &cell.place, &[&cell.text]));
                }
                self.begin(section, cell, nest);
            }
            RowKind::End(section) => nest.end(section, &cell.place, false, self.findings),
            RowKind::Plain(name) => {
                let parameters = self.table.word(self.row, "parameters");
                let (question, told) = question::plain(name, parameters.as_ref(), self.findings);
                let node = self.node(cell, Kind::Question(question));
                nest.push(Node { parameters: told, ..node });
            }
            RowKind::Select { multiple, list, or_other } => {
                let parameters = self.table.word(self.row, "parameters");
                question::select_parameters(parameters.as_ref(), self.findings);
                let node = self.select(cell, multiple, &list, lists, or_other);
                let other = or_other.then(|| question::ask_other(&node, self.languages));
                nest.push(node);
                other.into_iter().for_each(|other| nest.push(other));
            }
        }
    }

    /// Reads a select; its list gets the choice `other` if it is wanted.
    fn select(&mut self, cell: &Cell, multiple: bool, list: &str, lists: &mut [List], other: bool) -> Node {
        let Some(place) = lists.iter().position(|known| known.name == list) else {
            let near = nearest(list, lists.iter().map(|list| list.name.as_str()));
            // The list is a word of its own, and the first one is none.
            let word = cell
                .text
                .match_indices(list)
                .find_map(|(at, _)| cell.text.get(..at).filter(|before| before.ends_with(char::is_whitespace)));
            let char = u32::try_from(word.map_or(0, |before| before.chars().count()) + 1).unwrap_or(1);
            let arguments = [list, near.unwrap_or_default()];
            let finding = Finding::at_char(&codes::UNKNOWN_LIST, &cell.place, char, &arguments);
            self.findings.push(if near.is_some() { finding } else { finding.with_hint(None) });
            return self.unknown(&cell.place);
        };
        let number = u32::try_from(place).unwrap_or(u32::MAX);
        let question = if multiple { Question::SelectMultiple(number) } else { Question::SelectOne(number) };
        let node = self.node(cell, Kind::Question(question));
        if let Some(list) = lists.get_mut(place) {
            if multiple {
                question::check_picks(list, self.findings);
            }
            if other {
                question::add_other(&node, list, self.languages, self.findings);
            }
        }
        node
    }

    fn begin(&mut self, section: Section, cell: &Cell, nest: &mut Nest) {
        let kind = match section {
            Section::Group | Section::Loop => Kind::Group(Vec::new()),
            Section::Repeat => Kind::Repeat(Vec::new()),
        };
        let node = self.node(cell, kind);
        nest.begin(section, node, &cell.place, self.findings);
    }

    /// Says that a type is unknown; what seems to begin or end something does so, or the rows below were blamed for it.
    fn unknown_type(&mut self, cell: &Cell, nest: &mut Nest) {
        let word = cell.text.split_whitespace().next().unwrap_or_default();
        let near = nearest(&cell.text, kind::words()).or_else(|| nearest(word, kind::words()));
        self.findings.push(Finding::at(&codes::UNKNOWN_TYPE, &cell.place, &[&cell.text]).with_hint(near));
        match kind::understand(near.unwrap_or_default()) {
            RowKind::Begin(section) => self.begin(section, cell, nest),
            RowKind::End(section) => nest.end(section, &cell.place, true, self.findings),
            _ if word.eq_ignore_ascii_case("begin") => self.begin(Section::Group, cell, nest),
            _ if word.eq_ignore_ascii_case("end") => nest.end(Section::Group, &cell.place, true, self.findings),
            _ => nest.push(self.unknown(&cell.place)),
        }
    }

    fn without_type(&mut self, nest: &mut Nest) {
        let (table, row) = (self.table, self.row);
        let used = row.cells.keys().any(|at| table.columns.get(at).is_some_and(|column| column.name != "note"));
        if used {
            let place = table.whereabouts(row, "type");
            if table.has("type") && !table.is_blamed(row, "type") {
                self.findings.push(Finding::at(&codes::MISSING_TYPE, &place, &[]));
            }
            nest.push(self.unknown(&place));
        }
    }

    /// Makes a row whose type is not known, with its name, if it has one, and what it asks.
    fn unknown(&mut self, place: &Place) -> Node {
        let (name, place) = match self.given_name() {
            Some(name) => (name.text, name.place),
            None => (format!("unnamed_{}", self.row.number), place.clone()),
        };
        self.made(name, place, Kind::Unknown)
    }

    /// Makes a row of a kind, and checks what the kind needs.
    fn node(&mut self, cell: &Cell, kind: Kind) -> Node {
        let (name, place) = self.name(cell, &kind);
        let node = self.made(name, place, kind);
        question::check(&node, |column| self.table.is_blamed(self.row, column), self.findings);
        node
    }

    fn made(&mut self, name: String, place: Place, kind: Kind) -> Node {
        let (table, row) = (self.table, self.row);
        let texts = texts(table, row, self.languages, self.findings);
        let appearance = table.word(row, "appearance");
        if let Some(cell) = &appearance {
            question::check_appearance(cell, self.findings);
        }
        let appearance = appearance.iter().flat_map(|cell| cell.text.split_whitespace()).map(str::to_owned).collect();
        let expressions = expressions(table, row);
        Node { name, key: String::new(), place, kind, parameters: Vec::new(), texts, expressions, appearance }
    }

    fn given_name(&mut self) -> Option<Cell> {
        let name = self.table.word(self.row, "name")?;
        names::check(&name.text, &name.place, self.findings);
        Some(name)
    }

    fn name(&mut self, cell: &Cell, kind: &Kind) -> (String, Place) {
        if let Some(name) = self.given_name() {
            return (name.text, name.place);
        }
        let (table, row) = (self.table, self.row);
        // As pyxform names them.
        let made = match kind {
            Kind::Question(Question::Note) => Some("note"),
            Kind::Group(_) => Some("group"),
            _ => None,
        };
        match made {
            Some(made) => (format!("generated_{made}_name_{}", row.number), cell.place.clone()),
            None => {
                let place = table.whereabouts(row, "name");
                if table.has("name") && !table.is_blamed(row, "name") {
                    self.findings.push(Finding::at(&codes::MISSING_NAME, &place, &[&cell.text]));
                }
                (format!("unnamed_{}", row.number), place)
            }
        }
    }
}

fn texts(table: &Table, row: &Row, languages: &Languages, findings: &mut Findings) -> Texts {
    let mut texts = |column| table.texts(row, column, languages, findings);
    Texts {
        label: texts("label"),
        hint: texts("hint"),
        guidance_hint: texts("guidance_hint"),
        constraint_message: texts("constraint_message"),
        required_message: texts("required_message"),
        image: texts("image"),
        audio: texts("audio"),
        video: texts("video"),
    }
}

fn expressions(table: &Table, row: &Row) -> Expressions {
    let truth = |column| {
        let mut cell = table.expression(row, column)?;
        match yes(cell.text.trim()) {
            Some(false) => return None,
            Some(true) => cell.text = "true()".to_owned(),
            None => {}
        }
        Some(cell)
    };
    // A word or a box of Excel, as pyxform takes it.
    let condition = |column| {
        let mut cell = table.expression(row, column)?;
        if let Some(truth) = yes(cell.text.trim()).filter(|_| cell.text.trim().len() > 1) {
            cell.text = if truth { "true()" } else { "false()" }.to_owned();
        }
        Some(cell)
    };
    Expressions {
        relevant: condition("relevant"),
        constraint: condition("constraint"),
        required: truth("required"),
        calculation: table.expression(row, "calculation"),
        default: table.expression(row, "default"),
        read_only: truth("read_only"),
        choice_filter: table.expression(row, "choice_filter"),
        repeat_count: table.expression(row, "repeat_count"),
    }
}

fn yes(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" | "true()" | "y" => Some(true),
        "no" | "false" | "false()" | "n" => Some(false),
        _ => None,
    }
}
