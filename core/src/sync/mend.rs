//! Mending a document: what the log will never hold leaves it, and what stood on that is put again.
//!
//! The document is made what the log accepted, with own changes that do not stand on what left. The actors of what left never
//! write again. What stood on it is put again by a new actor, in order, each change with the dependencies it had: one that
//! left for good replaced by its own dependencies, one already put again by its successor; so what was concurrent stays
//! concurrent. Sign-offs, reviews and settlements are never put again by a machine, nor is what somebody else wrote.

use std::collections::{BTreeMap, BTreeSet};

use crate::store::Transaction;

use crate::clock::Entropy;
use crate::gate::{self, CausalClock, Change, Fate, Known, Outcome, Reason, Writer, check_settlements, judge, parse};
use crate::ids::{ActorId, ChangeHash, DocId, DocParts};
use crate::record::{Class, write_change};
use crate::store::erase::{self, Member};
use crate::store::insert::{Chunk, Origin, insert};
use crate::store::known::KnownHere;
use crate::store::lost::{self, Cause, Lost};
use crate::store::meta::Home;
use crate::store::{StoreError, asked, docs, people};

/// Mends documents inside one transaction.
pub(super) struct Mender<'a> {
    pub(super) tx: &'a Transaction<'a>,
    pub(super) home: &'a Home,
    pub(super) entropy: &'a dyn Entropy,
}

/// What left a document, in causal order, to be put again or kept as drafts.
#[derive(Debug, Default)]
pub(super) struct Removed {
    members: Vec<Member>,
    refused: BTreeMap<ChangeHash, Reason>,
}

impl Mender<'_> {
    /// Takes refused changes, and what stands on them, out of a document; the caller renews its summary.
    pub(super) fn remove(&self, doc: &DocId, refused: BTreeMap<ChangeHash, Reason>) -> Result<Removed, StoreError> {
        self.remove_where(doc, |member| refused.contains_key(&member.hash)).map(|members| Removed { members, refused })
    }

    /// Takes out of a restored document what its log does not hold, but for what the server keeps aside.
    pub(super) fn remove_unsent(&self, doc: &DocId) -> Result<Removed, StoreError> {
        let members = self.remove_where(doc, |member| !matches!(member.verdict, 3 | 4))?;
        Ok(Removed { members, refused: BTreeMap::new() })
    }

    fn remove_where(&self, doc: &DocId, leaves: impl Fn(&Member) -> bool) -> Result<Vec<Member>, StoreError> {
        let Some(row) = docs::row(self.tx, doc)? else { return Ok(Vec::new()) };
        let members = erase::members(self.tx, row, self.home.life)?;
        // What the log holds stays, and so does whatever that stands on.
        let in_log = |op| members.iter().any(|member| member.in_log && member.clock.contains(op));
        let mut gone: BTreeSet<i64> = BTreeSet::new();
        let mut last = Vec::new();
        for member in members.iter().filter(|member| !in_log(&member.last)) {
            if leaves(member) || last.iter().any(|op| member.clock.contains(op)) {
                gone.insert(member.row);
                last.push(member.last);
            }
        }
        let (gone, kept): (Vec<Member>, Vec<Member>) =
            members.into_iter().partition(|member| gone.contains(&member.row));
        if !gone.is_empty() {
            erase::erase(self.tx, row, &gone, &kept)?;
        }
        for member in &gone {
            people::retire(self.tx, &member.actor)?;
            asked::done(self.tx, Some(doc), member.hash.as_bytes())?;
        }
        Ok(gone)
    }

    /// Puts again what may be put again, and keeps the rest as drafts. Returns what was lost.
    pub(super) fn put_again(&self, doc: &DocId, parts: &DocParts, removed: &Removed) -> Result<Vec<Lost>, StoreError> {
        let mut successors: BTreeMap<ChangeHash, Vec<ChangeHash>> = BTreeMap::new();
        let mut kept_aside = Vec::new();
        for member in &removed.members {
            let Some(bytes) = &member.bytes else { return Err(StoreError::row("an own change without bytes")) };
            let change = parse(bytes).map_err(|_| StoreError::row("an own change"))?;
            let mapped = |dep: &ChangeHash| successors.get(dep).cloned().unwrap_or_else(|| vec![*dep]);
            let deps: BTreeSet<ChangeHash> = change.deps.iter().flat_map(mapped).collect();
            let deps: Vec<ChangeHash> = deps.into_iter().collect();
            let put = match self.fate_of(member, &change, removed) {
                Some(fate) => Err(fate),
                None => self.put_one(doc, parts, &change, deps.clone())?,
            };
            let heir = match put {
                Ok(hash) => vec![hash],
                Err((cause, reason)) => {
                    let lost = Lost {
                        doc: *doc,
                        hash: member.hash,
                        cause,
                        reason,
                        person: Some(member.person),
                        time: member.time,
                        bytes: bytes.clone(),
                        signature: member.signature,
                    };
                    lost::put(self.tx, &lost)?;
                    kept_aside.push(lost);
                    deps
                }
            };
            successors.insert(member.hash, heir);
        }
        Ok(kept_aside)
    }

    /// Returns why a change may not be put again by a machine, or nothing if it may.
    fn fate_of(&self, member: &Member, change: &Change, removed: &Removed) -> Option<(Cause, Reason)> {
        match removed.refused.get(&member.hash) {
            // Nothing is wrong with what these say, only with where they stand.
            None | Some(Reason::Equivocation | Reason::DependsOnRefused) => {}
            Some(reason) => return Some((Cause::Server, *reason)),
        }
        if member.person != self.home.person {
            return Some((Cause::Other, Reason::DependsOnRefused));
        }
        let by_a_person = |class| matches!(class, Class::SignOff | Class::Review | Class::Settlement);
        let asks = change.puts.iter().any(|put| by_a_person(put.key.class()));
        asks.then_some((Cause::Ask, Reason::DependsOnRefused))
    }

    /// Writes what a change said as a new one with other dependencies.
    fn put_one(
        &self,
        doc: &DocId,
        parts: &DocParts,
        change: &Change,
        deps: Vec<ChangeHash>,
    ) -> Result<Result<ChangeHash, (Cause, Reason)>, StoreError> {
        let known = KnownHere(self.tx);
        let writer = self.writer(doc, &deps)?;
        let puts = change.puts.iter().map(|put| (put.key.clone(), put.value.clone())).collect();
        let ask = |reason| Ok(Err((Cause::Ask, reason)));
        let draft = match gate::draft(&known, doc, writer, deps, change.time, puts)? {
            Ok(draft) => draft,
            Err(_) => return ask(Reason::DependsOnRefused),
        };
        let bytes = write_change(&draft);
        let again = match parse(&bytes) {
            Ok(again) => again,
            Err(reason) => return ask(reason),
        };
        let signature = self.home.key.sign_change(doc, &again.hash);
        let accepted = match judge(&again, doc, Some(&signature), &known)? {
            Outcome::Accepted(accepted) => accepted,
            Outcome::Refused(reason) | Outcome::Parked(reason) => return ask(reason),
            Outcome::Known(_) | Outcome::Pending(_) => return ask(Reason::DependsOnRefused),
        };
        // What it stood on settled a dispute and left, so now it would settle it itself, without a reason.
        if let Err(reason) = check_settlements(&accepted) {
            return ask(reason);
        }
        let chunk = Chunk { bytes: &bytes, in_snapshot: false, signature: Some(&signature) };
        insert(self.tx, doc, parts, &accepted, chunk, Origin::Pen, true)?;
        Ok(Ok(again.hash))
    }

    /// Returns who writes over some dependencies: the person's actor, or a new one where its line is not among them.
    fn writer(&self, doc: &DocId, deps: &[ChangeHash]) -> Result<Writer, StoreError> {
        let known = KnownHere(self.tx);
        let active = people::active_actor(self.tx, &self.home.instance, &self.home.person)?;
        if let (Some(actor), Some(row)) = (active, docs::row(self.tx, doc)?) {
            let seq = docs::next_seq(self.tx, row, &actor)?;
            let Some(last) = known.at_seq(doc, &actor, seq - 1)? else { return Ok(Writer { actor, seq }) };
            if let Some(Fate::Accepted(node)) = known.fate(doc, &last)? {
                let mut clock = CausalClock::default();
                for dep in deps {
                    if let Some(Fate::Accepted(dep)) = known.fate(doc, dep)? {
                        clock.merge(&dep.clock);
                    }
                }
                if clock.last(&actor) >= node.max_op {
                    return Ok(Writer { actor, seq });
                }
            }
        } else if let Some(actor) = active {
            return Ok(Writer { actor, seq: 1 });
        }
        let actor: ActorId = people::make_actor(self.tx, self.home, self.entropy)?;
        Ok(Writer { actor, seq: 1 })
    }
}
