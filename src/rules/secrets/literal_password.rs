use crate::azure::secrets::{is_placeholder, is_reference, looks_like_configuration, shown};
use crate::graph::SecretArgument;
use crate::resolve::value::{Kind, Value};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let defaults = cx.graph.secure_defaults();
    for argument in &cx.graph.secret_arguments {
        let Some(resource) = cx.graph.resource(argument.resource) else { continue };
        let name = resource.argument("name").map(|value| cx.graph.known(value));
        // What somebody else sets later is only there to make the secret.
        let is_first_value = argument.vault_secret && cx.graph.leaves_alone(resource.id, argument.argument);
        if !takes_password(argument) || is_first_value {
            continue;
        }
        let value = cx.graph.known(&argument.value);
        let secrets: Option<Vec<&str>> = value.alternatives().iter().map(Value::as_str).collect();
        let Some(secrets) = secrets else { continue };
        let vault_secret = argument.vault_secret;
        // What of the name is written, and what the code calls it.
        let name = match name.as_ref().map(|name| &name.kind) {
            Some(Kind::Text(text)) => format!("{} {}", text.pattern(), resource.title),
            _ => resource.title.to_string(),
        };
        let harmless = |text: &str| {
            is_placeholder(text)
                || is_reference(text)
                || super::secret_connection_string::detect(text).is_some()
                || (vault_secret && looks_like_configuration(&name, text))
        };
        let (Some(first), Some(text)) = (value.alternatives().first(), secrets.first()) else { continue };
        // The default of a secure parameter is `secure-parameter-default`.
        let is_default = defaults.iter().any(|default| default.written.contains(first.span));
        if is_default || secrets.iter().any(|text| harmless(text)) {
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
        for one in value.alternatives() {
            draft = draft.secret(one.span);
        }
        cx.report(draft);
    }
}

/// Whether a sensitive argument takes a password or key, and not a document, an address or a certificate.
pub(super) fn takes_password(argument: &SecretArgument) -> bool {
    let last = argument.argument.rsplit('.').next().unwrap_or(argument.argument);
    let last = last.strip_suffix("_wo").unwrap_or(last);
    if argument.vault_secret {
        return true;
    }
    let last = last.replace('_', "").to_ascii_lowercase();
    let names =
        ["password", "passwd", "passphrase", "secret", "token", "accesskey", "accountkey", "sharedkey", "apikey"];
    names.iter().any(|name| last.ends_with(name))
}
