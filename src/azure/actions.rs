//! Actions of role definitions and conditions: `Microsoft.Authorization/roleAssignments/write`, with wildcards.

/// Whether an action with wildcards has all of another one; `*` stands for any letters, slashes among them.
#[must_use]
pub fn covers_action(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_ascii_lowercase(), action.to_ascii_lowercase());
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or("");
    let Some(mut rest) = action.strip_prefix(first) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        let Some((_, after)) = rest.split_once(piece) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}
