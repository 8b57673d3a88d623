//! Links by which a phone enrols and a person signs in.
//!
//! `URL/enrol#CODE` and, where the server made its own certificate, `URL/enrol#CODE.FINGERPRINT`; for a browser `URL/in#CODE`.
//! What stands after `#` is never sent when a browser opens the link by mistake.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use data_encoding::BASE64URL_NOPAD;

/// SHA-256 of a server's certificate in DER.
pub type Fingerprint = [u8; 32];

/// The most bytes of a code.
const CODE_BYTES: usize = 64;

/// Says why a text is no link, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLink {
    /// It does not begin with `http://` or `https://` and a host.
    #[error("'{url}' is no server's URL; it begins with https:// and a host, like https://sumu.example")]
    Url {
        /// The text before `/enrol`.
        url: String,
    },
    /// It would send the work over the network for everyone to read.
    #[error(
        "'{url}' is plain http, which is taken from this machine itself only; ask the office for a link with https://"
    )]
    PlainHttp {
        /// The URL.
        url: String,
    },
    /// It is meant for a browser.
    #[error("this link signs a person in and opens in a browser; a phone needs one that `invite` prints, with /enrol#")]
    SignIn,
    /// It has no `/enrol#`.
    #[error("this is no link to enrol by; it reads https://HOST/enrol#CODE: copy it whole, or scan it again")]
    Shape,
    /// The code is missing or was cut.
    #[error("the link's code is missing or damaged; copy the link whole, or ask for a new one")]
    Code,
    /// The fingerprint was cut or changed.
    #[error("the end of the link is damaged; copy the link whole, or scan it again")]
    Fingerprint,
}

/// A link to enrol by.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    /// The server's URL, without a slash at its end.
    pub url: String,
    /// The one-time code, a secret.
    pub code: String,
    /// The certificate to trust, and no other; nothing: the public roots.
    pub fingerprint: Option<Fingerprint>,
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/enrol#{}", self.url, self.code)?;
        match &self.fingerprint {
            Some(fingerprint) => write!(f, ".{}", fingerprint_text(fingerprint)),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({}/enrol#..)", self.url)
    }
}

impl FromStr for Link {
    type Err = InvalidLink;

    fn from_str(text: &str) -> Result<Self, InvalidLink> {
        let (place, secret) = text.trim().split_once('#').ok_or(InvalidLink::Shape)?;
        if place.ends_with("/in") {
            return Err(InvalidLink::SignIn);
        }
        let url = check_url(place.strip_suffix("/enrol").ok_or(InvalidLink::Shape)?)?;
        let (code, fingerprint) = match secret.split_once('.') {
            Some((code, fingerprint)) => (code, Some(read_fingerprint(fingerprint).ok_or(InvalidLink::Fingerprint)?)),
            None => (secret, None),
        };
        if is_code(code) { Ok(Self { url, code: code.to_owned(), fingerprint }) } else { Err(InvalidLink::Code) }
    }
}

/// A link by which a person signs in with a browser.
#[derive(Clone, PartialEq, Eq)]
pub struct SignInLink {
    /// The server's URL, without a slash at its end.
    pub url: String,
    /// The one-time code, a secret.
    pub code: String,
}

impl fmt::Display for SignInLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/in#{}", self.url, self.code)
    }
}

impl fmt::Debug for SignInLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignInLink({}/in#..)", self.url)
    }
}

/// Writes a fingerprint as links hold it: 43 letters of base64url.
pub fn fingerprint_text(fingerprint: &Fingerprint) -> String {
    BASE64URL_NOPAD.encode(fingerprint)
}

/// Reads what [`fingerprint_text`] wrote.
pub fn read_fingerprint(text: &str) -> Option<Fingerprint> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()?.try_into().ok()
}

/// Checks a server's URL and returns it without the slash at its end.
///
/// Plain `http://` is taken for loopback hosts only (127.0.0.0/8, ::1, localhost). A server behind a proxy that ends TLS has
/// an `https://` URL for everyone outside, and its links carry that one.
pub fn check_url(url: &str) -> Result<String, InvalidLink> {
    let wrong = || InvalidLink::Url { url: url.to_owned() };
    let (plain, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (false, rest),
        (None, Some(rest)) => (true, rest),
        (None, None) => return Err(wrong()),
    };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = read_host(authority).ok_or_else(wrong)?;
    if !path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~%".contains(&byte)) {
        return Err(wrong());
    }
    if plain && !is_loopback(host) {
        return Err(InvalidLink::PlainHttp { url: url.to_owned() });
    }
    Ok(url.trim_end_matches('/').to_owned())
}

/// Takes the host off `host`, `host:port` or `[v6]:port`.
fn read_host(authority: &str) -> Option<&str> {
    let (host, after) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            host.parse::<Ipv6Addr>().ok()?;
            (host, after)
        }
        None => {
            let (host, after) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
            let named = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-');
            if host.is_empty() || !named {
                return None;
            }
            (host, after)
        }
    };
    match after.strip_prefix(':') {
        Some(port) => port.parse::<u16>().ok().filter(|port| *port > 0).map(|_| host),
        None => after.is_empty().then_some(host),
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn is_code(code: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !code.is_empty() && code.len() <= CODE_BYTES && code.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Link, InvalidLink> {
        text.parse()
    }

    #[test]
    fn a_link_comes_back_from_its_text_with_and_without_a_fingerprint() {
        let plain = "https://sumu.example:8443/tongliao/enrol#aB3_-x";
        assert_eq!(read(plain).unwrap().to_string(), plain);
        assert_eq!(read(plain).unwrap().url, "https://sumu.example:8443/tongliao");
        let link = Link { url: "https://[fe80::1]:8417".into(), code: "c0de".into(), fingerprint: Some([7; 32]) };
        assert_eq!(read(&format!(" {link}\n")).unwrap(), link);
    }

    #[test]
    fn plain_http_is_taken_from_this_machine_only() {
        for host in ["127.0.0.1:8417", "127.9.9.9", "[::1]:80", "localhost:3000", "LOCALHOST"] {
            assert!(read(&format!("http://{host}/enrol#c")).is_ok(), "{host}");
        }
        for host in ["10.0.0.1", "sumu.example", "127.0.0.1.example", "[::2]", "localhost.example", "128.0.0.1"] {
            let wrong = read(&format!("http://{host}/enrol#c"));
            assert!(matches!(wrong, Err(InvalidLink::PlainHttp { .. })), "{host}: {wrong:?}");
        }
    }

    #[test]
    fn a_damaged_link_says_which_part_is_wrong() {
        assert_eq!(read("https://a/enrol"), Err(InvalidLink::Shape));
        assert_eq!(read("https://a/enter#x"), Err(InvalidLink::Shape));
        assert_eq!(read("https://a/in#x"), Err(InvalidLink::SignIn));
        assert_eq!(read("https://a/enrol#"), Err(InvalidLink::Code));
        assert_eq!(read("https://a/enrol#a b"), Err(InvalidLink::Code));
        assert_eq!(read("https://a/enrol#ab.cd"), Err(InvalidLink::Fingerprint));
        for url in
            ["ftp://a", "https://", "https://u@a", "https://a:0", "https://a:x", "https://a?b", "https://[a]", "a"]
        {
            assert!(matches!(read(&format!("{url}/enrol#c")), Err(InvalidLink::Url { .. })), "{url}");
        }
    }

    #[test]
    fn the_code_shows_in_no_debug_output() {
        assert!(!format!("{:?}", read("https://a/enrol#hush").unwrap()).contains("hush"));
        assert!(!format!("{:?}", SignInLink { url: "https://a".into(), code: "hush".into() }).contains("hush"));
    }
}
