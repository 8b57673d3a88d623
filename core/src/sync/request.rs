//! Making a request: its number is raised durably before it is sent.

use std::collections::HashSet;

use crate::store::Transaction;

use super::SyncError;
use crate::clock::Entropy;
use crate::gate::Verdict;
use crate::ids::ActorId;
use crate::outbox::{self, Push, Sent};
use crate::store::meta::{self, Home, name};
use crate::store::{asked, people, scopes, waiting};
use crate::wire::{Item, Request, RequestKey, limits};

/// How many bytes of changes a request carries, and a frame should have, before anything is known of the line.
const FIRST_SIZE: u32 = 256 << 10;
/// How many registrations a request asks for at most.
const MISSING: usize = 500;

/// A request on its way, and what its reply means.
pub(super) struct Sending {
    /// The request.
    pub(super) request: Request,
    /// The body.
    pub(super) body: Vec<u8>,
    /// The bearer token.
    pub(super) token: String,
    /// Where the phone belongs.
    pub(super) home: Home,
    /// The changes that it carries, in order.
    pub(super) sent: Vec<Sent>,
    /// The registrations that it carries because they were asked for.
    pub(super) registrations: Vec<ActorId>,
    /// Own changes to be sent after these.
    pub(super) left: u64,
}

/// What one sync remembers between its requests.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Changes that the server wants later: not again in this sync.
    pub(super) later: HashSet<Sent>,
    /// Registrations that were asked for already.
    pub(super) asked: HashSet<ActorId>,
    /// Registrations that were answered already.
    pub(super) answered: HashSet<ActorId>,
    /// Changes that were sent because the server asked for them.
    pub(super) supplied: HashSet<Sent>,
}

/// Makes the next request.
pub(super) fn prepare(tx: &Transaction<'_>, memory: &mut Memory, entropy: &dyn Entropy) -> Result<Sending, SyncError> {
    let home = meta::home(tx)?.ok_or(SyncError::NotEnrolled)?;
    let holder = people::holder(tx, &home.person)?.ok_or(SyncError::NotEnrolled)?;
    let number: u64 =
        meta::get::<i64>(tx, name::REQUEST)?.and_then(|number| u64::try_from(number).ok()).unwrap_or(0) + 1;
    meta::set(tx, name::REQUEST, i64::try_from(number).unwrap_or(i64::MAX))?;
    let mut nonce = [0; 16];
    entropy.fill(&mut nonce);

    let (page, frame) = sizes(tx)?;
    // A restored copy first reads what the log holds: what it would send may stand there in another form.
    let restoring = meta::get::<i64>(tx, name::RESTORING)?.is_some();
    let push = if restoring { Push::default() } else { outbox::fill(tx, home.life, page, &memory.later)? };
    for (doc, hash) in &push.unknown {
        asked::done(tx, Some(doc), hash.as_bytes())?;
    }
    let mut items = Vec::new();
    let missing: Vec<ActorId> =
        waiting::unregistered(tx, MISSING)?.into_iter().filter(|actor| memory.asked.insert(*actor)).collect();
    if !missing.is_empty() {
        items.push(Item::NeedRegistrations(missing));
    }
    items.extend(push.items);

    let scopes = scopes::all(tx)?;
    let hash = match &scopes.list {
        Some(list) => list.hash8().map_err(|error| SyncError::Protocol(error.to_string()))?,
        None => [0; 8],
    };
    let request = Request {
        device: home.key.public().device(),
        instance: home.instance,
        key: RequestKey { number, nonce },
        log: home.log,
        epoch: home.epoch,
        scopes: hash,
        cursor: meta::cursor(tx)?,
        fills: scopes.fills,
        frame_bytes: frame,
        page: items,
    };
    let body = request.encode().map_err(|error| SyncError::Protocol(error.to_string()))?;
    Ok(Sending {
        request,
        body,
        token: holder.token,
        home,
        sent: push.sent,
        registrations: push.registrations,
        left: push.left,
    })
}

/// Tells whether anything is left to send or to ask for.
pub(super) fn anything_left(tx: &Transaction<'_>, home: &Home, memory: &Memory) -> Result<bool, SyncError> {
    let unasked = waiting::unregistered(tx, MISSING)?.iter().any(|actor| !memory.asked.contains(actor));
    let wanted = !asked::registrations(tx)?.is_empty() || !asked::changes(tx)?.is_empty();
    let unsent = outbox::fill(tx, home.life, 0, &memory.later)?;
    Ok(unasked || wanted || !unsent.sent.is_empty())
}

fn sizes(tx: &Transaction<'_>) -> Result<(u32, u32), SyncError> {
    Ok((meta::get(tx, name::PAGE)?.unwrap_or(FIRST_SIZE), meta::get(tx, name::FRAME)?.unwrap_or(FIRST_SIZE)))
}

/// What the line did to an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// All of it got through.
    Good,
    /// It broke before the reply began: the request may have been too large.
    CutBefore,
    /// It broke in the reply.
    CutWithin,
}

/// Adapts the sizes to what got through: half after a cut, twice after an exchange that went through.
pub(super) fn adapt(tx: &Transaction<'_>, line: Line) -> Result<(), SyncError> {
    let (page, frame) = sizes(tx)?;
    let (least, most) = (*limits::FRAME_BYTES.start(), *limits::FRAME_BYTES.end());
    let (page_now, frame_now) = match line {
        Line::Good => (page.saturating_mul(2), frame.saturating_mul(2)),
        Line::CutBefore => (page / 2, frame / 2),
        Line::CutWithin => (page, frame / 2),
    };
    for (name, before, now) in [(name::PAGE, page, page_now), (name::FRAME, frame, frame_now)] {
        let now = now.clamp(least, most);
        if now != before {
            meta::set(tx, name, now)?;
        }
    }
    Ok(())
}

/// Tells what a verdict leaves to be done with the change.
pub(super) fn is_settled(verdict: Verdict) -> bool {
    !matches!(verdict, Verdict::Later(_) | Verdict::Held)
}
