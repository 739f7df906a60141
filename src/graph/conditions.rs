//! What conditions leave of a grant.

use super::{Grant, Graph};
use crate::azure::conditions::leaves_free;
use crate::resolve::value::{Kind, Truth, every};

impl Graph<'_> {
    /// Whether whoever has a grant may use it to grant any role: no condition narrows that.
    #[must_use]
    pub fn grants_freely(&self, grant: &Grant) -> Truth {
        let Some(condition) = &grant.condition else { return Truth::Yes };
        let known = self.known(condition);
        every(known.alternatives().iter().map(|one| match (&one.kind, one.as_str()) {
            (Kind::Null, _) => Truth::Yes,
            (_, Some(text)) => match leaves_free(text, "Microsoft.Authorization/roleAssignments/write") {
                Some(free) => Truth::from(free),
                None => Truth::Maybe,
            },
            _ => Truth::Maybe,
        }))
    }
}
