//! `POST /v1/enrol`: a phone with a one-time code becomes a device.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State as Extract};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use sumu_core::reference::{EnrolRequest, ErrorReply};

use super::ApiError;
use crate::State;
use crate::admin::AdminError;
use crate::enrolment::{self, EnrolError};
use crate::peer::Asker;
use crate::programme::ProgrammeError;

/// The most bytes of a request: a code, a key and a proof are below 400.
const BODY: usize = 4_096;

/// Returns the route with its own small limit on bodies.
pub(super) fn route() -> MethodRouter<State> {
    post(enrol).layer(DefaultBodyLimit::max(BODY))
}

/// Enrols: 200 with an `EnrolReply`, the same again for the same code and key but for a new token.
///
/// 403 `expired_code` or `revoked_device`, 404 `unknown_code`, 409 `used_code`, 422 `weak_key` or `bad_proof`, 429 for an
/// address that tries too often.
async fn enrol(Extract(state): Extract<State>, asker: Asker, body: Bytes) -> Result<Response, ApiError> {
    asker.try_door(&state).map_err(ApiError::TooMany)?;
    let request: EnrolRequest = serde_json::from_slice(&body)
        .map_err(|error| ApiError::Malformed(format!("the body is no enrolment: {error}")))?;
    let worker = state.clone();
    let done = state.write(move |tx| enrolment::enrol(tx, &request, worker.entropy(), worker.clock().seconds())).await;
    match done {
        Ok(reply) => {
            state.metrics().enrolled();
            Ok(json(StatusCode::OK, &reply))
        }
        Err(EnrolError::Storage(error))
        | Err(EnrolError::Office(AdminError::Storage(error)))
        | Err(EnrolError::Programme(ProgrammeError::Storage(error))) => Err(error.into()),
        Err(error) => {
            let (status, code) = code(&error);
            let reply = ErrorReply { error: code.to_owned(), message: error.to_string() };
            Ok(json(status, &reply))
        }
    }
}

fn json(status: StatusCode, reply: &impl serde::Serialize) -> Response {
    // The replies hold texts and ids only, which are always JSON.
    let body = serde_json::to_vec(reply).unwrap_or_default();
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body).into_response()
}

fn code(error: &EnrolError) -> (StatusCode, &'static str) {
    match error {
        EnrolError::UnknownCode => (StatusCode::NOT_FOUND, "unknown_code"),
        EnrolError::UsedCode => (StatusCode::CONFLICT, "used_code"),
        EnrolError::ExpiredCode => (StatusCode::FORBIDDEN, "expired_code"),
        EnrolError::RevokedDevice => (StatusCode::FORBIDDEN, "revoked_device"),
        EnrolError::Key => (StatusCode::UNPROCESSABLE_ENTITY, "weak_key"),
        EnrolError::Proof => (StatusCode::UNPROCESSABLE_ENTITY, "bad_proof"),
        EnrolError::Office(_) | EnrolError::Programme(_) | EnrolError::Storage(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::testing::{handle, person};
    use crate::admin::{invite, list_devices};
    use crate::testing::{Answer, send, state};
    use axum::body::Body;
    use axum::http::Request;
    use data_encoding::HEXLOWER;
    use sumu_core::sign::{PrivateKey, Role};

    fn code_for(state: &State, name: &str) -> String {
        let link = state.database().write::<_, AdminError>(|tx| {
            if crate::admin::find_person(tx, &handle(name)).is_err() {
                person(tx, name, Role::Inspector, "150521");
            }
            Ok(invite(tx, &handle(name), 3_600, state.entropy(), state.clock().seconds())?.link)
        });
        link.unwrap().split_once('#').unwrap().1.to_owned()
    }

    async fn post(state: &State, key: &PrivateKey, code: &str) -> Answer {
        let request = EnrolRequest {
            code: code.to_owned(),
            device_key: HEXLOWER.encode(key.public().as_bytes()),
            proof: HEXLOWER.encode(&key.prove_enrolment(code)),
        };
        let body = serde_json::to_vec(&request).unwrap();
        send(state, Request::post("/v1/enrol").body(Body::from(body)).unwrap()).await
    }

    #[tokio::test]
    async fn two_phones_that_race_with_one_code_make_one_device() {
        let (_folder, state) = state(crate::Options::default());
        let code = code_for(&state, "batu");
        let keys: Vec<PrivateKey> = (0..8).map(|_| PrivateKey::generate(state.entropy())).collect();
        let answers = futures_util::future::join_all(keys.iter().map(|key| post(&state, key, &code))).await;
        let won = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
        let lost = answers.iter().filter(|answer| answer.body.contains("used_code")).count();
        assert_eq!((won, lost), (1, 7));
        assert_eq!(state.database().read(list_devices).unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_phone_whose_reply_was_lost_asks_again_and_only_its_newest_token_counts() {
        let (_folder, state) = state(crate::Options::default());
        let (code, key) = (code_for(&state, "batu"), PrivateKey::generate(state.entropy()));
        let (one, two) = (post(&state, &key, &code).await, post(&state, &key, &code).await);
        assert_eq!((one.status, two.status), (StatusCode::OK, StatusCode::OK));
        assert_ne!(one.body, two.body);
        let tokens: i64 = state
            .database()
            .read(|connection| connection.query_row("SELECT count(*) FROM token", [], |row| row.get(0)))
            .unwrap_or_else(|error: rusqlite::Error| panic!("{error}"));
        assert_eq!(tokens, 1);
    }

    #[tokio::test]
    async fn refusals_have_stable_codes_and_say_what_to_do() {
        let (_folder, state) = state(crate::Options::default());
        let key = PrivateKey::generate(state.entropy());
        let unknown = post(&state, &key, "guess").await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND);
        assert!(unknown.body.contains(r#""error":"unknown_code""#) && unknown.body.contains("ask the office"));
        let garbage = send(&state, Request::post("/v1/enrol").body(Body::from("{}")).unwrap()).await;
        assert_eq!(garbage.status, StatusCode::BAD_REQUEST);
        let long = Body::from(vec![b' '; BODY + 1]);
        let long = send(&state, Request::post("/v1/enrol").body(long).unwrap()).await;
        assert_eq!(long.status, StatusCode::PAYLOAD_TOO_LARGE);
    }
}
