//! The command line: a stable contract. One command group a file; each turns its arguments into calls of the library.

mod backup;
mod context;
mod device;
mod form;
mod invite;
mod items;
mod output;
mod person;
mod regions;
mod round;
mod serve;
mod show;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub(crate) use context::Context;
pub(crate) use output::{Failure, Output};

/// The server that phones sync with and supervisors look at.
///
/// All data lies in one folder, named by --data or SUMU_DATA. Commands work while the server runs. Exit codes: 0 done,
/// 1 refused with a reason on standard error, 2 usage.
#[derive(Debug, Parser)]
#[command(name = "sumu-server", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Cli {
    /// The data folder; it is made if it does not exist.
    #[arg(long, global = true, env = "SUMU_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print one JSON object or array instead of text.
    #[arg(long, global = true)]
    json: bool,
    /// The programme's time zone, given when the data folder is made [default: Asia/Shanghai].
    #[arg(long, global = true, env = "SUMU_ZONE", value_name = "ZONE")]
    zone: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The division tree and the sites in it.
    #[command(subcommand)]
    Regions(regions::Command),
    /// What is inspected at a site.
    #[command(subcommand)]
    Items(items::Command),
    /// Rounds of inspection.
    #[command(subcommand)]
    Round(round::Command),
    /// People, their roles and areas, and their links to the pages.
    #[command(subcommand)]
    Person(person::Command),
    /// Print a one-time link, and its QR code, by which a phone enrols for a person.
    Invite(invite::Arguments),
    /// Phones.
    #[command(subcommand)]
    Device(device::Command),
    /// Forms: workbooks by the convention XLSForm.
    #[command(subcommand)]
    Form(form::Command),
    /// Serve phones and pages until SIGTERM or Ctrl-C.
    Serve(serve::Arguments),
    /// Show a record.
    Show(show::Arguments),
    /// Drop the view and fold the log anew.
    RebuildView,
    /// Write a copy of the data to a file, also while the server runs.
    Backup(backup::Arguments),
    /// Check every signature, every hash and the view against the log.
    Verify,
}

impl Cli {
    /// Runs the command and returns what it prints.
    pub(crate) fn run(self) -> Result<Output, Failure> {
        let (data, json, zone) = (self.data, self.json, self.zone);
        let context = || {
            let data =
                data.ok_or_else(|| Failure::Usage("which data folder? Give --data DIR, or set SUMU_DATA".to_owned()))?;
            Ok(Context::new(data, json, zone))
        };
        if let Command::Form(command) = self.command {
            return command.run(context);
        }
        let context = context()?;
        match self.command {
            Command::Regions(command) => command.run(&context),
            Command::Items(command) => command.run(&context),
            Command::Round(command) => command.run(&context),
            Command::Person(command) => command.run(&context),
            Command::Invite(arguments) => arguments.run(&context),
            Command::Device(command) => command.run(&context),
            Command::Form(command) => command.run(|| Ok(context)),
            Command::Serve(arguments) => arguments.run(&context),
            Command::Show(arguments) => arguments.run(&context),
            Command::RebuildView => backup::rebuild_view(&context),
            Command::Backup(arguments) => arguments.run(&context),
            Command::Verify => backup::verify(&context),
        }
    }

    /// Tells whether to print JSON.
    pub(crate) fn json(&self) -> bool {
        self.json
    }
}
