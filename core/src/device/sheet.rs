//! A record as a person fills it in: what it says with the form over it, and saves that leave out what may not stand.

use super::{Device, DeviceError, Place, RecordView};
use crate::form::{Moment, Setting};
use crate::ids::ChangeHash;
use crate::record::{AnswerError, Filling, Unsaved};
use crate::store::Connection;
use crate::store::meta::{self, name};

/// A record with its form filled in.
#[derive(Clone)]
pub struct Sheet {
    /// What the record says.
    pub view: RecordView,
    /// The form, and what the person changes in it.
    pub filling: Filling,
}

/// What became of a save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The change, or nothing if there was nothing to save.
    pub change: Option<ChangeHash>,
    /// The answers that were not saved because they may not stand; they are still entered.
    pub wrong: Vec<AnswerError>,
}

impl Device {
    /// Fills a record's form in, as of now by this phone's clock; nothing if it has none. Blocks.
    ///
    /// `language` is the name of one of the form's languages, or its code, like `zh`.
    ///
    /// # Errors
    /// [`DeviceError::FormMissing`] if the record names a form that is not on this phone yet.
    pub fn sheet(&self, place: &Place, language: &str) -> Result<Option<Sheet>, DeviceError> {
        self.store.read(|connection| {
            let view = self.view(connection, place)?;
            let Some(form) = self.form_of(connection, place, &view.record)? else { return Ok(None) };
            let filling = Filling::of(&form, &view.record, self.setting(connection, form.language(language))?);
            Ok(Some(Sheet { view, filling }))
        })
    }

    /// Saves what may stand of what a person changed, as one card, and fills the form in anew. What may not stand is left out
    /// and still entered, as are instances that were added and not answered in; without anything to save the sheet stays. Blocks.
    ///
    /// # Errors
    /// [`DeviceError::ChangedMeanwhile`] if the record shows another value than the person saw where they changed one, or has
    /// another form. Nothing is saved then, and the sheet is as it was.
    pub fn keep(&self, place: &Place, sheet: &mut Sheet) -> Result<Kept, DeviceError> {
        let (sound, unsaved) = sheet.filling.sound();
        let change = self.save(place, &sound)?;
        if change.is_none() {
            return Ok(Kept { change, wrong: sheet.filling.wrong() });
        }
        let wrong = self.renew(place, sheet, &unsaved)?;
        Ok(Kept { change, wrong })
    }

    /// Fills a sheet in anew, and enters again what the record does not hold. Returns what is wrong with it.
    fn renew(&self, place: &Place, sheet: &mut Sheet, unsaved: &Unsaved) -> Result<Vec<AnswerError>, DeviceError> {
        let form = sheet.filling.session().form().clone();
        let language = sheet.filling.session().setting().language;
        let (view, setting) = self.store.read(|connection| {
            Ok::<_, DeviceError>((self.view(connection, place)?, self.setting(connection, language)?))
        })?;
        sheet.filling = Filling::of(&form, &view.record, setting);
        sheet.view = view;
        Ok(sheet.filling.enter(unsaved))
    }

    /// Returns what a form is filled in with: this phone's time in the programme's zone, its chance, and one of the form's
    /// languages.
    pub(super) fn setting(&self, connection: &Connection, language: usize) -> Result<Setting, DeviceError> {
        let offset = meta::get(connection, name::OFFSET)?.unwrap_or_default();
        let now = Moment { millis: self.environment.clock.millis(), offset };
        Ok(Setting { now, language, entropy: self.environment.entropy.clone() })
    }
}
