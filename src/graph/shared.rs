//! Identities that resources of several environments, or of several kinds, run as.

use super::{Declared, Grant, Graph, Ids, Mode, Principal, Resource, ResourceId};
use crate::resolve::value::{Truth, Value};
use crate::source::Span;

/// Kinds of resources that run code or jobs, each with the types that are of it.
const WORKLOADS: [&[&str]; 10] = [
    &["Microsoft.Web/sites"],
    &["Microsoft.App/containerApps", "Microsoft.App/jobs"],
    &["Microsoft.ContainerService/managedClusters"],
    &["Microsoft.Compute/virtualMachines", "Microsoft.Compute/virtualMachineScaleSets"],
    &["Microsoft.ContainerInstance/containerGroups"],
    &["Microsoft.DataFactory/factories"],
    &["Microsoft.Automation/automationAccounts"],
    &["Microsoft.Logic/workflows"],
    &["Microsoft.Batch/batchAccounts", "Microsoft.Batch/batchAccounts/pools"],
    &["Microsoft.MachineLearningServices/workspaces", "Microsoft.MachineLearningServices/workspaces/onlineEndpoints"],
];

/// Words that name a production environment, and those that name another one.
const PRODUCTION: [&str; 4] = ["prod", "prd", "production", "live"];
const OTHER: [&str; 14] = [
    "dev",
    "development",
    "test",
    "tst",
    "qa",
    "uat",
    "int",
    "stage",
    "staging",
    "stg",
    "sandbox",
    "nonprod",
    "preprod",
    "nonproduction",
];

/// Tags that name the environment.
const TAGS: [&str; 3] = ["environment", "env", "stage"];

/// Roles that let nobody do anything to anybody's data.
const HARMLESS: [&str; 3] =
    ["AcrPull", "Container Registry Repository Reader", "Key Vault Crypto Service Encryption User"];

/// An identity that is shared.
#[derive(Debug)]
pub struct Shared {
    /// The identity.
    pub identity: ResourceId,
    /// Who shares it, production last where environments differ, each with where it is attached.
    pub by: Vec<(ResourceId, Span)>,
    /// Whether environments differ; else kinds of workloads do.
    pub environments: bool,
}

impl Graph<'_> {
    /// Every user-assigned identity, made here, that resources of production and others run as, or three kinds of
    /// workloads.
    #[must_use]
    pub fn shared_identities(&self) -> Vec<Shared> {
        let made = self.resources().filter(|one| one.mode == Mode::Managed && !one.any);
        let identities = made.filter(|one| one.is_arm(super::arm::USER_ASSIGNED_IDENTITY));
        identities.filter_map(|identity| self.shared(identity)).collect()
    }

    fn shared(&self, identity: &Resource) -> Option<Shared> {
        let own = self.id_of(identity.id, identity.span);
        let hosts = self.hosts.iter().filter(|host| self.attached(host, &own) == Truth::Yes);
        let mut users: Vec<(&Resource, Span)> = hosts
            .filter_map(|host| {
                let resource = self.resource(host.resource)?;
                // A slot has the identity of its site on purpose.
                let is_slot = self.site(host.resource).is_some_and(|site| site.is_slot);
                let is_sure = resource.mode == Mode::Managed && resource.presence == Truth::Yes && !resource.any;
                (is_sure && !is_slot).then(|| (resource, self.attached_at(host.resource, identity.id, resource.span)))
            })
            .collect();
        if users.len() < 2 || self.may_do_no_harm(identity.id) {
            return None;
        }
        users.sort_by(|(a, _), (b, _)| a.title.cmp(&b.title));
        let of = |production: bool| {
            let marked = users.iter().filter(move |(user, _)| self.is_production(user) == Some(production));
            marked.map(|(user, span)| (user.id, *span)).collect::<Vec<_>>()
        };
        let (others, production) = (of(false), of(true));
        if !others.is_empty() && !production.is_empty() {
            let by = others.into_iter().chain(production).collect();
            return Some(Shared { identity: identity.id, by, environments: true });
        }
        let kind = |user: &Resource| WORKLOADS.iter().position(|types| types.iter().any(|kind| user.is_arm(kind)));
        let workloads: Vec<_> = users.iter().filter_map(|(user, span)| Some((kind(user)?, user.id, *span))).collect();
        let mut kinds: Vec<usize> = workloads.iter().map(|(kind, ..)| *kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let by = workloads.into_iter().map(|(_, id, span)| (id, span)).collect();
        (kinds.len() > 2).then_some(Shared { identity: identity.id, by, environments: false })
    }

    /// Where an identity is attached to a resource.
    #[must_use]
    pub fn attached_at(&self, host: ResourceId, identity: ResourceId, header: Span) -> Span {
        let Some(Declared::Block(block)) = self.host(host).map(|host| &host.declared) else { return header };
        match &block.ids {
            Ids::Listed { items, .. } => {
                let item = items.iter().find(|item| self.identity_of(item) == Some(identity));
                item.map_or(block.span, |item| item.span)
            }
            _ => block.span,
        }
    }

    /// Whether an identity is granted something, and nothing but to pull images or to use a key.
    fn may_do_no_harm(&self, identity: ResourceId) -> bool {
        let principal = Principal::User(identity);
        let is_own = |grant: &&Grant| self.reaches(&grant.principal, &principal) == Truth::Yes;
        let mut own = self.grants.iter().filter(is_own).peekable();
        let harmless = |grant: &Grant| grant.right.every_role(|role| HARMLESS.contains(&role.name)) == Truth::Yes;
        own.peek().is_some() && own.all(harmless)
    }

    /// Whether a resource says that it is of production, or of another environment: by a tag, else by its name, else by
    /// its resource group.
    fn is_production(&self, resource: &Resource) -> Option<bool> {
        let said = |value: &Value| production(self.known(value).as_str()?);
        let tags = resource.argument("tags");
        let by_tag = TAGS.iter().find_map(|tag| said(&tags?.property(tag)?.value));
        let by_name = || said(resource.argument("name")?);
        let by_group = || match resource.argument("resource_group_name") {
            Some(group) => said(group),
            None => {
                let parent = self.deployment.attr(resource.id, &"parent_id".into())?;
                let parent = self.known(&parent);
                production(crate::azure::ids::segment_after(parent.as_str()?, "resourceGroups")?)
            }
        };
        by_tag.or_else(by_name).or_else(by_group)
    }
}

/// Whether a text has a word for production, or one for another environment.
fn production(text: &str) -> Option<bool> {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    let mut before = "";
    for word in words {
        if PRODUCTION.contains(&word) {
            // `non-prod`, `pre-prod`
            return Some(!matches!(before, "non" | "pre" | "not"));
        }
        if OTHER.contains(&word) {
            return Some(false);
        }
        before = word;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::production;

    #[test]
    fn words_name_environments() {
        assert_eq!(production("app-shop-prod"), Some(true));
        assert_eq!(production("app_PRD01"), Some(true));
        assert_eq!(production("rg-non-prod"), Some(false));
        assert_eq!(production("kv.dev2.shop"), Some(false));
        assert_eq!(production("app-device-product"), None);
    }
}
