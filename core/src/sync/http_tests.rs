//! A local server that speaks just enough HTTP, with and without TLS.

use std::net::SocketAddr;

use futures_util::TryStreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::super::transport::Secret;
use super::*;

/// Answers every request on every connection with the same bytes, then closes; hands back what it was asked.
struct Server {
    address: SocketAddr,
    asked: tokio::sync::mpsc::UnboundedReceiver<String>,
    fingerprint: Option<Fingerprint>,
}

async fn serve(tls: bool, answer: &'static [u8]) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, asked) = tokio::sync::mpsc::unbounded_channel();
    let identity = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let certificate = identity.cert.der().clone();
    let fingerprint = tls.then(|| Sha256::digest(&certificate).into());
    let key = rustls::pki_types::PrivateKeyDer::try_from(identity.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = tls.then(|| TlsAcceptor::from(Arc::new(config)));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, sender) = (acceptor.clone(), sender.clone());
            tokio::spawn(async move {
                match acceptor {
                    Some(acceptor) => {
                        // A client that does not trust us ends the handshake.
                        if let Ok(stream) = acceptor.accept(stream).await {
                            converse(stream, answer, &sender).await;
                        }
                    }
                    None => converse::<TcpStream>(stream, answer, &sender).await,
                }
            });
        }
    });
    Server { address, asked, fingerprint }
}

async fn converse<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin>(
    mut stream: S,
    answer: &[u8],
    asked: &tokio::sync::mpsc::UnboundedSender<String>,
) {
    let mut request = Vec::new();
    let mut piece = [0; 1024];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut piece).await {
            Ok(0) | Err(_) => return,
            // The first byte of a TLS handshake, where none is expected.
            Ok(_) if piece[0] == 0x16 => break,
            Ok(read) => request.extend(&piece[..read]),
        }
    }
    asked.send(String::from_utf8_lossy(&request).into_owned()).unwrap();
    stream.write_all(answer).await.unwrap();
    stream.flush().await.unwrap();
    if answer.ends_with(STALLS) {
        std::future::pending().await
    }
    stream.shutdown().await.unwrap();
}

/// An answer that ends in this is never ended, and its connection stays open.
const STALLS: &[u8] = b"..";

const HELLO: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";

fn post() -> Call {
    let token = Some(Secret::new("t0ken-of-32-letters-of-base64url".to_owned()));
    Call { method: Method::Post, path: "/v1/sync".to_owned(), token, body: b"abc".to_vec() }
}

async fn fetch(transport: &HttpTransport) -> Result<(u16, Vec<u8>), TransportError> {
    let reply = transport.send(post()).await?;
    Ok((reply.status, reply.body.try_concat().await?))
}

#[tokio::test]
async fn the_pinned_certificate_is_trusted_whatever_name_it_bears() {
    let server = serve(true, HELLO).await;
    let transport = HttpTransport::new(&format!("https://{}", server.address), server.fingerprint).unwrap();
    assert_eq!(fetch(&transport).await, Ok((200, b"hello".to_vec())));
}

#[tokio::test]
async fn another_certificate_than_the_pinned_one_is_refused_before_anything_is_sent() {
    let mut server = serve(true, HELLO).await;
    let transport = HttpTransport::new(&format!("https://{}", server.address), Some([7; 32])).unwrap();
    let refused = fetch(&transport).await.unwrap_err();
    assert_eq!(
        refused,
        TransportError::Untrusted { why: "its certificate is not the one that the link named".to_owned() }
    );
    assert!(server.asked.try_recv().is_err());
}

#[tokio::test]
async fn a_certificate_that_no_public_authority_signed_is_refused_without_a_pin() {
    let mut server = serve(true, HELLO).await;
    let url = format!("https://localhost:{}", server.address.port());
    let refused = fetch(&HttpTransport::new(&url, None).unwrap()).await.unwrap_err();
    assert!(matches!(&refused, TransportError::Untrusted { why } if why.contains("no known authority")), "{refused}");
    assert!(server.asked.try_recv().is_err());
}

#[tokio::test]
async fn a_server_without_tls_is_not_trusted_by_an_https_url() {
    let mut server = serve(false, HELLO).await;
    let transport = HttpTransport::new(&format!("https://{}", server.address), Some([7; 32])).unwrap();
    let refused = fetch(&transport).await.unwrap_err();
    assert!(matches!(refused, TransportError::Untrusted { .. }), "{refused}");
    assert!(server.asked.try_recv().map_or(true, |asked| !asked.contains("t0ken")));
}

#[tokio::test]
async fn a_request_has_no_header_that_it_does_not_need() {
    let mut server = serve(false, HELLO).await;
    let transport = HttpTransport::new(&format!("http://{}", server.address), None).unwrap();
    fetch(&transport).await.unwrap();
    let asked = server.asked.recv().await.unwrap();
    let head = asked.split("\r\n\r\n").next().unwrap().to_owned();
    let names: Vec<&str> = head.lines().skip(1).filter_map(|line| line.split(':').next()).collect();
    assert!(head.starts_with("POST /v1/sync HTTP/1.1\r\n"), "{head}");
    assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), 4, "{head}");
    for name in ["authorization", "accept", "host", "content-length"] {
        assert!(names.contains(&name), "{head}");
    }
    // With a body of 110 bytes up, a reply's head of 85 and a body of 40 there are 20 bytes to spare below 400.
    assert!(head.len() + "\r\n\r\n".len() <= 145, "{} bytes:\n{head}", head.len());
}

#[tokio::test]
async fn a_body_that_ends_too_early_is_cut() {
    for answer in [
        &b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello"[..],
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ] {
        let server = serve(true, answer).await;
        let transport = HttpTransport::new(&format!("https://{}", server.address), server.fingerprint).unwrap();
        let reply = transport.send(post()).await.unwrap();
        let pieces: Vec<_> = reply.body.collect().await;
        assert_eq!(pieces.first(), Some(&Ok(b"hello".to_vec())));
        assert!(matches!(pieces.last(), Some(Err(TransportError::Cut { .. }))), "{pieces:?}");
        assert_eq!(pieces.len(), 2);
    }
}

#[tokio::test]
async fn a_line_that_breaks_before_the_reply_is_cut_and_one_that_never_stood_is_offline() {
    let server = serve(false, b"").await;
    let transport = HttpTransport::new(&format!("http://{}", server.address), None).unwrap();
    let broken = fetch(&transport).await.unwrap_err();
    assert!(matches!(broken, TransportError::Cut { .. }), "{broken}");

    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let transport = HttpTransport::new(&format!("https://{free}"), None).unwrap();
    let offline = fetch(&transport).await.unwrap_err();
    assert!(matches!(&offline, TransportError::Offline { why } if why.contains("refused")), "{offline}");
}

#[tokio::test]
async fn a_line_that_stalls_is_cut_after_a_minute_and_not_before() {
    let server = serve(false, b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello..").await;
    let transport = HttpTransport::new(&format!("http://{}", server.address), None).unwrap();
    let mut body = transport.send(post()).await.unwrap().body;
    assert_eq!(body.next().await, Some(Ok(b"hello..".to_vec())));
    tokio::time::pause();
    let before = tokio::time::Instant::now();
    assert_eq!(body.next().await, Some(Err(TransportError::Cut { why: "nothing arrives any more".to_owned() })));
    assert!(before.elapsed() >= IDLE && before.elapsed() < IDLE + Duration::from_secs(1));
    assert_eq!(body.next().await, None);
}

#[tokio::test]
async fn the_wait_for_a_reply_grows_with_what_goes_up() {
    let mut server = serve(false, b"HTTP/1.1 200 OK\r\nserver: ..").await;
    let transport = HttpTransport::new(&format!("http://{}", server.address), None).unwrap();
    let call = Call { body: vec![7; 400 << 10], ..post() };
    let before = tokio::time::Instant::now();
    let sent = tokio::spawn(async move { transport.send(call).await });
    server.asked.recv().await.unwrap();
    tokio::time::pause();
    let cut = sent.await.unwrap().unwrap_err();
    assert_eq!(cut, TransportError::Cut { why: "the server does not answer".to_owned() });
    assert!(before.elapsed() >= IDLE + Duration::from_secs(100));
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_a_wait_is_told() {
    let answer = b"HTTP/1.1 307 Go\r\nlocation: http://127.0.0.1:1/\r\nretry-after: 30\r\ncontent-length: 0\r\n\r\n";
    let server = serve(false, answer).await;
    let transport = HttpTransport::new(&format!("http://{}", server.address), None).unwrap();
    let reply = transport.send(post()).await.unwrap();
    assert_eq!((reply.status, reply.retry_after), (307, Some(30)));
}

#[test]
fn plain_http_beyond_this_machine_and_a_pin_without_tls_are_refused_by_name() {
    assert!(matches!(
        HttpTransport::new("http://sumu.example", None),
        Err(HttpError::Url(InvalidLink::PlainHttp { .. }))
    ));
    let pinned = HttpTransport::new("http://127.0.0.1:8417", Some([1; 32]));
    assert!(matches!(pinned, Err(HttpError::FingerprintWithoutTls)));
}
