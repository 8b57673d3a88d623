//! The run: draw, convert, answer, compare; and what to do to see a difference again.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::compare::{State, differences};
use super::form::{self, Form};
use super::javarosa::{JavaRosa, Tools};
use super::ours::Ours;
use super::steps::{self, Step};
use crate::world::chance::Chance;

/// What to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// From which everything follows.
    pub seed: u64,
    /// How many forms.
    pub forms: u64,
    /// How many things are done with each.
    pub steps: usize,
    /// Only the form of this number.
    pub only: Option<u64>,
    /// The present moment for our side, in RFC 3339; JavaRosa takes the machine's.
    pub now: String,
    /// Where tools and forms are kept.
    pub folder: PathBuf,
}

/// What was compared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Compared {
    /// Forms.
    pub forms: u64,
    /// Steps.
    pub steps: u64,
    /// Nodes, after every step.
    pub nodes: u64,
    /// Forms that were left early, because JavaRosa wrote a number with an exponent, which it cannot read itself.
    pub left_early: u64,
}

struct Drawn {
    number: u64,
    chance: Chance,
    form: Form,
    workbook: PathBuf,
}

/// Compares; the first form that differs is an error that says how to see it again.
pub fn run(options: &Options) -> Result<Compared> {
    let tools = Tools::ready(&options.folder)?;
    let folder = options.folder.join("forms");
    std::fs::create_dir_all(&folder)?;
    let mut drawn = Vec::new();
    for number in 0..options.forms {
        if options.only.is_none_or(|only| only == number) {
            drawn.push(draw(options.seed, number, &folder)?);
        }
    }
    let workbooks: Vec<PathBuf> = drawn.iter().map(|drawn| drawn.workbook.clone()).collect();
    tools.convert(&workbooks)?;
    let mut javarosa = tools.javarosa()?;
    let mut compared = Compared::default();
    for drawn in &drawn {
        let mut done = Vec::new();
        fill_in(drawn, options, &mut javarosa, &mut compared, &mut done).with_context(|| {
            format!(
                "form {} of seed {} differs, after {done:#?}\nworkbook: {}\nagain: cargo run -p sumu-tests --bin oracle -- \
                 --seed {} --only {}",
                drawn.number,
                options.seed,
                drawn.workbook.display(),
                options.seed,
                drawn.number
            )
        })?;
        compared.forms += 1;
    }
    Ok(compared)
}

fn draw(seed: u64, number: u64, folder: &Path) -> Result<Drawn> {
    let chance = Chance::new(seed.wrapping_add(number.wrapping_mul(0x2545_f491_4f6c_dd1d)));
    let form = form::draw(&chance);
    let workbook = folder.join(format!("{number}.xlsx"));
    std::fs::write(&workbook, form.workbook.xlsx()?)?;
    Ok(Drawn { number, chance, form, workbook })
}

fn fill_in(
    drawn: &Drawn,
    options: &Options,
    javarosa: &mut JavaRosa,
    compared: &mut Compared,
    done: &mut Vec<Step>,
) -> Result<()> {
    let mut theirs = javarosa.open(&drawn.workbook.with_extension("xml"))?;
    let (mut ours, first) = Ours::open(&drawn.workbook, &options.now)?;
    if theirs.has_an_exponent() {
        compared.left_early += 1;
        return Ok(());
    }
    same(&first, &theirs, compared)?;
    for _ in 0..options.steps {
        for step in steps::draw(&drawn.chance, &drawn.form, &theirs) {
            done.push(step.clone());
            theirs = javarosa.step(&step)?;
            let mine = ours.step(&step)?;
            if theirs.has_an_exponent() {
                compared.left_early += 1;
                return Ok(());
            }
            same(&mine, &theirs, compared)?;
            compared.steps += 1;
        }
    }
    Ok(())
}

fn same(ours: &State, theirs: &State, compared: &mut Compared) -> Result<()> {
    let differences = differences(ours, theirs);
    if !differences.is_empty() {
        bail!("{}", differences.join("\n"));
    }
    compared.nodes += theirs.len() as u64;
    Ok(())
}
