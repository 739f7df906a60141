//! Conditions of role assignments (ABAC): whether one leaves an action free, whatever the attributes are. The grammar:
//! <https://learn.microsoft.com/azure/role-based-access-control/conditions-format>

use super::actions::covers_action;

/// Parentheses nested deeper are not followed.
const MAX_DEPTH: u32 = 64;

/// Whether a condition permits an action always: it says nothing of it, or nothing that could be false. None if the
/// condition cannot be read.
#[must_use]
pub fn leaves_free(condition: &str, action: &str) -> Option<bool> {
    let mut reader = Reader { rest: condition.trim_start(), action, depth: 0 };
    if reader.rest.is_empty() {
        return Some(true);
    }
    let truth = reader.any()?;
    reader.rest.is_empty().then_some(truth == Some(true))
}

/// What an expression is, if that does not hang on attributes.
type Truth = Option<bool>;

struct Reader<'t> {
    rest: &'t str,
    action: &'t str,
    depth: u32,
}

impl<'t> Reader<'t> {
    /// Expressions joined by `OR`; the outer option is none where the text cannot be read.
    fn any(&mut self) -> Option<Truth> {
        let mut truth = self.all()?;
        while self.word("OR") || self.mark("||") {
            let right = self.all()?;
            truth = match (truth, right) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            };
        }
        Some(truth)
    }

    /// Expressions joined by `AND`.
    fn all(&mut self) -> Option<Truth> {
        let mut truth = self.one()?;
        while self.word("AND") || self.mark("&&") {
            let right = self.one()?;
            truth = match (truth, right) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
        }
        Some(truth)
    }

    fn one(&mut self) -> Option<Truth> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let truth = if self.word("NOT") || self.mark("!") {
            self.one()?.map(|truth| !truth)
        } else if self.mark("(") {
            let truth = self.any()?;
            self.mark(")").then_some(truth)?
        } else if self.word("ActionMatches") {
            let patterns = self.set()?;
            Some(patterns.iter().any(|pattern| covers_action(pattern, self.action)))
        } else if self.word("SubOperationMatches") {
            self.set()?;
            None
        } else {
            self.comparison()?;
            None
        };
        self.depth -= 1;
        Some(truth)
    }

    /// `@Request[…] ForAnyOfAnyValues:GuidEquals {…}`, `Exists @Resource[…]`, `'a' StringEquals 'a'`: up to what ends it.
    fn comparison(&mut self) -> Option<()> {
        let mut read = false;
        loop {
            let next = self.rest.chars().next();
            let ends = ["AND", "OR"].iter().any(|word| self.is_word(word))
                || self.rest.starts_with("&&")
                || self.rest.starts_with("||");
            match next {
                None | Some(')') => break,
                _ if ends => break,
                Some('\'') => drop(self.quoted()?),
                Some('{') => drop(self.set()?),
                Some('[') => {
                    let end = self.rest.find(']')?;
                    self.skip(end + 1);
                }
                // A parenthesis here would be none of the grammar.
                Some('(') => return None,
                Some(c) if c.is_ascii_alphanumeric() => {
                    let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(self.rest.len());
                    self.skip(end);
                }
                Some(c) => self.skip(c.len_utf8()),
            }
            read = true;
        }
        read.then_some(())
    }

    /// `{'a', 'b'}`: the texts in it.
    fn set(&mut self) -> Option<Vec<&'t str>> {
        if !self.mark("{") {
            return None;
        }
        let mut items = Vec::new();
        loop {
            if self.mark("}") {
                return Some(items);
            }
            if self.rest.starts_with('\'') {
                items.push(self.quoted()?);
            } else {
                // GUIDs and numbers stand there without quotes.
                let end = self.rest.find([',', '}', '\''])?;
                self.skip(end);
            }
            self.mark(",");
        }
    }

    fn quoted(&mut self) -> Option<&'t str> {
        let inside = self.rest.strip_prefix('\'')?;
        let end = inside.find('\'')?;
        self.skip(end + 2);
        inside.get(..end)
    }

    fn is_word(&self, word: &str) -> bool {
        let start = self.rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        let after = self.rest.get(word.len()..).and_then(|rest| rest.chars().next());
        start && !after.is_some_and(|c| c.is_ascii_alphanumeric())
    }

    fn word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.skip(word.len());
        }
        found
    }

    fn mark(&mut self, mark: &str) -> bool {
        let found = self.rest.starts_with(mark);
        if found {
            self.skip(mark.len());
        }
        found
    }

    fn skip(&mut self, length: usize) {
        self.rest = self.rest.get(length..).unwrap_or("").trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITE: &str = "Microsoft.Authorization/roleAssignments/write";

    #[test]
    fn conditions_about_what_may_be_granted_bind() {
        let delegated = "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR \
            (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals \
            {2a2b9908-6ea1-4ae2-8e65-a410df84e7d1, 81a9662b-bebf-436f-a333-f67b29880f12} AND \
            @Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringEqualsIgnoreCase 'ServicePrincipal'))";
        assert_eq!(leaves_free(delegated, WRITE), Some(false));
        assert_eq!(leaves_free("NOT ActionMatches{'Microsoft.Authorization/*'}", WRITE), Some(false));
        assert_eq!(leaves_free("Exists @Resource[x:y$z$]", WRITE), Some(false));
        assert_eq!(leaves_free("!(ActionMatches{'a'}) && @Request[a:b] StringLike 'OR (*'", WRITE), Some(false));
    }

    #[test]
    fn conditions_about_something_else_leave_it_free() {
        let blobs = "((!(ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'} AND \
            NOT SubOperationMatches{'Blob.List'})) OR \
            (@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'shop'))";
        assert_eq!(leaves_free(blobs, WRITE), Some(true));
        let deleting =
            "(!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})) || @Resource[a:b] GuidEquals x";
        assert_eq!(leaves_free(deleting, WRITE), Some(true));
        assert_eq!(leaves_free(" \n ", WRITE), Some(true));
    }

    #[test]
    fn what_cannot_be_read_decides_nothing() {
        for text in
            ["(", "!", "ActionMatches", "ActionMatches{'a", "a ( b", "(a) b", "AND", &"(".repeat(100_000), "'", "é'"]
        {
            assert_eq!(leaves_free(text, WRITE), None, "{text:.20}");
        }
    }
}
