//! A record's answers, laid into a session that is in the making.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::instances::Instance;
use super::spot::{self, computed};
use super::value::{Kept, kept, text_of};
use super::{NONE, SOME};
use crate::form::{Address, Form, Kind, Moment, NodeId, Path, Question, Standing};
use crate::record::{Class, Key, Record, Value};

/// A record being laid into a session.
pub(super) struct Laying<'a> {
    form: &'a Form,
    record: &'a Record,
    pub(super) standing: Standing,
    pub(super) instances: Instance,
    pub(super) foreign: Vec<(Key, Value)>,
}

/// What a record says of a select_multiple.
#[derive(Default)]
struct Picks {
    none: bool,
    picked: BTreeSet<String>,
}

impl<'a> Laying<'a> {
    pub(super) fn of(form: &'a Arc<Form>, record: &'a Record, standing: Standing) -> Self {
        let mut laying = Self { form, record, standing, instances: Instance::default(), foreign: Vec::new() };
        laying.instances();
        laying.answers();
        laying.files();
        laying.end();
        laying
    }

    fn instances(&mut self) {
        let mut keys: Vec<&Key> = self.record.instances.iter().filter(|key| !self.is_void(key)).collect();
        // The outer ones first; the sort keeps the order of those side by side.
        keys.sort_by_key(|key| key.as_str().matches("/r/").count());
        for key in keys {
            if self.instance(key).is_none() {
                self.set_aside(key);
            }
        }
    }

    fn instance(&mut self, key: &Key) -> Option<()> {
        let subject = key.subject();
        let (name, ulid) = subject.rest.rsplit_once('/')?;
        let parent = match subject.instance {
            None => None,
            Some(outer) => Some(spot::find(self.form, &self.instances, &outer.parse().ok()?)?.at),
        };
        let repeat = self.form.repeat_by_key(parent.map(|parent| parent.node), name)?;
        let path = self.standing.instance(repeat, parent.map(|parent| parent.path).unwrap_or_default())?;
        let instance = self.instances.reach(&self.form.repeats_around(repeat), path)?;
        (instance.ulid, instance.stored) = (Some(ulid.parse().ok()?), true);
        Some(())
    }

    fn answers(&mut self) {
        let mut selects: BTreeMap<Address, Picks> = BTreeMap::new();
        for (key, answer) in &self.record.answers {
            if self.is_void(key) {
                continue;
            }
            let value = &answer.shown.value;
            let spot = spot::find(self.form, &self.instances, key);
            let Some((spot, question)) =
                spot.and_then(|spot| Some((spot.clone(), spot::question(self.form, spot.at.node)?)))
            else {
                self.foreign.push((key.clone(), value.clone()));
                continue;
            };
            let read = match (kept(question, computed(self.form, spot.at.node)), spot.choice) {
                (Kept::Nothing, _) => None,
                (Kept::Picks, None) => {
                    let select = selects.entry(spot.at).or_default();
                    select.none = matches!(value, Value::Null) || *value == Value::Text(NONE.to_owned());
                    (select.none || *value == Value::Text(SOME.to_owned())).then_some(())
                }
                (Kept::Picks, Some(choice)) => {
                    let select = selects.entry(spot.at).or_default();
                    if *value == Value::Bool(true) {
                        select.picked.insert(choice);
                    }
                    matches!(value, Value::Null | Value::Bool(_)).then_some(())
                }
                (Kept::Value | Kept::File, _) => {
                    let text = text_of(question, value);
                    let read = text.and_then(|text| self.standing.answer(spot.at, &text).ok());
                    // Its default does not stand where something else was answered.
                    read.or_else(|| self.standing.answer(spot.at, "").ok().and(None))
                }
            };
            if read.is_none() {
                self.foreign.push((key.clone(), value.clone()));
            }
        }
        for (at, select) in selects {
            let choices = self.form.list_of(at.node).map(|(_, list)| list.choices.as_slice()).unwrap_or_default();
            let names = choices.iter().map(|choice| choice.name.as_str());
            let picked: Vec<&str> = names.filter(|name| !select.none && select.picked.contains(*name)).collect();
            // Every name is of the list, so nothing can fail.
            let _ = self.standing.answer(at, &picked.join(" "));
        }
    }

    /// Lays the newest photo or file of each question by its ulid.
    fn files(&mut self) {
        for key in self.record.others.keys().filter(|key| key.class() == Class::Photo) {
            let Some((_, ulid)) = key.as_str().rsplit_once('/') else { continue };
            // What is void has no spot; on a question that takes no file, the photo stands beside it.
            let Some(spot) = spot::find(self.form, &self.instances, key) else { continue };
            if spot::question(self.form, spot.at.node).is_some_and(|question| kept(question, false) == Kept::File) {
                let _ = self.standing.answer(spot.at, ulid);
            }
        }
    }

    /// Lays the moment of the latest answer into `end`.
    fn end(&mut self) {
        let Some(at) = self.record.answers.values().map(|answer| answer.shown.at).max() else { return };
        let text = Moment { millis: at.saturating_mul(1000), offset: 0 }.text();
        let ends = self.form.nodes().filter(|(_, node)| node.kind == Kind::Question(Question::End));
        for node in ends.map(|(id, _)| id).collect::<Vec<NodeId>>() {
            // Inside a repeat there is no one such moment.
            let _ = self.standing.answer(Address { node, path: Path::default() }, &text);
        }
    }

    fn is_void(&self, key: &Key) -> bool {
        self.record.voided_instances.keys().any(|void| key.is_under(void.as_str()))
    }

    fn set_aside(&mut self, key: &Key) {
        if let Some(answer) = self.record.others.get(key) {
            self.foreign.push((key.clone(), answer.shown.value.clone()));
        }
    }
}
