use crate::resolve::value::{Kind, Value};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    // That a secret stands in the code is reported as such.
    for key in cx.graph.integration_keys().into_iter().filter(|key| !key.is_known) {
        let Some(resource) = cx.graph.resource(key.resource) else { continue };
        let integration = key.integration;
        let message = format!(
            "`{}` {} with {}, although a managed identity can do that",
            resource.title,
            integration.does,
            what(key.name)
        );
        let role = match integration.role {
            "" => "give the identity a user or role of its own there".to_owned(),
            role => format!("grant the identity `{role}` there"),
        };
        let instead = match key.way_out {
            None => format!("leave `{}` out", key.name),
            Some(said) if said.starts_with("a ") => format!("give it {said} instead"),
            Some(marked) if marked.contains('`') => format!("leave `{}` out, set {marked}", key.name),
            Some(written) => format!("leave `{}` out, set `{written}`", key.name),
        };
        let mut draft = Draft::new(resource.address.clone(), key.span, message)
            .note("a secret that somebody has to keep and renew")
            .because(&key.value)
            .if_present(resource)
            .help(format!("{instead}, and {role}"));
        if is_written(&key.value) {
            draft = draft.secret(key.value.span);
        }
        cx.report(draft);
    }
}

/// Whether some of a value is written out where it stands.
fn is_written(value: &Value) -> bool {
    matches!(value.kind, Kind::Text(_))
}

/// What a property takes, by its name.
fn what(name: &str) -> &'static str {
    let letters: String = name.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let lower = letters.to_ascii_lowercase();
    let kinds = [
        ("connectionstring", "a connection string"),
        ("serviceprincipal", "a client secret"),
        ("sasuri", "a shared access signature"),
        ("password", "a password"),
        ("token", "an access token"),
    ];
    kinds.iter().find(|(word, _)| lower.contains(word)).map_or("a key", |(_, what)| what)
}
