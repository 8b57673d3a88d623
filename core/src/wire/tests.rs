//! Round trips and hostile bytes.

use proptest::prelude::*;

use super::*;
use crate::gate::{Reason, Verdict};
use crate::ids::*;

fn bytes<const N: usize>() -> impl Strategy<Value = [u8; N]> {
    proptest::collection::vec(any::<u8>(), N).prop_map(|bytes| bytes.try_into().unwrap())
}

fn blob() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 0..300)
}

fn id<T: std::fmt::Debug, const N: usize>(make: fn([u8; N]) -> T) -> impl Strategy<Value = T> {
    bytes::<N>().prop_map(make)
}

fn site() -> impl Strategy<Value = SiteId> {
    "[A-Za-z0-9_-]{1,32}".prop_map(|text| text.parse().unwrap())
}

fn parts() -> impl Strategy<Value = DocParts> {
    prop_oneof![
        (site(), id(ItemId::new), id(RoundId::new)).prop_map(|(site, item, round)| DocParts::Record {
            site,
            item,
            round
        }),
        (site(), bytes::<16>())
            .prop_map(|(site, ulid)| DocParts::Finding { site, ulid: Ulid::from_slice(&ulid).unwrap() }),
    ]
}

fn verdict() -> impl Strategy<Value = Verdict> {
    let reason = proptest::sample::select(Reason::ALL);
    prop_oneof![
        Just(Verdict::Accepted),
        Just(Verdict::Duplicate),
        Just(Verdict::Held),
        reason.prop_flat_map(|reason| {
            proptest::sample::select(vec![
                Verdict::Pending(reason),
                Verdict::Parked(reason),
                Verdict::Refused(reason),
                Verdict::Later(reason),
            ])
        }),
    ]
}

fn placed_verdicts() -> impl Strategy<Value = Vec<(Verdict, u64)>> {
    let one = (verdict(), any::<u64>()).prop_map(|(verdict, lsn)| (verdict, if verdict.is_in_log() { lsn } else { 0 }));
    let run = (one, 1..20u64).prop_map(|((verdict, lsn), count)| {
        (0..count).map(|step| (verdict, if lsn == 0 { 0 } else { lsn.wrapping_add(step) })).collect::<Vec<_>>()
    });
    proptest::collection::vec(run, 0..8).prop_map(|runs| runs.concat())
}

fn scopes() -> impl Strategy<Value = ScopeList> {
    let scope = ("[0-9]{1,32}", proptest::option::of(id(RoundId::new)))
        .prop_map(|(area, round)| Scope { area: area.parse().unwrap(), round });
    proptest::collection::vec(scope, 0..20).prop_map(ScopeList::of)
}

/// Items of a device's page.
fn sent_item() -> impl Strategy<Value = Item> {
    prop_oneof![
        blob().prop_map(Item::Certificate),
        blob().prop_map(Item::Registration),
        parts().prop_map(Item::Document),
        (bytes::<64>(), blob(), any::<u64>()).prop_map(|(signature, bytes, lsn)| Item::Change {
            signature,
            bytes,
            lsn
        }),
        (bytes::<32>(), blob()).prop_map(|(photo, bytes)| Item::Thumbnail { photo, bytes }),
        proptest::collection::vec(id(ActorId::new), 1..9).prop_map(Item::NeedRegistrations),
        (id(DocId::new), proptest::collection::vec(id(ChangeHash::new), 1..9))
            .prop_map(|(doc, hashes)| Item::NeedChanges { doc, hashes }),
    ]
}

/// Items of a server's page.
fn any_item() -> impl Strategy<Value = Item> {
    let end = (any::<bool>(), any::<u16>(), bytes::<8>(), any::<u64>(), any::<u64>())
        .prop_map(|(more, back_off, manifest, backup, now)| Item::End(End { more, back_off, manifest, backup, now }));
    prop_oneof![
        4 => sent_item(),
        1 => (blob(), any::<u64>()).prop_map(|(bytes, lsn)| Item::Snapshot { bytes, lsn }),
        1 => placed_verdicts().prop_map(Item::Verdicts),
        1 => (id(DocId::new), id(ChangeHash::new), verdict(), any::<u64>())
            .prop_map(|(doc, hash, verdict, lsn)| Item::Verdict { doc, hash, verdict, lsn }),
        1 => scopes().prop_map(Item::Scopes),
        1 => parts().prop_map(Item::Drop),
        1 => (site(), "[0-9]{1,32}").prop_map(|(site, code)| Item::Place { site, code: code.parse().unwrap() }),
        1 => (any::<u64>(), bytes::<16>()).prop_map(|(number, nonce)| Item::Restored(RequestKey { number, nonce })),
        1 => (id(LogId::new), id(Epoch::new)).prop_map(|(log, epoch)| Item::OtherLog { log, epoch }),
        1 => end,
    ]
}

/// A page as senders make them: a document first, a vouch last.
fn page(item: impl Strategy<Value = Item>) -> impl Strategy<Value = Vec<Item>> {
    (parts(), proptest::collection::vec(item, 0..40)).prop_map(|(parts, items)| {
        let mut page = vec![Item::Document(parts)];
        page.extend(items);
        if page.iter().any(|item| matches!(item, Item::Snapshot { .. })) {
            page.push(Item::Vouch([7; 64]));
        }
        page
    })
}

fn cursors() -> impl Strategy<Value = Cursors> {
    let fills = proptest::collection::btree_map(0..1000u16, proptest::option::of(id(Cursor)), 0..20);
    (proptest::option::of(id(Cursor)), fills)
        .prop_map(|(main, fills)| Cursors { main, fills: fills.into_iter().collect() })
}

fn frame() -> impl Strategy<Value = Frame> {
    (page(any_item()), cursors()).prop_map(|(items, cursors)| Frame { items, cursors })
}

fn request() -> impl Strategy<Value = Request> {
    let ids = (id(DeviceId::new), id(InstanceId::new), id(LogId::new), id(Epoch::new));
    let key = (any::<u64>(), bytes::<16>()).prop_map(|(number, nonce)| RequestKey { number, nonce });
    let fills = proptest::collection::btree_map(0..1000u16, id(Cursor), 0..20);
    (ids, key, bytes::<8>(), id(Cursor), fills, any::<u32>(), page(sent_item())).prop_map(
        |((device, instance, log, epoch), key, scopes, cursor, fills, frame_bytes, page)| Request {
            device,
            instance,
            key,
            log,
            epoch,
            scopes,
            cursor,
            fills: fills.into_iter().collect(),
            frame_bytes,
            page,
        },
    )
}

/// Reads frames from pieces until the first error or the end.
fn read(pieces: &[&[u8]]) -> Result<(Vec<Frame>, bool), WireError> {
    let mut reader = FrameReader::default();
    let mut frames = Vec::new();
    for piece in pieces {
        reader.push(piece);
        while let Some(frame) = reader.next_frame()? {
            frames.push(frame);
        }
    }
    Ok((frames, reader.is_at_boundary()))
}

proptest! {
    #[test]
    fn a_request_comes_back(request in request()) {
        prop_assert_eq!(Request::decode(&request.encode().unwrap()), Ok(request));
    }

    #[test]
    fn frames_come_back_from_pieces_of_any_size(
        frames in proptest::collection::vec(frame(), 1..4),
        cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..9),
    ) {
        let reply: Vec<u8> = frames.iter().flat_map(|frame| encode_frame(frame).unwrap()).collect();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(reply.len())).collect();
        cuts.sort_unstable();
        let mut pieces = Vec::new();
        let mut start = 0;
        for cut in cuts {
            pieces.push(&reply[start..cut]);
            start = cut;
        }
        pieces.push(&reply[start..]);
        prop_assert_eq!(read(&pieces), Ok((frames, true)));
    }

    #[test]
    fn estimates_are_never_too_small(parts in parts(), item in any_item()) {
        let page = [Item::Document(parts), item, Item::Vouch([7; 64])];
        let whole = super::encode::encode_items(&page).unwrap().len();
        let without = super::encode::encode_items(&[page[0].clone(), page[2].clone()]).unwrap().len();
        prop_assert!(whole - without <= page[1].estimate(), "{:?}", page[1]);
    }

    #[test]
    fn hostile_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), items in any::<bool>()) {
        // With a right length and checksum the decoders behind them are reached.
        let mut sealed = if items { vec![VERSION] } else { Vec::new() };
        super::pack::seal(&mut sealed, &bytes);
        let _ = Request::decode(&sealed);
        let _ = read(&[&sealed]);
        let _ = super::decode::decode_items(&bytes);
    }

    #[test]
    fn damaged_items_never_panic(frame in frame(), place: proptest::sample::Index, flip in 1..=255u8) {
        let mut page = super::encode::encode_items(&frame.items).unwrap();
        let place = place.index(page.len());
        let _ = super::decode::decode_items(&page[..place]);
        page[place] ^= flip;
        let _ = super::decode::decode_items(&page);
    }
}
