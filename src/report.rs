//! Reports for people and programs. No report shows the text of a secret.

pub mod concise;
pub mod diff;
pub mod fixes;
pub mod github;
pub mod json;
pub mod masked;
mod places;
pub mod text;

use crate::engine::Report;
use crate::source::Sources;

/// How to report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people at a terminal: each finding with its source.
    Text,
    /// One line for each finding.
    Concise,
    /// For programs: version 1 of the documented contract.
    Json,
    /// Annotations of a GitHub Actions job.
    Github,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Text, Self::Concise, Self::Json, Self::Github];

    /// The name used on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Github => "github",
        }
    }

    /// What it is for.
    #[must_use]
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Text => "For people: each finding with its source",
            Self::Concise => "One line for each finding",
            Self::Json => "For programs: version 1 of the documented contract",
            Self::Github => "Annotations of a GitHub Actions job",
        }
    }

    /// The format of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Renders a report.
    ///
    /// # Errors
    /// None that a report can cause; those of the serializers are passed on.
    pub fn render(self, report: &Report, sources: &Sources, options: &Options) -> Result<String, RenderError> {
        Ok(match self {
            // The closing lines say what could not be read; a run that fails for it must not be silent.
            Self::Text if options.quiet && !report.coverage.unreadable => {
                text::findings(report, sources, options.style)
            }
            Self::Text => text::render(report, sources, options.style),
            Self::Concise => concise::render(report, sources, options.quiet && !report.coverage.unreadable),
            Self::Json => json::render(report, sources)?,
            Self::Github => github::render(report, sources),
        })
    }
}

/// What a report needs to know besides the findings.
#[derive(Debug, Clone)]
pub struct Options {
    /// How to draw the text report.
    pub style: text::Style,
    /// Whether people want findings only.
    pub quiet: bool,
    /// The address under which a browser shows the files of the repository, without a `/` at its end: Markdown links there.
    pub links: Option<String>,
}

/// A serializer that failed.
pub type RenderError = Box<dyn std::error::Error + Send + Sync>;
