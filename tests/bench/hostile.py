#!/usr/bin/env python3
"""Messages made to hurt a reader: what mime-decode takes for each, in each of its modes.

usage: hostile.py [--table] [--scale F]

Without --table it is a test: every run must end by itself with 0, 1 or 65 and stay below 64 MiB. With it the seconds and the
memory are printed, also for messages half as large, which should take half as long."""

import argparse
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

program = pathlib.Path(os.environ["BIN"]).resolve() / "mime-decode"
modes = {"tree": [], "json": ["--json"], "text": ["--text"], "check": ["--check"], "extract": ["-x"]}
limit = 64 << 20


def multipart(boundary, body):
    return b"Content-Type: multipart/mixed; boundary=" + boundary + b"\n\n" + body


def nested(count):
    heads = b"".join(multipart(b"b%d" % i, b"--b%d\n" % i) for i in range(count))
    return heads + b"\ndeep\n" + b"".join(b"--b%d--\n" % i for i in reversed(range(count)))


messages = {
    "nested 100 k deep": (100_000, nested),
    "messages 100 k deep": (100_000, lambda n: b"Content-Type: message/rfc822\n\n" * n),
    "200 k parts": (200_000, lambda n: multipart(b"b", b"--b\n\nx\n" * n + b"--b--\n")),
    "200 k boundaries, none opened": (200_000, lambda n: multipart(b"b", b"--bx\n" * n)),
    "100 nested, 1 M dashes": (1_000_000, lambda n: b"".join(multipart(b"b%d" % i, b"--b%d\n" % i) for i in range(99)) + b"\n" + b"--b\n" * n),
    "100 k parameters": (100_000, lambda n: b"Content-Type: text/plain" + b"".join(b"; p%d=v" % i for i in range(n)) + b"\n\nx\n"),
    "100 k pieces of a name": (100_000, lambda n: b"Content-Type: a/b" + b"".join(b"; name*%d*=%%41" % i for i in range(n)) + b"\n\nx\n"),
    "4 M parameters of 4000 parts": (4_000, lambda n: multipart(b"b", (b"--b\nContent-Type: a/b" + b"; a=b" * 1000 + b"\n\nx\n") * n)),
    "25 names of 2 MB": (25, lambda n: multipart(b"b", (b"--b\nContent-Type: a/b; name=" + b"x" * 2_000_000 + b"\n\nx\n") * n)),
    "2.5 M uuencoded files in 2500 texts": (2500, lambda n: multipart(b"b", (b"--b\n\n" + b"begin 644 x\n`\nend\n" * 1000) * n)),
    "9900 parts of one name": (9900, lambda n: multipart(b"b", b"--b\nContent-Type: a/b; name=x\n\nx\n" * n)),
    "100 k encoded words": (100_000, lambda n: b"Subject: " + b"=?utf-8?q?=C3=A9?=\n " * n + b"\n\nx\n"),
    "100 k words that have no end": (100_000, lambda n: b"Subject: " + b"=?utf-8?q?x " * n + b"\n\nx\n"),
    "500 k fields": (500_000, lambda n: b"A: b\n" * n + b"\nx\n"),
    "500 k fields of structure": (500_000, lambda n: b"Content-Type: text/plain\n" * n + b"\nx\n"),
    "50 MB line": (50_000_000, lambda n: b"A: b\n\n" + b"x" * n + b"\n"),
    "50 MB field": (50_000_000, lambda n: b"Subject: " + b"x" * n + b"\n\nx\n"),
    "50 MB Content-Type": (50_000_000, lambda n: b"Content-Type: text/plain; name=" + b"x" * n + b"\n\nx\n"),
    "50 MB of base64 in a line": (50_000_000, lambda n: b"Content-Transfer-Encoding: base64\n\n" + b"QUJD" * (n // 4) + b"\n"),
    "50 MB of '='": (50_000_000, lambda n: b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=" * n + b"\n"),
    "50 MB of blanks": (50_000_000, lambda n: b"Content-Transfer-Encoding: quoted-printable\n\n" + b" " * n + b"\n"),
    "50 MB of NULs": (50_000_000, lambda n: b"A: b\n\n" + bytes(n)),
    "50 MB of CR": (50_000_000, lambda n: b"A: b\n\n" + b"x\r" * (n // 2)),
    "CR alone as line end": (10_000_000, lambda n: b"A: b\rC: d\r\r" + b"text\r" * (n // 5)),
    "100 k addresses": (100_000, lambda n: b"To: " + b"a <b@c.test>,\n " * n + b"\n\nx\n"),
    "100 k comments in one another": (100_000, lambda n: b"To: " + b"(" * n + b"\n\nx\n"),
    "100 k begin lines": (100_000, lambda n: b"A: b\n\n" + b"begin 644 x\n" * n),
    "100 k uuencoded files": (100_000, lambda n: b"A: b\n\n" + b"begin 644 x\n`\nend\n" * n),
    "10 MB of tags": (10_000_000, lambda n: b"Content-Type: text/html\n\n" + b"<a href=x>" * (n // 10)),
    "10 MB in one tag": (10_000_000, lambda n: b"Content-Type: text/html\n\n<a " + b"b=c " * (n // 4)),
    "50 MB in UTF-7": (50_000_000, lambda n: b"Content-Type: text/plain; charset=utf-7\n\n" + b"+AGE-" * (n // 5)),
}


def run(path, arguments, place):
    before = time.monotonic()
    child = subprocess.Popen([program, *arguments, path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=place,
                             preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (60, 60)))
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, time.monotonic() - before


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--scale", type=float, default=1)
    given = parser.parse_args()
    bad = 0
    if given.table:
        print("CPU seconds (of half the message) and MiB\n\n| | " + " | ".join(modes) + " |\n" + "|---" * (len(modes) + 1) + "|")
    for name, (count, make) in messages.items():
        cells = []
        for mode, arguments in modes.items():
            seconds = []
            for part in (1, 2) if given.table else (1,):
                with tempfile.TemporaryDirectory(dir="/dev/shm") as place:
                    path = pathlib.Path(place) / "message"
                    path.write_bytes(make(int(count * given.scale) // part))
                    status, cpu, memory, _ = run(path, arguments, place)
                seconds.append(cpu)
                if part == 1:
                    most = memory
                    if status not in (0, 1, 65) or memory > limit:
                        bad += 1
                        print(f"{name}, {mode}: status {status}, {memory >> 20} MiB", file=sys.stderr)
            cells.append(" (".join(f"{one:.2f}" for one in seconds) + f") {most / 2**20:.0f}")
        if given.table:
            print(f"| {name} | " + " | ".join(cells) + " |")
    return 1 if bad else 0


sys.exit(main())
