//! The pen: every local edit becomes one change, which passes the gate like any other before it is stored.

use crate::store::Transaction;

use super::{Device, DeviceError, Place};
use crate::gate::{
    self, Accepted, DocumentSize, Outcome, RightsQuery, Writer, check_limits, check_rights, check_settlements, judge,
    parse,
};
use crate::ids::{ActorId, ChangeHash};
use crate::record::{Key, Value, write_change};
use crate::reference::RoundState;
use crate::sign::{Grant, Role};
use crate::store::insert::{Chunk, Origin, insert};
use crate::store::known::KnownHere;
use crate::store::meta::Home;
use crate::store::{StoreError, docs, people, reference, summary};

/// One edit in the making, inside its transaction.
pub(super) struct Pen<'a> {
    pub(super) device: &'a Device,
    pub(super) tx: &'a Transaction<'a>,
    pub(super) home: Home,
    pub(super) place: &'a Place,
}

impl Pen<'_> {
    /// Writes one change over the document's heads: drafted, signed, judged, within rights and limits, stored.
    pub(super) fn write(&self, puts: Vec<(Key, Value)>) -> Result<ChangeHash, DeviceError> {
        let (tx, doc) = (self.tx, &self.place.doc);
        for (_, value) in &puts {
            value.check()?;
        }
        let document = docs::find(tx, doc)?;
        let actor = self.actor()?;
        let (seq, size) = match &document {
            None => (1, DocumentSize::default()),
            Some(found) => {
                let size =
                    DocumentSize { actors: docs::actors(tx, found.row)?, changes: found.changes, bytes: found.bytes };
                (docs::next_seq(tx, found.row, &actor)?, size)
            }
        };
        let heads = document.map(|document| document.heads).unwrap_or_default();
        let (time, known) = (self.device.environment.clock.seconds(), KnownHere(tx));
        let only = match puts.as_slice() {
            [(key, _)] => Some(key.clone()),
            _ => None,
        };
        let drafted = gate::draft(&known, doc, Writer { actor, seq }, heads, time, puts)?;
        let draft = drafted.map_err(|outcome| refused(&outcome))?;
        let bytes = write_change(&draft);
        let change = parse(&bytes).map_err(DeviceError::Refused)?;
        let signature = self.home.key.sign_change(doc, &change.hash);
        let accepted = match judge(&change, doc, Some(&signature), &known)? {
            Outcome::Accepted(accepted) => accepted,
            outcome => return Err(refused(&outcome)),
        };
        check_settlements(&accepted).map_err(DeviceError::Refused)?;
        check_limits(&change, bytes.len(), &size).map_err(DeviceError::Refused)?;
        self.allowed(&accepted, only)?;
        let chunk = Chunk { bytes: &bytes, in_snapshot: false, signature: Some(&signature) };
        insert(tx, doc, &self.place.parts(), &accepted, chunk, Origin::Pen, true)?;
        let row = docs::row(tx, doc)?.ok_or_else(|| StoreError::row("a document"))?;
        summary::renew(tx, row)?;
        Ok(change.hash)
    }

    /// Checks the edit by the newest rights that this phone knows, and by the state of the round.
    fn allowed(&self, accepted: &Accepted, only: Option<Key>) -> Result<(), DeviceError> {
        let (tx, place) = (self.tx, self.place);
        let rounds = reference::rounds(tx)?;
        let round = rounds.iter().find(|round| round.id == place.round);
        let round = round.ok_or_else(|| DeviceError::UnknownRound(place.round_handle.to_string()))?;
        if round.state == RoundState::ClosedByForce {
            return Err(DeviceError::RoundClosed(round.handle.clone()));
        }
        let code = reference::site_code(tx, &place.site)?;
        let code = code.ok_or_else(|| DeviceError::UnknownSite(place.site.to_string()))?;
        let (_, grants) = people::rights(tx, &self.home)?;
        let parts = place.parts();
        let query = RightsQuery { grants: &grants, parts: &parts, code: &code, round: Some(round.kind) };
        if check_rights(&query, accepted, &place.doc, &KnownHere(tx))?.is_err() {
            let holder = people::holder(tx, &self.home.person)?.ok_or(DeviceError::NotEnrolled)?;
            return Err(DeviceError::NoRight { person: holder.handle, site: place.site.clone(), key: only });
        }
        Ok(())
    }

    /// Returns the roles that the person holds at the place.
    pub(super) fn roles(&self) -> Result<Vec<Role>, DeviceError> {
        let code = reference::site_code(self.tx, &self.place.site)?;
        let code = code.ok_or_else(|| DeviceError::UnknownSite(self.place.site.to_string()))?;
        let (_, grants) = people::rights(self.tx, &self.home)?;
        let here = |grant: &&Grant| grant.areas.iter().any(|area| area.covers(&code));
        Ok(grants.iter().filter(here).map(|grant| grant.role).collect())
    }

    /// Says that the person has no right to do this here.
    pub(super) fn no_right(&self) -> Result<DeviceError, DeviceError> {
        let holder = people::holder(self.tx, &self.home.person)?.ok_or(DeviceError::NotEnrolled)?;
        Ok(DeviceError::NoRight { person: holder.handle, site: self.place.site.clone(), key: None })
    }

    /// Returns the actor by which the person writes in this instance; makes and registers one if there is none.
    fn actor(&self) -> Result<ActorId, DeviceError> {
        let Home { instance, person, .. } = &self.home;
        match people::active_actor(self.tx, instance, person)? {
            Some(actor) => Ok(actor),
            None => Ok(people::make_actor(self.tx, &self.home, self.device.environment.entropy.as_ref())?),
        }
    }
}

/// Turns an outcome that is no acceptance into the error of an edit.
fn refused(outcome: &Outcome) -> DeviceError {
    match outcome {
        Outcome::Refused(reason) | Outcome::Parked(reason) => DeviceError::Refused(*reason),
        // The heads are accepted changes and the actor is registered, so nothing is missing and nothing is known.
        outcome => DeviceError::Store(format!("the gate said {outcome:?} of a local edit")),
    }
}
