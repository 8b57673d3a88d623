//! A record's form, filled in by one person.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sumu_core::device::Sheet;
use sumu_core::form::Address;

use crate::card::{CardRow, FormRow, Saved, ScoreView, WrongAnswer};
use crate::{Device, Place, RecordView, SumuError, SumuResult};

/// A record with its form filled in, from `Device.fill`: the cards, what a person changes in them, and the score.
///
/// What is changed stands in memory until `save`. Calls are short and touch no file, but `save`: call that off the drawing
/// thread. After a sync, and whenever `save` fails with `Changed`, take a new one.
#[derive(uniffi::Object)]
pub struct Filling {
    device: Arc<Device>,
    place: Place,
    sheet: Mutex<Sheet>,
}

#[uniffi::export]
impl Filling {
    /// Returns what the record says beside its form: heads for a sign-off, review, void, what is unsent.
    pub fn record(&self) -> RecordView {
        self.sheet().view.clone().into()
    }

    /// Returns the cards that have something to show, 200 at most.
    pub fn cards(&self) -> Vec<CardRow> {
        let sheet = self.sheet();
        sheet.filling.cards(&sheet.view.record).into_iter().take(200).map(CardRow::from).collect()
    }

    /// Returns a page of what a card shows now, in the order of the form.
    pub fn rows(&self, card: u32, skip: u32, limit: u32) -> Vec<FormRow> {
        let sheet = self.sheet();
        let rows = sheet.filling.rows(card as usize, &sheet.view.record).into_iter();
        rows.skip(skip as usize).take(limit.min(200) as usize).map(|row| FormRow::of(row, &sheet.view.people)).collect()
    }

    /// Answers a question; the empty text clears it. Returns the paths of all that is different now.
    ///
    /// An answer that violates a constraint is taken, so that the person sees it and why, but not saved. `Input` with the code
    /// `wrong-answer`: it is no answer of the question's type, and the question keeps the one that it had.
    pub fn answer(&self, path: String, text: String) -> SumuResult<Vec<String>> {
        let mut sheet = self.sheet();
        let at = address(&sheet, &path)?;
        let changes = sheet.filling.set(at, &text)?;
        Ok(paths(&sheet, changes))
    }

    /// Adds an instance of a repeat, at the path of its row of the kind `Add`. It is saved with its first answer. Returns the
    /// paths of all that is different now.
    pub fn add(&self, path: String) -> SumuResult<Vec<String>> {
        let mut sheet = self.sheet();
        let repeat = sheet.filling.session().repeat(&path);
        let (repeat, parent) = repeat.map_err(|error| SumuError::input("unknown-path", &error))?;
        let (_, changes) = sheet.filling.add(repeat, parent)?;
        Ok(paths(&sheet, changes))
    }

    /// Removes an instance of a repeat, with a reason if the record holds it. Returns the paths of all that is different now.
    pub fn remove(&self, path: String, reason: String) -> SumuResult<Vec<String>> {
        let mut sheet = self.sheet();
        let at = address(&sheet, &path)?;
        let changes = sheet.filling.remove(at, &reason)?;
        Ok(paths(&sheet, changes))
    }

    /// Names every answer of this person that may not stand.
    pub fn wrong(&self) -> Vec<WrongAnswer> {
        let sheet = self.sheet();
        sheet.filling.wrong().iter().map(|error| WrongAnswer::of(error, &sheet.filling)).collect()
    }

    /// Returns what the record scores now, as far as it is filled in.
    pub fn score(&self) -> ScoreView {
        self.sheet().filling.score().into()
    }

    /// Tells whether the form asks for more work than an edit may take: then no answer is valid and nothing is scored, until
    /// less is asked of it.
    pub fn overworked(&self) -> bool {
        self.sheet().filling.session().overworked()
    }

    /// Saves as one change, durable when this returns, what may stand of what was changed; the rest is still entered, and is
    /// named. `Changed`: somebody else's answer came in between; nothing was saved.
    pub fn save(&self) -> SumuResult<Saved> {
        let device = self.device.device()?;
        let place = self.place.find(&device)?;
        let mut sheet = self.sheet();
        let kept = device.keep(&place, &mut sheet)?;
        Ok(Saved::of(&kept, &sheet.filling))
    }
}

impl Filling {
    pub(crate) fn new(device: Arc<Device>, place: Place, sheet: Sheet) -> Self {
        Self { device, place, sheet: Mutex::new(sheet) }
    }

    fn sheet(&self) -> MutexGuard<'_, Sheet> {
        self.sheet.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn address(sheet: &Sheet, path: &str) -> SumuResult<Address> {
    sheet.filling.session().address(path).map_err(|error| SumuError::input("unknown-path", &error))
}

fn paths(sheet: &Sheet, changes: impl IntoIterator<Item = Address>) -> Vec<String> {
    changes.into_iter().map(|at| sheet.filling.session().path_text(at)).collect()
}
