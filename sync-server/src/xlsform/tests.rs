//! Whole workbooks, as an author checks them.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::markdown::workbook;
use super::*;

mod subset;

/// Shows what a check finds, each like `survey!E9:1 unknown_name`; nothing of warnings.
fn errors(tables: &str) -> Vec<String> {
    let found = check(&workbook(tables)).findings;
    let errors = found.iter().filter(|finding| finding.severity == Severity::Error);
    let shown = errors.map(|finding| {
        let row = finding.row.map(|row| format!("!{}{row}", finding.column.as_deref().unwrap_or_default()));
        let char = finding.char.map(|char| format!(":{char}"));
        let sheet = finding.sheet.as_deref().unwrap_or("-");
        format!("{sheet}{}{} {}", row.unwrap_or_default(), char.unwrap_or_default(), finding.code)
    });
    shown.collect()
}

#[test]
fn one_check_tells_all_that_is_wrong_and_nothing_that_only_follows() {
    // Rows 2 to 20; what is right is there to be asked by what is wrong.
    let rows: String = (2..=20)
        .map(|row| match row {
            5 => "| | intger | roof | Roof | | ${a2} > 0 |\n".to_owned(),
            6 => "| | calculate | twice | | 2 * ${roof} | |\n".to_owned(),
            9 => "| | integer | wall | Wall | | ${rooof} = 1 |\n".to_owned(),
            12 => "| | integer | door | Door | | ${a2} ＞ 1 |\n".to_owned(),
            20 => "| | integer | a3 | Again | | ${a3} = ${wall} |\n".to_owned(),
            row => format!("| | integer | a{row} | A | | |\n"),
        })
        .collect();
    let tables = format!("| survey | \n | | type | name | label | calculation | relevant | \n {rows}");
    assert_eq!(
        errors(&tables),
        [
            "survey!A5:1 unknown_type",
            "survey!E9:1 unknown_name",
            "survey!E12:7 full_width",
            "survey!B20:1 duplicate_name",
        ]
    );
}

#[test]
fn what_is_wrong_with_a_row_is_told_once() {
    for (rows, expected) in [
        // The type begins a group, as its end shows.
        (
            "| | Begin Group | g | G | | \n | | text | a | A | | \n | | end_group | | | |",
            vec!["survey!A2:1 unknown_type"],
        ),
        (
            "| | begin section | g | G | | \n | | text | a | A | | \n | | end section | | | |",
            vec!["survey!A2:1 unknown_type", "survey!A4:1 unknown_type"],
        ),
        // The list is missing, and others ask the answer.
        (
            "| | select_one l or_other | a | A | | \n | | note | n | ${a} ${a_other} | | ${a} = 'x' |",
            vec!["survey!A2:12 unknown_list"],
        ),
        // A row without a type has a name, and one without a name asks.
        (
            "| | | a | A | | \n | | note | n | ${a} | | ${b} = 1 |",
            vec!["survey!A2:1 missing_type", "survey!E3:1 unknown_name"],
        ),
        ("| | text | | A | | ${b} = 1 |", vec!["survey!B2:1 missing_name", "survey!E2:1 unknown_name"]),
        // A name in Chinese is still meant by who asks for it.
        ("| | text | 名 | A | | \n | | note | n | ${名} | | |", vec!["survey!B2:1 invalid_name"]),
        // What is not taken is still asked.
        ("| | rank l | a | A | | \n | | note | n | N | | ${a} = 'x' |", vec!["survey!A2:1 rank"]),
        (
            "| | csv-external | c | | | \n | | calculate | n | | instance('c')/root/item[name = 'x']/y | |",
            vec!["survey!A2:1 csv_external"],
        ),
        // An end in the wrong place moves the rows after it out of the repeat; it is one slip.
        (
            "| | begin_repeat | r | R | | \n | | begin_group | g | G | | \n | | integer | a | A | | \n | | end_repeat | | | | \n \
          | | integer | b | B | | ${a} = 1 | \n | | end_group | | | | \n | | note | n | N | | ${b} = 1 |",
            vec!["survey!A5:1 mismatched_end"],
        ),
        (
            "| | begin_repeat | r | R | | \n | | integer | a | A | | \n | | end_repeat | | | | \n | | end_repeat | | | | \n \
          | | note | n | N | | ${a} = 1 |",
            vec!["survey!A5:1 end_without_begin"],
        ),
    ] {
        let tables = format!("| survey | \n | | type | name | label | calculation | relevant | \n {rows}");
        assert_eq!(errors(&tables), expected, "{rows}");
    }
}

#[test]
fn a_sheet_without_a_column_is_blamed_for_that_alone() {
    let choices = "| choices | \n | | list | label | \n | | l | L |";
    let rows = "| | select_one l | a | A | \n | | note | n | ${a} | ${b} |";
    assert_eq!(
        errors(&format!("| survey | \n | | type | name | label | relevant | \n {rows} \n {choices}")),
        ["survey!D3:1 unknown_name", "choices missing_column"]
    );
    assert_eq!(
        errors(&format!("| survey | \n | | type | label | relevant | \n | | text | A | ${{b}} ＝ 1 | \n {choices}")),
        ["survey missing_column", "survey!C2:6 full_width", "choices missing_column"]
    );
}

#[test]
fn a_workbook_of_nonsense_is_told_in_bounds() {
    let rows: String = (0..3_000).map(|row| format!("| | txt | {row} | | ${{q{row}}} ＋ ${{r}} | \n")).collect();
    let found = check(&workbook(&format!("| survey | \n | | type | name | label | relevant | \n {rows}"))).findings;
    assert_eq!(found.first().map(|finding| finding.code), Some("more_errors"));
    assert_eq!(found.iter().filter(|finding| finding.severity == Severity::Error).count(), 1_001);
}

/// The three catalogues: of the reader, of the writing of expressions, and of their meaning.
const CODES: [&[&finding::Code]; 3] = [codes::ALL, expression::codes::ALL, compile::codes::ALL];

#[test]
fn every_code_says_the_same_in_both_languages_with_the_same_arguments() {
    let mut seen = BTreeSet::new();
    for code in CODES.into_iter().flatten() {
        assert!(seen.insert(code.id), "{} stands twice", code.id);
        assert!(code.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{}", code.id);
        assert!(!code.en.is_empty() && !code.zh.is_empty(), "{}", code.id);
        assert_eq!(code.cure_en.is_empty(), code.cure_zh.is_empty(), "{}", code.id);
        for argument in ["{0}", "{1}", "{2}", "{3}"] {
            assert_eq!(code.en.contains(argument), code.zh.contains(argument), "{} {argument}", code.id);
            assert_eq!(code.cure_en.contains(argument), code.cure_zh.contains(argument), "{} {argument}", code.id);
        }
    }
    for code in follow::codes() {
        assert!(seen.contains(code), "{code} is no code");
    }
}

#[test]
fn the_readme_has_every_code_and_no_other() {
    let rows: BTreeSet<&str> = include_str!("README.md").lines().filter(|line| line.starts_with("| `")).collect();
    let plain = |text: &str| {
        let filled = ["{0}", "{1}", "{2}", "{3}"].iter().fold(text.to_owned(), |text, place| text.replace(place, "…"));
        filled.replace('|', "\\|")
    };
    let expected: BTreeSet<String> = CODES
        .into_iter()
        .flatten()
        .map(|code| {
            let severity = if code.severity == Severity::Error { "error" } else { "warning" };
            format!("| `{}` | {severity} | {} | {} |", code.id, plain(code.en), plain(code.cure_en))
        })
        .collect();
    let expected: BTreeSet<&str> = expected.iter().map(String::as_str).collect();
    assert_eq!(rows.symmetric_difference(&expected).collect::<Vec<_>>(), Vec::<&&str>::new());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_cells_make_a_check_panic_and_a_form_comes_exactly_without_errors(
        rows in proptest::collection::vec(
            (
                "(begin|end)_(group|repeat)|text|integer|calculate|select_(one|multiple) (l|m)( or_other)?|range|txt|",
                "[a-d]|得|a b||meta",
                "\\$\\{[a-d]\\}( (=|＝|\\+|and) (1|'x'|\\$\\{[a-f]\\}))?|sum\\(\\$\\{[a-d]\\}\\)|[\\PC]{0,8}|position\\(\\.\\.\\)|",
                "\\. > 1|regex\\(\\., '[a-z(\\[*]{0,4}'\\)|",
            ),
            0..14,
        ),
    ) {
        let clean = |cell: &str| cell.replace(['|', '\\'], "").trim_start_matches('=').to_owned();
        let rows: String = rows
            .iter()
            .map(|(kind, name, ask, hold)| format!("||{kind}|{name}|L {}|{}|{}|{hold}|{}|\n", clean(ask), clean(ask), clean(ask), clean(ask)))
            .collect();
        let tables = format!(
            "|survey|\n||type|name|label|calculation|relevant|constraint|choice_filter|\n{rows}|choices|\n||list_name|name|x|\n||l|a|1|"
        );
        let checked = check(&workbook(&tables));
        let failed = checked.findings.iter().any(|finding| finding.severity == Severity::Error);
        prop_assert_eq!(checked.form.is_none(), failed);
        prop_assert!(checked.findings.iter().all(|finding| finding.code != "form_refused"), "{:?}", checked.findings);
    }
}
