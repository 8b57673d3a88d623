//! A filled-in form cut into cards, each small enough for one screen.
//!
//! A group is a card if its author says that it belongs together (`field-list`), or if no group stands in it. Of the others each
//! group in them makes its own, and what stands between those goes on cards of at most [`LOOSE`] questions. A repeat stands
//! whole on one card.

use super::row::{Row, RowKind, is_shown};
use super::{Filling, Record};
use crate::form::{Form, Kind, NodeId};

/// How many questions that stand in no group of their own go on one card.
const LOOSE: usize = 20;

/// A card that has something to show, and how far it is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Its place among all cards of the form, for [`Filling::rows`]; it stays while others appear and go.
    pub number: usize,
    /// What it is called, in the language that is shown.
    pub label: String,
    /// Questions that count and that a person answers; photos and files are not among them.
    pub questions: usize,
    /// Those with an answer.
    pub answered: usize,
    /// Those that must be answered and are not.
    pub missing: usize,
    /// Those whose answer may not stand.
    pub wrong: usize,
    /// Those in dispute.
    pub disputed: usize,
}

/// What stands on a card: nodes side by side, and the group that names them.
pub(super) struct Span {
    pub(super) group: NodeId,
    pub(super) nodes: Vec<NodeId>,
}

impl Filling {
    /// Returns the cards that have something to show.
    pub fn cards(&self, record: &Record) -> Vec<Card> {
        let spans = spans(self.session.form());
        let cards = spans.iter().enumerate().filter_map(|(number, span)| {
            let rows = self.rows_of(span, record);
            if rows.is_empty() {
                return None;
            }
            let asked = || rows.iter().filter(|row| row.is_asked());
            Some(Card {
                number,
                label: self.label_around(span.group),
                questions: asked().count(),
                answered: asked().filter(|row| !row.value.is_empty()).count(),
                missing: asked().filter(|row| row.missing).count(),
                wrong: rows.iter().filter(|row| !row.valid).count(),
                disputed: rows.iter().filter(|row| !row.disputes.is_empty()).count(),
            })
        });
        cards.collect()
    }

    /// Returns what one card shows now, in the order of the form; nothing if there is no such card.
    pub fn rows(&self, card: usize, record: &Record) -> Vec<Row> {
        let mut rows = spans(self.session.form()).get(card).map(|span| self.rows_of(span, record)).unwrap_or_default();
        for dispute in rows.iter_mut().flat_map(|row| &mut row.disputes) {
            self.score_rivals(dispute);
        }
        rows
    }

    /// Lays out what a card shows, without what each value in dispute would score: that runs the form once a value.
    fn rows_of(&self, span: &Span, record: &Record) -> Vec<Row> {
        let mut rows = Vec::new();
        for node in &span.nodes {
            self.rows_at(*node, crate::form::Path::default(), record, &mut rows);
        }
        // A card with nothing but the titles of what does not count is none.
        if rows.iter().all(|row| row.kind == RowKind::Heading) { Vec::new() } else { rows }
    }

    /// Returns the label of the innermost group around that has one, or else the form's title.
    fn label_around(&self, group: NodeId) -> String {
        let form = self.session.form();
        let mut around = Some(group);
        while let Some((id, node)) = around.and_then(|id| Some((id, form.definition().node(id)?))) {
            let at = crate::form::Address { node: id, path: crate::form::Path::default() };
            if let Some(label) = self.session.text(&node.texts.label, at).filter(|label| !label.is_empty()) {
                return label;
            }
            around = node.parent;
        }
        form.definition().title.clone()
    }
}

/// Cuts a form into cards.
pub(super) fn spans(form: &Form) -> Vec<Span> {
    let mut spans = Vec::new();
    section(form, NodeId(0), &mut spans);
    spans
}

/// The depth of groups is limited by the check of the form, and with it this recursion.
fn section(form: &Form, group: NodeId, spans: &mut Vec<Span>) {
    let mut loose: Vec<NodeId> = Vec::new();
    let end = |loose: &mut Vec<NodeId>, spans: &mut Vec<Span>| {
        if !loose.is_empty() {
            spans.push(Span { group, nodes: std::mem::take(loose) });
        }
    };
    for id in form.children(group) {
        let Some(node) = form.definition().node(*id) else { continue };
        match &node.kind {
            Kind::Root => {}
            Kind::Group => {
                end(&mut loose, spans);
                if is_card(form, *id) {
                    spans.push(Span { group: *id, nodes: form.children(*id).to_vec() });
                } else {
                    section(form, *id, spans);
                }
            }
            Kind::Repeat => {
                end(&mut loose, spans);
                spans.push(Span { group: *id, nodes: vec![*id] });
            }
            Kind::Question(question) if is_shown(question) => {
                loose.push(*id);
                if loose.len() == LOOSE {
                    end(&mut loose, spans);
                }
            }
            Kind::Question(_) => {}
        }
    }
    end(&mut loose, spans);
}

fn is_card(form: &Form, group: NodeId) -> bool {
    let Some(node) = form.definition().node(group) else { return false };
    let is_group = |id: &NodeId| form.definition().node(*id).is_some_and(|node| node.kind == Kind::Group);
    node.appearance.iter().any(|word| word == "field-list") || !form.children(group).iter().any(is_group)
}
