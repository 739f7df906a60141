//! What is wrong with suppressions: each a finding of its own.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use super::inputs::Inputs;
use super::{ByFile, FAMILY, Named, Reach, Suppression, Suppressions};
use crate::finding::{Edit, Finding, Fix, Label, Severity, Undecided};
use crate::ir::Name;
use crate::rules;
use crate::source::{SourceId, Span};
use crate::workspace::Workspace;

/// What was looked at, as far as it tells whether a suppression that suppresses nothing is needed.
#[derive(Debug)]
pub struct Scene<'r> {
    /// The files.
    pub workspace: &'r Workspace,
    /// The rules that ran.
    pub ran: BTreeSet<&'static str>,
    /// Where rules could not decide.
    pub undecided: &'r [Undecided],
    /// Files of deployments of which a part is not here.
    pub incomplete: BTreeSet<SourceId>,
}

impl Suppressions {
    /// The mistakes in suppressions, once they were applied.
    #[must_use]
    pub fn complaints(&self, scene: &Scene<'_>) -> Vec<Finding> {
        let workspace = scene.workspace;
        // Nobody mends anything in what is fetched, or compiled from something else.
        let compiled = super::compiled(workspace);
        let is_own =
            |one: &&Suppression| !workspace.fetched.contains(&one.span.source) && !compiled.contains(&one.span.source);
        let whole = workspace.errors.is_empty() && !workspace.unreadable;
        let mut open: ByFile<&Undecided> = BTreeMap::new();
        for undecided in scene.undecided {
            open.entry(undecided.span.source).or_default().push(undecided);
        }
        let inputs = LazyCell::new(|| Inputs::new(&workspace.program, &workspace.roots));
        let mut found = Vec::new();
        for (at, one) in self.all.iter().enumerate() {
            if !is_own(&one) {
                continue;
            }
            let file = workspace.sources.get(one.span.source).map(|file| file.display().clone()).unwrap_or_default();
            let complaint = Complaint { one, file };
            if let Some((span, message)) = one.fault {
                found.push(complaint.malformed(span, message));
                continue;
            }
            let names = one.names.iter();
            found.extend(names.clone().filter(|named| named.is_firm()).map(|named| complaint.firm(named)));
            found.extend(names.clone().filter(|named| !named.is_known()).map(|named| complaint.unknown(named)));
            if one.reason.is_empty() {
                found.push(complaint.without_reason());
            } else if one.has_expired(self.today) {
                found.push(complaint.expired());
            } else if whole && !scene.incomplete.contains(&one.span.source) {
                let open = open.get(&one.span.source).map(Vec::as_slice).unwrap_or_default();
                let is_unused = |(number, named): &(usize, &Named)| {
                    !self.used.contains(&(at, *number)) && scene.settles(named, open)
                };
                let unused: Vec<&Named> =
                    one.names.iter().enumerate().filter(is_unused).map(|(_, named)| named).collect();
                if !unused.is_empty() && !one.covers.is_some_and(|covered| inputs.reach(covered)) {
                    found.extend(complaint.unused(&unused));
                }
            }
        }
        found
    }
}

impl Scene<'_> {
    /// Whether all that a name stands for has run, and could decide in this file.
    fn settles(&self, named: &Named, open: &[&Undecided]) -> bool {
        let mut meant = rules::RULES.iter().filter(|rule| named.means(rule.id, rule.family)).peekable();
        let is_known = meant.peek().is_some() && !named.is_firm();
        is_known && meant.all(|rule| self.ran.contains(rule.id) && open.iter().all(|open| open.rule != rule.id))
    }
}

struct Complaint<'s> {
    one: &'s Suppression,
    file: Name,
}

impl Complaint<'_> {
    fn finding(&self, rule: &'static str, message: impl Into<String>, span: Span, note: &str) -> Finding {
        let severity = rules::find(rule).map_or(Severity::Medium, |rule| rule.meta().severity);
        Finding::new((rule, FAMILY), severity, message.into(), self.file.clone(), Label::new(span, note))
    }

    fn malformed(&self, span: Span, message: &str) -> Finding {
        let help = if message == super::directive::BELOW_CODE {
            "move it to the top of the file, or write `ignore[rule]` for this place alone"
        } else {
            "write `identilint: ignore[rule] reason`, with `until=YYYY-MM-DD` behind it if it is to end"
        };
        let finding = self.finding("malformed-suppression", message, span, "not understood, so it suppresses nothing");
        Finding { help: Some(help.to_owned()), ..finding }
    }

    fn firm(&self, named: &Named) -> Finding {
        let message = format!("`{}` cannot be suppressed", named.name);
        let finding = self.finding("malformed-suppression", message, named.span, "shown whatever is said here");
        Finding { help: Some("mend what it is about, and remove this name".to_owned()), ..finding }
    }

    fn unknown(&self, named: &Named) -> Finding {
        let message = format!("there is no rule or family `{}` to suppress", named.name);
        let mut finding = self.finding("unknown-rule-in-suppression", message, named.span, "suppresses nothing");
        match nearest(&named.name) {
            Some(nearest) => {
                let edit = Edit { span: named.span, text: nearest.to_owned() };
                finding.help = Some(format!("the nearest name is `{nearest}`"));
                finding.fixes.push(Fix::suggested(format!("write `{nearest}`"), edit));
            }
            None => finding.help = Some("`identilint rules` lists what can be suppressed".to_owned()),
        }
        finding
    }

    fn without_reason(&self) -> Finding {
        let message = "this suppression gives no reason, so it suppresses nothing";
        let finding = self.finding("suppression-without-reason", message, self.one.span, "why is this right?");
        let names = self.one.names.iter().map(|named| named.name.as_str()).collect::<Vec<_>>().join(", ");
        let help = format!("say why: `ignore[{names}] granted by the platform team`");
        Finding { help: Some(help), ..finding }
    }

    fn expired(&self) -> Finding {
        let until = self.one.until.map(|day| day.to_string()).unwrap_or_default();
        let message = format!("this suppression held until {until}, and suppresses nothing any more");
        let mut finding = self.finding("expired-suppression", message, self.one.span, "its last day is over");
        finding.help = Some("mend what it was for and remove it, or give it another day and say why".to_owned());
        finding.fixes.push(self.remove());
        finding
    }

    fn unused(&self, unused: &[&Named]) -> Vec<Finding> {
        let note = match (self.one.covers, self.one.reach) {
            (None, _) => "nothing stands below it",
            (Some(_), Reach::Line) => "nothing on this line has it",
            (Some(_), Reach::Construct) => "nothing in what it stands at has it",
            (Some(_), Reach::File) => "nothing in this file has it",
        };
        if unused.len() == self.one.names.len() {
            let names = unused.iter().map(|named| format!("`{}`", named.name)).collect::<Vec<_>>().join(", ");
            let message = format!("this suppression of {names} suppresses nothing");
            let mut finding = self.finding("unused-suppression", message, self.one.span, note);
            finding.help = Some("remove it".to_owned());
            finding.fixes.push(self.remove());
            return vec![finding];
        }
        let one_name = |named: &&Named| {
            let message = format!("`{}` is suppressed here, but there is nothing to suppress", named.name);
            let mut finding = self.finding("unused-suppression", message, named.span, note);
            finding.help = Some("remove this name; the others are needed".to_owned());
            let edit = Edit { span: named.whole, text: String::new() };
            finding.fixes.push(Fix::safe(format!("remove `{}`", named.name), edit));
            finding
        };
        unused.iter().map(one_name).collect()
    }

    fn remove(&self) -> Fix {
        Fix::safe("remove this suppression", Edit { span: self.one.whole, text: String::new() })
    }
}

/// The rule or family that can be suppressed and whose name is most like this one.
fn nearest(name: &str) -> Option<&'static str> {
    let is_firm = |name: &str| {
        rules::RULES.iter().any(|rule| (rule.id == name || rule.family == name) && super::FIRM.contains(&rule.family))
    };
    rules::similar(name).into_iter().find(|name| !is_firm(name))
}
