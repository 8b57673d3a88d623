//! Sessions of the pages: a one-time link becomes a cookie; rights are read anew at every request.

use rusqlite::{Connection, OptionalExtension, Transaction};
use sumu_core::clock::Entropy;
use sumu_core::ids::PersonId;
use sumu_core::sign::Grant;

use crate::admin::grants_of;
use crate::secrets;

/// How long a session lasts, in seconds: two weeks.
pub const LASTS: i64 = 14 * 24 * 3_600;

/// Who looks at a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The person.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their roles and areas, as they are now.
    pub grants: Vec<Grant>,
}

/// Says why a link signs nobody in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// No such code was made, or its person was revoked.
    #[error("the link is not known")]
    Unknown,
    /// It worked once already.
    #[error("the link was used already")]
    Used,
    /// It came too late.
    #[error("the link has expired")]
    Expired,
    /// The database cannot be read or written.
    #[error("the database cannot be used: {0}")]
    Storage(#[from] rusqlite::Error),
}

/// Uses up a link's code and returns the token of a new session. Sessions that are over are swept out on the way.
pub fn sign_in(tx: &Transaction<'_>, code: &str, entropy: &dyn Entropy, now: i64) -> Result<String, SignInError> {
    let code_hash = secrets::hash(code);
    let found: Option<([u8; 16], i64, bool)> = tx
        .prepare_cached(
            "SELECT person, expires_at, used_at IS NOT NULL FROM link JOIN person ON person.id = person
             WHERE code_hash = ?1 AND revoked_at IS NULL",
        )?
        .query_row([code_hash], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let (person, expires_at, used) = found.ok_or(SignInError::Unknown)?;
    if used {
        return Err(SignInError::Used);
    }
    if now >= expires_at {
        return Err(SignInError::Expired);
    }
    tx.execute("UPDATE link SET used_at = ?2 WHERE code_hash = ?1", (code_hash, now))?;
    tx.execute("DELETE FROM session WHERE expires_at <= ?1", [now])?;
    let token = secrets::new_token(entropy);
    tx.execute(
        "INSERT INTO session VALUES (?1, ?2, ?3, ?4)",
        (secrets::hash(&token), person, now, now.saturating_add(LASTS)),
    )?;
    Ok(token)
}

/// Returns who holds a session, unless it is over or the person was revoked.
pub fn viewer(connection: &Connection, token: &str, now: i64) -> rusqlite::Result<Option<Viewer>> {
    let found: Option<([u8; 16], String)> = connection
        .prepare_cached(
            "SELECT person.id, name FROM session JOIN person ON person.id = person
             WHERE token_hash = ?1 AND expires_at > ?2 AND revoked_at IS NULL",
        )?
        .query_row((secrets::hash(token), now), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((person, name)) = found else { return Ok(None) };
    let person = PersonId::new(person);
    Ok(Some(Viewer { person, name, grants: grants_of(connection, &person)? }))
}

/// Ends a session.
pub fn sign_out(tx: &Transaction<'_>, token: &str) -> rusqlite::Result<()> {
    tx.execute("DELETE FROM session WHERE token_hash = ?1", [secrets::hash(token)])?;
    Ok(())
}
