#!/usr/bin/env python3
"""tubepost's imapd and pop3d beside Debian's dovecot and courier on copies of one Maildir in one run. As root; dovecot and courier are
unpacked in $PEERS, run in a mount namespace of their own, and are left out without it. Prints one table in Markdown; what a server
does not offer stays empty. Cold: the server has no index of its own yet; the files themselves are in memory.
MESSAGES of a folder (10000), MANY in the large one (100000), SIZE of a message in octets (20480), LOGINS a figure (400); ONLY names
servers, ROWS begins the names of the measurements to make."""

import contextlib
import os
import pathlib
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import warnings

import receiving
from receiving import Cgroup, free_port, programs, wait_for

warnings.simplefilter("ignore")
import crypt  # noqa: E402
messages = int(os.environ.get("MESSAGES", "10000"))
many = int(os.environ.get("MANY", "100000"))
size = int(os.environ.get("SIZE", "20480"))
logins = int(os.environ.get("LOGINS", "400"))
peers = os.environ.get("PEERS", "")
user = 1000  # uid and gid of bob
names = ["bob", *(f"user{i}" for i in range(20))]
start_of_names = 1_700_000_000


class Client:
    """Of either protocol: sends a command, and reads until its end, as fast as this language can."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=600)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.room = memoryview(bytearray(1 << 20))

    def read_until(self, is_end):
        """How many octets came, and the last of them."""
        total, tail = 0, b""
        while not is_end(tail):
            got = self.socket.recv_into(self.room)
            if got == 0:
                sys.exit(f"the server has gone: {tail!r}")
            total += got
            tail = (tail + bytes(self.room[max(0, got - 600):got]))[-600:]
        return total, tail

    def close(self):
        self.socket.close()


class Imap(Client):
    def __init__(self, port, login=True):
        super().__init__(port)
        self.read_until(lambda tail: tail.endswith(b"\r\n"))
        if login:
            self.command("LOGIN bob secret")

    def ask(self, text):
        """Octets of the answer, and its last part."""
        self.socket.sendall(b"t " + text.encode() + b"\r\n")
        total, tail = self.read_until(lambda tail: tail.endswith(b"\r\n") and b"t " in tail.split(b"\r\n")[-2][:2])
        if not tail.split(b"\r\n")[-2].startswith(b"t OK"):
            raise RuntimeError(f"{text[:60]}: {tail[-200:]!r}")
        return total, tail

    def command(self, text):
        """Seconds."""
        begun = time.perf_counter()
        self.ask(text)
        return time.perf_counter() - begun

    def capabilities(self):
        return self.ask("CAPABILITY")[1].decode().upper().split()


class Pop3(Client):
    def __init__(self, port, name="bob"):
        super().__init__(port)
        self.line()
        self.command(f"USER {name}")
        self.command("PASS secret")

    def line(self):
        return self.read_until(lambda tail: tail.endswith(b"\r\n"))

    def command(self, text):
        self.socket.sendall(text.encode() + b"\r\n")
        _, tail = self.line()
        if not tail.startswith(b"+OK"):
            raise RuntimeError(f"{text}: {tail!r}")

    def fetch(self, numbers):
        """Octets. Commands are sent ahead, as all three servers allow; no message of ours holds the end of one."""
        total = 0
        for first in range(0, len(numbers), 20):
            some = numbers[first:first + 20]
            self.socket.sendall("".join(f"RETR {number}\r\n" for number in some).encode())
            ends, tail = 0, b""
            while ends < len(some):
                got = self.socket.recv_into(self.room)
                if got == 0:
                    sys.exit("the server has gone")
                total += got
                piece = tail + bytes(self.room[:got])
                ends += piece.count(b"\r\n.\r\n")
                tail = piece[-4:]
        return total


class Server:
    def __init__(self, site):
        self.site = site
        self.home = site / "bob"
        self.imap, self.pop3 = free_port(), free_port()
        self.group = Cgroup(f"reading.{site.name}")
        self.processes = []
        self.log = open(site / "log", "w")

    def start(self, *command, **more):
        more = {"stderr": self.log, "stdout": self.log, **more}
        self.processes.append(subprocess.Popen([str(one) for one in command], preexec_fn=self.group.enter, **more))

    def apart(self, script, *arguments):
        """A shell script in a mount namespace where what was unpacked stands over /usr."""
        self.start("unshare", "-m", "sh", "-ec", f'mount -t overlay overlay -o lowerdir={peers}/imap/usr:/usr /usr\n{script}', "sh",
                   *arguments)

    def end(self):
        for pid in self.group.pids():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGTERM)
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
        for pid in self.group.pids():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        for process in self.processes:
            process.wait()
        self.group.close()

    def mailbox(self, base, name="bob"):
        """A new one, with the same files as every other server gets, and nothing of its own."""
        home = self.site / name
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        os.chown(home, user, user)
        subprocess.run(["cp", "-al", base, home / "Maildir"], check=True)


class Tubepost(Server):
    def __init__(self, site, secret):
        super().__init__(site)
        (site / "domains").write_text("example.test\n")
        (site / "users").write_text("".join(f"{name}:{{CRYPT}}{secret}:{user}:{user}::{site}/{name}::\n" for name in names))
        (site / "tubepost.conf").write_text("".join(f"{k} = {v}\n" for k, v in {
            "hostname": "mx.example.test", "domains": site / "domains", "users": site / "users", "libexec": programs,
            "max-connections-per-source": 1000}.items()))
        environment = dict(os.environ, TUBEPOST_CONF=str(site / "tubepost.conf"))
        environment.pop("NOTIFY_SOCKET", None)
        for port, program in ((self.imap, "imapd"), (self.pop3, "pop3d")):
            self.start("systemd-socket-activate", "-E", "TUBEPOST_CONF", "-l", f"127.0.0.1:{port}", programs / program, env=environment)
            wait_for(port)


class Dovecot(Server):
    """As Debian ships it: a login process a connection."""

    more = ""

    def __init__(self, site, secret):
        super().__init__(site)
        (site / "users").write_text("".join(f"{name}:{{CRYPT}}{secret}:{user}:{user}::{site}/{name}::\n" for name in names))
        (site / "run").mkdir()
        (site / "dovecot.conf").write_text(f"""
base_dir = {site}/run
state_dir = {site}/run
log_path = {site}/dovecot.log
default_login_user = nobody
default_internal_user = daemon
default_internal_group = daemon
protocols = imap pop3
ssl = no
disable_plaintext_auth = no
mail_location = maildir:~/Maildir
first_valid_uid = 1
mail_max_userip_connections = 1000
passdb {{
  driver = passwd-file
  args = {site}/users
}}
userdb {{
  driver = passwd-file
  args = {site}/users
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {self.imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
{self.more}
}}
service pop3-login {{
  inet_listener pop3 {{
    address = 127.0.0.1
    port = {self.pop3}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
service imap {{
{self.more}
}}
""")
        self.apart('exec dovecot -F -c "$1"', site / "dovecot.conf")
        wait_for(self.imap)


class DovecotReusing(Dovecot):
    more = "  service_count = 0\n  process_min_avail = 1"


def there(path):
    """A program that ends when the path is there, which inotify(7) tells it."""
    made_or_moved = 0x100 | 0x80
    return f"""import ctypes, os
library = ctypes.CDLL(None)
watch = library.inotify_init()
library.inotify_add_watch(watch, {os.path.dirname(path).encode()}, {made_or_moved})
while not os.path.exists({path!r}): os.read(watch, 4096)"""


class Courier(Server):
    def __init__(self, site, secret):
        super().__init__(site)
        shutil.copytree(f"{peers}/imap/etc/courier", site / "etc/courier")
        etc = site / "etc/courier"
        daemon = (etc / "authdaemonrc").read_text()
        (etc / "authdaemonrc").write_text(daemon + 'authmodulelist="authuserdb"\ndaemons=5\nauthdaemonvar=/run/courier/authdaemon\n')
        (etc / "userdb").write_text("".join(
            f"{name}\tuid={user}|gid={user}|home={site}/{name}|mail={site}/{name}/Maildir|systempw={secret}\n" for name in names))
        (etc / "userdb").chmod(0o600)
        self.apart("""mount -t tmpfs tmpfs /run
mkdir -p /run/courier/authdaemon /run/etc /run/work
mount -t overlay overlay -o lowerdir="$1/etc:/etc,upperdir=/run/etc,workdir=/run/work" /etc
makeuserdb
authdaemond start
python3 -c "$4"
. /etc/courier/imapd
. /etc/courier/pop3d
export IMAP_CAPABILITY IMAP_EMPTYTRASH IMAP_IDLE_TIMEOUT IMAP_KEYWORDS IMAP_DISABLETHREADSORT IMAP_CHECK_ALL_FOLDERS IMAP_USELOCKS
export IMAP_OBSOLETE_CLIENT IMAP_UMASK IMAP_ENHANCEDIDLE IMAP_TRASHFOLDERNAME IMAP_ACL POP3AUTH
export IMAP_TLS=0 IMAP_TLS_REQUIRED=0 POP3_TLS=0 POP3_TLS_REQUIRED=0
couriertcpd -address=127.0.0.1 -maxprocs=1000 -maxperip=1000 -nodnslookup -noidentlookup "$3" \\
  /usr/lib/courier/courier/courierpop3login /usr/lib/courier/courier/courierpop3d Maildir &
exec couriertcpd -address=127.0.0.1 -maxprocs=1000 -maxperip=1000 -nodnslookup -noidentlookup "$2" \\
  /usr/lib/courier/courier/imaplogin /usr/bin/imapd Maildir
""", site, self.imap, self.pop3, there("/run/courier/authdaemon/socket"))
        wait_for(self.imap)


def words(source, octets):
    lines, line = [], ""
    while octets > 0:
        word = source.choice(vocabulary)
        if len(line) + len(word) > 72:
            lines.append(line)
            octets -= len(line) + 1
            line = ""
        line += (" " if line else "") + word
    return "\n".join(lines)


letters = random.Random(1)
vocabulary = ["".join(letters.choice("etaoinshrdlu") for _ in range(2 + i % 9)) for i in range(2000)]


def compose(number, body):
    """Plain text, or two of five with an HTML part and something in base64; threads of ten."""
    thread = number - number % 10
    references = f"In-Reply-To: <{thread}@example.test>\nReferences: <{thread}@example.test>\n" if number != thread else ""
    when = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(start_of_names + number * 7919 % 10_000_000))
    return (f"Return-Path: <sender{number % 97}@far.test>\nDelivered-To: bob@example.test\n"
            f"Received: from mx.far.test (mx.far.test [192.0.2.{number % 250}])\n\tby mx.example.test with ESMTPS id {number:016x};\n\t{when}\n"
            f"Date: {when}\nFrom: Sender {number % 97} <sender{number % 97}@far.test>\nTo: Bob <bob@example.test>, carol{number % 31}@example.test\n"
            f"Subject: Re: matter {thread} of {number * 31 % 1000}\nMessage-ID: <{number}@example.test>\n{references}"
            f"MIME-Version: 1.0\n{body}").encode()


def bodies():
    source = random.Random(2)
    for number in range(100):
        if number % 5 > 1:
            yield "Content-Type: text/plain; charset=utf-8\n\n" + words(source, size - 700) + "\n"
            continue
        text = words(source, size // 4)
        octets = "\n".join("".join(source.choice("ABCDEFGHIJKLMNOPabcdefghijklmnop0123456789+/") for _ in range(76)) for _ in range(size // 160))
        yield (f'Content-Type: multipart/mixed; boundary="=_{number}"\n\n--=_{number}\nContent-Type: text/plain; charset=utf-8\n\n{text}\n'
               f"--=_{number}\nContent-Type: text/html; charset=utf-8\n\n<p>{text[:size // 5]}</p>\n--=_{number}\n"
               f'Content-Type: application/octet-stream; name="a.bin"\nContent-Transfer-Encoding: base64\n\n{octets}\n--=_{number}--\n')


def make_maildir(path, count, texts, linked):
    for part in ("", "cur", "new", "tmp"):
        (path / part).mkdir(parents=True)
    seeds = []
    for number in range(count):
        name = path / f"cur/{start_of_names + number}.M{number}P1.mx.example.test:2,S"
        if linked and number >= 100:
            os.link(seeds[number % 100], name)
            continue
        name.write_bytes(compose(number, texts[number % 100]))
        if linked:
            seeds.append(name)
    subprocess.run(["chown", "-R", f"{user}:{user}", path], check=True)


def put(home, number, text):
    path = home / f"Maildir/tmp/{start_of_names + number}.M{number}P2.mx.example.test"
    path.write_bytes(text)
    os.chown(path, user, user)
    os.rename(path, home / "Maildir/new" / path.name)


def rate_of_logins(server, clients):
    def work():
        for _ in range(logins // clients):
            client = Imap(server.imap)
            client.ask("LOGOUT")
            client.close()

    Imap(server.imap).close()  # says why it cannot be, if so
    threads = [threading.Thread(target=work) for _ in range(clients)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return logins // clients * clients / (time.perf_counter() - begun)


def median(of, count=5):
    return statistics.median(of() for _ in range(count))


def log_in(server, note, bases):
    server.mailbox(bases["few"])
    for clients in (1, 20):
        note(f"login and logout/s, {clients} client{'s' * (clients > 1)}", rate_of_logins(server, clients))


def select(server, note, bases):
    server.mailbox(bases["many"])
    client = Imap(server.imap)
    note(f"SELECT {many} cold, ms", 1000 * client.command("SELECT INBOX"))
    client.command("UNSELECT" if "UNSELECT" in client.capabilities() else "CLOSE")
    client.close()
    client = Imap(server.imap)
    note(f"SELECT {many} warm, ms", 1000 * client.command("SELECT INBOX"))
    client.close()
    put(server.home, many + 1, compose(1, "\nx\n"))
    client = Imap(server.imap)
    note(f"SELECT {many} and one new, ms", 1000 * client.command("SELECT INBOX"))
    client.close()


def fetch(server, note, bases):
    server.mailbox(bases["usual"])
    client = Imap(server.imap)
    client.command("SELECT INBOX")
    note(f"FETCH ENVELOPE {messages} cold, ms", 1000 * client.command("FETCH 1:* (ENVELOPE)"))
    client.close()
    client = Imap(server.imap)
    client.command("SELECT INBOX")
    note(f"FETCH ENVELOPE {messages} warm, ms", 1000 * median(lambda: client.command("FETCH 1:* (ENVELOPE)")))
    client.command("FETCH 1:* (BODYSTRUCTURE)")
    note("FETCH BODYSTRUCTURE warm, ms", 1000 * median(lambda: client.command("FETCH 1:* (BODYSTRUCTURE)")))
    note("FETCH FLAGS warm, ms", 1000 * median(lambda: client.command("FETCH 1:* (FLAGS)")))
    begun = time.perf_counter()
    octets = client.ask("FETCH 1:* (BODY.PEEK[])")[0]
    note("FETCH BODY.PEEK[], MB/s", octets / 1e6 / (time.perf_counter() - begun))
    client.close()


def search(server, note, bases):
    client = Imap(server.imap)
    client.command("SELECT INBOX")
    client.command("SEARCH SUBJECT matter")
    note("SEARCH SUBJECT warm, ms", 1000 * median(lambda: client.command("SEARCH SUBJECT absent")))
    for key in ("BODY", "TEXT"):
        note(f"SEARCH {key}, ms", 1000 * median(lambda: client.command(f"SEARCH {key} absent"), 1))
    can = client.capabilities()
    for name, command in (("SORT", "SORT (DATE) UTF-8 ALL"), ("THREAD=REFERENCES", "THREAD REFERENCES UTF-8 ALL")):
        if name not in can:
            continue
        client.command(command)
        note(f"{command.removesuffix(' UTF-8 ALL')} warm, ms", 1000 * median(lambda: client.command(command)))
    client.close()


def change(server, note, bases):
    client = Imap(server.imap)
    box = "INBOX.Into" if isinstance(server, Courier) else "Into"
    client.command(f"CREATE {box}")
    text = compose(3, bases["text"]).replace(b"\n", b"\r\n")
    count = min(messages, 500)
    begun = time.perf_counter()
    for _ in range(count):
        client.socket.sendall(f"t APPEND {box} {{{len(text)}}}\r\n".encode())
        client.read_until(lambda tail: tail.endswith(b"\r\n"))
        client.socket.sendall(text + b"\r\n")
        client.read_until(lambda tail: tail.endswith(b"\r\n") and b"t OK" in tail)
    note("APPEND/s", count / (time.perf_counter() - begun))
    client.command("SELECT INBOX")
    note(f"COPY {min(messages, 1000)}, ms", 1000 * client.command(f"COPY 1:{min(messages, 1000)} {box}"))
    note(f"STORE {messages}, ms", 1000 * client.command("STORE 1:* +FLAGS (\\Flagged)"))
    half = messages // 2
    client.command(f"STORE 1:{half} +FLAGS.SILENT (\\Deleted)")
    note(f"EXPUNGE {half}, ms", 1000 * client.command("EXPUNGE"))
    client.close()


def idle(server, note, bases):
    server.mailbox(bases["few"])
    client = Imap(server.imap)
    if "IDLE" not in client.capabilities():
        client.close()
        return
    client.command("SELECT INBOX")
    waits = []
    for number in range(10):
        client.socket.sendall(b"t IDLE\r\n")
        client.read_until(lambda tail: b"+ " in tail)
        time.sleep(0.7)
        begun = time.perf_counter()
        put(server.home, messages + 10 + number, compose(number, "\nx\n"))
        client.read_until(lambda tail: b"EXISTS" in tail)
        waits.append(time.perf_counter() - begun)
        client.socket.sendall(b"DONE\r\n")
        client.read_until(lambda tail: b"t OK" in tail)
        if waits[-1] > 5:
            break
    note("IDLE, from delivery to EXISTS, ms", 1000 * statistics.median(waits))
    client.close()


def pop(server, note, bases):
    server.mailbox(bases["usual"])
    for kind in ("cold", "warm"):
        begun = time.perf_counter()
        client = Pop3(server.pop3)
        client.command("STAT")
        note(f"POP3 login and STAT {messages} {kind}, ms", 1000 * (time.perf_counter() - begun))
        if kind == "cold":
            client.socket.sendall(b"QUIT\r\n")
            while client.socket.recv(4096):
                pass
            client.close()
    begun = time.perf_counter()
    octets = client.fetch(range(1, messages + 1))
    note("POP3 RETR, MB/s", octets / 1e6 / (time.perf_counter() - begun))
    client.close()


def memory(server, note, bases):
    server.mailbox(bases["usual"])
    warm = Imap(server.imap)
    warm.command("SELECT INBOX")
    clients = []

    def grow(make):
        time.sleep(0.3)
        before = server.group.pss()
        clients.extend(make(name) for name in names[1:])
        time.sleep(0.3)
        return (server.group.pss() - before) / len(names[1:])

    def selected(_):
        client = Imap(server.imap)
        client.command("SELECT INBOX")
        return client

    note(f"KiB PSS of an idle IMAP session, {messages} selected", grow(selected))
    # One session a mailbox is all that POP3 promises.
    for name in names[1:]:
        server.mailbox(bases["few"], name)
    clients.append(Pop3(server.pop3))
    note("KiB PSS of an idle POP3 session, 10 messages", grow(lambda name: Pop3(server.pop3, name)))
    for client in [warm, *clients]:
        client.close()


measurements = (log_in, select, fetch, search, change, idle, pop, memory)


class Table(receiving.Table):
    def show(self):
        print("| | " + " | ".join(self.names) + " |\n|---|" + "---|" * len(self.names))
        for row, values in self.rows.items():
            digits = 0 if "/s" in row or "PSS" in row else 1
            print(f"| {row} | " + " | ".join(f"{values[n][0]:.{digits}f}" if n in values else "" for n in self.names) + " |")


def main():
    makers = {"tubepost": Tubepost}
    if peers:
        makers |= {"dovecot": Dovecot, "dovecot, processes reused": DovecotReusing, "courier": Courier}
    only = os.environ.get("ONLY", "").split(",") if os.environ.get("ONLY") else makers
    rows = os.environ.get("ROWS", "").split(",")
    secret = crypt.crypt("secret", crypt.mksalt(crypt.METHOD_SHA256, rounds=1000))
    table = Table()
    with tempfile.TemporaryDirectory(prefix="tubepost-reading-") as place:
        top = pathlib.Path(place)
        top.chmod(0o755)
        texts = list(bodies())
        bases = {"few": top / "few", "usual": top / "usual", "many": top / "many", "text": texts[2]}
        make_maildir(bases["few"], 10, texts, False)
        make_maildir(bases["usual"], messages, texts, False)
        make_maildir(bases["many"], many, texts, True)
        for measure in measurements:
            if not any(measure.__name__.startswith(row) for row in rows):
                continue
            for name in only:
                if makers[name] is DovecotReusing and measure is not log_in:
                    continue
                site = top / f"{name.replace(', ', '-').replace(' ', '-')}-{measure.__name__}"
                site.mkdir()
                server = None
                try:
                    server = makers[name](site, secret)
                    if measure in (search, change):
                        server.mailbox(bases["usual"])
                    measure(server, lambda row, value: table.note(row, name, value), bases)
                except (RuntimeError, OSError, SystemExit) as error:
                    print(f"{name}: {measure.__name__}: {error}", file=sys.stderr)
                finally:
                    if server:
                        server.end()
                if os.environ.get("KEEP"):
                    sys.stderr.write("".join(log.read_text() for log in site.glob("*log")))
                shutil.rmtree(site, ignore_errors=True)
    table.show()


main()
