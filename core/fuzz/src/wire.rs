//! Hostile bytes at the decoders of the wire: whatever is read must be written and read again as the same.
//!
//! The length and checksum of an envelope are put right first, or next to nothing would come past them; every other input is
//! taken as it is.

use sumu_core::wire::{Frame, FrameReader, Request, VERSION, encode_frame};

/// Reads bytes as the body of a request.
pub fn request(bytes: &[u8]) {
    let Some((choice, content)) = bytes.split_first() else { return };
    let body = if choice % 4 == 0 { content.to_vec() } else { [vec![VERSION], sealed(content)].concat() };
    if let Ok(request) = Request::decode(&body) {
        let again = request.encode().expect("what was read can be written");
        assert_eq!(Request::decode(&again), Ok(request));
    }
}

/// Reads bytes as a reply that arrives in two pieces.
pub fn reply(bytes: &[u8]) {
    let [choice, cut, content @ ..] = bytes else { return };
    let body = if choice % 4 == 0 { content.to_vec() } else { sealed(content) };
    let (first, second) = body.split_at(usize::from(*cut).min(body.len()));
    let mut whole = FrameReader::default();
    whole.push(&body);
    let mut pieces = FrameReader::default();
    pieces.push(first);
    // The end of the first piece is either the end of a frame or not seen yet, so errors come at the same place or earlier.
    let mut frames = drain(&mut pieces);
    if frames.1 {
        pieces.push(second);
        let (more, fine) = drain(&mut pieces);
        frames.0.extend(more);
        frames.1 = fine;
    }
    assert_eq!(drain(&mut whole), frames);
    for frame in frames.0 {
        // A page that unpacked to more than travels packed elsewhere may be too large to write; nothing else may fail.
        if let Ok(again) = encode_frame(&frame) {
            let mut reader = FrameReader::default();
            reader.push(&again);
            assert_eq!(reader.next_frame(), Ok(Some(frame)));
        }
    }
}

/// Takes frames until there is none, or an error; says whether there was none.
fn drain(reader: &mut FrameReader) -> (Vec<Frame>, bool) {
    let mut frames = Vec::new();
    loop {
        match reader.next_frame() {
            Ok(Some(frame)) => frames.push(frame),
            Ok(None) => return (frames, true),
            Err(_) => return (frames, false),
        }
    }
}

/// Puts the right length and checksum before bytes.
fn sealed(content: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::new();
    let mut length = content.len();
    while length > 0x7f {
        sealed.push(0x80 | (length & 0x7f) as u8);
        length >>= 7;
    }
    sealed.push(length as u8);
    sealed.extend(crc32(content).to_be_bytes());
    sealed.extend(content);
    sealed
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes
        .iter()
        .fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc: u32, _| (crc >> 1) ^ ((crc & 1) * 0xedb8_8320)))
}
