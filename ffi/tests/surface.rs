//! The bindings' surface stays small, and every error that an app can meet is in the README.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;

use sumu_ffi::{SiteId, SiteQuery, SumuError, SumuResult, link, open, salvage};

const README: &str = include_str!("../README.md");
const ERRORS: &str = include_str!("../src/error.rs");

/// The words in a file that stand between two marks, on one line each time.
fn between<'a>(text: &'a str, left: &'a str, right: &'a str) -> impl Iterator<Item = &'a str> {
    text.lines().flat_map(move |line| line.split(left).skip(1).filter_map(move |rest| rest.split(right).next()))
}

/// The rows of the README's table of errors: its second column is codes.
fn table() -> &'static str {
    let (_, rest) = README.split_once("| variant | code |").unwrap();
    rest.split_once("\n\n").map_or(rest, |(rows, _)| rows)
}

#[test]
fn an_app_learns_at_most_forty_methods() {
    let sources =
        [include_str!("../src/device.rs"), include_str!("../src/key_store.rs"), include_str!("../src/listener.rs")];
    let exported = sources.join("\n");
    let methods = exported.lines().filter(|line| {
        let line = line.trim_start();
        line.starts_with("pub fn ") || line.starts_with("pub async fn ")
    });
    let count = methods.count();
    assert!((20..=40).contains(&count), "{count} functions and methods");
}

#[test]
fn an_open_form_has_at_most_twelve() {
    let filling = include_str!("../src/filling.rs");
    let methods = filling.lines().filter(|line| line.trim_start().starts_with("pub fn ")).count();
    assert!((5..=12).contains(&methods), "{methods} methods");
}

#[test]
fn every_code_of_an_error_is_in_the_readme_and_no_other() {
    // A code is the second of a pair `(Self::kind, "code")`, or the first argument of a kind's maker.
    let made: BTreeSet<&str> =
        between(ERRORS, "(Self::", "\")").filter_map(|pair| pair.split_once(", \"").map(|(_, code)| code)).collect();
    assert!(made.len() > 35, "the codes are read from the source: {made:?}");
    let told: BTreeSet<&str> = table()
        .lines()
        .filter_map(|row| row.split('|').nth(2))
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect();
    let missing: Vec<_> = made.difference(&told).collect();
    assert!(missing.is_empty(), "not in the README: {missing:?}");
    let elsewhere = ["shut", "runtime", "bad-id", "bad-link", "callback", "wrong-answer", "unknown-path"];
    let invented: Vec<_> = told.difference(&made).filter(|code| !elsewhere.contains(code)).collect();
    assert!(invented.is_empty(), "only in the README: {invented:?}");
}

fn code<T>(result: SumuResult<T>) -> (String, bool) {
    match result {
        Ok(_) => panic!("it went well"),
        Err(
            SumuError::Offline { code, detail, retryable }
            | SumuError::Stopped { code, detail, retryable }
            | SumuError::Locked { code, detail, retryable }
            | SumuError::Storage { code, detail, retryable }
            | SumuError::Damaged { code, detail, retryable }
            | SumuError::Invite { code, detail, retryable }
            | SumuError::Update { code, detail, retryable }
            | SumuError::Refused { code, detail, retryable }
            | SumuError::Changed { code, detail, retryable }
            | SumuError::Input { code, detail, retryable }
            | SumuError::App { code, detail, retryable },
        ) => {
            assert!(!detail.is_empty(), "{code} has a detail");
            (code, retryable)
        }
    }
}

fn found(code: &str, retryable: bool) -> (String, bool) {
    (code.to_owned(), retryable)
}

#[test]
fn a_phone_that_nobody_joined_says_so_in_every_call_that_needs_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let device = open(path(&folder, "phone.db"), None).unwrap().device;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    assert_eq!(code(device.zone()), found("not-enrolled", false));
    assert_eq!(code(runtime.block_on(device.sync(None))), found("not-enrolled", false));
    assert_eq!(code(device.items_at(SiteId("东村".to_owned()), None)), found("bad-id", false));
    assert_eq!(code(device.sites(SiteQuery { limit: 50, ..SiteQuery::default() })), found("not-enrolled", false));
    assert_eq!(code(device.recovery_code()), found("not-encrypted", false));
    runtime.block_on(device.shut()).unwrap();
    assert_eq!(code(device.status()), found("shut", false));
}

#[test]
fn a_server_that_does_not_answer_is_offline_and_worth_another_try() {
    let folder = tempfile::tempdir().unwrap();
    let device = open(path(&folder, "phone.db"), None).unwrap().device;
    // A port that was free a moment ago: nobody listens.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let enrolling = device.enrol(format!("http://127.0.0.1:{free}/enrol#abcdefghijklmnop"));
    assert_eq!(code(tokio::runtime::Runtime::new().unwrap().block_on(enrolling)), found("offline", true));
    for wrong in ["", "batu", "https://example.org", "http://example.org/enrol#abcdefghijklmnop"] {
        assert_eq!(code(link(wrong.to_owned())), found("bad-link", false), "{wrong}");
    }
}

#[test]
fn a_file_of_a_newer_app_asks_for_an_update_and_a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let made = open(path(&folder, "phone.db"), None).unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(made.device.shut()).unwrap();
    drop(made);
    // SQLite keeps the version that the app gave its file in bytes 60 to 63.
    let mut bytes = std::fs::read(path(&folder, "phone.db")).unwrap();
    bytes[60..64].copy_from_slice(&9_000_u32.to_be_bytes());
    std::fs::write(path(&folder, "phone.db"), &bytes).unwrap();
    assert_eq!(code(open(path(&folder, "phone.db"), None)), found("file-too-new", false));
    assert_eq!(std::fs::read(path(&folder, "phone.db")).unwrap(), bytes, "it is left alone");
    let nowhere = path(&folder, "nowhere/phone.db");
    let (code, _) = code(salvage(nowhere, path(&folder, "out.jsonl"), None));
    assert_eq!(code, "file");
}

fn path(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).into_os_string().into_string().unwrap()
}
