//! `serve`: the server itself.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use sumu_core::clock::{SystemClock, SystemEntropy};
use sumu_server::admin::{self, AdminError};
use sumu_server::serve::{self, DEFAULT_LISTEN, DataLock, ServeError, ServeOptions};
use sumu_server::tls::Tls;
use sumu_server::{Options, State, app, programme, scoring};
use tracing_subscriber::EnvFilter;

use super::{Context, Failure, Output};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Address and port; port 0 takes a free one and keeps it for the next start.
    #[arg(long, env = "SUMU_LISTEN", value_name = "HOST:PORT", default_value = DEFAULT_LISTEN)]
    listen: String,
    /// Where phones and people reach the server, if not at the address it listens on; links carry it.
    #[arg(long, env = "SUMU_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// A certificate chain in PEM.
    #[arg(long, env = "SUMU_TLS_CERT", value_name = "PEM", requires = "tls_key", conflicts_with = "tls_self_signed")]
    tls_cert: Option<PathBuf>,
    /// The certificate's private key in PEM.
    #[arg(long, env = "SUMU_TLS_KEY", value_name = "PEM", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Make a certificate once and keep it in the data folder; links for phones carry its fingerprint.
    #[arg(long, env = "SUMU_TLS_SELF_SIGNED", value_parser = FalseyValueParser::new())]
    tls_self_signed: bool,
    /// A proxy in front ends TLS and sets X-Forwarded-For.
    #[arg(long, env = "SUMU_BEHIND_PROXY", value_parser = FalseyValueParser::new())]
    behind_proxy: bool,
    /// How many seconds accepted requests have to finish when the server is stopped.
    #[arg(long, env = "SUMU_GRACE", value_name = "SECONDS", default_value_t = 30)]
    grace: u64,
}

impl Arguments {
    pub(crate) fn run(self, context: &Context) -> Result<Output, Failure> {
        log_to_stderr();
        let runtime = tokio::runtime::Runtime::new()
            .map_err(|error| Failure::Refused(format!("the server cannot start its threads: {error}")))?;
        runtime.block_on(self.serve(context))?;
        Ok(Output::silent())
    }

    async fn serve(self, context: &Context) -> Result<(), Failure> {
        drop(context.database()?);
        let _lock = DataLock::take(context.data())?;
        let tls = match (self.tls_cert, self.tls_key) {
            (Some(certificate), Some(key)) => Tls::Files { certificate, key },
            _ if self.tls_self_signed => Tls::SelfSigned,
            _ => Tls::Off,
        };
        let state = State::open(
            context.data(),
            Arc::new(SystemClock),
            Arc::new(SystemEntropy),
            Options {
                zone: context.zone().map(str::to_owned),
                secure: tls != Tls::Off || self.behind_proxy,
                behind_proxy: self.behind_proxy,
                ..Options::default()
            },
        )?;
        let kept = state.database().read(|connection| programme::read_text(connection, "port"))?;
        let options = ServeOptions {
            listen: self.listen,
            kept_port: kept.and_then(|port| port.parse().ok()),
            public_url: self.public_url,
            tls,
            behind_proxy: self.behind_proxy,
            grace: Duration::from_secs(self.grace),
        };
        let bound = serve::bind(&options, context.data()).await?;
        state.database().write::<_, AdminError>(|tx| {
            if let Some(port) = bound.free_port() {
                programme::write(tx, "port", port.to_string().as_bytes())?;
            }
            admin::remember_address(tx, bound.address())
        })?;
        // Whoever reads the first line may ask the server to stop at once.
        let stop = stop_signal()?;
        announce(bound.listening(), context.json())?;
        tracing::info!(listening = bound.listening(), url = bound.address().url, "serving");
        let scoring = tokio::spawn(scoring::keep_up(state.clone()));
        bound.run(app(state), stop).await;
        scoring.abort();
        tracing::info!("stopped");
        Ok(())
    }
}

/// Prints the first line, which tells whoever started the server that it takes connections, and where.
fn announce(listening: &str, json: bool) -> Result<(), Failure> {
    let line = if json {
        serde_json::json!({ "listening": listening }).to_string()
    } else {
        format!("listening on {listening}")
    };
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(|error| Failure::Refused(format!("standard output: {error}")))
}

fn log_to_stderr() {
    let filter = EnvFilter::try_from_env("SUMU_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    // A second subscriber cannot be set, and is not needed.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::IsTerminal::is_terminal(&io::stderr()))
        .try_init();
}

/// Ends at SIGTERM or Ctrl-C.
#[cfg(unix)]
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let refuse = |error| Failure::Refused(format!("signals cannot be heard: {error}"));
    let (mut terminate, mut interrupt) =
        (signal(SignalKind::terminate()).map_err(refuse)?, signal(SignalKind::interrupt()).map_err(refuse)?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Ends at Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        match error {
            ServeError::Listen(_) | ServeError::PublicUrl(_) => Self::Usage(error.to_string()),
            _ => Self::Refused(error.to_string()),
        }
    }
}
