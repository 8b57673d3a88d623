//! The real programs as processes: the server with its office commands, and phones.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value as Json;
use tempfile::TempDir;

/// What a program printed and how it ended.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; nothing if it was killed.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Ran {
    /// Demands success and returns standard output.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "out: {}\nerr: {}", self.out, self.err);
        self.out
    }

    /// Demands success and one JSON value on standard output, nothing else.
    #[track_caller]
    pub fn json(self) -> Json {
        let out = self.ok();
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("no JSON ({error}): {out}"))
    }

    /// Demands an exit code with a reason on standard error and nothing on standard output; returns the reason.
    #[track_caller]
    pub fn fails(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "out: {}\nerr: {}", self.out, self.err);
        assert!(!self.err.trim().is_empty(), "a failure says why");
        assert_eq!(self.out, "", "a failure prints nothing on standard output");
        self.err
    }
}

/// Runs a program to its end.
pub fn run(program: &Path, arguments: &[&str]) -> Ran {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().unwrap();
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Returns the path of the phone's program.
pub fn phone_program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_phone"))
}

/// Returns the path of the server's program, built anew where its sources changed.
pub fn server_program() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let folder = phone_program().parent().unwrap();
        let mut build = Command::new(env!("CARGO"));
        // As a part of the whole workspace and beside a test, so that its dependencies keep the features that the tests were
        // built with: without a test among the targets Cargo leaves out what only tests ask for, and builds them twice.
        build.args(["build", "--quiet", "--workspace", "--bin", "sumu-server", "--test", "e2e"]);
        build.arg("--target-dir").arg(folder.parent().unwrap());
        if folder.ends_with("release") {
            build.arg("--release");
        }
        assert!(
            build.current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap().success(),
            "sumu-server does not build"
        );
        folder.join("sumu-server")
    })
}

/// An office: a server's data folder, and a server on it while it runs.
pub struct Office {
    /// The folder.
    pub data: TempDir,
    serving: Option<Child>,
    flags: Vec<String>,
}

impl Office {
    /// Makes an office with two townships, four villages, two items and one open round.
    pub fn new() -> Self {
        let office = Self::empty();
        let regions = "code,name,parent,level\n15,内蒙古自治区,,region\n1505,通辽市,15,city\n150521,科左中旗,1505,county\n\
             150521100,宝龙山镇,150521,township\n150521100201,东伙房嘎查,150521100,village\n\
             150521100202,西伙房嘎查,150521100,village\n150521101,舍伯吐镇,150521,township\n\
             150521101201,好腰苏木嘎查,150521101,village\n150521101202,新艾里嘎查,150521101,village\n";
        let items = "item,name_zh,name_en\nwater,安全饮水,Drinking water\nroads,街巷硬化,Streets\n";
        office.import("regions", regions);
        office.import("items", items);
        office.command(&["round", "open", "r1", "--from", "2026-11-01", "--cutoff", "2026-11-30"]).ok();
        office
    }

    /// Makes an office in which nothing is prepared.
    pub fn empty() -> Self {
        let flags = ["--listen", "127.0.0.1:0"].map(str::to_owned).to_vec();
        Self { data: TempDir::new().unwrap(), serving: None, flags }
    }

    /// Serves with these flags from now on.
    pub fn with_flags(mut self, flags: &[&str]) -> Self {
        self.flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        self
    }

    /// Imports a table.
    pub fn import(&self, what: &str, table: &str) {
        let file = self.data.path().join(format!("{what}.csv"));
        std::fs::write(&file, table).unwrap();
        self.command(&[what, "import", file.to_str().unwrap()]).ok();
    }

    /// Runs a command of the office.
    pub fn command(&self, arguments: &[&str]) -> Ran {
        let data = ["--data", self.data.path().to_str().unwrap()];
        run(server_program(), &[&data[..], arguments].concat())
    }

    /// Starts to serve and returns the URL.
    pub fn serve(&mut self) -> String {
        let mut command = Command::new(server_program());
        command.arg("--data").arg(self.data.path()).arg("serve").args(&self.flags);
        let log = std::fs::File::options().create(true).append(true).open(self.data.path().join("serve.log")).unwrap();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let url = first
            .trim()
            .strip_prefix("listening on ")
            .unwrap_or_else(|| panic!("the first line: {first:?}"))
            .to_owned();
        self.serving = Some(child);
        url
    }

    /// Ends the server at once, as kill -9 does.
    pub fn kill(&mut self) {
        if let Some(mut serving) = self.serving.take() {
            serving.kill().unwrap();
            serving.wait().unwrap();
        }
    }

    /// Asks the server to stop, and returns its exit code.
    pub fn stop(&mut self) -> Option<i32> {
        let mut serving = self.serving.take().expect("the server runs");
        let asked = Command::new("kill").args(["-TERM", &serving.id().to_string()]).status().unwrap();
        assert!(asked.success());
        serving.wait().unwrap().code()
    }

    /// Adds a person and returns an invitation's link.
    pub fn invite(&self, handle: &str, role: &str, area: &str) -> String {
        self.command(&["person", "add", handle, "--name", handle, "--role", role, "--area", area]).ok();
        self.link(handle)
    }

    /// Returns another invitation's link for a person: the last line that `invite` prints.
    pub fn link(&self, handle: &str) -> String {
        self.command(&["invite", handle]).ok().trim_end().lines().last().unwrap().to_owned()
    }

    /// Adds a person and enrols a phone that has synced once.
    pub fn phone(&self, handle: &str, role: &str, area: &str) -> Phone {
        let phone = Phone::new();
        phone.run(&["enrol", &self.invite(handle, role, area)]).ok();
        phone.run(&["sync"]).ok();
        phone
    }

    /// Demands that every signature, every hash and the view agree with the log.
    #[track_caller]
    pub fn verify(&self) {
        self.command(&["verify"]).ok();
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A phone's database, used by the phone's program.
pub struct Phone {
    /// Where it is.
    pub folder: TempDir,
}

impl Phone {
    /// Makes a phone that nobody has enrolled yet.
    pub fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// Returns the database file.
    pub fn db(&self) -> PathBuf {
        self.folder.path().join("phone.db")
    }

    /// Runs a command of the phone.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        let db = self.db();
        run(phone_program(), &[&["--db", db.to_str().unwrap()], arguments].concat())
    }

    /// Runs a command and returns the JSON that it prints.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Json {
        self.run(&[arguments, &["--json"]].concat()).json()
    }

    /// Starts a command without waiting for its end.
    pub fn start(&self, arguments: &[&str]) -> Child {
        let mut command = Command::new(phone_program());
        command.arg("--db").arg(self.db()).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }
}
