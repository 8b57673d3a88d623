#![no_main]
//! Histories of honest people.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sumu_fuzz::change::history(bytes));
