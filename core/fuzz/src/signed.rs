//! Hostile bytes where a signature is expected: with a right signature what is inside is read and written again as the same;
//! without one nothing is taken.

use ed25519_dalek::{Signer, SigningKey};
use sumu_core::ids::{ChangeHash, ContentHash, DocId, ProgrammeId};
use sumu_core::sign::{Certificate, PrivateKey, PublicKey, Registration};

const SECRET: [u8; 32] = [7; 32];
/// Where the key of the device stands in a registration: after version, programme, actor and person.
const DEVICE_KEY: std::ops::Range<usize> = 49..81;

/// Reads bytes as a certificate, a registration, a signature and a public key.
pub fn signed(bytes: &[u8]) {
    let Some((choice, content)) = bytes.split_first() else { return };
    let key = PrivateKey::from_bytes(&SECRET).expect("it has 32 bytes");
    match choice % 4 {
        0 => certificate(content, &key),
        1 => registration(content, &key),
        2 => signature(content, &key),
        _ => public_key(content),
    }
}

fn certificate(body: &[u8], server: &PrivateKey) {
    let programme = programme(body);
    let sealed = sealed(b"sumu-certificate-1", body);
    if let Ok(certificate) = Certificate::open(&sealed, &server.public(), &programme) {
        assert_eq!(certificate.sign(server), sealed, "a certificate has one form");
    }
    assert!(Certificate::open(body, &server.public(), &programme).is_err(), "nobody signed it");
}

fn registration(body: &[u8], device: &PrivateKey) {
    let programme = programme(body);
    let mut body = body.to_vec();
    if let Some(key) = body.get_mut(DEVICE_KEY) {
        key.copy_from_slice(device.public().as_bytes());
    }
    let sealed = sealed(b"sumu-registration-1", &body);
    if let Ok(registration) = Registration::open(&sealed, &programme) {
        assert_eq!(registration.sign(device), sealed, "a registration has one form");
    }
    assert!(Registration::open(&body, &programme).is_err(), "nobody signed it");
}

fn signature(bytes: &[u8], key: &PrivateKey) {
    let Some((signature, message)) = bytes.split_first_chunk::<64>() else { return };
    let (doc, hash) = (DocId::new([1; 16]), ChangeHash::new([2; 32]));
    assert!(key.public().check_change(&doc, &hash, signature).is_err(), "nobody signed it");
    let code = String::from_utf8_lossy(message);
    assert!(key.public().check_enrolment(&code, signature).is_err(), "nobody signed it");
    let snapshots = [(doc, ContentHash::of(message))];
    assert!(key.public().check_vouch(&programme(message), &snapshots, signature).is_err(), "nobody signed it");
}

/// No signature made of bytes alone fits a key that was taken.
fn public_key(bytes: &[u8]) {
    let Some((signature, key)) = bytes.split_first_chunk::<64>() else { return };
    if let Ok(key) = PublicKey::from_bytes(key) {
        assert!(key.check_change(&DocId::new([1; 16]), &ChangeHash::new([2; 32]), signature).is_err());
    }
}

/// Takes the programme that the bytes name, so that they are not all of another one.
fn programme(body: &[u8]) -> ProgrammeId {
    body.get(1..17).and_then(ProgrammeId::from_slice).unwrap_or(ProgrammeId::new([0; 16]))
}

fn sealed(tag: &[u8], body: &[u8]) -> Vec<u8> {
    let signature = SigningKey::from_bytes(&SECRET).sign(&[tag, body].concat());
    [body, &signature.to_bytes()].concat()
}
