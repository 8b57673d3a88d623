//! `rebuild-view`, `backup FILE`, `verify`: what keeps the data safe and right.

use std::path::PathBuf;

use sumu_server::programme::Programme;
use sumu_server::scoring::Scoring;
use sumu_server::view::View as _;
use sumu_server::{Sqlite, log};

use super::{Context, Failure, Output};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The copy; it must not exist yet.
    file: PathBuf,
}

impl Arguments {
    /// Copies the database while it is in use.
    pub(crate) fn run(self, context: &Context) -> Result<Output, Failure> {
        let backup = context.existing()?.backup(&self.file, context.entropy())?;
        let text = format!("copied everything up to log position {} to {}", backup.lsn, backup.file.display());
        Output::new(text, backup)
    }
}

/// Folds the whole log anew, in one transaction: readers see the old view until the new one is whole. Then it scores all
/// records again.
pub(crate) fn rebuild_view(context: &Context) -> Result<Output, Failure> {
    let database = context.existing()?;
    database.write(|tx| Sqlite::new(tx).rebuild())?;
    let programme = database.read::<_, Failure>(|connection| Ok(Programme::load(connection)?))?;
    Scoring::new(&programme).catch_up(&database)?;
    let records: i64 =
        database.read(|connection| connection.query_row("SELECT count(*) FROM summary", [], |row| row.get(0)))?;
    Output::new(format!("the view is folded anew: {records} records"), serde_json::json!({ "records": records }))
}

/// How many problems are printed as text.
const PROBLEMS: usize = 50;

/// Checks everything against the log; problems are a refusal, with the list of them on standard output.
pub(crate) fn verify(context: &Context) -> Result<Output, Failure> {
    let verified = context.existing()?.read(log::verify)?;
    let (rows, changes) = (verified.rows, verified.changes);
    if verified.problems.is_empty() {
        let text =
            format!("{rows} rows of the log and {changes} changes checked: signatures, hashes and view are right");
        return Output::new(text, verified);
    }
    let mut text =
        format!("{rows} rows of the log and {changes} changes checked; {} problems:", verified.problems.len());
    for problem in verified.problems.iter().take(PROBLEMS) {
        let place = problem.lsn.map_or_else(String::new, |lsn| format!("at {lsn}: "));
        text.push_str(&format!("\n  {place}{}", problem.what));
    }
    let reason =
        "the data is not what the log says; run `rebuild-view` if only the view differs, else restore a backup";
    Output::new(text, verified)?.print(context.json());
    Err(Failure::Refused(reason.to_owned()))
}
