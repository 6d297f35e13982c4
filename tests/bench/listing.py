#!/usr/bin/env python3
"""The parts of MESSAGES (10000) messages of 25 KB on average listed, in seconds, beside cat and other readers, in turns.
Prints one table in Markdown."""

import base64
import os
import pathlib
import quopri
import random
import shutil
import statistics
import subprocess
import tempfile
import time

program = pathlib.Path(os.environ["BIN"]).resolve() / "mime-decode"
count = int(os.environ.get("MESSAGES", "10000"))
rounds = int(os.environ.get("ROUNDS", "5"))
words = "the quick brown fox jumps over a lazy dog and then goes home to have some tea with the others".split()
python = """
import email, sys
for name in sys.argv[1:]:
    with open(name, "rb") as file:
        for part in email.message_from_binary_file(file).walk():
            print(part.get_content_type(), part.get_content_charset(), part.get_filename(),
                  None if part.is_multipart() else len(part.get_payload(decode=True)))
"""


def prose(source, size):
    lines = []
    while size > 0:
        lines.append(" ".join(source.choice(words) for _ in range(12)) + (" café =" if source.random() < 0.1 else ""))
        size -= len(lines[-1]) + 1
    return "\n".join(lines) + "\n"


def message(seed):
    """Four in ten plain text, three text and HTML, three text with a document."""
    source = random.Random(seed)
    boundary = f"=_{source.getrandbits(128):032x}"
    head = (f"Return-Path: <a@example.org>\nReceived: from x.example.org (x.example.org [192.0.2.1])\n\tby mx.example.net with "
            f"ESMTPS id {seed}\n\tfor <u@example.net>; Tue, 14 Nov 2023 22:13:20 +0000\nDate: Tue, 14 Nov 2023 22:13:20 +0000\n"
            f"From: =?UTF-8?Q?J=C3=BCrgen?= <j@example.org>\nTo: u@example.net\nSubject: Message {seed}\n"
            f"Message-ID: <{seed}.{source.getrandbits(64)}@example.org>\nMIME-Version: 1.0\n")
    kind = source.random()
    if kind < 0.4:
        return (head + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" +
                prose(source, source.randint(500, 6000))).encode()
    if kind < 0.7:
        text = prose(source, source.randint(500, 9000))
        html = "<p>" + text.replace("\n", "<br>\n")
        parts = [f"Content-Type: text/{name}; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n" +
                 quopri.encodestring(body.encode()).decode() for name, body in (("plain", text), ("html", html))]
        head += f"Content-Type: multipart/alternative; boundary=\"{boundary}\"\n\n"
    else:
        octets = base64.encodebytes(source.randbytes(source.randint(5000, 100_000))).decode()
        parts = ["Content-Type: text/plain; charset=us-ascii\n\n" + prose(source, 1500).replace("é", "e"),
                 f"Content-Type: application/pdf; name=\"a{seed}.pdf\"\nContent-Disposition: attachment; filename=\"a{seed}.pdf\"\n"
                 f"Content-Transfer-Encoding: base64\n\n{octets}"]
        head += f"Content-Type: multipart/mixed; boundary=\"{boundary}\"\n\n"
    return (head + "".join(f"--{boundary}\n{part}\n" for part in parts) + f"--{boundary}--\n").encode()


def main():
    with tempfile.TemporaryDirectory(dir="/dev/shm") as place:
        files = []
        for seed in range(count):
            files.append(f"{place}/{seed:05}")
            pathlib.Path(files[-1]).write_bytes(message(seed))
        size = sum(os.path.getsize(file) for file in files)
        each = 'for f; do "$0" {} "$f"; done'
        commands = {"`cat`": ["cat", *files], "`mime-decode`": [program, *files], "`mime-decode --json`": [program, "--json", *files],
                    "`mime-decode --check`": [program, "--check", *files]}
        if shutil.which("mshow"):
            commands["mblaze: `mshow -t`"] = ["mshow", "-t", *files]
        if shutil.which("reformime"):
            commands["`reformime -i`, one at a time"] = ["sh", "-c", 'for f; do reformime -i <"$f"; done', "sh", *files]
        commands["Python's `email`"] = ["python3", "-c", python, *files]
        seconds = {name: [] for name in commands}
        for round in range(rounds):
            for name, command in commands.items():
                # What takes many seconds is timed once.
                if round > 0 and seconds[name][0] > 5:
                    continue
                start = time.monotonic()
                subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                seconds[name].append(time.monotonic() - start)
        print(f"{count} messages, {size / 1e6:.0f} MB, in memory; seconds, best (median) of {rounds} rounds in turns\n")
        print("| | seconds | times `cat` |\n|---|---|---|")
        for name, all in seconds.items():
            print(f"| {name} | {min(all):.2f} ({statistics.median(all):.2f}) | {min(all) / min(seconds['`cat`']):.1f} |")


main()
