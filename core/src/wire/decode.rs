//! Bytes to items: total, and never trusting a count.

use super::codec::{Reader, go};
use super::{End, Item, RequestKey, Scope, ScopeList, WireError, kinds, limits};
use crate::gate::Verdict;
use crate::ids::{ActorId, ChangeHash, DocId, DocParts, Epoch, ItemId, LogId, RoundId, Ulid};

/// Reads the items of a page. Unknown ones that may be skipped are left out.
pub(super) fn decode_items(page: &[u8]) -> Result<Vec<Item>, WireError> {
    let mut reader = Reader::new(page);
    let mut items = Vec::new();
    let mut seen = 0;
    let mut state = State::default();
    while !reader.is_empty() {
        seen += 1;
        if seen > limits::PAGE_ITEMS {
            return Err(WireError::TooLarge { what: "the items of a page", limit: limits::PAGE_ITEMS });
        }
        let kind = reader.byte("an item's kind")?;
        let length = reader.varint_to::<usize>("an item's length")?;
        let payload = reader.part(length, "an item")?;
        if let Some(item) = decode_item(kind, payload, &mut state)? {
            items.push(item);
        }
    }
    if state.unvouched { reader.wrong("a snapshot without a vouch after it") } else { Ok(items) }
}

/// What an item's reading depends on.
#[derive(Default)]
struct State {
    last_lsn: u64,
    in_document: bool,
    unvouched: bool,
}

fn decode_item(kind: u8, mut payload: Reader<'_>, state: &mut State) -> Result<Option<Item>, WireError> {
    let item = match kind {
        kinds::CERTIFICATE => Item::Certificate(payload.take_rest().to_vec()),
        kinds::REGISTRATION => Item::Registration(payload.take_rest().to_vec()),
        kinds::DOCUMENT => {
            state.in_document = true;
            Item::Document(parts(&mut payload)?)
        }
        kinds::CHANGE => {
            let lsn = position(&mut payload, state, "a change")?;
            let length = payload.remaining().saturating_sub(64);
            let bytes = payload.take(length, "a change")?.to_vec();
            Item::Change { signature: payload.array("a change's signature")?, bytes, lsn }
        }
        kinds::SNAPSHOT => {
            let lsn = position(&mut payload, state, "a snapshot")?;
            state.unvouched = true;
            Item::Snapshot { bytes: payload.take_rest().to_vec(), lsn }
        }
        kinds::VOUCH => {
            state.unvouched = false;
            Item::Vouch(payload.array("a vouch")?)
        }
        kinds::VERDICTS => Item::Verdicts(verdicts(&mut payload)?),
        kinds::VERDICT => Item::Verdict {
            doc: DocId::new(payload.array("a verdict's document")?),
            hash: ChangeHash::new(payload.array("a verdict's change")?),
            verdict: verdict(&mut payload)?,
            lsn: payload.varint("a verdict's position")?,
        },
        kinds::SCOPES => Item::Scopes(scopes(&mut payload)?),
        kinds::DROP => Item::Drop(parts(&mut payload)?),
        kinds::PLACE => Item::Place { site: payload.text("a place's site")?, code: payload.text("a place's code")? },
        kinds::THUMBNAIL => {
            Item::Thumbnail { photo: payload.array("a thumbnail's photo")?, bytes: payload.take_rest().to_vec() }
        }
        kinds::NEED_REGISTRATIONS => Item::NeedRegistrations(list(&mut payload, ActorId::new, "actors")?),
        kinds::NEED_CHANGES => Item::NeedChanges {
            doc: DocId::new(payload.array("the document of needed changes")?),
            hashes: list(&mut payload, ChangeHash::new, "needed changes")?,
        },
        kinds::RESTORED => Item::Restored(RequestKey {
            number: payload.varint("a restored number")?,
            nonce: payload.array("a restored nonce")?,
        }),
        kinds::OTHER_LOG => {
            Item::OtherLog { log: LogId::new(payload.array("a log")?), epoch: Epoch::new(payload.array("an epoch")?) }
        }
        kinds::END => Item::End(end(&mut payload)?),
        unknown if unknown & kinds::MAY_SKIP != 0 => return Ok(None),
        unknown => return Err(WireError::UnknownItem(unknown)),
    };
    payload.finish("an item")?;
    Ok(Some(item))
}

/// Reads a position in the log; what has one belongs to the document before it.
fn position(payload: &mut Reader<'_>, state: &mut State, what: &'static str) -> Result<u64, WireError> {
    if !state.in_document {
        return payload.wrong("what stands before any document");
    }
    state.last_lsn = go(state.last_lsn, payload.varint(what)?);
    Ok(state.last_lsn)
}

fn parts(payload: &mut Reader<'_>) -> Result<DocParts, WireError> {
    let tag = payload.byte("a document's kind")?;
    let site = payload.text("a document's site")?;
    match tag {
        1 => Ok(DocParts::Record {
            site,
            item: ItemId::new(payload.array("a document's item")?),
            round: RoundId::new(payload.array("a document's round")?),
        }),
        2 => {
            let ulid = Ulid::from_slice(&payload.array::<16>("a document's ulid")?);
            ulid.map_or_else(|| payload.wrong("a document's ulid"), |ulid| Ok(DocParts::Finding { site, ulid }))
        }
        _ => payload.wrong("a document's kind"),
    }
}

fn verdict(payload: &mut Reader<'_>) -> Result<Verdict, WireError> {
    const WHAT: &str = "a verdict";
    let number = payload.byte(WHAT)?;
    let reason = if (3..=6).contains(&number) { payload.byte(WHAT)? } else { 0 };
    Verdict::from_numbers(number, reason).map_or_else(|| payload.wrong(WHAT), Ok)
}

fn verdicts(payload: &mut Reader<'_>) -> Result<Vec<(Verdict, u64)>, WireError> {
    let mut verdicts = Vec::new();
    let mut expected = 0u64;
    while !payload.is_empty() {
        let count = payload.varint_to::<usize>("a run of verdicts")?;
        if count > limits::PUSHED_CHANGES - verdicts.len() {
            return Err(WireError::TooLarge { what: "verdicts", limit: limits::PUSHED_CHANGES });
        }
        if count == 0 {
            return payload.wrong("a run of verdicts");
        }
        let verdict = verdict(payload)?;
        if verdict.is_in_log() {
            let first = go(expected, payload.varint("a verdict's position")?);
            expected = first.wrapping_add(count as u64);
            verdicts.extend((0..count as u64).map(|step| (verdict, first.wrapping_add(step))));
        } else {
            verdicts.extend(std::iter::repeat_n((verdict, 0), count));
        }
    }
    Ok(verdicts)
}

fn scopes(payload: &mut Reader<'_>) -> Result<ScopeList, WireError> {
    let mut list: Vec<Scope> = Vec::new();
    while !payload.is_empty() {
        if list.len() == limits::SCOPES {
            return Err(WireError::TooLarge { what: "the list of scopes", limit: limits::SCOPES });
        }
        let area = payload.text("a scope's area")?;
        let round = match payload.byte("a scope's kind")? {
            1 => Some(RoundId::new(payload.array("a scope's round")?)),
            2 => None,
            _ => return payload.wrong("a scope's kind"),
        };
        let scope = Scope { area, round };
        if list.last().is_some_and(|last| *last >= scope) {
            return payload.wrong("the order of the scopes");
        }
        list.push(scope);
    }
    Ok(ScopeList(list))
}

/// Reads one or more things of a fixed size until the end.
fn list<const N: usize, T>(
    payload: &mut Reader<'_>,
    make: fn([u8; N]) -> T,
    what: &'static str,
) -> Result<Vec<T>, WireError> {
    let mut things = vec![make(payload.array(what)?)];
    while !payload.is_empty() {
        things.push(make(payload.array(what)?));
    }
    Ok(things)
}

fn end(payload: &mut Reader<'_>) -> Result<End, WireError> {
    let more = match payload.byte("the end's flags")? {
        0 => false,
        1 => true,
        _ => return payload.wrong("the end's flags"),
    };
    Ok(End {
        more,
        back_off: payload.varint_to("the end's back-off")?,
        manifest: payload.array("the end's manifest")?,
        backup: payload.varint("the end's backup")?,
        now: payload.varint("the end's time")?,
    })
}
