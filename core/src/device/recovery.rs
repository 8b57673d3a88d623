//! The recovery code and the copy of the key that it opens.
//!
//! The code has 120 random bits, so HKDF is enough to make a key of it: nobody tries them all. The copy is `sumu-recovery-1`
//! and a line end, a salt of 16 bytes, and the key under ChaCha20-Poly1305 with its tag.

use data_encoding::Encoding;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use crate::clock::Entropy;

const MAGIC: &[u8; 16] = b"sumu-recovery-1\n";
/// Random bytes of a code; 24 letters.
const RANDOM: usize = 15;
/// Letters that tell a slip of the pen from a wrong code.
const CHECK: usize = 4;

/// Says why a recovery code opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryError {
    /// No code was made for this file, or its copy of the key is gone.
    #[error("no recovery code was made for this file; without its key it can only be set aside")]
    NoCode,
    /// It was not read or typed as it was shown.
    #[error("the recovery code has a mistake: it is seven groups of four letters and digits; read it again")]
    Mistyped,
    /// It is well written, but belongs to another file, or a newer one was made.
    #[error("the recovery code is not the one of this file, or a newer one was made")]
    Wrong,
    /// The library for it does not work here.
    #[error("the recovery code cannot be made on this phone")]
    Unable,
}

/// Makes a code and the copy of the key that it opens.
pub(super) fn seal(key: &[u8; 32], entropy: &dyn Entropy) -> Result<(Zeroizing<String>, Vec<u8>), RecoveryError> {
    let mut secret = Zeroizing::new([0; RANDOM]);
    entropy.fill(secret.as_mut_slice());
    let mut salt = [0; 16];
    entropy.fill(&mut salt);
    // With room for the tag, so that the plain key is never moved and left behind.
    let mut copy = Vec::with_capacity(key.len() + CHACHA20_POLY1305.tag_len());
    copy.extend(key);
    let sealed = cipher(&secret, &salt).and_then(|cipher| {
        cipher.seal_in_place_append_tag(nonce(), Aad::from(MAGIC), &mut copy).map_err(|_| RecoveryError::Unable)
    });
    if let Err(error) = sealed {
        copy.zeroize();
        return Err(error);
    }
    Ok((write(&secret), [MAGIC.as_slice(), &salt, &copy].concat()))
}

/// Returns the key from its copy.
pub(super) fn open(sealed: &[u8], code: &str) -> Result<Zeroizing<[u8; 32]>, RecoveryError> {
    let secret = read(code)?;
    let rest = sealed.strip_prefix(MAGIC).ok_or(RecoveryError::NoCode)?;
    let (salt, copy) = rest.split_first_chunk::<16>().ok_or(RecoveryError::NoCode)?;
    let mut copy = Zeroizing::new(copy.to_vec());
    let opened = cipher(&secret, salt)?.open_in_place(nonce(), Aad::from(MAGIC), copy.as_mut_slice());
    let opened = opened.map_err(|_| RecoveryError::Wrong)?;
    let mut key = Zeroizing::new([0; 32]);
    if opened.len() != key.len() {
        return Err(RecoveryError::NoCode);
    }
    key.copy_from_slice(opened);
    Ok(key)
}

fn cipher(secret: &[u8; RANDOM], salt: &[u8; 16]) -> Result<LessSafeKey, RecoveryError> {
    let mixed = Salt::new(HKDF_SHA256, salt).extract(secret);
    let key = mixed.expand(&[MAGIC], &CHACHA20_POLY1305).map_err(|_| RecoveryError::Unable)?;
    Ok(LessSafeKey::new(UnboundKey::from(key)))
}

/// A fresh salt makes a fresh key for each copy, so it seals once and its number may be fixed.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

/// Letters and digits that are not mistaken for each other; small ones, spaces and hyphens are taken too.
fn alphabet() -> Result<Encoding, RecoveryError> {
    let mut alphabet = data_encoding::Specification::new();
    alphabet.symbols.push_str("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    alphabet.translate.from.push_str("abcdefghjkmnpqrstvwxyzOoIiLl");
    alphabet.translate.to.push_str("ABCDEFGHJKMNPQRSTVWXYZ001111");
    alphabet.encoding().map_err(|_| RecoveryError::Unable)
}

fn check(secret: &[u8; RANDOM], alphabet: &Encoding) -> String {
    let hash = Sha256::new().chain_update(MAGIC).chain_update(secret).finalize();
    alphabet.encode(hash.get(..5).unwrap_or_default()).chars().take(CHECK).collect()
}

fn write(secret: &[u8; RANDOM]) -> Zeroizing<String> {
    let Ok(alphabet) = alphabet() else { return Zeroizing::default() };
    let letters = Zeroizing::new(alphabet.encode(secret) + &check(secret, &alphabet));
    let mut code = Zeroizing::new(String::with_capacity(40));
    for (at, letter) in letters.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            code.push('-');
        }
        code.push(letter);
    }
    code
}

fn read(code: &str) -> Result<Zeroizing<[u8; RANDOM]>, RecoveryError> {
    let alphabet = alphabet()?;
    let letters: Zeroizing<String> = Zeroizing::new(code.chars().filter(|c| c.is_ascii_alphanumeric()).collect());
    let (body, tail) = letters.split_at_checked(RANDOM * 8 / 5).ok_or(RecoveryError::Mistyped)?;
    let bytes = Zeroizing::new(alphabet.decode(body.as_bytes()).map_err(|_| RecoveryError::Mistyped)?);
    let mut secret = Zeroizing::new([0; RANDOM]);
    if bytes.len() != RANDOM {
        return Err(RecoveryError::Mistyped);
    }
    secret.copy_from_slice(&bytes);
    let canonical: String = tail
        .chars()
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    if canonical == check(&secret, &alphabet) { Ok(secret) } else { Err(RecoveryError::Mistyped) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SeededEntropy;

    #[test]
    fn a_code_opens_the_copy_however_it_is_typed() {
        let entropy = SeededEntropy::new(7);
        let (code, sealed) = seal(&[9; 32], &entropy).unwrap();
        assert_eq!(code.len(), 7 * 4 + 6, "seven groups of four: {}", *code);
        assert!(!sealed.windows(8).any(|window| window == [9; 8]), "the copy is not in clear");
        assert_eq!(*open(&sealed, &code).unwrap(), [9; 32]);
        let sloppy = code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(*open(&sealed, &sloppy).unwrap(), [9; 32]);
    }

    #[test]
    fn a_slip_of_the_pen_is_told_from_the_code_of_another_file() {
        let entropy = SeededEntropy::new(8);
        let (code, sealed) = seal(&[1; 32], &entropy).unwrap();
        let (other, _) = seal(&[1; 32], &entropy).unwrap();
        let first = if code.starts_with('7') { "8" } else { "7" };
        let slip = format!("{first}{}", &code[1..]);
        assert_eq!(open(&sealed, &slip), Err(RecoveryError::Mistyped));
        assert_eq!(open(&sealed, &other), Err(RecoveryError::Wrong));
        assert_eq!(open(&sealed, ""), Err(RecoveryError::Mistyped));
        assert_eq!(open(&sealed, "村村村村村村村村"), Err(RecoveryError::Mistyped));
        let mut damaged = sealed.clone();
        damaged[40] ^= 1;
        assert_eq!(open(&damaged, &code), Err(RecoveryError::Wrong));
        assert_eq!(open(&sealed[..20], &code), Err(RecoveryError::NoCode));
    }
}
