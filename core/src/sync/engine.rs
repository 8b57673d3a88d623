//! The loop of exchanges: until nothing is left on either side, the line gives up, or someone stops it.

use std::collections::BTreeSet;

use futures_util::StreamExt;

use super::apply::{self, Applied};
use super::call::{self, CallError, Patience};
use super::request::{self, Line, Memory, Sending};
use super::transport::{Call, Method, Reply, Secret, Transport};
use super::{Cancel, SyncError, SyncEvent, SyncReport, Watch};
use crate::clock::{Clock, Entropy};
use crate::ids::DocId;
use crate::store::meta::{self, name};
use crate::store::{Store, leave, listing, people};
use crate::wire::{End, FrameReader, Item, WireError};

/// A server's back-off up to this many seconds is waited for when there is more; a longer one ends the sync.
const BACK_OFF: u16 = 60;

/// One sync.
pub(super) struct Engine<'a> {
    pub(super) store: &'a Store,
    pub(super) clock: &'a dyn Clock,
    pub(super) entropy: &'a dyn Entropy,
    pub(super) transport: &'a dyn Transport,
    pub(super) watch: &'a dyn Watch,
    pub(super) cancel: &'a Cancel,
    pub(super) report: SyncReport,
    pub(super) patience: Patience,
    memory: Memory,
    frames: u64,
    touched: BTreeSet<DocId>,
}

/// Syncs once; what was applied stays, however it ends.
pub(crate) async fn run(
    store: &Store,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
    transport: &dyn Transport,
    watch: &dyn Watch,
    cancel: &Cancel,
) -> Result<SyncReport, SyncError> {
    let mut engine = Engine {
        store,
        clock,
        entropy,
        transport,
        watch,
        cancel,
        report: SyncReport::default(),
        patience: Patience::default(),
        memory: Memory::default(),
        frames: 0,
        touched: BTreeSet::new(),
    };
    let ended = engine.all().await;
    if let Err(error) = &ended
        && stands_still(error)
    {
        store.write(|tx| meta::set(tx, name::STOPPED, error.to_string()))?;
    }
    ended.map(|()| engine.report)
}

/// Tells whether an error lasts until someone acts, so that the app should show it.
fn stands_still(error: &SyncError) -> bool {
    matches!(
        error,
        SyncError::OtherLog
            | SyncError::SignedOut
            | SyncError::Forbidden(_)
            | SyncError::AppTooOld(_)
            | SyncError::Untrusted(_)
    )
}

impl Engine<'_> {
    async fn all(&mut self) -> Result<(), SyncError> {
        let end = loop {
            if self.cancel.is_cancelled() {
                return Err(SyncError::Cancelled);
            }
            let sending = self.store.write(|tx| request::prepare(tx, &mut self.memory, self.entropy))?;
            match self.exchange(&sending).await {
                Ok(end) => {
                    self.adapt(Line::Good)?;
                    self.patience.renew();
                    if !self.goes_on(&sending, &end)? {
                        break end;
                    }
                    self.back_off(&end).await?;
                }
                Err(error) => self.wait_after(error).await?,
            }
        };
        let now = self.clock.seconds();
        self.store.write(|tx| apply::ended(tx, &end, now))?;
        self.supply(end.manifest).await?;
        self.tidy()
    }

    /// Sends one request and applies its reply frame by frame, to its end.
    async fn exchange(&mut self, sending: &Sending) -> Result<End, CallError> {
        self.report.requests += 1;
        self.report.bytes_up += sending.body.len() as u64;
        self.watch.event(SyncEvent::Request {
            number: self.report.requests,
            bytes: sending.body.len() as u64,
            changes: sending.sent.len() as u64,
            left: sending.left,
        });
        let token = Some(Secret::new(sending.token.clone()));
        let call = Call { method: Method::Post, path: "/v1/sync".to_owned(), token, body: sending.body.clone() };
        let reply = tokio::select! {
            reply = call::send(self.transport, call) => reply,
            () = self.cancel.cancelled() => Err(CallError::Final(SyncError::Cancelled)),
        };
        match reply {
            Ok(reply) => self.read(sending, reply).await,
            Err(error) => {
                if matches!(error, CallError::Again { cut: true, .. } | CallError::TooLarge) {
                    self.adapt(Line::CutBefore)?;
                }
                Err(error)
            }
        }
    }

    async fn read(&mut self, sending: &Sending, mut reply: Reply) -> Result<End, CallError> {
        let mut reader = FrameReader::default();
        let mut line = Line::CutBefore;
        loop {
            let piece = tokio::select! {
                piece = reply.body.next() => piece,
                () = self.cancel.cancelled() => return Err(CallError::Final(SyncError::Cancelled)),
            };
            let piece = match piece {
                Some(Ok(piece)) => piece,
                Some(Err(error)) => {
                    self.adapt(line)?;
                    return Err(error.into());
                }
                None => {
                    self.adapt(line)?;
                    return Err(cut("the reply ends before its end"));
                }
            };
            self.report.bytes_down += piece.len() as u64;
            reader.push(&piece);
            loop {
                let frame = match reader.next_frame() {
                    Ok(Some(frame)) => frame,
                    Ok(None) => break,
                    Err(error) => {
                        self.adapt(line)?;
                        return Err(not_understood(error));
                    }
                };
                let applied = self.store.write(|tx| apply::apply(tx, &frame, sending, &mut self.memory, self.entropy));
                line = Line::CutWithin;
                if let Some(end) = self.after_frame(&frame.items, applied.map_err(CallError::Final)?, sending)? {
                    return Ok(end);
                }
            }
        }
    }

    fn after_frame(&mut self, items: &[Item], applied: Applied, sending: &Sending) -> Result<Option<End>, CallError> {
        self.frames += 1;
        self.report.changes_down += applied.new;
        self.report.changes_up += applied.verdicts;
        self.report.parked.extend(applied.parked);
        self.report.refused.extend(applied.refused);
        let programme = &sending.home.programme;
        self.touched.extend(items.iter().filter_map(|item| match item {
            Item::Document(parts) => Some(parts.doc_id(programme)),
            _ => None,
        }));
        if applied.other_log {
            return Err(CallError::Final(SyncError::OtherLog));
        }
        if applied.restored {
            self.watch.event(SyncEvent::Restored);
        }
        if applied.progress {
            self.patience.renew();
        }
        let (records, unsent) = self.store.read(listing::totals).map_err(final_error)?;
        if applied.verdicts > 0 {
            self.watch.event(SyncEvent::Verdicts { changes: applied.verdicts, synced: records - unsent, records });
        }
        let bytes = self.report.bytes_down;
        self.watch.event(SyncEvent::Frame { number: self.frames, changes: applied.new, bytes, records });
        Ok(applied.end)
    }

    /// Tells whether another exchange should follow; a restored copy is mended when the log is read to its end.
    fn goes_on(&mut self, sending: &Sending, end: &End) -> Result<bool, SyncError> {
        let (memory, entropy) = (&self.memory, self.entropy);
        let (again, kept_aside) = self.store.write(|tx| {
            let home = meta::home(tx)?.ok_or(SyncError::NotEnrolled)?;
            if home.instance != sending.request.instance {
                // This reply said that the file is a restored copy; the next request reads the log.
                return Ok((true, Vec::new()));
            }
            if end.more || relisted(tx, sending)? {
                return Ok((true, Vec::new()));
            }
            let restoring = meta::get::<i64>(tx, name::RESTORING)?.is_some();
            let kept_aside = if restoring { apply::restored(tx, sending, entropy)? } else { Vec::new() };
            Ok::<_, SyncError>((request::anything_left(tx, &home, memory)?, kept_aside))
        })?;
        self.report.refused.extend(kept_aside);
        Ok(again)
    }

    async fn back_off(&mut self, end: &End) -> Result<(), SyncError> {
        match end.back_off {
            0 => Ok(()),
            seconds if seconds > BACK_OFF => Err(SyncError::Busy { seconds: u32::from(seconds) }),
            seconds => self.sleep(std::time::Duration::from_secs(u64::from(seconds))).await,
        }
    }

    /// Waits before the next try, or gives up with what stays to be told.
    pub(super) async fn wait_after(&mut self, error: CallError) -> Result<(), SyncError> {
        let (last, wait) = match error {
            CallError::Final(error) => return Err(error),
            CallError::TooLarge => (SyncError::Protocol("the server takes no request of this size".to_owned()), None),
            CallError::Again { last, wait, .. } => (last, wait),
        };
        let Some((attempt, wait)) = self.patience.next(wait, self.entropy) else { return Err(last) };
        let millis = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        self.watch.event(SyncEvent::Retry { attempt, wait: millis });
        self.sleep(wait).await
    }

    async fn sleep(&self, wait: std::time::Duration) -> Result<(), SyncError> {
        tokio::select! {
            () = tokio::time::sleep(wait) => Ok(()),
            () = self.cancel.cancelled() => Err(SyncError::Cancelled),
        }
    }

    fn adapt(&self, line: Line) -> Result<(), SyncError> {
        self.store.write(|tx| request::adapt(tx, line))
    }

    pub(super) fn token(&self) -> Result<Secret, SyncError> {
        self.store.read(|connection| {
            let home = meta::home(connection)?.ok_or(SyncError::NotEnrolled)?;
            let holder = people::holder(connection, &home.person)?.ok_or(SyncError::NotEnrolled)?;
            Ok(Secret::new(holder.token))
        })
    }

    /// Compacts what grew, and drops what may leave.
    fn tidy(&self) -> Result<(), SyncError> {
        for doc in &self.touched {
            self.store.write(|tx| apply::compact(tx, doc))?;
        }
        self.store.write(leave::drop_marked)?;
        Ok(())
    }
}

/// Tells whether the list of scopes is not the one that the request named: what it asks for was not served yet.
fn relisted(tx: &crate::store::Transaction<'_>, sending: &Sending) -> Result<bool, SyncError> {
    let list = crate::store::scopes::all(tx)?.list;
    let hash = list.map(|list| list.hash8()).transpose().map_err(|error| SyncError::Protocol(error.to_string()))?;
    // A first request, without a list, is served at once.
    Ok(sending.request.scopes != [0; 8] && hash != Some(sending.request.scopes))
}

fn cut(why: &str) -> CallError {
    CallError::Again { last: SyncError::Offline(why.to_owned()), wait: None, cut: true }
}

/// Damage is the line's: the frame comes again. Only an item that this app must not skip ends the sync.
fn not_understood(error: WireError) -> CallError {
    match error {
        WireError::UnknownItem(_) | WireError::Version(_) => CallError::Final(SyncError::AppTooOld(error.to_string())),
        error => CallError::Again { last: SyncError::Protocol(error.to_string()), wait: None, cut: true },
    }
}

fn final_error(error: crate::store::StoreError) -> CallError {
    CallError::Final(error.into())
}

impl From<SyncError> for CallError {
    fn from(error: SyncError) -> Self {
        Self::Final(error)
    }
}
