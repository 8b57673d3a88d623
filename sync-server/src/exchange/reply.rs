//! The reply: frames made while they are sent. Each is read in its own short transaction, and none is held over the network.

use bytes::Bytes;
use futures_util::Stream;
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

/// Sends what follows a push as a stream of frames.
pub(crate) fn reply(
    state: State,
    caller: Caller,
    received: Received,
) -> impl Stream<Item = Result<Bytes, ReplyError>> + Send + 'static {
    let (send, receive) = mpsc::channel(READY);
    tokio::spawn(async move {
        match received {
            Received::Only(items) => {
                let _ = send.send(last_frame(&state, &caller, items).await).await;
            }
            Received::Feed(feed) => send_feed(&state, &caller, feed, &send).await,
        }
    });
    futures_util::stream::unfold(
        receive,
        |mut receive| async move { receive.recv().await.map(|frame| (frame, receive)) },
    )
}

async fn send_feed(
    state: &State,
    caller: &Caller,
    mut feed: Box<Feed>,
    send: &mpsc::Sender<Result<Bytes, ReplyError>>,
) {
    loop {
        let (reader, whose) = (state.clone(), *caller);
        let made = state
            .read(move |connection| {
                let programme = reader.programme();
                let mut fed = feed.next(connection, &programme.id, &programme.key)?;
                if fed.done {
                    fed.frame.items.push(end(&reader, connection, &whose)?);
                }
                Ok::<_, ReplyError>((encode_frame(&fed.frame)?, fed.made, fed.done, feed))
            })
            .await;
        let (frame, snapshots, done) = match made {
            Ok((frame, snapshots, done, rest)) => {
                feed = rest;
                (Ok(Bytes::from(frame)), snapshots, done)
            }
            Err(error) => {
                tracing::error!(%error, "a reply was cut");
                let _ = send.send(Err(error)).await;
                return;
            }
        };
        if !snapshots.is_empty()
            && let Err(error) = state.write(move |tx| documents::keep(tx, &snapshots)).await
        {
            // They are a cache: the next reply makes them again.
            tracing::warn!(%error, "snapshots were not kept");
        }
        // The phone may have hung up: then nobody takes the frame, and there is nothing more to do.
        if send.send(frame).await.is_err() || done {
            return;
        }
    }
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
