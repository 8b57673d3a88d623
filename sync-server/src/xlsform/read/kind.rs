//! What a cell of the column `type` means.

use crate::xlsform::codes;
use crate::xlsform::finding::Code;

/// What a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RowKind {
    /// A question of a plain type, by its first spelling.
    Plain(&'static str),
    /// A select and the list that it names.
    Select { multiple: bool, list: String, or_other: bool },
    /// The beginning of a group or repeat.
    Begin(Section),
    /// The end of one.
    End(Section),
    /// A type that is known and not taken, or a warning and the row is passed over.
    Refused(&'static Code),
    /// A select that names no list.
    NoList,
    /// No type at all.
    Unknown,
}

/// What begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Group,
    Repeat,
    /// Like a repeat, and refused.
    Loop,
}

impl Section {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Repeat => "repeat",
            Self::Loop => "loop",
        }
    }
}

/// The plain types: their first spelling, and the others.
const PLAIN: &[(&str, &[&str])] = &[
    ("text", &["string"]),
    ("integer", &["int"]),
    ("decimal", &[]),
    ("note", &[]),
    ("calculate", &["calculation"]),
    ("date", &[]),
    ("time", &[]),
    ("datetime", &["dateTime", "date_time"]),
    ("image", &["photo"]),
    ("audio", &[]),
    ("video", &[]),
    ("file", &[]),
    ("acknowledge", &["trigger"]),
    ("geopoint", &["gps", "location"]),
    ("start-geopoint", &[]),
    ("range", &[]),
    ("barcode", &[]),
    ("hidden", &[]),
    ("start", &["start_time"]),
    ("end", &["end_time"]),
    ("today", &[]),
    ("deviceid", &["imei", "device_id"]),
    ("username", &[]),
    ("email", &[]),
    ("phonenumber", &["phone_number"]),
];

/// Types that XLSForm knows and that are not taken.
const REFUSED: &[(&str, &Code)] = &[
    ("select_one_from_file", &codes::SELECT_FROM_FILE),
    ("select_multiple_from_file", &codes::SELECT_FROM_FILE),
    ("csv-external", &codes::CSV_EXTERNAL),
    ("rank", &codes::RANK),
    ("geotrace", &codes::GEOSHAPE),
    ("geoshape", &codes::GEOSHAPE),
    ("audit", &codes::AUDIT),
    ("xml-external", &codes::XML_EXTERNAL),
    ("select_one_external", &codes::EXTERNAL_CHOICES),
    ("select_multiple_external", &codes::EXTERNAL_CHOICES),
    ("osm", &codes::OSM),
    ("include", &codes::INCLUDE),
    ("cascading_select", &codes::CASCADING_SELECT),
    ("background-audio", &codes::BACKGROUND),
    ("background-geopoint", &codes::BACKGROUND),
    ("simserial", &codes::SIM),
    ("subscriberid", &codes::SIM),
];

/// Reads a type, however its words are joined.
pub(super) fn understand(text: &str) -> RowKind {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    if let [first @ ("begin" | "end" | "select"), second, ..] = words.as_slice() {
        // `begin group`, `select one yes_no`: the older spelling.
        let joined = format!("{first}_{second}");
        words.drain(..2);
        return of_words(&joined, &words);
    }
    match words.split_first() {
        Some((first, rest)) => of_words(first, rest),
        None => RowKind::Unknown,
    }
}

fn of_words(first: &str, rest: &[&str]) -> RowKind {
    if let Some((_, code)) = REFUSED.iter().find(|(name, _)| *name == first) {
        return RowKind::Refused(code);
    }
    match first {
        "begin_group" if rest.is_empty() => return RowKind::Begin(Section::Group),
        "end_group" if rest.is_empty() => return RowKind::End(Section::Group),
        "begin_repeat" if rest.is_empty() => return RowKind::Begin(Section::Repeat),
        "end_repeat" if rest.is_empty() => return RowKind::End(Section::Repeat),
        "begin_loop" => return RowKind::Begin(Section::Loop),
        "end_loop" => return RowKind::End(Section::Loop),
        "select_one" | "select1" => return select(false, rest),
        "select_multiple" | "select_all" => return select(true, rest),
        _ => {}
    }
    if let [second] = rest
        && let RowKind::Plain(name) = of_words(&format!("{first}_{second}"), &[])
    {
        return RowKind::Plain(name);
    }
    let named = PLAIN.iter().find(|(name, aliases)| rest.is_empty() && (*name == first || aliases.contains(&first)));
    named.map_or(RowKind::Unknown, |(name, _)| RowKind::Plain(name))
}

fn select(multiple: bool, words: &[&str]) -> RowKind {
    let list = match words {
        ["from", list @ ..] | ["that", "apply", "from", list @ ..] => list,
        list => list,
    };
    match list {
        [] => RowKind::NoList,
        [file, ..] if [".csv", ".xml", ".geojson"].iter().any(|ending| file.ends_with(ending)) => {
            RowKind::Refused(&codes::SELECT_FROM_FILE)
        }
        [reference, ..] if reference.starts_with("${") => RowKind::Refused(&codes::SELECT_FROM_REPEAT),
        [list] => RowKind::Select { multiple, list: (*list).to_owned(), or_other: false },
        [list, "or_other"] | [list, "or", "other"] | [list, "or", "specify", "other"] => {
            RowKind::Select { multiple, list: (*list).to_owned(), or_other: true }
        }
        _ => RowKind::Unknown,
    }
}

/// Lists what may stand in the column, for a nearest guess.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    const SECTIONS: [&str; 6] =
        ["begin_group", "end_group", "begin_repeat", "end_repeat", "select_one", "select_multiple"];
    PLAIN.iter().map(|(name, _)| *name).chain(SECTIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_in_every_spelling() {
        for (text, expected) in [
            ("text", RowKind::Plain("text")),
            ("string", RowKind::Plain("text")),
            ("int", RowKind::Plain("integer")),
            ("dateTime", RowKind::Plain("datetime")),
            ("phone number", RowKind::Plain("phonenumber")),
            ("begin group", RowKind::Begin(Section::Group)),
            ("begin_repeat", RowKind::Begin(Section::Repeat)),
            ("end  repeat", RowKind::End(Section::Repeat)),
            ("select_one  yn", RowKind::Select { multiple: false, list: "yn".into(), or_other: false }),
            ("select multiple yn or_other", RowKind::Select { multiple: true, list: "yn".into(), or_other: true }),
            ("select one from yn", RowKind::Select { multiple: false, list: "yn".into(), or_other: false }),
            ("select_one", RowKind::NoList),
            ("select_one ${hh}", RowKind::Refused(&codes::SELECT_FROM_REPEAT)),
            ("select_one x.csv", RowKind::Refused(&codes::SELECT_FROM_FILE)),
            ("rank yn", RowKind::Refused(&codes::RANK)),
            ("integr", RowKind::Unknown),
            ("text text", RowKind::Unknown),
            ("", RowKind::Unknown),
        ] {
            assert_eq!(understand(text), expected, "{text}");
        }
    }
}
