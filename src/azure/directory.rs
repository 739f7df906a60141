//! Rights in Microsoft Entra ID with which their holder can have every other one.
//! Roles: learn.microsoft.com, entra/identity/role-based-access-control/permissions-reference; permissions:
//! learn.microsoft.com, graph/permissions-reference.

/// Such a right.
#[derive(Debug, PartialEq, Eq)]
pub struct Power {
    /// The id of the role's template, or of the permission, in lower case.
    pub guid: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What its holder may do.
    pub what: &'static str,
    /// Whether it is a permission of Microsoft Graph; if not, it is a role of the directory.
    pub of_graph: bool,
}

/// The application id of Microsoft Graph, the same in every tenant.
pub const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

const POWERS: [Power; 5] = [
    Power {
        guid: "62e90394-69f5-4237-9190-012177145e10",
        name: "Global Administrator",
        what: "do everything in the directory",
        of_graph: false,
    },
    Power {
        guid: "e8611ab8-c189-46e8-94e1-60213ab1f814",
        name: "Privileged Role Administrator",
        what: "grant every directory role",
        of_graph: false,
    },
    Power {
        guid: "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8",
        name: "RoleManagement.ReadWrite.Directory",
        what: "grant every directory role",
        of_graph: true,
    },
    Power {
        guid: "06b708a9-e830-4db3-a914-8e69da51d44f",
        name: "AppRoleAssignment.ReadWrite.All",
        what: "grant itself every permission",
        of_graph: true,
    },
    Power {
        guid: "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
        name: "Application.ReadWrite.All",
        what: "sign in as any application",
        of_graph: true,
    },
];

/// The right of this id.
#[must_use]
pub fn by_guid(guid: &str, of_graph: bool) -> Option<&'static Power> {
    POWERS.iter().find(|power| power.of_graph == of_graph && power.guid.eq_ignore_ascii_case(guid))
}

/// The right of this name.
#[must_use]
pub fn by_name(name: &str, of_graph: bool) -> Option<&'static Power> {
    POWERS.iter().find(|power| power.of_graph == of_graph && power.name.eq_ignore_ascii_case(name))
}
