//! Scores: how long the server needs to score records again after the office has changed a rule.

use anyhow::{Context as _, Result, ensure};
use sumu_core::form::Moment;
use sumu_server::database::Database;
use sumu_server::programme::Programme;
use sumu_server::scoring::Scoring;
use sumu_tests::rubric;
use sumu_tests::workbook::Workbook;
use tempfile::TempDir;

use super::dataset;
use super::measure::Stopwatch;
use super::processes::{Desk, Server};
use super::table::Table;

/// How many records are filled in and scored; a city's 40,000 are so many times as many.
const RECORDS: usize = 2_000;
const TIMES: f64 = 20.0;

/// Fills records in by the form of the rubric's first item, and scores them again when the item is given another form.
pub async fn scores(table: &mut Table) -> Result<()> {
    let folder = TempDir::new()?;
    let server = Server::start(folder.path()).await?;
    let mut workbooks = rubric::workbooks()?.into_iter();
    let mut next = || Workbook::xlsx(&workbooks.next().context("an item")?.workbook);
    server.office.import_form(&next()?, "housing")?;
    let author = Desk::enrol(&server, "author", folder.path().join("author.db")).await?;
    author.sync().await?;
    for place in dataset::sites_of(&author.device, "housing", RECORDS)? {
        let now = Moment { millis: 1_795_392_000_000, offset: 480 };
        let mut filling = author.device.fill(&place, "zh", now)?.context("the item has a form")?;
        for (path, value) in ANSWERS {
            let at = filling.session().address(path)?;
            filling.set(at, value)?;
        }
        author.device.save(&place, &filling)?;
    }
    author.sync().await?;

    let database = Database::open(&folder.path().join("server"))?;
    let programme = database.read::<_, anyhow::Error>(|connection| Ok(Programme::load(connection)?))?;
    let scoring = Scoring::new(&programme);
    ensure!(scoring.catch_up(&database)? == RECORDS as u64, "every record is due once");
    server.office.import_form(&next()?, "housing")?;
    let watch = Stopwatch::start();
    let scored = scoring.catch_up(&database)?;
    let seconds = watch.millis() / 1_000.0;
    ensure!(scored == RECORDS as u64, "a new form makes the item's records due");
    table.row("40,000 records scored again on one core (20 times 2,000)", seconds * TIMES, "s", Some(10.0));
    Ok(())
}

/// One household's checklist: five houses looked at, two faults found.
const ANSWERS: [(&str, &str); 10] = [
    ("/data/housing/h1_card/h1_planned", "40"),
    ("/data/housing/h1_card/h1_done", "38"),
    ("/data/housing/h3_card/h3_found", "no"),
    ("/data/housing/h4_card/h4_n", "2"),
    ("/data/housing/h5_card/h5_grade", "fair"),
    ("/data/housing/h2_card/h2_place[1]/h2_grade", "good"),
    ("/data/housing/h2_card/h2_place[2]/h2_grade", "good"),
    ("/data/housing/h2_card/h2_place[3]/h2_grade", "good"),
    ("/data/housing/h2_card/h2_place[4]/h2_grade", "good"),
    ("/data/housing/h2_card/h2_place[5]/h2_grade", "good"),
];
