//! The command line of the headless phone: a stable contract.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use sumu_core::ids::{Handle, SiteId};
use sumu_core::link::Link;
use sumu_core::record::{Key, Value};
use sumu_core::region::Area;

/// A phone without a screen: keeps inspection records offline and brings them together when there is a line.
#[derive(Debug, Parser)]
#[command(name = "phone", version)]
pub struct Arguments {
    /// The phone's database file; it is made when it is not there.
    #[arg(long, global = true, value_name = "FILE")]
    pub db: Option<PathBuf>,
    /// Prints one JSON object or array and nothing else.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the phone can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Enrols the phone by the link that `sumu-server invite` printed; again with another link for the next person.
    Enrol {
        /// The link.
        link: Link,
    },
    /// Tells the phone that the server has moved to another address.
    Server {
        /// The new address.
        url: String,
    },
    /// Lists the sites, with what is done at each.
    Sites {
        /// Only those in this area.
        #[arg(long, value_name = "CODE")]
        area: Option<Area>,
        /// Only those whose name or code contains this.
        #[arg(long, value_name = "TEXT")]
        find: Option<String>,
        /// The round that is counted.
        #[arg(long, value_name = "ID")]
        round: Option<Handle>,
    },
    /// Shows a record: its answers, who gave them, its disputes and sign-offs.
    Show(PlaceArguments),
    /// Shows a record's history, the oldest first.
    Log(PlaceArguments),
    /// Answers: one card, saved before the command returns.
    Answer {
        /// Which record.
        #[command(flatten)]
        place: PlaceArguments,
        /// KEY=VALUE, KEY:=TEXT for text whatever it looks like, KEY= to clear.
        #[arg(required = true, value_name = "KEY=VALUE", value_parser = put)]
        puts: Vec<(Key, Value)>,
    },
    /// Settles a dispute by one of the rivals or a third value.
    Settle {
        /// Which record.
        #[command(flatten)]
        place: PlaceArguments,
        /// The disputed key and the value that shall hold.
        #[arg(value_name = "KEY=VALUE", value_parser = put)]
        put: (Key, Value),
        /// Why.
        #[arg(long, value_parser = reason)]
        reason: String,
    },
    /// Voids a record made by mistake; nothing is deleted.
    Void {
        /// Which record.
        #[command(flatten)]
        place: PlaceArguments,
        /// Why.
        #[arg(long, value_parser = reason)]
        reason: String,
    },
    /// Signs a record as it is shown now.
    Sign(PlaceArguments),
    /// Says what has reached the server, what has not, and why.
    Status,
    /// Exchanges with the server: sends what waits, fetches what is new.
    Sync,
    /// Writes what can still be read of the database, damaged or not, as JSON lines.
    Salvage {
        /// The file to write.
        out: PathBuf,
    },
}

/// Names one record.
#[derive(Debug, Args)]
pub struct PlaceArguments {
    /// The site's id.
    pub site: SiteId,
    /// The item's handle.
    pub item: Handle,
    /// The round; needed where several are open.
    #[arg(long, value_name = "ID")]
    pub round: Option<Handle>,
}

/// Reads `KEY=VALUE`, `KEY:=TEXT` or `KEY=`.
fn put(text: &str) -> Result<(Key, Value), String> {
    let (key, value) = text.split_once('=').ok_or("KEY=VALUE is expected (KEY:=TEXT for text, KEY= to clear)")?;
    let (key, value) = match key.strip_suffix(':') {
        Some(key) => (key, Value::text(value)),
        None => (key, Value::from_text(value)),
    };
    let key = Key::from_plain(key).map_err(|error| error.to_string())?;
    Ok((key, value.map_err(|error| error.to_string())?))
}

fn reason(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("a reason of at least one letter is needed".to_owned()),
        reason => Ok(reason.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_may_stand_anywhere() {
        for line in
            ["phone --db a --json show 1 water", "phone show --json 1 --db a water", "phone show 1 water --db a --json"]
        {
            let arguments = Arguments::try_parse_from(line.split(' ')).unwrap();
            assert!(arguments.json && arguments.db.is_some(), "{line}");
        }
    }

    #[test]
    fn values_are_typed_as_the_contract_says() {
        assert_eq!(put("W1=30").unwrap(), ("a/W1".parse().unwrap(), Value::Int(30)));
        assert_eq!(put("W1:=30").unwrap().1, Value::Text("30".into()));
        assert_eq!(put("W1=").unwrap().1, Value::Null);
        assert_eq!(put("W1:=").unwrap().1, Value::Text(String::new()));
        assert_eq!(put("note=a=b").unwrap().1, Value::Text("a=b".into()));
        assert_eq!(put("v=").unwrap().0.as_str(), "v");
        assert!(put("W1").is_err());
        assert!(put("问题=1").is_err());
    }
}
