//! The door before the spreadsheet library: what a file may cost is known before anything of it is kept.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::xlsform::codes;
use crate::xlsform::finding::Finding;

/// The most bytes of a workbook.
pub(super) const FILE_BYTES: usize = 16 << 20;
/// The most bytes of all its XML, unpacked.
const UNPACKED_BYTES: u64 = 96 << 20;
/// The most files inside.
const PARTS: usize = 1_000;
/// The most texts that a workbook may say that it shares: the library makes room for that many at once.
const SHARED_TEXTS: u64 = 2_000_000;

/// Checks sizes, as declared and as they really unpack. Pictures are never unpacked.
pub(super) fn admit(bytes: &[u8]) -> Result<(), Box<Finding>> {
    let too_large = |most: String| Box::new(Finding::in_file(&codes::TOO_LARGE, &[&most]));
    if bytes.len() > FILE_BYTES {
        return Err(too_large(format!("{} MB", FILE_BYTES >> 20)));
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(unreadable("old .xls / password"));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    if archive.len() > PARTS {
        return Err(too_large(format!("{PARTS} parts")));
    }
    let mut left = UNPACKED_BYTES;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(unreadable)?;
        let name = part.name().map_err(unreadable)?.to_ascii_lowercase();
        if !(name.ends_with(".xml") || name.ends_with(".rels")) {
            continue;
        }
        let too_large = || too_large(format!("{} MB XML", UNPACKED_BYTES >> 20));
        if part.size() > left {
            return Err(too_large());
        }
        let shared = name.ends_with("sharedstrings.xml");
        let unpacked = measure(part.take(left + 1), shared).map_err(unreadable)?;
        left = left.checked_sub(unpacked.bytes).ok_or_else(too_large)?;
        if unpacked.boast {
            return Err(too_large());
        }
    }
    Ok(())
}

fn unreadable(error: impl std::fmt::Display) -> Box<Finding> {
    Box::new(Finding::in_file(&codes::NOT_A_WORKBOOK, &[&error.to_string()]))
}

struct Unpacked {
    bytes: u64,
    /// Whether it announces more shared texts than a workbook may hold.
    boast: bool,
}

/// Unpacks a part piece by piece and keeps nothing of it.
fn measure(mut part: impl Read, shared: bool) -> std::io::Result<Unpacked> {
    let mut unpacked = Unpacked { bytes: 0, boast: false };
    if shared {
        let mut text = Vec::new();
        unpacked.bytes = part.read_to_end(&mut text)? as u64;
        unpacked.boast = boasts(&text);
        return Ok(unpacked);
    }
    let mut piece = [0; 16 << 10];
    loop {
        match part.read(&mut piece)? {
            0 => return Ok(unpacked),
            read => unpacked.bytes += read as u64,
        }
    }
}

fn boasts(text: &[u8]) -> bool {
    const WORD: &[u8] = b"uniqueCount";
    let mut rest = text;
    while let Some(found) = rest.windows(WORD.len()).position(|window| window == WORD) {
        rest = rest.get(found + WORD.len()..).unwrap_or_default();
        let digits = rest
            .iter()
            .skip_while(|byte| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'"' | b'\'' | b'+'))
            .take_while(|byte| byte.is_ascii_digit());
        let count = digits.fold(0u64, |count, digit| count.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
        if count > SHARED_TEXTS {
            return true;
        }
    }
    false
}
