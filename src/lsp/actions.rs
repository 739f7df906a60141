//! What can be done about a finding: fixes, a suppression, its page; and all safe fixes of a document at once.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Value, json};

use super::changes::{self, TO_FILL_IN, Words};
use super::client::Client;
use super::filing::Item;
use super::fix_all;
use super::look::Unit;
use super::protocol::{Identifier, Range, params};
use super::uri;
use super::wire::{Code, Failure};
use super::worker::View;
use crate::finding::{Finding, Safety};
use crate::report::masked::Masked;
use crate::rules;
use crate::suppress::add::plan;

/// The command that shows the page of a rule.
pub(super) const SHOW_RULE: &str = "identilint.showRule";

const QUICK_FIX: &str = "quickfix";
const FIX_ALL: &str = "source.fixAll.identilint";

/// What the client is told of this.
pub(super) fn offers(client: &Client) -> Vec<(&'static str, Value)> {
    let kinds = json!({ "codeActionKinds": [QUICK_FIX, FIX_ALL], "resolveProvider": client.resolves_edits });
    vec![("codeActionProvider", kinds), ("executeCommandProvider", json!({ "commands": [SHOW_RULE] }))]
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    text_document: Identifier,
    range: Range,
    #[serde(default)]
    context: Context,
}

#[derive(Default, Deserialize)]
struct Context {
    #[serde(default)]
    only: Option<Vec<String>>,
}

impl Context {
    /// Whether actions of this kind are asked for.
    fn wants(&self, kind: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.iter().any(|one| is_within(kind, one)))
    }
}

/// Whether a kind is another one or a part of it.
fn is_within(kind: &str, other: &str) -> bool {
    kind.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) || other.is_empty()
}

/// Answers what can be done at a range.
pub(super) fn at_range(view: &View, asked: Value) -> Result<Value, Failure> {
    let asked: Asked = params(asked)?;
    let Some(path) = uri::to_path(&asked.text_document.uri) else { return Ok(json!([])) };
    let items = view.snapshot.files.get(&path).map(Vec::as_slice).unwrap_or_default();
    let mut actions = Vec::new();
    if asked.context.wants(QUICK_FIX) {
        let (start, end) = (asked.range.start, asked.range.end);
        let touches = |range: Range| range.start <= end && start <= range.end;
        for item in items.iter().filter(|item| touches(item.diagnostic.range)) {
            of_item(view, item, &mut actions);
        }
    }
    if asked.context.wants(FIX_ALL) {
        actions.extend(all_fixes(view, &path, items, asked.context.only.is_some())?);
    }
    Ok(json!(actions))
}

fn finding<'v>(view: &'v View, item: &Item) -> Option<(&'v Unit, &'v Finding)> {
    let (unit, number) = item.finding?;
    let unit = view.snapshot.units.get(unit)?;
    Some((unit, unit.report.findings.get(number)?))
}

/// What can be done about one thing that is shown.
fn of_item(view: &View, item: &Item, actions: &mut Vec<Value>) {
    if let Some((unit, finding)) = finding(view, item) {
        let masked = Masked::new(&unit.workspace.sources, &unit.report);
        let mut is_first = true;
        for fix in &finding.fixes {
            let Some(edits) = changes::of_edits(view, unit, &fix.edits) else { continue };
            let title = masked.words(&fix.title);
            let is_safe = fix.safety == Safety::Safe;
            let title = if is_safe { title.into_owned() } else { format!("{title} (unsafe: look at what it changes)") };
            actions.push(json!({
                "title": title,
                "kind": QUICK_FIX,
                "diagnostics": [item.diagnostic],
                "isPreferred": is_safe && is_first,
                "edit": changes::for_client(view, edits, Words::Final),
            }));
            is_first = false;
        }
        actions.extend(ignore(view, unit, finding, item));
    }
    if view.client.shows_documents && rules::find(item.diagnostic.code).is_some() {
        let rule = item.diagnostic.code;
        let title = format!("show the page of `{rule}`");
        actions.push(json!({
            "title": title,
            "kind": QUICK_FIX,
            "diagnostics": [item.diagnostic],
            "command": { "title": title, "command": SHOW_RULE, "arguments": [rule] },
        }));
    }
}

/// A suppression for a finding. Its reason is for the user to write: without one it suppresses nothing, and says so.
fn ignore(view: &View, unit: &Unit, finding: &Finding, item: &Item) -> Option<Value> {
    let plan = plan(&unit.workspace, std::slice::from_ref(finding), TO_FILL_IN);
    let [addition] = plan.additions.as_slice() else { return None };
    let edits = changes::of_edits(view, unit, &addition.edits)?;
    Some(json!({
        "title": format!("ignore `{}` here, with a reason", finding.rule),
        "kind": QUICK_FIX,
        "diagnostics": [item.diagnostic],
        "isPreferred": false,
        "edit": changes::for_client(view, edits, Words::ToFillIn),
    }))
}

/// All safe fixes of a document, if it has any. What they are is worked out when it is asked for.
fn all_fixes(view: &View, path: &PathBuf, items: &[Item], is_asked_for: bool) -> Result<Option<Value>, Failure> {
    let is_safe = |item: &&Item| {
        finding(view, item).is_some_and(|(_, finding)| finding.fixes.iter().any(|fix| fix.safety == Safety::Safe))
    };
    let Some((unit, document)) =
        items.iter().find(is_safe).and_then(|item| item.finding).zip(view.world.documents.get(path))
    else {
        return Ok(None);
    };
    let title = "apply all safe fixes of identilint in this file";
    if view.client.resolves_edits {
        let data = json!({ "uri": document.uri, "version": document.version });
        return Ok(Some(json!({ "title": title, "kind": FIX_ALL, "data": data })));
    }
    let Some(unit) = view.snapshot.units.get(unit.0).filter(|_| is_asked_for) else { return Ok(None) };
    let edit = fix_all::edit(view, unit, path)?;
    Ok(edit.map(|edit| json!({ "title": title, "kind": FIX_ALL, "edit": edit })))
}

#[derive(Deserialize)]
struct Unresolved {
    data: Identifier,
}

/// Answers what an action changes.
pub(super) fn resolve(view: &View, action: Value) -> Result<Value, Failure> {
    let mut resolved = action.clone();
    if !action.get("data").is_some_and(Value::is_object) {
        return Ok(action);
    }
    let Unresolved { data } = params(action)?;
    let path = uri::to_path(&data.uri);
    let document = path.as_ref().and_then(|path| view.world.documents.get(path));
    let (Some(path), Some(document)) = (path, document) else {
        return Err(Failure::new(Code::ContentModified, "the document is not open any more"));
    };
    if Some(document.version) != data.version {
        return Err(Failure::new(Code::ContentModified, "the document changed"));
    }
    let mut items = view.snapshot.files.get(&path).into_iter().flatten();
    let unit = items.find_map(|item| item.finding).and_then(|(unit, _)| view.snapshot.units.get(unit));
    let edit = match unit {
        Some(unit) => fix_all::edit(view, unit, &path)?,
        None => None,
    };
    if let Value::Object(resolved) = &mut resolved {
        resolved.insert("edit".to_owned(), edit.unwrap_or_else(|| json!({ "changes": {} })));
    }
    Ok(resolved)
}
