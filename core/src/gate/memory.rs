//! Documents in memory behind the gate: for tests, fuzzing, benchmarks and simulated worlds.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use super::{Accepted, Author, DocumentSize, Fate, Known, Node, OpId, Outcome, Puts, StoredPut, judge, parse};
use crate::ids::{ActorId, ChangeHash, DocId};
use crate::record::{Authorship, Key, Record, VisiblePut, read};

/// What is known of any number of documents, kept as a store keeps it: changes with their clocks, and their puts.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    authors: BTreeMap<ActorId, Author>,
    documents: BTreeMap<DocId, Document>,
}

#[derive(Debug, Clone, Default)]
struct Document {
    changes: BTreeMap<ChangeHash, Kept>,
    order: Vec<ChangeHash>,
    fates: BTreeMap<ChangeHash, Fate>,
    lines: BTreeMap<ActorId, Vec<ChangeHash>>,
    heads: BTreeSet<ChangeHash>,
    puts: Puts,
    bytes: usize,
}

#[derive(Debug, Clone)]
struct Kept {
    node: Node,
    time: i64,
    bytes: Vec<u8>,
}

impl Memory {
    /// Makes an actor's registration and certificate known.
    pub fn register(&mut self, actor: ActorId, author: Author) {
        self.authors.insert(actor, author);
    }

    /// Returns the registered actors, ascending.
    pub fn actors(&self) -> impl Iterator<Item = &ActorId> {
        self.authors.keys()
    }

    /// Returns a memory that knows the same actors and no document.
    pub fn without_documents(&self) -> Self {
        Self { authors: self.authors.clone(), documents: BTreeMap::new() }
    }

    /// Judges the bytes of a change, and stores it if the gate accepts it.
    pub fn push(&mut self, doc: &DocId, bytes: &[u8], signature: Option<&[u8; 64]>) -> Outcome {
        let change = match parse(bytes) {
            Ok(change) => change,
            Err(reason) => return Outcome::Refused(reason),
        };
        let Ok(outcome) = judge(&change, doc, signature, self);
        if let Outcome::Accepted(accepted) = &outcome {
            self.store(doc, accepted, bytes);
        }
        outcome
    }

    /// Stores an accepted change with its projection.
    pub fn store(&mut self, doc: &DocId, accepted: &Accepted, bytes: &[u8]) {
        let Accepted { change, node, .. } = accepted;
        let document = self.documents.entry(*doc).or_default();
        document.fates.remove(&change.hash);
        document.bytes += bytes.len();
        document.order.push(change.hash);
        document.lines.entry(change.actor).or_default().push(change.hash);
        change.deps.iter().for_each(|dep| {
            document.heads.remove(dep);
        });
        document.heads.insert(change.hash);
        let kept = Kept { node: node.clone(), time: change.time, bytes: bytes.to_vec() };
        document.changes.insert(change.hash, kept);
        document.puts.add(change);
    }

    /// Notes what became of a change that is not accepted.
    pub fn set_fate(&mut self, doc: &DocId, hash: ChangeHash, fate: Fate) {
        self.documents.entry(*doc).or_default().fates.insert(hash, fate);
    }

    /// Returns the bytes of the accepted changes in the order in which they came.
    pub fn changes(&self, doc: &DocId) -> Vec<Vec<u8>> {
        let Some(document) = self.documents.get(doc) else { return Vec::new() };
        document.order.iter().filter_map(|hash| Some(document.changes.get(hash)?.bytes.clone())).collect()
    }

    /// Returns an actor's next number in the document.
    pub fn next_seq(&self, doc: &DocId, actor: &ActorId) -> u64 {
        let line = self.documents.get(doc).and_then(|document| document.lines.get(actor));
        1 + line.map_or(0, |line| line.len() as u64)
    }

    /// Returns how large the document is.
    pub fn size(&self, doc: &DocId) -> DocumentSize {
        self.documents.get(doc).map_or_else(DocumentSize::default, |document| DocumentSize {
            actors: document.lines.len(),
            changes: document.changes.len(),
            bytes: document.bytes,
        })
    }

    /// Returns the visible values of all keys, ascending by key and operation.
    pub fn visible(&self, doc: &DocId) -> Vec<VisiblePut> {
        self.documents.get(doc).map(|document| document.puts.visible()).unwrap_or_default()
    }

    /// Reads the document as a record.
    pub fn read(&self, doc: &DocId) -> Record {
        let authorship = self.documents.get(doc).into_iter().flat_map(|document| &document.changes);
        let authorship = authorship
            .filter_map(|(hash, kept)| {
                let author = self.authors.get(&kept.node.actor)?;
                let (person, device) = (author.person, author.device_key.device());
                Some((*hash, Authorship { person, device, at: kept.time, clock: kept.node.clock.clone() }))
            })
            .collect();
        read(self.visible(doc), &authorship)
    }
}

impl Known for Memory {
    type Error = Infallible;

    fn author(&self, actor: &ActorId) -> Result<Option<Author>, Infallible> {
        Ok(self.authors.get(actor).copied())
    }

    fn fate(&self, doc: &DocId, hash: &ChangeHash) -> Result<Option<Fate>, Infallible> {
        let Some(document) = self.documents.get(doc) else { return Ok(None) };
        let accepted = document.changes.get(hash).map(|kept| Fate::Accepted(kept.node.clone()));
        Ok(accepted.or_else(|| document.fates.get(hash).cloned()))
    }

    fn at_seq(&self, doc: &DocId, actor: &ActorId, seq: u64) -> Result<Option<ChangeHash>, Infallible> {
        let line = self.documents.get(doc).and_then(|document| document.lines.get(actor));
        let place = seq.checked_sub(1).and_then(|place| usize::try_from(place).ok());
        Ok(line.zip(place).and_then(|(line, place)| line.get(place).copied()))
    }

    fn heads(&self, doc: &DocId) -> Result<Vec<ChangeHash>, Infallible> {
        Ok(self.documents.get(doc).map_or_else(Vec::new, |document| document.heads.iter().copied().collect()))
    }

    fn puts(&self, doc: &DocId, key: &Key, visible_only: bool) -> Result<Vec<StoredPut>, Infallible> {
        Ok(self.documents.get(doc).map(|document| document.puts.of(key, visible_only)).unwrap_or_default())
    }

    fn operations_under(&self, doc: &DocId, instance: &str) -> Result<Vec<OpId>, Infallible> {
        Ok(self.documents.get(doc).map(|document| document.puts.under(instance)).unwrap_or_default())
    }
}
