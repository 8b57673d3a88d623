//! What a form that is filled in scores: found by the names of its questions, because XLSForm has no word for it.
//!
//! The convention, for questions outside repeats, in whatever group they stand, most of them of type `calculate`:
//!
//! | name | what it is |
//! |---|---|
//! | `X_score` | what criterion X earned; blank while it is open |
//! | `X_full` | the most that X may earn; without it X is a bonus |
//! | `total` | the score; without that question, the sum of what the criteria earned |
//! | `total_full`, or else `full` | the full mark; without both, the sum of the criteria's |
//! | `level` | the grade: the name of a choice of the list `level`, where there is one |
//! | `veto` | whether something fails the whole: anything but blank, `0`, `no` and `false`; a level `veto` says so too |
//!
//! An `X_score` that is computed from other scores is a subtotal, and no criterion. What is not relevant counts as blank.
//! A criterion is called what the list `criteria` calls its choice X; without one, what `X_score` itself, or else the
//! innermost group around it that has a label, is called.
//!
//! A form without any of these names has no score, which is no error.

use std::collections::BTreeSet;

use super::check::Layout;
use super::definition::{Definition, Kind, NodeId};
use super::evaluate::Standpoint;
use super::expression::{Expression, Op};
use super::instance::Path;
use super::order::{Order, Part};
use super::session::{Address, Session};
use super::value::Value;

/// The list of choices whose labels are the names of criteria.
const CRITERIA: &str = "criteria";
/// The list of choices whose labels are the names of grades.
const LEVEL: &str = "level";
/// The grade, or the question, that says that something fails the whole.
const VETO: &str = "veto";

/// What a record scores, as far as its form says.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Score {
    /// The score.
    pub score: Option<f64>,
    /// The most that could be scored.
    pub full: Option<f64>,
    /// Whether something fails the whole.
    pub veto: bool,
    /// The grade, as the form names it.
    pub grade: Option<String>,
    /// What people call the grade, in the language that is shown.
    pub grade_label: Option<String>,
    /// The criteria, in the order of the form.
    pub criteria: Vec<Criterion>,
}

/// One criterion and what it earned.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Criterion {
    /// Its name: that of its score without `_score`.
    pub name: String,
    /// What people call it, in the language that is shown.
    pub label: String,
    /// What it earned; nothing while it is open or does not count.
    pub score: Option<f64>,
    /// The most that it may earn; nothing for a bonus, or while it does not count.
    pub full: Option<f64>,
}

impl Criterion {
    /// Returns how many marks it lost, once it has a score.
    pub fn lost(&self) -> Option<f64> {
        Some(self.full? - self.score?)
    }
}

/// Which of a form's questions the convention names.
#[derive(Debug)]
pub(super) struct Marks {
    criteria: Vec<Mark>,
    total: Option<NodeId>,
    full: Option<NodeId>,
    level: Option<NodeId>,
    veto: Option<NodeId>,
}

#[derive(Debug)]
struct Mark {
    name: String,
    score: NodeId,
    full: Option<NodeId>,
}

impl Marks {
    pub(super) fn of(definition: &Definition, layout: &Layout, order: &Order) -> Self {
        let questions = || {
            let numbered = (0..).map(NodeId).zip(&definition.nodes);
            numbered.filter(|(id, node)| matches!(node.kind, Kind::Question(_)) && layout.depth(*id) == 0)
        };
        let named = |name: &str| questions().find(|(_, node)| node.name == name).map(|(id, _)| id);
        let scores: Vec<(NodeId, &str)> =
            questions().filter_map(|(id, node)| Some((id, node.name.strip_suffix("_score")?))).collect();
        // Dependencies stand first in the order, so one pass finds all that is computed from scores.
        let mut summed: BTreeSet<NodeId> = scores.iter().map(|(id, _)| *id).collect();
        let mut subtotals = BTreeSet::new();
        for (id, part) in &order.sequence {
            let calculation = definition.node(*id).and_then(|node| node.calculation.as_ref());
            let Some(calculation) = calculation.filter(|_| *part == Part::Value) else { continue };
            if reads(&calculation.expression, &summed) {
                summed.insert(*id);
                subtotals.insert(*id);
            }
        }
        let criteria = scores
            .into_iter()
            .filter(|(id, name)| !name.is_empty() && !subtotals.contains(id))
            .map(|(score, name)| Mark { name: name.to_owned(), score, full: named(&format!("{name}_full")) });
        Self {
            criteria: criteria.collect(),
            total: named("total"),
            full: named("total_full").or_else(|| named("full")),
            level: named(LEVEL),
            veto: named(VETO),
        }
    }
}

/// Tells whether an expression reads the value of one of some questions outside repeats.
fn reads(expression: &Expression, of: &BTreeSet<NodeId>) -> bool {
    expression.0.iter().any(|op| matches!(op, Op::Node(node) if of.contains(&node.node)))
}

impl Session {
    /// Returns what the form scores now: `X_score`, `X_full`, `total`, `total_full` or `full`, `level` and `veto` are found by
    /// their names (the head of `form/score.rs` has the rules).
    pub fn score(&self) -> Score {
        if self.overworked() {
            return Score::default();
        }
        let form = self.form.clone();
        let marks = &form.marks;
        let criteria: Vec<Criterion> = marks.criteria.iter().map(|mark| self.criterion(mark)).collect();
        let or_sum = |node: Option<NodeId>, of: fn(&Criterion) -> Option<f64>| match node {
            Some(node) => self.number(node),
            None => criteria.iter().filter_map(of).reduce(|sum, mark| sum + mark),
        };
        let grade = marks.level.map(|level| self.outside(level)).filter(|level| !level.is_blank());
        let grade = grade.map(|level| level.to_text().as_ref().to_owned());
        let vetoed = |veto: NodeId| !matches!(self.outside(veto).to_text().as_ref(), "" | "0" | "no" | "false");
        Score {
            score: or_sum(marks.total, |criterion| criterion.score),
            full: or_sum(marks.full, |criterion| criterion.full),
            veto: marks.veto.is_some_and(vetoed) || grade.as_deref() == Some(VETO),
            grade_label: grade.as_deref().and_then(|grade| self.label_in(LEVEL, grade)),
            grade,
            criteria,
        }
    }

    fn criterion(&self, mark: &Mark) -> Criterion {
        Criterion {
            name: mark.name.clone(),
            label: self.criterion_label(mark),
            score: self.number(mark.score),
            full: mark.full.and_then(|full| self.number(full)),
        }
    }

    fn criterion_label(&self, mark: &Mark) -> String {
        let mut around = Some(mark.score);
        let above = std::iter::from_fn(|| {
            let node = self.form.definition().node(around?)?;
            let at = Address { node: around?, path: Path::default() };
            around = node.parent;
            Some(self.text(&node.texts.label, at))
        });
        let found = self.label_in(CRITERIA, &mark.name).or_else(|| above.flatten().next());
        found.unwrap_or_else(|| mark.name.clone())
    }

    /// Returns the label of a choice of a list by its name.
    fn label_in(&self, list: &str, name: &str) -> Option<String> {
        let lists = (0..).zip(&self.form.definition().lists);
        let (number, list) = lists.into_iter().find(|(_, found)| found.name == list)?;
        let choice = list.choices.get(self.form.row(number, name)? as usize)?;
        self.evaluation().text(&choice.texts.label, Standpoint::new(NodeId(0), Path::default()))
    }

    fn outside(&self, node: NodeId) -> Value {
        self.value(Address { node, path: Path::default() })
    }

    fn number(&self, node: NodeId) -> Option<f64> {
        let number = self.outside(node).number();
        number.is_finite().then_some(number)
    }
}
