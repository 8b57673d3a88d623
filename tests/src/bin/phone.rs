//! A phone without a screen; `phone --help` tells what it can do.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::unreachable)]

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use sumu_tests::phone::{args::Arguments, run};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let json = arguments.json;
    match run(arguments).await {
        Ok(printed) => {
            let text = if json { printed.json.to_string() } else { printed.text };
            // A reader that went away early, like `head`, is no failure.
            let _ = writeln!(std::io::stdout(), "{}", text.trim_end());
            ExitCode::SUCCESS
        }
        Err(stop) => {
            let _ = writeln!(std::io::stderr(), "{}", stop.message());
            stop.code()
        }
    }
}
