//! The bytes of the protocol, pinned: what stands in `golden/` and in the examples of PROTOCOL.md is what the code writes and
//! reads. A change here is a new protocol version, not a new golden file.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what tests share stands outside of them"
)]

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use sumu_core::gate::{Reason, Verdict};
use sumu_core::ids::*;
use sumu_core::link::{Link, SignInLink};
use sumu_core::record::{Draft, OpId, Put, Settlement, Value, write_change};
use sumu_core::sign::{Certificate, Grant, PrivateKey, Registration, Role};
use sumu_core::wire::*;

const PROGRAMME: ProgrammeId = ProgrammeId::new(counting(0x10));
const PERSON: PersonId = PersonId::new(counting(0x20));
const ACTOR: ActorId = ActorId::new(counting(0x30));
const ITEM: ItemId = ItemId::new(counting(0x40));
const ROUND: RoundId = RoundId::new(counting(0x50));
const LOG: LogId = LogId::new(counting(0x60));
const EPOCH: Epoch = Epoch::new(counting(0x70));
const HASH: ChangeHash = ChangeHash::new(counting(0x80));

/// Bytes that count up, so that nothing here is worth packing.
const fn counting<const N: usize>(first: u8) -> [u8; N] {
    let mut bytes = [first; N];
    let mut place = 1;
    while place < N {
        bytes[place] = bytes[place - 1].wrapping_add(1);
        place += 1;
    }
    bytes
}

fn server_key() -> PrivateKey {
    PrivateKey::from_bytes(&[2; 32]).unwrap()
}

fn device_key() -> PrivateKey {
    PrivateKey::from_bytes(&[1; 32]).unwrap()
}

fn record() -> DocParts {
    DocParts::Record { site: "150521100201".parse().unwrap(), item: ITEM, round: ROUND }
}

fn finding() -> DocParts {
    DocParts::Finding { site: "150522".parse().unwrap(), ulid: "01JDZ5M0S3R7QW8XYZ0123456A".parse().unwrap() }
}

/// Reads `[name]` sections of hex; `#` begins a comment.
fn sections(text: &str) -> BTreeMap<String, Vec<u8>> {
    let mut sections: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut name = String::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap().trim();
        if let Some(named) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            name = named.to_owned();
            assert!(sections.insert(name.clone(), Vec::new()).is_none(), "{name} stands twice");
        } else if !line.is_empty() {
            let hex: String = line.split_whitespace().collect();
            sections.get_mut(&name).unwrap().extend(HEXLOWER.decode(hex.as_bytes()).unwrap());
        }
    }
    sections
}

#[track_caller]
fn assert_golden(golden: &BTreeMap<String, Vec<u8>>, written: &[(&str, Vec<u8>)]) {
    for (name, bytes) in written {
        let pinned = golden.get(*name).map(|bytes| HEXLOWER.encode(bytes));
        assert_eq!(pinned, Some(HEXLOWER.encode(bytes)), "[{name}]");
    }
    assert_eq!(golden.len(), written.len(), "a golden section that nothing writes");
}

fn items() -> Vec<(&'static str, Item)> {
    let scopes = ScopeList::of([
        Scope { area: "150522".parse().unwrap(), round: None },
        Scope { area: "150521".parse().unwrap(), round: Some(ROUND) },
        Scope { area: "150521".parse().unwrap(), round: None },
    ]);
    let verdicts = vec![
        (Verdict::Accepted, 500),
        (Verdict::Accepted, 501),
        (Verdict::Accepted, 502),
        (Verdict::Refused(Reason::Signature), 0),
        (Verdict::Pending(Reason::MissingDependency), 0),
        (Verdict::Pending(Reason::MissingDependency), 0),
        (Verdict::Duplicate, 77),
    ];
    let moved = Item::Place { site: "150521100201".parse().unwrap(), code: "150521101201".parse().unwrap() };
    let end = End { more: true, back_off: 300, manifest: counting(0x90), backup: 4_096, now: 1_795_000_000 };
    vec![
        ("certificate", Item::Certificate(vec![0xc1, 0xc2])),
        ("registration", Item::Registration(vec![0xd1, 0xd2])),
        ("document of a record", Item::Document(record())),
        ("document of a finding", Item::Document(finding())),
        ("vouch", Item::Vouch(counting(0xe0))),
        ("verdicts", Item::Verdicts(verdicts)),
        (
            "verdict",
            Item::Verdict {
                doc: record().doc_id(&PROGRAMME),
                hash: HASH,
                verdict: Verdict::Parked(Reason::NoRight),
                lsn: 0,
            },
        ),
        ("scopes", Item::Scopes(scopes)),
        ("drop", Item::Drop(record())),
        ("place", moved),
        ("thumbnail", Item::Thumbnail { photo: counting(0xa0), bytes: vec![1, 2, 3] }),
        ("need registrations", Item::NeedRegistrations(vec![ACTOR])),
        ("need changes", Item::NeedChanges { doc: record().doc_id(&PROGRAMME), hashes: vec![HASH] }),
        ("restored", Item::Restored(RequestKey { number: 7, nonce: counting(0xb0) })),
        ("other log", Item::OtherLog { log: LOG, epoch: EPOCH }),
        ("end", Item::End(end)),
    ]
}

/// Two changes of one document, and a snapshot of another with the server's vouch.
fn frame() -> Frame {
    let snapshot = vec![0x5a, 0x5b, 0x5c];
    let vouch = server_key().vouch(&PROGRAMME, &[(finding().doc_id(&PROGRAMME), ContentHash::of(&snapshot))]);
    let change = |first: u8, lsn: u64| Item::Change {
        signature: device_key().sign_change(&record().doc_id(&PROGRAMME), &ChangeHash::new([first; 32])),
        bytes: vec![first, 0xcc],
        lsn,
    };
    Frame {
        items: vec![
            Item::Document(record()),
            change(0xc1, 1_000),
            change(0xc2, 998),
            Item::Document(finding()),
            Item::Snapshot { bytes: snapshot, lsn: 1_001 },
            Item::Vouch(vouch),
        ],
        cursors: Cursors {
            main: Some(Cursor(counting(0xf1))),
            fills: vec![(0, Some(Cursor(counting(0xf2)))), (3, None), (4, Some(Cursor(counting(0xf3))))],
        },
    }
}

fn request(page: Vec<Item>) -> Request {
    Request {
        device: device_key().public().device(),
        instance: InstanceId::new(counting(0xa1)),
        key: RequestKey { number: 300, nonce: counting(0xb0) },
        log: LOG,
        epoch: EPOCH,
        scopes: counting(0x0a),
        cursor: Cursor(counting(0xf1)),
        fills: vec![(2, Cursor(counting(0xf2)))],
        frame_bytes: 262_144,
        page,
    }
}

/// Reads one frame that must be whole.
fn read(bytes: &[u8]) -> Result<Frame, WireError> {
    let mut reader = FrameReader::default();
    reader.push(bytes);
    let frame = reader.next_frame()?.expect("a whole frame");
    assert!(reader.is_at_boundary());
    Ok(frame)
}

#[test]
fn every_item_is_written_as_pinned_and_read_back() {
    let golden = sections(include_str!("golden/items.hex"));
    let frames: Vec<_> = items()
        .into_iter()
        .map(|(name, item)| (name, Frame { items: vec![item], cursors: Cursors::default() }))
        .collect();
    let written: Vec<_> = frames.iter().map(|(name, frame)| (*name, encode_frame(frame).unwrap())).collect();
    assert_golden(&golden, &written);
    for (name, frame) in frames {
        assert_eq!(read(&golden[name]), Ok(frame), "[{name}]");
    }
}

#[test]
fn a_frame_and_a_request_are_written_as_pinned_and_read_back() {
    let golden = sections(include_str!("golden/exchange.hex"));
    let quiet = Request { fills: Vec::new(), ..request(Vec::new()) };
    let push = request(vec![
        Item::Registration(vec![0xd1, 0xd2]),
        Item::Document(record()),
        Item::Change { signature: counting(0x55), bytes: vec![0xc1, 0xc2, 0xc3], lsn: 0 },
    ]);
    let written = [
        ("request with nothing to push", quiet.encode().unwrap()),
        ("request with a push", push.encode().unwrap()),
        ("frame", encode_frame(&frame()).unwrap()),
    ];
    assert_golden(&golden, &written);
    assert_eq!(Request::decode(&golden["request with nothing to push"]), Ok(quiet));
    assert_eq!(Request::decode(&golden["request with a push"]), Ok(push));
    assert_eq!(read(&golden["frame"]), Ok(frame()));
}

#[test]
fn a_frame_packed_by_any_version_of_zstd_is_read() {
    let golden = sections(include_str!("golden/packed.hex"));
    let items = vec![Item::Certificate(vec![7; 400])];
    assert_eq!(read(&golden["packed frame"]), Ok(Frame { items, cursors: Cursors::default() }));
}

#[test]
fn unknown_items_are_skipped_only_where_they_may_be() {
    let golden = sections(include_str!("golden/unknown.hex"));
    let skipped = read(&golden["may be skipped"]).unwrap();
    assert_eq!(skipped.items, vec![Item::NeedRegistrations(vec![ACTOR])]);
    assert_eq!(read(&golden["may not be skipped"]), Err(WireError::UnknownItem(0x7f)));
}

#[test]
fn signed_bytes_are_written_as_pinned() {
    let golden = sections(include_str!("golden/signed.hex"));
    let (server, device) = (server_key(), device_key());
    let certificate = Certificate {
        programme: PROGRAMME,
        device_key: device.public(),
        person: PERSON,
        serial: 2,
        grants: vec![
            Grant { role: Role::Inspector, areas: vec!["150521".parse().unwrap(), "150522100".parse().unwrap()] },
            Grant { role: Role::TeamLead, areas: vec!["150521100".parse().unwrap()] },
        ],
    };
    let registration =
        Registration { programme: PROGRAMME, actor: ACTOR, person: PERSON, device_key: device.public(), serial: 2 };
    let doc = record().doc_id(&PROGRAMME);
    let written = [
        ("server key", server.public().as_bytes().to_vec()),
        ("device key", device.public().as_bytes().to_vec()),
        ("device id", device.public().device().as_bytes().to_vec()),
        ("document id of a record", doc.as_bytes().to_vec()),
        ("document id of a finding", finding().doc_id(&PROGRAMME).as_bytes().to_vec()),
        ("certificate", certificate.sign(&server)),
        ("registration", registration.sign(&device)),
        ("change signature", device.sign_change(&doc, &HASH).to_vec()),
        ("vouch", server.vouch(&PROGRAMME, &[(doc, ContentHash::new(counting(0x81)))]).to_vec()),
        ("enrolment proof", device.prove_enrolment("aB3_-x").to_vec()),
        ("settlement", settlement()),
        ("change", write_change(&change())),
        ("change hash", Sha256::digest(&write_change(&change())[8..]).to_vec()),
    ];
    assert_golden(&golden, &written);
    assert_eq!(Certificate::open(&golden["certificate"], &server.public(), &PROGRAMME), Ok(certificate));
    assert_eq!(Registration::open(&golden["registration"], &PROGRAMME), Ok(registration));
    let read = sumu_core::gate::parse(&golden["change"]).unwrap();
    assert_eq!((read.hash.as_bytes().to_vec(), read.puts.to_vec()), (golden["change hash"].clone(), change().puts));
}

/// A settlement of a disputed answer, with its reason, and another answer.
fn change() -> Draft {
    let put = |key: &str, value: Value, replaces: &[(u64, ActorId)]| Put {
        key: key.parse().unwrap(),
        value,
        replaces: replaces.iter().map(|(counter, actor)| OpId { counter: *counter, actor: *actor }).collect(),
    };
    let other = ActorId::new(counting(0x38));
    Draft {
        actor: ACTOR,
        seq: 2,
        start_op: 4,
        deps: vec![HASH, ChangeHash::new(counting(0x81))],
        time: 1_795_000_000,
        puts: vec![
            put("a/H1", Value::Int(8), &[(2, other), (3, ACTOR)]),
            put("d/a/H1", Value::Bytes(settlement()), &[]),
            put("a/H2", Value::Text("完好".into()), &[]),
        ],
    }
}

fn settlement() -> Vec<u8> {
    let settlement = Settlement { value: "8".into(), reason: "现场复核".into() };
    match settlement.encode() {
        Ok(Value::Bytes(bytes)) => bytes,
        other => panic!("{other:?}"),
    }
}

#[test]
fn links_are_written_as_pinned_and_read_back() {
    let golden: Vec<&str> = include_str!("golden/links.txt").lines().filter(|line| !line.starts_with('#')).collect();
    let url = "https://sumu.example".to_owned();
    let plain = Link { url: url.clone(), code: "aB3_-x".into(), fingerprint: None };
    let pinned = Link {
        url: "https://192.168.1.20:8417".into(),
        code: "aB3_-x".into(),
        fingerprint: Some(*ContentHash::of(b"the certificate").as_bytes()),
    };
    assert_eq!(golden, [plain.to_string(), pinned.to_string(), SignInLink { url, code: "aB3_-x".into() }.to_string()]);
    assert_eq!(golden[0].parse(), Ok(plain));
    assert_eq!(golden[1].parse(), Ok(pinned));
}

#[test]
fn every_verdict_and_reason_has_its_number_in_the_specification() {
    let specification = include_str!("../src/wire/PROTOCOL.md");
    for reason in Reason::ALL {
        let row = format!("| {} | `{}` |", reason.number(), reason);
        assert!(specification.contains(&row), "{row}");
    }
    for verdict in [Verdict::Accepted, Verdict::Duplicate, Verdict::Held] {
        let row = format!("| {} | `{}` |", verdict.numbers().0, verdict.as_str());
        assert!(specification.contains(&row), "{row}");
    }
}

#[test]
fn the_examples_of_the_specification_are_what_the_code_writes() {
    let mut pinned = sections(include_str!("golden/exchange.hex"));
    pinned.extend(sections(include_str!("golden/signed.hex")));
    pinned.extend(
        sections(include_str!("golden/items.hex")).into_iter().map(|(name, bytes)| (format!("item: {name}"), bytes)),
    );
    let specification = include_str!("../src/wire/PROTOCOL.md");
    let mut examples = 0;
    for block in specification.split("```hex\n").skip(1) {
        for (name, bytes) in sections(block.split("```").next().unwrap()) {
            assert_eq!(
                pinned.get(&name).map(|bytes| HEXLOWER.encode(bytes)),
                Some(HEXLOWER.encode(&bytes)),
                "[{name}]"
            );
            examples += 1;
        }
    }
    assert!(examples >= 5, "{examples}");
}

#[test]
fn a_request_or_frame_damaged_anywhere_is_refused_with_the_place() {
    let request = request(vec![Item::Document(record())]).encode().unwrap();
    let frame = encode_frame(&frame()).unwrap();
    for place in 0..request.len() {
        let cut = Request::decode(&request[..place]);
        assert!(matches!(cut, Err(WireError::Length { .. })), "cut at {place}: {cut:?}");
        for flip in [1, 0x80] {
            let mut flipped = request.clone();
            flipped[place] ^= flip;
            assert!(Request::decode(&flipped).is_err(), "byte {place}");
        }
    }
    assert!(matches!(Request::decode(&[request, vec![0]].concat()), Err(WireError::Length { .. })));
    for place in 0..frame.len() {
        let mut reader = FrameReader::default();
        reader.push(&frame[..place]);
        assert_eq!(reader.next_frame(), Ok(None), "cut at {place}");
        assert_eq!(reader.is_at_boundary(), place == 0);
        let mut flipped = frame.clone();
        flipped[place] ^= 1;
        let mut reader = FrameReader::default();
        reader.push(&flipped);
        // A damaged length may ask for more bytes than come; the reply then ends in the middle of a frame.
        let read = reader.next_frame();
        assert!(read.is_err() || (read == Ok(None) && !reader.is_at_boundary()), "byte {place}: {read:?}");
    }
}

#[test]
fn what_a_limit_or_the_form_forbids_is_not_written() {
    let too_many = Request { page: vec![Item::Document(record())], ..request(Vec::new()) };
    let change = Item::Change { signature: [0; 64], bytes: vec![1], lsn: 0 };
    let page = [too_many.page.clone(), vec![change; limits::PUSHED_CHANGES + 1]].concat();
    let many = Request { page, ..too_many.clone() }.encode();
    assert_eq!(many, Err(WireError::TooLarge { what: "the changes of a request", limit: limits::PUSHED_CHANGES }));
    let wrong = Request { page: vec![Item::Vouch([0; 64])], ..too_many }.encode();
    assert!(matches!(wrong, Err(WireError::Form { .. })));

    let frame = |items| Frame { items, cursors: Cursors::default() };
    let snapshot = Item::Snapshot { bytes: vec![1], lsn: 1 };
    assert!(matches!(encode_frame(&frame(vec![snapshot.clone()])), Err(WireError::Form { .. })));
    assert!(matches!(encode_frame(&frame(vec![Item::Document(record()), snapshot])), Err(WireError::Form { .. })));
    let items = vec![Item::Restored(RequestKey { number: 1, nonce: [0; 16] }); limits::PAGE_ITEMS + 1];
    assert!(matches!(encode_frame(&frame(items)), Err(WireError::TooLarge { limit: limits::PAGE_ITEMS, .. })));
    let large = vec![Item::Certificate(vec![0; limits::UNPACKED_BYTES])];
    assert!(matches!(encode_frame(&frame(large)), Err(WireError::TooLarge { limit: limits::UNPACKED_BYTES, .. })));
    let mut reader = FrameReader::default();
    reader.push(&[0xff, 0xff, 0xff, 0xff, 0x7f]);
    assert!(matches!(reader.next_frame(), Err(WireError::TooLarge { what: "a frame", .. })));
    assert_eq!(Request::decode(&[9]), Err(WireError::Version(9)));
}
