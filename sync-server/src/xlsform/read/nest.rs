//! Groups and repeats: what begins, what ends, and what stands between.

use super::kind::Section;
use crate::xlsform::cell::Place;
use crate::xlsform::codes;
use crate::xlsform::finding::{Finding, Findings};
use crate::xlsform::survey::{Kind, Node};

/// The deepest nesting of groups and repeats.
const DEPTH: usize = 16;

/// Rows that were read, in the groups and repeats that are open.
#[derive(Default)]
pub(super) struct Nest {
    nodes: Vec<Node>,
    open: Vec<Open>,
    /// Whether an end did not fit: what is missing or left over afterwards may follow from it.
    doubt: bool,
}

/// A group or repeat that is still open.
struct Open {
    section: Section,
    node: Node,
    before: Vec<Node>,
    /// Whether its end is not missed.
    doubt: bool,
}

impl Nest {
    /// Adds a row to what is open.
    pub(super) fn push(&mut self, node: Node) {
        self.nodes.push(node);
    }

    /// Opens a group or repeat, whose type stands at a place.
    pub(super) fn begin(&mut self, section: Section, node: Node, place: &Place, findings: &mut Findings) {
        if self.open.len() == DEPTH {
            findings.push(Finding::at(&codes::TOO_DEEP, place, &[&DEPTH.to_string()]));
        }
        // A loop is refused as a whole, with its end.
        let doubt = section == Section::Loop;
        self.open.push(Open { section, node, before: std::mem::take(&mut self.nodes), doubt });
    }

    /// Ends the innermost that is open; whether it is of another kind is told unless the row was blamed already.
    pub(super) fn end(&mut self, section: Section, place: &Place, blamed: bool, findings: &mut Findings) {
        let Some(begun) = self.open.pop() else {
            if !blamed && !self.doubt {
                findings.push(Finding::at(&codes::END_WITHOUT_BEGIN, place, &[section.word()]));
            }
            return;
        };
        if begun.section != section && !blamed && !begun.doubt {
            let row = begun.node.place.row.to_string();
            findings.push(Finding::at(&codes::MISMATCHED_END, place, &[section.word(), begun.section.word(), &row]));
            self.doubt = true;
            self.open.iter_mut().for_each(|open| open.doubt = true);
        }
        self.close(begun);
    }

    /// Closes what has no end, and returns the root's children.
    pub(super) fn finish(mut self, findings: &mut Findings) -> Vec<Node> {
        while let Some(begun) = self.open.pop() {
            if !begun.doubt {
                let (word, name) = (begun.section.word(), &begun.node.name);
                findings.push(Finding::at(&codes::NOT_ENDED, &begun.node.place, &[word, name]));
            }
            self.close(begun);
        }
        self.nodes
    }

    /// Puts the rows into what was open and goes back to what stood around it. What lies too deep stays beside it.
    fn close(&mut self, begun: Open) {
        let Open { section, mut node, before, .. } = begun;
        let mut children = std::mem::replace(&mut self.nodes, before);
        let beside = if self.open.len() < DEPTH { Vec::new() } else { std::mem::take(&mut children) };
        node.kind = match section {
            Section::Group | Section::Loop => Kind::Group(children),
            Section::Repeat => Kind::Repeat(children),
        };
        self.nodes.push(node);
        self.nodes.extend(beside);
    }
}
