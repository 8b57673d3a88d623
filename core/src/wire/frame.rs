//! Frames: the pieces of a reply, each applied with its cursors in one transaction.

use super::codec::{Reader, put_varint};
use super::decode::decode_items;
use super::encode::encode_items;
use super::pack::{open, pack, seal, unpack};
use super::{Cursor, Item, WireError, limits};

const PACKED: u8 = 1;
const MAIN: u8 = 2;
const FILLS: u8 = 4;

/// How far the device has read once a frame is applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cursors {
    /// The cursor of all scopes that are caught up, if it moved.
    pub main: Option<Cursor>,
    /// Cursors of back-filling scopes that moved, by place in the list, ascending; nothing: the scope joined the main cursor.
    pub fills: Vec<(u16, Option<Cursor>)>,
}

/// One piece of a reply.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// What to apply, in order.
    pub items: Vec<Item>,
    /// What holds once it is applied, in the same transaction.
    pub cursors: Cursors,
}

/// Writes a frame: length, checksum, flags, cursors, and the page (packed by zstd where that is shorter).
pub fn encode_frame(frame: &Frame) -> Result<Vec<u8>, WireError> {
    let (packed, page) = pack(&encode_items(&frame.items)?)?;
    let flag = |set: bool, bit: u8| if set { bit } else { 0 };
    let fills = &frame.cursors.fills;
    let mut content = Vec::with_capacity(page.len() + 32);
    content.push(flag(packed, PACKED) | flag(frame.cursors.main.is_some(), MAIN) | flag(!fills.is_empty(), FILLS));
    if let Some(Cursor(main)) = frame.cursors.main {
        content.extend(main);
    }
    if !fills.is_empty() {
        put_fills(&mut content, fills)?;
    }
    content.extend(page);
    if content.len() > limits::FRAME_CONTENT_BYTES {
        return Err(WireError::TooLarge { what: "a frame", limit: limits::FRAME_CONTENT_BYTES });
    }
    let mut out = Vec::with_capacity(content.len() + 8);
    seal(&mut out, &content);
    Ok(out)
}

/// Writes cursors by place: twice the gap to the place before, one more where the scope joined the main cursor.
pub(super) fn put_fills(out: &mut Vec<u8>, fills: &[(u16, Option<Cursor>)]) -> Result<(), WireError> {
    let ascending = fills.is_sorted_by(|(one, _), (next, _)| one < next);
    if !ascending || fills.last().is_some_and(|(place, _)| usize::from(*place) >= limits::SCOPES) {
        return Err(WireError::Form { what: "the places of back-filling scopes", at: out.len() });
    }
    put_varint(out, fills.len() as u64);
    let mut next = 0;
    for (place, cursor) in fills {
        let gap = u64::from(*place) - next;
        next = u64::from(*place) + 1;
        put_varint(out, 2 * gap + u64::from(cursor.is_none()));
        if let Some(Cursor(bytes)) = cursor {
            out.extend(bytes);
        }
    }
    Ok(())
}

/// Reads what [`put_fills`] wrote.
pub(super) fn read_fills(reader: &mut Reader<'_>) -> Result<Vec<(u16, Option<Cursor>)>, WireError> {
    const WHAT: &str = "the places of back-filling scopes";
    let count = reader.varint_to::<usize>(WHAT)?;
    if count > limits::SCOPES {
        return Err(WireError::TooLarge { what: WHAT, limit: limits::SCOPES });
    }
    let mut fills = Vec::new();
    let mut next = 0u64;
    for _ in 0..count {
        let step = reader.varint(WHAT)?;
        let place = next.saturating_add(step >> 1);
        next = place.saturating_add(1);
        let place = u16::try_from(place).ok().filter(|place| usize::from(*place) < limits::SCOPES);
        let Some(place) = place else { return reader.wrong(WHAT) };
        let cursor = if step & 1 == 0 { Some(Cursor(reader.array("a cursor")?)) } else { None };
        fills.push((place, cursor));
    }
    Ok(fills)
}

fn decode_frame(mut content: Reader<'_>) -> Result<Frame, WireError> {
    let flags = content.byte("a frame's flags")?;
    if flags & !(PACKED | MAIN | FILLS) != 0 {
        return content.wrong("a frame's flags");
    }
    let main = if flags & MAIN == 0 { None } else { Some(Cursor(content.array("a cursor")?)) };
    let fills = if flags & FILLS == 0 { Vec::new() } else { read_fills(&mut content)? };
    let items = if flags & PACKED == 0 {
        decode_items(content.take_rest())?
    } else {
        decode_items(&unpack(content, "a frame's page")?)?
    };
    Ok(Frame { items, cursors: Cursors { main, fills } })
}

/// Cuts a reply that arrives in pieces of any size into frames. It holds one frame and one piece at most, if every piece is
/// followed by [`FrameReader::next_frame`] until there is none.
#[derive(Debug, Default)]
pub struct FrameReader {
    buffer: Vec<u8>,
    read: usize,
}

impl FrameReader {
    /// Takes in what arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.read.min(self.buffer.len()));
        self.read = 0;
        self.buffer.extend(bytes);
    }

    /// Returns the next whole frame, or nothing until more arrives.
    ///
    /// An unknown item that may be skipped is left out; at one that may not be, the frame is an error and nothing of it is
    /// applied. After an error the rest of the reply is worth nothing.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, WireError> {
        let unread = self.buffer.get(self.read..).unwrap_or_default();
        let mut reader = Reader::new(unread);
        let Some(content) = open(&mut reader, limits::FRAME_CONTENT_BYTES, "a frame")? else { return Ok(None) };
        let frame = decode_frame(content)?;
        self.read = self.buffer.len() - reader.remaining();
        Ok(Some(frame))
    }

    /// Tells whether everything that arrived was given out: a reply that ends otherwise was cut.
    pub fn is_at_boundary(&self) -> bool {
        self.read == self.buffer.len()
    }
}
