//! A workbook that was read and checked, but whose expressions were not: what the compiler takes.
//!
//! Rows with errors are in it too, with what is right of them.

pub use sumu_core::form::Question;

use super::cell::{Cell, Place};

/// What a workbook says.
#[derive(Debug, Clone, PartialEq)]
pub struct Workbook {
    /// The sheet `settings`.
    pub settings: Settings,
    /// The languages, in the order in which they first appear; a column without a language belongs to the default one, whose
    /// name is empty unless `default_language` names it. Never empty.
    pub languages: Vec<String>,
    /// Which of the languages is shown first.
    pub default_language: usize,
    /// The lists of choices, in the order of the sheet.
    pub lists: Vec<List>,
    /// The root's children, in the order of the sheet.
    pub nodes: Vec<Node>,
}

/// The sheet `settings`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// What people call the form.
    pub form_title: Option<Cell>,
    /// The form's id.
    pub form_id: Option<Cell>,
    /// The author's version.
    pub version: Option<Cell>,
    /// The expression that names a record.
    pub instance_name: Option<Cell>,
}

/// A row of the survey that stays: a question, a group or a repeat.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Its name; of a row without one, or with one that stands there already, a name that nobody writes.
    pub name: String,
    /// Its name in document keys: unique within its repeat, or the root, and escaped.
    pub key: String,
    /// Where its name stands, or its type if the row has no name.
    pub place: Place,
    /// What it is.
    pub kind: Kind,
    /// What else is told to the screen, like `max-pixels`, sorted by name.
    pub parameters: Vec<(String, String)>,
    /// What people read.
    pub texts: Texts,
    /// What computes.
    pub expressions: Expressions,
    /// The tokens of the column `appearance`, in order.
    pub appearance: Vec<String>,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A question; its list by the place in [`Workbook::lists`].
    Question(Question),
    /// A group with its children.
    Group(Vec<Node>),
    /// A repeat with its children; its `repeat_count` is among the expressions.
    Repeat(Vec<Node>),
    /// A row whose type could not be read, which is among the findings: others may name it, and it may ask anything.
    Unknown,
}

/// The expression cells of a row, as written but for typographic quotes, which are read as plain ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expressions {
    /// `relevant`
    pub relevant: Option<Cell>,
    /// `constraint`
    pub constraint: Option<Cell>,
    /// `required`; `yes` and its like are `true()`, `no` and its like are left out.
    pub required: Option<Cell>,
    /// `calculation`
    pub calculation: Option<Cell>,
    /// `default`: a literal, or an expression.
    pub default: Option<Cell>,
    /// `read_only`; like `required`.
    pub read_only: Option<Cell>,
    /// `choice_filter`
    pub choice_filter: Option<Cell>,
    /// `repeat_count`
    pub repeat_count: Option<Cell>,
}

/// What people read, one entry a language as [`Workbook::languages`] counts them; texts may hold `${name}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    /// `label`
    pub label: Vec<Option<Cell>>,
    /// `hint`
    pub hint: Vec<Option<Cell>>,
    /// `guidance_hint`
    pub guidance_hint: Vec<Option<Cell>>,
    /// `constraint_message`
    pub constraint_message: Vec<Option<Cell>>,
    /// `required_message`
    pub required_message: Vec<Option<Cell>>,
    /// `image`: a file name.
    pub image: Vec<Option<Cell>>,
    /// `audio`: a file name.
    pub audio: Vec<Option<Cell>>,
    /// `video`: a file name.
    pub video: Vec<Option<Cell>>,
}

/// A list of choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Its name.
    pub name: String,
    /// Where it begins.
    pub place: Place,
    /// The columns beside name, label and media, in the order of the sheet: what expressions look up.
    pub columns: Vec<String>,
    /// Its choices, in order; names are unique unless `allow_choice_duplicates` is set.
    pub choices: Vec<Choice>,
}

/// A choice of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its name, without spaces.
    pub name: String,
    /// Where its name stands.
    pub place: Place,
    /// What people read; of the texts only `label`, `image`, `audio` and `video`.
    pub texts: Texts,
    /// The values of [`List::columns`], in the same order.
    pub values: Vec<Option<Cell>>,
}

impl Node {
    /// Returns the children of a group or repeat.
    pub fn children(&self) -> &[Node] {
        match &self.kind {
            Kind::Question(_) | Kind::Unknown => &[],
            Kind::Group(children) | Kind::Repeat(children) => children,
        }
    }
}
