#![no_main]

#[path = "../src/wire.rs"]
#[expect(dead_code, reason = "the other target's half")]
mod wire;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wire::reply(bytes));
