//! From the model of a workbook to the definition of a form: names are resolved, types checked, circles found.
//!
//! Every expression is written three times, which costs microseconds: once to learn what depends on what, once for the
//! calculations in that order to learn their types, and once, with all types known, for good.

pub(super) mod codes;
mod cycle;
mod emit;
mod outline;
mod path;
mod text;
mod value;

use std::collections::BTreeSet;

use sumu_core::form::{self, Default as First, Definition, Expression as Ops, Formula, NodeId, Op, Source};

use self::emit::{Emitter, Scope};
use self::outline::{Outline, ROOT, place};
use self::value::{Known, Type};
use super::cell::{Cell, Place};
use super::expression::tree::{Expression, Start, Term};
use super::expression::{Fault, parse};
use super::finding::{Finding, Findings};
use super::survey::{Kind, Node, Question, Workbook};

/// Compiles a workbook. There is a definition exactly if no finding is an error, those of the reader included.
pub fn compile(workbook: &Workbook, findings: &mut Findings) -> Option<Definition> {
    let outline = Outline::new(workbook);
    let (types, needs) = (Vec::new(), Vec::new());
    let mut compiler = Compiler { outline: &outline, types, needs, findings: Findings::default() };
    compiler.learn();
    compiler.findings = std::mem::take(findings);
    let definition = compiler.definition();
    compiler.circles();
    *findings = compiler.findings;
    (!findings.failed()).then_some(definition)
}

struct Compiler<'a, 'b> {
    outline: &'b Outline<'a>,
    types: Vec<Known>,
    /// What each node's value depends on.
    needs: Vec<BTreeSet<usize>>,
    findings: Findings,
}

/// What an expression is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Condition,
    Value,
    Number,
}

impl Compiler<'_, '_> {
    /// Learns what depends on what, then the types of calculations.
    fn learn(&mut self) {
        let count = self.outline.entries.len();
        self.types = (0..count)
            .map(|at| self.outline.entries.get(at).and_then(|entry| entry.row).map_or(Type::Any, answered))
            .map(|kind| Known { kind, blank: true, negative: false })
            .collect();
        self.needs = vec![BTreeSet::new(); count];
        for (at, entry) in self.outline.entries.iter().enumerate() {
            if let (Some(needs), Some(parent)) = (self.needs.get_mut(at), entry.parent) {
                needs.insert(place(parent));
            }
        }
        let _ = self.definition();
        for at in cycle::order(&self.needs) {
            let Some(row) = self.outline.entries.get(at).and_then(|entry| entry.row) else { continue };
            let inferred = matches!(row.kind, Kind::Question(Question::Calculate | Question::Hidden));
            if let (true, Some(cell)) = (inferred, &row.expressions.calculation)
                && let (Some(tree), Ok(user)) = (parse(&cell.text).tree, u32::try_from(at))
            {
                let mut emitter = self.emitter(NodeId(user), None);
                let value = emitter.one(&tree, &mut Vec::new());
                if let Some(known) = self.types.get_mut(at) {
                    *known = Known { kind: value.kind, blank: value.blank, negative: value.negative };
                }
            }
        }
    }

    fn emitter(&self, user: NodeId, scope: Option<Scope>) -> Emitter<'_, '_> {
        Emitter {
            outline: self.outline,
            types: &self.types,
            user,
            scopes: scope.into_iter().collect(),
            filled: Vec::new(),
            faults: Vec::new(),
            needs: BTreeSet::new(),
        }
    }

    fn report(&mut self, cell: &Cell, faults: &[Fault]) {
        for fault in faults {
            self.findings.push(fault.in_cell(cell));
        }
    }

    /// Compiles a cell; `bound` says that the value of the user depends on it.
    fn formula(
        &mut self,
        cell: Option<&Cell>,
        user: NodeId,
        scope: Option<Scope>,
        wanted: Wanted,
        bound: bool,
    ) -> Option<Formula> {
        // Nobody would be told what is wrong with it.
        let cell = cell.filter(|_| !self.findings.full())?;
        let parsed = parse(&cell.text);
        self.report(cell, &parsed.faults);
        self.written(cell, &parsed.tree?, user, scope, wanted, bound)
    }

    fn written(
        &mut self,
        cell: &Cell,
        tree: &Expression,
        user: NodeId,
        scope: Option<Scope>,
        wanted: Wanted,
        bound: bool,
    ) -> Option<Formula> {
        let mut out: Vec<Op> = Vec::new();
        let mut emitter = self.emitter(user, scope);
        let value = match wanted {
            Wanted::Condition => emitter.condition(tree, &mut out),
            Wanted::Value | Wanted::Number => emitter.one(tree, &mut out),
        };
        if wanted == Wanted::Value && value.kind == Type::Condition {
            emitter.fault(&codes::CONDITION_STORED, tree.span, &[]);
        }
        let (faults, found) = (emitter.faults, emitter.needs);
        self.report(cell, &faults);
        if bound && let Some(needs) = self.needs.get_mut(place(user)) {
            needs.extend(found.into_iter().map(place));
        }
        Some(Formula { expression: Ops(out), source: source(&cell.place) })
    }

    /// Compiles the whole: nodes in the order of the sheet, then lists and settings.
    fn definition(&mut self) -> Definition {
        let workbook = self.outline.workbook;
        let settings = &workbook.settings;
        let text = |cell: &Option<Cell>| cell.as_ref().map(|cell| cell.text.trim().to_owned());
        let title = text(&settings.form_title);
        let id = text(&settings.form_id).or(title.clone()).unwrap_or_else(|| "data".to_owned());
        let mut definition = Definition::new(&id);
        definition.title = title.unwrap_or(id);
        definition.version = text(&settings.version).unwrap_or_default();
        definition.languages = workbook.languages.clone();
        definition.default_language = u32::try_from(workbook.default_language).unwrap_or_default();
        definition.instance_name = self.formula(settings.instance_name.as_ref(), ROOT, None, Wanted::Value, false);
        for at in 1..self.outline.entries.len() {
            let Some(entry) = self.outline.entries.get(at) else { continue };
            if let (Some(row), Ok(id)) = (entry.row, u32::try_from(at)) {
                let node = self.node(row, NodeId(id), entry.parent);
                definition.push(node);
            }
        }
        definition.lists = workbook.lists.iter().map(|list| self.list(list)).collect();
        definition
    }

    fn node(&mut self, row: &Node, id: NodeId, parent: Option<NodeId>) -> form::Node {
        let kind = match &row.kind {
            Kind::Group(_) => form::Kind::Group,
            Kind::Repeat(_) => form::Kind::Repeat,
            Kind::Question(question) => form::Kind::Question(question.clone()),
            // It stands in for any; the findings keep such a form from being used.
            Kind::Unknown => form::Kind::Question(Question::Text),
        };
        let mut node = form::Node::new(parent, &row.name, &row.key, kind, source(&row.place));
        node.appearance.clone_from(&row.appearance);
        node.parameters.clone_from(&row.parameters);
        node.texts = self.texts(&row.texts, id);
        let cells = &row.expressions;
        node.relevant = self.formula(cells.relevant.as_ref(), id, None, Wanted::Condition, true);
        node.constraint = self.formula(cells.constraint.as_ref(), id, None, Wanted::Condition, false);
        node.required = self.formula(cells.required.as_ref(), id, None, Wanted::Condition, false);
        node.readonly = self.formula(cells.read_only.as_ref(), id, None, Wanted::Condition, false);
        node.calculation = self.formula(cells.calculation.as_ref(), id, None, Wanted::Value, true);
        node.default = cells.default.as_ref().and_then(|cell| self.default(cell, id, row));
        if let Kind::Question(Question::SelectOne(list) | Question::SelectMultiple(list)) = row.kind {
            let scope = Some(Scope::Row(list as usize));
            node.choice_filter = self.formula(cells.choice_filter.as_ref(), id, scope, Wanted::Condition, true);
        }
        if cells.repeat_count.is_some() {
            // It is asked at the parent, and the repeat depends on it.
            let before = self.needs.get(place(parent.unwrap_or(ROOT))).cloned().unwrap_or_default();
            let user = parent.unwrap_or(ROOT);
            node.repeat_count = self.formula(cells.repeat_count.as_ref(), user, None, Wanted::Number, true);
            if let Some(needs) = self.needs.get_mut(place(user)) {
                let after = std::mem::replace(needs, before);
                let found: Vec<usize> = after.difference(needs).copied().collect();
                if let Some(needs) = self.needs.get_mut(place(id)) {
                    needs.extend(found);
                }
            }
        }
        node
    }

    /// A default computes if it refers or calls, or if it calculates with numbers; else it is a text, whatever is in it.
    fn default(&mut self, cell: &Cell, id: NodeId, row: &Node) -> Option<First> {
        let parsed = parse(&cell.text);
        let computes = cell.text.contains("${")
            || parsed.tree.as_ref().is_some_and(|tree| match &tree.term {
                Term::Call(..) => true,
                Term::Path(path) => !matches!(path.start, Start::Here | Start::Root),
                Term::Chain(..) => matches!(row.kind, Kind::Question(Question::Integer | Question::Decimal)),
                Term::Number(_) | Term::Text(_) | Term::Negative(_) => false,
            });
        if !computes {
            return Some(First::Text(cell.text.trim().to_owned()));
        }
        self.formula(Some(cell), id, None, Wanted::Value, false).map(First::Formula)
    }

    /// Reports every member of every circle, with the rows of all.
    fn circles(&mut self) {
        for circle in cycle::cycles(&self.needs) {
            let rows: Vec<&Node> =
                circle.iter().filter_map(|at| self.outline.entries.get(*at).and_then(|entry| entry.row)).collect();
            let named: Vec<String> = rows.iter().map(|row| format!("{} ({})", row.name, row.place.row)).collect();
            let named = named.join(", ");
            for row in rows {
                let cells = &row.expressions;
                let cell = cells.calculation.as_ref().or(cells.relevant.as_ref()).or(cells.choice_filter.as_ref());
                let at = cell.or(cells.repeat_count.as_ref()).map_or(&row.place, |cell| &cell.place);
                self.findings.push(Finding::at(&codes::CYCLE, at, &[&named]));
            }
        }
    }
}

/// The type of what people answer, or of what is not known to be anything.
fn answered(row: &Node) -> Type {
    match &row.kind {
        Kind::Group(_) | Kind::Repeat(_) | Kind::Unknown => Type::Any,
        Kind::Question(question) => match question {
            Question::Integer | Question::Decimal | Question::Range { .. } => Type::Number,
            Question::Date
            | Question::Time
            | Question::DateTime
            | Question::Start
            | Question::End
            | Question::Today => Type::Date,
            Question::Calculate | Question::Hidden => Type::Any,
            _ => Type::Text,
        },
    }
}

fn source(place: &Place) -> Source {
    Source { row: place.row, column: place.column }
}

#[cfg(test)]
mod tests;
