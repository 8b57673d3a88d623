//! `person add | link | grant | revoke`

use sumu_core::ids::Handle;
use sumu_core::region::Area;
use sumu_core::sign::{Grant, Role};
use sumu_server::admin::{self, NewPerson, RightsChanged, describe};

use super::{Context, Failure, Output, invite};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Add a person with a role.
    Add {
        /// Their id: A-Z a-z 0-9 _ -
        id: Handle,
        /// Their name.
        #[arg(long, value_parser = clap::builder::NonEmptyStringValueParser::new())]
        name: String,
        /// inspector, village-reporter, team-lead, supervisor, auditor or administrator.
        #[arg(long)]
        role: Role,
        /// The division codes of their areas.
        #[arg(long, value_name = "CODE[,CODE]", value_delimiter = ',', required = true)]
        area: Vec<Area>,
    },
    /// Print a one-time link by which a person signs in to the pages with a browser.
    Link(invite::LinkArguments),
    /// Grant a role; the person's phones learn it at their next sync, and work that was kept aside is judged again.
    Grant {
        /// Their id.
        id: Handle,
        /// The role.
        #[arg(long)]
        role: Role,
        /// The division codes of the areas.
        #[arg(long, value_name = "CODE[,CODE]", value_delimiter = ',', required = true)]
        area: Vec<Area>,
    },
    /// Revoke a role, or, without --role and --area, the person.
    Revoke {
        /// Their id.
        id: Handle,
        /// The role.
        #[arg(long, requires = "area")]
        role: Option<Role>,
        /// The division codes of the areas, as they were granted.
        #[arg(long, value_name = "CODE[,CODE]", value_delimiter = ',', requires = "role")]
        area: Vec<Area>,
    },
}

impl Command {
    pub(crate) fn run(self, context: &Context) -> Result<Output, Failure> {
        let now = context.now();
        match self {
            Self::Add { id, name, role, area } => {
                let new = NewPerson { handle: id, name, grants: vec![Grant { role, areas: area }] };
                let person = context.write(|tx| admin::add_person(tx, &new, context.entropy(), now))?;
                let text = format!("added {} ({}): {}", person.handle, person.name, describe(&person.grants));
                Output::new(text, person)
            }
            Self::Link(arguments) => arguments.run(context),
            Self::Grant { id, role, area } => {
                let grant = Grant { role, areas: area };
                let changed = context.write(|tx| admin::grant(tx, &id, &grant, now))?;
                Output::new(line(&changed), changed)
            }
            Self::Revoke { id, role, area } => {
                let grant = role.map(|role| Grant { role, areas: area });
                let changed = context.write(|tx| admin::revoke(tx, &id, grant.as_ref(), now))?;
                Output::new(line(&changed), changed)
            }
        }
    }
}

fn line(changed: &RightsChanged) -> String {
    let RightsChanged { person, certificates } = changed;
    let rights = if person.revoked { "is revoked".to_owned() } else { format!("holds {}", describe(&person.grants)) };
    format!("{} ({}) {rights}; devices that learn it at their next sync: {certificates}", person.handle, person.name)
}
