//! Forms on the phone: which one a record has, filling it in, and saving what a person changed.

use std::sync::Arc;

use super::pen::Pen;
use super::{Device, DeviceError, Place};
use crate::form::{Form, Moment, Setting};
use crate::ids::{ChangeHash, ContentHash};
use crate::record::{Class, Filling, Key, Record, Scores, Value};
use crate::store::meta::{self, name};
use crate::store::{Connection, StoreError, docs, forms, reading};

/// How many decoded forms are kept; a round of ten items needs ten.
pub(super) const SHELF: usize = 16;

impl Device {
    /// Returns the form by which a record is read; nothing if it has none and shows plain keys. Blocks.
    ///
    /// # Errors
    /// [`DeviceError::FormMissing`] if the record names one that is not on this phone yet.
    pub fn form(&self, place: &Place) -> Result<Option<Arc<Form>>, DeviceError> {
        self.store.read(|connection| self.form_of(connection, place, &read(connection, place)?))
    }

    /// Fills a record's form in by what the record says; nothing if it has none. Blocks.
    ///
    /// `language` is the name of one of the form's languages, or its code, like `zh`; `now` is shown in its own zone. A
    /// person's answers are set in it and saved by [`Device::save`]; after every sync and save it is made anew.
    pub fn fill(&self, place: &Place, language: &str, now: Moment) -> Result<Option<Filling>, DeviceError> {
        self.store.read(|connection| {
            let record = read(connection, place)?;
            let Some(form) = self.form_of(connection, place, &record)? else { return Ok(None) };
            let setting = Setting { now, language: form.language(language), entropy: self.environment.entropy.clone() };
            Ok(Some(Filling::of(&form, &record, setting)))
        })
    }

    /// Saves what a person changed in a filled-in form as one card. Returns its hash, or nothing if nothing changed. Blocks.
    ///
    /// # Errors
    /// [`DeviceError::Wrong`] names every answer that may not stand; [`DeviceError::ChangedMeanwhile`] if the record shows
    /// another value than the person saw where they changed one, or has another form. Nothing is saved then, and the
    /// filling is as it was.
    pub fn save(&self, place: &Place, filling: &Filling) -> Result<Option<ChangeHash>, DeviceError> {
        self.edit(place, |pen| {
            let record = pen.record()?;
            let form = self.form_of(pen.tx, place, &record)?;
            let same = form.is_some_and(|form| form.hash() == filling.session().form().hash());
            if !same || filling.is_overtaken_by(&record) {
                return Err(pen.changed_meanwhile()?);
            }
            pen.card(&record, filling)
        })
    }

    /// Returns the form by which a record is read.
    pub(super) fn form_of(
        &self,
        connection: &Connection,
        place: &Place,
        record: &Record,
    ) -> Result<Option<Arc<Form>>, DeviceError> {
        let imported = |form: &ContentHash| forms::imported(connection, form);
        let hash = record.governing_form(imported, || forms::of_item(connection, &place.item, &place.round))?;
        let Some(hash) = hash else { return Ok(None) };
        let load = || {
            let bytes = forms::bytes(connection, &hash)?.ok_or(DeviceError::FormMissing(hash))?;
            Ok(Form::decode(&bytes).map_err(|_| StoreError::row("a form"))?)
        };
        self.forms.get(&hash, load).map(Some)
    }

    /// Fills a form in to check values by their keys: in the form's own language, now by this phone's clock and the programme's zone.
    pub(super) fn filling(
        &self,
        connection: &Connection,
        form: &Arc<Form>,
        record: &Record,
    ) -> Result<Filling, DeviceError> {
        let language = form.definition().default_language as usize;
        Ok(Filling::of(form, record, self.setting(connection, language)?))
    }

    /// Returns what a record and the values of its disputes score; nothing without a form, or while it is not here.
    pub(super) fn scores(
        &self,
        connection: &Connection,
        place: &Place,
        record: &Record,
    ) -> Result<Option<Scores>, DeviceError> {
        let form = match self.form_of(connection, place, record) {
            Ok(Some(form)) => form,
            Ok(None) | Err(DeviceError::FormMissing(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let offset = meta::get(connection, name::OFFSET)?.unwrap_or_default();
        let language = form.definition().default_language as usize;
        Ok(Some(Scores::of(record, &Filling::as_it_stands(&form, record, offset, language))))
    }
}

impl Pen<'_> {
    /// Saves a card of values by their keys in a record that has a form.
    pub(super) fn checked_card(
        &self,
        form: &Arc<Form>,
        record: &Record,
        puts: &[(Key, Value)],
    ) -> Result<Option<ChangeHash>, DeviceError> {
        let mut filling = self.device.filling(self.tx, form, record)?;
        let mut wrong = Vec::new();
        for (key, value) in puts {
            if key.class() == Class::Form {
                return Err(DeviceError::NotAnAnswer(key.clone()));
            }
            wrong.extend(filling.put(key, value).err());
        }
        wrong.extend(filling.wrong());
        if wrong.is_empty() { self.card(record, &filling) } else { Err(DeviceError::Wrong(wrong)) }
    }

    /// Writes what a person changed in a form, if all of it may stand and none of it is in dispute.
    fn card(&self, record: &Record, filling: &Filling) -> Result<Option<ChangeHash>, DeviceError> {
        let wrong = filling.wrong();
        if !wrong.is_empty() {
            return Err(DeviceError::Wrong(wrong));
        }
        let mut puts = Vec::new();
        for (key, value) in filling.puts() {
            // The form may have been named by another card since, and what stands beside answers may be the same.
            if key.class() == Class::Answer || !self.shows(&key, &value)? {
                self.undisputed(record, &key)?;
                puts.push((key, value));
            }
        }
        if puts.is_empty() { Ok(None) } else { self.write(puts).map(Some) }
    }
}

fn read(connection: &Connection, place: &Place) -> Result<Record, DeviceError> {
    match docs::row(connection, &place.doc)? {
        Some(row) => Ok(reading::record(connection, row)?),
        None => Ok(Record::default()),
    }
}
