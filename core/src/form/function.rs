//! What each function makes of its arguments.

use super::date::{self, Moment};
use super::evaluate::Surroundings;
use super::expression::Function;
use super::value::{Value, round};
use super::work::MAX_TEXT;
use crate::clock::Entropy;

/// Calls a function. Arguments that it lacks read as blank: the check of the form has counted them.
pub(super) fn call(
    function: Function,
    arguments: &[Value],
    around: &Surroundings<'_>,
    own: impl Fn() -> Value,
) -> Value {
    let at = |place: usize| arguments.get(place).cloned().unwrap_or_else(Value::blank).single();
    let number = |place: usize| at(place).number();
    let text = |place: usize| at(place).to_text();
    let truth = |place: usize| at(place).truth();
    let offset = around.now.offset;
    match function {
        Function::If => at(if truth(0) { 1 } else { 2 }),
        Function::Not => Value::Truth(!truth(0)),
        Function::True => Value::Truth(true),
        Function::False => Value::Truth(false),
        Function::Boolean => Value::Truth(truth(0)),
        Function::BooleanFromString => {
            let text = text(0);
            Value::Truth(text.eq_ignore_ascii_case("true") || &*text == "1")
        }
        Function::Coalesce => {
            let first = arguments.iter().map(|value| value.clone().single()).find(|value| !empty(value));
            first.or_else(|| arguments.last().map(|value| value.clone().single())).unwrap_or_else(Value::blank)
        }
        Function::Once => {
            let own = own();
            if own.is_blank() { at(0) } else { own }
        }
        Function::Number => Value::Number(number(0)),
        Function::String => Value::Text(text(0)),
        Function::Int => Value::Number(number(0).trunc()),
        Function::Round => Value::Number(round(number(0), if arguments.len() > 1 { number(1) } else { 0.0 })),
        Function::Abs => Value::Number(with_time(&at(0)).abs()),
        Function::Power => Value::Number(with_time(&at(0)).powf(with_time(&at(1)))),
        Function::SquareRoot => Value::Number(with_time(&at(0)).sqrt()),
        Function::Floor => Value::Number(number(0).floor()),
        Function::Ceiling => Value::Number(number(0).ceil()),
        Function::Least => extreme(arguments, f64::MAX, f64::min),
        // JavaRosa begins at the smallest number above 0, so it never gives a negative one.
        Function::Greatest => extreme(arguments, f64::from_bits(1), f64::max),
        // Not `sum()`: that of nothing is -0, which divides to the other infinity.
        Function::Sum => Value::Number(numbers(arguments).fold(0.0, |sum, number| sum + number)),
        Function::Count => Value::Number(flat(arguments).count() as f64),
        Function::CountNonEmpty => Value::Number(flat(arguments).filter(|value| !value.is_blank()).count() as f64),
        Function::Concat => joined(arguments, "", around),
        Function::Join => joined(arguments.get(1..).unwrap_or_default(), &text(0), around),
        Function::Substring => {
            Value::text(&substring(&text(0), number(1), if arguments.len() > 2 { number(2) } else { f64::INFINITY }))
        }
        Function::SubstringBefore => Value::text(text(0).split_once(&*text(1)).map_or("", |(before, _)| before)),
        Function::SubstringAfter => Value::text(text(0).split_once(&*text(1)).map_or("", |(_, after)| after)),
        Function::StringLength => Value::Number(text(0).encode_utf16().count() as f64),
        Function::Contains => Value::Truth(text(0).contains(&*text(1))),
        Function::StartsWith => Value::Truth(text(0).starts_with(&*text(1))),
        Function::EndsWith => Value::Truth(text(0).ends_with(&*text(1))),
        Function::Translate => {
            let (all, from, to) = (text(0), text(1), text(2));
            if !around.steps.take(all.len().saturating_mul(from.len()) >> 3) {
                return Value::blank();
            }
            let to: Vec<char> = to.chars().collect();
            let translated = all.chars().filter_map(|letter| match from.chars().position(|known| known == letter) {
                Some(place) => to.get(place).copied(),
                None => Some(letter),
            });
            Value::text(&translated.collect::<String>())
        }
        // The wide space of Chinese text is no space here.
        Function::NormalizeSpace => {
            let text = text(0);
            let words = text.split(|letter: char| matches!(letter, ' ' | '\t'..='\r')).filter(|word| !word.is_empty());
            Value::text(&words.collect::<Vec<_>>().join(" "))
        }
        Function::Selected => {
            let (all, one) = (text(0), text(1));
            Value::Truth(selected(&all, one.trim()))
        }
        Function::SelectedAt => {
            let place = number(1);
            let place = if place.is_nan() { 0.0 } else { place.trunc() };
            let picked = text(0);
            let chosen = if place < 0.0 { None } else { picked.split_whitespace().nth(place as usize) };
            Value::text(chosen.unwrap_or_default())
        }
        Function::CountSelected => Value::Number(text(0).split_whitespace().count() as f64),
        Function::Today => Value::Date(around.now.day()),
        Function::Now => Value::Moment(around.now),
        Function::Date => to_date(&at(0), offset).map_or_else(|| undated(at(0)), Value::Date),
        Function::DateTime => to_moment(&at(0), around.now).map_or_else(|| undated(at(0)), Value::Moment),
        Function::FormatDate | Function::FormatDateTime => match to_moment(&at(0), around.now) {
            Some(moment) => Value::text(&date::format(moment.at(offset), &text(1))),
            None => Value::blank(),
        },
        Function::DecimalDateTime => match at(0) {
            number @ Value::Number(_) => number,
            value => to_moment(&value, around.now).map_or_else(|| undated(value), |at| Value::Number(at.days())),
        },
        Function::DecimalTime => match at(0) {
            Value::Number(number) => Value::Number(number - number.floor()),
            value => to_moment(&value, around.now)
                .map_or_else(|| undated(value), |moment| Value::Number(moment.at(offset).fraction())),
        },
        Function::Uuid => Value::text(&uuid(around.entropy, arguments.first().map(|_| number(0)))),
        Function::Checklist => {
            let count = flat(arguments.get(2..).unwrap_or_default()).filter(|value| value.truth()).count();
            // What is no number becomes 0, and a bound below 0 is none.
            let (least, most, count) = (number(0) as i64, number(1) as i64, count as i64);
            Value::Truth((least < 0 || count >= least) && (most < 0 || count <= most))
        }
        Function::WeightedChecklist => {
            let pairs = arguments.get(2..).unwrap_or_default().chunks(2);
            let weights = pairs.filter_map(|pair| match pair {
                [value, weight] if value.truth() => Some(weight.number()),
                _ => None,
            });
            let sum: f64 = weights.sum();
            Value::Truth(sum >= number(0) && sum <= number(1))
        }
        Function::Random => {
            let mut bytes = [0; 8];
            around.entropy.fill(&mut bytes);
            // The 53 bits that a double holds exactly.
            Value::Number((u64::from_le_bytes(bytes) >> 11) as f64 / (1u64 << 53) as f64)
        }
    }
}

/// Puts texts together; one longer than a text may be is more work than an edit may take.
fn joined(arguments: &[Value], between: &str, around: &Surroundings<'_>) -> Value {
    let parts: Vec<_> = parts(arguments).map(|value| value.to_text()).collect();
    let length: usize = parts.iter().map(|part| part.len() + between.len()).sum();
    if length > MAX_TEXT {
        around.steps.end();
        return Value::blank();
    }
    Value::text(&parts.join(between))
}

fn empty(value: &Value) -> bool {
    value.is_blank() || matches!(value, Value::Number(number) if number.is_nan())
}

/// Returns the values of the arguments, sets opened.
fn flat(arguments: &[Value]) -> impl Iterator<Item = Value> {
    arguments.iter().flat_map(|value| match value {
        Value::Set(values) => values.to_vec(),
        value => vec![value.clone()],
    })
}

/// Returns the values of the arguments, sets opened; of several arguments an empty set is one blank value.
fn parts(arguments: &[Value]) -> impl Iterator<Item = Value> {
    let several = arguments.len() > 1;
    arguments.iter().flat_map(move |value| match value {
        Value::Set(values) if values.is_empty() && several => vec![Value::blank()],
        Value::Set(values) => values.to_vec(),
        value => vec![value.clone()],
    })
}

/// Returns the numbers among the values; what is blank or no number is left out.
fn numbers(arguments: &[Value]) -> impl Iterator<Item = f64> {
    flat(arguments).map(|value| value.number()).filter(|number| !number.is_nan())
}

/// Returns the least or greatest number, or none of none.
fn extreme(arguments: &[Value], first: f64, pick: fn(f64, f64) -> f64) -> Value {
    let found = numbers(arguments).fold(None, |found, number| Some(pick(found.unwrap_or(first), number)));
    Value::Number(found.unwrap_or(f64::NAN))
}

/// Returns a point in time as days with their fraction, and everything else as its number.
fn with_time(value: &Value) -> f64 {
    match value {
        Value::Moment(moment) => moment.day() as f64 + moment.fraction(),
        value => value.number(),
    }
}

/// Returns what stays of a value that is no date: what is no number stays none, so that it equals nothing.
fn undated(value: Value) -> Value {
    match value {
        Value::Number(_) => Value::Number(f64::NAN),
        _ => Value::blank(),
    }
}

/// Tells whether a name, or several together, stand in a text of names: as JavaRosa, by the text with spaces around.
pub(super) fn selected(all: &str, one: &str) -> bool {
    if one.is_empty() {
        return all.is_empty();
    }
    if !one.contains(' ') {
        return all.split_whitespace().any(|name| name == one);
    }
    format!(" {} ", all.trim()).contains(&format!(" {one} "))
}

/// Counts from 0 in UTF-16 as Java does; the end is left out, negatives count from the end.
fn substring(text: &str, from: f64, to: f64) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let length = units.len() as f64;
    let place = |place: f64| {
        let place = if place.is_nan() { 0.0 } else { place.trunc() };
        (if place < 0.0 { length + place } else { place }).clamp(0.0, length) as usize
    };
    units.get(place(from)..place(to)).map(String::from_utf16_lossy).unwrap_or_default()
}

fn to_date(value: &Value, offset: i32) -> Option<i64> {
    match value {
        Value::Date(day) => Some(*day),
        Value::Moment(moment) => Some(moment.day()),
        Value::Text(text) if text.contains('T') => Moment::parse(text, offset).map(|moment| moment.at(offset).day()),
        Value::Text(text) if text.contains('-') && !text.starts_with('-') => date::parse_day(text),
        value => Some(value.number()).filter(|days| days.abs() < 4e6).map(|days| days.trunc() as i64),
    }
}

/// Reads a point in time; a time alone is one of today.
fn to_moment(value: &Value, now: Moment) -> Option<Moment> {
    match value {
        Value::Date(day) => Some(Moment::midnight(*day, now.offset)),
        Value::Moment(moment) => Some(*moment),
        Value::Text(text) if text.contains(':') && !text.contains('T') => {
            let (millis, offset) = date::parse_time(text, now.offset)?;
            let millis = Moment::midnight(now.day(), offset).millis.checked_add(millis)?;
            Some(Moment { millis, offset })
        }
        Value::Text(text) if text.contains('-') && !text.starts_with('-') => Moment::parse(text, now.offset),
        value => {
            let millis = Some(value.number()).filter(|days| days.abs() < 4e6).map(|days| days * 86_400_000.0)?;
            Some(Moment { millis: millis as i64, offset: now.offset })
        }
    }
}

/// Draws a version 4 UUID, or so many letters and digits.
fn uuid(entropy: &dyn Entropy, length: Option<f64>) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789ab";
    if let Some(length) = length.filter(|length| *length >= 1.0) {
        let mut bytes = vec![0; length.min(256.0) as usize];
        entropy.fill(&mut bytes);
        return bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte & 63)).copied().map(char::from)).collect();
    }
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes);
    let number = u128::from_be_bytes(bytes) & !(0xf << 76) & !(0x3 << 62) | (4 << 76) | (0x2 << 62);
    let hex = format!("{number:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}
