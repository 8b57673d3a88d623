//! The demo is a test of its own: it checks itself and ends with 0 only if every check holds.

use std::path::Path;

use super::processes::run;

#[test]
fn the_demo_plays_its_day_and_all_its_checks_hold() {
    let ran = run(Path::new(env!("CARGO_BIN_EXE_demo")), &["--exit"]);
    let told = ran.ok();
    assert!(told.contains("checks hold"), "{told}");
    assert!(!told.contains("FAILED"), "{told}");
}
