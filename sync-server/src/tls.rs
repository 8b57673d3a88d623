//! The server's certificate: from files, or made once by the server itself and kept in the data folder.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};
use sumu_core::link::Fingerprint;

/// Where the server's certificate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// None: plain HTTP.
    Off,
    /// PEM files, as an authority gave them.
    Files {
        /// The certificate and those above it.
        certificate: PathBuf,
        /// Its private key.
        key: PathBuf,
    },
    /// One that the server makes at its first start; phones trust exactly this one, by the fingerprint in their link.
    SelfSigned,
}

/// What a listener needs to speak TLS.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The configuration of rustls.
    pub config: Arc<ServerConfig>,
    /// SHA-256 of the certificate, if the server made it itself.
    pub fingerprint: Option<Fingerprint>,
}

/// Says why there is no certificate to serve with.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A PEM file cannot be read.
    #[error("{path} cannot be read as {what} in PEM: {reason}")]
    Pem {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        what: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The key does not belong to the certificate, or is of a kind that rustls does not take.
    #[error("the certificate and key do not fit together: {0}")]
    Pair(#[from] rustls::Error),
    /// The self-signed certificate cannot be kept.
    #[error("the self-signed certificate cannot be written to {path}: {source}")]
    Keep {
        /// Where to.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// The self-signed certificate cannot be made.
    #[error("the self-signed certificate cannot be made for these names: {0}")]
    Make(#[from] rcgen::Error),
}

/// Loads the certificate, or makes it if the server signs its own and has none yet.
///
/// `hosts` are the names and addresses that a new certificate covers. Once made it stays, whatever hosts come later:
/// phones know it by its fingerprint.
pub fn load(tls: &Tls, data: &Path, hosts: &[String]) -> Result<Option<Identity>, TlsError> {
    let (certificate, key, own) = match tls {
        Tls::Off => return Ok(None),
        Tls::Files { certificate, key } => (certificate.clone(), key.clone(), false),
        Tls::SelfSigned => {
            let (certificate, key) = (data.join("tls-certificate.pem"), data.join("tls-key.pem"));
            if !(certificate.exists() && key.exists()) {
                make(&certificate, &key, hosts)?;
            }
            (certificate, key, true)
        }
    };
    let chain = read_chain(&certificate)?;
    let fingerprint = chain.first().filter(|_| own).map(|first| Sha256::digest(first).into());
    let key = PrivateKeyDer::from_pem_file(&key).map_err(|error| TlsError::Pem {
        path: key.clone(),
        what: "a private key",
        reason: error.to_string(),
    })?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Some(Identity { config: Arc::new(config), fingerprint }))
}

fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let wrong = |reason: String| TlsError::Pem { path: path.to_owned(), what: "a certificate", reason };
    let chain = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| wrong(error.to_string()))?;
    if chain.is_empty() { Err(wrong("there is none in it".to_owned())) } else { Ok(chain) }
}

fn make(certificate: &Path, key: &Path, hosts: &[String]) -> Result<(), TlsError> {
    let made = rcgen::generate_simple_self_signed(hosts)?;
    // The key first: without its certificate both are made anew, so a crash in between leaves nothing half done.
    write_private(key, &made.signing_key.serialize_pem())?;
    write_private(certificate, &made.cert.pem())
}

fn write_private(path: &Path, text: &str) -> Result<(), TlsError> {
    let write = || {
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|source| TlsError::Keep { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> Vec<String> {
        vec!["localhost".to_owned(), "127.0.0.1".to_owned()]
    }

    #[test]
    fn a_self_signed_certificate_is_made_once_and_kept_with_a_private_key() {
        let data = tempfile::tempdir().unwrap();
        let first = load(&Tls::SelfSigned, data.path(), &hosts()).unwrap().unwrap();
        let later = load(&Tls::SelfSigned, data.path(), &["sumu.example".to_owned()]).unwrap().unwrap();
        assert!(first.fingerprint.is_some());
        assert_eq!(first.fingerprint, later.fingerprint);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(data.path().join("tls-key.pem")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn files_of_an_authority_carry_no_fingerprint() {
        let data = tempfile::tempdir().unwrap();
        load(&Tls::SelfSigned, data.path(), &hosts()).unwrap();
        let (certificate, key) = (data.path().join("tls-certificate.pem"), data.path().join("tls-key.pem"));
        let identity = load(&Tls::Files { certificate, key }, data.path(), &[]).unwrap().unwrap();
        assert_eq!(identity.fingerprint, None);
    }

    #[test]
    fn a_file_that_is_missing_empty_or_of_another_pair_is_named() {
        let (data, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        load(&Tls::SelfSigned, data.path(), &hosts()).unwrap();
        load(&Tls::SelfSigned, other.path(), &hosts()).unwrap();
        let files = |certificate: PathBuf, key: PathBuf| {
            load(&Tls::Files { certificate, key }, data.path(), &[]).unwrap_err().to_string()
        };
        let good = data.path().join("tls-certificate.pem");
        let key = data.path().join("tls-key.pem");
        assert!(files(data.path().join("none.pem"), key.clone()).contains("none.pem"));
        assert!(files(key, data.path().join("tls-key.pem")).contains("there is none in it"));
        assert!(files(good.clone(), good.clone()).contains("private key"));
        assert!(files(good, other.path().join("tls-key.pem")).contains("do not fit together"));
    }
}
