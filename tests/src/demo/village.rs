//! The offline part of the day: different records, the same records, and one question on which two people differ.

use anyhow::Result;
use tokio::task::JoinSet;

use super::Day;
use super::cast::{FIGURES, ITEMS, LI, REPORTER, ROUND, TEAM, ZHANG};

/// A village of the story.
#[derive(Debug, Clone)]
pub struct Village {
    /// Its site id.
    pub site: String,
    /// Its name.
    pub name: String,
}

/// The villages in which the three inspectors work, and the one where they meet.
pub async fn work_offline(day: &mut Day) -> Result<()> {
    day.narrator.chapter("In the villages, without a line");
    let meeting = day.meeting()?;
    let cards = inspect_everywhere(day).await?;
    day.narrator.show(&format!(
        "Each of the three saves one card for every village and item that is theirs: {cards} records in {} villages.",
        day.villages.len()
    ));
    day.narrator.show(&format!("In {} they meet, and work on the same records:", meeting.name));
    let site = meeting.site.as_str();
    let told = |who: &str, what: &str| day.narrator.tell(who, what);

    day.book(ZHANG)?.answer(site, "water", ROUND, &[("W1", "30"), ("W4", "12")])?;
    told(ZHANG.name, "water: 97 of 97 residents served W1=30, one hazard at the well W4=12");
    day.book(LI)?.answer(site, "water", ROUND, &[("W2", "true"), ("W5", "管护员到位")])?;
    told(
        LI.name,
        "water: the quality report is valid W2=true, W5=管护员到位      (other questions of the same record)",
    );

    day.book(ZHANG)?.answer(site, "housing", ROUND, &[("H1", "28")])?;
    day.book(LI)?.answer(site, "housing", ROUND, &[("H1", "28")])?;
    told("两人", "housing: both count the same, H1=28                       (equal values are no dispute)");

    day.book(ZHANG)?.answer(site, "roads", ROUND, &[("R2", "21")])?;
    told(ZHANG.name, "roads: two broken slabs, R2=21");
    day.book(LI)?.answer(site, "roads", ROUND, &[("R2", "17")])?;
    told(LI.name, "roads: four broken slabs, R2=17                           (the one true dispute)");

    day.book(REPORTER)?.answer(site, "water", FIGURES, &[("served", "97"), ("residents", "97")])?;
    told(REPORTER.name, "progress figures of the village: served=97, residents=97");

    let years = LI.clock_days / 365;
    day.narrator
        .show(&format!("({}'s phone believes that it is {years} years later; nothing depends on that.)", LI.name));
    let mut unsent = 0;
    for phone in &day.phones {
        unsent += phone.book.device.status()?.unsent;
    }
    let saved = cards + 6 + 1;
    day.narrator.check(unsent == saved, &format!("{unsent} records hold work that no server has yet, all of it saved"));
    Ok(())
}

/// Lets each of the team answer the records that are theirs, all three at once; returns how many those are.
async fn inspect_everywhere(day: &Day) -> Result<u64> {
    let total = day.villages.len() * ITEMS.len() - 3;
    let mut work = JoinSet::new();
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    for (number, who) in TEAM.iter().enumerate() {
        let (book, villages, told) = (day.book(*who)?.clone(), day.villages.clone(), told.clone());
        work.spawn_blocking(move || -> Result<u64> {
            let mut saved = 0;
            for (place, village) in villages.iter().enumerate() {
                for (item_number, (item, keys)) in ITEMS.iter().enumerate() {
                    let shared = place == 0 && item_number < 3;
                    if shared || (place + item_number) % TEAM.len() != number {
                        continue;
                    }
                    let score = |key: usize| (10 + (place * 7 + item_number * 5 + key * 3) % 20).to_string();
                    let values: Vec<String> = (0..keys.len()).map(score).collect();
                    let card: Vec<(&str, &str)> = keys.iter().copied().zip(values.iter().map(String::as_str)).collect();
                    book.answer(&village.site, item, ROUND, &card)?;
                    saved += 1;
                    let _ = told.send(());
                }
            }
            Ok(saved)
        });
    }
    drop(told);
    let mut heard_of = 0;
    while heard.recv().await.is_some() {
        heard_of += 1;
        // Few cards need no progress; many get a line for each tenth.
        if total > 1000 && heard_of % (total / 10) == 0 {
            day.narrator.show(&format!("… {heard_of} of {total} records saved on the phones"));
        }
    }
    let mut saved = 0;
    while let Some(done) = work.join_next().await {
        saved += done??;
    }
    Ok(saved)
}
