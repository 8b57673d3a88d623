//! `items import FILE.csv`

use std::path::PathBuf;

use sumu_server::admin;
use sumu_server::exchange::{Aside, judge_waiting};

use super::{Context, Failure, Output};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Import a table item,name_zh,name_en; known items take their new names, none is removed.
    Import {
        /// The table, CSV in UTF-8.
        file: PathBuf,
    },
}

impl Command {
    pub(crate) fn run(self, context: &Context) -> Result<Output, Failure> {
        let Self::Import { file } = self;
        let table = context.open_file(&file)?;
        let done = context.write(|tx| {
            let done = admin::import_items(tx, table, context.entropy())?;
            judge_waiting(tx, Aside::All, context.now())?;
            Ok::<_, admin::AdminError>(done)
        })?;
        Output::new(format!("imported {} items, {} of them new", done.items, done.new), done)
    }
}
