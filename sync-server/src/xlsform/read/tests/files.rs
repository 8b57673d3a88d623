//! Files that mean harm, or that were harmed.

use std::io::Cursor;

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

const SMALL: &str = "| survey | \n | | type | name | label::English (en) | relevant | \n | | select_one l | a | A | 1=1 | \n | | begin_repeat | r | R | \n | | integer | b | B | \n | | end_repeat | \n | choices | \n | | list_name | name | label::English (en) | \n | | l | 1 | One | \n | settings | \n | | form_id | version | \n | | f | 3 |";

/// The parts beside the sheets.
const PARTS: &[&str] = &[
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
];

fn codes(bytes: &[u8]) -> Vec<&'static str> {
    all(bytes).iter().map(|finding| finding.code).collect()
}

#[test]
fn what_is_no_workbook_is_refused() {
    for bytes in [&b""[..], b"PK", b"type,name\ntext,a\n", &[0xd0, 0xcf, 0x11, 0xe0, 0, 0]] {
        assert_eq!(codes(bytes), ["not_a_workbook"]);
    }
    assert_eq!(codes(&vec![0; archive::FILE_BYTES + 1]), ["too_large"]);
    let mut empty = ZipWriter::new(Cursor::new(Vec::new()));
    empty.start_file("x.xml", SimpleFileOptions::default()).unwrap();
    assert_eq!(codes(&empty.finish().unwrap().into_inner()), ["not_a_workbook"]);
}

#[test]
fn a_zip_bomb_is_measured_and_not_kept() {
    let book = workbook(SMALL);
    let bomb = with_part(&book, "xl/worksheets/sheet1.xml", |_| vec![b' '; 100 << 20]);
    assert!(bomb.len() < 1 << 20);
    assert_eq!(codes(&bomb), ["too_large"]);
    // The declared size is a lie: the local and the central header say 1 byte.
    let mut lie = bomb.clone();
    let size = (100u32 << 20).to_le_bytes();
    let places: Vec<usize> = (0..lie.len() - 4).filter(|at| lie[*at..*at + 4] == size).collect();
    for at in places {
        lie[at..at + 4].copy_from_slice(&1u32.to_le_bytes());
    }
    assert!(codes(&lie).iter().all(|code| ["too_large", "not_a_workbook"].contains(code)));
}

#[test]
fn a_boast_of_shared_texts_takes_no_memory() {
    let boast = with_part(&workbook(SMALL), "xl/sharedStrings.xml", |text| {
        let text = String::from_utf8(text).unwrap();
        let (before, after) = text.split_once("uniqueCount=\"").unwrap();
        let (_, after) = after.split_once('"').unwrap();
        format!("{before}uniqueCount=\"9999999999999\"{after}").into_bytes()
    });
    assert_eq!(codes(&boast), ["too_large"]);
}

#[test]
fn a_sheet_of_a_million_rows_ends_soon() {
    let mut text =
        String::from("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>");
    for row in 1..=1_000_000 {
        text.push_str(&format!("<row r=\"{row}\"><c r=\"A{row}\"><v>1</v></c></row>"));
    }
    text.push_str("</sheetData></worksheet>");
    let book = with_part(&workbook(SMALL), "xl/worksheets/sheet2.xml", |_| text.clone().into_bytes());
    assert!(codes(&book).contains(&"too_many_rows"));
    let far = with_part(&workbook(SMALL), "xl/worksheets/sheet1.xml", |_| {
        b"<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData></worksheet>".to_vec()
    });
    assert!(codes(&far).contains(&"too_many_columns"));
}

#[test]
fn a_cell_has_a_longest_text() {
    let book = with_part(&workbook(SMALL), "xl/sharedStrings.xml", |text| {
        let text = String::from_utf8(text).unwrap();
        text.replace("<t>One</t>", &format!("<t>{}</t>", "长".repeat(32_768))).into_bytes()
    });
    assert_eq!(codes(&book), ["cell_too_long"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_file_makes_the_reader_panic(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = workbook(SMALL);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let mut findings = Findings::default();
        let book = read(&bytes, &mut findings);
        prop_assert!(book.is_some() || findings.failed());
    }

    #[test]
    fn no_cut_file_makes_the_reader_panic(cut in any::<prop::sample::Index>()) {
        let bytes = workbook(SMALL);
        let cut = cut.index(bytes.len());
        prop_assert_eq!(codes(&bytes[..cut]), ["not_a_workbook"]);
    }

    #[test]
    fn no_part_makes_the_reader_panic(
        part in prop::sample::select(PARTS),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let bytes = with_part(&workbook(SMALL), part, |mut text| {
            for (at, byte) in &changes {
                let at = at.index(text.len());
                text[at] = *byte;
            }
            if let Some(cut) = &cut {
                text.truncate(cut.index(text.len()));
            }
            text
        });
        let mut findings = Findings::default();
        let book = read(&bytes, &mut findings);
        prop_assert!(book.is_some() || findings.failed());
    }

    #[test]
    fn no_sheet_makes_the_reader_panic(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let bytes = with_part(&workbook(SMALL), "xl/worksheets/sheet1.xml", |mut text| {
            for (at, byte) in &changes {
                let at = at.index(text.len());
                text[at] = *byte;
            }
            text
        });
        let mut findings = Findings::default();
        let book = read(&bytes, &mut findings);
        prop_assert!(book.is_some() || findings.failed());
    }

    #[test]
    fn no_words_in_cells_make_the_reader_panic(
        header in proptest::collection::vec("type|name|label(::[a-z() ]{0,6})?|[a-z_:]{0,9}|relevant|parameters", 1..6),
        rows in proptest::collection::vec(
            proptest::collection::vec("(begin|end)_(group|repeat)|select_one( l)?( or_other)?|[\\PC]{0,8}|range|image|start=[0-9.-]{0,9} step=0", 1..6),
            0..12,
        ),
    ) {
        let clean = |cells: &[String]| cells.iter().map(|cell| cell.replace(['|', '='], "")).collect::<Vec<_>>().join("|");
        let rows: String = rows.iter().map(|row| format!("||{}|\n", clean(row))).collect();
        let tables = format!("|survey|\n||type|name|{}|\n{rows}|choices|\n||list_name|name|\n||l|x|", clean(&header));
        read(&workbook(&tables), &mut Findings::default());
    }
}
