//! One workbook for each code, and where the finding stands.

use std::collections::BTreeSet;

use rust_xlsxwriter::{Format, Formula, Workbook};

use super::*;

/// Survey rows below the header `type name label`, and what they bring.
const ROWS: &[(&str, &[&str])] = &[
    ("| | text | a | A |", &[]),
    ("| | | a | A |", &["error missing_type survey!A2:1"]),
    ("| | interger | a | A |", &["error unknown_type survey!A2:1"]),
    ("| | select_one | a | A |", &["error missing_list survey!A2:1"]),
    ("| | select_one  yn | a | A |", &["error unknown_list survey!A2:13"]),
    ("| | text | | A |", &["error missing_name survey!B2:1"]),
    ("| | text | 得分 | A |", &["error invalid_name survey!B2:1"]),
    ("| | text | a分 | A |", &["error invalid_name survey!B2:2"]),
    ("| | text | 1a | A |", &["error invalid_name survey!B2:1"]),
    ("| | text | meta | A |", &["error reserved_name survey!B2:1"]),
    ("| | text | a | A | \n | | note | a | A |", &["error duplicate_name survey!B3:1"]),
    ("| | begin_group | g | G | \n | | text | a | A | \n | | end_repeat | | |", &["error mismatched_end survey!A4:1"]),
    ("| | text | a | A | \n | | end_group | | |", &["error end_without_begin survey!A3:1"]),
    ("| | begin_repeat | r | R | \n | | text | a | A |", &["error not_ended survey!B2:1"]),
    ("| | text | a | |", &["warning no_label survey!B2:1"]),
    ("| | calculate | a | |", &["error missing_calculation survey!B2:1"]),
    ("| | select_one_from_file x.csv | a | A |", &["error select_from_file survey!A2:1"]),
    ("| | select_one x.csv | a | A |", &["error select_from_file survey!A2:1"]),
    ("| | select_one ${r} | a | A |", &["error select_from_repeat survey!A2:1"]),
    ("| | csv-external | a | A |", &["error csv_external survey!A2:1"]),
    ("| | rank l | a | A |", &["error rank survey!A2:1"]),
    ("| | geoshape | a | A |", &["error geoshape survey!A2:1"]),
    ("| | audit | audit | | \n | | text | a | A |", &["warning audit survey!A2:1"]),
    ("| | begin_loop | a | A |", &["error begin_loop survey!A2:1"]),
    ("| | begin loop over l | a | A | \n | | text | b | B | \n | | end loop | | |", &["error begin_loop survey!A2:1"]),
    ("| | cascading_select l | a | A |", &["error cascading_select survey!A2:1"]),
    ("| | select_one_external l | a | A |", &["error external_choices survey!A2:1"]),
    ("| | osm | a | A |", &["error osm survey!A2:1"]),
    ("| | include | a | A |", &["error include survey!A2:1"]),
    ("| | xml-external | a | A |", &["error xml_external survey!A2:1"]),
    ("| | background-audio | a | A |", &["error background survey!A2:1"]),
    ("| | simserial | a | A |", &["error sim survey!A2:1"]),
    ("| | audit | audit | |", &["error empty_survey survey", "warning audit survey!A2:1"]),
];

#[test]
fn a_row_is_blamed_at_its_cell() {
    for (rows, expected) in ROWS {
        let found = found(&format!("| survey | \n | | type | name | label | \n {rows}"));
        assert_eq!(found.iter().map(shown).collect::<Vec<_>>(), *expected, "{rows}");
    }
}

/// Whole workbooks, and what they bring.
const BOOKS: &[(&str, &[&str])] = &[
    ("| Sheet1 | \n | | type | name |", &["error missing_survey"]),
    ("| survey | \n | | type | name |", &["error empty_survey survey"]),
    ("| survey | \n | | name | label | \n | | a | A |", &["error missing_column survey"]),
    (
        "| survey | \n | | type | name | label | relevant | Relevance | \n | | text | a | A |",
        &["error duplicate_column survey!E1:1"],
    ),
    (
        "| survey | \n | | type | name | label | my notes | \n | | text | a | A | x |",
        &["warning unknown_column survey!D1:1"],
    ),
    (
        "| survey | \n | | type | name | label | bind::foo | \n | | text | a | A | x |",
        &["warning column_passed_over survey!D1:1"],
    ),
    (
        "| survey | \n | | type | name | label | choice_filter | \n | | text | a | A | x |",
        &["warning column_without_effect survey!D2:1"],
    ),
    (
        "| survey | \n | | type | name | label | calculation | \n | | calculate | a | A | =1 |",
        &["warning formula survey!D2:1"],
    ),
    (
        "| survey | \n | | type | name | label::Chinese | \n | | text | a | A |",
        &["warning language_without_code survey!C1:1"],
    ),
    (
        "| survey | \n | | type | name | label::A (en) | label::B (zh) | \n | | text | a | A |",
        &["warning missing_translation survey!D2:1"],
    ),
    (
        "| survey | \n | | type | name | label::A (en) | label::B (zh) | hint::A (en) | \n | | text | a | A | B | H |",
        &["warning missing_translation_column survey!E1:1"],
    ),
    (
        "| survey | \n | | type | name | label::A (en) | \n | | text | a | A | \n | settings | \n | | default_language | \n | | B (zh) |",
        &["warning unknown_default_language settings!A2:1"],
    ),
    (
        "| survey | \n | | type | name | label | \n | | text | a | A | \n | settings | \n | | public_key | style | \n | | x | y | \n | | z |",
        &[
            "error setting_refused settings!A1:1",
            "warning setting_without_effect settings!B1:1",
            "warning settings_row_passed_over settings!3",
        ],
    ),
    (
        "| survey | \n | | type | name | label | trigger | save_to | flat | \n | | text | a | A |",
        &["error trigger survey!D1:1", "error save_to survey!E1:1", "error flat survey!F1:1"],
    ),
    (
        "| survey | \n | | type | name | label | appearance | \n | | text | a | A | w1 ex:app | \n | | text | b | B | search('x') |",
        &["error external_app survey!D2:4", "error search survey!D3:1"],
    ),
    (
        "| survey | \n | | type | name | label | parameters | \n | | text | a | A | row=1 | \n | | image | b | B | max-pixels=x | \n | | range | c | C | start=0 end=5 step=2 | \n | | text | d | D | rows |",
        &[
            "error unknown_parameter survey!D2:1",
            "error bad_parameter survey!D3:1",
            "error bad_range survey!D4:1",
            "error bad_parameter survey!D5:1",
        ],
    ),
    (
        "| survey | \n | | type | name | label | parameters | choice_filter | \n | | select_one l | a | A | randomize=true | | \n | | select_one l or_other | b | B | | x=1 | \n | choices | \n | | list_name | name | label | \n | | l | x | X |",
        &["error randomize survey!D2:1", "error or_other_with_filter survey!E3:1"],
    ),
    (
        "| survey | \n | | type | name | label | \n | | select_multiple l | a | A | \n | choices | \n | | list_name | name | label | 备注 | \n | | l | x y | X | n | \n | | l | z | Z | \n | | l | z | Z | \n | | | w | W | \n | | l | | V |",
        &[
            "warning choice_column_passed_over choices!D1:1",
            "error space_in_choice choices!B2:2",
            "error duplicate_choice choices!B4:1",
            "error missing_list_name choices!A5:1",
            "error missing_choice_name choices!B6:1",
        ],
    ),
    (
        "| survey | \n | | type | name | label | \n | | text | a | A | \n | entities | \n | | x | \n | external_choices | \n | | x |",
        &["error entities entities", "error external_choices external_choices"],
    ),
];

#[test]
fn a_workbook_is_blamed_where_it_is_wrong() {
    for (tables, expected) in BOOKS {
        assert_eq!(found(tables).iter().map(shown).collect::<Vec<_>>(), *expected, "{tables}");
    }
}

/// Makes a survey by hand: header and one question, and what the closure adds.
fn by_hand(add: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<String> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Survey").unwrap();
    for (row, cells) in (0..).zip([["type", "name", "label"], ["text", "a", "A"]]) {
        for (column, text) in (0..).zip(cells) {
            sheet.write_string(row, column, text).unwrap();
        }
    }
    add(sheet);
    // A value of 77 is one that the program that wrote the file did not compute.
    let bytes = with_part(&book.save_to_buffer().unwrap(), "xl/worksheets/sheet1.xml", |text| {
        String::from_utf8(text).unwrap().replace("<v>77</v>", "").into_bytes()
    });
    all(&bytes).iter().map(shown).collect()
}

#[test]
fn cells_that_are_not_what_they_seem_are_named() {
    let formula = by_hand(|sheet| {
        sheet.write_formula(1, 2, Formula::new("=X1").set_result("77")).unwrap();
    });
    assert_eq!(formula, ["error formula_without_value Survey!C2:1"]);
    let merged = by_hand(|sheet| {
        sheet.merge_range(2, 0, 3, 0, "text", &Format::new()).unwrap();
    });
    assert_eq!(
        merged,
        ["error merged_cells Survey!A3:1", "error missing_name Survey!B3:1", "warning no_label Survey!B3:1",]
    );
    let beside = by_hand(|sheet| {
        sheet.merge_range(2, 7, 3, 7, "note", &Format::new()).unwrap();
    });
    assert_eq!(beside, Vec::<String>::new());
    let error = by_hand(|sheet| {
        sheet.write_formula(1, 2, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    });
    assert_eq!(error, ["error cell_error Survey!C2:1"]);
    let long = by_hand(|sheet| {
        sheet.write_string(1, 500, "x").unwrap();
    });
    assert_eq!(long, ["error too_many_columns Survey!SG2:1"]);
}

#[test]
fn depth_and_keys_have_limits() {
    let deep: String = (0..17).map(|depth| format!("| | begin_group | g{depth} | G | \n")).collect();
    let ends = "| | end_group | | | \n".repeat(17);
    let tables = format!("| survey | \n | | type | name | label | \n {deep} | | text | a | A | \n {ends}");
    assert_eq!(found(&tables).iter().map(shown).collect::<Vec<_>>(), ["error too_deep survey!A18:1"]);
    let name = "n".repeat(170);
    let tables = format!("| survey | \n | | type | name | label | \n | | text | {name} | A |");
    assert_eq!(found(&tables).iter().map(shown).collect::<Vec<_>>(), ["error name_too_long survey!B2:1"]);
}

#[test]
fn every_code_of_the_reader_is_found_by_a_test() {
    let elsewhere = [
        "not_a_workbook",
        "too_large",
        "too_many_rows",
        "cell_too_long",
        "form_refused",
        "more_errors",
        "more_warnings",
    ];
    let by_hand =
        ["formula_without_value", "merged_cells", "cell_error", "too_many_columns", "too_deep", "name_too_long"];
    let tested: BTreeSet<&str> = ROWS
        .iter()
        .chain(BOOKS)
        .flat_map(|(_, found)| found.iter())
        .filter_map(|line| line.split(' ').nth(1))
        .chain(by_hand)
        .chain(elsewhere)
        .collect();
    for code in crate::xlsform::codes::ALL {
        assert!(tested.contains(code.id), "no test finds {}", code.id);
    }
}
