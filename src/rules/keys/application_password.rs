use crate::graph::{ApplicationPassword, PasswordHolder, SignInSecret};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let passwords = cx.graph.application_passwords();
    for password in &passwords {
        let Some(resource) = cx.graph.resource(password.by) else { continue };
        let draft = match &password.holder {
            Some(holder) => held(cx, password, holder),
            None => unseen(password, &resource.address),
        };
        cx.report(draft.if_present(resource));
    }
    for secret in cx.graph.sign_in_secrets() {
        // The password is made here, and said to be one too many.
        let is_known = |password: &ApplicationPassword| {
            password.holder.as_ref().is_some_and(|holder| Some(holder.resource) == secret.app)
        };
        if !passwords.iter().any(is_known) {
            cx.report(sign_in(cx, &secret));
        }
    }
}

fn held(cx: &Cx<'_>, password: &ApplicationPassword, holder: &PasswordHolder) -> Draft {
    let title = cx.graph.title(holder.resource);
    let (who, help) = if holder.is_pipeline {
        let help = "add a federated credential for the tokens of the pipeline to the app registration, or to a user-assigned \
                    identity, and log in by OpenID Connect";
        (format!("a pipeline through `{title}`"), help)
    } else {
        let help = "use the managed identity itself where it can do the work; where it has to be the app registration, add a \
                    federated credential for a user-assigned identity to it and let the code use that identity's token as \
                    its assertion";
        (format!("`{title}`"), help)
    };
    let message = format!(
        "app registration `{}` has a password for {who}, which has tokens to log in with",
        password.application
    );
    Draft::new(cx.graph.address(password.by), password.span, message)
        .note("has to be kept, and renewed before it runs out")
        .label(holder.span, "handed over here")
        .help(help)
}

/// Who holds it may be anywhere, and know no other way.
fn unseen(password: &ApplicationPassword, address: &std::sync::Arc<str>) -> Draft {
    let message = format!("app registration `{}` has a password", password.application);
    Draft::new(address.clone(), password.span, message)
        .note("has to be kept, and renewed before it runs out")
        .help("where what logs in with it has tokens of its own, as Azure, Kubernetes and GitHub give, add a federated credential")
        .hint()
}

fn sign_in(cx: &Cx<'_>, secret: &SignInSecret) -> Draft {
    let message = format!(
        "`{}` signs users in with the client secret in `{}`, although an identity can take its place",
        secret.title, secret.setting
    );
    let mut draft = Draft::new(cx.graph.address(secret.resource), secret.said.span, message)
        .because(&secret.said)
        .note("holds a client secret")
        .help(
            "attach a user-assigned identity, add it to the app registration as a federated credential, put its client id into \
             the setting `OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID`, and name that as the setting of the secret",
        );
    if let Some(resource) = cx.graph.resource(secret.resource) {
        draft = draft.if_present(resource);
    }
    draft
}
