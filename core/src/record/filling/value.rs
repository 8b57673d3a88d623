//! Between the scalars of a document and the answers of a form.

use crate::form::{Question, Value as Answer};
use crate::record::{Value, ValueError};

/// Returns a scalar as the text that a question of that type is answered by, or none if it is of another type.
///
/// A blank one is the empty text. Whole decimals count as integers, because numbers are compared as numbers.
pub(super) fn text_of(question: &Question, value: &Value) -> Option<String> {
    use Question as Q;
    match (question, value) {
        (_, Value::Null) => Some(String::new()),
        (Q::Integer | Q::Range { integer: true, .. }, Value::Int(_)) => Some(value.to_string()),
        (Q::Integer | Q::Range { integer: true, .. }, Value::Decimal(number)) if number.fract() == 0.0 => {
            Some(value.to_string())
        }
        (Q::Decimal | Q::Range { .. }, Value::Int(_) | Value::Decimal(_)) => Some(value.to_string()),
        (Q::Integer | Q::Decimal | Q::Range { .. }, _) => None,
        (_, Value::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

/// Writes an answer in the question's type.
pub(super) fn scalar_of(question: &Question, answer: &Answer) -> Result<Value, ValueError> {
    use Question as Q;
    if answer.is_blank() {
        return Ok(Value::Null);
    }
    let value = match question {
        // A form's integers have 32 bits, so the cast keeps them.
        Q::Integer | Q::Range { integer: true, .. } => Value::Int(answer.number() as i64),
        Q::Decimal | Q::Range { .. } => Value::Decimal(answer.number()),
        _ => return Value::text(&answer.to_text()),
    };
    value.check()?;
    Ok(value)
}

/// What a document keeps of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// One value.
    Value,
    /// Whether anything is picked, and each choice that was touched.
    Picks,
    /// Photos or files; a text names one that is elsewhere.
    File,
    /// Nothing: it is computed, or told by who wrote when.
    Nothing,
}

/// Tells what a document keeps of a question; what is computed it never keeps.
pub(super) fn kept(question: &Question, computed: bool) -> Kept {
    use Question as Q;
    match question {
        _ if computed => Kept::Nothing,
        Q::Note | Q::Calculate | Q::Start | Q::End | Q::Today => Kept::Nothing,
        Q::DeviceId | Q::Username | Q::Email | Q::PhoneNumber => Kept::Nothing,
        Q::SelectMultiple(_) => Kept::Picks,
        Q::Image | Q::Audio | Q::Video | Q::File => Kept::File,
        _ => Kept::Value,
    }
}
