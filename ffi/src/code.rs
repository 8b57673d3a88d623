//! Ids and codes, which cross as text and are read where they are used, so that a bad one is an error and no crash.

use std::str::FromStr;

use crate::{SumuError, SumuResult};

/// Reads the text of an id.
pub(crate) fn parse<T: FromStr>(text: &str) -> SumuResult<T>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| SumuError::input("bad-id", &error))
}

macro_rules! text_ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(pub String);

        uniffi::custom_newtype!($name, String);

        impl $name {
            pub(crate) fn of(id: &impl std::fmt::Display) -> Self {
                Self(id.to_string())
            }
        }
    )*};
}

text_ids! {
    /// A site's permanent id.
    SiteId
    /// A division code, digits; an area is the beginning of one.
    Code
    /// What people call an item, a round or a person.
    Handle
    /// A question's key as `RecordView` has it: `well_depth` for an answer, other keys whole, like `v`.
    QuestionKey
    /// A change's hash, 64 hex digits.
    ChangeHash
}
