//! Reference data over HTTP.

use axum::body::Body;
use sumu_core::ids::ContentHash;
use sumu_core::record::Value;
use sumu_core::reference::{Manifest, Part, PersonRow, SiteRow, kind};
use sumu_core::region::Region;
use sumu_core::sign::Role;
use tower::ServiceExt;

use super::phone::Phone;
use super::*;
use crate::admin;

async fn get(phone: &Phone, path: &str) -> (u16, Vec<u8>) {
    let request = axum::http::Request::get(path).header("authorization", format!("Bearer {}", phone.reply.token));
    let response = crate::app(phone.server.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    (status, axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec())
}

async fn manifest(phone: &Phone) -> (Manifest, [u8; 8]) {
    let (status, json) = get(phone, "/v1/reference").await;
    assert_eq!(status, 200);
    (serde_json::from_slice(&json).unwrap(), Manifest::mark(&json))
}

async fn rows<T: serde::de::DeserializeOwned>(phone: &Phone, kind: &str) -> Vec<T> {
    let (manifest, _) = manifest(phone).await;
    let Part { hash, bytes, .. } = manifest.parts.iter().find(|part| part.kind == kind).unwrap();
    let (status, packed) = get(phone, &format!("/v1/reference/{hash}")).await;
    assert_eq!(status, 200);
    let json = zstd::decode_all(packed.as_slice()).unwrap();
    assert_eq!((ContentHash::of(&json), json.len() as u64), (*hash, *bytes));
    serde_json::from_slice(&json).unwrap()
}

#[tokio::test]
async fn a_phone_gets_its_areas_and_those_who_work_there_and_nobody_elses() {
    let (_folder, server) = server();
    write(&server, |tx| {
        office::person(tx, "far", Role::Inspector, "150522");
        office::person(tx, "dai", Role::Inspector, OTHER_VILLAGE);
        Ok(())
    });
    let dai = Phone::enrol(&server, "dai", 5);
    let regions: Vec<Region> = rows(&dai, kind::REGIONS).await;
    let codes: Vec<&str> = regions.iter().map(|region| region.code.as_str()).collect();
    assert_eq!(codes, ["1505", "150521", "150521100", OTHER_VILLAGE]);
    let sites: Vec<SiteRow> = rows(&dai, kind::SITES).await;
    assert_eq!(sites.len(), 1);
    let people: Vec<PersonRow> = rows(&dai, kind::PEOPLE).await;
    let handles: Vec<&str> = people.iter().map(|person| person.handle.as_str()).collect();
    assert_eq!(handles, ["ana", "bao", "dai", "lead", "sup"]);
}

#[tokio::test]
async fn the_mark_moves_with_the_office_and_parts_stay_what_they_are() {
    let (_folder, server) = server();
    let mut ana = Phone::enrol(&server, "ana", 1);
    let (before, mark) = manifest(&ana).await;
    assert_eq!(ana.sync().await.end().manifest, mark);
    ana.write(&record(&server, VILLAGE, "housing"), &[("a/H1", Value::Int(1))]);
    assert_eq!(ana.sync().await.end().manifest, mark);
    write(&server, |tx| admin::open_round(tx, &office::round("winter"), server.entropy(), office::NOW));
    let (after, moved) = manifest(&ana).await;
    assert_ne!(moved, mark);
    assert_eq!(ana.sync().await.end().manifest, moved);
    let same = |kind: &str| {
        let hash = |manifest: &Manifest| manifest.parts.iter().find(|part| part.kind == kind).map(|part| part.hash);
        hash(&before) == hash(&after)
    };
    assert!(same(kind::REGIONS) && same(kind::SITES) && same(kind::ITEMS) && same(kind::PEOPLE));
    assert!(!same(kind::ROUNDS));
}

#[tokio::test]
async fn those_who_wrote_here_and_lost_their_rights_are_still_named() {
    let (_folder, server) = server();
    let mut bao = Phone::enrol(&server, "bao", 2);
    bao.write(&record(&server, VILLAGE, "housing"), &[("a/H1", Value::Int(1))]);
    bao.sync().await;
    let mut lead = Phone::enrol(&server, "lead", 3);
    lead.write(&record(&server, VILLAGE, "housing"), &[("a/H2", Value::Int(1))]);
    lead.sync().await;
    write(&server, |tx| {
        admin::revoke(tx, &"bao".parse().unwrap(), None, office::NOW)?;
        admin::grant(tx, &"lead".parse().unwrap(), &office::one(Role::TeamLead, "150522"), office::NOW)?;
        admin::revoke(tx, &"lead".parse().unwrap(), Some(&office::one(Role::TeamLead, "150521")), office::NOW)
    });
    let ana = Phone::enrol(&server, "ana", 1);
    let people: Vec<PersonRow> = rows(&ana, kind::PEOPLE).await;
    let handles: Vec<&str> = people.iter().map(|person| person.handle.as_str()).collect();
    assert_eq!(handles, ["ana", "bao", "lead", "sup"]);
    assert_eq!(get(&bao, "/v1/reference").await.0, 403);
    assert_eq!(get(&ana, "/v1/reference/00").await.0, 404);
}
