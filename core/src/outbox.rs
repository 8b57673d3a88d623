//! What is still to send.
