//! A record and its history, for programs and for people.

use serde_json::{Map, Value as Json, json};
use sumu_core::device::HistoryRow;
use sumu_core::gate::Verdict;

use super::run::Printed;
use super::table::table;
use super::when::Zone;

/// Prints a record from the report that phone and server share.
pub fn record(report: &Json) -> Printed {
    Printed { json: report.clone(), text: tell(report) }
}

fn tell(report: &Json) -> String {
    let mut parts = vec![format!(
        "{} {} ({})",
        text(part(report, "/site")),
        text(part(report, "/item")),
        text(part(report, "/round"))
    )];
    let answers = part(report, "/answers").as_object().cloned().unwrap_or_default();
    if answers.is_empty() {
        parts.push("nobody has answered anything yet; next: answer SITE ITEM KEY=VALUE".to_owned());
    } else {
        parts.push(table(&answers.iter().map(|(key, answer)| answer_row(key, answer)).collect::<Vec<_>>()));
    }
    parts.extend(score(part(report, "/score")));
    parts.extend(disputes(&answers, part(report, "/disputes").as_object()));
    for signed in part(report, "/signoffs").as_array().into_iter().flatten() {
        let since = if part(signed, "/current") == true { "" } else { "; changed since" };
        parts.push(format!(
            "signed by {} ({}) {}{since}",
            text(part(signed, "/person")),
            text(part(signed, "/role")),
            day(part(signed, "/at"))
        ));
    }
    let review = part(report, "/review");
    if !review.is_null() {
        parts.push(format!(
            "{} by {} {}: {}",
            text(part(review, "/state")),
            text(part(review, "/by")),
            day(part(review, "/at")),
            text(part(review, "/reason"))
        ));
    }
    match part(report, "/unsent").as_u64() {
        None | Some(0) => {}
        Some(unsent) => parts.push(format!("waiting for the next sync: {}", super::tell::many(unsent, "change"))),
    }
    parts.join("\n")
}

fn answer_row(key: &str, answer: &Json) -> Vec<String> {
    let rivals = part(answer, "/dispute").as_array().map_or(0, Vec::len);
    let mark = if rivals > 0 { format!("provisional, one of {rivals} rivals") } else { String::new() };
    vec![format!("  {key}"), text(part(answer, "/value")), text(part(answer, "/by")), day(part(answer, "/at")), mark]
}

/// Tells what a record scores by its form, if it has one that says so.
fn score(score: &Json) -> Option<String> {
    let object = score.as_object()?;
    let mark = |name: &str| object.get(name).filter(|mark| !mark.is_null()).map(text);
    let earned = mark("score").unwrap_or_else(|| "open".to_owned());
    let full = mark("full").map(|full| format!(" of {full}")).unwrap_or_default();
    let grade = mark("grade").map(|grade| format!(", {grade}")).unwrap_or_default();
    Some(format!("score {earned}{full}{grade}"))
}

fn disputes(answers: &Map<String, Json>, others: Option<&Map<String, Json>>) -> Vec<String> {
    let of_answers = answers.iter().map(|(key, answer)| (key, part(answer, "/dispute")));
    let all = of_answers.chain(others.into_iter().flatten());
    all.filter_map(|(key, rivals)| Some((key, rivals.as_array()?)))
        .map(|(key, rivals)| {
            let said: Vec<String> = rivals
                .iter()
                .map(|rival| {
                    let scores = part(rival, "/score").as_f64().map(|score| format!(" (scores {score})"));
                    let (by, value) = (text(part(rival, "/by")), text(part(rival, "/value")));
                    format!("{by} says {value}{}", scores.unwrap_or_default())
                })
                .collect();
            format!("{key} is in dispute: {}; next: settle SITE ITEM {key}=VALUE --reason TEXT", said.join(", "))
        })
        .collect()
}

/// Prints a record's history.
pub fn history(rows: &[HistoryRow], zone: &Zone) -> Printed {
    let json = rows.iter().map(|row| {
        json!({
            "hash": row.hash, "at": zone.exact(row.at), "by": row.by, "device": row.device, "key": row.key.plain(),
            "value": row.value.to_json(), "verdict": row.verdict.map(Verdict::as_str),
        })
    });
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let said = row.verdict.map_or("not sent yet".to_owned(), |verdict| match verdict.reason() {
                Some(reason) => format!("{} ({reason})", verdict.as_str()),
                None => verdict.as_str().to_owned(),
            });
            let hash: String = row.hash.to_string().chars().take(8).collect();
            let value = text(&row.value.to_json());
            vec![zone.short(row.at), row.by.clone(), row.key.plain().to_owned(), value, hash, said]
        })
        .collect();
    let text = if lines.is_empty() { "nobody has written anything yet".to_owned() } else { table(&lines) };
    Printed { json: json.collect(), text }
}

/// Returns a part of a JSON value by its path, null where there is none.
pub fn part<'a>(json: &'a Json, path: &str) -> &'a Json {
    json.pointer(path).unwrap_or(&Json::Null)
}

/// Writes a JSON scalar for people; a list's parts stand apart.
fn text(value: &Json) -> String {
    match value {
        Json::Null => "(cleared)".to_owned(),
        Json::String(text) => text.clone(),
        Json::Array(parts) => parts.iter().map(text).collect::<Vec<_>>().join(" · "),
        other => other.to_string(),
    }
}

/// Cuts a time to the minute.
fn day(time: &Json) -> String {
    let time = text(time);
    time.get(..16).unwrap_or(&time).replace('T', " ")
}
