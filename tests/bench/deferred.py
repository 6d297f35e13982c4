#!/usr/bin/env python3
"""What a queue of deferred messages costs the runner: the time until it has read all names, its memory, and how long a new message
takes from the queue to the Maildir meanwhile, afterwards, and while somebody says names for ever that are known; and the time to the first
line of `spool list`. Files are hard links of few: only names are read.
DEFERRED messages (1000000), DOMAINS they go to (as many), TRIES of a new message, SAID names; TMPDIR is best in memory."""

import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

top = pathlib.Path(__file__).resolve().parents[2]
programs = pathlib.Path(os.environ["BIN"]).resolve()
deferred = int(os.environ.get("DEFERRED", "1000000"))
domains = int(os.environ.get("DOMAINS", str(deferred)))
tries = int(os.environ.get("TRIES", "300"))
said = int(os.environ.get("SAID", "700000"))
digits = "0123456789abcdefghijklmnopqrstuv"


def message_id(number):
    value = ((1_700_000_000_000_000 + number) << 12) | (number & 0xFFF)
    return "".join(digits[value >> shift & 31] for shift in range(60, -1, -5))


def fill(queue, number_of_messages, spread=domains):
    """Due between an hour and a day from now."""
    now = int(time.time())
    seeds = {}
    for number in range(number_of_messages):
        name = message_id(number)
        bucket = queue / digits[digits.index(name[-1]) % 16]
        if number % 50_000 < 16 or bucket not in seeds:
            seeds[bucket] = bucket / f".seed{number}"
            seeds[bucket].write_bytes(b"x")
        due = now + 3600 + number * 7919 % 79_200
        os.link(seeds[bucket], bucket / f"{due:010x}.{name}.host-{number % spread}.example")


def memory(pid):  # KiB
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def wakeups(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("voluntary_ctxt_switches:"):
            return int(line.split()[1])
    return 0


def processor_time(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def site_at(directory):
    shutil.copytree(top / "spool", directory / "spool")
    (directory / "bob").mkdir()
    (directory / "domains").write_text("example.test\n")
    (directory / "users").write_text(f"bob:*:{os.getuid()}:{os.getgid()}::{directory}/bob::\n")
    (directory / "routes").write_text("* 127.0.0.1:1\n")
    (directory / "tubepost.conf").write_text("".join(f"{k} = {directory / v}\n" for k, v in {
        "spool": "spool", "domains": "domains", "users": "users", "routes": "routes"}.items()) +
        f"hostname = mx.example.test\npostmaster = bob\nlibexec = {programs}\n")
    return dict(os.environ, TUBEPOST_CONF=str(directory / "tubepost.conf"))


def put_and_wait(directory, environment):
    """Milliseconds from the end of spool-put to the file in the Maildir."""
    new = directory / "bob/Maildir/new"
    before = len(os.listdir(new)) if new.exists() else 0
    subprocess.run([programs / "spool-put", "bob@example.test"], input=b"Subject: x\n\nx\n", env=environment, check=True,
                   stdout=subprocess.DEVNULL)
    start = time.perf_counter()
    while not new.exists() or len(os.listdir(new)) == before:
        if time.perf_counter() - start > 30:
            sys.exit("the message does not come")
        time.sleep(0.0002)
    return (time.perf_counter() - start) * 1000


class Knocking(threading.Thread):
    """Says the names of what waits anyway, so that each of them is there twice until doubles are dropped."""

    def __init__(self, spool, names):
        super().__init__(daemon=True)
        self.spool, self.names = spool, names

    def run(self):
        pipe = os.open(self.spool / "wake", os.O_WRONLY)
        for start in range(0, said, 50):
            some = (self.names[number % len(self.names)] for number in range(start, start + 50))
            os.write(pipe, "".join(f"{name}\n" for name in some).encode())
        os.close(pipe)


def until_all_is_said(directory, environment):
    """Milliseconds of each new message meanwhile."""
    names = [name for bucket in sorted((directory / "spool/queue").iterdir()) for name in os.listdir(bucket) if name[0] != "."]
    if not names:
        return [0]
    knocking = Knocking(directory / "spool", names)
    knocking.start()
    out = []
    while knocking.is_alive():
        out.append(put_and_wait(directory, environment))
    return out


def first_line(environment):
    """Milliseconds until `spool list` says something."""
    start = time.perf_counter()
    with subprocess.Popen([programs / "spool", "list"], env=environment, stdout=subprocess.PIPE) as tool:
        tool.stdout.readline()
        out = (time.perf_counter() - start) * 1000
        tool.kill()
    return out


def settle(pid):
    """Seconds of processor time when it has nothing to do any more."""
    while True:
        before = processor_time(pid)
        time.sleep(0.2)
        if processor_time(pid) == before:
            return before


def measure(directory, environment, number_of_messages):
    with open(directory / "log", "w") as log:
        runner = subprocess.Popen([programs / "smtp-send"], env=environment, stderr=log)
        while not (directory / "spool/wake").exists():
            if runner.poll() is not None:
                sys.exit((directory / "log").read_text())
            time.sleep(0.001)
        first = max(put_and_wait(directory, environment) for _ in range(30))
        used = settle(runner.pid)
        idle = memory(runner.pid)
        later = [put_and_wait(directory, environment) for _ in range(tries)]
        before = wakeups(runner.pid), processor_time(runner.pid)
        time.sleep(10)
        woken = wakeups(runner.pid) - before[0]
        doubles = until_all_is_said(directory, environment)
        listed = min(first_line(environment) for _ in range(3))
        runner.send_signal(signal.SIGTERM)
        runner.wait()
    (directory / "spool/wake").unlink()
    print(f"| {number_of_messages} | {used:.2f} | {idle} | {first:.1f} | {statistics.median(later):.1f} | {max(later):.1f} "
          f"| {statistics.median(doubles):.1f} | {max(doubles):.1f} | {listed:.0f} | {woken} |", flush=True)
    return idle


def main():
    directory = pathlib.Path(tempfile.mkdtemp(prefix="deferred."))
    try:
        environment = site_at(directory)
        print("| deferred | CPU s to read the names | KiB resident | ms at most, messages during that | ms median | ms at most | ms median, names said | ms at most "
              "| ms to the first line of spool list | wake-ups in 10 s |")
        print("|---|---|---|---|---|---|---|---|---|---|")
        empty = measure(directory, environment, 0)
        fill(directory / "spool/queue", deferred)
        full = measure(directory, environment, deferred)
        print(f"\n{(full - empty) * 1024 / deferred:.0f} octets a message, to {domains} domains")
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
