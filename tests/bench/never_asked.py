#!/usr/bin/env python3
"""What new messages for hosts that were never asked before, and hang, cost other new ones: half of these hosts answer no call (their queue
of calls is full), half take it and say nothing. Prints a table of milliseconds from 250, or the end of spool-put, until a message is in the
Maildir, at a host that answered before, and at one that lives and was never asked, each at most and in the median; and what was tried
meanwhile. Every timeout is the one that the programs come with. FRESH messages for as many hosts (2000), PROBES of each kind (20), of which
one that takes longer than PATIENCE seconds (60) counts as that. Beside it Debian's postfix, as root, installed but not running; ONLY names
one of them."""

import contextlib
import os
import pathlib
import shutil
import signal
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import deferred
import sending
from unreachable import Living, address, text

fresh = int(os.environ.get("FRESH", "2000"))
probes = int(os.environ.get("PROBES", "20"))
patience = float(os.environ.get("PATIENCE", "60"))


class Hosts:
    def __init__(self):
        self.living = Living("0.0.0.0")
        self.living.start()
        self.silent = socket.create_server(("0.0.0.0", 0), backlog=4000)
        self.deaf = socket.create_server(("0.0.0.0", 0), backlog=0)
        self.calls = []
        for _ in range(3):
            self.calls.append(socket.socket())
            self.calls[-1].setblocking(False)
            self.calls[-1].connect_ex(("127.0.0.1", self.deaf.getsockname()[1]))
        self.routes = {"known.test": ("127.0.7.1", self.living.port)}
        for number in range(probes):
            self.routes[f"new-{number}.test"] = (address(8, number), self.living.port)
        for number in range(fresh):
            kind = (self.silent, self.deaf)[number % 2]
            self.routes[f"hangs-{number}.test"] = (address(202, number), kind.getsockname()[1])


def children(log):
    """How many addresses were deferred."""
    words = pathlib.Path(log).read_text(errors="replace").splitlines()
    return sum("hangs-" in line and ("deferred to=" in line or "status=deferred" in line) for line in words)


class Tubepost:
    def __init__(self, site, hosts):
        self.site = site
        self.environment = deferred.site_at(site)
        (site / "routes").write_text("".join(f"{name} {host}:{port}\n" for name, (host, port) in hosts.routes.items()))
        self.new = site / "bob/Maildir/new"
        self.runner = None

    def begin(self):
        with open(self.site / "log", "w") as out:
            self.runner = subprocess.Popen([deferred.programs / "smtp-send"], env=self.environment, stderr=out)
        while not (self.site / "spool/wake").exists():
            time.sleep(0.01)

    def put(self, recipient):
        subprocess.run([deferred.programs / "spool-put", recipient], input=text, env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def busy(self):
        return len(self.children())

    def children(self):
        return subprocess.run(["pgrep", "-P", str(self.runner.pid)], capture_output=True, text=True).stdout.split()

    def end(self):
        self.runner.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        for pid in self.children():  # what hangs has minutes
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        self.runner.wait()


class Postfix(sending.Postfix):
    def __init__(self, site, hosts):
        self.hosts = hosts
        super().__init__(site, type("Nowhere", (), {"routes": {}}), False)
        self.new = self.maildir / "new"

    def begin(self):
        """At first without its queue manager."""
        if hasattr(self, "new"):
            return self.send()
        routes = self.site / "etc/routes"
        routes.write_text("".join(f"{name} smtp:[{host}]:{port}\n" for name, (host, port) in self.hosts.routes.items()))
        with open(self.site / "etc/main.cf", "a") as conf:
            conf.write(f"transport_maps = texthash:{routes}\nrelay_domains = texthash:{routes}\n")
        return super().begin()

    def put(self, recipient):
        with smtplib.SMTP("127.0.0.1", self.port) as client:
            client.sendmail("bob@example.test", [recipient], text.replace(b"\n", b"\r\n"))

    def busy(self):
        return sum(pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == "smtp" for pid in self.group.pids())


def probe(peer, recipient, arrived):
    before = arrived()
    peer.put(recipient)
    start = time.perf_counter()
    while arrived() == before and time.perf_counter() - start < patience:
        time.sleep(0.0005)
    return (time.perf_counter() - start) * 1000


def measure(name, make, site, hosts):
    peer = make(site, hosts)
    try:
        # One that answers before the others are tried.
        def there():
            return len(hosts.living.taken)

        def here():
            return len(os.listdir(peer.new)) if peer.new.exists() else 0

        peer.begin()
        if probe(peer, "x@known.test", there) >= patience * 1000:
            sys.exit(f"{name} delivers nothing")
        for number in range(fresh):
            peer.put(f"x@hangs-{number}.test")
        time.sleep(20)  # until all hang that may
        start, tried = time.monotonic(), children(site / "log")
        columns = {"bob@example.test": [], "known": [], "new": []}
        for number in range(probes):
            columns["bob@example.test"].append(probe(peer, "bob@example.test", here))
            columns["known"].append(probe(peer, "x@known.test", there))
            columns["new"].append(probe(peer, f"x@new-{number}.test", there))
            if columns["new"][-1] >= patience * 1000:
                break
        rate = (children(site / "log") - tried) / (time.monotonic() - start)
        cells = " | ".join(f"{statistics.median(one):.1f} | {max(one):.1f}" for one in columns.values())
        print(f"| {name} | {fresh} | {peer.busy()} | {cells} | {rate:.1f} |", flush=True)
    finally:
        peer.end()


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to end"))
    directory = pathlib.Path(tempfile.mkdtemp(prefix="never.asked."))
    os.chmod(directory, 0o755)
    only = os.environ.get("ONLY", "")
    makers = {"tubepost": Tubepost, "postfix": Postfix}
    print("| | fresh messages for hosts that hang | processes | ms to the Maildir, median | at most | ms to a host that answered before, median "
          "| at most | ms to one never asked, median | at most | tries a second |\n|---|---|---|---|---|---|---|---|---|---|")
    try:
        for name, make in makers.items():
            if only in name:
                (directory / name).mkdir()
                measure(name, make, directory / name, Hosts())
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
