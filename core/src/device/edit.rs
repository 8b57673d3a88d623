//! The edits that a person makes; each returns after its commit.

use super::{Device, DeviceError, Place};
use crate::ids::ChangeHash;
use crate::record::{Key, ReviewState, Value};

impl Device {
    /// Saves one card: the keys that differ from what is shown, as one change. Returns its hash, or nothing if nothing changed.
    ///
    /// A key in dispute fails the whole card and names its rivals. Blocks.
    pub fn answer(&self, _place: &Place, _puts: &[(Key, Value)]) -> Result<Option<ChangeHash>, DeviceError> {
        todo!()
    }

    /// Ends a dispute of a key with one of the rivals or another value, and the reason. Blocks.
    pub fn settle(&self, _place: &Place, _key: &Key, _value: &Value, _reason: &str) -> Result<ChangeHash, DeviceError> {
        todo!()
    }

    /// Voids a record with a reason; nothing is deleted. A void in dispute is settled by voiding again. Blocks.
    pub fn void(&self, _place: &Place, _reason: &str) -> Result<ChangeHash, DeviceError> {
        todo!()
    }

    /// Lifts a void, with the reason if it was in dispute. Blocks.
    pub fn lift_void(&self, _place: &Place, _reason: &str) -> Result<ChangeHash, DeviceError> {
        todo!()
    }

    /// Signs a record as it was seen: `seen` are the heads of the view that the person looked at. Blocks.
    pub fn sign(&self, _place: &Place, _seen: &[ChangeHash]) -> Result<ChangeHash, DeviceError> {
        todo!()
    }

    /// Sends a record back or approves it, as it was seen. Blocks.
    pub fn review(&self, _place: &Place, _state: ReviewState, _reason: &str, _seen: &[ChangeHash]) -> Result<ChangeHash, DeviceError> {
        todo!()
    }
}
