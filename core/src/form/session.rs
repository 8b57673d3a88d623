//! A form that is being filled in: edits, and what is computed again after each.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Form;
use super::date::Moment;
use super::definition::{Default, Kind, NodeId, Question};
use super::instance::{Cell, Instance, Path, Size};
use super::order::Part;
use super::value::Value;
use super::work::Work;
use crate::clock::Entropy;

/// The most instances that one repeat may have inside one instance of its parent.
pub const MAX_INSTANCES: usize = 10_000;
/// The most instances of all repeats together: counts in counts would multiply.
const MAX_IN_ALL: usize = 20_000;
/// The most cells of all instances together.
const MAX_CELLS: usize = 500_000;

/// A node in an instance of each repeat around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The node.
    pub node: NodeId,
    /// The instances.
    pub path: Path,
}

/// Says why an edit was not made; nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// No such place; look at the path.
    #[error("there is no {0} in the form")]
    Missing(String),
    /// The place takes no answer, or is no repeat; choose another.
    #[error("{path} {why}")]
    Kind {
        /// The path.
        path: String,
        /// What it is not.
        why: &'static str,
    },
    /// Not a value of the question's type; ask again.
    #[error("'{value}' is no answer to {path}: {expected}")]
    Type {
        /// The path.
        path: String,
        /// The value.
        value: String,
        /// What would be one.
        expected: &'static str,
    },
    /// Not a choice of the question's list; ask again.
    #[error("'{value}' is no choice of {path}")]
    Choice {
        /// The path.
        path: String,
        /// The value.
        value: String,
    },
    /// Too many instances; remove one first.
    #[error("{0} has as many instances as it may")]
    Full(String),
}

/// What a session is told from outside.
#[derive(Clone)]
pub struct Setting {
    /// What `now()` and `today()` say, in the zone in which dates are shown.
    pub now: Moment,
    /// Which of the form's languages is shown.
    pub language: usize,
    /// Where `random()` and `uuid()` draw from.
    pub entropy: Arc<dyn Entropy>,
}

/// A form with answers. Every edit returns after everything that depends on it is computed again.
#[derive(Clone)]
pub struct Session {
    pub(super) form: Arc<Form>,
    pub(super) root: Instance,
    pub(super) setting: Setting,
    /// Whether each repeat in a new instance has one instance.
    first: bool,
    pub(super) size: Size,
    /// How many steps the edit at hand may still take.
    pub(super) left: u64,
    pub(super) overworked: bool,
}

/// What has changed by an edit.
pub type Changes = BTreeSet<Address>;

impl Session {
    /// Starts a form as JavaRosa does: each repeat has one instance, defaults are set, everything is computed.
    pub fn new(form: Arc<Form>, setting: Setting) -> Self {
        let mut session = Self::bare(form, setting, true);
        session.compute(true);
        session
    }

    /// Starts a form of which nothing is computed yet. Without `first`, which is for answers that stand in a record, no
    /// repeat has an instance except those that a count asks for.
    pub(super) fn bare(form: Arc<Form>, setting: Setting, first: bool) -> Self {
        let (root, size) = (Instance::default(), Size::default());
        let mut session = Self { form, root, setting, first, size, left: 0, overworked: false };
        session.root = session.fresh(0, true);
        session.size = session.root.size();
        session
    }

    /// Sets the computed defaults in document order if they are wanted, then computes everything once.
    pub(super) fn compute(&mut self, defaults: bool) {
        let mut work = Work::default();
        if defaults {
            for (scope, _) in (0..).zip(&self.form.layout.scopes) {
                let instances = self.root.paths(&self.form.layout, scope, Path::default());
                work.defaults.extend(instances.into_iter().flat_map(|path| self.defaults_of(scope, path)));
            }
            work.defaults.make_contiguous().sort_unstable();
        }
        work.instances.push_back((0, Path::default()));
        self.run(work, &mut Changes::new());
    }

    /// Computes everything again but the counts of repeats, of which an instance that was removed stays so until its count
    /// changes, and answers that a person gave in place of a calculation.
    pub(super) fn compute_all(&mut self) -> Changes {
        let mut changes = Changes::new();
        let work = self.everything();
        self.run(work, &mut changes);
        changes
    }

    /// Returns what is computed again where nothing is known of what has changed.
    pub(super) fn everything(&mut self) -> Work {
        let mut work = Work::default();
        self.enqueue_scope(0, Path::default(), &mut work);
        let (layout, order) = (&self.form.layout, &self.form.order.sequence);
        work.parts.retain(|(rank, path)| match order.get(*rank as usize) {
            Some((_, Part::Count)) | None => false,
            Some((node, Part::Answer)) => !self.root.cell(layout, *node, *path).is_some_and(|cell| cell.overruled),
            Some(_) => true,
        });
        work
    }

    /// Tells whether the form asked for more work than one edit may take. Then what has been computed is not complete, no
    /// answer is valid and there is no score, until an edit that can be finished.
    pub fn overworked(&self) -> bool {
        self.overworked
    }

    /// Returns the form.
    pub fn form(&self) -> &Arc<Form> {
        &self.form
    }

    /// Says what time it is from now on. What has been computed stays, as in JavaRosa.
    pub fn set_now(&mut self, now: Moment) {
        self.setting.now = now;
    }

    /// Shows another language, and computes again what may hold names of choices.
    pub fn set_language(&mut self, language: usize) -> Changes {
        self.setting.language = language;
        self.compute_all()
    }

    /// Answers a question; the empty text clears it. An answer that violates a constraint is taken and shown as not valid.
    pub fn set(&mut self, at: Address, text: &str) -> Result<Changes, EditError> {
        let value = self.read(at, text)?;
        let mut changes = Changes::new();
        self.put(at, value, &mut changes);
        Ok(changes)
    }

    /// Reads an answer by the type of its question and the list of its choices.
    pub(super) fn read(&self, at: Address, text: &str) -> Result<Value, EditError> {
        let question = self.question(at)?;
        let value = question.read(text, self.setting.now.offset).ok_or_else(|| EditError::Type {
            path: self.path_text(at),
            value: text.to_owned(),
            expected: expected(question),
        })?;
        if let Some((list, _)) = self.form.list_of(at.node)
            && let Some(unknown) = value.to_text().split_whitespace().find(|name| self.form.row(list, name).is_none())
        {
            return Err(EditError::Choice { path: self.path_text(at), value: unknown.to_owned() });
        }
        Ok(value)
    }

    fn question(&self, at: Address) -> Result<&Question, EditError> {
        if self.root.cell(&self.form.layout, at.node, at.path).is_none() {
            return Err(EditError::Missing(self.path_text(at)));
        }
        match self.form.definition().node(at.node).map(|node| &node.kind) {
            Some(Kind::Question(question)) => Ok(question),
            _ => Err(EditError::Kind { path: self.path_text(at), why: "is no question" }),
        }
    }

    /// Puts a value and computes what depends on it; a calculation of the question itself is not run.
    pub(super) fn put(&mut self, at: Address, value: Value, changes: &mut Changes) {
        let mut work = Work::default();
        self.write(at, value, &mut work, changes);
        self.run(work, changes);
    }

    /// Writes a value, and puts what depends on it in the queue.
    pub(super) fn write(&mut self, at: Address, value: Value, work: &mut Work, changes: &mut Changes) {
        let form = self.form.clone();
        let calculated = form.definition().node(at.node).is_some_and(|node| node.calculation.is_some());
        let Some(cell) = self.root.cell_mut(&form.layout, at.node, at.path) else { return };
        cell.answer = value;
        cell.overruled = calculated;
        self.show(at, work, changes);
        work.parts.insert((form.order.rank((at.node, Part::Checks)), at.path));
        self.restore(&[(at.node, Part::Value)], at.path, work);
        changes.insert(at);
    }

    /// Appends an instance of a repeat inside an instance of its parent, and returns its address.
    pub fn add(&mut self, repeat: NodeId, parent: Path) -> Result<(Address, Changes), EditError> {
        let form = self.form.clone();
        let here = Address { node: repeat, path: parent };
        let scope = self
            .repeat_scope(repeat)
            .ok_or_else(|| EditError::Kind { path: self.path_text(here), why: "is no repeat" })?;
        let outer = form.layout.scopes.get(scope).and_then(|scope| scope.parent).unwrap_or_default();
        if self.root.find(&form.layout, outer, parent).is_none() {
            return Err(EditError::Missing(self.path_text(here)));
        }
        if self.root.count(&form.layout, scope, parent) >= MAX_INSTANCES || !self.has_room() {
            return Err(EditError::Full(self.path_text(here)));
        }
        let (mut work, mut changes) = (Work::default(), Changes::new());
        let path = self.append(scope, parent, &mut work);
        self.run(work, &mut changes);
        let at = Address { node: repeat, path };
        changes.insert(at);
        Ok((at, changes))
    }

    /// Removes an instance of a repeat; later ones move up.
    pub fn remove(&mut self, at: Address) -> Result<Changes, EditError> {
        let form = self.form.clone();
        let missing = || EditError::Missing(self.path_text(at));
        let scope = self.repeat_scope(at.node).ok_or_else(missing)?;
        self.root.cell(&form.layout, at.node, at.path).ok_or_else(missing)?;
        let (parent, place) = at.path.split_last().ok_or_else(missing)?;
        let layout = form.layout.scopes.get(scope).and_then(|scope| scope.parent.zip(scope.slots.last()));
        let (outer, slot) = layout.ok_or_else(missing)?;
        if let Some(instances) =
            self.root.find_mut(&form.layout, outer, parent).and_then(|outer| outer.children.get_mut(*slot))
        {
            let size = instances.remove(usize::from(place)).size();
            self.size.instances = self.size.instances.saturating_sub(size.instances);
            self.size.cells = self.size.cells.saturating_sub(size.cells);
        }
        let (mut work, mut changes) = (Work::default(), Changes::new());
        self.spread((at.node, Part::Count), parent, &mut work);
        self.restore_after_removal(at, parent, &mut work);
        self.run(work, &mut changes);
        changes.insert(Address { node: at.node, path: parent });
        Ok(changes)
    }

    pub(super) fn repeat_scope(&self, repeat: NodeId) -> Option<usize> {
        let scope = self.form.layout.place(repeat)?.scope;
        let is = matches!(self.form.definition().node(repeat)?.kind, Kind::Repeat);
        is.then_some(scope)
    }

    /// Makes an instance of a scope with the defaults that are plain text; `all` says that every repeat in it has an
    /// instance, and not only those that stand in a group, which is how pyxform writes what JavaRosa copies.
    fn fresh(&self, scope: usize, all: bool) -> Instance {
        let Some(scope) = self.form.layout.scopes.get(scope) else { return Instance::default() };
        let cells = scope.cells.iter().map(|node| Cell::new(self.initial(*node))).collect();
        // The depth of repeats is limited by the check of the form, and with it this recursion.
        let grouped = |child: &usize| {
            let repeat = self.form.layout.scopes.get(*child).and_then(|child| self.form.definition().node(child.node));
            repeat.is_some_and(|repeat| repeat.parent != Some(scope.node))
        };
        let children = scope.children.iter().map(|child| {
            let first = self.first && (all || grouped(child));
            if first { vec![self.fresh(*child, true)] } else { Vec::new() }
        });
        Instance { cells, children: children.collect() }
    }

    fn initial(&self, node: NodeId) -> Value {
        let Some(node) = self.form.definition().node(node) else { return Value::blank() };
        let Kind::Question(question) = &node.kind else { return Value::blank() };
        let now = self.setting.now;
        match (&node.default, question) {
            (Some(Default::Text(text)), _) => question.read(text, now.offset).unwrap_or_else(Value::blank),
            (None, Question::Start | Question::End) => Value::Moment(now),
            (None, Question::Today) => Value::Date(now.day()),
            _ => Value::blank(),
        }
    }

    /// Appends an instance; its defaults, and then what is computed in it, are left to the work.
    pub(super) fn append(&mut self, scope: usize, parent: Path, work: &mut Work) -> Path {
        let path = self.lay(scope, parent).unwrap_or(parent);
        work.defaults.extend(self.defaults_of(scope, path));
        work.instances.push_back((scope, path));
        path
    }

    /// Puts an instance behind its siblings and computes nothing; nothing if the instance of its parent is not there.
    pub(super) fn lay(&mut self, scope: usize, parent: Path) -> Option<Path> {
        let form = self.form.clone();
        let path = parent.child(u16::try_from(self.root.count(&form.layout, scope, parent)).unwrap_or(u16::MAX));
        let instance = self.fresh(scope, false);
        let size = instance.size();
        let (outer, slot) = form.layout.scopes.get(scope).and_then(|scope| scope.parent.zip(scope.slots.last()))?;
        self.root.find_mut(&form.layout, outer, parent)?.children.get_mut(*slot)?.push(instance);
        self.size.instances += size.instances;
        self.size.cells += size.cells;
        Some(path)
    }

    /// Tells whether another instance may be made.
    pub(super) fn has_room(&self) -> bool {
        self.size.instances <= MAX_IN_ALL && self.size.cells <= MAX_CELLS
    }
}

fn expected(question: &Question) -> &'static str {
    match question {
        Question::Integer | Question::Range { integer: true, .. } => "a whole number like 3",
        Question::Decimal | Question::Range { .. } => "a number like 3.5",
        Question::Date | Question::Today => "a date like 2026-11-23",
        Question::Time => "a time like 08:05",
        Question::DateTime | Question::Start | Question::End => "a date and time like 2026-11-23T08:05:00+08:00",
        Question::Geopoint | Question::StartGeopoint => "latitude and longitude like 43.6 122.2",
        _ => "another text",
    }
}
