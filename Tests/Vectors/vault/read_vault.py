"""Reads a vault file after docs/vault-file.md: python3 read_vault.py VAULT IDENTITY."""

import base64
import hashlib
import json
import re
import struct
import subprocess
import sys


def parse(text):
    """The layout that withsecrets writes; a real reader would use a YAML library."""
    vault = {"keys": [], "secrets": [], "keep": 5}
    at = None
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip(" "))
        word, _, value = line.strip().partition(":")
        value = value.strip()
        if value.startswith('"'):
            value = json.loads(re.sub(r"\\U0000(....)", r"\\u\1", value))
        if indent == 0:
            section = word
            vault[word] = vault.get(word, value)
        elif section == "settings":
            vault[word] = value
        elif section == "keys":
            if word == "- type":
                at = {"type": value, "recipients": [], "armor": []}
                vault["keys"].append(at)
            elif word == "recipients":
                to = at["recipients"]
            elif word == "sealed" and value == "|":
                to = at["armor"]
            elif indent == 6:
                item = line.strip()
                to.append(item[2:] if to is at["recipients"] else item)
            else:
                at[word] = value
        elif section == "secrets":
            if indent == 2:
                at = {}
                secret = {"name": word.strip('"'), "versions": [at]}
                vault["secrets"].append(secret)
            elif word == "- value":
                at = {"value": value}
                secret["versions"].append(at)
            elif word != "previous":
                at[word] = value
    return vault


def fields(*items):
    result = b""
    for item in items:
        data = struct.pack("<Q", item) if isinstance(item, int) else item.encode() if isinstance(item, str) else item
        result += struct.pack("<Q", len(data)) + data
    return result


def subkey(key, number, length):
    salt = struct.pack("<Q", number) + bytes(8)
    return hashlib.blake2b(key=key, digest_size=length, salt=salt, person=b"wsvault1" + bytes(8)).digest()


def rotate(value, count):
    return (value << count | value >> 32 - count) & 0xFFFFFFFF


def chacha_rounds(state):
    x = list(state)
    for _ in range(10):
        for a, b, c, d in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                           (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            x[a] = x[a] + x[b] & 0xFFFFFFFF; x[d] = rotate(x[d] ^ x[a], 16)
            x[c] = x[c] + x[d] & 0xFFFFFFFF; x[b] = rotate(x[b] ^ x[c], 12)
            x[a] = x[a] + x[b] & 0xFFFFFFFF; x[d] = rotate(x[d] ^ x[a], 8)
            x[c] = x[c] + x[d] & 0xFFFFFFFF; x[b] = rotate(x[b] ^ x[c], 7)
    return x


CONSTANTS = struct.unpack("<4I", b"expand 32-byte k")


def chacha_block(key, counter, nonce):
    state = CONSTANTS + struct.unpack("<8I", key) + (counter,) + struct.unpack("<3I", nonce)
    return struct.pack("<16I", *((a + b) & 0xFFFFFFFF for a, b in zip(chacha_rounds(state), state)))


def hchacha(key, nonce):
    x = chacha_rounds(CONSTANTS + struct.unpack("<8I", key) + struct.unpack("<4I", nonce))
    return struct.pack("<8I", *(x[0:4] + x[12:16]))


def poly1305(key, message):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for start in range(0, len(message), 16):
        total = (total + int.from_bytes(message[start:start + 16] + b"\1", "little")) * r % ((1 << 130) - 5)
    return ((total + int.from_bytes(key[16:], "little")) & (1 << 128) - 1).to_bytes(16, "little")


def open_box(key, box, associated):
    """XChaCha20-Poly1305, the nonce of 24 bytes in front."""
    nonce, ciphertext, tag = box[:24], box[24:-16], box[-16:]
    key, nonce = hchacha(key, nonce[:16]), bytes(4) + nonce[16:]
    padded = [data + bytes(-len(data) % 16) for data in (associated, ciphertext)]
    message = b"".join(padded) + struct.pack("<QQ", len(associated), len(ciphertext))
    if poly1305(chacha_block(key, 0, nonce)[:32], message) != tag:
        sys.exit("a value is not what was written")
    stream = b"".join(chacha_block(key, 1 + i, nonce) for i in range(len(ciphertext) // 64 + 1))
    return bytes(a ^ b for a, b in zip(ciphertext, stream))


def mac_fields(vault):
    items = ["withsecrets vault 1: file", 1, bytes.fromhex(vault["id"]), int(vault["generation"]), int(vault["keep"])]
    items.append(len(vault["keys"]))
    for key in vault["keys"]:
        if key["type"] == "age":
            items += ["age", len(key["recipients"]), *key["recipients"]]
            items.append(base64.b64decode("".join(key["armor"][1:-1]), validate=True))
        else:
            items += ["passphrase", key["kdf"], int(key["opslimit"]), int(key["memlimit"])]
            items += [base64.b64decode(key["salt"]), base64.b64decode(key["sealed"]), key.get("label", "")]
    items.append(len(vault["secrets"]))
    for secret in vault["secrets"]:
        versions = secret["versions"]
        items += [secret["name"], versions[0]["created"], versions[0].get("description", ""), len(versions)]
        for version in versions:
            items += [int(version["version"]), version["changed"], version.get("expires", "")]
            items.append(base64.b64decode(version["value"]))
    return fields(*items)


def main(path, identity):
    vault = parse(open(path, encoding="utf-8").read())
    armor = "\n".join(vault["keys"][0]["armor"]) + "\n"
    data_key = subprocess.run(["age", "-d", "-i", identity], input=armor.encode(), stdout=-1, check=True).stdout
    mac = hashlib.blake2b(mac_fields(vault), key=subkey(data_key, 2, 32), digest_size=32).digest()
    if mac != base64.b64decode(vault["mac"]):
        sys.exit("the MAC does not fit")
    print("fingerprint", subkey(data_key, 3, 16).hex())
    for secret in vault["secrets"]:
        for version in secret["versions"]:
            associated = fields("withsecrets vault 1: value", bytes.fromhex(vault["id"]), secret["name"],
                                int(version["version"]), secret["versions"][0]["created"], version["changed"],
                                version.get("expires", ""))
            padded = open_box(subkey(data_key, 1, 32), base64.b64decode(version["value"]), associated)
            value = padded[:padded.rindex(b"\x80")]
            print(secret["name"], version["version"], repr(value.decode()))


main(*sys.argv[1:])
