//! Whatever phones do and whatever is mended, the rows say what automerge says of the same changes.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{Automerge, Change, ReadDoc, ScalarValue};
use proptest::prelude::*;

use super::*;
use crate::gate::Known;
use crate::record::Value;
use crate::store::known::KnownHere;
use crate::store::{compact, docs};

#[derive(Debug, Clone)]
enum Step {
    Answer(usize, u8, i64),
    Clear(usize, u8),
    Sync(usize),
    /// The server refuses the last change of a phone.
    Refuse(usize),
    Settle(usize, u8),
    Void(usize),
    Sign(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let phone = 0..3usize;
    prop_oneof![
        6 => (phone.clone(), 0..4u8, 0..3i64).prop_map(|(phone, key, value)| Step::Answer(phone, key, value)),
        1 => (phone.clone(), 0..4u8).prop_map(|(phone, key)| Step::Clear(phone, key)),
        4 => phone.clone().prop_map(Step::Sync),
        2 => phone.clone().prop_map(Step::Refuse),
        2 => (phone.clone(), 0..4u8).prop_map(|(phone, key)| Step::Settle(phone, key)),
        1 => phone.clone().prop_map(Step::Void),
        1 => phone.prop_map(Step::Sign),
    ]
}

/// The visible values of every key by automerge, as texts.
fn by_automerge(changes: &[Vec<u8>]) -> BTreeMap<String, BTreeSet<String>> {
    let mut document = Automerge::new();
    document.apply_changes(changes.iter().map(|bytes| Change::from_bytes(bytes.clone()).unwrap())).unwrap();
    let told = |value: &automerge::Value<'_>| match value.as_scalar().unwrap() {
        ScalarValue::Null => format!("{:?}", Value::Null),
        ScalarValue::Boolean(bool) => format!("{:?}", Value::Bool(*bool)),
        ScalarValue::Int(int) => format!("{:?}", Value::Int(*int)),
        ScalarValue::Bytes(bytes) => format!("{:?}", Value::Bytes(bytes.clone())),
        other => panic!("{other:?}"),
    };
    let keys: Vec<String> = document.keys(automerge::ROOT).collect();
    let values = |key: &String| document.get_all(automerge::ROOT, key.as_str()).unwrap();
    keys.iter()
        .map(|key| (key.clone(), values(key).iter().map(|(value, id)| format!("{id} {}", told(value))).collect()))
        .collect()
}

fn by_rows(phone: &Phone) -> BTreeMap<String, BTreeSet<String>> {
    let doc = phone.place().doc;
    phone
        .device
        .store
        .read(|connection| {
            let mut rows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            let Some(row) = docs::row(connection, &doc)? else { return Ok(rows) };
            let mut statement = connection.prepare("SELECT DISTINCT key FROM field WHERE doc = ?1")?;
            let keys: Vec<String> = statement.query_map([row], |row| row.get(0))?.collect::<Result<_, _>>()?;
            for key in keys {
                let puts = KnownHere(connection).puts(&doc, &key.parse::<Key>().unwrap(), true)?;
                let told =
                    |put: &crate::gate::StoredPut| format!("{}@{} {:?}", put.op.counter, put.op.actor, put.value);
                rows.insert(key, puts.iter().map(told).collect());
            }
            Ok::<_, crate::store::StoreError>(rows)
        })
        .unwrap()
}

fn agrees_with_automerge(phone: &Phone) {
    let doc = phone.place().doc;
    let (bytes, heads) = phone
        .device
        .store
        .read(|connection| {
            let Some(found) = docs::find(connection, &doc)? else { return Ok((Vec::new(), Vec::new())) };
            Ok::<_, crate::store::StoreError>((compact::all_bytes(connection, found.row)?, found.heads))
        })
        .unwrap();
    assert_eq!(by_rows(phone), by_automerge(&bytes));
    let mut document = Automerge::new();
    document.apply_changes(bytes.iter().map(|bytes| Change::from_bytes(bytes.clone()).unwrap())).unwrap();
    let mut expected: Vec<ChangeHash> = document.get_heads().iter().map(|head| ChangeHash::new(head.0)).collect();
    expected.sort_unstable();
    assert_eq!(heads, expected);
}

async fn play(steps: Vec<Step>) {
    let line = Line::new(Office::new(1));
    let mut phones = Vec::new();
    for (seed, handle) in [(2, "anna"), (3, "bo"), (4, "carl")] {
        phones.push(Phone::at(&line, seed, handle, Role::TeamLead).await);
    }
    for step in steps {
        let key = |key: u8| Key::from_plain(&format!("Q{key}")).unwrap();
        // An edit that the rules forbid here is no step.
        match step {
            Step::Answer(phone, of, value) => {
                let phone = &phones[phone];
                let _ = phone.device.answer(&phone.place(), &[(key(of), Value::Int(value))]);
            }
            Step::Clear(phone, of) => {
                let phone = &phones[phone];
                let _ = phone.device.answer(&phone.place(), &[(key(of), Value::Null)]);
            }
            Step::Settle(phone, of) => {
                let phone = &phones[phone];
                let _ = phone.device.settle(&phone.place(), &key(of), &Value::Int(2), "复核");
            }
            Step::Void(phone) => {
                let phone = &phones[phone];
                let _ = phone.device.void(&phone.place(), "重复");
            }
            Step::Sign(phone) => {
                let phone = &phones[phone];
                let _ = phone.device.sign(&phone.place(), &phone.heads());
            }
            Step::Sync(phone) => {
                phones[phone].sync(&line).await;
            }
            Step::Refuse(phone) => {
                let phone = &phones[phone];
                let known = line.home().log.iter().map(|entry| entry.hash).collect::<Vec<_>>();
                for head in phone.heads().into_iter().filter(|head| !known.contains(head)) {
                    line.home().verdicts.insert(head, Verdict::Refused(Reason::RefusedByPerson));
                }
            }
        }
    }
    for _ in 0..2 {
        for phone in &phones {
            phone.sync(&line).await;
        }
    }
    let heads = line.home().heads(&phones[0].place().doc);
    for phone in &phones {
        assert_eq!(phone.heads(), heads);
        assert_eq!(phone.device.status().unwrap().unsent, 0);
        agrees_with_automerge(phone);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]
    #[test]
    fn rows_say_what_automerge_says_after_any_edits_syncs_and_mends(steps in proptest::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(play(steps));
    }
}
