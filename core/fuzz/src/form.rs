//! Hostile bytes as a compiled form, and as what somebody does with it.

use std::sync::Arc;

use sumu_core::clock::SeededEntropy;
use sumu_core::form::{Address, EditError, Form, Kind, Moment, Question, Score, Session, Setting, State};

use super::choices::Choices;

/// The most steps of one session.
const STEPS: usize = 12;
/// Of how many places label and choices are looked at.
const SHOWN: usize = 40;

/// Takes a count of bytes, so many bytes of steps, and the rest as a compiled form: what is read is written as it was, and can
/// be filled in.
pub fn form(bytes: &[u8]) {
    let Some((count, rest)) = bytes.split_first() else { return };
    let (steps, bytes) = rest.split_at(usize::from(*count).min(rest.len()));
    let Ok(form) = Form::decode(bytes) else { return };
    assert_eq!(form.encode(), bytes, "a form is written in one way");
    let again = Form::new(form.definition().clone()).expect("what was read is a form");
    assert_eq!(again.hash(), form.hash());
    fill(Arc::new(form), &mut Choices(steps));
}

fn fill(form: Arc<Form>, steps: &mut Choices<'_>) {
    let setting = Setting {
        now: Moment { millis: 1_795_392_000_000, offset: 480 },
        language: 0,
        entropy: Arc::new(SeededEntropy::new(1)),
    };
    let mut session = Session::new(form, setting);
    let mut states = session.states();
    check(&session, &states);
    for _ in 0..STEPS {
        // What asks for too much work is left as it is, half done.
        if steps.is_empty() || states.is_empty() || session.overworked() {
            return;
        }
        let at = states[steps.below(states.len())].at;
        step(&mut session, at, steps);
        states = session.states();
        check(&session, &states);
    }
}

/// Does one thing at a place. Refusals are as they should be: the place may take no answer, or no such answer.
fn step(session: &mut Session, at: Address, steps: &mut Choices<'_>) {
    let before = steps.one_in(4).then(|| session.states());
    let refused: Option<EditError> = match session.form().definition().node(at.node).map(|node| &node.kind) {
        Some(Kind::Repeat) if steps.one_in(2) => session.remove(at).err(),
        Some(Kind::Repeat) => {
            let parent = at.path.split_last().map(|(parent, _)| parent).unwrap_or_default();
            session.add(at.node, parent).err()
        }
        Some(Kind::Question(question)) => {
            let value = answer(session, question.clone(), steps);
            session.set(at, &value).err()
        }
        _ => {
            let languages = session.form().definition().languages.len();
            session.set_language(steps.below(languages + 1));
            None
        }
    };
    if let (Some(_), Some(before)) = (refused, before) {
        assert_eq!(session.states(), before, "what is refused changes nothing");
    }
}

fn answer(session: &Session, question: Question, steps: &mut Choices<'_>) -> String {
    const WORDS: [&str; 8] = ["", "1", "0", "-2.5", "2026-11-23", "08:05", "43.6 122.2", "长 text"];
    if let Question::SelectOne(list) | Question::SelectMultiple(list) = question
        && let Some(list) = session.form().definition().lists.get(list as usize)
        && !list.choices.is_empty()
    {
        return list.choices[steps.below(list.choices.len())].name.clone();
    }
    WORDS[steps.below(WORDS.len())].to_owned()
}

/// Looks at everything that is shown.
fn check(session: &Session, states: &[State]) {
    if session.overworked() {
        assert_eq!(session.score(), Score::default());
        return;
    }
    for state in states {
        assert!(state.relevant || state.value.is_empty(), "{} is not relevant", state.path);
        assert_eq!(session.path_text(state.at), state.path);
    }
    for state in states.iter().take(SHOWN) {
        let label = session.form().definition().node(state.at.node).map(|node| &node.texts.label);
        label.and_then(|label| session.text(label, state.at));
        session.choices(state.at);
    }
    session.score();
}
