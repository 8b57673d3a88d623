//! What people were told: every edit that a phone called saved, whatever happens later.

use std::sync::{Mutex, PoisonError};

use sumu_core::device::Place;
use sumu_core::ids::{ChangeHash, DocId};

/// One edit that was shown as saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Where, as site, item and round.
    pub place: (String, String, String),
    /// The document.
    pub doc: DocId,
    /// The change.
    pub hash: ChangeHash,
    /// The number of the phone.
    pub phone: usize,
}

/// All edits that were shown as saved.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Vec<Saved>>);

impl Ledger {
    /// Takes note of an edit.
    pub fn note(&self, phone: usize, place: &Place, hash: ChangeHash) {
        let at = (place.site.to_string(), place.item_handle.to_string(), place.round_handle.to_string());
        let saved = Saved { place: at, doc: place.doc, hash, phone };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(saved);
    }

    /// Returns all edits so far.
    pub fn all(&self) -> Vec<Saved> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the places that were written, each once.
    pub fn places(&self) -> Vec<(String, String, String)> {
        let mut places: Vec<_> = self.all().into_iter().map(|saved| saved.place).collect();
        places.sort();
        places.dedup();
        places
    }
}
