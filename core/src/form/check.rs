//! Checks of a definition, so that the evaluator needs none: limits, shape, and that every expression runs.

use std::collections::HashMap;

use regex_lite::{Regex, RegexBuilder};

use super::FormError;
use super::definition::{Default, Definition, Formula, Kind, Node, NodeId, Piece, Question, Texts};
use super::expression::{Expression, Field, Frame, NodeRef, Op};

const MAX_NODES: usize = 20_000;
const MAX_DEPTH: usize = 64;
const MAX_LANGUAGES: usize = 64;
const MAX_OPERATIONS: usize = 20_000;
const MAX_NESTING: usize = 8;
const MAX_PATTERN: usize = 1_000;
/// The most bytes that a pattern may take when it is compiled.
const MAX_COMPILED: usize = 1 << 20;
/// And what most take.
const SMALL: usize = 1 << 14;
/// How deep repeats may stand in repeats.
pub(super) const MAX_REPEATS: usize = 6;

/// Where each node's value is kept: nodes of one innermost repeat share a scope, whose instances hold a cell for each.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) scopes: Vec<Scope>,
    pub(super) places: Vec<Place>,
}

/// The root, scope 0, or a repeat: its own cell is the first.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) node: NodeId,
    pub(super) parent: Option<usize>,
    /// The scopes around it and itself, the root first.
    pub(super) chain: Vec<usize>,
    /// Which of its parent's child scopes each is on the way from the root to it.
    pub(super) slots: Vec<usize>,
    /// How many repeats are around its cells.
    pub(super) depth: usize,
    pub(super) cells: Vec<NodeId>,
    pub(super) children: Vec<usize>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) scope: usize,
    pub(super) cell: usize,
}

impl Layout {
    pub(super) fn place(&self, node: NodeId) -> Option<Place> {
        self.places.get(node.0 as usize).copied()
    }

    pub(super) fn scope_of(&self, node: NodeId) -> Option<&Scope> {
        self.scopes.get(self.place(node)?.scope)
    }

    pub(super) fn depth(&self, node: NodeId) -> usize {
        self.scope_of(node).map_or(0, |scope| scope.depth)
    }

    /// Returns the scopes around a scope and itself, the root first.
    pub(super) fn chain(&self, scope: usize) -> &[usize] {
        self.scopes.get(scope).map_or(&[], |scope| &scope.chain)
    }

    /// Returns in how many repeats two scopes stand together.
    pub(super) fn common(&self, one: usize, other: usize) -> usize {
        let together = self.chain(one).iter().zip(self.chain(other)).take_while(|(one, other)| one == other);
        together.count().saturating_sub(1)
    }
}

/// Checks the tree of nodes and gives each its place.
pub(super) fn layout(definition: &Definition) -> Result<Layout, FormError> {
    let within = |what, count: usize, most| if count > most { Err(FormError::TooLarge { what, most }) } else { Ok(()) };
    within("number of nodes", definition.nodes.len(), MAX_NODES)?;
    within("number of languages", definition.languages.len(), MAX_LANGUAGES)?;
    if definition.default_language as usize >= definition.languages.len() {
        return Err(FormError::Node { node: 0, why: "its default language is missing" });
    }
    let mut layout = Layout { scopes: Vec::new(), places: Vec::new() };
    // The nodes around the one at hand, outermost first, with the scope of what they hold.
    let mut around: Vec<(NodeId, usize)> = Vec::new();
    for (id, node) in (0..).map(NodeId).zip(&definition.nodes) {
        let wrong = |why| FormError::Node { node: id.0, why };
        if (id.0 == 0) != (node.parent.is_none() && node.kind == Kind::Root) {
            return Err(wrong("the root must be the first node, and no other"));
        }
        while around.last().is_some_and(|(last, _)| Some(*last) != node.parent) {
            around.pop();
        }
        if id.0 > 0 && around.is_empty() {
            return Err(wrong("its parent does not stand before it, or cannot hold it"));
        }
        let outer = around.last().map(|(_, scope)| *scope);
        let scope = match (&node.kind, outer) {
            (Kind::Root | Kind::Repeat, _) => {
                let scope = layout.scopes.len();
                let depth = outer.and_then(|outer| layout.scopes.get(outer)).map_or(0, |outer| outer.depth + 1);
                within("nesting of repeats", depth, MAX_REPEATS)?;
                let (mut slots, mut chain) = (Vec::new(), Vec::new());
                if let Some(outer) = outer.and_then(|outer| layout.scopes.get_mut(outer)) {
                    slots.clone_from(&outer.slots);
                    chain.clone_from(&outer.chain);
                    slots.push(outer.children.len());
                    outer.children.push(scope);
                }
                chain.push(scope);
                layout.scopes.push(Scope {
                    node: id,
                    parent: outer,
                    chain,
                    slots,
                    depth,
                    cells: Vec::new(),
                    children: Vec::new(),
                });
                scope
            }
            (_, Some(outer)) => outer,
            (_, None) => return Err(wrong("it stands outside of the root")),
        };
        if !matches!(node.kind, Kind::Question(_)) {
            around.push((id, scope));
            within("depth of groups", around.len(), MAX_DEPTH)?;
        }
        if let Kind::Question(Question::SelectOne(list) | Question::SelectMultiple(list)) = node.kind
            && list as usize >= definition.lists.len()
        {
            return Err(wrong("its list is missing"));
        }
        if node.repeat_count.is_some() && node.kind != Kind::Repeat {
            return Err(wrong("only a repeat has a count"));
        }
        let Some(cells) = layout.scopes.get_mut(scope).map(|scope| &mut scope.cells) else { continue };
        layout.places.push(Place { scope, cell: cells.len() });
        cells.push(id);
    }
    if definition.nodes.is_empty() {
        return Err(FormError::Node { node: 0, why: "there is no root" });
    }
    for list in &definition.lists {
        if list.choices.iter().any(|choice| choice.values.len() != list.columns.len()) {
            return Err(FormError::Node {
                node: 0,
                why: "a choice has more or fewer values than its list has columns",
            });
        }
    }
    Ok(layout)
}

/// Returns the formulas of a node with the scope of their user.
pub(super) fn formulas(node: &Node) -> impl Iterator<Item = &Formula> {
    let default = match &node.default {
        Some(Default::Formula(formula)) => Some(formula),
        _ => None,
    };
    [&node.relevant, &node.constraint, &node.required, &node.calculation, &node.readonly, &node.choice_filter]
        .into_iter()
        .flatten()
        .chain(default)
}

fn texts(texts: &Texts) -> impl Iterator<Item = &Expression> {
    [&texts.label, &texts.hint, &texts.guidance_hint, &texts.constraint_message, &texts.required_message]
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|piece| match piece {
            Piece::Plain(_) => None,
            Piece::Value(expression) => Some(expression),
        })
}

/// Checks that a form may hold a pattern of `regex()`.
///
/// # Errors
/// [`FormError::Pattern`] if it cannot be read, [`FormError::TooLarge`] if it is too long.
pub fn check_pattern(pattern: &str) -> Result<(), FormError> {
    compiled(pattern).map(drop)
}

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) regex: Regex,
    /// How many steps a byte costs at the most: every state may be on at each.
    pub(super) weight: usize,
}

/// Compiles a pattern so that it matches whole texts only.
fn compiled(pattern: &str) -> Result<Pattern, FormError> {
    if pattern.len() > MAX_PATTERN {
        return Err(FormError::TooLarge { what: "pattern", most: MAX_PATTERN });
    }
    // Alone first: within the brackets ")(" would close what it never opened.
    let alone = RegexBuilder::new(pattern).size_limit(MAX_COMPILED).build();
    let build = |limit| RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(limit).build();
    let whole = alone.and_then(|_| match build(SMALL) {
        Ok(regex) => Ok(Pattern { regex, weight: 16 }),
        Err(_) => build(MAX_COMPILED).map(|regex| Pattern { regex, weight: 4_096 }),
    });
    whole.map_err(|error| FormError::Pattern { pattern: pattern.to_owned(), why: error.to_string() })
}

/// Checks every expression and compiles the patterns in them.
pub(super) fn expressions(
    definition: &Definition,
    layout: &Layout,
    patterns: &mut HashMap<String, Pattern>,
) -> Result<(), FormError> {
    let mut check = Check { definition, layout, patterns, node: NodeId(0), list: None };
    for (id, node) in (0..).map(NodeId).zip(&definition.nodes) {
        check.node = id;
        let scope = layout.place(id).map_or(0, |place| place.scope);
        for formula in formulas(node) {
            check.list = match (&node.choice_filter, &node.kind) {
                (Some(filter), Kind::Question(Question::SelectOne(list) | Question::SelectMultiple(list)))
                    if std::ptr::eq(filter, formula) =>
                {
                    Some(*list)
                }
                _ => None,
            };
            check.expression(&formula.expression, scope, None, 0)?;
        }
        check.list = None;
        if let Some(count) = &node.repeat_count {
            let parent = layout.scopes.get(scope).and_then(|scope| scope.parent).unwrap_or_default();
            check.expression(&count.expression, parent, None, 0)?;
        }
        texts(&node.texts).try_for_each(|text| check.expression(text, scope, None, 0))?;
    }
    check.node = NodeId(0);
    let choices = definition.lists.iter().flat_map(|list| &list.choices);
    for text in choices.flat_map(|choice| texts(&choice.texts)) {
        check.expression(text, 0, None, 0)?;
        // It could be its own, and have no end.
        if asks_for_labels(text) {
            return Err(check.wrong("the label of a choice asks for the label of a choice"));
        }
    }
    if let Some(name) = &definition.instance_name {
        check.expression(&name.expression, 0, None, 0)?;
    }
    Ok(())
}

fn asks_for_labels(expression: &Expression) -> bool {
    expression.0.iter().any(|op| match op {
        Op::ChoiceName(_) | Op::Column(Field::Label) => true,
        Op::LookUp { key, field, .. } => [key, field].contains(&&Field::Label),
        Op::Items { field, condition, .. } => *field == Field::Label || condition.as_ref().is_some_and(asks_for_labels),
        Op::Nodes(set) => set.conditions.iter().any(|condition| asks_for_labels(&condition.test)),
        _ => false,
    })
}

struct Check<'a> {
    definition: &'a Definition,
    layout: &'a Layout,
    patterns: &'a mut HashMap<String, Pattern>,
    node: NodeId,
    list: Option<u32>,
}

impl Check<'_> {
    fn wrong(&self, why: &'static str) -> FormError {
        FormError::Node { node: self.node.0, why }
    }

    fn expression(
        &mut self,
        expression: &Expression,
        own: usize,
        candidate: Option<usize>,
        nesting: usize,
    ) -> Result<(), FormError> {
        if nesting > MAX_NESTING || expression.0.len() > MAX_OPERATIONS {
            return Err(FormError::TooLarge { what: "expression", most: MAX_OPERATIONS });
        }
        let mut depth = 0usize;
        for op in &expression.0 {
            let (takes, gives) = match op {
                Op::Negative | Op::ChoiceName(_) | Op::Regex(_) | Op::LookUp { .. } => (1, 1),
                Op::Binary(_) => (2, 1),
                Op::Call(function, count) => {
                    let (least, most) = function.arity();
                    if *count < least || *count > most {
                        return Err(self.wrong("a function has too few or too many arguments"));
                    }
                    (*count as usize, 1)
                }
                _ => (0, 1),
            };
            depth = depth.checked_sub(takes).ok_or_else(|| self.wrong("an operation lacks what it takes"))? + gives;
            self.op(op, own, candidate, nesting)?;
        }
        if depth == 1 { Ok(()) } else { Err(self.wrong("an expression leaves no single value")) }
    }

    fn op(&mut self, op: &Op, own: usize, candidate: Option<usize>, nesting: usize) -> Result<(), FormError> {
        let layout = self.layout;
        let frame = |frame: Frame| match frame {
            Frame::Own => Some(own),
            Frame::Candidate => candidate,
        };
        match op {
            Op::Number(number) if !number.is_finite() => return Err(self.wrong("a number is not finite")),
            Op::Node(NodeRef { node, frame: from }) | Op::Position(NodeRef { node, frame: from }) => {
                let from = frame(*from).ok_or_else(|| self.wrong("there is no candidate"))?;
                let place = layout.place(*node).ok_or_else(|| self.wrong("a node is missing"))?;
                if !layout.chain(from).contains(&place.scope) {
                    return Err(self.wrong("a node stands in a repeat that is not around its user"));
                }
            }
            Op::Nodes(set) => {
                let from = frame(set.frame).ok_or_else(|| self.wrong("there is no candidate"))?;
                let place = layout.place(set.node).ok_or_else(|| self.wrong("a node is missing"))?;
                if set.shared as usize > layout.common(from, place.scope) {
                    return Err(self.wrong("a set shares more repeats than there are"));
                }
                for condition in &set.conditions {
                    let scope = layout.place(condition.repeat).map(|place| place.scope);
                    let asked = scope.filter(|scope| {
                        let depth = layout.scopes.get(*scope).map_or(0, |scope| scope.depth);
                        layout.chain(place.scope).contains(scope) && depth > set.shared as usize
                    });
                    let asked = asked.ok_or_else(|| self.wrong("a condition stands on no repeat of its set"))?;
                    self.expression(&condition.test, own, Some(asked), nesting + 1)?;
                }
            }
            Op::Column(field) => {
                let list = self.list.ok_or_else(|| self.wrong("there is no row"))?;
                self.field(list, *field)?;
            }
            Op::Items { list, field, condition } => {
                self.field(*list, *field)?;
                if let Some(condition) = condition {
                    let outer = self.list.replace(*list);
                    self.expression(condition, own, candidate, nesting + 1)?;
                    self.list = outer;
                }
            }
            Op::LookUp { list, key, field } => {
                self.field(*list, *key)?;
                self.field(*list, *field)?;
            }
            Op::ChoiceName(node) => {
                let kind = self.definition.node(*node).map(|node| &node.kind);
                if !matches!(kind, Some(Kind::Question(Question::SelectOne(_) | Question::SelectMultiple(_)))) {
                    return Err(self.wrong("a choice's name is asked of something that is no select"));
                }
            }
            Op::Regex(pattern) if !self.patterns.contains_key(pattern) => {
                self.patterns.insert(pattern.clone(), compiled(pattern)?);
            }
            _ => {}
        }
        Ok(())
    }

    fn field(&self, list: u32, field: Field) -> Result<(), FormError> {
        let list = self.definition.lists.get(list as usize).ok_or_else(|| self.wrong("a list is missing"))?;
        match field {
            Field::Column(column) if column as usize >= list.columns.len() => Err(self.wrong("a column is missing")),
            _ => Ok(()),
        }
    }
}
