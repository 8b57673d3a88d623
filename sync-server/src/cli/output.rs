//! What a command prints, and how it ends.

use std::io::{self, Write};
use std::process::ExitCode;

use serde::Serialize;
use sumu_server::OpenError;
use sumu_server::admin::AdminError;
use sumu_server::database::DatabaseError;
use sumu_server::programme::ProgrammeError;

/// What a command has to say: as text, and as one JSON value.
pub(crate) struct Output {
    text: String,
    json: serde_json::Value,
    refused: bool,
}

impl Output {
    /// Says the same in both ways.
    pub(crate) fn new(text: impl Into<String>, json: impl Serialize) -> Result<Self, Failure> {
        Ok(Self {
            text: text.into(),
            json: serde_json::to_value(json).map_err(|error| Failure::Refused(error.to_string()))?,
            refused: false,
        })
    }

    /// Says nothing, because everything was said while the command ran.
    pub(crate) fn silent() -> Self {
        Self { text: String::new(), json: serde_json::Value::Null, refused: false }
    }

    /// Makes the command end as refused, though it had something to say.
    pub(crate) fn refused_if(mut self, refused: bool) -> Self {
        self.refused = refused;
        self
    }

    /// Returns the exit code.
    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(u8::from(self.refused))
    }

    /// Prints it; a reader that is gone is no failure of the command.
    pub(crate) fn print(&self, json: bool) {
        let text = match (json, self.json.is_null()) {
            (_, true) => return,
            (true, false) => self.json.to_string(),
            (false, false) => self.text.clone(),
        };
        if !text.is_empty() {
            let _ = writeln!(io::stdout().lock(), "{}", text.trim_end_matches('\n'));
        }
    }
}

/// Why a command was not done, and what to do.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It was understood and refused.
    Refused(String),
    /// It was not given as it must be.
    Usage(String),
}

impl Failure {
    /// Prints the reason and returns the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        let (message, code) = match self {
            Self::Refused(message) => (message, 1),
            Self::Usage(message) => (message, 2),
        };
        let _ = writeln!(io::stderr().lock(), "error: {message}");
        ExitCode::from(code)
    }
}

macro_rules! refused {
    ($($error:ty),*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::Refused(error.to_string())
            }
        }
    )*};
}

refused!(DatabaseError, OpenError, ProgrammeError, rusqlite::Error);

/// How many wrong lines of a table are printed.
const LINES: usize = 20;

impl From<AdminError> for Failure {
    fn from(error: AdminError) -> Self {
        if matches!(error, AdminError::Dates { .. }) {
            return Self::Usage(error.to_string());
        }
        let lines = error.lines();
        if lines.is_empty() {
            return Self::Refused(error.to_string());
        }
        let mut message = format!(
            "nothing was imported; {} wrong:",
            if lines.len() == 1 { "one line is" } else { "these lines are" }
        );
        for line in lines.iter().take(LINES) {
            message.push_str(&format!("\n  {line}"));
        }
        if lines.len() > LINES {
            message.push_str(&format!("\n  and {} more", lines.len() - LINES));
        }
        Self::Refused(message)
    }
}
