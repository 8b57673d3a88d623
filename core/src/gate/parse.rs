//! From bytes to a change of the flat profile, or a reason.
use super::{Change, Reason};

/// Reads the bytes of one change and checks all that they tell by themselves.
pub fn parse(_bytes: &[u8]) -> Result<Change, Reason> {
    todo!()
}
