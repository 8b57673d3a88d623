//! The run: draw, convert, answer, compare; and what to do to see a difference again.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};

use super::compare::{Passed, Rules, State};
use super::coverage::Coverage;
use super::foreign;
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
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// Forms.
    pub forms: u64,
    /// Steps.
    pub steps: u64,
    /// Nodes, after every step.
    pub nodes: u64,
    /// What passed by a rule.
    pub passed: Passed,
    /// What was in the forms.
    pub coverage: Coverage,
}

struct Drawn {
    number: u64,
    chance: Chance,
    form: Form,
    workbook: PathBuf,
    /// The XForm that pyxform makes.
    xform: PathBuf,
}

/// Compares all forms; those that differ are an error that says how to see each again.
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
    let workbooks: Vec<PathBuf> = drawn.iter().map(|drawn| drawn.xform.with_extension("xlsx")).collect();
    tools.convert(&workbooks)?;
    let mut javarosa = tools.javarosa()?;
    let mut compared = Compared::default();
    let mut different = Vec::new();
    for drawn in &drawn {
        let mut done = Vec::new();
        compared.coverage.add(&drawn.form.workbook);
        if let Err(difference) = fill_in(drawn, options, &mut javarosa, &mut compared, &mut done) {
            let done: Vec<String> = done.iter().map(|step| step.ours().to_string()).collect();
            different.push(format!(
                "form {number} of seed {seed} differs: {difference:#}\nafter\n{}\nworkbook: {}\nagain: oracle --seed {seed} \
                 --steps {} --only {number}",
                done.join("\n"),
                drawn.workbook.display(),
                options.steps,
                number = drawn.number,
                seed = options.seed,
            ));
        }
        compared.forms += 1;
    }
    ensure!(different.is_empty(), "{}\n{} of {} forms differ", different.join("\n\n"), different.len(), drawn.len());
    Ok(compared)
}

fn draw(seed: u64, number: u64, folder: &Path) -> Result<Drawn> {
    let chance = Chance::new(seed.wrapping_add(number.wrapping_mul(0x2545_f491_4f6c_dd1d)));
    let form = form::draw(&chance);
    let workbook = folder.join(format!("{number}.xlsx"));
    std::fs::write(&workbook, form.workbook.xlsx()?)?;
    let theirs = folder.join(format!("{number}-javarosa.xlsx"));
    std::fs::write(&theirs, foreign::workbook(&form.workbook).xlsx()?)?;
    Ok(Drawn { number, chance, form, workbook, xform: theirs.with_extension("xml") })
}

fn fill_in(
    drawn: &Drawn,
    options: &Options,
    javarosa: &mut JavaRosa,
    compared: &mut Compared,
    done: &mut Vec<Step>,
) -> Result<()> {
    let mut theirs = javarosa.open(&drawn.xform)?;
    let (mut ours, first) = Ours::open(&drawn.workbook, &options.now)?;
    if theirs.has_an_exponent() {
        compared.passed.exponents += 1;
        return Ok(());
    }
    let rules = Rules { added: &drawn.form.added, machine: &drawn.form.machine, now: &options.now };
    theirs = same(&first, theirs, &rules, javarosa, compared)?;
    for _ in 0..options.steps {
        for step in steps::draw(&drawn.chance, &drawn.form, &theirs) {
            done.push(step.clone());
            theirs = javarosa.step(&step)?;
            let mine = ours.step(&step)?;
            if theirs.has_an_exponent() {
                compared.passed.exponents += 1;
                return Ok(());
            }
            theirs = same(&mine, theirs, &rules, javarosa, compared)?;
            compared.steps += 1;
        }
    }
    Ok(())
}

/// Compares, and returns JavaRosa's state: another one where JavaRosa had to compute again.
fn same(
    ours: &State,
    theirs: State,
    rules: &Rules<'_>,
    javarosa: &mut JavaRosa,
    compared: &mut Compared,
) -> Result<State> {
    let mut passed = compared.passed;
    let first = rules.differences(ours, &theirs, &mut passed);
    let mut settled = theirs;
    if !first.is_empty() {
        settled = javarosa.again()?;
        passed = Passed { stale: compared.passed.stale + 1, ..compared.passed };
        if !rules.differences(ours, &settled, &mut passed).is_empty() {
            bail!("\n{}", first.join("\n"));
        }
    }
    compared.passed = passed;
    compared.nodes += settled.len() as u64;
    Ok(settled)
}
