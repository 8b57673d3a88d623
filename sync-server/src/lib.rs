//! The server that phones sync with and supervisors look at.
//!
//! Three nouns carry it. The **log** ([`log`]) is the append-only sequence of accepted changes and the truth; the **view**
//! ([`view`]) is folded from it in the same transaction and can be dropped and folded anew; an **exchange** ([`exchange`])
//! is one request of a phone: what it pushes is judged into the log, what it lacks is fed from the log.
//!
//! - [`State`] opens a data folder; [`app`] makes the router that [`serve`] listens with and tests call.
//! - [`admin`] holds what the office does by commands, [`enrolment`] and [`session`] let phones and people in.
//! - [`scoring`] follows the commit: what a form makes of each record, computed by the core's engine.
//! - [`xlsform`] turns the office's workbooks into forms.
//! - The pages (`pages`) show supervisors what the view holds.
//! - [`database`] is the SQLite file behind all of it.

mod accept;
pub mod admin;
pub mod database;
pub mod enrolment;
pub mod exchange;
pub mod log;
mod metrics;
mod observe;
mod pages;
mod peer;
pub mod programme;
mod reference;
mod routes;
pub mod scoring;
pub mod secrets;
pub mod serve;
pub mod session;
mod sqlite;
mod state;
pub mod times;
pub mod tls;
pub mod view;
pub mod xlsform;

pub use peer::Peer;
pub use routes::app;
pub use sqlite::Sqlite;
pub use state::{Limits, OpenError, Options, State};

#[cfg(test)]
pub(crate) mod testing;
