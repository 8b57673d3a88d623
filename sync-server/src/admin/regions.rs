//! Import of the division tree and of the sites in it.

use std::collections::BTreeMap;
use std::io::Read;

use rusqlite::Transaction;
use sumu_core::region::{Code, Level, read_regions};

use super::AdminError;

/// What an import of regions brought.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RegionsImported {
    /// How many regions the table holds.
    pub regions: usize,
    /// How many of them are new.
    pub new: i64,
    /// How many of them are sites: places that are inspected.
    pub sites: usize,
}

/// Imports a table of regions: new ones are added, known ones take their new name, parent and level, none is removed.
///
/// Every village and hamlet becomes a site, whose permanent id is at first its code. All wrong lines are named at once,
/// and then nothing is taken.
pub fn import_regions(tx: &Transaction<'_>, table: impl Read) -> Result<RegionsImported, AdminError> {
    let regions = read_regions(table, &known(tx)?)?;
    let before = count(tx)?;
    let mut region = tx.prepare_cached(
        "INSERT INTO region VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (code) DO UPDATE SET name = excluded.name, parent = excluded.parent, level = excluded.level",
    )?;
    let mut site = tx.prepare_cached("INSERT OR IGNORE INTO site VALUES (?1, ?1)")?;
    let mut sites = 0;
    for row in &regions {
        let parent = row.parent.as_ref().map(Code::as_str);
        region.execute((row.code.as_str(), &row.name, parent, row.level.as_str()))?;
        if row.level.is_site() {
            site.execute([row.code.as_str()])?;
            sites += 1;
        }
    }
    Ok(RegionsImported { regions: regions.len(), new: count(tx)? - before, sites })
}

fn count(tx: &Transaction<'_>) -> rusqlite::Result<i64> {
    tx.query_row("SELECT count(*) FROM region", [], |row| row.get(0))
}

fn known(tx: &Transaction<'_>) -> Result<BTreeMap<Code, Level>, AdminError> {
    let mut statement = tx.prepare_cached("SELECT code, level FROM region")?;
    let mut rows = statement.query([])?;
    let mut known = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (code, level): (String, String) = (row.get(0)?, row.get(1)?);
        if let (Ok(code), Ok(level)) = (code.parse(), level.parse()) {
            known.insert(code, level);
        }
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{REGIONS, empty};
    use super::*;

    #[test]
    fn regions_become_sites_and_a_second_import_renames_without_losing_any() {
        let mut connection = empty();
        let tx = connection.transaction().unwrap();
        let first = import_regions(&tx, REGIONS.as_bytes()).unwrap();
        assert_eq!(first, RegionsImported { regions: 6, new: 6, sites: 2 });
        let second =
            import_regions(&tx, "code,name,parent,level\n150521100201,新名,150521100,village\n".as_bytes()).unwrap();
        assert_eq!(second, RegionsImported { regions: 1, new: 0, sites: 1 });
        assert_eq!(count(&tx).unwrap(), 6);
        let name: String = tx
            .query_row("SELECT name FROM region JOIN site USING (code) WHERE site = '150521100201'", [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(name, "新名");
    }

    #[test]
    fn a_wrong_line_is_named_and_nothing_is_half_done() {
        let mut connection = empty();
        let tx = connection.transaction().unwrap();
        let table = "code,name,parent,level\n1505,通辽市,,city\n150521,科左中旗,1506,county\n15x,坏,1505,county\n";
        let error = import_regions(&tx, table.as_bytes()).unwrap_err();
        let lines: Vec<u64> = error.lines().iter().map(|line| line.line).collect();
        assert_eq!(lines, [3, 4]);
        assert_eq!(count(&tx).unwrap(), 0);
    }
}
