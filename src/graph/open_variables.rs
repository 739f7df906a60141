//! What containers and deployment scripts are given in the open, though there is a place for secrets beside it: whoever may
//! read the resource sees it (learn.microsoft.com, container-instances/container-instances-environment-variables,
//! azure-resource-manager/bicep/deployment-script-develop, container-apps/manage-secrets).

use super::environments::{self, Runner};
use super::resource::flatten;
use super::{Graph, Mode, Resource, ResourceId};
use crate::ir::Name;
use crate::resolve::value::{Entry, Kind, Map, Truth, Value, part_of};

/// What is in the open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenPlace {
    /// A variable of a container group.
    Group,
    /// A variable of a container app or a job.
    App,
    /// A variable of a deployment script.
    Script,
    /// The arguments of a deployment script.
    Arguments,
    /// The text of a deployment script.
    Content,
}

/// Something that is given in the open.
#[derive(Debug)]
pub struct OpenVariable {
    /// The resource.
    pub resource: ResourceId,
    /// What is in the open.
    pub place: OpenPlace,
    /// Its name; none if it is not known, has none, or stands for all of them.
    pub name: Option<Name>,
    /// What is given.
    pub value: Value,
    /// How it may be kept from view.
    pub(super) remedy: Remedy,
}

/// How what is in the open may be kept from view.
#[derive(Debug)]
pub(super) enum Remedy {
    /// Not by a change at its place.
    None,
    /// By another name of this property.
    Rename(Entry),
    /// By moving this entry of a map to the other map of the container.
    Move(Entry, Map),
}

impl OpenVariable {
    /// Whether two variables stand in the same map of the same container.
    #[must_use]
    pub fn is_beside(&self, other: &Self) -> bool {
        let map = |variable: &Self| match &variable.remedy {
            Remedy::Move(_, container) => container.get("environment_variables").map(|entry| entry.key_span),
            Remedy::Rename(_) | Remedy::None => None,
        };
        self.resource == other.resource && map(self).is_some() && map(self) == map(other)
    }
}

impl Graph<'_> {
    /// What containers and deployment scripts are given in the open, resource by resource.
    #[must_use]
    pub fn open_variables(&self) -> Vec<OpenVariable> {
        let mut found = Vec::new();
        for resource in self.resources().filter(|resource| resource.mode == Mode::Managed) {
            let mut reader = Reader { graph: self, resource, found: &mut found };
            if resource.is_arm("Microsoft.Resources/deploymentScripts") {
                reader.script();
                continue;
            }
            let place = match environments::runner(resource) {
                Some(Runner::Group) => OpenPlace::Group,
                Some(Runner::ContainerApp | Runner::Job) => OpenPlace::App,
                Some(Runner::Pod) | None => continue,
            };
            for container in environments::containers(resource, &mut None) {
                reader.container(container, place);
            }
        }
        found
    }
}

struct Reader<'r, 'g> {
    graph: &'r Graph<'g>,
    resource: &'r Resource,
    found: &'r mut Vec<OpenVariable>,
}

impl Reader<'_, '_> {
    fn add(&mut self, place: OpenPlace, name: Option<Name>, value: Value, remedy: Remedy) {
        self.found.push(OpenVariable { resource: self.resource.id, place, name, value, remedy });
    }

    fn script(&mut self) {
        let resource = self.resource;
        let places = [
            ("environment_variable", OpenPlace::Script),
            ("properties.environmentVariables", OpenPlace::Script),
            ("command_line", OpenPlace::Arguments),
            ("properties.arguments", OpenPlace::Arguments),
            ("script_content", OpenPlace::Content),
            ("properties.scriptContent", OpenPlace::Content),
        ];
        for (path, place) in places {
            for value in resource.values_at(path) {
                match place {
                    OpenPlace::Script => self.list(value, place),
                    _ => self.add(place, None, value.clone(), Remedy::None),
                }
            }
        }
    }

    fn container(&mut self, container: &Value, place: OpenPlace) {
        let properties = container.property("properties").map(|entry| &entry.value);
        for holder in [Some(container), properties].into_iter().flatten() {
            let Kind::Map(own) = &holder.kind else { continue };
            for list in ["env", "environmentVariables", "environment_variables"] {
                let Some(entry) = holder.property(list) else { continue };
                let value = self.graph.known(&entry.value);
                match &value.kind {
                    Kind::Map(map) if value.property("name").is_none() => {
                        for one in map.entries.iter() {
                            let given = part_of(&value, &one.value);
                            self.add(place, Some(one.key.clone()), given, Remedy::Move(one.clone(), own.clone()));
                        }
                    }
                    _ => self.list(&value, place),
                }
            }
        }
    }

    /// Names and values of a list of both; what is no such list counts as a whole.
    fn list(&mut self, value: &Value, place: OpenPlace) {
        if !matches!(value.kind, Kind::List(_) | Kind::Map(_)) {
            self.add(place, None, value.clone(), Remedy::None);
            return;
        }
        for item in flatten(value) {
            let Some(entry) = item.property("value").filter(|entry| entry.value.is_null() != Truth::Yes) else {
                continue;
            };
            let label = item.property("name").map(|name| &name.value);
            let name = label.and_then(|label| self.graph.known(label).as_str().map(Name::from));
            // What it is for may be no secret.
            if name.is_none() {
                continue;
            }
            // What a loop writes is written for all of its items.
            let is_written = label.is_some_and(|label| label.via.is_none() && label.as_str().is_some());
            let has_place = place == OpenPlace::Script || place == OpenPlace::Group && self.resource.kind.contains('/');
            let remedy = if is_written && has_place { Remedy::Rename(entry.clone()) } else { Remedy::None };
            self.add(place, name, part_of(value, &part_of(item, &entry.value)), remedy);
        }
    }
}
