//! What JavaRosa has no word for, in its own words: the same workbook with other functions.
//!
//! `floor()` and `ceiling()` are drawn only where `int()` is the same, and `pulldata()`, which ODK Collect adds to JavaRosa,
//! only of a list of the workbook, where it is a look-up in an instance.

use crate::workbook::{Row, Workbook};

/// Makes the workbook that pyxform is given.
pub fn workbook(ours: &Workbook) -> Workbook {
    let mut theirs = ours.clone();
    for row in &mut theirs.survey {
        let cells: Vec<(&'static str, String)> = row.cells().map(|(column, text)| (column, said(text))).collect();
        *row = cells.into_iter().fold(Row::default(), |row, (column, text)| row.with(column, text));
    }
    theirs
}

fn said(text: &str) -> String {
    looked_up(&text.replace("floor(abs(", "int(abs(").replace("ceiling(-abs(", "int(-abs("))
}

/// Writes `pulldata('l', 'c', 'name', ${q})` as `instance('l')/root/item[name = ${q}]/c`.
fn looked_up(text: &str) -> String {
    let Some((before, call)) = text.split_once("pulldata(") else { return text.to_owned() };
    let Some((arguments, after)) = call.split_once(')') else { return text.to_owned() };
    let parts: Vec<&str> = arguments.split(", ").map(|part| part.trim_matches('\'')).collect();
    let after = looked_up(after);
    match parts.as_slice() {
        [list, column, key, wanted] => {
            format!("{before}instance('{list}')/root/item[{key} = {wanted}]/{column}{after}")
        }
        _ => format!("{before}pulldata({arguments}){after}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_javarosa_lacks_is_said_otherwise() {
        assert_eq!(said("floor(abs(${a})) + ceiling(-abs(1))"), "int(abs(${a})) + int(-abs(1))");
        assert_eq!(
            said("1 + pulldata('l', 'rate', 'name', ${q}) * pulldata('l', 'part', 'name', ${r})"),
            "1 + instance('l')/root/item[name = ${q}]/rate * instance('l')/root/item[name = ${r}]/part"
        );
        assert_eq!(said("int(2)"), "int(2)");
    }
}
