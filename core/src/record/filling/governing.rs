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
    pub fn governing_form(
        &self,
        imported: impl Fn(&ContentHash) -> Option<u64>,
        round: Option<ContentHash>,
    ) -> Option<ContentHash> {
        let named = self.forms();
        let first = named.into_iter().min_by_key(|form| (imported(form).unwrap_or(u64::MAX), *form));
        first.or(if self.is_blank() { round } else { None })
    }
}
