//! What depends on what, and the order in which it is computed.

use std::collections::BTreeSet;

use super::FormError;
use super::check::Layout;
use super::definition::{Definition, Formula, Kind, NodeId, Question};
use super::expression::{Expression, Frame, Op};

/// What is computed of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Part {
    /// How many instances a repeat has; its user is the parent's instance.
    Count,
    /// Whether it counts.
    Relevant,
    /// What its calculation makes; apart from the value, which also follows from whether it counts and from what is offered.
    Answer,
    /// Its value.
    Value,
    /// Whether it is required, read-only and valid: nothing depends on these.
    Checks,
}

const PARTS: [Part; 5] = [Part::Count, Part::Relevant, Part::Answer, Part::Value, Part::Checks];

/// A part of a node.
pub(super) type Vertex = (NodeId, Part);

/// Dependents and order.
#[derive(Debug)]
pub(super) struct Order {
    /// Every part that has something to compute, dependencies first.
    pub(super) sequence: Vec<Vertex>,
    /// The calculations of questions that a person may answer too.
    pub(super) overrulable: Vec<Vertex>,
    rank: Vec<u32>,
    dependents: Vec<Vec<Dependent>>,
    /// For each scope the places in the sequence of all that stands in it, in repeats inside of it too.
    within: Vec<Vec<u32>>,
}

/// What must be computed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Dependent {
    /// Its place in the sequence.
    pub(super) rank: u32,
    /// In how many repeats, from the outermost, it stands in the instance that changed.
    pub(super) shared: usize,
}

impl Order {
    /// Returns what must be computed again when a part has changed.
    ///
    /// An instance more changes nothing of its siblings: how many there are orders a repeat's relevance after its count, but a
    /// relevance that asks for the count is a circle.
    pub(super) fn dependents(&self, vertex: Vertex) -> impl Iterator<Item = (Vertex, Dependent)> {
        let dependents = self.dependents.get(number(vertex)).map_or(&[][..], Vec::as_slice);
        let with_part = dependents.iter().filter_map(|to| Some((*self.sequence.get(to.rank as usize)?, *to)));
        with_part.filter(move |(part, _)| (vertex.1, *part) != (Part::Count, (vertex.0, Part::Relevant)))
    }

    /// Returns the places in the sequence of what stands in a scope.
    pub(super) fn within(&self, scope: usize) -> &[u32] {
        self.within.get(scope).map_or(&[], Vec::as_slice)
    }

    pub(super) fn rank(&self, vertex: Vertex) -> u32 {
        self.rank.get(number(vertex)).copied().unwrap_or_default()
    }
}

fn number((node, part): Vertex) -> usize {
    node.0 as usize * PARTS.len() + part as usize
}

/// Finds the order, or the nodes that wait for each other.
pub(super) fn order(definition: &Definition, layout: &Layout) -> Result<Order, FormError> {
    let count = definition.nodes.len() * PARTS.len();
    let mut edges = Edges { layout, found: vec![BTreeSet::new(); count], definition };
    let mut exists = vec![false; count];
    for (id, node) in (0..).map(NodeId).zip(&definition.nodes) {
        let parts: &[Part] = match node.kind {
            Kind::Root | Kind::Group => &[Part::Relevant, Part::Checks],
            Kind::Repeat => &[Part::Count, Part::Relevant, Part::Checks],
            Kind::Question(_) if node.calculation.is_some() => {
                &[Part::Relevant, Part::Answer, Part::Value, Part::Checks]
            }
            Kind::Question(_) => &[Part::Relevant, Part::Value, Part::Checks],
        };
        for part in parts {
            if let Some(exists) = exists.get_mut(number((id, *part))) {
                *exists = true;
            }
        }
        edges.node(id);
    }
    let mut waits = vec![0usize; count];
    for target in edges.found.iter().flatten() {
        if let Some(waits) = waits.get_mut(target.0) {
            *waits += 1;
        }
    }
    let mut ready: BTreeSet<usize> =
        (0..count).filter(|vertex| exists.get(*vertex) == Some(&true) && waits.get(*vertex) == Some(&0)).collect();
    let mut sequence = Vec::new();
    let mut rank = vec![u32::MAX; count];
    while let Some(vertex) = ready.pop_first() {
        if let Some(rank) = rank.get_mut(vertex) {
            *rank = u32::try_from(sequence.len()).unwrap_or(u32::MAX);
        }
        sequence.push(vertex);
        for (target, _) in edges.found.get(vertex).into_iter().flatten() {
            if let Some(waits) = waits.get_mut(*target) {
                *waits -= 1;
                if *waits == 0 {
                    ready.insert(*target);
                }
            }
        }
    }
    if sequence.len() < exists.iter().filter(|exists| **exists).count() {
        return Err(FormError::Cycle(circle(&edges.found, &exists, &rank)));
    }
    let dependents = edges.found.iter().map(|targets| {
        let mut dependents: Vec<Dependent> = targets
            .iter()
            .filter_map(|(target, shared)| Some(Dependent { rank: *rank.get(*target)?, shared: *shared }))
            .collect();
        dependents.sort_unstable();
        dependents
    });
    let dependents = dependents.collect();
    let sequence = sequence.into_iter().filter_map(|vertex| {
        let node = NodeId(u32::try_from(vertex / PARTS.len()).ok()?);
        Some((node, *PARTS.get(vertex % PARTS.len())?))
    });
    let sequence: Vec<Vertex> = sequence.collect();
    let answered = |node: &NodeId| match definition.node(*node).map(|node| &node.kind) {
        Some(Kind::Question(question)) => question.is_answered(),
        _ => false,
    };
    let overrulable = sequence.iter().copied().filter(|(node, part)| *part == Part::Answer && answered(node)).collect();
    let mut within = vec![Vec::new(); layout.scopes.len()];
    for (rank, vertex) in (0u32..).zip(&sequence) {
        for scope in layout.chain(scope_of(layout, *vertex)) {
            if let Some(within) = within.get_mut(*scope) {
                within.push(rank);
            }
        }
    }
    Ok(Order { sequence, overrulable, rank, dependents, within })
}

/// Returns the scope whose instances have the part: of a repeat's count it is the parent's.
pub(super) fn scope_of(layout: &Layout, (node, part): Vertex) -> usize {
    let scope = layout.place(node).map_or(0, |place| place.scope);
    match part {
        Part::Count => layout.scopes.get(scope).and_then(|scope| scope.parent).unwrap_or_default(),
        _ => scope,
    }
}

/// Returns the nodes of the circles: what is left when everything that nothing waits for is taken away again and again.
fn circle(edges: &[BTreeSet<(usize, usize)>], exists: &[bool], rank: &[u32]) -> Vec<NodeId> {
    let mut left: BTreeSet<usize> = (0..edges.len())
        .filter(|vertex| exists.get(*vertex) == Some(&true) && rank.get(*vertex) == Some(&u32::MAX))
        .collect();
    // How many of those that are left each leads on to, and who leads to it.
    let mut leads_on = vec![0usize; edges.len()];
    let mut leads_here: Vec<Vec<usize>> = vec![Vec::new(); edges.len()];
    for vertex in &left {
        for (to, _) in edges.get(*vertex).into_iter().flatten().filter(|(to, _)| left.contains(to)) {
            if let (Some(leads_on), Some(leads_here)) = (leads_on.get_mut(*vertex), leads_here.get_mut(*to)) {
                *leads_on += 1;
                leads_here.push(*vertex);
            }
        }
    }
    let mut ends: Vec<usize> = left.iter().copied().filter(|vertex| leads_on.get(*vertex) == Some(&0)).collect();
    while let Some(end) = ends.pop() {
        left.remove(&end);
        for before in leads_here.get(end).into_iter().flatten() {
            if let Some(leads_on) = leads_on.get_mut(*before) {
                *leads_on -= 1;
                if *leads_on == 0 {
                    ends.push(*before);
                }
            }
        }
    }
    let nodes: BTreeSet<usize> = left.into_iter().map(|vertex| vertex / PARTS.len()).collect();
    nodes.into_iter().filter_map(|node| u32::try_from(node).ok().map(NodeId)).collect()
}

struct Edges<'a> {
    definition: &'a Definition,
    layout: &'a Layout,
    found: Vec<BTreeSet<(usize, usize)>>,
}

impl Edges<'_> {
    fn node(&mut self, id: NodeId) {
        let Some(node) = self.definition.node(id) else { return };
        let depth = |node: NodeId| self.layout.depth(node);
        let own = depth(id);
        if let Some(parent) = node.parent {
            let outer = depth(parent);
            self.edge((parent, Part::Relevant), (id, Part::Relevant), outer);
            self.edge((parent, Part::Checks), (id, Part::Checks), outer);
            if node.kind == Kind::Repeat {
                self.edge((parent, Part::Relevant), (id, Part::Count), outer);
                self.edge((id, Part::Count), (id, Part::Relevant), outer);
            }
        }
        self.edge((id, Part::Relevant), (id, Part::Checks), own);
        self.formula(node.relevant.as_ref(), (id, Part::Relevant));
        for formula in [&node.constraint, &node.required, &node.readonly] {
            self.formula(formula.as_ref(), (id, Part::Checks));
        }
        match node.kind {
            Kind::Question(Question::SelectOne(_) | Question::SelectMultiple(_)) => {
                self.formula(node.choice_filter.as_ref(), (id, Part::Value));
            }
            Kind::Repeat if node.repeat_count.is_some() => {
                self.formula(node.repeat_count.as_ref(), (id, Part::Count));
                self.formula(node.relevant.as_ref(), (id, Part::Count));
            }
            _ => {}
        }
        if matches!(node.kind, Kind::Question(_)) {
            self.edge((id, Part::Relevant), (id, Part::Value), own);
            self.edge((id, Part::Value), (id, Part::Checks), own);
            if node.calculation.is_some() {
                self.edge((id, Part::Answer), (id, Part::Value), own);
                self.formula(node.calculation.as_ref(), (id, Part::Answer));
            }
        }
    }

    fn edge(&mut self, from: Vertex, to: Vertex, shared: usize) {
        if let Some(targets) = self.found.get_mut(number(from)) {
            targets.insert((number(to), shared));
        }
    }

    fn formula(&mut self, formula: Option<&Formula>, user: Vertex) {
        if let Some(formula) = formula {
            self.expression(&formula.expression, user, usize::MAX);
        }
    }

    /// `most` is in how many repeats a candidate stands with the user.
    fn expression(&mut self, expression: &Expression, user: Vertex, most: usize) {
        for op in &expression.0 {
            match op {
                Op::Node(node) => {
                    let shared = self.layout.depth(node.node);
                    let shared = if node.frame == Frame::Candidate { shared.min(most) } else { shared };
                    self.value(node.node, user, shared);
                }
                Op::Position(repeat) => {
                    let shared = self.layout.depth(repeat.node).saturating_sub(1);
                    let shared = if repeat.frame == Frame::Candidate { shared.min(most) } else { shared };
                    self.edge((repeat.node, Part::Count), user, shared);
                    let shared = self.layout.depth(repeat.node);
                    let shared = if repeat.frame == Frame::Candidate { shared.min(most) } else { shared };
                    self.edge((repeat.node, Part::Relevant), user, shared);
                }
                Op::Nodes(set) => {
                    let shared = set.shared as usize;
                    let shared = if set.frame == Frame::Candidate { shared.min(most) } else { shared };
                    self.value(set.node, user, shared);
                    let scope = self.layout.place(set.node).map_or(0, |place| place.scope);
                    for scope in self.layout.chain(scope).iter().skip(set.shared as usize + 1) {
                        if let Some(repeat) = self.layout.scopes.get(*scope).map(|scope| scope.node) {
                            self.edge((repeat, Part::Count), user, shared);
                        }
                    }
                    for condition in &set.conditions {
                        self.expression(&condition.test, user, shared);
                    }
                }
                Op::Items { condition: Some(condition), .. } => self.expression(condition, user, most),
                _ => {}
            }
        }
    }

    fn value(&mut self, node: NodeId, user: Vertex, shared: usize) {
        let question = matches!(self.definition.node(node).map(|node| &node.kind), Some(Kind::Question(_)));
        self.edge((node, if question { Part::Value } else { Part::Relevant }), user, shared);
    }
}
