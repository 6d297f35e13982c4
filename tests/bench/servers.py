#!/usr/bin/env python3
"""tubepost and Debian's postfix side by side in one run: messages accepted and delivered into a Maildir, time to the banner,
memory of an idle connection. As root, with postfix installed but not running. Prints one table in Markdown."""

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
import time

top = pathlib.Path(__file__).resolve().parents[2]
programs = pathlib.Path(os.environ["BIN"]).resolve()
messages = int(os.environ.get("MESSAGES", "1000"))
rounds = int(os.environ.get("ROUNDS", "3"))
nobody = 65534


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def wait_for(port):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            with socket.create_connection(("127.0.0.1", port)) as s:
                if s.recv(1):
                    return
    sys.exit(f"nothing speaks on port {port}: see the log")


def tree(pid):
    """The process and all below it."""
    out = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                out += tree(int(child))
    return out


def pss(pid):
    total = 0
    for one in tree(pid):
        with contextlib.suppress(OSError):
            for line in open(f"/proc/{one}/smaps_rollup"):
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total  # KiB


class Tubepost:
    def __init__(self, site, way):
        self.name, self.site, self.port = f"tubepost ({way})", site, free_port()
        shutil.copytree(top / "spool", site / "spool")
        # As installed: smtpd under a user of its own, which may add to the spool.
        for bucket in (site / "spool/queue").glob("?"):
            os.chown(bucket, 0, nobody)
            bucket.chmod(0o3770)
        (site / "bob").mkdir()
        os.chown(site / "bob", nobody, nobody)
        (site / "domains").write_text("example.test\n")
        (site / "users").write_text(f"bob:*:{nobody}:{nobody}::{site}/bob::\n")
        (site / "routes").write_text("")
        (site / "tubepost.conf").write_text("".join(f"{k} = {v}\n" for k, v in {
            "hostname": "mx.example.test", "spool": site / "spool", "domains": site / "domains", "users": site / "users",
            "routes": site / "routes", "libexec": programs, "smtpd-user": "nobody", "postmaster": "bob", "max-connections-per-source": 1000}.items()))
        self.maildir = site / "bob/Maildir"
        environment = dict(os.environ, TUBEPOST_CONF=str(site / "tubepost.conf"))
        environment.pop("NOTIFY_SOCKET", None)
        listen = {"fork": ["systemd-socket-activate", "-E", "TUBEPOST_CONF", "-l", f"127.0.0.1:{self.port}"],
                  "tcpserver": ["tcpserver", "-HRl0", "-c1000", "-b1024", "127.0.0.1", str(self.port)]}[way]
        log = open(site / "log", "w")
        self.server = subprocess.Popen([*listen, programs / "smtpd"], env=environment, stderr=log)
        self.runner = subprocess.Popen([programs / "smtp-send"], env=environment, stderr=log)
        wait_for(self.port)

    def pid(self):
        return self.server.pid

    def stop(self):
        for process in (self.server, self.runner):
            process.terminate()
            process.wait()


class Postfix:
    name = "postfix"

    def __init__(self, site):
        self.site, self.port = site, free_port()
        for directory in ("queue", "data", "mail", "etc"):
            (site / directory).mkdir()
        os.chmod(site, 0o755)
        shutil.chown(site / "data", "postfix")
        os.chown(site / "mail", nobody, nobody)
        (site / "etc/main.cf").write_text("".join(f"{k} = {v}\n" for k, v in {
            "compatibility_level": "3.6", "queue_directory": site / "queue", "data_directory": site / "data",
            "command_directory": "/usr/sbin", "daemon_directory": "/usr/lib/postfix/sbin", "myhostname": "mx.example.test",
            "inet_interfaces": "127.0.0.1", "inet_protocols": "ipv4", "mynetworks": "127.0.0.0/8", "mydestination": "",
            "alias_maps": "", "local_recipient_maps": "", "maillog_file": site / "log", "maillog_file_prefixes": site,
            "virtual_mailbox_domains": "example.test", "virtual_mailbox_base": site / "mail",
            "virtual_mailbox_maps": "static:bob/Maildir/", "virtual_uid_maps": f"static:{nobody}",
            "virtual_gid_maps": f"static:{nobody}", "virtual_minimum_uid": 1, "smtpd_relay_restrictions": "permit_mynetworks,reject",
            "smtpd_client_connection_count_limit": 0, "smtpd_client_connection_rate_limit": 0,
            "default_process_limit": 150}.items()))
        lines = []
        for line in pathlib.Path("/usr/share/postfix/master.cf.dist").read_text().splitlines():
            if line.startswith("smtp      inet"):
                line = f"127.0.0.1:{self.port} inet n - n - - smtpd"
            elif line and not line.startswith(("#", " ")) and len(line.split()) > 7:
                fields = line.split()
                fields[4] = "n"
                line = " ".join(fields)
            lines.append(line)
        (site / "etc/master.cf").write_text("\n".join(lines) + "\n")
        self.maildir = site / "mail/bob/Maildir"
        subprocess.run(["postfix", "-c", site / "etc", "start"], check=True, stderr=subprocess.DEVNULL)
        wait_for(self.port)

    def pid(self):
        return int((self.site / "queue/pid/master.pid").read_text())

    def stop(self):
        subprocess.run(["postfix", "-c", self.site / "etc", "stop"], stderr=subprocess.DEVNULL)


def throughput(peer, sessions, stay):
    new = peer.maildir / "new"
    before = len(os.listdir(new)) if new.exists() else 0
    start = time.monotonic()
    subprocess.run(["smtp-source", "-s", str(sessions), "-m", str(messages), "-l", "4096", *(["-d"] if stay else []), "-f", "a@b.test",
                    "-t", "bob@example.test", f"127.0.0.1:{peer.port}"], check=True)
    accepted = time.monotonic() - start
    while not new.exists() or len(os.listdir(new)) < before + messages:
        if time.monotonic() - start > 120:
            raise SystemExit(f"{peer.name}: messages are missing")
        time.sleep(0.005)
    return messages / accepted, messages / (time.monotonic() - start)


def banner(peer, times=500):
    out = []
    for _ in range(times):
        start = time.perf_counter()
        with socket.create_connection(("127.0.0.1", peer.port)) as s:
            s.recv(1)
            out.append((time.perf_counter() - start) * 1000)
            s.sendall(b"QUIT\r\n")
            while s.recv(4096):
                pass
    out.sort()
    return statistics.median(out), out[int(len(out) * 0.99)]


def idle_memory(peer, connections=100):
    before = pss(peer.pid())
    held = []
    for _ in range(connections):
        s = socket.create_connection(("127.0.0.1", peer.port))
        s.recv(1)
        held.append(s)
    used = (pss(peer.pid()) - before) / connections
    for s in held:
        s.sendall(b"QUIT\r\n")
        s.close()
    return used


def main():
    directory = pathlib.Path(tempfile.mkdtemp(prefix="bench."))
    os.chmod(directory, 0o755)
    makers = [lambda d: Tubepost(d, "fork"), lambda d: Tubepost(d, "tcpserver"), Postfix]
    rows, names = {}, []

    def note(row, name, value):
        rows.setdefault(row, {}).setdefault(name, []).append(value)

    try:
        for number in range(rounds):
            for index, make in enumerate(makers):
                site = directory / f"{number}-{index}"
                site.mkdir()
                peer = make(site)
                if peer.name not in names:
                    names.append(peer.name)
                try:
                    for sessions in (1, 20):
                        for stay in (False, True):
                            kind = "one connection a session" if stay else "a connection a message"
                            accepted, delivered = throughput(peer, sessions, stay)
                            note(f"accepted/s, {sessions} session{'s' * (sessions > 1)}, {kind}", peer.name, accepted)
                            note(f"delivered/s, {sessions} session{'s' * (sessions > 1)}, {kind}", peer.name, delivered)
                    median, worst = banner(peer)
                    note("ms to the banner, median", peer.name, median)
                    note("ms to the banner, 99 %", peer.name, worst)
                    note("KiB PSS an idle connection", peer.name, idle_memory(peer))
                finally:
                    peer.stop()
                print(f"round {number + 1}: {peer.name} done", file=sys.stderr)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    print(f"{messages} messages of 4 KB a figure; best (median) of {rounds} rounds in turns\n")
    print("| | " + " | ".join(names) + " |\n|---|" + "---|" * len(names))
    for row, values in rows.items():
        best = max if "/s" in row else min
        digits = 0 if "/s" in row or "PSS" in row else 2
        print(f"| {row} | " + " | ".join(f"{best(values[n]):.{digits}f} ({statistics.median(values[n]):.{digits}f})" for n in names) + " |")


if __name__ == "__main__":
    main()
