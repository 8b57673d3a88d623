//! server

pub mod admin;
pub mod programme;
