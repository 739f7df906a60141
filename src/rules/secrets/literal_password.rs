use super::is_placeholder;
use super::secret_in_parameter_file::{is_in_file, named};
use crate::azure::secrets::{is_harmless, looks_like_configuration, shown};
use crate::resolve::value::Value;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let defaults = cx.graph.secure_defaults();
    for argument in &cx.graph.secret_arguments {
        let Some(resource) = cx.graph.resource(argument.resource) else { continue };
        if argument.credential().is_none() || cx.graph.leaves_first_value(argument) {
            continue;
        }
        let value = cx.graph.known(&argument.value);
        let vault_secret = argument.vault_secret;
        let name = named(cx.graph, resource);
        let harmless = |text: &str| {
            is_harmless(text)
                || is_placeholder(cx, text)
                || super::is_known_by_shape(text)
                || (vault_secret && looks_like_configuration(&name, text))
        };
        let Some(written) = written(cx, &value) else { continue };
        let Some((first, text)) = written.first().and_then(|first| Some((first, first.as_str()?))) else { continue };
        // The default of a secure parameter is `secure-parameter-default`.
        let is_default = defaults.iter().any(|default| default.written.contains(first.span));
        if is_default || written.iter().filter_map(Value::as_str).any(harmless) {
            continue;
        }
        let what = if vault_secret { "secret" } else { "password" };
        let message = format!("the {what} of `{}` stands in the code: {}", resource.title, shown(text));
        let way_out = if vault_secret {
            "let whoever owns the secret put it into the vault, or generate it"
        } else if argument.write_only {
            "generate it and hand it over as an ephemeral value; better, use Microsoft Entra authentication and have none"
        } else {
            "generate it or read it from a vault; better, use Microsoft Entra authentication and have none"
        };
        let mut draft = Draft::new(resource.address.clone(), first.span, message)
            .note(shown(text))
            .label(resource.span, format!("given to `{}`", argument.argument))
            .because(&value)
            .because(&argument.value)
            .if_present(resource)
            .help(format!("{way_out}. What was committed counts as known: change it"));
        for one in &written {
            draft = draft.secret(one.span);
        }
        cx.report(draft);
    }
}

/// What a value is whichever way conditions go, or the texts that it was encoded from; none if that is not known, or
/// stands in a parameter file.
fn written(cx: &Cx<'_>, value: &Value) -> Option<Vec<Value>> {
    let parts = cx.graph.ingredients(value);
    if parts.iter().any(is_in_file) {
        return None;
    }
    let is_text = |value: &Value| value.as_str().is_some();
    if value.alternatives().iter().all(is_text) {
        return Some(value.alternatives().to_vec());
    }
    (value.made_of.is_some() && parts.iter().all(is_text)).then_some(parts)
}
