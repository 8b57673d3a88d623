//! A workbook that was read and checked, but whose expressions were not: what the compiler takes.

use super::cell::{Cell, Place};

/// A checked workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its name, a valid one.
    pub name: String,
    /// Its name in document keys: unique within its repeat, or the root, and escaped.
    pub key: String,
    /// Where its name stands, or its type if the row has no name.
    pub place: Place,
    /// What it is.
    pub kind: Kind,
    /// What people read.
    pub texts: Texts,
    /// What computes.
    pub expressions: Expressions,
    /// The tokens of the column `appearance`, in order.
    pub appearance: Vec<String>,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A question.
    Question(Question),
    /// A group with its children.
    Group(Vec<Node>),
    /// A repeat with its children; its `repeat_count` is among the expressions.
    Repeat(Vec<Node>),
}

/// The type of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// `text`
    Text,
    /// `integer`
    Integer,
    /// `decimal`
    Decimal,
    /// `note`
    Note,
    /// `calculate`
    Calculate,
    /// `select_one LIST`; the list's place in [`Workbook::lists`].
    SelectOne(usize),
    /// `select_multiple LIST`; the list's place in [`Workbook::lists`].
    SelectMultiple(usize),
    /// `date`
    Date,
    /// `time`
    Time,
    /// `datetime`
    DateTime,
    /// `image`; the most pixels of the longer edge.
    Image(Option<u32>),
    /// `audio`
    Audio,
    /// `video`
    Video,
    /// `file`
    File,
    /// `acknowledge`
    Acknowledge,
    /// `geopoint`
    Geopoint(Accuracy),
    /// `start-geopoint`
    StartGeopoint(Accuracy),
    /// `range`
    Range(Range),
    /// `barcode`
    Barcode,
    /// `hidden`
    Hidden,
    /// `start`: when the record was begun.
    Start,
    /// `end`: when it was last saved.
    End,
    /// `today`
    Today,
    /// `deviceid`
    DeviceId,
    /// `username`
    Username,
    /// `email`
    Email,
    /// `phonenumber`
    PhoneNumber,
}

/// At what accuracy a position is taken, and warned of, in metres as the author wrote them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accuracy {
    /// `capture-accuracy`
    pub capture: Option<String>,
    /// `warning-accuracy`
    pub warning: Option<String>,
}

/// The parameters of a range, as decimal text that was checked: `start` and `end` a whole number of `step`s apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// The first value.
    pub start: String,
    /// The last value.
    pub end: String,
    /// The step, never zero.
    pub step: String,
    /// Whether all three are whole, so that the value is an integer.
    pub integer: bool,
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
            Kind::Question(_) => &[],
            Kind::Group(children) | Kind::Repeat(children) => children,
        }
    }
}
