//! Where paths lead: to a node, to many, or into a list.

use sumu_core::form::{Condition, Expression as Ops, Field, Frame, NodeId, NodeRef, NodeSet, Op, Operator};

use super::codes;
use super::emit::{Emitter, Scope};
use super::outline::ROOT;
use super::value::{Type, Value};
use crate::xlsform::expression::parse;
use crate::xlsform::expression::tree::{Expression, Path, Span, Start, Step, Term, Towards};
use crate::xlsform::nearest::nearest;

/// A place on the way of a path.
struct Walk {
    node: NodeId,
    frame: Frame,
    /// How many repeats of the frame's node are kept, from the outermost.
    kept: usize,
    conditions: Vec<Condition>,
}

impl Emitter<'_, '_> {
    pub(super) fn path(&mut self, path: &Path, span: Span, set: bool, out: &mut Vec<Op>) -> Value {
        match (&path.start, self.scopes.last().copied()) {
            (Start::List(name), _) => self.list_path(name, path, span, set, out),
            (Start::Here, Some(Scope::Row(list))) => self.column(list, path, span, out),
            _ => match self.walk(path, span) {
                Some(walk) => self.arrive(walk, out),
                None => Value::of(Type::Any, false),
            },
        }
    }

    /// Writes what a walk has led to.
    fn arrive(&mut self, walk: Walk, out: &mut Vec<Op>) -> Value {
        let Walk { node, frame, kept, conditions } = walk;
        self.needs.insert(node);
        let repeats = self.outline.repeats(node);
        let name = self.outline.name(node).to_owned();
        let open = repeats.iter().skip(kept);
        let many = open.clone().any(|repeat| !conditions.iter().any(|condition| condition.repeat == *repeat));
        let hollow = self.outline.row(node).is_none_or(|row| !row.children().is_empty());
        if kept >= repeats.len() && !hollow {
            out.push(Op::Node(NodeRef { node, frame }));
        } else {
            let shared = u32::try_from(kept).unwrap_or(u32::MAX);
            out.push(Op::Nodes(NodeSet { node, frame, shared, conditions }));
        }
        Value { many: many.then(|| name.clone()), hollow: hollow.then_some(name), ..self.known(node) }
    }

    fn walk(&mut self, path: &Path, span: Span) -> Option<Walk> {
        let (own, frame) = match (&path.start, self.scopes.last()) {
            (Start::Here, Some(Scope::Instance(repeat))) => (*repeat, Frame::Candidate),
            _ => (self.user, Frame::Own),
        };
        let kept = self.outline.repeats(own).len();
        let mut walk = Walk { node: own, frame, kept, conditions: Vec::new() };
        let mut steps = path.steps.as_slice();
        match &path.start {
            Start::Root => {
                walk.node = ROOT;
                let (first, rest) = steps.split_first()?;
                let form = self.outline.workbook.settings.form_id.as_ref().map(|cell| cell.text.trim());
                if !matches!(&first.to, Towards::Child(name) if name == "data" || Some(name.as_str()) == form) {
                    self.fault(&codes::UNKNOWN_STEP, first.span, &["", "/data/…"]);
                    return None;
                }
                steps = rest;
            }
            Start::Named(name) => {
                walk.node = self.resolve(name, span)?;
                walk.kept = self.shared(own, walk.node);
                self.hold(&mut walk, &path.conditions, span);
            }
            Start::Here | Start::Current | Start::List(_) => self.hold(&mut walk, &path.conditions, span),
        }
        let absolute = matches!(path.start, Start::Root);
        for step in steps {
            self.step(&mut walk, step, path, absolute.then_some(own))?;
        }
        if absolute {
            let asked = walk.conditions.iter().filter_map(|condition| {
                self.outline.repeats(walk.node).iter().position(|repeat| *repeat == condition.repeat)
            });
            walk.kept = asked.chain([self.shared(own, walk.node)]).min().unwrap_or_default();
        }
        walk.kept = walk.kept.min(self.outline.repeats(walk.node).len());
        Some(walk)
    }

    /// Counts the repeats that stand around both; a repeat that is named is all of its instances.
    fn shared(&self, own: NodeId, node: NodeId) -> usize {
        let around = self.outline.repeats(node);
        let around =
            if self.outline.is_repeat(node) { around.split_last().map_or(around, |(_, rest)| rest) } else { around };
        self.outline.repeats(own).iter().zip(around).take_while(|(one, other)| one == other).count()
    }

    fn step(&mut self, walk: &mut Walk, step: &Step, path: &Path, absolute: Option<NodeId>) -> Option<()> {
        match &step.to {
            Towards::Itself => {}
            Towards::Parent => {
                let Some(parent) = self.outline.entry(walk.node).and_then(|entry| entry.parent) else {
                    self.fault(&codes::UNKNOWN_STEP, step.span, &["..", ""]);
                    return None;
                };
                if self.outline.is_repeat(walk.node) {
                    walk.kept = walk.kept.min(self.outline.repeats(walk.node).len().saturating_sub(1));
                    walk.conditions.retain(|condition| condition.repeat != walk.node);
                }
                walk.node = parent;
            }
            Towards::Child(name) => match self.outline.child(walk.node, name) {
                Some(child) => {
                    walk.node = child;
                    if absolute.is_none() && self.outline.is_repeat(child) {
                        walk.kept = walk.kept.min(self.outline.repeats(child).len().saturating_sub(1));
                    }
                }
                None => {
                    self.astray(walk.node, name, step, path);
                    return None;
                }
            },
        }
        self.hold(walk, &step.conditions, step.span);
        Some(())
    }

    /// Says that there is no such child, and what may have been meant.
    fn astray(&mut self, at: NodeId, name: &str, step: &Step, path: &Path) {
        let bare = path.start == Start::Here && path.steps.len() == 1;
        if bare {
            let cure = match name.to_ascii_lowercase().as_str() {
                "true" | "false" | "today" | "now" => format!("{}()", name.to_ascii_lowercase()),
                "null" | "none" | "nil" => "''".to_owned(),
                _ if !self.outline.named(name).is_empty() => format!("${{{name}}}"),
                _ => format!("'{name}'"),
            };
            return self.fault(&codes::BARE_NAME, step.span, &[name, &cure]);
        }
        let children = self.outline.entry(at).map(|entry| entry.children.clone()).unwrap_or_default();
        let near = nearest(name, children.iter().map(|child| self.outline.name(*child))).unwrap_or_default();
        self.fault(&codes::UNKNOWN_STEP, step.span, &[name, near]);
    }

    /// Returns the row that `${name}` means.
    pub(super) fn resolve(&mut self, name: &str, span: Span) -> Option<NodeId> {
        match self.outline.named(name) {
            [one] => Some(*one),
            [] => {
                let near = nearest(name, self.outline.all_names());
                let cure = near.map(|near| format!("${{{near}}}")).unwrap_or_default();
                self.fault(&codes::UNKNOWN_NAME, span, &[name, &cure]);
                None
            }
            several => {
                let count = several.len().to_string();
                self.fault(&codes::AMBIGUOUS_NAME, span, &[name, &count]);
                None
            }
        }
    }

    /// Adds conditions on the repeat that a walk stands at.
    fn hold(&mut self, walk: &mut Walk, conditions: &[Expression], span: Span) {
        if !conditions.is_empty() && !self.outline.is_repeat(walk.node) {
            return self.fault(&codes::CONDITION_PLACE, span, &[]);
        }
        for condition in conditions {
            let test = self.test(Scope::Instance(walk.node), condition);
            walk.kept = walk.kept.min(self.outline.repeats(walk.node).len().saturating_sub(1));
            walk.conditions.push(Condition { repeat: walk.node, test: Ops(test) });
        }
    }

    /// Writes a condition in brackets; a number is the place of the candidate.
    fn test(&mut self, scope: Scope, condition: &Expression) -> Vec<Op> {
        let mut out = Vec::new();
        self.scopes.push(scope);
        let value = self.condition(condition, &mut out);
        self.scopes.pop();
        if value.kind == Type::Number {
            out.extend([Op::CandidatePosition, Op::Binary(Operator::Equal)]);
        }
        out
    }

    /// Writes the place of the instance that a path leads to.
    pub(super) fn position(&mut self, of: &Expression, out: &mut Vec<Op>) {
        let Term::Path(path) = &of.term else {
            return self.fault(&codes::NEEDS_PATH, of.span, &["position"]);
        };
        let Some(walk) = self.walk(path, of.span) else { return };
        let around = self.outline.repeats(walk.node).get(..walk.kept).and_then(<[NodeId]>::last);
        if self.outline.is_repeat(walk.node) && around == Some(&walk.node) {
            out.push(Op::Position(NodeRef { node: walk.node, frame: walk.frame }));
        } else {
            let cure = if walk.frame == Frame::Own { self.up_to_repeat() } else { None };
            let cure = cure.map(|path| format!("position({path})")).unwrap_or_default();
            self.fault(&codes::POSITION_OF, of.span, &[self.outline.name(walk.node), &cure]);
        }
    }

    /// Returns the path from the user to the repeat around it.
    fn up_to_repeat(&self) -> Option<String> {
        let mut path = "..".to_owned();
        let mut at = self.outline.entry(self.user)?.parent?;
        while !self.outline.is_repeat(at) {
            at = self.outline.entry(at)?.parent?;
            path.push_str("/..");
        }
        Some(path)
    }

    /// Writes a column of the row that a condition or filter asks.
    fn column(&mut self, list: usize, path: &Path, span: Span, out: &mut Vec<Op>) -> Value {
        let [Step { to: Towards::Child(name), conditions, .. }] = path.steps.as_slice() else {
            self.fault(&codes::LIST_PATH, span, &[]);
            return Value::of(Type::Any, false);
        };
        if !conditions.is_empty() {
            self.fault(&codes::CONDITION_PLACE, span, &[]);
        }
        match self.field(list, name, span) {
            Some((field, kind)) => {
                out.push(Op::Column(field));
                Value::of(kind, true)
            }
            None => Value::of(Type::Any, false),
        }
    }

    /// Returns a column of a list by its name, and the type of what is in it.
    fn field(&mut self, list: usize, name: &str, span: Span) -> Option<(Field, Type)> {
        let list = self.outline.workbook.lists.get(list)?;
        match name {
            "name" => return Some((Field::Name, Type::Text)),
            "label" => return Some((Field::Label, Type::Text)),
            _ => {}
        }
        let Some(at) = list.columns.iter().position(|column| column == name) else {
            let columns = list.columns.iter().map(String::as_str).chain(["name", "label"]);
            let cure = if self.outline.named(name).is_empty() {
                nearest(name, columns).unwrap_or_default().to_owned()
            } else {
                format!("${{{name}}}")
            };
            self.fault(&codes::UNKNOWN_COLUMN, span, &[name, &cure]);
            return None;
        };
        let mut cells = list.choices.iter().filter_map(|choice| choice.values.get(at)?.as_ref());
        let number = cells.all(|cell| cell.text.trim().parse::<f64>().is_ok());
        let kind = if number { Type::Number } else { Type::Text };
        Some((Field::Column(u32::try_from(at).ok()?), kind))
    }

    fn found_list(&mut self, name: &str, span: Span) -> Option<usize> {
        let found = self.outline.list(name);
        if found.is_none() {
            let near = nearest(name, self.outline.workbook.lists.iter().map(|list| list.name.as_str()));
            self.fault(&crate::xlsform::codes::UNKNOWN_LIST, span, &[name, near.unwrap_or_default()]);
        }
        found
    }

    fn list_path(&mut self, name: &str, path: &Path, span: Span, set: bool, out: &mut Vec<Op>) -> Value {
        let nothing = Value::of(Type::Any, false);
        let Some(at) = self.found_list(name, span) else { return nothing };
        let is = |step: &Step, name: &str| matches!(&step.to, Towards::Child(child) if child == name);
        let (item, column) = match path.steps.as_slice() {
            [root, item] if is(root, "root") && is(item, "item") => (item, None),
            [root, item, Step { to: Towards::Child(column), conditions, span }]
                if is(root, "root") && is(item, "item") && conditions.is_empty() =>
            {
                (item, Some((column.as_str(), *span)))
            }
            _ => {
                self.fault(&codes::LIST_PATH, span, &[]);
                return nothing;
            }
        };
        if column.is_none() && !set {
            self.fault(&codes::LIST_PATH, span, &[]);
        }
        let (column, place) = column.unwrap_or(("name", span));
        let Some((field, kind)) = self.field(at, column, place) else { return nothing };
        let list = u32::try_from(at).unwrap_or(u32::MAX);
        let value = Value::of(kind, true);
        if let ([condition], false) = (item.conditions.as_slice(), set)
            && let Some((key, wanted)) = keyed(condition)
        {
            let Some((key, _)) = self.field(at, key, condition.span) else { return nothing };
            self.one(wanted, out);
            out.push(Op::LookUp { list, key, field });
            return value;
        }
        let mut test = Vec::new();
        for (count, condition) in item.conditions.iter().enumerate() {
            test.extend(self.test(Scope::Row(at), condition));
            if count > 0 {
                test.push(Op::Binary(Operator::And));
            }
        }
        let condition = (!item.conditions.is_empty()).then_some(Ops(test));
        let many = condition.is_none().then(|| column.to_owned());
        out.push(Op::Items { list, field, condition });
        Value { many, ..value }
    }

    /// Writes `pulldata(list, column, key, value)`.
    pub(super) fn pulldata(&mut self, names: [&Expression; 3], value: &Expression, out: &mut Vec<Op>) -> Value {
        let nothing = Value::of(Type::Any, false);
        let mut texts = names.iter().map(|name| match &name.term {
            Term::Text(text) => Some((text.as_str(), name.span)),
            _ => None,
        });
        let (Some(Some(list)), Some(Some(column)), Some(Some(key))) = (texts.next(), texts.next(), texts.next()) else {
            self.fault(&codes::NEEDS_TEXT, value.span, &["pulldata"]);
            return nothing;
        };
        let Some(at) = self.found_list(list.0, list.1) else { return nothing };
        let (field, key) = (self.field(at, column.0, column.1), self.field(at, key.0, key.1));
        self.one(value, out);
        let (Some((field, kind)), Some((key, _))) = (field, key) else { return nothing };
        out.push(Op::LookUp { list: u32::try_from(at).unwrap_or(u32::MAX), key, field });
        Value::of(kind, true)
    }

    /// Writes the second argument of `jr:choice-name`: a reference in quotes.
    pub(super) fn choice_name(&mut self, of: &Expression, out: &mut Vec<Op>) {
        let inner = match &of.term {
            Term::Text(text) => parse(text).tree,
            _ => None,
        };
        match inner.map(|inner| inner.term) {
            Some(Term::Path(path)) => {
                if let Some(walk) = self.walk(&path, of.span) {
                    out.push(Op::ChoiceName(walk.node));
                }
            }
            _ => self.fault(&codes::NEEDS_TEXT, of.span, &["jr:choice-name"]),
        }
    }
}

/// Returns the column and the key of a condition like `name = KEY`, if the key does not ask the row itself.
fn keyed(condition: &Expression) -> Option<(&str, &Expression)> {
    let Term::Chain(left, links) = &condition.term else { return None };
    let [link] = links.as_slice() else { return None };
    if link.operator != Operator::Equal {
        return None;
    }
    match (bare(left), bare(&link.right)) {
        (Some(column), _) if !asks_row(&link.right) => Some((column, &link.right)),
        (_, Some(column)) if !asks_row(left) => Some((column, left)),
        _ => None,
    }
}

/// Returns the name that an expression is and nothing more.
fn bare(expression: &Expression) -> Option<&str> {
    match &expression.term {
        Term::Path(Path { start: Start::Here, steps, .. }) => match steps.as_slice() {
            [Step { to: Towards::Child(name), conditions, .. }] if conditions.is_empty() => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// Whether an expression begins a path at the row that is asked, or counts its place.
fn asks_row(expression: &Expression) -> bool {
    match &expression.term {
        Term::Number(_) | Term::Text(_) => false,
        Term::Path(path) => path.start == Start::Here,
        Term::Negative(inner) => asks_row(inner),
        Term::Chain(first, links) => asks_row(first) || links.iter().any(|link| asks_row(&link.right)),
        Term::Call(_, arguments) => arguments.is_empty() || arguments.iter().any(asks_row),
    }
}
