//! Workbooks for tests, written as Markdown tables: a first cell names a sheet, the others are its cells.

use rust_xlsxwriter::{Formula, Workbook};

/// Writes a workbook. Numbers, `TRUE` and `FALSE` become what Excel makes of them, and `=A1` a formula with the value 1;
/// `\n` in a cell is a line break, `\p` a bar.
pub(crate) fn workbook(tables: &str) -> Vec<u8> {
    let mut book = Workbook::new();
    let mut sheet = None;
    let mut row = 0;
    for line in tables.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let cells: Vec<&str> = line.strip_prefix('|').unwrap_or(line).split('|').map(str::trim).collect();
        if !cells[0].is_empty() {
            sheet = Some(book.add_worksheet().set_name(cells[0]).unwrap());
            row = 0;
            continue;
        }
        let sheet = sheet.as_mut().expect("the first line names a sheet");
        for (column, text) in (0u16..).zip(&cells[1..]) {
            let text = text.replace("\\n", "\n").replace("\\p", "|");
            match (text.as_str(), text.parse::<f64>()) {
                ("", _) => {}
                ("TRUE" | "FALSE", _) => {
                    sheet.write_boolean(row, column, text == "TRUE").unwrap();
                }
                (_, Ok(number)) => {
                    sheet.write_number(row, column, number).unwrap();
                }
                _ if text.starts_with('=') => {
                    sheet.write_formula(row, column, Formula::new(&text).set_result("1")).unwrap();
                }
                _ => {
                    sheet.write_string(row, column, &text).unwrap();
                }
            }
        }
        row += 1;
    }
    book.save_to_buffer().unwrap()
}
