//! A day of work, played: real phones, a real server, real villages, and a line that breaks.
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unreachable,
    clippy::allow_attributes
)]

mod cast;
mod ending;
mod narrator;
mod office;
mod phone;
mod village;
mod visits;

use anyhow::{Context as _, Result};
use sumu_core::device::{SiteQuery, SiteRow};

use cast::{Character, EVERYBODY};
use narrator::Narrator;
use office::Running;
use phone::{Notebook, Phone};
use village::Village;

/// A day as it goes on.
struct Day {
    narrator: Narrator,
    office: Running,
    phones: Vec<Phone>,
    villages: Vec<Village>,
}

/// Plays the day; returns the office, still open, and a link to look at it. Fails if a check failed.
pub async fn play(villages: usize) -> Result<Played> {
    let mut narrator = Narrator::new();
    narrator.print("Sumu: inspect in the village, merge at the sumu.   A day of work, played with real parts.");
    let (office, villages) = office::prepare(&mut narrator, villages).await?;
    let mut day = Day { narrator, office, phones: Vec::new(), villages };
    for who in EVERYBODY {
        let phone = day.office.enrol(who).await?;
        day.phones.push(phone);
    }
    day.first_sync().await?;
    village::work_offline(&mut day).await?;
    visits::bring_in(&mut day).await?;
    visits::settle(&mut day).await?;
    visits::supervise(&mut day).await?;
    ending::merged_view(&mut day).await?;
    let checks = day.narrator.end()?;
    day.narrator.print(&format!("\nAll {checks} checks hold."));
    Ok(Played { link: day.office.browser_link()?, office: day.office })
}

/// A day that was played to its end.
pub struct Played {
    /// The link that opens the merged view in a browser, once.
    pub link: String,
    office: Running,
}

impl Played {
    /// Closes the office and removes what it kept.
    pub async fn close(self) -> Result<()> {
        self.office.close().await
    }
}

impl Day {
    fn phone(&self, who: Character) -> Result<&Phone> {
        self.phones.iter().find(|phone| phone.who.handle == who.handle).context("everybody has a phone")
    }

    fn book(&self, who: Character) -> Result<&Notebook> {
        Ok(&self.phone(who)?.book)
    }

    /// Returns the village where the team meets.
    fn meeting(&self) -> Result<Village> {
        self.villages.first().cloned().context("the story has a village")
    }

    /// Counts the cards that the phones called saved.
    fn written(&self) -> usize {
        self.phones.iter().map(|phone| phone.book.saved()).sum()
    }

    fn all_sites(&self, who: Character) -> Result<Vec<SiteRow>> {
        Ok(self.book(who)?.device.sites(&SiteQuery { limit: 10_000, ..SiteQuery::default() })?)
    }
}
