//! The workbook of some items: their cards, their vetoes, and what they add up to.

use super::criterion::Method;
use super::item::Item;
use super::method;
use crate::workbook::{Row, Workbook};

/// The percentages from which the grades begin, best first.
const GRADES: [(&str, u32, &str, &str); 4] = [
    ("excellent", 90, "优秀", "Excellent"),
    ("good", 80, "良好", "Good"),
    ("pass", 60, "合格", "Passed"),
    ("fail", 0, "不合格", "Failed"),
];

/// Makes the workbook; with one item its marks count as they are, with several by their weights.
pub fn workbook(items: &[Item]) -> Workbook {
    let mut survey = vec![Row::survey("note", "how").label(
        "逐项填写；每处扣分都要有照片和原因。",
        "Fill in each card; every deduction needs its photo and reason.",
    )];
    for item in items {
        survey.extend(section(item));
    }
    survey.extend(sum(items));
    Workbook { survey, choices: choices(items), settings: settings(items) }
}

fn settings(items: &[Item]) -> Row {
    let (title, id) = match items {
        [item] => (format!("{} {}", item.zh, item.en), format!("tenfold-{}", item.code)),
        _ => ("十个全覆盖 Ten full coverages".to_owned(), "tenfold".to_owned()),
    };
    Row::default()
        .with("form_title", title)
        .with("form_id", id)
        .with("version", "2026112301")
        .with("default_language", "中文 (zh)")
}

/// One item: whether the village has it, its cards, its veto, `..._open`, `..._full` and `..._score`.
fn section(item: &Item) -> Vec<Row> {
    let code = &item.code;
    let mut rows = Vec::new();
    let mut group = Row::survey("begin_group", code).label(&item.zh, &item.en);
    if item.may_be_absent {
        rows.push(
            Row::survey("select_one yn", &format!("{code}_here"))
                .label(&format!("本村按规划应有此项：{}", item.zh), &format!("This village is to have: {}", item.en))
                .with("default", "yes")
                .required("必填", "This must be answered"),
        );
        group = group.with("relevant", format!("${{{code}_here}} = 'yes'"));
    }
    rows.push(group);
    for criterion in &item.criteria {
        rows.extend(method::card(criterion));
    }
    rows.push(
        Row::survey("select_multiple veto", &format!("{code}_veto"))
            .label("一票否决情形（没有则不选）", "What fails this outright (leave empty when nothing does)")
            .with("choice_filter", format!("item = 'any' or item = '{code}'")),
    );
    let vetoed = format!("count-selected(${{{code}_veto}}) > 0");
    rows.push(
        Row::survey("text", &format!("{code}_veto_reason"))
            .label("否决说明", "Why it is failed outright")
            .with("relevant", vetoed.clone())
            .required("一票否决必须说明原因", "A veto needs its reason"),
    );
    rows.push(
        Row::survey("image", &format!("{code}_veto_photo"))
            .label("否决照片", "Photo of the veto")
            .with("relevant", vetoed.clone())
            .with("parameters", "max-pixels=1600")
            .required("一票否决必须有照片", "A veto needs its photo"),
    );
    let open = item.criteria.iter().map(|criterion| format!("if(${{{}_score}} = '', 1, 0)", criterion.name));
    rows.push(
        Row::survey("calculate", &format!("{code}_open")).with("calculation", open.collect::<Vec<_>>().join(" + ")),
    );
    rows.push(Row::survey("end_group", ""));
    let all = |part: &str| {
        let each = item.criteria.iter().map(|criterion| format!("coalesce(${{{}_{part}}}, 0)", criterion.name));
        each.collect::<Vec<_>>().join(" + ")
    };
    rows.push(Row::survey("calculate", &format!("{code}_full")).with("calculation", all("full")));
    rows.push(
        Row::survey("calculate", &format!("{code}_score"))
            .with("calculation", format!("if({vetoed}, 0, {})", all("score"))),
    );
    rows
}

/// `veto`, `open`, `full`, `total`, `percent` and `level` of the form; there is no level while a criterion is open.
fn sum(items: &[Item]) -> Vec<Row> {
    let open: Vec<String> = items.iter().map(|item| format!("coalesce(${{{}_open}}, 0)", item.code)).collect();
    let vetoes: Vec<String> = items.iter().map(|item| format!("count-selected(${{{}_veto}})", item.code)).collect();
    let (full, total) = match items {
        [item] => (format!("${{{}_full}}", item.code), format!("${{{}_score}}", item.code)),
        _ => weighed(items),
    };
    let level = GRADES.iter().rev().fold(String::new(), |below, (name, from, _, _)| {
        if below.is_empty() { format!("'{name}'") } else { format!("if(${{percent}} >= {from}, '{name}', {below})") }
    });
    vec![
        Row::survey("calculate", "veto").with("calculation", format!("if({} > 0, 1, 0)", vetoes.join(" + "))),
        Row::survey("calculate", "open").with("calculation", open.join(" + ")),
        Row::survey("calculate", "full").with("calculation", full),
        Row::survey("calculate", "total").with("calculation", total),
        Row::survey("calculate", "percent")
            .with("calculation", "if(${full} > 0, round(100 * ${total} div ${full}, 1), '')"),
        Row::survey("calculate", "level").with(
            "calculation",
            format!("if(${{veto}} = 1, 'veto', if(${{open}} > 0 or ${{percent}} = '', '', {level}))"),
        ),
        Row::survey("note", "result")
            .label("得分 ${total}，满分 ${full}，未评 ${open} 项", "Score ${total} of ${full}, ${open} criteria open"),
    ]
}

/// Full marks are the weights of the items that the village is to have; each earns its part of its weight.
fn weighed(items: &[Item]) -> (String, String) {
    let each = |earned: bool| {
        let parts = items.iter().map(|item| {
            let code = &item.code;
            let weight = format!("instance('items')/root/item[name='{code}']/weight");
            let part = if earned { format!("{weight} * ${{{code}_score}} div ${{{code}_full}}") } else { weight };
            format!("if(${{{code}_full}} > 0, {part}, 0)")
        });
        parts.collect::<Vec<_>>().join(" + ")
    };
    (each(false), format!("round({}, 1)", each(true)))
}

fn choices(items: &[Item]) -> Vec<Row> {
    let mut rows = vec![
        Row::choice("yn", "yes").label("是", "Yes"),
        Row::choice("yn", "no").label("否", "No"),
        Row::choice("grade", "good").label("好", "Good").with("rate", "100"),
        Row::choice("grade", "fair").label("一般", "Fair").with("rate", "60"),
        Row::choice("grade", "poor").label("差", "Poor").with("rate", "0"),
        Row::choice("veto", "false_data").label("弄虚作假", "Figures or evidence were faked").with("item", "any"),
        Row::choice("veto", "refused").label("拒绝检查", "The inspection was refused").with("item", "any"),
    ];
    for item in items {
        let (zh, en) = item.veto;
        rows.push(Row::choice("veto", &item.code).label(zh, en).with("item", item.code.clone()));
    }
    for item in items {
        rows.push(Row::choice("items", &item.code).label(&item.zh, &item.en).with("weight", item.weight.to_string()));
    }
    for criterion in items.iter().flat_map(|item| &item.criteria) {
        let mut row = Row::choice("criteria", &criterion.name)
            .label(&criterion.zh, &criterion.en)
            .with("item", criterion.item.clone())
            .with("full", criterion.full.to_string());
        if let Method::PerFault { minus } = criterion.method {
            row = row.with("minus", minus.to_string());
        }
        rows.push(row);
    }
    for (name, _, zh, en) in GRADES {
        rows.push(Row::choice("level", name).label(zh, en));
    }
    rows.push(Row::choice("level", "veto").label("一票否决", "Failed outright"));
    rows
}
