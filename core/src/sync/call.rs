//! One HTTP call: what its status and body mean.

use std::time::Duration;

use futures_util::StreamExt;

use super::SyncError;
use super::transport::{Call, Method, Reply, Secret, Transport, TransportError};
use crate::clock::Entropy;
use crate::reference::{EnrolReply, EnrolRequest, ErrorReply};

/// The most bytes of a reply that is neither a stream of frames nor a part of the reference data.
const SMALL_REPLY: usize = 1 << 20;

/// Why a call gave nothing.
#[derive(Debug)]
pub(super) enum CallError {
    /// It may be tried again: the line failed, or the server is busy for some seconds.
    Again {
        /// What is told if it stays so.
        last: SyncError,
        /// How many seconds the server asks to wait.
        wait: Option<u32>,
        /// Whether the line broke in the middle, so that less at once may get through.
        cut: bool,
    },
    /// The request is too large.
    TooLarge,
    /// Trying again is of no use.
    Final(SyncError),
}

impl From<TransportError> for CallError {
    fn from(error: TransportError) -> Self {
        let last = SyncError::Offline(error.to_string());
        match error {
            TransportError::Offline { .. } => Self::Again { last, wait: None, cut: false },
            TransportError::Cut { .. } => Self::Again { last, wait: None, cut: true },
            TransportError::Untrusted { why } => Self::Final(SyncError::Untrusted(why)),
        }
    }
}

/// Sends a call; only a reply with status 200 is returned, its body still arriving.
pub(super) async fn send(transport: &dyn Transport, call: Call) -> Result<Reply, CallError> {
    let mut reply = transport.send(call).await?;
    if reply.status == 200 {
        return Ok(reply);
    }
    let wait = reply.retry_after;
    let body = read(&mut reply, SMALL_REPLY, &mut |_| ()).await.unwrap_or_default();
    let told = serde_json::from_slice::<ErrorReply>(&body).map(|told| told.message);
    let told = told.unwrap_or_else(|_| format!("status {}", reply.status));
    Err(match reply.status {
        401 => CallError::Final(SyncError::SignedOut),
        403 => CallError::Final(SyncError::Forbidden(told)),
        413 => CallError::TooLarge,
        426 => CallError::Final(SyncError::AppTooOld(told)),
        429 | 503 => CallError::Again { last: SyncError::Busy { seconds: wait.unwrap_or(5) }, wait, cut: false },
        500..=599 => CallError::Again { last: SyncError::Offline(told), wait, cut: false },
        _ => CallError::Final(SyncError::Protocol(told)),
    })
}

/// Reads a body to its end, which must come within a number of bytes.
pub(super) async fn read(
    reply: &mut Reply,
    most: usize,
    arrived: &mut (dyn FnMut(usize) + Send),
) -> Result<Vec<u8>, CallError> {
    let mut body = Vec::new();
    while let Some(piece) = reply.body.next().await {
        let piece = piece?;
        arrived(piece.len());
        if body.len() + piece.len() > most {
            return Err(CallError::Final(SyncError::Protocol(format!("a reply is longer than {most} bytes"))));
        }
        body.extend(piece);
    }
    Ok(body)
}

/// How long to wait between tries of one call: twice as long each time, with jitter, and not for ever.
#[derive(Debug, Default)]
pub(super) struct Patience {
    tries: u32,
}

impl Patience {
    /// How often a call is tried at most while nothing of it gets through.
    const TRIES: u32 = 6;
    const FIRST: u64 = 500;
    const LONGEST: u64 = 20_000;
    /// A server that asks to wait longer than this many seconds is left to the next sync.
    const ASKED: u32 = 60;

    /// Starts counting anew, because something got through.
    pub(super) fn renew(&mut self) {
        self.tries = 0;
    }

    /// Returns the number of the next try and how long to wait for it, or nothing if it is time to give up.
    pub(super) fn next(&mut self, asked: Option<u32>, entropy: &dyn Entropy) -> Option<(u32, Duration)> {
        self.tries += 1;
        if self.tries >= Self::TRIES || asked.is_some_and(|asked| asked > Self::ASKED) {
            return None;
        }
        let base = (Self::FIRST << (self.tries - 1)).min(Self::LONGEST);
        let mut random = [0; 2];
        entropy.fill(&mut random);
        // Between half and all of it, so that phones that failed together do not come back together.
        let jittered = base / 2 + base / 2 * u64::from(u16::from_be_bytes(random)) / u64::from(u16::MAX);
        let millis = jittered + 1_000 * u64::from(asked.unwrap_or(0));
        Some((self.tries + 1, Duration::from_millis(millis)))
    }
}

/// Enrols by a one-time code; a lost reply is repaired by asking again.
pub(crate) async fn enrol(
    transport: &dyn Transport,
    request: &EnrolRequest,
    entropy: &dyn Entropy,
) -> Result<EnrolReply, SyncError> {
    let body = serde_json::to_vec(request).map_err(|error| SyncError::Protocol(error.to_string()))?;
    let mut patience = Patience::default();
    loop {
        let call = Call { method: Method::Post, path: "/v1/enrol".to_owned(), token: None, body: body.clone() };
        let tried = async {
            let mut reply = send(transport, call).await?;
            read(&mut reply, SMALL_REPLY, &mut |_| ()).await
        };
        match tried.await {
            Ok(body) => return serde_json::from_slice(&body).map_err(|error| SyncError::Protocol(error.to_string())),
            Err(CallError::Again { last, wait, .. }) => match patience.next(wait, entropy) {
                Some((_, wait)) => tokio::time::sleep(wait).await,
                None => return Err(last),
            },
            Err(CallError::Final(SyncError::Protocol(told) | SyncError::Forbidden(told))) => {
                return Err(SyncError::Invitation(told));
            }
            Err(CallError::Final(SyncError::SignedOut)) => {
                return Err(SyncError::Invitation("the code is wrong, used or too old; ask for a new link".to_owned()));
            }
            Err(CallError::Final(error)) => return Err(error),
            Err(CallError::TooLarge) => return Err(SyncError::Protocol("the enrolment is too large".to_owned())),
        }
    }
}

/// Makes a call that reads.
pub(super) fn get(path: String, token: &Secret) -> Call {
    Call { method: Method::Get, path, token: Some(token.clone()), body: Vec::new() }
}
