//! Who uses the phone: enrolment by a link, and the next person on the same phone.

use crate::store::Transaction;
use data_encoding::HEXLOWER;

use super::{Device, DeviceError};
use crate::ids::{DeviceId, Handle, InstanceId, PersonId, ProgrammeId};
use crate::link::Link;
use crate::reference::{EnrolReply, EnrolRequest};
use crate::sign::{Certificate, Grant, PrivateKey, PublicKey};
use crate::store::meta::{self, name};
use crate::store::{StoreError, people};
use crate::sync::SyncError;
use crate::sync::transport::Transport;

/// Who works with this phone now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The phone.
    pub device: DeviceId,
    /// The programme that its file belongs to.
    pub programme: ProgrammeId,
    /// The person.
    pub person: PersonId,
    /// What people call the person.
    pub handle: Handle,
    /// The person's name.
    pub name: String,
    /// The newest known rights.
    pub grants: Vec<Grant>,
    /// Where the server is.
    pub server: Server,
}

/// Where the server is, and by what it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// The address.
    pub url: String,
    /// SHA-256 of the one certificate that is trusted; nothing: the public roots are.
    pub fingerprint: Option<[u8; 32]>,
}

impl Device {
    /// Enrols a person by a link. Enrolling again with another link makes that person the one who writes; what the one before
    /// has not sent yet stays and is still sent.
    pub async fn enrol(&self, link: &Link, transport: &dyn Transport) -> Result<Identity, DeviceError> {
        let key = self.store.write(|tx| self.own_key(tx))?;
        let request = EnrolRequest {
            code: link.code.clone(),
            device_key: HEXLOWER.encode(key.public().as_bytes()),
            proof: HEXLOWER.encode(&key.prove_enrolment(&link.code)),
        };
        let reply = crate::sync::enrol(transport, &request, self.environment.entropy.as_ref()).await?;
        self.store.write(|tx| self.enrolled(tx, link, &key, &reply))?;
        self.identity()?.ok_or(DeviceError::NotEnrolled)
    }

    /// Enrols without a line.
    #[cfg(test)]
    pub(crate) fn enrol_by_hand(
        &self,
        link: &Link,
        office: impl FnOnce(&PublicKey) -> EnrolReply,
    ) -> Result<(), DeviceError> {
        let key = self.store.write(|tx| self.own_key(tx))?;
        self.store.write(|tx| self.enrolled(tx, link, &key, &office(&key.public())))
    }

    /// Returns this phone's key; makes it, and the instance, the first time.
    fn own_key(&self, tx: &Transaction<'_>) -> Result<PrivateKey, StoreError> {
        if let Some(key) = meta::key(tx)? {
            return Ok(key);
        }
        let key = PrivateKey::generate(self.environment.entropy.as_ref());
        meta::set(tx, name::KEY, *key.to_bytes())?;
        meta::set(tx, name::INSTANCE, InstanceId::random(self.environment.entropy.as_ref()).as_bytes())?;
        meta::set(tx, name::REQUEST, 0)?;
        Ok(key)
    }

    fn enrolled(
        &self,
        tx: &Transaction<'_>,
        link: &Link,
        key: &PrivateKey,
        reply: &EnrolReply,
    ) -> Result<(), DeviceError> {
        let strange = |what: &str| SyncError::Protocol(format!("the reply to the enrolment has no good {what}"));
        let hex = |text: &str, what| HEXLOWER.decode(text.as_bytes()).map_err(|_| strange(what));
        let server_key =
            PublicKey::from_bytes(&hex(&reply.server_key, "server key")?).map_err(|_| strange("server key"))?;
        if let Some(before) = meta::home(tx)?
            && (before.programme != reply.programme || before.server_key != server_key)
        {
            return Err(DeviceError::OtherProgramme);
        }
        let bytes = hex(&reply.certificate, "certificate")?;
        let certificate =
            Certificate::open(&bytes, &server_key, &reply.programme).map_err(|_| strange("certificate"))?;
        if certificate.device_key != key.public() || certificate.person != reply.person {
            return Err(strange("certificate").into());
        }
        people::put_certificate(tx, &certificate, &bytes)?;
        let holder = people::Holder {
            person: reply.person,
            handle: reply.handle.clone(),
            name: reply.name.clone(),
            token: reply.token.clone(),
        };
        people::put_holder(tx, &holder, self.environment.clock.seconds())?;
        if meta::get::<[u8; 16]>(tx, name::LOG)?.is_none() {
            meta::set_life(tx, &reply.log, &reply.epoch)?;
        }
        meta::set(tx, name::PROGRAMME, reply.programme.as_bytes())?;
        meta::set(tx, name::SERVER_KEY, server_key.as_bytes())?;
        meta::set(tx, name::PERSON, reply.person.as_bytes())?;
        meta::set(tx, name::ZONE, &reply.zone)?;
        meta::set(tx, name::URL, &link.url)?;
        match &link.fingerprint {
            Some(fingerprint) => meta::set(tx, name::FINGERPRINT, fingerprint)?,
            None => meta::clear(tx, name::FINGERPRINT)?,
        }
        meta::clear(tx, name::STOPPED)?;
        Ok(())
    }

    /// Returns who works with this phone now, or nothing before the first enrolment. Blocks.
    pub fn identity(&self) -> Result<Option<Identity>, DeviceError> {
        self.store.read(|connection| {
            let (Some(home), Some(server)) = (meta::home(connection)?, server(connection)?) else { return Ok(None) };
            let Some(holder) = people::holder(connection, &home.person)? else { return Ok(None) };
            Ok(Some(Identity {
                device: home.key.public().device(),
                programme: home.programme,
                person: home.person,
                handle: holder.handle,
                name: holder.name,
                grants: people::rights(connection, &home)?.1,
                server,
            }))
        })
    }

    /// Returns where the server is, or nothing before the first enrolment. Blocks.
    pub fn server(&self) -> Result<Option<Server>, DeviceError> {
        self.store.read(|connection| Ok(server(connection)?))
    }

    /// Changes the server's address, when the same server moved. Blocks.
    pub fn set_server(&self, url: &str) -> Result<(), DeviceError> {
        self.store.write(|tx| {
            meta::home(tx)?.ok_or(DeviceError::NotEnrolled)?;
            Ok(meta::set(tx, name::URL, url.trim_end_matches('/'))?)
        })
    }
}

fn server(connection: &crate::store::Connection) -> Result<Option<Server>, StoreError> {
    let Some(url) = meta::get(connection, name::URL)? else { return Ok(None) };
    Ok(Some(Server { url, fingerprint: meta::get(connection, name::FINGERPRINT)? }))
}
