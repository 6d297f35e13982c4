#!/usr/bin/env python3
"""What 20 000 messages for hosts that cannot be reached cost a new one, while all of them are due and tried: hosts that refuse, hosts that
do not even answer a call (their queue of calls is full), and names of which the DNS says nothing, a third each. A table of milliseconds
from the end of spool-put to the Maildir, and to a host that lives, with an empty queue and with those; and how often they were tried.
DEFERRED messages (20000), HOSTS of each kind (500), TRIES of each new message (100); TMPDIR is best in memory."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zlib

from deferred import message_id, programs, site_at

deferred = int(os.environ.get("DEFERRED", "20000"))
hosts = int(os.environ.get("HOSTS", "500"))
tries = int(os.environ.get("TRIES", "100"))
kinds = ("refuses", "hangs", "unknown")
text = b"Subject: x\n\nx\n"


class Living(threading.Thread):
    """A host that takes everything: when each message came is in `taken`."""

    def __init__(self, where="127.0.0.1"):
        super().__init__(daemon=True)
        self.socket = socket.create_server((where, 0), backlog=100)
        self.port = self.socket.getsockname()[1]
        self.taken = []

    def run(self):
        while True:
            threading.Thread(target=self.talk, args=(self.socket.accept()[0],), daemon=True).start()

    def talk(self, connection):
        with contextlib.suppress(OSError), connection.makefile("rwb", 0) as stream:
            stream.write(b"220 x\r\n")
            for line in stream:
                if line[:4].upper() == b"DATA":
                    stream.write(b"354 go\r\n")
                    while stream.readline() not in (b".\r\n", b""):
                        pass
                    self.taken.append(time.perf_counter())
                stream.write(b"250 ok\r\n")


def hang(address):
    """A port where no call is answered: sockets that have to be kept."""
    listening = socket.socket()
    listening.bind((address, 0))
    listening.listen(0)
    calls = []
    for _ in range(3):
        calls.append(socket.socket())
        calls[-1].setblocking(False)
        calls[-1].connect_ex(listening.getsockname())
    return listening, calls


def address(net, number):
    return f"127.{net}.{number // 250}.{number % 250 + 1}"


def host_name(kind, number):
    return f"{kind}-{number % hosts}.test"


def write_message(queue, number):
    """As one that came two hours ago and is due since one."""
    now = int(time.time())
    kind = kinds[number % len(kinds)]
    name = message_id((now - 1_700_000_000 - 7200) * 1_000_000 + number)
    recipient = f"x@{host_name(kind, number // len(kinds))}"
    end = f"{len(text):020} {zlib.crc32(text):08x}"
    head = f"tubepost 1\nid: {name}\nreceived: {now - 7200}\nlength: {end}\nfrom: <bob@example.test>\nto: todo <{recipient}>\n\n"
    bucket = queue / "0123456789abcdefghijklmnopqrstuv"[int(name[-1], 32) % 16]
    file = bucket / f"{now - 3600:010x}.{name}.{recipient[2:]}"
    file.write_bytes(head.encode() + text + f"\n-- end {end}\n".encode())
    file.chmod(0o600)


def put(environment, recipient):
    subprocess.run([programs / "spool-put", recipient], input=text, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter()


def until(what, arrived, pause=0.0002):
    end = time.monotonic() + 60
    while not arrived():
        if time.monotonic() > end:
            sys.exit(f"{what} does not come")
        time.sleep(pause)


def measure(directory, environment, living):
    """Milliseconds of each new message: to the Maildir, and to the host that lives."""
    new = directory / "bob/Maildir/new"
    here, there = [], []
    for _ in range(tries):
        before = len(os.listdir(new)) if new.exists() else 0
        start = put(environment, "bob@example.test")
        until("the message", lambda: new.exists() and len(os.listdir(new)) > before)
        here.append((time.perf_counter() - start) * 1000)
        before = len(living.taken)
        start = put(environment, "x@living.test")
        until("the message for the other host", lambda: len(living.taken) > before)
        there.append((living.taken[-1] - start) * 1000)
        time.sleep(0.1)
    return here, there


def run(directory, environment, living, number_of_messages):
    log = directory / "log"
    with open(log, "w") as out:
        runner = subprocess.Popen([programs / "smtp-send"], env=environment, stderr=out)
        try:
            until("the runner", (directory / "spool/wake").exists)
            for kind in kinds if number_of_messages else ():  # it is at it
                until(f"a try of one that {kind}", lambda: f"deferred to=x@{kind}-" in log.read_text(), 0.1)
            here, there = measure(directory, environment, living)
            tried = log.read_text()
        finally:
            runner.send_signal(signal.SIGTERM)
            time.sleep(0.1)
            children = subprocess.run(["pgrep", "-P", str(runner.pid)], capture_output=True, text=True).stdout.split()
            for pid in children:  # what hangs has minutes
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
            runner.wait()
    (directory / "spool/wake").unlink()
    counts = " / ".join(str(tried.count(f"deferred to=x@{kind}-")) for kind in kinds)
    print(f"| {number_of_messages} | {statistics.median(here):.1f} | {max(here):.1f} | {statistics.median(there):.1f} | {max(there):.1f} "
          f"| {counts} |", flush=True)


def main():
    directory = pathlib.Path(tempfile.mkdtemp(prefix="unreachable."))
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent.bind(("127.0.0.1", 0))
    living = Living()
    living.start()
    kept = []
    try:
        environment = site_at(directory)
        with open(directory / "tubepost.conf", "a") as configuration:
            configuration.write(f"relay-by-mx = yes\nresolver = 127.0.0.1@{silent.getsockname()[1]}\ntrust-anchor =\n"
                                "timeout = 5\ndns-timeout = 3\n")  # so that many are tried meanwhile
        with open(directory / "routes", "w") as routes:
            routes.write(f"living.test 127.0.0.1:{living.port}\n")
            for number in range(hosts):
                kept.append(hang(address(202, number)))
                port = kept[-1][0].getsockname()[1]
                routes.write(f"{host_name('hangs', number)} {address(202, number)}:{port}\n")
                routes.write(f"{host_name('refuses', number)} {address(201, number)}:1\n")
        print("| waiting for hosts that cannot be reached | ms to the Maildir, median | at most | ms to a host that lives, median | at most "
              "| tries meanwhile of hosts that refuse / hang / are unknown |\n|---|---|---|---|---|---|")
        run(directory, environment, living, 0)
        for number in range(deferred):
            write_message(directory / "spool/queue", number)
        run(directory, environment, living, deferred)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
