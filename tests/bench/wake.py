#!/usr/bin/env python3
"""How soon a message that was answered with 250 is taken up, and how soon it is in the Maildir, under RATE messages a second
(100), PROBES of them (1000). As root. The kernel says when (inotify): the first opening of the message's file behind the one
that made it, and the name in the Maildir. Prints milliseconds: median, 99 of 100, and the longest."""

import ctypes
import os
import pathlib
import shutil
import smtplib
import statistics
import struct
import sys
import tempfile
import threading
import time

from receiving import Tubepost, nobody, size

rate = int(os.environ.get("RATE", "100"))
probes = int(os.environ.get("PROBES", "1000"))
IN_OPEN, IN_MOVED_TO, IN_CREATE = 0x20, 0x80, 0x100


class Events(threading.Thread):
    """When something was opened, made or moved in these folders: (time, name, made)."""

    def __init__(self, folders):
        super().__init__(daemon=True)
        library = ctypes.CDLL(None, use_errno=True)
        self.wire, self.seen, self.folders = library.inotify_init(), [], {}
        for each in folders:
            number = library.inotify_add_watch(self.wire, os.fsencode(each), IN_OPEN | IN_MOVED_TO | IN_CREATE)
            if number < 0:
                sys.exit(f"inotify: {each}: {os.strerror(ctypes.get_errno())}")
            self.folders[number] = each

    def run(self):
        while True:
            data, now, at = os.read(self.wire, 65536), time.perf_counter(), 0
            while at < len(data):
                watch, mask, _, length = struct.unpack_from("iIII", data, at)
                name = data[at + 16 : at + 16 + length].rstrip(b"\0").decode()
                self.seen.append((now, self.folders[watch], name, mask))
                at += 16 + length


def send(port):
    """When each was answered, by its id."""
    answered = {}
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo("b.test")
        begin = time.perf_counter()
        for number in range(probes):
            time.sleep(max(0, begin + number / rate - time.perf_counter()))
            client.mail("a@b.test")
            client.rcpt("bob@example.test")
            code, reply = client.data(f"Subject: probe{number}\r\n\r\n" + f"{'x' * 78}\r\n" * (size // 80))
            now = time.perf_counter()
            if code != 250:
                sys.exit(f"{code} {reply}")
            answered[reply.split()[-1].decode()] = now
    return answered


def row(what, milliseconds):
    values = sorted(milliseconds)
    print(f"| {what} | {statistics.median(values):.1f} | {values[int(len(values) * 0.99)]:.1f} | {values[-1]:.1f} |")


def measure(site):
    peer = Tubepost(site, "fork")
    try:
        new = peer.maildir / "new"
        for each in (peer.maildir, new, peer.maildir / "tmp", peer.maildir / "cur"):
            each.mkdir(exist_ok=True)
            os.chown(each, nobody, nobody)
        events = Events([new, *(site / "spool/queue").glob("?")])
        events.start()
        answered = send(peer.port)
        end = time.monotonic() + 30
        while len(os.listdir(new)) < probes:
            if time.monotonic() > end:
                sys.exit(f"{site}: {probes - len(os.listdir(new))} messages are missing")
            time.sleep(0.01)
    finally:
        peer.end()
    taken, made = {}, set()
    for now, folder, name, mask in events.seen:
        one = name.split(".")[1] if folder != new and name.count(".") >= 2 else ""
        if mask & IN_OPEN and one in answered:
            if one in made:
                taken.setdefault(one, now)
            made.add(one)
    arrived = sorted(now for now, folder, _, mask in events.seen if folder == new and mask & (IN_MOVED_TO | IN_CREATE))
    print("| ms from 250 to | median | 99 % | longest |\n|---|---|---|---|")
    row("the start of delivery", [max(0, (taken[one] - answered[one]) * 1000) for one in answered])
    # One after the other, on one connection.
    row("the Maildir", [max(0, (there - told) * 1000) for there, told in zip(arrived, sorted(answered.values()))])


def main():
    directory = pathlib.Path(tempfile.mkdtemp(prefix="bench.", dir=os.environ.get("TMPDIR")))
    directory.chmod(0o755)
    try:
        (directory / "site").mkdir()
        measure(directory / "site")
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
