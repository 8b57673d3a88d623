//! The transport of real phones: HTTP by reqwest over rustls with ring.
//!
//! A server is trusted by the public roots (bundled, so that every phone has the same), or, where its link carried a
//! fingerprint, by exactly that certificate; there is no way from one to the other. Nothing here falls back to plain HTTP.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt};
use reqwest::header::{AUTHORIZATION, HeaderValue, RETRY_AFTER};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::time::timeout;

use super::transport::{Call, Method, Reply, Transport, TransportError};
use crate::link::{Fingerprint, InvalidLink, check_url};

/// How long a connection may take: name, TCP and TLS are about five round trips, and a round trip takes 2 s on a bad line.
const CONNECT: Duration = Duration::from_secs(30);
/// How long nothing may arrive. A server answers within seconds; the rest is for a line that stalls and comes back.
const IDLE: Duration = Duration::from_secs(60);
/// The slowest line that is waited for while a body goes up: half of 64 kbit/s.
const SLOWEST_BYTES_PER_SECOND: u64 = 4_096;

/// Says why no transport can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The URL is not one of a server.
    #[error(transparent)]
    Url(#[from] InvalidLink),
    /// A certificate to trust was given with a URL that has none.
    #[error("the link names a certificate, but its URL is plain http; ask the office for a new link")]
    FingerprintWithoutTls,
    /// The system does not let a client be made.
    #[error("no HTTP client can be made on this machine: {why}")]
    Client {
        /// What it says.
        why: String,
    },
}

/// Carries calls over HTTP to one server. Its futures run inside a tokio runtime.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
    url: String,
}

impl HttpTransport {
    /// Prepares calls to the server at a URL, trusted by the public roots or by exactly one certificate. Connects to nothing yet.
    pub fn new(url: &str, fingerprint: Option<Fingerprint>) -> Result<Self, HttpError> {
        let url = check_url(url)?;
        let plain = url.starts_with("http://");
        if plain && fingerprint.is_some() {
            return Err(HttpError::FingerprintWithoutTls);
        }
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls(fingerprint)?)
            .https_only(!plain)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT)
            .build()
            .map_err(|error| HttpError::Client { why: cause(&error) })?;
        Ok(Self { client, url })
    }

    async fn call(&self, call: Call) -> Result<Reply, TransportError> {
        let url = format!("{}{}", self.url, call.path);
        let slowest = Duration::from_secs(call.body.len() as u64 / SLOWEST_BYTES_PER_SECOND);
        let mut request = match call.method {
            Method::Get => self.client.get(url),
            Method::Post => self.client.post(url).body(call.body),
        };
        if let Some(token) = &call.token {
            let mut header = HeaderValue::from_str(&format!("Bearer {}", token.expose())).map_err(|_| {
                TransportError::Offline { why: "the stored token is damaged; enrol again with a new link".to_owned() }
            })?;
            header.set_sensitive(true);
            request = request.header(AUTHORIZATION, header);
        }
        let response = match timeout(IDLE + slowest, request.send()).await {
            Ok(response) => response.map_err(|error| transport_error(&error))?,
            Err(_) => return Err(TransportError::Cut { why: "the server does not answer".to_owned() }),
        };
        let header = response.headers().get(RETRY_AFTER);
        let retry_after = header.and_then(|value| value.to_str().ok()).and_then(|value| value.trim().parse().ok());
        Ok(Reply { status: response.status().as_u16(), retry_after, body: body(response) })
    }
}

impl Transport for HttpTransport {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        self.call(call).boxed()
    }
}

/// Gives out the pieces of a body; one error ends it.
fn body(response: reqwest::Response) -> BoxStream<'static, Result<Vec<u8>, TransportError>> {
    stream::unfold(Some(response), |response| async {
        let mut response = response?;
        let piece = match timeout(IDLE, response.chunk()).await {
            Ok(Ok(piece)) => Ok(piece?.to_vec()),
            Ok(Err(error)) => Err(TransportError::Cut { why: cause(&error) }),
            Err(_) => Err(TransportError::Cut { why: "nothing arrives any more".to_owned() }),
        };
        let rest = piece.is_ok().then_some(response);
        Some((piece, rest))
    })
    .boxed()
}

fn tls(fingerprint: Option<Fingerprint>) -> Result<ClientConfig, HttpError> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| HttpError::Client { why: error.to_string() })?;
    let mut config = match fingerprint {
        Some(fingerprint) => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Pinned { fingerprint, provider }))
            .with_no_client_auth(),
        None => {
            let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
            builder.with_root_certificates(roots).with_no_client_auth()
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Trusts one certificate by its SHA-256, whatever its name and dates say: the phone's clock may be years off, and the
/// server's address may change. The handshake still proves that the other end holds the certificate's key.
#[derive(Debug)]
struct Pinned {
    fingerprint: Fingerprint,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let found: Fingerprint = Sha256::digest(end_entity).into();
        if bool::from(found.ct_eq(&self.fingerprint)) {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Says what an error means for the caller: no connection, a false server, or a line that broke.
fn transport_error(error: &reqwest::Error) -> TransportError {
    if let Some(tls) = find_tls(error) {
        return TransportError::Untrusted { why: tls_cause(tls) };
    }
    let why = cause(error);
    if error.is_connect() { TransportError::Offline { why } } else { TransportError::Cut { why } }
}

fn tls_cause(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure) => {
            "its certificate is not the one that the link named".to_owned()
        }
        rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
            "no known authority stands behind its certificate".to_owned()
        }
        other => other.to_string(),
    }
}

/// Looks for an error of rustls among an error's causes; it hides inside of `io::Error`s inside of each other.
fn find_tls<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    causes(error).find_map(|cause| {
        let mut inner = cause;
        while let Some(deeper) = inner.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            inner = deeper;
        }
        inner.downcast_ref::<rustls::Error>()
    })
}

/// Returns the deepest cause as text: what stands above it only repeats the URL.
fn cause(error: &(dyn Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| (*error).source())
}

#[cfg(test)]
#[path = "http_tests.rs"]
mod tests;
