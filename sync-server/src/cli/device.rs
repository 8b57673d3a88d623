//! `device list`, `device revoke DEVICE`

use serde_json::json;
use sumu_core::ids::DeviceId;
use sumu_server::admin;

use super::{Context, Failure, Output};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List the phones: whose, when last synced, whether revoked.
    List,
    /// Revoke a phone: it reads nothing but its verdicts, and what it brings is kept aside.
    Revoke {
        /// Its id, as `device list` shows it.
        device: DeviceId,
    },
}

impl Command {
    pub(crate) fn run(self, context: &Context) -> Result<Output, Failure> {
        match self {
            Self::List => list(context),
            Self::Revoke { device } => {
                let now = context.now();
                context.write(|tx| admin::revoke_device(tx, &device, now))?;
                Output::new(format!("device {device} is revoked"), json!({ "device": device, "revoked": true }))
            }
        }
    }
}

fn list(context: &Context) -> Result<Output, Failure> {
    let devices = context.read(admin::list_devices)?;
    let zone = context.time_zone()?;
    let mut rows = Vec::new();
    let mut text = String::new();
    for device in devices {
        let last_sync = device.last_sync.map(|at| sumu_server::times::rfc3339(at, &zone));
        text.push_str(&format!(
            "{}  {:<16}  {}{}\n",
            device.device,
            device.person,
            last_sync.as_deref().unwrap_or("never synced"),
            if device.revoked { "  revoked" } else { "" }
        ));
        rows.push(json!({
            "device": device.device, "person": device.person, "last_sync": last_sync, "revoked": device.revoked
        }));
    }
    if rows.is_empty() {
        text.push_str("no device has enrolled yet; `invite ID` prints a link for one");
    }
    Output::new(text, rows)
}
