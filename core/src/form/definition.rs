//! What a compiled form says, as plain data that a compiler fills in.

use super::expression::Expression;

/// A node by its place in [`Definition::nodes`]; the root is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// A compiled form before it is checked (see `Form::new`).
///
/// Equal definitions have equal bytes, so a compiler must fill every list in the order of the workbook.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// The form's id, `form_id`.
    pub form_id: String,
    /// The author's version, or nothing.
    pub version: String,
    /// What people call the form.
    pub title: String,
    /// The languages, at least one; the name of an only, unnamed one is empty.
    pub languages: Vec<String>,
    /// Which of the languages is shown first.
    pub default_language: u32,
    /// The nodes in document order: the root, of [`Kind::Root`], first; a parent before its children; the descendants of a
    /// node follow it without a gap.
    pub nodes: Vec<Node>,
    /// The lists of choices and look-ups.
    pub lists: Vec<List>,
    /// The name of a record, `instance_name`, evaluated at the root.
    pub instance_name: Option<Formula>,
}

/// A row of the survey.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The group, repeat or root that holds it; nothing for the root itself.
    pub parent: Option<NodeId>,
    /// Its XForm name; the root's is `data`.
    pub name: String,
    /// Its name in document keys, unique within its repeat or the root and escaped; empty for root and groups.
    pub key: String,
    /// What it is.
    pub kind: Kind,
    /// What people read.
    pub texts: Texts,
    /// The tokens of `appearance`, in order.
    pub appearance: Vec<String>,
    /// What else is told to the screen, like `max-pixels`, sorted by name.
    pub parameters: Vec<(String, String)>,
    /// The row that it comes from; 0, 0 for the root.
    pub source: Source,
    /// Whether it counts; a condition. Its user is the node itself: in a repeat's own condition, an instance.
    pub relevant: Option<Formula>,
    /// Whether the value may stand; a condition, never asked for a blank value. `.` is a [`NodeRef`](super::NodeRef) to the node.
    pub constraint: Option<Formula>,
    /// Whether a blank value is a fault; a condition. A `yes` is the literal `true()`.
    pub required: Option<Formula>,
    /// What the value is computed by.
    pub calculation: Option<Formula>,
    /// Whether people may not change it; a condition, inherited from groups.
    pub readonly: Option<Formula>,
    /// What the value is at first.
    pub default: Option<Default>,
    /// Which choices are offered; a condition with the candidate row of the list as [`Op::Column`](super::Op::Column).
    pub choice_filter: Option<Formula>,
    /// How many instances there are at least; a number. Its user is the parent of the repeat.
    pub repeat_count: Option<Formula>,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// The form itself, the first node and only that.
    Root,
    /// Nodes that stand together.
    Group,
    /// Nodes that stand together any number of times.
    Repeat,
    /// Something with a value.
    Question(Question),
}

/// The type of a question; lists are places in [`Definition::lists`].
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each is the type of the same name in XLSForm")]
pub enum Question {
    Text,
    Integer,
    Decimal,
    Note,
    Calculate,
    SelectOne(u32),
    SelectMultiple(u32),
    Date,
    Time,
    DateTime,
    Image,
    Audio,
    Video,
    File,
    Acknowledge,
    Geopoint,
    StartGeopoint,
    /// A number from `start` to `end` in steps, each as decimal text; whether the value is an integer.
    Range {
        start: String,
        end: String,
        step: String,
        integer: bool,
    },
    Barcode,
    Hidden,
    Start,
    End,
    Today,
    DeviceId,
    Username,
    Email,
    PhoneNumber,
}

/// An expression and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    /// What computes.
    pub expression: Expression,
    /// The cell that it was written in.
    pub source: Source,
}

/// A cell of the sheet `survey` (of `settings` for [`Definition::instance_name`]): row and column from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, std::default::Default)]
pub struct Source {
    /// The row.
    pub row: u32,
    /// The column.
    pub column: u32,
}

/// What a value is at first.
#[derive(Debug, Clone, PartialEq)]
pub enum Default {
    /// A text in the question's type, there before anything is computed.
    Text(String),
    /// Computed once, in document order, before anything is calculated, as in JavaRosa: calculations read as blank.
    Formula(Formula),
}

/// What people read, one entry a language in each list, or no entry at all where no language has any.
#[derive(Debug, Clone, PartialEq, std::default::Default)]
#[expect(missing_docs, reason = "each is the column of the same name")]
pub struct Texts {
    pub label: Vec<Text>,
    pub hint: Vec<Text>,
    pub guidance_hint: Vec<Text>,
    pub constraint_message: Vec<Text>,
    pub required_message: Vec<Text>,
    /// File names, as are `audio` and `video`.
    pub image: Vec<Text>,
    pub audio: Vec<Text>,
    pub video: Vec<Text>,
}

/// A text, perhaps with values in it; no pieces where a language has none.
pub type Text = Vec<Piece>;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Words.
    Plain(String),
    /// What `${name}` stands for; its user is the node that the text belongs to.
    Value(Expression),
}

/// A list of choices; also one that only expressions look into.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// Its name.
    pub name: String,
    /// The names of the extra columns.
    pub columns: Vec<String>,
    /// The choices, in order.
    pub choices: Vec<Choice>,
}

/// A choice of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Its name, the value of an answer; without spaces.
    pub name: String,
    /// What people read: `label`, `image`, `audio` and `video` only. Values in them are evaluated at the root.
    pub texts: Texts,
    /// One value for each of [`List::columns`], blank where the cell is.
    pub values: Vec<String>,
}

impl Node {
    /// Makes a node without texts and formulas.
    pub fn new(parent: Option<NodeId>, name: &str, key: &str, kind: Kind, source: Source) -> Self {
        Self {
            parent,
            name: name.to_owned(),
            key: key.to_owned(),
            kind,
            texts: Texts::default(),
            appearance: Vec::new(),
            parameters: Vec::new(),
            source,
            relevant: None,
            constraint: None,
            required: None,
            calculation: None,
            readonly: None,
            default: None,
            choice_filter: None,
            repeat_count: None,
        }
    }
}

impl Definition {
    /// Makes a form of one language that holds its root and nothing else.
    pub fn new(form_id: &str) -> Self {
        Self {
            form_id: form_id.to_owned(),
            version: String::new(),
            title: form_id.to_owned(),
            languages: vec![String::new()],
            default_language: 0,
            nodes: vec![Node::new(None, "data", "", Kind::Root, Source::default())],
            lists: Vec::new(),
            instance_name: None,
        }
    }

    /// Appends a node and returns its number.
    pub fn push(&mut self, node: Node) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(node);
        id
    }

    /// Returns a node, if there is one of that number.
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(usize::try_from(id.0).ok()?)
    }
}
