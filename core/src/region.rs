//! The division tree: codes, levels, areas as prefixes, and its import from a table.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::str::FromStr;

use crate::ids::IdError;

/// A division code: 1 to 32 digits; a parent's code is a prefix of its child's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Code(String);

/// Everything below one division code, itself included.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Area(String);

macro_rules! digits {
    ($name:ident, $what:literal) => {
        impl $name {
            /// Returns the digits.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                if text.is_empty() || text.len() > 32 || !text.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(IdError::Form {
                        what: $what,
                        text: text.to_owned(),
                        rule: "1 to 32 digits are expected",
                    });
                }
                Ok(Self(text.to_owned()))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

digits!(Code, "division code");
digits!(Area, "area");

impl Area {
    /// Tells whether a division lies in the area.
    pub fn covers(&self, code: &Code) -> bool {
        code.0.starts_with(&self.0)
    }

    /// Tells whether the whole of another area lies in this one.
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }
}

impl From<Code> for Area {
    fn from(code: Code) -> Self {
        Self(code.0)
    }
}

/// How far down the tree a region stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// 自治区 or province.
    Region,
    /// 市.
    City,
    /// 旗县.
    County,
    /// 苏木乡镇.
    Township,
    /// 嘎查村.
    Village,
    /// 自然村, three digits below its village.
    Hamlet,
}

impl Level {
    /// All levels, from the top.
    pub const ALL: [Self; 6] = [Self::Region, Self::City, Self::County, Self::Township, Self::Village, Self::Hamlet];

    /// Returns the word used in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::City => "city",
            Self::County => "county",
            Self::Township => "township",
            Self::Village => "village",
            Self::Hamlet => "hamlet",
        }
    }

    /// Tells whether a region of this level is a place that is inspected.
    pub const fn is_site(self) -> bool {
        matches!(self, Self::Village | Self::Hamlet)
    }
}

impl FromStr for Level {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::ALL.into_iter().find(|level| level.as_str() == text).ok_or_else(|| IdError::Form {
            what: "level",
            text: text.to_owned(),
            rule: "one of region, city, county, township, village, hamlet is expected",
        })
    }
}

/// One node of the division tree.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Region {
    /// Its code.
    pub code: Code,
    /// Its name.
    pub name: String,
    /// Its parent's code, absent at the top.
    pub parent: Option<Code>,
    /// Its level.
    pub level: Level,
}

/// Says what is wrong with a table of regions, and in which line.
#[derive(Debug, thiserror::Error)]
pub enum RegionError {
    /// The table cannot be read at all.
    #[error("the table of regions cannot be read: {0}")]
    Read(#[source] csv::Error),
    /// The header lacks a column.
    #[error("line 1: the header lacks the column '{0}'; code,name,parent,level are expected")]
    Column(&'static str),
    /// There is no region in it.
    #[error("the table holds no region below its header")]
    Empty,
    /// Some lines are wrong; each is named with its cure. Nothing was taken.
    #[error("{} of the table's lines are wrong; the first: {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
    Lines(Vec<LineError>),
}

/// One wrong line of a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct LineError {
    /// The line in the file, from 1.
    pub line: u64,
    /// What is wrong, and what would be right.
    pub problem: String,
}

/// Reads a table `code,name,parent,level` (UTF-8, with or without a byte order mark), parents before or after their
/// children. All wrong lines are named at once.
///
/// A parent must stand in the table or be one of `known` (regions that an earlier import brought).
pub fn read_regions(table: impl Read, known: &BTreeMap<Code, Level>) -> Result<Vec<Region>, RegionError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(table);
    let header = reader.headers().map_err(RegionError::Read)?.clone();
    let place = |name: &'static str| {
        let is_it = |column: &str| column.trim_start_matches('\u{feff}').trim_matches('"').eq_ignore_ascii_case(name);
        header.iter().position(is_it).ok_or(RegionError::Column(name))
    };
    let (code, name, parent, level) = (place("code")?, place("name")?, place("parent")?, place("level")?);

    let mut errors = Vec::new();
    let mut regions: BTreeMap<Code, (u64, Region)> = BTreeMap::new();
    for row in reader.records() {
        let row = match row {
            Ok(row) => row,
            Err(error) if error.is_io_error() => return Err(RegionError::Read(error)),
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                errors
                    .push(LineError { line, problem: "the line is not UTF-8; save the file as CSV UTF-8".to_owned() });
                continue;
            }
        };
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |place: usize| row.get(place).unwrap_or("");
        match read_region(cell(code), cell(name), cell(parent), cell(level)) {
            Ok(region) => {
                if let Some((first, _)) = regions.get(&region.code) {
                    errors.push(LineError {
                        line,
                        problem: format!("code {} stands in line {first} already", region.code),
                    });
                } else {
                    regions.insert(region.code.clone(), (line, region));
                }
            }
            Err(problem) => errors.push(LineError { line, problem }),
        }
    }
    for (line, region) in regions.values() {
        if let Some(problem) = misplaced(region, &regions, known) {
            errors.push(LineError { line: *line, problem });
        }
    }
    errors.sort_by_key(|error| error.line);
    if !errors.is_empty() {
        return Err(RegionError::Lines(errors));
    }
    if regions.is_empty() {
        return Err(RegionError::Empty);
    }
    Ok(regions.into_values().map(|(_, region)| region).collect())
}

fn read_region(code: &str, name: &str, parent: &str, level: &str) -> Result<Region, String> {
    let code: Code = code.parse().map_err(|error: IdError| error.to_string())?;
    let level: Level = level.parse().map_err(|error: IdError| error.to_string())?;
    if name.is_empty() {
        return Err(format!("region {code} has no name"));
    }
    let parent =
        if parent.is_empty() { None } else { Some(parent.parse::<Code>().map_err(|error| error.to_string())?) };
    if let Some(parent) = &parent
        && (!code.0.starts_with(&parent.0) || code.0.len() == parent.0.len())
    {
        return Err(format!("the parent's code {parent} must be a shorter prefix of {code}"));
    }
    Ok(Region { code, name: name.to_owned(), parent, level })
}

/// Says what is wrong with a region's place in the tree.
fn misplaced(
    region: &Region,
    regions: &BTreeMap<Code, (u64, Region)>,
    known: &BTreeMap<Code, Level>,
) -> Option<String> {
    let parent = region.parent.as_ref()?;
    let above = regions.get(parent).map(|(_, parent)| parent.level).or_else(|| known.get(parent).copied());
    match above {
        None => Some(format!("the parent {parent} of {} stands nowhere; add its line or import it first", region.code)),
        Some(above) if above >= region.level => Some(format!(
            "{} is a {} below {parent}, which is a {}; a parent's level must be higher",
            region.code,
            region.level.as_str(),
            above.as_str()
        )),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Region>, RegionError> {
        read_regions(text.as_bytes(), &BTreeMap::new())
    }

    fn lines(text: &str) -> Vec<String> {
        match read(text) {
            Err(RegionError::Lines(lines)) => lines.iter().map(ToString::to_string).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_table_with_a_byte_order_mark_and_children_first_is_read() {
        let regions =
            read("\u{feff}code,name,parent,level\r\n150521,科左中旗,1505,county\r\n1505,通辽市,,city\r\n").unwrap();
        assert_eq!(regions.len(), 2);
        assert_eq!(regions[0].name, "通辽市");
        assert_eq!(regions[1].parent.as_ref().unwrap().as_str(), "1505");
    }

    #[test]
    fn every_wrong_line_is_named_at_once() {
        let found = lines(
            "code,name,parent,level\n1505,通辽市,,city\n15x,坏,,city\n150521,,1505,county\n150521100,甲,150522,township\n\
             150523,乙,1506,county\n1505,又,,city\n150524,丙,1505,city\n150525,丁,1505,镇\n",
        );
        assert_eq!(found.len(), 7, "{found:#?}");
        assert!(found[0].starts_with("line 3: '15x' is no division code"));
        assert!(found[1].contains("line 4") && found[1].contains("no name"));
        assert!(found[4].contains("stands in line 2 already"));
        assert!(found[6].contains("'镇' is no level"));
    }

    #[test]
    fn a_missing_column_and_an_empty_table_are_named() {
        assert!(matches!(read("code,name,level\n"), Err(RegionError::Column("parent"))));
        assert!(matches!(read("code,name,parent,level\n"), Err(RegionError::Empty)));
    }

    #[test]
    fn an_area_is_a_prefix() {
        let area: Area = "150521".parse().unwrap();
        assert!(area.covers(&"150521100201".parse().unwrap()));
        assert!(!area.covers(&"1505".parse().unwrap()));
    }
}
