//! The rows of the rubric.

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

const RUBRIC: &str = include_str!("../../data/rubric-tenfold.csv");

/// How a criterion earns its marks.
#[derive(Clone, Debug, PartialEq)]
pub enum Method {
    /// The full marks times done by planned, at most full.
    Ratio {
        /// Whether what is counted has fractions: kilometres.
        fractions: bool,
    },
    /// The full marks less so many for each fault, not below 0.
    PerFault {
        /// Marks lost by one fault.
        minus: u32,
    },
    /// The full marks times the rate of a grade.
    Graded,
    /// The full marks or nothing.
    YesNo,
    /// The full marks times the mean rate of the places looked at.
    Sample {
        /// How many places to look at.
        places: u32,
    },
}

/// One criterion.
#[derive(Clone, Debug)]
pub struct Criterion {
    /// The item's code: `housing`.
    pub item: String,
    /// The name that its questions begin with: `h1`.
    pub name: String,
    /// How it earns its marks.
    pub method: Method,
    /// Full marks.
    pub full: u32,
    /// The text in Chinese.
    pub zh: String,
    /// The text in English.
    pub en: String,
    /// The evidence that it asks for, in words.
    pub evidence: String,
}

#[derive(Deserialize)]
struct Row {
    item: String,
    code: String,
    method: String,
    full: u32,
    param: String,
    zh: String,
    en: String,
    evidence: String,
}

/// Reads the rubric, in its order.
pub fn criteria() -> Result<Vec<Criterion>> {
    let mut rows = csv::Reader::from_reader(RUBRIC.as_bytes());
    rows.deserialize().map(|row| read(row.context("a row of the rubric")?)).collect()
}

fn read(row: Row) -> Result<Criterion> {
    let method = match row.method.as_str() {
        "ratio" => Method::Ratio { fractions: row.param.contains("km") },
        "per_fault" => Method::PerFault { minus: row.param.parse().with_context(|| row.code.clone())? },
        "graded" => Method::Graded,
        "yes_no" => Method::YesNo,
        "sample" => {
            let places = row.param.split(' ').next().unwrap_or_default();
            Method::Sample { places: places.parse().with_context(|| row.code.clone())? }
        }
        other => bail!("{}: the method {other} is unknown", row.code),
    };
    Ok(Criterion {
        item: row.item,
        name: row.code.to_lowercase(),
        method,
        full: row.full,
        zh: row.zh,
        en: row.en,
        evidence: row.evidence,
    })
}
