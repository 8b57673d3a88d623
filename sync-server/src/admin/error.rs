//! Why a command of the office is refused, and what to do about it.

use sumu_core::region::{LineError, RegionError};

use crate::programme::ProgrammeError;

/// Says why a command was refused; nothing of it was done.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The table of regions is wrong.
    #[error(transparent)]
    Regions(#[from] RegionError),
    /// The table of items cannot be read at all.
    #[error("the table of items cannot be read: {0}; item,name_zh,name_en are expected")]
    Items(String),
    /// Some lines of the table of items are wrong.
    #[error("{} of the table's lines are wrong", .0.len())]
    ItemLines(Vec<LineError>),
    /// Nothing has this name.
    #[error("there is no {what} '{name}'; {cure}")]
    Unknown {
        /// What was looked for.
        what: &'static str,
        /// The name that was given.
        name: String,
        /// What to do.
        cure: &'static str,
    },
    /// Something has this name already.
    #[error("{what} '{name}' exists already; {cure}")]
    Exists {
        /// What was to be made.
        what: &'static str,
        /// The name that was given.
        name: String,
        /// What to do.
        cure: &'static str,
    },
    /// The thing is not in the state that the command needs.
    #[error("{what} '{name}' {state}; {cure}")]
    State {
        /// What it is about.
        what: &'static str,
        /// Its name.
        name: String,
        /// The state that it is in.
        state: &'static str,
        /// What to do.
        cure: &'static str,
    },
    /// The person does not hold what is to be revoked.
    #[error("'{person}' does not hold {role} for exactly the area {area}; they hold: {held}")]
    NotHeld {
        /// Whose right it was to be.
        person: String,
        /// The role.
        role: sumu_core::sign::Role,
        /// The area.
        area: String,
        /// What they do hold.
        held: String,
    },
    /// The last day lies before the first.
    #[error("the cut-off day {cutoff} lies before the first day {from}; give --cutoff a later day")]
    Dates {
        /// The first day.
        from: jiff::civil::Date,
        /// The last day.
        cutoff: jiff::civil::Date,
    },
    /// The certificate of the person's devices would be too long.
    #[error("the person holds more areas than a certificate can carry; grant a larger area instead of many small ones")]
    TooManyAreas,
    /// No server was started on this folder yet, so there is no address to put into a link.
    #[error(
        "this server has no address yet; run `sumu-server --data DIR serve` once (with --public-url URL if phones reach it by another name), then ask for the link again"
    )]
    NeverServed,
    /// What the data folder holds of the programme is damaged.
    #[error(transparent)]
    Programme(#[from] ProgrammeError),
    /// The database cannot be read or written.
    #[error("the database cannot be used: {0}")]
    Storage(#[from] rusqlite::Error),
}

impl AdminError {
    /// Returns the wrong lines of a table, if that is what is wrong.
    pub fn lines(&self) -> &[LineError] {
        match self {
            Self::Regions(RegionError::Lines(lines)) | Self::ItemLines(lines) => lines,
            _ => &[],
        }
    }
}
