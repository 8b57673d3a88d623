#![no_main]
//! The gate on the bytes of one change.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sumu_fuzz::change::change(bytes));
