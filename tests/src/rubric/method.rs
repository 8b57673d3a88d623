//! What each method asks, and how its marks are computed.

use super::criterion::{Criterion, Method};
use crate::workbook::Row;

const PHOTO: &str = "max-pixels=1600";
const MUST_ZH: &str = "必填";
const MUST_EN: &str = "This must be answered";
const PROOF_ZH: &str = "扣分必须有照片";
const PROOF_EN: &str = "A deduction needs its photo";
const REASON_ZH: &str = "扣分必须说明原因";
const REASON_EN: &str = "A deduction needs its reason";

/// The card of one criterion: its questions, `..._full` and `..._score`.
pub fn card(criterion: &Criterion) -> Vec<Row> {
    let name = &criterion.name;
    let mut rows = vec![
        Row::survey("begin_group", &format!("{name}_card"))
            .label(
                &format!("{} {}（{}分）", name.to_uppercase(), criterion.zh, criterion.full),
                &format!("{} {} ({} marks)", name.to_uppercase(), criterion.en, criterion.full),
            )
            .with("appearance", "field-list"),
    ];
    let full = format!("instance('criteria')/root/item[name='{name}']/full");
    match criterion.method {
        Method::Ratio { fractions } => ratio(&mut rows, criterion, fractions, &full),
        Method::PerFault { .. } if each_fault_has_its_own_card(criterion) => faults(&mut rows, criterion, &full),
        Method::PerFault { .. } => count_of_faults(&mut rows, criterion, &full),
        Method::Graded => graded(&mut rows, criterion, &full),
        Method::YesNo => yes_no(&mut rows, criterion, &full),
        Method::Sample { places } => sample(&mut rows, criterion, places, &full),
    }
    rows.push(Row::survey("end_group", ""));
    rows
}

/// A fault that names a place or a household is a card of its own; otherwise the faults are counted.
fn each_fault_has_its_own_card(criterion: &Criterion) -> bool {
    criterion.evidence.contains(" and ")
}

fn marks(rows: &mut Vec<Row>, name: &str, full: &str, score: String) {
    rows.push(Row::survey("calculate", &format!("{name}_full")).with("calculation", full));
    rows.push(Row::survey("calculate", &format!("{name}_score")).with("calculation", score));
}

/// Asks why marks were lost, with a photo, whenever `lost` holds.
fn evidence(rows: &mut Vec<Row>, name: &str, lost: &str) {
    rows.push(
        Row::survey("text", &format!("{name}_reason"))
            .label("扣分原因", "Why marks are lost")
            .with("relevant", lost)
            .required(REASON_ZH, REASON_EN),
    );
    rows.push(
        Row::survey("image", &format!("{name}_photo"))
            .label("现场照片", "Photo on the spot")
            .with("relevant", lost)
            .with("parameters", PHOTO)
            .required(PROOF_ZH, PROOF_EN),
    );
}

/// Nothing planned is no fault: the criterion then has no full marks either.
fn ratio(rows: &mut Vec<Row>, criterion: &Criterion, fractions: bool, full: &str) {
    let name = &criterion.name;
    let kind = if fractions { "decimal" } else { "integer" };
    let number = |part: &str, zh: &str, en: &str| {
        Row::survey(kind, &format!("{name}_{part}")).label(zh, en).required(MUST_ZH, MUST_EN).constraint(
            ". >= 0 and . <= 1000000",
            "不能为负数",
            "This cannot be negative",
        )
    };
    rows.push(
        number("planned", "计划数（应有数）", "Planned (or due)")
            .with("hint::中文 (zh)", "没有计划填 0，此项不计分")
            .with("hint::English (en)", "0 when nothing was planned: the criterion is then left out"),
    );
    rows.push(number("done", "完成数（实有数）", "Done (or present)"));
    evidence(rows, name, &format!("${{{name}_done}} < ${{{name}_planned}}"));
    marks(
        rows,
        name,
        &format!("if(${{{name}_planned}} = 0, 0, {full})"),
        format!(
            "if(${{{name}_planned}} = '' or ${{{name}_done}} = '', '', if(${{{name}_planned}} > 0, \
             round(${{{name}_full}} * if(${{{name}_done}} < ${{{name}_planned}}, ${{{name}_done}}, ${{{name}_planned}}) \
             div ${{{name}_planned}}, 1), 0))"
        ),
    );
}

fn faults(rows: &mut Vec<Row>, criterion: &Criterion, full: &str) {
    let name = &criterion.name;
    rows.push(
        Row::survey("select_one yn", &format!("{name}_found"))
            .label("是否发现问题", "Was any found?")
            .with("appearance", "minimal")
            .required(MUST_ZH, MUST_EN),
    );
    rows.push(
        Row::survey("begin_repeat", &format!("{name}_fault"))
            .label("问题", "Fault")
            .with("relevant", format!("${{{name}_found}} = 'yes'")),
    );
    rows.push(
        Row::survey("text", &format!("{name}_reason"))
            .label("问题说明", "What is wrong")
            .with("appearance", "multiline")
            .required(REASON_ZH, REASON_EN),
    );
    if criterion.evidence.contains("household") {
        rows.push(
            Row::survey("text", &format!("{name}_household"))
                .label("户主姓名", "Name of the householder")
                .required(MUST_ZH, MUST_EN),
        );
    }
    if criterion.evidence.contains("position") {
        rows.push(Row::survey("geopoint", &format!("{name}_place")).label("位置", "Position"));
    }
    rows.push(
        Row::survey("image", &format!("{name}_photo"))
            .label("现场照片", "Photo on the spot")
            .with("parameters", PHOTO)
            .required(PROOF_ZH, PROOF_EN),
    );
    rows.push(Row::survey("end_repeat", ""));
    let minus = format!("instance('criteria')/root/item[name='{name}']/minus");
    marks(
        rows,
        name,
        full,
        format!("if(${{{name}_found}} = '', '', max(0, ${{{name}_full}} - {minus} * count(${{{name}_fault}})))"),
    );
}

fn count_of_faults(rows: &mut Vec<Row>, criterion: &Criterion, full: &str) {
    let name = &criterion.name;
    rows.push(
        Row::survey("integer", &format!("{name}_n"))
            .label("问题数", "Number of faults")
            .required(MUST_ZH, MUST_EN)
            .constraint(". >= 0 and . <= 99", "填 0 到 99", "From 0 to 99"),
    );
    evidence(rows, name, &format!("${{{name}_n}} > 0"));
    let minus = format!("instance('criteria')/root/item[name='{name}']/minus");
    marks(rows, name, full, format!("if(${{{name}_n}} = '', '', max(0, ${{{name}_full}} - {minus} * ${{{name}_n}}))"));
}

fn graded(rows: &mut Vec<Row>, criterion: &Criterion, full: &str) {
    let name = &criterion.name;
    rows.push(
        Row::survey("select_one grade", &format!("{name}_grade")).label("评定", "Grade").required(MUST_ZH, MUST_EN),
    );
    evidence(rows, name, &format!("${{{name}_grade}} = 'fair' or ${{{name}_grade}} = 'poor'"));
    let rate = format!("instance('grade')/root/item[name=${{{name}_grade}}]/rate");
    marks(rows, name, full, format!("if(${{{name}_grade}} = '', '', round(${{{name}_full}} * {rate} div 100, 1))"));
}

fn yes_no(rows: &mut Vec<Row>, criterion: &Criterion, full: &str) {
    let name = &criterion.name;
    rows.push(
        Row::survey("select_one yn", &format!("{name}_met"))
            .label("是否达标", "Is this met?")
            .required(MUST_ZH, MUST_EN),
    );
    evidence(rows, name, &format!("${{{name}_met}} = 'no'"));
    let score = format!("if(${{{name}_met}} = '', '', if(${{{name}_met}} = 'yes', ${{{name}_full}}, 0))");
    marks(rows, name, full, score);
}

/// Places drawn by chance: households, whose number a small village may lower, or a fixed number of measurements.
fn sample(rows: &mut Vec<Row>, criterion: &Criterion, places: u32, full: &str) {
    let name = &criterion.name;
    let measured = criterion.evidence.contains("measured");
    let count = if measured {
        places.to_string()
    } else {
        rows.push(
            Row::survey("integer", &format!("{name}_n"))
                .label("抽查户数", "Households looked at")
                .with("default", places.to_string())
                .required(MUST_ZH, MUST_EN)
                .constraint(". >= 1 and . <= 20", "填 1 到 20", "From 1 to 20"),
        );
        format!("${{{name}_n}}")
    };
    rows.push(
        Row::survey("begin_repeat", &format!("{name}_place"))
            .label(if measured { "测点" } else { "抽查户" }, if measured { "Place" } else { "Household" })
            .with("repeat_count", count),
    );
    if measured {
        rows.push(
            Row::survey("decimal", &format!("{name}_thickness"))
                .label("厚度（厘米）", "Thickness (cm)")
                .required(MUST_ZH, MUST_EN)
                .constraint(". > 0 and . <= 100", "填 0 到 100", "From 0 to 100"),
        );
        rows.push(
            Row::survey("decimal", &format!("{name}_width"))
                .label("宽度（米）", "Width (m)")
                .required(MUST_ZH, MUST_EN)
                .constraint(". > 0 and . <= 50", "填 0 到 50", "From 0 to 50"),
        );
    } else {
        rows.push(
            Row::survey("text", &format!("{name}_household"))
                .label("户主姓名", "Name of the householder")
                .required(MUST_ZH, MUST_EN),
        );
    }
    rows.push(
        Row::survey("select_one grade", &format!("{name}_grade")).label("评定", "Grade").required(MUST_ZH, MUST_EN),
    );
    if criterion.evidence.contains("photo") {
        rows.push(
            Row::survey("image", &format!("{name}_photo"))
                .label("照片", "Photo")
                .with("parameters", PHOTO)
                .required(PROOF_ZH, PROOF_EN),
        );
    }
    rows.push(
        Row::survey("text", &format!("{name}_reason"))
            .label("扣分原因", "Why marks are lost")
            .with("relevant", format!("${{{name}_grade}} = 'fair' or ${{{name}_grade}} = 'poor'"))
            .required(REASON_ZH, REASON_EN),
    );
    rows.push(
        Row::survey("calculate", &format!("{name}_rate"))
            .with("calculation", format!("instance('grade')/root/item[name=${{{name}_grade}}]/rate")),
    );
    rows.push(Row::survey("end_repeat", ""));
    let graded = format!("count-non-empty(${{{name}_grade}})");
    marks(
        rows,
        name,
        full,
        format!("if({graded} = 0, '', round(${{{name}_full}} * sum(${{{name}_rate}}) div (100 * {graded}), 1))"),
    );
}
