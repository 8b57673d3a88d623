//! Forms: how fast a large one is compiled, loaded and answered.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use sumu_core::clock::SeededEntropy;
use sumu_core::form::{Form, Moment, Session, Setting};
use sumu_server::xlsform::check;
use sumu_tests::large;

use super::measure::{Stopwatch, median};
use super::table::Table;

/// Measures all of it on one core.
pub fn forms(table: &mut Table) -> Result<()> {
    let workbook = large::interview().xlsx()?;
    let compiled = (0..20).map(|_| Stopwatch::time(|| compile(&workbook).map(drop))).collect::<Result<Vec<_>>>()?;
    table.row("a workbook of 600 rows: checked and compiled", median(compiled), "ms", Some(50.0));
    let bytes = compile(&workbook)?;
    table.row("  its size as a compiled form", bytes.len() as f64, "B", None);
    let loads = (0..50)
        .map(|_| {
            Stopwatch::time(|| {
                Form::decode(&bytes)?;
                Ok(())
            })
        })
        .collect::<Result<Vec<_>>>()?;
    table.row("a compiled form of 600 rows loads", median(loads), "ms", Some(5.0));

    let mut interview = session(Form::decode(&bytes)?);
    table.row(
        "one answer in a form of 600 rows",
        median(interview_answers(&mut interview)?) * 1000.0,
        "µs",
        Some(100.0),
    );

    let mut households = session(Form::decode(&compile(&large::households().xlsx()?)?)?);
    let (repeat, parent) = households.repeat("/data/household")?;
    for _ in 1..450 {
        households.add(repeat, parent)?;
    }
    let mut times = Vec::new();
    for _ in 450..500 {
        times.push(Stopwatch::time(|| {
            households.add(repeat, parent)?;
            Ok(())
        })?);
    }
    table.row("an instance more in a form with 500 instances", median(times), "ms", Some(5.0));
    let mut times = Vec::new();
    for number in 0..200 {
        let at = households.address(&format!("/data/household[{}]/people", number * 2 + 1))?;
        times.push(Stopwatch::time(|| {
            households.set(at, "4")?;
            Ok(())
        })?);
    }
    table.row("one answer in a form with 500 instances", median(times), "ms", Some(5.0));
    let weight = households.address("/data/weight")?;
    let all = (0..20).map(|number| {
        let value = (number % 2 + 2).to_string();
        Stopwatch::time(|| {
            households.set(weight, &value)?;
            Ok(())
        })
    });
    table.row("  one on which all 500 depend", median(all.collect::<Result<Vec<_>>>()?), "ms", Some(5.0));
    Ok(())
}

fn compile(workbook: &[u8]) -> Result<Vec<u8>> {
    let checked = check(workbook);
    let findings = checked.findings;
    checked.form.with_context(|| format!("the workbook has errors: {findings:?}"))
}

fn session(form: Form) -> Session {
    let language = form.definition().default_language as usize;
    let now = Moment { millis: 1_795_392_000_000, offset: 480 };
    Session::new(Arc::new(form), Setting { now, language, entropy: Arc::new(SeededEntropy::new(1)) })
}

fn interview_answers(session: &mut Session) -> Result<Vec<f64>> {
    let mut times = Vec::new();
    for round in 0..2 {
        for (path, value) in [("age", "40"), ("sex", "f"), ("known", "yes")] {
            let at = session.address(&format!("/data/{path}"))?;
            session.set(at, value)?;
        }
        for section in 0..40 {
            for question in 0..8 {
                let at = session.address(&format!("/data/s{section}/s{section}_q{question}"))?;
                let value = if (section + question + round) % 5 == 0 { "no" } else { "yes" };
                times.push(Stopwatch::time(|| {
                    session.set(at, value)?;
                    Ok(())
                })?);
            }
        }
    }
    Ok(times)
}
