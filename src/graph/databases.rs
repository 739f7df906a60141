//! Database servers: whether they take passwords, and whether Microsoft Entra ID is a way in.

use super::{Graph, Mode, Property, Resource, ResourceId, Written, flatten, map_or_none};
use crate::finding::Edit;
use crate::resolve::value::{Kind, Truth, Value};

/// A database server that is made here and takes passwords.
#[derive(Debug)]
pub struct PasswordAuth {
    /// The server.
    pub server: ResourceId,
    /// The value that says so; none if it does by default.
    pub said: Option<Value>,
    /// Whether somebody of Microsoft Entra ID can sign in: an administrator is declared.
    pub has_administrator: Truth,
    /// How it is told to refuse passwords, in the words of its documentation.
    pub switch: &'static str,
    /// The edit that does, where an administrator is there.
    pub edit: Option<Edit>,
}

/// A kind of server (learn.microsoft.com, azure-sql/database/authentication-azure-ad-only-authentication,
/// postgresql/flexible-server/concepts-azure-ad-authentication, mysql/flexible-server/how-to-azure-ad,
/// synapse-analytics/sql/active-directory-authentication).
struct Engine {
    /// Its ARM type.
    arm: &'static str,
    /// What of itself refuses passwords: the argument of azurerm and the path below the properties in ARM.
    switch: (&'static str, &'static str),
    /// The truth value of the switch that refuses them, and the text where ARM takes one.
    refuses: (bool, &'static str),
    /// Children that say the same: type, name if only that one does, argument, path, and the text if ARM takes one.
    children: &'static [(&'static str, Option<&'static str>, &'static str, &'static str)],
    /// What of itself names an administrator, or lets somebody of Microsoft Entra ID in.
    administrator: (&'static str, &'static str),
    /// Children that name one.
    administrators: &'static [&'static str],
    /// The switch in the words of its documentation.
    words: &'static str,
}

const ENGINES: [Engine; 5] = [
    Engine {
        arm: "Microsoft.Sql/servers",
        switch: ("azuread_administrator.azuread_authentication_only", "administrators.azureADOnlyAuthentication"),
        refuses: (true, ""),
        children: &[("Microsoft.Sql/servers/azureADOnlyAuthentications", None, "", "azureADOnlyAuthentication")],
        administrator: ("azuread_administrator", "administrators"),
        administrators: &["Microsoft.Sql/servers/administrators"],
        words: "Microsoft Entra-only authentication",
    },
    Engine {
        arm: "Microsoft.Sql/managedInstances",
        switch: (
            "azure_active_directory_administrator.azuread_authentication_only_enabled",
            "administrators.azureADOnlyAuthentication",
        ),
        refuses: (true, ""),
        children: &[
            ("Microsoft.Sql/managedInstances/azureADOnlyAuthentications", None, "", "azureADOnlyAuthentication"),
            (
                "Microsoft.Sql/managedInstances/administrators",
                None,
                "azuread_authentication_only",
                "azureADOnlyAuthentication",
            ),
        ],
        administrator: ("azure_active_directory_administrator", "administrators"),
        administrators: &["Microsoft.Sql/managedInstances/administrators"],
        words: "Microsoft Entra-only authentication",
    },
    Engine {
        arm: "Microsoft.DBforPostgreSQL/flexibleServers",
        switch: ("authentication.password_auth_enabled", "authConfig.passwordAuth"),
        refuses: (false, "Disabled"),
        children: &[],
        administrator: ("authentication.active_directory_auth_enabled", "authConfig.activeDirectoryAuth"),
        administrators: &["Microsoft.DBforPostgreSQL/flexibleServers/administrators"],
        words: "Microsoft Entra authentication without passwords",
    },
    Engine {
        arm: "Microsoft.DBforMySQL/flexibleServers",
        switch: ("", ""),
        refuses: (true, "ON"),
        children: &[("Microsoft.DBforMySQL/flexibleServers/configurations", Some("aad_auth_only"), "value", "value")],
        administrator: ("", ""),
        administrators: &["Microsoft.DBforMySQL/flexibleServers/administrators"],
        words: "the server parameter `aad_auth_only`",
    },
    Engine {
        arm: "Microsoft.Synapse/workspaces",
        switch: ("azuread_authentication_only", "azureADOnlyAuthentication"),
        refuses: (true, ""),
        children: &[("Microsoft.Synapse/workspaces/azureADOnlyAuthentications", None, "", "azureADOnlyAuthentication")],
        administrator: ("", ""),
        administrators: &[],
        words: "Microsoft Entra-only authentication",
    },
];

impl Graph<'_> {
    /// Every database server made here that certainly takes passwords. Replicas and restored servers take over what their
    /// source does.
    #[must_use]
    pub fn password_auth(&self) -> Vec<PasswordAuth> {
        let engine = |one: &Resource| ENGINES.iter().find(|engine| one.is_arm(engine.arm));
        let made = self.resources().filter(|one| one.mode == Mode::Managed);
        let servers: Vec<_> = made.filter_map(|one| Some((one, engine(one)?))).collect();
        servers.into_iter().filter_map(|(server, engine)| self.takes_passwords(server, engine)).collect()
    }

    fn takes_passwords(&self, server: &Resource, engine: &Engine) -> Option<PasswordAuth> {
        if self.is_made_of_another(server) || self.leaves_alone(server.id, "body") {
            return None;
        }
        let mut said: Vec<Value> = Vec::new();
        let mut add = |property: Property| match property {
            Property::Is(value) => {
                said.push(value);
                Some(())
            }
            Property::Absent => Some(()),
            Property::Unknown(_) => None,
        };
        if !engine.switch.0.is_empty() {
            add(self.property(server.id, engine.switch.0, engine.switch.1))?;
        }
        for (kind, name, argument, path) in engine.children {
            for child in self.children_of(server, kind)? {
                let own = child.argument("name").map(|name| self.known(name));
                let own = own.as_ref().and_then(super::last_segment);
                match (name, own) {
                    (Some(name), Some(own)) if !own.eq_ignore_ascii_case(name) => {}
                    (Some(_), None) => return None,
                    _ => add(self.property(child.id, argument, path))?,
                }
            }
        }
        let refused: Option<Vec<bool>> = said.iter().map(|value| self.refuses(value, engine)).collect();
        let refused = refused?;
        if refused.iter().any(|refused| *refused) {
            return None;
        }
        let hidden = self.is_touched(server.id) || self.stands_in(server.id);
        if said.is_empty() && (hidden || self.told_outside().contains(&server.id)) {
            return None;
        }
        let has_administrator = self.has_administrator(server, engine);
        let said = said.into_iter().next();
        let edit = self.refuse_passwords_of(server, engine, said.as_ref(), has_administrator);
        Some(PasswordAuth { server: server.id, said, has_administrator, switch: engine.words, edit })
    }

    /// Whether a server is a copy of another one, or may be.
    fn is_made_of_another(&self, server: &Resource) -> bool {
        let modes = [("create_mode", "createMode"), ("", "managedInstanceCreateMode")];
        modes.iter().any(|(argument, path)| match self.property(server.id, argument, path) {
            Property::Absent => false,
            Property::Is(mode) => {
                !self.known(&mode).as_str().is_some_and(|mode| ["default", "create"].contains(&&*mode.to_lowercase()))
            }
            Property::Unknown(_) => true,
        })
    }

    /// The children of a server of one type; none if one may be its child or another's.
    fn children_of(&self, server: &Resource, kind: &str) -> Option<Vec<&Resource>> {
        let mut found = Vec::new();
        for child in self.resources().filter(|one| one.mode == Mode::Managed && one.is_arm(kind)) {
            match self.container(child) {
                Some(parent) if parent == server.id => found.push(child),
                Some(_) => {}
                None => return None,
            }
        }
        Some(found)
    }

    /// Whether a value of a switch refuses passwords.
    fn refuses(&self, value: &Value, engine: &Engine) -> Option<bool> {
        let known = self.known(value);
        match known.as_bool() {
            Some(is) => Some(is == engine.refuses.0),
            None => known.as_str().map(|text| text.eq_ignore_ascii_case(engine.refuses.1)),
        }
    }

    fn has_administrator(&self, server: &Resource, engine: &Engine) -> Truth {
        // Whoever makes a workspace is its first one.
        if engine.administrators.is_empty() {
            return Truth::Yes;
        }
        let (argument, path) = engine.administrator;
        let own = if argument.is_empty() {
            Truth::No
        } else {
            match self.property(server.id, argument, path) {
                Property::Absent => Truth::from(server.is_open_at(argument)).and(Truth::Maybe),
                Property::Is(value) => self.lets_in(&value),
                Property::Unknown(_) => Truth::Maybe,
            }
        };
        let by_child = engine.administrators.iter().map(|kind| match self.children_of(server, kind) {
            Some(children) => children.iter().map(|child| child.presence).fold(Truth::No, Truth::or),
            None => Truth::Maybe,
        });
        let elsewhere =
            Truth::from(self.told_outside().contains(&server.id) || self.is_touched(server.id)).and(Truth::Maybe);
        by_child.fold(own.or(elsewhere), Truth::or)
    }

    /// Whether a value names an administrator or switches Microsoft Entra authentication on.
    fn lets_in(&self, value: &Value) -> Truth {
        let known = self.known(value);
        match (&known.kind, known.as_bool(), known.as_str()) {
            (_, Some(on), _) => Truth::from(on),
            (_, _, Some(text)) => Truth::from(!text.eq_ignore_ascii_case("Disabled")),
            (Kind::List(list), ..) if list.items.is_empty() => Truth::from(list.rest.is_some()).and(Truth::Maybe),
            (Kind::List(list), ..) if list.rest.is_some() => Truth::Maybe,
            (Kind::List(_) | Kind::Map(_), ..) => Truth::Yes,
            _ => Truth::Maybe,
        }
    }

    fn refuse_passwords_of(
        &self,
        server: &Resource,
        engine: &Engine,
        said: Option<&Value>,
        has_administrator: Truth,
    ) -> Option<Edit> {
        let (refusing, text) = engine.refuses;
        if has_administrator != Truth::Yes {
            return None;
        }
        if let Some(said) = said.filter(|said| said.via.is_none()) {
            let replaced = self.replace(said, Written::Bool(refusing), server.id);
            return replaced.or_else(|| self.other_text(said, text).filter(|_| !text.is_empty()));
        }
        let (argument, path) = engine.switch;
        if said.is_some() || argument.is_empty() {
            return None;
        }
        if server.kind.contains('/') {
            let value = if text.is_empty() { Written::Bool(refusing) } else { Written::Text(text) };
            return self.insert(server.id, "", &format!("properties.{path}"), value);
        }
        let Some((block, name)) = argument.split_once('.') else {
            return self.insert(server.id, argument, "", Written::Bool(refusing));
        };
        let blocks: Vec<&Value> = server.values_at(block).into_iter().flat_map(flatten).collect();
        match blocks.as_slice() {
            [only] => match &map_or_none(only)?.kind {
                Kind::Map(map) => self.entry_in(map, name, Written::Bool(refusing), server.id),
                _ => None,
            },
            _ => None,
        }
    }
}
