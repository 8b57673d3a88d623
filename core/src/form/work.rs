//! What an edit leaves to be done.

use std::collections::{BTreeSet, VecDeque};

use super::instance::Path;
use super::session::Address;

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
