//! The gate and the documents behind it: attacks, rights, reading, and convergence of pure documents.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "tests; and what the fuzz targets share is public there"
)]

mod convergence;

#[path = "../../fuzz/src/choices.rs"]
mod choices;
#[path = "../../fuzz/src/honest.rs"]
mod honest;
#[path = "../../fuzz/src/hostile.rs"]
mod hostile;
#[path = "../../fuzz/src/oracle.rs"]
mod oracle;
