//! What hostile hands can send, and that pure documents converge whoever writes them.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "tests; and what the fuzz targets share is public there"
)]

mod byte_attacks;
mod convergence;
mod document_attacks;
mod seeds;

#[path = "../../fuzz/src/lib.rs"]
mod fuzz;
