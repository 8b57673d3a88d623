//! What must hold in every world once everybody has synced.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use sumu_core::device::DeviceError;

use super::World;
use super::phone::Phone;
use super::weather::Weather;

impl World {
    /// Lets everybody sync until nothing moves any more, on a good line, with all old copies delivered first.
    pub async fn settle_down(&self, phones: &[&Phone]) {
        self.network.settle().await;
        self.network.set_weather(Weather::FAIR);
        for _ in 0..2 {
            for phone in phones {
                phone.sync_well().await;
            }
        }
        for _ in 0..6 {
            let mut moved = 0;
            for phone in phones {
                let report = phone.sync_well().await;
                moved += report.changes_up + report.changes_down;
            }
            if moved == 0 {
                return;
            }
        }
        panic!("after eight rounds of syncs changes still move");
    }

    /// Demands that the phones, which see the same places, and the server show the same; that nothing which a phone called
    /// saved is missing; and that signatures, hashes and view agree with the log.
    pub async fn assert_converged(&self, phones: &[&Phone]) {
        self.assert_same(phones).await;
        self.assert_nothing_missing(phones);
        self.assert_sound();
    }

    /// Lets everybody sync, and demands that the phones and the server show the same.
    pub async fn assert_same(&self, phones: &[&Phone]) {
        self.settle_down(phones).await;
        for (site, item, round) in self.ledger.places() {
            let server = self.server_shows(&site, &item, &round);
            for phone in phones {
                let shown = match phone.device().place(&site, &item, Some(&round)) {
                    Ok(place) => phone.show_place(&place),
                    // The place lies outside this phone's areas.
                    Err(DeviceError::UnknownSite(_) | DeviceError::UnknownRound(_)) => continue,
                    Err(error) => panic!("{}: {error}", phone.who),
                };
                assert_eq!(
                    without_unsent(shown),
                    server,
                    "{} and the server differ on {site} {item} {round}",
                    phone.who
                );
            }
        }
    }

    /// Demands that every edit which a phone called saved is in the log, or held by the server with a reason, or still waiting
    /// on its phone.
    pub fn assert_nothing_missing(&self, phones: &[&Phone]) {
        let log = self.office.log_hashes().expect("the log reads");
        let mut known: BTreeSet<_> = log.into_iter().collect();
        for phone in phones {
            let status = phone.status();
            for stuck in status.parked.iter().chain(&status.refused) {
                known.insert((stuck.doc, stuck.hash));
            }
        }
        for saved in self.ledger.all() {
            let held = known.contains(&(saved.doc, saved.hash));
            assert!(held, "{saved:?} was shown as saved and is nowhere");
        }
    }

    /// Demands that every signature, every hash and the view agree with the log, and that a rebuilt view says the same.
    pub fn assert_sound(&self) {
        let problems = self.office.verify().expect("the log can be verified");
        assert_eq!(problems, Vec::<String>::new());
        let before: Vec<Json> = self.all_server_shows();
        self.office.rebuild_view().expect("the view can be rebuilt");
        assert_eq!(before, self.all_server_shows(), "a rebuilt view says something else");
    }

    /// Returns what the server shows of a record, without the count that only a phone has.
    pub fn server_shows(&self, site: &str, item: &str, round: &str) -> Json {
        without_unsent(self.office.show(site, item, round).expect("the server shows the record"))
    }

    fn all_server_shows(&self) -> Vec<Json> {
        let places = self.ledger.places();
        places.iter().map(|(site, item, round)| self.server_shows(site, item, round)).collect()
    }
}

/// Leaves out what only a phone knows.
fn without_unsent(mut shown: Json) -> Json {
    if let Some(fields) = shown.as_object_mut() {
        fields.remove("unsent");
    }
    shown
}
