#!/usr/bin/env python3
"""What mime-decode sees in messages beside what other parsers see: the tree of types, and the decoded octets of every leaf.

usage: trees.py [--generate N] FILE|DIRECTORY...

Python's email package is always asked; GMime when $GMIME_PARTS names the program that shows its parts; mblaze, for types
alone, when it is installed. A message agrees when mime-decode and one that decodes see the same. The others are listed with the first difference. Ends with 1 when fewer than
97 % agree."""

import argparse
import email
import email.policy
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import messages

programs = pathlib.Path(os.environ["BIN"]).resolve()
gmime = os.environ.get("GMIME_PARTS")


def digest(octets):
    return hashlib.sha256(octets.replace(b"\r\n", b"\n")).hexdigest()


def ours(path):
    done = subprocess.run([programs / "mime-decode", "--json", path], capture_output=True)
    if done.returncode == 65:
        return None
    data = path.read_bytes()

    def shape(part):
        children = [shape(child) for child in part["parts"] if "u" not in child["id"]]
        if children:
            return part["type"], children
        octets = subprocess.run([programs / "mime-decode", "--bytes", "-p", part["id"], path], capture_output=True).stdout
        assert part["defects"] or hashlib.sha256(octets).hexdigest() == part["sha256"], (path, part["id"])
        assert data[part["offset"]:part["offset"] + part["length"]].endswith(data[-1:] if not part["size"] else b"")
        return part["type"], digest(octets)

    return shape(json.loads(done.stdout)["root"])


def pythons(path):
    def shape(part):
        kind = part.get_content_type()
        payload = part.get_payload()
        if kind.startswith("message/") and kind != "message/rfc822":
            return kind, None  # Python takes reports apart; their octets are not kept
        if isinstance(payload, list) and payload:
            return kind, [shape(child) for child in payload]
        if isinstance(payload, list):
            return kind, digest(b"")
        octets = part.get_payload(decode=True)
        return kind, digest(octets)

    return shape(email.message_from_bytes(path.read_bytes(), policy=email.policy.compat32))


def gmimes(path):
    with tempfile.TemporaryDirectory() as place, open(path, "rb") as stdin:
        done = subprocess.run([gmime, place], stdin=stdin, capture_output=True)
        if done.returncode != 0:
            return None
        leaves = 0

        def shape(part):
            nonlocal leaves
            if part["parts"]:
                return part["type"].lower(), [shape(child) for child in part["parts"]]
            if "sha256" not in part:
                return part["type"].lower(), None
            leaves += 1
            return part["type"].lower(), digest((pathlib.Path(place) / str(leaves)).read_bytes())

        return shape(json.loads(done.stdout))


def mblazes(path):
    """Types only: it shows no octets."""
    lines = subprocess.run(["mshow", "-t", path], capture_output=True, text=True, errors="replace").stdout.splitlines()[1:]
    stack = [(-1, [])]
    for line in lines:
        depth = len(line) - len(line.lstrip())
        while stack[-1][0] >= depth:
            stack.pop()
        children = []
        stack[-1][1].append((line.split(": ", 1)[1].split()[0].lower(), children))
        stack.append((depth, children))

    def shape(part):
        return part[0], [shape(child) for child in part[1]] or None

    return shape(stack[0][1][0])


def difference(a, b, where="root"):
    if a is None or b is None:
        return None if a == b else f"{where}: one sees no message"
    if a[0] != b[0]:
        return f"{where}: {a[0]} != {b[0]}"
    if isinstance(a[1], list) != isinstance(b[1], list):
        return f"{where}: {a[0]}: parts in one only"
    if not isinstance(a[1], list):
        same = b[1] is None or a[1] == b[1]
        return None if same else f"{where}: {a[0]}: other octets"
    if len(a[1]) != len(b[1]):
        return f"{where}: {len(a[1])} parts != {len(b[1])}"
    for number, (one, other) in enumerate(zip(a[1], b[1]), 1):
        found = difference(one, other, f"{where}.{number}")
        if found:
            return found
    return None


def files_of(names):
    for name in map(pathlib.Path, names):
        if name.is_dir():
            yield from sorted(path for path in name.rglob("*") if path.suffix in (".eml", ".raw", ".txt", ".msg"))
        else:
            yield name


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--generate", type=int, default=0)
    parser.add_argument("files", nargs="*")
    given = parser.parse_args()
    oracles = {"python": pythons} | ({"gmime": gmimes} if gmime else {}) | ({"mblaze": mblazes} if shutil.which("mshow") else {})
    agree = total = 0
    alone = dict.fromkeys(oracles, 0)
    with tempfile.TemporaryDirectory() as place:
        made = []
        for seed in range(given.generate):
            made.append(pathlib.Path(place) / f"{seed}.eml")
            made[-1].write_bytes(messages.message(seed))
        for path in [*files_of(given.files), *made]:
            mine = ours(path)
            if mine is None:
                print(f"{path}: no message")
                continue
            total += 1
            differences = {}
            for name, oracle in oracles.items():
                try:
                    differences[name] = difference(mine, oracle(path))
                except Exception as error:  # an oracle's own failure is no verdict on us
                    differences[name] = f"fails: {error!r}"
            for name, found in differences.items():
                alone[name] += found is None
            if [differences[name] for name in differences if name != "mblaze"].count(None) > 0:
                agree += 1
            else:
                print(f"{path}: " + "; ".join(f"{name}: {found}" for name, found in differences.items()))
    print(f"{agree} of {total} messages agree with one that decodes; " +
          ", ".join(f"{name} {count}" for name, count in alone.items()))
    return 0 if agree >= 0.97 * total else 1


sys.exit(main())
