//! The sync engine over a [`Transport`](transport::Transport).

pub mod http;
pub mod transport;
mod watch;

pub use watch::{Cancel, Silent, SyncError, SyncEvent, SyncReport, Watch};
