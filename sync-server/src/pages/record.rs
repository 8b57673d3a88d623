//! A record with its answers, blame, history and disputes.

use askama::Template;
use axum::extract::{Path, Query, State as Extract};
use axum::response::Html;
use sumu_core::ids::{Handle, SiteId};
use sumu_core::record::{Class, Key, Scores};

use super::area::{Choice, Crumb, choices, choose, crumbs};
use super::error::{PageError, render};
use super::frame::Frame;
use super::question;
use super::teller::{AnswerRow, Filled, Marks, PutRow, Said, Teller};
use super::visitor::Visitor;
use crate::admin::{AdminError, Round, find_item, list_rounds};
use crate::scoring::ScoringError;
use crate::view::View;
use crate::{Sqlite, State, times};

/// How many puts of the history a page shows.
const ROWS: usize = 200;

/// What the query of a page may say.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Asked {
    /// The round's handle.
    round: Option<String>,
    /// Which page of the history, from 1, the newest first.
    page: Option<usize>,
}

struct SignOffRow {
    role: &'static str,
    by: String,
    at: String,
    current: bool,
}

struct Decision {
    state: String,
    reason: String,
    by: String,
    at: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "record.html")]
struct RecordPage {
    frame: Frame,
    site: String,
    site_name: String,
    site_code: String,
    item: String,
    item_name: String,
    crumbs: Vec<Crumb>,
    rounds: Vec<Choice>,
    round: String,
    form: String,
    marks: Option<Marks>,
    filled: Option<Filled>,
    /// Why nothing could be computed.
    failure: Option<String>,
    voided: Option<Said>,
    review: Option<Decision>,
    disputes: Vec<AnswerRow>,
    answers: Vec<AnswerRow>,
    foreign: Vec<AnswerRow>,
    others: Vec<AnswerRow>,
    sign_offs: Vec<SignOffRow>,
    history: Vec<PutRow>,
    puts: usize,
    page: usize,
    pages: usize,
}

/// Shows a record, begun or not.
pub(super) async fn record(
    Extract(state): Extract<State>,
    visitor: Visitor,
    Path((site, item)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let site: SiteId = site.parse().map_err(|_| PageError::NotFound)?;
    let handle: Handle = item.parse().map_err(|_| PageError::NotFound)?;
    let (scoring, language) = (state.clone(), visitor.frame.language.word());
    let read = state.read::<_, AdminError>(move |connection| {
        let rounds = list_rounds(connection)?;
        let Some(round) = choose(&rounds, asked.round.as_deref()).cloned() else { return Ok(None) };
        let item = find_item(connection, &handle)?;
        let page = Sqlite::new(connection).record(&site, &item, &round.id)?;
        let Some(page) = page else { return Ok(None) };
        let fill = |form| scoring.scoring().fill(connection, form, &page.record, language);
        let filled = match page.form.as_ref().filter(|_| !page.record.is_blank()).map(fill) {
            Some(Err(ScoringError::Storage(error))) => return Err(error.into()),
            Some(Err(error)) => Err(error.to_string()),
            Some(Ok(filling)) => Ok(Some(filling)),
            None => Ok(None),
        };
        Ok(Some((site, rounds, round, page, filled)))
    });
    let (site, rounds, round, seen, filled) = read.await?.ok_or(PageError::NotFound)?;
    if !visitor.may_read(&seen.region.code) {
        return Err(PageError::NotFound);
    }
    let zone = state.programme().time_zone();
    let time = |at| times::short(at, &zone);
    let (filling, failure) = filled.map_or_else(|why| (None, Some(why)), |filling| (filling, None));
    let overworked = filling.as_ref().is_some_and(|filling| filling.session().overworked());
    let failure = failure.or_else(|| overworked.then(|| visitor.frame.labels.overworked.to_owned()));
    let scores = filling.as_ref().map(|filling| Scores::of(&seen.record, filling));
    let teller = Teller {
        labels: visitor.frame.labels,
        seen: &seen,
        filling: filling.as_ref(),
        scores: scores.as_ref(),
        time: &time,
    };
    let page = RecordPage::new(visitor, &site, &rounds, &round, &teller, asked.page.unwrap_or(1));
    render(&RecordPage { failure, ..page })
}

impl RecordPage {
    /// Returns the page's own path.
    fn path(&self) -> String {
        format!("/record/{}/{}", self.site, self.item)
    }

    fn new(visitor: Visitor, site: &SiteId, rounds: &[Round], round: &Round, teller: &Teller<'_>, page: usize) -> Self {
        let Teller { labels, seen, time, .. } = teller;
        let record = &seen.record;
        let of_answers = record.answers.iter().map(|(key, answer)| (key, &answer.dispute));
        let in_dispute = of_answers.chain(&record.disputes).filter(|(_, rivals)| !rivals.is_empty());
        let disputes = in_dispute.filter_map(|(key, rivals)| Some(teller.row(key, rivals.first()?, rivals)));
        let is_foreign = |key: &Key| {
            teller.filling.is_some_and(|filling| filling.foreign().iter().any(|(foreign, _)| foreign == key))
        };
        let (foreign, answers): (Vec<_>, Vec<_>) = record.answers.iter().partition(|(key, _)| is_foreign(key));
        let answers = question::in_order(teller.filling, answers);
        let puts = seen.history.len();
        let pages = puts.div_ceil(ROWS).max(1);
        let page = page.clamp(1, pages);
        let history = seen.history.iter().rev().skip((page - 1) * ROWS).take(ROWS);
        Self {
            site: site.to_string(),
            site_name: seen.region.name.clone(),
            site_code: seen.region.code.to_string(),
            item: seen.item.handle.to_string(),
            item_name: visitor.frame.language.choose(&seen.item.name_zh, &seen.item.name_en).to_owned(),
            crumbs: crumbs(&visitor, &seen.above),
            rounds: choices(rounds, Some(round)),
            round: round.handle.to_string(),
            form: seen.form.filter(|_| teller.filling.is_some()).map_or_else(String::new, |form| form.to_string()),
            marks: teller.marks(),
            filled: teller.filled(),
            failure: None,
            voided: record.voided.as_ref().map(|void| teller.said(&Key::void(), void)),
            review: record.review.as_ref().map(|review| Decision {
                state: labels.review_state(review.state.as_str()).to_owned(),
                reason: review.reason.clone(),
                by: teller.person(&review.person),
                at: time(review.at),
                current: review.current,
            }),
            disputes: disputes.collect(),
            answers: teller.rows(answers.into_iter()),
            foreign: teller.rows(foreign.into_iter()),
            others: teller.rows(record.others.iter().filter(|(key, _)| key.class() != Class::Form)),
            sign_offs: record
                .sign_offs
                .iter()
                .map(|sign_off| SignOffRow {
                    role: labels.role(sign_off.role),
                    by: teller.person(&sign_off.person),
                    at: time(sign_off.at),
                    current: sign_off.current,
                })
                .collect(),
            history: history.map(|row| teller.put(row)).collect(),
            puts,
            page,
            pages,
            frame: visitor.frame,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::language::Language;
    use crate::pages::teller::CriterionRow;

    impl RecordPage {
        fn sample(language: Language) -> Self {
            let said = |value: &str| Said {
                value: value.to_owned(),
                score: "86.5 / 100".to_owned(),
                by: "张敏 (zhang)".to_owned(),
                device: "0a1b2c3d".to_owned(),
                at: "2026-11-23 08:00".to_owned(),
            };
            let row = |rivals: Vec<Said>| AnswerRow {
                key: "W1".to_owned(),
                label: "供水户数".to_owned(),
                said: said("30"),
                rivals,
            };
            let put = |visible| PutRow {
                at: "2026-11-23 08:00".to_owned(),
                by: "张敏 (zhang)".to_owned(),
                device: "0a1b2c3d".to_owned(),
                key: "W1".to_owned(),
                label: String::new(),
                value: "<script>".to_owned(),
                visible,
                late: !visible,
                hash: "ab".repeat(32),
            };
            Self {
                frame: Frame::sample(language),
                site: "150521100201".to_owned(),
                site_name: "东伙房嘎查".to_owned(),
                site_code: "150521100201".to_owned(),
                item: "water".to_owned(),
                item_name: "饮水".to_owned(),
                crumbs: Vec::new(),
                rounds: Vec::new(),
                round: "autumn".to_owned(),
                form: "cd".repeat(32),
                marks: Some(Marks {
                    score: "88.5 / 100".to_owned(),
                    grade: "良好".to_owned(),
                    veto: true,
                    criteria: vec![CriterionRow {
                        label: "供水覆盖".to_owned(),
                        score: "18.5".to_owned(),
                        full: "30".to_owned(),
                        lost: "11.5".to_owned(),
                    }],
                }),
                filled: Some(Filled { answered: "12 / 19".to_owned(), missing: 3, wrong: 0 }),
                failure: Some("form ab".to_owned()),
                voided: Some(said("重复")),
                review: Some(Decision {
                    state: language.labels().sent_back.to_owned(),
                    reason: "照片不清".to_owned(),
                    by: "斯琴 (siqin)".to_owned(),
                    at: "2026-11-23 08:00".to_owned(),
                    current: false,
                }),
                disputes: vec![row(vec![said("30"), said("24")])],
                answers: vec![row(vec![said("30"), said("24")]), row(Vec::new())],
                foreign: vec![row(Vec::new())],
                others: vec![row(Vec::new())],
                sign_offs: [true, false]
                    .map(|current| SignOffRow {
                        role: language.labels().role(sumu_core::sign::Role::Inspector),
                        by: "张敏 (zhang)".to_owned(),
                        at: "2026-11-23 08:00".to_owned(),
                        current,
                    })
                    .into(),
                history: vec![put(true), put(false)],
                puts: 402,
                page: 2,
                pages: 3,
            }
        }
    }

    #[test]
    fn a_record_tells_everything_in_both_languages() {
        for language in [Language::Chinese, Language::English] {
            let labels = language.labels();
            let page = RecordPage::sample(language).render().unwrap();
            for part in [
                labels.provisional,
                labels.superseded,
                labels.late,
                labels.changed_since,
                labels.voided,
                labels.sent_back,
                "照片不清",
                "24",
                labels.vetoed,
                labels.foreign_answers,
                labels.unscored,
                "88.5 / 100",
                "12 / 19",
                labels.missing,
                "86.5 / 100",
                "良好",
                "供水户数",
                "11.5",
                "page=1#history",
                "page=3#history",
            ] {
                assert!(page.contains(part), "{part} is missing: {page}");
            }
            assert!(!page.contains("<script>"), "values are escaped");
            assert!(!page.contains(labels.not_allowed), "nothing is wrong");
        }
    }

    #[test]
    fn a_record_that_nobody_began_says_so() {
        let page = RecordPage {
            voided: None,
            review: None,
            disputes: Vec::new(),
            answers: Vec::new(),
            foreign: Vec::new(),
            others: Vec::new(),
            sign_offs: Vec::new(),
            history: Vec::new(),
            puts: 0,
            page: 1,
            pages: 1,
            ..RecordPage::sample(Language::English)
        };
        let html = page.render().unwrap();
        assert!(html.contains(Language::English.labels().nobody_began), "{html}");
        assert!(!html.contains("<table"));
    }
}
