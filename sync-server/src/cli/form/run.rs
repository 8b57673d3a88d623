//! `form run`: fills a form in by JSON lines, for authors who try their rules and for outside judges.
//!
//! Each line of standard input is a step: `{"set": PATH, "value": TEXT}`, `{"add": REPEAT}`, `{"remove": INSTANCE}`,
//! `{"language": NAME}` or `{"now": MOMENT}`. After each, one line tells every node by its path: `value`, `relevant`,
//! `required`, `readonly`, `valid`. A form that asks for more work than an edit may take says so on standard error. A step that
//! cannot be done prints `{"error": ...}`, changes nothing, and the run goes on.

use std::io::{self, BufRead as _, Write as _};
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value as Json;
use sumu_core::clock::{Clock as _, SystemClock, SystemEntropy};
use sumu_core::form::{Form, Moment, Session, Setting, State};

use super::super::Failure;

/// The longest line that is read.
const MAX_LINE: u64 = 1 << 20;

/// Until a step says another: the zone of the programme's phones, in minutes east of Greenwich.
const CHINA: i32 = 480;

/// What a line asks for.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Step {
    Set { set: String, value: Json },
    Add { add: String },
    Remove { remove: String },
    Language { language: String },
    Now { now: String },
}

/// A form in its run.
struct Run {
    session: Session,
    setting: Setting,
    /// Whether only the moment and the language were set so far: then another moment begins the form anew.
    untouched: bool,
}

/// Runs a form until standard input ends.
pub(super) fn run(form: Form) -> Result<(), Failure> {
    let millis = SystemClock.millis();
    let offset = CHINA;
    let setting = Setting {
        now: Moment { millis, offset },
        language: form.definition().default_language as usize,
        entropy: Arc::new(SystemEntropy),
    };
    let session = Session::new(Arc::new(form), setting.clone());
    let mut run = Run { session, setting, untouched: true };
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = io::Read::take(&mut input, MAX_LINE).read_until(b'\n', &mut line);
        match read.map_err(|error| Failure::Refused(format!("standard input cannot be read: {error}")))? {
            0 => return Ok(()),
            _ if line.trim_ascii().is_empty() => continue,
            _ => {}
        }
        let answer = match run.step(&line) {
            Ok(()) => {
                if run.session.overworked() {
                    eprintln!(
                        "this form asks for more work than an edit may take: no answer is valid and nothing is scored"
                    );
                }
                serde_json::to_string(&Nodes(run.session.states()))
            }
            Err(reason) => serde_json::to_string(&serde_json::json!({ "error": reason })),
        };
        let answer = answer.map_err(|error| Failure::Refused(error.to_string()))?;
        if writeln!(output, "{answer}").and_then(|()| output.flush()).is_err() {
            // Whoever read the answers is gone.
            return Ok(());
        }
    }
}

impl Run {
    fn step(&mut self, line: &[u8]) -> Result<(), String> {
        let step: Step = serde_json::from_slice(line).map_err(|_| {
            "a step is one of {\"set\": PATH, \"value\": TEXT}, {\"add\": REPEAT}, {\"remove\": INSTANCE}, \
             {\"language\": NAME}, {\"now\": MOMENT}"
                .to_owned()
        })?;
        match step {
            Step::Set { set, value } => {
                let at = self.session.address(&set).map_err(|error| error.to_string())?;
                self.session.set(at, &text(value)?).map_err(|error| error.to_string())?;
            }
            Step::Add { add } => {
                let (repeat, parent) = self.session.repeat(&add).map_err(|error| error.to_string())?;
                self.session.add(repeat, parent).map_err(|error| error.to_string())?;
            }
            Step::Remove { remove } => {
                let at = self.session.address(&remove).map_err(|error| error.to_string())?;
                self.session.remove(at).map_err(|error| error.to_string())?;
            }
            Step::Language { language } => return self.language(&language),
            Step::Now { now } => return self.now(&now),
        }
        self.untouched = false;
        Ok(())
    }

    fn language(&mut self, name: &str) -> Result<(), String> {
        let languages = &self.session.form().definition().languages;
        let Some(language) = languages.iter().position(|language| language == name) else {
            return Err(format!("the form has no language '{name}', only: {}", languages.join(", ")));
        };
        self.setting.language = language;
        self.session.set_language(language);
        Ok(())
    }

    /// What is computed already keeps its moment, as in a form that a person fills in over days.
    fn now(&mut self, text: &str) -> Result<(), String> {
        let now = Moment::parse(text, self.setting.now.offset)
            .ok_or_else(|| format!("'{text}' is no moment like 2026-11-23T08:00:00+08:00"))?;
        self.setting.now = now;
        if self.untouched {
            self.session = Session::new(self.session.form().clone(), self.setting.clone());
        } else {
            self.session.set_now(now);
        }
        Ok(())
    }
}

fn text(value: Json) -> Result<String, String> {
    match value {
        Json::String(text) => Ok(text),
        Json::Number(number) => Ok(number.to_string()),
        Json::Null => Ok(String::new()),
        other => Err(format!("an answer is a text, not {other}")),
    }
}

/// The nodes as one object, in document order.
struct Nodes(Vec<State>);

#[derive(Serialize)]
struct Node<'a> {
    value: &'a str,
    relevant: bool,
    required: bool,
    readonly: bool,
    valid: bool,
}

impl Serialize for Nodes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|state| {
            let State { path, value, relevant, required, readonly, valid, .. } = state;
            (path, Node { value, relevant: *relevant, required: *required, readonly: *readonly, valid: *valid })
        }))
    }
}
