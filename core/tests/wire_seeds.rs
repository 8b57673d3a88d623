//! Replays the seed corpus of the wire's fuzz targets, and every golden frame and request cut and damaged.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "what tests and fuzz targets share"
)]

#[path = "../fuzz/src/wire.rs"]
mod wire;

use std::path::Path;

fn replay(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let mut seeds = 0;
    for seed in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(seed.unwrap().path()).unwrap();
        run(&bytes);
        for place in 0..bytes.len().min(600) {
            run(&bytes[..place]);
            for flip in [0x01, 0x40, 0x80, 0xff] {
                let mut damaged = bytes.clone();
                damaged[place] ^= flip;
                run(&damaged);
            }
        }
        seeds += 1;
    }
    assert!(seeds > 0, "no seeds for {target}");
}

#[test]
fn seeds_of_requests_cut_and_damaged_anywhere_never_panic() {
    replay("wire_request", wire::request);
}

#[test]
fn seeds_of_replies_cut_and_damaged_anywhere_never_panic() {
    replay("wire_reply", wire::reply);
}
