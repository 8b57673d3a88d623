//! Stories of one phone and an office that is played by hand.

mod edits;
mod file;
mod forms;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::clock::{Entropy, ManualClock, SeededEntropy};
use crate::device::{Device, Environment, Place};
use crate::gate::RoundKind;
use crate::ids::{ContentHash, Epoch, Handle, ItemId, LogId, PersonId, ProgrammeId, RoundId};
use crate::link::Link;
use crate::record::{Key, Value};
use crate::reference::{EnrolReply, ItemRow, Part, PersonRow, RoundRow, RoundState, SiteRow};
use crate::region::{Level, Region};
use crate::sign::{Certificate, Grant, PrivateKey, PublicKey, Role};
use crate::store::reference::{self, Rows};

pub(crate) const SITE: &str = "150521100201";
pub(crate) const OTHER_SITE: &str = "150521100202";

/// What the office knows, for phones that enrol without a line.
pub(crate) struct Office {
    pub(crate) key: PrivateKey,
    pub(crate) programme: ProgrammeId,
    pub(crate) log: LogId,
    pub(crate) epoch: Epoch,
    pub(crate) item: ItemId,
    pub(crate) round: RoundId,
    pub(crate) round_state: RoundState,
}

impl Office {
    pub(crate) fn new(seed: u64) -> Self {
        let entropy = SeededEntropy::new(seed);
        Self {
            key: PrivateKey::generate(&entropy),
            programme: ProgrammeId::random(&entropy),
            log: LogId::random(&entropy),
            epoch: Epoch::random(&entropy),
            item: ItemId::random(&entropy),
            round: RoundId::random(&entropy),
            round_state: RoundState::Open,
        }
    }

    pub(crate) fn person(handle: &str) -> PersonId {
        PersonId::from_slice(&ContentHash::of(handle.as_bytes()).as_bytes()[..16]).unwrap()
    }

    pub(crate) fn certificate(&self, key: &PublicKey, handle: &str, role: Role, serial: u32) -> Vec<u8> {
        let certificate = Certificate {
            programme: self.programme,
            device_key: *key,
            person: Self::person(handle),
            serial,
            grants: vec![Grant { role, areas: vec!["150521".parse().unwrap()] }],
        };
        certificate.sign(&self.key)
    }

    pub(crate) fn reply(&self, key: &PublicKey, handle: &str, role: Role) -> EnrolReply {
        EnrolReply {
            device: key.device(),
            token: format!("token-of-{handle}"),
            person: Self::person(handle),
            programme: self.programme,
            log: self.log,
            epoch: self.epoch,
            server_key: data_encoding::HEXLOWER.encode(self.key.public().as_bytes()),
            certificate: data_encoding::HEXLOWER.encode(&self.certificate(key, handle, role, 1)),
            zone: "Asia/Shanghai".to_owned(),
            handle: handle.parse().unwrap(),
            name: handle.to_uppercase(),
        }
    }

    /// The reference data, part by part, with the rows as JSON.
    pub(crate) fn parts(&self) -> Vec<(Part, Vec<u8>)> {
        let region = |code: &str, name: &str, parent: Option<&str>, level| Region {
            code: code.parse().unwrap(),
            name: name.to_owned(),
            parent: parent.map(|parent| parent.parse().unwrap()),
            level,
        };
        let regions = vec![
            region("150521100", "宝龙山镇", None, Level::Township),
            region(SITE, "东村", Some("150521100"), Level::Village),
            region(OTHER_SITE, "西村", Some("150521100"), Level::Village),
        ];
        let site = |code: &str| SiteRow { site: code.parse().unwrap(), code: code.parse().unwrap() };
        let item = ItemRow {
            id: self.item,
            handle: "water".parse().unwrap(),
            name_zh: "安全饮水".to_owned(),
            name_en: "Safe water".to_owned(),
        };
        let round = RoundRow {
            id: self.round,
            handle: "spring".parse().unwrap(),
            kind: RoundKind::Assessment,
            from: "2026-03-01".to_owned(),
            cutoff: "2026-03-31".to_owned(),
            state: self.round_state,
        };
        let person = |handle: &str| PersonRow {
            id: Self::person(handle),
            handle: handle.parse::<Handle>().unwrap(),
            name: handle.to_uppercase(),
            unit: String::new(),
        };
        let part = |kind: &str, json: Vec<u8>| {
            (Part { kind: kind.to_owned(), hash: ContentHash::of(&json), bytes: json.len() as u64 }, json)
        };
        vec![
            part("regions", serde_json::to_vec(&regions).unwrap()),
            part("sites", serde_json::to_vec(&[site(SITE), site(OTHER_SITE)]).unwrap()),
            part("items", serde_json::to_vec(&[item]).unwrap()),
            part("rounds", serde_json::to_vec(&[round]).unwrap()),
            part("people", serde_json::to_vec(&[person("anna"), person("bo"), person("chief")]).unwrap()),
        ]
    }
}

/// A phone on a file in a folder of its own.
pub(crate) struct Phone {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) environment: Environment,
    pub(crate) device: Device,
}

impl Phone {
    pub(crate) fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(seed));
        let environment = Environment { clock: Arc::new(ManualClock::at(1_800_000_000_000)), entropy };
        let device = Device::open(&folder.path().join("phone.db"), environment.clone()).unwrap().device;
        Self { folder, environment, device }
    }

    /// A phone whose person enrolled, with the reference data, without a line.
    pub(crate) fn enrolled(office: &Office, seed: u64, handle: &str, role: Role) -> Self {
        let phone = Self::new(seed);
        phone.enrol(office, handle, role);
        phone.refer(office);
        phone
    }

    pub(crate) fn enrol(&self, office: &Office, handle: &str, role: Role) {
        let link: Link = "https://office.example/enrol#abcdefghijklmnop".parse().unwrap();
        self.device.enrol_by_hand(&link, |key| office.reply(key, handle, role)).unwrap();
    }

    pub(crate) fn refer(&self, office: &Office) {
        let parts = office.parts();
        let manifest: Vec<Part> = parts.iter().map(|(part, _)| part.clone()).collect();
        let fetched: Vec<(Part, Rows)> = parts
            .into_iter()
            .map(|(part, json)| {
                let rows = Rows::read(&part.kind, &json).unwrap().unwrap();
                (part, rows)
            })
            .collect();
        self.device.store.write(|tx| reference::replace(tx, &manifest, &fetched)).unwrap();
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("phone.db")
    }

    /// Opens the file again, as after a start of the app.
    pub(crate) fn reopened(&self) -> Device {
        open(&self.path(), &self.environment)
    }

    pub(crate) fn place(&self) -> Place {
        self.device.place(SITE, "water", None).unwrap()
    }

    pub(crate) fn answer(&self, key: &str, value: &str) {
        self.device.answer(&self.place(), &[put(key, value)]).unwrap();
    }

    /// What an answer shows, and how many rivals it has.
    pub(crate) fn shown(&self, key: &str) -> (String, usize) {
        let record = self.device.record(&self.place()).unwrap().record;
        let answer = record.answers.get(&Key::from_plain(key).unwrap());
        answer.map_or_else(Default::default, |answer| (answer.shown.value.to_string(), answer.dispute.len()))
    }
}

pub(crate) fn open(path: &Path, environment: &Environment) -> Device {
    Device::open(path, environment.clone()).unwrap().device
}

pub(crate) fn put(key: &str, value: &str) -> (Key, Value) {
    (Key::from_plain(key).unwrap(), Value::from_text(value).unwrap())
}
