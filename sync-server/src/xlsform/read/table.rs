//! A sheet as a table: its header taken apart by the convention, its rows asked by the names of columns.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::languages::Languages;
use super::sheet::{Odd, Row, Sheet};
use crate::xlsform::cell::{Cell, Place, letters};
use crate::xlsform::codes;
use crate::xlsform::finding::{Code, Finding, Findings};
use crate::xlsform::nearest::nearest;

/// What the convention says about a sheet's columns.
pub(super) struct Convention {
    /// Other spellings of columns, after upper case, spaces and prefixes are gone.
    pub(super) aliases: &'static [(&'static str, &'static str)],
    /// The columns that are known.
    pub(super) known: &'static [&'static str],
    /// Those of them that may name a language.
    pub(super) translated: &'static [&'static str],
    /// Columns that say why they are refused.
    pub(super) refused: &'static [(&'static str, &'static Code)],
    /// What happens to other columns.
    pub(super) others: Others,
}

/// What happens to columns that the convention does not know.
#[derive(PartialEq)]
pub(super) enum Others {
    /// They are left out with a warning: authors keep notes in them.
    Warn,
    /// They are data that expressions look up.
    Keep,
}

/// A column of a table.
#[derive(Debug)]
pub(super) struct Column {
    /// Its name by the convention.
    pub(super) name: String,
    /// Its language, if it may have one.
    pub(super) language: Option<usize>,
    /// Whether it is one that the convention does not name.
    pub(super) other: bool,
}

/// A sheet whose header is understood.
pub(super) struct Table {
    pub(super) sheet: Arc<str>,
    /// The row of the header, from 1.
    pub(super) header: u32,
    pub(super) columns: BTreeMap<u32, Column>,
    pub(super) rows: Vec<Row>,
    /// Cells that were blamed for what they hold: that they lack something is no news.
    blamed: Vec<Odd>,
}

impl Table {
    /// Takes a sheet's header apart. The header is the first row that holds something.
    pub(super) fn new(
        sheet: Sheet,
        convention: &Convention,
        languages: &mut Languages,
        findings: &mut Findings,
    ) -> Self {
        let Sheet { name, rows, odd } = sheet;
        let mut rows = rows.into_iter();
        let first = rows.next();
        let header = first.as_ref().map_or(1, |row| row.number);
        let mut columns: BTreeMap<u32, Column> = BTreeMap::new();
        for (column, text) in first.map(|row| row.cells).unwrap_or_default() {
            let place = Place::new(Arc::clone(&name), header, column);
            let Some(made) = understand(&text, &place, convention, languages, findings) else { continue };
            let same = |known: &&Column| known.name == made.name && known.language == made.language;
            match columns.iter().find(|(_, known)| same(known)) {
                Some((twin, _)) => {
                    let twin = format!("{}{header}", letters(*twin));
                    findings.push(Finding::at(&codes::DUPLICATE_COLUMN, &place, &[text.trim(), &twin]));
                }
                None => {
                    columns.insert(column, made);
                }
            }
        }
        let mut blamed = Vec::new();
        for odd in odd {
            let matters = columns.range(odd.place.column..=odd.until.1.max(odd.place.column)).next().is_some();
            if odd.place.row >= header && matters {
                findings.push(Finding::at(odd.code, &odd.place, &[&odd.argument]));
                blamed.push(odd);
            }
        }
        Self { sheet: name, header, columns, rows: rows.collect(), blamed }
    }

    /// Names a place in the table.
    pub(super) fn place(&self, row: &Row, column: u32) -> Place {
        Place::new(Arc::clone(&self.sheet), row.number, column)
    }

    /// Tells whether the table has a column.
    pub(super) fn has(&self, name: &str) -> bool {
        self.columns.values().any(|column| column.name == name)
    }

    /// Tells whether a row's cell of a column was blamed for what it holds, in any language.
    pub(super) fn is_blamed(&self, row: &Row, name: &str) -> bool {
        self.columns.iter().any(|(at, column)| column.name == name && self.is_odd(row, *at))
    }

    fn is_odd(&self, row: &Row, column: u32) -> bool {
        self.blamed.iter().any(|odd| {
            (odd.place.row..=odd.until.0).contains(&row.number) && (odd.place.column..=odd.until.1).contains(&column)
        })
    }

    /// Returns where a row's cell of a column stands, whether it holds something or not.
    pub(super) fn whereabouts(&self, row: &Row, name: &str) -> Place {
        let column = self.columns.iter().find(|(_, column)| column.name == name).map(|(at, _)| *at);
        self.place(row, column.or_else(|| row.cells.keys().next().copied()).unwrap_or(1))
    }

    /// Returns what a row holds in a column that has no language.
    pub(super) fn cell(&self, row: &Row, name: &str) -> Option<Cell> {
        let (at, _) = self.columns.iter().find(|(_, column)| column.name == name)?;
        Some(Cell { text: row.cells.get(at)?.clone(), place: self.place(row, *at) })
    }

    /// Returns what a row holds in a column, without the space around it.
    pub(super) fn word(&self, row: &Row, name: &str) -> Option<Cell> {
        let mut cell = self.cell(row, name)?;
        cell.text = cell.text.trim().to_owned();
        Some(cell)
    }

    /// Returns what a row holds in a column of expressions: typographic quotes are read as plain ones.
    pub(super) fn expression(&self, row: &Row, name: &str) -> Option<Cell> {
        let mut cell = self.cell(row, name)?;
        if cell.text.contains(['“', '”', '‘', '’']) {
            let plain = |char| match char {
                '“' | '”' => '"',
                '‘' | '’' => '\'',
                other => other,
            };
            cell.text = cell.text.chars().map(plain).collect();
        }
        Some(cell)
    }

    /// Returns what a row holds in a translated column, and warns of languages that lack it where others have it.
    pub(super) fn texts(
        &self,
        row: &Row,
        name: &str,
        languages: &Languages,
        findings: &mut Findings,
    ) -> Vec<Option<Cell>> {
        let mut texts: Vec<Option<Cell>> = vec![None; languages.len()];
        let mut absent = Vec::new();
        for (at, column) in self.columns.iter().filter(|(_, column)| column.name == name) {
            let Some(language) = column.language else { continue };
            match (row.cells.get(at), texts.get_mut(language)) {
                (Some(text), Some(slot)) => *slot = Some(Cell { text: text.clone(), place: self.place(row, *at) }),
                _ => absent.push((*at, language)),
            }
        }
        if texts.iter().any(Option::is_some) {
            for (at, language) in absent.into_iter().filter(|(at, _)| !self.is_odd(row, *at)) {
                let place = self.place(row, at);
                findings.push(Finding::at(&codes::MISSING_TRANSLATION, &place, &[name, languages.shown(language)]));
            }
        }
        texts
    }

    /// Warns of translated columns that lack a language which others have.
    pub(super) fn check_translations(&self, translated: &[&str], languages: &Languages, findings: &mut Findings) {
        for name in translated {
            let of_name = self.columns.iter().filter(|(_, column)| column.name == *name);
            let Some((first, _)) = of_name.clone().next() else { continue };
            for language in 0..languages.len() {
                if !of_name.clone().any(|(_, column)| column.language == Some(language)) {
                    let place = Place::new(Arc::clone(&self.sheet), self.header, *first);
                    let column = match languages.shown(language) {
                        "" => (*name).to_owned(),
                        shown => format!("{name}::{shown}"),
                    };
                    findings.push(Finding::at(&codes::MISSING_TRANSLATION_COLUMN, &place, &[&column]));
                }
            }
        }
    }
}

/// Prefixes of headers that say where the column goes in an XForm.
const PREFIXES: [&str; 3] = ["bind", "media", "control"];
/// Prefixes of columns that reach into the XForm and do nothing here.
const PASSED: [&str; 4] = ["bind", "body", "instance", "attribute"];

fn understand(
    text: &str,
    place: &Place,
    convention: &Convention,
    languages: &mut Languages,
    findings: &mut Findings,
) -> Option<Column> {
    let simple = |part: &str| {
        part.to_lowercase()
            .split(|char: char| char.is_whitespace() || char == '_')
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join("_")
    };
    let known = |part: &str| {
        let part = simple(part);
        let aliased = convention.aliases.iter().find(|(alias, _)| *alias == part).map(|(_, name)| *name);
        let listed = || convention.known.iter().find(|name| **name == part).copied();
        aliased.or_else(listed)
    };
    let column = |name: &str, language| Some(Column { name: name.to_owned(), language, other: false });
    let whole = text.trim();
    let refused = |part: &str| convention.refused.iter().find(|(name, _)| *name == simple(part)).map(|(_, code)| *code);
    let separator = if whole.contains("::") { "::" } else { ":" };
    let mut parts: Vec<&str> = whole.split(separator).map(str::trim).collect();
    if let Some(code) = refused(whole).or_else(|| parts.first().and_then(|part| refused(part))) {
        findings.push(Finding::at(code, place, &[whole]));
        return None;
    }
    if let Some(name) = known(whole) {
        let translated = convention.translated.contains(&name);
        return column(name, translated.then(|| languages.default()));
    }
    let prefix = parts.first().map(|part| simple(part)).unwrap_or_default();
    if parts.len() > 1 && PREFIXES.contains(&prefix.as_str()) {
        parts.remove(0);
    }
    let name = parts.first().and_then(|part| known(part));
    match (name, parts.get(1), parts.get(2)) {
        (Some(name), None, _) => {
            let translated = convention.translated.contains(&name);
            column(name, translated.then(|| languages.default()))
        }
        (Some(name), Some(language), None) if convention.translated.contains(&name) && !language.is_empty() => {
            let language = languages.named(language, place, findings);
            column(name, Some(language))
        }
        _ if PASSED.contains(&prefix.as_str()) => {
            findings.push(Finding::at(&codes::COLUMN_PASSED_OVER, place, &[whole]));
            None
        }
        _ if convention.others == Others::Keep => Some(Column { name: whole.to_owned(), language: None, other: true }),
        _ => {
            let near = nearest(&simple(whole), convention.known.iter().copied());
            findings.push(Finding::at(&codes::UNKNOWN_COLUMN, place, &[whole]).with_hint(near));
            None
        }
    }
}
