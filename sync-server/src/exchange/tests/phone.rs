//! A small phone: a key, an actor, the gate over memory as its store, and the wire. It keeps every rule of the protocol that
//! the stories need and nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::http::StatusCode;
use data_encoding::HEXLOWER;
use sumu_core::clock::{Entropy, SeededEntropy};
use sumu_core::gate::{Author, Memory, Verdict, Writer, draft};
use sumu_core::ids::*;
use sumu_core::record::{Key, Record, Value, expand_snapshot, write_change};
use sumu_core::reference::{EnrolReply, EnrolRequest};
use sumu_core::sign::{Certificate, PrivateKey, Registration};
use sumu_core::wire::*;
use tower::ServiceExt;

use crate::{State, admin, app};

/// A reply as it came, frame by frame.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) status: u16,
    pub(super) frames: Vec<Frame>,
    pub(super) bytes: usize,
}

impl Told {
    pub(super) fn items(&self) -> impl Iterator<Item = &Item> {
        self.frames.iter().flat_map(|frame| &frame.items)
    }

    pub(super) fn verdicts(&self) -> Vec<Verdict> {
        let found = self.items().find_map(|item| match item {
            Item::Verdicts(verdicts) => Some(verdicts.iter().map(|(verdict, _)| *verdict).collect()),
            _ => None,
        });
        found.unwrap_or_default()
    }

    pub(super) fn later(&self) -> Vec<(ChangeHash, Verdict)> {
        let later = |item: &Item| match item {
            Item::Verdict { hash, verdict, .. } => Some((*hash, *verdict)),
            _ => None,
        };
        self.items().filter_map(later).collect()
    }

    pub(super) fn changes(&self) -> usize {
        self.items().filter(|item| matches!(item, Item::Change { .. })).count()
    }

    pub(super) fn end(&self) -> &End {
        match self.frames.last().and_then(|frame| frame.items.last()) {
            Some(Item::End(end)) => end,
            other => panic!("a reply that does not end: {other:?}"),
        }
    }
}

/// A change with its signature and its document.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) parts: DocParts,
    pub(super) hash: ChangeHash,
    pub(super) signature: [u8; 64],
    pub(super) bytes: Vec<u8>,
}

pub(super) struct Phone {
    pub(super) server: State,
    pub(super) key: Arc<PrivateKey>,
    pub(super) reply: EnrolReply,
    pub(super) actor: ActorId,
    pub(super) known: Memory,
    pub(super) request: Request,
    pub(super) scopes: ScopeList,
    pub(super) outbox: Vec<Written>,
    pub(super) certificates: Vec<Certificate>,
    entropy: SeededEntropy,
    registration: Vec<u8>,
}

impl Phone {
    /// Enrols a phone for a person.
    pub(super) fn enrol(server: &State, handle: &str, seed: u64) -> Self {
        let entropy = SeededEntropy::new(seed);
        let key = Arc::new(PrivateKey::generate(&entropy));
        let now = server.clock().seconds();
        let reply = server
            .database()
            .write::<_, Box<dyn std::error::Error>>(|tx| {
                let link = admin::invite(tx, &handle.parse().unwrap(), 3_600, server.entropy(), now)?;
                let (_, code) = link.link.split_once('#').unwrap();
                let code = code.split('.').next().unwrap().to_owned();
                let proof = HEXLOWER.encode(&key.prove_enrolment(&code));
                let request = EnrolRequest { code, device_key: HEXLOWER.encode(key.public().as_bytes()), proof };
                Ok(crate::enrolment::enrol(tx, &request, server.entropy(), now)?)
            })
            .unwrap();
        Self::of(server, key, reply, entropy)
    }

    fn of(server: &State, key: Arc<PrivateKey>, reply: EnrolReply, entropy: SeededEntropy) -> Self {
        let actor = ActorId::random(&entropy);
        let registration = Registration {
            programme: reply.programme,
            actor,
            person: reply.person,
            device_key: key.public(),
            serial: 1,
        };
        let registration = registration.sign(&key);
        let mut known = Memory::default();
        known.register(actor, Author { person: reply.person, device_key: key.public() });
        let request = Request {
            device: reply.device,
            instance: InstanceId::random(&entropy),
            key: RequestKey { number: 0, nonce: [0; 16] },
            log: reply.log,
            epoch: reply.epoch,
            scopes: [0; 8],
            cursor: Cursor::default(),
            fills: Vec::new(),
            frame_bytes: 65_536,
            page: Vec::new(),
        };
        let (outbox, certificates) = (Vec::new(), Vec::new());
        let (server, scopes) = (server.clone(), ScopeList::default());
        Self { server, key, reply, actor, known, request, scopes, outbox, certificates, entropy, registration }
    }

    pub(super) fn doc(&self, parts: &DocParts) -> DocId {
        parts.doc_id(&self.reply.programme)
    }

    pub(super) fn read(&self, parts: &DocParts) -> Record {
        self.known.read(&self.doc(parts))
    }

    /// Writes a change over everything that the phone holds of the document, and puts it into the outbox.
    pub(super) fn write(&mut self, parts: &DocParts, puts: &[(&str, Value)]) -> ChangeHash {
        use sumu_core::gate::Known;
        let doc = self.doc(parts);
        let Ok(heads) = self.known.heads(&doc);
        let written = self.write_over(parts, heads, puts);
        let hash = written.hash;
        self.outbox.push(written);
        hash
    }

    /// Writes a change over some of what the phone holds, keeps it, and leaves the outbox as it is.
    pub(super) fn write_over(&mut self, parts: &DocParts, deps: Vec<ChangeHash>, puts: &[(&str, Value)]) -> Written {
        let doc = self.doc(parts);
        let writer = Writer { actor: self.actor, seq: self.known.next_seq(&doc, &self.actor) };
        let puts = puts.iter().map(|(key, value)| (key.parse::<Key>().unwrap(), value.clone())).collect();
        let now = self.server.clock().seconds();
        let draft = draft(&self.known, &doc, writer, deps, now, puts).unwrap().unwrap();
        let bytes = write_change(&draft);
        let hash = sumu_core::gate::parse(&bytes).unwrap().hash;
        let signature = self.key.sign_change(&doc, &hash);
        let stored = self.known.push(&doc, &bytes, Some(&signature));
        assert!(matches!(stored, sumu_core::gate::Outcome::Accepted(_)), "{stored:?}");
        Written { parts: parts.clone(), hash, signature, bytes }
    }

    /// Returns the page of some changes, with this phone's registration and certificate before them.
    pub(super) fn page(&self, changes: &[Written]) -> Vec<Item> {
        let mut items = self.introduction();
        items.extend(Self::bare(changes));
        items
    }

    pub(super) fn introduction(&self) -> Vec<Item> {
        let certificate = HEXLOWER.decode(self.reply.certificate.as_bytes()).unwrap();
        vec![Item::Certificate(certificate), Item::Registration(self.registration.clone())]
    }

    /// Returns changes with their documents and nothing else.
    pub(super) fn bare(changes: &[Written]) -> Vec<Item> {
        changes
            .iter()
            .flat_map(|written| {
                let Written { parts, signature, bytes, .. } = written.clone();
                [Item::Document(parts), Item::Change { signature, bytes, lsn: 0 }]
            })
            .collect()
    }

    /// Sends the outbox and applies what comes; asks again while the server has told it to.
    pub(super) async fn sync(&mut self) -> Told {
        let outbox = std::mem::take(&mut self.outbox);
        let page = if outbox.is_empty() { Vec::new() } else { self.page(&outbox) };
        let mut told = self.exchange(page).await;
        if told.items().any(|item| matches!(item, Item::Scopes(_)))
            && told.frames.iter().all(|f| f.cursors == Cursors::default())
        {
            let again = self.exchange(Vec::new()).await;
            told.frames.extend(again.frames);
            told.bytes += again.bytes;
        }
        told
    }

    /// Makes one request with a page and applies the reply.
    pub(super) async fn exchange(&mut self, page: Vec<Item>) -> Told {
        self.request.key.number += 1;
        self.entropy.fill(&mut self.request.key.nonce);
        self.request.page = page;
        let told = self.send(&self.request.clone()).await;
        told.frames.iter().for_each(|frame| self.apply(frame));
        told
    }

    /// Sends a request as it is and applies nothing.
    pub(super) async fn send(&self, request: &Request) -> Told {
        let body = Body::from(request.encode().unwrap());
        let http =
            axum::http::Request::post("/v1/sync").header("authorization", format!("Bearer {}", self.reply.token));
        let response = app(self.server.clone()).oneshot(http.body(body).unwrap()).await.unwrap();
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let mut told = Told { status: status.as_u16(), frames: Vec::new(), bytes: bytes.len() };
        if status == StatusCode::OK {
            let mut reader = FrameReader::default();
            reader.push(&bytes);
            while let Some(frame) = reader.next_frame().unwrap() {
                told.frames.push(frame);
            }
            assert!(reader.is_at_boundary());
        }
        told
    }

    /// Applies a frame with its cursors.
    pub(super) fn apply(&mut self, frame: &Frame) {
        let server_key = self.server.programme().key.public();
        check_snapshots(&frame.items, &self.reply.programme, &server_key).unwrap();
        let programme = self.reply.programme;
        for (document, item) in with_documents(&frame.items, &programme) {
            match (document, item) {
                (_, Item::Certificate(bytes)) => {
                    self.certificates.push(Certificate::open(bytes, &server_key, &self.reply.programme).unwrap());
                }
                (_, Item::Registration(bytes)) => {
                    let Registration { actor, person, device_key, .. } =
                        Registration::open(bytes, &self.reply.programme).unwrap();
                    let known = self.certificates.iter().any(|c| c.device_key == device_key && c.person == person);
                    assert!(known, "a registration comes after its certificate");
                    self.known.register(actor, Author { person, device_key });
                }
                (Some((doc, _)), Item::Change { signature, bytes, lsn }) => {
                    assert!(*lsn > 0);
                    let outcome = self.known.push(&doc, bytes, Some(signature));
                    use sumu_core::gate::{Fate, Outcome};
                    assert!(matches!(outcome, Outcome::Accepted(_) | Outcome::Known(Fate::Accepted(_))), "{outcome:?}");
                }
                (Some((doc, _)), Item::Snapshot { bytes, .. }) => {
                    for change in expand_snapshot(bytes).unwrap() {
                        self.known.push(&doc, &change, None);
                    }
                }
                (_, Item::Scopes(list)) => self.take_scopes(list),
                _ => {}
            }
        }
        self.request.cursor = frame.cursors.main.unwrap_or(self.request.cursor);
        let mut fills: BTreeMap<u16, Cursor> = self.request.fills.iter().copied().collect();
        for (place, cursor) in &frame.cursors.fills {
            match cursor {
                Some(cursor) => fills.insert(*place, *cursor),
                None => fills.remove(place),
            };
        }
        self.request.fills = fills.into_iter().collect();
    }

    fn take_scopes(&mut self, list: &ScopeList) {
        let was_filling = |scope: &Scope| {
            let place = self.scopes.0.iter().position(|old| old == scope)?;
            let place = u16::try_from(place).unwrap();
            let filling = self.request.fills.iter().find(|(filling, _)| *filling == place);
            Some(filling.map(|(_, cursor)| *cursor))
        };
        let fills = (0u16..).zip(&list.0).filter_map(|(place, scope)| match was_filling(scope) {
            Some(None) => None,
            Some(Some(cursor)) => Some((place, cursor)),
            None => Some((place, Cursor::default())),
        });
        let fills = fills.collect();
        self.request.fills = fills;
        self.request.scopes = list.hash8().unwrap();
        self.scopes = list.clone();
    }
}
