//! The keys of a configuration file: what reads them, explains them and describes them to editors goes by this table.

use crate::finding::{Confidence, Persona, Severity};

/// What stands for every rule in `select`.
pub const ALL: &str = "all";

/// What a key's value looks like.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// A list of rules and families; `all` among them if so said.
    Selectors {
        /// Whether `all` may be said.
        all: bool,
    },
    /// A list of rules.
    RuleNames,
    /// One of these words.
    Choice(fn() -> Vec<&'static str>),
    /// A list of patterns of paths.
    Globs,
    /// A list of paths of parameter files.
    ParameterFiles,
    /// The path of a configuration file, or a list of them.
    Configurations,
    /// A text that says something.
    Text,
    /// A table for each rule, with its severity and its own options.
    Rules,
    /// A list of tables.
    Tables(&'static [Key]),
}

/// A key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    /// As it is written.
    pub(super) name: &'static str,
    /// What its value looks like.
    pub(super) shape: Shape,
    /// Whether its table makes no sense without it.
    pub(super) required: bool,
    /// What it is for.
    pub(super) purpose: &'static str,
}

const fn key(name: &'static str, shape: Shape, purpose: &'static str) -> Key {
    Key { name, shape, required: false, purpose }
}

const fn required(name: &'static str, shape: Shape, purpose: &'static str) -> Key {
    Key { name, shape, required: true, purpose }
}

fn severities() -> Vec<&'static str> {
    Severity::ALL.iter().map(|severity| severity.name()).collect()
}

fn confidences() -> Vec<&'static str> {
    Confidence::ALL.iter().map(|confidence| confidence.name()).collect()
}

fn personas() -> Vec<&'static str> {
    Persona::ALL.iter().map(|persona| persona.name()).collect()
}

/// What of a rule's table is not an option of its own.
pub(super) const SEVERITY: Key = key("severity", Shape::Choice(severities), "The severity of this rule's findings");

const SELECT: Key = key(
    "select",
    Shape::Selectors { all: true },
    "Only these rules and families, whatever was selected or ignored before; `all` for every rule",
);
const IGNORE: Key = key(
    "ignore",
    Shape::Selectors { all: false },
    "Not these rules and families, nor those that were ignored before and not selected since",
);
const PERSONA: Key = key(
    "persona",
    Shape::Choice(personas),
    "For whom: `pedantic` adds hints and hygiene, `auditor` everything that stayed open",
);
const MIN_SEVERITY: Key = key("min-severity", Shape::Choice(severities), "Nothing less severe is reported");
const MIN_CONFIDENCE: Key = key("min-confidence", Shape::Choice(confidences), "Nothing less sure is reported");
const FAIL_ON: Key =
    key("fail-on", Shape::Choice(severities), "The exit code is 1 only for findings at least this severe");
const RULES: Key = key("rules", Shape::Rules, "The severity and the options of single rules");

/// The keys of a file.
pub(super) const FILE: &[Key] = &[
    key("extends", Shape::Configurations, "Configuration files that hold first; what is said here comes on top"),
    SELECT,
    IGNORE,
    PERSONA,
    MIN_SEVERITY,
    MIN_CONFIDENCE,
    FAIL_ON,
    key(
        "exclude",
        Shape::Globs,
        "Files that are neither reported on nor deployed by themselves, as patterns of .gitignore",
    ),
    key(
        "var-files",
        Shape::ParameterFiles,
        "Parameter files for every root module below, in ascending precedence, like `--var-file`",
    ),
    RULES,
    key("overrides", Shape::Tables(OVERRIDE), "What holds for some paths only"),
    key("external-grants", Shape::Tables(EXTERNAL_GRANT), "Role assignments that are made elsewhere"),
    key(
        "intended-slot-differences",
        Shape::Tables(SLOT_DIFFERENCE),
        "Slots that do not have, on purpose, what their sites have",
    ),
];

const OVERRIDE: &[Key] = &[
    required("paths", Shape::Globs, "The files for which this holds, as patterns of .gitignore"),
    SELECT,
    IGNORE,
    PERSONA,
    MIN_SEVERITY,
    MIN_CONFIDENCE,
    FAIL_ON,
    RULES,
];

const EXTERNAL_GRANT: &[Key] = &[
    required(
        "principal",
        Shape::Text,
        "The address of the identity, of its host or of the host's slot, as findings name it; `*` and `?` as in file names",
    ),
    key("role", Shape::Text, "The role's name; without it: whatever is needed"),
    key(
        "scope",
        Shape::Text,
        "The address of the resource, or of one that it lies in; without it: wherever it is needed",
    ),
    required("reason", Shape::Text, "Why it is made elsewhere, and where"),
];

const SLOT_DIFFERENCE: &[Key] = &[
    required("slot", Shape::Text, "The address of the slot, as findings name it; `*` and `?` as in file names"),
    key("rules", Shape::RuleNames, "Only what these rules would say"),
    required("reason", Shape::Text, "Why it differs"),
];
