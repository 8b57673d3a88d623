//! Writes numbers as LEB128, seven bits a byte, the lowest first, in their shortest form. Each format reads them by its own
//! limits.

/// Writes an unsigned number.
pub(crate) fn unsigned(mut number: u64, out: &mut Vec<u8>) {
    while number > 0x7f {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Writes a signed number.
pub(crate) fn signed(mut number: i64, out: &mut Vec<u8>) {
    while signed_length(number) > 1 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8 & 0x7f);
}

/// Returns how many bytes a signed number takes: seven bits each, one of them all for the sign.
pub(crate) fn signed_length(number: i64) -> usize {
    let bits = i64::BITS - (number ^ (number >> (i64::BITS - 1))).leading_zeros() + 1;
    bits.div_ceil(7) as usize
}
