//! Values of expressions and the number rules: IEEE doubles, XPath 1.0 as JavaRosa reads it.

use std::sync::Arc;

use super::date::{self, Moment};

/// Numbers that are nearer to each other are the same.
const SAME: f64 = 1e-12;

/// What an expression computes.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text; the empty one is blank.
    Text(Arc<str>),
    /// A number; NaN is what text that is none becomes.
    Number(f64),
    /// A condition.
    Truth(bool),
    /// A day, counted from 1970-01-01.
    Date(i64),
    /// A point in time with the zone that it is shown in.
    Moment(Moment),
    /// Several values, in document order.
    Set(Arc<[Value]>),
}

impl Value {
    /// Returns the blank value.
    pub fn blank() -> Self {
        Self::text("")
    }

    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    /// Tells whether the value is blank.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Set(values) => values.first().is_none_or(Self::is_blank),
            _ => false,
        }
    }

    /// Returns one value: of a set the first.
    pub(super) fn single(self) -> Self {
        match self {
            Self::Set(values) => values.first().cloned().unwrap_or_else(Self::blank),
            value => value,
        }
    }

    /// Returns the value as a number; NaN if it is none.
    pub fn number(&self) -> f64 {
        match self {
            Self::Text(text) => parse_number(text),
            Self::Number(number) => *number,
            Self::Truth(truth) => f64::from(u8::from(*truth)),
            Self::Date(days) => *days as f64,
            Self::Moment(moment) => moment.day() as f64,
            Self::Set(values) => values.first().map_or(f64::NAN, Self::number),
        }
    }

    /// Returns the value as a condition.
    pub fn truth(&self) -> bool {
        match self {
            Self::Text(text) => !text.is_empty(),
            Self::Number(number) => number.abs() > SAME,
            Self::Truth(truth) => *truth,
            Self::Date(_) | Self::Moment(_) => true,
            Self::Set(values) => values.first().is_some_and(Self::truth),
        }
    }

    /// Returns the value as text.
    pub fn to_text(&self) -> Arc<str> {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number_text(*number).into(),
            Self::Truth(truth) => if *truth { "true" } else { "false" }.into(),
            Self::Date(days) => date::day_text(*days).into(),
            Self::Moment(moment) => moment.text().into(),
            Self::Set(values) => values.first().map_or_else(|| "".into(), Self::to_text),
        }
    }

    /// Tells whether `=` holds: as conditions if one is a condition, as numbers if one is a number, else as texts.
    pub(super) fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Set(values), other) => {
                values.first().is_some_and(|value| value.equals(other)) || {
                    values.is_empty() && Self::blank().equals(other)
                }
            }
            (one, Self::Set(_)) => other.equals(one),
            (Self::Truth(_), _) | (_, Self::Truth(_)) => self.truth() == other.truth(),
            // What is no number equals nothing, and infinity not even itself.
            (Self::Number(_), _) | (_, Self::Number(_)) => (self.number() - other.number()).abs() < SAME,
            (Self::Text(one), Self::Text(other)) => one == other,
            _ => self.to_text() == other.to_text(),
        }
    }
}

/// Reads a decimal number; exponents, signs of plus and words are none, and NaN.
fn parse_number(text: &str) -> f64 {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let points = digits.bytes().filter(|byte| *byte == b'.').count();
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if points > 1 || !plain || digits.len() == points { f64::NAN } else { text.parse().unwrap_or(f64::NAN) }
}

/// Writes a number: whole ones without a point, others in their shortest form, never with an exponent.
pub(super) fn number_text(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else if number.abs() < SAME {
        "0".to_owned()
    } else if (number - number.trunc()).abs() < SAME {
        number.trunc().to_string()
    } else {
        number.to_string()
    }
}

/// Rounds to so many decimal places, half upwards, by the shortest decimal text of the number.
///
/// 2.675 is 2.68 although the double is a little less; -2.5 is -2. Negative places round to tens, hundreds... Places that
/// are no number are none, and more than 30 of them make no number.
pub(super) fn round(number: f64, places: f64) -> f64 {
    if !number.is_finite() {
        return number;
    }
    // What is no number becomes 0.
    let places = places as i64;
    if !(-30..=30).contains(&places) {
        return f64::NAN;
    }
    let text = number.abs().to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).map(|byte| byte.saturating_sub(b'0')).collect();
    let Ok(point) = i64::try_from(whole.len()) else { return number };
    let kept = point + places;
    if kept < 0 {
        return 0.0;
    }
    let kept_count = usize::try_from(kept).unwrap_or(usize::MAX);
    if kept_count >= digits.len() {
        return number;
    }
    let (head, tail) = digits.split_at(kept_count);
    let first = tail.first().copied().unwrap_or_default();
    let exactly_half = first == 5 && tail.iter().skip(1).all(|digit| *digit == 0);
    let up = if number < 0.0 { first >= 5 && !exactly_half } else { first >= 5 };
    let mut rounded: Vec<u8> = std::iter::once(0).chain(head.iter().copied()).collect();
    if up {
        for digit in rounded.iter_mut().rev() {
            *digit += 1;
            if *digit < 10 {
                break;
            }
            *digit = 0;
        }
    }
    let letters: String = rounded.iter().map(|digit| char::from(b'0' + digit)).collect();
    let magnitude: f64 = format!("{letters}e{}", -places).parse().unwrap_or(f64::NAN);
    if number < 0.0 && magnitude != 0.0 { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_upwards_by_their_decimal_text() {
        let rounded =
            [(2.5, 0.), (-1.5, 0.), (-2.5, 0.), (-0.4, 0.), (2.675, 2.), (1.005, 2.), (-2.675, 2.), (1234.5, -2.)];
        let texts: Vec<String> = rounded.iter().map(|(number, places)| number_text(round(*number, *places))).collect();
        assert_eq!(texts, ["3", "-1", "-2", "0", "2.68", "1.01", "-2.67", "1200"]);
        assert_eq!(round(1250.0, -2.0), 1300.0);
        assert_eq!(round(9.96, 1.0), 10.0);
        assert_eq!(round(f64::INFINITY, 0.0), f64::INFINITY);
        assert_eq!(round(62.749_999_999_999_99, 1.0), 62.7);
        assert_eq!(round(2.5, f64::NAN), 3.0);
        assert!(round(2.5, 31.0).is_nan());
    }

    #[test]
    fn text_becomes_a_number_only_when_it_is_plain_decimal() {
        let of = |text: &str| parse_number(text);
        assert_eq!([of(" 3 "), of(".5"), of("5."), of("-2.5")], [3.0, 0.5, 5.0, -2.5]);
        for text in ["", "1e3", "+3", "0x10", "3d", "Infinity", "NaN", ".", "-", "--1", "1.2.3", "2026-11-23", "1,000"]
        {
            assert!(of(text).is_nan(), "{text}");
        }
    }

    #[test]
    fn numbers_print_without_an_exponent() {
        let texts: Vec<String> = [1.0 / 3.0, 12.5, 1e-13, 12_345_678.5, 1e18, -0.0, 0.0001].map(number_text).into();
        assert_eq!(texts, ["0.3333333333333333", "12.5", "0", "12345678.5", "1000000000000000000", "0", "0.0001"]);
    }

    #[test]
    fn blanks_compare_as_in_javarosa() {
        assert!(!Value::blank().equals(&Value::Number(0.0)));
        assert!(!Value::Number(f64::NAN).equals(&Value::Number(f64::NAN)));
        assert!(!Value::Number(f64::INFINITY).equals(&Value::Number(f64::INFINITY)));
        assert!(!Value::Number(1e-13).truth());
        assert!(Value::blank().equals(&Value::text("")));
        assert!(Value::Truth(true).equals(&Value::Number(1.0)));
        assert!(Value::Truth(true).equals(&Value::text("x")));
        assert!(Value::Date(20_780).equals(&Value::text("2026-11-23")));
    }
}
