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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::testing::{NOW, handle, office, one, person};
    use crate::admin::{grant, person_link};
    use sumu_core::clock::SeededEntropy;
    use sumu_core::sign::Role;

    #[test]
    fn a_link_signs_in_once_and_the_session_shows_rights_as_they_are_now() {
        let (mut connection, entropy) = (office(), SeededEntropy::new(21));
        let tx = connection.transaction().unwrap();
        person(&tx, "siqin", Role::Supervisor, "150521");
        let link = person_link(&tx, &handle("siqin"), 60, &entropy, NOW).unwrap().link;
        let code = link.split_once('#').unwrap().1;
        let token = sign_in(&tx, code, &entropy, NOW).unwrap();
        assert!(matches!(sign_in(&tx, code, &entropy, NOW), Err(SignInError::Used)));
        assert_eq!(viewer(&tx, &token, NOW).unwrap().unwrap().grants, [one(Role::Supervisor, "150521")]);
        grant(&tx, &handle("siqin"), &one(Role::Auditor, "1505"), NOW).unwrap();
        assert_eq!(viewer(&tx, &token, NOW).unwrap().unwrap().grants.len(), 2);
        sign_out(&tx, &token).unwrap();
        assert_eq!(viewer(&tx, &token, NOW).unwrap(), None);
    }

    #[test]
    fn a_late_link_and_an_old_session_let_nobody_in() {
        let (mut connection, entropy) = (office(), SeededEntropy::new(22));
        let tx = connection.transaction().unwrap();
        person(&tx, "siqin", Role::Supervisor, "150521");
        let code = || {
            let link = person_link(&tx, &handle("siqin"), 60, &entropy, NOW).unwrap().link;
            link.split_once('#').unwrap().1.to_owned()
        };
        let (late, good) = (code(), code());
        assert!(matches!(sign_in(&tx, &late, &entropy, NOW + 60), Err(SignInError::Expired)));
        assert!(matches!(sign_in(&tx, "guess", &entropy, NOW), Err(SignInError::Unknown)));
        let token = sign_in(&tx, &good, &entropy, NOW).unwrap();
        assert!(viewer(&tx, &token, NOW + LASTS - 1).unwrap().is_some());
        assert_eq!(viewer(&tx, &token, NOW + LASTS).unwrap(), None);
        assert_eq!(viewer(&tx, "guess", NOW).unwrap(), None);
    }
}
