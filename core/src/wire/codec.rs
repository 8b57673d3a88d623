//! Reading and writing of integers and byte strings. Every reader is total: it never panics, and makes room only for bytes
//! that are there.

use super::WireError;

/// Takes bytes off the front and knows where it stands, so that an error can name the place.
#[derive(Debug, Clone)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Starts at the front of a page or request.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, at: 0 }
    }

    /// Takes some bytes and returns a reader of them alone, whose places are those of the whole.
    pub(super) fn part(&mut self, length: usize, what: &'static str) -> Result<Self, WireError> {
        let at = self.at;
        Ok(Self { rest: self.take(length, what)?, at })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn remaining(&self) -> usize {
        self.rest.len()
    }

    pub(super) fn take(&mut self, length: usize, what: &'static str) -> Result<&'a [u8], WireError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(WireError::Length { what, at: self.at })?;
        self.rest = rest;
        self.at += length;
        Ok(taken)
    }

    /// Takes all that is left.
    pub(super) fn take_rest(&mut self) -> &'a [u8] {
        self.at += self.rest.len();
        std::mem::take(&mut self.rest)
    }

    pub(super) fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], WireError> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(WireError::Length { what, at: self.at })?;
        self.rest = rest;
        self.at += N;
        Ok(*taken)
    }

    pub(super) fn byte(&mut self, what: &'static str) -> Result<u8, WireError> {
        self.array::<1>(what).map(|[byte]| byte)
    }

    /// Reads an unsigned LEB128 integer in its shortest form.
    pub(super) fn varint(&mut self, what: &'static str) -> Result<u64, WireError> {
        let start = self.at;
        let wrong = WireError::Form { what, at: start };
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte(what)?;
            let bits = u64::from(byte & 0x7f);
            // The tenth byte has room for one bit only; a last byte of zero could have been left out.
            if (shift == 63 && byte > 1) || (shift > 0 && byte == 0) {
                return Err(wrong);
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(wrong)
    }

    /// Reads an integer of limited size.
    pub(super) fn varint_to<T: TryFrom<u64>>(&mut self, what: &'static str) -> Result<T, WireError> {
        let at = self.at;
        T::try_from(self.varint(what)?).map_err(|_| WireError::Form { what, at })
    }

    /// Reads a length as varint and that many bytes.
    pub(super) fn short(&mut self, what: &'static str) -> Result<&'a [u8], WireError> {
        let length = self.varint_to::<usize>(what)?;
        self.take(length, what)
    }

    /// Reads a length as varint and that many bytes of ASCII, parsed.
    pub(super) fn text<T: std::str::FromStr>(&mut self, what: &'static str) -> Result<T, WireError> {
        let wrong = WireError::Form { what, at: self.at };
        let bytes = self.short(what)?;
        std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok()).ok_or(wrong)
    }

    /// Says that what was just read is not as it should be.
    pub(super) fn wrong<T>(&self, what: &'static str) -> Result<T, WireError> {
        Err(WireError::Form { what, at: self.at })
    }

    /// Insists that nothing is left.
    pub(super) fn finish(self, what: &'static str) -> Result<(), WireError> {
        if self.rest.is_empty() { Ok(()) } else { Err(WireError::Length { what, at: self.at }) }
    }
}

/// Writes an unsigned LEB128 integer in its shortest form.
pub(super) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        out.push(0x80 | low7(value));
        value >>= 7;
    }
    out.push(low7(value));
}

fn low7(value: u64) -> u8 {
    u8::try_from(value & 0x7f).unwrap_or(0)
}

/// Writes a length and the bytes.
pub(super) fn put_short(out: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(out, bytes.len() as u64);
    out.extend(bytes);
}

/// Folds the signed distance between two positions into a small unsigned number: 0, -1, 1, -2 become 0, 1, 2, 3.
pub(super) fn distance(from: u64, to: u64) -> u64 {
    let signed = to.wrapping_sub(from).cast_signed();
    ((signed << 1) ^ (signed >> 63)).cast_unsigned()
}

/// Goes the distance that [`distance`] folded.
pub(super) fn go(from: u64, folded: u64) -> u64 {
    from.wrapping_add((folded >> 1) ^ (folded & 1).wrapping_neg())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn varint(bytes: &[u8]) -> Result<u64, WireError> {
        let mut reader = Reader::new(bytes);
        let value = reader.varint("n")?;
        reader.finish("n")?;
        Ok(value)
    }

    #[test]
    fn an_integer_has_one_form_only() {
        assert_eq!(varint(&[0]), Ok(0));
        assert_eq!(varint(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]), Ok(u64::MAX));
        assert_eq!(varint(&[0x80, 0]), Err(WireError::Form { what: "n", at: 0 }));
        assert_eq!(
            varint(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]),
            Err(WireError::Form { what: "n", at: 0 })
        );
        assert_eq!(varint(&[0x80]), Err(WireError::Length { what: "n", at: 1 }));
        assert_eq!(varint(&[1, 1]), Err(WireError::Length { what: "n", at: 1 }));
    }

    #[test]
    fn a_claimed_length_makes_no_room() {
        let bytes = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
        assert!(matches!(Reader::new(&bytes).short("text"), Err(WireError::Length { what: "text", .. })));
    }

    proptest! {
        #[test]
        fn integers_and_distances_come_back(value: u64, other: u64) {
            let mut bytes = Vec::new();
            put_varint(&mut bytes, value);
            prop_assert_eq!(varint(&bytes), Ok(value));
            prop_assert_eq!(go(other, distance(other, value)), value);
        }
    }
}
