//! One request of a phone: what it pushes is judged into the log, what it lacks is fed from the log.
//!
//! 1. `receive` runs in one writing transaction: it knows a repeated request and a restored phone, takes
//!    in the page (`intake`) and settles where the feed begins.
//! 2. Each change is judged (`judge`): by the gate, then by the office's rules. The `bench` carries the judgement out and
//!    wakes what waited for it.
//! 3. The `reply` streams frames of the `feed`, each from its own short read.
//!
//! [`judge_waiting`] is the door for commands of the office that change rights, rounds or places.

mod again;
mod bench;
mod documents;
mod doors;
mod feed;
mod intake;
mod judge;
mod office;
mod receive;
mod reply;
mod scopes;
#[cfg(test)]
mod tests;

pub use again::{Aside, Judged, judge_waiting};
pub(crate) use doors::Doors;
pub(crate) use feed::Feed;
pub(crate) use receive::{Caller, caller, receive};
pub(crate) use reply::{ReplyError, reply};
