//! From the bytes of a workbook to its checked model.

use super::codes;
use super::finding::Finding;
use super::survey::Workbook;

/// Reads a workbook and checks everything but its expressions. There is a model exactly if no finding is an error.
pub fn read(bytes: &[u8]) -> (Option<Workbook>, Vec<Finding>) {
    let reason = format!("{} bytes", bytes.len());
    (None, vec![Finding::in_file(&codes::NOT_A_WORKBOOK, &[&reason])])
}
