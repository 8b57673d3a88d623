//! JavaRosa, the engine behind ODK Collect, as the oracle: forms and answers drawn by chance, every node compared.
//!
//! A form is drawn from a seed (`form`) and written as a workbook. pyxform makes an XForm of it and JavaRosa fills that
//! in (`javarosa`); `sumu-server form run` takes the workbook itself (`ours`). Both get the same answers (`steps`),
//! and after each every node must be equal, but for the rules in `compare`.

mod compare;
mod coverage;
mod expression;
mod form;
mod javarosa;
mod ours;
mod process;
mod run;
mod scope;
mod steps;

pub use run::{Options, run};
