//! SARIF 2.1.0, as code scanning wants it.
//!
//! Two things are left out on purpose, as `github/codeql-action` fills them in: a `primaryLocationLineHash`, which it would
//! take for a wrong one, and `automationDetails`, whose presence would make it ignore the `category` that keeps the uploads
//! of several directories apart.

mod log;
mod notifications;
mod places;
mod results;
mod rules;

use std::collections::BTreeMap;

use self::log::{Base, Driver, Invocation, Log, Run, Text, Tool};
use self::places::Locations;
use self::rules::Descriptors;
use super::masked::Masked;
use super::places::Places;
use crate::engine::Report;
use crate::source::Sources;

/// What paths are relative to. Its address is left out: only whoever reads the log knows where the repository is.
const ROOT: &str = "%SRCROOT%";

/// Renders a report: all that was found, and what is suppressed as such.
///
/// # Errors
/// None that a report can cause; those of the serializer are passed on.
pub fn render(report: &Report, sources: &Sources) -> Result<String, serde_json::Error> {
    let masked = Masked::new(sources, report);
    let places = Places::new(sources);
    let locations = Locations { masked: &masked, places: &places };
    let findings = || report.findings.iter().chain(&report.suppressed);
    let descriptors = Descriptors::new(&report.ran, findings());
    let results = findings().map(|finding| results::result(finding, &descriptors, &locations)).collect();
    let base = Base { description: Text { text: "The root of the repository." } };
    let run = Run {
        invocations: [Invocation {
            execution_successful: !report.coverage.unreadable,
            tool_execution_notifications: notifications::notifications(
                &report.coverage,
                sources,
                &descriptors,
                &locations,
            ),
        }],
        original_uri_base_ids: BTreeMap::from([(ROOT, base)]),
        column_kind: "utf16CodeUnits",
        results,
        tool: Tool {
            driver: Driver {
                name: "identilint",
                version: env!("CARGO_PKG_VERSION"),
                semantic_version: env!("CARGO_PKG_VERSION"),
                information_uri: env!("CARGO_PKG_REPOSITORY"),
                rules: descriptors.rules,
                notifications: notifications::descriptors(),
            },
        },
    };
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [run],
    };
    serde_json::to_string_pretty(&log).map(|text| text + "\n")
}
