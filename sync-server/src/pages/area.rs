//! An area with its sub-areas, sites and items: how many records are done, disputed and signed.

use askama::Template;
use axum::extract::{Path, Query, State as Extract};
use axum::response::Html;
use sumu_core::region::{Area, Code};

use super::error::{PageError, render};
use super::frame::Frame;
use super::labels::Labels;
use super::marks;
use super::visitor::Visitor;
use crate::admin::{AdminError, Round, list_rounds};
use crate::view::{self, AreaQuery, Scored, Tally, View};
use crate::{Sqlite, State, times};

/// How many sub-areas a page shows.
const ROWS: usize = 100;

/// What the query of a page may say.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Asked {
    /// The round's handle.
    round: Option<String>,
    /// After which sub-area the list goes on.
    after: Option<String>,
}

/// A region in the line from the top to here, a link if the person may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Crumb {
    pub(super) name: String,
    pub(super) code: Option<String>,
}

/// A round to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) handle: String,
    pub(super) days: String,
    pub(super) open: bool,
    pub(super) chosen: bool,
}

struct Row {
    name: String,
    code: String,
    tally: Tally,
}

struct RecordRow {
    item: String,
    name: String,
    score: String,
    /// The grade, and what is to be known of the score.
    chips: Vec<String>,
    answers: u64,
    disputed: u64,
    signed: u64,
    state: String,
    last: String,
}

#[derive(Template)]
#[template(path = "area.html")]
struct AreaPage {
    frame: Frame,
    name: String,
    code: String,
    level: &'static str,
    crumbs: Vec<Crumb>,
    rounds: Vec<Choice>,
    round: String,
    tally: Tally,
    items: Vec<Row>,
    below: Vec<Row>,
    site: String,
    records: Vec<RecordRow>,
    next: Option<String>,
    is_first: bool,
}

/// Shows an area.
pub(super) async fn area(
    Extract(state): Extract<State>,
    visitor: Visitor,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let code: Code = code.parse().map_err(|_| PageError::NotFound)?;
    if !visitor.may_read(&code) {
        return Err(PageError::NotFound);
    }
    let after: Option<Area> = asked.after.as_deref().map(str::parse).transpose().map_err(|_| PageError::NotFound)?;
    let is_first = after.is_none();
    let wanted = asked.round;
    let read = state.read::<_, AdminError>(move |connection| {
        let rounds = list_rounds(connection)?;
        let round = choose(&rounds, wanted.as_deref()).cloned();
        let area = Area::from(code);
        let query =
            AreaQuery { area: &area, round: round.as_ref().map(|round| &round.id), after: after.as_ref(), limit: ROWS };
        let page = Sqlite::new(connection).area(&query)?;
        Ok((rounds, round, page))
    });
    let (rounds, round, page) = read.await?;
    let page = page.ok_or(PageError::NotFound)?;
    let zone = state.programme().time_zone();
    render(&AreaPage::new(visitor, &rounds, round.as_ref(), page, is_first, &|at| times::short(at, &zone)))
}

/// Chooses the round that was asked for, else the newest open one, else the newest; `rounds` begins with the newest.
pub(super) fn choose<'a>(rounds: &'a [Round], wanted: Option<&str>) -> Option<&'a Round> {
    let is_open = |round: &&Round| round.state == sumu_core::reference::RoundState::Open;
    match wanted {
        Some(handle) => rounds.iter().find(|round| round.handle.as_str() == handle),
        None => rounds.iter().find(is_open).or(rounds.first()),
    }
}

/// Lists the rounds to choose from.
pub(super) fn choices(rounds: &[Round], chosen: Option<&Round>) -> Vec<Choice> {
    let choice = |round: &Round| Choice {
        handle: round.handle.to_string(),
        days: format!("{} – {}", round.from, round.cutoff),
        open: round.state == sumu_core::reference::RoundState::Open,
        chosen: chosen.is_some_and(|chosen| chosen.id == round.id),
    };
    rounds.iter().map(choice).collect()
}

/// Makes the line from the top down to a region.
pub(super) fn crumbs(visitor: &Visitor, above: &[sumu_core::region::Region]) -> Vec<Crumb> {
    let crumb = |region: &sumu_core::region::Region| Crumb {
        name: region.name.clone(),
        code: visitor.may_read(&region.code).then(|| region.code.to_string()),
    };
    above.iter().map(crumb).collect()
}

impl AreaPage {
    /// Returns the page's own path.
    fn path(&self) -> String {
        format!("/area/{}", self.code)
    }

    fn new(
        visitor: Visitor,
        rounds: &[Round],
        round: Option<&Round>,
        page: view::AreaPage,
        is_first: bool,
        time: &dyn Fn(i64) -> String,
    ) -> Self {
        let crumbs = crumbs(&visitor, &page.above);
        let Visitor { frame, .. } = visitor;
        let (labels, language) = (frame.labels, frame.language);
        let items = page.items.iter().map(|item| Row {
            name: language.choose(&item.item.name_zh, &item.item.name_en).to_owned(),
            code: item.item.handle.to_string(),
            tally: item.tally,
        });
        let below = page.below.iter().map(|below| Row {
            name: below.region.name.clone(),
            code: below.region.code.to_string(),
            tally: below.tally,
        });
        let records = page.records.iter().map(|record| {
            let summary = record.summary.as_ref();
            let state = match summary {
                None => labels.not_begun,
                Some(summary) if summary.voided => labels.voided,
                Some(summary) => match summary.review.as_deref() {
                    Some(review) => labels.review_state(review),
                    None => labels.begun,
                },
            };
            let scored = summary.and_then(|summary| summary.score.as_ref());
            RecordRow {
                item: record.item.handle.to_string(),
                name: language.choose(&record.item.name_zh, &record.item.name_en).to_owned(),
                score: scored.map_or_else(String::new, |scored| marks::of_full(scored.score, scored.full)),
                chips: scored.map_or_else(Vec::new, |scored| chips(scored, labels)),
                answers: summary.map_or(0, |summary| summary.answers),
                disputed: summary.map_or(0, |summary| summary.disputed),
                signed: summary.map_or(0, |summary| summary.signed),
                state: state.to_owned(),
                last: summary.map_or_else(String::new, |summary| time(summary.last_at)),
            }
        });
        Self {
            name: page.region.name.clone(),
            code: page.region.code.to_string(),
            level: labels.level(page.region.level),
            crumbs,
            rounds: choices(rounds, round),
            round: round.map_or_else(String::new, |round| round.handle.to_string()),
            tally: page.tally,
            items: items.collect(),
            below: below.collect(),
            site: page.records.first().map_or_else(String::new, |record| record.site.to_string()),
            records: records.collect(),
            next: page.next.as_ref().map(Area::to_string),
            is_first,
            frame,
        }
    }
}

/// Returns the grade of a record, and what is to be known of its score.
fn chips(scored: &Scored, labels: &Labels) -> Vec<String> {
    let grade = scored.grade.clone().filter(|_| !scored.veto);
    let said = [
        (scored.veto, labels.vetoed),
        (scored.failure.is_some(), labels.unscored),
        (scored.stale && scored.failure.is_none(), labels.stale),
    ];
    grade.into_iter().chain(said.into_iter().filter(|(holds, _)| *holds).map(|(_, word)| word.to_owned())).collect()
}

/// Makes the region of a sample.
#[cfg(test)]
pub(super) fn sample_region(code: &str, name: &str) -> sumu_core::region::Region {
    let level = sumu_core::region::Level::County;
    sumu_core::region::Region { code: code.parse().unwrap(), name: name.to_owned(), parent: None, level }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::language::Language;

    impl AreaPage {
        fn sample(language: Language) -> Self {
            let tally = Tally { of: 20, done: 5, disputed: 2, signed: 1, score: 261.8, full: 300.0, vetoed: 1 };
            let row = |name: &str, code: &str| Row { name: name.to_owned(), code: code.to_owned(), tally };
            let record = RecordRow {
                item: "water".to_owned(),
                name: "饮水".to_owned(),
                score: marks::of_full(Some(88.5), Some(100.0)),
                chips: vec!["良".to_owned()],
                answers: 7,
                disputed: 1,
                signed: 0,
                state: language.labels().begun.to_owned(),
                last: "2026-11-23 08:00".to_owned(),
            };
            Self {
                frame: Frame::sample(language),
                name: "科左中旗 <b>".to_owned(),
                code: "150521".to_owned(),
                level: language.labels().level(sumu_core::region::Level::County),
                crumbs: vec![Crumb { name: "通辽市".to_owned(), code: None }],
                rounds: ["autumn", "spring"]
                    .map(|handle| Choice {
                        handle: handle.to_owned(),
                        days: "2026-09-01 – 2026-12-31".to_owned(),
                        open: handle == "autumn",
                        chosen: handle == "autumn",
                    })
                    .to_vec(),
                round: "autumn".to_owned(),
                tally,
                items: vec![row("饮水", "water")],
                below: vec![row("宝龙山镇", "150521100")],
                site: "150521".to_owned(),
                records: vec![record],
                next: Some("150521100".to_owned()),
                is_first: true,
            }
        }
    }

    #[test]
    fn an_area_shows_what_lies_below_it_in_both_languages() {
        for language in [Language::Chinese, Language::English] {
            let page = AreaPage::sample(language).render().unwrap();
            for part in [
                "href=\"/area/150521100?round=autumn\"",
                "href=\"/record/150521/water?round=autumn\"",
                "href=\"/area/150521?round=autumn&amp;after=150521100\"",
                "href=\"/area/150521?round=spring\"",
                language.labels().disputed,
                language.labels().signed,
                "88.5 / 100",
                "87.3\u{a0}%",
                language.labels().vetoed,
            ] {
                assert!(page.contains(part), "{part} is missing: {page}");
            }
            assert!(!page.contains("<b>"), "names are escaped");
        }
    }

    #[test]
    fn an_area_without_a_round_or_regions_below_says_so() {
        let empty = AreaPage {
            rounds: Vec::new(),
            round: String::new(),
            below: Vec::new(),
            records: Vec::new(),
            items: Vec::new(),
            next: None,
            ..AreaPage::sample(Language::English)
        };
        let page = empty.render().unwrap();
        let labels = Language::English.labels();
        assert!(page.contains(labels.no_round) && page.contains(labels.no_items), "{page}");
    }
}
