//! Keys of a document: how they are written, what class they belong to, and which can be in dispute.

use std::fmt;
use std::str::FromStr;

use crate::ids::{PersonId, Ulid};

/// A key of a document: ASCII `[A-Za-z0-9/_.-]`, 1 to 200 bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

/// Says why a text is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Empty or longer than a key may be.
    #[error("a key has 1 to {max} bytes; this one has {bytes}", max = Key::MAX_BYTES)]
    Length {
        /// Its length.
        bytes: usize,
    },
    /// A byte that keys do not allow.
    #[error("'{text}' is no key: only A-Z a-z 0-9 / _ . - are allowed")]
    Charset {
        /// The text that was given.
        text: String,
    },
}

/// What a key stands for, after any `r/<repeat>/<ulid>/` before it.
///
/// What each class may do stands in the crate's notes on documents; an unknown class is kept and shown, never judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// `f`: the form version.
    Form,
    /// `a/…`: an answer, or one choice of a select_multiple.
    Answer,
    /// `d/<key>`: a settlement of that key.
    Settlement,
    /// `n/<question>/<person>`: a person's note.
    Note,
    /// `r/<repeat>/<ulid>`: an instance of a repeat.
    Instance,
    /// `p/<question>/<ulid>`: a photo or file.
    Photo,
    /// `g/<person>`: a person's position.
    Position,
    /// `t/<person>`: start and end as claimed.
    Times,
    /// `s/<role>/<person>`: a sign-off.
    SignOff,
    /// `w`: a review by a supervisor.
    Review,
    /// `v`: a void, of the record or of an instance.
    Void,
    /// `e/<ulid>`: an event of a finding.
    Event,
    /// `kind`, `text`, `severity`, `owner`, `deadline`, `record`: the fields of a finding.
    Finding,
    /// Something that a later version writes.
    Unknown,
}

/// A key taken apart: the instance it stands in, its class, and whom it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject<'a> {
    /// The key of the innermost instance that holds it, like `r/household/01J…`, or nothing at the root.
    pub instance: Option<&'a str>,
    /// What it stands for.
    pub class: Class,
    /// What follows the class letter and its slash; empty where nothing may.
    pub rest: &'a str,
    /// The person named at the end of a note, position, times or sign-off.
    pub person: Option<PersonId>,
}

impl Key {
    /// The most bytes that a key may have.
    pub const MAX_BYTES: usize = 200;

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Makes the key of an answer from a question's path inside the document, like `H1` or `faults/c/crack`.
    pub fn answer(question: &str) -> Result<Self, KeyError> {
        format!("a/{question}").parse()
    }

    /// Makes the key of an answer inside an instance, or outside of all.
    pub fn answer_in(instance: Option<&Self>, question: &str) -> Result<Self, KeyError> {
        match instance {
            Some(instance) => format!("{instance}/a/{question}").parse(),
            None => Self::answer(question),
        }
    }

    /// Makes the key of an instance of a repeat, inside another instance or outside of all.
    pub fn instance_in(instance: Option<&Self>, repeat: &str, ulid: Ulid) -> Result<Self, KeyError> {
        match instance {
            Some(instance) => format!("{instance}/r/{repeat}/{ulid}").parse(),
            None => format!("r/{repeat}/{ulid}").parse(),
        }
    }

    /// Tells whether this is the key of an instance (`r/<repeat>/<ulid>`), or of something in it.
    pub fn is_under(&self, instance: &str) -> bool {
        self.0.strip_prefix(instance).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Makes the key of the void of this key, an instance.
    pub fn void_of(&self) -> Result<Self, KeyError> {
        format!("{self}/v").parse()
    }

    /// Makes the key of the settlement of this key.
    pub fn settlement(&self) -> Result<Self, KeyError> {
        format!("d/{}", self.0).parse()
    }

    /// Tells whether the key of a settlement of this one is not too long.
    pub fn has_room_for_settlement(&self) -> bool {
        self.0.len() + "d/".len() <= Self::MAX_BYTES
    }

    /// Makes the key of a sign-off.
    pub fn sign_off(role: &str, person: &PersonId) -> Result<Self, KeyError> {
        format!("s/{role}/{person}").parse()
    }

    /// Makes the key of the void of the record.
    pub fn void() -> Self {
        Self("v".to_owned())
    }

    /// Makes the key of the review.
    pub fn review() -> Self {
        Self("w".to_owned())
    }

    /// Makes the key of the form version.
    pub fn form() -> Self {
        Self("f".to_owned())
    }

    /// Takes the key apart.
    pub fn subject(&self) -> Subject<'_> {
        subject(&self.0)
    }

    /// Returns the key's class.
    pub fn class(&self) -> Class {
        self.subject().class
    }

    /// Tells whether two different visible values of the key are a dispute.
    pub fn disputable(&self) -> bool {
        matches!(self.class(), Class::Form | Class::Answer | Class::Review | Class::Void | Class::Finding)
    }

    /// Returns the key without `a/`, as commands and pages show answers; other keys whole.
    ///
    /// An answer whose rest reads as a key of another class, like that of a question named `f`, is shown whole too, so
    /// that [`Key::from_plain`] finds it again.
    pub fn plain(&self) -> &str {
        match self.0.strip_prefix("a/") {
            Some(short) if plain_is_answer(short) => short,
            _ => &self.0,
        }
    }

    /// Reads what [`Key::plain`] shows: a key of another class is given whole, everything else is an answer.
    pub fn from_plain(text: &str) -> Result<Self, KeyError> {
        let whole: Self = text.parse()?;
        if plain_is_answer(text) { Self::answer(text) } else { Ok(whole) }
    }
}

fn subject(text: &str) -> Subject<'_> {
    // Nearly every key is an answer outside of instances, and is asked for several times a put.
    if let Some(rest) = text.strip_prefix("a/").filter(|rest| !rest.is_empty()) {
        return Subject { instance: None, class: Class::Answer, rest, person: None };
    }
    let mut instance = None;
    let mut rest = text;
    // Every round takes one `r/<repeat>/<ulid>/` off the front, so the loop ends with the text.
    while let Some(after) = instance_prefix(rest) {
        let taken = text.len() - after.len();
        instance = text.get(..taken.saturating_sub(1));
        rest = after;
    }
    let (class, rest) = classify(rest);
    let person = match class {
        Class::Note | Class::SignOff => rest.rsplit_once('/').and_then(|(_, person)| person.parse().ok()),
        Class::Position | Class::Times => rest.parse().ok(),
        _ => None,
    };
    Subject { instance, class, rest, person }
}

/// Tells whether a text, given where a key may stand without `a/`, names an answer.
fn plain_is_answer(text: &str) -> bool {
    matches!(subject(text).class, Class::Unknown | Class::Finding)
}

/// Returns what follows a leading `r/<repeat>/<ulid>/`.
fn instance_prefix(text: &str) -> Option<&str> {
    let (repeat, after) = text.strip_prefix("r/")?.split_once('/')?;
    let (ulid, after) = after.split_once('/')?;
    (!repeat.is_empty() && ulid.parse::<Ulid>().is_ok() && !after.is_empty()).then_some(after)
}

fn classify(text: &str) -> (Class, &str) {
    match text {
        "f" => return (Class::Form, ""),
        "w" => return (Class::Review, ""),
        "v" => return (Class::Void, ""),
        "kind" | "text" | "severity" | "owner" | "deadline" | "record" => return (Class::Finding, ""),
        _ => {}
    }
    let Some((letter, rest)) = text.split_once('/') else { return (Class::Unknown, text) };
    let ends_in = |ok: fn(&str) -> bool| rest.rsplit_once('/').is_some_and(|(name, last)| !name.is_empty() && ok(last));
    let ulid = |text: &str| text.parse::<Ulid>().is_ok();
    let person = |text: &str| text.parse::<PersonId>().is_ok();
    let class = match letter {
        "a" if !rest.is_empty() => Class::Answer,
        "d" if !rest.is_empty() => Class::Settlement,
        "n" if ends_in(person) => Class::Note,
        "r" if ends_in(ulid) => Class::Instance,
        "p" if ends_in(ulid) => Class::Photo,
        "g" if person(rest) => Class::Position,
        "t" if person(rest) => Class::Times,
        "s" if ends_in(person) => Class::SignOff,
        "e" if ulid(rest) => Class::Event,
        _ => return (Class::Unknown, text),
    };
    (class, rest)
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        if text.is_empty() || text.len() > Self::MAX_BYTES {
            return Err(KeyError::Length { bytes: text.len() });
        }
        if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_.-".contains(&b)) {
            return Err(KeyError::Charset { text: text.to_owned() });
        }
        Ok(Self(text.to_owned()))
    }
}

/// Writes a name for use in a key: every byte outside `[A-Za-z0-9_-]` becomes `.XX` in upper-case hex.
pub fn escape_name(name: &str) -> String {
    name.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' {
            out.push(char::from(byte));
        } else {
            out.push('.');
            out.push_str(&data_encoding::HEXUPPER.encode(&[byte]));
        }
        out
    })
}

/// Reads an escaped name back, or nothing if it was not escaped by [`escape_name`].
pub fn unescape_name(escaped: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = escaped.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'.' {
            let (hex, after) = after.split_first_chunk::<2>()?;
            bytes.extend(data_encoding::HEXUPPER.decode(hex).ok()?);
            rest = after;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ULID: &str = "01JDZ5M0S3R7QW8XYZ0123456A";
    const PERSON: &str = "000102030405060708090a0b0c0d0e0f";

    fn class(text: &str) -> Class {
        text.parse::<Key>().unwrap().class()
    }

    #[test]
    fn every_class_of_the_table_is_known_by_its_key() {
        assert_eq!(class("f"), Class::Form);
        assert_eq!(class("a/H1"), Class::Answer);
        assert_eq!(class("a/faults/c/crack"), Class::Answer);
        assert_eq!(class("d/a/H1"), Class::Settlement);
        assert_eq!(class(&format!("n/H1/{PERSON}")), Class::Note);
        assert_eq!(class(&format!("r/hh/{ULID}")), Class::Instance);
        assert_eq!(class(&format!("p/H1/{ULID}")), Class::Photo);
        assert_eq!(class(&format!("g/{PERSON}")), Class::Position);
        assert_eq!(class(&format!("t/{PERSON}")), Class::Times);
        assert_eq!(class(&format!("s/inspector/{PERSON}")), Class::SignOff);
        assert_eq!(class("w"), Class::Review);
        assert_eq!(class("v"), Class::Void);
        assert_eq!(class("later/thing"), Class::Unknown);
    }

    #[test]
    fn what_stands_in_an_instance_keeps_its_class_and_names_the_instance() {
        let key: Key = format!("r/hh/{ULID}/r/room/{ULID}/a/wall").parse().unwrap();
        let subject = key.subject();
        assert_eq!(subject.class, Class::Answer);
        assert_eq!(subject.instance, Some(format!("r/hh/{ULID}/r/room/{ULID}").as_str()));
        assert_eq!(subject.rest, "wall");
        assert_eq!(class(&format!("r/hh/{ULID}/v")), Class::Void);
        assert_eq!(class(&format!("r/hh/{ULID}/r/room/{ULID}")), Class::Instance);
    }

    #[test]
    fn a_plain_key_is_an_answer_unless_it_is_of_another_class() {
        let plain = |text: &str| Key::from_plain(text).unwrap().as_str().to_owned();
        assert_eq!(plain("H1"), "a/H1");
        assert_eq!(plain("text"), "a/text");
        assert_eq!(plain("f"), "f");
        assert_eq!(plain("a/H1"), "a/H1");
        assert!(Key::from_plain("问题").is_err());
    }

    #[test]
    fn an_answer_that_looks_like_a_key_of_another_class_is_shown_whole() {
        for text in ["a/f", "a/w", "a/v", "a/a/q", "a/d/q", "a/H1", "a/text", "a/later/q"] {
            let key: Key = text.parse().unwrap();
            assert_eq!(Key::from_plain(key.plain()), Ok(key.clone()), "{text} is shown as {}", key.plain());
        }
        assert_eq!(Key::answer("f").unwrap().plain(), "a/f");
        assert_eq!(Key::answer("a/q").unwrap().plain(), "a/a/q");
        assert_eq!(Key::answer("H1").unwrap().plain(), "H1");
    }

    #[test]
    fn escaped_names_come_back() {
        assert_eq!(escape_name("water.1/好"), "water.2E1.2F.E5.A5.BD");
        assert_eq!(unescape_name("water.2E1.2F.E5.A5.BD").as_deref(), Some("water.1/好"));
        assert_eq!(unescape_name("bad.2"), None);
    }
}
