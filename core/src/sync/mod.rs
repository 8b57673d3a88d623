//! The sync engine over a [`Transport`](transport::Transport).

mod call;
pub mod http;
pub mod transport;
mod watch;

pub(crate) use call::enrol;
pub use watch::{Cancel, Silent, SyncError, SyncEvent, SyncReport, Watch};

pub(crate) async fn run(
    _device: &crate::device::Device,
    _transport: &dyn transport::Transport,
    _watch: &dyn Watch,
    _cancel: &Cancel,
) -> Result<SyncReport, SyncError> {
    todo!()
}
