//! Compares our form engine with JavaRosa on forms drawn by chance; `oracle --help` tells what can be set.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Parser;
use sumu_core::clock::{Clock as _, Entropy as _, SystemClock, SystemEntropy};
use sumu_tests::oracle::{Options, run};

/// Compares our form engine with JavaRosa on forms drawn by chance.
#[derive(Parser)]
struct Arguments {
    /// The seed from which the forms follow; drawn when it is not given.
    #[arg(long)]
    seed: Option<u64>,
    /// How many forms.
    #[arg(long, default_value_t = 60)]
    forms: u64,
    /// How many things are done with each form.
    #[arg(long, default_value_t = 20)]
    steps: usize,
    /// Only the form of this number, to see a difference again.
    #[arg(long)]
    only: Option<u64>,
}

fn main() -> ExitCode {
    match compare() {
        Ok(()) => ExitCode::SUCCESS,
        Err(difference) => {
            eprintln!("{difference:#}");
            ExitCode::FAILURE
        }
    }
}

fn compare() -> Result<()> {
    let arguments = Arguments::parse();
    let mut drawn = [0; 8];
    SystemEntropy.fill(&mut drawn);
    let seed = arguments.seed.unwrap_or_else(|| u64::from_le_bytes(drawn) % 1_000_000);
    let now = jiff::Timestamp::from_second(SystemClock.seconds())?;
    let now =
        now.to_zoned_datetime(jiff::tz::TimeZone::get("Asia/Shanghai")?).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    let program = std::env::current_exe()?;
    let target = program.ancestors().nth(2).context("the target folder")?;
    println!("oracle: seed {seed}");
    let compared = run(&Options {
        seed,
        forms: arguments.only.map_or(arguments.forms, |only| only + 1),
        steps: arguments.steps,
        only: arguments.only,
        now,
        folder: PathBuf::from(target).join("oracle"),
    })?;
    println!(
        "oracle: {} forms, {} steps, {} nodes equal to JavaRosa's, but for these rules:",
        compared.forms, compared.steps, compared.nodes
    );
    for (rule, count) in compared.passed.told() {
        println!("  {count} {rule}");
    }
    for line in compared.coverage.told() {
        println!("{line}");
    }
    Ok(())
}
