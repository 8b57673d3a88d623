//! `sumu-server`: the command line. The library does the work; this says how it went.

mod cli;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let json = cli.json();
    match cli.run() {
        Ok(output) => {
            output.print(json);
            output.code()
        }
        Err(failure) => failure.report(),
    }
}
