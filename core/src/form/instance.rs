//! The values of a form that is filled in: cells in instances of scopes.

use super::check::{Layout, MAX_REPEATS};
use super::definition::NodeId;
use super::value::Value;

/// Which instance of each repeat around a node, from the outermost, each from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Path {
    at: [u16; MAX_REPEATS],
    depth: u8,
}

impl Path {
    /// Goes into an instance of a repeat; deeper than repeats may stand in each other it stays.
    pub fn child(mut self, at: u16) -> Self {
        if let Some(place) = self.at.get_mut(usize::from(self.depth)) {
            *place = at;
            self.depth += 1;
        }
        self
    }

    /// Keeps the outermost so many.
    pub fn prefix(self, depth: usize) -> Self {
        self.as_slice().iter().take(depth).fold(Self::default(), |path, at| path.child(*at))
    }

    /// Returns the places.
    pub fn as_slice(&self) -> &[u16] {
        self.at.get(..usize::from(self.depth)).unwrap_or_default()
    }

    /// Returns the place in the innermost repeat, and the path without it.
    pub fn split_last(self) -> Option<(Self, u16)> {
        let last = *self.as_slice().last()?;
        Some((self.prefix(usize::from(self.depth) - 1), last))
    }
}

/// What is known of a node in an instance.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    /// What was answered or computed, kept while it does not count.
    pub(super) answer: Value,
    /// Whether the answer was given in place of what its calculation made.
    pub(super) overruled: bool,
    /// What expressions and output read: blank while it does not count.
    pub(super) shown: Value,
    pub(super) relevant: bool,
    /// Whether it was relevant when `shown` was made.
    pub(super) counted: bool,
    pub(super) required: bool,
    pub(super) readonly: bool,
    /// Whether all that was picked is offered.
    pub(super) offered: bool,
    pub(super) valid: bool,
}

impl Cell {
    /// Makes the cell of a new instance: it counts until it is found not to, so a default may read it.
    pub(super) fn new(answer: Value) -> Self {
        Self {
            shown: answer.clone(),
            answer,
            overruled: false,
            relevant: true,
            counted: true,
            required: false,
            readonly: false,
            offered: true,
            valid: true,
        }
    }
}

/// An instance of a scope. Cells and children stand as in the form's layout.
#[derive(Debug, Clone, Default)]
pub(super) struct Instance {
    pub(super) cells: Vec<Cell>,
    pub(super) children: Vec<Vec<Instance>>,
}

/// How large the instances of a form are together.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Size {
    pub(super) instances: usize,
    pub(super) cells: usize,
}

impl Instance {
    /// Finds an instance of a scope below this one, the root.
    pub(super) fn find(&self, layout: &Layout, scope: usize, path: Path) -> Option<&Self> {
        let scope = layout.scopes.get(scope)?;
        let mut places = path.as_slice().iter();
        scope
            .slots
            .iter()
            .try_fold(self, |instance, slot| instance.children.get(*slot)?.get(usize::from(*places.next()?)))
    }

    pub(super) fn find_mut(&mut self, layout: &Layout, scope: usize, path: Path) -> Option<&mut Self> {
        let scope = layout.scopes.get(scope)?;
        let mut places = path.as_slice().iter();
        scope
            .slots
            .iter()
            .try_fold(self, |instance, slot| instance.children.get_mut(*slot)?.get_mut(usize::from(*places.next()?)))
    }

    pub(super) fn cell(&self, layout: &Layout, node: NodeId, path: Path) -> Option<&Cell> {
        let place = layout.place(node)?;
        self.find(layout, place.scope, path)?.cells.get(place.cell)
    }

    pub(super) fn cell_mut(&mut self, layout: &Layout, node: NodeId, path: Path) -> Option<&mut Cell> {
        let place = layout.place(node)?;
        self.find_mut(layout, place.scope, path)?.cells.get_mut(place.cell)
    }

    /// Counts itself and all instances in it, and the cells of all. The depth of repeats is limited by the check of the form,
    /// and with it this recursion.
    pub(super) fn size(&self) -> Size {
        let own = Size { instances: 1, cells: self.cells.len() };
        self.children
            .iter()
            .flatten()
            .map(Self::size)
            .fold(own, |all, size| Size { instances: all.instances + size.instances, cells: all.cells + size.cells })
    }

    /// Returns how many instances a repeat has in an instance of its parent.
    pub(super) fn count(&self, layout: &Layout, scope: usize, parent: Path) -> usize {
        let Some((outer, slot)) = layout.scopes.get(scope).and_then(|scope| scope.parent.zip(scope.slots.last()))
        else {
            return 0;
        };
        self.find(layout, outer, parent).and_then(|outer| outer.children.get(*slot)).map_or(0, Vec::len)
    }

    /// Returns the paths of all instances of a scope below an instance, in document order.
    pub(super) fn paths(&self, layout: &Layout, scope: usize, below: Path) -> Vec<Path> {
        let mut paths = vec![below];
        for level in layout.chain(scope).iter().skip(below.as_slice().len() + 1) {
            paths = paths
                .into_iter()
                .flat_map(|path| {
                    let count = u16::try_from(self.count(layout, *level, path)).unwrap_or(u16::MAX);
                    (0..count).map(move |at| path.child(at))
                })
                .collect();
        }
        paths
    }
}
