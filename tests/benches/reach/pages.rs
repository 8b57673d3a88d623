//! A transport that pushes in pages of exactly so many changes, whatever size the phone chose.

use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use sumu_core::sync::http::HttpTransport;
use sumu_core::sync::transport::{Call, Reply, Transport, TransportError};
use sumu_core::wire::{Frame, FrameReader, Item, Request, encode_frame};

/// Splits each push into pages and answers it with what the server said of all of them.
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
        let pages = split(&std::mem::take(&mut request.page), self.changes);
        if pages.len() < 2 {
            self.sent.fetch_add(1, Ordering::Relaxed);
            return self.inner.send(call).await;
        }
        let (mut verdicts, mut last) = (Vec::new(), Vec::new());
        for page in pages {
            request.page = page;
            let body = request.encode().map_err(odd)?;
            let frames = self.exchange(Call { body, ..call.clone() }).await?;
            self.sent.fetch_add(1, Ordering::Relaxed);
            for frame in &frames {
                request.cursor = frame.cursors.main.unwrap_or(request.cursor);
                for item in &frame.items {
                    if let Item::Verdicts(said) = item {
                        verdicts.extend_from_slice(said);
                    }
                }
            }
            last = frames;
        }
        let mut body = Vec::new();
        for mut frame in last {
            for item in &mut frame.items {
                if let Item::Verdicts(said) = item {
                    *said = std::mem::take(&mut verdicts);
                }
            }
            body.extend(encode_frame(&frame).map_err(odd)?);
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

/// Cuts a page into pages of so many changes; every one begins with what is no change, and names the documents it is about.
fn split(page: &[Item], changes: usize) -> Vec<Vec<Item>> {
    let mut pages: Vec<Vec<Item>> = vec![Vec::new()];
    let (mut document, mut held) = (None, 0);
    for item in page {
        let is_change = matches!(item, Item::Change { .. });
        if is_change && held == changes {
            pages.push(document.clone().into_iter().collect());
            held = 0;
        }
        held += usize::from(is_change);
        if let Item::Document(_) = item {
            document = Some(item.clone());
            if held == changes {
                // The next change opens the page that names its document.
                continue;
            }
        }
        if let Some(page) = pages.last_mut() {
            page.push(item.clone());
        }
    }
    pages
}

fn odd(error: impl std::fmt::Display) -> TransportError {
    TransportError::Cut { why: error.to_string() }
}
