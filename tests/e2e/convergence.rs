//! Any number of phones, any order, duplication and loss of exchanges: all converge, from any seed.

use super::oracle::assert_automerge_agrees;
use futures_util::future::join_all;
use sumu_core::device::DeviceError;
use sumu_core::record::ReviewState;
use sumu_core::sign::Role::{Inspector, Supervisor, TeamLead};
use sumu_tests::world::phone::Phone;
use sumu_tests::world::weather::Weather;
use sumu_tests::world::{ITEMS, SITES, World, worlds};

const BANNER: &[&str] = &["150521"];

async fn people(world: &mut World) -> Vec<Phone> {
    let inspectors = 2 + world.chance.below(3);
    let mut phones = Vec::new();
    for number in 0..inspectors {
        phones.push(world.person(&format!("i{number}"), Inspector, BANNER).await);
    }
    phones.push(world.person("lead", TeamLead, BANNER).await);
    phones.push(world.person("boss", Supervisor, BANNER).await);
    for phone in &phones {
        phone.turn_clock(world.chance.below(400_000_000) as i64 - 200_000_000);
    }
    phones
}

/// Does something that a person could do; what the phone refuses, it must refuse for a reason that a person can act on.
fn act(world: &World, phone: &Phone) {
    let (site, item) = (*world.chance.pick(&SITES[..2]), *world.chance.pick(&ITEMS));
    let key = *world.chance.pick(&["W1", "W2", "W3"]);
    let value = world.chance.below(3).to_string();
    let done = match world.chance.below(10) {
        0 => phone.sign(site, item).map(drop),
        1 => phone.settle(site, item, key, &value, "复核").map(drop),
        2 => phone.review(site, item, ReviewState::SentBack, "补充照片").map(drop),
        3 => phone.void(site, item, "重复").map(drop),
        4 => phone.try_answer(&phone.place(site, item), &[(key, "")]).map(drop),
        _ => phone.try_answer(&phone.place(site, item), &[(key, &value), ("note", "字")]).map(drop),
    };
    match done {
        Ok(())
        | Err(
            DeviceError::NoRight { .. }
            | DeviceError::Disputed { .. }
            | DeviceError::NotDisputed(_)
            | DeviceError::EmptyRecord
            | DeviceError::NotAnAnswer(_),
        ) => {}
        Err(error) => panic!("{} at {site} {item}: {error}", phone.who),
    }
}

#[test]
fn whatever_people_do_and_whatever_the_line_does_all_phones_and_the_server_agree() {
    worlds(25, |mut world| async move {
        let phones = people(&mut world).await;
        world.network.set_weather(Weather::STORM);
        for _ in 0..40 {
            let phone = world.chance.pick(&phones);
            match world.chance.below(4) {
                0 => drop(phone.sync().await),
                1 => drop(join_all(phones.iter().map(Phone::sync)).await),
                _ => act(&world, phone),
            }
        }
        world.assert_converged(&phones.iter().collect::<Vec<_>>()).await;
        assert_automerge_agrees(&world);
    });
}

#[test]
fn phones_that_are_switched_off_at_any_moment_lose_nothing_that_they_called_saved() {
    worlds(10, |mut world| async move {
        let mut phones = people(&mut world).await;
        world.network.set_weather(Weather::STORM);
        for _ in 0..30 {
            let number = world.chance.below(phones.len());
            act(&world, &phones[number]);
            if world.chance.below(3) == 0 {
                // A sync that is dropped in the middle, as when the maker's power saver ends the app.
                let patience = std::time::Duration::from_millis(world.chance.below(8000) as u64);
                let _ = tokio::time::timeout(patience, phones[number].sync()).await;
                assert_eq!(phones[number].open(), None);
            }
        }
        world.assert_converged(&phones.iter().collect::<Vec<_>>()).await;
        assert_automerge_agrees(&world);
    });
}

#[test]
fn phones_that_are_restored_from_older_copies_part_from_nobody() {
    worlds(15, |mut world| async move {
        let mut phones = people(&mut world).await;
        let mut copies: Vec<Option<Vec<u8>>> = phones.iter().map(|_| None).collect();
        world.network.set_weather(Weather::STORM);
        for _ in 0..40 {
            let number = world.chance.below(phones.len());
            match world.chance.below(8) {
                0 => copies[number] = Some(phones[number].backup()),
                1 => {
                    if let Some(copy) = &copies[number] {
                        phones[number].restore(copy);
                    }
                }
                2 | 3 => drop(phones[number].sync().await),
                _ => act(&world, &phones[number]),
            }
        }
        // What was written since a copy and never synced is gone with the file that held it; nothing else may differ.
        world.assert_same(&phones.iter().collect::<Vec<_>>()).await;
        world.assert_sound();
        assert_automerge_agrees(&world);
    });
}

#[test]
fn rights_that_come_and_go_meanwhile_never_lose_work_or_part_the_phones() {
    worlds(10, |mut world| async move {
        let phones = people(&mut world).await;
        world.network.set_weather(Weather::STORM);
        for _ in 0..30 {
            let phone = world.chance.pick(&phones);
            match world.chance.below(6) {
                0 => world.office.revoke("i0", Some((Inspector, BANNER))).unwrap_or_default(),
                1 => world.office.grant("i0", Inspector, BANNER).unwrap(),
                2 => drop(phone.sync().await),
                _ if phone.who == "i0" => drop(
                    phone.device().place(SITES[0], "water", None).map(|place| phone.try_answer(&place, &[("W1", "7")])),
                ),
                _ => act(&world, phone),
            }
        }
        world.office.grant("i0", Inspector, BANNER).unwrap();
        world.assert_converged(&phones.iter().collect::<Vec<_>>()).await;
        assert_automerge_agrees(&world);
        for phone in &phones {
            assert_eq!(phone.status().parked, Vec::new(), "a new grant releases what was kept aside for {}", phone.who);
        }
    });
}

#[test]
fn the_same_seed_makes_the_same_world() {
    let told = |world: u64| {
        let told = std::cell::RefCell::new(String::new());
        sumu_tests::world::run_seed(world, async |mut world: World| {
            let phones = people(&mut world).await;
            world.network.set_weather(Weather::STORM);
            for _ in 0..15 {
                let phone = world.chance.pick(&phones);
                act(&world, phone);
                let _ = phone.sync().await;
            }
            world.settle_down(&phones.iter().collect::<Vec<_>>()).await;
            told.replace(format!("{:?}", world.office.log_hashes().unwrap()));
        });
        told.into_inner()
    };
    assert_eq!(told(5), told(5));
    assert_ne!(told(5), told(6));
}
