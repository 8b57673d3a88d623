#![no_main]
//! Compiled forms, and how they are filled in.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sumu_fuzz::form::form(bytes));
