#![no_main]
//! Manifests, rows and the bodies of enrolment in JSON.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sumu_fuzz::text::reference(bytes));
