use crate::finding::{Edit, Fix, Safety};
use crate::graph::{Graph, IdKind};
use crate::resolve::value::{TextPart, Value};
use crate::rules::{Cx, Draft};
use crate::source::Span;

/// What a reference begins with, letter for letter but for case
/// (learn.microsoft.com, app-service/app-service-key-vault-references).
const START: &str = "@Microsoft.KeyVault(";

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for site in &graph.sites {
        let Some(resource) = graph.resource(site.resource) else { continue };
        for setting in &site.settings {
            let value =
                if setting.value.as_ref().is_some() { graph.known(&setting.value) } else { setting.value.clone() };
            let mut each = value.alternatives().iter().map(|one| defect(graph, one));
            let Some(Some(first)) = each.next() else { continue };
            if !each.all(|other| other.is_some()) {
                continue;
            }
            let message = format!(
                "setting `{}` of `{}` is no Key Vault reference that App Service can read: {}",
                setting.name, resource.title, first.what
            );
            let fix = first.edit.map(|edit| Fix {
                title: "make it a reference".to_owned(),
                safety: Safety::Unsafe,
                edits: vec![edit],
            });
            cx.report(
                Draft::new(resource.address.clone(), first.span, message)
                    .note("read as plain text")
                    .because(&value)
                    .if_present(resource)
                    .help(first.help)
                    .fix(fix),
            );
        }
    }
}

struct Defect {
    what: &'static str,
    help: &'static str,
    span: Span,
    edit: Option<Edit>,
}

/// A part of a text: what is written, or what is put in.
enum Piece<'v> {
    Text(&'v str),
    /// An attribute of a resource, which holds neither a bracket nor a semicolon.
    Named(&'v Value),
    /// It may hold anything.
    Open,
}

const CLOSE: &str = "close the reference with `)`";
const BOTH: &str = "give both `VaultName` and `SecretName`";
const ADDRESS: &str = "end the address in `/secrets/` and the secret's name";
const SECRET: &str = "take the address of the secret, not its resource id";
const NAME: &str = "take the name of the vault";

fn defect(graph: &Graph<'_>, value: &Value) -> Option<Defect> {
    let parts = value.text_parts()?;
    let first = match parts.first()? {
        TextPart::Text(text) => text.to_string(),
        TextPart::Hole(_) => return None,
    };
    let whole = |what, help, edit| Some(Defect { what, help, span: value.span, edit });
    let trimmed = first.trim_start();
    let inside = match trimmed.get(..START.len()).filter(|start| start.eq_ignore_ascii_case(START)) {
        Some(_) => trimmed.get(START.len()..)?,
        None => return not_at_start(value, trimmed),
    };
    let pieces: Vec<Piece<'_>> = std::iter::once(Piece::Text(inside))
        .chain(parts.iter().skip(1).map(|part| match part {
            TextPart::Text(text) => Piece::Text(text),
            TextPart::Hole(hole) if hole.as_ref().is_some_and(|reference| reference.start().is_some()) => {
                Piece::Named(hole)
            }
            TextPart::Hole(_) => Piece::Open,
        }))
        .collect();
    let is_open = pieces.iter().any(|piece| match piece {
        Piece::Open => true,
        Piece::Text(text) => is_token(text),
        Piece::Named(_) => false,
    });
    let text: String = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Named(hole) if ends_in(hole, &["vault_uri", "vaultUri"]) => ADDRESS_OF_VAULT,
            Piece::Named(_) | Piece::Open => HOLE,
        })
        .collect();
    let Some(closed) = text.trim_end().strip_suffix(')') else {
        if matches!(pieces.last(), Some(Piece::Open)) || is_token(&text) {
            return None;
        }
        if let Some((_, behind)) = text.split_once(')') {
            let stray = !behind.trim_matches([' ', ';', '\n', '\t', '\r']).is_empty();
            let help = "let the reference be the whole value";
            return if stray { whole("text stands around the reference", help, None) } else { None };
        }
        let edit = inner_end(value).map(|span| Edit { span, text: ")".to_owned() });
        return whole("the closing bracket is missing", CLOSE, edit);
    };
    if let Some(defect) = misplaced(graph, &pieces, value.span) {
        return Some(defect);
    }
    if is_open {
        return None;
    }
    fields(value, closed)
}

/// Stands for the address of a vault.
const ADDRESS_OF_VAULT: &str = "https://vault/";

/// Stands for what is put in.
const HOLE: &str = "\u{fffc}";

/// Defects of a reference all of whose text is written.
fn fields(value: &Value, inside: &str) -> Option<Defect> {
    let whole = |what, help, edit| Some(Defect { what, help, span: value.span, edit });
    let lower = inside.to_ascii_lowercase();
    let get = |name: &str| {
        let pair = inside.split(';').find_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
        });
        pair.filter(|value| !value.is_empty())
    };
    let named = ["secreturi=", "vaultname=", "secretname="].iter().any(|name| lower.contains(name));
    if !named && lower.trim_start().starts_with("https://") {
        let at = value.as_str().and_then(|text| text.find('(')).and_then(|at| inner_at(value, at + 1));
        let edit = at.map(|span| Edit { span, text: "SecretUri=".to_owned() });
        return whole("`SecretUri=` is missing before the address", "write `SecretUri=` before the address", edit);
    }
    match (get("SecretUri"), get("VaultName"), get("SecretName")) {
        (Some(uri), ..) => {
            let path = uri.replace("//secrets/", "/secrets/");
            let has_name = path.split_once("/secrets/").is_some_and(|(_, name)| !name.trim_matches('/').is_empty());
            // What is put in may be the address as a whole.
            let is_put_in = uri.starts_with(HOLE) || !uri.to_ascii_lowercase().starts_with("https://");
            if has_name || is_put_in { None } else { whole("its address names no secret", ADDRESS, None) }
        }
        (None, Some(vault), Some(_)) if vault.contains(['/', ':', '.']) => {
            whole("its vault name is an address", NAME, None)
        }
        (None, Some(_), Some(_)) => None,
        (None, Some(_), None) => whole("it names no secret", BOTH, None),
        (None, None, Some(_)) => whole("it names no vault", BOTH, None),
        (None, None, None) => whole("it names no secret", BOTH, None),
    }
}

/// An id or an address where something else belongs.
fn misplaced(graph: &Graph<'_>, pieces: &[Piece<'_>], whole: Span) -> Option<Defect> {
    let mut before = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => {
                before.push_str(text);
                let lower = before.to_ascii_lowercase();
                let id = |key: &str| lower.contains(&format!("{key}=/subscriptions/"));
                let defect = |what, help| Some(Defect { what, help, span: whole, edit: None });
                if id("secreturi") {
                    return defect("its address is a resource id", SECRET);
                }
                if id("vaultname") {
                    return defect("its vault name is a resource id", NAME);
                }
            }
            Piece::Open => before.push_str(HOLE),
            Piece::Named(hole) => {
                let key = before.rsplit([';', '(']).next().unwrap_or("").trim().to_ascii_lowercase();
                let is_id = graph.id_kind(hole) == Some(IdKind::Resource)
                    || ends_in(hole, &["resource_id", "resource_versionless_id"]);
                let edit = |name: &str| graph.other_attribute(hole, name);
                if key == "secreturi=" && is_id {
                    let versionless = ends_in(hole, &["resource_versionless_id"]);
                    let edit = if versionless {
                        edit("versionless_id")
                    } else if ends_in(hole, &["resource_id"]) {
                        edit("id")
                    } else {
                        None
                    };
                    return Some(Defect { what: "its address is a resource id", help: SECRET, span: hole.span, edit });
                }
                if key == "vaultname=" && is_id {
                    return Some(Defect {
                        what: "its vault name is a resource id",
                        help: NAME,
                        span: hole.span,
                        edit: edit("name"),
                    });
                }
                if key == "vaultname=" && ends_in(hole, &["vault_uri", "vaultUri"]) {
                    return Some(Defect {
                        what: "its vault name is an address",
                        help: NAME,
                        span: hole.span,
                        edit: edit("name"),
                    });
                }
                before.push_str(HOLE);
            }
        }
    }
    None
}

fn ends_in(value: &Value, names: &[&str]) -> bool {
    value.as_ref().and_then(|reference| reference.last_name()).is_some_and(|(last, _)| names.contains(&last))
}

/// A text that was meant to be a reference, but does not begin as one.
fn not_at_start(value: &Value, text: &str) -> Option<Defect> {
    let lower = text.to_ascii_lowercase();
    let names = ["secreturi=", "vaultname=", "secretname="].iter().any(|name| lower.contains(name));
    let rest = lower.strip_prefix('@').unwrap_or(&lower).strip_prefix("microsoft");
    let rest = rest.map(|rest| rest.strip_prefix(['.', '-']).unwrap_or(rest));
    let near = rest.and_then(|rest| rest.strip_prefix("keyvault")).map(|rest| rest.strip_prefix('s').unwrap_or(rest));
    let behind = near.map(str::trim_start);
    if names && behind.is_some_and(|behind| behind.starts_with(['(', '{', '[', 's', 'v'])) {
        let only_mark = lower.starts_with("microsoft.keyvault(");
        let at =
            value.as_str().filter(|_| only_mark).and_then(|text| inner_at(value, text.len() - text.trim_start().len()));
        return Some(Defect {
            what: "it does not begin with `@Microsoft.KeyVault(`",
            help: "begin it with `@Microsoft.KeyVault(`",
            span: value.span,
            edit: at.map(|span| Edit { span, text: "@".to_owned() }),
        });
    }
    let whole: String = value
        .text_parts()?
        .iter()
        .map(|part| if let TextPart::Text(text) = part { text.to_ascii_lowercase() } else { HOLE.to_owned() })
        .collect();
    let at = whole.find(&START.to_ascii_lowercase())?;
    let before = whole.get(..at)?.trim_end_matches([' ', '"', '\'']);
    before.ends_with('=').then_some(Defect {
        what: "it stands inside a longer text, and only whole values are resolved",
        help: "store the whole text as the secret, and refer to that",
        span: value.span,
        edit: None,
    })
}

/// Whether a text has a place that a pipeline fills in.
fn is_token(text: &str) -> bool {
    ["#{", "$(", "{{", "__"].iter().any(|open| text.contains(open)) || text.contains('<') && text.contains('>')
}

/// The place in front of the closing quote of a literal.
fn inner_end(value: &Value) -> Option<Span> {
    let length = value.as_str()?.len();
    inner_at(value, length)
}

/// The place at this byte of a literal that is written as it reads.
fn inner_at(value: &Value, at: usize) -> Option<Span> {
    let text = value.as_str().filter(|_| value.via.is_none())?;
    let is_plain = (value.span.end - value.span.start) as usize == text.len() + 2;
    let start = value.span.start + 1 + u32::try_from(at).ok()?;
    is_plain.then_some(Span { start, end: start, ..value.span })
}
