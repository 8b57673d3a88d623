//! Attacks in the bytes of one change. Checksums are right unless the attack is a wrong one, so every change here would reach
//! automerge if the gate were not there; what it does to automerge 0.12 by itself is said beside it.

use automerge::legacy::{ElementId, Key as LegacyKey, MarkData, ObjectId, Op, OpId as LegacyOpId, OpType};
use automerge::{ExpandedChange, ObjType, ScalarValue};
use sha2::{Digest, Sha256};
use sumu_core::gate::{Reason, limits, parse};
use sumu_core::record::{Draft, Key, Value, make_snapshot, write_change};

use crate::document_attacks::{doc, on_top, one_card};

/// Changes an honest second card in automerge's own form, where anything can be said, and returns what the gate's first half
/// says of it.
fn crafted(change: impl FnOnce(&mut ExpandedChange)) -> Reason {
    let (memory, _) = one_card();
    let honest = write_change(&on_top(&memory, 2, &[("a/H1", 7)]));
    let mut expanded = automerge::Change::from_bytes(honest).unwrap().decode();
    change(&mut expanded);
    parse(automerge::Change::from(expanded).raw_bytes()).unwrap_err()
}

fn some_op() -> LegacyOpId {
    LegacyOpId::new(1, &automerge::ActorId::from([9; 16].as_slice()))
}

#[test]
fn operations_that_are_not_puts_of_scalars_on_the_root_are_refused() {
    // Unknown objects and elements panic; a list's operation on a map, an update of nothing and a mark alone are applied, and
    // the saved document does not load.
    let put = |key: LegacyKey, obj: ObjectId, insert: bool| Op {
        action: OpType::Put(ScalarValue::Int(1)),
        obj,
        key,
        pred: Vec::new().into(),
        insert,
    };
    let element = || LegacyKey::Seq(ElementId::Id(some_op()));
    let elsewhere = || ObjectId::Id(some_op());
    let hidden = [
        put(LegacyKey::from("a/H1"), elsewhere(), false),
        put(element(), elsewhere(), true),
        put(element(), elsewhere(), false),
        put(LegacyKey::head(), ObjectId::Root, true),
    ];
    for op in hidden {
        let reason = crafted(|change| change.operations = vec![op.clone()]);
        assert!(matches!(reason, Reason::Actors | Reason::Columns | Reason::Operations), "{op:?}: {reason}");
    }
    let actions = [
        OpType::Make(ObjType::Map),
        OpType::Make(ObjType::List),
        OpType::Make(ObjType::Text),
        OpType::Make(ObjType::Table),
        OpType::Delete,
        OpType::Increment(1),
        OpType::MarkBegin(MarkData { name: "bold".into(), value: ScalarValue::Boolean(true), expand: true }),
        OpType::MarkEnd(true),
    ];
    for action in actions {
        let reason = crafted(|change| change.operations[0].action = action.clone());
        assert!(matches!(reason, Reason::Value | Reason::Columns), "{action:?}: {reason}");
    }
}

#[test]
fn scalars_that_a_document_may_not_hold_are_refused() {
    let scalars = [
        ScalarValue::Uint(1),
        ScalarValue::Timestamp(1),
        ScalarValue::counter(1),
        ScalarValue::Int(i64::MAX),
        ScalarValue::Int(-Value::MAX_INT - 1),
        ScalarValue::F64(f64::NAN),
        ScalarValue::F64(f64::INFINITY),
        ScalarValue::Str("x".repeat(Value::MAX_BYTES + 1).into()),
        ScalarValue::Bytes(vec![0; Value::MAX_BYTES + 1]),
        ScalarValue::Unknown { type_code: 11, bytes: vec![1, 2, 3] },
    ];
    for scalar in scalars {
        assert_eq!(
            crafted(|change| change.operations[0].action = OpType::Put(scalar.clone())),
            Reason::Value,
            "{scalar:?}"
        );
    }
}

#[test]
fn keys_that_are_none_or_stand_twice_are_refused() {
    for key in ["", "a/H 1", "a/井", "a/H1\n", &"k".repeat(Key::MAX_BYTES + 1)] {
        assert_eq!(crafted(|change| change.operations[0].key = LegacyKey::from(key)), Reason::Key, "{key:?}");
    }
    let unsettled = format!("a/{}", "k".repeat(Key::MAX_BYTES - 2));
    let reason = crafted(|change| change.operations[0].key = LegacyKey::from(unsettled.as_str()));
    assert_eq!(reason, Reason::Key, "a dispute of it could never end");
    assert_eq!(crafted(|change| change.operations.push(change.operations[0].clone())), Reason::Key);
}

#[test]
fn a_change_without_operations_with_too_many_or_with_something_beside_them_is_refused() {
    // Without operations: applied, and the saved document does not load. An author, which travels as extra bytes, on a second
    // change: panic.
    assert_eq!(crafted(|change| change.operations.clear()), Reason::Operations);
    let many = |change: &mut ExpandedChange| {
        let op = change.operations[0].clone();
        let keyed = |place: usize| Op { key: LegacyKey::from(format!("a/H{place}").as_str()), ..op.clone() };
        change.operations = (0..=limits::OPERATIONS).map(keyed).collect();
    };
    assert_eq!(crafted(many), Reason::Operations);
    assert_eq!(crafted(|change| change.message = Some("hello".to_owned())), Reason::Extra);
    assert_eq!(crafted(|change| change.extra_bytes = vec![1, 2, 3]), Reason::Extra);
    for time in [-1, i64::MAX, i64::MIN + 1, *Draft::TIMES.end() + 1] {
        assert_eq!(crafted(|change| change.time = time), Reason::Counters, "{time}");
    }
}

#[test]
fn actors_and_dependencies_that_no_honest_pen_writes_are_refused() {
    for length in [0, 1, 15, 17, 60_000] {
        let id = automerge::ActorId::from(vec![7; length].as_slice());
        assert_eq!(crafted(|change| change.actor_id = id), Reason::Actors, "{length} bytes");
    }
    let megabyte = automerge::ActorId::from(vec![7; 1 << 20].as_slice());
    assert_eq!(crafted(|change| change.actor_id = megabyte), Reason::TooLarge);
    assert_eq!(crafted(|change| change.deps.push(change.deps[0])), Reason::Dependencies, "one twice");
    let many = |change: &mut ExpandedChange| {
        change.deps = (0..=limits::DEPENDENCIES).map(|place| automerge::ChangeHash([place as u8; 32])).collect();
    };
    assert_eq!(crafted(many), Reason::Dependencies);
}

/// Puts a chunk together: type and body behind a right checksum and length.
fn chunk(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut hashed = vec![kind];
    let mut length = body.len();
    while length > 0x7f {
        hashed.push(0x80 | (length & 0x7f) as u8);
        length >>= 7;
    }
    hashed.push(length as u8);
    hashed.extend(body);
    let hash = Sha256::digest(&hashed);
    [&[0x85, 0x6f, 0x4a, 0x83], &hash[..4], &hashed].concat()
}

#[test]
fn only_uncompressed_change_chunks_of_exactly_their_length_are_read() {
    // A compressed chunk of 1 MB inflates to 1 GB without a limit; a mutated bundle did not return within a minute.
    let (memory, _) = one_card();
    let honest = write_change(&on_top(&memory, 2, &[("a/H1", 7)]));
    let body = &honest[10..];
    assert_eq!(
        parse(&chunk(1, body)).map(|change| change.seq),
        Ok(1),
        "the chunk is put together as automerge does it"
    );
    for kind in [0, 2, 3, 4, 255] {
        assert_eq!(parse(&chunk(kind, body)), Err(Reason::NotAChange), "kind {kind}");
    }
    let (snapshot, _) = make_snapshot(&memory.changes(&doc())).unwrap();
    assert_eq!(parse(&snapshot), Err(Reason::NotAChange));
    assert_eq!(parse(&[honest.clone(), vec![0]].concat()), Err(Reason::NotAChange));
    assert_eq!(parse(&[honest.clone(), honest.clone()].concat()), Err(Reason::NotAChange));
    assert_eq!(parse(&chunk(1, &[body, &[1, 2, 3]].concat())), Err(Reason::Extra));
    assert_eq!(parse(&chunk(1, &vec![0; limits::CHANGE_BYTES])), Err(Reason::TooLarge));
}

#[test]
fn a_wrong_checksum_a_cut_and_a_flipped_bit_are_refused() {
    // `Change::try_from` takes a wrong checksum, and what it gives out does not load.
    let (memory, _) = one_card();
    let honest = write_change(&on_top(&memory, 2, &[("a/H1", 7), ("a/H2", 8)]));
    for length in 0..honest.len() {
        assert!(parse(&honest[..length]).is_err(), "cut to {length}");
    }
    for bit in 0..honest.len() * 8 {
        let mut flipped = honest.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let reason = parse(&flipped).unwrap_err();
        assert!(!(4..8).contains(&(bit / 8)) || reason == Reason::Checksum, "bit {bit}: {reason}");
    }
}

#[test]
fn a_short_run_that_claims_ten_million_operations_is_refused_at_once() {
    // 84 bytes took 1.1 s and 360 MB for a million operations, 89 bytes 1.2 s to parse for ten.
    let leb = |mut number: u64| {
        let mut bytes = Vec::new();
        while number > 0x7f {
            bytes.push(0x80 | (number & 0x7f) as u8);
            number >>= 7;
        }
        bytes.push(number as u8);
        bytes
    };
    for claimed in [513, 1_000_000, 10_000_000] {
        let run = |value: &[u8]| [&leb(claimed)[..], value].concat();
        let columns: [(u8, Vec<u8>); 5] =
            [(21, run(b"\x04a/H1")), (52, leb(claimed)), (66, run(&[1])), (86, run(&[0])), (112, run(&[0]))];
        let mut body = vec![0, 16];
        body.extend([7; 16]);
        body.extend([1, 1, 0, 0, 0, columns.len() as u8]);
        columns.iter().for_each(|(number, bytes)| body.extend([*number, bytes.len() as u8]));
        columns.iter().for_each(|(_, bytes)| body.extend(bytes));
        assert_eq!(parse(&chunk(1, &body)), Err(Reason::Operations), "{claimed} operations");
    }
}
