//! Records as inspectors write them: 12 integers, 14 choices and 8 notes of 18 characters out of 33.

use anyhow::Result;
use sumu_core::device::{Device, Place};
use sumu_core::ids::SiteId;
use sumu_core::record::{Key, Value};
use sumu_tests::world::chance::Chance;

/// The division tree of the demo.
pub const REGIONS: &[u8] = include_bytes!("../../data/regions-tongliao.csv");
/// The items of the demo.
pub const ITEMS: &[u8] = include_bytes!("../../data/items.csv");
/// The rounds that together have room for the records.
pub const ROUNDS: [&str; 2] = ["autumn", "winter"];
/// What one phone of a team holds.
pub const SMALL: usize = 2_000;
/// What the largest phone holds.
pub const BIG: usize = 40_000;

const HANDLES: [&str; 10] =
    ["housing", "water", "roads", "power", "broadcast", "school", "clinic", "culture", "shop", "security"];
const LETTERS: [char; 33] = [
    '井', '台', '完', '好', '水', '量', '充', '足', '路', '面', '平', '整', '电', '线', '老', '化', '已', '报', '修',
    '待', '复', '查', '户', '村', '东', '西', '南', '北', '三', '处', '墙', '体', '，',
];

/// Returns the codes of all villages, in order.
fn villages() -> Vec<String> {
    let text = String::from_utf8_lossy(REGIONS);
    let rows = text.lines().filter(|line| line.ends_with(",village"));
    let mut codes: Vec<String> = rows.filter_map(|line| line.split(',').next()).map(str::to_owned).collect();
    codes.sort();
    codes
}

/// Returns the village at a place in the list, if there is one before it.
pub fn site(place: usize) -> Option<SiteId> {
    villages().get(place.checked_sub(1)?)?.parse().ok()
}

/// Returns the places of the first records, or of some of them evenly spread.
pub fn places(device: &Device, records: usize, wanted: usize) -> Result<Vec<Place>> {
    let villages = villages();
    let step = (records / wanted).max(1);
    (0..records)
        .step_by(step)
        .map(|number| {
            let round = ROUNDS[number / (villages.len() * HANDLES.len())];
            let village = &villages[number / HANDLES.len() % villages.len()];
            Ok(device.place(village, HANDLES[number % HANDLES.len()], Some(round))?)
        })
        .collect()
}

/// Returns an item's places at the first sites.
pub fn sites_of(device: &Device, item: &str, sites: usize) -> Result<Vec<Place>> {
    villages().iter().take(sites).map(|village| Ok(device.place(village, item, Some(ROUNDS[0]))?)).collect()
}

/// Writes the records, one card each.
pub fn fill(device: &Device, records: usize) -> Result<()> {
    let chance = Chance::new(records as u64);
    for (number, place) in places(device, records, records)?.iter().enumerate() {
        device.answer(place, &card(&chance)?)?;
        if (number + 1) % 10_000 == 0 {
            eprintln!("… {} of {records} records written", number + 1);
        }
    }
    Ok(())
}

/// Changes one answer in each of some records.
pub fn edit_some(device: &Device, records: usize, some: usize) -> Result<()> {
    places(device, records, some)?
        .iter()
        .take(some)
        .enumerate()
        .try_for_each(|(n, place)| edit(device, place, n as i64))
}

/// Changes one answer.
pub fn edit(device: &Device, place: &Place, value: i64) -> Result<()> {
    device.answer(place, &[(Key::answer("q1")?, Value::Int(1000 + value))])?;
    Ok(())
}

fn card(chance: &Chance) -> Result<Vec<(Key, Value)>> {
    let mut card = Vec::new();
    for number in 0..12 {
        card.push((Key::answer(&format!("q{number}"))?, Value::Int(chance.below(500) as i64)));
    }
    for number in 0..14 {
        let choice = chance.pick(&["good", "fair", "poor", "none"]);
        card.push((Key::answer(&format!("c{number}"))?, Value::Text((*choice).to_owned())));
    }
    for number in 0..8 {
        let note = (0..18).map(|_| *chance.pick(&LETTERS)).collect();
        card.push((Key::answer(&format!("note{number}"))?, Value::Text(note)));
    }
    Ok(card)
}
