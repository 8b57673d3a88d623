//! A network in memory between phones and server that breaks as its seed or a story says.

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, header};
use futures_util::{StreamExt as _, stream};
use sumu_core::sync::transport::{Call, Method};
use sumu_server::Peer;
use tower::ServiceExt as _;

use super::chance::Chance;
use super::weather::{Fault, Weather};

/// What one line carried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests that left the phone.
    pub requests: usize,
    /// Bytes of request bodies.
    pub up: usize,
    /// Bytes of reply bodies that reached the phone.
    pub down: usize,
}

/// The network of one world.
pub struct Network {
    pub(super) chance: Chance,
    inner: Mutex<Inner>,
}

pub(super) struct Inner {
    server: Router,
    weather: Weather,
    plans: BTreeMap<usize, VecDeque<Fault>>,
    /// Old copies under way, with the number of requests after which each arrives.
    late: Vec<(usize, Call)>,
    sent: usize,
    pub(super) traffic: BTreeMap<usize, Traffic>,
}

impl Network {
    /// Lays a network to a server.
    pub fn new(server: Router, seed: u64) -> Arc<Self> {
        let inner = Inner {
            server,
            weather: Weather::FAIR,
            plans: BTreeMap::new(),
            late: Vec::new(),
            sent: 0,
            traffic: BTreeMap::new(),
        };
        Arc::new(Self { chance: Chance::new(seed), inner: Mutex::new(inner) })
    }

    /// Changes how bad the network is.
    pub fn set_weather(&self, weather: Weather) {
        self.inner().weather = weather;
    }

    /// Plans what goes wrong with the next requests of one phone, in order; later ones follow the weather.
    pub fn plan(&self, phone: usize, faults: impl IntoIterator<Item = Fault>) {
        self.inner().plans.entry(phone).or_default().extend(faults);
    }

    /// Returns what a phone's line carried so far.
    pub fn traffic(&self, phone: usize) -> Traffic {
        self.inner().traffic.get(&phone).copied().unwrap_or_default()
    }

    /// Hands a request to the server as it is, past all weather; returns the status and the whole body.
    pub async fn hand_over(&self, call: &Call) -> (u16, Vec<u8>) {
        let server = self.inner().server.clone();
        let response = deliver(&server, call).await;
        let status = response.status().as_u16();
        let mut body = response.into_body().into_data_stream();
        let mut bytes = Vec::new();
        while let Some(Ok(piece)) = body.next().await {
            bytes.extend(piece);
        }
        (status, bytes)
    }

    /// Delivers all old copies that are still under way.
    pub async fn settle(&self) {
        loop {
            let (server, late) = {
                let mut inner = self.inner();
                (inner.server.clone(), inner.late.pop())
            };
            match late {
                Some((_, call)) => drain(deliver(&server, &call).await).await,
                None => return,
            }
        }
    }

    pub(super) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says what goes wrong with the next request of a phone.
    pub(super) fn fault(&self, phone: usize, bytes: usize) -> Fault {
        let weather = {
            let mut inner = self.inner();
            if let Some(fault) = inner.plans.get_mut(&phone).and_then(VecDeque::pop_front) {
                return fault;
            }
            inner.weather
        };
        let faults = [
            (weather.offline, Fault::Offline),
            (weather.cut_request, Fault::CutRequest(self.chance.below(bytes + 1))),
            (weather.lose_reply, Fault::LoseReply),
            (weather.cut_reply, Fault::CutReply(self.reply_cut())),
            (weather.twice, Fault::Twice),
            (weather.late_copy, Fault::LateCopy(1 + self.chance.below(12))),
        ];
        let mut drawn = self.chance.below(1000);
        for (times, fault) in faults {
            if drawn < times as usize {
                return fault;
            }
            drawn -= times as usize;
        }
        Fault::None
    }

    /// Draws where a reply breaks: near its start as often as far into it.
    fn reply_cut(&self) -> usize {
        let scale = 1 << self.chance.below(14);
        self.chance.below(scale)
    }

    pub(super) fn copy_later(&self, call: &Call, after: usize) {
        let mut inner = self.inner();
        let at = inner.sent + after;
        inner.late.push((at, call.clone()));
    }

    /// Takes the time that bytes need on the line.
    pub(super) async fn carry(&self, bytes: usize) {
        let speed = self.inner().weather.speed;
        if speed > 0 {
            tokio::time::sleep(Duration::from_secs_f64(bytes as f64 / f64::from(speed))).await;
        }
    }

    pub(super) async fn delay(&self) {
        let longest = self.inner().weather.delay;
        if longest > 0 {
            tokio::time::sleep(Duration::from_millis(self.chance.below(longest as usize) as u64)).await;
        }
    }

    /// Takes a request's number and the old copies that arrive before it.
    pub(super) fn arrivals(&self) -> (Router, Vec<Call>) {
        let mut inner = self.inner();
        inner.sent += 1;
        let sent = inner.sent;
        let (due, later) = std::mem::take(&mut inner.late).into_iter().partition::<Vec<_>, _>(|(at, _)| *at <= sent);
        inner.late = later;
        (inner.server.clone(), due.into_iter().map(|(_, call)| call).collect())
    }
}

pub(super) async fn deliver(server: &Router, call: &Call) -> Response<Body> {
    hand_over(server, call, Body::from(call.body.clone())).await
}

/// Delivers a request of which only the first bytes arrive.
pub(super) async fn deliver_part(server: &Router, call: &Call, at: usize) -> Response<Body> {
    let part = call.body.get(..at).unwrap_or(&call.body).to_vec();
    let pieces = [Ok(part), Err(std::io::Error::other("the line broke"))];
    hand_over(server, call, Body::from_stream(stream::iter(pieces))).await
}

async fn hand_over(server: &Router, call: &Call, body: Body) -> Response<Body> {
    let method = match call.method {
        Method::Get => "GET",
        Method::Post => "POST",
    };
    let mut request = Request::builder().method(method).uri(&call.path).header(header::HOST, "sumu.test");
    if let Some(token) = &call.token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {}", token.expose()));
    }
    let mut request = request.body(body).expect("a call makes a request");
    request.extensions_mut().insert(Peer(IpAddr::V4(Ipv4Addr::LOCALHOST)));
    match server.clone().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

pub(super) async fn drain(response: Response<Body>) {
    let mut body = response.into_body().into_data_stream();
    while let Some(Ok(_)) = body.next().await {}
}
