//! Enrolment: a phone with a one-time code and a key of its own becomes a device of a person.

use data_encoding::HEXLOWER;
use rusqlite::{OptionalExtension, Transaction};
use sumu_core::clock::Entropy;
use sumu_core::ids::PersonId;
use sumu_core::reference::{EnrolReply, EnrolRequest};
use sumu_core::sign::{Certificate, PublicKey};

use crate::admin::{AdminError, grants_of, issue_certificate, newest_certificate};
use crate::programme::{Programme, ProgrammeError};
use crate::secrets;

/// Says why a phone was not enrolled, and what its user can do.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// No such code was ever made, or its person was revoked.
    #[error("this link is not known here; ask the office for a new one")]
    UnknownCode,
    /// Another phone was first.
    #[error("this link was used by another phone; ask the office for a new one")]
    UsedCode,
    /// It came too late.
    #[error("this link has expired; ask the office for a new one")]
    ExpiredCode,
    /// This phone's key was revoked.
    #[error("this phone was revoked; ask the office, and enrol with the app installed anew")]
    RevokedDevice,
    /// The key is weak or damaged.
    #[error("the phone's key is weak or damaged; install the app anew and use the link again")]
    Key,
    /// The proof is not of this key and code.
    #[error("the phone does not prove that it holds its key; install the app anew and use the link again")]
    Proof,
    /// The certificate cannot be made.
    #[error(transparent)]
    Office(#[from] AdminError),
    /// The programme cannot be read.
    #[error(transparent)]
    Programme(#[from] ProgrammeError),
    /// The database cannot be read or written.
    #[error("the database cannot be used: {0}")]
    Storage(#[from] rusqlite::Error),
}

struct Invite {
    person: PersonId,
    handle: String,
    name: String,
    expires_at: i64,
    used_key: Option<Vec<u8>>,
}

/// Enrols a device: uses up the code and gives the device its token and certificate, in one transaction.
///
/// The same code with the same key may come again, because a reply can be lost: everything is as before but the token, which
/// replaces the one that may never have arrived. A key that is known already enrols for one more person.
pub fn enrol(
    tx: &Transaction<'_>,
    request: &EnrolRequest,
    entropy: &dyn Entropy,
    now: i64,
) -> Result<EnrolReply, EnrolError> {
    let key = HEXLOWER.decode(request.device_key.as_bytes()).map_err(|_| EnrolError::Key)?;
    let key = PublicKey::from_bytes(&key).map_err(|_| EnrolError::Key)?;
    let proof = HEXLOWER.decode(request.proof.as_bytes()).ok().and_then(|proof| <[u8; 64]>::try_from(proof).ok());
    key.check_enrolment(&request.code, &proof.ok_or(EnrolError::Proof)?).map_err(|_| EnrolError::Proof)?;

    let code_hash = secrets::hash(&request.code);
    let invite = find(tx, &code_hash)?.ok_or(EnrolError::UnknownCode)?;
    match &invite.used_key {
        Some(used) if used == key.as_bytes() => {}
        Some(_) => return Err(EnrolError::UsedCode),
        None if now >= invite.expires_at => return Err(EnrolError::ExpiredCode),
        None => {
            tx.execute(
                "UPDATE invite SET used_at = ?2, used_key = ?3 WHERE code_hash = ?1",
                (code_hash, now, key.as_bytes()),
            )?;
        }
    }

    let device = key.device();
    tx.execute(
        "INSERT INTO device (id, key, enrolled_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        (device.as_bytes(), key.as_bytes(), now),
    )?;
    let revoked: bool =
        tx.query_row("SELECT revoked_at IS NOT NULL FROM device WHERE id = ?1", [device.as_bytes()], |row| row.get(0))?;
    if revoked {
        return Err(EnrolError::RevokedDevice);
    }
    let token = secrets::new_token(entropy);
    tx.execute(
        "INSERT INTO token VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (device, person) DO UPDATE SET hash = excluded.hash, made_at = excluded.made_at",
        (secrets::hash(&token), device.as_bytes(), invite.person.as_bytes(), now),
    )?;

    let programme = Programme::load(tx)?;
    let certificate = certificate(tx, &programme, &key, &invite.person, now)?;
    Ok(EnrolReply {
        device,
        token,
        person: invite.person,
        programme: programme.id,
        log: programme.log,
        epoch: programme.epoch,
        server_key: HEXLOWER.encode(programme.key.public().as_bytes()),
        certificate: HEXLOWER.encode(&certificate),
        zone: programme.zone,
        handle: invite.handle.parse().map_err(|_| ProgrammeError::Damaged("person"))?,
        name: invite.name,
    })
}

fn find(tx: &Transaction<'_>, code_hash: &[u8; 32]) -> rusqlite::Result<Option<Invite>> {
    tx.prepare_cached(
        "SELECT person.id, handle, name, expires_at, used_key FROM invite JOIN person ON person.id = person
         WHERE code_hash = ?1 AND revoked_at IS NULL",
    )?
    .query_row([code_hash], |row| {
        Ok(Invite {
            person: PersonId::new(row.get(0)?),
            handle: row.get(1)?,
            name: row.get(2)?,
            expires_at: row.get(3)?,
            used_key: row.get(4)?,
        })
    })
    .optional()
}

/// Returns the newest certificate if it still tells the person's rights, else signs the next.
fn certificate(
    tx: &Transaction<'_>,
    programme: &Programme,
    key: &PublicKey,
    person: &PersonId,
    now: i64,
) -> Result<Vec<u8>, EnrolError> {
    if let Some(bytes) = newest_certificate(tx, key, person)?
        && let Ok(newest) = Certificate::open(&bytes, &programme.key.public(), &programme.id)
        && newest.grants == grants_of(tx, person)?
    {
        return Ok(bytes);
    }
    Ok(issue_certificate(tx, programme, key, person, now)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::testing::{NOW, handle, office, one, person};
    use crate::admin::{grant, invite, list_devices, revoke_device};
    use rusqlite::Connection;
    use sumu_core::clock::SeededEntropy;
    use sumu_core::sign::{PrivateKey, Role};

    fn invited(connection: &mut Connection, entropy: &dyn Entropy) -> String {
        let tx = connection.transaction().unwrap();
        if crate::admin::find_person(&tx, &handle("batu")).is_err() {
            person(&tx, "batu", Role::Inspector, "150521");
        }
        let link = invite(&tx, &handle("batu"), 3_600, entropy, NOW).unwrap().link;
        tx.commit().unwrap();
        link.split_once('#').unwrap().1.to_owned()
    }

    fn request(key: &PrivateKey, code: &str) -> EnrolRequest {
        EnrolRequest {
            code: code.to_owned(),
            device_key: HEXLOWER.encode(key.public().as_bytes()),
            proof: HEXLOWER.encode(&key.prove_enrolment(code)),
        }
    }

    #[test]
    fn a_phone_gets_a_token_and_a_certificate_that_opens_with_the_servers_key() {
        let (mut connection, entropy) = (office(), SeededEntropy::new(11));
        let code = invited(&mut connection, &entropy);
        let key = PrivateKey::generate(&entropy);
        let tx = connection.transaction().unwrap();
        let reply = enrol(&tx, &request(&key, &code), &entropy, NOW).unwrap();
        let server = PublicKey::from_bytes(&HEXLOWER.decode(reply.server_key.as_bytes()).unwrap()).unwrap();
        let bytes = HEXLOWER.decode(reply.certificate.as_bytes()).unwrap();
        let certificate = Certificate::open(&bytes, &server, &reply.programme).unwrap();
        assert_eq!(certificate.grants, [one(Role::Inspector, "150521")]);
        assert_eq!((certificate.serial, certificate.person), (1, reply.person));
        assert_eq!(reply.device, key.public().device());
        let kept: Vec<u8> = tx.query_row("SELECT hash FROM token", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, secrets::hash(&reply.token));
    }

    #[test]
    fn a_code_serves_one_phone_and_its_repeat_changes_nothing_but_the_token() {
        let (mut connection, entropy) = (office(), SeededEntropy::new(12));
        let code = invited(&mut connection, &entropy);
        let (first, second) = (PrivateKey::generate(&entropy), PrivateKey::generate(&entropy));
        let tx = connection.transaction().unwrap();
        let one = enrol(&tx, &request(&first, &code), &entropy, NOW).unwrap();
        assert!(matches!(enrol(&tx, &request(&second, &code), &entropy, NOW), Err(EnrolError::UsedCode)));
        let repeat = enrol(&tx, &request(&first, &code), &entropy, NOW + 10_000).unwrap();
        assert_eq!((repeat.device, &repeat.certificate), (one.device, &one.certificate));
        assert_ne!(repeat.token, one.token);
        assert_eq!(list_devices(&tx).unwrap().len(), 1);
    }

    #[test]
    fn what_is_late_unknown_weak_or_not_proved_is_refused_and_uses_nothing_up() {
        let (mut connection, entropy) = (office(), SeededEntropy::new(13));
        let code = invited(&mut connection, &entropy);
        let (key, other) = (PrivateKey::generate(&entropy), PrivateKey::generate(&entropy));
        let tx = connection.transaction().unwrap();
        let late = enrol(&tx, &request(&key, &code), &entropy, NOW + 3_600);
        assert!(matches!(late, Err(EnrolError::ExpiredCode)));
        assert!(matches!(enrol(&tx, &request(&key, "nonsense"), &entropy, NOW), Err(EnrolError::UnknownCode)));
        let mut weak = request(&key, &code);
        weak.device_key = format!("01{}", "00".repeat(31));
        assert!(matches!(enrol(&tx, &weak, &entropy, NOW), Err(EnrolError::Key)));
        let mut stolen = request(&key, &code);
        stolen.proof = request(&other, &code).proof;
        assert!(matches!(enrol(&tx, &stolen, &entropy, NOW), Err(EnrolError::Proof)));
        enrol(&tx, &request(&key, &code), &entropy, NOW).unwrap();
    }

    #[test]
    fn a_grant_after_enrolment_makes_the_next_certificate_of_each_phone() {
        let (mut connection, entropy) = (office(), SeededEntropy::new(14));
        for _ in 0..2 {
            let code = invited(&mut connection, &entropy);
            let tx = connection.transaction().unwrap();
            enrol(&tx, &request(&PrivateKey::generate(&entropy), &code), &entropy, NOW).unwrap();
            tx.commit().unwrap();
        }
        let tx = connection.transaction().unwrap();
        let changed = grant(&tx, &handle("batu"), &one(Role::TeamLead, "150521"), NOW).unwrap();
        assert_eq!(changed.certificates, 2);
        let serials: i64 = tx.query_row("SELECT sum(serial) FROM certificate", [], |row| row.get(0)).unwrap();
        assert_eq!(serials, 1 + 2 + 1 + 2);
    }

    #[test]
    fn a_revoked_phone_does_not_come_back_with_its_key() {
        let (mut connection, entropy) = (office(), SeededEntropy::new(15));
        let key = PrivateKey::generate(&entropy);
        let (first, second) = (invited(&mut connection, &entropy), invited(&mut connection, &entropy));
        let tx = connection.transaction().unwrap();
        let reply = enrol(&tx, &request(&key, &first), &entropy, NOW).unwrap();
        revoke_device(&tx, &reply.device, NOW).unwrap();
        assert!(list_devices(&tx).unwrap()[0].revoked);
        assert!(matches!(enrol(&tx, &request(&key, &second), &entropy, NOW), Err(EnrolError::RevokedDevice)));
        assert!(matches!(revoke_device(&tx, &reply.device, NOW), Err(AdminError::State { .. })));
        let unknown = sumu_core::ids::DeviceId::new([1; 16]);
        assert!(matches!(revoke_device(&tx, &unknown, NOW), Err(AdminError::Unknown { .. })));
    }
}
