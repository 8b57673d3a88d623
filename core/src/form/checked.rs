//! A checked form: what depends on what is known, look-ups are indexed, patterns compiled.

use std::collections::HashMap;

use super::check::{self, Layout, Pattern};
use super::codec;
use super::definition::{Definition, Kind, List, Node, NodeId, Question};
use super::keyed::Keyed;
use super::order::{self, Order};
use super::score::Marks;
use crate::ids::ContentHash;

/// Says why a definition is no form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// Bytes that no compiler wrote; take the form from the server again.
    #[error("the compiled form is damaged: its {what} at byte {at}")]
    Damaged {
        /// What was read.
        what: &'static str,
        /// Where the reading stopped.
        at: usize,
    },
    /// A later format; update the app.
    #[error("the form is of version {0}, which this app is too old to read")]
    Version(u8),
    /// More than a form may hold; make it smaller.
    #[error("the form's {what} is too large: at most {most}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit.
        most: usize,
    },
    /// A node that the compiler should not have made.
    #[error("node {node} of the form is wrong: {why}")]
    Node {
        /// Its number.
        node: u32,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A pattern that cannot be read; write it otherwise.
    #[error("the pattern '{pattern}' cannot be read: {why}")]
    Pattern {
        /// The pattern, as `regex()` has it.
        pattern: String,
        /// What is wrong with it.
        why: String,
    },
    /// Nodes that each wait for the other; change the formulas of one of them.
    #[error("the values of {} nodes depend on each other in a circle", .0.len())]
    Cycle(Vec<NodeId>),
}

/// A checked form. Equal forms have equal hashes, and never change: a record names its form by the hash.
#[derive(Debug)]
pub struct Form {
    definition: Definition,
    hash: ContentHash,
    pub(super) layout: Layout,
    pub(super) order: Order,
    indexes: Vec<HashMap<String, u32>>,
    patterns: HashMap<String, Pattern>,
    children: Vec<Vec<NodeId>>,
    /// The children of each node by their names, of equal ones the first before the others.
    named: Vec<Vec<NodeId>>,
    pub(super) keyed: Keyed,
    pub(super) marks: Marks,
}

impl Form {
    /// Checks a definition; a circle among its formulas is found here too.
    pub fn new(definition: Definition) -> Result<Self, FormError> {
        let bytes = codec::encode(&definition);
        if bytes.len() > codec::MAX_BYTES {
            return Err(FormError::TooLarge { what: "size in bytes", most: codec::MAX_BYTES });
        }
        Self::of(definition, &bytes)
    }

    /// Reads the bytes of [`Form::encode`] and checks them in the same way.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormError> {
        let definition = codec::decode(bytes)?;
        Self::of(definition, bytes)
    }

    fn of(definition: Definition, bytes: &[u8]) -> Result<Self, FormError> {
        let layout = check::layout(&definition)?;
        let mut patterns = HashMap::new();
        check::expressions(&definition, &layout, &mut patterns)?;
        let order = order::order(&definition, &layout)?;
        let mut indexes = Vec::new();
        for list in &definition.lists {
            let mut index = HashMap::new();
            for (row, choice) in (0u32..).zip(&list.choices) {
                index.entry(choice.name.clone()).or_insert(row);
            }
            indexes.push(index);
        }
        let mut children = vec![Vec::new(); definition.nodes.len()];
        for (id, node) in (0..).map(NodeId).zip(&definition.nodes) {
            if let Some(siblings) = node.parent.and_then(|parent| children.get_mut(parent.0 as usize)) {
                siblings.push(id);
            }
        }
        let mut named = children.clone();
        for siblings in &mut named {
            siblings.sort_by_key(|id| definition.node(*id).map(|node| node.name.as_str()));
        }
        let keyed = Keyed::of(&definition, &layout);
        let marks = Marks::of(&definition, &layout, &order);
        let hash = ContentHash::of(bytes);
        Ok(Self { definition, hash, layout, order, indexes, patterns, children, named, keyed, marks })
    }

    /// Writes the form's bytes.
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(&self.definition)
    }

    /// Returns SHA-256 of the form's bytes, its identity.
    pub fn hash(&self) -> ContentHash {
        self.hash
    }

    /// Returns what the form says.
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// Returns the list of a select, or none.
    pub fn list_of(&self, node: NodeId) -> Option<(u32, &List)> {
        match self.definition.node(node)?.kind {
            Kind::Question(Question::SelectOne(list) | Question::SelectMultiple(list)) => {
                Some((list, self.list(list)?))
            }
            _ => None,
        }
    }

    pub(super) fn list(&self, list: u32) -> Option<&List> {
        self.definition.lists.get(list as usize)
    }

    /// Returns the first row of a list with that name.
    pub(super) fn row(&self, list: u32, name: &str) -> Option<u32> {
        self.indexes.get(list as usize)?.get(name).copied()
    }

    pub(super) fn pattern(&self, pattern: &str) -> Option<&Pattern> {
        self.patterns.get(pattern)
    }

    /// Returns the children of a node, in document order.
    pub fn children(&self, node: NodeId) -> &[NodeId] {
        self.children.get(node.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// Finds a child of a node by its name.
    pub(super) fn child(&self, parent: NodeId, name: &str) -> Option<NodeId> {
        let siblings = self.named.get(parent.0 as usize)?;
        let name_of = |id: &NodeId| self.definition.node(*id).map(|node| node.name.as_str());
        let at = siblings.partition_point(|id| name_of(id) < Some(name));
        siblings.get(at).copied().filter(|id| name_of(id) == Some(name))
    }

    /// Returns the nodes with their numbers, in document order.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        (0..).map(NodeId).zip(&self.definition.nodes)
    }
}
