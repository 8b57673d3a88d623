//! A session over answers that stand somewhere already, like those of a record.

use std::sync::Arc;

use super::Form;
use super::instance::Path;
use super::order::Part;
use super::session::{Address, Changes, MAX_INSTANCES, Session, Setting};
use super::value::Value;
use super::work::{MAX_STEPS, Work};
use super::{EditError, NodeId};

/// A session in the making: instances and answers are laid into it, then everything is computed once.
pub struct Standing(Session);

impl Standing {
    /// Begins without instances. Defaults that are plain text stand already, computed ones do not.
    ///
    /// The moment of the setting is that of `start`, `end` and `today`.
    pub fn new(form: Arc<Form>, setting: Setting) -> Self {
        Self(Session::bare(form, setting, false))
    }

    /// Appends an instance of a repeat; nothing if the instance of its parent is not there, or has as many as it may.
    pub fn instance(&mut self, repeat: NodeId, parent: Path) -> Option<Path> {
        let Self(session) = self;
        let scope = session.repeat_scope(repeat)?;
        let full = session.root.count(&session.form.layout, scope, parent) >= MAX_INSTANCES;
        if full || !session.has_room() { None } else { session.lay(scope, parent) }
    }

    /// Lays an answer. What is none of the question's type, or no choice of its list, fails and changes nothing.
    pub fn answer(&mut self, at: Address, text: &str) -> Result<(), EditError> {
        let Self(session) = self;
        let value = session.read(at, text)?;
        if let Some(cell) = session.root.cell_mut(&session.form.layout, at.node, at.path) {
            (cell.answer, cell.shown) = (value.clone(), value);
        }
        Ok(())
    }

    /// Computes everything as of `setting`, and the computed defaults if the answers are only beginning.
    pub fn begin(self, setting: Setting, beginning: bool) -> Session {
        let Self(mut session) = self;
        session.setting = setting;
        session.compute(beginning);
        session
    }
}

impl Session {
    /// Returns what was answered or computed, also while it does not count.
    pub fn answer(&self, at: Address) -> Value {
        let cell = self.root.cell(&self.form.layout, at.node, at.path);
        cell.map_or_else(Value::blank, |cell| cell.answer.clone())
    }

    /// Reads a text as an answer to a question, or nothing if it is none.
    pub fn reads(&self, at: Address, text: &str) -> Option<Value> {
        self.read(at, text).ok()
    }

    /// Returns what the session is told from outside.
    pub fn setting(&self) -> &Setting {
        &self.setting
    }

    /// Returns how many instances a repeat has in an instance of its parent.
    pub fn instances(&self, repeat: NodeId, parent: Path) -> usize {
        self.repeat_scope(repeat).map_or(0, |scope| self.root.count(&self.form.layout, scope, parent))
    }

    /// Returns the instances of repeats with a count that the count does not ask for, the last ones first.
    pub fn surplus(&self) -> Vec<Address> {
        let (mut surplus, evaluation) = (Vec::new(), self.evaluation_within(MAX_STEPS));
        let counted = self.form.nodes().filter(|(_, node)| node.repeat_count.is_some());
        for (node, repeat) in counted {
            let place = repeat.parent.and_then(|parent| self.form.layout.place(parent));
            let Some(outer) = place.map(|place| place.scope) else { continue };
            for parent in self.root.paths(&self.form.layout, outer, Path::default()) {
                let asked = self.asked(node, parent, &evaluation).unwrap_or_default();
                let more = (asked..self.instances(node, parent)).rev().filter_map(|place| u16::try_from(place).ok());
                surplus.extend(more.map(|place| Address { node, path: parent.child(place) }));
            }
        }
        // A count that could not be computed asks for none, and nobody may believe it.
        if self.overworked() || evaluation.around.steps.left() == 0 { Vec::new() } else { surplus }
    }

    /// Gives a repeat the instances that its count asks for, after some were removed.
    pub fn regrow(&mut self, repeat: NodeId, parent: Path) -> Changes {
        let mut changes = Changes::new();
        let mut work = Work::default();
        work.parts.insert((self.form.order.rank((repeat, Part::Count)), parent));
        self.run(work, &mut changes);
        changes
    }
}
