//! The rows of a workbook by number and by name, and where each stands.

use std::collections::BTreeMap;

use sumu_core::form::NodeId;

use crate::xlsform::survey::{Kind, Node, Workbook};

/// A row by its number; the root is the first and has no row.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) row: Option<&'a Node>,
    pub(super) parent: Option<NodeId>,
    pub(super) name: &'a str,
    /// The repeats around it, the outermost first; a repeat stands in itself.
    pub(super) repeats: Vec<NodeId>,
    pub(super) children: Vec<NodeId>,
}

/// All rows, in the order of the sheet.
#[derive(Debug)]
pub(super) struct Outline<'a> {
    pub(super) workbook: &'a Workbook,
    pub(super) entries: Vec<Entry<'a>>,
    names: BTreeMap<&'a str, Vec<NodeId>>,
}

/// Number of the root.
pub(super) const ROOT: NodeId = NodeId(0);

/// Returns the place of a node in a list.
pub(super) fn place(id: NodeId) -> usize {
    usize::try_from(id.0).unwrap_or(usize::MAX)
}

impl<'a> Outline<'a> {
    pub(super) fn new(workbook: &'a Workbook) -> Self {
        let root = Entry { row: None, parent: None, name: "data", repeats: Vec::new(), children: Vec::new() };
        let mut outline = Self { workbook, entries: vec![root], names: BTreeMap::new() };
        // A stack of its own: nesting is the author's.
        let mut open: Vec<(NodeId, &'a Node)> = workbook.nodes.iter().rev().map(|node| (ROOT, node)).collect();
        while let Some((parent, node)) = open.pop() {
            let id = outline.push(parent, node);
            open.extend(node.children().iter().rev().map(|child| (id, child)));
        }
        outline
    }

    fn push(&mut self, parent: NodeId, node: &'a Node) -> NodeId {
        let id = NodeId(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
        let mut repeats = self.entry(parent).map(|entry| entry.repeats.clone()).unwrap_or_default();
        if matches!(node.kind, Kind::Repeat(_)) {
            repeats.push(id);
        }
        if let Some(entry) = self.entries.get_mut(place(parent)) {
            entry.children.push(id);
        }
        let name = node.name.as_str();
        self.entries.push(Entry { row: Some(node), parent: Some(parent), name, repeats, children: Vec::new() });
        self.names.entry(name).or_default().push(id);
        id
    }

    pub(super) fn entry(&self, id: NodeId) -> Option<&Entry<'a>> {
        self.entries.get(place(id))
    }

    pub(super) fn row(&self, id: NodeId) -> Option<&'a Node> {
        self.entry(id).and_then(|entry| entry.row)
    }

    pub(super) fn name(&self, id: NodeId) -> &'a str {
        self.entry(id).map_or("", |entry| entry.name)
    }

    pub(super) fn repeats(&self, id: NodeId) -> &[NodeId] {
        self.entry(id).map_or(&[], |entry| &entry.repeats)
    }

    pub(super) fn is_repeat(&self, id: NodeId) -> bool {
        self.row(id).is_some_and(|row| matches!(row.kind, Kind::Repeat(_)))
    }

    /// Returns the rows of a name.
    pub(super) fn named(&self, name: &str) -> &[NodeId] {
        self.names.get(name).map_or(&[], Vec::as_slice)
    }

    /// Returns every name once.
    pub(super) fn all_names(&self) -> impl Iterator<Item = &'a str> {
        self.names.keys().copied()
    }

    /// Returns the child of a name.
    pub(super) fn child(&self, parent: NodeId, name: &str) -> Option<NodeId> {
        let children = &self.entry(parent)?.children;
        children.iter().copied().find(|child| self.name(*child) == name)
    }

    pub(super) fn list(&self, name: &str) -> Option<usize> {
        self.workbook.lists.iter().position(|list| list.name == name)
    }
}
