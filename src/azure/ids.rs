//! The shapes of Azure's ids.

/// Whether the text is a GUID: 8-4-4-4-12 hexadecimal digits.
#[must_use]
pub fn is_guid(text: &str) -> bool {
    let groups = [8, 4, 4, 4, 12];
    let mut parts = text.split('-');
    groups.iter().all(|length| {
        parts.next().is_some_and(|part| part.len() == *length && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
    }) && parts.next().is_none()
}

/// What an ARM id names. Case does not matter; a `{}` stands for a segment that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdLevel {
    /// The whole tenant.
    Tenant,
    /// A management group.
    ManagementGroup,
    /// A subscription.
    Subscription,
    /// A resource group.
    ResourceGroup,
    /// A resource, or something below one.
    Resource,
}

/// What an ARM id names, if it is one.
#[must_use]
pub fn level(id: &str) -> Option<IdLevel> {
    let lower = id.to_ascii_lowercase();
    if lower == "/" {
        return Some(IdLevel::Tenant);
    }
    let segments: Vec<&str> = lower.strip_prefix('/')?.trim_end_matches('/').split('/').collect();
    match segments.as_slice() {
        ["subscriptions", _] => Some(IdLevel::Subscription),
        ["subscriptions", _, "resourcegroups", _] => Some(IdLevel::ResourceGroup),
        ["providers", "microsoft.management", "managementgroups", _] => Some(IdLevel::ManagementGroup),
        ["subscriptions" | "providers", .., _] if segments.contains(&"providers") => Some(IdLevel::Resource),
        _ => None,
    }
}

/// The segment of an ARM id behind this one: the name of the resource of that type.
#[must_use]
pub fn segment_after<'a>(id: &'a str, name: &str) -> Option<&'a str> {
    let mut segments = id.split('/');
    segments.find(|segment| segment.eq_ignore_ascii_case(name))?;
    segments.next().filter(|segment| !segment.is_empty())
}

/// The GUID at the end of a role definition's id, or the text itself if it is one.
#[must_use]
pub fn role_guid(id: &str) -> Option<&str> {
    let guid = match id.rsplit_once('/') {
        Some((head, guid)) if head.to_ascii_lowercase().ends_with("/roledefinitions") => guid,
        Some(_) => return None,
        None => id,
    };
    Some(guid).filter(|guid| is_guid(guid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_name_levels() {
        assert_eq!(level("/subscriptions/{}"), Some(IdLevel::Subscription));
        assert_eq!(level("/Subscriptions/x/resourceGroups/y"), Some(IdLevel::ResourceGroup));
        assert_eq!(level("/providers/Microsoft.Management/managementGroups/root"), Some(IdLevel::ManagementGroup));
        assert_eq!(level("/subscriptions/x/resourceGroups/y/providers/Microsoft.Web/sites/z"), Some(IdLevel::Resource));
        assert_eq!(level("subscriptions/x"), None);
        assert_eq!(level("/"), Some(IdLevel::Tenant));
    }

    #[test]
    fn role_guids_stand_at_the_end() {
        let guid = "4633458b-17de-408a-b874-0445c86b69e6";
        assert_eq!(role_guid(guid), Some(guid));
        assert_eq!(
            role_guid(&format!("/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/{guid}")),
            Some(guid)
        );
        assert_eq!(role_guid(&format!("/subscriptions/{guid}")), None);
        assert!(!is_guid("4633458b17de408ab8740445c86b69e6"));
    }
}
