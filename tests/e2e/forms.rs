//! The contract of `form run`, with the workbooks of the ten items.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};

use super::processes::server_program;

fn workbook(item: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/data/forms")).join(format!("{item}.xlsx"))
}

/// Runs a form over some steps and returns a line for each.
fn run(form: &PathBuf, steps: &[Json]) -> Vec<Json> {
    let mut child = Command::new(server_program())
        .args(["form", "run"])
        .arg(form)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    for step in steps {
        writeln!(input, "{}", step.as_str().map_or_else(|| step.to_string(), str::to_owned)).unwrap();
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let lines = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Json> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), steps.len(), "a line for each step");
    lines
}

fn set(path: &str, value: &str) -> Json {
    json!({ "set": path, "value": value })
}

#[test]
fn a_checklist_scores_itself_as_its_rubric_says() {
    let mut steps = vec![
        set("/data/housing/h1_card/h1_planned", "40"),
        set("/data/housing/h1_card/h1_done", "38"),
        set("/data/housing/h3_card/h3_found", "yes"),
        json!({ "add": "/data/housing/h3_card/h3_fault" }),
        set("/data/housing/h4_card/h4_n", "2"),
        set("/data/housing/h5_card/h5_grade", "fair"),
    ];
    for (place, grade) in ["good", "fair", "poor", "good", "good"].into_iter().enumerate() {
        steps.push(set(&format!("/data/housing/h2_card/h2_place[{}]/h2_grade", place + 1), grade));
    }
    steps.push(set("/data/housing/housing_veto", "refused"));
    let lines = run(&workbook("housing"), &steps);
    let [.., scored, vetoed] = lines.as_slice() else { panic!("two lines at least") };
    assert_eq!(scored["/data/housing/h1_card/h1_score"]["value"], "28.5");
    assert_eq!(scored["/data/housing/h2_card/h2_score"]["value"], "18");
    assert_eq!(scored["/data/housing/h3_card/h3_score"]["value"], "12");
    assert_eq!(scored["/data/total"]["value"], "73.5");
    assert_eq!(scored["/data/level"]["value"], "pass");
    let photo = &scored["/data/housing/h3_card/h3_fault[2]/h3_photo"];
    assert_eq!(*photo, json!({ "value": "", "relevant": true, "required": true, "readonly": false, "valid": true }));
    assert_eq!((&vetoed["/data/total"]["value"], &vetoed["/data/level"]["value"]), (&json!("0"), &json!("veto")));
}

#[test]
fn a_step_that_cannot_be_done_says_why_and_the_run_goes_on() {
    let lines = run(
        &workbook("water"),
        &[
            set("/data/water/w1_card/w1_planned", "many"),
            set("/data/water/nothing", "1"),
            json!({ "remove": "/data/water/w4_card/w4_fault[9]" }),
            json!({ "add": "/data/water" }),
            json!("not json"),
            json!({ "language": "Latin (la)" }),
            json!({ "now": "yesterday" }),
            set("/data/water/w1_card/w1_planned", "-4"),
        ],
    );
    let [failed @ .., last] = lines.as_slice() else { panic!("a line at least") };
    for line in failed {
        assert!(line["error"].as_str().is_some_and(|reason| !reason.is_empty()), "{line}");
    }
    let planned = &last["/data/water/w1_card/w1_planned"];
    assert_eq!(
        *planned,
        json!({ "value": "-4", "relevant": true, "required": true, "readonly": false, "valid": false })
    );
}

#[test]
fn the_moment_and_the_language_are_told_by_the_steps() {
    let lines = run(
        &workbook("roads"),
        &[
            json!({ "now": "2026-11-23T08:00:00+08:00" }),
            json!({ "language": "English (en)" }),
            set("/data/roads/r1_card/r1_planned", "12.5"),
        ],
    );
    assert!(lines.iter().all(|line| line.get("error").is_none()), "{lines:?}");
    assert_eq!(lines[2]["/data/roads/r1_card/r1_planned"]["value"], "12.5");
    assert_eq!(lines[0]["/data/roads/r3_card/r3_place[3]"]["relevant"], true, "three places are counted in");
}
