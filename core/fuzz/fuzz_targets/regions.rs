#![no_main]
//! Tables of regions.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sumu_fuzz::text::regions(bytes));
