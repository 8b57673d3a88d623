//! Lists and counts, from summary rows alone.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};

use super::{StoreError, column, summary};
use crate::ids::{Handle, RoundId, SiteId};
use crate::region::{Area, Code, Region};

/// Which sites to list.
#[derive(Debug, Clone, Default)]
pub struct SiteQuery {
    /// Only those in an area.
    pub area: Option<Area>,
    /// Only those whose name holds a text, or whose code begins with it.
    pub find: Option<String>,
    /// Count the records of this round only; nothing: of all open ones.
    pub round: Option<RoundId>,
    /// Go on after this site.
    pub after: Option<SiteId>,
    /// How many at most.
    pub limit: usize,
}

/// One site of the list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SiteRow {
    /// The site.
    pub site: SiteId,
    /// Its name.
    pub name: String,
    /// The division above it.
    pub parent: Option<Code>,
    /// Records with at least one answer that are not voided.
    pub done: u64,
    /// Records that there can be: items times rounds.
    pub of: u64,
    /// Records with a dispute.
    pub disputed: u64,
    /// Records with changes that the server does not hold yet.
    pub unsent: u64,
    /// Records that a supervisor sent back and nobody approved since.
    pub sent_back: u64,
}

/// Lists sites of some areas in the order of their codes, with the counts of some rounds.
pub(crate) fn sites(
    connection: &Connection,
    query: &SiteQuery,
    rounds: &[RoundId],
    areas: &[Area],
) -> Result<Vec<SiteRow>, StoreError> {
    let mut values: Vec<Sql> = Vec::new();
    let mut bind = |value: Sql| {
        values.push(value);
        format!("?{}", values.len())
    };
    let of_rounds =
        rounds.iter().map(|round| bind(Sql::Blob(round.as_bytes().to_vec()))).collect::<Vec<_>>().join(", ");
    let mut wanted = Vec::new();
    let mut within = |areas: &[Area], bind: &mut dyn FnMut(Sql) -> String| {
        let ranges: Vec<String> = areas
            .iter()
            .map(|area| {
                let code = bind(Sql::Text(area.as_str().to_owned()));
                // ':' follows '9', so this is every code that begins with the area's.
                format!("(site.code >= {code} AND site.code < {code} || ':')")
            })
            .collect();
        wanted.push(if ranges.is_empty() { "0".to_owned() } else { format!("({})", ranges.join(" OR ")) });
    };
    within(areas, &mut bind);
    if let Some(area) = &query.area {
        within(std::slice::from_ref(area), &mut bind);
    }
    if let Some(text) = query.find.as_ref().filter(|text| !text.is_empty()) {
        let text = bind(Sql::Text(text.clone()));
        wanted.push(format!("(instr(region.name, {text}) > 0 OR substr(site.code, 1, length({text})) = {text})"));
    }
    if let Some(after) = &query.after {
        let after = bind(Sql::Text(after.as_str().to_owned()));
        let last = format!("(SELECT code FROM site AS last WHERE last.site = {after})");
        wanted.push(format!("(site.code > {last} OR (site.code = {last} AND site.site > {after}))"));
    }
    let limit = bind(Sql::Integer(column::number(query.limit as u64)));
    let count = |what: &str| {
        format!("(SELECT count(*) FROM summary WHERE summary.site = site.site AND round IN ({of_rounds}) AND {what})")
    };
    let sql = format!(
        "SELECT site.site, coalesce(region.name, ''), region.parent, {done}, {disputed}, {unsent}, {sent_back},
         (SELECT count(*) FROM item) FROM site LEFT JOIN region ON region.code = site.code
         WHERE {wanted} ORDER BY site.code, site.site LIMIT {limit}",
        done = count("done = 1"),
        disputed = count("disputed > 0"),
        unsent = count("unsent > 0"),
        sent_back = count("sent_back = 1"),
        wanted = wanted.join(" AND "),
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut sites = Vec::new();
    while let Some(row) = rows.next()? {
        let parent: Option<String> = row.get(2)?;
        sites.push(SiteRow {
            site: column::parsed(row, 0, "a site")?,
            name: row.get(1)?,
            parent: parent.map(|code| code.parse().map_err(|_| StoreError::row("a code"))).transpose()?,
            done: column::count(row, 3)?,
            disputed: column::count(row, 4)?,
            unsent: column::count(row, 5)?,
            sent_back: column::count(row, 6)?,
            of: column::count(row, 7)? * rounds.len() as u64,
        });
    }
    Ok(sites)
}

/// One item at a site, with the state of its record.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ItemAt {
    /// What people call the item.
    pub handle: Handle,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// Whether its record has an answer and is not voided.
    pub done: bool,
    /// Keys in dispute.
    pub disputed: u64,
    /// Sign-offs of what it says now.
    pub signed: u64,
    /// Own changes that the server does not hold yet.
    pub unsent: u64,
    /// Whether a supervisor sent it back and nobody approved it since.
    pub sent_back: bool,
}

/// Lists the items, in the office's order, with the state of their records at a site in a round.
pub(crate) fn items_at(connection: &Connection, site: &SiteId, round: &RoundId) -> Result<Vec<ItemAt>, StoreError> {
    let sql = "SELECT item.handle, name_zh, name_en, coalesce(done, 0), coalesce(disputed, 0), coalesce(signed, 0),
               coalesce(unsent, 0), coalesce(sent_back, 0) FROM item LEFT JOIN (SELECT doc.item, summary.* FROM summary
               JOIN doc ON doc.id = summary.doc WHERE summary.site = ?1 AND summary.round = ?2) AS here
               ON here.item = item.id ORDER BY item.place";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query((site.as_str(), round.as_bytes()))?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        items.push(ItemAt {
            handle: column::parsed(row, 0, "a handle")?,
            name_zh: row.get(1)?,
            name_en: row.get(2)?,
            done: row.get(3)?,
            disputed: column::count(row, 4)?,
            signed: column::count(row, 5)?,
            unsent: column::count(row, 6)?,
            sent_back: row.get(7)?,
        });
    }
    Ok(items)
}

/// Lists the divisions right below one in the order of their codes; without one, those whose own parent is not known here.
pub(crate) fn regions(connection: &Connection, parent: Option<&Code>) -> Result<Vec<Region>, StoreError> {
    let sql = "SELECT code, name, parent, level FROM region WHERE CASE WHEN ?1 IS NULL
               THEN parent IS NULL OR parent NOT IN (SELECT code FROM region) ELSE parent = ?1 END ORDER BY code";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([parent.map(Code::as_str)])?;
    let mut regions = Vec::new();
    while let Some(row) = rows.next()? {
        let parent: Option<String> = row.get(2)?;
        regions.push(Region {
            code: column::parsed(row, 0, "a code")?,
            name: row.get(1)?,
            parent: parent.map(|code| code.parse().map_err(|_| StoreError::row("a code"))).transpose()?,
            level: column::parsed(row, 3, "a level")?,
        });
    }
    Ok(regions)
}

/// Counts a document's own changes that the log does not hold.
pub(crate) fn unsent(connection: &Connection, doc: i64) -> Result<u64, StoreError> {
    let sql = format!("SELECT count(*) FROM change WHERE doc = ?1 AND {}", summary::NOT_IN_LOG);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([doc])?;
    rows.next()?.map_or(Ok(0), |row| column::count(row, 0))
}

/// Counts all documents, and those with own changes that the log does not hold.
pub(crate) fn totals(connection: &Connection) -> Result<(u64, u64), StoreError> {
    let sql = "SELECT (SELECT count(*) FROM summary), (SELECT count(*) FROM summary WHERE unsent > 0)";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let row = rows.next()?.ok_or_else(|| StoreError::row("a count"))?;
    Ok((column::count(row, 0)?, column::count(row, 1)?))
}
