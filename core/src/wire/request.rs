//! The body of `POST /v1/sync`.

use super::codec::{Reader, put_varint};
use super::decode::decode_items;
use super::encode::encode_items;
use super::frame::{put_fills, read_fills};
use super::pack::{open, pack, seal, unpack};
use super::{Cursor, Item, VERSION, WireError, limits};
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
    /// The first 8 bytes of the hash of the device's list of scopes; zeros while it has none.
    pub scopes: [u8; 8],
    /// How far all scopes that are caught up are read; zeros if none is.
    pub cursor: Cursor,
    /// Each scope that still back-fills, by its place in the list, ascending, with its own cursor.
    pub fills: Vec<(u16, Cursor)>,
    /// How many bytes a frame should have before compression; the server keeps to its own limits.
    pub frame_bytes: u32,
    /// The push: certificates and registrations, then documents each followed by its changes in causal order.
    pub page: Vec<Item>,
}

impl Request {
    /// Writes the body: version, length, checksum, head, back-fills, and the page (packed by zstd where that is shorter).
    pub fn encode(&self) -> Result<Vec<u8>, WireError> {
        check_page(&self.page)?;
        let (packed, page) = pack(&encode_items(&self.page)?)?;
        if page.len() > limits::PAGE_BYTES {
            return Err(WireError::TooLarge { what: "a request's page", limit: limits::PAGE_BYTES });
        }
        let mut content = Vec::with_capacity(page.len() + 128);
        content.extend(self.device.as_bytes());
        content.extend(self.instance.as_bytes());
        put_varint(&mut content, self.key.number);
        content.extend(self.key.nonce);
        content.extend(self.log.as_bytes());
        content.extend(self.epoch.as_bytes());
        content.extend(self.scopes);
        content.extend(self.cursor.0);
        put_varint(&mut content, u64::from(self.frame_bytes));
        let fills: Vec<_> = self.fills.iter().map(|(place, cursor)| (*place, Some(*cursor))).collect();
        put_fills(&mut content, &fills)?;
        content.push(u8::from(packed));
        content.extend(page);
        let mut body = vec![VERSION];
        seal(&mut body, &content);
        Ok(body)
    }

    /// Reads a body from the network within the limits.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        const WHAT: &str = "a request";
        if bytes.len() > limits::REQUEST_BYTES {
            return Err(WireError::TooLarge { what: WHAT, limit: limits::REQUEST_BYTES });
        }
        let mut body = Reader::new(bytes);
        let version = body.byte("the protocol version")?;
        if version != VERSION {
            return Err(WireError::Version(version));
        }
        let Some(mut content) = open(&mut body, limits::REQUEST_BYTES, WHAT)? else {
            return Err(WireError::Length { what: WHAT, at: bytes.len() });
        };
        body.finish(WHAT)?;
        let mut request = Self {
            device: DeviceId::new(content.array("a request's device")?),
            instance: InstanceId::new(content.array("a request's instance")?),
            key: RequestKey {
                number: content.varint("a request's number")?,
                nonce: content.array("a request's nonce")?,
            },
            log: LogId::new(content.array("a request's log")?),
            epoch: Epoch::new(content.array("a request's epoch")?),
            scopes: content.array("a request's scopes")?,
            cursor: Cursor(content.array("a request's cursor")?),
            frame_bytes: 0,
            fills: Vec::new(),
            page: Vec::new(),
        };
        request.frame_bytes = content.varint_to("a request's frame size")?;
        for (place, cursor) in read_fills(&mut content)? {
            let Some(cursor) = cursor else { return content.wrong("a request's back-fill") };
            request.fills.push((place, cursor));
        }
        let packed = content.byte("a request's flags")?;
        if content.remaining() > limits::PAGE_BYTES {
            return Err(WireError::TooLarge { what: "a request's page", limit: limits::PAGE_BYTES });
        }
        request.page = match packed {
            0 => decode_items(content.take_rest())?,
            1 => decode_items(&unpack(content, "a request's page")?)?,
            _ => return content.wrong("a request's flags"),
        };
        check_page(&request.page)?;
        Ok(request)
    }
}

/// Checks that a push holds only what a device may send, and no more changes than it may.
fn check_page(page: &[Item]) -> Result<(), WireError> {
    let mut changes = 0;
    for item in page {
        match item {
            Item::Change { .. } => changes += 1,
            Item::Certificate(_)
            | Item::Registration(_)
            | Item::Document(_)
            | Item::Thumbnail { .. }
            | Item::NeedRegistrations(_)
            | Item::NeedChanges { .. } => {}
            _ => return Err(WireError::Form { what: "an item that only a server sends", at: 0 }),
        }
    }
    if changes > limits::PUSHED_CHANGES {
        return Err(WireError::TooLarge { what: "the changes of a request", limit: limits::PUSHED_CHANGES });
    }
    Ok(())
}
