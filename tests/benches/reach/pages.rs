//! A transport that pushes in pages of exactly so many changes, though the phone chose more: the rest is told to come later.

use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use sumu_core::gate::{Reason, Verdict};
use sumu_core::sync::http::HttpTransport;
use sumu_core::sync::transport::{Call, Reply, Transport, TransportError};
use sumu_core::wire::{Frame, FrameReader, Item, Request, encode_frame};

/// Sends the first changes of each push, and says of the others, as a busy server would, that they must be sent again.
pub struct Pages {
    inner: HttpTransport,
    changes: usize,
    sent: AtomicU64,
}

impl Pages {
    /// Pushes over a transport in pages of so many changes.
    pub fn of(changes: usize, inner: HttpTransport) -> Self {
        Self { inner, changes, sent: AtomicU64::new(0) }
    }

    /// Counts the pages that carried changes.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    async fn push(&self, call: Call) -> Result<Reply, TransportError> {
        let Ok(mut request) = Request::decode(&call.body) else { return self.inner.send(call).await };
        let left = cut(&mut request.page, self.changes);
        let carries = request.page.iter().any(|item| matches!(item, Item::Change { .. }));
        self.sent.fetch_add(carries.into(), Ordering::Relaxed);
        if left == 0 {
            return self.inner.send(call).await;
        }
        let body = request.encode().map_err(odd)?;
        let mut frames = self.exchange(Call { body, ..call }).await?;
        let verdicts = frames.iter_mut().flat_map(|frame| &mut frame.items).find_map(|item| match item {
            Item::Verdicts(said) => Some(said),
            _ => None,
        });
        verdicts.ok_or_else(|| odd("nothing is said of a push"))?.extend(vec![(Verdict::Later(Reason::Busy), 0); left]);
        let mut body = Vec::new();
        for frame in &frames {
            body.extend(encode_frame(frame).map_err(odd)?);
        }
        Ok(Reply { status: 200, retry_after: None, body: stream::iter([Ok(body)]).boxed() })
    }

    async fn exchange(&self, call: Call) -> Result<Vec<Frame>, TransportError> {
        let mut reply = self.inner.send(call).await?;
        let (mut reader, mut frames) = (FrameReader::default(), Vec::new());
        while let Some(piece) = reply.body.next().await {
            reader.push(&piece?);
            while let Some(frame) = reader.next_frame().map_err(odd)? {
                frames.push(frame);
            }
        }
        Ok(frames)
    }
}

impl Transport for Pages {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        if call.path == "/v1/sync" { self.push(call).boxed() } else { self.inner.send(call) }
    }
}

/// Cuts a page off after so many changes, and counts those that were cut off.
fn cut(page: &mut Vec<Item>, changes: usize) -> usize {
    let is_change = |item: &Item| matches!(item, Item::Change { .. });
    let places: Vec<usize> = page.iter().enumerate().filter(|(_, item)| is_change(item)).map(|(at, _)| at).collect();
    if let Some(first) = places.get(changes) {
        // The document that the first of the rest is about goes with it.
        page.truncate(*first);
        while page.last().is_some_and(|item| !is_change(item)) {
            page.pop();
        }
    }
    places.len().saturating_sub(changes)
}

fn odd(error: impl std::fmt::Display) -> TransportError {
    TransportError::Cut { why: error.to_string() }
}
