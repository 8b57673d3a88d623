//! Their side: pyxform and the JavaRosa inside ODK Validate, from the one PyPI wheel, kept under `target/oracle`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::compare::State;
use super::process::Lines;
use super::steps::Step;

const WHEEL: &str = "pyxform==4.5.0";
const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/oracle");

/// The tools, installed.
pub struct Tools {
    python: PathBuf,
    class_path: String,
}

impl Tools {
    /// Finds them, or installs them once.
    pub fn ready(folder: &Path) -> Result<Self> {
        let environment = folder.join("python");
        let python = environment.join("bin/python");
        if !installed(&python)? {
            println!("installing {WHEEL} from PyPI into {}", environment.display());
            done(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
            done(Command::new(&python).args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                WHEEL,
            ]))?;
        }
        let find = "import pyxform.validators.odk_validate as v, pathlib; print(pathlib.Path(v.__file__).parent / 'bin' / 'ODK_Validate.jar')";
        let jar = Command::new(&python).args(["-c", find]).output().context("asking where ODK Validate is")?;
        let jar = String::from_utf8(jar.stdout)?.trim().to_owned();
        let classes = folder.join("classes");
        let driver = Path::new(SOURCES).join("Driver.java");
        done(Command::new("javac").arg("-d").arg(&classes).args(["-cp", &jar]).arg(driver))?;
        Ok(Self { python, class_path: format!("{jar}:{}", classes.display()) })
    }

    /// Makes the XForm of every workbook, beside it.
    pub fn convert(&self, workbooks: &[PathBuf]) -> Result<()> {
        let output = Command::new(&self.python).arg(Path::new(SOURCES).join("convert.py")).args(workbooks).output()?;
        let refused = String::from_utf8_lossy(&output.stdout);
        ensure!(output.status.success(), "pyxform: {}", String::from_utf8_lossy(&output.stderr));
        ensure!(refused.is_empty(), "pyxform refuses what was drawn: {refused}");
        Ok(())
    }

    /// Starts JavaRosa.
    pub fn javarosa(&self) -> Result<JavaRosa> {
        let mut java = Command::new("java");
        java.args(["-Duser.timezone=Asia/Shanghai", "-Duser.language=en", "-XX:TieredStopAtLevel=1"]);
        Ok(JavaRosa(Lines::start(java.args(["-cp", &self.class_path, "Driver"]))?))
    }
}

fn installed(python: &Path) -> Result<bool> {
    if !python.exists() {
        return Ok(false);
    }
    let version = "import importlib.metadata as m; print('pyxform==' + m.version('pyxform'))";
    let output = Command::new(python).args(["-c", version]).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim() == WHEEL)
}

fn done(command: &mut Command) -> Result<()> {
    let named = format!("{command:?}");
    let output = command
        .output()
        .with_context(|| format!("{named} (Debian: apt-get install python3-venv openjdk-17-jdk-headless)"))?;
    ensure!(output.status.success(), "{named}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// JavaRosa, with one form open at a time.
pub struct JavaRosa(Lines);

impl JavaRosa {
    /// Opens a form and returns what it shows at first.
    pub fn open(&mut self, form: &Path) -> Result<State> {
        let line = self.0.ask(&format!("open\t{}", form.display()))?;
        State::read(&line).context("JavaRosa, when the form opens")
    }

    /// Computes everything again, as JavaRosa itself does not always do.
    pub fn again(&mut self) -> Result<State> {
        let line = self.0.ask("again")?;
        State::read(&line).context("JavaRosa, when it computes everything again")
    }

    /// Does a step.
    pub fn step(&mut self, step: &Step) -> Result<State> {
        let line = self.0.ask(&step.theirs())?;
        State::read(&line).with_context(|| format!("JavaRosa, after {step:?}"))
    }
}
