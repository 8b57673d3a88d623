//! Forms drawn by chance: groups, nested repeats, every type that can be answered, and all columns that hold expressions.

use std::collections::{BTreeMap, BTreeSet};

use super::expression::Expressions;
use super::kind::{Kind, List, Machine};
use super::scope::Scope;
use crate::workbook::{Row, Workbook};
use crate::world::chance::Chance;

/// A question that a person can answer.
#[derive(Clone, Debug)]
pub struct Question {
    /// Its path without indices.
    pub path: String,
    /// What it takes.
    pub kind: Kind,
}

/// A form and what can be done with it.
#[derive(Debug, Default)]
pub struct Form {
    /// The file.
    pub workbook: Workbook,
    /// What can be answered.
    pub questions: Vec<Question>,
    /// What pyxform adds: the counts that are expressions, as paths without indices.
    pub added: BTreeSet<String>,
    /// What a machine says and what differs from run to run, by paths without indices.
    pub machine: BTreeMap<String, Machine>,
    /// Repeats to which a person adds instances, as paths without indices.
    pub repeats: Vec<String>,
}

/// Draws a form.
pub fn draw(chance: &Chance) -> Form {
    let mut draft = Draft { chance, form: Form::default(), scope: Scope::default(), number: 0 };
    draft.form.workbook.settings = Row::default()
        .with("form_title", "Drawn")
        .with("form_id", "drawn")
        .with("version", "1")
        .with("default_language", "中文 (zh)");
    draft.form.workbook.choices = choices();
    // What everything may name stands first or last: the order of rows is not the order of computation.
    let first = chance.below(2) == 0;
    let mut inputs = draft.inputs();
    inputs.extend(draft.machines());
    if first {
        draft.form.workbook.survey.extend(inputs.clone());
    }
    let size = 6 + chance.below(14);
    draft.items(size, "/data", 0);
    if !first {
        draft.form.workbook.survey.extend(inputs);
    }
    draft.form
}

fn choices() -> Vec<Row> {
    let list = [("x", "甲", "p", "1"), ("y", "乙", "q", "0.5"), ("z", "丙", "p", "3"), ("w", "丁", "q", "")];
    let mut rows: Vec<Row> = list
        .into_iter()
        .map(|(name, zh, parent, rate)| {
            let row = Row::choice("l", name).label(zh, &name.to_uppercase()).with("parent", parent);
            if rate.is_empty() { row } else { row.with("rate", rate) }
        })
        .collect();
    rows.push(Row::choice("parents", "p").label("父", "P"));
    rows.push(Row::choice("parents", "q").label("母", "Q"));
    rows
}

struct Draft<'a> {
    chance: &'a Chance,
    form: Form,
    scope: Scope,
    number: u32,
}

impl Draft<'_> {
    /// Questions without rules of their own, which every expression may name.
    fn inputs(&mut self) -> Vec<Row> {
        let kinds = [
            (Kind::Integer, "2"),
            (Kind::Decimal, ""),
            (Kind::Text, "abc"),
            (Kind::One(List::Whole), "y"),
            (Kind::Many(List::Whole), ""),
            (Kind::Date, "2026-03-04"),
        ];
        kinds
            .into_iter()
            .map(|(kind, default)| {
                let name = self.name("i");
                self.scope.learn("/data", &name, &kind);
                let mut row = Row::survey(kind.text(), &name).label(&name, &name);
                if !default.is_empty() {
                    row = row.with("default", default);
                }
                self.form.questions.push(Question { path: format!("/data/{name}"), kind });
                row
            })
            .collect()
    }

    /// Some of what a machine says, and a text that nobody sees.
    fn machines(&mut self) -> Vec<Row> {
        let drawn: Vec<Machine> = Machine::TYPES.into_iter().filter(|_| self.chance.below(2) == 0).collect();
        let mut rows = Vec::new();
        for machine in drawn {
            let (name, kind) = (self.name("m"), Kind::Machine(machine));
            self.scope.learn("/data", &name, &kind);
            rows.push(Row::survey(kind.text(), &name));
            self.form.machine.insert(format!("/data/{name}"), machine);
        }
        let name = self.name("h");
        self.scope.learn("/data", &name, &Kind::Hidden);
        rows.push(Row::survey("hidden", &name).with("default", "a-b"));
        rows
    }

    fn name(&mut self, letter: &str) -> String {
        self.number += 1;
        format!("{letter}{}", self.number)
    }

    fn items(&mut self, size: usize, path: &str, depth: u32) {
        for _ in 0..size {
            match self.chance.below(10) {
                0 if depth < 3 => self.group(path, depth),
                1 if self.scope.inside.len() < 2 => self.repeat(path, depth),
                2 => self.filtered(path),
                _ => self.question(path),
            }
        }
    }

    fn group(&mut self, path: &str, depth: u32) {
        let name = self.name("g");
        let row = Row::survey("begin_group", &name).label(&name, &name);
        let row = self.maybe(300, row, "relevant", |draw| draw.condition(2));
        self.form.workbook.survey.push(row);
        let size = 1 + self.chance.below(4);
        self.scope.groups += 1;
        self.items(size, &format!("{path}/{name}"), depth + 1);
        self.scope.groups -= 1;
        self.form.workbook.survey.push(Row::survey("end_group", ""));
    }

    fn repeat(&mut self, path: &str, depth: u32) {
        let name = self.name("r");
        let mut row = Row::survey("begin_repeat", &name).label(&name, &name);
        row = self.maybe(250, row, "relevant", |draw| draw.condition(2));
        let path = format!("{path}/{name}");
        match self.chance.below(5) {
            0 => row = row.with("repeat_count", "${i1}"),
            1 => {
                row = row.with("repeat_count", *self.chance.pick(&["2", "3", "${i1} + 1"]));
                self.form.added.insert(format!("{path}_count"));
            }
            _ => self.form.repeats.push(path.clone()),
        }
        self.form.workbook.survey.push(row);
        let around = self.scope.inside.clone();
        self.scope.inside.push(name.clone());
        let groups = std::mem::take(&mut self.scope.groups);
        let size = 1 + self.chance.below(5);
        self.items(size, &path, depth + 1);
        // A repeat needs a question of its own.
        self.question(&path);
        self.form.workbook.survey.push(Row::survey("end_repeat", ""));
        self.scope.inside.clone_from(&around);
        self.scope.groups = groups;
        self.scope.closed.push((name, around));
    }

    /// Two questions, of which the first says what can be chosen in the second.
    fn filtered(&mut self, path: &str) {
        let parent = self.name("p");
        self.form.workbook.survey.push(Row::survey("select_one parents", &parent).label(&parent, &parent));
        self.form.questions.push(Question { path: format!("{path}/{parent}"), kind: Kind::One(List::Parents) });
        let list = List::Filtered(parent.clone());
        let kind = if self.chance.below(2) == 0 { Kind::One(list) } else { Kind::Many(list) };
        let name = self.name("q");
        let filter = match self.chance.below(3) {
            0 => format!("parent = current()/../{parent}"),
            1 => format!("${{{parent}}} = parent and name != 'none'"),
            _ => format!("parent = ${{{parent}}}"),
        };
        let row = Row::survey(kind.text(), &name).label(&name, &name).with("choice_filter", filter);
        self.rules(path, &name, kind, row);
    }

    fn list(&self) -> List {
        if self.chance.below(4) == 0 { List::Open } else { List::Whole }
    }

    fn question(&mut self, path: &str) {
        let kind = match self.chance.below(20) {
            0 | 1 => Kind::Integer,
            2 => Kind::Decimal,
            3 | 4 => Kind::Text,
            5 => Kind::One(self.list()),
            6 => Kind::Many(self.list()),
            7 => Kind::Date,
            8 => self.chance.pick(&[Kind::Time, Kind::Moment, Kind::Position]).clone(),
            9 if self.chance.below(2) == 0 => {
                Kind::Media(self.chance.pick::<&'static str>(&["image", "audio", "video", "file"]))
            }
            9 => self.chance.pick(&[Kind::Acknowledge, Kind::Note, Kind::Barcode, Kind::Range]).clone(),
            10 if self.chance.below(3) == 0 => Kind::Machine(self.chance.pick(&Machine::CALCULATIONS).0),
            10..=15 => Kind::Number,
            16 if self.chance.below(3) == 0 => Kind::Hidden,
            _ => Kind::Words,
        };
        let mut name = self.name("q");
        if self.chance.below(12) == 0 {
            // Like what pyxform adds, and yet the author's.
            name.push_str("_count");
        }
        let mut row = Row::survey(kind.text(), &name);
        match kind {
            Kind::Machine(machine) => {
                let same = Machine::CALCULATIONS.into_iter().filter(|(drawn, _)| *drawn == machine);
                let (_, text) = *self.chance.pick(&same.collect::<Vec<_>>());
                self.form.machine.insert(format!("{path}/{name}"), machine);
                self.form.workbook.survey.push(row.with("calculation", text));
            }
            Kind::Number | Kind::Words | Kind::Hidden => {
                let draw = Expressions { chance: self.chance, scope: &self.scope };
                let depth = 1 + self.chance.below(3) as u32;
                let text = match kind {
                    Kind::Words | Kind::Hidden => draw.text(depth),
                    _ if self.chance.below(20) == 0 => format!("once({})", draw.number(1)),
                    _ if self.chance.below(2) == 0 => draw.number(depth),
                    _ => format!("round(abs({}) mod 1000, 2)", draw.number(depth)),
                };
                row = row.with("calculation", text);
                row = self.maybe(200, row, "relevant", |draw| draw.condition(2));
                self.form.workbook.survey.push(row);
                self.scope.learn(path, &name, &kind);
            }
            _ => {
                row = row.label(&name, &name);
                if kind == Kind::Range {
                    row = row.with("parameters", "start=0 end=10 step=2");
                }
                self.rules(path, &name, kind, row);
            }
        }
    }

    /// Adds rules to the row of a question, and the row to the form.
    fn rules(&mut self, path: &str, name: &str, kind: Kind, row: Row) {
        let mut row = self.maybe(350, row, "relevant", |draw| draw.condition(2));
        if kind != Kind::Note {
            row = self.maybe(200, row, "required", |draw| draw.condition(1));
            if self.chance.below(10) == 0 {
                row = row.with("required", "yes");
            }
            row = self.maybe(80, row, "read_only", |draw| draw.condition(1));
            if self.chance.below(3) == 0
                && let Some(rule) = self.constraint(&kind)
            {
                row = row.with("constraint", rule);
            }
            if self.chance.below(4) == 0
                && let Some(default) = self.default(&kind)
            {
                row = row.with("default", default);
            }
        }
        if matches!(kind, Kind::Integer | Kind::Text) {
            row = self.maybe(80, row, "calculation", |draw| match kind {
                Kind::Integer => format!("int(({}) mod 1000)", draw.number(1)),
                _ => draw.text(1),
            });
        }
        self.form.workbook.survey.push(row);
        self.scope.learn(path, name, &kind);
        if matches!(kind, Kind::One(List::Open) | Kind::Many(List::Open)) {
            let path = format!("{path}/{name}_other");
            self.form.questions.push(Question { path, kind: Kind::Text });
        }
        if kind != Kind::Note {
            self.form.questions.push(Question { path: format!("{path}/{name}"), kind });
        }
    }

    fn constraint(&self, kind: &Kind) -> Option<String> {
        let draw = Expressions { chance: self.chance, scope: &self.scope };
        let rules: Vec<String> = match kind {
            Kind::Integer | Kind::Decimal | Kind::Range => {
                vec![". >= 3".to_owned(), format!(". < {}", draw.number(1)), ". > 0 and . <= 20".to_owned()]
            }
            Kind::Text | Kind::Barcode => vec![
                "string-length(.) < 4".to_owned(),
                "regex(., '^[a-z]+$')".to_owned(),
                format!(". != {}", draw.text(1)),
            ],
            Kind::One(_) => vec![". != 'x'".to_owned(), format!(". = 'y' or {}", draw.condition(1))],
            Kind::Many(_) => {
                vec!["count-selected(.) <= 1".to_owned(), "not(selected(., 'x') and selected(., 'z'))".to_owned()]
            }
            Kind::Date => vec![format!(". > {}", draw.date(1)), ". <= date('2026-06-30')".to_owned()],
            _ => return None,
        };
        Some(self.chance.pick(&rules).clone())
    }

    fn default(&self, kind: &Kind) -> Option<&'static str> {
        let defaults: &[&'static str] = match kind {
            Kind::Integer => &["0", "-5", "${i1} + 1"],
            Kind::Decimal => &["1.5", "${i1} * 2", "10"],
            Kind::Text => &["a-b", "x y", "concat(${i3}, '!')"],
            Kind::One(List::Whole) => &["x", "z"],
            Kind::Many(List::Whole) => &["x", "x z"],
            Kind::Date => &["2026-05-06"],
            _ => return None,
        };
        Some(*self.chance.pick::<&'static str>(defaults))
    }

    fn maybe(&self, times: u32, row: Row, column: &'static str, make: impl Fn(&Expressions<'_>) -> String) -> Row {
        if !self.chance.one_in_a_thousand(times) {
            return row;
        }
        row.with(column, make(&Expressions { chance: self.chance, scope: &self.scope }))
    }
}
