//! kill -9 of phone and server in the middle of edits, syncs and compactions: nothing shown as saved is lost, and the next
//! sync completes.
//!
//! When a process dies is drawn from a seed; where it stands then is up to the machine. Each test goes through many deaths.

use std::io::Read as _;
use std::process::Child;
use std::time::Duration;

use sumu_core::device::{Device, Environment};
use sumu_core::record::{Key, Value};
use sumu_tests::world::chance::Chance;

use super::processes::{Office, Phone};

const SITES: [&str; 4] = ["150521100201", "150521100202", "150521101201", "150521101202"];

/// Lets a process run for a moment drawn by chance and kills it; tells whether it had ended with success before.
fn kill_soon(mut child: Child, chance: &Chance, whole: Duration) -> bool {
    // Dying at an arbitrary moment is what is tested: there is nothing to wait for.
    std::thread::sleep(whole.mul_f64(chance.below(1200) as f64 / 1000.0));
    let _ = child.kill();
    child.wait().unwrap().success()
}

/// Measures how long something takes on this machine, in the state that it is in now.
#[expect(clippy::disallowed_methods, reason = "how soon a process must die depends on how fast the machine is")]
fn took(what: impl FnOnce()) -> Duration {
    let begin = std::time::Instant::now();
    what();
    begin.elapsed()
}

/// Writes many records on a phone in this process, which is faster than one process for each.
fn fill(phone: &Phone, rounds: &[&str], cards: usize) -> usize {
    let device = Device::open(&phone.db(), Environment::system()).unwrap().device;
    let mut saved = 0;
    for round in rounds {
        for site in SITES {
            for item in ["water", "roads"] {
                let place = device.place(site, item, Some(round)).unwrap();
                let before = device.history(&place).unwrap().len() / 2;
                for number in before..before + cards {
                    let note = format!("第{number}次 {site} {item} {}", "井台完好，水量充足。".repeat(20));
                    let puts = [
                        (Key::answer("W1").unwrap(), Value::Int(number as i64)),
                        (Key::answer("note").unwrap(), Value::Text(note)),
                    ];
                    saved += usize::from(device.answer(&place, &puts).unwrap().is_some());
                }
            }
        }
    }
    saved
}

#[test]
fn a_phone_killed_in_the_middle_of_edits_keeps_every_answer_that_it_called_saved() {
    let mut office = Office::new();
    office.serve();
    let phone = office.phone("zhang", "inspector", "150521");
    let chance = Chance::new(11);
    let (mut saved, mut died) = (Vec::new(), 0);
    let mut whole = Duration::ZERO;
    for number in 0..80 {
        let key = format!("q{number}");
        let answer = ["answer", SITES[number % 4], "water", &format!("{key}={number}")];
        if number % 10 == 0 {
            whole = took(|| drop(phone.run(&answer).ok()));
            saved.push((number, key));
        } else if kill_soon(phone.start(&answer), &chance, whole) {
            saved.push((number, key));
        } else {
            died += 1;
        }
    }
    assert!(died >= 10 && saved.len() >= 10, "{died} died, {} saved: both must happen", saved.len());
    for (number, key) in &saved {
        let shown = phone.json(&["show", SITES[number % 4], "water"]);
        assert_eq!(shown["answers"][key]["value"], *number as u64, "{key} was shown as saved");
    }
    phone.run(&["sync"]).ok();
    assert_eq!(phone.json(&["status"])["unsent"], 0);
    for (number, key) in &saved {
        let shown = office.command(&["show", SITES[number % 4], "water", "--json"]).json();
        assert_eq!(shown["answers"][key]["value"], *number as u64);
    }
    office.verify();
}

#[test]
fn a_phone_killed_in_the_middle_of_syncs_sends_and_fetches_everything_in_the_end() {
    let mut office = Office::new();
    let rounds: Vec<String> = (0..10).map(|round| format!("m{round}")).collect();
    for round in &rounds {
        office.command(&["round", "open", round, "--from", "2026-11-01", "--cutoff", "2026-11-30"]).ok();
    }
    office.serve();
    let names: Vec<&str> = rounds.iter().map(String::as_str).collect();
    let (sender, receiver) = (office.phone("zhang", "inspector", "150521"), office.phone("li", "team-lead", "150521"));
    let chance = Chance::new(12);
    let (mut changes, mut died) = (0, 0);
    for _ in 0..6 {
        changes += fill(&sender, &names, 1);
        let pushing = took(|| drop(sender.run(&["sync"]).ok()));
        let fetching = took(|| drop(receiver.run(&["sync"]).ok()));
        for (phone, whole) in [(&sender, pushing), (&receiver, fetching)] {
            changes += fill(&sender, &names, 2);
            for _ in 0..5 {
                died += u32::from(!kill_soon(phone.start(&["sync"]), &chance, whole));
            }
        }
    }
    assert!(died >= 10, "only {died} of 60 syncs were killed in time");
    sender.run(&["sync"]).ok();
    receiver.run(&["sync"]).ok();
    let status = sender.json(&["status"]);
    assert_eq!((status["unsent"].as_u64(), status["records"].as_u64()), (Some(0), Some(80)), "{status}");
    assert_eq!(receiver.json(&["status"])["records"], 80);
    let log = receiver.json(&["log", SITES[0], "water", "--round", "m0"]);
    let changes_each = changes / 80;
    assert_eq!(log.as_array().unwrap().iter().filter(|row| row["key"] == "W1").count(), changes_each);
    let mut hashes: Vec<&str> = log.as_array().unwrap().iter().map(|row| row["hash"].as_str().unwrap()).collect();
    hashes.dedup();
    assert_eq!(hashes.len(), changes_each, "each change once");
    office.verify();
}

#[test]
fn a_server_killed_in_the_middle_of_pushes_and_compactions_holds_all_that_it_acknowledged() {
    let mut office = Office::new();
    office.serve();
    let (sender, receiver) = (office.phone("zhang", "inspector", "150521"), office.phone("li", "team-lead", "150521"));
    let chance = Chance::new(13);
    let mut whole = Duration::ZERO;
    for _ in 0..12 {
        // Records grow past the point at which the server makes snapshots of them.
        fill(&sender, &["r1"], 8);
        if whole.is_zero() {
            whole = took(|| drop(sender.run(&["sync"]).ok()));
            continue;
        }
        let mut sync = sender.start(&["sync"]);
        std::thread::sleep(whole.mul_f64(chance.below(1000) as f64 / 1000.0));
        office.kill();
        office.serve();
        office.verify();
        // The phone tries again by itself, on the same address.
        let done = sync.wait().unwrap();
        let mut why = String::new();
        sync.stderr.take().unwrap().read_to_string(&mut why).unwrap();
        assert!(done.success(), "{done} {why}");
        assert_eq!(sender.json(&["status"])["unsent"], 0);
    }
    receiver.run(&["sync"]).ok();
    for site in SITES {
        let (sent, got) = (sender.json(&["show", site, "water"]), receiver.json(&["show", site, "water"]));
        assert_eq!(sent, got);
        assert_eq!(sent["answers"]["W1"]["value"], 12 * 8 - 1);
    }
    office.verify();
}

/// [cht-android #273]
#[test]
fn a_full_disk_is_named_loses_nothing_and_work_goes_on_when_there_is_room_again() {
    let mut office = Office::new();
    office.serve();
    let phone = office.phone("zhang", "inspector", "150521");
    phone.run(&["answer", SITES[0], "water", "W1=1"]).ok();
    // A small file system of its own, so that it can be full: in a mount namespace, as an ordinary user too.
    let script = r#"
        set -u
        mount -t tmpfs -o size=1m none "$MOUNT" || exit 99
        cp "$DB" "$MOUNT/phone.db"
        saved=0; refused=0
        text=$(head -c 7000 /dev/zero | tr '\0' x)
        for number in $(seq 1 400); do
            if "$PHONE" --db "$MOUNT/phone.db" answer "$SITE" water "q$number=$number" "note=$number$text" >/dev/null 2>"$MOUNT.err"; then
                saved=$number
            else
                test $? -eq 1 || exit 98
                refused=1; break
            fi
        done
        test "$refused" -eq 1 || exit 97
        "$PHONE" --db "$MOUNT/phone.db" show "$SITE" water --json > "$MOUNT.shown" || exit 96
        echo "$saved" > "$MOUNT.saved"
        mount -o remount,size=16m "$MOUNT" || exit 95
        "$PHONE" --db "$MOUNT/phone.db" answer "$SITE" water "after=1" || exit 94
        "$PHONE" --db "$MOUNT/phone.db" sync || exit 93
    "#;
    let mount = phone.folder.path().join("small");
    std::fs::create_dir(&mount).unwrap();
    let ran = std::process::Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", script])
        .env("MOUNT", &mount)
        .env("DB", phone.db())
        .env("PHONE", super::processes::phone_program())
        .env("SITE", SITES[0])
        .output()
        .unwrap();
    assert!(ran.status.success(), "{} {}", ran.status, String::from_utf8_lossy(&ran.stderr));
    let beside = |end: &str| std::fs::read_to_string(mount.with_extension(end)).unwrap();
    assert!(beside("err").contains("full"), "the refusal names the cause: {}", beside("err"));
    let saved: u64 = beside("saved").trim().parse().unwrap();
    assert!(saved >= 5, "{saved}");
    let shown: serde_json::Value = serde_json::from_str(&beside("shown")).unwrap();
    for number in 1..=saved {
        assert_eq!(shown["answers"][format!("q{number}")]["value"], number, "it was shown as saved");
    }
    assert!(shown["answers"][format!("q{}", saved + 1)].is_null(), "and what failed left nothing behind");
    let server = office.command(&["show", SITES[0], "water", "--json"]).json();
    assert_eq!(server["answers"][format!("q{saved}")]["value"], saved);
    assert_eq!(server["answers"]["after"]["value"], 1);
}
