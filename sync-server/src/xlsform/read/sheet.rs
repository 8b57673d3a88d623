//! Sheets as plain text: what stands in which cell, and which cells are not what they seem.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx, XlsxError};

use crate::xlsform::cell::{Place, letters};
use crate::xlsform::codes;
use crate::xlsform::finding::{Code, Finding, Findings};

/// The most rows of a sheet that hold something.
const ROWS: usize = 20_000;
/// The last column that may hold something.
const COLUMNS: u32 = 500;
/// The most characters of a cell, as in Excel.
const CELL_CHARS: usize = 32_767;
/// The most cells of a sheet that are blamed for what they hold.
const ODD: usize = 10_000;
/// The most merged ranges of a sheet that are looked at.
const MERGED: usize = 1_000;

/// A sheet.
#[derive(Debug)]
pub(super) struct Sheet {
    /// Its name, as the workbook writes it.
    pub(super) name: Arc<str>,
    /// The rows that hold something, from above.
    pub(super) rows: Vec<Row>,
    /// Cells that are not what they seem; they matter if their column does.
    pub(super) odd: Vec<Odd>,
}

/// A row that holds something.
#[derive(Debug)]
pub(super) struct Row {
    /// Its number, from 1.
    pub(super) number: u32,
    /// What stands in its columns, which count from 1. No text is blank.
    pub(super) cells: BTreeMap<u32, String>,
}

/// A cell that is not what it seems.
#[derive(Debug)]
pub(super) struct Odd {
    pub(super) code: &'static Code,
    pub(super) place: Place,
    /// The last row and column that it covers.
    pub(super) until: (u32, u32),
    pub(super) argument: String,
}

/// The sheets of a workbook that matter, found by their names whatever their case.
#[derive(Debug)]
pub(super) struct Sheets {
    pub(super) survey: Option<Sheet>,
    pub(super) choices: Option<Sheet>,
    pub(super) settings: Option<Sheet>,
    /// The names of all sheets.
    pub(super) names: Vec<String>,
}

/// Opens a workbook and reads its sheets. The library must not bring a process down, so what it throws is caught here.
pub(super) fn open(bytes: &[u8], findings: &mut Findings) -> Result<Sheets, Box<Finding>> {
    let read = catch_unwind(AssertUnwindSafe(|| read_all(bytes, findings)));
    let reason = match read {
        Ok(Ok(sheets)) => return Ok(sheets),
        Ok(Err(Unread::Large(finding))) => return Err(finding),
        Ok(Err(Unread::Damaged(error))) => error.to_string(),
        Err(_) => "damaged".to_owned(),
    };
    Err(Box::new(Finding::in_file(&codes::NOT_A_WORKBOOK, &[&reason])))
}

/// Why a workbook cannot be judged.
enum Unread {
    /// The library cannot read it.
    Damaged(XlsxError),
    /// A sheet is too long: what stands below is unknown.
    Large(Box<Finding>),
}

impl From<XlsxError> for Unread {
    fn from(error: XlsxError) -> Self {
        Self::Damaged(error)
    }
}

fn read_all(bytes: &[u8], findings: &mut Findings) -> Result<Sheets, Unread> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    let names = book.sheet_names();
    let mut sheet = |wanted: &str| -> Result<Option<Sheet>, Unread> {
        match names.iter().find(|name| name.trim().eq_ignore_ascii_case(wanted)) {
            Some(name) => read_sheet(&mut book, name, findings).map(Some),
            None => Ok(None),
        }
    };
    Ok(Sheets { survey: sheet("survey")?, choices: sheet("choices")?, settings: sheet("settings")?, names })
}

fn read_sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str, findings: &mut Findings) -> Result<Sheet, Unread> {
    let mut sheet = Sheet { name: name.into(), rows: Vec::new(), odd: Vec::new() };
    let mut rows: BTreeMap<u32, BTreeMap<u32, String>> = BTreeMap::new();
    let mut far = false;
    let mut cells = book.worksheet_cells_reader(name)?;
    while let Some(cell) = cells.next_cell_with_formula_metadata()? {
        let place = Place::new(Arc::clone(&sheet.name), cell.pos.0.saturating_add(1), cell.pos.1.saturating_add(1));
        let mut odd = |code, argument: &str| {
            let until = (place.row, place.column);
            if sheet.odd.len() < ODD {
                sheet.odd.push(Odd { code, until, place: place.clone(), argument: argument.to_owned() });
            }
        };
        let text = plain(&cell.value);
        if let DataRef::Error(error) = &cell.value {
            odd(&codes::CELL_ERROR, &error.to_string());
        } else if cell.formula.is_some() {
            let code = if text.trim().is_empty() { &codes::FORMULA_WITHOUT_VALUE } else { &codes::FORMULA };
            odd(code, &place.to_string());
        }
        if text.trim().is_empty() {
            continue;
        }
        if place.column > COLUMNS {
            if !far {
                findings.push(Finding::at(&codes::TOO_MANY_COLUMNS, &place, &[&letters(COLUMNS)]));
            }
            far = true;
            continue;
        }
        if text.chars().count() > CELL_CHARS {
            odd(&codes::CELL_TOO_LONG, &CELL_CHARS.to_string());
            continue;
        }
        if rows.len() >= ROWS && !rows.contains_key(&place.row) {
            let finding = Finding::in_row(&codes::TOO_MANY_ROWS, &place, &[&ROWS.to_string()]);
            return Err(Unread::Large(Box::new(finding)));
        }
        rows.entry(place.row).or_default().insert(place.column, text);
    }
    drop(cells);
    sheet.rows = rows.into_iter().map(|(number, cells)| Row { number, cells }).collect();
    for merged in book.merge_cells_by_sheet_name(name)?.into_iter().take(MERGED) {
        let (start, end) = (merged.start, merged.end);
        let place = Place::new(Arc::clone(&sheet.name), start.0.saturating_add(1), start.1.saturating_add(1));
        let until = (end.0.saturating_add(1), end.1.saturating_add(1));
        let argument = format!("{}{}:{}{}", place.letters(), place.row, letters(until.1), until.0);
        sheet.odd.push(Odd { code: &codes::MERGED_CELLS, place, until, argument });
    }
    Ok(sheet)
}

/// Returns what a cell shows to whom computes: numbers in their shortest form, booleans and dates as one writes them.
fn plain(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => format!("{number}"),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(moment) => date(moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

fn date(moment: &ExcelDateTime) -> String {
    let serial = moment.as_f64();
    if !moment.is_datetime() || !(0.0..2_958_466.0).contains(&serial) {
        return format!("{serial}");
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    match (serial < 1.0, serial.fract() == 0.0) {
        (true, _) => time,
        (false, true) => format!("{year:04}-{month:02}-{day:02}"),
        (false, false) => format!("{year:04}-{month:02}-{day:02}T{time}"),
    }
}
