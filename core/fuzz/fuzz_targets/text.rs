#![no_main]
//! Keys, values, ids, areas and links as people type them.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sumu_fuzz::text::text(bytes));
