//! `show SITE ITEM [--round ID]`

use std::fmt::Write as _;

use rusqlite::Connection;
use sumu_core::ids::{Handle, SiteId};
use sumu_core::record::{Report, ReportedValue};
use sumu_core::reference::RoundState;
use sumu_server::admin;

use super::{Context, Failure, Output};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The site's id.
    site: SiteId,
    /// The item's id.
    item: Handle,
    /// The round; needed where several are open.
    #[arg(long, value_name = "ID")]
    round: Option<Handle>,
}

impl Arguments {
    /// Shows a record with its blame, disputes, sign-offs and review.
    pub(crate) fn run(self, context: &Context) -> Result<Output, Failure> {
        let report = context.read(|connection| {
            let round = match &self.round {
                Some(round) => round.clone(),
                None => only_open_round(connection)?,
            };
            Ok::<_, Failure>(admin::show(connection, &self.site, &self.item, &round)?)
        })?;
        Output::new(text(&report), &report)
    }
}

fn only_open_round(connection: &Connection) -> Result<Handle, Failure> {
    let rounds = admin::list_rounds(connection)?;
    let open: Vec<&Handle> =
        rounds.iter().filter(|round| round.state == RoundState::Open).map(|round| &round.handle).collect();
    match open.as_slice() {
        [only] => Ok((*only).clone()),
        [] => Err(Failure::Refused("no round is open; say which with --round ID".to_owned())),
        several => {
            let names: Vec<&str> = several.iter().map(|handle| handle.as_str()).collect();
            Err(Failure::Usage(format!("several rounds are open; say which with --round ID: {}", names.join(", "))))
        }
    }
}

fn text(report: &Report) -> String {
    let mut text = format!("{} {} ({})", report.site, report.item, report.round);
    if report.answers.is_empty() {
        text.push_str("\nnobody has answered anything yet");
    }
    let rivals = |key: &str, values: &[ReportedValue]| {
        let said: Vec<String> = values.iter().map(|value| format!("{} says {}", value.by, value.value)).collect();
        format!("\n{key} is in dispute: {}", said.join(", "))
    };
    // Writing to a String cannot fail.
    for (key, answer) in &report.answers {
        let _ = write!(text, "\n  {key} = {}  {} {}", answer.shown.value, answer.shown.by, answer.shown.at);
    }
    for (key, answer) in &report.answers {
        text.push_str(&answer.dispute.as_deref().map(|values| rivals(key, values)).unwrap_or_default());
    }
    for (key, values) in &report.disputes {
        text.push_str(&rivals(key, values));
    }
    for signed in &report.signoffs {
        let since = if signed.current { "" } else { "; changed since" };
        let _ = write!(text, "\nsigned by {} ({}) {}{since}", signed.person, signed.role, signed.at);
    }
    if let Some(review) = &report.review {
        let state = serde_json::to_value(review.state).unwrap_or_default();
        let state = state.as_str().unwrap_or_default();
        let _ = write!(text, "\n{state} by {} {}: {}", review.by, review.at, review.reason);
    }
    text
}
