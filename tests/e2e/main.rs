//! Stories told end to end.

mod browser;
mod cli;
mod convergence;
mod data;
mod forms;
mod kill;
mod oracle;
mod people;
mod processes;
mod records;
mod scopes;
mod story;
mod sync;
