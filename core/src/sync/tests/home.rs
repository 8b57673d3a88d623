//! A home server in memory, as simple as it can be: it judges by the gate, keeps a log, and does what a story tells it to.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use futures_util::future::BoxFuture;
use futures_util::stream;

use crate::device::tests::Office;
use crate::gate::{Author, Known, Memory, Outcome, Reason, Verdict, parse};
use crate::ids::{ActorId, ChangeHash, ContentHash, DocId, DocParts, Epoch, InstanceId};
use crate::record::make_snapshot;
use crate::reference::{EnrolRequest, Manifest};
use crate::sign::{Certificate, PublicKey, Registration, Role};
use crate::sync::transport::{Call, Method, Reply, Transport, TransportError};
use crate::wire::{Cursor, Cursors, End, Frame, Item, Request, RequestKey, ScopeList, encode_frame, with_documents};

/// One accepted change.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) parts: DocParts,
    pub(crate) hash: ChangeHash,
    pub(crate) actor: ActorId,
    pub(crate) bytes: Vec<u8>,
    pub(crate) signature: [u8; 64],
}

/// What goes wrong with the next call.
#[derive(Clone, Copy)]
pub(crate) enum Fault {
    Offline,
    /// The server acts, and this many bytes of its reply arrive.
    Cut(usize),
    Status(u16),
}

/// The server's state.
pub(crate) struct Home {
    pub(crate) office: Office,
    pub(crate) memory: Memory,
    pub(crate) log: Vec<Entry>,
    pub(crate) papers: BTreeMap<ActorId, (Vec<u8>, Vec<u8>)>,
    certificates: BTreeMap<Vec<u8>, Vec<u8>>,
    instances: BTreeMap<InstanceId, RequestKey>,
    pub(crate) scopes: ScopeList,
    pub(crate) roles: BTreeMap<String, Role>,
    /// Changes that are not accepted, with what is said of them.
    pub(crate) verdicts: BTreeMap<ChangeHash, Verdict>,
    /// What each reply says besides.
    pub(crate) aside: Vec<Item>,
    /// What the log holds that no gate would let in.
    pub(crate) poison: Vec<(DocParts, Vec<u8>)>,
    pub(crate) backup: u64,
    pub(crate) epoch: Epoch,
    pub(crate) snapshots: bool,
    pub(crate) vouches: bool,
    pub(crate) registers: bool,
    pub(crate) faults: VecDeque<Fault>,
    pub(crate) requests: Vec<Request>,
}

/// A line to it.
#[derive(Clone)]
pub(crate) struct Line(Arc<Mutex<Home>>);

impl Line {
    pub(crate) fn new(office: Office) -> Self {
        let scope = |area: &str| crate::wire::Scope { area: area.parse().unwrap(), round: Some(office.round) };
        let scopes = ScopeList::of([scope("150521")]);
        Self(Arc::new(Mutex::new(Home {
            epoch: office.epoch,
            office,
            memory: Memory::default(),
            log: Vec::new(),
            papers: BTreeMap::new(),
            certificates: BTreeMap::new(),
            instances: BTreeMap::new(),
            scopes,
            roles: BTreeMap::new(),
            verdicts: BTreeMap::new(),
            aside: Vec::new(),
            poison: Vec::new(),
            backup: 0,
            snapshots: false,
            vouches: true,
            registers: true,
            faults: VecDeque::new(),
            requests: Vec::new(),
        })))
    }

    pub(crate) fn home(&self) -> MutexGuard<'_, Home> {
        self.0.lock().unwrap()
    }
}

impl Transport for Line {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(async move {
            let mut home = self.home();
            let fault = home.faults.pop_front();
            let offline = || TransportError::Offline { why: "no signal".to_owned() };
            let (status, body) = match fault {
                Some(Fault::Offline) => return Err(offline()),
                Some(Fault::Status(status)) => (status, br#"{"error":"x","message":"told"}"#.to_vec()),
                _ => (200, home.answer(&call)),
            };
            let mut pieces: Vec<Result<Vec<u8>, TransportError>> =
                body.chunks(700).map(|piece| Ok(piece.to_vec())).collect();
            if let Some(Fault::Cut(bytes)) = fault {
                pieces = body[..bytes.min(body.len())].chunks(700).map(|piece| Ok(piece.to_vec())).collect();
                pieces.push(Err(TransportError::Cut { why: "the line broke".to_owned() }));
            }
            Ok(Reply { status, retry_after: None, body: Box::pin(stream::iter(pieces)) })
        })
    }
}

impl Home {
    fn answer(&mut self, call: &Call) -> Vec<u8> {
        match (call.method, call.path.as_str()) {
            (Method::Post, "/v1/enrol") => self.enrol(&serde_json::from_slice(&call.body).unwrap()),
            (Method::Post, "/v1/sync") => {
                let request = Request::decode(&call.body).unwrap();
                let frames = self.exchange(&request);
                self.requests.push(request);
                frames.iter().flat_map(|frame| encode_frame(frame).unwrap()).collect()
            }
            (Method::Get, "/v1/reference") => self.manifest(),
            (Method::Get, path) => {
                let hash = path.rsplit('/').next().unwrap();
                let part = self.office.parts().into_iter().find(|(part, _)| part.hash.to_string() == hash);
                zstd::encode_all(part.unwrap().1.as_slice(), 3).unwrap()
            }
            (method, path) => panic!("{method:?} {path}"),
        }
    }

    fn enrol(&mut self, request: &EnrolRequest) -> Vec<u8> {
        let key: Vec<u8> = data_encoding::HEXLOWER.decode(request.device_key.as_bytes()).unwrap();
        let proof: Vec<u8> = data_encoding::HEXLOWER.decode(request.proof.as_bytes()).unwrap();
        let key = PublicKey::from_bytes(&key).unwrap();
        key.check_enrolment(&request.code, &proof.try_into().unwrap()).unwrap();
        // The story's codes are handles.
        let role = self.roles.get(&request.code).copied().unwrap_or(Role::Inspector);
        let certificate = self.office.certificate(&key, &request.code, role, 1);
        self.certificates.insert(holder(&key, &Office::person(&request.code)), certificate);
        serde_json::to_vec(&self.office.reply(&key, &request.code, role)).unwrap()
    }

    fn manifest(&self) -> Vec<u8> {
        let parts = self.office.parts().into_iter().map(|(part, _)| part).collect();
        let manifest =
            Manifest { programme: self.office.programme, zone: "Asia/Shanghai".to_owned(), offset: 480, parts };
        serde_json::to_vec(&manifest).unwrap()
    }

    fn end(&self) -> Item {
        let manifest = Manifest::mark(&self.manifest());
        Item::End(End { more: false, back_off: 0, manifest, backup: self.backup, now: 1_800_000_000 })
    }

    fn only(&self, item: Item) -> Vec<Frame> {
        vec![Frame { items: vec![item, self.end()], cursors: Cursors::default() }]
    }

    fn exchange(&mut self, request: &Request) -> Vec<Frame> {
        if request.epoch != self.epoch {
            return self.only(Item::OtherLog { log: self.office.log, epoch: self.epoch });
        }
        if let Some(last) = self.instances.get(&request.instance)
            && *last != request.key
            && request.key.number <= last.number
        {
            return self.only(Item::Restored(request.key));
        }
        self.instances.insert(request.instance, request.key);
        let (mut head, carried) = self.push(request);
        head.append(&mut self.aside);
        let mut frames = Vec::new();
        let mut fills = request.fills.clone();
        if request.scopes == [0; 8] {
            head.push(Item::Scopes(self.scopes.clone()));
            fills = (0..).zip(&self.scopes.0).map(|(place, _)| (place, Cursor::default())).collect();
        } else if request.scopes != self.scopes.hash8().unwrap() {
            head.extend([Item::Scopes(self.scopes.clone()), self.end()]);
            return vec![Frame { items: head, cursors: Cursors::default() }];
        }
        frames.push(Frame { items: head, cursors: Cursors::default() });
        self.pull(request, &fills, &carried, &mut frames);
        frames.push(Frame { items: vec![self.end()], cursors: Cursors::default() });
        frames
    }

    fn push(&mut self, request: &Request) -> (Vec<Item>, BTreeSet<(DocId, ChangeHash)>) {
        let programme = self.office.programme;
        let (mut said, mut items, mut carried) = (Vec::new(), Vec::new(), BTreeSet::new());
        for (document, item) in with_documents(&request.page, &programme) {
            match item {
                Item::Certificate(bytes) => {
                    let certificate = Certificate::open(bytes, &self.office.key.public(), &programme).unwrap();
                    self.certificates.insert(holder(&certificate.device_key, &certificate.person), bytes.clone());
                }
                Item::Registration(bytes) => {
                    let found = Registration::open(bytes, &programme).unwrap();
                    self.memory.register(found.actor, Author { person: found.person, device_key: found.device_key });
                    let certificate = self.certificates[&holder(&found.device_key, &found.person)].clone();
                    self.papers.insert(found.actor, (certificate, bytes.clone()));
                }
                Item::NeedRegistrations(actors) => {
                    for (certificate, registration) in actors.iter().filter_map(|actor| self.papers.get(actor)) {
                        items
                            .extend([Item::Certificate(certificate.clone()), Item::Registration(registration.clone())]);
                    }
                }
                Item::Change { signature, bytes, .. } => {
                    let (doc, parts) = document.unwrap();
                    let hash = parse(bytes).unwrap().hash;
                    carried.insert((doc, hash));
                    said.push(self.judge(doc, parts, hash, bytes, signature));
                }
                _ => {}
            }
        }
        if !said.is_empty() {
            items.insert(0, Item::Verdicts(said));
        }
        (items, carried)
    }

    fn judge(
        &mut self,
        doc: DocId,
        parts: &DocParts,
        hash: ChangeHash,
        bytes: &[u8],
        signature: &[u8; 64],
    ) -> (Verdict, u64) {
        if let Some(verdict) = self.verdicts.get(&hash) {
            if let Verdict::Refused(reason) = verdict {
                self.memory.set_fate(&doc, hash, crate::gate::Fate::Refused(*reason));
            }
            return (*verdict, 0);
        }
        if let Some(at) = self.log.iter().position(|entry| entry.hash == hash && entry.parts == *parts) {
            return (Verdict::Duplicate, at as u64 + 1);
        }
        match self.memory.push(&doc, bytes, Some(signature)) {
            Outcome::Accepted(accepted) => {
                let actor = accepted.change.actor;
                self.log.push(Entry {
                    parts: parts.clone(),
                    hash,
                    actor,
                    bytes: bytes.to_vec(),
                    signature: *signature,
                });
                (Verdict::Accepted, self.log.len() as u64)
            }
            Outcome::Pending(_) => (Verdict::Pending(Reason::MissingDependency), 0),
            Outcome::Parked(reason) => (Verdict::Parked(reason), 0),
            Outcome::Refused(reason) => (Verdict::Refused(reason), 0),
            Outcome::Known(fate) => panic!("{fate:?}"),
        }
    }

    /// Releases a change that was kept aside, and tells its author with the next reply.
    pub(crate) fn release(&mut self, parts: &DocParts, hash: ChangeHash, bytes: &[u8], signature: &[u8; 64]) {
        self.verdicts.remove(&hash);
        let doc = parts.doc_id(&self.office.programme);
        let (verdict, lsn) = self.judge(doc, parts, hash, bytes, signature);
        self.aside.push(Item::Verdict { doc, hash, verdict, lsn });
    }

    fn pull(
        &self,
        request: &Request,
        fills: &[(u16, Cursor)],
        carried: &BTreeSet<(DocId, ChangeHash)>,
        frames: &mut Vec<Frame>,
    ) {
        let head = self.log.len() as u64;
        let from = if fills.is_empty() { lsn(request.cursor) } else { 0 };
        let mut told = BTreeSet::new();
        let main = Cursors { main: Some(cursor(head)), fills: Vec::new() };
        if self.snapshots && from == 0 {
            let docs: BTreeSet<DocParts> = self.log.iter().map(|entry| entry.parts.clone()).collect();
            for parts in docs {
                frames.push(Frame { items: self.snapshot(&parts), cursors: Cursors::default() });
            }
        } else {
            for (lsn, entry) in (1..).zip(&self.log).filter(|(lsn, _)| *lsn > from) {
                if carried.contains(&(entry.parts.doc_id(&self.office.programme), entry.hash)) {
                    continue;
                }
                let mut items = Vec::new();
                if self.registers && told.insert(entry.actor) {
                    let (certificate, registration) = self.papers[&entry.actor].clone();
                    items.extend([Item::Certificate(certificate), Item::Registration(registration)]);
                }
                items.push(Item::Document(entry.parts.clone()));
                items.push(Item::Change { signature: entry.signature, bytes: entry.bytes.clone(), lsn });
                let cursors = if fills.is_empty() {
                    Cursors { main: Some(cursor(lsn)), fills: vec![] }
                } else {
                    Cursors::default()
                };
                frames.push(Frame { items, cursors });
            }
        }
        for (parts, bytes) in &self.poison {
            let change = Item::Change { signature: [7; 64], bytes: bytes.clone(), lsn: head };
            frames.push(Frame { items: vec![Item::Document(parts.clone()), change], cursors: Cursors::default() });
        }
        if !fills.is_empty() {
            let joined = fills.iter().map(|(place, _)| (*place, None)).collect();
            frames.push(Frame { items: vec![], cursors: Cursors { fills: joined, ..main } });
        }
    }

    fn snapshot(&self, parts: &DocParts) -> Vec<Item> {
        let doc = parts.doc_id(&self.office.programme);
        let actors: BTreeSet<ActorId> =
            self.log.iter().filter(|entry| entry.parts == *parts).map(|entry| entry.actor).collect();
        let mut items: Vec<Item> = actors
            .iter()
            .flat_map(|actor| {
                let (certificate, registration) = self.papers[actor].clone();
                [Item::Certificate(certificate), Item::Registration(registration)]
            })
            .collect();
        let (bytes, _) = make_snapshot(&self.memory.changes(&doc)).unwrap();
        let hash = ContentHash::of(&bytes);
        items.extend([Item::Document(parts.clone()), Item::Snapshot { bytes, lsn: self.log.len() as u64 }]);
        let key = if self.vouches { &self.office.key } else { &Office::new(99).key };
        items.push(Item::Vouch(key.vouch(&self.office.programme, &[(doc, hash)])));
        items
    }

    /// The heads that the server knows of a document.
    pub(crate) fn heads(&self, doc: &DocId) -> Vec<ChangeHash> {
        self.memory.heads(doc).unwrap()
    }
}

fn holder(key: &PublicKey, person: &crate::ids::PersonId) -> Vec<u8> {
    [key.as_bytes().as_slice(), person.as_bytes()].concat()
}

fn cursor(lsn: u64) -> Cursor {
    let mut bytes = [9; 16];
    bytes[..8].copy_from_slice(&lsn.to_be_bytes());
    Cursor(bytes)
}

fn lsn(cursor: Cursor) -> u64 {
    u64::from_be_bytes(cursor.0[..8].try_into().unwrap())
}
