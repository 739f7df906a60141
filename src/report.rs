//! Reports for people and programs. No report shows the text of a secret.

pub mod concise;
pub mod diff;
pub mod fixes;
pub mod github;
pub mod gitlab;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod masked;
mod places;
pub mod sarif;
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
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of a GitHub Actions job.
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
    /// `JUnit` XML, for the test page of a CI system.
    Junit,
    /// For job summaries and comments.
    Markdown,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 8] =
        [Self::Text, Self::Concise, Self::Json, Self::Sarif, Self::Github, Self::Gitlab, Self::Junit, Self::Markdown];

    /// The name used on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
        }
    }

    /// What it is for.
    #[must_use]
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Text => "For people: each finding with its source",
            Self::Concise => "One line for each finding",
            Self::Json => "For programs: version 1 of the documented contract",
            Self::Sarif => "SARIF 2.1.0, for code scanning",
            Self::Github => "Annotations of a GitHub Actions job",
            Self::Gitlab => "GitLab's Code Quality report",
            Self::Junit => "JUnit XML, for the test page of a CI system",
            Self::Markdown => "For job summaries and comments",
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
            Self::Sarif => sarif::render(report, sources)?,
            Self::Github => github::render(report, sources),
            Self::Gitlab => gitlab::render(report, sources)?,
            Self::Junit => junit::render(report, sources)?,
            Self::Markdown => markdown::render(report, sources, options.links.as_deref()),
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
