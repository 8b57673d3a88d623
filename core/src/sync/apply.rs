//! Applying one frame: all of it and its cursors in one transaction, or nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::store::Transaction;

use super::mend::Mender;
use super::request::{Memory, Sending, is_settled};
use super::take::Taking;
use super::{Stuck, SyncError};
use crate::clock::Entropy;
use crate::gate::{Reason, Verdict};
use crate::ids::{ChangeHash, DocId, DocParts, InstanceId};
use crate::store::lost::{self, Lost};
use crate::store::meta::{self, name};
use crate::store::{asked, compact, docs, people, reference, scopes, summary, verdicts};
use crate::wire::{End, Frame, Item, check_snapshots, with_documents};

/// What a frame did.
#[derive(Debug, Default)]
pub(super) struct Applied {
    /// Changes that are new here.
    pub(super) new: u64,
    /// Changes of the request on which a verdict is stored.
    pub(super) verdicts: u64,
    /// Whether anything moved on: what a cut line costs after it is less.
    pub(super) progress: bool,
    /// What the server keeps aside, as it just said.
    pub(super) parked: Vec<Stuck>,
    /// What will never be taken.
    pub(super) refused: Vec<Stuck>,
    /// The end of the reply, if this frame holds it.
    pub(super) end: Option<End>,
    /// The log is another one.
    pub(super) other_log: bool,
    /// This file is a restored copy.
    pub(super) restored: bool,
}

/// Applies a frame of the reply to a request.
pub(super) fn apply(
    tx: &Transaction<'_>,
    frame: &Frame,
    sending: &Sending,
    memory: &mut Memory,
    entropy: &dyn Entropy,
) -> Result<Applied, SyncError> {
    let home = &sending.home;
    let vouched = check_snapshots(&frame.items, &home.programme, &home.server_key).is_ok();
    let mut taking =
        Taking { tx, home, entropy, touched: BTreeSet::new(), awaited: BTreeSet::new(), new: 0, refused: Vec::new() };
    let mut applied = Applied::default();
    let mut said: Vec<(DocId, ChangeHash, Verdict, u64)> = Vec::new();
    for (document, item) in with_documents(&frame.items, &home.programme) {
        match (item, document) {
            (Item::Certificate(bytes), _) => taking.certificate(bytes)?,
            (Item::Registration(bytes), _) => taking.registration(bytes)?,
            (Item::Change { signature, bytes, lsn }, Some((doc, parts))) => {
                taking.change(doc, parts, bytes.clone(), *signature, *lsn)?;
            }
            (Item::Snapshot { bytes, lsn }, Some((doc, parts))) if vouched => {
                taking.snapshot(doc, parts, bytes, *lsn)?
            }
            (Item::Snapshot { bytes, .. }, Some((doc, _))) => taking.unvouched(doc, bytes)?,
            (Item::Verdicts(verdicts), _) => {
                if verdicts.len() != sending.sent.len() {
                    return Err(SyncError::Protocol("the verdicts are not as many as the changes".to_owned()));
                }
                for ((doc, hash), (verdict, lsn)) in sending.sent.iter().zip(verdicts) {
                    said.push((*doc, *hash, *verdict, *lsn));
                    asked::done(tx, Some(doc), hash.as_bytes())?;
                    applied.verdicts += u64::from(is_settled(*verdict));
                }
            }
            (Item::Verdict { doc, hash, verdict, lsn }, _) => said.push((*doc, *hash, *verdict, *lsn)),
            (Item::Scopes(list), _) => {
                scopes::replace(tx, list)?;
                applied.progress = true;
            }
            (Item::Drop(parts), _) => leave(tx, &parts.doc_id(&home.programme))?,
            (Item::Place { site, code }, _) => reference::move_site(tx, site, code)?,
            (Item::NeedRegistrations(actors), _) => {
                for actor in actors.iter().filter(|actor| memory.answered.insert(**actor)) {
                    asked::registration(tx, actor)?;
                }
            }
            (Item::NeedChanges { doc, hashes }, _) => {
                for hash in hashes.iter().filter(|hash| memory.supplied.insert((*doc, **hash))) {
                    asked::change(tx, doc, hash)?;
                }
            }
            (Item::Restored(key), _) => {
                // Only the request that this phone waits for: an answer to an older one, or to another copy, means nothing.
                if *key == sending.request.key {
                    restore(tx, entropy)?;
                    applied.restored = true;
                }
            }
            (Item::OtherLog { .. }, _) => applied.other_log = true,
            (Item::End(end), _) => applied.end = Some(end.clone()),
            (Item::Document(_) | Item::Vouch(_) | Item::Thumbnail { .. }, _) => {}
            // The codec lets no change and no snapshot stand before a document.
            (Item::Change { .. } | Item::Snapshot { .. }, None) => {}
        }
    }
    taking.finish()?;
    applied.new = taking.new;
    applied.refused.extend(taking.refused.iter().map(stuck));
    hear(tx, sending, memory, entropy, &said, &mut applied)?;
    if applied.restored || applied.other_log {
        return Ok(applied);
    }
    for (place, cursor) in &frame.cursors.fills {
        scopes::set_cursor(tx, *place, *cursor)?;
    }
    if let Some(cursor) = &frame.cursors.main {
        meta::set(tx, name::CURSOR, cursor.0)?;
    }
    if applied.end.is_some() {
        for actor in &sending.registrations {
            asked::done(tx, None, actor.as_bytes())?;
        }
    }
    let moved = frame.cursors.main.is_some() || !frame.cursors.fills.is_empty();
    applied.progress |= moved || applied.verdicts > 0 || applied.new > 0;
    Ok(applied)
}

/// Stores what the server said of changes, and mends the documents of those that it refused.
fn hear(
    tx: &Transaction<'_>,
    sending: &Sending,
    memory: &mut Memory,
    entropy: &dyn Entropy,
    said: &[(DocId, ChangeHash, Verdict, u64)],
    applied: &mut Applied,
) -> Result<(), SyncError> {
    let home = &sending.home;
    let mut refused: BTreeMap<DocId, BTreeMap<ChangeHash, Reason>> = BTreeMap::new();
    for (doc, hash, verdict, lsn) in said {
        match verdict {
            Verdict::Held => continue,
            Verdict::Later(_) => {
                memory.later.insert((*doc, *hash));
            }
            Verdict::Refused(reason) => {
                refused.entry(*doc).or_default().insert(*hash, *reason);
                continue;
            }
            Verdict::Parked(reason) => {
                applied.parked.push(Stuck { doc: *doc, hash: *hash, reason: reason.to_string() });
            }
            Verdict::Accepted | Verdict::Duplicate | Verdict::Pending(_) => {}
        }
        verdicts::store(tx, doc, hash, *verdict, *lsn, home.life)?;
    }
    let mender = Mender { tx, home, entropy };
    for (doc, refused) in refused {
        if let Some(row) = docs::row(tx, &doc)? {
            let parts: DocParts = docs::parts_of(tx, &doc)?;
            let removed = mender.remove(&doc, refused)?;
            let kept_aside = mender.put_again(&doc, &parts, &removed)?;
            applied.refused.extend(kept_aside.iter().map(stuck));
            summary::renew(tx, row)?;
        }
    }
    Ok(())
}

fn stuck(lost: &Lost) -> Stuck {
    Stuck { doc: lost.doc, hash: lost.hash, reason: lost::told(lost) }
}

fn leave(tx: &Transaction<'_>, doc: &DocId) -> Result<(), SyncError> {
    match docs::row(tx, doc)? {
        Some(row) => Ok(scopes::leave(tx, row)?),
        None => Ok(()),
    }
}

/// Makes a restored copy a database of its own: a new instance, no old actor, and first of all reading what the log holds.
fn restore(tx: &Transaction<'_>, entropy: &dyn Entropy) -> Result<(), SyncError> {
    meta::set(tx, name::INSTANCE, InstanceId::random(entropy).as_bytes())?;
    meta::set(tx, name::REQUEST, 0)?;
    meta::set(tx, name::RESTORING, 1)?;
    Ok(people::retire_all(tx)?)
}

/// Puts again, by new actors, what a restored copy holds and the log does not; once everything of the log is read.
pub(super) fn restored(
    tx: &Transaction<'_>,
    sending: &Sending,
    entropy: &dyn Entropy,
) -> Result<Vec<Stuck>, SyncError> {
    let mender = Mender { tx, home: &sending.home, entropy };
    let mut kept_aside = Vec::new();
    for row in docs::unsent(tx)? {
        let (doc, parts) = docs::parts(tx, row)?;
        let removed = mender.remove_unsent(&doc)?;
        kept_aside.extend(mender.put_again(&doc, &parts, &removed)?.iter().map(stuck));
        summary::renew(tx, row)?;
    }
    meta::clear(tx, name::RESTORING)?;
    Ok(kept_aside)
}

/// Stores what the end of a reply says.
pub(super) fn ended(tx: &Transaction<'_>, end: &End, now: i64) -> Result<(), SyncError> {
    let backup = i64::try_from(end.backup).unwrap_or(i64::MAX);
    meta::set(tx, name::BACKUP, backup)?;
    if let Ok(theirs) = i64::try_from(end.now) {
        meta::set(tx, name::AHEAD, now.saturating_sub(theirs))?;
    }
    meta::set(tx, name::LAST_SYNC, now)?;
    Ok(meta::clear(tx, name::STOPPED)?)
}

/// Compacts documents with a long tail.
pub(super) fn compact(tx: &Transaction<'_>, doc: &DocId) -> Result<(), SyncError> {
    if let Some(row) = docs::row(tx, doc)? {
        compact::compact(tx, row)?;
    }
    Ok(())
}
