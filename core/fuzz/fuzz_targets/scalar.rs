#![no_main]
//! Scalars of several parts, clocks, and values as they are shown.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sumu_fuzz::text::scalar(bytes));
