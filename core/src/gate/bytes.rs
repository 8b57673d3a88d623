//! Takes numbers and runs off the front of untrusted bytes.

/// What is left to read; a failed read may leave it anywhere, so the whole change is given up then.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

/// The most bytes, of 7 bits each, that an unsigned and a signed number may have.
const UNSIGNED_BYTES: u32 = 9;
const SIGNED_BYTES: u32 = 10;

impl<'a> Bytes<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    /// Takes an unsigned LEB128 number below 2^63 in its shortest form.
    pub(super) fn unsigned(&mut self) -> Option<u64> {
        let mut number = 0;
        for place in 0..UNSIGNED_BYTES {
            let [byte] = self.array()?;
            number |= u64::from(byte & 0x7f) << (7 * place);
            if byte & 0x80 == 0 {
                let overlong = place > 0 && byte == 0;
                return (!overlong).then_some(number);
            }
        }
        None
    }

    /// Takes a signed LEB128 number; a longer form than needed does not survive the canonical check.
    pub(super) fn signed(&mut self) -> Option<i64> {
        let mut number = 0;
        for place in 0..SIGNED_BYTES {
            let [byte] = self.array()?;
            number |= i64::from(byte & 0x7f) << (7 * place);
            if byte & 0x80 == 0 {
                let unused = i64::BITS.saturating_sub(7 * (place + 1));
                return Some((number << unused) >> unused);
            }
        }
        None
    }

    /// Takes a number of things, if there are no more than `most`.
    pub(super) fn count(&mut self, most: usize) -> Option<usize> {
        self.unsigned().and_then(|count| usize::try_from(count).ok()).filter(|count| *count <= most)
    }

    /// Takes a whole column of exactly `length` values, stored as runs, none of them null.
    ///
    /// A run claims its length before its values, so it is held against what is still missing before anything is kept.
    pub(super) fn column<T: Clone>(
        mut self,
        length: usize,
        mut value: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        // No longer than a change may be: the caller has held it against the limits.
        let mut values = Vec::with_capacity(length);
        while !self.is_empty() {
            let run = self.signed()?;
            let count = usize::try_from(run.unsigned_abs()).ok()?;
            if count == 0 || count > length - values.len() {
                return None;
            }
            if run > 0 {
                let value = value(&mut self)?;
                values.resize(values.len() + count, value);
            } else {
                for _ in 0..count {
                    values.push(value(&mut self)?);
                }
            }
        }
        (values.len() == length).then_some(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_overlong_or_endless_ones_do_not() {
        assert_eq!(Bytes(&[0x80, 0x01]).unsigned(), Some(128));
        assert_eq!(Bytes(&[0x80, 0x00]).unsigned(), None);
        assert_eq!(Bytes(&[0xff; 12]).unsigned(), None);
        assert_eq!(Bytes(&[0x7f]).signed(), Some(-1));
        assert_eq!(Bytes(&[0xbf, 0x7f]).signed(), Some(-65));
        assert_eq!(Bytes(&[0xff, 0x00]).signed(), Some(127));
        assert_eq!(Bytes(&[0x80]).signed(), None);
    }

    #[test]
    fn a_run_that_claims_more_than_there_can_be_is_refused_before_it_is_unrolled() {
        // A run of ten million times the value 1.
        assert_eq!(Bytes(&[0x80, 0xad, 0xe2, 0x04, 1]).column(512, Bytes::unsigned), None);
        assert_eq!(Bytes(&[0x03, 1]).column(3, Bytes::unsigned), Some(vec![1, 1, 1]));
        assert_eq!(Bytes(&[0x7e, 1, 2]).column(2, Bytes::unsigned), Some(vec![1, 2]));
        assert_eq!(Bytes(&[0x00, 2]).column(2, Bytes::unsigned), None, "a run of nulls");
    }
}
