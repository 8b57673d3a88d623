//! What carries a request to the server and its reply back.
