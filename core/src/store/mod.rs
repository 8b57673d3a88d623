//! The device's SQLite file: the only user of rusqlite in the core.

/// The phone's file.
pub(crate) struct Store;
