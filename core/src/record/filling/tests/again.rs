//! Cards by chance: what was written gives the same form again.

use proptest::prelude::*;

use super::*;

/// Takes away what was added and cleared again: it is written with its first answer, and has none.
fn leave_unwritten(filling: &mut Filling, record: &Record) {
    let puts = filling.puts();
    let written = |key: &Key| record.instances.contains(key) || puts.iter().any(|(put, _)| put == key);
    for state in states(filling).into_iter().rev() {
        let added = state.path.ends_with(']') && !state.path.starts_with("/data/plot");
        if added && !filling.key_of(state.at).is_some_and(|key| written(&key)) {
            filling.remove(state.at, "").unwrap();
        }
    }
}

fn states(filling: &Filling) -> Vec<State> {
    filling.session().states()
}

proptest! {
    #[test]
    fn what_is_written_gives_the_same_form_again(
        edits in prop::collection::vec((0usize..11, 0usize..3, 0usize..3, 0i32..9), 1..25),
        cards in 1usize..4,
    ) {
        let mut paper = Paper::default();
        for (number, card) in edits.chunks(edits.len().div_ceil(cards)).enumerate() {
            let mut filling = paper.filling(number as u64 + 10);
            for (what, place, inner, value) in card {
                let (place, inner) = (place + 1, inner + 1);
                let text = if *value == 0 { String::new() } else { value.to_string() };
                let path = match what {
                    0 | 1 => "/data/n".to_owned(),
                    2 => "/data/grade".to_owned(),
                    3 => "/data/faults".to_owned(),
                    4 => "/data/here".to_owned(),
                    5 => "/data/day".to_owned(),
                    6 => format!("/data/hh[{place}]/area"),
                    7 => format!("/data/hh[{place}]/room[{inner}]/wall"),
                    8 => format!("/data/plot[{place}]/size"),
                    9 => {
                        let repeat = if inner == 1 { "/data/hh[1]".to_owned() } else { format!("/data/hh[{place}]/room[1]") };
                        if let Ok((repeat, parent)) = filling.session().repeat(&repeat)
                            && let Ok((added, _)) = filling.add(repeat, parent)
                        {
                            // Written with its first answer, or not at all.
                            let path = filling.session().path_text(added);
                            let first = if inner == 1 { "area" } else { "wall" };
                            set(&mut filling, &format!("{path}/{first}"), "1").unwrap();
                        }
                        continue;
                    }
                    _ => {
                        let instance = ["/data/hh", "/data/plot", "/data/hh[1]/room"][inner - 1];
                        if let Ok(at) = filling.session().address(&format!("{instance}[{place}]"))
                            && filling.session().state(at).is_some() {
                            filling.remove(at, "twice").unwrap();
                        }
                        continue;
                    }
                };
                let text = match what {
                    2 => ["", "good", "bad"][*value as usize % 3].to_owned(),
                    3 => ["", "crack", "leak 裂缝", "裂缝"][*value as usize % 4].to_owned(),
                    5 if *value > 0 => format!("2026-11-0{value}"),
                    _ => text,
                };
                if let Ok(at) = filling.session().address(&path) && filling.session().state(at).is_some() {
                    filling.set(at, &text).unwrap();
                }
            }
            prop_assert_eq!(filling.wrong(), vec![]);
            leave_unwritten(&mut filling, &paper.record());
            let (puts, before) = (filling.puts(), states(&filling));
            let written = !puts.is_empty() || number > 0;
            paper.card(puts);
            let again = paper.filling(99);
            prop_assert_eq!(again.foreign(), &[]);
            prop_assert_eq!(again.puts(), vec![]);
            if written && !paper.0.is_empty() {
                prop_assert_eq!(before, states(&again));
            }
        }
    }
}
