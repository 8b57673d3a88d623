//! `cargo demo`: a day of work, played with real phones, a real server and a line that breaks.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::unreachable)]

use std::process::ExitCode;

use clap::Parser;
use sumu_tests::demo;

/// Plays a day of inspection and shows how the records merge.
#[derive(Debug, Parser)]
#[command(name = "cargo demo")]
struct Arguments {
    /// In how many villages the team works; the city has 2568.
    #[arg(long, default_value_t = 6, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=2568))]
    villages: u32,
    /// Ends after the story instead of serving until Ctrl-C: with 0, or with 1 if a check failed.
    #[arg(long)]
    exit: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nthe demo failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let played = demo::play(arguments.villages as usize).await?;
    if !arguments.exit {
        println!("\nOpen this link to see the merged view in a browser; it works once:\n\n   {}\n", played.link);
        println!("The server goes on until Ctrl-C.");
        tokio::signal::ctrl_c().await?;
    }
    played.close().await
}
