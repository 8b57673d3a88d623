//! Who wrote what: device keys, certificates, registrations and the signatures beside changes (ed25519, always strict).
//!
//! The server signs a [`Certificate`]: this device key belongs to this person, with these grants. The device key signs a
//! [`Registration`]: this actor is mine, for this person; so an actor can be made offline. The device key signs each change
//! together with the id of its document, because a change's hash does not commit to one.

mod key;

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::Signer;

use crate::ids::{ActorId, PersonId, ProgrammeId};
use crate::region::Area;

pub use key::{PrivateKey, PublicKey};

const CERTIFICATE_TAG: &[u8] = b"sumu-certificate-1";
const REGISTRATION_TAG: &[u8] = b"sumu-registration-1";
const VERSION: u8 = 1;

/// Says why signed bytes are not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The key is not on the curve, or of small order.
    #[error("the public key is weak or damaged; the device must make a new one and enrol again")]
    WeakKey,
    /// The signature does not belong to these bytes.
    #[error("the signature of {0} is wrong")]
    Signature(&'static str),
    /// The bytes are cut, too long, or of an unknown version.
    #[error("the {0} is damaged or of a version that this program does not know")]
    Damaged(&'static str),
    /// It was made for another programme.
    #[error("the {0} belongs to another programme")]
    Programme(&'static str),
}

/// What a person does in the programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// 检查员: answers forms, raises findings, signs.
    Inspector,
    /// 村级填报员: progress figures, rectification.
    VillageReporter,
    /// 组长: as inspector, and settles inside the team.
    TeamLead,
    /// 督导: reviews, settles, sends back, approves.
    Supervisor,
    /// 审计: reads everything, changes nothing.
    Auditor,
    /// 管理员: regions, forms, rounds, people, devices.
    Administrator,
}

impl Role {
    /// All roles, in the order of their numbers in signed bytes (from 1).
    pub const ALL: [Self; 6] =
        [Self::Inspector, Self::VillageReporter, Self::TeamLead, Self::Supervisor, Self::Auditor, Self::Administrator];

    /// Returns the word used in commands, keys and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inspector => "inspector",
            Self::VillageReporter => "village-reporter",
            Self::TeamLead => "team-lead",
            Self::Supervisor => "supervisor",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }

    const fn number(self) -> u8 {
        match self {
            Self::Inspector => 1,
            Self::VillageReporter => 2,
            Self::TeamLead => 3,
            Self::Supervisor => 4,
            Self::Auditor => 5,
            Self::Administrator => 6,
        }
    }

    fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.number() == number)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Says that a word is no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no role; roles are inspector, village-reporter, team-lead, supervisor, auditor, administrator")]
pub struct RoleError(pub String);

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| RoleError(text.to_owned()))
    }
}

/// A role and the areas in which it is held.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// Where it holds.
    pub areas: Vec<Area>,
}

/// The server's word on who a device key belongs to; the newest serial tells the phone what to check its own edits by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The programme it is for.
    pub programme: ProgrammeId,
    /// The device's key.
    pub device_key: PublicKey,
    /// Whose the device is.
    pub person: PersonId,
    /// Counts the certificates of this key and person, from 1.
    pub serial: u32,
    /// The person's roles and areas.
    pub grants: Vec<Grant>,
}

impl Certificate {
    /// The most bytes that a certificate may have.
    pub const MAX_BYTES: usize = 16 << 10;

    /// Signs it with the server's key and returns its bytes: the body, then 64 bytes of signature.
    pub fn sign(&self, server: &PrivateKey) -> Vec<u8> {
        signed(self.body(), CERTIFICATE_TAG, server)
    }

    fn body(&self) -> Vec<u8> {
        let mut body = vec![VERSION];
        body.extend(self.programme.as_bytes());
        body.extend(self.device_key.as_bytes());
        body.extend(self.person.as_bytes());
        body.extend(self.serial.to_be_bytes());
        for grant in &self.grants {
            for area in &grant.areas {
                body.push(grant.role.number());
                // An area has at most 32 bytes.
                body.push(u8::try_from(area.as_str().len()).unwrap_or(u8::MAX));
                body.extend(area.as_str().as_bytes());
            }
        }
        body
    }

    /// Checks bytes from outside with the server's key.
    pub fn open(bytes: &[u8], server: &PublicKey, programme: &ProgrammeId) -> Result<Self, SignError> {
        const WHAT: &str = "certificate";
        if bytes.len() > Self::MAX_BYTES {
            return Err(SignError::Damaged(WHAT));
        }
        let (body, signature) = split_signature(bytes).ok_or(SignError::Damaged(WHAT))?;
        server.check(&[CERTIFICATE_TAG, body].concat(), signature, "a certificate")?;
        let mut reader = Reader(body);
        let damaged = || SignError::Damaged(WHAT);
        if reader.array::<1>() != Some([VERSION]) {
            return Err(damaged());
        }
        let found = ProgrammeId::new(reader.array().ok_or_else(damaged)?);
        if found != *programme {
            return Err(SignError::Programme(WHAT));
        }
        let device_key = PublicKey::from_bytes(&reader.array::<32>().ok_or_else(damaged)?)?;
        let person = PersonId::new(reader.array().ok_or_else(damaged)?);
        let serial = u32::from_be_bytes(reader.array().ok_or_else(damaged)?);
        let mut grants: Vec<Grant> = Vec::new();
        while let Some([role, length]) = reader.array::<2>() {
            let role = Role::from_number(role).ok_or_else(damaged)?;
            let area = reader.take(usize::from(length)).and_then(|area| std::str::from_utf8(area).ok());
            let area: Area = area.and_then(|area| area.parse().ok()).ok_or_else(damaged)?;
            match grants.last_mut().filter(|grant| grant.role == role) {
                Some(grant) => grant.areas.push(area),
                None => grants.push(Grant { role, areas: vec![area] }),
            }
        }
        if reader.0.is_empty() {
            Ok(Self { programme: found, device_key, person, serial, grants })
        } else {
            Err(damaged())
        }
    }
}

/// The device's word on which actor it writes as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// The programme it is for.
    pub programme: ProgrammeId,
    /// The actor.
    pub actor: ActorId,
    /// Who writes as it.
    pub person: PersonId,
    /// The key that signs its changes, and this registration.
    pub device_key: PublicKey,
    /// The serial of the certificate that the device held; any serial of the same key and person vouches for it.
    pub serial: u32,
}

impl Registration {
    /// How many bytes a registration has.
    pub const BYTES: usize = 1 + 16 + 16 + 16 + 32 + 4 + 64;

    /// Signs it with the device's key and returns its bytes.
    pub fn sign(&self, device: &PrivateKey) -> Vec<u8> {
        let mut body = vec![VERSION];
        body.extend(self.programme.as_bytes());
        body.extend(self.actor.as_bytes());
        body.extend(self.person.as_bytes());
        body.extend(self.device_key.as_bytes());
        body.extend(self.serial.to_be_bytes());
        signed(body, REGISTRATION_TAG, device)
    }

    /// Checks bytes from outside: the signature is that of the key named inside. Whether that key and person are known is
    /// for the certificate to say.
    pub fn open(bytes: &[u8], programme: &ProgrammeId) -> Result<Self, SignError> {
        const WHAT: &str = "registration";
        let damaged = || SignError::Damaged(WHAT);
        if bytes.len() != Self::BYTES {
            return Err(damaged());
        }
        let (body, signature) = split_signature(bytes).ok_or_else(damaged)?;
        let mut reader = Reader(body);
        if reader.array::<1>() != Some([VERSION]) {
            return Err(damaged());
        }
        let found = ProgrammeId::new(reader.array().ok_or_else(damaged)?);
        if found != *programme {
            return Err(SignError::Programme(WHAT));
        }
        let actor = ActorId::new(reader.array().ok_or_else(damaged)?);
        let person = PersonId::new(reader.array().ok_or_else(damaged)?);
        let device_key = PublicKey::from_bytes(&reader.array::<32>().ok_or_else(damaged)?)?;
        let serial = u32::from_be_bytes(reader.array().ok_or_else(damaged)?);
        device_key.check(&[REGISTRATION_TAG, body].concat(), signature, "a registration")?;
        Ok(Self { programme: found, actor, person, device_key, serial })
    }
}

fn signed(mut body: Vec<u8>, tag: &[u8], key: &PrivateKey) -> Vec<u8> {
    let signature = key.0.sign(&[tag, &body].concat());
    body.extend(signature.to_bytes());
    body
}

fn split_signature(bytes: &[u8]) -> Option<(&[u8], &[u8; 64])> {
    bytes.split_last_chunk::<64>()
}

/// Takes bytes off the front; nothing is left half taken.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SeededEntropy;
    use crate::ids::{ChangeHash, DocId};

    fn certificate() -> (PrivateKey, PrivateKey, Certificate) {
        let entropy = SeededEntropy::new(1);
        let (server, device) = (PrivateKey::generate(&entropy), PrivateKey::generate(&entropy));
        let certificate = Certificate {
            programme: ProgrammeId::random(&entropy),
            device_key: device.public(),
            person: PersonId::random(&entropy),
            serial: 3,
            grants: vec![
                Grant { role: Role::Inspector, areas: vec!["150521".parse().unwrap(), "150522".parse().unwrap()] },
                Grant { role: Role::TeamLead, areas: vec!["150521100".parse().unwrap()] },
            ],
        };
        (server, device, certificate)
    }

    #[test]
    fn a_certificate_comes_back_and_no_byte_of_it_can_be_changed() {
        let (server, _, certificate) = certificate();
        let bytes = certificate.sign(&server);
        assert_eq!(Certificate::open(&bytes, &server.public(), &certificate.programme).unwrap(), certificate);
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            assert!(Certificate::open(&changed, &server.public(), &certificate.programme).is_err(), "byte {place}");
            assert!(Certificate::open(&bytes[..place], &server.public(), &certificate.programme).is_err());
        }
    }

    #[test]
    fn a_registration_is_signed_by_the_key_that_it_names() {
        let (_, device, certificate) = certificate();
        let actor = ActorId::new([9; 16]);
        let registration = Registration {
            programme: certificate.programme,
            actor,
            person: certificate.person,
            device_key: device.public(),
            serial: 3,
        };
        let bytes = registration.sign(&device);
        assert_eq!(bytes.len(), Registration::BYTES);
        assert_eq!(Registration::open(&bytes, &certificate.programme).unwrap(), registration);
        let other = PrivateKey::generate(&SeededEntropy::new(7));
        assert_eq!(
            Registration::open(&registration.sign(&other), &certificate.programme),
            Err(SignError::Signature("a registration"))
        );
        assert_eq!(Registration::open(&bytes, &ProgrammeId::new([1; 16])), Err(SignError::Programme("registration")));
    }

    #[test]
    fn a_change_signature_holds_for_one_document_only() {
        let (_, device, _) = certificate();
        let hash = ChangeHash::new([5; 32]);
        let signature = device.sign_change(&DocId::new([1; 16]), &hash);
        assert_eq!(device.public().check_change(&DocId::new([1; 16]), &hash, &signature), Ok(()));
        assert!(device.public().check_change(&DocId::new([2; 16]), &hash, &signature).is_err());
    }

    #[test]
    fn weak_keys_are_refused() {
        // The identity point: one signature would fit every message.
        let mut identity = [0; 32];
        identity[0] = 1;
        assert_eq!(PublicKey::from_bytes(&identity), Err(SignError::WeakKey));
        assert_eq!(PublicKey::from_bytes(&[0; 32]), Err(SignError::WeakKey));
        assert_eq!(PublicKey::from_bytes(&[1; 31]), Err(SignError::WeakKey));
    }
}
