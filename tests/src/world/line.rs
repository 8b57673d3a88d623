//! A phone's line to the server, as bad as the network makes it.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, BodyDataStream};
use axum::http::{Response, header};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use sumu_core::sync::transport::{Call, Reply, Transport, TransportError};

use super::network::{Network, deliver, deliver_part, drain};
use super::weather::Fault;

/// One phone's line to the server.
#[derive(Clone)]
pub struct BadLine {
    network: Arc<Network>,
    phone: usize,
}

impl BadLine {
    /// Gives a phone its line.
    pub fn new(network: &Arc<Network>, phone: usize) -> Self {
        Self { network: Arc::clone(network), phone }
    }

    async fn carry(&self, call: Call) -> Result<Reply, TransportError> {
        let network = &self.network;
        let fault = network.fault(self.phone, call.body.len());
        let (server, arrivals) = network.arrivals();
        for copy in arrivals {
            drain(deliver(&server, &copy).await).await;
        }
        let broken = |why: &str| Err(TransportError::Cut { why: why.to_owned() });
        if fault == Fault::Offline {
            return Err(TransportError::Offline { why: "no signal".to_owned() });
        }
        {
            let mut inner = network.inner();
            let traffic = inner.traffic.entry(self.phone).or_default();
            traffic.requests += 1;
            traffic.up += call.body.len();
        }
        network.delay().await;
        network.carry(call.body.len()).await;
        let response = match fault {
            Fault::CutRequest(at) => {
                drain(deliver_part(&server, &call, at).await).await;
                return broken("the request broke");
            }
            Fault::LoseReply => {
                drain(deliver(&server, &call).await).await;
                return broken("the reply was lost");
            }
            Fault::Twice => {
                drain(deliver(&server, &call).await).await;
                deliver(&server, &call).await
            }
            Fault::LateCopy(after) => {
                network.copy_later(&call, after);
                deliver(&server, &call).await
            }
            Fault::None | Fault::Offline | Fault::CutReply(_) => deliver(&server, &call).await,
        };
        network.delay().await;
        let left = if let Fault::CutReply(at) = fault { Some(at) } else { None };
        Ok(self.reply(response, left))
    }

    /// Hands a response on in pieces, and breaks it after so many bytes if `left` says so.
    fn reply(&self, response: Response<Body>, left: Option<usize>) -> Reply {
        let status = response.status().as_u16();
        let retry_after = response.headers().get(header::RETRY_AFTER);
        let retry_after = retry_after.and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
        let pieces =
            Pieces { line: self.clone(), body: response.into_body().into_data_stream(), held: Vec::new(), left };
        let body = stream::unfold(Some(pieces), |pieces| async move {
            let mut pieces = pieces?;
            let piece = pieces.next().await?;
            let going_on = piece.is_ok();
            Some((piece, going_on.then_some(pieces)))
        });
        Reply { status, retry_after, body: body.boxed() }
    }
}

impl Transport for BadLine {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        self.carry(call).boxed()
    }
}

/// A line on which nothing arrives, and which keeps what was to be sent.
#[derive(Debug, Default)]
pub struct DeadLine(Mutex<Vec<Call>>);

impl DeadLine {
    /// Returns the last call that was to be sent.
    pub fn last(&self) -> Option<Call> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).last().cloned()
    }
}

impl Transport for DeadLine {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(call);
        async { Err(TransportError::Offline { why: "no signal".to_owned() }) }.boxed()
    }
}

/// A body on its way to a phone.
struct Pieces {
    line: BadLine,
    body: BodyDataStream,
    held: Vec<u8>,
    left: Option<usize>,
}

impl Pieces {
    async fn next(&mut self) -> Option<Result<Vec<u8>, TransportError>> {
        if self.left == Some(0) {
            return Some(Err(TransportError::Cut { why: "the reply broke".to_owned() }));
        }
        if self.held.is_empty() {
            match self.body.next().await? {
                Ok(bytes) => self.held = bytes.to_vec(),
                Err(error) => return Some(Err(TransportError::Cut { why: error.to_string() })),
            }
        }
        let network = &self.line.network;
        let scale = 1 + network.chance.below(1 << (1 + network.chance.below(16)));
        let take = scale.min(self.held.len()).min(self.left.unwrap_or(usize::MAX));
        let rest = self.held.split_off(take);
        let piece = std::mem::replace(&mut self.held, rest);
        if let Some(left) = &mut self.left {
            *left -= piece.len();
        }
        network.carry(piece.len()).await;
        network.inner().traffic.entry(self.line.phone).or_default().down += piece.len();
        Some(Ok(piece))
    }
}
