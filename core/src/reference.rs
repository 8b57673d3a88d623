//! What the office prepares, as phone and server tell each other in JSON: enrolment, and the parts of the reference data.
//!
//! `GET /v1/reference` returns a [`Manifest`]; its hash travels at the end of every exchange, so a phone asks only when it
//! changed, and fetches only the parts that it lacks: `GET /v1/reference/{hash}` returns one part as zstd over its JSON. A
//! part is named by the SHA-256 of its JSON before compression. Readers skip kinds and fields that they do not know.

use serde::{Deserialize, Serialize};

use crate::gate::RoundKind;
use crate::ids::{ContentHash, DeviceId, Epoch, Handle, ItemId, LogId, PersonId, ProgrammeId, RoundId, SiteId};
use crate::region::Code;

/// The most bytes of one part's JSON.
pub const PART_BYTES: usize = 32 << 20;
/// The most parts of a manifest.
pub const PARTS: usize = 1_000;

/// The kinds of parts, each a JSON array of rows.
pub mod kind {
    /// Rows are [`Region`](crate::region::Region)s.
    pub const REGIONS: &str = "regions";
    /// Rows are [`SiteRow`](super::SiteRow)s.
    pub const SITES: &str = "sites";
    /// Rows are [`ItemRow`](super::ItemRow)s, in the office's order.
    pub const ITEMS: &str = "items";
    /// Rows are [`RoundRow`](super::RoundRow)s, in the order in which they begin.
    pub const ROUNDS: &str = "rounds";
    /// Rows are [`PersonRow`](super::PersonRow)s.
    pub const PEOPLE: &str = "people";
    /// Rows are [`ItemFormRow`](super::ItemFormRow)s.
    pub const ITEM_FORMS: &str = "item-forms";
    /// One row, a [`FormRow`](super::FormRow): each form is a part of its own, because forms never change.
    pub const FORM: &str = "form";
}

/// The list of parts that hold for one device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The programme.
    pub programme: ProgrammeId,
    /// Its time zone, like `Asia/Shanghai`.
    pub zone: String,
    /// The zone's minutes east of Greenwich on 1 January, for phones, which have no table of zones.
    #[serde(default)]
    pub offset: i32,
    /// The parts; a kind may have several.
    pub parts: Vec<Part>,
}

impl Manifest {
    /// Returns what the end of an exchange names a manifest by: the first 8 bytes of SHA-256 of its JSON as sent.
    pub fn mark(json: &[u8]) -> [u8; 8] {
        let mut mark = [0; 8];
        mark.copy_from_slice(ContentHash::of(json).as_bytes().split_at(8).0);
        mark
    }
}

/// One part of the reference data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What its rows are, see [`kind`].
    pub kind: String,
    /// SHA-256 of its JSON.
    pub hash: ContentHash,
    /// How many bytes its JSON has.
    pub bytes: u64,
}

/// A place that is inspected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteRow {
    /// Its permanent id.
    pub site: SiteId,
    /// Where it stands in the division tree today.
    pub code: Code,
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemRow {
    /// Its id in documents.
    pub id: ItemId,
    /// What people call it.
    pub handle: Handle,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
}

/// A round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundRow {
    /// Its id in documents.
    pub id: RoundId,
    /// What people call it.
    pub handle: Handle,
    /// Its kind.
    pub kind: RoundKind,
    /// Its first day, as `YYYY-MM-DD` in the programme's time zone.
    pub from: String,
    /// Its last day, which is included.
    pub cutoff: String,
    /// Whether it takes work.
    pub state: RoundState,
}

/// Whether a round takes work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoundState {
    /// It takes work.
    Open,
    /// It takes late work, which is marked.
    Closed,
    /// It takes nothing.
    ClosedByForce,
}

/// Somebody with rights in the device's areas, or named in its documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    /// The id in documents.
    pub id: PersonId,
    /// What people call the person.
    pub handle: Handle,
    /// The name.
    pub name: String,
    /// The unit, or nothing.
    #[serde(default)]
    pub unit: String,
}

/// Which form new records of an item begin with in a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemFormRow {
    /// The item.
    pub item: ItemId,
    /// The round.
    pub round: RoundId,
    /// The form.
    pub form: ContentHash,
}

/// A compiled form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormRow {
    /// SHA-256 of its bytes.
    pub hash: ContentHash,
    /// Its place among all imports, from 1: where a record names several forms, the one imported first governs.
    pub order: u64,
    /// Its bytes, in base64.
    pub bytes: String,
}

/// The body of `POST /v1/enrol`. The same code and key may be sent again: the reply is the same but for a new token.
#[derive(Clone, Serialize, Deserialize)]
pub struct EnrolRequest {
    /// The link's one-time code.
    pub code: String,
    /// The device's public key, 32 bytes in lower-case hex.
    pub device_key: String,
    /// The key's signature over the code (see [`PrivateKey::prove_enrolment`](crate::sign::PrivateKey::prove_enrolment)), 64 bytes in hex.
    pub proof: String,
}

/// The reply to an enrolment.
#[derive(Clone, Serialize, Deserialize)]
pub struct EnrolReply {
    /// The device.
    pub device: DeviceId,
    /// The bearer token, a secret.
    pub token: String,
    /// Who the device works for.
    pub person: PersonId,
    /// The programme.
    pub programme: ProgrammeId,
    /// The server's log.
    pub log: LogId,
    /// The log's life.
    pub epoch: Epoch,
    /// The server's public key, 32 bytes in hex.
    pub server_key: String,
    /// The certificate, in hex.
    pub certificate: String,
    /// The programme's time zone.
    pub zone: String,
    /// What people call the person.
    pub handle: Handle,
    /// The person's name.
    pub name: String,
}

/// The body of every reply of `/v1` that is an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorReply {
    /// A stable code.
    pub error: String,
    /// What went wrong and what to do.
    pub message: String,
}
