//! Newtype ids: what a thing is called in bytes, and how that is written in hex.
//!
//! Ids of 16 bytes are opaque and random, except [`DocId`] (a hash of its [`DocParts`]) and [`DeviceId`] (a hash of the
//! device's key). Hashes of 32 bytes are SHA-256. All print and parse as lower-case hex.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::clock::Entropy;

/// Says why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not lower-case hex of the right length.
    #[error("'{text}' is no {what}: {digits} lower-case hex digits are expected")]
    Hex {
        /// What was expected.
        what: &'static str,
        /// The text that was given.
        text: String,
        /// How many digits it should have.
        digits: usize,
    },
    /// A character or length that the id does not allow.
    #[error("'{text}' is no {what}: {rule}")]
    Form {
        /// What was expected.
        what: &'static str,
        /// The text that was given.
        text: String,
        /// What it should look like.
        rule: &'static str,
    },
}

macro_rules! bytes_id {
    ($(#[$doc:meta])* $name:ident, $len:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $len]);

        impl $name {
            /// How many bytes it has.
            pub const LEN: usize = $len;

            /// Wraps bytes.
            pub const fn new(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// Takes exactly the right number of bytes, or none.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }

            /// Draws a fresh one.
            pub fn random(entropy: &dyn Entropy) -> Self {
                let mut bytes = [0; $len];
                entropy.fill(&mut bytes);
                Self(bytes)
            }

            /// Returns the bytes.
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&HEXLOWER.encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                HEXLOWER
                    .decode(text.as_bytes())
                    .ok()
                    .and_then(|bytes| Self::from_slice(&bytes))
                    .ok_or_else(|| IdError::Hex { what: $what, text: text.to_owned(), digits: 2 * $len })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

bytes_id!(/// One document: a record or a finding. Made from its [`DocParts`].
    DocId, 16, "document id");
bytes_id!(/// One person, made by the server and never reused.
    PersonId, 16, "person id");
bytes_id!(/// One device: the start of SHA-256 over `sumu-device-1` and its public key.
    DeviceId, 16, "device id");
bytes_id!(/// One item, made by the server and never reused.
    ItemId, 16, "item id");
bytes_id!(/// One round, made by the server and never reused.
    RoundId, 16, "round id");
bytes_id!(/// One programme, made with the server's data.
    ProgrammeId, 16, "programme id");
bytes_id!(/// Who writes in automerge's sense: one database instance, person and generation.
    ActorId, 16, "actor id");
bytes_id!(/// One database file on one phone; a restored copy takes a new one.
    InstanceId, 16, "instance id");
bytes_id!(/// One server log; cursors, acknowledgements and verdicts belong to it.
    LogId, 16, "log id");
bytes_id!(/// One life of a server log; a copy restored from a backup has a new one.
    Epoch, 8, "epoch");
bytes_id!(/// SHA-256 of a change's uncompressed chunk. Two documents may hold the same hash.
    ChangeHash, 32, "change hash");
bytes_id!(/// SHA-256 of some content: a certificate, a form, a part of the reference data, a photo.
    ContentHash, 32, "content hash");

impl ContentHash {
    /// Hashes some content.
    pub fn of(content: &[u8]) -> Self {
        Self::new(Sha256::digest(content).into())
    }
}

impl DeviceId {
    /// Derives the id from the device's public key.
    pub fn of_key(key: &[u8; 32]) -> Self {
        let digest: [u8; 32] = Sha256::new().chain_update(b"sumu-device-1").chain_update(key).finalize().into();
        Self::new(first16(digest))
    }
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $max:literal, $rule:literal, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Returns the text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let allowed: fn(u8) -> bool = $allowed;
                if text.is_empty() || text.len() > $max || !text.bytes().all(allowed) {
                    return Err(IdError::Form { what: $what, text: text.to_owned(), rule: $rule });
                }
                Ok(Self(text.to_owned()))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

text_id!(/// What people call a person, an item or a round; it stands in tables, never in signed bytes.
    Handle, "handle", 64, "1 to 64 of A-Z a-z 0-9 _ - are allowed",
    |b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
text_id!(/// A site's permanent id: at first its division code, never reused.
    SiteId, "site", 32, "1 to 32 of A-Z a-z 0-9 _ - are allowed",
    |b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A ULID: 128 bits, of which the first 48 are a time that nothing relies on; written as 26 letters of Crockford's base 32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ulid(u128);

impl Ulid {
    /// Draws a fresh one at a time in milliseconds since 1970.
    pub fn random(millis: u64, entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes);
        Self((u128::from(millis) << 80) | (u128::from_be_bytes(bytes) & ((1 << 80) - 1)))
    }

    /// Returns the 16 bytes, big-endian.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// Takes exactly 16 bytes, or none.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(u128::from_be_bytes(bytes)))
    }
}

impl fmt::Display for Ulid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (0..26).rev().try_for_each(|place| {
            let digit = (self.0 >> (5 * place)) & 31;
            let letter = usize::try_from(digit).ok().and_then(|digit| CROCKFORD.get(digit)).unwrap_or(&b'0');
            fmt::Write::write_char(f, char::from(*letter))
        })
    }
}

impl FromStr for Ulid {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = || IdError::Form {
            what: "ulid",
            text: text.to_owned(),
            rule: "26 letters of Crockford's base 32, upper case, the first at most 7",
        };
        if text.len() != 26 || text.as_bytes().first().is_none_or(|first| *first > b'7') {
            return Err(wrong());
        }
        text.bytes()
            .try_fold(0u128, |sum, byte| {
                let digit = CROCKFORD.iter().position(|letter| *letter == byte)?;
                Some((sum << 5) | digit as u128)
            })
            .map(Self)
            .ok_or_else(wrong)
    }
}

/// What a document is about; its id is their hash, and a receiver recomputes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocParts {
    /// The answers for one site, item and round.
    Record {
        /// Where.
        site: SiteId,
        /// What is inspected.
        item: ItemId,
        /// In which round.
        round: RoundId,
    },
    /// One problem at a site, living across rounds.
    Finding {
        /// Where.
        site: SiteId,
        /// Which one.
        ulid: Ulid,
    },
}

impl DocParts {
    /// Computes the document's id: SHA-256 over a tag and the parts, each after its length as u16 big-endian, cut to 16 bytes.
    pub fn doc_id(&self, programme: &ProgrammeId) -> DocId {
        let ulid_bytes;
        let (tag, parts): (&[u8], [&[u8]; 4]) = match self {
            Self::Record { site, item, round } => {
                (b"sumu-record-1", [programme.as_bytes(), site.as_str().as_bytes(), item.as_bytes(), round.as_bytes()])
            }
            Self::Finding { site, ulid } => {
                ulid_bytes = ulid.to_bytes();
                (b"sumu-finding-1", [programme.as_bytes(), site.as_str().as_bytes(), &ulid_bytes, &[]])
            }
        };
        let used = if matches!(self, Self::Record { .. }) { 4 } else { 3 };
        let mut hash = Sha256::new().chain_update(tag);
        for part in parts.iter().take(used) {
            // A part is an id of at most 32 bytes, so its length fits.
            hash.update(u16::try_from(part.len()).unwrap_or(u16::MAX).to_be_bytes());
            hash.update(part);
        }
        DocId::new(first16(hash.finalize().into()))
    }

    /// Returns the site that the document is about.
    pub fn site(&self) -> &SiteId {
        match self {
            Self::Record { site, .. } | Self::Finding { site, .. } => site,
        }
    }
}

fn first16(digest: [u8; 32]) -> [u8; 16] {
    let mut id = [0; 16];
    id.copy_from_slice(digest.split_at(16).0);
    id
}
