//! Stories of people who look: each over the whole router, without a network.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use sumu_core::sign::Role;

use crate::admin::testing::{handle, person};
use crate::admin::{AdminError, person_link, revoke};
use crate::testing::{Answer, send, state};
use crate::{Options, State};

/// Adds a person and returns the code of a link for them.
fn code(state: &State, name: &str, role: Role, area: &str) -> String {
    let link = state.database().write::<_, AdminError>(|tx| {
        person(tx, name, role, area);
        Ok(person_link(tx, &handle(name), 3_600, state.entropy(), state.clock().seconds())?.link)
    });
    link.unwrap().split_once('#').unwrap().1.to_owned()
}

async fn post(state: &State, path: &str, body: String, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(state, request.body(Body::from(body)).unwrap()).await
}

/// Signs in and returns the cookie.
async fn cookie(state: &State, code: &str) -> String {
    let answer = post(state, "/in", format!("code={code}"), &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let set = answer.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
    set.split(';').next().unwrap().to_owned()
}

async fn get(state: &State, path: &str, cookie: &str) -> Answer {
    let request = Request::get(path).header(header::COOKIE, cookie).header(header::ACCEPT_LANGUAGE, "en");
    send(state, request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_supervisor_sees_their_areas_and_nothing_else() {
    let (_folder, state) = state(Options::default());
    let cookie = cookie(&state, &code(&state, "siqin", Role::Supervisor, "150521")).await;
    let home = get(&state, "/", &cookie).await;
    assert_eq!(
        (home.status, home.headers.get(header::LOCATION).unwrap()),
        (StatusCode::SEE_OTHER, &"/area/150521".parse().unwrap())
    );
    let area = get(&state, "/area/150521", &cookie).await;
    assert_eq!(area.status, StatusCode::OK);
    assert!(area.body.contains("宝龙山镇") && area.body.contains("autumn"), "{}", area.body);
    let site = get(&state, "/area/150521100201", &cookie).await;
    assert!(site.body.contains("Drinking water") && site.body.contains("not begun"), "{}", site.body);
    let record = get(&state, "/record/150521100201/water", &cookie).await;
    assert!(record.body.contains("Nobody began this record yet"), "{}", record.body);
    for path in [
        "/area/150522",
        "/area/1505",
        "/area/15",
        "/area/nowhere",
        "/area/150521999",
        "/record/150521100201/nothing",
        "/record/150521100201/water?round=nothing",
        "/record/%2e%2e/water",
        "/nowhere",
    ] {
        let answer = get(&state, path, &cookie).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.body.contains("There is nothing here that you may see"), "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn whoever_is_not_signed_in_learns_only_how_to_get_in() {
    let (_folder, state) = state(Options::default());
    for path in ["/", "/area/1505", "/record/150521100201/water"] {
        let answer = get(&state, path, "sumu=guess").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(answer.body.contains("Ask the administrator for a new link"), "{}", answer.body);
        assert!(!answer.body.contains("宝龙山镇"));
    }
}

#[tokio::test]
async fn a_link_works_once_and_a_session_ends_when_it_is_ended_or_its_person_revoked() {
    let (_folder, state) = state(Options::default());
    let (one, two) = (code(&state, "siqin", Role::Supervisor, "150521"), code(&state, "audit", Role::Auditor, "1505"));
    let first = cookie(&state, &one).await;
    let again = post(&state, "/in", format!("code={one}"), &[("accept-language", "en")]).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN);
    assert!(again.body.contains("used already"), "{}", again.body);
    let guess = post(&state, "/in", "code=guess".to_owned(), &[("accept-language", "zh")]).await;
    assert!(guess.body.contains("无效"), "{}", guess.body);
    // The whole link pasted into the box means its code.
    let second = cookie(&state, &format!("http%3A%2F%2F127.0.0.1%2Fin%23{two}")).await;

    let out = post(&state, "/out", String::new(), &[("cookie", &first), ("sec-fetch-site", "same-origin")]).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER);
    assert_eq!(get(&state, "/area/150521", &first).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(get(&state, "/area/1505", &second).await.status, StatusCode::OK);
    state.database().write(|tx| revoke(tx, &handle("audit"), None, state.clock().seconds())).unwrap();
    assert_eq!(get(&state, "/area/1505", &second).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_form_of_another_site_ends_no_session_and_signs_nobody_in() {
    let (_folder, state) = state(Options::default());
    let code = code(&state, "siqin", Role::Supervisor, "150521");
    for foreign in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "http://evil.example")]
    {
        let headers = [foreign, ("host", "127.0.0.1:8417")];
        assert_eq!(post(&state, "/in", format!("code={code}"), &headers).await.status, StatusCode::FORBIDDEN);
    }
    let own = [("origin", "http://127.0.0.1:8417"), ("host", "127.0.0.1:8417")];
    assert_eq!(post(&state, "/in", format!("code={code}"), &own).await.status, StatusCode::SEE_OTHER);
    let long = post(&state, "/in", format!("code={}", "x".repeat(2_000)), &own).await;
    assert_eq!(long.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(long.body.contains("这个请求无法识别"), "{}", long.body);
}

#[tokio::test]
async fn pages_wear_strict_headers_and_only_the_style_is_kept_by_browsers() {
    let (_folder, state) = state(Options { secure: true, ..Options::default() });
    let page = get(&state, "/in?lang=zh", "").await;
    let header = |answer: &Answer, name: &str| answer.headers.get(name).unwrap().to_str().unwrap().to_owned();
    assert!(page.body.contains("登录"), "{}", page.body);
    assert!(header(&page, "content-security-policy").contains("default-src 'none'"));
    assert_eq!(header(&page, "referrer-policy"), "same-origin");
    assert_eq!(header(&page, "cache-control"), "no-store");
    assert!(header(&page, "set-cookie").starts_with("lang=zh;") && header(&page, "set-cookie").contains("Secure"));
    let style = page.body.split("href=\"").find_map(|part| part.split('"').next().filter(|url| url.ends_with(".css")));
    let style = get(&state, style.unwrap(), "").await;
    assert_eq!(header(&style, "content-type"), "text/css; charset=utf-8");
    assert!(header(&style, "cache-control").contains("immutable"));
    assert_eq!(get(&state, "/static/0000/sumu.css", "").await.status, StatusCode::NOT_FOUND);
    let answer = post(&state, "/in", format!("code={}", code(&state, "siqin", Role::Supervisor, "1505")), &[]).await;
    let set = header(&answer, "set-cookie");
    assert!(set.starts_with("__Host-sumu=") && set.contains("Secure"), "{set}");
}
