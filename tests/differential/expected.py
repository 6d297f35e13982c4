#!/usr/bin/env python3
"""mime-decode beside the expected results of a folder: NAME.eml with NAME.json, and NAME.crlf.json for the same with CRLF.

usage: expected.py FOLDER

A row is a part (offsets, kind, decoded content) or a field of text (decoded value). Ends with 1 when fewer than 97 % agree."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

program = pathlib.Path(os.environ["BIN"]).resolve() / "mime-decode"
agree = total = 0


def run(*arguments):
    return subprocess.run([program, *arguments], capture_output=True).stdout


def row(where, wanted, got):
    global agree, total
    total += 1
    if wanted == got:
        agree += 1
    else:
        print(f"{where}: wanted {str(wanted)[:300]!r}, got {str(got)[:300]!r}")


def content(part, ours, path, data):
    """What is expected of a leaf and what we have, alike in form."""
    (kind, wanted), = part["body"].items()
    raw = data[ours["offset"] + ours["length"] - ours["size"]:ours["offset"] + ours["length"]]
    if part["is_encoding_problem"]:
        # Expected is the body as it stands; ours is decoded as far as it goes, and says that it is damaged.
        assert ours["defects"], (path, ours["id"])
        octets = raw
    elif kind in ("Text", "Html") and ours["type"].startswith("text/"):
        return wanted.replace("\r\n", "\n"), run("-p", ours["id"], path).decode()
    else:
        octets = run("--bytes", "-p", ours["id"], path)
    if isinstance(wanted, str):
        return wanted.replace("\r\n", "\n"), octets.decode("utf-8", "replace").replace("\r\n", "\n")
    return bytes(wanted), octets


def compare(expected, ours, path, data, where):
    """`expected` is a message: a list of parts, the first of which is its root."""
    def walk(index, part, base):
        wanted = expected["parts"][index]
        name = f"{where} {part['id']}"
        row(name + " offsets", (wanted["offset_header"], wanted["offset_end"]), (part["offset"], part["offset"] + part["length"]))
        if "Multipart" in wanted["body"]:
            row(name + " parts", len(wanted["body"]["Multipart"]), len(part["parts"]))
            for number, child in zip(wanted["body"]["Multipart"], part["parts"]):
                walk(number, child, base)
        elif "Message" in wanted["body"]:
            row(name + " message", 1, len(part["parts"]))
            if part["parts"]:
                compare(wanted["body"]["Message"], part["parts"][0], path, data, name)
        else:
            row(name + " content", *content(wanted, part, path, data))
    walk(0, ours, 0)


def one(path, expected):
    data = path.read_bytes()
    message = json.loads(run("--json", path))
    texts = [(field["name"], field["value"]["Text"]) for field in expected["parts"][0]["headers"]
             if isinstance(field["value"], dict) and "Text" in field["value"]]
    ours = {}
    for field in message["headers"]:
        ours.setdefault(field["name"].lower().replace("-", "_"), []).append(field["value"])
    for name, value in texts:
        name = name if isinstance(name, str) else name["other"].lower().replace("-", "_")
        got = (ours.get(name) or [""]).pop(0)
        if name.endswith("_id"):
            got = got.strip("<>")  # the expected results have them without
        row(f"{path.name} {name}", value, got)
    compare(expected, message["root"], path, data, path.name)


def main():
    folder = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as place:
        for source in sorted(folder.glob("*.eml")):
            one(source, json.loads(source.with_suffix(".json").read_text()))
            crlf = pathlib.Path(place) / (source.stem + ".crlf.eml")
            crlf.write_bytes(source.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
            one(crlf, json.loads(source.with_suffix(".crlf.json").read_text()))
    print(f"{agree} of {total} rows agree")
    return 0 if agree >= 0.97 * total else 1


sys.exit(main())
