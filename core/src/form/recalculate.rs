//! What is computed again after an edit: only what depends on it, in order, and no further than something changes.

use super::definition::{Default, Kind, NodeId, Question};
use super::evaluate::{Evaluation, Standpoint, Surroundings};
use super::instance::Path;
use super::order::{Part, Vertex, scope_of};
use super::session::{Address, Changes, MAX_INSTANCES, Session, Setting};
use super::value::Value;
use super::work::{MAX_READING, MAX_STEPS, Steps, Task, Work};
use super::{Expression, Formula};

impl Session {
    /// Puts everything of an instance in the queue.
    pub(super) fn enqueue_scope(&mut self, scope: usize, path: Path, work: &mut Work) {
        let (layout, order) = (&self.form.layout, &self.form.order);
        for rank in order.within(scope) {
            let Some(vertex) = order.sequence.get(*rank as usize) else { continue };
            let paths = self.root.paths(layout, scope_of(layout, *vertex), path);
            self.left = self.left.saturating_sub(paths.len() as u64);
            work.parts.extend(paths.into_iter().map(|path| (*rank, path)));
        }
    }

    /// Puts in the queue what depends on a part.
    pub(super) fn spread(&mut self, vertex: Vertex, path: Path, work: &mut Work) {
        for (user, dependent) in self.form.order.dependents(vertex) {
            let scope = scope_of(&self.form.layout, user);
            let below = path.prefix(dependent.shared);
            let paths = self.root.paths(&self.form.layout, scope, below);
            self.left = self.left.saturating_sub(paths.len() as u64);
            work.parts.extend(paths.into_iter().map(|path| (dependent.rank, path)));
        }
    }

    /// Does the work: dependencies first, and goes on only where something has changed. Stops where the steps end.
    pub(super) fn run(&mut self, mut work: Work, changes: &mut Changes) {
        let form = self.form.clone();
        self.left = MAX_STEPS;
        if std::mem::take(&mut self.overworked) {
            work.parts.extend(self.everything().parts);
        }
        while let Some(task) = work.next() {
            self.left = self.left.saturating_sub(1);
            if self.left == 0 {
                break;
            }
            match task {
                Task::Part(rank, path) => {
                    let Some(&(node, part)) = form.order.sequence.get(rank as usize) else { continue };
                    let at = Address { node, path };
                    match part {
                        Part::Count => work.count(rank, path),
                        Part::Relevant => self.relevance(at, &mut work, changes),
                        Part::Answer => self.calculate(at, &mut work),
                        Part::Value => self.show(at, &mut work, changes),
                        Part::Checks => self.checks(at, &mut work, changes),
                    }
                }
                Task::Default(at) => self.set_default(at, &mut work, changes),
                Task::Instance(scope, path) => self.begin(scope, path, &mut work),
                Task::Count(rank, parent) => {
                    if let Some((repeat, _)) = form.order.sequence.get(rank as usize)
                        && self.grow(*repeat, parent, &mut work, changes)
                    {
                        work.count(rank, parent);
                    }
                }
            }
        }
        self.overworked = self.left == 0;
    }

    /// Puts everything of a new instance in the queue, and what depends on how many there are.
    fn begin(&mut self, scope: usize, path: Path, work: &mut Work) {
        self.enqueue_scope(scope, path, work);
        if let (Some((parent, _)), Some(repeat)) =
            (path.split_last(), self.form.layout.scopes.get(scope).map(|scope| scope.node))
        {
            self.spread((repeat, Part::Count), parent, work);
            self.restore_after_addition(scope, path, work);
        }
    }

    /// Returns the form and its values to be read.
    pub(super) fn evaluation(&self) -> Evaluation<'_> {
        self.evaluation_within(MAX_READING)
    }

    pub(super) fn evaluation_within(&self, steps: u64) -> Evaluation<'_> {
        let Setting { now, language, entropy } = &self.setting;
        let steps = Steps::new(steps);
        let around = Surroundings { now: *now, language: *language, entropy: entropy.as_ref(), steps };
        Evaluation { form: &self.form, root: &self.root, around }
    }

    /// Computes something with the steps that the edit at hand has left.
    fn within<T>(&mut self, compute: impl FnOnce(&Self, &Evaluation<'_>) -> T) -> T {
        let evaluation = self.evaluation_within(self.left);
        let computed = compute(self, &evaluation);
        self.left = evaluation.around.steps.left();
        computed
    }

    /// Computes a formula of a node with the steps that the edit at hand has left.
    fn computed(&mut self, formula: &Formula, at: Address) -> Value {
        self.within(|_, evaluation| evaluation.run(&formula.expression, Standpoint::new(at.node, at.path)))
    }

    /// Returns how many instances the count of a repeat asks for; nothing if it has no count.
    pub(super) fn asked(&self, repeat: NodeId, parent: Path, evaluation: &Evaluation<'_>) -> Option<usize> {
        let node = self.form.definition().node(repeat)?;
        let (count, outer) = (node.repeat_count.as_ref()?, node.parent?);
        let first = Standpoint::new(repeat, parent.child(0));
        let counts = self.root.cell(&self.form.layout, outer, parent).is_some_and(|cell| cell.relevant)
            && node.relevant.as_ref().is_none_or(|relevant| evaluation.run(&relevant.expression, first).truth());
        let wanted = evaluation.run(&count.expression, Standpoint::new(outer, parent)).number();
        Some(if counts && wanted > 0.0 { wanted.min(MAX_INSTANCES as f64) as usize } else { 0 })
    }

    /// Appends an instance if the count asks for more, and tells whether it did.
    fn grow(&mut self, repeat: NodeId, parent: Path, work: &mut Work, changes: &mut Changes) -> bool {
        let wanted = self.within(|session, evaluation| session.asked(repeat, parent, evaluation));
        let (Some(wanted), Some(scope)) = (wanted, self.repeat_scope(repeat)) else { return false };
        let has = self.root.count(&self.form.layout, scope, parent);
        let more = has < wanted && self.has_room();
        if more {
            let path = self.append(scope, parent, work);
            changes.insert(Address { node: repeat, path });
        }
        more
    }

    fn relevance(&mut self, at: Address, work: &mut Work, changes: &mut Changes) {
        let form = self.form.clone();
        let Some(node) = form.definition().node(at.node) else { return };
        let outer = node.parent.is_none_or(|parent| {
            let path = at.path.prefix(form.layout.depth(parent));
            self.root.cell(&form.layout, parent, path).is_some_and(|cell| cell.relevant)
        });
        let relevant = outer && node.relevant.as_ref().is_none_or(|relevant| self.computed(relevant, at).truth());
        if self.left == 0 {
            return;
        }
        let Some(cell) = self.root.cell_mut(&form.layout, at.node, at.path) else { return };
        if cell.relevant != relevant {
            cell.relevant = relevant;
            changes.insert(at);
            self.spread((at.node, Part::Relevant), at.path, work);
        }
    }

    /// Runs a calculation, also while it does not count: JavaRosa's `once` then begins anew.
    fn calculate(&mut self, at: Address, work: &mut Work) {
        let form = self.form.clone();
        let Some(node) = form.definition().node(at.node) else { return };
        let (Some(calculation), Kind::Question(question)) = (&node.calculation, &node.kind) else { return };
        let computed = self.computed(calculation, at);
        if self.left == 0 {
            return;
        }
        let value = question.cast(computed, self.setting.now.offset);
        if let Some(cell) = self.root.cell_mut(&form.layout, at.node, at.path) {
            let same = cell.answer == value;
            cell.answer = value;
            cell.overruled = false;
            if !same {
                self.spread((at.node, Part::Answer), at.path, work);
            }
        }
    }

    /// Makes what expressions and output read of an answer.
    pub(super) fn show(&mut self, at: Address, work: &mut Work, changes: &mut Changes) {
        let form = self.form.clone();
        let Some(cell) = self.root.cell(&form.layout, at.node, at.path) else { return };
        let (shown, offered) = match (cell.relevant, form.list_of(at.node)) {
            (false, _) => (Value::blank(), true),
            (true, None) => (cell.answer.clone(), true),
            (true, Some((list, _))) => {
                let filter = form.definition().node(at.node).and_then(|node| node.choice_filter.as_ref());
                let picked = cell.answer.to_text();
                let filter = filter.map(|filter| &filter.expression);
                let kept: Vec<&str> = self.within(|session, evaluation| {
                    let names = picked.split_whitespace();
                    names.filter(|name| session.is_offered(at, list, name, filter, evaluation)).collect()
                });
                if self.left == 0 {
                    return;
                }
                let kept = kept.join(" ");
                let all = kept.split_whitespace().count() == picked.split_whitespace().count();
                (Value::text(&kept), all)
            }
        };
        let Some(cell) = self.root.cell_mut(&form.layout, at.node, at.path) else { return };
        let same = cell.shown == shown && cell.counted == cell.relevant && cell.offered == offered;
        (cell.shown, cell.counted, cell.offered) = (shown, cell.relevant, offered);
        if !same {
            changes.insert(at);
            self.spread((at.node, Part::Value), at.path, work);
        }
    }

    fn is_offered(
        &self,
        at: Address,
        list: u32,
        name: &str,
        filter: Option<&Expression>,
        evaluation: &Evaluation<'_>,
    ) -> bool {
        let here = Standpoint::new(at.node, at.path);
        match (filter, self.form.list(list)) {
            (None, _) => self.form.row(list, name).is_some(),
            (Some(_), Some(choices)) => {
                Evaluation::rows(choices, name).any(|row| evaluation.offers(filter, list, row, here))
            }
            (Some(_), None) => false,
        }
    }

    fn checks(&mut self, at: Address, work: &mut Work, changes: &mut Changes) {
        let form = self.form.clone();
        let Some(node) = form.definition().node(at.node) else { return };
        let inherited = node.parent.is_some_and(|parent| {
            let path = at.path.prefix(form.layout.depth(parent));
            self.root.cell(&form.layout, parent, path).is_some_and(|cell| cell.readonly)
        });
        let note = matches!(node.kind, Kind::Question(Question::Note));
        let readonly = inherited || note || self.holds(node.readonly.as_ref(), at, false);
        let required = self.holds(node.required.as_ref(), at, false);
        let Some(cell) = self.root.cell(&form.layout, at.node, at.path) else { return };
        let (blank, offered) = (cell.shown.is_blank(), cell.offered);
        let stands = blank || self.holds(node.constraint.as_ref(), at, true);
        if self.left == 0 {
            return;
        }
        let checked = (required, readonly, stands && offered);
        let Some(cell) = self.root.cell_mut(&form.layout, at.node, at.path) else { return };
        if (cell.required, cell.readonly, cell.valid) != checked {
            let inherits = cell.readonly != readonly;
            (cell.required, cell.readonly, cell.valid) = checked;
            changes.insert(at);
            if inherits {
                self.spread((at.node, Part::Checks), at.path, work);
            }
        }
    }

    fn holds(&mut self, formula: Option<&Formula>, at: Address, without: bool) -> bool {
        formula.map_or(without, |formula| self.computed(formula, at).truth())
    }

    /// Returns the questions of an instance that have a computed default, in document order.
    pub(super) fn defaults_of(&self, scope: usize, path: Path) -> Vec<Address> {
        let cells = self.form.layout.scopes.get(scope).map_or(&[][..], |scope| &scope.cells);
        let computed = cells.iter().filter(|node| {
            let default = self.form.definition().node(**node).and_then(|node| node.default.as_ref());
            matches!(default, Some(Default::Formula(_)))
        });
        computed.map(|node| Address { node: *node, path }).collect()
    }

    /// Sets a computed default, where there is no answer yet.
    fn set_default(&mut self, at: Address, work: &mut Work, changes: &mut Changes) {
        let form = self.form.clone();
        let Some(node) = form.definition().node(at.node) else { return };
        let blank = self.root.cell(&form.layout, at.node, at.path).is_some_and(|cell| cell.answer.is_blank());
        if let (Some(Default::Formula(formula)), Kind::Question(question), true) = (&node.default, &node.kind, blank) {
            let value = self.computed(formula, at);
            let value = question.cast(value, self.setting.now.offset);
            self.write(at, value, work, changes);
        }
    }
}
