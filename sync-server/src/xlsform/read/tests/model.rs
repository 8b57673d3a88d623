//! What a good workbook becomes.

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook as Book};

use super::*;
use crate::xlsform::cell::Cell;
use crate::xlsform::survey::{Kind, Question};

fn good(tables: &str) -> Workbook {
    made(&workbook(tables))
}

fn made(bytes: &[u8]) -> Workbook {
    let mut findings = Findings::default();
    let book = read(bytes, &mut findings);
    book.filter(|_| !findings.failed()).unwrap_or_else(|| panic!("{findings:?}"))
}

fn text(cell: &Option<Cell>) -> &str {
    cell.as_ref().map_or("", |cell| cell.text.as_str())
}

#[test]
fn a_workbook_becomes_a_tree_with_places() {
    let book = good(
        "| survey |
         | | type | name | label::English (en) | label::中文 (zh) | required | relevant | parameters | repeat_count | appearance |
         | | begin group | g | Group | 组 | | | | | field-list |
         | | range | r | Rate | 打分 | yes | ${q} = “a” | start=0 end=5 step=0.5 | | |
         | | begin repeat | hh | Household | 户 | | | | 3 | |
         | | select_one yn | q | Safe? “really” | 安全吗“真” | TRUE | | | | w1  minimal |
         | | end repeat | | | | | | | | |
         | | end group | | | | | | | | |
         | choices |
         | | list_name | name | label::English (en) | label::中文 (zh) | score |
         | | yn | 1 | Yes | 是 | 2.5 |
         | | yn | 0 | No | 否 | |
         | settings |
         | | form_title | form_id | version | default_language |
         | | Check | check | 3 | 中文 (zh) |",
    );
    assert_eq!(book.languages, ["English (en)", "中文 (zh)"]);
    assert_eq!(book.default_language, 1);
    assert_eq!(text(&book.settings.version), "3");
    let group = &book.nodes[0];
    assert_eq!((group.name.as_str(), group.appearance.as_slice()), ("g", &["field-list".to_owned()][..]));
    let [range, repeat] = group.children() else { panic!("{group:?}") };
    let kind = Question::Range { start: "0".into(), end: "5".into(), step: "0.5".into(), integer: false };
    assert_eq!(range.kind, Kind::Question(kind));
    assert_eq!(text(&range.expressions.required), "true()");
    let relevant = range.expressions.relevant.as_ref().unwrap();
    assert_eq!((relevant.text.as_str(), relevant.place.to_string().as_str()), ("${q} = \"a\"", "survey!F3"));
    assert_eq!(text(&repeat.expressions.repeat_count), "3");
    let [question] = repeat.children() else { panic!("{repeat:?}") };
    assert_eq!(question.kind, Kind::Question(Question::SelectOne(0)));
    assert_eq!(text(&question.texts.label[1]), "安全吗“真”", "labels keep their quotes");
    let list = &book.lists[0];
    assert_eq!((list.name.as_str(), list.columns.as_slice()), ("yn", &["score".to_owned()][..]));
    assert_eq!((list.choices[0].name.as_str(), text(&list.choices[0].values[0])), ("1", "2.5"));
    assert_eq!(list.choices[1].values[0], None);
}

#[test]
fn a_table_that_begins_in_the_middle_of_a_sheet_keeps_its_rows_and_columns() {
    let book = good(
        "| survey | \n | | | | | \n | | | | | \n | | | type | name | label | \n | | | | | \n | | | text | a | A |",
    );
    assert_eq!(book.nodes[0].place.to_string(), "survey!C5");
    let wrong = found("| Survey | \n | | | | | \n | | | type | name | label | \n | | | txet | a | A |");
    assert_eq!(wrong.iter().map(shown).collect::<Vec<_>>(), ["error unknown_type Survey!B3:1"]);
    assert_eq!(wrong[0].hint.as_ref().unwrap().en, "text");
}

#[test]
fn keys_are_names_and_paths_only_where_a_name_stands_twice() {
    let book = good(
        "| survey |
         | | type | name | label |
         | | begin_group | g | G |
         | | text | a | A |
         | | text | b.c | A |
         | | end_group | | |
         | | begin_group | h | G |
         | | text | a | A |
         | | begin_repeat | r | R |
         | | text | a | A |
         | | end_repeat | | |
         | | end_group | | |",
    );
    let (g, h) = (book.nodes[0].children(), book.nodes[1].children());
    let keys: Vec<&str> = [&g[0], &g[1], &h[0], &h[1], &h[1].children()[0]].map(|node| node.key.as_str()).into();
    assert_eq!(keys, ["g.2Fa", "b.2Ec", "h.2Fa", "r", "a"]);
}

#[test]
fn other_spellings_of_columns_and_types_are_read() {
    let book = good(
        "| survey |
         | | Type | Name | Label : English (en) | media::image::English (en) | bind::relevant | Read Only | calculation | disabled |
         | | select all that apply from l or_other | s | S | s.png | 1=1 | no | | |
         | | calculate | c | | | | | TRUE | |
         | | nonsense | x | X | | | | | yes |
         | | note | | N | | | | | |
         | choices |
         | | list name | name | label:English (en) |
         | | l | 1 | One |",
    );
    assert_eq!(book.languages, ["English (en)"]);
    let names: Vec<&str> = book.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["s", "s_other", "c", "generated_note_name_5"]);
    assert_eq!(text(&book.nodes[0].texts.image[0]), "s.png");
    assert_eq!(text(&book.nodes[0].expressions.relevant), "1=1");
    assert_eq!(book.nodes[0].expressions.read_only, None);
    assert_eq!(text(&book.nodes[1].expressions.relevant), "selected(${s}, 'other')");
    assert_eq!(text(&book.nodes[2].expressions.calculation), "TRUE");
    assert_eq!(book.lists[0].choices[1].name, "other");
}

#[test]
fn dates_and_times_read_as_one_writes_them() {
    let mut book = Book::new();
    let sheet = book.add_worksheet().set_name("survey").unwrap();
    for (column, text) in (0..).zip(["type", "name", "label", "default"]) {
        sheet.write_string(0, column, text).unwrap();
    }
    let values = [
        ("date", "2026-11-23", "yyyy-mm-dd"),
        ("time", "08:30:00", "hh:mm"),
        ("datetime", "2026-11-23T08:30:00", "yyyy-mm-dd hh:mm"),
    ];
    for (row, (kind, value, format)) in (1..).zip(values) {
        sheet.write_string(row, 0, kind).unwrap();
        sheet.write_string(row, 1, kind).unwrap();
        sheet.write_string(row, 2, kind).unwrap();
        let moment = ExcelDateTime::parse_from_str(value).unwrap();
        sheet.write_datetime_with_format(row, 3, &moment, &Format::new().set_num_format(format)).unwrap();
    }
    let book = made(&book.save_to_buffer().unwrap());
    for (node, (_, value, _)) in book.nodes.iter().zip(values) {
        assert_eq!(text(&node.expressions.default), value);
    }
}

#[test]
fn all_errors_come_at_once() {
    let found = found(
        "| survey | \n | | type | name | label | \n | | txt | a | A | \n | | text | 名 | A | \n | | text | c | C | \n | | text | c | C |",
    );
    assert_eq!(found.len(), 3);
}
