//! Our side: the command that outside judges use.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::json;

use super::compare::State;
use super::process::Lines;
use super::steps::Step;

/// A form in `sumu-server form run`.
pub struct Ours(Lines);

impl Ours {
    /// Opens a workbook and returns what it shows at first.
    pub fn open(workbook: &Path, now: &str) -> Result<(Self, State)> {
        let server = std::env::current_exe()?.with_file_name("sumu-server");
        let mut ours = Self(Lines::start(Command::new(server).arg("form").arg("run").arg(workbook))?);
        let first = ours.0.ask(&json!({ "now": now }).to_string())?;
        Ok((ours, State::read(&first).context("ours, when the form opens")?))
    }

    /// Does a step.
    pub fn step(&mut self, step: &Step) -> Result<State> {
        let line = self.0.ask(&step.ours().to_string())?;
        State::read(&line).with_context(|| format!("ours, after {step:?}"))
    }
}
