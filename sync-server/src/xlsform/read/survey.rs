//! The sheet `survey`: rows become a tree of questions, groups and repeats.

use super::kind::{self, RowKind, Section};
use super::languages::Languages;
use super::near::nearest;
use super::sheet::{Row, Sheet};
use super::table::{Convention, Others, Table};
use super::{names, question};
use crate::xlsform::cell::{Cell, Place};
use crate::xlsform::codes;
use crate::xlsform::finding::{Finding, Severity};
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

/// The deepest nesting of groups and repeats.
const DEPTH: usize = 16;

/// Takes the header apart.
pub(super) fn table(sheet: Sheet, languages: &mut Languages, findings: &mut Vec<Finding>) -> Table {
    let table = Table::new(sheet, &CONVENTION, languages, findings);
    for needed in ["type", "name"] {
        if !table.has(needed) {
            findings.push(Finding::in_sheet(&codes::MISSING_COLUMN, &table.sheet, &[needed]));
        }
    }
    table
}

/// A group or repeat that is still open.
struct Open {
    section: Section,
    node: Node,
    before: Vec<Node>,
}

/// Reads the rows. `lists` may take the choice `other` of a select that asks for it.
pub(super) fn read(table: &Table, languages: &Languages, lists: &mut [List], findings: &mut Vec<Finding>) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    if !table.has("type") {
        return nodes;
    }
    for row in &table.rows {
        if table.word(row, "disabled").is_some_and(|cell| yes(&cell.text) == Some(true)) {
            continue;
        }
        let Some(cell) = table.word(row, "type") else {
            missing_type(table, row, findings);
            continue;
        };
        match kind::understand(&cell.text) {
            RowKind::Unknown => {
                let word = cell.text.split_whitespace().next().unwrap_or_default();
                let near = nearest(&cell.text, kind::words()).or_else(|| nearest(word, kind::words()));
                findings.push(Finding::at(&codes::UNKNOWN_TYPE, &cell.place, &[&cell.text]).with_hint(near.as_deref()));
            }
            RowKind::Refused(code) => findings.push(Finding::at(code, &cell.place, &[&cell.text])),
            RowKind::NoList => findings.push(Finding::at(&codes::MISSING_LIST, &cell.place, &[&cell.text])),
            RowKind::Begin(section) => {
                let kind = match section {
                    Section::Group => Kind::Group(Vec::new()),
                    Section::Repeat => Kind::Repeat(Vec::new()),
                };
                let node = node(table, row, &cell, kind, languages, findings);
                if open.len() == DEPTH {
                    findings.push(Finding::at(&codes::TOO_DEEP, &cell.place, &[&DEPTH.to_string()]));
                }
                open.push(Open { section, node, before: std::mem::take(&mut nodes) });
            }
            RowKind::End(section) => match open.pop() {
                Some(begun) => {
                    if begun.section != section {
                        let (begun_word, row) = (begun.section.word(), begun.node.place.row.to_string());
                        findings.push(Finding::at(
                            &codes::MISMATCHED_END,
                            &cell.place,
                            &[section.word(), begun_word, &row],
                        ));
                    }
                    nodes = close(begun, nodes, open.len());
                }
                None => findings.push(Finding::at(&codes::END_WITHOUT_BEGIN, &cell.place, &[section.word()])),
            },
            RowKind::Plain(name) => {
                let parameters = table.word(row, "parameters");
                let question = question::plain(name, parameters.as_ref(), findings);
                nodes.push(node(table, row, &cell, Kind::Question(question), languages, findings));
            }
            RowKind::Select { multiple, list, or_other } => {
                let parameters = table.word(row, "parameters");
                question::select_parameters(parameters.as_ref(), findings);
                let Some(place) = lists.iter().position(|known| known.name == list) else {
                    let near = nearest(&list, lists.iter().map(|list| list.name.as_str()));
                    let char = cell
                        .text
                        .find(list.as_str())
                        .map_or(1, |at| cell.text.get(..at).map_or(1, |before| before.chars().count() + 1));
                    let char = u32::try_from(char).unwrap_or(1);
                    findings.push(
                        Finding::at_char(&codes::UNKNOWN_LIST, &cell.place, char, &[&list]).with_hint(near.as_deref()),
                    );
                    continue;
                };
                let question = if multiple { Question::SelectMultiple(place) } else { Question::SelectOne(place) };
                let made = node(table, row, &cell, Kind::Question(question), languages, findings);
                if multiple && let Some(list) = lists.get(place) {
                    question::check_picks(list, findings);
                }
                let other = or_other.then(|| question::other(&made, lists, place, languages, findings)).flatten();
                nodes.push(made);
                nodes.extend(other);
            }
        }
    }
    while let Some(begun) = open.pop() {
        findings.push(Finding::at(&codes::NOT_ENDED, &begun.node.place, &[begun.section.word(), &begun.node.name]));
        nodes = close(begun, nodes, open.len());
    }
    nodes
}

/// Puts the children into what was open and returns what stood around it. What lies too deep is dropped, not nested.
fn close(begun: Open, children: Vec<Node>, depth: usize) -> Vec<Node> {
    let Open { section, mut node, before: mut around } = begun;
    if depth < DEPTH {
        node.kind = match section {
            Section::Group => Kind::Group(children),
            Section::Repeat => Kind::Repeat(children),
        };
    }
    around.push(node);
    around
}

fn missing_type(table: &Table, row: &Row, findings: &mut Vec<Finding>) {
    let used = row.cells.keys().any(|at| table.columns.get(at).is_some_and(|column| column.name != "note"));
    if used {
        findings.push(Finding::at(&codes::MISSING_TYPE, &table.whereabouts(row, "type"), &[]));
    }
}

fn node(table: &Table, row: &Row, cell: &Cell, kind: Kind, languages: &Languages, findings: &mut Vec<Finding>) -> Node {
    let texts = texts(table, row, languages, findings);
    let (name, place) = name(table, row, cell, &kind, findings);
    let expressions = expressions(table, row);
    question::check(&kind, &name, &place, &texts, &expressions, findings);
    let appearance = table.word(row, "appearance");
    if let Some(cell) = &appearance {
        question::check_appearance(cell, findings);
    }
    let appearance = appearance.iter().flat_map(|cell| cell.text.split_whitespace()).map(str::to_owned).collect();
    Node { name, key: String::new(), place, kind, texts, expressions, appearance }
}

fn name(table: &Table, row: &Row, cell: &Cell, kind: &Kind, findings: &mut Vec<Finding>) -> (String, Place) {
    if let Some(name) = table.word(row, "name") {
        names::check(&name.text, &name.place, findings);
        return (name.text, name.place);
    }
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
            if table.has("name") {
                findings.push(Finding::at(&codes::MISSING_NAME, &place, &[&cell.text]));
            }
            (format!("unnamed_{}", row.number), place)
        }
    }
}

fn texts(table: &Table, row: &Row, languages: &Languages, findings: &mut Vec<Finding>) -> Texts {
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
    Expressions {
        relevant: table.expression(row, "relevant"),
        constraint: table.expression(row, "constraint"),
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

/// Tells whether there is an error among findings.
pub(super) fn failed(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}
