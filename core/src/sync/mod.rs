//! The sync engine over a [`Transport`](transport::Transport).

mod apply;
mod call;
mod engine;
pub mod http;
mod mend;
mod progress;
mod request;
mod supply;
mod take;
#[cfg(test)]
mod tests;
pub mod transport;
mod watch;

pub(crate) use call::enrol;
pub(crate) use engine::run;
pub use progress::Progress;
pub use watch::{Cancel, Silent, Stuck, SyncError, SyncEvent, SyncReport, Watch};
