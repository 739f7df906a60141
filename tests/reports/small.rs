//! A small workspace with everything that is hard to render: other alphabets, CRLF, a byte order mark, a chain through
//! files, a secret, a fix, an error, and suppressed findings.

use identilint::engine::{Report, analyze, with_workers};
use identilint::finding::{Persona, Suppression, Suppressor};
use identilint::policy::{Policies, Policy};
use identilint::source::Span;
use identilint::workspace::Workspace;

/// Stands in a string, in a message and in a comment.
pub(crate) const SECRET: &str = "Sömmer-2024-Passwort!";

pub(crate) fn small() -> (Workspace, Report) {
    let main = "\u{feff}/* é🦀 */ module \"grant\" { source = \"./mödule\", }\n\
        module \"grant\" {\n  source       = \"./mödule a\"\n  principal_id = azurerm_user_assigned_identity.app.client_id # | <b> 🦀\n}\n\
        resource \"azurerm_user_assigned_identity\" \"app\" {\n  name = \"id\"\n}\n";
    let module = "variable \"principal_id\" {}\n\
        resource \"azurerm_role_assignment\" \"app\" {\n  scope        = \"/x\"\n  principal_id = var.principal_id\n}\n";
    let other = format!(
        "/* é🦀 */ resource \"azurerm_linux_web_app\" \"a|b\" {{\n  app_settings = {{\n    X = \"é🦀\", DB = \"Server=x;Password={SECRET};\"\n  }}\n  identity {{\n    /* 🦀 */ type = \"SystemAssigned, userAssigned\"\n  }}\n}}\n\
         resource \"azurerm_linux_web_app\" \"silenced\" {{\n  identity {{ # {SECRET}\n    type = \"Systemassigned\"\n  }}\n}}\n\
         resource \"azurerm_linux_web_app\" \"silenced_too\" {{\n  identity {{\n    type = \"Systemassigned\"\n  }}\n}}\n\
         module \"elsewhere\" {{\n  source = \"git::https://x:{SECRET}@example.com/m\"\n}}\n"
    );
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let files = [("a b/mäin.tf", crlf(main)), ("a b/mödule a/main.tf", crlf(module)), ("öther/x.tf", crlf(&other))];
    let workspace = Workspace::of_texts(files.map(|(path, text)| (path.to_owned(), text)));
    let policies = Policies::everywhere(Policy { persona: Persona::Pedantic, ..Policy::default() });
    let mut report = with_workers(|| analyze(&workspace, &policies));
    suppress(&workspace, &mut report);
    (workspace, report)
}

/// Every finding about one resource, by each means in turn.
fn suppress(workspace: &Workspace, report: &mut Report) {
    let is_silenced = |finding: &identilint::finding::Finding| finding.subject.contains("silenced");
    let (silenced, findings) = std::mem::take(&mut report.findings).into_iter().partition(is_silenced);
    report.findings = findings;
    let comment = |span: Span| {
        let text = workspace.sources.get(span.source).map(|file| file.text().clone()).unwrap_or_default();
        text.rfind('#').map(|at| Span::new(span.source, at, at + 1))
    };
    let mut means = Suppressor::ALL.iter().copied().cycle();
    for finding in silenced {
        let (by, span) = (means.next().expect("endless"), finding.primary.span);
        let suppression = Suppression {
            by,
            reason: format!("it is | <b>known</b>, see `1`, and {SECRET}"),
            until: (by == Suppressor::Comment).then(|| "2030-12-31".to_owned()),
            at: comment(span).filter(|_| by == Suppressor::Comment),
        };
        report.suppressed.push(identilint::finding::Finding { suppression: Some(suppression), ..finding });
    }
}
