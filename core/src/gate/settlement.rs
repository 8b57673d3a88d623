//! The rule that a dispute is settled with its reason.

use super::{Accepted, Reason};
use crate::record::Settlement;

/// Tells whether every settlement in the change comes with its `d/` key, which holds a value and a reason that is not blank.
///
/// The home server refuses a change without; the pen asks before a local edit.
pub fn check_settlements(accepted: &Accepted) -> Result<(), Reason> {
    let puts = &accepted.change.puts;
    for (_, put) in puts.iter().enumerate().filter(|(place, _)| accepted.settles(*place)) {
        let key = put.key.settlement().map_err(|_| Reason::NoSettlement)?;
        let reasoned = puts
            .iter()
            .find(|other| other.key == key)
            .and_then(|other| Settlement::decode(&other.value))
            .is_some_and(|settlement| !settlement.reason.trim().is_empty());
        if !reasoned {
            return Err(Reason::NoSettlement);
        }
    }
    Ok(())
}
