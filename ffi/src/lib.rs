#![doc = include_str!("../README.md")]

uniffi::setup_scaffolding!();

mod card;
mod code;
mod device;
mod error;
mod filling;
mod key_store;
mod listener;
mod place;
mod record;
mod runtime;
mod status;

pub use card::{CardRow, CriterionRow, Dispute, FormRow, Named, Rival, RowKind, Saved, ScoreView, WrongAnswer};
pub use code::{ChangeHash, Code, Handle, QuestionKey, SiteId};
pub use device::{Device, LinkView, Opened, link, open, recover, salvage, set_aside};
pub use error::{SumuError, SumuResult};
pub use filling::Filling;
pub use key_store::KeyStore;
pub use listener::{ChangeListener, Progress, ProgressListener};
pub use place::{Identity, ItemAt, ItemRow, Place, RegionRow, RoleAt, RoundRow, SiteQuery, SiteRow};
pub use record::{AnswerRow, HistoryRow, Put, RecordView, Review, SignOff, Stated, Value};
pub use status::{SalvageReport, Status, Stuck, SyncReport};
