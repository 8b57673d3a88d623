//! The sync engine over a [`Transport`](transport::Transport).

pub mod transport;
