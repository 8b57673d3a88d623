//! `Device`: the one type that an app needs.
