//! `round open ID --from DATE --cutoff DATE [--kind KIND]`, `round close ID [--force]`

use clap::ValueEnum;
use jiff::civil::Date;
use sumu_core::gate::RoundKind;
use sumu_core::ids::Handle;
use sumu_server::admin::{self, NewRound, Round, kind_word, state_word};

use super::{Context, Failure, Output};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Open a round, or open a closed one again with new days; work that was kept aside is judged again.
    Open {
        /// Its id: A-Z a-z 0-9 _ -
        id: Handle,
        /// Its first day, YYYY-MM-DD.
        #[arg(long, value_name = "DATE")]
        from: Date,
        /// Its last day, included, YYYY-MM-DD.
        #[arg(long, value_name = "DATE")]
        cutoff: Date,
        /// Its kind [default: assessment].
        #[arg(long)]
        kind: Option<Kind>,
    },
    /// Close a round: what comes later is accepted and marked late.
    Close {
        /// Its id.
        id: Handle,
        /// Keep aside what comes later instead of accepting it.
        #[arg(long)]
        force: bool,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Kind {
    Assessment,
    SpotCheck,
    Dispatch,
}

impl From<Kind> for RoundKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Assessment => Self::Assessment,
            Kind::SpotCheck => Self::SpotCheck,
            Kind::Dispatch => Self::Dispatch,
        }
    }
}

impl Command {
    pub(crate) fn run(self, context: &Context) -> Result<Output, Failure> {
        let now = context.now();
        let round = match self {
            Self::Open { id, from, cutoff, kind } => {
                let new = NewRound { handle: id, kind: kind.map(Into::into), from, cutoff };
                context.write(|tx| admin::open_round(tx, &new, context.entropy(), now))?
            }
            Self::Close { id, force } => context.write(|tx| admin::close_round(tx, &id, force, now))?,
        };
        Output::new(line(&round), &round)
    }
}

fn line(round: &Round) -> String {
    let Round { handle, kind, from, cutoff, state, .. } = round;
    format!("round {handle} ({}) from {from} to {cutoff} is {}", kind_word(*kind), state_word(*state).replace('-', " "))
}
