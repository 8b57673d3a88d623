//! Who uses the phone: enrolment by a link, and the next person on the same phone.

use super::{Device, DeviceError};
use crate::ids::{DeviceId, Handle, PersonId, ProgrammeId};
use crate::link::Link;
use crate::sign::Grant;
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
    pub async fn enrol(&self, _link: &Link, _transport: &dyn Transport) -> Result<Identity, DeviceError> {
        todo!()
    }

    /// Returns who works with this phone now, or nothing before the first enrolment. Blocks.
    pub fn identity(&self) -> Result<Option<Identity>, DeviceError> {
        todo!()
    }

    /// Returns where the server is, or nothing before the first enrolment. Blocks.
    pub fn server(&self) -> Result<Option<Server>, DeviceError> {
        todo!()
    }

    /// Changes the server's address, when the same server moved. Blocks.
    pub fn set_server(&self, _url: &str) -> Result<(), DeviceError> {
        todo!()
    }
}
