//! Who works with the phone, and where: regions, sites, items, rounds.

use data_encoding::HEXLOWER;
use sumu_core::gate::RoundKind as CoreRoundKind;
use sumu_core::{device, reference, region};

use crate::code::parse;
use crate::{Code, Handle, SiteId, SumuResult};

/// The most rows of one page.
const PAGE: u32 = 200;

/// Who works with this phone now.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Identity {
    /// The phone's id, hex.
    pub device: String,
    /// The programme's id, hex.
    pub programme: String,
    /// The person's id, hex.
    pub person: String,
    /// What people call the person.
    pub handle: Handle,
    /// The person's name.
    pub name: String,
    /// The newest known rights.
    pub roles: Vec<RoleAt>,
    /// Where the server is.
    pub server_url: String,
    /// SHA-256 of the one certificate that is trusted, hex; nothing: the public roots are.
    pub server_fingerprint: Option<String>,
}

/// A role and where it holds.
#[derive(Debug, Clone, uniffi::Record)]
pub struct RoleAt {
    /// The role's word, like `inspector` or `team-lead`.
    pub role: String,
    /// Beginnings of division codes.
    pub areas: Vec<Code>,
}

impl From<device::Identity> for Identity {
    fn from(identity: device::Identity) -> Self {
        let roles = identity
            .grants
            .iter()
            .map(|grant| RoleAt { role: grant.role.to_string(), areas: grant.areas.iter().map(Code::of).collect() });
        Self {
            device: identity.device.to_string(),
            programme: identity.programme.to_string(),
            person: identity.person.to_string(),
            handle: Handle::of(&identity.handle),
            roles: roles.collect(),
            name: identity.name,
            server_url: identity.server.url,
            server_fingerprint: identity.server.fingerprint.map(|bytes| HEXLOWER.encode(&bytes)),
        }
    }
}

/// A division of the tree.
#[derive(Debug, Clone, uniffi::Record)]
pub struct RegionRow {
    /// Its code.
    pub code: Code,
    /// Its name.
    pub name: String,
    /// The one above it.
    pub parent: Option<Code>,
    /// Its level's word, like `township`.
    pub level: String,
}

impl From<region::Region> for RegionRow {
    fn from(region: region::Region) -> Self {
        Self {
            code: Code::of(&region.code),
            name: region.name,
            parent: region.parent.as_ref().map(Code::of),
            level: region.level.as_str().to_owned(),
        }
    }
}

/// Which sites to list, in the order of their codes.
#[derive(Debug, Clone, Default, uniffi::Record)]
pub struct SiteQuery {
    /// Only those in an area.
    #[uniffi(default = None)]
    pub area: Option<Code>,
    /// Only those whose name holds a text, or whose code begins with it.
    #[uniffi(default = None)]
    pub find: Option<String>,
    /// Count the records of this round only; nothing: of all open ones.
    #[uniffi(default = None)]
    pub round: Option<Handle>,
    /// Go on after this site, the last of the page before.
    #[uniffi(default = None)]
    pub after: Option<SiteId>,
    /// How many, 200 at most.
    #[uniffi(default = 50)]
    pub limit: u32,
}

impl SiteQuery {
    pub(crate) fn to_core(&self, device: &device::Device) -> SumuResult<device::SiteQuery> {
        let round = match &self.round {
            Some(handle) => Some(device.round(&handle.0)?.id),
            None => None,
        };
        Ok(device::SiteQuery {
            area: self.area.as_ref().map(|area| parse(&area.0)).transpose()?,
            find: self.find.clone(),
            round,
            after: self.after.as_ref().map(|site| parse(&site.0)).transpose()?,
            limit: self.limit.min(PAGE) as usize,
        })
    }
}

/// One site of the list.
#[derive(Debug, Clone, uniffi::Record)]
pub struct SiteRow {
    /// The site.
    pub site: SiteId,
    /// Its name.
    pub name: String,
    /// The division above it.
    pub parent: Option<Code>,
    /// Records with at least one answer that are not voided.
    pub done: u64,
    /// Records that there can be: items times rounds.
    pub of: u64,
    /// Records with a dispute.
    pub disputed: u64,
    /// Records with changes that the server does not hold yet.
    pub unsent: u64,
    /// Records that a supervisor sent back and nobody approved since.
    pub sent_back: u64,
}

impl From<device::SiteRow> for SiteRow {
    fn from(row: device::SiteRow) -> Self {
        let device::SiteRow { site, name, parent, done, of, disputed, unsent, sent_back } = row;
        let parent = parent.as_ref().map(Code::of);
        Self { site: SiteId::of(&site), name, parent, done, of, disputed, unsent, sent_back }
    }
}

/// An item.
#[derive(Debug, Clone, uniffi::Record)]
pub struct ItemRow {
    /// What people call it.
    pub handle: Handle,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
}

impl From<reference::ItemRow> for ItemRow {
    fn from(item: reference::ItemRow) -> Self {
        Self { handle: Handle::of(&item.handle), name_zh: item.name_zh, name_en: item.name_en }
    }
}

/// An item with the state of its record at a site.
#[derive(Debug, Clone, uniffi::Record)]
pub struct ItemAt {
    /// What people call it.
    pub handle: Handle,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// Whether its record has an answer and is not voided.
    pub done: bool,
    /// Keys in dispute.
    pub disputed: u64,
    /// Sign-offs of what it says now.
    pub signed: u64,
    /// Own changes that the server does not hold yet.
    pub unsent: u64,
    /// Whether a supervisor sent it back and nobody approved it since.
    pub sent_back: bool,
}

impl From<device::ItemAt> for ItemAt {
    fn from(item: device::ItemAt) -> Self {
        let device::ItemAt { handle, name_zh, name_en, done, disputed, signed, unsent, sent_back } = item;
        Self { handle: Handle::of(&handle), name_zh, name_en, done, disputed, signed, unsent, sent_back }
    }
}

/// A round.
#[derive(Debug, Clone, uniffi::Record)]
pub struct RoundRow {
    /// What people call it.
    pub handle: Handle,
    /// Its kind's word: `assessment`, `spot-check` or `dispatch`.
    pub kind: String,
    /// Its first day, `YYYY-MM-DD` in the programme's time zone.
    pub first_day: String,
    /// Its last day, which is included.
    pub last_day: String,
    /// `open`, `closed` (takes late work, which is marked) or `closed-by-force` (takes nothing).
    pub state: String,
}

impl From<reference::RoundRow> for RoundRow {
    fn from(round: reference::RoundRow) -> Self {
        Self {
            handle: Handle::of(&round.handle),
            kind: match round.kind {
                CoreRoundKind::Assessment => "assessment",
                CoreRoundKind::SpotCheck => "spot-check",
                CoreRoundKind::Dispatch => "dispatch",
            }
            .to_owned(),
            first_day: round.from,
            last_day: round.cutoff,
            state: match round.state {
                reference::RoundState::Open => "open",
                reference::RoundState::Closed => "closed",
                reference::RoundState::ClosedByForce => "closed-by-force",
            }
            .to_owned(),
        }
    }
}

/// One record's place.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Place {
    /// The site.
    pub site: SiteId,
    /// The item.
    pub item: Handle,
    /// The round; nothing: the only open one.
    #[uniffi(default = None)]
    pub round: Option<Handle>,
}

impl Place {
    pub(crate) fn find(&self, device: &device::Device) -> SumuResult<device::Place> {
        Ok(device.place(&self.site.0, &self.item.0, self.round.as_ref().map(|round| round.0.as_str()))?)
    }
}
