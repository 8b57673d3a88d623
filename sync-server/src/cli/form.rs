//! `form check | compile | import | run`: for authors, and to put a form on the server.

mod run;

use std::env;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use sumu_core::form::Form;
use sumu_core::ids::Handle;
use sumu_server::admin;
use sumu_server::xlsform::{Finding, Severity, check};

use super::{Context, Failure, Output};

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
    /// Compile a workbook; equal workbooks give equal bytes. Needs no --data.
    Compile {
        /// The workbook, .xlsx.
        file: PathBuf,
        /// Where the compiled form goes, like water.sumuform.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Give an item a form: in every open round and in those opened later, or in the one that is named.
    Import {
        /// The workbook, .xlsx, or the compiled form, .sumuform.
        file: PathBuf,
        /// The item.
        #[arg(long)]
        item: Handle,
        /// The only round that gets it.
        #[arg(long)]
        round: Option<Handle>,
    },
    /// Fill a form in by JSON lines on standard input, and print every node after each, one JSON line.
    ///
    /// Needs no --data. Steps: {"set": PATH, "value": TEXT}, {"add": REPEAT}, {"remove": INSTANCE}, {"language": NAME},
    /// {"now": MOMENT}. Lines of the answer: {PATH: {value, relevant, required, readonly, valid}}, or {"error": ...}.
    Run {
        /// The workbook, .xlsx, or the compiled form, .sumuform.
        file: PathBuf,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    En,
    Zh,
}

impl Command {
    /// Runs the command; only `import` asks for the data folder.
    pub(crate) fn run(self, context: impl FnOnce() -> Result<Context, Failure>) -> Result<Output, Failure> {
        match self {
            Self::Check { file, lang } => checked(&file, lang.unwrap_or_else(Lang::of_environment)),
            Self::Compile { file, output } => compile(&file, &output),
            Self::Import { file, item, round } => import(&context()?, &file, &item, round.as_ref()),
            Self::Run { file } => run::run(open(&file)?).map(|()| Output::silent()),
        }
    }
}

fn checked(file: &Path, lang: Lang) -> Result<Output, Failure> {
    let findings = check(&read(file)?).findings;
    let text: Vec<String> = findings.iter().map(|finding| line(finding, lang)).collect();
    let failed = findings.iter().any(|finding| finding.severity == Severity::Error);
    Ok(Output::new(text.join("\n"), &findings)?.refused_if(failed))
}

fn compile(file: &Path, output: &Path) -> Result<Output, Failure> {
    let bytes = open(file)?.encode();
    std::fs::write(output, &bytes)
        .map_err(|error| Failure::Refused(format!("{} cannot be written: {error}", output.display())))?;
    let form = sumu_core::ids::ContentHash::of(&bytes);
    let told = serde_json::json!({ "form": form, "bytes": bytes.len(), "file": output });
    Output::new(format!("{}: form {form}, {} bytes", output.display(), bytes.len()), told)
}

fn import(context: &Context, file: &Path, item: &Handle, round: Option<&Handle>) -> Result<Output, Failure> {
    let bytes = open(file)?.encode();
    let done = context.write(|tx| admin::import_form(tx, &bytes, item, round, context.now()))?;
    let mut rounds: Vec<&str> = done.rounds.iter().map(Handle::as_str).collect();
    if done.later {
        rounds.push("those opened later");
    }
    Output::new(format!("{item} has form {} in: {}", done.form, rounds.join(", ")), done)
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

/// Opens a compiled form, or compiles a workbook.
fn open(path: &Path) -> Result<Form, Failure> {
    let bytes = read(path)?;
    let compiled = if path.extension().is_some_and(|ending| ending == "sumuform") {
        bytes
    } else {
        let checked = check(&bytes);
        let lang = Lang::of_environment();
        checked.form.ok_or_else(|| {
            let lines: Vec<String> = checked.findings.iter().map(|finding| line(finding, lang)).collect();
            Failure::Refused(lines.join("\n"))
        })?
    };
    Form::decode(&compiled).map_err(|error| Failure::Refused(format!("{}: {error}", path.display())))
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
