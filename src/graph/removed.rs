//! Names that the next major version of a provider has removed, and whether that version may be used.

use super::edits::Language;
use super::{Graph, Mode};
use crate::azure::modules::Version as Release;
use crate::azure::removed::{self, Removed, Was};
use crate::finding::Edit;
use crate::ir::{Attr, Body, Expr, ExprKind, Module, Name};
use crate::resolve::providers::{self, Majors};
use crate::resolve::value::InstanceId;
use crate::source::Span;

const PROVIDER: &str = "hashicorp/azurerm";

/// The major version that has removed the names.
const MAJOR: u32 = 5;

/// The use of a name that was removed.
#[derive(Debug)]
pub struct RemovedName {
    /// What was removed.
    pub removed: &'static Removed,
    /// The address of what uses it.
    pub subject: Name,
    /// The name of the argument, the header of the resource, or the reference.
    pub span: Span,
    /// What writes the successor instead, if that is all that there is to do.
    pub edits: Vec<Edit>,
}

/// What a deployment says of the provider's version.
#[derive(Debug, Clone, Copy)]
pub struct Version {
    /// Whether the one that has removed names may be used.
    pub allowed: bool,
    /// The least that may be used, major and minor.
    pub least: (u32, u32),
    /// Where that is said: a constraint, or the lock file.
    pub said: Span,
}

impl Graph<'_> {
    /// What is said of the version of the provider that has removed names; none if nothing is.
    #[must_use]
    pub fn version_with_removals(&self) -> Option<Version> {
        let said = providers::said(self.deployment.program(), self.deployment.root().module, PROVIDER);
        let majors = said.iter().fold(Majors::ANY, |majors, one| majors.and(&one.constraint));
        let allowed = majors.allows(MAJOR) || majors.at_least(MAJOR);
        let decides = |one: &&providers::Said| allowed || !Majors::ANY.and(&one.constraint).allows(MAJOR);
        let said_at = said.iter().find(decides).or(said.first())?.span;
        let least = |one: &providers::Said| Release::least(&one.constraint).map_or((0, 0), |bound| (bound.0, bound.1));
        let least = said.iter().map(least).max()?;
        Some(Version { allowed, least, said: said_at })
    }

    /// Every use of a name that was removed.
    #[must_use]
    pub fn removed_names(&self) -> Vec<RemovedName> {
        let mut found = Vec::new();
        for instance in self.module_instances() {
            if let Some(module) = self.deployment.module(instance) {
                self.removed_in(instance, module, &mut found);
            }
        }
        found
    }

    fn removed_in(&self, instance: InstanceId, module: &Module, found: &mut Vec<RemovedName>) {
        let path = self.deployment.instance(instance).map(|here| here.path.clone()).unwrap_or_default();
        let subject = |own: &str| if path.is_empty() { own.into() } else { format!("{path}.{own}").into() };
        for resource in module.resources.iter().filter(|resource| resource.mode != Mode::Ephemeral) {
            for removed in removed::of(&kind_of(resource.mode, &resource.kind)) {
                let subject = subject(&resource.address());
                match removed.was {
                    Was::Type => {
                        found.push(RemovedName { removed, subject, span: resource.span, edits: Vec::new() });
                    }
                    Was::Attribute => {}
                    Was::Argument | Was::Reversed => {
                        for (body, attr) in attrs_at(&resource.body, removed.path) {
                            let edits = self.edits_of(removed, body, attr);
                            found.push(RemovedName { removed, subject: subject.clone(), span: attr.span, edits });
                        }
                    }
                }
            }
        }
        for (own, expr) in module.exprs() {
            expr.walk(&mut |expr| {
                let Some((resource, removed, span, name)) = read(module, expr) else { return };
                // In version 4 the successor is another id where the account is given by its name.
                let same =
                    removed.successors.first() != Some(&"id") || resource.body.attr("storage_account_id").is_some();
                let edit = removed.successors.first().filter(|_| same && self.writes_here(name));
                let edits = edit.map(|new| Edit { span: name, text: (*new).to_owned() }).into_iter().collect();
                found.push(RemovedName { removed, subject: subject(&own), span, edits });
            });
        }
    }

    fn writes_here(&self, span: Span) -> bool {
        self.language(span) == Some(Language::Hcl)
    }

    /// What writes the successor of an argument, or takes it away.
    fn edits_of(&self, removed: &Removed, body: &Body, attr: &Attr) -> Vec<Edit> {
        if !self.writes_here(attr.span) {
            return Vec::new();
        }
        let Some(new) = removed.successors.first() else {
            let lines = self.lines_of(attr.value.span);
            return lines.map(|span| Edit { span, text: String::new() }).into_iter().collect();
        };
        let new = new.rsplit('.').next().unwrap_or(new);
        // Who writes both chooses by something else, and no argument is written twice.
        if body.attr(new).is_some() {
            return Vec::new();
        }
        let mut edits = vec![Edit { span: attr.span, text: new.to_owned() }];
        if removed.was == Was::Reversed {
            let text = match &attr.value.kind {
                ExprKind::Bool(value) => (!value).to_string(),
                ExprKind::Null => return Vec::new(),
                _ => format!("!({})", self.sources.slice(attr.value.span)),
            };
            edits.push(Edit { span: attr.value.span, text });
        }
        edits
    }
}

/// A type as the table writes it.
fn kind_of(mode: Mode, kind: &str) -> String {
    if mode == Mode::Data { format!("data.{kind}") } else { kind.to_owned() }
}

/// The arguments at a path through blocks, each with the block that it stands in.
fn attrs_at<'b>(body: &'b Body, path: &'static str) -> Vec<(&'b Body, &'b Attr)> {
    match path.split_once('.') {
        None => body.attr(path).into_iter().map(|attr| (body, attr)).collect(),
        Some((block, rest)) => body.blocks(block).flat_map(|block| attrs_at(&block.body, rest)).collect(),
    }
}

/// A reference to an attribute that was removed: the resource, the row, the reference and the name in it.
fn read<'m>(module: &'m Module, expr: &Expr) -> Option<(&'m crate::ir::Resource, &'static Removed, Span, Span)> {
    let (base, name, span) = match &expr.kind {
        ExprKind::Get(base, name, span) => (base, name, span),
        ExprKind::Splat(base, item) => match &item.kind {
            ExprKind::Get(inner, name, span) if matches!(inner.kind, ExprKind::Item) => (base, name, span),
            _ => return None,
        },
        _ => return None,
    };
    if !removed::is_path(name) {
        return None;
    }
    let mut start = base;
    while let ExprKind::Index(base, _) = &start.kind {
        start = base;
    }
    let ExprKind::Resource(mode, kind, symbol) = &start.kind else { return None };
    let resource = module.resources.get(module.resource(*mode, kind, symbol)?)?;
    let removed =
        removed::of(&kind_of(*mode, kind)).find(|removed| removed.was != Was::Type && removed.path == &**name)?;
    Some((resource, removed, expr.span, *span))
}
