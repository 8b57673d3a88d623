//! The JSON bodies of everything that is not sync: enrolment, reference data, errors. Ids are lower-case hex.

use std::fmt;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use crate::ids::{ContentHash, DeviceId, Epoch, Handle, ItemId, LogId, PersonId, ProgrammeId, RoundId, SiteId};
use crate::region::{Area, Code, Level};
use crate::sign::Role;

/// Bytes that are written as lower-case hex.
#[derive(Clone, PartialEq, Eq)]
pub struct Hex(pub Vec<u8>);

impl fmt::Debug for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hex({} bytes)", self.0.len())
    }
}

impl Serialize for Hex {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&HEXLOWER.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        HEXLOWER.decode(text.as_bytes()).map(Self).map_err(serde::de::Error::custom)
    }
}

/// What a device sends to `POST /v1/enrol`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolRequest {
    /// The one-time code of the link.
    pub code: String,
    /// The device's public key, 32 bytes.
    pub device_key: Hex,
    /// The key's signature over `sumu-enrol-1` and the code, 64 bytes.
    pub proof: Hex,
}

/// What the server answers to an enrolment. The same code and key get the same answer again, with a new token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolReply {
    /// The device's id.
    pub device: DeviceId,
    /// The bearer token of this device and person.
    pub token: String,
    /// The person.
    pub person: PersonId,
    /// What people call the person.
    pub handle: Handle,
    /// The person's name.
    pub name: String,
    /// The programme.
    pub programme: ProgrammeId,
    /// The server's log.
    pub log: LogId,
    /// Its life.
    pub epoch: Epoch,
    /// The key that signs certificates and vouches, 32 bytes.
    pub server_key: Hex,
    /// The device's certificate.
    pub certificate: Hex,
    /// The programme's time zone, like `Asia/Shanghai`.
    pub zone: String,
}

/// What stands in the body of every reply of `/v1` whose status is 400 or above.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// A stable word for programs.
    pub error: String,
    /// What happened and what to do, for people.
    pub message: String,
}

/// What `GET /v1/reference` returns: which parts of the reference data hold for this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The programme.
    pub programme: ProgrammeId,
    /// Its time zone.
    pub zone: String,
    /// The parts, ascending by kind.
    pub parts: Vec<ManifestPart>,
}

/// One part of the reference data, fetched from `GET /v1/reference/{hash}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestPart {
    /// What it holds: `items`, `people`, `regions`, `rounds`, `sites`; a device leaves out kinds that it does not know.
    pub kind: String,
    /// SHA-256 of the part's JSON, before it is packed.
    pub hash: ContentHash,
    /// The length of that JSON.
    pub bytes: u64,
}

/// A line of the part `regions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionRow {
    /// Its division code.
    pub code: Code,
    /// Its name.
    pub name: String,
    /// The code above it, if it has one.
    pub parent: Option<Code>,
    /// Its level.
    pub level: Level,
}

/// A line of the part `sites`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteRow {
    /// The site's permanent id.
    pub site: SiteId,
    /// Where it stands today.
    pub code: Code,
}

/// A line of the part `items`, which are in the order in which they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemRow {
    /// Its id.
    pub id: ItemId,
    /// What people call it.
    pub handle: Handle,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
}

/// A line of the part `rounds`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundRow {
    /// Its id.
    pub id: RoundId,
    /// What people call it.
    pub handle: Handle,
    /// What kind of round it is.
    pub kind: crate::gate::RoundKind,
    /// Its first day in the programme's zone, like `2026-11-24`.
    pub from: String,
    /// Its last day, included.
    pub cutoff: String,
    /// Whether it is open.
    pub state: RoundState,
}

/// Whether a round takes work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoundState {
    /// It does.
    Open,
    /// It does still, and what comes is marked late.
    Closed,
    /// What comes is parked.
    ClosedByForce,
}

/// A line of the part `people`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    /// The person's id.
    pub id: PersonId,
    /// What people call the person.
    pub handle: Handle,
    /// The person's name.
    pub name: String,
    /// Where the person belongs to.
    pub unit: String,
    /// What the person does, and where.
    pub roles: Vec<PersonRole>,
}

/// A role that a person holds in an area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRole {
    /// The role.
    pub role: Role,
    /// Where.
    pub area: Area,
}
