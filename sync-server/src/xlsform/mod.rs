//! Workbooks become forms: an `.xlsx` by the convention XLSForm is read, checked and compiled.

pub mod cell;
pub(crate) mod codes;
pub mod compile;
pub mod expression;
pub mod finding;
mod follow;
#[cfg(test)]
pub(crate) mod markdown;
pub mod nearest;
mod read;
pub mod survey;
#[cfg(test)]
mod tests;

use sumu_core::form::Form;

pub use finding::{Finding, Findings, Severity};
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
    let mut findings = Findings::default();
    let workbook = read(bytes, &mut findings);
    let definition = workbook.and_then(|workbook| compile::compile(&workbook, &mut findings));
    let mut form = None;
    match definition.map(Form::new) {
        Some(Ok(checked)) => form = Some(checked.encode()),
        Some(Err(error)) => findings.push(Finding::in_file(&codes::FORM_REFUSED, &[&error.to_string()])),
        None => {}
    }
    Checked { findings: findings.finish(), form }
}
