//! Answers that a person gave in place of a calculation, and when the calculation takes the question back.
//!
//! As in JavaRosa it does so when anything is touched on which it depends, however far away, and whether or not that made a
//! difference. So here the dependencies are followed to their end, and not only to where nothing has changed.

use std::collections::BTreeSet;

use super::definition::{Kind, Question};
use super::instance::Path;
use super::order::{Part, Vertex, scope_of};
use super::session::{Address, Session};
use super::work::Work;

impl Session {
    /// Runs the calculations again that an answer overrules and that depend on one of the parts touched, in the instances
    /// that stand in the touched one or around it.
    pub(super) fn restore(&mut self, touched: &[Vertex], path: Path, work: &mut Work) {
        if self.form.order.overrulable.is_empty() {
            return;
        }
        let form = self.form.clone();
        let layout = &form.layout;
        let mut reached: BTreeSet<Vertex> = touched.iter().copied().collect();
        let mut open: Vec<Vertex> = reached.iter().copied().collect();
        while let Some(vertex) = open.pop() {
            open.extend(form.order.dependents(vertex).map(|(user, _)| user).filter(|user| reached.insert(*user)));
        }
        self.left = self.left.saturating_sub(reached.len() as u64);
        for vertex in form.order.overrulable.iter().filter(|vertex| reached.contains(vertex)) {
            let (rank, scope) = (form.order.rank(*vertex), scope_of(layout, *vertex));
            let from = touched.first().map_or(0, |vertex| scope_of(layout, *vertex));
            let below = path.prefix(layout.common(from, scope));
            for path in self.root.paths(layout, scope, below) {
                if self.root.cell(layout, vertex.0, path).is_some_and(|cell| cell.overruled) {
                    work.parts.insert((rank, path));
                }
            }
        }
    }

    /// Restores what depends on anything in a new instance, or on how many there are.
    pub(super) fn restore_after_addition(&mut self, scope: usize, path: Path, work: &mut Work) {
        let Some(repeat) = self.form.layout.scopes.get(scope).map(|scope| scope.node) else { return };
        if self.form.order.overrulable.is_empty() {
            return;
        }
        let within: Vec<Vertex> = self
            .form
            .order
            .sequence
            .iter()
            .copied()
            .filter(|vertex| self.form.layout.chain(scope_of(&self.form.layout, *vertex)).contains(&scope))
            .collect();
        self.restore(&within, path, work);
        self.restore(&[(repeat, Part::Count)], path.split_last().map_or(path, |(parent, _)| parent), work);
    }

    /// Restores what depends on the questions of an instance that was removed, in that which has moved up to its place, or
    /// on how many there are.
    pub(super) fn restore_after_removal(&mut self, at: Address, parent: Path, work: &mut Work) {
        let direct = self.form.children(at.node).iter().filter_map(|child| {
            let question = matches!(self.form.definition().node(*child)?.kind, Kind::Question(_));
            Some((*child, if question { Part::Value } else { Part::Relevant }))
        });
        let direct: Vec<Vertex> = direct.collect();
        self.restore(&direct, at.path, work);
        self.restore(&[(at.node, Part::Count)], parent, work);
    }
}

impl Question {
    /// Whether a person may give an answer in place of what a calculation makes.
    pub(super) fn is_answered(&self) -> bool {
        !matches!(self, Self::Calculate | Self::Hidden | Self::Note)
    }
}
