//! At the sumu office: one phone after the other, over a line that breaks.

use anyhow::{Result, bail};
use sumu_core::device::DeviceError;
use sumu_core::record::{Key, ReviewState, Value};

use super::Day;
use super::cast::{Character, EVERYBODY, FIGURES, LEAD, LI, REPORTER, ROUND, SUPERVISOR, ZHANG};
use super::phone::Synced;
use crate::line::Way;
use crate::phone::show::part;
use crate::phone::tell::{many, size};

/// Brings the inspectors, the village reporter and the team lead to the office.
pub async fn bring_in(day: &mut Day) -> Result<()> {
    day.narrator.chapter("At the sumu office, one phone after the other, over a line that breaks");
    let breaks = [
        (ZHANG, Way::Up, 900, "the line breaks after 900 bytes of the request"),
        (LI, Way::Down, 300, "the line breaks after 300 bytes of the reply, when the server has everything"),
        (REPORTER, Way::Down, 0, "the reply does not come at all"),
    ];
    for (who, way, bytes, what) in breaks {
        day.phone(who)?.line.break_after(way, bytes);
        let synced = visit(day, who, what).await?;
        let clean = synced.report.parked.is_empty() && synced.report.refused.is_empty();
        let status = day.phone(who)?.book.device.status()?;
        day.narrator.check(
            synced.carried.breaks == 1 && synced.retries >= 1 && clean && status.unsent == 0,
            &format!(
                "{}: one break, and the server holds everything ({} of {})",
                who.name, status.synced, status.records
            ),
        );
    }
    visit(day, LEAD, "").await?;
    let stored = day.office.office.log_hashes()?.len();
    let written = day.written();
    day.narrator.check(stored == written, &format!("{stored} changes in the log, each once, whatever was sent twice"));
    Ok(())
}

/// Lets the team lead find the dispute and settle it.
pub async fn settle(day: &mut Day) -> Result<()> {
    day.narrator.chapter("One dispute, settled by a person");
    let site = day.meeting()?.site;
    let book = day.book(LEAD)?.clone();
    let water = book.show(&site, "water", ROUND)?;
    let keys = ["W1", "W2", "W4", "W5"];
    day.narrator.check(
        keys.iter().all(|key| {
            part(&water, &format!("/answers/{key}/dispute")).is_null()
                && !part(&water, &format!("/answers/{key}")).is_null()
        }),
        "water: four answers of two people are one record, none in dispute",
    );
    let housing = book.show(&site, "housing", ROUND)?;
    day.narrator.check(
        part(&housing, "/answers/H1/value") == 28 && part(&housing, "/answers/H1/dispute").is_null(),
        "housing: the same number from two people is no dispute",
    );
    let roads = book.show(&site, "roads", ROUND)?;
    let rivals = part(&roads, "/answers/R2/dispute").as_array().cloned().unwrap_or_default();
    for rival in &rivals {
        day.narrator.tell(
            "",
            &format!("roads R2: {} by {} at {}", part(rival, "/value"), part(rival, "/by"), part(rival, "/at")),
        );
    }
    day.narrator.check(rivals.len() == 2, "roads: R2 keeps both values, one of them shown as provisional");
    let disputed: u64 = day.all_sites(LEAD)?.iter().map(|row| row.disputed).sum();
    day.narrator.check(disputed == 1, "it is the only dispute of the day");

    let (place, key) = (book.place(&site, "roads", ROUND)?, Key::answer("R2")?);
    let answered = book.device.answer(&place, &[(key.clone(), Value::Int(19))]);
    day.narrator.check(
        matches!(answered, Err(DeviceError::Disputed { .. })),
        "nobody can end it by just typing over it: it must be settled with a reason",
    );
    book.device.settle(&place, &key, &Value::Int(17), "两人一起复核，断板四处")?;
    day.narrator.tell(LEAD.name, "settles R2=17: 两人一起复核，断板四处 (counted again together, four slabs)");
    let place = book.place(&site, "water", ROUND)?;
    book.device.sign(&place, &book.device.record(&place)?.heads)?;
    day.narrator.tell(LEAD.name, "signs the record of water as it stands");
    visit(day, LEAD, "").await?;
    Ok(())
}

/// Lets the supervisor see, approve and sync; then everybody once more.
pub async fn supervise(day: &mut Day) -> Result<()> {
    day.narrator.chapter("The supervisor, and everybody once more");
    let site = day.meeting()?.site;
    visit(day, SUPERVISOR, "").await?;
    let book = day.book(SUPERVISOR)?.clone();
    let roads = book.show(&site, "roads", ROUND)?;
    day.narrator.check(
        part(&roads, "/answers/R2/value") == 17 && part(&roads, "/answers/R2/dispute").is_null(),
        "roads: R2=17 for everyone, with its reason and both earlier values in the history",
    );
    let figures = book.show(&site, "water", FIGURES)?;
    day.narrator
        .check(part(&figures, "/answers/served/value") == 97, "the village's own figures stand in their own round");
    let place = book.place(&site, "water", ROUND)?;
    book.device.review(&place, ReviewState::Approved, "资料齐全", &book.device.record(&place)?.heads)?;
    day.narrator.tell(SUPERVISOR.name, "approves the record of water (资料齐全)");
    visit(day, SUPERVISOR, "").await?;
    for who in EVERYBODY {
        if who.handle != SUPERVISOR.handle {
            visit(day, who, "").await?;
        }
    }
    let mut cheapest = None;
    for who in EVERYBODY {
        let synced = day.phone(who)?.sync().await?;
        let bytes = synced.carried.up + synced.carried.down;
        let quiet = synced.report.requests == 1 && synced.report.changes_up + synced.report.changes_down == 0;
        if !quiet {
            bail!("{} still had something to exchange: {:?}", who.name, synced.report);
        }
        cheapest = Some(cheapest.map_or(bytes, |least: u64| least.min(bytes)));
    }
    let bytes = cheapest.unwrap_or_default();
    day.narrator
        .check(true, &format!("and when nothing has changed, a sync is one request and {bytes} bytes both ways"));
    Ok(())
}

/// One phone's sync, told in a line.
async fn visit(day: &Day, who: Character, trouble: &str) -> Result<Synced> {
    if !trouble.is_empty() {
        day.narrator.tell(who.name, trouble);
    }
    let synced = day.phone(who)?.sync().await?;
    let again = match synced.retries {
        0 => String::new(),
        1 => ", one of them again".to_owned(),
        more => format!(", {more} of them again"),
    };
    day.narrator.tell(
        who.name,
        &format!(
            "{:>5} changes up {:>9}  {:>5} down {:>9}  {}{again}",
            synced.report.changes_up,
            size(synced.carried.up),
            synced.report.changes_down,
            size(synced.carried.down),
            many(synced.report.requests, "request"),
        ),
    );
    Ok(synced)
}
