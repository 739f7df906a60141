//! Keys that carry the signature of their service and a checksum
//! (github.com/microsoft/security-utilities: `IdentifiableMetadata`, `IdentifiableSecrets`).

use std::sync::LazyLock;

use regex::Regex;

use super::hashes::{base62, marvin32};
use super::kinds::{self, Kind};
use super::{Scan, base64, is_monotonous};

/// The signatures of the keys below.
pub(super) const SIGN: &str = "\\+A(?:St|Ba|Sb|Eh|Rm|CR|MC)|APIM|ACDb|AIoT|Az(?:Ca|Se|Fu)|AZEG";

static SIGNATURE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(SIGN).ok());
static ANNOTATION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("JQQJ9[9DH]").ok());

/// The shape of one service's keys.
struct Shape {
    signature: &'static str,
    /// Characters in front of the signature.
    before: usize,
    /// Characters in all.
    length: usize,
    /// How many of these are the `=` at the end.
    padding: usize,
    /// What the checksum starts from, and what a key is whose checksum does. Keys of the same shape differ in this only.
    seeds: &'static [(&'static [u8; 8], &'static Kind)],
    /// What a key is whose checksum fits none, if the service is known to change keys after the checksum.
    unchecked: Option<&'static Kind>,
}

impl Shape {
    /// Keys of 64 bytes.
    const fn long(signature: &'static str, seeds: &'static [(&'static [u8; 8], &'static Kind)]) -> Self {
        Self { signature, before: 76, length: 88, padding: 2, seeds, unchecked: None }
    }

    /// Keys of 32 bytes.
    const fn short(signature: &'static str, seeds: &'static [(&'static [u8; 8], &'static Kind)]) -> Self {
        Self { signature, before: 33, length: 44, padding: 1, seeds, unchecked: None }
    }
}

static STORAGE: Kind = Kind::key("a storage account key", kinds::STORAGE);
static BATCH: Kind = Kind::key("a Batch account key", kinds::BATCH);
static COSMOS: Kind = Kind::key("a Cosmos DB account key", kinds::COSMOS);
static SERVICE_BUS: Kind = Kind::key("a Service Bus key", kinds::SERVICE_BUS);
static EVENT_HUBS: Kind = Kind::key("an Event Hubs key", kinds::EVENT_HUBS);
static RELAY: Kind = Kind::key("an Azure Relay key", kinds::RELAY);
static MANAGEMENT: Kind = Kind::key("an API Management key", kinds::API_MANAGEMENT);
static GATEWAY: Kind = Kind::key("a gateway key of API Management", kinds::API_MANAGEMENT);
static SUBSCRIPTION: Kind = Kind::key("a subscription key of API Management", kinds::API_MANAGEMENT);
static IOT_HUB: Kind = Kind::key("an IoT Hub key", kinds::IOT_HUB);
static IOT_DEVICE: Kind = Kind::key("the key of an IoT device", kinds::IOT_DEVICE);
static IOT_PROVISIONING: Kind = Kind::key("a key of the IoT device provisioning service", kinds::IOT_PROVISIONING);
static REDIS: Kind = Kind::key("a Redis access key", kinds::REDIS);
static EVENT_GRID: Kind = Kind::key("an Event Grid key", kinds::EVENT_GRID);
static SEARCH_ADMIN: Kind = Kind::key("an AI Search admin key", kinds::SEARCH);
static SEARCH_QUERY: Kind = Kind::key("an AI Search query key", kinds::SEARCH);
static REGISTRY: Kind = Kind::key("a container registry password", kinds::REGISTRY);
static FUNCTION: Kind = Kind::key("a function key", kinds::FUNCTIONS);
static FUNCTION_MASTER: Kind = Kind::key("the master key of a function app", kinds::FUNCTIONS);
static FUNCTION_SYSTEM: Kind = Kind::key("a system key of a function app", kinds::FUNCTIONS);
static LEARNING: Kind = Kind::key("a key of a classic Machine Learning web service", kinds::VAULT);

macro_rules! messaging {
    ($kind:expr) => {
        &[(b"Send0000", $kind), (b"Listen00", $kind), (b"Manage00", $kind), (b"System00", $kind), (b"Unknown0", $kind)]
    };
}

/// Every shape.
static SHAPES: [Shape; 14] = [
    Shape::long("+ASt", &[(b"Default0", &STORAGE)]),
    Shape::long("+ABa", &[(b"AbAcct00", &BATCH)]),
    Shape::long(
        "ACDb",
        &[
            (b"MastRW00", &COSMOS),
            (b"MastRO00", &COSMOS),
            (b"SystRW00", &COSMOS),
            (b"SystRO00", &COSMOS),
            (b"SysAll00", &COSMOS),
            (b"Resour00", &COSMOS),
            (b"Encryp00", &COSMOS),
        ],
    ),
    Shape::long(
        "APIM",
        &[
            // The seed of a subscription's key is really that of IoT Hub.
            (b"IoTHub00", &SUBSCRIPTION),
            (b"Tenant00", &MANAGEMENT),
            (b"Gatewy00", &GATEWAY),
            (b"GitKey00", &MANAGEMENT),
        ],
    ),
    Shape::long("+AMC", &[(b"Classic0", &LEARNING)]),
    Shape::short("+ASb", messaging!(&SERVICE_BUS)),
    Shape::short("+AEh", messaging!(&EVENT_HUBS)),
    Shape::short("+ARm", messaging!(&RELAY)),
    Shape::short("AIoT", &[(b"IoTHub00", &IOT_HUB), (b"Device00", &IOT_DEVICE), (b"DpsKey00", &IOT_PROVISIONING)]),
    // Signs that would have to be escaped in an address are replaced in these keys, those of the checksum too.
    Shape { unchecked: Some(&REDIS), ..Shape::short("AzCa", &[(b"Access00", &REDIS)]) },
    Shape::short("AZEG", &[(b"SendRecv", &EVENT_GRID)]),
    Shape {
        signature: "AzSe",
        before: 42,
        length: 52,
        padding: 0,
        seeds: &[(b"PAdmin00", &SEARCH_ADMIN), (b"Query000", &SEARCH_QUERY)],
        unchecked: None,
    },
    Shape {
        signature: "+ACR",
        before: 42,
        length: 52,
        padding: 0,
        seeds: &[(b"ACRDflt0", &REGISTRY)],
        unchecked: None,
    },
    Shape {
        signature: "AzFu",
        before: 44,
        length: 56,
        padding: 2,
        seeds: &[(b"Functi00", &FUNCTION), (b"Master00", &FUNCTION_MASTER), (b"System00", &FUNCTION_SYSTEM)],
        unchecked: None,
    },
];

/// Base64 in either alphabet.
fn is_code(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// Keys by the signature in them.
pub(super) fn find(scan: &mut Scan<'_>) {
    let Some(signature) = SIGNATURE.as_ref() else { return };
    for sign in signature.find_iter(scan.text) {
        let Some(shape) = SHAPES.iter().find(|shape| shape.signature == sign.as_str()) else { continue };
        if scan.is_full() {
            return;
        }
        let Some(start) = sign.start().checked_sub(shape.before) else { continue };
        let end = start + shape.length;
        let Some(key) = scan.bytes().get(start..end) else { continue };
        scan.steps += shape.length;
        let (body, padding) = key.split_at(shape.length - shape.padding);
        // The path of an address may go on with a key; nothing else of the alphabet may stand beside it.
        let before = start.checked_sub(1).and_then(|at| scan.bytes().get(at));
        let begins = before.is_none_or(|byte| *byte == b'/' || !is_code(*byte));
        let stands_alone = begins && scan.bytes().get(end).is_none_or(|byte| *byte != b'=' && !is_code(*byte));
        let fits = body.iter().all(|byte| is_code(*byte)) && padding.iter().all(|byte| *byte == b'=');
        if !fits || !stands_alone || is_monotonous(body.get(..shape.before).unwrap_or_default()) {
            continue;
        }
        let Some(bytes) = base64::decode(key) else { continue };
        let Some((data, sum)) = bytes.split_last_chunk::<4>() else { continue };
        let fitting =
            |(seed, _): &&(&[u8; 8], &Kind)| marvin32(data, u64::from_be_bytes(**seed)) == u32::from_le_bytes(*sum);
        match (shape.seeds.iter().find(fitting), shape.unchecked) {
            (Some((_, kind)), _) => scan.add(kind, start..end, true),
            (None, Some(kind)) => scan.add(kind, start..end, false),
            (None, None) => {}
        }
    }
}

static ANNOTATED: Kind = Kind::key("a key of an Azure service", kinds::VAULT);
static AI: Kind = Kind::key("an Azure AI services key", kinds::AI);
static OPEN_AI: Kind = Kind::key("an Azure OpenAI key", kinds::AI);
static APP_CONFIGURATION: Kind = Kind::key("an App Configuration key", kinds::APP_CONFIGURATION);
static MAPS: Kind = Kind::key("an Azure Maps key", kinds::MAPS);
static COMMUNICATION: Kind = Kind::key("a Communication Services key", kinds::COMMUNICATION);
static FLUID_RELAY: Kind = Kind::key("a Fluid Relay key", kinds::VAULT);
static MIXED_REALITY: Kind = Kind::key("a Mixed Reality key", kinds::VAULT);
static SQL: Kind = Kind::key("a generated SQL Server key", kinds::SQL);
static DEVOPS: Kind = Kind::token("a personal access token of Azure DevOps", kinds::DEVOPS);

/// Common annotated security keys: 52 characters at random, `JQQJ99`, year and month, 12 and 4 characters of the service,
/// its signature, a checksum of 4 or 6 characters.
pub(super) fn find_annotated(scan: &mut Scan<'_>) {
    let Some(annotation) = ANNOTATION.as_ref() else { return };
    for sign in annotation.find_iter(scan.text) {
        if scan.is_full() {
            return;
        }
        let Some(start) = sign.start().checked_sub(RANDOM) else { continue };
        let Some(key) = scan.bytes().get(start..start + LENGTH) else { continue };
        scan.steps += LENGTH;
        let alone = start.checked_sub(1).and_then(|at| scan.bytes().get(at)).is_none_or(|byte| !is_code(*byte));
        let month = key.get(RANDOM + 7).is_some_and(|month| (b'A'..=b'L').contains(month));
        let signature = key.get(SIGNATURE_AT..SIGNATURE_AT + 4).unwrap_or_default();
        let named = signature.first().is_some_and(u8::is_ascii_alphabetic);
        let random = key.get(..RANDOM).unwrap_or_default();
        let fits = alone && month && named && key.iter().all(u8::is_ascii_alphanumeric);
        if !fits || is_monotonous(random) {
            continue;
        }
        // The long form goes on for two characters and padding.
        let tail = scan.bytes().get(start + LENGTH..start + LENGTH + 4);
        let long = tail.filter(
            |tail| matches!(tail, [a, b, b'=', b'='] if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric()),
        );
        let end = start + LENGTH + if long.is_some() { 4 } else { 0 };
        let is_followed = scan.bytes().get(end).is_some_and(|byte| is_code(*byte));
        if is_followed {
            continue;
        }
        let kind = match (signature, key.get(SIGNATURE_AT - 1)) {
            (b"AZAC", _) => &APP_CONFIGURATION,
            (b"AZFR", _) => &FLUID_RELAY,
            (b"AZEG", _) => &EVENT_GRID,
            (b"AZDO", _) => &DEVOPS,
            (b"AZMR", _) => &MIXED_REALITY,
            (b"AZMP", _) => &MAPS,
            (b"AZCS", _) => &COMMUNICATION,
            // The service is the last of its four characters, counted from `A`.
            (b"ACOG", Some(b'B')) => &OPEN_AI,
            (b"ACOG", _) => &AI,
            (b"msql", _) => &SQL,
            _ => &ANNOTATED,
        };
        let checked = checksum_fits(key, long);
        scan.add(kind, start..end, checked);
    }
}

const RANDOM: usize = 52;
const LENGTH: usize = 84;
const SIGNATURE_AT: usize = 76;
/// Characters that the checksum is of.
const CHECKED: usize = 80;

/// Whether the checksum at the end is that of the rest: in base 62, in older keys in base 64.
fn checksum_fits(key: &[u8], long: Option<&[u8]>) -> bool {
    let Some((body, end)) = key.split_at_checked(CHECKED) else { return false };
    let Some(bytes) = base64::decode(body) else { return false };
    let sum = marvin32(&bytes, u64::from_be_bytes(*b"Default0")).to_le_bytes();
    let written: Vec<u8> = end.iter().chain(long.into_iter().flatten().take(2)).copied().collect();
    // Each zero byte in front is a zero, and the rest is filled up behind.
    let mut digits = vec![b'0'; sum.iter().take(3).take_while(|byte| **byte == 0).count()];
    digits.extend(base62(u32::from_be_bytes(sum), 1));
    digits.resize(6, b'0');
    let Some(read) = base64::decode(&written) else { return false };
    // The last character of the long form is cut to what a byte holds.
    let expected = base64::decode(&digits);
    expected.is_some_and(|expected| expected.starts_with(&read)) || sum.starts_with(&read)
}
