//! The headless phone: what `phone` does with a command line, over [`Device`](sumu_core::device::Device) and nothing below it.
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unreachable,
    clippy::allow_attributes
)]

pub mod args;
mod run;
pub mod show;
pub mod stop;
pub mod table;
pub mod tell;
pub mod when;

pub use run::{Printed, run};
