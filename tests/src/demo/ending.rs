//! The end of the day: everybody sees the same, and so does the server.

use anyhow::Result;
use serde_json::Value as Json;
use sumu_core::device::SiteRow;

use super::Day;
use super::cast::{EVERYBODY, FIGURES, ITEMS, REPORTER, ROUND, SUPERVISOR};
use crate::phone::show::part;
use crate::phone::table::table;

/// Checks that all phones and the server show the same, and prints the merged view.
pub async fn merged_view(day: &mut Day) -> Result<()> {
    day.narrator.chapter("The merged view");
    let meeting = day.meeting()?;
    let mut compared = 0;
    let mut different = Vec::new();
    // All villages of a small day, some of a large one.
    let step = (day.villages.len() / 50).max(1);
    for village in day.villages.iter().step_by(step) {
        for (item, _) in ITEMS {
            let server = day.office.show(&village.site, item, ROUND)?;
            for who in EVERYBODY {
                if who.handle == REPORTER.handle && village.site != meeting.site {
                    continue;
                }
                let mut shown = day.book(who)?.show(&village.site, item, ROUND)?;
                if let Some(fields) = shown.as_object_mut() {
                    fields.insert("unsent".to_owned(), part(&server, "/unsent").clone());
                }
                compared += 1;
                if shown != server {
                    different.push(format!("{} {item}: {} and the server differ", village.name, who.name));
                }
            }
        }
    }
    for line in different.iter().take(5) {
        day.narrator.show(line);
    }
    day.narrator
        .check(different.is_empty(), &format!("{compared} records compared: every phone shows what the server shows"));
    let rows = day.all_sites(SUPERVISOR)?;
    let with_work: Vec<&SiteRow> = rows.iter().filter(|row| row.done > 0).collect();
    day.narrator.check(with_work.len() == day.villages.len(), &format!("{} villages have work", with_work.len()));
    let disputed: u64 = rows.iter().map(|row| row.disputed).sum();
    day.narrator.check(disputed == 0, "no dispute is left");
    let done: u64 = rows.iter().map(|row| row.done).sum();
    let expected = (day.villages.len() * ITEMS.len() + 1) as u64;
    day.narrator.check(done == expected, &format!("{done} records done, as many as were made"));
    let problems = day.office.office.verify()?;
    for problem in problems.iter().take(5) {
        day.narrator.show(problem);
    }
    day.narrator.check(problems.is_empty(), "every signature, every hash and the view agree with the log");

    day.narrator.print("");
    day.narrator.show(&grid(day)?);
    day.narrator.print("");
    day.narrator.show(&format!("{} · water · {ROUND}", meeting.name));
    day.narrator.show(&record(&day.office.show(&meeting.site, "water", ROUND)?));
    day.narrator.show(&format!("{} · roads · {ROUND}", meeting.name));
    day.narrator.show(&record(&day.office.show(&meeting.site, "roads", ROUND)?));
    let figures = day.office.show(&meeting.site, "water", FIGURES)?;
    day.narrator.show(&format!("{} · water · {FIGURES}", meeting.name));
    day.narrator.show(&record(&figures));
    Ok(())
}

/// Lays the first villages out as a grid of items: how many answers each record has.
fn grid(day: &Day) -> Result<String> {
    let mut rows = vec![[String::new()].into_iter().chain(ITEMS.map(|(item, _)| item.to_owned())).collect::<Vec<_>>()];
    for village in day.villages.iter().take(12) {
        let mut row = vec![village.name.clone()];
        for (item, _) in ITEMS {
            let shown = day.office.show(&village.site, item, ROUND)?;
            let answers = part(&shown, "/answers").as_object().map_or(0, |answers| answers.len());
            let signed =
                if part(&shown, "/signoffs").as_array().is_some_and(|signed| !signed.is_empty()) { " 签" } else { "" };
            let approved = if part(&shown, "/review").is_null() { "" } else { " 通过" };
            row.push(format!("{answers}{signed}{approved}"));
        }
        rows.push(row);
    }
    let more = day.villages.len().saturating_sub(12);
    let rest = if more > 0 { format!("\n… and {more} more villages") } else { String::new() };
    Ok(format!("{}{rest}\n(answers of each record; 签 signed, 通过 approved)", table(&rows)))
}

fn record(shown: &Json) -> String {
    let answers = part(shown, "/answers").as_object().into_iter().flatten();
    let rows: Vec<Vec<String>> = answers
        .map(|(key, answer)| {
            let value =
                part(answer, "/value").as_str().map_or_else(|| part(answer, "/value").to_string(), str::to_owned);
            let by = part(answer, "/by").as_str().unwrap_or_default().to_owned();
            vec![format!("  {key}"), value, by, part(answer, "/at").as_str().unwrap_or_default().to_owned()]
        })
        .collect();
    table(&rows)
}
