//! Edits that make one thing wait for another.

use super::Language;
use crate::finding::{Edit, Safety};
use crate::graph::{Graph, Mode, ResourceId};
use crate::ir::{Call, Expr, ExprKind, Module, Repeat, Resource};
use crate::resolve::value::{InstanceId, Truth};
use crate::source::Span;

/// So many pairs are asked whether they would wait for each other.
const MAX_PAIRS: usize = 2_000;

const DEPLOYMENT: &str = "Microsoft.Resources/deployments";

/// What a module declares that can wait or be waited for.
#[derive(Clone, Copy)]
enum Declared<'m> {
    Resource(&'m Resource),
    Call(&'m Call),
}

/// A resource as the module at hand sees it: itself, or the call of a module that makes it.
struct Seen<'m> {
    declared: Declared<'m>,
    /// All that the call makes, the resource included.
    all: Vec<ResourceId>,
}

impl Graph<'_> {
    /// The edit that makes a resource wait for another one: in the innermost module that sees both, and by the calls of
    /// modules there that make them. None if that would be a circle. Look-ups in a module that waits are put off until
    /// the run, which a person should look at.
    #[must_use]
    pub fn wait_for(&self, waiting: ResourceId, other: ResourceId) -> Option<(Edit, Safety)> {
        let (seen, other) = self.together(waiting, other)?;
        let looks_up =
            |id: &ResourceId| self.resource(*id).is_some_and(|one| one.mode == Mode::Data && !one.kind.contains('/'));
        let is_put_off = matches!(seen.declared, Declared::Call(_)) && seen.all.iter().any(looks_up);
        let safety = if is_put_off { Safety::Unsafe } else { Safety::Safe };
        Some((self.waiting(&seen, &other)?, safety))
    }

    /// Two resources as the innermost module that sees both sees them.
    fn together(&self, waiting: ResourceId, other: ResourceId) -> Option<(Seen<'_>, Seen<'_>)> {
        let (own, others) = (self.chain(waiting)?, self.chain(other)?);
        let common = own.iter().zip(&others).take_while(|(a, b)| a.0 == b.0).count();
        let (instance, call) = *own.get(common.checked_sub(1)?)?;
        let (_, other_call) = *others.get(common.checked_sub(1)?)?;
        // Two instances of one call cannot wait for each other.
        if call.is_some() && call == other_call {
            return None;
        }
        let module = self.deployment.module(instance)?;
        Some((self.seen(module, instance, call, waiting)?, self.seen(module, instance, other_call, other)?))
    }

    fn waiting(&self, waiting: &Seen<'_>, other: &Seen<'_>) -> Option<Edit> {
        if waiting.all.len().saturating_mul(other.all.len()) > MAX_PAIRS {
            return None;
        }
        let circle = other.all.iter().any(|b| waiting.all.iter().any(|a| self.waits_for(*b, *a) != Truth::No));
        if circle {
            return None;
        }
        let text = match self.language(header(other.declared))? {
            language @ (Language::Hcl | Language::Bicep) => symbol(other.declared, language)?,
            Language::Json => format!("\"{}\"", self.entry(other.declared)?),
        };
        self.with_wait(waiting.declared, &text)
    }

    /// The edit that makes a resource wait for one that its module is about to declare.
    pub(super) fn wait_for_new(&self, waiting: ResourceId, name: &str) -> Option<Edit> {
        self.with_wait(Declared::Resource(self.deployment.resource(waiting)?), name)
    }

    /// The edit that adds a word to what a declaration waits for.
    fn with_wait(&self, waiting: Declared<'_>, text: &str) -> Option<Edit> {
        let (items, close) = match waiting {
            Declared::Resource(resource) => (&resource.depends_on, resource.close),
            Declared::Call(call) => (&call.depends_on, call.close),
        };
        let header = header(waiting);
        let close = close.filter(|close| self.sources.slice(*close) == "}")?;
        if let Some(last) = items.iter().map(|item| item.span).max_by_key(|span| span.start) {
            let is_own = header.source == last.source && last.end <= close.start && !is_nested(waiting);
            return self.item_after(last, text).filter(|_| is_own);
        }
        match (self.language(header)?, waiting) {
            (Language::Hcl, _) => self.lines_before(close, &format!("  depends_on = [{text}]")),
            (Language::Bicep, _) => self.lines_before(close, &format!("  dependsOn: [{text}]")),
            (Language::Json, Declared::Resource(resource)) if !is_nested(waiting) => {
                let written = resource.body.attrs.iter().filter(|attr| !matches!(&*attr.name, "name" | "scope"));
                let first = written.map(|attr| attr.span).min_by_key(|span| span.start)?;
                self.entry_before(first, "dependsOn", &format!("[{text}]"))
            }
            (Language::Json, _) => None,
        }
    }

    /// The instances of modules around a resource from the root on, each with its call that leads on.
    fn chain(&self, id: ResourceId) -> Option<Vec<(InstanceId, Option<usize>)>> {
        let mut current = self.deployment.node(id)?.instance;
        let mut chain = vec![(current, None)];
        while let Some((parent, call)) = self.deployment.instance(current)?.parent {
            chain.push((parent, Some(call)));
            current = parent;
        }
        chain.reverse();
        Some(chain)
    }

    fn seen<'m>(
        &self,
        module: &'m Module,
        instance: InstanceId,
        call: Option<usize>,
        id: ResourceId,
    ) -> Option<Seen<'m>> {
        let Some(call) = call else {
            let declared = Declared::Resource(module.resources.get(self.deployment.node(id)?.resource)?);
            return Some(Seen { declared, all: vec![id] });
        };
        let is_inside =
            |other: &ResourceId| self.chain(*other).is_some_and(|chain| chain.contains(&(instance, Some(call))));
        let all = self.resources().map(|resource| resource.id).filter(is_inside).collect();
        Some(Seen { declared: Declared::Call(module.calls.get(call)?), all })
    }

    /// How a template names something that is waited for.
    fn entry(&self, declared: Declared<'_>) -> Option<String> {
        let is_symbolic = |name: &str| !name.contains(['/', '[', ':']);
        match declared {
            Declared::Call(call) if is_symbolic(&call.name) => Some(call.name.to_string()),
            Declared::Call(call) => {
                let name = call.name.strip_prefix(DEPLOYMENT)?.strip_prefix('/')?;
                let name = match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
                    Some(expression) => expression.to_owned(),
                    None => format!("'{name}'"),
                };
                let is_plain =
                    matches!(call.repeat, Repeat::Once) && call.subscription.is_none() && !name.contains('"');
                is_plain.then(|| format!("[resourceId('{DEPLOYMENT}', {name})]"))
            }
            Declared::Resource(resource) if is_symbolic(&resource.name) => Some(resource.name.to_string()),
            Declared::Resource(resource) => {
                if !matches!(resource.repeat, Repeat::Once) {
                    return None;
                }
                let names = self.names(&resource.body.attr("name")?.value)?;
                let scope = &resource.body.attr("scope")?.value;
                match &scope.kind {
                    // Where the template deploys to.
                    ExprKind::Call(function, level, _) if &**function == "arm:scope" => {
                        let level = level.first().map(|level| &level.kind);
                        let is_group = matches!(level, Some(ExprKind::Str(level)) if &**level == "resourcegroup");
                        is_group.then(|| format!("[resourceId('{}', {names})]", resource.kind))
                    }
                    ExprKind::Str(_) => None,
                    _ => {
                        let scope = self.sources.slice(scope.span);
                        Some(format!("[extensionResourceId({scope}, '{}', {names})]", resource.kind))
                    }
                }
            }
        }
    }

    /// A name as arguments of `resourceId`, one for each of its segments.
    fn names(&self, name: &Expr) -> Option<String> {
        let written = |span: Span| self.sources.slice(span).to_owned();
        match &name.kind {
            ExprKind::Str(text) => {
                let parts: Vec<String> = text.split('/').map(|part| format!("'{part}'")).collect();
                (!text.contains(['\'', '"', '\\'])).then(|| parts.join(", "))
            }
            ExprKind::Call(function, args, false) if &**function == "arm:format" => match &**args {
                [Expr { kind: ExprKind::Str(pattern), .. }, holes @ ..] if pattern.contains('/') => {
                    let at = |part: &str| part.strip_prefix('{')?.strip_suffix('}')?.parse::<usize>().ok();
                    let each = pattern.split('/').map(|part| Some(written(holes.get(at(part)?)?.span)));
                    Some(each.collect::<Option<Vec<_>>>()?.join(", "))
                }
                _ => Some(written(name.span)),
            },
            _ => Some(written(name.span)),
        }
    }
}

/// How a module names what it declares.
fn symbol(declared: Declared<'_>, language: Language) -> Option<String> {
    match declared {
        Declared::Resource(resource) => Some(resource.address()).filter(|name| !name.contains("::")),
        Declared::Call(call) if language == Language::Hcl => Some(format!("module.{}", call.name)),
        Declared::Call(call) => Some(call.name.to_string()),
    }
}

/// The header of a declaration.
fn header(declared: Declared<'_>) -> Span {
    match declared {
        Declared::Resource(resource) => resource.span,
        Declared::Call(call) => call.span,
    }
}

/// Whether something is declared inside something else, which may wait for others itself.
fn is_nested(declared: Declared<'_>) -> bool {
    match declared {
        Declared::Resource(resource) => resource.name.contains("::"),
        Declared::Call(call) => call.name.contains("::"),
    }
}
