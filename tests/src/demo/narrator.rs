//! Tells the story as it happens, and checks it at each step.

use std::io::{IsTerminal as _, Write as _};

use crate::phone::table::pad;

/// Prints the story and counts the checks that failed.
#[derive(Debug)]
pub struct Narrator {
    colours: bool,
    chapters: u32,
    checks: u32,
    failed: u32,
}

/// Something that a check finds out is not as it must be.
#[derive(Debug, thiserror::Error)]
#[error("{0} of {1} checks failed")]
pub struct ChecksFailed(pub u32, pub u32);

impl Narrator {
    /// Begins a story on standard output.
    pub fn new() -> Self {
        Self { colours: std::io::stdout().is_terminal(), chapters: 0, checks: 0, failed: 0 }
    }

    /// Begins a chapter.
    pub fn chapter(&mut self, title: &str) {
        self.chapters += 1;
        let title = format!("{}. {title}", self.chapters);
        self.print(&format!("\n{}", self.paint("1;36", &title)));
    }

    /// Tells what somebody does; `who` stands in a column of its own.
    pub fn tell(&self, who: &str, what: &str) {
        let mut lines = what.lines();
        self.print(&format!("   {}  {}", pad(who, 8), lines.next().unwrap_or_default()));
        for line in lines {
            self.print(&format!("   {}  {line}", pad("", 8)));
        }
    }

    /// Prints lines as they are, set in a little.
    pub fn show(&self, text: &str) {
        for line in text.lines() {
            self.print(&format!("   {line}"));
        }
    }

    /// Checks something and says so.
    pub fn check(&mut self, holds: bool, what: &str) {
        self.checks += 1;
        if holds {
            self.print(&format!("   {} {what}", self.paint("32", "✓")));
        } else {
            self.failed += 1;
            self.print(&format!("   {} {what}", self.paint("1;31", "✗ FAILED:")));
        }
    }

    /// Says how the checks went, and fails if one did.
    pub fn end(&self) -> Result<u32, ChecksFailed> {
        if self.failed == 0 { Ok(self.checks) } else { Err(ChecksFailed(self.failed, self.checks)) }
    }

    /// Prints a line; a reader that went away is no failure of the story.
    pub fn print(&self, line: &str) {
        let _ = writeln!(std::io::stdout(), "{line}");
    }

    fn paint(&self, colour: &str, text: &str) -> String {
        if self.colours { format!("\x1b[{colour}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

impl Default for Narrator {
    fn default() -> Self {
        Self::new()
    }
}
