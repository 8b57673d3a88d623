//! Keys and what they sign one by one: changes, enrolments, pages of snapshots.

use std::fmt;
use std::sync::LazyLock;

use curve25519_dalek::constants::EIGHT_TORSION;
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use zeroize::Zeroizing;

use super::SignError;
use crate::clock::Entropy;
use crate::ids::{ChangeHash, ContentHash, DeviceId, DocId, ProgrammeId};

const CHANGE_TAG: &[u8] = b"sumu-change-1";
const SNAPSHOTS_TAG: &[u8] = b"sumu-snapshots-1";
const ENROL_TAG: &[u8] = b"sumu-enrol-1";

/// The points of small order, as they are written.
static SMALL_ORDER: LazyLock<[[u8; 32]; 8]> = LazyLock::new(|| EIGHT_TORSION.map(|point| point.compress().to_bytes()));

/// A public key that was checked not to be weak.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Takes the 32 bytes of a key; a weak one is refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SignError> {
        let bytes: &[u8; 32] = bytes.try_into().map_err(|_| SignError::WeakKey)?;
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| SignError::WeakKey)?;
        if key.is_weak() { Err(SignError::WeakKey) } else { Ok(Self(key)) }
    }

    /// Returns the 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Returns the id of the device that owns the key.
    pub fn device(&self) -> DeviceId {
        DeviceId::of_key(self.as_bytes())
    }

    /// Checks a change's signature.
    pub fn check_change(&self, doc: &DocId, hash: &ChangeHash, signature: &[u8; 64]) -> Result<(), SignError> {
        self.check(&change_message(doc, hash), signature, "a change")
    }

    /// Checks what `VerifyingKey::verify_strict` checks, a twelfth faster: the equation fixes the bytes of R, so that it need
    /// not be taken apart to know whether it is of small order. That the key is not was checked before.
    pub(super) fn check(&self, message: &[u8], signature: &[u8; 64], what: &'static str) -> Result<(), SignError> {
        let weak = SMALL_ORDER.iter().any(|point| signature.starts_with(point));
        if weak || self.0.verify(message, &Signature::from_bytes(signature)).is_err() {
            return Err(SignError::Signature(what));
        }
        Ok(())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", data_encoding::HEXLOWER.encode(self.as_bytes()))
    }
}

/// A private key, of a device or of the server; wiped from memory when dropped.
pub struct PrivateKey(pub(super) SigningKey);

impl PrivateKey {
    /// Makes a new key.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        entropy.fill(seed.as_mut());
        Self(SigningKey::from_bytes(&seed))
    }

    /// Takes the 32 bytes that [`PrivateKey::to_bytes`] gave.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SignError> {
        let bytes: &[u8; 32] = bytes.try_into().map_err(|_| SignError::Damaged("private key"))?;
        Ok(Self(SigningKey::from_bytes(bytes)))
    }

    /// Returns the 32 secret bytes, to be stored.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// Returns the public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs a change of a document.
    pub fn sign_change(&self, doc: &DocId, hash: &ChangeHash) -> [u8; 64] {
        self.0.sign(&change_message(doc, hash)).to_bytes()
    }

    /// Proves, at enrolment with a one-time code, that the device holds this key.
    pub fn prove_enrolment(&self, code: &str) -> [u8; 64] {
        self.0.sign(&[ENROL_TAG, code.as_bytes()].concat()).to_bytes()
    }

    /// Vouches, as the server, for the snapshots of one page: the documents and the hash of each snapshot, in page order.
    pub fn vouch(&self, programme: &ProgrammeId, snapshots: &[(DocId, ContentHash)]) -> [u8; 64] {
        self.0.sign(&snapshots_message(programme, snapshots)).to_bytes()
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(..)")
    }
}

impl PublicKey {
    /// Checks what [`PrivateKey::prove_enrolment`] signed.
    pub fn check_enrolment(&self, code: &str, proof: &[u8; 64]) -> Result<(), SignError> {
        self.check(&[ENROL_TAG, code.as_bytes()].concat(), proof, "an enrolment")
    }

    /// Checks, with the server's key, what [`PrivateKey::vouch`] signed.
    pub fn check_vouch(
        &self,
        programme: &ProgrammeId,
        snapshots: &[(DocId, ContentHash)],
        signature: &[u8; 64],
    ) -> Result<(), SignError> {
        self.check(&snapshots_message(programme, snapshots), signature, "a page of snapshots")
    }
}

fn change_message(doc: &DocId, hash: &ChangeHash) -> Vec<u8> {
    [CHANGE_TAG, doc.as_bytes(), hash.as_bytes()].concat()
}

fn snapshots_message(programme: &ProgrammeId, snapshots: &[(DocId, ContentHash)]) -> Vec<u8> {
    let mut message = [SNAPSHOTS_TAG, programme.as_bytes()].concat();
    for (doc, hash) in snapshots {
        message.extend(doc.as_bytes());
        message.extend(hash.as_bytes());
    }
    message
}
