//! A workbook as rows of named cells, and the file that it makes.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format};

const SURVEY: [&str; 21] = [
    "type",
    "name",
    "label::中文 (zh)",
    "label::English (en)",
    "hint::中文 (zh)",
    "hint::English (en)",
    "required",
    "required_message::中文 (zh)",
    "required_message::English (en)",
    "relevant",
    "constraint",
    "constraint_message::中文 (zh)",
    "constraint_message::English (en)",
    "calculation",
    "default",
    "read_only",
    "appearance",
    "choice_filter",
    "repeat_count",
    "parameters",
    "note",
];
const CHOICES: [&str; 12] = [
    "list_name",
    "name",
    "label::中文 (zh)",
    "label::English (en)",
    "item",
    "parent",
    "part",
    "full",
    "minus",
    "rate",
    "points",
    "weight",
];
const SETTINGS: [&str; 4] = ["form_title", "form_id", "version", "default_language"];

/// One row: the cells that are not empty, by column.
#[derive(Clone, Debug, Default)]
pub struct Row(BTreeMap<&'static str, String>);

impl Row {
    /// Begins a row of the survey.
    pub fn survey(kind: &str, name: &str) -> Self {
        Self::default().with("type", kind).with("name", name)
    }

    /// Begins a row of the choices.
    pub fn choice(list: &str, name: &str) -> Self {
        Self::default().with("list_name", list).with("name", name)
    }

    /// Sets a cell.
    pub fn with(mut self, column: &'static str, text: impl Into<String>) -> Self {
        self.0.insert(column, text.into());
        self
    }

    /// Returns the cells with their columns.
    pub fn cells(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(column, text)| (*column, text.as_str()))
    }

    /// Sets the label in both languages.
    pub fn label(self, zh: &str, en: &str) -> Self {
        self.with("label::中文 (zh)", zh).with("label::English (en)", en)
    }

    /// Demands an answer and says why.
    pub fn required(self, zh: &str, en: &str) -> Self {
        self.with("required", "yes").with("required_message::中文 (zh)", zh).with("required_message::English (en)", en)
    }

    /// Limits the answer and says how.
    pub fn constraint(self, rule: &str, zh: &str, en: &str) -> Self {
        self.with("constraint", rule)
            .with("constraint_message::中文 (zh)", zh)
            .with("constraint_message::English (en)", en)
    }
}

/// The three sheets of a form.
#[derive(Clone, Debug, Default)]
pub struct Workbook {
    /// The questions.
    pub survey: Vec<Row>,
    /// The lists.
    pub choices: Vec<Row>,
    /// The one row of settings.
    pub settings: Row,
}

impl Workbook {
    /// Makes the bytes of the file; equal workbooks make equal bytes.
    pub fn xlsx(&self) -> Result<Vec<u8>> {
        let mut file = rust_xlsxwriter::Workbook::new();
        let made = ExcelDateTime::from_ymd(2026, 11, 23).context("the date of the file")?;
        file.set_properties(&DocProperties::new().set_author("Sumu").set_creation_datetime(&made));
        write(&mut file, "survey", &SURVEY, &self.survey)?;
        write(&mut file, "choices", &CHOICES, &self.choices)?;
        write(&mut file, "settings", &SETTINGS, std::slice::from_ref(&self.settings))?;
        file.save_to_buffer().context("the workbook")
    }
}

/// Writes one sheet; a column that no row fills is left out.
fn write(file: &mut rust_xlsxwriter::Workbook, name: &str, columns: &[&str], rows: &[Row]) -> Result<()> {
    let unknown = rows.iter().flat_map(|row| row.0.keys()).find(|column| !columns.contains(column));
    ensure!(unknown.is_none(), "the sheet {name} has no column {unknown:?}");
    let sheet = file.add_worksheet().set_name(name)?;
    sheet.set_freeze_panes(1, 0)?;
    let head = Format::new().set_bold();
    let plain = Format::new().set_text_wrap();
    let used = columns.iter().filter(|column| rows.iter().any(|row| row.0.contains_key(*column)));
    for (place, column) in (0..).zip(used) {
        let wide = column.starts_with("label") || column.starts_with("hint") || *column == "calculation";
        sheet.set_column_width(place, if wide { 36.0 } else { 16.0 })?;
        sheet.write_with_format(0, place, *column, &head)?;
        for (line, row) in (1..).zip(rows) {
            if let Some(text) = row.0.get(column) {
                sheet.write_with_format(line, place, text.as_str(), &plain)?;
            }
        }
    }
    Ok(())
}
