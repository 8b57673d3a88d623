//! `form check FILE.xlsx`

use std::env;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use sumu_server::xlsform::{Finding, Severity, check};

use super::{Failure, Output};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Check a workbook and print what is found, one line each; exit 1 if there are errors.
    ///
    /// Needs no --data. With --json: one array of findings, [] when there are none.
    Check {
        /// The workbook, .xlsx.
        file: PathBuf,
        /// The language of the messages [default: that of LC_ALL, LC_MESSAGES or LANG].
        #[arg(long)]
        lang: Option<Lang>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    En,
    Zh,
}

impl Command {
    pub(crate) fn run(self) -> Result<Output, Failure> {
        let Self::Check { file, lang } = self;
        let findings = check(&read(&file)?).findings;
        let lang = lang.unwrap_or_else(Lang::of_environment);
        let text: Vec<String> = findings.iter().map(|finding| line(finding, lang)).collect();
        let failed = findings.iter().any(|finding| finding.severity == Severity::Error);
        Ok(Output::new(text.join("\n"), &findings)?.refused_if(failed))
    }
}

impl Lang {
    fn of_environment() -> Self {
        let named = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| env::var(name).ok());
        match named.into_iter().find(|value| !value.is_empty()) {
            Some(value) if value.starts_with("zh") => Self::Zh,
            _ => Self::En,
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| Failure::Refused(format!("{} cannot be read: {error}", path.display())))
}

/// Shows a finding like `survey!F12:3 error unknown_name: message (hint)`.
fn line(finding: &Finding, lang: Lang) -> String {
    let mut line = finding.sheet.clone().unwrap_or_else(|| "-".to_owned());
    if let Some(row) = finding.row {
        line.push_str(&format!("!{}{row}", finding.column.as_deref().unwrap_or_default()));
    }
    if let Some(char) = finding.char {
        line.push_str(&format!(":{char}"));
    }
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let chinese = lang == Lang::Zh;
    let message = if chinese { &finding.message_zh } else { &finding.message_en };
    line.push_str(&format!(" {severity} {}: {message}", finding.code));
    if let Some(hint) = &finding.hint {
        line.push_str(&if chinese { format!("（{}）", hint.zh) } else { format!(" ({})", hint.en) });
    }
    line
}
