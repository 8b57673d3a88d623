//! Items to bytes.

use std::ops::ControlFlow;

use super::codec::{distance, put_short, put_varint};
use super::{End, Item, RequestKey, ScopeList, WireError, kinds, limits};
use crate::gate::Verdict;
use crate::ids::DocParts;

/// Writes the items of a page one after the other. A page that every reader would refuse is not written.
pub(super) fn encode_items(items: &[Item]) -> Result<Vec<u8>, WireError> {
    if items.len() > limits::PAGE_ITEMS {
        return Err(WireError::TooLarge { what: "the items of a page", limit: limits::PAGE_ITEMS });
    }
    let mut out = Vec::new();
    let mut payload = Vec::new();
    let mut last_lsn = 0;
    let (mut in_document, mut unvouched) = (false, false);
    for item in items {
        match item {
            Item::Document(_) => in_document = true,
            Item::Change { .. } | Item::Snapshot { .. } if !in_document => {
                return Err(WireError::Form { what: "what stands before any document", at: out.len() });
            }
            Item::Snapshot { .. } => unvouched = true,
            Item::Vouch(_) => unvouched = false,
            _ => {}
        }
        payload.clear();
        let kind = put_payload(&mut payload, item, &mut last_lsn)?;
        out.push(kind);
        put_short(&mut out, &payload);
    }
    if unvouched {
        return Err(WireError::Form { what: "a snapshot without a vouch after it", at: out.len() });
    }
    Ok(out)
}

/// Writes an item's payload and returns its kind. Positions in the log are written as distances from the one before.
fn put_payload(out: &mut Vec<u8>, item: &Item, last_lsn: &mut u64) -> Result<u8, WireError> {
    let mut put_lsn = |out: &mut Vec<u8>, lsn: u64| {
        put_varint(out, distance(*last_lsn, lsn));
        *last_lsn = lsn;
    };
    Ok(match item {
        Item::Certificate(bytes) => {
            out.extend(bytes);
            kinds::CERTIFICATE
        }
        Item::Registration(bytes) => {
            out.extend(bytes);
            kinds::REGISTRATION
        }
        Item::Document(parts) => {
            put_parts(out, parts);
            kinds::DOCUMENT
        }
        Item::Change { signature, bytes, lsn } => {
            put_lsn(out, *lsn);
            out.extend(bytes);
            out.extend(signature);
            kinds::CHANGE
        }
        Item::Snapshot { bytes, lsn } => {
            put_lsn(out, *lsn);
            out.extend(bytes);
            kinds::SNAPSHOT
        }
        Item::Vouch(signature) => {
            out.extend(signature);
            kinds::VOUCH
        }
        Item::Verdicts(verdicts) => {
            put_verdicts(out, verdicts)?;
            kinds::VERDICTS
        }
        Item::Verdict { doc, hash, verdict, lsn } => {
            out.extend(doc.as_bytes());
            out.extend(hash.as_bytes());
            put_verdict(out, *verdict);
            put_varint(out, *lsn);
            kinds::VERDICT
        }
        Item::Scopes(list) => {
            out.extend(encode_scopes(list)?);
            kinds::SCOPES
        }
        Item::Drop(parts) => {
            put_parts(out, parts);
            kinds::DROP
        }
        Item::Place { site, code } => {
            put_short(out, site.as_str().as_bytes());
            put_short(out, code.as_str().as_bytes());
            kinds::PLACE
        }
        Item::Thumbnail { photo, bytes } => {
            out.extend(photo);
            out.extend(bytes);
            kinds::THUMBNAIL
        }
        Item::NeedRegistrations(actors) => {
            actors.iter().for_each(|actor| out.extend(actor.as_bytes()));
            kinds::NEED_REGISTRATIONS
        }
        Item::NeedChanges { doc, hashes } => {
            out.extend(doc.as_bytes());
            hashes.iter().for_each(|hash| out.extend(hash.as_bytes()));
            kinds::NEED_CHANGES
        }
        Item::Restored(RequestKey { number, nonce }) => {
            put_varint(out, *number);
            out.extend(nonce);
            kinds::RESTORED
        }
        Item::OtherLog { log, epoch } => {
            out.extend(log.as_bytes());
            out.extend(epoch.as_bytes());
            kinds::OTHER_LOG
        }
        Item::End(End { more, back_off, manifest, backup, now }) => {
            out.push(u8::from(*more));
            put_varint(out, u64::from(*back_off));
            out.extend(manifest);
            put_varint(out, *backup);
            put_varint(out, *now);
            kinds::END
        }
    })
}

fn put_parts(out: &mut Vec<u8>, parts: &DocParts) {
    match parts {
        DocParts::Record { site, item, round } => {
            out.push(1);
            put_short(out, site.as_str().as_bytes());
            out.extend(item.as_bytes());
            out.extend(round.as_bytes());
        }
        DocParts::Finding { site, ulid } => {
            out.push(2);
            put_short(out, site.as_str().as_bytes());
            out.extend(ulid.to_bytes());
        }
    }
}

/// Writes a verdict's number, and that of its reason if it has one.
fn put_verdict(out: &mut Vec<u8>, verdict: Verdict) {
    let (number, reason) = verdict.numbers();
    out.push(number);
    if reason != 0 {
        out.push(reason);
    }
}

/// Writes runs of equal verdicts whose positions count on; verdicts of changes outside the log have no position.
fn put_verdicts(out: &mut Vec<u8>, verdicts: &[(Verdict, u64)]) -> Result<(), WireError> {
    if verdicts.len() > limits::PUSHED_CHANGES {
        return Err(WireError::TooLarge { what: "verdicts", limit: limits::PUSHED_CHANGES });
    }
    let mut rest = verdicts;
    let mut expected = 0u64;
    while let Some((verdict, first)) = rest.first().copied() {
        if !verdict.is_in_log() && first != 0 {
            return Err(WireError::Form { what: "a position without a place in the log", at: out.len() });
        }
        let step = u64::from(verdict.is_in_log());
        let run = rest.iter().try_fold((0usize, first), |(count, lsn), next| match next {
            next if *next == (verdict, lsn) => ControlFlow::Continue((count + 1, lsn.wrapping_add(step))),
            _ => ControlFlow::Break((count, lsn)),
        });
        let (ControlFlow::Continue((count, after)) | ControlFlow::Break((count, after))) = run;
        put_varint(out, count as u64);
        put_verdict(out, verdict);
        if verdict.is_in_log() {
            put_varint(out, distance(expected, first));
            expected = after;
        }
        rest = rest.get(count.max(1)..).unwrap_or_default();
    }
    Ok(())
}

/// Writes a list of scopes as its item holds it; its hash is over these bytes.
pub(super) fn encode_scopes(list: &ScopeList) -> Result<Vec<u8>, WireError> {
    if list.0.len() > limits::SCOPES {
        return Err(WireError::TooLarge { what: "the list of scopes", limit: limits::SCOPES });
    }
    if !list.0.is_sorted_by(|one, next| one < next) {
        return Err(WireError::Form { what: "the order of the scopes", at: 0 });
    }
    let mut out = Vec::new();
    for scope in &list.0 {
        put_short(&mut out, scope.area.as_str().as_bytes());
        match &scope.round {
            Some(round) => {
                out.push(1);
                out.extend(round.as_bytes());
            }
            None => out.push(2),
        }
    }
    Ok(out)
}
