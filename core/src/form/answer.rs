//! Answers as people give them: read by the question's type, and computed values brought into it.

use super::date::{self, Moment};
use super::definition::Question;
use super::value::{Value, number_text};

impl Question {
    /// Reads an answer; `None` if it is none of this type. Zones that are not written are the given one.
    pub(super) fn read(&self, text: &str, offset: i32) -> Option<Value> {
        if text.is_empty() {
            return Some(Value::blank());
        }
        let trimmed = text.trim();
        let decimal = || {
            let plain = !trimmed.bytes().any(|byte| byte.is_ascii_alphabetic() && !byte.eq_ignore_ascii_case(&b'e'));
            trimmed.parse::<f64>().ok().filter(|number| plain && number.is_finite()).map(Value::Number)
        };
        match self {
            Self::Integer | Self::Range { integer: true, .. } => {
                trimmed.parse::<i32>().ok().map(|number| Value::Number(f64::from(number)))
            }
            Self::Decimal | Self::Range { .. } => decimal(),
            Self::Date | Self::Today => {
                let day = trimmed.split('T').next().unwrap_or_default();
                date::parse_day(day).map(Value::Date)
            }
            Self::DateTime | Self::Start | Self::End => Moment::parse(trimmed, offset).map(Value::Moment),
            Self::Time => date::parse_time(trimmed, offset).map(|(millis, offset)| {
                let millis = millis - i64::from(offset) * 60_000;
                Value::text(&Moment { millis, offset }.time_text())
            }),
            Self::Geopoint | Self::StartGeopoint => geopoint(trimmed),
            Self::SelectOne(_) => Some(Value::text(trimmed)),
            Self::SelectMultiple(_) => Some(Value::text(&trimmed.split_whitespace().collect::<Vec<_>>().join(" "))),
            _ => Some(Value::text(text)),
        }
    }

    /// Brings a computed value into the type: what does not fit is blank.
    pub(super) fn cast(&self, value: Value, offset: i32) -> Value {
        let value = value.single();
        if matches!(&value, Value::Number(number) if number.is_nan()) || value.is_blank() {
            return Value::blank();
        }
        match (self, &value) {
            (Self::Integer | Self::Range { integer: true, .. }, _) => {
                let number = value.number().trunc() + 0.0;
                if number.is_nan() { Value::blank() } else { Value::Number(number) }
            }
            (Self::Decimal | Self::Range { .. }, _) => {
                let number = whole(value.number());
                if number.is_nan() { Value::blank() } else { Value::Number(number) }
            }
            (Self::Date | Self::Today, Value::Date(_)) => value,
            (Self::Date | Self::Today, Value::Moment(moment)) => Value::Date(moment.day()),
            (Self::Date | Self::Today, Value::Number(days)) if days.abs() < 4e6 => Value::Date(days.floor() as i64),
            (Self::DateTime | Self::Start | Self::End, Value::Moment(_)) => value,
            (Self::DateTime | Self::Start | Self::End, Value::Date(day)) => {
                Value::Moment(Moment::midnight(*day, offset))
            }
            (Self::Time, Value::Moment(moment)) => Value::text(&moment.time_text()),
            // What is text to people keeps its type, so that 0 is no condition and a date can be counted from.
            (question, Value::Number(number)) if question.is_text() => Value::Number(whole(*number)),
            (question, Value::Date(_) | Value::Moment(_)) if question.is_text() => value,
            _ => self.read(&value.to_text(), offset).unwrap_or_else(Value::blank),
        }
    }
}

impl Question {
    fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::Calculate | Self::Hidden | Self::Note | Self::Barcode)
    }
}

/// Takes off what is left of a computation that should have made a whole number, and the sign of a zero.
fn whole(number: f64) -> f64 {
    if (number - number.trunc()).abs() < 1e-9 { number.trunc() + 0.0 } else { number }
}

/// Latitude, longitude, altitude, accuracy, each a decimal number; the last two may be left out.
fn geopoint(text: &str) -> Option<Value> {
    let mut numbers = text.split_whitespace().map(|part| part.parse::<f64>().ok().filter(|number| number.is_finite()));
    let mut parts = Vec::new();
    for place in 0..4 {
        let number = match numbers.next() {
            Some(number) => number?,
            None if place < 2 => return None,
            None => 0.0,
        };
        let written = number_text(number);
        parts.push(if written.contains('.') { written } else { format!("{written}.0") });
    }
    let [latitude, longitude] = [parts.first()?.parse::<f64>().ok()?, parts.get(1)?.parse::<f64>().ok()?];
    let right = numbers.next().is_none() && latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    right.then(|| Value::text(&parts.join(" ")))
}
