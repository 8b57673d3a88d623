#![no_main]
//! Snapshots taken apart.

// The fuzzer's own hook would end the process at the panics of automerge that are caught; what comes out still ends it.
libfuzzer_sys::fuzz_target!(init: { std::panic::set_hook(Box::new(|_| {})) }, |bytes: &[u8]| sumu_fuzz::snapshot::snapshot(bytes));
