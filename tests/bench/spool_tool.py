#!/usr/bin/env python3
"""What an operator waits for in a spool of many messages: spool_tool.py [MESSAGES], in memory ($TMPDIR or /dev/shm).
Prints a table: when the first line comes, when the last, and how much memory it takes."""

import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import zlib

DIGITS = "0123456789abcdefghijklmnopqrstuv"
TEXT = b"Subject: x\n\nhello\n"
MARK = b"%020d %08x" % (len(TEXT), zlib.crc32(TEXT))
COMMANDS = ["list", "list --json", "list --domain host7.test", "list --sender a3@x.test", "list --long", "list --mailq",
            "list --sort due", "stats", "hold --domain host1*", "release --held", "retry --all", "check", "delete --all --yes"]


def put(folders, number, now):
    """Deferred, the older the lower its number."""
    arrived = (now - 86400) * 10**6 + number * 1000
    value = arrived << 12 | random.getrandbits(12)
    name = "".join(DIGITS[value >> shift & 31] for shift in range(60, -1, -5))
    domain = f"host{number % 1000}.test"
    text = (f"tubepost 1\nid: {name}\nreceived: {arrived // 10**6}\nlength: {MARK.decode()}\nfrom: <a{number % 7}@x.test>\n"
            f"to: todo <u@{domain}>\n\n").encode() + TEXT + b"\n-- end " + MARK + b"\n"
    text += f"{arrived // 10**6 + 5} u@{domain} deferred 4.4.1 connection refused\n".encode()
    path = folders[DIGITS.index(name[-1]) % 16] / f"{now + 3600 + number % 86400:010x}.{name}.{domain}"
    file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(file, text)
    os.close(file)


def measure(program, spool, line):
    started = time.monotonic()
    child = subprocess.Popen([program, *line.split(), f"--spool={spool}"], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    child.stdout.readline()
    first = time.monotonic() - started
    while child.stdout.read(1 << 20):
        pass
    _, status, usage = os.wait4(child.pid, 0)
    whole = time.monotonic() - started
    if status != 0:
        sys.exit(f"spool {line}: {status}")
    print(f"{line:28} {first * 1000:9.1f} {whole:9.2f} {usage.ru_maxrss / 1024:9.1f}", flush=True)


def main():
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    program = os.path.abspath(os.environ.get("BIN", "build/bin")) + "/spool"
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", "/dev/shm")) as site:
        os.environ["TUBEPOST_CONF"] = f"{site}/conf"
        pathlib.Path(site, "conf").touch()
        folders = [pathlib.Path(site, "queue", f"{digit:x}") for digit in range(16)]
        for folder in folders:
            folder.mkdir(parents=True)
        now = int(time.time())
        for number in range(messages):
            put(folders, number, now)
        print(f"{messages} messages               first, ms    all, s       MiB")
        for line in COMMANDS:
            measure(program, site, line)


main()
