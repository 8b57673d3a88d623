//! What the office does by commands: regions, items, rounds, forms, people, devices and links.
//!
//! Every function takes the transaction it works in, so a command is done whole or not at all, also while the server
//! runs in another process. Times are seconds since 1970; `now` and randomness are parameters.

mod certificates;
mod devices;
mod error;
mod forms;
mod items;
mod links;
mod people;
mod regions;
mod rights;
mod rounds;
mod show;

pub use certificates::{issue_certificate, issue_certificates, newest_certificate};
pub use devices::{DeviceRow, list_devices, revoke_device};
pub use error::AdminError;
pub use forms::{FormImported, form_bytes, form_of, form_place, import_form};
pub use items::{ItemsImported, find_item, import_items};
pub use links::{Address, OneTimeLink, invite, person_link, remember_address, served_address};
pub use people::{NewPerson, Person, add_person, find_person};
pub use regions::{RegionsImported, import_regions};
pub use rights::{RightsChanged, describe, grant, grants_of, revoke};
pub use rounds::{NewRound, Round, close_round, find_round, kind_word, list_rounds, open_round, state_word};
pub use show::show;

#[cfg(test)]
pub(crate) mod testing;
