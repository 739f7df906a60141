use crate::azure::ids::role_guid;
use crate::azure::roles::{self, Class, letters};
use crate::finding::{Fix, Safety};
use crate::graph::{Grant, Right, Role};
use crate::resolve::value::Value;
use crate::rules::{Cx, Draft};
use crate::text::distance;

/// Names further away than this are other names, not misspelt ones.
const NEAR: usize = 2;

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let custom = cx.graph.custom_role_names();
    for grant in &cx.graph.grants {
        if let Right::Role { written, roles } = &grant.right
            && let [role] = roles.as_slice()
        {
            name(cx, grant, written, role, custom.as_deref());
        }
    }
    labels(cx);
}

fn name(cx: &mut Cx<'_>, grant: &Grant, written: &Value, role: &Role, custom: Option<&[String]>) {
    let known = cx.graph.known(written);
    let (Some(text), Some(resource)) = (known.as_str(), cx.graph.resource(grant.by)) else { return };
    if cx.option_matches("known-roles", text) {
        return;
    }
    let is_custom = |name: &str| custom.is_none_or(|names| names.contains(&name.to_lowercase()));
    let (message, help, replacement, safety) = match role {
        Role::BuiltIn(role) if role.class != Class::Removed && renamed(role, text) => {
            if is_custom(text) && custom.is_some() {
                return;
            }
            let message = format!("the role `{text}` is now called `{}`", role.name);
            (message, "a look-up by the old name finds nothing".to_owned(), role.name, Safety::Safe)
        }
        Role::Named(_) if !is_custom(text) => match nearest(text) {
            Some(near) => {
                let message = format!("there is no built-in role `{text}`, but there is `{}`", near.name);
                (message, format!("write `{}`, if that is meant", near.name), near.name, Safety::Unsafe)
            }
            None => return,
        },
        _ => return,
    };
    let edit = cx.graph.other_text(&known, replacement);
    let fix = edit.map(|edit| Fix { title: format!("write `{replacement}`"), safety, edits: vec![edit] });
    let draft = Draft::new(resource.address.clone(), known.span, message).note("no role has this name").because(&known);
    cx.report(draft.if_present(resource).help(help).fix(fix));
}

fn renamed(role: &roles::Role, written: &str) -> bool {
    !role.name.eq_ignore_ascii_case(written)
        && role.former_names.iter().any(|former| former.eq_ignore_ascii_case(written))
}

/// The one built-in role whose name is a slip away from this one.
fn nearest(written: &str) -> Option<&'static roles::Role> {
    let lower = written.to_lowercase();
    let plain = lower.strip_suffix("(preview)").map_or(lower.as_str(), str::trim);
    let current = || roles::all().iter().filter(|role| role.class != Class::Removed);
    if plain.len() < lower.len()
        && let Some(role) = current().find(|role| role.name.to_lowercase() == plain)
    {
        return Some(role);
    }
    if lower.chars().count() < 6 {
        return None;
    }
    let mut near: Vec<(usize, &roles::Role)> = current()
        .map(|role| (distance(&lower, &role.name.to_lowercase(), NEAR), role))
        .filter(|(distance, _)| *distance <= NEAR)
        .collect();
    near.sort_by_key(|(distance, _)| *distance);
    match near.as_slice() {
        [(_, only)] => Some(only),
        [(first, one), (second, _), ..] if first < second => Some(one),
        _ => None,
    }
}

/// GUIDs of roles that stand under the name of another role, or beside a comment that names another one.
fn labels(cx: &mut Cx<'_>) {
    for literal in &cx.graph.literals {
        let Some(role) = role_guid(&literal.text).and_then(roles::by_guid) else { continue };
        // A comment names the role first, if at all.
        let remark = literal.remark.as_deref().and_then(|text| text.split(['(', '#', ';', ',', ':']).next());
        let said = [(Some(&*literal.label), "name"), (remark, "comment")];
        let other = said.into_iter().find_map(|(label, what)| Some((other_role(role, label?)?, what)));
        let Some((other, what)) = other else { continue };
        let message = format!("this is the id of `{}`, not of `{}` as its {what} says", role.name, other.name);
        let help = format!("`{}` is {}; keep the one that is meant", other.name, other.guid);
        cx.report(Draft::new(literal.subject.clone(), literal.span, message).note(role.name).help(help));
    }
}

/// Roles whose names are words for what anybody may be.
const GENERAL: [&str; 3] = ["Owner", "Contributor", "Reader"];

/// The role that a label names, if that is another one. A label that is short for the role itself is right.
fn other_role(role: &roles::Role, label: &str) -> Option<&'static roles::Role> {
    let written = label;
    let label = letters(label);
    let label = ["roledefinitionid", "roledefinition", "roleid", "roleguid", "role", "guid", "id"]
        .iter()
        .find_map(|ending| label.strip_suffix(ending))
        .unwrap_or(&label);
    let mut own = std::iter::once(&role.name).chain(&role.former_names).map(|name| letters(name));
    if own.any(|own| own.contains(label)) {
        return None;
    }
    let other = roles::by_letters(label).filter(|other| other.guid != role.guid && other.class != Class::Removed)?;
    // A reader is somebody who reads, unless it is spelled as the role is.
    let is_word = GENERAL.contains(&other.name) && written.trim() != other.name;
    (!is_word).then_some(other)
}
