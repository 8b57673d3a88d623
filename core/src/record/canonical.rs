//! The one form in which automerge writes a change.

/// Says why bytes are no change that automerge would write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// automerge does not read them.
    #[error("automerge does not read the change")]
    Unreadable,
    /// automerge would write other bytes.
    #[error("automerge would write the change in other bytes")]
    Different,
}

/// Tells whether automerge would write a change in exactly these bytes.
pub fn canonical(_bytes: &[u8]) -> Result<(), CanonicalError> {
    todo!()
}
