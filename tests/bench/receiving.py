#!/usr/bin/env python3
"""tubepost beside Debian's postfix and exim in one run: messages accepted and delivered into a Maildir, what one message costs,
the time to the banner, the memory of an idle connection, and what the disk itself can do. As root, with postfix installed but
not running; exim is unpacked in $EXIM, and left out without it. Prints one table in Markdown.
MESSAGES a figure, SUSTAINED for one that lasts, ROUNDS in turns, SIZE of a message in octets; ONLY names peers."""

import contextlib
import os
import pathlib
import pwd
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
sustained = int(os.environ.get("SUSTAINED", "20000"))
size = int(os.environ.get("SIZE", "10240"))
exim = os.environ.get("EXIM", "")
nobody = 65534
all_sessions = (1, 10, 50)


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


class Cgroup:
    """Whatever was started in it, daemons included: its processes and their CPU time."""

    def __init__(self, name):
        for root, meter in (("/sys/fs/cgroup/cpuacct", "cpuacct.usage"), ("/sys/fs/cgroup", "cpu.stat")):
            self.path = pathlib.Path(root) / f"bench.{os.getpid()}.{name}"
            with contextlib.suppress(OSError):
                self.path.mkdir()
                self.meter = self.path / meter
                if self.meter.exists():
                    return
                self.path.rmdir()
        sys.exit("no cgroup counts CPU time here")

    def enter(self):
        (self.path / "cgroup.procs").write_text(str(os.getpid()))

    def pids(self):
        return [int(pid) for pid in (self.path / "cgroup.procs").read_text().split()]

    def seconds(self):
        text = self.meter.read_text()
        return int(text) / 1e9 if text.strip().isdigit() else int(text.split()[1]) / 1e6

    def pss(self):  # KiB
        total = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                for line in open(f"/proc/{pid}/smaps_rollup"):
                    if line.startswith("Pss:"):
                        total += int(line.split()[1])
        return total

    def close(self):
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                self.path.rmdir()
                return
            time.sleep(0.05)
        sys.exit(f"processes stay: {self.pids()}")


class Peer:
    fewer = 1  # by how much the messages of a connection each are divided

    def __init__(self, site, counting):
        self.site, self.port = site, free_port()
        self.group = Cgroup(site.name)
        self.counts = site / "counts"
        # Everything that follows is below the first process, so one tracer sees all.
        self.before = ["strace", "-f", "-qq", "--seccomp-bpf", "-c", "-o", self.counts] if counting else []
        self.processes = []

    def start(self, *command, **more):
        process = subprocess.Popen([*self.before, *command], preexec_fn=self.group.enter, **more)
        self.processes.append(process)
        return process

    def end(self):
        self.stop()
        for process in self.processes:
            process.wait()
        self.group.close()

    def stop(self):
        for process in self.processes:
            for pid in self.group.pids() if self.before else [process.pid]:
                with contextlib.suppress(OSError):
                    if "strace" not in os.readlink(f"/proc/{pid}/exe"):
                        os.kill(pid, signal.SIGTERM)


class Tubepost(Peer):
    """Under a socket that it was handed, or under tcpserver: as installed, smtpd has a user of its own."""

    def __init__(self, site, way, counting=False, runner=True):
        super().__init__(site, counting)
        (site / "spool/queue").mkdir(parents=True)
        # As `make install` lays it out.
        subprocess.run(["chattr", "+T", site / "spool/queue"], stderr=subprocess.DEVNULL)
        shutil.copytree(top / "spool", site / "spool", dirs_exist_ok=True)
        for bucket in (site / "spool/queue").glob("?"):
            os.chown(bucket, 0, nobody)
            bucket.chmod(0o3770)
        (site / "bob").mkdir()
        os.chown(site / "bob", nobody, nobody)
        (site / "domains").write_text("example.test\n")
        (site / "users").write_text(f"bob:*:{nobody}:{nobody}::{site}/bob::\n")
        (site / "routes").write_text("")
        (site / "tubepost.conf").write_text("".join(f"{k} = {v}\n" for k, v in {
            "hostname": "mx.example.test", "spool": site / "spool", "domains": site / "domains",
            "users": site / "users", "routes": site / "routes", "libexec": programs, "smtpd-user": "nobody",
            "postmaster": "bob", "max-connections-per-source": 1000}.items()))
        self.maildir = site / "bob/Maildir"
        environment = dict(os.environ, TUBEPOST_CONF=str(site / "tubepost.conf"))
        environment.pop("NOTIFY_SOCKET", None)
        listen = {"fork": ["systemd-socket-activate", "-E", "TUBEPOST_CONF", "-l", f"127.0.0.1:{self.port}"],
                  "tcpserver": ["tcpserver", "-HRl0", "-c1000", "-b1024", "127.0.0.1", str(self.port)]}[way]
        log = open(site / "log", "w")
        if not runner:
            self.start(*listen, programs / "smtpd", env=environment, stderr=log)
        else:
            # One parent for both, as a superserver is.
            self.start("sh", "-c", '"$0" & shift 0; "$@"; wait', programs / "smtp-send", *listen, programs / "smtpd",
                       env=environment, stderr=log)
        wait_for(self.port)

    def stop(self):
        for pid in self.group.pids():
            with contextlib.suppress(OSError):
                if "strace" not in os.readlink(f"/proc/{pid}/exe"):
                    os.kill(pid, signal.SIGTERM)


class Bare(Peer):
    """The floor: a process a connection, the commit of the spool, where they deliver that of a Maildir, and nothing else, or the walls
    around smtpd besides: a user of its own, Landlock and seccomp."""

    def __init__(self, site, counting=False, deliver=False, confined=False):
        super().__init__(site, counting)
        for bucket in "0123456789abcdef":
            (site / "queue" / bucket).mkdir(parents=True)
            os.chown(site / "queue" / bucket, nobody, nobody)
        self.maildir = site / "Maildir"
        for folder in ("tmp", "new"):
            (self.maildir / folder).mkdir(parents=True)
        subprocess.run(["chattr", "+T", site / "queue"], stderr=subprocess.DEVNULL)
        self.start("systemd-socket-activate", "-l", f"127.0.0.1:{self.port}", programs.parent / "bare_server", site / "queue",
                   *([self.maildir] if deliver else []), *(["confined"] if confined else []), stderr=open(site / "log", "w"))
        wait_for(self.port)


class Postfix(Peer):
    def __init__(self, site, counting=False):
        super().__init__(site, counting)
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
        self.start("postfix", "-c", site / "etc", "start", stderr=subprocess.DEVNULL)
        wait_for(self.port)

    def stop(self):
        subprocess.run(["postfix", "-c", self.site / "etc", "stop"], stderr=subprocess.DEVNULL)


class Exim(Peer):
    """With a configuration of its own it may only stay what it becomes: it delivers as its own user, which spares it work. After QUIT it waits
    a fifth of a second for the client to hang up."""

    fewer = 10

    def __init__(self, site, counting=False):
        super().__init__(site, counting)
        for directory in ("spool", "log", "mail"):
            (site / directory).mkdir()
            shutil.chown(site / directory, "Debian-exim", "Debian-exim")
        (site / "exim.conf").write_text(f"""
spool_directory = {site}/spool
log_file_path = {site}/log/%slog
pid_file_path = {site}/exim.pid
primary_hostname = mx.example.test
exim_user = Debian-exim
exim_group = Debian-exim
exim_path = {exim}/usr/sbin/exim4
deliver_drop_privilege
keep_environment =
never_users =
local_interfaces = 127.0.0.1
daemon_smtp_ports = {self.port}
domainlist local_domains = example.test
host_lookup =
rfc1413_query_timeout = 0s
smtp_accept_max = 1000
smtp_accept_max_per_connection = 1000000
smtp_accept_queue_per_connection = 0
smtp_enforce_sync = false
tls_advertise_hosts =
acl_smtp_rcpt = accept_all
begin acl
accept_all:
  accept
begin routers
maildir:
  driver = accept
  domains = +local_domains
  transport = maildir
begin transports
maildir:
  driver = appendfile
  maildir_format
  directory = {site}/mail/Maildir
  maildir_use_size_file = false
  create_directory
  delivery_date_add
  envelope_to_add
  return_path_add
begin retry
* * F,2h,15m
""")
        self.maildir = site / "mail/Maildir"
        self.start(f"{exim}/usr/sbin/exim4", "-C", site / "exim.conf", "-bdf", "-q30m",
                   stderr=open(site / "err", "w"))
        wait_for(self.port)


def load(peer, sessions, stay, number):
    """Seconds until all were acknowledged."""
    start = time.monotonic()
    subprocess.run(["smtp-source", "-s", str(sessions), "-m", str(number), "-l", str(size), *(["-d"] if stay else []), "-f",
                    "a@b.test", "-t", "bob@example.test", f"127.0.0.1:{peer.port}"], check=True)
    return time.monotonic() - start


def arrived(peer):
    new = peer.maildir / "new"
    return len(os.listdir(new)) if new.exists() else 0


def settle(peer):
    """What a peer puts off until it has time is not the next figure's."""
    before = -1
    while peer.group.seconds() - before > 0.002:
        before = peer.group.seconds()
        time.sleep(0.5)


def send_all(peer, sessions, stay, number=messages):
    """Messages accepted a second, delivered a second, CPU milliseconds a message."""
    settle(peer)
    before, used, start = arrived(peer), peer.group.seconds(), time.monotonic()
    accepted = load(peer, sessions, stay, number)
    while arrived(peer) < before + number:
        if time.monotonic() - start > 300:
            sys.exit(f"{peer.site}: messages are missing")
        time.sleep(0.005)
    delivered = time.monotonic() - start
    return number / accepted, number / delivered, (peer.group.seconds() - used) * 1000 / number


def banner(peer, times, pause):
    """Milliseconds: the median and the 99th of a hundred."""
    out = []
    for _ in range(times):
        time.sleep(pause)
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
    before = peer.group.pss()
    held = []
    for _ in range(connections):
        s = socket.create_connection(("127.0.0.1", peer.port))
        s.recv(1)
        held.append(s)
    used = (peer.group.pss() - before) / connections
    for s in held:
        s.sendall(b"QUIT\r\n")
        s.close()
    return used


def system_calls(make, directory):
    """What one message more costs: the difference between a short and a longer run."""
    seen = []
    for number in (100, 300):
        site = directory / f"counted-{number}"
        site.mkdir()
        peer = make(site, counting=True)
        send_all(peer, 10, True, number)
        peer.end()
        count = {}
        for line in peer.counts.read_text().splitlines():
            fields = line.split()
            if len(fields) >= 5 and fields[3].isdigit():
                count[fields[-1]] = int(fields[3])
        shutil.rmtree(site)
        seen.append(count)
    few, many = seen
    each = {name: (many.get(name, 0) - few.get(name, 0)) / 200 for name in many}
    total = lambda *names: sum(each.get(name, 0) for name in names)
    return {"fsyncs a message": total("fsync", "fdatasync", "sync", "syncfs"),
            "processes started a message": total("fork", "vfork", "clone", "clone3"),
            "programs started a message": total("execve"),
            "system calls a message": each.get("total", 0)}


def commit_all(directory, writers, order):
    """Files a second that so many processes bring to the disk for good, each in a directory of its own."""
    text = b"x" * size
    children = []
    start = time.monotonic()
    for writer in range(writers):
        pid = os.fork()
        if pid == 0:
            place = os.path.join(directory, f"{order}-{writers}-{writer}")
            os.mkdir(place)
            where = os.open(place, os.O_RDONLY)
            for number in range(messages // writers):
                name = os.path.join(place, str(number))
                file = os.open(name + ".tmp" if order == "rename" else name, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
                os.write(file, text)
                os.fsync(file)
                if order == "rename":
                    os.rename(name + ".tmp", name)
                os.fsync(where)
                os.close(file)
            os._exit(0)
        children.append(pid)
    for pid in children:
        os.waitpid(pid, 0)
    return messages // writers * writers / (time.monotonic() - start)


class Table:
    def __init__(self):
        self.rows, self.names = {}, []

    def note(self, row, name, value):
        if name not in self.names:
            self.names.append(name)
        self.rows.setdefault(row, {}).setdefault(name, []).append(value)

    def show(self):
        print("| | " + " | ".join(self.names) + " |\n|---|" + "---|" * len(self.names))
        for row, values in self.rows.items():
            best = max if "/s" in row else min
            digits = 0 if "/s" in row or "PSS" in row else 2 if "ms" in row else 1
            cells = (f"{best(values[n]):.{digits}f} ({statistics.median(values[n]):.{digits}f})" if n in values else "" for n in self.names)
            print(f"| {row} | " + " | ".join(cells) + " |")


def deliver_all(table, name, peer):
    for stay in (True, False):
        for sessions in all_sessions:
            kind = f"{sessions} session{'s' * (sessions > 1)}, {'one connection each' if stay else 'a connection a message'}"
            accepted, delivered, used = send_all(peer, sessions, stay, messages // peer.fewer if not stay else messages)
            table.note(f"delivered/s, {kind}", name, delivered)
            table.note(f"accepted/s meanwhile, {kind}", name, accepted)
            table.note(f"CPU ms a message, {kind}", name, used)


def measure(table, name, make, site):
    peer = make(site)
    try:
        deliver_all(table, name, peer)
        delivered = send_all(peer, 50, True, sustained // peer.fewer)[1]
        table.note(f"delivered/s, 50 sessions, {sustained} messages", name, delivered)
        settle(peer)
        for pause, kind in ((0, "in a row"), (0.05, "after a pause")):
            median, slow = banner(peer, 100 if pause else 500, pause)
            table.note(f"ms to the banner {kind}, median", name, median)
            table.note(f"ms to the banner {kind}, 99 %", name, slow)
        table.note("KiB PSS an idle connection", name, idle_memory(peer))
    finally:
        peer.end()


def accept_alone(table, name, peer):
    """Nothing takes the mail away: what the commit of the spool costs beside the bare one."""
    try:
        for stay in (True, False):
            for sessions in all_sessions:
                settle(peer)
                used = peer.group.seconds()
                kind = f"{sessions} session{'s' * (sessions > 1)}, {'one connection each' if stay else 'a connection a message'}"
                table.note(f"accepted/s and left in the spool, {kind}", name, messages / load(peer, sessions, stay, messages))
                table.note(f"CPU ms a message accepted, {kind}", name, (peer.group.seconds() - used) * 1000 / messages)
    finally:
        peer.end()


def floor(table, site, confined):
    """With a process a connection nobody can do more of it than this, on this machine."""
    peer = Bare(site, deliver=True, confined=confined)
    try:
        deliver_all(table, "the floor, confined" if confined else "the floor", peer)
    finally:
        peer.end()


def main():
    directory = pathlib.Path(tempfile.mkdtemp(prefix="bench.", dir=os.environ.get("TMPDIR")))
    os.chmod(directory, 0o755)
    makers = {"tubepost (fork)": lambda d, **m: Tubepost(d, "fork", **m),
              "tubepost (tcpserver)": lambda d, **m: Tubepost(d, "tcpserver", **m), "postfix": Postfix}
    if exim:
        with contextlib.suppress(KeyError):
            pwd.getpwnam("Debian-exim")
            makers["exim"] = Exim
    only = os.environ.get("ONLY", "").split(",")
    makers = {name: make for name, make in makers.items() if only == [""] or any(one in name for one in only)}
    table = Table()
    try:
        for number in range(rounds):
            for index, (name, make) in enumerate(makers.items()):
                site = directory / f"{number}-{index}"
                site.mkdir()
                measure(table, name, make, site)
                print(f"round {number + 1}: {name} done", file=sys.stderr)
            if "tubepost (fork)" in makers:
                for confined in (False, True):
                    site = directory / f"{number}-floor-{confined}"
                    site.mkdir()
                    floor(table, site, confined)
                for name, make in (("tubepost (fork)", lambda site: Tubepost(site, "fork", runner=False)), ("the floor", Bare)):
                    site = directory / f"{number}-alone-{name.split()[-1]}"
                    site.mkdir()
                    accept_alone(table, name, make(site))
            for sessions in all_sessions:
                for order, words in (("final", "create, write, fsync, fsync of the directory"),
                                     ("rename", "the same with a rename")):
                    table.note(f"files/s: {words}; {sessions} at once", "the disk",
                               commit_all(directory / f"{number}-0", sessions, order))
        for name, make in makers.items():
            for row, value in system_calls(make, directory).items():
                table.note(row, name, value)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    print(f"{messages} messages of {size} octets a figure; best (median) of {rounds} rounds in turns\n")
    table.show()


if __name__ == "__main__":
    main()
