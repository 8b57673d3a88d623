//! Hostile text where people, tables and JSON are read, and hostile scalars out of documents.

use std::collections::BTreeMap;
use std::fmt::{Debug, Display};
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sumu_core::ids::{ContentHash, Handle, PersonId, SiteId, Ulid};
use sumu_core::link::{Link, check_url};
use sumu_core::record::{CausalClock, Key, Parts, Settlement, Value, escape_name, unescape_name};
use sumu_core::reference::{EnrolReply, EnrolRequest, ErrorReply, ItemRow, Manifest, PersonRow, RoundRow, SiteRow};
use sumu_core::region::{Area, Code, Level, Region, RegionError, read_regions};

/// Reads bytes as everything that a person may type: what is taken comes back from its own text.
pub fn text(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let text = text.as_ref();
    comes_back::<Area>(text);
    comes_back::<Code>(text);
    comes_back::<ContentHash>(text);
    comes_back::<Handle>(text);
    comes_back::<Link>(text);
    comes_back::<PersonId>(text);
    comes_back::<SiteId>(text);
    comes_back::<Ulid>(text);
    if let Ok(url) = check_url(text) {
        assert_eq!(check_url(&url), Ok(url.clone()));
    }
    assert_eq!(unescape_name(&escape_name(text)).as_deref(), Some(text), "an escaped name comes back");
    key(text);
    if let Ok(value) = Value::from_text(text) {
        value.check().expect("a typed value fits into a document");
        shown(&value);
    }
}

fn comes_back<T: FromStr + Display + PartialEq + Debug>(text: &str) {
    if let Ok(read) = text.parse::<T>() {
        assert_eq!(read.to_string().parse::<T>().ok(), Some(read));
    }
}

fn key(text: &str) {
    comes_back::<Key>(text);
    let Ok(key) = text.parse::<Key>() else { return };
    let subject = key.subject();
    assert!(subject.instance.is_none_or(|instance| text.starts_with(instance)));
    assert!(text.ends_with(subject.rest));
    if let Ok(plain) = Key::from_plain(key.plain()) {
        assert!(plain == key || plain.plain() == key.plain());
    }
}

/// Reads bytes as the scalars of a document.
pub fn scalar(bytes: &[u8]) {
    if let Ok(parts) = Parts::decode(bytes) {
        if let Ok(again) = parts.encode() {
            assert_eq!(again, Value::Bytes(bytes.to_vec()), "parts have one form");
        }
        assert_eq!(parts.text(0).is_some(), parts.get(0).is_some_and(|part| std::str::from_utf8(part).is_ok()));
    }
    let value = Value::Bytes(bytes.to_vec());
    if let Some(settlement) = Settlement::decode(&value)
        && let Ok(again) = settlement.encode()
    {
        assert!(Settlement::decode(&again).is_some());
    }
    shown(&value);
    if let Some((number, _)) = bytes.split_first_chunk::<8>() {
        shown(&Value::Int(i64::from_le_bytes(*number)));
        shown(&Value::Decimal(f64::from_le_bytes(*number)));
    }
    if let Some(clock) = CausalClock::decode(bytes) {
        assert_eq!(CausalClock::decode(&clock.encode()), Some(clock));
    }
}

fn shown(value: &Value) {
    assert!(value.same(value), "a value is the same as itself");
    assert!(value.to_json().to_string().len() + value.to_string().len() > 0);
}

/// Reads bytes as each body of JSON that travels.
pub fn reference(bytes: &[u8]) {
    json::<Manifest>(bytes);
    json::<Vec<Region>>(bytes);
    json::<Vec<SiteRow>>(bytes);
    json::<Vec<ItemRow>>(bytes);
    json::<Vec<RoundRow>>(bytes);
    json::<Vec<PersonRow>>(bytes);
    json::<EnrolRequest>(bytes);
    json::<EnrolReply>(bytes);
    json::<ErrorReply>(bytes);
    assert_eq!(Manifest::mark(bytes), Manifest::mark(bytes));
}

/// What is read is written and read again as the same.
fn json<T: Serialize + DeserializeOwned>(bytes: &[u8]) {
    let Ok(read) = serde_json::from_slice::<T>(bytes) else { return };
    let written = serde_json::to_vec(&read).expect("what was read can be written");
    let again: T = serde_json::from_slice(&written).expect("what was written can be read");
    assert_eq!(serde_json::to_vec(&again).expect("and written again"), written);
}

/// Reads bytes as a table of regions: what is taken is a tree, and what is not names its lines.
pub fn regions(bytes: &[u8]) {
    match read_regions(bytes, &BTreeMap::from([("15".parse().expect("it is a code"), Level::Region)])) {
        Ok(regions) => {
            let by_code: BTreeMap<&Code, &Region> = regions.iter().map(|region| (&region.code, region)).collect();
            assert_eq!(by_code.len(), regions.len(), "no code twice");
            for region in &regions {
                let Some(parent) = &region.parent else { continue };
                assert!(region.code.as_str().starts_with(parent.as_str()) && region.code != *parent);
                assert!(parent.as_str() == "15" || by_code[parent].level < region.level);
            }
        }
        Err(RegionError::Lines(lines)) => {
            assert!(!lines.is_empty() && lines.iter().all(|line| !line.problem.is_empty()));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
