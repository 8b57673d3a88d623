//! The reply: frames made while they are sent. Each is read in its own short transaction, and none is held over the network.

use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use sumu_core::wire::{Cursors, End, Frame, Item, encode_frame};
use tokio::sync::mpsc;

use super::Feed;
use super::documents;
use super::receive::{Caller, Received};
use crate::State;
use crate::programme::read;

/// How many frames are ready before the line takes one; with the one in the making this bounds the memory of a reply.
const READY: usize = 1;

/// Why a reply ends early: the phone sees a cut line, keeps the frames it has, and asks again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReplyError {
    /// The database cannot be read.
    #[error("the database cannot be used: {0}")]
    Storage(#[from] rusqlite::Error),
    /// A frame cannot be written.
    #[error(transparent)]
    Wire(#[from] sumu_core::wire::WireError),
}

/// Makes the body of what follows a push: one frame, or a stream of them that are made while they are sent.
///
/// The first frame is made before the reply begins, so what fails at once is an error of the request; and a reply of one frame
/// says its length, which is shorter than chunks.
pub(crate) async fn reply(state: State, caller: Caller, received: Received) -> Result<Body, ReplyError> {
    let feed = match received {
        Received::Only(items) => return Ok(Body::from(last_frame(&state, &caller, items).await?)),
        Received::Feed(feed) => feed,
    };
    let (first, rest) = next(&state, &caller, feed).await?;
    let Some(feed) = rest else { return Ok(Body::from(first)) };
    let (send, receive) = mpsc::channel(READY);
    tokio::spawn(async move { send_feed(&state, &caller, feed, &send).await });
    let others = stream::unfold(receive, |mut receive| async move { receive.recv().await.map(|made| (made, receive)) });
    Ok(Body::from_stream(stream::once(std::future::ready(Ok(first))).chain(others)))
}

async fn send_feed(state: &State, caller: &Caller, feed: Box<Feed>, send: &mpsc::Sender<Result<Bytes, ReplyError>>) {
    let mut left = Some(feed);
    while let Some(feed) = left {
        let frame = match next(state, caller, feed).await {
            Ok((frame, rest)) => {
                left = rest;
                Ok(frame)
            }
            Err(error) => {
                tracing::error!(%error, "a reply was cut");
                left = None;
                Err(error)
            }
        };
        // The phone may have hung up: then nobody takes the frame, and there is nothing more to do.
        if send.send(frame).await.is_err() {
            return;
        }
    }
}

/// Makes the next frame, and gives the feed back unless that was the last.
async fn next(state: &State, caller: &Caller, mut feed: Box<Feed>) -> Result<(Bytes, Option<Box<Feed>>), ReplyError> {
    let (reader, whose) = (state.clone(), *caller);
    let (frame, made, rest) = state
        .read(move |connection| {
            let programme = reader.programme();
            let mut fed = feed.next(connection, &programme.id, &programme.key)?;
            if fed.done {
                fed.frame.items.push(end(&reader, connection, &whose)?);
            }
            Ok::<_, ReplyError>((encode_frame(&fed.frame)?, fed.made, (!fed.done).then_some(feed)))
        })
        .await?;
    if !made.is_empty()
        && let Err(error) = state.write(move |tx| documents::keep(tx, &made)).await
    {
        // They are a cache: the next reply makes them again.
        tracing::warn!(%error, "snapshots were not kept");
    }
    Ok((Bytes::from(frame), rest))
}

async fn last_frame(state: &State, caller: &Caller, items: Vec<Item>) -> Result<Bytes, ReplyError> {
    let (reader, caller) = (state.clone(), *caller);
    state
        .read(move |connection| {
            let mut frame = Frame { items, cursors: Cursors::default() };
            frame.items.push(end(&reader, connection, &caller)?);
            Ok(Bytes::from(encode_frame(&frame)?))
        })
        .await
}

fn end(state: &State, connection: &rusqlite::Connection, caller: &Caller) -> rusqlite::Result<Item> {
    let backup = read(connection, "backup_lsn")?.and_then(|lsn| lsn.try_into().ok()).map_or(0, u64::from_be_bytes);
    let manifest =
        if caller.revoked { [0; 8] } else { state.reference().mark(connection, state.programme(), &caller.person)? };
    Ok(Item::End(End {
        more: false,
        back_off: 0,
        manifest,
        backup,
        now: u64::try_from(state.clock().seconds()).unwrap_or(0),
    }))
}
