//! The body of `POST /v1/sync`.
use super::{Cursor, Item, WireError};
use crate::ids::{DeviceId, Epoch, InstanceId, LogId};

/// Names one request of one database instance; the server remembers the last of each instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestKey {
    /// Raised durably before each request.
    pub number: u64,
    /// Random, new for each number.
    pub nonce: [u8; 16],
}

/// One exchange as the phone asks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Who carries it; must be the token's device.
    pub device: DeviceId,
    /// Which database.
    pub instance: InstanceId,
    /// Which request.
    pub key: RequestKey,
    /// The log that the cursors belong to.
    pub log: LogId,
    /// The log's life that the device last saw.
    pub epoch: Epoch,
    /// The first 8 bytes of the hash of the device's list of scopes; zeros for none.
    pub scopes: [u8; 8],
    /// How far all scopes that are caught up are read; zeros if none is.
    pub cursor: Cursor,
    /// Each scope that still back-fills, by its place in the list, with its own cursor.
    pub fills: Vec<(u16, Cursor)>,
    /// How many bytes a frame should have before compression; the server keeps to its own limits.
    pub frame_bytes: u32,
    /// The push: certificates and registrations, then documents each followed by its changes in causal order.
    pub page: Vec<Item>,
}

impl Request {
    /// Writes the body.
    pub fn encode(&self) -> Result<Vec<u8>, WireError> {
        todo!()
    }

    /// Reads a body from the network within the limits.
    pub fn decode(_bytes: &[u8]) -> Result<Self, WireError> {
        todo!()
    }
}
