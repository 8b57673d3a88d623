//! Who is at the other end: the address that limits on tries go by.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::State;

/// The address at the other end of the connection, as an extension of every request that came over one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// The address of whoever asks: the connection's, or the one that the proxy in front names. Nothing inside tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asker(pub(crate) Option<IpAddr>);

impl Asker {
    /// Lets the asker try once more to guess a secret, or says after how many seconds that is allowed again.
    pub(crate) fn try_door(self, state: &State) -> Result<(), u16> {
        self.0.map_or(Ok(()), |address| state.tries().enter(address, state.clock().millis()))
    }
}

impl FromRequestParts<State> for Asker {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Infallible> {
        let connection = parts.extensions.get::<Peer>().map(|peer| peer.0);
        // Only the last address was written by our own proxy; everything before it is the asker's word.
        let named = || parts.headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?.rsplit(',').next();
        let forwarded = named().and_then(|address| address.trim().parse().ok());
        Ok(Self(if state.options().behind_proxy { forwarded.or(connection) } else { connection }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use axum::http::Request;

    async fn asker(state: &State) -> Option<IpAddr> {
        let request = Request::builder().header("x-forwarded-for", "10.0.0.1, 10.0.0.2").body(()).unwrap();
        let (mut parts, ()) = request.into_parts();
        parts.extensions.insert(Peer("127.0.0.1".parse().unwrap()));
        Asker::from_request_parts(&mut parts, state).await.unwrap().0
    }

    #[tokio::test]
    async fn the_proxys_word_counts_only_behind_a_proxy_and_only_its_own() {
        let (_folder, open) = testing::state(crate::Options::default());
        assert_eq!(asker(&open).await, "127.0.0.1".parse().ok());
        let (_folder, behind) = testing::state(crate::Options { behind_proxy: true, ..crate::Options::default() });
        assert_eq!(asker(&behind).await, "10.0.0.2".parse().ok());
    }

    #[tokio::test]
    async fn an_address_that_guesses_too_often_waits() {
        let mut options = crate::Options::default();
        options.limits.tries_a_minute = 2;
        let (_folder, state) = testing::state(options);
        let asker = Asker("10.0.0.9".parse().ok());
        assert_eq!((asker.try_door(&state), asker.try_door(&state)), (Ok(()), Ok(())));
        assert!(asker.try_door(&state).is_err_and(|seconds| seconds > 0));
        assert_eq!(Asker("10.0.0.8".parse().ok()).try_door(&state), Ok(()));
    }
}
