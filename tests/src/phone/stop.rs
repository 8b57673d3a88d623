//! Why a command of the phone ends without having done what was asked, and with which exit code.

use std::process::ExitCode;

use sumu_core::device::DeviceError;
use sumu_core::sync::SyncError;

/// Why a command ends early; the text says what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// Refused, with the reason: exit code 1.
    Refused(String),
    /// Asked in a way that cannot be understood: exit code 2.
    Usage(String),
    /// There is no line, or it broke: exit code 3.
    Offline(String),
}

impl Stop {
    /// Returns what standard error shows.
    pub fn message(&self) -> &str {
        match self {
            Self::Refused(message) | Self::Usage(message) | Self::Offline(message) => message,
        }
    }

    /// Returns the exit code.
    pub fn code(&self) -> ExitCode {
        match self {
            Self::Refused(_) => ExitCode::from(1),
            Self::Usage(_) => ExitCode::from(2),
            Self::Offline(_) => ExitCode::from(3),
        }
    }

    /// Makes a refusal of something that says why.
    pub fn refused(why: impl ToString) -> Self {
        Self::Refused(why.to_string())
    }
}

impl From<DeviceError> for Stop {
    fn from(error: DeviceError) -> Self {
        match error {
            DeviceError::SeveralRounds { open } => {
                let open: Vec<&str> = open.iter().map(|handle| handle.as_str()).collect();
                Self::Usage(format!("several rounds are open; say which with --round ID: {}", open.join(", ")))
            }
            DeviceError::Disputed { key, rivals } => {
                let values: Vec<String> = rivals.iter().map(|rival| format!("'{}'", rival.value)).collect();
                Self::Refused(format!(
                    "{key} is in dispute between {values}; end it with: settle SITE ITEM {key}=VALUE --reason TEXT",
                    key = key.plain(),
                    values = values.join(" and "),
                ))
            }
            DeviceError::Server(error) => error.into(),
            error => Self::Refused(error.to_string()),
        }
    }
}

impl From<SyncError> for Stop {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::NotEnrolled | SyncError::Invitation(_) => Self::Refused(error.to_string()),
            error => Self::Offline(error.to_string()),
        }
    }
}
