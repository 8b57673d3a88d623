//! Stories of phones that sync with a home server in memory, over a line that does as it is told.

mod home;
mod lines;
mod mending;
mod merging;
mod oracle;
mod restored;
mod scopes;

use home::{Fault, Line};

use crate::device::Device;
use crate::device::tests::{Office, Phone, put};
use crate::gate::{Reason, Verdict};
use crate::ids::ChangeHash;
use crate::link::Link;
use crate::record::Key;
use crate::sign::Role;
use crate::sync::{Cancel, Silent, SyncError, SyncReport};

async fn sync(device: &Device, line: &Line) -> Result<SyncReport, SyncError> {
    device.sync(line, &Silent, &Cancel::new()).await
}

impl Phone {
    /// A phone whose person enrolled and synced once.
    async fn at(line: &Line, seed: u64, handle: &str, role: Role) -> Self {
        let phone = Self::new(seed);
        phone.arrives(line, handle, role).await;
        sync(&phone.device, line).await.unwrap();
        phone
    }

    async fn arrives(&self, line: &Line, handle: &str, role: Role) {
        line.home().roles.insert(handle.to_owned(), role);
        let link: Link = format!("https://office.example/enrol#{handle}").parse().unwrap();
        self.device.enrol(&link, line).await.unwrap();
    }

    async fn sync(&self, line: &Line) -> SyncReport {
        sync(&self.device, line).await.unwrap()
    }

    fn heads(&self) -> Vec<ChangeHash> {
        self.device.record(&self.place()).unwrap().heads
    }
}
