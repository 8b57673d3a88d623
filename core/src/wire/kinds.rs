//! Numbers of the items' kinds, stable for ever.

/// The bit of kinds that a reader which does not know them may leave out.
pub(super) const MAY_SKIP: u8 = 0x80;

pub(super) const CERTIFICATE: u8 = 1;
pub(super) const REGISTRATION: u8 = 2;
pub(super) const DOCUMENT: u8 = 3;
pub(super) const CHANGE: u8 = 4;
pub(super) const SNAPSHOT: u8 = 5;
pub(super) const VOUCH: u8 = 6;
pub(super) const VERDICTS: u8 = 7;
pub(super) const VERDICT: u8 = 8;
pub(super) const SCOPES: u8 = 9;
pub(super) const DROP: u8 = 10;
pub(super) const PLACE: u8 = 11;
pub(super) const NEED_REGISTRATIONS: u8 = 12;
pub(super) const NEED_CHANGES: u8 = 13;
pub(super) const RESTORED: u8 = 14;
pub(super) const OTHER_LOG: u8 = 15;
pub(super) const END: u8 = 16;
pub(super) const THUMBNAIL: u8 = MAY_SKIP | 1;
