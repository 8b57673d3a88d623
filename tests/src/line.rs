//! A line between phone and server: a small TCP proxy on loopback that counts bytes and breaks where it is told to.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From the phone to the server.
    Up,
    /// From the server to the phone.
    Down,
}

/// A line that is open until it is dropped.
#[derive(Debug)]
pub struct Line {
    address: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
}

/// What went through a line so far, HTTP headers included, TCP's own not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Carried {
    /// Bytes to the server.
    pub up: u64,
    /// Bytes to the phone.
    pub down: u64,
    /// Connections that the phone made.
    pub connections: u64,
    /// How often the line broke.
    pub breaks: u64,
}

#[derive(Debug, Default)]
struct State {
    up: AtomicU64,
    down: AtomicU64,
    connections: AtomicU64,
    breaks: AtomicU64,
    /// Where the line breaks next: the way, and how many more bytes go that way before.
    plan: Mutex<VecDeque<(Way, u64)>>,
}

impl Line {
    /// Opens a line to a server on a free port of loopback.
    pub async fn open(server: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            while let Ok((phone, _)) = listener.accept().await {
                tokio::spawn(carry(phone, server, Arc::clone(&shared)));
            }
        });
        Ok(Self { address, state, task })
    }

    /// Returns the address that a phone uses in place of the server's.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the line's own address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Breaks the line once so many more bytes have gone that way; several plans are followed one after the other.
    pub fn break_after(&self, way: Way, bytes: u64) {
        self.state.plan().push_back((way, bytes));
    }

    /// Returns what went through so far.
    pub fn carried(&self) -> Carried {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Carried {
            up: of(&self.state.up),
            down: of(&self.state.down),
            connections: of(&self.state.connections),
            breaks: of(&self.state.breaks),
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl std::ops::Sub for Carried {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            up: self.up.saturating_sub(before.up),
            down: self.down.saturating_sub(before.down),
            connections: self.connections.saturating_sub(before.connections),
            breaks: self.breaks.saturating_sub(before.breaks),
        }
    }
}

impl State {
    fn plan(&self) -> MutexGuard<'_, VecDeque<(Way, u64)>> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of bytes about to go one way; returns how many of them go before the line breaks, and whether it does.
    fn admit(&self, way: Way, bytes: usize) -> (usize, bool) {
        let mut plan = self.plan();
        let (passing, broken) = match plan.front_mut() {
            Some((planned, left)) if *planned == way => {
                let passing = bytes.min(usize::try_from(*left).unwrap_or(usize::MAX));
                *left -= passing as u64;
                (passing, *left == 0)
            }
            _ => (bytes, false),
        };
        if broken {
            plan.pop_front();
            self.breaks.fetch_add(1, Ordering::Relaxed);
        }
        let counter = if way == Way::Up { &self.up } else { &self.down };
        counter.fetch_add(passing as u64, Ordering::Relaxed);
        (passing, broken)
    }
}

async fn carry(phone: TcpStream, server: SocketAddr, state: Arc<State>) {
    state.connections.fetch_add(1, Ordering::Relaxed);
    let Ok(server) = TcpStream::connect(server).await else { return };
    if phone.set_nodelay(true).is_err() || server.set_nodelay(true).is_err() {
        return;
    }
    let (from_phone, to_phone) = phone.into_split();
    let (from_server, to_server) = server.into_split();
    // Whoever breaks the line tells the other direction, so that both connections end at once.
    let (broken, cut) = watch::channel(false);
    tokio::join!(
        pump(from_phone, to_server, Way::Up, &state, &broken, cut.clone()),
        pump(from_server, to_phone, Way::Down, &state, &broken, cut),
    );
}

async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    way: Way,
    state: &State,
    broken: &watch::Sender<bool>,
    mut cut: watch::Receiver<bool>,
) {
    let mut buffer = vec![0; 16 << 10];
    loop {
        let read = tokio::select! {
            read = from.read(&mut buffer) => read.unwrap_or(0),
            _ = cut.wait_for(|broken| *broken) => return,
        };
        let (passing, breaks) = state.admit(way, read);
        let sent = match buffer.get(..passing) {
            Some(bytes) => to.write_all(bytes).await.is_ok(),
            None => false,
        };
        if breaks || (read > 0 && !sent) {
            broken.send_replace(true);
            return;
        }
        if read == 0 {
            // One side has said all: the other is told, and may go on talking.
            let _ = to.shutdown().await;
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_line_breaks_at_exactly_the_planned_byte_and_works_again_afterwards() {
        let server = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = server.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = server.accept().await {
                tokio::spawn(async move {
                    let (mut read, mut write) = stream.split();
                    let _ = tokio::io::copy(&mut read, &mut write).await;
                });
            }
        });
        let line = Line::open(address).await.unwrap();
        line.break_after(Way::Down, 5);
        let mut phone = TcpStream::connect(line.address()).await.unwrap();
        phone.write_all(b"0123456789").await.unwrap();
        let mut got = Vec::new();
        let _ = phone.read_to_end(&mut got).await;
        assert_eq!(got, b"01234");
        assert_eq!(line.carried(), Carried { up: 10, down: 5, connections: 1, breaks: 1 });

        let mut phone = TcpStream::connect(line.address()).await.unwrap();
        phone.write_all(b"again").await.unwrap();
        phone.shutdown().await.unwrap();
        let mut got = Vec::new();
        phone.read_to_end(&mut got).await.unwrap();
        assert_eq!(got, b"again");
    }
}
