//! What a rule says: a finding, its labels and its fixes. Free of any rendering.

use std::sync::Arc;

use crate::source::Span;

/// How bad it is if the finding is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Hygiene.
    Low,
    /// Will hurt some day.
    Medium,
    /// Does not work, or grants far too much.
    High,
    /// A credential is out.
    Critical,
}

/// How sure the finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// A pointer, shown to the pedantic.
    Hint,
    /// Follows unless something outside the tree says otherwise.
    Likely,
    /// Follows from the text.
    Certain,
}

impl Confidence {
    /// One step less sure; a hint stays a hint.
    #[must_use]
    pub fn lower(self) -> Self {
        match self {
            Self::Certain => Self::Likely,
            Self::Likely | Self::Hint => Self::Hint,
        }
    }
}

/// Who wants to see the finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Persona {
    /// Everybody: defects of medium severity or above that are certain or likely.
    Regular,
    /// Also hints, low severities and presence checks.
    Pedantic,
    /// Also what could not be decided, each with its reason.
    Auditor,
}

macro_rules! names {
    ($type:ident, $($variant:ident => $name:literal),+ $(,)?) => {
        impl $type {
            /// Every value, in ascending order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name used on the command line, in rule pages and in reports.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The value of that name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

names!(Severity, Info => "info", Low => "low", Medium => "medium", High => "high", Critical => "critical");
names!(Confidence, Hint => "hint", Likely => "likely", Certain => "certain");
names!(Persona, Regular => "regular", Pedantic => "pedantic", Auditor => "auditor");
names!(Safety, Safe => "safe", Unsafe => "unsafe");
names!(Suppressor, Comment => "comment", Configuration => "configuration", Baseline => "baseline");

/// A span with a few words beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What stands there.
    pub note: String,
    /// Whether it is a step by which a value came.
    pub step: bool,
}

impl Label {
    /// A place, and what stands there.
    #[must_use]
    pub fn new(span: Span, note: impl Into<String>) -> Self {
        Self { span, note: note.into(), step: false }
    }
}

/// Whether a fix may be applied without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// The meaning is what the author plainly wanted.
    Safe,
    /// Right in most cases; a person should look.
    Unsafe,
}

/// A replacement of one span by a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes to replace; empty for an insertion.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// A change that makes the finding go away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What the change does, in the imperative.
    pub title: String,
    /// Whether it may be applied without asking.
    pub safety: Safety,
    /// The edits, which do not overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A change that may be applied without asking.
    #[must_use]
    pub fn safe(title: impl Into<String>, edit: Edit) -> Self {
        Self { title: title.into(), safety: Safety::Safe, edits: vec![edit] }
    }

    /// A change that a person should look at.
    #[must_use]
    pub fn suggested(title: impl Into<String>, edit: Edit) -> Self {
        Self { title: title.into(), safety: Safety::Unsafe, edits: vec![edit] }
    }
}

/// One defect at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// The rule's family.
    pub family: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// The first persona that sees it.
    pub persona: Persona,
    /// One sentence, the same in every language the mistake can be written in.
    pub message: String,
    /// The address of the resource, output or variable that it is about.
    pub subject: Arc<str>,
    /// The smallest span whose edit mends it.
    pub primary: Label,
    /// The proof: how the value came here and what it meets.
    pub related: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// Edits that mend it.
    pub fixes: Vec<Fix>,
    /// Spans that hold a secret: no report may show their text.
    pub secrets: Vec<Span>,
    /// What makes it the same finding after the lines around it moved; the engine gives it.
    pub fingerprint: String,
    /// Where the calls stand that it comes through and that somebody put a suppression at; the engine gives it.
    pub through: Vec<Span>,
    /// Why it is not to be shown, if somebody said so.
    pub suppression: Option<Suppression>,
}

impl Finding {
    /// A certain finding for everybody, of a rule and its family, with nothing but its place.
    #[must_use]
    pub fn new(
        (rule, family): (&'static str, &'static str),
        severity: Severity,
        message: String,
        subject: Arc<str>,
        primary: Label,
    ) -> Self {
        Self {
            rule,
            family,
            severity,
            confidence: Confidence::Certain,
            persona: Persona::Regular,
            message,
            subject,
            primary,
            related: Vec::new(),
            help: None,
            fixes: Vec::new(),
            secrets: Vec::new(),
            fingerprint: String::new(),
            through: Vec::new(),
            suppression: None,
        }
    }
}

/// Somebody's word that a finding is not to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// By which means.
    pub by: Suppressor,
    /// Why.
    pub reason: String,
    /// The last day on which it holds, as `YYYY-MM-DD`.
    pub until: Option<String>,
    /// Where it is said; a baseline has no place in the sources.
    pub at: Option<Span>,
}

/// How a finding is suppressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Suppressor {
    /// By a comment in the code.
    Comment,
    /// By a declaration in a configuration file.
    Configuration,
    /// By a baseline, or because it was there at the commit that is compared with.
    Baseline,
}

/// A place where a rule could not decide, and what would settle it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Undecided {
    /// The rule's id.
    pub rule: &'static str,
    /// The address of the resource that it would be about.
    pub subject: Arc<str>,
    /// What is not known, and the input that would settle it.
    pub reason: String,
    /// Where the unknown stands.
    pub span: Span,
}
