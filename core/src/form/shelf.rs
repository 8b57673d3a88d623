//! Forms that were decoded already: decoding one takes milliseconds, and records of the same item have the same.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Form;
use crate::ids::ContentHash;

/// Keeps the forms in use; safe to share between threads.
#[derive(Debug)]
pub struct Shelf {
    forms: Mutex<HashMap<ContentHash, Arc<Form>>>,
    room: usize,
}

impl Shelf {
    /// Makes a shelf for so many forms; when there are more, it is emptied and filled anew.
    pub fn new(room: usize) -> Self {
        Self { forms: Mutex::default(), room }
    }

    /// Returns a form, which `load` reads if it is not on the shelf.
    ///
    /// # Errors
    /// Those of `load`; nothing is kept then.
    pub fn get<E>(&self, hash: &ContentHash, load: impl FnOnce() -> Result<Form, E>) -> Result<Arc<Form>, E> {
        if let Some(found) = self.forms.lock().unwrap_or_else(PoisonError::into_inner).get(hash) {
            return Ok(Arc::clone(found));
        }
        // Two threads may load the same form at once: that is cheaper than to make one wait for another form of the other's.
        let form = Arc::new(load()?);
        let mut forms = self.forms.lock().unwrap_or_else(PoisonError::into_inner);
        if forms.len() >= self.room {
            forms.clear();
        }
        forms.insert(*hash, Arc::clone(&form));
        Ok(form)
    }
}
