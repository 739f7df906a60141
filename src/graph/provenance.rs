//! Where the secrets in a value come from: keys that a resource gives, and inputs and outputs that are kept secret.
//! Whatever functions, templates and modules a value went through, it is as secret as what it was made of.

use super::{Graph, Resource, ResourceId};
use crate::azure::outputs;
use crate::ir::{Mode, Name};
use crate::resolve::value::{Hop, Kind, Reason, Ref, Seg, Step, Target, Text, TextPart, Value, Why};

/// More parts than these are not looked into.
const MAX_PARTS: usize = 512;

/// Deeper than this nothing is followed.
const MAX_DEPTH: u32 = 32;

/// Data sources that only put texts together, as `rendered` (registry.terraform.io, cloudinit and template providers).
const RENDERING: [&str; 3] = ["cloudinit_config", "template_cloudinit_config", "template_file"];

/// A secret that is part of a value, or that a value was made of.
#[derive(Debug, Clone)]
pub struct Secret {
    /// What it is.
    pub kind: SecretKind,
    /// Where it is taken, and how it came from there.
    pub value: Value,
    /// Whether it is in the value whichever way conditions go.
    pub sure: bool,
}

/// What a secret is.
#[derive(Debug, Clone, PartialEq)]
pub enum SecretKind {
    /// A key, a password or a token that a resource gives.
    Key(KeySource),
    /// What an input of this name is given, which the language keeps secret.
    Input(Name),
    /// What an output of this name gives, which the language keeps secret.
    Output(Name),
}

/// What gives a key.
#[derive(Debug, Clone, PartialEq)]
pub struct KeySource {
    /// The resource that the key opens; none if it is not here.
    pub owner: Option<ResourceId>,
    /// The ARM type of what the key opens; empty if that is not known.
    pub kind: Name,
    /// What people call what the key opens; empty if that is not known.
    pub title: Name,
    /// The attribute, or the function in lower case and its parentheses.
    pub given_by: Name,
}

impl Graph<'_> {
    /// The secrets in a value, each place once, in the order of the text.
    #[must_use]
    pub fn secrets_in(&self, value: &Value) -> Vec<Secret> {
        let mut search = Search { graph: self, found: Vec::new(), followed: Vec::new(), parts: 0 };
        search.value(value, None, true, 0);
        search.found
    }

    /// The key that a value is, if it is one.
    #[must_use]
    pub fn key_in(&self, value: &Value) -> Option<KeySource> {
        if let Kind::Unknown(_) = &value.kind {
            // Of a resource that is not here.
            let listed = value.back().find_map(|step| match &step.hop {
                Hop::Part(name) => name.strip_suffix("()").filter(|name| outputs::hands_out(name)),
                _ => None,
            })?;
            let is_beside = |step: &Step| matches!(&step.hop, Hop::Part(name) if outputs::stands_beside(name));
            if value.back().any(is_beside) {
                return None;
            }
            let given_by = format!("{listed}()").into();
            let (kind, title) = value.made_of.as_deref().and_then(named_in).unwrap_or_default();
            return Some(KeySource { owner: None, kind, title, given_by });
        }
        let (reference, resource) = self.reference_of(value)?;
        if let Some((last, _)) = reference.last_name()
            && outputs::stands_beside(last)
        {
            return None;
        }
        let first = match reference.path.first() {
            Some(Seg::Name(name, _)) => name,
            Some(Seg::Index(_) | Seg::Any) => return None,
            // The whole of a resource, with all that it gives.
            None => return outputs::has_secrets(&resource.kind).then(|| self.key_of(resource, "")),
        };
        if let Some(function) = first.strip_suffix("()") {
            return outputs::hands_out(function).then(|| self.key_of(resource, first));
        }
        if ["output", "sensitive_output"].contains(&&**first) {
            let (function, id) = self.listing(resource)?;
            let given_by = format!("{function}()");
            let owner = self.begins(id).and_then(|id| self.resource(id));
            let key = match owner {
                Some(owner) => self.key_of(owner, &given_by),
                None => {
                    let (kind, title) = named_in(std::slice::from_ref(id)).unwrap_or_default();
                    KeySource { owner: None, kind, title, given_by: given_by.into() }
                }
            };
            return outputs::hands_out(&function).then_some(key);
        }
        let attribute = reference.dotted();
        outputs::is_secret(&resource.kind, &attribute).then(|| self.key_of(resource, &attribute))
    }

    fn key_of(&self, resource: &Resource, given_by: &str) -> KeySource {
        let owner = self.opened_by(resource);
        let kind = self.resource(owner).map(|owner| owner.arm_type().into()).unwrap_or_default();
        KeySource { owner: Some(owner), kind, title: self.title(owner), given_by: given_by.into() }
    }

    /// The resource that a key of another one opens: the namespace of an authorization rule, for example.
    fn opened_by(&self, resource: &Resource) -> ResourceId {
        let mut current = resource;
        // No type has more segments than this.
        for _ in 0..8 {
            // A user of its own logs in with a password of its own.
            if current.is_arm("Microsoft.Storage/storageAccounts/localUsers") {
                break;
            }
            if crate::azure::keys::of(current.arm_type()).is_some() {
                return current.id;
            }
            let outer = self.container(current).or_else(|| self.whole_of(current));
            // A signature is made with the key of the account.
            let signed = current.argument("connection_string").and_then(|key| Some(self.reference_of(key)?.1.id));
            let outer = outer.or(signed);
            match outer.and_then(|id| self.resource(id)) {
                Some(outer) => current = outer,
                None => break,
            }
        }
        resource.id
    }
}

struct Search<'g, 'd> {
    graph: &'g Graph<'d>,
    found: Vec<Secret>,
    followed: Vec<Ref>,
    parts: usize,
}

impl Search<'_, '_> {
    /// Looks into a value that is a part of `whole`.
    fn value(&mut self, value: &Value, whole: Option<&Value>, sure: bool, depth: u32) {
        self.parts += 1;
        if self.parts > MAX_PARTS || depth > MAX_DEPTH {
            return;
        }
        let value = match whole {
            Some(whole) => &crate::resolve::value::part_of(whole, value),
            None => value,
        };
        if matches!(value.kind, Kind::Null | Kind::Bool(_)) || value.as_str() == Some("") {
            return;
        }
        if let Some(kind) = self.own(value) {
            self.add(kind, value, sure);
            return;
        }
        let deeper = depth + 1;
        match &value.kind {
            Kind::Text(Text::Parts(parts)) => {
                let holes = super::assignment_names::readable_holes(parts).into_iter();
                holes.for_each(|hole| self.value(hole, Some(value), sure, deeper));
            }
            Kind::List(list) => list.items.iter().for_each(|item| self.value(item, Some(value), sure, deeper)),
            Kind::Map(map) => map.entries.iter().for_each(|entry| self.value(&entry.value, Some(value), sure, deeper)),
            Kind::OneOf(values) => self.alternatives(values, value, sure, deeper),
            Kind::Ref(reference) => self.configured(reference, value, sure, deeper),
            _ => {}
        }
        if let Some(made_of) = &value.made_of {
            made_of.iter().for_each(|one| self.value(one, Some(value), sure, deeper));
        }
    }

    /// What a value is by itself: a key, or something that came through what is kept secret.
    fn own(&self, value: &Value) -> Option<SecretKind> {
        if let Some(key) = self.graph.key_in(value) {
            return Some(SecretKind::Key(key));
        }
        // A resource says itself what of it is secret: generated passwords and what is looked up in a vault are where
        // they belong. Of a text it matters what it is made of, as long as that is seen.
        if value.as_ref().is_some() {
            return None;
        }
        let made_here =
            matches!(value.kind, Kind::Text(Text::Parts(_)) | Kind::OneOf(_) | Kind::List(_) | Kind::Map(_));
        let is_kept = |step: &&Step| step.through.is_some_and(|through| through.secure);
        let is_plain = |step: &Step| matches!(&step.hop, Hop::Part(name) if outputs::stands_beside(name));
        let kept = value.back().find(is_kept);
        if value.back().take_while(|step| !is_kept(step)).any(is_plain) {
            return None;
        }
        if let Some(step) = kept.filter(|_| !(made_here && holds_reference(value))) {
            // A default that is put together from ids is no secret, whatever is said of it.
            let is_made = |why: &Why| why.reason != Reason::OverridableDefault;
            return match &step.hop {
                Hop::Default(_) if value.why().is_some_and(is_made) => None,
                Hop::Input(name) | Hop::Default(name) | Hop::Argument(name) | Hop::ParameterFile(name) => {
                    Some(SecretKind::Input(name.clone()))
                }
                Hop::Output(name) => Some(SecretKind::Output(name.clone())),
                _ => None,
            };
        }
        None
    }

    /// What is in one alternative only is there perhaps.
    fn alternatives(&mut self, values: &[Value], whole: &Value, sure: bool, depth: u32) {
        let before = self.found.len();
        let mut everywhere = true;
        for value in values {
            let so_far = self.found.len();
            self.value(value, Some(whole), sure, depth);
            everywhere &= self.found.len() > so_far;
        }
        if !everywhere {
            self.found.iter_mut().skip(before).for_each(|secret| secret.sure = false);
        }
    }

    /// An argument of a resource holds what it is given, and a text what it is put together from.
    fn configured(&mut self, reference: &Ref, value: &Value, sure: bool, depth: u32) {
        let looked_up = |target: Target| match target {
            Target::Node(node) => self.graph.resource(node).is_none_or(|resource| resource.mode != Mode::Managed),
            Target::Instance(_) | Target::Opaque(..) => true,
        };
        if self.followed.contains(reference) {
            return;
        }
        self.followed.push(reference.clone());
        let source = reference.start().and_then(|node| self.graph.resource(node));
        if let Some(source) = source.filter(|source| RENDERING.contains(&&*source.kind))
            && reference.last_name().is_some_and(|(name, _)| name == "rendered")
        {
            source.body.entries.iter().for_each(|entry| self.value(&entry.value, Some(value), sure, depth));
            return;
        }
        if looked_up(reference.target) {
            return;
        }
        if let Some(configured) = self.graph.deployment.configured(reference) {
            self.value(&configured, Some(value), sure, depth);
        }
    }

    fn add(&mut self, kind: SecretKind, value: &Value, sure: bool) {
        match self.found.iter_mut().find(|one| one.kind == kind && one.value.span == value.span) {
            Some(there) => there.sure |= sure,
            None => self.found.push(Secret { kind, value: value.clone(), sure }),
        }
    }
}

/// Whether a value refers to resources.
fn holds_reference(value: &Value) -> bool {
    let mut found = false;
    value.walk(&mut |part| found |= part.as_ref().is_some());
    found
}

/// The type and the name of the resource whose id a function was given.
fn named_in(made_of: &[Value]) -> Option<(Name, Name)> {
    let segments = made_of.first()?.segments()?;
    let text = |at: usize| match segments.get(at).map(Vec::as_slice) {
        Some([TextPart::Text(text)]) => Some(&**text),
        _ => None,
    };
    let provider = (0..segments.len()).rev().find(|at| text(*at).is_some_and(|text| text.contains('.')))?;
    let kind = format!("{}/{}", text(provider)?, text(provider + 1)?);
    Some((kind.into(), text(provider + 2)?.into()))
}
