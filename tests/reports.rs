//! Reports for programs are what they promise: each against its schema, each on text that is not plain.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test stops at a surprise")]

#[path = "harness/case.rs"]
#[expect(dead_code, reason = "the fixtures' own tests use the rest")]
mod case;

#[path = "reports/github.rs"]
mod github;
#[path = "reports/json.rs"]
mod json;
#[path = "reports/others.rs"]
mod others;
#[path = "reports/sarif.rs"]
mod sarif;
#[path = "reports/small.rs"]
mod small;
