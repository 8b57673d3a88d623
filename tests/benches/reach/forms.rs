//! Forms: how fast a large one is compiled, loaded and answered, and how fast records are scored again.

use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use sumu_core::clock::SeededEntropy;
use sumu_core::form::{Form, Moment, Session, Setting};
use sumu_server::xlsform::check;
use sumu_tests::large;
use sumu_tests::rubric;
use sumu_tests::workbook::Workbook;

use super::measure::{Stopwatch, median};
use super::table::Table;

/// As many as a city has in a fifth of a year.
const RECORDS: usize = 40_000;

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
    table.row("40,000 records scored again on one core", score_again()? / 1000.0, "s", Some(10.0));
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

/// Fills a form of the rubric in and reads its total, as often as there are records; in milliseconds.
fn score_again() -> Result<f64> {
    let housing = rubric::workbooks()?.into_iter().next().context("the first item")?;
    let form = Arc::new(Form::decode(&compile(&Workbook::xlsx(&housing.workbook)?)?)?);
    let setting = Setting {
        now: Moment { millis: 1_795_392_000_000, offset: 480 },
        language: 0,
        entropy: Arc::new(SeededEntropy::new(1)),
    };
    let mut answers = vec![
        ("/data/housing/h1_card/h1_planned".to_owned(), "40"),
        ("/data/housing/h1_card/h1_done".to_owned(), "38"),
        ("/data/housing/h3_card/h3_found".to_owned(), "no"),
        ("/data/housing/h4_card/h4_n".to_owned(), "2"),
        ("/data/housing/h5_card/h5_grade".to_owned(), "fair"),
    ];
    answers.extend((1..=5).map(|place| (format!("/data/housing/h2_card/h2_place[{place}]/h2_grade"), "good")));
    let watch = Stopwatch::start();
    for _ in 0..RECORDS {
        let mut session = Session::new(form.clone(), setting.clone());
        for (path, value) in &answers {
            let at = session.address(path)?;
            session.set(at, value)?;
        }
        let total = session.value(session.address("/data/total")?).to_text();
        if &*total != "88.5" {
            return Err(anyhow!("the total is {total}, not 88.5"));
        }
    }
    Ok(watch.millis())
}
