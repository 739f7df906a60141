//! What machines are given that stays open to see: custom data, user data, and the public settings of extensions that run
//! scripts (learn.microsoft.com, virtual-machines/custom-data, virtual-machines/user-data,
//! virtual-machines/extensions/custom-script-linux).

use super::resource::flatten;
use super::{Graph, Mode, Resource, ResourceId};
use crate::finding::Edit;
use crate::ir::Name;
use crate::resolve::value::{Kind, List, Map, Text, TextPart, Truth, Value, part_of};
use crate::source::Span;

/// Publishers of extensions that run scripts.
const PUBLISHERS: [&str; 3] = ["Microsoft.Azure.Extensions", "Microsoft.Compute", "Microsoft.OSTCExtensions"];

/// Types of such extensions, which are enough where the publisher is not known.
const TYPES: [&str; 3] = ["CustomScript", "CustomScriptExtension", "CustomScriptForLinux"];

/// Settings of such extensions that are texts.
const SETTINGS: [(&str, ExposedPlace); 3] =
    [("commandToExecute", ExposedPlace::Command), ("script", ExposedPlace::Script), ("fileUris", ExposedPlace::Files)];

/// Where machines and scale sets take data, by the names of azurerm and of ARM.
const DATA: [(&str, ExposedPlace); 8] = [
    ("custom_data", ExposedPlace::CustomData),
    ("os_profile.custom_data", ExposedPlace::CustomData),
    ("user_data", ExposedPlace::UserData),
    ("user_data_base64", ExposedPlace::UserData),
    ("properties.osProfile.customData", ExposedPlace::CustomData),
    ("properties.userData", ExposedPlace::UserData),
    ("properties.virtualMachineProfile.osProfile.customData", ExposedPlace::CustomData),
    ("properties.virtualMachineProfile.userData", ExposedPlace::UserData),
];

/// A place of a machine that is open to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExposedPlace {
    /// What the machine finds on its disk.
    CustomData,
    /// What every process of the machine may ask for.
    UserData,
    /// What an extension runs.
    Command,
    /// A script that an extension runs.
    Script,
    /// Where an extension gets its files.
    Files,
}

/// Something that stays open to see.
#[derive(Debug)]
pub struct Exposed {
    /// The machine, the scale set, or the extension.
    pub resource: ResourceId,
    /// Where.
    pub place: ExposedPlace,
    /// What is given.
    pub value: Value,
    /// Whether it is there whichever way conditions go.
    pub sure: bool,
    /// The name of the settings that it is part of, where all of them may as well be protected.
    name: Option<Span>,
}

impl Graph<'_> {
    /// What machines are given that stays open to see.
    #[must_use]
    pub fn exposed(&self) -> Vec<Exposed> {
        let mut found = Vec::new();
        for resource in self.resources().filter(|resource| resource.mode == Mode::Managed) {
            if ["Microsoft.Compute/virtualMachines", "Microsoft.Compute/virtualMachineScaleSets"]
                .iter()
                .any(|kind| resource.is_arm(kind))
            {
                for (path, place) in DATA {
                    let given = resource.values_at(path).into_iter().cloned();
                    let of = |value| Exposed { resource: resource.id, place, value, sure: true, name: None };
                    found.extend(given.map(of));
                }
            }
            for extension in extensions(resource) {
                self.public_settings(resource, &extension, &mut found);
            }
        }
        found
    }

    /// The edit that protects settings as a whole, if nothing of them has to stay public.
    #[must_use]
    pub fn protect(&self, exposed: &Exposed) -> Option<Edit> {
        let name = exposed.name?;
        let is_arm = self.resource(exposed.resource)?.kind.contains('/');
        self.renamed(name, "settings", if is_arm { "protectedSettings" } else { "protected_settings" })
    }

    /// What the public settings of an extension show.
    fn public_settings(&self, resource: &Resource, extension: &Map, found: &mut Vec<Exposed>) {
        let said = |name: &str| extension.property(name).map(|entry| self.known(&entry.value));
        let is_one_of = |value: &Value, known: &[&str]| {
            value.as_str().map(|text| known.iter().any(|one| one.eq_ignore_ascii_case(text)))
        };
        let publisher = said("publisher").and_then(|publisher| is_one_of(&publisher, &PUBLISHERS));
        let runs_scripts = publisher.or_else(|| is_one_of(&said("type")?, &TYPES)).unwrap_or(false);
        let Some(entry) = extension.property("settings").filter(|_| runs_scripts) else { return };
        let protected = [
            "protected_settings",
            "protected_settings_from_key_vault",
            "protectedSettings",
            "protectedSettingsFromKeyVault",
        ];
        let is_alone = extension.rest.is_none()
            && protected
                .iter()
                .filter_map(|name| extension.property(name))
                .all(|entry| entry.value.is_null() == Truth::Yes);
        let known = self.known(&entry.value);
        let alternatives = known.alternatives();
        let all: Vec<Settings> = alternatives.iter().filter_map(|one| self.settings(&part_of(&known, one))).collect();
        let of = |name: &str| SETTINGS.iter().find(|(setting, _)| setting.eq_ignore_ascii_case(name));
        let may_move = is_alone
            && all.len() == alternatives.len()
            && all.iter().all(|one| one.complete && one.entries.iter().all(|(name, _)| of(name).is_some()));
        let name = may_move.then_some(entry.key_span);
        let sure = alternatives.len() == 1;
        for (setting, value) in all.into_iter().flat_map(|one| one.entries) {
            let Some((_, place)) = of(&setting) else { continue };
            let exposed = |value| Exposed { resource: resource.id, place: *place, value, sure, name };
            match &value.kind {
                // Each where it is written.
                Kind::List(list) if *place == ExposedPlace::Files => {
                    found.extend(list.items.iter().map(|item| exposed(part_of(&value, item))));
                }
                _ => found.push(exposed(value)),
            }
        }
    }

    /// Settings as an object, or as the text of one.
    fn settings(&self, value: &Value) -> Option<Settings> {
        match (&value.kind, value.made_of.as_deref()) {
            (Kind::Map(map), _) => {
                let entries = map.entries.iter();
                let entries = entries.map(|entry| (entry.key.clone(), part_of(value, &entry.value))).collect();
                Some(Settings { entries, complete: map.rest.is_none() })
            }
            // Encoded from an object.
            (Kind::Text(_) | Kind::Unknown(_), Some([object])) => {
                let object = part_of(value, &self.known(object));
                matches!(object.kind, Kind::Map(_)).then(|| self.settings(&object)).flatten()
            }
            (Kind::Text(Text::Parts(parts)), _) => Some(Settings { entries: members(value, parts), complete: true }),
            _ => None,
        }
    }
}

/// The settings of an extension.
struct Settings {
    entries: Vec<(Name, Value)>,
    /// Whether there are no others.
    complete: bool,
}

/// What a resource says of extensions: itself, or those of a scale set.
fn extensions(resource: &Resource) -> Vec<Map> {
    let maps = |values: Vec<&Value>| {
        let all = values.into_iter().flat_map(flatten);
        all.filter_map(|one| if let Kind::Map(map) = &one.kind { Some(map.clone()) } else { None }).collect()
    };
    let kinds = [
        "Microsoft.Compute/virtualMachines/extensions",
        "Microsoft.Compute/virtualMachineScaleSets/extensions",
        "Microsoft.HybridCompute/machines/extensions",
    ];
    match (kinds.iter().any(|kind| resource.is_arm(kind)), resource.kind.contains('/')) {
        (true, true) => maps(resource.values_at("properties")),
        (true, false) => vec![resource.body.clone()],
        (false, _) if !resource.is_arm("Microsoft.Compute/virtualMachineScaleSets") => Vec::new(),
        (false, true) => {
            maps(resource.values_at("properties.virtualMachineProfile.extensionProfile.extensions[].properties"))
        }
        (false, false) => maps(resource.values_at("extension")),
    }
}

/// What is put into each member of a text that is a JSON object.
fn members(text: &Value, parts: &[TextPart]) -> Vec<(Name, Value)> {
    let mut found: Vec<(String, Vec<Value>)> = Vec::new();
    let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
    let mut last = String::new();
    for part in parts {
        match part {
            TextPart::Hole(hole) => {
                if let Some((_, holes)) = found.last_mut() {
                    holes.push(part_of(text, hole));
                }
            }
            TextPart::Text(plain) => {
                for letter in plain.chars() {
                    match (quoted, letter) {
                        (true, _) if escaped => escaped = false,
                        (true, '\\') => escaped = true,
                        (true, '"') => quoted = false,
                        (true, _) => last.push(letter),
                        (false, '"') => {
                            quoted = true;
                            last.clear();
                        }
                        (false, '{' | '[') => depth = depth.saturating_add(1),
                        (false, '}' | ']') => depth = depth.saturating_sub(1),
                        (false, ':') if depth == 1 => found.push((last.clone(), Vec::new())),
                        (false, _) => {}
                    }
                }
            }
        }
    }
    let value = |holes: Vec<Value>| Value {
        via: text.via.clone(),
        assumed: text.assumed,
        ..Value::new(Kind::List(List { items: holes.into(), rest: None }), text.span)
    };
    found.into_iter().map(|(name, holes)| (name.into(), value(holes))).collect()
}
