//! What Sumu must reach, measured on this machine: bytes, memory, and time. `... -- forms`, `-- small` and `-- big` measure the
//! forms, the lines and the 40,000 records alone.
//!
//! `cargo bench --workspace --bench reach` prints a table and fails if a figure misses its target. Phones whose memory is measured and
//! the server are processes of their own: this program started again with a hidden first argument.

mod dataset;
mod forms;
mod measure;
mod pages;
mod processes;
mod scores;
mod table;

use std::path::{Path, PathBuf};

use anyhow::Result;
use sumu_core::device::SiteQuery;
use tempfile::TempDir;

use dataset::{BIG, SMALL};
use measure::{Stopwatch, fsync_median, median, signature_check};
use processes::{Apart, Desk, Server};
use table::Table;

/// How many of the records get a second, small change.
const SECOND: usize = 10_000;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["serve", data] => processes::serve(data.as_ref()).await,
        ["sync", db, url] => processes::sync(db.as_ref(), url).await,
        arguments => {
            let mut table = Table::new();
            let all = !["forms", "small", "big"].iter().any(|part| arguments.contains(part));
            if all || arguments.contains(&"forms") {
                forms::forms(&mut table)?;
                scores::scores(&mut table).await?;
            }
            if all || arguments.contains(&"small") {
                small(&mut table).await?;
            }
            if all || arguments.contains(&"big") {
                big(&mut table).await?;
            }
            table.finish()
        }
    }
}

/// 2,000 records: what goes over the line.
async fn small(table: &mut Table) -> Result<()> {
    let folder = TempDir::new()?;
    let server = Server::start(folder.path()).await?;
    let author = Desk::enrol(&server, "author", folder.path().join("author.db")).await?;
    author.sync().await?;
    dataset::fill(&author.device, SMALL)?;
    author.sync().await?;

    let reader = Desk::enrol(&server, "reader", folder.path().join("reader.db")).await?;
    let first = reader.sync().await?;
    table.row("first sync of 2,000 records, without reference data", first.exchange(), "B", Some(650_000.0));
    table.row("  its reference data (2,722 regions), for comparison", first.reference(), "B", None);

    let quiet = reader.sync().await?;
    table.row("nothing changed, 2,000 records: requests", quiet.requests() as f64, "", Some(1.0));
    table.row("nothing changed, 2,000 records: both ways", quiet.total(), "B", Some(400.0));

    dataset::edit_some(&author.device, SMALL, 20)?;
    author.sync().await?;
    let caught_up = reader.sync().await?;
    table.row("20 small edits caught up: requests", caught_up.requests() as f64, "", Some(1.0));
    table.row("20 small edits caught up: both ways", caught_up.total(), "B", Some(4_500.0));

    let again = measure::worst_cut(&server, folder.path(), first.exchange_down()).await?;
    table.row("cut at 12 places: the most bytes sent again", again.bytes, "B", Some(again.largest_frame));
    Ok(())
}

/// Pushes what a phone's file holds in a process of its own; returns what that did, and the server's processor time a change in µs.
async fn push(server: &Server, file: &Path, changes: usize) -> Result<(Apart, f64)> {
    let before = server.cpu_seconds()?;
    let pushed = processes::sync_apart(file, &server.url).await?;
    Ok((pushed, (server.cpu_seconds()? - before) * 1e6 / changes as f64))
}

/// 40,000 records: memory, the server's work, and a phone that holds them all.
async fn big(table: &mut Table) -> Result<()> {
    let folder = TempDir::new()?;
    let memory = PathBuf::from("/dev/shm");
    let fast = if memory.is_dir() { TempDir::new_in(memory)? } else { TempDir::new()? };
    let server = Server::start(folder.path()).await?;
    let author_file = fast.path().join("author.db");
    let author = Desk::enrol(&server, "author", author_file.clone()).await?;
    author.sync().await?;
    dataset::fill(&author.device, BIG)?;
    drop(author);

    let (pushed, cpu) = push(&server, &author_file, BIG).await?;
    let page = BIG as f64 / pushed.pages as f64;
    table.row(&format!("server CPU a change, pages of 500 ({page:.0} on average)"), cpu, "µs", Some(125.0));
    let check = signature_check()?;
    table.row("  of it one strict check of a signature", check, "µs", None);
    table.row("  so a change costs as much as so many of them", cpu / check, "", None);
    table.row("push of 40,000 records: memory of the phone", pushed.peak_mb, "MB", Some(64.0));
    table.row("push of 40,000 records: memory of the server so far", server.peak_mb()?, "MB", Some(64.0));

    let file = std::fs::metadata(folder.path().join("server").join(sumu_server::database::FILE))?.len();
    table.row("  and takes in the server's file", file as f64 / BIG as f64, "B", None);
    let author = Desk::open(&server, author_file.clone()).await?;
    dataset::edit_some(&author.device, BIG, SECOND)?;
    drop(author);
    let (_, cpu) = push(&server, &author_file, SECOND).await?;
    table.row("server CPU a small change of a record that stands", cpu, "µs", None);

    let reader_file = folder.path().join("reader.db");
    let reader = Desk::enrol(&server, "reader", reader_file.clone()).await?;
    drop(reader);
    let pulled = processes::sync_apart(&reader_file, &server.url).await?;
    assert_eq!(pulled.changes_down, (BIG + SECOND) as u64, "everything arrives");
    table.row("first sync of 40,000 records: memory of the phone", pulled.peak_mb, "MB", Some(64.0));
    table.row("first sync of 40,000 records: memory of the server", server.peak_mb()?, "MB", Some(64.0));
    table.row("  its frames, each applied as it arrives", pulled.frames as f64, "", None);
    table.row("  its time", pulled.seconds, "s", None);

    let reader = Desk::open(&server, reader_file.clone()).await?;
    reader.sync().await?;
    let quiet = reader.sync().await?;
    table.row("nothing changed, 40,000 records: requests", quiet.requests() as f64, "", Some(1.0));
    table.row("nothing changed, 40,000 records: both ways", quiet.total(), "B", Some(400.0));
    drop(reader);

    let opens =
        (0..20).map(|_| Stopwatch::time(|| processes::open(&reader_file).map(drop))).collect::<Result<Vec<_>>>()?;
    table.row("a phone with 40,000 records opens", median(opens), "ms", Some(100.0));
    let device = processes::open(&reader_file)?;
    let pages = (0..50)
        .map(|page| {
            let query = SiteQuery { limit: 50, after: dataset::site(page * 50), ..SiteQuery::default() };
            Stopwatch::time(|| device.sites(&query).map(drop).map_err(Into::into))
        })
        .collect::<Result<Vec<_>>>()?;
    table.row("a page of 50 sites", median(pages), "ms", Some(5.0));
    let places = dataset::places(&device, BIG, 199)?;
    let records = places
        .iter()
        .map(|place| Stopwatch::time(|| device.record(place).map(drop).map_err(Into::into)))
        .collect::<Result<Vec<_>>>()?;
    table.row("a record opens", median(records), "ms", Some(2.0));
    let fsync = fsync_median(folder.path())?;
    table.row("the disk's own fsync of 4 KB", fsync, "ms", None);
    let edits = places
        .iter()
        .enumerate()
        .map(|(number, place)| Stopwatch::time(|| dataset::edit(&device, place, number as i64)))
        .collect::<Result<Vec<_>>>()?;
    table.row("an edited card is durable, beyond that fsync", median(edits) - fsync, "ms", Some(5.0));
    Ok(())
}
