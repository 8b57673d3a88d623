//! What an edit leaves to be done, and how much of it an edit may take.
//!
//! A form may ask for any amount of work: conditions in conditions over instances multiply, texts that are put together from
//! themselves double. So every operation, every instance and row that is looked at and every eight bytes of text count as a
//! step, and an edit that has used up [`MAX_STEPS`] stops where it is (see [`Session::overworked`](super::Session::overworked)).

use std::cell::Cell;
use std::collections::{BTreeSet, VecDeque};

use super::instance::Path;
use super::session::Address;
use super::value::Value;

/// The most steps of one edit: about a second on a computer, a few on a cheap phone. A fuzzer's checks make them a hundred
/// times as slow, and it is to see many forms.
pub(super) const MAX_STEPS: u64 = if cfg!(fuzzing) { 500_000 } else { 50_000_000 };
/// The most steps of what only reads, like the words of a label.
pub(super) const MAX_READING: u64 = if cfg!(fuzzing) { 20_000 } else { 2_000_000 };
/// The most bytes of a text that is put together.
pub(super) const MAX_TEXT: usize = 1 << 20;

/// The steps that are left.
#[derive(Debug)]
pub(super) struct Steps(Cell<u64>);

impl Steps {
    pub(super) fn new(left: u64) -> Self {
        Self(Cell::new(left))
    }

    /// Takes steps, and tells whether any are left.
    pub(super) fn take(&self, steps: usize) -> bool {
        let left = self.0.get().saturating_sub(u64::try_from(steps).unwrap_or(u64::MAX));
        self.0.set(left);
        left > 0
    }

    /// Takes what it costs to look at a value.
    pub(super) fn look_at(&self, value: &Value) {
        if let Value::Text(text) = value {
            self.take(text.len() >> 3);
        }
    }

    /// Takes all.
    pub(super) fn end(&self) {
        self.0.set(0);
    }

    pub(super) fn left(&self) -> u64 {
        self.0.get()
    }
}

/// What is to be done, and in which order: an instance is computed after all its defaults, and a count makes an instance
/// only when everything else is computed, as in JavaRosa, where a person has to come to it.
#[derive(Debug, Default)]
pub(super) struct Work {
    /// Parts to compute: places in the form's order, and instances.
    pub(super) parts: BTreeSet<(u32, Path)>,
    /// Questions whose computed default is to be set.
    pub(super) defaults: VecDeque<Address>,
    /// Instances of scopes in which everything is to be computed.
    pub(super) instances: VecDeque<(usize, Path)>,
    /// Repeats that may have to grow: places in the form's order, and instances of their parents.
    counts: BTreeSet<(u32, Path)>,
}

/// One thing to do.
#[derive(Debug, Clone, Copy)]
pub(super) enum Task {
    /// Computes a part.
    Part(u32, Path),
    /// Sets a default.
    Default(Address),
    /// Computes everything in an instance.
    Instance(usize, Path),
    /// Lets a repeat grow by one.
    Count(u32, Path),
}

impl Work {
    /// Leaves a count for later.
    pub(super) fn count(&mut self, rank: u32, parent: Path) {
        self.counts.insert((rank, parent));
    }

    /// Takes what is next.
    pub(super) fn next(&mut self) -> Option<Task> {
        if let Some((rank, path)) = self.parts.pop_first() {
            return Some(Task::Part(rank, path));
        }
        if let Some(at) = self.defaults.pop_front() {
            return Some(Task::Default(at));
        }
        if let Some((scope, path)) = self.instances.pop_front() {
            return Some(Task::Instance(scope, path));
        }
        self.counts.pop_first().map(|(rank, path)| Task::Count(rank, path))
    }
}
