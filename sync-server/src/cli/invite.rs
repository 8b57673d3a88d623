//! `invite ID` and `person link ID`: the link is the last line.

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use serde_json::json;
use sumu_core::ids::Handle;
use sumu_server::admin::{self, OneTimeLink, describe};

use super::{Context, Failure, Output};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// For whom the phone will work.
    id: Handle,
    /// How many hours the link works.
    #[arg(long, default_value_t = 168, value_parser = clap::value_parser!(u32).range(1..=8_784))]
    hours: u32,
}

#[derive(Debug, clap::Args)]
pub(crate) struct LinkArguments {
    /// Who signs in.
    id: Handle,
    /// How many hours the link works.
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=8_784))]
    hours: u32,
}

impl Arguments {
    pub(crate) fn run(self, context: &Context) -> Result<Output, Failure> {
        let lasts = i64::from(self.hours) * 3_600;
        let link = context.write(|tx| admin::invite(tx, &self.id, lasts, context.entropy(), context.now()))?;
        print(context, &link, "scan it with the phone, or copy the link; one phone can enrol with it")
    }
}

impl LinkArguments {
    pub(crate) fn run(self, context: &Context) -> Result<Output, Failure> {
        let lasts = i64::from(self.hours) * 3_600;
        let link = context.write(|tx| admin::person_link(tx, &self.id, lasts, context.entropy(), context.now()))?;
        print(context, &link, "open it in a browser; it signs in once")
    }
}

fn print(context: &Context, made: &OneTimeLink, use_it: &str) -> Result<Output, Failure> {
    let OneTimeLink { link, person, expires_at } = made;
    let expires = sumu_server::times::rfc3339(*expires_at, &context.time_zone()?);
    if link.contains("://0.0.0.0:") || link.contains("://[::]:") {
        eprintln!(
            "warning: the server listens on all addresses, so the link names none that others can reach; serve with --public-url URL"
        );
    }
    let json = json!({
        "link": link, "person": person.handle, "name": person.name, "grants": person.grants, "expires_at": expires
    });
    let code = QrCode::new(link).map_err(|error| Failure::Refused(format!("the link fits no QR code: {error}")))?;
    // Most terminals write light on dark, so the light squares are the ones to fill.
    let code = code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build();
    let text = format!(
        "{code}\nfor {} ({}): {}\nuntil {expires}; {use_it}\n{link}",
        person.handle,
        person.name,
        describe(&person.grants)
    );
    Output::new(text, json)
}
