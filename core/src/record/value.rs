//! The scalars that a document may hold, how they compare, and scalars of several parts.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// One scalar. Integers lie within ±2^62, decimals are finite; text and bytes hold at most [`Value::MAX_BYTES`].
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Cleared: the question has no answer (any more).
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A decimal number.
    Decimal(f64),
    /// Text, UTF-8.
    Text(String),
    /// A scalar of several [`Parts`], or a hash.
    Bytes(Vec<u8>),
}

/// Says why a text or bytes are no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Longer than a document may hold.
    #[error("the value has {bytes} bytes; at most {max} fit", max = Value::MAX_BYTES)]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// A number outside what a document may hold.
    #[error("the number {text} is too large; whole numbers go to ±2^62")]
    TooLarge {
        /// The number.
        text: String,
    },
    /// Bytes that are no scalar of several parts.
    #[error("the scalar is damaged: {0}")]
    Parts(&'static str),
}

impl Value {
    /// The most bytes that text or bytes may have.
    pub const MAX_BYTES: usize = 8 << 10;
    /// The greatest whole number, and with a minus sign the least.
    pub const MAX_INT: i64 = 1 << 62;

    /// Reads the text form of a command line: an integer, a decimal, `true` or `false`, nothing for [`Value::Null`], else text.
    pub fn from_text(text: &str) -> Result<Self, ValueError> {
        match text {
            "" => return Ok(Self::Null),
            "true" => return Ok(Self::Bool(true)),
            "false" => return Ok(Self::Bool(false)),
            _ => {}
        }
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (digits, None),
        };
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let plain_whole = all_digits(whole) && whole.len() <= 15 && (whole == "0" || !whole.starts_with('0'));
        match fraction {
            None if plain_whole => {
                text.parse().map(Self::Int).map_err(|_| ValueError::TooLarge { text: text.to_owned() })
            }
            Some(fraction) if plain_whole && all_digits(fraction) => {
                text.parse().map(Self::Decimal).map_err(|_| ValueError::TooLarge { text: text.to_owned() })
            }
            _ => Self::text(text),
        }
    }

    /// Takes text in NFC.
    pub fn text(text: &str) -> Result<Self, ValueError> {
        let value = Self::Text(text.nfc().collect());
        value.check()?;
        Ok(value)
    }

    /// Tells whether a document may hold the value.
    pub fn check(&self) -> Result<(), ValueError> {
        match self {
            Self::Text(text) if text.len() > Self::MAX_BYTES => Err(ValueError::TooLong { bytes: text.len() }),
            Self::Bytes(bytes) if bytes.len() > Self::MAX_BYTES => Err(ValueError::TooLong { bytes: bytes.len() }),
            Self::Int(int) if int.unsigned_abs() > Self::MAX_INT.unsigned_abs() => {
                Err(ValueError::TooLarge { text: int.to_string() })
            }
            Self::Decimal(decimal) if !decimal.is_finite() => Err(ValueError::TooLarge { text: decimal.to_string() }),
            _ => Ok(()),
        }
    }

    /// Returns the bytes by which values are compared everywhere: equal exactly for values that are no dispute.
    ///
    /// Numbers compare as numbers (10 and 10.0 are one value), text in NFC and trimmed; different types differ.
    pub fn norm(&self) -> Vec<u8> {
        let tagged = |tag: u8, bytes: &[u8]| [&[tag], bytes].concat();
        match self {
            Self::Null => vec![0],
            Self::Bool(bool) => vec![1, u8::from(*bool)],
            Self::Int(int) => tagged(2, int.to_string().as_bytes()),
            Self::Decimal(decimal) => tagged(2, decimal_text(*decimal).as_bytes()),
            Self::Text(text) => tagged(3, text.trim().nfc().collect::<String>().as_bytes()),
            Self::Bytes(bytes) => tagged(4, bytes),
        }
    }

    /// Tells whether two values are the same answer.
    pub fn same(&self, other: &Self) -> bool {
        self.norm() == other.norm()
    }

    /// Turns the value into JSON: a scalar as itself, several parts as the list of their texts, other bytes as hex.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self {
            Self::Null => Json::Null,
            Self::Bool(bool) => Json::Bool(*bool),
            Self::Int(int) => Json::from(*int),
            Self::Decimal(decimal) => Json::from(*decimal),
            Self::Text(text) => Json::String(text.clone()),
            Self::Bytes(bytes) => match Parts::decode(bytes).ok().and_then(|parts| parts.texts()) {
                Some(texts) => Json::from(texts),
                None => Json::String(data_encoding::HEXLOWER.encode(bytes)),
            },
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Bool(bool) => bool.fmt(f),
            Self::Int(int) => int.fmt(f),
            Self::Decimal(decimal) => f.write_str(&decimal_text(*decimal)),
            Self::Text(text) => f.write_str(text),
            Self::Bytes(bytes) => match Parts::decode(bytes).ok().and_then(|parts| parts.texts()) {
                Some(texts) => f.write_str(&texts.join(" · ")),
                None => f.write_str(&data_encoding::HEXLOWER.encode(bytes)),
            },
        }
    }
}

/// Writes a decimal in its shortest form; a whole one like an integer, and -0 as 0.
fn decimal_text(decimal: f64) -> String {
    if decimal == 0.0 { "0".to_owned() } else { decimal.to_string() }
}

/// A scalar of several parts: version byte 1, then each part as u16 big-endian length and bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts(Vec<Vec<u8>>);

impl Parts {
    const VERSION: u8 = 1;

    /// Puts parts together.
    pub fn new(parts: impl IntoIterator<Item = Vec<u8>>) -> Self {
        Self(parts.into_iter().collect())
    }

    /// Returns the bytes of the scalar.
    pub fn encode(&self) -> Result<Value, ValueError> {
        let mut bytes = vec![Self::VERSION];
        for part in &self.0 {
            let length = u16::try_from(part.len()).map_err(|_| ValueError::TooLong { bytes: part.len() })?;
            bytes.extend(length.to_be_bytes());
            bytes.extend(part);
        }
        let value = Value::Bytes(bytes);
        value.check()?;
        Ok(value)
    }

    /// Takes the bytes of a scalar apart.
    pub fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        let mut rest = match bytes.split_first() {
            Some((&Self::VERSION, rest)) => rest,
            Some(_) => return Err(ValueError::Parts("its version is unknown")),
            None => return Err(ValueError::Parts("it is empty")),
        };
        let mut parts = Vec::new();
        while let Some((length, after)) = rest.split_first_chunk::<2>() {
            let length = usize::from(u16::from_be_bytes(*length));
            let (part, after) = after.split_at_checked(length).ok_or(ValueError::Parts("a part is cut"))?;
            parts.push(part.to_vec());
            rest = after;
        }
        if rest.is_empty() { Ok(Self(parts)) } else { Err(ValueError::Parts("a length is cut")) }
    }

    /// Returns one part.
    pub fn get(&self, index: usize) -> Option<&[u8]> {
        self.0.get(index).map(Vec::as_slice)
    }

    /// Returns one part as text.
    pub fn text(&self, index: usize) -> Option<&str> {
        self.get(index).and_then(|part| std::str::from_utf8(part).ok())
    }

    fn texts(&self) -> Option<Vec<String>> {
        self.0.iter().map(|part| std::str::from_utf8(part).ok().map(str::to_owned)).collect()
    }
}

/// The scalar of a `d/` key: the value that the settlement chose, in its plain text, and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The value, as text.
    pub value: String,
    /// Why it was chosen.
    pub reason: String,
}

impl Settlement {
    /// Writes the scalar.
    pub fn encode(&self) -> Result<Value, ValueError> {
        let text = |text: &str| text.nfc().collect::<String>().into_bytes();
        Parts::new([text(&self.value), text(&self.reason)]).encode()
    }

    /// Reads the scalar, if it is one.
    pub fn decode(value: &Value) -> Option<Self> {
        let Value::Bytes(bytes) = value else { return None };
        let parts = Parts::decode(bytes).ok()?;
        Some(Self { value: parts.text(0)?.to_owned(), reason: parts.text(1)?.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_command_line_becomes_a_typed_value() {
        let of = |text: &str| Value::from_text(text).unwrap();
        assert_eq!(of("10"), Value::Int(10));
        assert_eq!(of("-0"), Value::Int(0));
        assert_eq!(of("10.50"), Value::Decimal(10.5));
        assert_eq!(of("007"), Value::Text("007".into()));
        assert_eq!(of("1e5"), Value::Text("1e5".into()));
        assert_eq!(of("1."), Value::Text("1.".into()));
        assert_eq!(of("1234567890123456"), Value::Text("1234567890123456".into()));
        assert_eq!(of("true"), Value::Bool(true));
        assert_eq!(of(""), Value::Null);
        assert_eq!(of("水井完好"), Value::Text("水井完好".into()));
    }

    #[test]
    fn numbers_compare_as_numbers_and_text_without_its_margins() {
        assert!(Value::Int(10).same(&Value::Decimal(10.0)));
        assert!(Value::Decimal(-0.0).same(&Value::Int(0)));
        assert!(!Value::Int(10).same(&Value::Text("10".into())));
        assert!(Value::Text(" e\u{301} ".into()).same(&Value::Text("é".into())));
        assert!(!Value::Null.same(&Value::Text(String::new())));
    }

    #[test]
    fn parts_come_back_as_they_were_and_damage_is_named() {
        let value = Settlement { value: "8".into(), reason: "现场复核".into() };
        assert_eq!(Settlement::decode(&value.encode().unwrap()), Some(value));
        assert_eq!(Parts::decode(&[]), Err(ValueError::Parts("it is empty")));
        assert_eq!(Parts::decode(&[2]), Err(ValueError::Parts("its version is unknown")));
        assert_eq!(Parts::decode(&[1, 0, 2, 65]), Err(ValueError::Parts("a part is cut")));
        assert_eq!(Parts::decode(&[1, 0]), Err(ValueError::Parts("a length is cut")));
    }
}
