//! Serving: the address, the data folder's lock, and what a link will say.

use std::fs::File;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::Router;
use sumu_core::link::check_url;
use tokio::net::TcpListener;

use crate::accept::{self, Acceptor};
use crate::admin::Address;
use crate::tls::{self, Tls, TlsError};

/// The address that `serve` listens on unless told otherwise.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:8417";

/// How to serve.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// Host and port; port 0 takes a free one.
    pub listen: String,
    /// The port that port 0 took at an earlier start.
    pub kept_port: Option<u16>,
    /// Where people reach the server, if not at the address it listens on.
    pub public_url: Option<String>,
    /// The certificate.
    pub tls: Tls,
    /// Whether a proxy in front ends TLS and names the peers.
    pub behind_proxy: bool,
    /// How long requests that were accepted may take to finish after the server was told to stop.
    pub grace: Duration,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            listen: DEFAULT_LISTEN.to_owned(),
            kept_port: None,
            public_url: None,
            tls: Tls::Off,
            behind_proxy: false,
            grace: Duration::from_secs(30),
        }
    }
}

/// Says why the server does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another process serves this folder.
    #[error("another process serves {0} already; stop it first, or use its address")]
    Locked(PathBuf),
    /// The lock cannot be taken at all.
    #[error("{path} cannot be locked: {source}")]
    Lock {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// The address to listen on names nothing.
    #[error("'{0}' is no address to listen on; give HOST:PORT, like 127.0.0.1:8417")]
    Listen(String),
    /// The port cannot be had.
    #[error("cannot listen on {address}: {source}; choose another with --listen HOST:PORT")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What went wrong.
        source: std::io::Error,
    },
    /// Everybody on the way could read the work and the tokens.
    #[error(
        "plain http on {0} would send work and tokens in the clear; give --tls-cert and --tls-key, or --tls-self-signed, \
         or --behind-proxy if a proxy in front ends TLS"
    )]
    PlainHttp(SocketAddr),
    /// The public URL is none that a phone would take.
    #[error("--public-url: {0}")]
    PublicUrl(#[from] sumu_core::link::InvalidLink),
    /// There is no certificate to serve with.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// The right to serve a data folder, given up when dropped or when the process ends, however it ends.
#[derive(Debug)]
pub struct DataLock(#[expect(dead_code, reason = "the open file is the lock")] File);

impl DataLock {
    /// Takes the lock of a folder, or says that another process has it.
    pub fn take(data: &Path) -> Result<Self, ServeError> {
        let path = data.join("serve.lock");
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(|source| ServeError::Lock { path: path.clone(), source })?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(std::fs::TryLockError::WouldBlock) => Err(ServeError::Locked(data.to_owned())),
            Err(std::fs::TryLockError::Error(source)) => Err(ServeError::Lock { path, source }),
        }
    }
}

/// A server that has its port and takes connections once it runs.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    acceptor: Acceptor,
    grace: Duration,
    listening: String,
    address: Address,
    free_port: Option<u16>,
}

/// Takes the port, and the certificate if there is one, and refuses what would send work in the clear.
pub async fn bind(options: &ServeOptions, data: &Path) -> Result<Bound, ServeError> {
    let public_url = options.public_url.as_deref().map(check_url).transpose()?;
    let wanted = resolve(&options.listen).await?;
    if options.tls == Tls::Off && !options.behind_proxy && !wanted.ip().is_loopback() {
        return Err(ServeError::PlainHttp(wanted));
    }
    let hosts = certificate_hosts(&options.listen, wanted.ip(), public_url.as_deref());
    let identity = tls::load(&options.tls, data, &hosts)?;

    let mut address = wanted;
    if let (0, Some(kept)) = (wanted.port(), options.kept_port) {
        address.set_port(kept);
    }
    let bind = |source| ServeError::Bind { address, source };
    let listener = TcpListener::bind(address).await.map_err(bind)?;
    let bound = listener.local_addr().map_err(bind)?;

    let scheme = if identity.is_some() { "https" } else { "http" };
    let listening = format!("{scheme}://{bound}");
    // A proxy shows its own certificate, so links then carry no fingerprint of ours.
    let fingerprint = identity.as_ref().and_then(|identity| identity.fingerprint).filter(|_| !options.behind_proxy);
    let url = public_url.unwrap_or_else(|| listening.clone());
    Ok(Bound {
        listener,
        acceptor: Acceptor::new(identity.map(|identity| identity.config)),
        grace: options.grace,
        listening,
        address: Address { url, fingerprint },
        free_port: (wanted.port() == 0).then_some(bound.port()),
    })
}

impl Bound {
    /// Returns scheme, address and port as they really are.
    pub fn listening(&self) -> &str {
        &self.listening
    }

    /// Returns what links will say.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Returns the free port that was taken and is to be kept for the next start.
    pub fn free_port(&self) -> Option<u16> {
        self.free_port
    }

    /// Serves until `stop` ends, then takes no more connections and finishes the requests that it has accepted.
    pub async fn run(self, app: Router, stop: impl Future<Output = ()>) {
        accept::run(self.listener, self.acceptor, app, stop, self.grace).await;
    }
}

async fn resolve(listen: &str) -> Result<SocketAddr, ServeError> {
    let wrong = || ServeError::Listen(listen.to_owned());
    let mut addresses: Vec<SocketAddr> = tokio::net::lookup_host(listen).await.map_err(|_| wrong())?.collect();
    // A name like localhost has several; IPv4 is what a link on this machine is expected to say.
    addresses.sort_by_key(SocketAddr::is_ipv6);
    addresses.into_iter().next().ok_or_else(wrong)
}

fn certificate_hosts(listen: &str, ip: IpAddr, public_url: Option<&str>) -> Vec<String> {
    let mut hosts = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    let named = listen.rsplit_once(':').map_or(listen, |(host, _)| host);
    let public = public_url.and_then(|url| url.split("://").nth(1)).and_then(|rest| rest.split('/').next());
    let public = public.map(|authority| match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    });
    for host in [Some(named), public].into_iter().flatten() {
        hosts.push(host.trim_matches(['[', ']']).to_owned());
    }
    if !ip.is_unspecified() {
        hosts.push(ip.to_string());
    }
    hosts.retain(|host| !host.is_empty());
    hosts.sort();
    hosts.dedup();
    hosts
}
