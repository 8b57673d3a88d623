#![no_main]
//! Certificates, registrations and signatures.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sumu_fuzz::signed::signed(bytes));
