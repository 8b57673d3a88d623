//! Records with forms: a workbook on the server becomes what two phones fill in offline, check and score alike.

use serde_json::{Value as Json, json};
use sumu_core::clock::Clock as _;
use sumu_core::device::{DeviceError, Place};
use sumu_core::form::Moment;
use sumu_core::ids::ContentHash;
use sumu_core::record::{Filling, Key, Value};
use sumu_core::sign::Role::{Inspector, TeamLead};
use sumu_tests::rubric;
use sumu_tests::world::phone::Phone;
use sumu_tests::world::{SITES, World, story};

const BANNER: &[&str] = &["150521"];

/// Gives the item its workbook of the ten-item rubric, in some version.
fn import(world: &World, version: &str) -> ContentHash {
    let made = rubric::workbooks().unwrap();
    let mut water = made.into_iter().find(|made| made.name == "water").unwrap().workbook;
    water.settings = water.settings.with("version", version);
    world.office.import_form(&water.xlsx().unwrap(), "water").unwrap()
}

fn fill(phone: &Phone, place: &Place) -> Filling {
    let now = Moment { millis: phone.clock.millis(), offset: 480 };
    phone.device().fill(place, "zh", now).unwrap().expect("the record has a form")
}

/// Fills in some questions and saves them as one card; a path that ends in `[+]/name` begins an instance.
fn card(phone: &Phone, site: &str, answers: &[(&str, &str)]) {
    let place = phone.place(site, "water");
    let mut filling = fill(phone, &place);
    for (path, text) in answers {
        let path = match path.split_once("[+]") {
            Some((repeat, question)) => {
                let (repeat, parent) = filling.session().repeat(repeat).unwrap();
                let (added, _) = filling.add(repeat, parent).unwrap();
                format!("{}{question}", filling.session().path_text(added))
            }
            None => (*path).to_owned(),
        };
        let at = filling.session().address(&path).unwrap();
        filling.set(at, text).unwrap();
    }
    assert!(phone.device().save(&place, &filling).unwrap().is_some());
}

fn form_of(phone: &Phone, site: &str) -> Option<ContentHash> {
    phone.device().form(&phone.place(site, "water")).unwrap().map(|form| form.hash())
}

/// What a report says but for what waits on this phone only.
fn shared(phone: &Phone, site: &str) -> Json {
    let mut shown = phone.show(site, "water");
    shown["unsent"] = json!(0);
    shown
}

#[test]
fn two_people_fill_in_one_record_offline_and_a_dispute_shows_what_each_answer_scores() {
    story(|mut world| async move {
        let form = import(&world, "1");
        let a = world.person("a", Inspector, BANNER).await;
        let b = world.person("b", Inspector, BANNER).await;
        let lead = world.person("lead", TeamLead, BANNER).await;
        assert_eq!((form_of(&a, SITES[0]), form_of(&b, SITES[0])), (Some(form), Some(form)), "it came with the sync");

        card(
            &a,
            SITES[0],
            &[
                ("/data/water/w1_card/w1_planned", "40"),
                ("/data/water/w1_card/w1_done", "38"),
                ("/data/water/w3_card/w3_place[1]/w3_grade", "good"),
                ("/data/water/w4_card/w4_found", "yes"),
                ("/data/water/w4_card/w4_fault[+]/w4_reason", "井口无盖"),
            ],
        );
        card(
            &b,
            SITES[0],
            &[
                ("/data/water/w1_card/w1_planned", "40"),
                ("/data/water/w1_card/w1_done", "30"),
                ("/data/water/w2_card/w2_met", "yes"),
                ("/data/water/w3_card/w3_place[1]/w3_grade", "fair"),
                ("/data/water/w4_card/w4_found", "yes"),
                ("/data/water/w4_card/w4_fault[+]/w4_reason", "管网渗漏"),
            ],
        );
        assert_eq!(a.show(SITES[0], "water")["score"]["score"], 28.5 + 20.0 + 12.0);

        for phone in [&a, &b, &a, &lead] {
            phone.sync_well().await;
        }
        let shown = shared(&a, SITES[0]);
        assert_eq!((&shown, &shown), (&shared(&b, SITES[0]), &shared(&lead, SITES[0])), "all see and score the same");
        let dispute = shown["answers"]["w1_done"]["dispute"].as_array().unwrap();
        let mut rivals: Vec<(i64, f64)> =
            dispute.iter().map(|rival| (rival["value"].as_i64().unwrap(), rival["score"].as_f64().unwrap())).collect();
        rivals.sort_by_key(|(value, _)| *value);
        // Two households and two faults: 20 of W2, 16 of W3, 9 of W4, and W1 as it is disputed.
        assert_eq!(rivals, [(30, 22.5 + 45.0), (38, 28.5 + 45.0)]);
        assert_eq!(shown["score"]["full"], 100.0);
        assert_eq!(shown["answers"]["w1_planned"]["dispute"], Json::Null, "equal answers are no dispute");
        assert_eq!(shown["disputes"], json!({}), "and the form that both named is one");

        let refused = lead.settle(SITES[0], "water", "w1_done", "many", "看不清");
        assert!(matches!(refused, Err(DeviceError::Wrong(_))), "{refused:?}");
        lead.settle(SITES[0], "water", "w1_done", "38", "现场复核").unwrap();
        for phone in [&lead, &a] {
            phone.sync_well().await;
        }
        let settled = a.show(SITES[0], "water");
        assert_eq!(
            (&settled["answers"]["w1_done"]["dispute"], &settled["score"]["score"]),
            (&Json::Null, &json!(73.5))
        );
        assert_eq!(
            world.office.show(SITES[0], "water", "r1").unwrap(),
            shared(&a, SITES[0]),
            "the server scores it alike"
        );
        assert_eq!(world.office.scores("150521", "r1").unwrap(), (1, 73.5, 100.0), "and counts it in its area");
        assert_eq!(world.office.scores("150521", "r1").unwrap(), (0, 73.5, 100.0), "until it changes");
        world.assert_nothing_missing(&[&a, &b, &lead]);
        world.assert_sound();
    });
}

#[test]
fn a_record_keeps_the_form_that_it_began_with_while_the_office_changes_it() {
    story(|mut world| async move {
        let old = import(&world, "1");
        let a = world.person("a", Inspector, BANNER).await;
        let away = world.person("away", Inspector, BANNER).await;
        let lead = world.person("lead", TeamLead, BANNER).await;
        let new = import(&world, "2");
        a.sync_well().await;
        lead.sync_well().await;
        assert_eq!(form_of(&a, SITES[0]), Some(new));

        card(&away, SITES[0], &[("/data/water/w2_card/w2_met", "yes")]);
        card(&away, SITES[1], &[("/data/water/w2_card/w2_met", "yes")]);
        card(&a, SITES[1], &[("/data/water/w5_card/w5_grade", "good")]);
        for phone in [&away, &a, &away, &lead] {
            phone.sync_well().await;
        }
        for phone in [&a, &away] {
            assert_eq!(form_of(phone, SITES[0]), Some(old), "what began with the old form keeps it, everywhere");
            assert_eq!(form_of(phone, SITES[1]), Some(old), "of two forms the one imported first governs");
            assert_eq!(form_of(phone, SITES[2]), Some(new), "new records take the new one");
        }
        let shown = a.show(SITES[1], "water");
        assert_eq!(shown["disputes"]["f"].as_array().unwrap().len(), 2);
        assert_eq!(shown["score"]["score"], 35.0);
        let place = lead.place(SITES[1], "water");
        let named = Value::Bytes(new.as_bytes().to_vec());
        lead.device().settle(&place, &Key::form(), &named, "按新表").unwrap();
        for phone in [&lead, &a] {
            phone.sync_well().await;
            assert_eq!(form_of(phone, SITES[1]), Some(new));
        }
        world.assert_sound();
    });
}

#[test]
fn a_card_of_the_command_line_is_checked_by_the_form_too() {
    story(|mut world| async move {
        import(&world, "1");
        let a = world.person("a", Inspector, BANNER).await;
        let place = a.place(SITES[0], "water");
        let refused =
            a.try_answer(&place, &[("w1_planned", "-4"), ("w2_met", "perhaps"), ("q", "1"), ("w1_done", "3")]);
        let Err(DeviceError::Wrong(wrong)) = refused else { panic!("{refused:?}") };
        let mut codes: Vec<&str> = wrong.iter().map(|error| error.code()).collect();
        codes.sort_unstable();
        assert_eq!(codes, ["choice", "constraint", "unknown"]);
        assert_eq!(a.show(SITES[0], "water")["answers"], json!({}));
        a.try_answer(&place, &[("w1_planned", "4"), ("w1_done", "3"), ("water_veto/c/refused", "true")]).unwrap();
        let shown = a.show(SITES[0], "water");
        assert_eq!(shown["score"]["veto"], true);
        assert_eq!((&shown["score"]["score"], &shown["score"]["grade"]), (&json!(0.0), &json!("veto")));
        assert_eq!(shown["answers"]["water_veto"]["value"], "some");
    });
}
