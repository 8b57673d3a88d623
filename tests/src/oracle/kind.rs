//! What can be asked, computed or told by a machine.

use super::scope::Value;

/// What can be answered, or what computes itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// A number from a range.
    Range,
    /// Text.
    Text,
    /// A barcode: text.
    Barcode,
    /// One choice of a list, perhaps of those that another answer leaves.
    One(List),
    /// Several choices.
    Many(List),
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// A moment.
    Moment,
    /// A position.
    Position,
    /// A picture, a sound, a film or any file: its name.
    Media(&'static str),
    /// A box to tick.
    Acknowledge,
    /// Text without an answer.
    Note,
    /// A calculated number.
    Number,
    /// A calculated text.
    Words,
    /// Text that nobody sees.
    Hidden,
    /// What a machine says, and no person.
    Machine(Machine),
}

/// What a machine says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Machine {
    /// When the form was opened.
    Start,
    /// When it was finished.
    End,
    /// On which day it was opened.
    Today,
    /// What a phone knows of itself and its owner, by its type; nothing here on both sides.
    Property(&'static str),
    /// Where the form was opened; nothing here on both sides.
    Place,
    /// A moment, drawn by `now()`.
    Now,
    /// What `uuid()` draws.
    Uuid,
    /// What `random()` draws.
    Fraction,
}

/// Where choices come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum List {
    /// Four choices.
    Whole,
    /// The four, and any other, which is then written down.
    Open,
    /// The two parents by which the four are filtered.
    Parents,
    /// Those of the four whose parent is chosen in the question of this name, which stands beside.
    Filtered(String),
}

impl Kind {
    /// What an expression makes of the answer, if anything that is drawn here.
    pub fn value(&self) -> Option<Value> {
        match self {
            Self::Integer | Self::Decimal | Self::Range | Self::Number => Some(Value::Number),
            Self::Text | Self::Barcode | Self::Words | Self::Hidden => Some(Value::Text),
            Self::One(List::Parents) | Self::Time | Self::Moment | Self::Position | Self::Acknowledge | Self::Note => {
                None
            }
            Self::Machine(Machine::Today) => Some(Value::Date),
            Self::Machine(Machine::Property(_)) | Self::Media(_) => Some(Value::Text),
            Self::Machine(_) => None,
            // The name that pyxform gives to any other choice is English in every language.
            Self::One(List::Open) => Some(Value::Text),
            Self::One(_) => Some(Value::One),
            Self::Many(_) => Some(Value::Many),
            Self::Date => Some(Value::Date),
        }
    }

    /// The type as it stands in the workbook.
    pub fn text(&self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Range => "range",
            Self::Text => "text",
            Self::Barcode => "barcode",
            Self::One(List::Parents) => "select_one parents",
            Self::One(List::Open) => "select_one l or_other",
            Self::Many(List::Open) => "select_multiple l or_other",
            Self::One(_) => "select_one l",
            Self::Many(_) => "select_multiple l",
            Self::Date => "date",
            Self::Time => "time",
            Self::Moment => "dateTime",
            Self::Position => "geopoint",
            Self::Acknowledge => "acknowledge",
            Self::Note => "note",
            Self::Hidden => "hidden",
            Self::Media(kind) | Self::Machine(Machine::Property(kind)) => kind,
            Self::Machine(Machine::Start) => "start",
            Self::Machine(Machine::End) => "end",
            Self::Machine(Machine::Today) => "today",
            Self::Machine(Machine::Place) => "start-geopoint",
            Self::Number | Self::Words | Self::Machine(Machine::Now | Machine::Uuid | Machine::Fraction) => "calculate",
        }
    }
}

impl Machine {
    /// Everything that is a type of question.
    pub const TYPES: [Self; 8] = [
        Self::Start,
        Self::End,
        Self::Today,
        Self::Property("deviceid"),
        Self::Property("username"),
        Self::Property("email"),
        Self::Property("phonenumber"),
        Self::Place,
    ];

    /// What calculates something that differs from run to run.
    pub const CALCULATIONS: [(Self, &'static str); 5] = [
        (Self::Now, "now()"),
        (Self::Uuid, "uuid()"),
        (Self::Uuid, "once(uuid())"),
        (Self::Fraction, "random()"),
        (Self::Fraction, "once(random())"),
    ];
}
