//! What every accepted document must satisfy, with automerge as the oracle.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{Automerge, Change, ObjId, ROOT, ReadDoc, ScalarValue};
use sumu_core::gate::{CausalClock, Known, Memory, OpId, Outcome, Writer, draft, judge_again, parse};
use sumu_core::ids::{ActorId, ChangeHash, DocId};
use sumu_core::record::{Key, Value, expand_snapshot, make_snapshot, write_change};

use super::choices::Choices;

/// Checks that automerge reads an accepted document, shows what the rows show, saves and loads it, merges it, and that it
/// can still be edited; and that the gate says the same of it in another causal order.
pub fn check(memory: &Memory, doc: &DocId, choices: &mut Choices<'_>) {
    let changes = memory.changes(doc);
    let automerge = apply(&changes);
    same_view(memory, doc, &automerge);
    clocks_are_ancestors(memory, doc, &changes);

    let loaded = Automerge::load(&automerge.save()).expect("what was saved loads");
    assert_eq!(hashes(&loaded), hashes(&automerge), "a loaded document has the same changes");
    let (snapshot, order) = make_snapshot(&changes).expect("a snapshot can be made");
    let expanded = expand_snapshot(&snapshot).expect("a snapshot can be taken apart");
    assert_eq!(order.len(), expanded.len());
    assert_eq!(sorted(&expanded), sorted(&changes), "a snapshot gives back the same bytes");

    let mut half = apply(changes.split_at(changes.len() / 2).0);
    half.merge(&mut automerge.clone()).expect("a part merges with the whole");
    assert_eq!(half.get_heads(), automerge.get_heads());

    let again = in_another_order(memory, doc, &changes, choices);
    assert_eq!(again.visible(doc), memory.visible(doc), "the order of arrival does not matter");
    still_editable(memory, doc, automerge);
}

fn apply(changes: &[Vec<u8>]) -> Automerge {
    let changes = changes.iter().map(|bytes| Change::from_bytes(bytes.clone()).expect("accepted bytes are a change"));
    let mut automerge = Automerge::new();
    automerge.apply_changes(changes).expect("accepted changes apply");
    automerge
}

fn hashes(automerge: &Automerge) -> BTreeSet<[u8; 32]> {
    automerge.get_changes(&[]).iter().map(|change| change.hash().0).collect()
}

fn sorted(changes: &[Vec<u8>]) -> BTreeSet<Vec<u8>> {
    changes.iter().cloned().collect()
}

/// The rows marked visible are automerge's values of each key, and the greatest operation is the one that it shows.
fn same_view(memory: &Memory, doc: &DocId, automerge: &Automerge) {
    let mut rows: BTreeMap<Key, Vec<(OpId, Value)>> = BTreeMap::new();
    for put in memory.visible(doc) {
        rows.entry(put.key).or_default().push((put.op, put.value));
    }
    let keys: BTreeSet<String> = automerge.keys(ROOT).collect();
    assert_eq!(keys, rows.keys().map(Key::to_string).collect());
    for (key, mut expected) in rows {
        expected.sort_by_key(|(op, _)| *op);
        let mut found: Vec<(OpId, Value)> = automerge
            .get_all(ROOT, key.as_str())
            .expect("a key can be read")
            .into_iter()
            .map(|(found, id)| (op_id(&id), value(&found)))
            .collect();
        found.sort_by_key(|(op, _)| *op);
        assert_eq!(found, expected, "all visible values of {key}");
        let shown = automerge.get(ROOT, key.as_str()).expect("a key can be read").expect("a visible key has a value");
        assert_eq!(Some(op_id(&shown.1)), expected.last().map(|(op, _)| *op), "the shown value of {key}");
    }
}

fn op_id(id: &ObjId) -> OpId {
    let ObjId::Id(counter, actor, _) = id else { panic!("the root is no operation") };
    OpId { counter: *counter, actor: ActorId::from_slice(actor.to_bytes()).expect("an actor has 16 bytes") }
}

fn value(found: &automerge::Value<'_>) -> Value {
    match found.as_scalar().expect("only scalars pass the gate") {
        ScalarValue::Null => Value::Null,
        ScalarValue::Boolean(bool) => Value::Bool(*bool),
        ScalarValue::Int(int) => Value::Int(*int),
        ScalarValue::F64(decimal) => Value::Decimal(*decimal),
        ScalarValue::Str(text) => Value::Text(text.to_string()),
        ScalarValue::Bytes(bytes) => Value::Bytes(bytes.clone()),
        other => panic!("{other:?} must not pass the gate"),
    }
}

/// A change's clock contains exactly the operations of the changes that a walk of its ancestors finds.
fn clocks_are_ancestors(memory: &Memory, doc: &DocId, changes: &[Vec<u8>]) {
    let parsed: BTreeMap<ChangeHash, _> = changes
        .iter()
        .map(|bytes| parse(bytes).expect("accepted bytes parse"))
        .map(|change| (change.hash, change))
        .collect();
    for (hash, change) in &parsed {
        let (mut found, mut left) = (BTreeSet::new(), vec![*hash]);
        while let Some(next) = left.pop() {
            if found.insert(next) {
                left.extend(&parsed[&next].deps);
            }
        }
        let Ok(Some(sumu_core::gate::Fate::Accepted(node))) = memory.fate(doc, hash) else { panic!("it was accepted") };
        assert_eq!(CausalClock::decode(&node.clock.encode()), Some(node.clock.clone()));
        for (other, there) in &parsed {
            let contained = there.operations().all(|(op, _)| node.clock.contains(&op));
            assert_eq!(found.contains(other), contained, "{} against {}", change.seq, there.seq);
        }
    }
}

/// Brings the changes to an empty replica in an order drawn from the choices; every one is accepted once its ancestors are.
fn in_another_order(memory: &Memory, doc: &DocId, changes: &[Vec<u8>], choices: &mut Choices<'_>) -> Memory {
    let mut replica = memory.without_documents();
    let mut left: Vec<&Vec<u8>> = changes.iter().collect();
    while !left.is_empty() {
        let start = choices.below(left.len());
        let ready = (0..left.len()).map(|step| (start + step) % left.len()).find(|place| {
            match replica.push(doc, left[*place], None) {
                Outcome::Accepted(_) => true,
                Outcome::Pending(_) => false,
                other => panic!("another order changes the verdict: {other:?}"),
            }
        });
        left.remove(ready.expect("one of them has all its ancestors"));
    }
    replica
}

/// An honest card on top of everything passes the gate, and automerge saves and loads the result.
fn still_editable(memory: &Memory, doc: &DocId, mut automerge: Automerge) {
    let mut keys: Vec<Key> = memory.visible(doc).into_iter().map(|put| put.key).collect();
    keys.dedup();
    let Some(actor) = memory.actors().next() else { return };
    let seq = memory.next_seq(doc, actor);
    let puts: Vec<(Key, Value)> = keys.into_iter().map(|key| (key, Value::Int(1_000))).collect();
    if puts.is_empty() {
        return;
    }
    let Ok(heads) = memory.heads(doc);
    let Ok(drafted) = draft(memory, doc, Writer { actor: *actor, seq }, heads, 1, puts);
    let bytes = write_change(&drafted.expect("heads are accepted"));
    let change = parse(&bytes).expect("the pen writes what the gate reads");
    let Ok(outcome) = judge_again(&change, doc, None, memory);
    assert!(matches!(outcome, Outcome::Accepted(_)), "an honest card on top: {outcome:?}");
    automerge.apply_changes([Change::from_bytes(bytes).expect("a change")]).expect("it applies");
    for key in automerge.keys(ROOT).collect::<Vec<_>>() {
        assert_eq!(automerge.get_all(ROOT, key).expect("a key can be read").len(), 1, "one value is left");
    }
    Automerge::load(&automerge.save()).expect("it saves and loads");
}
