use super::words::{instead, takes_all};
use crate::finding::Fix;
use crate::graph::{Exposed, ExposedPlace, ResourceId, Secret, SecretKind};
use crate::resolve::value::Truth;
use crate::rules::words::called;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let mut with_files: Vec<ResourceId> = Vec::new();
    for exposed in cx.graph.exposed() {
        // Files lie together: what is wrong with one address is wrong with all of them.
        let is_file = exposed.place == ExposedPlace::Files;
        if is_file && with_files.contains(&exposed.resource) {
            continue;
        }
        if report(cx, &exposed) && is_file {
            with_files.push(exposed.resource);
        }
    }
}

fn report(cx: &mut Cx<'_>, exposed: &Exposed) -> bool {
    let graph = cx.graph;
    let Some(resource) = graph.resource(exposed.resource) else { return false };
    // An input for all of it is marked out of caution: nothing says that it holds a secret.
    let is_telling = |secret: &Secret| {
        let is_all = takes_all(&secret.kind) && graph.is_whole_input(secret);
        let is_staged = exposed.place == ExposedPlace::Files && is_for_staging(&secret.kind);
        !is_all && !is_staged
    };
    let secrets: Vec<Secret> = graph.shows(&exposed.value).into_iter().filter(is_telling).collect();
    let Some(secret) = secrets.first() else { return false };
    let message = format!("{} of `{}` shows {}", shown(exposed.place), resource.title, called(secret));
    let fix = graph.protect(exposed).map(|edit| Fix::suggested("protect the settings", edit));
    let mut draft = Draft::new(resource.address.clone(), exposed.value.put_in_at(), message)
        .note(match exposed.place {
            ExposedPlace::CustomData => "lies on the disk of the machine",
            ExposedPlace::UserData => "any process of the machine may read it",
            _ => "everybody who may read the resource sees it",
        })
        .label(secret.value.span, "taken here")
        .because(&secret.value)
        .because(&exposed.value)
        .doubt(Truth::from(secret.sure && exposed.sure))
        .if_present(resource)
        .help(help(exposed.place, secret))
        .fix(fix);
    for other in secrets.iter().skip(1) {
        draft = draft.label(other.value.span, "and another one here");
    }
    cx.report(draft);
    true
}

fn shown(place: ExposedPlace) -> &'static str {
    match place {
        ExposedPlace::CustomData => "the custom data",
        ExposedPlace::UserData => "the user data",
        ExposedPlace::Command => "the command",
        ExposedPlace::Script => "the script",
        ExposedPlace::Files => "an address of files",
    }
}

fn help(place: ExposedPlace, secret: &Secret) -> String {
    let (role, then) = instead(secret);
    match place {
        ExposedPlace::CustomData | ExposedPlace::UserData => {
            format!("give the machine an identity with {role}, and let it {then} when it starts")
        }
        ExposedPlace::Command | ExposedPlace::Script => format!(
            "put it into the protected settings; better, give the machine an identity with {role}, and let it {then}"
        ),
        ExposedPlace::Files => "give the machine an identity with `Storage Blob Data Reader` on the files, and put \
                                `managedIdentity` into the protected settings; else put the addresses there"
            .to_owned(),
    }
}

/// Whether an input is the token of the place where the files of a template are put for a deployment. Whoever deploys
/// has it made anew each time, valid for hours (github.com/Azure/azure-quickstart-templates, best practices,
/// deployment artifacts).
fn is_for_staging(secret: &SecretKind) -> bool {
    let SecretKind::Input(name) = secret else { return false };
    name.trim_start_matches('_').eq_ignore_ascii_case("artifactsLocationSasToken")
}
