//! The contract of both command lines, end to end.

use serde_json::json;

use super::processes::{Office, Phone, phone_program, run, server_program};

const SITE: &str = "150521100201";

#[test]
fn a_record_goes_from_one_phone_through_the_server_to_another_and_all_three_print_the_same() {
    let mut office = Office::new();
    office.serve();
    let (a, b) = (office.phone("zhang", "inspector", "150521"), office.phone("li", "team-lead", "150521"));
    let before = a.json(&["show", SITE, "water"]);
    assert_eq!(before["answers"], json!({}));
    assert_eq!((&before["site"], &before["item"], &before["round"]), (&json!(SITE), &json!("water"), &json!("r1")));

    a.run(&["answer", SITE, "water", "W1=30", "W2=true", "W3=7.50", "W4:=007", "W5=管护到位"]).ok();
    let shown = a.json(&["show", SITE, "water"]);
    assert_eq!(shown["unsent"], 1);
    assert_eq!(shown["answers"]["W1"]["value"], 30);
    assert_eq!(shown["answers"]["W2"]["value"], true);
    assert_eq!(shown["answers"]["W3"]["value"], 7.5);
    assert_eq!(shown["answers"]["W4"]["value"], "007");
    assert_eq!(shown["answers"]["W5"]["value"], "管护到位");
    assert_eq!(shown["answers"]["W1"]["by"], "zhang");
    assert_eq!(shown["answers"]["W1"]["dispute"], json!(null));
    let at = shown["answers"]["W1"]["at"].as_str().unwrap();
    assert!(at.ends_with("+08:00") && at.parse::<jiff::Timestamp>().is_ok(), "{at}");
    let device = shown["answers"]["W1"]["device"].as_str().unwrap();
    assert!(device.len() == 32 && device.bytes().all(|b| b"0123456789abcdef".contains(&b)));

    let sync = a.json(&["sync"]);
    assert_eq!((&sync["changes_up"], &sync["parked"], &sync["refused"]), (&json!(1), &json!([]), &json!([])));
    assert!(sync["requests"].as_u64().unwrap() >= 1 && sync["bytes_up"].as_u64() > Some(100));
    assert_eq!(b.json(&["sync"])["changes_down"], 1);
    let (mut on_a, on_b) = (a.json(&["show", SITE, "water"]), b.json(&["show", SITE, "water"]));
    assert_eq!(on_a["unsent"], 0);
    assert_eq!(on_a, on_b);
    let mut on_server = office.command(&["show", SITE, "water", "--json"]).json();
    on_server["unsent"] = on_a["unsent"].take();
    on_a["unsent"] = on_server["unsent"].clone();
    assert_eq!(on_a, on_server);
    office.verify();
}

#[test]
fn a_dispute_is_kept_named_and_settled_by_the_team_lead_alone() {
    let mut office = Office::new();
    office.serve();
    let a = office.phone("zhang", "inspector", "150521");
    let b = office.phone("li", "inspector", "150521");
    let lead = office.phone("wang", "team-lead", "150521");
    a.run(&["answer", SITE, "water", "W1=30", "W2=true"]).ok();
    b.run(&["answer", SITE, "water", "W1=24", "W2=true"]).ok();
    for phone in [&a, &b, &lead, &a] {
        phone.run(&["sync"]).ok();
    }
    let shown = lead.json(&["show", SITE, "water"]);
    let rivals: Vec<_> =
        shown["answers"]["W1"]["dispute"].as_array().unwrap().iter().map(|r| r["value"].clone()).collect();
    assert_eq!(rivals.len(), 2);
    assert!(rivals.contains(&json!(30)) && rivals.contains(&json!(24)), "{rivals:?}");
    assert_eq!(shown["answers"]["W1"]["value"], rivals[0], "the shown value is one of them");
    assert_eq!(shown["answers"]["W2"]["dispute"], json!(null), "equal values are no dispute");

    let why = lead.run(&["answer", SITE, "water", "W1=27"]).fails(1);
    assert!(why.contains("settle"), "{why}");
    a.run(&["settle", SITE, "water", "W1=27", "--reason", "x"]).fails(1);
    lead.run(&["settle", SITE, "water", "W1=27", "--reason", "两人复核"]).ok();
    lead.run(&["sync"]).ok();
    a.run(&["sync"]).ok();
    let shown = a.json(&["show", SITE, "water"]);
    assert_eq!((&shown["answers"]["W1"]["value"], &shown["answers"]["W1"]["dispute"]), (&json!(27), &json!(null)));
    let log = a.json(&["log", SITE, "water"]);
    let of_w1: Vec<_> = log.as_array().unwrap().iter().filter(|row| row["key"] == "W1").collect();
    assert_eq!(of_w1.len(), 3, "the history keeps every value: {log}");
    assert!(of_w1.iter().all(|row| row["verdict"] == "accepted" || row["verdict"] == "duplicate"), "{log}");
    let sites = office.command(&["show", SITE, "water", "--json"]).json();
    assert_eq!(sites["answers"]["W1"]["value"], 27);
    lead.run(&["settle", SITE, "water", "W1=27", "--reason", "again"]).fails(1);
}

#[test]
fn a_sign_off_is_current_until_something_changes() {
    let mut office = Office::new();
    office.serve();
    let a = office.phone("zhang", "inspector", "150521");
    a.run(&["sign", SITE, "water"]).fails(1);
    a.run(&["answer", SITE, "water", "W1=1"]).ok();
    a.run(&["sign", SITE, "water"]).ok();
    a.run(&["sync"]).ok();
    let signed = office.command(&["show", SITE, "water", "--json"]).json()["signoffs"].clone();
    assert_eq!(
        (&signed[0]["role"], &signed[0]["person"], &signed[0]["current"]),
        (&json!("inspector"), &json!("zhang"), &json!(true))
    );
    a.run(&["answer", SITE, "water", "W1=2"]).ok();
    assert_eq!(a.json(&["show", SITE, "water"])["signoffs"][0]["current"], false);
}

#[test]
fn a_void_needs_a_reason_deletes_nothing_and_takes_the_record_out_of_the_count() {
    let mut office = Office::new();
    office.serve();
    let a = office.phone("zhang", "inspector", "150521");
    a.run(&["answer", SITE, "water", "W1=1"]).ok();
    let done = |phone: &Phone| {
        let sites = phone.json(&["sites", "--find", SITE]);
        (sites[0]["done"].clone(), sites[0]["of"].clone(), sites[0]["unsent"].clone())
    };
    assert_eq!(done(&a), (json!(1), json!(2), json!(1)));
    a.run(&["void", SITE, "water"]).fails(2);
    a.run(&["void", SITE, "water", "--reason", "点错了村"]).ok();
    a.run(&["sync"]).ok();
    assert_eq!(done(&a), (json!(0), json!(2), json!(0)));
    let log = a.json(&["log", SITE, "water"]);
    assert!(log.as_array().unwrap().iter().any(|row| row["key"] == "W1"), "nothing is deleted: {log}");
}

#[test]
fn clearing_an_answer_is_an_answer_and_nothing_is_written_where_nothing_changed() {
    let mut office = Office::new();
    office.serve();
    let a = office.phone("zhang", "inspector", "150521");
    let first = a.json(&["answer", SITE, "water", "W1=1", "W2=x"]);
    assert_eq!(first["hash"].as_str().unwrap().len(), 64);
    assert_eq!(a.json(&["answer", SITE, "water", "W1=1", "W2=x"])["hash"], json!(null));
    a.run(&["answer", SITE, "water", "W1="]).ok();
    let shown = a.json(&["show", SITE, "water"]);
    assert_eq!(shown["answers"]["W1"]["value"], json!(null));
    assert_eq!(shown["answers"]["W2"]["value"], "x");
}

#[test]
fn exit_codes_tell_refused_from_usage_from_offline() {
    let mut office = Office::new();
    office.serve();
    let a = office.phone("zhang", "inspector", "150521100");
    run(phone_program(), &["status"]).fails(2);
    run(phone_program(), &["--db", "x", "dance"]).fails(2);
    run(server_program(), &["dance"]).fails(2);
    a.run(&["answer", SITE, "water"]).fails(2);
    a.run(&["answer", SITE, "water", "W1"]).fails(2);
    a.run(&["show", "150521999999", "water"]).fails(1);
    a.run(&["show", SITE, "nothing"]).fails(1);
    a.run(&["show", "150521101201", "water"]).fails(1);
    office.command(&["show", "nowhere", "water"]).fails(1);
    office.command(&["show", SITE, "nothing"]).fails(1);
    Phone::new().run(&["sync"]).fails(1);
    let status = Phone::new().json(&["status"]);
    assert_eq!((&status["records"], &status["last_sync"]), (&json!(0), &json!(null)));

    office.kill();
    a.run(&["sync"]).fails(3);
    a.run(&["answer", SITE, "water", "W1=1"]).ok();
    let status = a.json(&["status"]);
    assert_eq!(
        (&status["records"], &status["synced"], &status["unsent"], &status["pending"]),
        (&json!(1), &json!(0), &json!(1), &json!(0))
    );
    assert_eq!((&status["parked"], &status["refused"]), (&json!([]), &json!([])));
    assert!(status["last_sync"].as_str().unwrap().ends_with("+08:00"));
}

#[test]
fn with_several_rounds_open_the_round_must_be_named() {
    let mut office = Office::new();
    office.serve();
    office
        .command(&["round", "open", "r2", "--from", "2026-11-10", "--cutoff", "2026-12-10", "--kind", "spot-check"])
        .ok();
    let a = office.phone("zhang", "inspector", "150521");
    let why = a.run(&["answer", SITE, "water", "W1=1"]).fails(2);
    assert!(why.contains("r1") && why.contains("r2"), "{why}");
    let why = office.command(&["show", SITE, "water"]).fails(2);
    assert!(why.contains("r1") && why.contains("r2"), "{why}");
    a.run(&["answer", SITE, "water", "W1=1", "--round", "r2"]).ok();
    assert_eq!(a.json(&["show", SITE, "water", "--round", "r1"])["answers"], json!({}));
    assert_eq!(a.json(&["show", SITE, "water", "--round", "r2"])["answers"]["W1"]["value"], 1);
    a.run(&["show", SITE, "water", "--round", "r9"]).fails(1);
    office.command(&["round", "close", "r1"]).ok();
    a.run(&["sync"]).ok();
    assert_eq!(a.json(&["show", SITE, "water"])["round"], "r2");
    office.command(&["round", "close", "r2", "--force"]).ok();
}

#[test]
fn the_office_works_while_the_server_runs_and_lists_its_devices() {
    let mut office = Office::new();
    let never =
        office.command(&["person", "add", "zhang", "--name", "张伟", "--role", "inspector", "--area", "150521"]);
    never.ok();
    let why = office.command(&["invite", "zhang"]).fails(1);
    assert!(why.contains("serve"), "{why}");
    let url = office.serve();
    let link = office.link("zhang");
    assert!(link.starts_with(&format!("{url}/enrol#")), "{link}");
    let phone = Phone::new();
    let enrolled = phone.json(&["enrol", &link]);
    assert_eq!(enrolled["person"], "zhang");
    Phone::new().run(&["enrol", &link]).fails(1);
    phone.run(&["sync"]).ok();
    let devices = office.command(&["device", "list", "--json"]).json();
    let device = devices.as_array().unwrap().iter().find(|row| row["person"] == "zhang").unwrap();
    assert_eq!((&device["device"], &device["revoked"]), (&enrolled["device"], &json!(false)));
    assert!(device["last_sync"].as_str().unwrap().ends_with("+08:00"));
    office.command(&["device", "revoke", device["device"].as_str().unwrap()]).ok();
    assert_eq!(office.command(&["device", "list", "--json"]).json()[0]["revoked"], true);
    let second =
        run(server_program(), &["--data", office.data.path().to_str().unwrap(), "serve", "--listen", "127.0.0.1:0"]);
    second.fails(1);
}

#[test]
fn port_zero_keeps_its_port_and_a_stopped_server_exits_with_zero() {
    let mut office = Office::new();
    let first = office.serve();
    assert_eq!(office.stop(), Some(0));
    assert_eq!(office.serve(), first);
}

#[test]
fn a_self_signed_server_is_trusted_by_its_fingerprint_and_by_nothing_else() {
    let mut office = Office::new().with_flags(&["--listen", "127.0.0.1:0", "--tls-self-signed"]);
    let url = office.serve();
    assert!(url.starts_with("https://"), "{url}");
    let link = office.invite("zhang", "inspector", "150521");
    let (without, fingerprint) = link.rsplit_once('.').expect("the link carries a fingerprint");
    let mut wrong: Vec<char> = fingerprint.chars().collect();
    wrong[0] = if wrong[0] == 'A' { 'B' } else { 'A' };
    let wrong = format!("{without}.{}", wrong.into_iter().collect::<String>());
    let phone = Phone::new();
    for bad in [without, wrong.as_str()] {
        let refused = phone.run(&["enrol", bad]);
        assert!(matches!(refused.code, Some(1 | 3)), "{refused:?}");
    }
    phone.run(&["enrol", &link]).ok();
    phone.run(&["sync"]).ok();
    phone.run(&["answer", SITE, "water", "W1=1"]).ok();
    assert_eq!(phone.json(&["sync"])["changes_up"], 1);
    let kept = office.link("zhang");
    office.stop();
    office.serve();
    assert!(kept.ends_with(fingerprint) && office.link("zhang").ends_with(fingerprint), "the certificate is made once");
    phone.run(&["sync"]).ok();
}

#[test]
fn beyond_loopback_plain_http_is_refused_unless_a_proxy_ends_tls() {
    let office = Office::new();
    let data = office.data.path().to_str().unwrap();
    let why = run(server_program(), &["--data", data, "serve", "--listen", "0.0.0.0:0"]).fails(1);
    assert!(why.contains("--behind-proxy"), "{why}");
    let link = "http://10.1.2.3:8417/enrol#abc";
    let refused = Phone::new().run(&["enrol", link]);
    assert!(matches!(refused.code, Some(1 | 2)), "{refused:?}");
}

#[test]
fn a_backup_of_a_running_server_serves_and_a_rebuilt_view_says_the_same() {
    let mut office = Office::new();
    office.serve();
    let a = office.phone("zhang", "inspector", "150521");
    a.run(&["answer", SITE, "water", "W1=1"]).ok();
    a.run(&["sync"]).ok();
    let shown = office.command(&["show", SITE, "water", "--json"]).json();
    office.command(&["rebuild-view"]).ok();
    assert_eq!(office.command(&["show", SITE, "water", "--json"]).json(), shown);
    let file = office.data.path().join("copy.backup");
    office.command(&["backup", file.to_str().unwrap()]).ok();
    assert!(std::fs::metadata(&file).unwrap().len() > 0);
    office.verify();
}

#[test]
fn the_server_moves_and_the_phone_is_told_its_new_address() {
    let mut office = Office::new();
    office.serve();
    let a = office.phone("zhang", "inspector", "150521");
    office.stop();
    let mut office = office.with_flags(&["--listen", "127.0.0.2:0"]);
    let url = office.serve();
    a.run(&["server", "ftp://nowhere"]).fails(2);
    a.run(&["server", &url]).ok();
    a.run(&["sync"]).ok();
}
