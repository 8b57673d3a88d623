#![no_main]
//! Documents made by hostile hands.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sumu_fuzz::change::document(bytes));
