//! JavaRosa, the engine behind ODK Collect, as the oracle: forms and answers drawn by chance, every node compared.
//!
//! A form is drawn from a seed (`form`) and written as a workbook: every type and function of the subset is drawn. pyxform
//! makes an XForm of it and JavaRosa fills that in (`javarosa`); `sumu-server form run` takes the workbook itself (`ours`).
//! Both get the same answers (`steps`), and after each every node must be equal, but for these rules, of which each is
//! counted (`compare::Passed`):
//!
//! - pyxform adds nodes: the root, `meta`, and the counts of repeats that are expressions.
//! - What does not count is judged by JavaRosa and not by ours: a kept answer that would violate its constraint.
//! - Java before 19 writes some numbers with more digits than they need; they are equal as numbers.
//! - After an edit JavaRosa computes only in the instance that was edited. Where ours differs then, JavaRosa is made to compute
//!   everything again, and must be equal.
//! - A number that JavaRosa writes with an exponent it cannot read itself; such a form is left there.
//! - `start`, `now()`, `uuid()` and `random()` differ from run to run: both sides must be moments of this hour, UUIDs of
//!   version 4, or fractions. Inside of other expressions only what is the same on both sides is drawn: the day of `now()`, the
//!   length of a UUID, the whole part of a fraction.
//! - `end` is written by JavaRosa when a form is finished, and by ours when it is opened, too.
//!
//! Nobody knows where the form is opened, on which device and by whom: `start-geopoint`, `deviceid`, `username`, `email` and
//! `phonenumber` are blank on both sides. What JavaRosa lacks (`floor`, `ceiling`, `pulldata`) it is told in other words
//! (`foreign`).

mod compare;
mod coverage;
mod expression;
mod foreign;
mod form;
mod javarosa;
mod kind;
mod ours;
mod process;
mod run;
mod scope;
mod steps;

pub use run::{Options, run};
