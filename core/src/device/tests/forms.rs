//! Records with forms on the phone: they come as reference data, are filled in, checked and scored.

use super::*;
use crate::device::DeviceError;
use crate::form::{
    Definition, Expression, Form, Formula, Frame, Kind, Moment, Node, NodeId, NodeRef, Op, Operator, Piece, Question,
    Source,
};
use crate::ids::ChangeHash;
use crate::record::{AnswerError, Filling};
use crate::reference::{FormRow, ItemFormRow};
use crate::store::reference::RowsError;

fn formula(ops: Vec<Op>) -> Option<Formula> {
    Some(Formula { expression: Expression(ops), source: Source { row: 2, column: 3 } })
}

/// n, at most `most`; n_score = n; note.
fn form(most: f64) -> Form {
    let mut form = Definition::new("wells");
    let ask = |form: &mut Definition, name: &str, question: Question| {
        form.push(Node::new(Some(NodeId(0)), name, name, Kind::Question(question), Source { row: 2, column: 1 }))
    };
    let n = ask(&mut form, "n", Question::Integer);
    let own = Op::Node(NodeRef { node: n, frame: Frame::Own });
    form.nodes[1].constraint = formula(vec![own.clone(), Op::Number(most), Op::Binary(Operator::LessOrEqual)]);
    form.nodes[1].texts.constraint_message = vec![vec![Piece::Plain("太多了".into())]];
    ask(&mut form, "n_score", Question::Calculate);
    form.nodes[2].calculation = formula(vec![own]);
    ask(&mut form, "note", Question::Text);
    Form::new(form).unwrap()
}

fn row(form: &Form, order: u64) -> FormRow {
    let bytes = data_encoding::BASE64.encode(&form.encode());
    FormRow { hash: form.hash(), order, bytes }
}

impl Office {
    /// The reference data with forms, the last of which the item has.
    fn parts_with(&self, forms: &[FormRow]) -> Vec<(Part, Vec<u8>)> {
        let part = |kind: &str, json: Vec<u8>| {
            (Part { kind: kind.to_owned(), hash: ContentHash::of(&json), bytes: json.len() as u64 }, json)
        };
        let mut parts = self.parts();
        parts.extend(forms.iter().map(|row| part("form", serde_json::to_vec(&[row]).unwrap())));
        let given = forms.last().map(|form| ItemFormRow { item: self.item, round: self.round, form: form.hash });
        parts.push(part("item-forms", serde_json::to_vec(&Vec::from_iter(given)).unwrap()));
        parts
    }
}

impl Phone {
    fn refer_to(&self, parts: Vec<(Part, Vec<u8>)>) {
        let manifest: Vec<Part> = parts.iter().map(|(part, _)| part.clone()).collect();
        let fetched = parts.into_iter().map(|(part, json)| {
            let rows = Rows::read(&part.kind, &json).unwrap().unwrap();
            (part, rows)
        });
        let fetched: Vec<(Part, Rows)> = fetched.collect();
        self.device.store.write(|tx| reference::replace(tx, &manifest, &fetched)).unwrap();
    }

    fn with_form(office: &Office, seed: u64) -> Self {
        let phone = Self::enrolled(office, seed, "anna", Role::Inspector);
        phone.refer_to(office.parts_with(&[row(&form(10.0), 1)]));
        phone
    }

    fn fill(&self) -> Filling {
        let now = Moment { millis: 1_800_000_000_000, offset: 480 };
        self.device.fill(&self.place(), "zh", now).unwrap().unwrap()
    }

    fn save(&self, filling: &Filling) -> Result<Option<ChangeHash>, DeviceError> {
        self.device.save(&self.place(), filling)
    }
}

fn set(filling: &mut Filling, path: &str, text: &str) {
    let at = filling.session().address(path).unwrap();
    filling.set(at, text).unwrap();
}

#[test]
fn a_card_is_filled_in_saved_scored_and_read_again() {
    let office = Office::new(1);
    let phone = Phone::with_form(&office, 2);
    let mut filling = phone.fill();
    set(&mut filling, "/data/n", "7");
    set(&mut filling, "/data/note", "村口");
    assert!(phone.save(&filling).unwrap().is_some());
    assert_eq!(phone.save(&phone.fill()).unwrap(), None, "looking changes nothing");
    let written: Vec<String> =
        phone.device.history(&phone.place()).unwrap().into_iter().map(|row| row.key.to_string()).collect();
    assert_eq!(written, ["f", "a/n", "a/note"], "and nothing that is computed");
    let view = phone.reopened().record(&phone.place()).unwrap();
    assert_eq!(view.record.forms(), [form(10.0).hash()]);
    let report = serde_json::to_value(view.report(&|at| at.to_string())).unwrap();
    assert_eq!(report["score"], serde_json::json!({ "score": 7.0, "full": null, "veto": false, "grade": null }));
}

#[test]
fn a_card_with_wrong_answers_is_refused_whole_and_names_each_of_them() {
    let office = Office::new(1);
    let phone = Phone::with_form(&office, 2);
    let place = phone.place();
    let Err(DeviceError::Wrong(wrong)) = phone
        .device
        .answer(&place, &[put("n", "11"), put("nothing", "1"), put("n_score", "3"), put("note", "kept by the caller")])
    else {
        panic!("it was taken");
    };
    let told: Vec<(&str, &str)> = wrong.iter().map(|error| (error.key(), error.code())).collect();
    assert_eq!(told, [("nothing", "unknown"), ("a/n_score", "computed"), ("a/n", "constraint")]);
    assert!(matches!(wrong.last(), Some(AnswerError::Constraint { message, .. }) if message == "太多了"));
    assert!(matches!(phone.device.answer(&place, &[put("n", "many")]), Err(DeviceError::Wrong(_))));
    assert_eq!(phone.device.status().unwrap().records, 0, "nothing of it was saved");
    phone.device.answer(&place, &[put("n", "10"), put("note", "8")]).unwrap();
    assert_eq!(phone.shown("note"), ("8".to_owned(), 0));
    let note = &phone.device.record(&place).unwrap().record.answers[&Key::from_plain("note").unwrap()];
    assert_eq!(note.shown.value, Value::Text("8".to_owned()), "in the question's type");
}

#[test]
fn what_the_person_saw_is_checked_against_what_the_record_says_now() {
    let office = Office::new(1);
    let phone = Phone::with_form(&office, 2);
    phone.answer("n", "3");
    let mut seen = phone.fill();
    phone.answer("n", "4");
    set(&mut seen, "/data/note", "another question");
    assert!(phone.save(&seen).unwrap().is_some(), "cards of different questions go together");
    set(&mut seen, "/data/n", "5");
    assert!(matches!(phone.save(&seen), Err(DeviceError::ChangedMeanwhile { .. })));
    let mut again = phone.fill();
    set(&mut again, "/data/n", "5");
    phone.save(&again).unwrap();
    assert_eq!(phone.shown("n"), ("5".to_owned(), 0));
}

#[test]
fn what_may_stand_is_kept_and_the_rest_is_still_entered() {
    let office = Office::new(1);
    let phone = Phone::with_form(&office, 2);
    let place = phone.place();
    let mut sheet = phone.device.sheet(&place, "zh").unwrap().unwrap();
    set(&mut sheet.filling, "/data/n", "11");
    set(&mut sheet.filling, "/data/note", "村口");
    let kept = phone.device.keep(&place, &mut sheet).unwrap();
    assert!(kept.change.is_some());
    let told: Vec<(&str, &str)> = kept.wrong.iter().map(|error| (error.key(), error.code())).collect();
    assert_eq!(told, [("a/n", "constraint")]);
    assert_eq!((phone.shown("note").0.as_str(), phone.shown("n").0.as_str()), ("村口", ""));
    assert_eq!(sheet.view, phone.device.record(&place).unwrap());

    let again = phone.device.keep(&place, &mut sheet).unwrap();
    assert_eq!((again.change, again.wrong), (None, kept.wrong), "it is still wrong, and still there");
    set(&mut sheet.filling, "/data/n", "10");
    assert_eq!(phone.device.keep(&place, &mut sheet).unwrap().wrong, []);
    assert_eq!(phone.shown("n").0, "10");

    set(&mut sheet.filling, "/data/n", "9");
    phone.answer("n", "8");
    assert!(matches!(phone.device.keep(&place, &mut sheet), Err(DeviceError::ChangedMeanwhile { .. })));
}

#[test]
fn a_record_keeps_the_form_it_began_with_and_new_ones_take_the_newer() {
    let office = Office::new(1);
    let phone = Phone::with_form(&office, 2);
    phone.answer("n", "3");
    phone.refer_to(office.parts_with(&[row(&form(10.0), 1), row(&form(99.0), 2)]));
    let other = phone.device.place(OTHER_SITE, "water", None).unwrap();
    let hash = |place: &Place| phone.device.form(place).unwrap().map(|form| form.hash());
    assert_eq!((hash(&phone.place()), hash(&other)), (Some(form(10.0).hash()), Some(form(99.0).hash())));
    assert!(matches!(phone.device.answer(&phone.place(), &[put("n", "50")]), Err(DeviceError::Wrong(_))));
    phone.device.answer(&other, &[put("n", "50")]).unwrap();
    // The office tells of the newer form only: the record that names the older one still has it.
    phone.refer_to(office.parts_with(&[row(&form(99.0), 2)]));
    assert_eq!(hash(&phone.place()), Some(form(10.0).hash()));
}

#[test]
fn a_record_that_was_begun_without_a_form_shows_plain_keys_and_takes_any() {
    let office = Office::new(1);
    let phone = Phone::enrolled(&office, 2, "anna", Role::Inspector);
    phone.answer("anything", "8");
    phone.refer_to(office.parts_with(&[row(&form(10.0), 1)]));
    assert!(phone.device.form(&phone.place()).unwrap().is_none());
    phone.answer("else", "9");
    let view = phone.device.record(&phone.place()).unwrap();
    let report = serde_json::to_value(view.report(&|at| at.to_string())).unwrap();
    assert_eq!(report.get("score"), None, "the report is what it was");
    let now = Moment { millis: 0, offset: 0 };
    assert!(phone.device.fill(&phone.place(), "", now).unwrap().is_none());
}

#[test]
fn a_form_that_is_not_what_it_says_is_named_and_refused() {
    let form = form(10.0);
    let read = |row: &FormRow| Rows::read("form", &serde_json::to_vec(&[row]).unwrap());
    let good = row(&form, 1);
    assert!(matches!(read(&good), Ok(Some(Rows::Forms(_)))));
    let other = FormRow { hash: ContentHash::of(b"other"), ..good.clone() };
    let nonsense =
        FormRow { hash: ContentHash::of(b"no form"), bytes: data_encoding::BASE64.encode(b"no form"), order: 1 };
    let no_base64 = FormRow { bytes: "***".to_owned(), ..good };
    for bad in [other, nonsense, no_base64] {
        let refused = read(&bad);
        assert!(matches!(&refused, Err(RowsError::Form(error)) if error.to_string().contains(&bad.hash.to_string())));
    }
}

#[test]
fn a_form_that_is_not_here_yet_is_named_and_its_record_still_shown() {
    let office = Office::new(1);
    let phone = Phone::enrolled(&office, 2, "anna", Role::Inspector);
    let hash = form(10.0).hash();
    let names = [(Key::form(), Value::Bytes(hash.as_bytes().to_vec())), put("n", "3")];
    phone.device.answer(&phone.place(), &names).unwrap();
    assert!(matches!(phone.device.form(&phone.place()), Err(DeviceError::FormMissing(named)) if named == hash));
    assert!(matches!(phone.device.answer(&phone.place(), &[put("n", "4")]), Err(DeviceError::FormMissing(_))));
    let view = phone.device.record(&phone.place()).unwrap();
    assert_eq!((view.record.answers.len(), view.scores), (1, None));
    phone.refer_to(office.parts_with(&[row(&form(10.0), 1)]));
    phone.answer("n", "4");
}
