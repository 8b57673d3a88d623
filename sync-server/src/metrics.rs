//! What is counted: requests, changes and enrolments; never who or what.

use std::fmt::Write;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// The bounds of request times, in seconds.
const SECONDS: [f64; 10] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0];

type Labels = [(&'static str, String); 3];

/// The counters of one server.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    seconds: Histogram,
    enrolled: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("sumu");
        let (requests, enrolled) = (Family::default(), Counter::default());
        let seconds = Histogram::new(SECONDS);
        registry.register("requests", "Requests by method, route and status", Family::clone(&requests));
        registry.register("request_seconds", "Time until a response began", seconds.clone());
        registry.register("enrolled", "Enrolments of devices, repeats included", enrolled.clone());
        Self { registry, requests, seconds, enrolled }
    }
}

impl Metrics {
    /// Counts one request.
    pub(crate) fn request(&self, method: &str, route: &str, status: u16, seconds: f64) {
        let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
        self.requests.get_or_create(&labels).inc();
        self.seconds.observe(seconds);
    }

    /// Counts an enrolment.
    pub(crate) fn enrolled(&self) {
        self.enrolled.inc();
    }

    /// Writes everything in the text format of Prometheus (OpenMetrics), with gauges that were read just now.
    pub(crate) fn text(&self, gauges: &[(&str, &str, i64)]) -> String {
        let mut text = String::new();
        for (name, help, value) in gauges {
            // Writing to a string does not fail.
            let _ = writeln!(text, "# HELP sumu_{name} {help}.\n# TYPE sumu_{name} gauge\nsumu_{name} {value}");
        }
        let _ = encode(&mut text, &self.registry);
        text
    }
}
