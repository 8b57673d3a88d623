//! Log and view on one SQLite transaction: the numbers that documents and actors have inside the file, looked up once.

use rusqlite::Connection;

/// Log and view as a transaction sees them.
#[derive(Debug)]
pub struct Sqlite<'a> {
    connection: &'a Connection,
}

impl<'a> Sqlite<'a> {
    /// Works on a transaction.
    pub fn new(connection: &'a Connection) -> Self {
        Self { connection }
    }
}
