//! Large forms: their time is bounded and so is their depth.

use super::*;

/// A form like the WHO's verbal autopsy: 600 rows, most of them relevant by earlier answers.
fn large() -> Workbook {
    let rows = (0..600_u32).map(|at| {
        let name = format!("q{at}");
        let before = at.saturating_sub(1);
        let relevant = format!("${{yn}} = 'y' and (selected(${{many}}, 'a') or ${{q{}}} > {at})", before / 10 * 10);
        let number = FIRST + at;
        match at % 10 {
            0 => row(&name, number, Kind::Question(Question::Integer), &[('H', ". >= 0 and . <= 120")]),
            9 => row(&name, number, Kind::Question(Question::Calculate), &[(
                'F',
                "if(${yn} = 'y', coalesce(instance('grade')/root/item[name = ${t}]/points, 0), round(100 * coalesce(${n}, 0) div 40, 1))",
            )]),
            _ => row(&name, number, Kind::Question(Question::SelectOne(0)), &[('G', relevant.as_str())]),
        }
    });
    workbook(rows.collect())
}

#[test]
fn equal_workbooks_give_equal_definitions() {
    let (first, findings) = compile(&large());
    assert_eq!(findings, []);
    assert!(first.is_some());
    assert_eq!(first, compile(&large()).0);
}

#[test]
fn a_long_circle_is_found_without_deep_recursion() {
    let count = 5_000_u32;
    let rows = (0..count).map(|at| {
        let text = format!("${{q{}}} + 1", (at + 1) % count);
        row(&format!("q{at}"), FIRST + at, Kind::Question(Question::Calculate), &[('F', text.as_str())])
    });
    let (_, findings) = compile(&workbook(rows.collect()));
    // As many as are told, and that there are more.
    assert_eq!(findings.len(), 1_001);
}
