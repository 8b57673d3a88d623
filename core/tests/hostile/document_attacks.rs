//! Attacks on a document: changes whose bytes are right and whose place is not. What each does to automerge 0.12 by itself is
//! said beside it.

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::{Scalar, traits::IsIdentity as _};
use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};
use sha2::{Digest as _, Sha512};
use sumu_core::gate::{
    Author, DocumentSize, Fate, Known, Memory, Missing, OpId, Outcome, Reason, Writer, check_limits, draft, limits,
    parse,
};
use sumu_core::ids::{ActorId, ChangeHash, DocId};
use sumu_core::record::{Draft, Put, Value, expand_snapshot, make_snapshot, write_change};
use sumu_core::sign::{PrivateKey, PublicKey, SignError};

use crate::fuzz::hostile::{actor, registered};
use crate::fuzz::snapshot::mend_checksum;

const ACTORS: u8 = 4;

pub fn doc() -> DocId {
    DocId::new([3; 16])
}

/// A document with one honest card of the first actor: `a/H1` = 5.
pub fn one_card() -> (Memory, ChangeHash) {
    let mut memory = registered(ACTORS);
    let hash = push_card(&mut memory, 1, &[("a/H1", 5)]);
    (memory, hash)
}

pub fn card(memory: &Memory, person: u8, deps: Vec<ChangeHash>, puts: &[(&str, i64)]) -> Draft {
    let writer = Writer { actor: actor(person), seq: memory.next_seq(&doc(), &actor(person)) };
    let puts = puts.iter().map(|(key, value)| (key.parse().unwrap(), Value::Int(*value))).collect();
    let Ok(draft) = draft(memory, &doc(), writer, deps, 1_700_000_000, puts);
    draft.unwrap()
}

pub fn on_top(memory: &Memory, person: u8, puts: &[(&str, i64)]) -> Draft {
    let Ok(heads) = memory.heads(&doc());
    card(memory, person, heads, puts)
}

pub fn push_card(memory: &mut Memory, person: u8, puts: &[(&str, i64)]) -> ChangeHash {
    let bytes = write_change(&on_top(memory, person, puts));
    accepted(memory.push(&doc(), &bytes, None))
}

pub fn accepted(outcome: Outcome) -> ChangeHash {
    match outcome {
        Outcome::Accepted(accepted) => accepted.change.hash,
        other => panic!("an honest change: {other:?}"),
    }
}

/// Pushes a draft that an attacker changed, and expects its refusal.
fn refused(memory: &Memory, draft: &Draft, reason: Reason) {
    let outcome = memory.clone().push(&doc(), &write_change(draft), None);
    assert_eq!(outcome, Outcome::Refused(reason));
}

#[test]
fn a_line_that_begins_anywhere_but_at_one_is_refused() {
    // automerge panics: batch.rs, unwrap of None.
    let (memory, _) = one_card();
    for (seq, reason) in [
        (5, Reason::Sequence),
        (2, Reason::Sequence),
        (limits::SEQ + 1, Reason::Counters),
        (u64::MAX >> 1, Reason::Counters),
        (0, Reason::Counters),
    ] {
        refused(&memory, &Draft { seq, ..on_top(&memory, 2, &[("a/H2", 1)]) }, reason);
    }
}

#[test]
fn counters_that_would_brick_a_document_or_win_every_dispute_are_refused() {
    // u32::MAX: applied, and every later local edit panics. 2^31: applied, and beats every honest rival value.
    let (memory, _) = one_card();
    for (start_op, reason) in [
        (u64::from(u32::MAX), Reason::Counters),
        (1 << 32, Reason::Counters),
        (1 << 31, Reason::Counters),
        (limits::COUNTER, Reason::StartOp),
        (3, Reason::StartOp),
        (1, Reason::StartOp),
    ] {
        refused(&memory, &Draft { start_op, ..on_top(&memory, 2, &[("a/H2", 1)]) }, reason);
    }
    let draft = on_top(&memory, 2, &[("a/H2", 1), ("a/H3", 1)]);
    refused(&memory, &Draft { start_op: limits::COUNTER, ..draft }, Reason::Counters);
}

#[test]
fn predecessors_that_are_no_visible_put_of_the_key_are_refused() {
    // automerge panics on an unknown actor; a put that does not exist is applied, and the saved document does not load.
    let (mut memory, first) = one_card();
    push_card(&mut memory, 1, &[("a/H2", 6)]);
    let replaces = |key: &str, replaces: &[(u64, u8)]| {
        let mut draft = on_top(&memory, 2, &[(key, 9)]);
        draft.puts[0].replaces =
            replaces.iter().map(|(counter, by)| OpId { counter: *counter, actor: actor(*by) }).collect();
        draft
    };
    refused(&memory, &replaces("a/H1", &[(1, 9)]), Reason::UnknownPredecessor);
    refused(&memory, &replaces("a/H1", &[(2, 1)]), Reason::UnknownPredecessor);
    refused(&memory, &replaces("a/H3", &[(1, 1)]), Reason::UnknownPredecessor);
    refused(&memory, &replaces("a/H1", &[(40, 1)]), Reason::Predecessors);
    refused(&memory, &replaces("a/H1", &[(1, 1), (1, 1)]), Reason::Predecessors);
    refused(&memory, &replaces("a/H1", &[]), Reason::UncoveredValue);
    let beside = Draft { deps: vec![first], start_op: 2, ..replaces("a/H2", &[(1, 1)]) };
    refused(&memory, &beside, Reason::UnknownPredecessor);
}

#[test]
fn one_devices_operation_ids_are_never_used_twice() {
    // Seq 2 beside one's own seq 1: automerge saves a document on which load, get_changes and merge panic.
    for key in ["a/H2", "a/H4", "a/H1", "a/H0"] {
        let (mut memory, first) = one_card();
        push_card(&mut memory, 2, &[("a/H2", 7), ("a/H3", 1)]);
        let beside = card(&memory, 2, vec![first], &[(key, 99)]);
        assert_eq!((beside.seq, beside.start_op), (2, 2));
        refused(&memory, &beside, Reason::NotOneLine);
    }
}

#[test]
fn another_change_at_a_used_place_is_an_equivocation_and_costs_no_other_change() {
    // automerge refuses the whole batch, and two replicas keep what each saw first for ever.
    let (mut memory, first) = one_card();
    push_card(&mut memory, 2, &[("a/H2", 7)]);
    let other = Draft { seq: 1, ..card(&memory, 2, vec![first], &[("a/H2", 8)]) };
    refused(&memory, &other, Reason::Equivocation);
    for person in 1..=ACTORS {
        push_card(&mut memory, person, &[("a/H3", i64::from(person))]);
    }
}

#[test]
fn a_key_put_again_and_again_beside_itself_fills_no_document_with_rivals() {
    // 2,100 rival values in 199 KB, after which the honest settlement broke the limit on predecessors.
    let (mut memory, _) = one_card();
    let mut next = on_top(&memory, 2, &[("a/H1", 1_000)]);
    next.puts[0].replaces.clear();
    refused(&memory, &next, Reason::UncoveredValue);
    push_card(&mut memory, 2, &[("a/H1", 1_000)]);
    let Ok(visible) = memory.puts(&doc(), &"a/H1".parse().unwrap(), true);
    assert_eq!(visible.len(), 1);
}

#[test]
fn one_actor_has_one_head_and_a_document_takes_no_more_actors_than_an_edit_can_name() {
    // 65 concurrent changes of one actor, or of 65: the next honest edit breaks the limit on dependencies.
    let (mut memory, first) = one_card();
    push_card(&mut memory, 2, &[("x/0", 1)]);
    for place in 1..65 {
        let beside = Draft { seq: 2, ..card(&memory, 2, vec![first], &[(&format!("x/{place}"), 1)]) };
        refused(&memory, &beside, Reason::NotOneLine);
    }
    let change = parse(&write_change(&card(&memory, 3, vec![first], &[("x/1", 1)]))).unwrap();
    let full = DocumentSize { actors: limits::DOCUMENT_ACTORS, changes: 48, bytes: 9_000 };
    assert_eq!(check_limits(&change, 100, &full), Err(Reason::TooManyActors));
    const { assert!(limits::DOCUMENT_ACTORS < limits::DEPENDENCIES && limits::DOCUMENT_ACTORS < limits::OTHER_ACTORS) };
}

#[test]
fn the_same_change_twice_is_known_and_newest_first_waits_without_a_queue() {
    // automerge queues without a limit, and each call costs as much as the queue is long.
    let mut writer = registered(ACTORS);
    let hashes: Vec<ChangeHash> = (0..20).map(|place| push_card(&mut writer, 1, &[("a/H1", place)])).collect();
    let changes = writer.changes(&doc());
    let mut reader = registered(ACTORS);
    for place in (1..20).rev() {
        let waits = Outcome::Pending(Missing::Changes(vec![hashes[place - 1]]));
        assert_eq!(reader.push(&doc(), &changes[place], None), waits);
    }
    for bytes in &changes {
        accepted(reader.push(&doc(), bytes, None));
        assert!(matches!(reader.push(&doc(), bytes, None), Outcome::Known(Fate::Accepted(_))));
    }
    assert_eq!(reader.visible(&doc()), writer.visible(&doc()));
}

#[test]
fn what_depends_on_a_refused_change_is_refused_and_waits_for_nothing() {
    // One refused change of twenty left fifteen pending for ever.
    let mut writer = registered(ACTORS);
    for place in 0..20 {
        push_card(&mut writer, 1, &[("a/H1", place)]);
    }
    let changes = writer.changes(&doc());
    let mut reader = registered(ACTORS);
    for (place, bytes) in changes.iter().enumerate() {
        let change = parse(bytes).unwrap();
        if place == 4 {
            reader.set_fate(&doc(), change.hash, Fate::Refused(Reason::RefusedByPerson));
            continue;
        }
        let outcome = reader.push(&doc(), bytes, None);
        if place < 4 {
            accepted(outcome);
        } else {
            assert_eq!(outcome, Outcome::Refused(Reason::DependsOnRefused));
            reader.set_fate(&doc(), change.hash, Fate::Refused(Reason::DependsOnRefused));
        }
    }
}

#[test]
fn the_same_first_card_in_two_documents_has_one_hash_and_two_signatures() {
    let (key, hash) = (signer(), one_card().1);
    let mut memory = registered(ACTORS);
    let bytes = write_change(&card(&memory, 1, Vec::new(), &[("a/H1", 5)]));
    let other = DocId::new([4; 16]);
    let signature = key.sign_change(&doc(), &hash);
    assert_eq!(memory.push(&other, &bytes, Some(&signature)), Outcome::Refused(Reason::Signature));
    assert_eq!(accepted(memory.push(&doc(), &bytes, Some(&signature))), hash);
    assert_eq!(accepted(memory.push(&other, &bytes, Some(&key.sign_change(&other, &hash)))), hash);
}

/// The key of the registered actors.
fn signer() -> PrivateKey {
    let key = PrivateKey::generate(&sumu_core::clock::SeededEntropy::new(7));
    let memory = registered(1);
    let Ok(Some(Author { device_key, .. })) = memory.author(&actor(1)) else { panic!("it is registered") };
    assert_eq!(device_key, key.public());
    key
}

#[test]
fn a_change_of_an_actor_without_registration_waits_and_says_for_whom() {
    let (mut memory, _) = one_card();
    let stranger: ActorId = actor(9);
    let draft = Draft { actor: stranger, ..on_top(&memory, 2, &[("a/H1", 7)]) };
    let outcome = memory.push(&doc(), &write_change(&draft), None);
    assert_eq!(outcome, Outcome::Pending(Missing::Registration(stranger)));
}

#[test]
fn keys_of_small_order_and_signatures_with_a_second_form_are_refused() {
    // A small-order key verifies one signature on every message unless verification is strict.
    let small = [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ];
    for key in small {
        let bytes = data_encoding::HEXLOWER.decode(key.as_bytes()).unwrap();
        assert_eq!(PublicKey::from_bytes(&bytes), Err(SignError::WeakKey), "{key}");
    }
    // The order of the group, little-endian, added to the second half of a signature.
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let (key, hash) = (signer(), ChangeHash::new([5; 32]));
    let mut signature = key.sign_change(&doc(), &hash);
    assert_eq!(key.public().check_change(&doc(), &hash, &signature), Ok(()));
    let mut carry = 0;
    for (byte, order) in signature[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        (*byte, carry) = ((sum & 0xff) as u8, sum >> 8);
    }
    assert!(key.public().check_change(&doc(), &hash, &signature).is_err());
}

/// A key with a part of order eight is not weak, and plain, strict and batch verification disagree about crafted signatures.
#[test]
fn a_mixed_key_is_judged_by_the_one_strict_equation_whatever_a_batch_would_say() {
    let secret = Scalar::from(123_456_789_u64);
    let point = secret * ED25519_BASEPOINT_POINT + EIGHT_TORSION[1];
    let key = PublicKey::from_bytes(point.compress().as_bytes()).unwrap();
    let (mut taken, mut taken_by_batch_alone) = (0, 0);
    for number in 0..64_u8 {
        let hash = ChangeHash::new([number; 32]);
        let nonce = Scalar::from(1_000 + u64::from(number));
        let commitment = nonce * ED25519_BASEPOINT_POINT + EIGHT_TORSION[usize::from(number % 8)];
        let message = [b"sumu-change-1".as_slice(), doc().as_bytes(), hash.as_bytes()].concat();
        let hashed = Sha512::new().chain_update(commitment.compress().as_bytes()).chain_update(key.as_bytes());
        let challenge = Scalar::from_bytes_mod_order_wide(&hashed.chain_update(&message).finalize().into());
        let response = nonce + challenge * secret;
        let signature: [u8; 64] = [commitment.compress().to_bytes(), response.to_bytes()].concat().try_into().unwrap();

        let rest = response * ED25519_BASEPOINT_POINT - challenge * point - commitment;
        let strict = rest.is_identity();
        assert_eq!(key.check_change(&doc(), &hash, &signature).is_ok(), strict, "signature {number}");
        taken += u32::from(strict);
        taken_by_batch_alone += u32::from(!strict && rest.mul_by_cofactor().is_identity());
    }
    assert!(taken > 0 && taken_by_batch_alone > 0, "{taken} and {taken_by_batch_alone} of 64");
}

/// Whoever has a key can make signatures whose first half is a point of small order; they commit to nothing.
#[test]
fn a_signature_of_small_order_is_refused_though_the_equation_holds() {
    let secret = Scalar::from(987_654_321_u64);
    let mut held = 0;
    for number in 0..=255_u8 {
        let small = EIGHT_TORSION[usize::from(number % 8)];
        // The key's own part of order eight makes up for that of the signature.
        let point = secret * ED25519_BASEPOINT_POINT + EIGHT_TORSION[usize::from(number / 32)];
        let key = VerifyingKey::from_bytes(point.compress().as_bytes()).unwrap();
        let hash = ChangeHash::new([number; 32]);
        let message = [b"sumu-change-1".as_slice(), doc().as_bytes(), hash.as_bytes()].concat();
        let hashed = Sha512::new().chain_update(small.compress().as_bytes()).chain_update(key.as_bytes());
        let challenge = Scalar::from_bytes_mod_order_wide(&hashed.chain_update(&message).finalize().into());
        let response = challenge * secret;
        let signature: [u8; 64] = [small.compress().to_bytes(), response.to_bytes()].concat().try_into().unwrap();

        held += u32::from(key.verify(&message, &Signature::from_bytes(&signature)).is_ok());
        assert!(key.verify_strict(&message, &Signature::from_bytes(&signature)).is_err());
        let checked = PublicKey::from_bytes(key.as_bytes()).unwrap().check_change(&doc(), &hash, &signature);
        assert!(checked.is_err(), "signature {number}");
    }
    assert!(held > 8, "the plain equation holds for {held} of 256");
}

#[test]
fn a_settlement_of_the_shown_value_writes_no_delete_and_a_racing_edit_stays_a_dispute() {
    // automerge's own put of the shown value deletes its rivals, and one of two settlements is lost in silence.
    let (mut memory, first) = one_card();
    let rivals = [card(&memory, 2, vec![first], &[("a/H1", 10)]), card(&memory, 3, vec![first], &[("a/H1", 8)])];
    for rival in &rivals {
        accepted(memory.push(&doc(), &write_change(rival), None));
    }
    let Ok(heads) = memory.heads(&doc());
    let settled = card(&memory, 4, heads.clone(), &[("a/H1", 10)]);
    let racing = card(&memory, 1, heads, &[("a/H1", 8)]);
    for draft in [&settled, &racing] {
        assert!(matches!(&draft.puts[..], [Put { replaces, .. }] if replaces.len() == 2), "a put that names both");
        accepted(memory.push(&doc(), &write_change(draft), None));
    }
    let Ok(visible) = memory.puts(&doc(), &"a/H1".parse().unwrap(), true);
    assert_eq!(visible.len(), 2, "both settlements are kept");
}

#[test]
fn a_cleared_answer_beside_a_new_one_is_a_dispute() {
    // A delete would leave the new answer alone, as if nobody had cleared it.
    let (mut memory, first) = one_card();
    let mut cleared = card(&memory, 2, vec![first], &[("a/H1", 0)]);
    cleared.puts[0].value = Value::Null;
    let answered = card(&memory, 3, vec![first], &[("a/H1", 8)]);
    for draft in [cleared, answered] {
        accepted(memory.push(&doc(), &write_change(&draft), None));
    }
    let record = memory.read(&doc());
    assert_eq!(record.answers.values().filter(|answer| !answer.dispute.is_empty()).count(), 1);
}

#[test]
fn a_snapshot_that_was_cut_or_damaged_panics_nobody() {
    // Automerge::load panics on one of a hundred damaged documents, and swallows errors behind a good beginning.
    let (mut memory, _) = one_card();
    for place in 0..6 {
        push_card(&mut memory, 1 + place % ACTORS, &[("a/H1", 3), ("a/H2", 4)]);
    }
    let (snapshot, order) = make_snapshot(&memory.changes(&doc())).unwrap();
    assert_eq!(expand_snapshot(&snapshot).unwrap().len(), order.len());
    for place in 0..snapshot.len() {
        assert!(expand_snapshot(&snapshot[..place]).is_err(), "cut to {place}");
        let mut damaged = snapshot.clone();
        damaged[place] ^= 0x10;
        assert!(expand_snapshot(&damaged).is_err(), "damaged at {place}");
    }
    assert!(expand_snapshot(&memory.changes(&doc())[0]).is_err(), "a change alone is no snapshot");
    let twice = [snapshot.clone(), snapshot].concat();
    assert!(expand_snapshot(&twice).is_err(), "something stands behind it");
}

#[test]
fn a_bundle_in_place_of_a_snapshot_asks_for_no_memory() {
    // Found by the fuzz target `snapshot`: automerge unrolls a run of a bundle as long as its bytes say, here gigabytes.
    let found = include_bytes!("../../fuzz/seeds/snapshot/bundle");
    let mut bundle = found[1..].to_vec();
    mend_checksum(&mut bundle);
    assert!(expand_snapshot(&bundle).is_err());
}
