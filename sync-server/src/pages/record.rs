//! A record with its answers, blame, history and disputes.

use askama::Template;
use axum::extract::{Path, Query, State as Extract};
use axum::response::Html;
use sumu_core::form::Score;
use sumu_core::ids::{DeviceId, Handle, PersonId, SiteId};
use sumu_core::record::{Answer, Card, Class, Filling, Key, Scores, Stated, Value};

use super::area::{Choice, Crumb, choices, choose, crumbs};
use super::error::{PageError, render};
use super::frame::Frame;
use super::labels::Labels;
use super::visitor::Visitor;
use super::{marks, question};
use crate::admin::{AdminError, Round, find_item, list_rounds};
use crate::scoring::ScoringError;
use crate::view::{self, RecordPage as Seen, View};
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

/// A value with its blame, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    value: String,
    /// In a dispute: what the record would score with this value.
    score: String,
    by: String,
    device: String,
    at: String,
}

struct AnswerRow {
    key: String,
    /// What the form calls it.
    label: String,
    said: Said,
    /// In a dispute every distinct value, the provisional one first.
    rivals: Vec<Said>,
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

/// What the form makes of the record.
#[derive(Default)]
struct Marks {
    score: String,
    grade: String,
    veto: bool,
    criteria: Vec<CriterionRow>,
}

/// How far the form is filled in.
struct Filled {
    answered: String,
    missing: usize,
    wrong: usize,
}

struct CriterionRow {
    label: String,
    score: String,
    full: String,
    lost: String,
}

struct PutRow {
    at: String,
    by: String,
    device: String,
    key: String,
    label: String,
    value: String,
    visible: bool,
    late: bool,
    hash: String,
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

/// Turns what a record says into text.
struct Teller<'a> {
    labels: &'static Labels,
    seen: &'a Seen,
    filling: Option<&'a Filling>,
    scores: Option<&'a Scores>,
    time: &'a dyn Fn(i64) -> String,
}

impl Teller<'_> {
    fn person(&self, person: &PersonId) -> String {
        match self.seen.people.get(person) {
            Some(known) => format!("{} ({})", known.name, known.handle),
            None => person.to_string(),
        }
    }

    fn value(&self, key: &Key, value: &Value) -> String {
        if let Some(choice) = self.filling.and_then(|filling| filling.in_words(key, value)) {
            return choice;
        }
        match value {
            Value::Null => self.labels.cleared.to_owned(),
            Value::Bool(true) => self.labels.yes.to_owned(),
            Value::Bool(false) => self.labels.no.to_owned(),
            value => value.to_string(),
        }
    }

    fn label(&self, key: &Key) -> String {
        if key.class() == Class::Form {
            return self.labels.form.to_owned();
        }
        self.filling.and_then(|filling| question::label(filling, key)).unwrap_or_default()
    }

    fn said(&self, key: &Key, stated: &Stated) -> Said {
        Said {
            value: self.value(key, &stated.value),
            score: String::new(),
            by: self.person(&stated.person),
            device: short(&stated.device),
            at: (self.time)(stated.at),
        }
    }

    fn row(&self, key: &Key, shown: &Stated, rivals: &[Stated]) -> AnswerRow {
        let scores = self.scores.and_then(|scores| scores.rivals.get(key)).map_or(&[][..], Vec::as_slice);
        let score = |score: &Score| marks::of_full(score.score, score.full);
        let scores = scores.iter().map(score).chain(std::iter::repeat(String::new()));
        let rivals = rivals.iter().zip(scores).map(|(rival, score)| Said { score, ..self.said(key, rival) });
        AnswerRow {
            key: key.plain().to_owned(),
            label: self.label(key),
            said: self.said(key, shown),
            rivals: rivals.collect(),
        }
    }

    fn rows<'k>(&self, answers: impl Iterator<Item = (&'k Key, &'k Answer)>) -> Vec<AnswerRow> {
        answers.map(|(key, answer)| self.row(key, &answer.shown, &answer.dispute)).collect()
    }

    /// Returns what the form makes of the record, if it makes anything of it.
    fn marks(&self) -> Option<Marks> {
        let score = &self.scores?.shown;
        let text = |mark: Option<f64>| mark.map_or_else(String::new, marks::mark);
        let criteria = score.criteria.iter().map(|criterion| CriterionRow {
            label: criterion.label.clone(),
            score: text(criterion.score),
            full: text(criterion.full),
            lost: text(criterion.lost().filter(|lost| *lost != 0.0)),
        });
        let marks = Marks {
            score: marks::of_full(score.score, score.full),
            grade: score.grade_label.clone().or_else(|| score.grade.clone()).unwrap_or_default(),
            veto: score.veto,
            criteria: criteria.collect(),
        };
        (!marks.score.is_empty() || !marks.grade.is_empty() || !marks.criteria.is_empty()).then_some(marks)
    }

    /// Returns how far the form is filled in: a score of half a form is to be read as one.
    fn filled(&self) -> Option<Filled> {
        let cards = self.filling?.cards(&self.seen.record);
        let sum = |count: fn(&Card) -> usize| cards.iter().map(count).sum::<usize>();
        Some(Filled {
            answered: format!("{} / {}", sum(|card| card.answered), sum(|card| card.questions)),
            missing: sum(|card| card.missing),
            wrong: sum(|card| card.wrong),
        })
    }

    fn put(&self, row: &view::HistoryRow) -> PutRow {
        PutRow {
            at: (self.time)(row.at),
            by: self.person(&row.person),
            device: short(&row.device),
            key: row.key.plain().to_owned(),
            label: self.label(&row.key),
            value: self.value(&row.key, &row.value),
            visible: row.visible,
            late: row.late,
            hash: row.hash.to_string(),
        }
    }
}

/// Shortens a device's id to what tells devices apart in one record.
fn short(device: &DeviceId) -> String {
    device.to_string().chars().take(8).collect()
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
