//! What role definitions of this tree permit: actions with wildcards, less their exceptions. What is not known makes maybe.
//! How the lists work: <https://learn.microsoft.com/azure/role-based-access-control/role-definitions>

use super::grants::role_name;
use super::{Graph, Mode, Name, Resource, ResourceId};
use crate::azure::actions::covers_action;
use crate::azure::ids;
use crate::resolve::value::{Kind, Reason, Text, TextPart, Truth, Value, Why, every, part_of};

/// What an action is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plane {
    /// Resources: `actions` and `notActions`.
    Management,
    /// The data in them: `dataActions` and `notDataActions`.
    Data,
}

/// What a role definition permits.
#[derive(Debug)]
pub struct RoleDefinition {
    /// Its sets of permissions; what any of them permits is permitted.
    pub permissions: Vec<Permissions>,
    /// Why there may be others.
    pub rest: Option<Why>,
}

/// A set of permissions. A list that is not there is none.
#[derive(Debug, Clone, Default)]
pub struct Permissions {
    /// What may be done to resources.
    pub actions: Option<Value>,
    /// What of it may not.
    pub not_actions: Option<Value>,
    /// What may be done to data.
    pub data_actions: Option<Value>,
    /// What of it may not.
    pub not_data_actions: Option<Value>,
}

impl RoleDefinition {
    /// Whether it permits an action, such as `Microsoft.Authorization/roleAssignments/write`. An action with wildcards is
    /// permitted if one written action has all of it and no exceptions take back all of it.
    #[must_use]
    pub fn permits(&self, plane: Plane, action: &str) -> Truth {
        let open = if self.rest.is_some() { Truth::Maybe } else { Truth::No };
        self.permissions.iter().map(|one| one.permits(plane, action)).fold(open, Truth::or)
    }
}

impl Permissions {
    /// What is permitted, and what is excepted from it.
    #[must_use]
    pub fn lists(&self, plane: Plane) -> (Option<&Value>, Option<&Value>) {
        match plane {
            Plane::Management => (self.actions.as_ref(), self.not_actions.as_ref()),
            Plane::Data => (self.data_actions.as_ref(), self.not_data_actions.as_ref()),
        }
    }

    /// Whether this set permits an action.
    #[must_use]
    pub fn permits(&self, plane: Plane, action: &str) -> Truth {
        let (permitted, _) = self.lists(plane);
        permitted.map_or(Truth::No, |list| holds(list, action)).and(!self.takes_back(plane, action))
    }

    /// Whether the exceptions of this set take back an action, all of it.
    #[must_use]
    pub fn takes_back(&self, plane: Plane, action: &str) -> Truth {
        self.lists(plane).1.map_or(Truth::No, |list| holds(list, action))
    }

    /// Whether all exceptions are known.
    #[must_use]
    pub fn knows_exceptions(&self, plane: Plane) -> bool {
        let is_open = |list: &Value| {
            let mut open = false;
            list.walk(&mut |value| {
                open |= match &value.kind {
                    Kind::List(list) => list.rest.is_some(),
                    Kind::Unknown(_) | Kind::OneOf(_) | Kind::Ref(_) => true,
                    _ => false,
                };
            });
            open
        };
        !self.lists(plane).1.is_some_and(is_open)
    }

    /// The actions that are certainly in the list of what is permitted.
    #[must_use]
    pub fn written(&self, plane: Plane) -> Vec<&Value> {
        match self.lists(plane).0.map(|list| &list.kind) {
            Some(Kind::List(list)) if list.is_sure() => list.items.iter().collect(),
            _ => Vec::new(),
        }
    }
}

/// Whether one of the actions in a list has all of an action.
fn holds(list: &Value, action: &str) -> Truth {
    match &list.kind {
        Kind::Null => Truth::No,
        Kind::OneOf(values) => every(values.iter().map(|one| holds(one, action))),
        Kind::List(list) => {
            let found = list.items.iter().map(|item| holds(item, action)).fold(Truth::No, Truth::or);
            match (found, &list.rest) {
                (found, None) => found,
                (Truth::Yes, Some(_)) if list.is_sure() => Truth::Yes,
                _ => Truth::Maybe,
            }
        }
        Kind::Text(Text::Plain(pattern)) => Truth::from(covers_action(pattern, action)),
        // Whatever is put into it, it is no more than a wildcard.
        Kind::Text(Text::Parts(parts)) => {
            let widest: String =
                parts.iter().map(|part| if let TextPart::Text(text) = part { text } else { "*" }).collect();
            if covers_action(&widest, action) { Truth::Maybe } else { Truth::No }
        }
        _ => Truth::Maybe,
    }
}

impl Graph<'_> {
    /// What a role definition that is made here permits, as far as that is written; none if it may be changed elsewhere.
    #[must_use]
    pub fn role_definition(&self, id: ResourceId) -> Option<RoleDefinition> {
        let resource = self.resource(id).filter(|one| one.mode == Mode::Managed && one.is_role_definition())?;
        let is_arm = resource.kind.contains('/');
        if ["permissions", "body"].iter().any(|name| self.leaves_alone(id, name)) || self.is_touched(id) {
            return None;
        }
        let written = if is_arm {
            resource.argument("properties").and_then(|properties| part(properties, "permissions", true))
        } else {
            resource.argument("permissions").cloned()
        };
        let mut definition = RoleDefinition { permissions: Vec::new(), rest: None };
        if let Some(one) = &written {
            self.add(&mut definition, &self.known(one), is_arm);
        }
        Some(definition)
    }

    fn add(&self, definition: &mut RoleDefinition, written: &Value, is_arm: bool) {
        match &written.kind {
            Kind::Null => {}
            Kind::Map(_) => definition.permissions.push(self.permissions(written, is_arm)),
            Kind::List(list) => {
                for item in list.items.iter().filter(|_| list.is_sure()) {
                    let item = self.known(&part_of(written, item));
                    match &item.kind {
                        Kind::Map(_) => definition.permissions.push(self.permissions(&item, is_arm)),
                        _ => definition.rest = Some(not_known(&item)),
                    }
                }
                definition.rest = definition.rest.take().or_else(|| list.rest.clone());
            }
            _ => definition.rest = Some(not_known(written)),
        }
    }

    fn permissions(&self, block: &Value, is_arm: bool) -> Permissions {
        let list = |argument: &str, property: &str| {
            let list = self.known(&part(block, if is_arm { property } else { argument }, is_arm)?);
            let Kind::List(items) = &list.kind else { return Some(list) };
            let each = items.items.iter().map(|item| self.known(&part_of(&list, item))).collect();
            let items = crate::resolve::value::List { items: each, rest: items.rest.clone() };
            Some(Value { kind: Kind::List(items), ..list })
        };
        Permissions {
            actions: list("actions", "actions"),
            not_actions: list("not_actions", "notActions"),
            data_actions: list("data_actions", "dataActions"),
            not_data_actions: list("not_data_actions", "notDataActions"),
        }
    }

    /// What people call a role that is made here: its own name, or what the code calls it.
    #[must_use]
    pub fn role_title(&self, id: ResourceId) -> Name {
        let Some(resource) = self.resource(id) else { return "".into() };
        let own = role_name(resource).map(|name| self.known(name));
        match own.as_ref().and_then(Value::as_str) {
            Some(name) => name.into(),
            None => self.symbol_of(resource),
        }
    }

    /// In ARM a role definition's name in Azure is a GUID.
    fn symbol_of(&self, resource: &Resource) -> Name {
        match self.deployment.resource(resource.id) {
            Some(declared) if ids::is_guid(&resource.title) => declared.name.clone(),
            _ => resource.title.clone(),
        }
    }
}

/// What stands under a name, with the way that the whole came; unknown where other entries may be.
fn part(whole: &Value, name: &str, any_case: bool) -> Option<Value> {
    let Kind::Map(map) = &whole.kind else {
        return (whole.is_null() != Truth::Yes).then(|| Value::unknown(not_known(whole), whole.span));
    };
    let entry = if any_case { map.property(name) } else { map.get(name) };
    match (entry, &map.rest) {
        (Some(entry), _) => Some(part_of(whole, &entry.value)),
        (None, rest) => rest.clone().map(|why| Value::unknown(why, whole.span)),
    }
}

fn not_known(value: &Value) -> Why {
    value.why().cloned().unwrap_or_else(|| Why::new(Reason::Condition, value.span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::value::List;
    use crate::source::{SourceId, Span};

    const GRANT: &str = "Microsoft.Authorization/roleAssignments/write";

    fn at() -> Span {
        Span::new(SourceId(0), 0, 0)
    }

    fn unknown() -> Value {
        Value::unknown(Why::new(Reason::Condition, at()), at())
    }

    fn list(items: &[&str]) -> Value {
        Value::list(items.iter().map(|item| Value::text(*item, at())).collect(), at())
    }

    fn with_more(items: &[&str]) -> Value {
        let items = items.iter().map(|item| Value::text(*item, at())).collect();
        Value::new(Kind::List(List { items, rest: Some(Why::new(Reason::Condition, at())) }), at())
    }

    fn permits(actions: Value, exceptions: Option<Value>) -> Truth {
        let one = Permissions { actions: Some(actions), not_actions: exceptions, ..Permissions::default() };
        RoleDefinition { permissions: vec![one], rest: None }.permits(Plane::Management, GRANT)
    }

    #[test]
    fn wildcards_stand_for_any_letters_in_any_case() {
        for pattern in
            ["*", "*/write", "microsoft.authorization/*", "Microsoft.Authorization/*/Write", "*/role*", GRANT]
        {
            assert!(covers_action(pattern, GRANT), "{pattern}");
        }
        for pattern in ["", "*/read", "Microsoft.Authorization/*/read", "Microsoft.Web/*", "*/write/*", "write", "a*a"]
        {
            assert!(!covers_action(pattern, GRANT), "{pattern}");
        }
        assert!(covers_action("*", "*") && covers_action("*", "*/write") && covers_action("a/*", "a/*/b"));
        assert!(!covers_action("*/write", "*") && !covers_action("a*a", "a") && covers_action("a*a", "aa"));
    }

    #[test]
    fn exceptions_subtract() {
        assert_eq!(permits(list(&["*"]), None), Truth::Yes);
        assert_eq!(permits(list(&["*"]), Some(list(&["Microsoft.Authorization/*/Write"]))), Truth::No);
        assert_eq!(permits(list(&["*"]), Some(list(&["Microsoft.Compute/*"]))), Truth::Yes);
        assert_eq!(permits(list(&["*/read"]), None), Truth::No);
    }

    #[test]
    fn what_is_not_known_makes_maybe() {
        assert_eq!(permits(unknown(), None), Truth::Maybe);
        assert_eq!(permits(with_more(&["*/read"]), None), Truth::Maybe);
        assert_eq!(permits(with_more(&["*"]), None), Truth::Yes);
        assert_eq!(permits(list(&["*"]), Some(unknown())), Truth::Maybe);
        assert_eq!(permits(list(&["*"]), Some(with_more(&["*"]))), Truth::No);
        let either = Value::one_of([list(&["*"]), list(&["*/read"])], at());
        assert_eq!(permits(either, None), Truth::Maybe);
        let text = |start: &str| {
            let parts = vec![TextPart::Text(start.into()), TextPart::Hole(unknown())];
            Value::list(vec![Value::new(Kind::Text(Text::new(parts)), at())], at())
        };
        assert_eq!(permits(text("Microsoft.Authorization/"), None), Truth::Maybe);
        assert_eq!(permits(text("Microsoft.Web/"), None), Truth::No);
        let open = RoleDefinition { permissions: Vec::new(), rest: Some(Why::new(Reason::Condition, at())) };
        assert_eq!(open.permits(Plane::Data, "*"), Truth::Maybe);
    }
}
