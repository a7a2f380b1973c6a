"""准绳案卷核验程序：只用 Python 标准库，不联网，只读一个文件。Checks an exported dossier: standard library only, no network.

    python dossier.zip [--key VKEY]… [--witness VKEY]… [--receipt DIGEST]…     它核验自身 / it checks itself
    python verifier.py dossier.zip …                                          用您另存的副本核验 / with a copy you trust

退出码 / exit code: 0 完好，由您所列密钥签署 / intact and signed by a key you named; 1 有误 / wrong; 2 用法 / usage;
3 自身一致，但您未列密钥 / consistent in itself, but you named no key. The format: docs/ledger-format.md.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

WORDS = {
    "unreadable": ("不是导出文件，或从此处起残缺", "this is no export, or it is broken from here on"),
    "malformed": ("写法不合格式", "it is not written as the format says"),
    "missing": ("缺失", "it is missing"),
    "cut": ("末尾的行为被截去", "acts at the end were cut off"),
    "added": ("多出", "it was added"),
    "misplaced": ("此处不应是它：次序、卷或算法不符", "it is out of place: wrong order, dossier or hash"),
    "unlinked": ("与前一件不相接", "it does not follow the act before it"),
    "changed": ("被改动", "it was changed"),
    "unproven": ("不在检查点所载的树中", "it is not in the tree of the checkpoint"),
    "unsigned": (
        "没有当时有效密钥的签名，或签名不成立",
        "no key in force signed it, or the signature does not hold",
    ),
    "untrusted": ("签名密钥不是您所列的", "its signing key is none you named"),
    "uncosigned": ("您所列的见证人没有见证，或签名不成立", "a witness you named did not cosign, or wrongly"),
    "misused": ("只可封存导出的密钥签署了它", "a key that may only seal exports signed it"),
    "contradiction": ("与文件中另一处所载不符", "it disagrees with another part of the file"),
    "unbound": ("该件没有记载这份文书", "the act does not name this document"),
    "forked": ("与您所存的检查点大小相同而根不同", "it differs from a checkpoint you keep of the same size"),
}
ORIGIN = r"(?!zhunsheng/)[^\s+\x00-\x1f]{1,200}"
TEXT, HEX, NUMBER = r'"(?:[^"\\]|\\.)+"', "[0-9a-f]{64}", "(0|[1-9][0-9]{0,14})"
NAME, PATH = r"[!#-\[\]-~]{1,200}", '[^\x00-\x20"\\\\\x7f-\xa0\ud800-\U0010ffff]{1,200}'
AT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"
BODY = re.compile(
    rf'{{"at":"{AT}","chain":"{NAME}","commitments":{{(?:"{PATH}":"{HEX}"(?:,(?=")|(?=}})))*}},"hash":"(?:sha-256|sm3)",'
    rf'"position":(?:1,"previous":""|(?!1,)[1-9][0-9]*,"previous":"{HEX}"),"record":"{NAME}","v":1}}'
)
REASON = rf'{{"en":{TEXT},"zh":{TEXT}}}'
BASIS = re.compile(rf'{{"(?:withheld|erased)":{{"article":{TEXT},"law":{TEXT},"reason":{REASON}}}}}')
OPENED = re.compile('{"salt":"[0-9a-f]{32}","value":')
SEAL = re.compile(
    rf"zhunsheng/export/v1\n(\S+)\nat ({AT})\nchain ({NAME})\nacts {NUMBER}\nhead ({HEX})\nmanifest ({HEX})\n"
    rf"file {NUMBER} (sha-256|sm3) ({HEX})\n"
)
ROTATION = re.compile(rf"zhunsheng/key-rotation/v1\n(\S+)\nafter {NUMBER}\nold (\S+)\nnew (\S+)\n")
DELEGATION = re.compile(rf"zhunsheng/export-key/v1\n(\S+)\nfrom {NUMBER}\nkey (\S+)\n")
ERRORS = (ValueError, LookupError, AttributeError, TypeError, RecursionError)  # Signs of a wrong form.
Fault = tuple[str, str]  # A code of WORDS, and where.
Hash = Callable[[bytes], bytes]
Point = tuple[int, ...]
Key = tuple[str, bytes, int, bytes]  # Name, id, type (1 signs, 4 cosigns), public key.
Signatures = list[tuple[str, bytes, bytes]]  # Name, key id, payload.
Facts = dict[str, Any]


def must(holds: object) -> None:
    """ValueError unless the data are as the format says."""
    if not holds:
        raise ValueError


# 1. Hashes and signatures


def sm3(data: bytes) -> bytes:
    """SM3 (GB/T 32905-2016), for a Python whose OpenSSL lacks it."""

    def turn(x: int, n: int) -> int:
        return (x << n % 32 | x >> (32 - n % 32)) & 0xFFFFFFFF

    start_state = "7380166f4914b2b9172442d7da8a0600a96f30bc163138aae38dee4db0fb0e4e"
    state = list(struct.unpack(">8I", bytes.fromhex(start_state)))
    data += b"\x80" + bytes((55 - len(data)) % 64) + struct.pack(">Q", 8 * len(data))
    for start in range(0, len(data), 64):
        w = list(struct.unpack(">16I", data[start : start + 64]))
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ turn(w[j - 3], 15)
            w.append(x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            s = turn((turn(a, 12) + e + turn(0x79CC4519 if j < 16 else 0x7A879D8A, j)) & 0xFFFFFFFF, 7)
            first, second = (a ^ b ^ c, e ^ f ^ g) if j < 16 else (a & b | a & c | b & c, e & f | ~e & g)
            t = (first + d + (s ^ turn(a, 12)) + (w[j] ^ w[j + 4])) & 0xFFFFFFFF
            u = (second + h + s + w[j]) & 0xFFFFFFFF
            a, b, c, d, e, f, g, h = t, a, turn(b, 9), c, u ^ turn(u, 9) ^ turn(u, 17), e, turn(f, 19), g
        state = [x ^ y for x, y in zip(state, (a, b, c, d, e, f, g, h), strict=True)]
    return struct.pack(">8I", *state)


def hasher(name: str) -> Hash:
    """The hash function called sha-256 or sm3."""
    must(name in {"sha-256", "sm3"})
    try:
        hashlib.new("sm3")
    except ValueError:
        return sm3 if name == "sm3" else lambda data: hashlib.sha256(data).digest()
    return lambda data: hashlib.new(name.replace("-", ""), data).digest()


P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)


def point(data: bytes) -> Point:
    """The curve point of 32 bytes, in its one spelling (RFC 8032 section 5.1.3)."""
    y, sign = int.from_bytes(data, "little") % 2**255, data[31] >> 7
    must(len(data) == 32 and y < P)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * ROOT % P
    must(x * x % P == square and (x or not sign))
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P


def plus(p: Point, q: Point) -> Point:
    """The sum of two points (RFC 8032 section 5.1.4)."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n: int, p: Point) -> Point:
    """A point added up n times."""
    r: Point = (0, 1, 1, 0)
    for bit in f"{n:b}":
        r = plus(r, r)
        r = plus(r, p) if bit == "1" else r
    return r


def spelled(p: Point) -> bytes:
    """The 32 bytes of a point."""
    z = pow(p[2], -1, P)
    return (p[1] * z % P | (p[0] * z % P & 1) << 255).to_bytes(32, "little")


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Ed25519, strictly: R is, byte for byte, [S]B - [k]A, and S is below the order (RFC 8032 section 5.1.7)."""
    s = int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    (x, y, z, t), base = point(public), point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    found = spelled(plus(times(s, base), times(k, (-x, y, z, -t))))
    return len(signature) == 64 and s < ORDER and found == signature[:32]


# 2. Texts: canonical JSON (RFC 8785), keys, signed notes and checkpoints (C2SP), the zip archive


def canonical(value: Any) -> str:
    """The one spelling of a JSON value without floats."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(canonical(name) + ":" + canonical(value[name]) for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    must(value is None or type(value) in {bool, str} or (type(value) is int and abs(value) < 2**53))
    return json.dumps(value, ensure_ascii=False)


def parsed(data: bytes, *names: str) -> Any:
    """The object with exactly these names that canonical JSON holds."""
    value = json.loads(data.decode())
    must(canonical(value).encode() == data and sorted(value) == sorted(names))
    return value


def unbase64(text: str) -> bytes:
    """The bytes of base64 in its one spelling."""
    data = base64.b64decode(text, validate=True)
    must(base64.b64encode(data).decode() == text)
    return data


def key(vkey: str) -> Key:
    """Name, id, type and public key of a vkey, `name+id+base64(type || key)`."""
    name, identity, encoded = vkey.split("+", 2)
    data = unbase64(encoded)
    found = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    must(re.fullmatch(r"\S+", name) and len(data) == 33 and data[0] in {1, 4} and found.hex() == identity)
    must(spelled(times(8, point(data[1:]))) != spelled((0, 1, 1, 0)))
    return name, found, data[0], data[1:]


def note(data: bytes) -> tuple[str, Signatures]:
    """The text of a signed note, and its signatures: name, key id, payload."""
    whole = data.decode()
    cut = whole.rfind("\n\n")
    must(cut >= 0 and whole.endswith("\n") and not re.search(r"[\x00-\x09\x0b-\x1f]", whole))
    found = [re.findall(r"\A— ([^\s+]+) (\S+)\Z", line)[0] for line in whole[cut + 2 : -1].split("\n")]
    signatures = [(name, unbase64(payload)[:4], unbase64(payload)[4:]) for name, payload in found]
    must(len(signatures) <= 64 and all(payload for _, _, payload in signatures))
    return whole[: cut + 1], signatures


def by(signer: Key, text: str, signatures: Signatures) -> list[bool]:
    """Whether each signature under the key's name and id holds; type 4 is a cosignature with a time (cosignature/v1)."""
    found = []
    for name, identity, payload in signatures:
        if (name, identity) == signer[:2]:
            time = int.from_bytes(payload[:8], "big")
            timed = f"cosignature/v1\ntime {time}\n{text}".encode()
            message, end = (text.encode(), payload) if signer[2] == 1 else (timed, payload[8:])
            found.append((signer[2] == 1 or time < 2**63) and signed(signer[3], message, end))
    return found


def checkpoint(data: bytes) -> tuple[Any, ...]:
    """Text and signatures of a checkpoint; its origin, size, root and hash name."""
    text, signatures = note(data)
    origin, size, root, *more = text[:-1].split("\n")
    must(text.endswith("\n") and all(more) and re.fullmatch(NUMBER, size) and len(unbase64(root)) == 32)
    must(re.fullmatch(ORIGIN, origin) and more[:1] != ["hash sha-256"])
    name = more[0][5:] if more and more[0].startswith("hash ") else "sha-256"
    must(name in {"sha-256", "sm3"})
    return text, signatures, origin, int(size), unbase64(root).hex(), name


def seal(data: bytes) -> tuple[Any, ...]:
    """Text and signatures of the seal, and what it says by name."""
    text, signatures = note(data)
    return text, signatures, SEAL.fullmatch(text).groups()  # type: ignore[union-attr]


def delegation(data: bytes) -> tuple[Any, ...]:
    """The statement that a key may seal exports, and nothing else: text, signatures, origin, from which size, key."""
    text, signatures = note(data)
    origin, since, vkey = DELEGATION.fullmatch(text).groups()  # type: ignore[union-attr]
    must(key(vkey)[2] == 1)
    return text, signatures, origin, int(since), key(vkey)


def history(data: bytes) -> tuple[str, list[Any]]:
    """The log's origin and its keys in turn, each with the size it signs from; old and new key sign each change."""
    found = parsed(data, "first", "origin", "rotations")
    must(re.fullmatch(ORIGIN, found["origin"]) and type(found["rotations"]) is list)
    keys = [(key(found["first"]), 0)]
    for rotation in found["rotations"]:
        text, signatures = note(rotation.encode())
        origin, after, *pair = ROTATION.fullmatch(text).groups()  # type: ignore[union-attr]
        old, new = map(key, pair)
        must(origin == found["origin"] and old == keys[-1][0] and int(after) >= keys[-1][1])
        must(new not in [k for k, _ in keys] and [s[:2] for s in signatures] == [old[:2], new[:2]])
        must(by(old, text, signatures) == by(new, text, signatures) == [True])
        keys.append((new, int(after)))
    must(all(k[2] == 1 for k, _ in keys))
    return found["origin"], keys


def walk(data: bytes) -> tuple[dict[str, bytes], int]:
    """The members of the zip archive, each found where the one before ends, and where its directory begins."""
    members: dict[str, bytes] = {}
    at = 0
    while data[at : at + 4] == b"PK\3\4" and at + 30 <= len(data):
        size, length = struct.unpack_from("<I4xH", data, at + 18)
        name, start = data[at + 30 : at + 30 + length].decode("ascii", "replace"), at + 30 + length
        if start + size > len(data) or not (name.isascii() and name.isprintable()) or name in members:
            break
        members[name], at = data[start : start + size], start + size
    return members, at


# 3. The checks, in order; `facts` collects what the export says


def included(leaf: bytes, index: int, size: int, proof: list[str], root: str, h: Hash) -> bool:
    """Whether an inclusion proof leads from a leaf to the root (RFC 9162 section 2.1.3.2)."""
    last, found = size - 1, h(b"\0" + leaf)
    for step in map(bytes.fromhex, proof):
        if last == 0:
            return False
        if index & 1 or index == last:
            found = h(b"\1" + step + found)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            found = h(b"\1" + found + step)
        index, last = index >> 1, last >> 1
    return last == 0 and found.hex() == root


def opened(path: str, salt: bytes, value: Any, h: Hash) -> str:
    """The commitment to a value."""
    return h(b"\2" + salt + canonical([path, value]).encode()).hex()


def check_fields(doc: Any, act: str, h: Hash, facts: Facts) -> Iterator[Fault]:
    """Each field committed to is disclosed with its salt, or withheld or erased on a basis."""
    promised = doc["body"]["commitments"]
    for path in sorted(promised.keys() | doc["fields"].keys()):
        item, where = doc["fields"].get(path), f"{act} {path}"
        if path not in promised or path not in doc["fields"]:
            yield "added" if path in doc["fields"] else "missing", where
        elif BASIS.fullmatch(canonical(item)):
            facts["hidden"].append((where, *item.popitem()))
        elif not OPENED.match(canonical(item)) or item.keys() != {"salt", "value"}:
            yield "malformed", where
        elif opened(path, bytes.fromhex(item["salt"]), item["value"], h) != promised[path]:
            yield "changed", where
        else:
            facts["values"][where] = canonical(item["value"])


def check_acts(members: dict[str, bytes], facts: Facts) -> Iterator[Fault]:
    """The chain: each act in its place, following the one before, with its fields and its proof, up to the sealed head."""
    size, root, name = facts["checkpoint"]
    _, _, chain, count, head, *_ = facts["seal"] or ("", "", "", len(members), "")
    h, digests = hasher(name), facts["digests"]
    files = {f"acts/{n:06d}.json": n for n in range(1, int(count) + 1)}
    last = max((n for file, n in files.items() if file in members), default=0)
    for file, n in list(files.items())[:last]:
        try:
            doc = parsed(members[file], "body", "fields", "index", "proof")
            body, proof, fields = doc["body"], doc["proof"], doc["fields"]
            must(BODY.fullmatch(canonical(body)) and type(doc["index"]) is int and type(fields) is dict)
            must(type(proof) is list and all(re.fullmatch(HEX, step) for step in proof))
            must(all(re.fullmatch(PATH, path) for path in fields))
        except ERRORS:
            yield "malformed" if file in members else "missing", f"act {n}"
            continue
        leaf = h(b"\3" + canonical(body).encode())
        digests[n], chain = leaf.hex(), chain or body["chain"]
        if (body["position"], body["chain"], body["hash"]) != (n, chain, name):
            yield "misplaced", f"act {n}"
        if body["previous"] != digests.get(n - 1, "" if n == 1 else body["previous"]):
            yield "unlinked", f"act {n}"
        yield from check_fields(doc, f"act {n}", h, facts)
        if not 0 <= doc["index"] < size or not included(leaf, doc["index"], size, proof, root, h):
            yield "unproven", f"act {n}"
    if head and last < len(files):
        yield "cut", f"acts {last + 1}-{len(files)}"
    elif head and digests.get(last, head) != head:
        yield "contradiction", f"act {last}"
    yield from (("added", name) for name in members if name.startswith("acts/") and name not in files)


def check_signatures(read: Facts, facts: Facts, known: list[Key], witnesses: list[Key]) -> Iterator[Fault]:
    """Who signed: the checkpoint a key in force at its size, and witnesses; the seal the newest key or the one it delegated."""
    (owner, keys), (text, signatures, origin, size, root, name) = read["keys.json"], read["checkpoint"]
    sealers = [keys[-1][0]]
    facts |= {"origin": origin, "checkpoint": (size, root, name), "signer": sealers[0]}
    if known and not any(k in known for k, _ in keys):
        yield "untrusted", "keys.json"
    ends = [after for _, after in keys[1:]] + [2**63]
    in_force = [k for (k, after), end in zip(keys, ends, strict=True) if after <= size <= end]
    held = [by(k, text, signatures) for k in in_force]
    if not any(held) or not all(map(all, held)):
        yield "unsigned", "checkpoint"
    said, marks, log, since, other = read.get("delegation", ("", [], owner, 0, None))
    if other and any(signature[:2] == other[:2] for signature in signatures):
        yield "misused", "checkpoint"
    if owner != origin:
        yield "contradiction", "keys.json"
    absent = [witness[0] for witness in witnesses if by(witness, text, signatures) != [True]]
    yield from (("uncosigned", f"checkpoint {who}") for who in absent)
    if other and (len(marks) != 1 or not any(by(k, said, marks) == [True] for k in in_force)):
        yield "unsigned", "delegation"
    elif other and (log != owner or since > size or other[3] in [k[3] for k, _ in keys]):
        yield "contradiction", "delegation"
    elif other:
        sealers.append(other)
    sealed, mark, told = read.get("seal", ("", [], ()))
    found = [k for k in sealers if by(k, sealed, mark) == [True]]
    if sealed and (len(mark) != 1 or not found):
        yield "unsigned", "seal"
    elif sealed and (told[0], told[7]) != (origin, name):
        yield "contradiction", "seal"
    elif sealed:
        facts |= {"seal": told, "sealer": found[0]}


def check_members(members: dict[str, bytes], manifest: Any, facts: Facts) -> Iterator[Fault]:
    """Each member has the digest the manifest lists, and none is left over; documents are named by the act they belong to."""
    h, listed = hasher(facts["checkpoint"][2]), manifest["members"]
    idle = "delegation" if facts["sealer"] == facts["signer"] else ""  # The newest key needs no statement.
    for name, data in members.items():
        stray = name not in listed and name != "manifest.json" and not name.startswith("acts/")
        if stray or name == idle:
            yield "added", name
        elif name in listed and h(data).hex() != listed[name]:
            yield "changed", name
    for name in listed:
        if name not in members and not (facts["seal"] and name.startswith("acts/")):
            yield "missing", name
    for document in manifest["documents"]:
        digest, name = document["digest"], f"documents/{document['hash']}-{document['digest']}"
        if digest not in facts["values"].get(f"act {document['act']} {document['path']}", ""):
            yield "unbound", name
        if document["attached"] and hasher(document["hash"])(members.get(name, b"")).hex() != digest:
            yield "contradiction", name


def check(data: bytes, facts: Facts, known: list[Key], witnesses: list[Key]) -> Iterator[Fault]:
    """Every fault of an export, in a fixed order; `facts` is filled with what it says."""
    members, at = walk(data)
    end = at + sum(46 + len(name) for name in members) + 22
    if not members or data[at : at + 4] != b"PK\1\2" or end > len(data):
        yield "unreadable", f"byte {at}"
        return
    read: Facts = {}
    readers = {"keys.json": history, "checkpoint": checkpoint, "delegation": delegation, "seal": seal}
    for name, reader in readers.items():
        try:
            read[name] = reader(data[end:] if name == "seal" else members[name])
        except ERRORS:
            if name in members or name != "delegation":
                yield "malformed" if name in members or name == "seal" else "missing", name
    if not {"keys.json", "checkpoint"} <= read.keys():
        return
    facts |= {"hidden": [], "values": {}, "end": end, "seal": None, "sealer": None}
    yield from check_signatures(read, facts, known, witnesses)
    yield from check_acts(members, facts)
    manifest = members.get("manifest.json", b"")
    if facts["seal"] and hasher(facts["seal"][7])(manifest).hex() != facts["seal"][5]:
        yield "changed" if manifest else "missing", "manifest.json"
        return
    try:
        found = parsed(manifest, "about", "documents", "members", "witnesses")
        yield from check_members(members, found, facts)
    except ERRORS:
        yield "malformed", "manifest.json"


def verify(
    data: bytes, known: list[Key], witnesses: list[Key], receipts: list[str]
) -> tuple[list[Fault], Facts]:
    """All faults of an export, none when it holds, and what it says; what nothing else explains is the archive's structure."""
    facts: Facts = {"digests": {}}
    faults = list(check(data, facts, known, witnesses))
    faults += [
        ("missing", f"receipt {receipt}") for receipt in receipts if receipt not in facts["digests"].values()
    ]
    if all(code == "missing" and where.startswith("receipt") for code, where in faults) and facts.get("seal"):
        *_, length, name, digest = facts["seal"]
        if (int(length), digest) != (facts["end"], hasher(name)(data[: facts["end"]]).hex()):
            faults.append(("changed", "archive"))
    return faults, facts


def main(arguments: list[str]) -> int:
    """Check one file and say in Chinese, then in English, what was found."""
    options: dict[str, list[str]] = {"--key": [], "--witness": [], "--receipt": [], "file": []}
    words = iter(arguments)
    for word in words:
        options[word if word in options else "file"].append(next(words, "") if word in options else word)
    try:
        known, witnesses = [[key(vkey) for vkey in options[name]] for name in ("--key", "--witness")]
        must(all(witness[2] == 4 for witness in witnesses))
        data = Path(options["file"][0] if options["file"] else sys.argv[0]).read_bytes()
    except (OSError, *ERRORS) as error:
        say(f"无法核验 / cannot check: {error}", *(__doc__ or "").split("\n"))
        return 2
    faults, facts = verify(data, known, witnesses, options["--receipt"])
    for code, where in faults:
        say(f"× {where}：{WORDS[code][0]}", f"  {where}: {WORDS[code][1]}")
    if faults:
        say(f"有误，共 {len(faults)} 处。", f"Wrong in {len(faults)} place{'s' * (len(faults) > 1)}.")
        return 1
    (origin, at, chain, acts, head, *_), (name, identity, kind, public) = facts["seal"], facts["signer"]
    say(f"来源 origin {origin}", f"案卷 dossier {chain}", f"末件 head {head}", f"封存 sealed at {at}")
    say("检查点 checkpoint {} {} {}".format(*facts["checkpoint"]))
    say(f"密钥 key {name}+{identity.hex()}+{base64.b64encode(bytes([kind]) + public).decode()}")
    say("封签 seal {}+{}".format(facts["sealer"][0], facts["sealer"][1].hex()))
    say(*(f"见证 witness {witness[0]}" for witness in witnesses))
    for where, kind, basis in facts["hidden"]:
        law, reason = f"{basis['law']} {basis['article']}", basis["reason"]
        say(f"- {where} {'不公开' if kind == 'withheld' else '已删除'}：{law}，{reason['zh']}")
        say(f"  {where} {kind}: {law}, {reason['en']}")
    say(f"完好：第 1 至 {acts} 件一件不少、未经改动、次序无误，均在检查点的树中。")
    say(f"Intact: acts 1 to {acts} are all here, unchanged, in order, and in the tree of the checkpoint.")
    say("其后是否另有行为，本文件不能证明：请对照回执或日后的导出。")
    say("Whether acts followed them this file cannot show: compare a receipt, or a later export.")
    if not known:
        say("您未列密钥：请将上列密钥与该机关公布的核对。")
        say("You named no key: compare the one above with what the authority publishes.")
    return 0 if known else 3


def say(*lines: str) -> None:
    """Write lines; a character that cannot be printed as its escape: what the file says does not speak to the terminal."""
    told = ("".join(c if c.isprintable() else repr(c)[1:-1] for c in line) for line in lines)
    sys.stdout.write("".join(line + "\n" for line in told))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
