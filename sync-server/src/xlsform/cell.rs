//! Cells of a workbook and where they stand.

use std::fmt;
use std::sync::Arc;

/// Where a cell stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The sheet, as the workbook names it.
    pub sheet: Arc<str>,
    /// The row, from 1.
    pub row: u32,
    /// The column, from 1.
    pub column: u32,
}

impl Place {
    /// Names a place.
    pub fn new(sheet: impl Into<Arc<str>>, row: u32, column: u32) -> Self {
        Self { sheet: sheet.into(), row, column }
    }

    /// Returns the letters of the column, like `F` or `AB`.
    pub fn letters(&self) -> String {
        letters(self.column)
    }
}

/// Returns the letters of a column that is counted from 1.
pub fn letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// Shows a place like `survey!F12`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}!{}{}", self.sheet, self.letters(), self.row)
    }
}

/// A cell that holds something: its text, and where it stands.
///
/// Numbers read as their shortest text (`3`, not `3.0`), booleans as `TRUE` and `FALSE`, dates as ISO 8601. The text is
/// untrimmed, so a character that is counted in it is the character that the author sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What it holds.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_letters() {
        let named: Vec<String> = [1, 6, 26, 27, 52, 53, 702, 703, 16_384].map(letters).into();
        assert_eq!(named, ["A", "F", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD"]);
        assert_eq!(Place::new("survey", 12, 6).to_string(), "survey!F12");
    }
}
