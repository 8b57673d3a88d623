//! Codes and tokens: drawn at random, shown once, kept only as their SHA-256.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use sumu_core::clock::Entropy;

/// Draws a one-time code for a link: 16 random bytes, 22 letters.
pub fn new_code(entropy: &dyn Entropy) -> String {
    draw::<16>(entropy)
}

/// Draws a token of a device or a session: 24 random bytes, 32 letters.
pub fn new_token(entropy: &dyn Entropy) -> String {
    draw::<24>(entropy)
}

/// Returns what is kept of a code or token. Both are long and random, so a plain hash is enough, and looking it up in an
/// index tells nothing by its timing.
pub fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

fn draw<const BYTES: usize>(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; BYTES];
    entropy.fill(&mut bytes);
    BASE64URL_NOPAD.encode(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sumu_core::clock::SeededEntropy;

    #[test]
    fn secrets_have_their_length_and_are_never_the_same() {
        let entropy = SeededEntropy::new(1);
        assert_eq!(new_code(&entropy).len(), 22);
        assert_eq!(new_token(&entropy).len(), 32);
        assert_ne!(new_token(&entropy), new_token(&entropy));
        assert_ne!(hash("a"), hash("b"));
    }
}
