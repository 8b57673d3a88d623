#![no_main]
//! Replies of an exchange.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sumu_fuzz::wire::reply(bytes));
