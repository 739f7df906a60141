//! Keys are made here, from a seed, so that none is anybody's.

#![expect(clippy::string_slice, reason = "keys are ASCII")]

use std::collections::BTreeSet;

use super::hashes::{base62, crc32, digits, marvin32};
use super::*;

/// Characters of an alphabet, the same ones in every run.
struct Draw(u64);

impl Draw {
    fn text(&mut self, alphabet: &str, length: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..length)
            .map(|_| {
                self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                letters[(self.0 >> 33) as usize % letters.len()]
            })
            .collect()
    }
}

const WORD: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const CODE: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn encoded(bytes: &[u8]) -> String {
    let letters: Vec<char> = CODE.chars().collect();
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().chain(&[0, 0]).take(3).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        for at in 0..4 {
            let letter = letters[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= group.len() { letter } else { '=' });
        }
    }
    text
}

/// A key with a signature in front of its last four bytes, which are the checksum.
fn key(random: &str, signature: &str, bytes: usize, seed: [u8; 8]) -> String {
    let mut filled = format!("{random}{signature}AAAAAA");
    filled.extend(std::iter::repeat_n('A', filled.len().next_multiple_of(4) - filled.len()));
    let data: Vec<u8> = base64::decode(filled.as_bytes()).expect("base64").into_iter().take(bytes - 4).collect();
    let sum = marvin32(&data, u64::from_be_bytes(seed)).to_le_bytes();
    encoded(&[data, sum.to_vec()].concat())
}

fn long(draw: &mut Draw, signature: &str, seed: [u8; 8]) -> String {
    key(&draw.text(CODE, 76), signature, 64, seed)
}

fn short(draw: &mut Draw, signature: &str, seed: [u8; 8]) -> String {
    key(&draw.text(CODE, 33), signature, 32, seed)
}

fn annotated(draw: &mut Draw, service: &str) -> String {
    let body = format!("{}JQQJ99BDAAAAAAAAAAAA{service}", draw.text(WORD, 52));
    let sum = marvin32(&base64::decode(body.as_bytes()).expect("base64"), u64::from_be_bytes(*b"Default0"));
    let mut end = String::from_utf8(base62(u32::from_be_bytes(sum.to_le_bytes()), 1)).expect("text");
    end.push_str("00000");
    format!("{body}{}", end.get(..4).expect("six characters"))
}

fn what(text: &str) -> Vec<(&'static str, bool)> {
    detect(text).into_iter().map(|one| (one.kind.what, one.certain)).collect()
}

fn secrets(text: &str) -> Vec<&str> {
    detect(text).into_iter().map(|one| text.get(one.secret).expect("a range of the text")).collect()
}

#[test]
fn keys_with_a_checksum_are_known_and_others_of_their_shape_are_not() {
    let draw = &mut Draw(1);
    let keys = [
        (long(draw, "+ASt", *b"Default0"), "a storage account key"),
        (long(draw, "+ABa", *b"AbAcct00"), "a Batch account key"),
        (long(draw, "ACDb", *b"MastRW00"), "a Cosmos DB account key"),
        (long(draw, "ACDb", *b"MastRO00"), "a Cosmos DB account key"),
        (long(draw, "APIM", *b"IoTHub00"), "a subscription key of API Management"),
        (long(draw, "APIM", *b"Gatewy00"), "a gateway key of API Management"),
        (long(draw, "+AMC", *b"Classic0"), "a key of a classic Machine Learning web service"),
        (short(draw, "+ASb", *b"Send0000"), "a Service Bus key"),
        (short(draw, "+AEh", *b"Listen00"), "an Event Hubs key"),
        (short(draw, "+ARm", *b"Manage00"), "an Azure Relay key"),
        (short(draw, "AIoT", *b"IoTHub00"), "an IoT Hub key"),
        (short(draw, "AIoT", *b"Device00"), "the key of an IoT device"),
        (short(draw, "AIoT", *b"DpsKey00"), "a key of the IoT device provisioning service"),
        (short(draw, "AZEG", *b"SendRecv"), "an Event Grid key"),
        (key(&draw.text(CODE, 42), "+ACR", 39, *b"ACRDflt0"), "a container registry password"),
        (key(&draw.text(WORD, 44), "AzFu", 40, *b"Functi00"), "a function key"),
        (key(&draw.text(WORD, 44), "AzFu", 40, *b"Master00"), "the master key of a function app"),
        (key(&draw.text(WORD, 42), "AzSe", 39, *b"PAdmin00"), "an AI Search admin key"),
        (key(&draw.text(WORD, 42), "AzSe", 39, *b"Query000"), "an AI Search query key"),
    ];
    for (key, name) in &keys {
        for text in
            [key.clone(), format!("key={key};"), format!("https://x/api?code={key}&y=1"), format!("\u{e9}{key}\n")]
        {
            assert_eq!(what(&text), [(*name, true)], "{text}");
            assert_eq!(secrets(&text), [key.as_str()]);
        }
        let other = if key.starts_with('Q') { 'R' } else { 'Q' };
        assert!(detect(&format!("{other}{}", &key[1..])).is_empty(), "{name} with another checksum");
        assert!(
            detect(&format!("a{key}")).is_empty() && detect(&format!("{key}a")).is_empty(),
            "{name} in something longer"
        );
    }
    // Redis changes its keys after the checksum.
    let redis = short(draw, "AzCa", *b"Access00");
    assert_eq!(what(&redis), [("a Redis access key", true)]);
    assert_eq!(what(&format!("Q{}", &redis[1..])), [("a Redis access key", false)]);
    assert!(detect(&key(&"a".repeat(76), "+ASt", 64, *b"Default0")).is_empty(), "the key of a test");
}

#[test]
fn annotated_keys_are_known_by_their_service() {
    let draw = &mut Draw(2);
    let keys = [
        ("AAABACOG", "an Azure OpenAI key"),
        ("AAAEACOG", "an Azure AI services key"),
        ("AAAAAZAC", "an App Configuration key"),
        ("AAAAAZEG", "an Event Grid key"),
        ("AAAAAZMP", "an Azure Maps key"),
        ("AAAAAZCS", "a Communication Services key"),
        ("AAAAAZDO", "a personal access token of Azure DevOps"),
        ("AAAAXYZW", "a key of an Azure service"),
    ];
    for (service, name) in keys {
        let key = annotated(draw, service);
        assert_eq!(what(&format!("api-key: {key}")), [(name, true)]);
        assert_eq!(what(&format!("{}0000", &key[..80])), [(name, false)], "another checksum, or an older one");
        assert_eq!(secrets(&format!("({key})")), [key.as_str()]);
    }
}

#[test]
fn tokens_are_known_by_checksum_or_shape() {
    let draw = &mut Draw(3);
    let letters = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~";
    let body = format!("{}8Q~{}", draw.text(WORD, 3), draw.text("abcDEF123.-_~xyz", 31));
    let sum = digits(marvin32(body.as_bytes(), u64::from_be_bytes(*b"AadPwd00")), letters, 6);
    let entra = format!("{body}{}", String::from_utf8_lossy(&sum[..3]));
    assert_eq!(what(&entra), [("a client secret of Microsoft Entra ID", true)]);
    assert!(detect(&format!("{body}zzz")).is_empty());
    assert_eq!(what(&format!("abc7Q~{}", draw.text(WORD, 31))), [("a client secret of Microsoft Entra ID", false)]);

    let random = draw.text(WORD, 30);
    let sum = String::from_utf8(base62(crc32(random.as_bytes()), 6)).expect("text");
    assert_eq!(what(&format!("token ghp_{random}{sum}")), [("a GitHub token", true)]);
    assert!(detect(&format!("ghp_{random}000000")).is_empty());
    assert!(detect("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").is_empty(), "printed in the announcement");

    let databricks = format!("dapi{}", draw.text("0123456789abcdef", 32));
    assert_eq!(what(&databricks), [("a Databricks token", true)]);
    assert!(detect("dapi1234567890abcdef1234567890abcdef").is_empty(), "a count");

    let pem = format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----\n", draw.text(CODE, 800));
    assert_eq!(what(&pem), [("a private key", true)]);
    assert_eq!(what(&pem.replace("RSA PRIVATE", "ENCRYPTED PRIVATE")), [("an encrypted private key", false)]);
    assert!(detect(&pem.replace("RSA PRIVATE KEY", "CERTIFICATE")).is_empty());
    assert!(detect("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----").is_empty());
    assert!(detect(&format!("-----BEGIN PRIVATE KEY-----\n{HOLE}\n-----END PRIVATE KEY-----")).is_empty());
}

#[test]
fn tokens_of_devops_carry_their_checksum_strewn_in() {
    let letters: Vec<char> = "abcdefghijklmnopqrstuvwxyz234567".chars().collect();
    let draw = &mut Draw(4);
    let random = draw.text(WORD, 28).into_bytes();
    let [a, b, c, d] = (crc32(&random) ^ 0xe0b9_692d).to_le_bytes();
    let bytes = [&random[..2], &[d], &random[2..6], &[c, b], &random[6..19], &[a], &random[19..]].concat();
    let bits = bytes.iter().fold(String::new(), |bits, byte| format!("{bits}{byte:08b}")) + "0000";
    let token: String = bits
        .as_bytes()
        .chunks(5)
        .map(|five| five.iter().fold(0, |value, bit| value * 2 + usize::from(bit - b'0')))
        .map(|at| letters[at])
        .collect();
    assert_eq!(token.len(), 52);
    assert_eq!(what(&format!("https://x:{token}@dev.azure.com/x")), [("an address with a password", true)]);
    assert_eq!(what(&token), [("a personal access token of Azure DevOps", true)]);
    assert!(detect(&token.replacen(&token[5..6], if &token[5..6] == "a" { "b" } else { "a" }, 1)).is_empty());
}

#[test]
fn the_secret_part_of_connection_strings_is_found() {
    let draw = &mut Draw(5);
    let (account, shared) = (format!("{}==", draw.text(CODE, 86)), format!("{}=", draw.text(CODE, 43)));
    let signature = format!("{}%3D", draw.text(WORD, 43));
    let found = [
        (
            format!(
                "DefaultEndpointsProtocol=https;AccountName=x;AccountKey={account};EndpointSuffix=core.windows.net"
            ),
            account.as_str(),
        ),
        (format!("AccountEndpoint=https://x.documents.azure.com:443/;AccountKey={account};"), &account),
        (format!("https://x.documents.azure.com:443/ {account}"), &account),
        (format!("Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=a;SharedAccessKey={shared}"), &shared),
        (format!("HostName=x.azure-devices.net;DeviceId=d;SharedAccessKey={shared}"), &shared),
        (format!("Endpoint=https://x.service.signalr.net;AccessKey={shared};Version=1.0;"), &shared),
        (format!("Endpoint=https://x.azconfig.io;Id=ab;Secret={shared}"), &shared),
        (
            format!("https://x.blob.core.windows.net/c?sv=2024-01-01&se=2099-01-01T00:00:00Z&sig={signature}"),
            &signature,
        ),
        ("Server=tcp:x;User ID=a;Password=Sommer-2024;".to_owned(), "Sommer-2024"),
        ("Authentication=Active Directory Password;Server=x;UID=a;PWD=Sommer-2024".to_owned(), "Sommer-2024"),
        ("jdbc:postgresql://x/db?user=a&password=Sommer-2024&ssl=true".to_owned(), "Sommer-2024"),
        ("x.redis.cache.windows.net:6380,password=Sommer-2024,ssl=True,abortConnect=False".to_owned(), "Sommer-2024"),
        ("mongodb://app:Sommer-2024@db.example.org:27017/x".to_owned(), "Sommer-2024"),
        ("git::https://x:Sommer-2024@dev.azure.com/o/p/_git/r".to_owned(), "Sommer-2024"),
    ];
    for (text, secret) in &found {
        assert_eq!(secrets(text), [*secret], "{text}");
    }
    let expired = |end: &str| detect(&format!("https://x/c?sv=2019-01-01&sig={signature}&se={end}"))[0].expired;
    assert!(expired("2020-05-01") && !expired("2099-05-01") && expired("1577836800") && !expired("4102444800"));
}

#[test]
fn what_stands_for_a_secret_is_none() {
    let silent = [
        "Server=tcp:x;Password=\u{fffc};",
        "Server=tcp:x;Password=Sommer\u{fffc};",
        "Server=tcp:x;Password={your_password};",
        "Server=tcp:x;Password=$DB_PASSWORD",
        "Server=tcp:x;Password=$(DB_PASSWORD)",
        "Server=tcp:x;Password=%DB_PASSWORD%",
        "Server=x;Authentication=Active Directory Managed Identity;User Id=0a1b",
        "Server=localhost;User Id=sa;Password=postgres",
        "Server=test;Port=3306;Database=test;User=test;Password=test",
        "Server=tcp:x,1433;User ID=mylogin;Password=myPassword;",
        "AccountName=x;AccountKey=FAKE_STORAGE_KEY_EXAMPLE_DO_NOT_USE_IN_PRODUCTION==;",
        "postgres://user:password@localhost/db",
        "https://user:password@example.com/",
        "https://\u{fffc}:\u{fffc}@host/",
        "https://x-access-token:$TOKEN@github.com/a/b",
        "ssh://git@github.com:22/a",
        "https://x.azurewebsites.net:443/a@b",
        "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
        "sig=<signature>&sv=1",
    ];
    for text in silent {
        assert!(detect(text).is_empty(), "{text}: {:?}", detect(text));
    }
}

#[test]
fn base64_of_a_text_is_looked_through_once() {
    let secret = "#!/bin/sh\nexport DB='Server=tcp:x;User ID=a;Password=Sommer-2024;'\n";
    let once = encoded(secret.as_bytes());
    assert_eq!(secrets(&once), [once.as_str()]);
    assert_eq!(secrets(&format!("  {once}\n")), [once.as_str()]);
    assert!(detect(&encoded(once.as_bytes())).is_empty());
}

/// Work is counted in bytes that a detector looks at by itself; the automata are linear by construction.
#[test]
fn work_is_linear_in_hostile_texts() {
    const SIZE: usize = 1 << 20;
    let draw = &mut Draw(6);
    let patterns = [
        "a".to_owned(),
        "sig=".to_owned(),
        format!("&sig={}&", "aB3dE6gH9".repeat(5)),
        "AccountKey=".to_owned(),
        format!("AccountKey={};", draw.text(CODE, 86)),
        format!(";Password={};", draw.text(WORD, 20)),
        "password=".to_owned(),
        "://a:b@".to_owned(),
        "://a:".to_owned(),
        draw.text(CODE, 4096),
        "JQQJ99".to_owned(),
        "+ASt".to_owned(),
        "8Q~".to_owned(),
        "dapi0".to_owned(),
        "-----BEGIN PRIVATE KEY-----".to_owned(),
        "-----BEGIN PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED".to_owned(),
        "MIIAAAIBAzCC".to_owned(),
        "ghp_".to_owned(),
        ".documents.azure.com".to_owned(),
        "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst ".to_owned(),
    ];
    for pattern in patterns {
        let text: String = pattern.repeat(SIZE / pattern.len());
        let (found, steps) = look(&text);
        assert!(found.len() <= MOST);
        assert!(steps <= 64 * text.len(), "{pattern}: {steps} steps in {} bytes", text.len());
    }
}

#[test]
fn every_detector_can_be_told_by_its_sign() {
    let signs: BTreeSet<&str> = DETECTORS.iter().map(|detector| detector.sign).collect();
    assert_eq!(signs.len(), DETECTORS.len());
    assert!(SIGNS.as_ref().is_some_and(|set| set.len() == DETECTORS.len()));
}
