#!/usr/bin/env python3
"""tubepost's runner beside Debian's postfix in one run: a queue sent to postfix's smtp-sink, the time from 250 to the Maildir, the same
while a queue waits for hosts that refuse or hang, and what the disk itself can do. As root, with postfix installed but not running.
Prints one table in Markdown. QUEUE messages wait (20000), ROUNDS in turns, SIZE of a message in octets; ONLY names peers. What takes longer
than PATIENCE seconds (300) ends it with an error; no process stays."""

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
import threading
import time

import receiving
from receiving import Table, free_port, programs, rounds, settle, size, wait_for

queue = int(os.environ.get("QUEUE", "20000"))
probes = int(os.environ.get("PROBES", "500"))
patience = int(os.environ.get("PATIENCE", "300"))
dead_hosts = 10
connections = 20  # of postfix to one host, which is what it comes with


def run(peer, *command):
    try:
        subprocess.run(command, check=True, timeout=patience, stderr=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        sys.exit(f"{peer.site}: {command[0]} is not done after {patience} s")


class Bounded:
    """A peer of which nothing stays, whatever has become of it."""

    def end(self):
        self.stop()
        # Where blocks are given back at once, the files that were sent take that long to go.
        self.wait_for_end(60)
        for pid in self.group.pids():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        self.wait_for_end(60)
        for process in self.processes:
            process.wait()
        self.group.close()

    def wait_for_end(self, seconds):
        end = time.monotonic() + seconds
        while self.group.pids() and time.monotonic() < end:
            for process in self.processes:
                process.poll()
            time.sleep(0.05)


class Hosts:
    """Where mail goes: a sink, hosts that refuse connections, and hosts that take them and say nothing."""

    def __init__(self):
        self.sink = free_port()
        self.silent = socket.create_server(("127.0.0.1", 0), backlog=1000)
        silent = self.silent.getsockname()[1]
        self.routes = {"far.test": self.sink}
        self.routes.update({f"dead{i}.test": silent if i % 2 else 1 for i in range(dead_hosts)})

    def address(self, domain):
        number = domain.removeprefix("dead").split(".")[0]
        return f"127.0.0.{2 + int(number) if number.isdigit() else 1}"


class Tubepost(Bounded, receiving.Tubepost):
    def __init__(self, site, hosts, runner):
        self.runner = runner
        super().__init__(site, "fork", runner=False)
        self.halt()
        (site / "routes").write_text("".join(f"{d} {hosts.address(d)}:{p}\n" for d, p in hosts.routes.items()))
        with open(site / "tubepost.conf", "a") as conf:
            conf.write("relay-network = 127.0.0.0/8\n")
        self.environment = dict(os.environ, TUBEPOST_CONF=str(site / "tubepost.conf"))
        self.environment.pop("NOTIFY_SOCKET", None)
        self.log = open(site / "log", "a")
        self.start("systemd-socket-activate", "-E", "TUBEPOST_CONF", "-l", f"127.0.0.1:{self.port}", programs / "smtpd",
                   env=self.environment, stderr=self.log)
        wait_for(self.port)
        if runner:
            self.send()

    def halt(self):
        self.stop()
        for process in self.processes:
            process.wait()
        self.processes = []

    def send(self):
        self.start(programs / "smtp-send", env=self.environment, stderr=self.log)


class Postfix(Bounded, receiving.Postfix):
    """What it has queued without its queue manager is new mail to that, not deferred mail. Nothing is looked up in the DNS, and whoever hands
    mail in is not slowed down to what the queue manager takes, of which there is none then: a second a message, it waits otherwise."""

    def __init__(self, site, hosts, runner):
        super().__init__(site)
        self.halt()
        self.master = (site / "etc/master.cf").read_text()
        routes = " ".join(f"{{{d} = smtp:[{hosts.address(d)}]:{p}}}" for d, p in hosts.routes.items())
        with open(site / "etc/main.cf", "a") as conf:
            conf.write(f"transport_maps = inline:{{ {routes} }}\nrelay_domains = {' '.join(hosts.routes)}\n")
            conf.write("in_flow_delay = 0\nsmtp_dns_support_level = disabled\nsmtp_host_lookup = native\n")
            conf.write(f"smtp_destination_concurrency_limit = {connections}\ninitial_destination_concurrency = {connections}\n")
        if runner:
            self.send()
        else:
            lines = [line for line in self.master.splitlines() if not line.startswith("qmgr")]
            (site / "etc/master.cf").write_text("\n".join(lines) + "\n")
            self.begin()

    def halt(self):
        self.stop()
        for process in self.processes:
            process.wait()
        self.processes = []

    def begin(self):
        self.start("postfix", "-c", self.site / "etc", "start", stderr=subprocess.DEVNULL)
        wait_for(self.port)

    def send(self):
        """With its queue manager, which is what costs it the least time."""
        (self.site / "etc/master.cf").write_text(self.master)
        if self.processes:
            run(self, "postfix", "-c", self.site / "etc", "reload")
        else:
            self.begin()


def load(peer, recipient, number):
    run(peer, "smtp-source", "-s", "20", "-m", str(number), "-l", str(size), "-d", "-f", "a@b.test", "-t", recipient,
        f"127.0.0.1:{peer.port}")


def send_queue(peer, hosts):
    """Messages a second that a sink gets of what waits; and until their files are gone as well."""
    load(peer, "x@far.test", queue)
    sink = subprocess.Popen(["smtp-sink", "-u", "nobody", "-M", str(queue), f"127.0.0.1:{hosts.sink}", "1000"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(hosts.sink)
        start = time.monotonic()
        peer.send()
        sink.wait(patience)
        end = time.monotonic()
        settle(peer)
        return queue / (end - start), queue / (time.monotonic() - start)
    except subprocess.TimeoutExpired:
        log = (peer.site / "log").read_text(errors="replace").splitlines()
        sys.exit(f"{peer.site}: messages are missing after {patience} s; the log ends with: {log[-1] if log else 'nothing'}")
    finally:
        sink.kill()
        sink.wait()


def remove_all(directory):
    """Files a second whose removal is done: where blocks are given back at once, that is what ends a queue."""
    place = directory / "removed"
    place.mkdir()
    for number in range(receiving.messages):
        with open(place / str(number), "wb") as file:
            file.write(b"x" * size)
            file.flush()
            os.fdatasync(file.fileno())
    start = time.monotonic()
    for number in range(receiving.messages):
        os.unlink(place / str(number))
    return receiving.messages / (time.monotonic() - start)


class Watch(threading.Thread):
    """When each message came into a Maildir; those are removed."""

    def __init__(self, maildir):
        super().__init__(daemon=True)
        self.new, self.seen, self.ended = maildir / "new", {}, False

    def run(self):
        while not self.ended:
            with contextlib.suppress(FileNotFoundError):
                for name in os.listdir(self.new):
                    now = time.perf_counter()
                    text = (self.new / name).read_text()
                    self.seen[text[text.index("Subject: ") + 9:].split("\n", 1)[0]] = now
                    (self.new / name).unlink()
            time.sleep(0.0002)


def from_answer_to_maildir(peer, number, pause):
    """Milliseconds: median and the 99th of a hundred."""
    if (peer.maildir / "new").exists():
        shutil.rmtree(peer.maildir / "new")
        peer.maildir.joinpath("new").mkdir()
        os.chown(peer.maildir / "new", receiving.nobody, receiving.nobody)
    watch = Watch(peer.maildir)
    watch.start()
    answered = {}
    with smtplib.SMTP("127.0.0.1", peer.port) as client:
        client.ehlo("b.test")
        begin = time.perf_counter()
        for i in range(number):
            time.sleep(max(0, begin + i * pause - time.perf_counter()))
            client.sendmail("a@b.test", ["bob@example.test"], f"Subject: probe{i}\r\n\r\n" + f"{'x' * 78}\r\n" * (size // 80))
            answered[f"probe{i}"] = time.perf_counter()
    end = time.monotonic() + 30
    while len(watch.seen) < number and time.monotonic() < end:
        time.sleep(0.01)
    watch.ended = True
    watch.join()
    if len(watch.seen) < number:
        sys.exit(f"{peer.site}: {number - len(watch.seen)} messages are missing")
    out = sorted(max(0, watch.seen[name] - answered[name]) * 1000 for name in answered)
    return statistics.median(out), out[int(len(out) * 0.99)]


def measure(table, name, make, site):
    hosts = Hosts()
    with contextlib.closing(hosts.silent):
        peer = make(site / "queue", hosts, False)
        try:
            sent, gone = send_queue(peer, hosts)
            table.note(f"messages/s of {queue} to smtp-sink", name, sent)
            table.note(f"messages/s of {queue} to smtp-sink and removed from the disk", name, gone)
        finally:
            peer.end()
        peer = make(site / "maildir", hosts, True)
        try:
            settle(peer)
            for words in ("", f", {queue} waiting for hosts that are down"):
                if words:
                    for i in range(dead_hosts):
                        load(peer, f"x@dead{i}.test", queue // dead_hosts)
                    settle(peer)
                median, slow = from_answer_to_maildir(peer, probes, 0.01)
                table.note(f"ms from 250 to the Maildir under 100 a second{words}, median", name, median)
                table.note(f"ms from 250 to the Maildir under 100 a second{words}, 99 %", name, slow)
        finally:
            peer.end()


def main():
    # As from an error: what was started is ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to end"))
    directory = pathlib.Path(tempfile.mkdtemp(prefix="bench.", dir=os.environ.get("TMPDIR")))
    os.chmod(directory, 0o755)
    only = os.environ.get("ONLY", "")
    makers = {name: make for name, make in {"tubepost": Tubepost, "postfix": Postfix}.items() if only in name}
    table = Table()
    try:
        for number in range(rounds):
            for name, make in makers.items():
                site = directory / f"{number}-{name}"
                for part in ("queue", "maildir"):
                    (site / part).mkdir(parents=True)
                measure(table, name, make, site)
                print(f"round {number + 1}: {name} done", file=sys.stderr)
                shutil.rmtree(site, ignore_errors=True)
            for writers in (1, 10):
                table.note(f"files/s: create, write, fsync, fsync of the directory; {writers} at once", "the disk",
                           receiving.commit_all(directory, writers, "final"))
                for place in directory.glob("final-*"):
                    shutil.rmtree(place)
            table.note("files/s: removed, one after the other", "the disk", remove_all(directory))
            shutil.rmtree(directory / "removed")
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    print(f"messages of {size} octets; best (median) of {rounds} rounds in turns\n")
    table.show()


if __name__ == "__main__":
    main()
