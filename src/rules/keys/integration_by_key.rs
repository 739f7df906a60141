use crate::resolve::value::{Kind, Value};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for key in cx.graph.integration_keys() {
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
        let way_out = match integration.way_out {
            written if written.contains('`') => written.to_owned(),
            written => format!("`{written}`"),
        };
        let mut draft = Draft::new(resource.address.clone(), key.span, message)
            .note("a secret that somebody has to keep and renew")
            .because(&key.value)
            .if_present(resource)
            .help(format!("leave the key out, set {way_out}, and {role}"));
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
