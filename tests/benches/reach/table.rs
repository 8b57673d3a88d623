//! The table of figures, each with its target.

use anyhow::{Result, bail};
use sumu_tests::phone::table::{pad, width};

/// Prints figures as they come, and remembers which missed.
pub struct Table {
    missed: Vec<String>,
}

impl Table {
    /// Begins the table with the machine it is measured on.
    pub fn new() -> Self {
        let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = info
            .lines()
            .find_map(|line| line.strip_prefix("model name"))
            .map(|rest| rest.trim_start_matches(['\t', ' ', ':']));
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        println!("{cores} cores of {}, Linux {}", model.unwrap_or("an unknown processor"), kernel.trim());
        if cfg!(debug_assertions) {
            println!("this is no release build: times mean nothing");
        }
        println!("{}{:>14}  {:>12}", pad("", 58), "measured", "at most");
        Self { missed: Vec::new() }
    }

    /// Prints one figure and compares it with its target.
    pub fn row(&mut self, what: &str, figure: f64, unit: &str, at_most: Option<f64>) {
        let write = |number: f64| {
            let text =
                if number.fract() == 0.0 || number >= 1000.0 { format!("{number:.0}") } else { format!("{number:.2}") };
            format!("{text} {unit}").trim_end().to_owned()
        };
        let hit = at_most.is_none_or(|most| figure <= most);
        let verdict = match at_most {
            None => "",
            Some(_) if hit => "ok",
            Some(_) => "MISSED",
        };
        let (figure, most) = (write(figure), at_most.map(write).unwrap_or_default());
        println!(
            "{}{}{figure}  {}{most}  {verdict}",
            pad(what, 58),
            " ".repeat(14 - width(&figure).min(14)),
            " ".repeat(12 - width(&most).min(12))
        );
        if !hit {
            self.missed.push(what.trim().to_owned());
        }
    }

    /// Fails if a figure missed its target.
    pub fn finish(self) -> Result<()> {
        if self.missed.is_empty() {
            Ok(())
        } else {
            bail!("{} figures missed their target: {}", self.missed.len(), self.missed.join("; "))
        }
    }
}
