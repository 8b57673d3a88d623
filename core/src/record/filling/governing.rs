//! Which form a record is read by.

use crate::ids::ContentHash;
use crate::record::{Class, Key, Record, Value};

impl Record {
    /// Returns the forms that the record names: none, one, or in a dispute several, the shown one first.
    pub fn forms(&self) -> Vec<ContentHash> {
        let Some(named) = self.others.get(&Key::form()) else { return Vec::new() };
        let values = if named.dispute.is_empty() { std::slice::from_ref(&named.shown) } else { &named.dispute };
        let hashes = values.iter().filter_map(|stated| match &stated.value {
            Value::Bytes(bytes) => ContentHash::from_slice(bytes),
            _ => None,
        });
        hashes.collect()
    }

    /// Tells whether nobody has begun it yet: it names no form and holds no answer, instance or photo.
    pub fn is_blank(&self) -> bool {
        let work = |key: &Key| matches!(key.class(), Class::Form | Class::Instance | Class::Photo);
        self.answers.is_empty() && !self.others.keys().any(work)
    }

    /// Returns the form by which the record is read, or none: then it shows plain keys.
    ///
    /// Of several that it names the one imported first governs until a person settles it; `imported` tells the place of
    /// an import, or none for a form that is not here. A blank record has the form of its item in its round. One that was
    /// begun without a form has none.
    ///
    /// # Errors
    /// Those of the store that `imported` and `round` ask; only what is needed is asked.
    pub fn governing_form<E>(
        &self,
        imported: impl Fn(&ContentHash) -> Result<Option<u64>, E>,
        round: impl FnOnce() -> Result<Option<ContentHash>, E>,
    ) -> Result<Option<ContentHash>, E> {
        let named = self.forms();
        if let [form] = named.as_slice() {
            return Ok(Some(*form));
        }
        let places = named.into_iter().map(|form| Ok((imported(&form)?.unwrap_or(u64::MAX), form)));
        match places.collect::<Result<Vec<_>, E>>()?.into_iter().min() {
            Some((_, first)) => Ok(Some(first)),
            None if self.is_blank() => round(),
            None => Ok(None),
        }
    }
}
