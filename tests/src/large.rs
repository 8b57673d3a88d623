//! Large forms for the benchmarks: one of the size of the WHO's verbal autopsy, and one with a repeat for many instances.

use crate::workbook::{Row, Workbook};

/// Makes a form of 600 rows: 40 groups whose relevance follows from earlier answers, with constraints and calculations.
pub fn interview() -> Workbook {
    let mut survey = vec![
        Row::survey("integer", "age").label("年龄", "Age").required("必填", "This must be answered").constraint(
            ". >= 0 and . <= 120",
            "0 到 120",
            "From 0 to 120",
        ),
        Row::survey("select_one sex", "sex").label("性别", "Sex").required("必填", "This must be answered"),
        Row::survey("date", "day").label("日期", "Day").constraint(". <= today()", "不能在将来", "Not in the future"),
        Row::survey("select_one yn", "known").label("知情", "Known"),
    ];
    let mut before = "known".to_owned();
    for section in 0..40 {
        survey.push(
            Row::survey("begin_group", &format!("s{section}"))
                .label(&format!("第{section}部分"), &format!("Section {section}"))
                .with("relevant", format!("${{age}} >= {} and ${{{before}}} != 'no'", section / 4)),
        );
        survey.extend(section_rows(section, &before));
        survey.push(Row::survey("end_group", ""));
        before = format!("s{section}_q0");
    }
    let scores: Vec<String> = (0..40).map(|section| format!("coalesce(${{s{section}_score}}, 0)")).collect();
    survey.push(Row::survey("calculate", "total").with("calculation", scores.join(" + ")));
    while survey.len() < 600 {
        let name = format!("note{}", survey.len());
        survey.push(Row::survey("note", &name).label("得分 ${total}", "Score ${total}"));
    }
    Workbook { survey, choices: choices(), settings: settings("interview") }
}

fn section_rows(section: usize, before: &str) -> Vec<Row> {
    let name = |question: usize| format!("s{section}_q{question}");
    let mut rows = Vec::new();
    for question in 0..8 {
        let row = Row::survey("select_one yn", &name(question))
            .label(&format!("症状 {section}.{question}"), &format!("Sign {section}.{question}"))
            .required("必填", "This must be answered");
        rows.push(if question == 0 {
            row
        } else {
            row.with("relevant", format!("${{{}}} = 'yes' or (${{age}} > {question} and ${{sex}} = 'f')", name(0)))
        });
    }
    rows.push(
        Row::survey("integer", &format!("s{section}_days"))
            .label("天数", "Days")
            .with("relevant", format!("${{{}}} = 'yes'", name(0)))
            .constraint(". >= 0 and . <= 365", "0 到 365", "From 0 to 365"),
    );
    rows.push(
        Row::survey("select_multiple sign", &format!("s{section}_signs"))
            .label("体征", "Signs")
            .with("choice_filter", format!("part = 'any' or ${{{before}}} = 'yes'"))
            .constraint("not(selected(., 'none') and count-selected(.) > 1)", "不能同时选", "Not with another"),
    );
    let points = format!("sum(instance('sign')/root/item[selected(${{s{section}_signs}}, name)]/points)");
    rows.push(Row::survey("calculate", &format!("s{section}_points")).with("calculation", points));
    rows.push(Row::survey("calculate", &format!("s{section}_score")).with(
        "calculation",
        format!(
            "if(${{{}}} = '', 0, if(${{{}}} = 'yes', 10, 0) + ${{s{section}_points}} + coalesce(${{s{section}_days}}, 0) div 10)",
            name(0),
            name(0)
        ),
    ));
    rows
}

/// Makes a form with one repeat whose instances are scored and summed.
pub fn households() -> Workbook {
    let survey = vec![
        Row::survey("integer", "weight").label("权重", "Weight").with("default", "2"),
        Row::survey("begin_repeat", "household").label("户", "Household"),
        Row::survey("integer", "people").label("人数", "People").constraint(". >= 0 and . <= 50", "0 到 50", "0 to 50"),
        Row::survey("select_one yn", "served").label("受益", "Served").with("relevant", "${people} > 0"),
        Row::survey("calculate", "household_score")
            .with("calculation", "if(${served} = 'yes', ${people} * ${weight}, 0)"),
        Row::survey("end_repeat", ""),
        Row::survey("calculate", "people_sum").with("calculation", "sum(${people})"),
        Row::survey("calculate", "total").with("calculation", "sum(${household_score})"),
    ];
    Workbook { survey, choices: choices(), settings: settings("households") }
}

fn choices() -> Vec<Row> {
    let mut rows = vec![
        Row::choice("yn", "yes").label("是", "Yes"),
        Row::choice("yn", "no").label("否", "No"),
        Row::choice("yn", "unknown").label("不详", "Not known"),
        Row::choice("sex", "f").label("女", "Female"),
        Row::choice("sex", "m").label("男", "Male"),
        Row::choice("sign", "none").label("无", "None").with("part", "any").with("points", "0"),
    ];
    for sign in 0..30 {
        rows.push(
            Row::choice("sign", &format!("sign{sign}"))
                .label(&format!("体征{sign}"), &format!("Sign {sign}"))
                .with("part", if sign % 3 == 0 { "any" } else { "known" })
                .with("points", (sign % 7).to_string()),
        );
    }
    rows
}

fn settings(name: &str) -> Row {
    Row::default()
        .with("form_title", name)
        .with("form_id", name)
        .with("version", "1")
        .with("default_language", "中文 (zh)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interview_has_six_hundred_rows() {
        assert_eq!(interview().survey.len(), 600);
    }
}
