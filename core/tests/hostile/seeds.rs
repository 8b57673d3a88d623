//! Replays the seeds of every fuzz target, whole, cut and damaged, on the compiler that everything else is built with.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::fuzz::TARGETS;

/// How many places of a seed are cut and damaged, from its beginning and spread over the rest.
const PLACES: usize = 150;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect()
}

#[test]
fn every_target_has_a_program_and_seeds() {
    let targets: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names(&folder().join("fuzz_targets")), targets);
    assert_eq!(names(&folder().join("seeds")), targets);
}

#[test]
fn seeds_whole_cut_and_damaged_anywhere_break_no_decoder() {
    for (name, run) in TARGETS {
        let mut seeds = 0;
        for seed in std::fs::read_dir(folder().join("seeds").join(name)).unwrap() {
            let bytes = std::fs::read(seed.unwrap().path()).unwrap();
            run(&bytes);
            let step = (bytes.len() / PLACES).max(1);
            for place in (0..bytes.len()).step_by(step) {
                run(&bytes[..place]);
                for flip in [0x01, 0x80] {
                    let mut damaged = bytes.clone();
                    damaged[place] ^= flip;
                    run(&damaged);
                }
            }
            seeds += 1;
        }
        assert!(seeds > 0, "no seeds for {name}");
    }
}
