//! Pure documents converge, whoever writes them and in whatever order they come.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::fuzz::choices::{Choices, bytes_of_seed};
use crate::fuzz::hostile::Tally;
use crate::fuzz::{honest, hostile};

const HISTORIES: u64 = 300;
const HOSTILE_DOCUMENTS: u64 = 3_000;

/// Runs a story for each seed and names the seed that fails.
fn for_each_seed<T>(seeds: u64, length: usize, mut story: impl FnMut(&mut Choices<'_>) -> T) -> Vec<T> {
    (1..=seeds)
        .map(|seed| {
            let bytes = bytes_of_seed(seed, length);
            catch_unwind(AssertUnwindSafe(|| story(&mut Choices(&bytes))))
                .unwrap_or_else(|_| panic!("seed {seed} with {length} bytes fails; see above"))
        })
        .collect()
}

#[test]
fn honest_histories_are_accepted_in_any_order_and_show_what_automerge_shows() {
    let changes: usize = for_each_seed(HISTORIES, 400, honest::history).into_iter().sum();
    println!("{HISTORIES} histories, {changes} changes, all accepted");
    assert!(changes > 10_000);
}

#[test]
fn whatever_hostile_hands_get_past_the_gate_loads_merges_saves_and_shows_as_in_automerge() {
    let mut tally = Tally::default();
    for_each_seed(HOSTILE_DOCUMENTS, 600, hostile::document).into_iter().for_each(|document| tally.add(document));
    println!("{HOSTILE_DOCUMENTS} documents: {tally:?}");
    assert!(tally.accepted > 5_000 && tally.refused.len() > 10, "the generator reaches both sides of the gate");
}
