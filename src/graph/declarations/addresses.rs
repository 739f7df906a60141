//! What people who name resources by patterns mean: addresses as findings name them, with or without the keys of instances.

use std::collections::HashMap;

use crate::graph::{Graph, ResourceId};
use crate::text::matches;

/// Resources by address, to be found without a look at all of them.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    all: Vec<Known>,
    exact: HashMap<String, Vec<ResourceId>>,
    /// Those that stand for any number of instances.
    any: HashMap<String, Vec<ResourceId>>,
    /// What the modules of the deployment declare, be there an instance of it or not.
    declared: Vec<String>,
    /// Where calls stand of which no instance can be seen.
    hidden: Vec<String>,
}

#[derive(Debug)]
struct Known {
    id: ResourceId,
    full: String,
    /// Without the keys of instances.
    short: String,
    /// Whether it stands for any number of instances.
    any: bool,
}

impl Addresses {
    pub(super) fn of(graph: &Graph<'_>) -> Self {
        let mut found = Self::default();
        for resource in graph.resources() {
            let (full, short) = (resource.address.to_string(), without_keys(&resource.address));
            found.exact.entry(short.clone()).or_default().push(resource.id);
            if resource.any {
                found.any.entry(short.clone()).or_default().push(resource.id);
            }
            if short != full {
                found.exact.entry(full.clone()).or_default().push(resource.id);
            }
            found.all.push(Known { id: resource.id, full, short, any: resource.any });
        }
        for id in graph.module_instances() {
            let (Some(instance), Some(module)) = (graph.deployment.instance(id), graph.deployment.module(id)) else {
                continue;
            };
            let path = without_keys(&instance.path);
            let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            if module.stands_in.is_some() {
                found.hidden.push(path.clone());
            }
            found.declared.extend(module.resources.iter().map(|one| below(&one.address())));
            for (at, call) in module.calls.iter().enumerate() {
                let seen = graph.deployment.call_instances(id, at);
                if seen.is_none_or(|seen| seen.all().next().is_none()) {
                    found.hidden.push(below(&format!("module.{}", call.name)));
                }
            }
        }
        found
    }

    /// The resources that a pattern names.
    pub(super) fn find(&self, pattern: &str) -> Vec<ResourceId> {
        let short = without_keys(pattern);
        if !is_pattern(pattern) {
            let open = self.any.get(&short).filter(|_| short != pattern);
            return self.exact.get(pattern).into_iter().chain(open).flatten().copied().collect();
        }
        let is_named = |one: &&Known| {
            matches(pattern, &one.full) || matches(pattern, &one.short) || one.any && matches(&short, &one.short)
        };
        self.all.iter().filter(is_named).map(|one| one.id).collect()
    }

    /// Whether a pattern that names no resource may name one that is declared, but of which there is no instance, or one of
    /// a module that nobody can see into.
    pub(super) fn may_name_unseen(&self, pattern: &str) -> bool {
        let short = without_keys(pattern);
        let fixed = short.split(['*', '?']).next().unwrap_or("");
        let is_declared = |address: &String| {
            address.starts_with(fixed) && (address == &short || is_pattern(&short) && matches(&short, address))
        };
        let is_below = |call: &String| {
            // `module.web` names the call as a whole, `module.web.x` something in it.
            let rest = fixed.strip_prefix(call.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                || is_pattern(&short) && call.starts_with(fixed)
        };
        self.declared.iter().any(is_declared) || self.hidden.iter().any(is_below)
    }
}

fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// An address without the keys of instances: `module.a["x"].b.c[0]` is `module.a.b.c`. What else stands in brackets is an
/// expression that a template has as a name.
fn without_keys(address: &str) -> String {
    let mut short = String::with_capacity(address.len());
    let mut letters = address.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_key = letters.peek().is_some_and(|next| matches!(next, '"' | '…' | '*') || next.is_ascii_digit());
        let keep = letter != '[' || !is_key;
        if keep {
            short.push(letter);
        }
        if letter != '[' {
            continue;
        }
        let (mut depth, mut quoted, mut escaped) = (1_u32, false, false);
        for inner in letters.by_ref() {
            if keep {
                short.push(inner);
            }
            match inner {
                '"' if !escaped => quoted = !quoted,
                '[' if !quoted => depth += 1,
                ']' if !quoted => depth -= 1,
                _ => {}
            }
            escaped = inner == '\\' && !escaped;
            if depth == 0 {
                break;
            }
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::{Addresses, without_keys};

    #[test]
    fn keys_are_left_out() {
        for (address, expected) in [
            ("a.b", "a.b"),
            ("a.b[0]", "a.b"),
            ("module.m[\"x\"].a.b[12]", "module.m.a.b"),
            ("a.b[\"é]\\\"]\"].c", "a.b.c"),
            ("a.b[…]", "a.b"),
            ("a.b[*]", "a.b"),
            ("a.b[", "a.b["),
            ("a.b]", "a.b]"),
            ("Microsoft.Web/sites/[variables('names')[0]]", "Microsoft.Web/sites/[variables('names')[0]]"),
            ("", ""),
        ] {
            assert_eq!(without_keys(address), expected, "{address}");
        }
    }

    #[test]
    fn what_cannot_be_seen_may_be_named() {
        let addresses = Addresses {
            declared: vec!["azurerm_linux_web_app.off".to_owned()],
            hidden: vec!["module.web".to_owned()],
            ..Addresses::default()
        };
        for (pattern, expected) in [
            ("azurerm_linux_web_app.off", true),
            ("azurerm_linux_web_app.off[0]", true),
            ("azurerm_linux_web_app.o*", true),
            ("azurerm_linux_web_app.other", false),
            ("module.web.azurerm_linux_web_app.app", true),
            ("module.web[\"a\"].x.y", true),
            ("module.web2.x.y", false),
            ("module.*.x", true),
            ("*", true),
            ("azurerm_windows*", false),
        ] {
            assert_eq!(addresses.may_name_unseen(pattern), expected, "{pattern}");
        }
    }
}
