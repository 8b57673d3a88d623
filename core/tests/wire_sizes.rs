//! How many bytes an exchange takes, measured on documents like those of a real programme.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "what tests share stands outside of them")]

use automerge::{ActorId as AutomergeActor, AutoCommit, ROOT, transaction::Transactable};
use sumu_core::clock::{Entropy, SeededEntropy};
use sumu_core::ids::*;
use sumu_core::wire::*;

/// 33 characters of which inspectors' notes are made here.
const CHARACTERS: [char; 33] = [
    '水', '井', '路', '灯', '屋', '顶', '墙', '裂', '缝', '已', '修', '未', '完', '好', '漏', '雨', '电', '线', '杆',
    '学', '校', '卫', '生', '室', '超', '市', '文', '化', '广', '场', '村', '民', '户',
];
const CHOICES: [&str; 4] = ["good", "fair", "poor", "none"];

struct Draw(SeededEntropy);

impl Draw {
    fn below(&self, end: usize) -> usize {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) % end as u64).unwrap()
    }

    fn signature(&self) -> [u8; 64] {
        let mut bytes = [0; 64];
        self.0.fill(&mut bytes);
        bytes
    }

    /// A document with one change: 12 integers, 14 choices, 8 notes of 18 characters.
    fn document(&self, actor: &AutomergeActor) -> AutoCommit {
        let mut document = AutoCommit::new().with_actor(actor.clone());
        for question in 0..12 {
            document.put(ROOT, format!("a/i{question:02}"), self.below(100) as i64).unwrap();
        }
        for question in 0..14 {
            document.put(ROOT, format!("a/c{question:02}"), CHOICES[self.below(4)]).unwrap();
        }
        for question in 0..8 {
            let note: String = (0..18).map(|_| CHARACTERS[self.below(33)]).collect();
            document.put(ROOT, format!("a/n{question:02}"), note).unwrap();
        }
        document.commit();
        document
    }
}

fn parts(number: usize, rounds: &[RoundId], items: &[ItemId]) -> DocParts {
    let site = format!("1505{:08}", 21_100_200 + number / 10).parse().unwrap();
    DocParts::Record { site, item: items[number % 10], round: rounds[0] }
}

fn end() -> Item {
    Item::End(End { more: false, back_off: 0, manifest: [0xa5; 8], backup: 1_234_567, now: 1_795_000_000 })
}

fn frames(documents: impl Iterator<Item = (DocParts, Vec<Item>)>, frame_bytes: u32) -> (usize, usize) {
    let (mut bytes, mut count) = (0, 0);
    let mut builder = PageBuilder::for_frame(frame_bytes);
    let mut send = |builder: PageBuilder, last: bool| {
        let mut items = builder.finish();
        if items.iter().any(|item| matches!(item, Item::Snapshot { .. })) {
            items.push(Item::Vouch([0x5a; 64]));
        }
        if last {
            items.push(end());
        }
        let cursors = Cursors { main: Some(Cursor([0xc5; 16])), fills: Vec::new() };
        bytes += encode_frame(&Frame { items, cursors }).unwrap().len();
        count += 1;
    };
    for (parts, group) in documents {
        if let Err(group) = builder.offer(Some(&parts), group) {
            send(std::mem::replace(&mut builder, PageBuilder::for_frame(frame_bytes)), false);
            builder.offer(Some(&parts), group).unwrap();
        }
    }
    send(builder, true);
    (bytes, count)
}

#[test]
fn an_exchange_with_nothing_changed_fits_a_hundred_and_fifty_bytes_of_bodies() {
    let draw = SeededEntropy::new(1);
    let request = Request {
        device: DeviceId::random(&draw),
        instance: InstanceId::random(&draw),
        key: RequestKey { number: 300, nonce: *LogId::random(&draw).as_bytes() },
        log: LogId::random(&draw),
        epoch: Epoch::random(&draw),
        scopes: [7; 8],
        cursor: Cursor([9; 16]),
        fills: Vec::new(),
        frame_bytes: 262_144,
        page: Vec::new(),
    };
    let up = request.encode().unwrap().len();
    let down = encode_frame(&Frame { items: vec![end()], cursors: Cursors::default() }).unwrap().len();
    println!("nothing changed: {up} up, {down} down");
    assert!(up <= 110 && down <= 40, "{up} up, {down} down");
}

#[test]
fn twenty_small_edits_with_signatures_fit_four_kilobytes() {
    let draw = Draw(SeededEntropy::new(2));
    let rounds = [RoundId::random(&draw.0)];
    let items: Vec<ItemId> = (0..10).map(|_| ItemId::random(&draw.0)).collect();
    let first = AutomergeActor::from(ActorId::random(&draw.0).as_bytes().to_vec());
    let second = AutomergeActor::from(ActorId::random(&draw.0).as_bytes().to_vec());
    let mut raw = 0;
    let documents: Vec<_> = (0..20)
        .map(|number| {
            let mut document = draw.document(&first).with_actor(second.clone());
            document.put(ROOT, format!("a/i{:02}", draw.below(12)), draw.below(100) as i64).unwrap();
            document.put(ROOT, format!("a/c{:02}", draw.below(14)), CHOICES[draw.below(4)]).unwrap();
            document.commit();
            let bytes = document.get_last_local_change().unwrap().raw_bytes().to_vec();
            raw += bytes.len();
            let change = Item::Change { signature: draw.signature(), bytes, lsn: 2_001 + number as u64 };
            (parts(draw.below(2_000), &rounds, &items), vec![change])
        })
        .collect();
    let (bytes, _) = frames(documents.into_iter(), 262_144);
    println!("20 small edits of {} B: {bytes} B", raw / 20);
    assert!(bytes <= 4_000, "{bytes}");
}

#[test]
fn a_first_sync_of_two_thousand_records_fits_650_kilobytes() {
    let draw = Draw(SeededEntropy::new(3));
    let rounds = [RoundId::random(&draw.0)];
    let items: Vec<ItemId> = (0..10).map(|_| ItemId::random(&draw.0)).collect();
    let actors: Vec<_> = (0..4).map(|_| AutomergeActor::from(ActorId::random(&draw.0).as_bytes().to_vec())).collect();
    let documents: Vec<_> =
        (0..2_000usize).map(|number| (parts(number, &rounds, &items), draw.document(&actors[number / 500]))).collect();
    let (mut loose, mut snapshots) = (Vec::new(), Vec::new());
    let (mut loose_raw, mut snapshots_raw) = (0, 0);
    for (number, (parts, mut document)) in documents.into_iter().enumerate() {
        let lsn = number as u64 + 1;
        let bytes = document.get_last_local_change().unwrap().raw_bytes().to_vec();
        loose_raw += bytes.len();
        loose.push((parts.clone(), vec![Item::Change { signature: draw.signature(), bytes, lsn }]));
        let bytes = document.save_nocompress();
        snapshots_raw += bytes.len();
        snapshots.push((parts, vec![Item::Snapshot { bytes, lsn }]));
    }
    let (loose_bytes, loose_frames) = frames(loose.into_iter(), 262_144);
    let (snapshot_bytes, snapshot_frames) = frames(snapshots.into_iter(), 262_144);
    println!("2,000 records as loose changes of {} B: {loose_bytes} B in {loose_frames} frames", loose_raw / 2000);
    println!(
        "2,000 records as snapshots of {} B: {snapshot_bytes} B in {snapshot_frames} frames",
        snapshots_raw / 2000
    );
    assert!(loose_bytes <= 650_000 && snapshot_bytes <= 650_000);
}
