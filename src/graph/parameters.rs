//! Secure parameters of templates that have a default.

use super::edits::Language;
use super::{Graph, Name};
use crate::finding::Edit;
use crate::ir::{Param, Source};
use crate::resolve::value::{InstanceId, Value};
use crate::source::Span;

/// A parameter that a template declares secure, and the default that stands in its declaration.
#[derive(Debug)]
pub struct SecureDefault {
    /// Its name.
    pub name: Name,
    /// The address of the declaration.
    pub subject: Name,
    /// The header of the declaration.
    pub span: Span,
    /// Where the default is written.
    pub written: Span,
    /// What the default is.
    pub default: Value,
    /// The edit that takes the default away; none if a caller relies on it, or the text is written in an unusual way.
    pub removal: Option<Edit>,
}

impl Graph<'_> {
    /// Secure parameters of templates with a default, those of called modules included, each declaration once. What others
    /// publish is left out where its default is not used.
    #[must_use]
    pub fn secure_defaults(&self) -> Vec<SecureDefault> {
        let mut found: Vec<SecureDefault> = Vec::new();
        for instance in self.module_instances() {
            let Some(module) = self.deployment.module(instance).filter(|module| module.stands_in.is_none()) else {
                continue;
            };
            let path = self.deployment.instance(instance).map(|here| here.path.clone()).unwrap_or_default();
            for param in module.params.iter().filter(|param| param.secure && self.is_of_template(param)) {
                let Some(default) = &param.default else { continue };
                let is_used = self.is_left_out(instance, &param.name);
                if is_used != Some(true) && self.is_published(instance) {
                    continue;
                }
                if let Some(seen) = found.iter_mut().find(|seen| seen.span == param.span) {
                    seen.removal = seen.removal.take().filter(|_| is_used != Some(true));
                    continue;
                }
                let own = format!("variable.{}", param.name);
                found.push(SecureDefault {
                    name: param.name.clone(),
                    subject: if path.is_empty() { own.into() } else { format!("{path}.{own}").into() },
                    span: param.span,
                    written: default.span,
                    default: self.deployment.value_in(instance, default),
                    removal: self.without_default(param).filter(|_| is_used != Some(true)),
                });
            }
        }
        found
    }

    fn is_of_template(&self, param: &Param) -> bool {
        matches!(self.language(param.span), Some(Language::Bicep | Language::Json))
    }

    /// Whether the call of a module gives a parameter no value; none for what nobody calls.
    fn is_left_out(&self, instance: InstanceId, name: &str) -> Option<bool> {
        let (caller, call) = self.deployment.instance(instance)?.parent?;
        let call = self.deployment.module(caller)?.calls.get(call)?;
        Some(!call.args.iter().any(|arg| arg.name.eq_ignore_ascii_case(name)))
    }

    /// Whether a module, or one that calls it, comes from a registry.
    fn is_published(&self, instance: InstanceId) -> bool {
        let mut at = self.deployment.instance(instance).and_then(|here| here.parent);
        while let Some((caller, call)) = at {
            let call = self.deployment.module(caller).and_then(|module| module.calls.get(call));
            if call.is_none_or(|call| matches!(call.source, Source::Remote(_))) {
                return true;
            }
            at = self.deployment.instance(caller).and_then(|caller| caller.parent);
        }
        false
    }

    fn without_default(&self, param: &Param) -> Option<Edit> {
        let default = param.default.as_ref()?.span;
        match self.language(default)? {
            Language::Bicep => {
                let text = self.sources.get(default.source)?.text();
                let between = text.get(param.span.start as usize..default.start as usize)?.trim_end();
                let kept = between.strip_suffix('=')?.trim_end();
                let start = param.span.start as usize + kept.len();
                let span = Span::new(default.source, start, default.end as usize);
                // A comment before the sign would swallow what follows.
                (!kept.lines().last()?.contains("//")).then(|| Edit { span, text: String::new() })
            }
            Language::Json => self.without_member("defaultValue", self.whole_string(default)),
            Language::Hcl => None,
        }
    }
}
