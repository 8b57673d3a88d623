//! Hostile bytes for the gate and every decoder of the core. Each target takes any bytes, panics if what it checks does not
//! hold, and is run by the fuzzer, and on its seeds by the core's tests.

pub mod change;
pub mod choices;
pub mod form;
pub mod honest;
pub mod hostile;
pub mod oracle;
pub mod signed;
pub mod snapshot;
pub mod text;
pub mod wire;

/// A target's function.
pub type Target = fn(&[u8]);

/// Every target, by the name of its folder of seeds.
pub const TARGETS: [(&str, Target); 12] = [
    ("change", change::change),
    ("document", change::document),
    ("form", form::form),
    ("history", change::history),
    ("reference", text::reference),
    ("regions", text::regions),
    ("scalar", text::scalar),
    ("signed", signed::signed),
    ("snapshot", snapshot::snapshot),
    ("text", text::text),
    ("wire_reply", wire::reply),
    ("wire_request", wire::request),
];
