//! The expressions of flexible federated credentials: which claims of a token must match what.

/// What is asked of one claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its name: `sub`, `job_workflow_ref`.
    pub name: String,
    /// Whether the text is a pattern, in which `*` stands for any letters and `?` for one.
    pub is_pattern: bool,
    /// What it must be.
    pub text: String,
}

/// Beyond this no expression is longer (learn.microsoft.com,
/// entra/workload-id/workload-identities-flexible-federated-identity-credentials).
const MAX_CLAIMS: usize = 16;

/// The claims of an expression, all of which must match: `claims['sub'] matches 'repo:a/b:*' and claims['x'] eq 'y'`.
/// None if it is written in another way.
#[must_use]
pub fn claims(expression: &str) -> Option<Vec<Claim>> {
    let mut rest = expression.trim();
    let mut claims = Vec::new();
    while claims.len() < MAX_CLAIMS {
        let name = rest.strip_prefix("claims")?.trim_start().strip_prefix('[')?;
        let (name, after) = quoted(name.trim_start())?;
        let after = after.trim_start().strip_prefix(']')?.trim_start();
        let (operator, after) = after.split_once(char::is_whitespace)?;
        let is_pattern = match operator {
            "matches" => true,
            "eq" => false,
            _ => return None,
        };
        let (text, after) = quoted(after.trim_start())?;
        claims.push(Claim { name: name.to_owned(), is_pattern, text: text.to_owned() });
        let after = after.trim();
        if after.is_empty() {
            return Some(claims);
        }
        rest = after.strip_prefix("and").filter(|rest| rest.starts_with(char::is_whitespace))?.trim_start();
    }
    None
}

/// A text in quotes, and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    text.get(1..)?.split_once(quote)
}

#[cfg(test)]
mod tests {
    use super::{Claim, claims};

    #[test]
    fn expressions_are_taken_apart() {
        let claim = |name: &str, is_pattern, text: &str| Claim { name: name.into(), is_pattern, text: text.into() };
        assert_eq!(claims("claims['sub'] matches 'repo:a/b:*'"), Some(vec![claim("sub", true, "repo:a/b:*")]));
        assert_eq!(
            claims(" claims['sub'] matches 'repo:a/*' and claims['job_workflow_ref'] eq 'a/b@c' "),
            Some(vec![claim("sub", true, "repo:a/*"), claim("job_workflow_ref", false, "a/b@c")])
        );
        for other in [
            "",
            "claims['sub']",
            "claims['sub'] matches 'x' or claims['sub'] eq 'y'",
            "claims['sub'] like 'x'",
            "claims['sub'] eq 'x",
        ] {
            assert_eq!(claims(other), None, "{other}");
        }
    }
}
