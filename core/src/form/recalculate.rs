//! What is computed again after an edit: only what depends on it, in order, and no further than something changes.

use super::definition::{Default, Kind, NodeId, Question};
use super::evaluate::{Evaluation, Standpoint, Surroundings};
use super::instance::Path;
use super::order::{Part, Vertex};
use super::session::{Address, Changes, MAX_INSTANCES, Queue, Session, Setting};
use super::value::Value;
use super::{Expression, Formula};

impl Session {
    /// Puts everything of an instance in the queue.
    pub(super) fn enqueue_scope(&self, scope: usize, path: Path, queue: &mut Queue) {
        let layout = &self.form.layout;
        for (rank, vertex) in (0u32..).zip(&self.form.order.sequence) {
            let own = self.scope_of(*vertex);
            if layout.chain(own).contains(&scope) {
                queue.extend(self.root.paths(layout, own, path).into_iter().map(|path| (rank, path)));
            }
        }
    }

    /// Returns the scope whose instances have the part: of a repeat's count it is the parent's.
    fn scope_of(&self, (node, part): Vertex) -> usize {
        let scope = self.form.layout.place(node).map_or(0, |place| place.scope);
        match part {
            Part::Count => self.form.layout.scopes.get(scope).and_then(|scope| scope.parent).unwrap_or_default(),
            _ => scope,
        }
    }

    /// Puts in the queue what depends on how many instances a repeat has.
    pub(super) fn structure(&self, repeat: NodeId, parent: Path, queue: &mut Queue) {
        self.spread((repeat, Part::Count), parent, queue);
    }

    fn spread(&self, vertex: Vertex, path: Path, queue: &mut Queue) {
        for dependent in self.form.order.dependents(vertex) {
            let Some(user) = self.form.order.sequence.get(dependent.rank as usize) else { continue };
            let scope = self.scope_of(*user);
            let below = path.prefix(dependent.shared);
            let paths = self.root.paths(&self.form.layout, scope, below);
            queue.extend(paths.into_iter().map(|path| (dependent.rank, path)));
        }
    }

    /// Computes what is in the queue, dependencies first, and goes on only where something has changed.
    pub(super) fn run(&mut self, mut queue: Queue, changes: &mut Changes) {
        let form = self.form.clone();
        let mut grown = Vec::new();
        while let Some((rank, path)) = queue.pop_first() {
            let Some(&(node, part)) = form.order.sequence.get(rank as usize) else { continue };
            let at = Address { node, path };
            match part {
                Part::Count => self.grow(node, path, &mut queue, &mut grown, changes),
                Part::Relevant => self.relevance(at, &mut queue, changes),
                Part::Value => {
                    self.calculate(at);
                    self.show(at, &mut queue, changes);
                }
                Part::Checks => self.checks(at, &mut queue, changes),
            }
        }
        for (scope, path) in grown {
            self.defaults(scope, path, changes);
        }
    }

    pub(super) fn evaluation(&self) -> Evaluation<'_> {
        let Setting { now, language, entropy } = &self.setting;
        let around = Surroundings { now: *now, language: *language, entropy: entropy.as_ref() };
        Evaluation { form: &self.form, root: &self.root, around }
    }

    /// Returns how many instances the count of a repeat asks for; nothing if it has no count.
    pub(super) fn asked(&self, repeat: NodeId, parent: Path) -> Option<usize> {
        let node = self.form.definition().node(repeat)?;
        let (count, outer) = (node.repeat_count.as_ref()?, node.parent?);
        let first = Standpoint::new(repeat, parent.child(0));
        let evaluation = self.evaluation();
        let counts = self.root.cell(&self.form.layout, outer, parent).is_some_and(|cell| cell.relevant)
            && node.relevant.as_ref().is_none_or(|relevant| evaluation.run(&relevant.expression, first).truth());
        let wanted = evaluation.run(&count.expression, Standpoint::new(outer, parent)).number();
        Some(if counts && wanted > 0.0 { wanted.min(MAX_INSTANCES as f64) as usize } else { 0 })
    }

    fn grow(
        &mut self,
        repeat: NodeId,
        parent: Path,
        queue: &mut Queue,
        grown: &mut Vec<(usize, Path)>,
        changes: &mut Changes,
    ) {
        let form = self.form.clone();
        let (Some(wanted), Some(scope)) = (self.asked(repeat, parent), self.repeat_scope(repeat)) else { return };
        let mut has = self.root.count(&form.layout, scope, parent);
        while has < wanted {
            let path = self.append(scope, parent, queue);
            changes.insert(Address { node: repeat, path });
            grown.push((scope, path));
            has += 1;
            if has == wanted {
                self.structure(repeat, parent, queue);
            }
        }
    }

    fn relevance(&mut self, at: Address, queue: &mut Queue, changes: &mut Changes) {
        let form = self.form.clone();
        let Some(node) = form.definition().node(at.node) else { return };
        let outer = node.parent.is_none_or(|parent| {
            let path = at.path.prefix(form.layout.depth(parent));
            self.root.cell(&form.layout, parent, path).is_some_and(|cell| cell.relevant)
        });
        let relevant = outer
            && node.relevant.as_ref().is_none_or(|relevant| {
                self.evaluation().run(&relevant.expression, Standpoint::new(at.node, at.path)).truth()
            });
        let Some(cell) = self.root.cell_mut(&form.layout, at.node, at.path) else { return };
        if cell.relevant != relevant {
            cell.relevant = relevant;
            changes.insert(at);
            self.spread((at.node, Part::Relevant), at.path, queue);
        }
    }

    fn calculate(&mut self, at: Address) {
        let form = self.form.clone();
        let Some(node) = form.definition().node(at.node) else { return };
        let (Some(calculation), Kind::Question(question)) = (&node.calculation, &node.kind) else { return };
        let relevant = self.root.cell(&form.layout, at.node, at.path).is_some_and(|cell| cell.relevant);
        if !relevant {
            return;
        }
        let computed = self.evaluation().run(&calculation.expression, Standpoint::new(at.node, at.path));
        let value = question.cast(computed, self.setting.now.offset);
        if let Some(cell) = self.root.cell_mut(&form.layout, at.node, at.path) {
            cell.answer = value;
        }
    }

    /// Makes what expressions and output read of an answer.
    pub(super) fn show(&mut self, at: Address, queue: &mut Queue, changes: &mut Changes) {
        let form = self.form.clone();
        let Some(cell) = self.root.cell(&form.layout, at.node, at.path) else { return };
        let (shown, offered) = match (cell.relevant, form.list_of(at.node)) {
            (false, _) => (Value::blank(), true),
            (true, None) => (cell.answer.clone(), true),
            (true, Some((list, _))) => {
                let filter = form.definition().node(at.node).and_then(|node| node.choice_filter.as_ref());
                let picked = cell.answer.to_text();
                let kept = picked
                    .split_whitespace()
                    .filter(|name| self.is_offered(at, list, name, filter.map(|filter| &filter.expression)));
                let kept = kept.collect::<Vec<_>>().join(" ");
                let all = kept.split_whitespace().count() == picked.split_whitespace().count();
                (Value::text(&kept), all)
            }
        };
        let Some(cell) = self.root.cell_mut(&form.layout, at.node, at.path) else { return };
        let same = cell.shown == shown && cell.counted == cell.relevant && cell.offered == offered;
        (cell.shown, cell.counted, cell.offered) = (shown, cell.relevant, offered);
        if !same {
            changes.insert(at);
            self.spread((at.node, Part::Value), at.path, queue);
        }
    }

    fn is_offered(&self, at: Address, list: u32, name: &str, filter: Option<&Expression>) -> bool {
        let evaluation = self.evaluation();
        let here = Standpoint::new(at.node, at.path);
        match (filter, self.form.list(list)) {
            (None, _) => self.form.row(list, name).is_some(),
            (Some(_), Some(choices)) => {
                Evaluation::rows(choices, name).any(|row| evaluation.offers(filter, list, row, here))
            }
            (Some(_), None) => false,
        }
    }

    fn checks(&mut self, at: Address, queue: &mut Queue, changes: &mut Changes) {
        let form = self.form.clone();
        let Some(node) = form.definition().node(at.node) else { return };
        let evaluation = self.evaluation();
        let holds = |formula: &Option<Formula>| {
            formula
                .as_ref()
                .map(|formula| evaluation.run(&formula.expression, Standpoint::new(at.node, at.path)).truth())
        };
        let inherited = node.parent.is_some_and(|parent| {
            let path = at.path.prefix(form.layout.depth(parent));
            self.root.cell(&form.layout, parent, path).is_some_and(|cell| cell.readonly)
        });
        let note = matches!(node.kind, Kind::Question(Question::Note));
        let readonly = inherited || note || holds(&node.readonly).unwrap_or(false);
        let required = holds(&node.required).unwrap_or(false);
        let Some(cell) = self.root.cell(&form.layout, at.node, at.path) else { return };
        let stands = cell.shown.is_blank() || holds(&node.constraint).unwrap_or(true);
        let checked = (required, readonly, stands && cell.offered);
        let Some(cell) = self.root.cell_mut(&form.layout, at.node, at.path) else { return };
        if (cell.required, cell.readonly, cell.valid) != checked {
            let inherits = cell.readonly != readonly;
            (cell.required, cell.readonly, cell.valid) = checked;
            changes.insert(at);
            if inherits {
                self.spread((at.node, Part::Checks), at.path, queue);
            }
        }
    }

    /// Sets the computed defaults of an instance, in document order, where the value is blank.
    pub(super) fn defaults(&mut self, scope: usize, path: Path, changes: &mut Changes) {
        let form = self.form.clone();
        for (id, node) in form.nodes() {
            let (Some(Default::Formula(formula)), Kind::Question(question)) = (&node.default, &node.kind) else {
                continue;
            };
            let own = form.layout.place(id).map_or(0, |place| place.scope);
            if !form.layout.chain(own).contains(&scope) {
                continue;
            }
            for path in self.root.paths(&form.layout, own, path) {
                let blank = self.root.cell(&form.layout, id, path).is_some_and(|cell| cell.answer.is_blank());
                if blank {
                    let value = self.evaluation().run(&formula.expression, Standpoint::new(id, path));
                    let value = question.cast(value, self.setting.now.offset);
                    self.put(Address { node: id, path }, value, changes);
                }
            }
        }
    }
}
