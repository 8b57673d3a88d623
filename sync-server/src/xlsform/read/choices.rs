//! The sheet `choices`: lists, and the data that expressions look up in them.

use std::collections::BTreeMap;

use super::languages::Languages;
use super::sheet::{Row, Sheet};
use super::table::{Convention, Others, Table};
use crate::xlsform::codes;
use crate::xlsform::finding::{Finding, Findings};
use crate::xlsform::survey::{Choice, List, Texts};

pub(super) const TRANSLATED: &[&str] = &["label", "image", "audio", "video"];

const CONVENTION: Convention = Convention {
    aliases: &[("caption", "label"), ("value", "name"), ("big_image", "ignored"), ("list", "list_name")],
    known: &["list_name", "name", "label", "image", "audio", "video"],
    translated: TRANSLATED,
    refused: &[],
    others: Others::Keep,
};

/// Takes the header apart; columns whose name no expression could write are left out.
pub(super) fn table(sheet: Sheet, languages: &mut Languages, findings: &mut Findings) -> Table {
    let mut table = Table::new(sheet, &CONVENTION, languages, findings);
    let (name, header) = (table.sheet.clone(), table.header);
    table.columns.retain(|at, column| {
        let usable = !column.other || super::names::valid(&column.name);
        if !usable {
            let place = crate::xlsform::cell::Place::new(name.clone(), header, *at);
            findings.push(Finding::at(&codes::CHOICE_COLUMN_PASSED_OVER, &place, &[&column.name]));
        }
        usable
    });
    for needed in ["list_name", "name"] {
        if !table.rows.is_empty() && !table.has(needed) {
            findings.push(Finding::in_sheet(&codes::MISSING_COLUMN, &table.sheet, &[needed]));
        }
    }
    table
}

/// Reads the lists, in the order in which they begin.
pub(super) fn read(table: &Table, languages: &Languages, allow_duplicates: bool, findings: &mut Findings) -> Vec<List> {
    let others: Vec<u32> = table.columns.iter().filter(|(_, column)| column.other).map(|(at, _)| *at).collect();
    let names: Vec<String> =
        table.columns.values().filter(|column| column.other).map(|column| column.name.clone()).collect();
    let mut lists: Vec<List> = Vec::new();
    let mut place_of: BTreeMap<String, usize> = BTreeMap::new();
    let mut seen: BTreeMap<(usize, String), u32> = BTreeMap::new();
    let in_columns = |row: &&Row| row.cells.keys().any(|at| table.columns.contains_key(at));
    if !(table.has("list_name") && table.has("name")) {
        return lists;
    }
    for row in table.rows.iter().filter(in_columns) {
        let (list, name) = (table.word(row, "list_name"), table.word(row, "name"));
        let (list, name) = match (list, name) {
            (Some(list), Some(name)) => (list, name),
            (None, Some(_)) => {
                if !table.is_blamed(row, "list_name") {
                    findings.push(Finding::at(&codes::MISSING_LIST_NAME, &table.whereabouts(row, "list_name"), &[]));
                }
                continue;
            }
            (Some(list), None) => {
                if !table.is_blamed(row, "name") {
                    let place = table.whereabouts(row, "name");
                    findings.push(Finding::at(&codes::MISSING_CHOICE_NAME, &place, &[&list.text]));
                }
                continue;
            }
            // A row of notes.
            (None, None) => continue,
        };
        let place = *place_of.entry(list.text.clone()).or_insert_with(|| {
            lists.push(List { name: list.text, place: list.place, columns: names.clone(), choices: Vec::new() });
            lists.len() - 1
        });
        let Some(list) = lists.get_mut(place) else { continue };
        if let Some(first) = seen.insert((place, name.text.clone()), row.number)
            && !allow_duplicates
        {
            let first = format!("{}", first);
            findings.push(Finding::at(&codes::DUPLICATE_CHOICE, &name.place, &[&name.text, &list.name, &first]));
            continue;
        }
        let mut texts = |column| table.texts(row, column, languages, findings);
        let texts = Texts {
            label: texts("label"),
            image: texts("image"),
            audio: texts("audio"),
            video: texts("video"),
            ..Texts::default()
        };
        if !texts.label.iter().chain(&texts.image).any(Option::is_some) && !table.is_blamed(row, "label") {
            findings.push(Finding::at(&codes::NO_LABEL, &table.whereabouts(row, "label"), &[&name.text]));
        }
        let value = |at: &u32| {
            let text = row.cells.get(at)?.trim().to_owned();
            Some(crate::xlsform::cell::Cell { text, place: table.place(row, *at) })
        };
        list.choices.push(Choice {
            name: name.text,
            place: name.place,
            texts,
            values: others.iter().map(value).collect(),
        });
    }
    lists
}
