use super::holders::{Holder, holder};
use super::privileged_role_at_wide_scope::made_here;
use crate::azure::ids::IdLevel;
use crate::azure::roles::Role;
use crate::finding::{Edit, Fix};
use crate::graph::{Grant, Graph, ResourceId, Right};
use crate::resolve::value::{Reason, Truth, Value, Why};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for grant in &graph.grants {
        let Some(roles) = grant.right.built_in().filter(|roles| roles.iter().all(|role| role.is_for_data())) else {
            continue;
        };
        let (Some(role), Some(level)) = (roles.first(), graph.level(&grant.scope)) else { continue };
        // A scope that is written where Azure does not look is a defect of its own.
        if graph.resource(grant.by).is_some_and(|resource| !resource.values_at("properties.scope").is_empty()) {
            continue;
        }
        match level {
            IdLevel::Subscription => far_too_wide(cx, grant, role, "a whole subscription"),
            IdLevel::ManagementGroup => far_too_wide(cx, grant, role, "a whole management group"),
            IdLevel::ResourceGroup => match slip(graph, grant, &roles) {
                Some((target, name)) => forgotten(cx, grant, role, target, &name),
                None => wider_than_its_target(cx, grant, &roles),
            },
            _ => {}
        }
    }
}

/// A workload that reads everything of its kind, now and later.
fn far_too_wide(cx: &mut Cx<'_>, grant: &Grant, role: &Role, place: &str) {
    let Some(holder) = workload(cx, grant).filter(|_| !made_here(cx, &grant.scope)) else { return };
    let message = format!("{} gets {} on {place}", holder.name, role.name);
    let Some(draft) = draft(cx, grant, message) else { return };
    let draft = draft
        .note(format!("{place}: everything in it, today's and tomorrow's"))
        .label(grant.principal.span, holder.what)
        .because(&grant.scope)
        .help("grant it on the resource whose data it uses");
    cx.report(draft);
}

/// The one resource that the name of an assignment without a scope speaks of, if the roles are for its data.
fn slip(graph: &Graph<'_>, grant: &Grant, roles: &[&'static Role]) -> Option<(ResourceId, Value)> {
    let name = graph.assignment_name(grant).filter(|_| graph.says_no_scope(grant))?;
    let (target, part) = graph.named_after(grant, &name)?;
    let provider = graph.resource(target)?.arm_type().split('/').next()?;
    roles.iter().all(|role| role.reaches_data_of(provider)).then_some((target, part))
}

/// The scope that the name of the assignment speaks of was left out.
fn forgotten(cx: &mut Cx<'_>, grant: &Grant, role: &Role, target: ResourceId, part: &Value) {
    let title = cx.graph.title(target);
    let message =
        format!("{} holds for the whole resource group, although the assignment is named after `{title}`", role.name);
    let Some(draft) = draft(cx, grant, message) else { return };
    let edit = cx.graph.narrow(grant, target, Some(part));
    let draft = draft
        .note("no `scope`: it holds on everything beside it")
        .label(part.span, "names this one")
        .help(format!("add `scope` with `{title}`"))
        .fix(edit.map(|edit| Fix::suggested("add the scope", edit)));
    cx.report(draft);
}

/// A resource group that is made here has one resource whose data the role is for.
fn wider_than_its_target(cx: &mut Cx<'_>, grant: &Grant, roles: &[&'static Role]) {
    let reaches = |provider: &str| {
        let provider = provider.to_ascii_lowercase();
        roles.iter().any(|role| role.data_providers.contains(&provider.as_str()))
    };
    let graph = cx.graph;
    let (Some(target), Some(role)) = (graph.only_target(&grant.scope, reaches), roles.first()) else { return };
    let (Some(holder), Some(one)) = (workload(cx, grant), graph.resource(target)) else { return };
    let message = format!(
        "{} gets {} on a whole resource group, where `{}` is the only one of its kind",
        holder.name, role.name, one.title
    );
    let Some(draft) = draft(cx, grant, message) else { return };
    let draft = draft
        // More may be put there tomorrow.
        .doubt(Truth::Maybe)
        .note("all that is in it, or will be")
        .label(one.span, "the only one there")
        .label(grant.principal.span, holder.what)
        .because(&grant.scope)
        .help(format!("grant it on `{}`", one.title))
        .fix(narrower(graph, grant, target).map(|edit| Fix::suggested("narrow the scope", edit)));
    cx.report(draft);
}

fn narrower(graph: &Graph<'_>, grant: &Grant, target: ResourceId) -> Option<Edit> {
    if graph.says_no_scope(grant) {
        return graph.narrow(grant, target, None);
    }
    let text = graph.as_scope(target).filter(|_| grant.scope.via.is_none() && graph.same_module(target, grant.by))?;
    Some(Edit { span: grant.scope.span, text })
}

/// Who gets it, if that is a workload and not what remedies what policies find.
fn workload(cx: &Cx<'_>, grant: &Grant) -> Option<Holder> {
    // A service principal by its type alone is somebody's whom whoever deploys names.
    let is_named = |principal: &Result<_, Why>| match principal {
        Ok(_) => true,
        Err(why) => matches!(why.reason, Reason::RootInput(_)),
    };
    let known = cx.graph.principals(&grant.principal).iter().all(is_named);
    holder(cx, grant).filter(|holder| known && !holder.policy)
}

fn draft(cx: &Cx<'_>, grant: &Grant, message: String) -> Option<Draft> {
    let (Right::Role { written, .. }, Some(resource)) = (&grant.right, cx.graph.resource(grant.by)) else {
        return None;
    };
    let draft = Draft::new(resource.address.clone(), grant.scope.span, message);
    Some(draft.label(written.span, "reads or writes data").because(written).if_present(resource))
}
