//! The core of Sumu: inspection records that merge, shared by phone and server.

pub mod clock;
pub mod form;
pub mod gate;
pub mod ids;
mod leb128;
pub mod link;
pub mod record;
pub mod reference;
pub mod region;
pub mod sign;
pub mod wire;

#[cfg(feature = "device")]
pub mod device;
#[cfg(feature = "device")]
mod outbox;
#[cfg(feature = "device")]
mod store;
#[cfg(feature = "device")]
pub mod sync;
