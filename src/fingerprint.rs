//! What makes a finding the same finding after the lines around it moved.

use std::collections::HashMap;

use crate::finding::Finding;
use crate::source::{Sources, Span};

/// The fingerprints of findings, in their order: from the rule, the file, the subject and the text at the span, never
/// from a line number. Text that holds one of the secrets is left out, as it could be guessed from the fingerprint; the
/// message takes its place. Of findings that agree in all of these, the first is 1, the next is 2, and so on.
#[must_use]
pub fn fingerprints(findings: &[Finding], secrets: &[Span], sources: &Sources) -> Vec<String> {
    let mut seen: HashMap<u64, u32> = HashMap::new();
    findings
        .iter()
        .map(|finding| {
            let path =
                sources.get(finding.primary.span.source).map(|file| file.display().to_string()).unwrap_or_default();
            let span = finding.primary.span;
            let is_secret = secrets
                .iter()
                .any(|secret| secret.source == span.source && secret.start < span.end && span.start < secret.end);
            let snippet = if is_secret { &finding.message } else { sources.slice(span) };
            let snippet = snippet.split_whitespace().collect::<Vec<_>>().join(" ");
            let hash = [finding.rule, &path, &finding.subject, &snippet].iter().fold(OFFSET, |hash, part| {
                // A byte that no part holds keeps the parts apart.
                part.bytes().chain([0xff]).fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
            });
            let count = seen.entry(hash).or_insert(0);
            *count += 1;
            format!("{hash:016x}:{count}")
        })
        .collect()
}

/// FNV-1a: short, and the same on every machine and in every version.
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;
