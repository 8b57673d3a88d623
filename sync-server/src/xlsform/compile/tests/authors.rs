//! What authors write: every function, and a corpus of expressions.

use super::*;

#[test]
fn every_function_has_the_arity_of_the_core() {
    for core in Function::ALL {
        let ours = crate::xlsform::expression::Function::ALL.iter().find(|ours| ours.name() == core.name());
        let ours = ours.unwrap_or_else(|| panic!("{} is missing", core.name())).arity();
        let (least, most) = core.arity();
        let most = if most == u32::MAX { usize::MAX } else { usize::try_from(most).unwrap() };
        assert!(usize::try_from(least).unwrap() <= ours.0 && ours.1 <= most, "{}", core.name());
    }
}

/// What authors of the field's public workbooks and of rural rubrics write.
const CORPUS: &str = include_str!("../corpus.txt");

#[test]
fn what_authors_write_compiles_or_is_refused_by_name() {
    let mut count = 0;
    for line in CORPUS.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let (code, text) = line.split_once('\t').unwrap_or_else(|| panic!("{line}"));
        let (column, code) = code.split_once(' ').unwrap_or((code, "ok"));
        let column = column.chars().next().unwrap();
        let kind = match column {
            'F' => Kind::Question(Question::Calculate),
            _ => Kind::Question(Question::SelectOne(1)),
        };
        let (_, findings) = compile(&workbook(vec![row("x", FIRST, kind, &[(column, text)])]));
        let found = findings.first().map_or("ok", |finding| finding.code);
        assert_eq!(found, code, "{text}: {findings:?}");
        count += 1;
    }
    assert!(count >= 200, "{count}");
}
