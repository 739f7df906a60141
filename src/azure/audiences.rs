//! What clients of Entra ID ask other issuers' tokens for.

/// The audience that every client asks for.
pub const STANDARD: &str = "api://AzureADTokenExchange";

/// The same in each cloud (learn.microsoft.com,
/// entra/workload-id/workload-identity-federation-config-app-trust-managed-identity).
pub const STANDARDS: [&str; 5] = [
    STANDARD,
    "api://AzureADTokenExchangeUSGov",
    "api://AzureADTokenExchangeChina",
    "api://AzureADTokenExchangeUSNat",
    "api://AzureADTokenExchangeUSSec",
];
