//! Taking in what the log sends: every change passes the gate, and none stops the rest.

use std::collections::{BTreeMap, BTreeSet};

use crate::store::Transaction;

use super::mend::Mender;
use crate::clock::Entropy;
use crate::gate::{Accepted, Change, Fate, Known, Missing, Outcome, Reason, Verdict, judge, parse};
use crate::ids::{ChangeHash, ContentHash, DocId, DocParts};
use crate::record::expand_snapshot;
use crate::sign::{Certificate, Registration};
use crate::store::insert::{Chunk, Origin, insert};
use crate::store::known::KnownHere;
use crate::store::lost::{self, Cause, Lost};
use crate::store::meta::Home;
use crate::store::waiting::{self, Waiting};
use crate::store::{StoreError, compact, docs, people, summary, verdicts};

/// Takes in items of one frame, inside its transaction.
pub(super) struct Taking<'a> {
    pub(super) tx: &'a Transaction<'a>,
    pub(super) home: &'a Home,
    pub(super) entropy: &'a dyn Entropy,
    /// Documents that changed.
    pub(super) touched: BTreeSet<DocId>,
    /// Documents in which something may wait no more.
    pub(super) awaited: BTreeSet<DocId>,
    /// Changes that are new here.
    pub(super) new: u64,
    /// What this phone refused.
    pub(super) refused: Vec<Lost>,
}

impl Taking<'_> {
    /// Takes in a certificate.
    pub(super) fn certificate(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        match Certificate::open(bytes, &self.home.server_key, &self.home.programme) {
            Ok(certificate) => {
                people::put_certificate(self.tx, &certificate, bytes)?;
                for actor in waiting::unregistered(self.tx, usize::MAX)? {
                    self.awaited.extend(waiting::docs_of_actor(self.tx, &actor)?);
                }
                Ok(())
            }
            Err(error) => {
                tracing::warn!(%error, "a certificate is not taken");
                Ok(())
            }
        }
    }

    /// Takes in a registration.
    pub(super) fn registration(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        match Registration::open(bytes, &self.home.programme) {
            Ok(registration) => {
                people::put_registration(self.tx, &registration, bytes, None)?;
                self.awaited.extend(waiting::docs_of_actor(self.tx, &registration.actor)?);
                Ok(())
            }
            Err(error) => {
                tracing::warn!(%error, "a registration is not taken");
                Ok(())
            }
        }
    }

    /// Takes in a change.
    pub(super) fn change(
        &mut self,
        doc: DocId,
        parts: &DocParts,
        bytes: Vec<u8>,
        signature: [u8; 64],
        lsn: u64,
    ) -> Result<(), StoreError> {
        let one = Waiting {
            doc,
            parts: parts.clone(),
            hash: ChangeHash::new([0; 32]),
            bytes,
            signature: Some(signature),
            lsn,
        };
        self.one(one, false)?;
        Ok(())
    }

    /// Takes a snapshot that the server vouched for apart, and takes in each of its changes.
    pub(super) fn snapshot(&mut self, doc: DocId, parts: &DocParts, bytes: &[u8], lsn: u64) -> Result<(), StoreError> {
        let Ok(changes) = expand_snapshot(bytes) else {
            return self.refuse(doc, bytes.to_vec(), None, Reason::NotAChange);
        };
        // The document's first snapshot is kept whole, so its changes need not be kept beside it.
        let row = docs::begin(self.tx, &doc, parts)?;
        let kept = compact::keep(self.tx, row, bytes)?;
        for bytes in changes {
            let one =
                Waiting { doc, parts: parts.clone(), hash: ChangeHash::new([0; 32]), bytes, signature: None, lsn };
            self.one(one, kept)?;
        }
        self.touched.insert(doc);
        Ok(())
    }

    /// Keeps a snapshot that nobody vouched for, and never loads it.
    pub(super) fn unvouched(&mut self, doc: DocId, bytes: &[u8]) -> Result<(), StoreError> {
        self.refuse(doc, bytes.to_vec(), None, Reason::Signature)
    }

    /// Judges one change and stores what became of it. Returns whether it is new in its document.
    fn one(&mut self, mut one: Waiting, in_snapshot: bool) -> Result<bool, StoreError> {
        let change = match parse(&one.bytes) {
            Ok(change) => change,
            Err(reason) => {
                self.refuse(one.doc, one.bytes, one.signature, reason)?;
                return Ok(false);
            }
        };
        one.hash = change.hash;
        match judge(&change, &one.doc, one.signature.as_ref(), &KnownHere(self.tx))? {
            Outcome::Accepted(accepted) => self.accept(&one, &accepted, in_snapshot),
            Outcome::Known(Fate::Accepted(_)) => {
                // It came back from the log, which is as good as a verdict.
                verdicts::store(self.tx, &one.doc, &one.hash, Verdict::Accepted, one.lsn, self.home.life)?;
                self.touched.insert(one.doc);
                Ok(false)
            }
            Outcome::Known(_) => Ok(false),
            Outcome::Pending(missing) => {
                let reason = match missing {
                    Missing::Registration(_) => Reason::NoRegistration,
                    Missing::Changes(_) => Reason::MissingDependency,
                };
                waiting::put(self.tx, &one, &change, reason)?;
                Ok(false)
            }
            Outcome::Refused(Reason::Equivocation) => self.overrule(&one, &change, in_snapshot),
            Outcome::Refused(reason) | Outcome::Parked(reason) => {
                self.refuse(one.doc, one.bytes, one.signature, reason)?;
                Ok(false)
            }
        }
    }

    fn accept(&mut self, one: &Waiting, accepted: &Accepted, in_snapshot: bool) -> Result<bool, StoreError> {
        let own = accepted.author.device_key == self.home.key.public();
        let chunk = Chunk { bytes: &one.bytes, in_snapshot, signature: one.signature.as_ref() };
        let origin = Origin::Log { life: self.home.life, lsn: one.lsn };
        insert(self.tx, &one.doc, &one.parts, accepted, chunk, origin, own)?;
        self.touched.insert(one.doc);
        self.new += 1;
        Ok(true)
    }

    /// Gives the place of an own change that the log does not hold to the one that it does: this file is a restored copy, or
    /// was one. What the own change said is put again.
    fn overrule(&mut self, one: &Waiting, change: &Change, in_snapshot: bool) -> Result<bool, StoreError> {
        let here = KnownHere(self.tx).at_seq(&one.doc, &change.actor, change.seq)?;
        let mender = Mender { tx: self.tx, home: self.home, entropy: self.entropy };
        let rival = here.map(|rival| (rival, Reason::Equivocation));
        let removed = mender.remove(&one.doc, BTreeMap::from_iter(rival))?;
        let outcome = judge(change, &one.doc, one.signature.as_ref(), &KnownHere(self.tx))?;
        let taken = match outcome {
            Outcome::Accepted(accepted) => self.accept(one, &accepted, in_snapshot)?,
            _ => {
                self.refuse(one.doc, one.bytes.clone(), one.signature, Reason::Equivocation)?;
                false
            }
        };
        mender.put_again(&one.doc, &one.parts, &removed)?;
        self.touched.insert(one.doc);
        Ok(taken)
    }

    /// Keeps what this phone will not take; it stops nothing else.
    fn refuse(
        &mut self,
        doc: DocId,
        bytes: Vec<u8>,
        signature: Option<[u8; 64]>,
        reason: Reason,
    ) -> Result<(), StoreError> {
        let parsed = parse(&bytes).ok();
        let hash = match &parsed {
            Some(change) => change.hash,
            None => ChangeHash::new(*ContentHash::of(&bytes).as_bytes()),
        };
        let author = match &parsed {
            Some(change) => people::author(self.tx, &change.actor)?,
            None => None,
        };
        tracing::warn!(%doc, %hash, %reason, "what the server sent is not taken");
        let time = parsed.map_or(0, |change| change.time);
        let person = author.map(|author| author.person);
        let lost = Lost { doc, hash, cause: Cause::Phone, reason, person, time, bytes, signature };
        lost::put(self.tx, &lost)?;
        self.refused.push(lost);
        Ok(())
    }

    /// Judges again what waited in documents that changed, then renews the rows that lists read.
    pub(super) fn finish(&mut self) -> Result<(), StoreError> {
        let docs: Vec<DocId> = self.touched.union(&self.awaited).copied().collect();
        for doc in docs {
            loop {
                let mut taken = false;
                for one in waiting::take_of_doc(self.tx, &doc)? {
                    taken |= self.one(one, false)?;
                }
                if !taken {
                    break;
                }
            }
        }
        for doc in &self.touched {
            if let Some(row) = docs::row(self.tx, doc)? {
                summary::renew(self.tx, row)?;
            }
        }
        Ok(())
    }
}
