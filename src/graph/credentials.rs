//! Credentials in the configuration of providers and backends.

use super::edits::Language;
use super::{Graph, Name};
use crate::finding::Edit;
use crate::ir::{Block, Body, Expr, ExprKind, Mode, Module};
use crate::resolve::value::{Hop, InstanceId, Kind, Reason, Text, Value};
use crate::source::Span;

/// A credential with which Terraform itself logs in.
#[derive(Debug)]
pub struct ProviderCredential {
    /// What logs in, in words: a provider, or a backend.
    pub what: String,
    /// The address of the block.
    pub subject: Name,
    /// The header of the block.
    pub header: Span,
    /// What the argument takes.
    pub takes: Takes,
    /// Where the argument's value is written.
    pub written: Span,
    /// What it is given.
    pub value: Value,
    /// The input that feeds it, if one does that plainly is for a secret.
    pub input: Option<Name>,
    /// The settings that make an identity log in instead; empty if none does.
    pub instead: &'static [&'static str],
    /// The edit that puts the first of them in the argument's place.
    pub edit: Option<Edit>,
}

impl ProviderCredential {
    /// Where its literals stand, which are no other rule's matter; none if it is not all literals, or if an input brings it.
    #[must_use]
    pub fn literals(&self) -> Vec<Span> {
        let all = self.value.alternatives();
        let is_literal = self.input.is_none() && all.iter().all(|one| one.as_str().is_some());
        if is_literal { all.iter().map(|one| one.span).collect() } else { Vec::new() }
    }
}

/// What an argument takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// A secret of an app registration.
    ClientSecret,
    /// A certificate with its private key.
    Certificate,
    /// What opens the file of such a certificate.
    CertificatePassword,
    /// A key of a storage account.
    AccountKey,
    /// A shared access signature.
    Signature,
}

/// What logs in to Azure by itself, and what makes an identity do so. Providers: registry.terraform.io, hashicorp/azurerm,
/// hashicorp/azuread, Azure/azapi, microsoft/msgraph and hashicorp/azurestack, which knows no identities; the backend:
/// developer.hashicorp.com/terraform/language/backend/azurerm.
const PROVIDERS: [(&str, &[&str]); 5] =
    [("azurerm", &LOGINS), ("azuread", &LOGINS), ("azapi", &LOGINS), ("msgraph", &LOGINS), ("azurestack", &[])];
const LOGINS: [&str; 2] = ["use_oidc", "use_msi"];
const STATE: [&str; 1] = ["use_azuread_auth"];
const BACKEND: &str = "azurerm";

const ARGUMENTS: [(&str, Takes); 5] = [
    ("client_secret", Takes::ClientSecret),
    ("client_certificate", Takes::Certificate),
    ("client_certificate_password", Takes::CertificatePassword),
    ("access_key", Takes::AccountKey),
    ("sas_token", Takes::Signature),
];

/// A block with its arguments: names, where they stand, what they are given.
struct Configured<'m> {
    what: String,
    subject: String,
    header: Span,
    is_backend: bool,
    logins: &'static [&'static str],
    arguments: Vec<(&'m str, Span, &'m Expr)>,
}

impl Configured<'_> {
    fn says<const N: usize>(&self, names: [&str; N]) -> bool {
        self.arguments.iter().any(|(name, ..)| names.contains(name))
    }
}

impl Graph<'_> {
    /// Every credential in the blocks of providers and backends and in look-ups of another state. A literal in one of them is
    /// a matter of this place, whatever its shape.
    #[must_use]
    pub fn provider_credentials(&self) -> Vec<ProviderCredential> {
        let mut found = Vec::new();
        for id in self.module_instances() {
            let Some(module) = self.deployment.module(id).filter(|module| module.stands_in.is_none()) else { continue };
            let path = self.deployment.instance(id).map(|here| here.path.clone()).unwrap_or_default();
            for block in configured(module, path.is_empty()) {
                for (name, at, expr) in &block.arguments {
                    let takes = ARGUMENTS.iter().find(|(argument, _)| argument == name).map(|(_, takes)| *takes);
                    let is_for_state = matches!(takes, Some(Takes::AccountKey | Takes::Signature));
                    let Some(takes) = takes.filter(|_| block.is_backend || !is_for_state) else { continue };
                    let value = self.known(&self.deployment.value_in(id, expr));
                    let instead = if is_for_state { &STATE } else { block.logins };
                    found.push(ProviderCredential {
                        what: block.what.clone(),
                        subject: joined(&path, &block.subject),
                        header: block.header,
                        takes,
                        written: expr.span,
                        input: self.secret_input(&value).filter(|_| !block.says(LOGINS)),
                        edit: self.instead(&block, (*name, *at, expr), instead),
                        value,
                        instead,
                    });
                }
            }
        }
        found
    }

    /// The input of the root module whose value this is, if it is plainly one for a secret and whoever deploys has to give it.
    fn secret_input(&self, value: &Value) -> Option<Name> {
        let name = match &value.kind {
            Kind::Unknown(why) => match &why.reason {
                Reason::RootInput(name) => name.clone(),
                _ => return None,
            },
            Kind::Text(Text::Plain(text)) if !text.trim().is_empty() => {
                let steps = value.steps();
                let given = steps.iter().find_map(|step| match &step.hop {
                    Hop::ParameterFile(name) => Some(name.clone()),
                    _ => None,
                });
                return given;
            }
            _ => return None,
        };
        let root = self.deployment.module(InstanceId(0))?;
        let param = root.params.get(root.param(&name)?)?;
        let lower = name.to_ascii_lowercase();
        let says_so = ["secret", "password", "passwd", "key", "token", "sas"].iter().any(|word| lower.ends_with(word));
        (param.default.is_none() && (param.secure || says_so)).then_some(name)
    }

    /// The edit that lets an identity log in, in the place of a credential.
    fn instead(&self, block: &Configured<'_>, of: (&str, Span, &Expr), logins: &[&str]) -> Option<Edit> {
        let (argument, at, expr) = of;
        let new = logins.first().filter(|_| argument != "client_certificate_password")?;
        let is_alone =
            block.arguments.iter().filter(|(name, ..)| ARGUMENTS.iter().any(|(one, _)| one == name)).count() == 1;
        let between = self.sources.get(at.source)?.text().get(at.end as usize..expr.span.start as usize)?;
        let is_plain = between.trim() == "=" && !logins.iter().any(|login| block.says([login])) && is_alone;
        // The sign of equality stays below that of the neighbours.
        let width = argument.len() + between.len() - between.trim_start().len();
        let text = format!("{:<width$}= true", format!("{new} "));
        let span = Span { end: expr.span.end, ..at };
        (is_plain && self.language(at) == Some(Language::Hcl)).then_some(Edit { span, text })
    }
}

fn joined(path: &str, own: &str) -> Name {
    if path.is_empty() { own.into() } else { format!("{path}.{own}").into() }
}

/// The blocks of a module in which Terraform is told how to log in. Backends count in the root module only.
fn configured(module: &Module, is_root: bool) -> Vec<Configured<'_>> {
    let mut all = Vec::new();
    for block in &module.settings {
        match (&*block.name, block.labels.first().map(|label| &**label)) {
            ("provider", Some(label)) => {
                let logins = PROVIDERS.iter().find(|(name, _)| *name == label).map(|(_, logins)| *logins);
                all.extend(logins.map(|logins| Configured {
                    what: format!("provider `{label}`"),
                    subject: format!("provider.{label}"),
                    header: block.span,
                    is_backend: false,
                    logins,
                    arguments: of_body(&block.body),
                }));
            }
            ("terraform", _) if is_root => all.extend(backends(block)),
            _ => {}
        }
    }
    for resource in module.resources.iter().filter(|resource| resource.mode == Mode::Data) {
        let argument = |name: &str| resource.body.attr(name).map(|attr| &attr.value);
        let is_ours =
            argument("backend").is_some_and(|kind| matches!(&kind.kind, ExprKind::Str(kind) if &**kind == BACKEND));
        if let Some(config) = argument("config").filter(|_| is_ours && &*resource.kind == "terraform_remote_state") {
            all.push(Configured {
                what: format!("the look-up of the state `{}`", resource.name),
                subject: resource.address(),
                header: resource.span,
                is_backend: true,
                logins: &LOGINS,
                arguments: of_object(config),
            });
        }
    }
    all
}

fn backends(block: &Block) -> Vec<Configured<'_>> {
    let of = |header: Span, arguments| Configured {
        what: format!("backend `{BACKEND}`"),
        subject: format!("backend.{BACKEND}"),
        header,
        is_backend: true,
        logins: &LOGINS,
        arguments,
    };
    let is_ours = |backend: &&Block| backend.labels.first().is_some_and(|label| &**label == BACKEND);
    let written = block.body.blocks("backend").filter(is_ours);
    let mut all: Vec<_> = written.map(|backend| of(backend.span, of_body(&backend.body))).collect();
    // As the JSON form writes it.
    if let Some(attr) = block.body.attr("backend") {
        let own = of_object(&attr.value).into_iter().filter(|(name, ..)| *name == BACKEND);
        all.extend(own.map(|(_, at, config)| of(at, of_object(config))));
    }
    all
}

fn of_body(body: &Body) -> Vec<(&str, Span, &Expr)> {
    body.attrs.iter().map(|attr| (&*attr.name, attr.span, &attr.value)).collect()
}

fn of_object(object: &Expr) -> Vec<(&str, Span, &Expr)> {
    let ExprKind::Object(items) = &object.kind else { return Vec::new() };
    let named = items.iter().filter_map(|item| match &item.key.kind {
        ExprKind::Str(key) => Some((&**key, item.key.span, &item.value)),
        _ => None,
    });
    named.collect()
}
