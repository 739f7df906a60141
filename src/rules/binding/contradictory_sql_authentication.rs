use crate::finding::Fix;
use crate::graph::{Declared, Host, IdKind, Mode, ResourceId, is_filled};
use crate::resolve::value::{TextPart, Truth, Value};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for site in &graph.sites {
        let settings = || site.settings.iter();
        let default_client = site.more_settings.is_some()
            || settings().any(|setting| setting.name.eq_ignore_ascii_case("AZURE_CLIENT_ID"));
        for setting in settings() {
            judge(cx, site.resource, &format!("`{}`", setting.name), &setting.value, Some(default_client));
        }
    }
    for (id, environment) in &graph.environments {
        let default_client = environment.more.is_some()
            || environment
                .variables
                .iter()
                .any(|variable| variable.name.eq_ignore_ascii_case("AZURE_CLIENT_ID") && is_filled(&variable.value));
        for variable in &environment.variables {
            let place =
                if variable.secret { format!("secret `{}`", variable.name) } else { format!("`{}`", variable.name) };
            judge(cx, *id, &place, &variable.value, Some(default_client));
        }
    }
    let secrets =
        graph.resources().filter(|resource| resource.mode == Mode::Managed && graph.is_vault_secret(resource.id));
    for secret in secrets {
        for value in secret.values_at("value").into_iter().chain(secret.values_at("properties.value")) {
            judge(cx, secret.id, &format!("secret `{}`", secret.title), value, None);
        }
    }
}

/// What a string holds that an identity does without.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Besides {
    Nothing,
    Password,
    Windows,
}

/// What a connection string says.
struct Sql {
    mode: SignIn,
    /// How it signs in besides.
    besides: Besides,
    user: bool,
    /// Whether something is put in that may hold more.
    open: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum SignIn {
    Managed,
    Default,
    Workload,
}

/// Judges one text. `client` says whether the environment names a client id, or may; none: whose it is, is not known.
fn judge(cx: &mut Cx<'_>, owner: ResourceId, place: &str, value: &Value, client: Option<bool>) {
    let graph = cx.graph;
    let Some(resource) = graph.resource(owner) else { return };
    let value = if value.as_ref().is_some() { graph.known(value) } else { value.clone() };
    let Some(all) = value.alternatives().iter().map(parse).collect::<Option<Vec<Sql>>>() else { return };
    let every = |test: &dyn Fn(&Sql) -> bool| !all.is_empty() && all.iter().all(test);
    let whose = if client.is_some() { format!(" of `{}`", resource.title) } else { String::new() };
    let subject = format!("the connection string in {place}{whose}");
    let (message, help, keys) = if every(&|sql| sql.besides == Besides::Password) {
        (
            format!("{subject} signs in by an identity and holds a password, so SqlClient refuses it"),
            "remove `Password` from the string",
            ["password", "pwd"],
        )
    } else if every(&|sql| sql.besides == Besides::Windows) {
        (
            format!("{subject} signs in by an identity and by Windows authentication, so SqlClient refuses it"),
            "remove `Integrated Security` from the string",
            ["integrated security", "trusted_connection"],
        )
    } else {
        let Some(client) = client else { return };
        let nameless = |sql: &Sql| {
            !sql.user
                && !sql.open
                && match sql.mode {
                    SignIn::Managed => true,
                    SignIn::Default => !client,
                    SignIn::Workload => false,
                }
        };
        let Some(host) = graph.host(owner).filter(|host| only_user(host)) else { return };
        if !every(&nameless) {
            return;
        }
        let Declared::Block(block) = &host.declared else { return };
        let message = format!(
            "{subject} signs in as the system-assigned identity, but `{}` has only user-assigned ones",
            resource.title
        );
        cx.report(
            Draft::new(resource.address.clone(), value.span, message)
                .note("no `User Id`: the system-assigned identity is meant")
                .label(block.kinds.span, "there is none")
                .because(&value)
                .because(&block.kinds)
                .doubt(Truth::Maybe)
                .help(format!("add `User Id` with the {} of the identity", IdKind::Client.name()))
                .fix(with_user(cx, &value, owner)),
        );
        return;
    };
    cx.report(
        Draft::new(resource.address.clone(), value.span, message)
            .note("two ways to sign in")
            .because(&value)
            .if_present(resource)
            .help(help)
            .fix(without(cx, &value, keys)),
    );
}

/// The string without these keys, where it is one literal.
fn without(cx: &Cx<'_>, value: &Value, keys: [&str; 2]) -> Option<Fix> {
    let is_kept = |pair: &&str| {
        let key = pair.split_once('=').map_or(*pair, |(key, _)| key).trim().to_ascii_lowercase();
        !keys.contains(&&*key)
    };
    let kept: Vec<&str> = value.as_str()?.split(';').filter(is_kept).collect();
    let edit = cx.graph.other_text(value, &kept.join(";"))?;
    Some(Fix::suggested("sign in by the identity only", edit))
}

/// The string with the client id of the only identity that its app has.
fn with_user(cx: &Cx<'_>, value: &Value, owner: ResourceId) -> Option<Fix> {
    let identity = cx.graph.only_attached(owner)?;
    let id = cx.graph.hole(identity, IdKind::Client, value.span, owner)?;
    let text = value.as_str()?;
    let edit = cx.graph.other_text(value, &format!("{};User Id={id}", text.trim_end_matches([';', ' '])))?;
    Some(Fix::suggested(format!("sign in as `{}`", cx.graph.title(identity)), edit))
}

fn only_user(host: &Host) -> bool {
    host.system() == Truth::No && host.user() == Truth::Yes
}

/// What stands for something put in: an attribute of a resource, or anything.
const NAMED: char = '\u{fffb}';
const OPEN: char = '\u{fffc}';

/// Reads a connection string of `SqlClient` whose mode is written.
fn parse(value: &Value) -> Option<Sql> {
    let mut text = String::new();
    for part in value.text_parts()? {
        match part {
            TextPart::Text(part) => text.push_str(&part),
            TextPart::Hole(hole) => {
                let named = hole.as_ref().is_some_and(|reference| reference.start().is_some());
                text.push(if named { NAMED } else { OPEN });
            }
        }
    }
    if text.trim_start().to_ascii_lowercase().starts_with("jdbc:") {
        return None;
    }
    let (mut mode, mut server) = (None, false);
    let mut sql = Sql { mode: SignIn::Managed, besides: Besides::Nothing, user: false, open: false };
    for pair in text.split(';') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let key = key.trim().to_ascii_lowercase();
        let is_password = matches!(key.as_str(), "password" | "pwd");
        sql.open |= pair.contains(OPEN) && !is_password;
        match key.as_str() {
            "server" | "data source" | "addr" | "address" | "network address" => server = true,
            "driver" => return None,
            "password" | "pwd" => sql.besides = Besides::Password,
            "user id" | "uid" | "user" => sql.user = true,
            "integrated security" | "trusted_connection" => {
                let is_on = matches!(value.trim().to_ascii_lowercase().as_str(), "true" | "yes" | "sspi");
                if is_on && sql.besides == Besides::Nothing {
                    sql.besides = Besides::Windows;
                }
            }
            "authentication" => {
                let written: String = value.chars().filter(|letter| !letter.is_whitespace()).collect();
                mode = Some(match written.to_ascii_lowercase().as_str() {
                    "activedirectorymanagedidentity" | "activedirectorymsi" => SignIn::Managed,
                    "activedirectorydefault" => SignIn::Default,
                    "activedirectoryworkloadidentity" => SignIn::Workload,
                    _ => return None,
                });
            }
            _ => {}
        }
    }
    sql.mode = mode.filter(|_| server)?;
    Some(sql)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceId, Span};

    #[test]
    fn a_string_is_read_key_by_key() {
        let read = |text: &str| parse(&Value::text(text, Span::new(SourceId(0), 0, 0)));
        let sql = read("Server=x;Authentication=Active Directory Default;PWD=;").expect("a string");
        assert!(sql.besides == Besides::Password && sql.mode == SignIn::Default && !sql.user);
        assert!(read("jdbc:sqlserver://x;Authentication=ActiveDirectoryMSI").is_none());
        assert!(read("Server=x;Authentication=Active Directory Password;Password=y").is_none());
        assert!(read("Authentication=Active Directory Default").is_none());
    }
}
