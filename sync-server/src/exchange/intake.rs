//! The push: certificates and registrations first, then documents in the order of their ids, each change judged by its own
//! author, whoever carries it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use sha2::{Digest, Sha256};
use sumu_core::gate::{Change, Reason, Verdict, parse};
use sumu_core::ids::{ActorId, ChangeHash, ContentHash, DeviceId, DocId, DocParts};
use sumu_core::sign::{Certificate, Registration};
use sumu_core::wire::{Item, with_documents};

use super::bench::{Bench, Said};
use super::judge::Case;
use crate::Sqlite;
use crate::log::Log;
use crate::programme::Programme;
use crate::state::Limits;
use crate::view::View;

/// What a push led to.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// What is said of each change, in the order of the page.
    pub(super) verdicts: Vec<Said>,
    /// The changes of the page; the reply leaves them out.
    pub(super) carried: HashSet<(DocId, ChangeHash)>,
    /// What the server needs.
    pub(super) need_registrations: BTreeSet<ActorId>,
    /// What the server needs.
    pub(super) need_changes: BTreeMap<DocId, BTreeSet<ChangeHash>>,
}

/// One change of a page.
struct Brought<'a> {
    place: usize,
    parts: &'a DocParts,
    bytes: &'a [u8],
    signature: &'a [u8; 64],
    change: Change,
}

/// Takes in the page of a request.
pub(super) fn take_in(
    store: &Sqlite<'_>,
    programme: &Programme,
    carrier: &DeviceId,
    page: &[Item],
    limits: Limits,
    now: i64,
) -> rusqlite::Result<Taken> {
    let mut taken = Taken::default();
    let bench = Bench::new(store, limits, now);
    let mut documents: BTreeMap<DocId, Vec<Brought<'_>>> = BTreeMap::new();
    for doc in introduce(store, programme, page)? {
        documents.entry(doc).or_default();
    }
    for (document, item) in with_documents(page, &programme.id) {
        let (Some((doc, parts)), Item::Change { signature, bytes, .. }) = (document, item) else { continue };
        let place = taken.verdicts.len();
        match parse(bytes) {
            Ok(change) => {
                taken.carried.insert((doc, change.hash));
                taken.verdicts.push((Verdict::Later(Reason::Busy), 0));
                documents.entry(doc).or_default().push(Brought { place, parts, bytes, signature, change });
            }
            Err(reason) => {
                if let Some(hash) = hash_of_chunk(bytes) {
                    store.refuse(&doc, &hash, None, reason, now)?;
                    documents.entry(doc).or_default();
                }
                taken.verdicts.push((Verdict::Refused(reason), 0));
            }
        }
    }
    for (doc, mut brought) in documents {
        // What depends on another has a greater first counter, so a page that was sent out of order is judged in order.
        brought.sort_by_key(|brought| (brought.change.start_op, brought.place));
        let mut places = BTreeMap::new();
        for Brought { place, parts, bytes, signature, change } in &brought {
            let case = Case { doc: &doc, parts, change, bytes, signature };
            let said = bench.take(&case, carrier)?;
            places.insert(change.hash, *place);
            say(&mut taken, *place, said);
        }
        for (hash, said) in bench.wake(&doc, false)? {
            if let Some(place) = places.get(&hash) {
                say(&mut taken, *place, said);
            }
        }
    }
    store.settle()?;
    store.seal()?;
    taken.need_registrations = bench.need_registrations.take();
    taken.need_changes = bench.need_changes.take();
    for (doc, hash) in &taken.carried {
        // Something later in the page may have brought what was missed before.
        if let Some(needed) = taken.need_changes.get_mut(doc) {
            needed.remove(hash);
        }
    }
    taken.need_changes.retain(|_, needed| !needed.is_empty());
    Ok(taken)
}

fn say(taken: &mut Taken, place: usize, said: Said) {
    if let Some(verdict) = taken.verdicts.get_mut(place) {
        *verdict = said;
    }
}

/// Takes in certificates and registrations, and returns the documents in which something waited for them.
///
/// Damaged and forged ones are passed over: the changes that need them wait, and the device is asked again.
fn introduce(store: &Sqlite<'_>, programme: &Programme, page: &[Item]) -> rusqlite::Result<BTreeSet<DocId>> {
    let mut woken = BTreeSet::new();
    for item in page {
        match item {
            Item::Certificate(bytes) => match Certificate::open(bytes, &programme.key.public(), &programme.id) {
                Ok(certificate) => keep_certificate(store, &certificate, bytes)?,
                Err(error) => tracing::debug!(%error, "a certificate is not taken"),
            },
            Item::Registration(bytes) => match Registration::open(bytes, &programme.id) {
                Ok(registration) => {
                    if store.actor(&registration.actor)?.is_none() && is_certified(store, &registration)? {
                        store.register(&registration, bytes)?;
                        woken.extend(waiting_for(store, &registration.actor)?);
                    }
                }
                Err(error) => tracing::debug!(%error, "a registration is not taken"),
            },
            _ => {}
        }
    }
    Ok(woken)
}

/// Keeps a certificate that a backup lacked; it is ours, for we signed it.
fn keep_certificate(store: &Sqlite<'_>, certificate: &Certificate, bytes: &[u8]) -> rusqlite::Result<()> {
    store
        .connection
        .prepare_cached(
            "INSERT INTO certificate SELECT ?1, id, ?3, ?4, ?5, added_at FROM person WHERE id = ?2 ON CONFLICT DO NOTHING",
        )?
        .execute((
            certificate.device_key.as_bytes(),
            certificate.person.as_bytes(),
            certificate.serial,
            ContentHash::of(bytes).as_bytes(),
            bytes,
        ))?;
    Ok(())
}

fn is_certified(store: &Sqlite<'_>, registration: &Registration) -> rusqlite::Result<bool> {
    store
        .connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM certificate WHERE device_key = ?1 AND person = ?2)")?
        .query_row((registration.device_key.as_bytes(), registration.person.as_bytes()), |row| row.get(0))
}

fn waiting_for(store: &Sqlite<'_>, actor: &ActorId) -> rusqlite::Result<Vec<DocId>> {
    store
        .connection
        .prepare_cached("SELECT DISTINCT doc_id FROM waiting WHERE actor = ?1")?
        .query_map([actor.as_bytes()], |row| row.get(0).map(DocId::new))?
        .collect()
}

/// Returns the hash of bytes that claim to be a chunk and have its checksum: others may depend on it, and must be refused too.
fn hash_of_chunk(bytes: &[u8]) -> Option<ChangeHash> {
    const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
    let (head, rest) = bytes.split_first_chunk::<8>()?;
    let hash: [u8; 32] = Sha256::digest(rest).into();
    (head.starts_with(&MAGIC) && head.ends_with(hash.first_chunk::<4>()?)).then(|| ChangeHash::new(hash))
}
