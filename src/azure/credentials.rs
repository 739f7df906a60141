//! Credentials in text, known by their looks: keys with a signature and a checksum, tokens, private keys, connection
//! strings.
//!
//! Most texts hold none. One automaton reads a text once and says which detectors are worth their time; each of these is
//! linear in the text as well.

mod base64;
mod connections;
mod hashes;
mod identifiable;
mod kinds;
mod tokens;

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::LazyLock;

use regex::RegexSet;

pub use kinds::{Family, Kind};

/// Stands in a text for a value that is put in; no credential holds it.
pub const HOLE: char = '\u{fffc}';

/// No credential is shorter.
const SHORTEST: usize = 12;

/// More in one text are not told apart.
const MOST: usize = 64;

/// The month up to which signatures that have ended were useless when this was written (year, month).
const REVIEWED: (u32, u32) = (2026, 11);

/// The first second of that month, from 1970 on.
const REVIEWED_SECOND: u64 = 1_793_491_200;

/// A credential in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detection {
    /// What it is.
    pub kind: &'static Kind,
    /// The bytes of its secret part.
    pub secret: Range<usize>,
    /// Whether it can be nothing else: a checksum that fits, or the words around it.
    pub certain: bool,
    /// Whether it says itself that it is no longer good.
    pub expired: bool,
    /// Whether it stands in a text that this text is base64 of.
    pub encoded: bool,
}

/// A detector: what a text must hold to be worth its time, and what finds the places.
struct Detector {
    sign: &'static str,
    find: fn(&mut Scan<'_>),
}

/// Every detector. A sign has no counted repetition but the one of a token that is nothing else.
const DETECTORS: [Detector; 11] = [
    Detector { sign: identifiable::SIGN, find: identifiable::find },
    Detector { sign: "JQQJ9[9DH]", find: identifiable::find_annotated },
    Detector { sign: "[78]Q~", find: tokens::entra },
    Detector { sign: "gh[pousr]_|github_pat_", find: tokens::github },
    Detector { sign: "dapi[0-9a-f]", find: tokens::databricks },
    Detector { sign: "[a-z2-7]{52}", find: tokens::devops },
    Detector { sign: "PRIVATE KEY-----|[AQgw]IBAzCC", find: tokens::private_key },
    Detector { sign: "(?i:key|secret)[ \t]{0,8}=|\\.documents\\.azure|\\.servicebus\\.", find: connections::keys },
    Detector { sign: "(?i:sig=)", find: connections::signatures },
    Detector { sign: "(?i:password|pwd)[ \t]{0,8}=", find: connections::passwords },
    Detector { sign: "://[!-.0-?A-~]*@", find: connections::addresses },
];

static SIGNS: LazyLock<Option<RegexSet>> = LazyLock::new(|| {
    let signs = DETECTORS.iter().map(|detector| format!("(?-u:{})", detector.sign));
    RegexSet::new(signs).ok()
});

/// A text being looked through.
struct Scan<'t> {
    text: &'t str,
    found: Vec<Detection>,
    /// Bytes that were looked at one by one, for the test that there are not too many.
    steps: usize,
}

impl<'t> Scan<'t> {
    fn bytes(&self) -> &'t [u8] {
        self.text.as_bytes()
    }

    fn add(&mut self, kind: &'static Kind, secret: Range<usize>, certain: bool) {
        self.push(Detection { kind, secret, certain, expired: false, encoded: false });
    }

    fn push(&mut self, detection: Detection) {
        if self.found.len() < MOST {
            self.found.push(detection);
        }
    }

    fn is_full(&self) -> bool {
        self.found.len() >= MOST
    }
}

/// The credentials in a text, in its order. Of two that overlap, the one that says more stays: a connection string before
/// the key in it. Text that is base64 of a text is looked through as that text; the credential is then all of it.
#[must_use]
pub fn detect(text: &str) -> Vec<Detection> {
    look(text).0
}

/// Whether a text holds a credential that is known by its looks.
#[must_use]
pub fn holds_one(text: &str) -> bool {
    !detect(text).is_empty()
}

/// Whether a text, perhaps with base64 and escapes in it, is worth reading closely. No for most that hold none, and for
/// none that does.
#[must_use]
pub fn may_hold_one(text: &str) -> bool {
    SIGNS.as_ref().is_some_and(|signs| signs.is_match(text)) || text.contains("ase64")
}

fn look(text: &str) -> (Vec<Detection>, usize) {
    if text.len() < SHORTEST {
        return (Vec::new(), 0);
    }
    let (mut found, mut steps) = plain(text);
    if found.is_empty()
        && let Some(decoded) = base64::text(text)
    {
        let (inside, more) = plain(&decoded);
        steps += text.len() + more;
        let start = text.len() - text.trim_start().len();
        let whole = start..start + text.trim().len();
        found =
            inside.into_iter().take(1).map(|one| Detection { secret: whole.clone(), encoded: true, ..one }).collect();
    }
    (found, steps)
}

fn plain(text: &str) -> (Vec<Detection>, usize) {
    let mut scan = Scan { text, found: Vec::new(), steps: 0 };
    let Some(signs) = SIGNS.as_ref() else { return (Vec::new(), 0) };
    for at in &signs.matches(text) {
        if let Some(detector) = DETECTORS.get(at) {
            (detector.find)(&mut scan);
        }
    }
    (untangle(scan.found), scan.steps)
}

/// Of detections that overlap, the first by family.
fn untangle(mut found: Vec<Detection>) -> Vec<Detection> {
    found.sort_by_key(|one| (one.kind.family, one.secret.start, !one.certain));
    let mut kept: Vec<Detection> = Vec::new();
    for one in found {
        let overlaps = |other: &Detection| one.secret.start < other.secret.end && other.secret.start < one.secret.end;
        if !kept.iter().any(overlaps) {
            kept.push(one);
        }
    }
    kept.sort_by_key(|one| one.secret.start);
    kept
}

/// Whether a key is of too few different characters to have been drawn at random.
fn is_monotonous(key: &[u8]) -> bool {
    const FEW: u32 = 10;
    let seen = key.iter().fold(0_u128, |seen, byte| seen | 1_u128.checked_shl(u32::from(*byte)).unwrap_or(0));
    seen.count_ones() < FEW
}
