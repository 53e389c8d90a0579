"""Checks what `signoff ledger export` wrote with libraries of others, and nothing of signoff.

Reads folders from standard input, one a line, and answers each with a line of JSON: how much was checked, and
which checks found a fault. `cryptography` opens the note, `rfc8785` makes the canonical bytes once more, `pymerkle`
the tree's root, and `hashlib` opens the commitments.
"""

import base64
import collections
import hashlib
import json
import pathlib
import sys
import traceback

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

ED25519 = 1
COMMITMENT = b"signoff/blob/v1\0"


def sha256(data):
    return hashlib.sha256(data).digest()


def signed_text(note, vkey):
    """The text of a signed note (https://c2sp.org/signed-note), where the key has signed it."""
    name, key_hash, key = vkey.strip().split("+", 2)
    key = base64.b64decode(key, validate=True)
    assert key[0] == ED25519 and sha256(f"{name}\n".encode() + key)[:4].hex() == key_hash, "the key is not its own name's"
    text, signatures = note.rsplit("\n\n", 1)
    text += "\n"
    dash, signer, signature = signatures.rstrip("\n").split(" ")
    signature = base64.b64decode(signature, validate=True)
    assert (dash, signer, signature[:4].hex()) == ("\u2014", name, key_hash), "somebody else signed it"
    Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature[4:], text.encode())
    assert text.split("\n")[0] == name, "the checkpoint is of another log"
    return text


def tile(index, size):
    parts = ["%03d" % (index % 1000)]
    while index >= 1000:
        index //= 1000
        parts.insert(0, "x%03d" % (index % 1000))
    return "/".join(parts) + ("" if size == 256 else ".p/%d" % size)


def split(data):
    while data:
        length = int.from_bytes(data[:2], "big")
        assert len(data) >= 2 + length, "an entry is cut"
        yield data[2 : 2 + length]
        data = data[2 + length :]


class Bundle:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        head = self.read("checkpoint").decode().split("\n")
        self.size, self.root = int(head[1]), base64.b64decode(head[2], validate=True)

    def read(self, name):
        return (self.folder / name).read_bytes()

    def rows(self, name):
        return [line.split("\t") for line in self.read(name).decode().splitlines()]

    def entries(self):
        entries = []
        for index in range((self.size + 255) // 256):
            width = min(256, self.size - 256 * index)
            entries += split(self.read("tile/entries/" + tile(index, width)))
        return entries

    def texts(self):
        for path in sorted(self.folder.glob("blobs/*.json")):
            yield path, json.loads(path.read_bytes())


def note(bundle):
    signed_text(bundle.read("checkpoint").decode(), bundle.read("log.vkey").decode())
    return 1


def canonical(bundle):
    """Every entry, every signed document and every list of them has the bytes that RFC 8785 gives it."""
    texts = bundle.entries()
    for pattern in ("decisions/*.json", "decisions/*.signed"):
        texts += [path.read_bytes() for path in bundle.folder.glob(pattern)]
    for text in texts:
        assert rfc8785.dumps(json.loads(text)) == text, text[:80]
    return len(texts)


def tree(bundle):
    """The entries have the signed root; an inclusion and a growth are proved on that tree too."""
    entries = bundle.entries()
    assert len(entries) == bundle.size, f"{len(entries)} entries under a head over {bundle.size}"
    tree = InmemoryTree(algorithm="sha256")
    for entry in entries:
        tree.append_entry(entry)
    assert tree.get_root() == bundle.root, "the entries have another root"
    for index in (1, bundle.size // 2, bundle.size):
        verify_inclusion(tree.get_leaf(index), bundle.root, tree.prove_inclusion(index))
    half = bundle.size // 2
    verify_consistency(tree.get_root(half), bundle.root, tree.prove_consistency(half))
    return len(entries)


def tiles(bundle):
    """The lowest tiles are the hashes of the entries, and each one above is made of those below."""
    level, hashes = 0, [sha256(b"\0" + entry) for entry in bundle.entries()]
    expected = {}
    while hashes:
        for index in range((len(hashes) + 255) // 256):
            part = hashes[256 * index : 256 * (index + 1)]
            expected[f"tile/{level}/" + tile(index, len(part))] = b"".join(part)
        level, full = level + 1, len(hashes) // 256
        hashes = [perfect(hashes[256 * index : 256 * (index + 1)]) for index in range(full)]
    there = {str(path.relative_to(bundle.folder)) for path in bundle.folder.glob("tile/[0-9]/**/*") if path.is_file()}
    assert there == set(expected), f"there are other tiles: {sorted(there ^ set(expected))}"
    for name, data in expected.items():
        assert bundle.read(name) == data, name
    return len(expected)


def perfect(hashes):
    while len(hashes) > 1:
        hashes = [sha256(b"\1" + left + right) for left, right in zip(hashes[::2], hashes[1::2])]
    return hashes[0]


def commitments(bundle):
    """Every text and payload opens the commitment that the entries have in its place."""
    places, opened = named(map(json.loads, bundle.entries())), 0
    for path, kept in bundle.texts():
        assert path.stem == kept["subject"], path
        for text in kept["texts"]:
            data = text["text"].encode() if "text" in text else base64.b64decode(text["base64"], validate=True)
            opened += opens(text, data, places, (kept["subject"], text["kind"]))
        for payload in kept["payloads"]:
            whole = rfc8785.dumps({**payload["parts"], "arguments": json.loads(payload["arguments"])})
            assert sha256(whole).hex() == payload["sha256"], path
            opened += opens(payload, whole, places, (kept["subject"], payload["revision"]))
    return opened


def opens(kept, data, places, place):
    made = sha256(COMMITMENT + bytes.fromhex(kept["salt"]) + data).hex()
    assert made == kept["commitment"] == places[place], place
    return 1


def named(entries):
    """Commitments by what they are of: a subject, and the kind of its text or its payload's revision."""
    places, judged, decided = {}, collections.Counter(), collections.Counter()
    for entry in entries:
        kind, data, envelope = entry["kind"], entry["data"], entry.get("envelope")
        if kind == "principal_added":
            places[data["principal"], "profile"] = data["profile"]
        elif kind == "proposed":
            places |= {(envelope, name): commitment for name, commitment in data["blobs"].items()}
            places[envelope, entry["rev"]] = data["payload"]
        elif kind == "judged":
            places[envelope, f"judgement/{judged[envelope]}"] = data["trace"]
            judged[envelope] += 1
        elif kind in ("decided", "edited"):
            places[envelope, f"reason/{decided[envelope]}"] = data.get("given", data).get("reason")
            decided[envelope] += 1
        if kind == "edited":
            places[envelope, entry["rev"]] = data["payload"]
    return places


def decisions(bundle):
    """What people signed is what the entries say that they decided, and no file is beside the list of them."""
    entries, expected = bundle.entries(), set()
    for n, who, at, decision, envelope in bundle.rows("decisions.tsv"):
        entry = json.loads(entries[int(n)])
        signed = entry["data"].get("signed") or entry["data"]["given"]["signed"]
        text = bundle.read(f"decisions/{n}.json")
        document = json.loads(text)
        assert document == signed["document"], f"entry {n} holds another decision"
        assert (document["decision"], document["envelope"]) == (decision, envelope), f"line {n} says something else"
        assert document["at"][:19].translate({45: None, 58: None, 84: None}) + "Z" == at, f"line {n} says another time"
        armored = b"".join(bundle.read(f"decisions/{n}.sig").splitlines()[1:-1])
        assert base64.b64decode(armored) == base64.b64decode(signed["signature"]), f"entry {n} holds another signature"
        expected |= {f"{n}.json", f"{n}.sig"}
        if (bundle.folder / f"decisions/{n}.signed").exists():
            together = json.loads(bundle.read(f"decisions/{n}.signed"))
            assert sha256(text).hex() in together["documents"], f"decision {n} is not in its list"
            expected.add(f"{n}.signed")
    there = {path.name for path in bundle.folder.glob("decisions/*")}
    assert there == expected, f"there are other decisions: {sorted(there ^ expected)}"
    signed = sum(b'"signature":"signed (ssh)"' in entry for entry in entries)
    assert signed == len(bundle.rows("decisions.tsv")), f"{signed} decisions were signed"
    return signed


def policies(bundle):
    """Each policy is the one that it is named after, and every one that was signed for is there."""
    there = set()
    for path in bundle.folder.glob("policies/*"):
        assert sha256(path.read_bytes()).hex() == path.stem, path
        there.add(path.stem)
    for path in bundle.folder.glob("decisions/*.json"):
        assert json.loads(path.read_bytes())["policy"] in there, path
    return len(there)


def token_keys(bundle):
    """The keys of tokens are those that the entries name, each from its entry to the next one's (RFC 7517, 7638, 8037)."""
    named = [entry for entry in map(json.loads, bundle.entries()) if entry["kind"] == "token_key_named"]
    expected = []
    for n, entry in enumerate(named):
        key = {"crv": "Ed25519", "kty": "OKP", "x": entry["data"]["key"]}
        kid = base64.urlsafe_b64encode(sha256(rfc8785.dumps(key))).decode().rstrip("=")
        expected.append({**key, "alg": "EdDSA", "kid": kid, "use": "sig", "from": entry["at"]})
        if n + 1 < len(named):
            expected[n]["until"] = named[n + 1]["at"]
    assert json.loads(bundle.read("token.jwks")) == {"keys": expected}, "other keys sign tokens than the entries name"
    return len(expected)


def manifest(bundle):
    says = json.loads(bundle.read("manifest.json"))
    log = bundle.read("checkpoint").decode().split("\n")[0]
    assert log.split("/")[1] == says["ledger"], "it is of another ledger"
    assert (says["entries"], says["root"]) == (bundle.size, bundle.root.hex()), "it is of another size"
    proposed = sum(b'"kind":"proposed"' in entry for entry in bundle.entries())
    assert says["envelopes"] == proposed or says["picked"], f"{proposed} envelopes were proposed"
    return proposed


CHECKS = (note, canonical, tree, tiles, commitments, decisions, policies, token_keys, manifest)


def main():
    for line in sys.stdin:
        counts, failed = {}, {}
        for check in CHECKS:
            try:
                counts[check.__name__] = check(Bundle(line.rstrip("\n")))
            except Exception as error:
                # Whatever a library says of damaged bytes, it did not accept them.
                failed[check.__name__] = traceback.format_exception_only(error)[-1].strip()[:200]
        print(json.dumps({"counts": counts, "failed": failed}), flush=True)


main()
