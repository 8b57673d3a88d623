#![doc = include_str!("../README.md")]

pub use sumu_core::device::Device;
