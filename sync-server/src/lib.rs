//! server

mod accept;
pub mod admin;
pub mod enrolment;
pub mod programme;
pub mod secrets;
pub mod serve;
pub mod session;
pub mod times;
pub mod tls;

pub use accept::Peer;
