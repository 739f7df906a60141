#!/usr/bin/env python3
"""Makes the keys and tokens of the fixtures: of the right shape, with the right checksum, nobody's.

Every one is drawn from a hash of the words `identilint fixture` and its own name, so two runs print the same.
"""

import base64
import hashlib
import zlib

MASK = 0xFFFFFFFF
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ENTRA = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~"


def turn(word, by):
    return ((word << by) | (word >> (32 - by))) & MASK


def mix(a, b):
    b ^= a
    a = (turn(a, 20) + b) & MASK
    b = turn(b, 9) ^ a
    a = (turn(a, 27) + b) & MASK
    return a, turn(b, 19)


def marvin32(data, seed):
    a, b = seed & MASK, seed >> 32
    whole = len(data) // 4 * 4
    for at in range(0, whole, 4):
        a = (a + int.from_bytes(data[at : at + 4], "little")) & MASK
        a, b = mix(a, b)
    a = (a + int.from_bytes(data[whole:] + b"\x80", "little")) & MASK
    a, b = mix(*mix(a, b))
    return a ^ b


def digits(number, alphabet, length):
    text = ""
    while number or len(text) < length:
        text = alphabet[number % len(alphabet)] + text
        number //= len(alphabet)
    return text


def draw(name, length):
    data = b""
    while len(data) < length:
        data += hashlib.sha512(f"identilint fixture {name} {len(data)}".encode()).digest()
    return data[:length]


def letters(name, alphabet, length):
    return "".join(alphabet[byte % len(alphabet)] for byte in draw(name, length))


def key(name, length, before, signature, seed, url=False):
    """A key of `length` bytes with a signature before the four bytes of its checksum."""
    random = letters(name, BASE62, before)
    text = (random + signature + "A" * 8)[: (length * 4 + 2) // 3 // 4 * 4 + 4]
    text += "A" * (-len(text) % 4)
    data = base64.b64decode(text)[: length - 4]
    data += marvin32(data, int.from_bytes(seed.encode(), "big")).to_bytes(4, "little")
    encoded = base64.b64encode(data).decode()
    return encoded.replace("+", "-").replace("/", "_") if url else encoded


def annotated(name, service):
    body = letters(name, BASE62, 52) + "JQQJ99BDAAAAAAAAAAAA" + service
    total = marvin32(base64.b64decode(body), int.from_bytes(b"Default0", "big")).to_bytes(4, "little")
    return body + (digits(int.from_bytes(total, "big"), BASE62, 1) + "00000")[:4]


def entra(name):
    body = letters(name, BASE62, 3) + "8Q~" + letters(name + " secret", ENTRA[:62], 31)
    return body + digits(marvin32(body.encode(), int.from_bytes(b"AadPwd00", "big")), ENTRA, 6)[:3]


def devops(name):
    random = draw(name, 28)
    a, b, c, d = (zlib.crc32(random) ^ 0xE0B9692D).to_bytes(4, "little")
    data = random[:2] + bytes([d]) + random[2:6] + bytes([c, b]) + random[6:19] + bytes([a]) + random[19:]
    return base64.b32encode(data).decode().lower()[:52]


def github(name):
    random = letters(name, BASE62, 30)
    return "ghp_" + random + digits(zlib.crc32(random.encode()), BASE62, 6)


def pem(name, kind):
    body = base64.b64encode(draw(name, 300)).decode()
    lines = [body[at : at + 64] for at in range(0, len(body), 64)]
    return "\n".join([f"-----BEGIN {kind}-----", *lines, f"-----END {kind}-----"])


KEYS = {
    "storage": key("storage", 64, 76, "+ASt", "Default0"),
    "batch": key("batch", 64, 76, "+ABa", "AbAcct00"),
    "cosmos": key("cosmos", 64, 76, "ACDb", "MastRW00"),
    "api-management": key("api-management", 64, 76, "APIM", "IoTHub00"),
    "service-bus": key("service-bus", 32, 33, "+ASb", "Send0000"),
    "event-hubs": key("event-hubs", 32, 33, "+AEh", "Listen00"),
    "relay": key("relay", 32, 33, "+ARm", "Manage00"),
    "iot-hub": key("iot-hub", 32, 33, "AIoT", "IoTHub00"),
    "iot-device": key("iot-device", 32, 33, "AIoT", "Device00"),
    "redis": key("redis", 32, 33, "AzCa", "Access00"),
    "event-grid": key("event-grid", 32, 33, "AZEG", "SendRecv"),
    "search-admin": key("search-admin", 39, 42, "AzSe", "PAdmin00"),
    "search-query": key("search-query", 39, 42, "AzSe", "Query000"),
    "registry": key("registry", 39, 42, "+ACR", "ACRDflt0"),
    "function": key("function", 40, 44, "AzFu", "Functi00", url=True),
    "open-ai": annotated("open-ai", "AAABACOG"),
    "ai": annotated("ai", "AAAEACOG"),
    "app-configuration": annotated("app-configuration", "AAAAAZAC"),
    "maps": annotated("maps", "AAAAAZMP"),
    "communication": annotated("communication", "AAAAAZCS"),
    "entra": entra("entra"),
    "entra-old": letters("entra-old", BASE62, 3) + "7Q~" + letters("entra-old secret", BASE62, 31),
    "devops": devops("devops"),
    "devops-new": annotated("devops-new", "AAAAAZDO"),
    "github": github("github"),
    "github-fine": "github_pat_" + letters("fine", BASE62, 22) + "_" + letters("fine secret", BASE62, 59),
    "databricks": "dapi" + draw("databricks", 16).hex(),
    "private-key": pem("private-key", "RSA PRIVATE KEY"),
    "locked-key": pem("locked-key", "ENCRYPTED PRIVATE KEY"),
    "bundle": "MIIKAgIBAzCC" + letters("bundle", BASE62, 800),
    "account": base64.b64encode(draw("account", 64)).decode(),
    "shared": base64.b64encode(draw("shared", 32)).decode(),
    "signature": letters("signature", BASE62, 43) + "%3D",
    "workflow": letters("workflow", BASE62, 43),
}

if __name__ == "__main__":
    for name, text in KEYS.items():
        print(f"{name}\n{text}\n")
