//! Import of the items: what is inspected at a site.

use std::collections::BTreeMap;
use std::io::Read;

use rusqlite::{Connection, OptionalExtension, Transaction};
use sumu_core::clock::Entropy;
use sumu_core::ids::{Handle, IdError, ItemId};
use sumu_core::region::LineError;

use super::AdminError;

/// What an import of items brought.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ItemsImported {
    /// How many items the table holds.
    pub items: usize,
    /// How many of them are new.
    pub new: usize,
}

struct ItemRow {
    handle: Handle,
    name_zh: String,
    name_en: String,
}

/// Imports a table `item,name_zh,name_en` (UTF-8): new items are added, known ones take their new names, none is removed.
///
/// Items are shown in the order of the newest table, those that it lacks after them. All wrong lines are named at once,
/// and then nothing is taken.
pub fn import_items(
    tx: &Transaction<'_>,
    table: impl Read,
    entropy: &dyn Entropy,
) -> Result<ItemsImported, AdminError> {
    let items = read_items(table)?;
    tx.execute("UPDATE item SET place = place + ?1", [i64::try_from(items.len()).unwrap_or(i64::MAX)])?;
    let mut insert = tx.prepare_cached("INSERT OR IGNORE INTO item VALUES (?1, ?2, '', '', 0)")?;
    let mut update = tx.prepare_cached("UPDATE item SET name_zh = ?2, name_en = ?3, place = ?4 WHERE handle = ?1")?;
    let mut new = 0;
    for (place, item) in (0i64..).zip(&items) {
        new += insert.execute((ItemId::random(entropy).as_bytes(), item.handle.as_str()))?;
        update.execute((item.handle.as_str(), &item.name_zh, &item.name_en, place))?;
    }
    Ok(ItemsImported { items: items.len(), new })
}

/// Finds an item by its handle.
pub fn find_item(connection: &Connection, handle: &Handle) -> Result<ItemId, AdminError> {
    let found = connection
        .prepare_cached("SELECT id FROM item WHERE handle = ?1")?
        .query_row([handle.as_str()], |row| row.get(0))
        .optional()?;
    found.map(ItemId::new).ok_or_else(|| AdminError::Unknown {
        what: "item",
        name: handle.to_string(),
        cure: "`items import` brings items",
    })
}

fn read_items(table: impl Read) -> Result<Vec<ItemRow>, AdminError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(table);
    let header = reader.headers().map_err(|error| AdminError::Items(error.to_string()))?.clone();
    let column = |name: &str| {
        let is_it = |column: &str| column.trim_start_matches('\u{feff}').trim_matches('"').eq_ignore_ascii_case(name);
        let missing = || AdminError::Items(format!("line 1: the header lacks the column '{name}'"));
        header.iter().position(is_it).ok_or_else(missing)
    };
    let (handle, name_zh, name_en) = (column("item")?, column("name_zh")?, column("name_en")?);
    let (mut items, mut errors, mut first_seen) = (Vec::new(), Vec::new(), BTreeMap::new());
    for row in reader.records() {
        let row = match row {
            Ok(row) => row,
            Err(error) if error.is_io_error() => return Err(AdminError::Items(error.to_string())),
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                errors
                    .push(LineError { line, problem: "the line is not UTF-8; save the file as CSV UTF-8".to_owned() });
                continue;
            }
        };
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |place: usize| row.get(place).unwrap_or("");
        match read_item(cell(handle), cell(name_zh), cell(name_en)) {
            Ok(item) => match first_seen.insert(item.handle.clone(), line) {
                None => items.push(item),
                Some(first) => {
                    let problem = format!("item '{}' stands in line {first} already", item.handle);
                    errors.push(LineError { line, problem });
                }
            },
            Err(problem) => errors.push(LineError { line, problem }),
        }
    }
    if !errors.is_empty() {
        return Err(AdminError::ItemLines(errors));
    }
    if items.is_empty() {
        return Err(AdminError::Items("it holds no item below its header".to_owned()));
    }
    Ok(items)
}

fn read_item(handle: &str, name_zh: &str, name_en: &str) -> Result<ItemRow, String> {
    let handle: Handle = handle.parse().map_err(|error: IdError| error.to_string())?;
    if name_zh.is_empty() || name_en.is_empty() {
        return Err(format!("item '{handle}' needs both names, name_zh and name_en"));
    }
    Ok(ItemRow { handle, name_zh: name_zh.to_owned(), name_en: name_en.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ITEMS, empty};
    use super::*;
    use sumu_core::clock::SeededEntropy;

    fn items(tx: &Transaction<'_>) -> Vec<(String, Vec<u8>, String)> {
        let mut statement = tx.prepare("SELECT handle, id, name_zh FROM item ORDER BY place").unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        rows.map(Result::unwrap).collect()
    }

    #[test]
    fn items_keep_their_id_when_their_names_and_order_change() {
        let mut connection = empty();
        let tx = connection.transaction().unwrap();
        let entropy = SeededEntropy::new(1);
        assert_eq!(import_items(&tx, ITEMS.as_bytes(), &entropy).unwrap(), ItemsImported { items: 2, new: 2 });
        let before = items(&tx);
        let table = "\u{feff}item,name_en,name_zh\npower,Power,供电\nwater,Water,安全饮水\n";
        assert_eq!(import_items(&tx, table.as_bytes(), &entropy).unwrap(), ItemsImported { items: 2, new: 1 });
        let after = items(&tx);
        let handles: Vec<&str> = after.iter().map(|(handle, ..)| handle.as_str()).collect();
        assert_eq!(handles, ["power", "water", "housing"]);
        assert_eq!(after[1].1, before[1].1);
        assert_eq!(after[1].2, "安全饮水");
    }

    #[test]
    fn every_wrong_line_is_named_and_nothing_is_half_done() {
        let mut connection = empty();
        let tx = connection.transaction().unwrap();
        let entropy = SeededEntropy::new(1);
        let table = "item,name_zh,name_en\nhousing,住房,Housing\n饮水,饮水,Water\nroads,,Roads\nhousing,又,Again\n";
        let error = import_items(&tx, table.as_bytes(), &entropy).unwrap_err();
        let lines: Vec<String> = error.lines().iter().map(ToString::to_string).collect();
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert!(lines[0].starts_with("line 3: '饮水' is no handle"));
        assert!(lines[2].starts_with("line 5: item 'housing' stands in line 2 already"));
        assert!(items(&tx).is_empty());
        let lacks = import_items(&tx, "item,name_zh\n".as_bytes(), &entropy).unwrap_err().to_string();
        assert!(lacks.contains("lacks the column 'name_en'"), "{lacks}");
        assert!(import_items(&tx, "item,name_zh,name_en\n".as_bytes(), &entropy).is_err());
    }
}
