//! Who plays, and what is inspected.

use sumu_core::sign::Role;

/// One of the people of the story.
#[derive(Debug, Clone, Copy)]
pub struct Character {
    /// The handle in commands.
    pub handle: &'static str,
    /// The name.
    pub name: &'static str,
    /// The role.
    pub role: Role,
    /// What the role is called.
    pub title: &'static str,
    /// How many days the phone's clock is off; order does not depend on it.
    pub clock_days: i64,
}

/// The team lead, the third inspector of the team.
pub const LEAD: Character =
    Character { handle: "wang-ling", name: "王玲", role: Role::TeamLead, title: "组长 team lead", clock_days: 0 };
/// The first inspector.
pub const ZHANG: Character =
    Character {
        handle: "zhang-wei", name: "张伟", role: Role::Inspector, title: "检查员 inspector", clock_days: 0
    };
/// The second inspector, whose phone believes that it is years later.
pub const LI: Character =
    Character {
        handle: "li-na", name: "李娜", role: Role::Inspector, title: "检查员 inspector", clock_days: 1826
    };
/// The village reporter.
pub const REPORTER: Character = Character {
    handle: "bao-qingshan",
    name: "包青山",
    role: Role::VillageReporter,
    title: "村级填报员 village reporter",
    clock_days: 0,
};
/// The supervisor.
pub const SUPERVISOR: Character =
    Character {
        handle: "chen-jing", name: "陈静", role: Role::Supervisor, title: "督导 supervisor", clock_days: 0
    };

/// The three who inspect.
pub const TEAM: [Character; 3] = [ZHANG, LI, LEAD];
/// Everybody.
pub const EVERYBODY: [Character; 5] = [ZHANG, LI, LEAD, REPORTER, SUPERVISOR];

/// The assessment.
pub const ROUND: &str = "2026-11";
/// The half-monthly round of progress figures.
pub const FIGURES: &str = "2026-11-figures";

/// The items with the questions that the story answers, as (item, keys).
pub const ITEMS: [(&str, [&str; 3]); 10] = [
    ("housing", ["H1", "H3", "H5"]),
    ("water", ["W1", "W2", "W5"]),
    ("roads", ["R1", "R2", "R4"]),
    ("power", ["E1", "E2", "E4"]),
    ("broadcast", ["B1", "B2", "B4"]),
    ("school", ["S1", "S2", "S3"]),
    ("clinic", ["C1", "C2", "C4"]),
    ("culture", ["U1", "U3", "U4"]),
    ("shop", ["M1", "M2", "M4"]),
    ("security", ["P1", "P2", "P4"]),
];
