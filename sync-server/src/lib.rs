//! server

mod accept;
pub mod admin;
pub mod programme;
pub mod serve;
pub mod tls;

pub use accept::Peer;
