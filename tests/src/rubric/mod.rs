//! The ten-item rubric as XLSForm workbooks: one for each item, because a record is of one item, and the whole as one.
//!
//! The marks, the texts and the methods come from `data/rubric-tenfold.csv`; what each method asks is in `method`, what
//! an item and the whole add up to in `whole`. `cargo run --bin rubric` writes the files again.

mod criterion;
mod item;
mod method;
mod whole;

pub use criterion::{Criterion, Method, criteria};

use anyhow::Result;

use crate::workbook::Workbook;

/// One workbook and the name of its file, without the ending.
pub struct Named {
    /// `housing`, or `tenfold` for the whole.
    pub name: String,
    /// What the file holds.
    pub workbook: Workbook,
}

/// Makes the workbook of each item, in the order of the rubric, and the whole last.
pub fn workbooks() -> Result<Vec<Named>> {
    let items = item::items()?;
    let mut made = Vec::new();
    for one in &items {
        made.push(Named { name: one.code.clone(), workbook: whole::workbook(std::slice::from_ref(one)) });
    }
    made.push(Named { name: "tenfold".to_owned(), workbook: whole::workbook(&items) });
    Ok(made)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::path::Path;

    use calamine::{Reader as _, Xlsx};

    use super::*;

    type Sheets = Vec<(String, calamine::Range<calamine::Data>)>;

    fn sheets(bytes: Vec<u8>) -> Sheets {
        let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
        book.sheet_names().into_iter().map(|name| (name.clone(), book.worksheet_range(&name).unwrap())).collect()
    }

    #[test]
    fn the_committed_workbooks_are_what_the_generator_makes() {
        let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data"));
        let made = workbooks().unwrap();
        assert_eq!(made.len(), 11);
        for named in made {
            let folder = if named.name == "tenfold" { data.to_owned() } else { data.join("forms") };
            let committed = std::fs::read(folder.join(format!("{}.xlsx", named.name))).unwrap();
            assert!(
                sheets(committed) == sheets(named.workbook.xlsx().unwrap()),
                "{} is not what the generator makes: run `cargo run --bin rubric`",
                named.name
            );
        }
    }

    #[test]
    fn each_item_has_a_hundred_marks_and_the_weights_add_up_to_a_hundred() {
        let items = item::items().unwrap();
        assert_eq!(items.iter().map(|item| item.weight).sum::<u32>(), 100);
        for item in items {
            assert_eq!(item.criteria.iter().map(|criterion| criterion.full).sum::<u32>(), 100, "{}", item.code);
        }
    }

    #[test]
    fn the_same_workbook_makes_the_same_bytes() {
        for (first, second) in workbooks().unwrap().iter().zip(&workbooks().unwrap()) {
            assert!(first.workbook.xlsx().unwrap() == second.workbook.xlsx().unwrap(), "{}", first.name);
        }
    }
}
