//! Workbooks become forms: an `.xlsx` by the convention XLSForm is read, checked and compiled.

pub mod cell;
pub(crate) mod codes;
pub mod compile;
pub mod expression;
pub mod finding;
#[cfg(test)]
pub(crate) mod markdown;
mod read;
pub mod survey;

use sumu_core::form::Form;

pub use finding::{Finding, Severity};
pub use read::read;

/// What a check of a workbook gives.
#[derive(Debug)]
pub struct Checked {
    /// Everything that was found, in the order of the workbook.
    pub findings: Vec<Finding>,
    /// The bytes of the compiled form, if there is no error among the findings.
    pub form: Option<Vec<u8>>,
}

/// Reads, checks and compiles a workbook.
pub fn check(bytes: &[u8]) -> Checked {
    let (workbook, mut findings) = read(bytes);
    let mut form = None;
    if let Some(workbook) = &workbook {
        let (definition, more) = compile::compile(workbook);
        findings.extend(more);
        let right = findings.iter().all(|finding| finding.severity != Severity::Error);
        match definition.filter(|_| right).map(Form::new) {
            Some(Ok(checked)) => form = Some(checked.encode()),
            Some(Err(error)) => findings.push(Finding::in_file(&codes::FORM_REFUSED, &[&error.to_string()])),
            None => {}
        }
    }
    finding::put_in_order(&mut findings);
    Checked { findings, form }
}
