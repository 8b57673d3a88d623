//! What a form that is filled in shows: places by their XPath, the state of every node, choices and texts.

use super::definition::{Choice, Kind, NodeId};
use super::evaluate::Standpoint;
use super::instance::Path;
use super::session::{Address, EditError, Session};
use super::value::Value;

/// How a node stands.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// The node.
    pub at: Address,
    /// Its XPath, like `/data/household[2]/name`; of groups and instances too.
    pub path: String,
    /// Its value as expressions read it: blank while it is not relevant.
    pub value: String,
    /// What was answered, also while it does not count.
    pub answer: String,
    /// Whether it counts.
    pub relevant: bool,
    /// Whether a blank value is a fault.
    pub required: bool,
    /// Whether people may not change it.
    pub readonly: bool,
    /// Whether its constraint holds and what was picked is offered; a blank value is valid. No answer is while the form is
    /// [overworked](Session::overworked).
    pub valid: bool,
    /// What to tell people: why the value is not valid, or that it is required and missing.
    pub message: Option<String>,
}

impl Session {
    /// Finds a node by its XPath, like `/data/household[2]/name`; a repeat without `[n]` is its first instance.
    pub fn address(&self, path: &str) -> Result<Address, EditError> {
        let missing = || EditError::Missing(path.to_owned());
        let mut steps = path.strip_prefix('/').ok_or_else(missing)?.split('/');
        let root = self.form.definition().node(NodeId(0)).ok_or_else(missing)?;
        if steps.next() != Some(root.name.as_str()) {
            return Err(missing());
        }
        let mut at = Address { node: NodeId(0), path: Path::default() };
        for step in steps {
            let (name, place) = match step.split_once('[') {
                Some((name, place)) => {
                    let place = place.strip_suffix(']').and_then(|place| place.parse::<u16>().ok());
                    (name, place.and_then(|place| place.checked_sub(1)).ok_or_else(missing)?)
                }
                None => (step, 0),
            };
            let id = self.form.child(at.node, name).ok_or_else(missing)?;
            let inside = if self.repeat_scope(id).is_some() { at.path.child(place) } else { at.path };
            at = Address { node: id, path: inside };
        }
        Ok(at)
    }

    /// Finds a repeat, and the instance of its parent, for [`Session::add`].
    pub fn repeat(&self, path: &str) -> Result<(NodeId, Path), EditError> {
        let at = self.address(path)?;
        let (parent, _) =
            at.path.split_last().ok_or_else(|| EditError::Kind { path: path.to_owned(), why: "is no repeat" })?;
        Ok((at.node, parent))
    }

    /// Writes the XPath of an address.
    pub fn path_text(&self, at: Address) -> String {
        let mut steps = Vec::new();
        let mut next = Some(at.node);
        while let Some((id, node)) = next.and_then(|id| Some((id, self.form.definition().node(id)?))) {
            let depth = self.form.layout.depth(id);
            let place = at.path.as_slice().get(depth.wrapping_sub(1)).filter(|_| node.kind == Kind::Repeat);
            steps.push(match place {
                Some(place) => format!("{}[{}]", node.name, u32::from(*place) + 1),
                None => node.name.clone(),
            });
            next = node.parent;
        }
        steps.reverse();
        format!("/{}", steps.join("/"))
    }

    /// Returns the state of every node but the root, in document order, instance after instance.
    pub fn states(&self) -> Vec<State> {
        let mut addresses = Vec::new();
        self.collect(NodeId(0), Path::default(), &mut addresses);
        addresses.into_iter().filter_map(|at| self.state(at)).collect()
    }

    /// The depth of groups is limited by the check of the form, and with it this recursion.
    fn collect(&self, parent: NodeId, path: Path, out: &mut Vec<Address>) {
        for id in self.form.children(parent) {
            match self.form.definition().node(*id).map(|node| &node.kind) {
                Some(Kind::Repeat) => {
                    let Some(scope) = self.repeat_scope(*id) else { continue };
                    for path in self.root.paths(&self.form.layout, scope, path) {
                        out.push(Address { node: *id, path });
                        self.collect(*id, path, out);
                    }
                }
                Some(Kind::Group) => {
                    out.push(Address { node: *id, path });
                    self.collect(*id, path, out);
                }
                _ => out.push(Address { node: *id, path }),
            }
        }
    }

    /// Returns the addresses of the children of a group, repeat instance or the root, each instance of a repeat once.
    pub fn children(&self, at: Address) -> Vec<Address> {
        let children = self.form.children(at.node).iter().flat_map(|id| {
            match self.repeat_scope(*id) {
                Some(scope) => self.root.paths(&self.form.layout, scope, at.path),
                None => vec![at.path],
            }
            .into_iter()
            .map(|path| Address { node: *id, path })
        });
        children.collect()
    }

    /// Returns the state of one node, if it is there.
    pub fn state(&self, at: Address) -> Option<State> {
        let cell = self.root.cell(&self.form.layout, at.node, at.path)?;
        let node = self.form.definition().node(at.node)?;
        let question = matches!(node.kind, Kind::Question(_));
        let texts = &node.texts;
        let message = if !cell.relevant || !question {
            None
        } else if self.overworked() {
            Some(String::new())
        } else if !cell.valid {
            Some(self.text(&texts.constraint_message, at).unwrap_or_default())
        } else if cell.required && cell.shown.is_blank() {
            Some(self.text(&texts.required_message, at).unwrap_or_default())
        } else {
            None
        };
        Some(State {
            at,
            path: self.path_text(at),
            value: cell.shown.to_text().as_ref().to_owned(),
            answer: cell.answer.to_text().as_ref().to_owned(),
            relevant: cell.relevant,
            required: cell.required,
            readonly: cell.readonly,
            valid: cell.valid && (!question || !self.overworked()),
            message,
        })
    }

    /// Returns the value of a node as expressions read it.
    pub fn value(&self, at: Address) -> Value {
        let cell = self.root.cell(&self.form.layout, at.node, at.path);
        cell.map_or_else(Value::blank, |cell| cell.shown.clone())
    }

    /// Returns the choices that a select offers now.
    pub fn choices(&self, at: Address) -> Vec<&Choice> {
        let Some((list, choices)) = self.form.list_of(at.node) else { return Vec::new() };
        let filter = self.form.definition().node(at.node).and_then(|node| node.choice_filter.as_ref());
        let evaluation = self.evaluation();
        let here = Standpoint::new(at.node, at.path);
        let rows = (0u32..).zip(&choices.choices);
        let offered =
            rows.filter(|(row, _)| evaluation.offers(filter.map(|filter| &filter.expression), list, *row, here));
        offered.map(|(_, choice)| choice).collect()
    }

    /// Writes a text of a node in the language that is shown, or else in the form's own.
    pub fn text(&self, texts: &[super::Text], at: Address) -> Option<String> {
        self.evaluation().text(texts, Standpoint::new(at.node, at.path))
    }
}
