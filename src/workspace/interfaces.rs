//! Stand-ins for published modules whose source is not at hand: what their documented interface makes of its parameters,
//! written in Bicep, so that a call is understood as it is with the module present.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::azure::modules::{self, Identity, Interface, Version};
use crate::ir::{Call, Source};

/// A module that can stand in for another.
pub(super) struct StandIn {
    pub(super) interface: &'static Interface,
    /// The conventions of its parameters.
    style: &'static Style,
}

/// What the two families of modules call the same things.
struct Style {
    identities: &'static str,
    system: &'static str,
    ids: &'static str,
    /// The items of the parameter with role assignments, from that parameter.
    items: &'static str,
    /// The item of such a loop.
    item: &'static str,
    role: &'static str,
    principal: &'static str,
    kind: &'static str,
    /// Modules with more to them than the table can say.
    whole: &'static [(&'static str, &'static str)],
}

static BICEP: Style = Style {
    identities: "managedIdentities",
    system: "systemAssigned",
    ids: "userAssignedResourceIds",
    items: "%",
    item: "grant",
    role: "roleDefinitionIdOrName",
    principal: "principalId",
    kind: "principalType",
    whole: &[("br/public:avm/res/web/site", include_str!("interfaces/web-site.bicep"))],
};

static TERRAFORM: Style = Style {
    identities: "managed_identities",
    system: "system_assigned",
    ids: "user_assigned_resource_ids",
    items: "items(%)",
    item: "grant.value",
    role: "role_definition_id_or_name",
    principal: "principal_id",
    kind: "principal_type",
    whole: &[("azure/avm-res-web-site/azurerm", include_str!("interfaces/web-site-terraform.bicep"))],
};

/// What can stand in for the module that is called, if its interface is known for every version that may be meant.
pub(super) fn for_call(call: &Call) -> Option<StandIn> {
    let Source::Remote(source) = &call.source else { return None };
    if let Some(path) = bicep_path(source) {
        let (path, version) = path.rsplit_once(':')?;
        let interface = modules::by_source(&format!("br/public:{path}"))?;
        return (Version::parse(version)? >= interface.since).then_some(StandIn { interface, style: &BICEP });
    }
    let registry = source.strip_prefix("registry.terraform.io/").unwrap_or(source);
    let interface = modules::by_source(registry)?;
    // Without a constraint it is the newest.
    let new_enough = match &call.version {
        Some(constraint) => Version::least(constraint)? >= interface.since,
        None => true,
    };
    new_enough.then_some(StandIn { interface, style: &TERRAFORM })
}

/// The path of a module in the public Bicep registry, with its version.
fn bicep_path(source: &str) -> Option<&str> {
    ["br/public:", "br:mcr.microsoft.com/bicep/"].iter().find_map(|start| source.strip_prefix(start))
}

impl StandIn {
    /// What it is shown as; the same for the same module.
    pub(super) fn path(&self) -> String {
        format!("{} (its published interface)", self.interface.name)
    }

    /// Its text.
    pub(super) fn text(&self) -> String {
        let whole = self.style.whole.iter().find(|(name, _)| *name == self.interface.name);
        whole.map_or_else(|| self.made(), |(_, text)| (*text).to_owned())
    }

    fn made(&self) -> String {
        let Self { interface, style } = self;
        let mut text = String::from("param name string?\n");
        // Writing to a string does not fail.
        let mut line = |arguments: std::fmt::Arguments<'_>| {
            let _ = writeln!(text, "{arguments}");
        };
        let mut properties = Tree::default();
        for argument in &interface.arguments {
            line(format_args!("param {} object?", argument.name));
            let value = match argument.default {
                Some(default) => format!("({} ?? {default})", argument.name),
                None => argument.name.to_owned(),
            };
            let value = if argument.negated { format!("!{value}") } else { value };
            properties.put(argument.path.trim_start_matches("properties."), value);
        }
        let identity = match interface.identity {
            Identity::None => "null".to_owned(),
            Identity::Other => "notModelled".to_owned(),
            Identity::Usual { system_by_default } => {
                line(format_args!("param {} object?", style.identities));
                line(format_args!("{}", identity_function(style)));
                let default =
                    if system_by_default { format!("{{ {}: true }}", style.system) } else { "null".to_owned() };
                format!("identity({} ?? {default})", style.identities)
            }
        };
        line(format_args!("resource main '{}@2025-01-01' = {{", interface.kind));
        line(format_args!(
            "  name: name\n  identity: {identity}\n  properties: union(notModelled, {})\n}}",
            properties.text()
        ));
        if let Some(parameter) = interface.role_assignments {
            let Style { items, item, role, principal, kind, .. } = style;
            let items = items.replace('%', &format!("({parameter} ?? {{}})"));
            line(format_args!("param {parameter} object?"));
            line(format_args!(
                "resource grants 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for grant in {items}: {{"
            ));
            line(format_args!(
                "  scope: main\n  name: notModelled\n  item: {item}\n  properties: {{\n    roleDefinitionId: {item}.{role}"
            ));
            line(format_args!("    principalId: {item}.{principal}\n    principalType: {item}.?{kind}"));
            line(format_args!("    condition: {item}.?condition\n  }}\n}}]"));
        }
        for (name, path) in &interface.outputs {
            let path = match *path {
                "" => String::new(),
                // The modules give null where there is no identity.
                "identity.principalId" => ".?identity.?principalId".to_owned(),
                path => format!(".{path}"),
            };
            line(format_args!("output {name} string = main{path}"));
        }
        text
    }
}

/// What the modules make of the parameter for identities.
fn identity_function(style: &Style) -> String {
    let Style { system, ids, .. } = style;
    format!(
        "func identity(given object) object => empty(given) ? null : {{
  type: (given.?{system} ?? false) ? (empty(given.?{ids} ?? []) ? 'SystemAssigned' : 'SystemAssigned, UserAssigned') : (empty(given.?{ids} ?? []) ? 'None' : 'UserAssigned')
  userAssignedIdentities: empty(given.?{ids} ?? []) ? null : reduce(map(given.?{ids} ?? [], id => {{ '${{id}}': {{}} }}), {{}}, (all, one) => union(all, one))
}}"
    )
}

/// Properties by path.
#[derive(Default)]
struct Tree(BTreeMap<String, Branch>);

enum Branch {
    Value(String),
    More(Tree),
}

impl Tree {
    fn put(&mut self, path: &str, value: String) {
        match path.split_once('.') {
            None => drop(self.0.insert(path.to_owned(), Branch::Value(value))),
            Some((first, rest)) => {
                let branch = self.0.entry(first.to_owned()).or_insert_with(|| Branch::More(Tree::default()));
                if let Branch::More(tree) = branch {
                    tree.put(rest, value);
                }
            }
        }
    }

    fn text(&self) -> String {
        let entries = self.0.iter().map(|(name, branch)| match branch {
            Branch::Value(value) => format!("{name}: {value}"),
            Branch::More(tree) => format!("{name}: union(notModelled, {})", tree.text()),
        });
        format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
    }
}
