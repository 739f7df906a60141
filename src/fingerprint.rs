//! What makes a finding the same finding after the lines around it moved.

mod enclosing;
mod snippet;

use std::collections::HashMap;

use self::enclosing::Enclosing;
use self::snippet::Snippets;
use crate::finding::Finding;
use crate::source::Span;
use crate::workspace::Workspace;

/// The version of how fingerprints are made. Those of different versions cannot be compared.
pub const VERSION: u32 = 1;

/// Gives findings their fingerprints, in their order: from the rule, the file's path in its repository, the declaration
/// that the finding stands in and a bounded piece of text at its span.
///
/// Of one rule there is one finding at one place, so nothing more of it has to be told. Above all no line number, no
/// order of declarations and of instances, and not the subject: one cause may have many, of which a report names the
/// first that it looked at. Text of secrets is left out, as it could be guessed from the fingerprint. Of findings that
/// agree in all of these, the first is 1, the next is 2, and so on.
pub fn fingerprint(findings: &mut [Finding], secrets: &[Span], workspace: &Workspace) {
    let snippets = Snippets::new(&workspace.sources, secrets);
    let inside = |finding: &Finding| finding.related.first().map(|label| label.span.source);
    let files = findings.iter().flat_map(|one| inside(one).into_iter().chain([one.primary.span.source]));
    let enclosing = Enclosing::new(&workspace.program, &files.collect());
    let mut seen: HashMap<u64, u32> = HashMap::new();
    for finding in findings {
        let span = finding.primary.span;
        let mut parts = vec![finding.rule.to_owned(), path(workspace, span)];
        // At a call of a module that was fetched there may be several, whose causes are inside.
        let inside = finding.related.first().map(|label| label.span);
        let inside = inside.filter(|span| workspace.fetched.contains(&span.source));
        for span in std::iter::once(span).chain(inside) {
            parts.extend([enclosing.address(span), snippets.of(span)]);
        }
        let hash = parts.iter().fold(OFFSET, |hash, part| {
            // A byte that no part holds keeps the parts apart.
            part.bytes().chain([0xff]).fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
        });
        let count = seen.entry(hash).or_insert(0);
        *count += 1;
        finding.fingerprint = format!("{hash:016x}:{count}");
    }
}

/// Whether a text has the form of a fingerprint: sixteen hexadecimal digits, a colon and a number.
#[must_use]
pub fn is_fingerprint(text: &str) -> bool {
    text.split_once(':').is_some_and(|(hash, count)| {
        let is_hash = hash.len() == 16 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_hash && !count.starts_with('0') && count.parse::<u32>().is_ok() && !count.starts_with('+')
    })
}

/// The path by which the file of a span goes into fingerprints.
fn path(workspace: &Workspace, span: Span) -> String {
    let path = workspace.sources.below_root(span.source);
    let shown = || workspace.sources.get(span.source).map(|file| file.display().to_string());
    let path = path.or_else(shown).unwrap_or_default();
    workspace.renamed.get(&path).cloned().unwrap_or(path)
}

/// FNV-1a: short, and the same on every machine and in every version.
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

#[cfg(test)]
mod tests {
    use super::is_fingerprint;

    #[test]
    fn fingerprints_have_one_form() {
        assert!(is_fingerprint("0123456789abcdef:1") && is_fingerprint("0123456789abcdef:120"));
        for other in ["", "0123456789abcdef", "0123456789abcdef:", "0123456789abcdef:0", "0123456789ABCDEF:1", "1:1"] {
            assert!(!is_fingerprint(other), "{other}");
        }
        assert!(!is_fingerprint("0123456789abcdef:+1"));
    }
}
