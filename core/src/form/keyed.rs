//! Nodes by their names in document keys.

use std::collections::HashMap;

use super::Form;
use super::check::Layout;
use super::definition::{Definition, Kind, NodeId};

/// For each scope its questions and its repeats by key; the two stand apart, as in documents.
#[derive(Debug)]
pub(super) struct Keyed(Vec<[HashMap<String, NodeId>; 2]>);

impl Keyed {
    pub(super) fn of(definition: &Definition, layout: &Layout) -> Self {
        let mut scopes: Vec<[HashMap<String, NodeId>; 2]> = layout.scopes.iter().map(|_| Default::default()).collect();
        for (id, node) in (0..).map(NodeId).zip(&definition.nodes) {
            let own = layout.place(id).map(|place| place.scope);
            let (scope, kind) = match node.kind {
                Kind::Question(_) => (own, 0),
                Kind::Repeat => (own.and_then(|own| layout.scopes.get(own)?.parent), 1),
                Kind::Root | Kind::Group => continue,
            };
            if let Some(names) = scope.and_then(|scope| scopes.get_mut(scope)?.get_mut(kind)) {
                names.entry(node.key.clone()).or_insert(id);
            }
        }
        Self(scopes)
    }
}

impl Form {
    /// Finds a question by its key, inside an instance of a repeat or outside of all.
    pub fn question_by_key(&self, repeat: Option<NodeId>, key: &str) -> Option<NodeId> {
        self.by_key(repeat, 0, key)
    }

    /// Finds a repeat by its key, inside an instance of another repeat or outside of all.
    pub fn repeat_by_key(&self, repeat: Option<NodeId>, key: &str) -> Option<NodeId> {
        self.by_key(repeat, 1, key)
    }

    fn by_key(&self, repeat: Option<NodeId>, kind: usize, key: &str) -> Option<NodeId> {
        let scope = repeat.map_or(Some(0), |repeat| self.layout.place(repeat).map(|place| place.scope))?;
        self.keyed.0.get(scope)?.get(kind)?.get(key).copied()
    }

    /// Finds a language by its name, like `中文 (zh)`, or by its code; the form's own if it has none of these.
    pub fn language(&self, wanted: &str) -> usize {
        let languages = &self.definition().languages;
        let code = format!("({wanted})");
        let found = languages.iter().position(|name| name == wanted);
        let found = found.or_else(|| languages.iter().position(|name| name.ends_with(&code)));
        found.unwrap_or(self.definition().default_language as usize)
    }

    /// Returns the repeats around a node, the outermost first; a repeat stands in itself.
    pub fn repeats_around(&self, node: NodeId) -> Vec<NodeId> {
        let chain = self.layout.place(node).map(|place| self.layout.chain(place.scope)).unwrap_or_default();
        chain.iter().skip(1).filter_map(|scope| Some(self.layout.scopes.get(*scope)?.node)).collect()
    }
}
