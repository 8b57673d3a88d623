//! The bindings, and for arm64 an unwinder, in one library.

#[cfg(target_arch = "aarch64")]
extern crate unwinding;

sumu_ffi::uniffi_reexport_scaffolding!();
