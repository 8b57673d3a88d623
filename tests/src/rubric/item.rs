//! The ten items: their names, their weights and what fails each outright.

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::criterion::{Criterion, criteria};

const NAMES: &str = include_str!("../../data/items.csv");

/// Percent of the whole, and the veto of the item's own.
const RULES: [(&str, u32, &str, &str); 10] = [
    ("housing", 15, "D级危房致人伤亡", "Someone was hurt in a Grade D dwelling"),
    ("water", 15, "饮水不合格造成中毒", "Unsafe water made people ill"),
    ("roads", 10, "偷工减料造成道路报废", "Cheating on materials ruined a street"),
    ("power", 10, "发生触电伤亡事故", "Someone was hurt by electricity"),
    ("broadcast", 8, "设备款项被挪用", "Money for equipment was diverted"),
    ("school", 12, "D级危险校舍仍在上课", "Lessons are held in a Grade D building"),
    ("clinic", 10, "无证行医", "Medicine is practised without a licence"),
    ("culture", 6, "场所被出租或挪用", "The place was let or used for something else"),
    ("shop", 4, "出售过期食品致人患病", "Expired food made people ill"),
    ("security", 10, "冒领、截留补助资金", "Allowances were claimed falsely or withheld"),
];

/// An item that some villages rightly do not have: it is then left out of the marks.
const MAY_BE_ABSENT: [&str; 2] = ["school", "shop"];

/// One item and its criteria.
#[derive(Clone, Debug)]
pub struct Item {
    /// `housing`.
    pub code: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// Its part of the whole, in percent.
    pub weight: u32,
    /// What fails it outright, in Chinese and English.
    pub veto: (&'static str, &'static str),
    /// Whether a village may rightly lack it.
    pub may_be_absent: bool,
    /// What is marked.
    pub criteria: Vec<Criterion>,
}

#[derive(Deserialize)]
struct Row {
    item: String,
    name_zh: String,
    name_en: String,
}

/// The items in their order, each with its criteria.
pub fn items() -> Result<Vec<Item>> {
    let all = criteria()?;
    let mut rows = csv::Reader::from_reader(NAMES.as_bytes());
    let mut items = Vec::new();
    for row in rows.deserialize() {
        let row: Row = row.context("a row of the items")?;
        let (_, weight, zh, en) = RULES.into_iter().find(|rule| rule.0 == row.item).context("an item without rules")?;
        items.push(Item {
            criteria: all.iter().filter(|criterion| criterion.item == row.item).cloned().collect(),
            may_be_absent: MAY_BE_ABSENT.contains(&row.item.as_str()),
            code: row.item,
            zh: row.name_zh,
            en: row.name_en,
            weight,
            veto: (zh, en),
        });
    }
    Ok(items)
}
