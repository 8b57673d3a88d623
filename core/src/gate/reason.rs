//! Verdicts and their stable reason codes.

use std::fmt;

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $word:literal;)*) => {
        /// Why a change waits, is kept aside, or will never be taken. Numbers and words are stable for ever.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Reason {
            $($(#[$doc])* $name = $number,)*
        }

        impl Reason {
            /// All reasons, in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Returns the stable word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// Returns the stable number.
            pub const fn number(self) -> u8 {
                self as u8
            }

            /// Returns the reason of a number.
            pub const fn from_number(number: u8) -> Option<Self> {
                match number { $($number => Some(Self::$name),)* _ => None }
            }
        }
    };
}

reasons! {
    /// More bytes than a change may have.
    TooLarge = 1, "too_large";
    /// Not an uncompressed automerge change chunk of exactly its stated length.
    NotAChange = 2, "not_a_change";
    /// The checksum does not fit the bytes.
    Checksum = 3, "checksum";
    /// Dependencies too many, twice, or out of order.
    Dependencies = 4, "dependencies";
    /// An actor id that is not 16 bytes, or actors unsorted, unused or repeated.
    Actors = 5, "actors";
    /// A sequence number, operation counter or time outside what is possible.
    Counters = 6, "counters";
    /// A message or extra bytes.
    Extra = 7, "extra";
    /// A column that the flat profile does not have, or one that is damaged.
    Columns = 8, "columns";
    /// No operation, too many, or runs that claim more than there are.
    Operations = 9, "operations";
    /// A key outside the allowed characters or length, without room for its settlement, or twice in one change.
    Key = 10, "key";
    /// Something other than a put of a scalar of the allowed types and sizes.
    Value = 11, "value";
    /// Predecessors out of order, too many or from the future.
    Predecessors = 12, "predecessors";
    /// The same change could be written in other bytes.
    NotCanonical = 13, "not_canonical";
    /// The signature is not that of the actor's key over this document and change.
    Signature = 20, "signature";
    /// The actor's registration or certificate is not known yet.
    NoRegistration = 21, "no_registration";
    /// A change that it depends on is not known yet.
    MissingDependency = 22, "missing_dependency";
    /// A change that it depends on was refused.
    DependsOnRefused = 23, "depends_on_refused";
    /// A change that it depends on is kept aside.
    DependsOnParked = 24, "depends_on_parked";
    /// Its first counter does not follow from its dependencies.
    StartOp = 25, "start_op";
    /// Its number does not follow the actor's last one.
    Sequence = 26, "sequence";
    /// Another change stands at its place in the actor's line.
    Equivocation = 27, "equivocation";
    /// The actor's previous change is not among its ancestors.
    NotOneLine = 28, "not_one_line";
    /// A predecessor is no visible put of the key among its ancestors.
    UnknownPredecessor = 29, "unknown_predecessor";
    /// A visible value of the key among its ancestors is not named.
    UncoveredValue = 30, "uncovered_value";
    /// A registration or certificate is damaged, forged or of another programme.
    BadRegistration = 31, "bad_registration";
    /// The person has no right to write this there.
    NoRight = 40, "no_right";
    /// The device was revoked.
    DeviceRevoked = 41, "device_revoked";
    /// The round was closed by force.
    RoundClosed = 42, "round_closed";
    /// The site, item or round is not known to the server.
    UnknownPlace = 43, "unknown_place";
    /// A dispute was settled without its reason in the same change.
    NoSettlement = 44, "no_settlement";
    /// The document has as many actors as it may have.
    TooManyActors = 50, "too_many_actors";
    /// The document has as many changes as it may have.
    TooManyChanges = 51, "too_many_changes";
    /// The document has as many bytes as it may have.
    DocumentTooLarge = 52, "document_too_large";
    /// The author has too many changes waiting or kept aside.
    TooManyWaiting = 53, "too_many_waiting";
    /// The server cannot take it now.
    Busy = 54, "busy";
    /// A supervisor refused it.
    RefusedByPerson = 60, "refused_by_person";
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a server says of one change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It is in the log.
    Accepted,
    /// It was in the log already.
    Duplicate,
    /// The server holds it until what it waits for comes.
    Pending(Reason),
    /// The server keeps it aside until someone with the right releases or refuses it.
    Parked(Reason),
    /// It will never be taken.
    Refused(Reason),
    /// It was not taken now and must be sent again.
    Later(Reason),
    /// A relay carries it on; nothing is acknowledged.
    Held,
}

impl Verdict {
    /// Returns the numbers of the verdict and its reason (0 for none).
    pub const fn numbers(self) -> (u8, u8) {
        match self {
            Self::Accepted => (1, 0),
            Self::Duplicate => (2, 0),
            Self::Pending(reason) => (3, reason.number()),
            Self::Parked(reason) => (4, reason.number()),
            Self::Refused(reason) => (5, reason.number()),
            Self::Later(reason) => (6, reason.number()),
            Self::Held => (7, 0),
        }
    }

    /// Returns the verdict of two numbers.
    pub fn from_numbers(verdict: u8, reason: u8) -> Option<Self> {
        match (verdict, Reason::from_number(reason)) {
            (1, None) if reason == 0 => Some(Self::Accepted),
            (2, None) if reason == 0 => Some(Self::Duplicate),
            (3, Some(reason)) => Some(Self::Pending(reason)),
            (4, Some(reason)) => Some(Self::Parked(reason)),
            (5, Some(reason)) => Some(Self::Refused(reason)),
            (6, Some(reason)) => Some(Self::Later(reason)),
            (7, None) if reason == 0 => Some(Self::Held),
            _ => None,
        }
    }

    /// Returns the stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Duplicate => "duplicate",
            Self::Pending(_) => "pending",
            Self::Parked(_) => "parked",
            Self::Refused(_) => "refused",
            Self::Later(_) => "later",
            Self::Held => "held",
        }
    }

    /// Returns its reason, if it has one.
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Pending(reason) | Self::Parked(reason) | Self::Refused(reason) | Self::Later(reason) => Some(reason),
            Self::Accepted | Self::Duplicate | Self::Held => None,
        }
    }

    /// Tells whether the log holds the change.
    pub const fn is_in_log(self) -> bool {
        matches!(self, Self::Accepted | Self::Duplicate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verdict_comes_back_from_its_numbers() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_number(reason.number()), Some(*reason));
            let verdict = Verdict::Parked(*reason);
            let (number, why) = verdict.numbers();
            assert_eq!(Verdict::from_numbers(number, why), Some(verdict));
        }
        assert_eq!(Verdict::from_numbers(1, 0), Some(Verdict::Accepted));
        assert_eq!(Verdict::from_numbers(1, 3), None);
        assert_eq!(Verdict::from_numbers(5, 0), None);
    }
}
