//! sumu-core
pub mod clock;
pub mod gate;
pub mod ids;
pub mod record;
pub mod region;
pub mod sign;
pub mod wire;
