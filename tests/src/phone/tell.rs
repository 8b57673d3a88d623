//! What the phone says to people.

use std::io::{IsTerminal as _, Write as _};

use sumu_core::device::{SiteRow, Status, Stuck};
use sumu_core::sync::{SyncEvent, SyncReport, Watch};

use super::table::table;
use super::when::Zone;

/// Tells on standard error how a sync goes on, to a person who watches.
#[derive(Debug)]
pub struct Progress;

impl Watch for Progress {
    fn event(&self, event: SyncEvent) {
        let mut out = std::io::stderr();
        if !out.is_terminal() {
            return;
        }
        let line = match event {
            SyncEvent::Request { number, changes, left, .. } => {
                format!("request {number}: {changes} changes go up, {left} are left")
            }
            SyncEvent::Verdicts { synced, records, .. } => format!("the server holds {synced} of {records} records"),
            SyncEvent::Frame { number, changes, bytes, records } => {
                format!("page {number}: {changes} new changes, {} so far, {records} records here", size(bytes))
            }
            SyncEvent::Retry { attempt, wait } => {
                format!("the line failed ({attempt}); next try in {}.{} s", wait / 1000, wait % 1000 / 100)
            }
            SyncEvent::Reference { kind, bytes } => format!("{kind}: {}", size(bytes)),
            SyncEvent::Restored => "this file is a restored copy; what the server lacks is sent again".to_owned(),
        };
        let _ = writeln!(out, "{line}");
    }
}

/// Writes a number of bytes for people.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{:.1} KB", bytes as f64 / 1000.0),
        _ => format!("{:.1} MB", bytes as f64 / 1_000_000.0),
    }
}

/// Writes a count with its noun.
pub fn many(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// Lists sites.
pub fn sites(rows: &[SiteRow]) -> String {
    if rows.is_empty() {
        return "no site is known here; sync once, or look in another area".to_owned();
    }
    let mut lines = vec![["site", "name", "below", "done", "disputed", "unsent"].map(str::to_owned).to_vec()];
    let count = |number: u64| if number == 0 { "-".to_owned() } else { number.to_string() };
    lines.extend(rows.iter().map(|row| {
        let below = row.parent.as_ref().map(|code| code.as_str().to_owned()).unwrap_or_default();
        let done = format!("{}/{}", row.done, row.of);
        vec![row.site.to_string(), row.name.clone(), below, done, count(row.disputed), count(row.unsent)]
    }));
    table(&lines)
}

/// Tells what has reached the server and what has not.
pub fn status(status: &Status, zone: &Zone) -> String {
    let mut lines = vec![format!("{} of {} records synced", status.synced, status.records)];
    if status.unsent > 0 {
        lines.push(format!(
            "{} with work that the server does not have for good; next: sync",
            many(status.unsent, "record")
        ));
    }
    if status.pending > 0 {
        lines.push(format!("waiting at the server for others that they build on: {}", many(status.pending, "change")));
    }
    lines.extend(stuck(&status.parked, &status.refused));
    lines.push(match status.last_sync {
        Some(at) => format!("last sync {}", zone.short(at)),
        None => "never synced".to_owned(),
    });
    if let Some(ahead) = status.clock_ahead.filter(|ahead| ahead.abs() > 120) {
        let way = if ahead > 0 { "ahead of" } else { "behind" };
        lines.push(format!("this phone's clock is {} {way} the server's; nothing depends on it", span(ahead.abs())));
    }
    if let Some(why) = &status.stopped {
        lines.push(format!("sync stands still: {why}"));
    }
    lines.join("\n")
}

/// Tells what a sync did.
pub fn sync(report: &SyncReport, status: &Status) -> String {
    let mut lines = vec![format!(
        "synced in {}: {} up ({}), {} down ({}); the server holds {} of {} records",
        many(report.requests, "request"),
        many(report.changes_up, "change"),
        size(report.bytes_up),
        report.changes_down,
        size(report.bytes_down),
        status.synced,
        status.records
    )];
    lines.extend(stuck(&report.parked, &report.refused));
    lines.join("\n")
}

fn stuck<'a>(parked: &'a [Stuck], refused: &'a [Stuck]) -> impl Iterator<Item = String> + 'a {
    let short = |stuck: &Stuck| stuck.hash.to_string().chars().take(8).collect::<String>();
    let kept =
        move |row: &Stuck| format!("kept aside {} ({}): ask your supervisor to release it", short(row), row.reason);
    let never = move |row: &Stuck| format!("refused {} ({}): its values are kept here", short(row), row.reason);
    parked.iter().map(kept).chain(refused.iter().map(never))
}

fn span(seconds: i64) -> String {
    match seconds {
        0..7_200 => format!("{} minutes", seconds / 60),
        7_200..172_800 => format!("{} hours", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}
