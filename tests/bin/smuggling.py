#!/usr/bin/env python3
"""Whatever looks like the end of a message, on every way a message takes: never a second message, and what arrives is
what was sent, or nothing is.

usage: smuggling.py taken [SMTPD-OPTION...]   in through smtpd, by DATA and by BDAT
       smuggling.py sent HOST                 out again through smtp-send: to `script`, `smtpd` or `postfix`
The configuration is in $TUBEPOST_CONF, the spool in $SITE."""

import contextlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

site = pathlib.Path(os.environ["SITE"])
programs = pathlib.Path(os.environ["BIN"])
spool = site / "spool" / "queue"
rewritten = os.environ.get("REWRITTEN") == "yes"

ends = [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\n", b"\r.\r\n", b"\n.\r", b"\r\n.\r", b"\r\n.\r\r\n", b"\r\r\n.\r\n",
        b"\r\n\r.\r\n", b"\r\n.\r\r", b"\n\n.\r\n", b"\n\r.\n\r", b"\n\r\n.\n\r\n", b"\r\n\0.\r\n", b"\r\n.\0\r\n", b"\r\n.\0\n",
        b"\r\0\n.\r\n", b"\r\n.\r\0\n", b"\0\r\n.\n", b"\r\n .\r\n", b"\r\n. \r\n", b"\r\n.\t\r\n", b"\r\n..\r\n", b"\r\n.\x0b\r\n", b"\r\n.\x85\r\n",
        b"\xc2\x85.\xc2\x85", b"\xe2\x80\xa8.\xe2\x80\xa8", b"\x0b.\x0b", b"\x0c.\x0c", b"\r\n=2E\r\n", b"\r\n.\r\n"]
evil = b"MAIL FROM:<evil@b.test>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\nevil\r\n.\r\nQUIT\r\n"
fields = b"From: a@b.test\r\nDate: Sat, 21 Nov 2026 14:21:00 +0000\r\nMessage-ID: <1@b.test>\r\nSubject: x\r\n\r\n"


def talk(octets, options=()):
    ours, theirs = socket.socketpair()
    child = subprocess.Popen([programs / "smtpd", *options], stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL)
    theirs.close()
    ours.settimeout(60)
    ours.sendall(octets)
    ours.shutdown(socket.SHUT_WR)
    answer = b""
    while chunk := ours.recv(65536):
        answer += chunk
    child.wait(60)
    return answer


def fail(*what):
    sys.exit(" ".join(repr(one) for one in what))


def stored():
    """Every message in the spool without its trace field, each with its sender; the spool is empty then."""
    out = []
    for path in sorted(spool.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            head, text = path.read_bytes().split(b"\n\n", 1)
            text = text.rsplit(b"\n-- end ", 1)[0].removeprefix(b"X-Filtered: yes\n")
            out.append((re.search(rb"^from: <(.*)>$", head, re.M)[1], re.sub(rb"\AReceived: .*\n(\t.*\n)*", b"", text)))
            path.unlink()
    return out


def greeting(options):
    return b"LHLO c\r\n" if "--lmtp" in options else b"EHLO c\r\n"


def envelope(to=b"alice@example.test"):
    return b"MAIL FROM:<a@b.test>\r\nRCPT TO:<" + to + b">\r\n"


def as_sent(octets):
    """What is stored of a text that is taken."""
    text = octets.replace(b"\r\n", b"\n")
    return text if text.endswith(b"\n") else text + b"\n"


def by_data(end):
    """The octets behind DATA, the message in them, and how many more messages the sender means by itself."""
    octets = fields + b"text" + end + evil
    message, rest = octets.split(b"\r\n.\r\n", 1)
    message = b"\r\n".join(line[1:] if line.startswith(b".") else line for line in (message + b"\r\n").split(b"\r\n"))
    return octets, message, 1 if rest.startswith(b"MAIL") else 0


def by_chunks(end, cut):
    message = fields + b"text" + end + evil
    at = len(fields) + 4 + cut
    return b"BDAT %d\r\n" % at + message[:at] + b"BDAT %d LAST\r\n" % (len(message) - at) + message[at:], message, 0


def taken(*options):
    for end in ends:
        ways = [("DATA", *by_data(end))] + [(f"BDAT cut at {cut}", *by_chunks(end, cut)) for cut in range(len(end) + 1)]
        for name, octets, message, meant in ways:
            answer = talk(greeting(options) + envelope() + (b"DATA\r\n" if name == "DATA" else b"") + octets + b"QUIT\r\n", options)
            found = stored()
            queued = answer.count(b" queued as ")
            if queued != len(found):
                fail(end, name, "said and done differ", answer, found)
            ours = [text for sender, text in found if sender == b"a@b.test"]
            others = [text for sender, text in found if sender != b"a@b.test"]
            if len(ours) > 1 or len(others) > meant:
                fail(end, name, "a message too many", found)
            wanted = as_sent(message)
            if rewritten:
                wanted = wanted.replace(b"evil", b"good")
            if ours and ours[0] != wanted:
                fail(end, name, "not what was sent", ours[0], wanted)
            wrong = re.search(rb"(?<!\r)\n|\r(?!\n)|\0", message)
            if bool(ours) == bool(wrong):
                fail(end, name, "taken" if ours else "refused", answer)


class Script(threading.Thread):
    """A host that believes CR LF . CR LF and nothing else, and keeps what it hears octet by octet."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.messages, self.commands = [], []
        self.start()

    def run(self):
        while True:
            self.serve(self.socket.accept()[0])

    def until(self, end):
        while end not in self.octets:
            more = self.connection.recv(65536)
            if not more:
                raise EOFError
            self.octets += more
        out, self.octets = self.octets.split(end, 1)
        return out

    def serve(self, connection):
        self.connection, self.octets = connection, b""
        with connection, contextlib.suppress(EOFError):
            connection.sendall(b"220 script\r\n")
            while True:
                line = self.until(b"\r\n")
                self.commands.append(line)
                if line == b"DATA":
                    connection.sendall(b"354 go\r\n")
                    self.messages.append(self.until(b"\r\n.\r\n") + b"\r\n")
                    connection.sendall(b"250 ok\r\n")
                elif line.startswith(b"EHLO"):
                    connection.sendall(b"250-script\r\n250-PIPELINING\r\n250 8BITMIME\r\n")
                else:
                    connection.sendall(b"221 bye\r\n" if line == b"QUIT" else b"250 ok\r\n")

    def check(self, wanted):
        known = (b"EHLO ", b"MAIL FROM:<a@b.test>", b"RCPT TO:<x@far.test>", b"DATA", b"QUIT", b"RSET")
        strange = [line for line in self.commands if not line.startswith(known)]
        if strange:
            fail("smuggled commands", strange)
        for text in self.messages:
            if re.search(rb"(?<!\r)\n|\r(?!\n)|\0", text):
                fail("a bare line end or a NUL went out", text)
            if any(line == b"." for line in re.split(rb"[\r\n]", text)):
                fail("a lone dot went out", text)
        plain = [b"\r\n".join(line[1:] if line.startswith(b".") else line for line in text.split(b"\r\n")) for text in self.messages]
        bodies = sorted(without_trace(text.replace(b"\r\n", b"\n")) for text in plain)
        if bodies != sorted(wanted):
            compare(bodies, wanted)


def compare(came, wanted):
    if came != sorted(wanted):
        fail("not what was sent:", len(came), "came,", len(wanted), "were sent", [one for one in came if one not in wanted][:3],
             [one for one in wanted if one not in came][:3])


def without_trace(text):
    """Without what hosts on the way have put in front."""
    return re.sub(rb"\A((Return-Path|Delivered-To|X-Original-To|Received):.*\n([ \t].*\n)*)*", b"", text)


class Maildir:
    """A host that delivers into a Maildir."""

    def check(self, wanted):
        self.settle()
        compare(sorted(without_trace(path.read_bytes()) for path in self.maildir.glob("new/*")), wanted)


class Smtpd(Maildir):
    def __init__(self):
        self.site = site / "other"
        (self.site / "x").mkdir(parents=True)
        shutil.copytree(pathlib.Path(os.environ["SOURCE"]) / "spool", self.site / "spool")
        (self.site / "domains").write_text("far.test\n")
        (self.site / "users").write_text(f"x:*:{os.getuid()}:{os.getgid()}::{self.site}/x::\n")
        (self.site / "tubepost.conf").write_text(
            f"hostname = far.test\nspool = {self.site}/spool\ndomains = {self.site}/domains\nusers = {self.site}/users\nroutes = {self.site}/routes\n"
            f"postmaster = x\nroot-login = yes\nlibexec = {programs}\n")
        self.environment = dict(os.environ, TUBEPOST_CONF=str(self.site / "tubepost.conf"))
        self.maildir = self.site / "x/Maildir"
        self.server = subprocess.Popen(["tcpserver", "-1HRl0", "127.0.0.1", "0", programs / "smtpd"], env=self.environment,
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.port = int(self.server.stdout.readline())

    def check(self, wanted):
        subprocess.run([programs / "smtp-send", "--once"], env=self.environment, stderr=subprocess.DEVNULL, check=True)
        super().check(wanted)

    def settle(self):
        self.server.kill()
        self.server.wait()


class Postfix(Maildir):
    """Debian's, as it comes: this version takes a bare LF for a line end."""

    def __init__(self):
        self.site = pathlib.Path(tempfile.mkdtemp(prefix="postfix."))
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        for directory in ("queue", "data", "mail", "etc"):
            (self.site / directory).mkdir()
        self.site.chmod(0o755)
        shutil.chown(self.site / "data", "postfix")
        os.chown(self.site / "mail", 65534, 65534)
        (self.site / "etc/main.cf").write_text(
            f"compatibility_level = 3.6\nqueue_directory = {self.site}/queue\ndata_directory = {self.site}/data\n"
            f"command_directory = /usr/sbin\ndaemon_directory = /usr/lib/postfix/sbin\nmyhostname = far.test\ninet_interfaces = 127.0.0.1\n"
            f"inet_protocols = ipv4\nmynetworks = 127.0.0.0/8\nmydestination =\nalias_maps =\nlocal_recipient_maps =\n"
            f"maillog_file = {self.site}/log\nmaillog_file_prefixes = {self.site}\nvirtual_mailbox_domains = far.test, example.test\n"
            f"virtual_mailbox_base = {self.site}/mail\nvirtual_mailbox_maps = static:x/Maildir/\nvirtual_uid_maps = static:65534\n"
            f"virtual_gid_maps = static:65534\nvirtual_minimum_uid = 1\nsmtpd_relay_restrictions = permit_mynetworks,reject\n")
        lines = []
        for line in pathlib.Path("/usr/share/postfix/master.cf.dist").read_text().splitlines():
            if line.startswith("smtp      inet"):
                line = f"127.0.0.1:{self.port} inet n - n - - smtpd"
            elif line and not line.startswith(("#", " ")) and len(line.split()) > 7:
                words = line.split()
                words[4] = "n"
                line = " ".join(words)
            lines.append(line)
        (self.site / "etc/master.cf").write_text("\n".join(lines) + "\n")
        self.maildir = self.site / "mail/x/Maildir"
        subprocess.run(["postfix", "-c", self.site / "etc", "start"], check=True, stderr=subprocess.DEVNULL)
        self.answer()

    def answer(self):
        """Waits until it speaks, which it does once for every message before."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)) as connection:
                if connection.recv(1):
                    return
        fail("postfix says nothing", (self.site / "log").read_text())

    def settle(self):
        until = time.monotonic() + 60
        while time.monotonic() < until and any(path.is_file() for kind in ("maildrop", "incoming", "active") for path in (self.site / "queue" / kind).rglob("*")):
            self.answer()

    def stop(self):
        subprocess.run(["postfix", "-c", self.site / "etc", "stop"], stderr=subprocess.DEVNULL)
        shutil.rmtree(self.site)


def sent(kind):
    """Everything that is taken goes out again by smtp-send."""
    wanted = []
    (site / "routes").write_text("far.test 127.0.0.1:9\n")
    for end in ends:
        for octets, message, _ in (by_data(end), by_chunks(end, len(end) // 2)):
            data = b"" if octets.startswith(b"BDAT") else b"DATA\r\n"
            answer = talk(b"EHLO c\r\n" + envelope(b"x@far.test") + data + octets.split(evil[evil.index(b"\r\n.\r\n") + 5:])[0] + b"QUIT\r\n", ["--relay"])
            if re.search(rb"(?:354 .*|octets taken)\r\n(\d+)", answer)[1] == b"250":
                wanted.append(as_sent(message))
    if len(wanted) < 20:
        fail("only", len(wanted), "messages were taken")
    for path in spool.rglob("*"):  # what the real end let the same sender say behind it
        if path.is_file() and b"from: <evil@" in path.read_bytes().split(b"\n\n", 1)[0]:
            path.unlink()
    host = {"script": Script, "smtpd": Smtpd, "postfix": Postfix}[kind]()
    try:
        (site / "routes").write_text(f"far.test 127.0.0.1:{host.port}\n")
        subprocess.run([programs / "smtp-send", "--once"], stderr=subprocess.DEVNULL, check=True)
        if any(path.is_file() and path.name.count(".") == 2 for path in spool.rglob("*")):
            fail("not everything was sent")
        host.check(wanted)
    finally:
        if hasattr(host, "stop"):
            host.stop()


{"taken": taken, "sent": sent}[sys.argv[1]](*sys.argv[2:])
