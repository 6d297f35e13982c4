#!/usr/bin/env python3
"""Hosts that break off, stall, lie and talk nonsense at every step of a session, with PIPELINING and without, in clear and under
TLS: what becomes of the message at each. A message that a host has not said 250 to is in the queue or returned, and goes out
once the host is well; one that it has said 250 to is never sent again.

usage: bad_hosts.py CERTIFICATE
The configuration is in $TUBEPOST_CONF, the spool in $SITE."""

import contextlib
import os
import pathlib
import re
import select
import socket
import ssl
import struct
import subprocess
import sys
import threading

site = pathlib.Path(os.environ["SITE"])
programs = pathlib.Path(os.environ["BIN"])
certificate = sys.argv[1]
timeout = 2  # seconds, of smtp-send
message = b"Subject: x\n\n.dot\n" + b"y" * 70 + b"\n"
large = b"Subject: x\n\n" + (b"y" * 70 + b"\n") * 60000
wire_form = {text: text.replace(b"\n", b"\r\n") for text in (message, large)}

steps = ["banner", "EHLO", "MAIL", "RCPT", "DATA", ".", "QUIT"]
usual = {"banner": b"220 peer.test", "HELO": b"250 ok", "MAIL": b"250 2.1.0 ok", "RCPT": b"250 2.1.5 ok", "DATA": b"354 go",
         ".": b"250 2.0.0 taken", "QUIT": b"221 bye", "RSET": b"250 ok", "STARTTLS": b"220 go", "BDAT": b"250 2.0.0 ok"}


class Gone(Exception):
    pass


class Case(threading.Thread):
    """One host, which misbehaves at `step` until it is well."""

    all = []

    def __init__(self, step, action, fate, *, pipelining=False, tls=False, route="", offers=(), text=message, status=""):
        super().__init__(daemon=True)
        self.step, self.action, self.fate, self.tls, self.route, self.text, self.status = step, action, fate, tls, route, text, status
        self.offers = list(offers) + ["PIPELINING"] * pipelining + ["STARTTLS"] * tls
        self.number = len(Case.all)
        Case.all.append(self)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        self.well, self.taken, self.bodies = False, 0, []
        self.start()

    def __str__(self):
        name = self.action if isinstance(self.action, str) else self.action.__name__ if callable(self.action) else repr(self.action)
        return f"{self.number} {self.step} {name} {' '.join(self.offers)} {self.route}".strip()

    @property
    def address(self):
        return f"bob@c{self.number}.test"

    def run(self):
        while True:
            connection = self.socket.accept()[0]
            with contextlib.suppress(OSError, Gone, ssl.SSLError, ValueError):
                Session(self, connection).run()
            connection.close()


class Session:
    def __init__(self, case, connection):
        self.case, self.connection, self.secured, self.chunks = case, connection, False, b""
        connection.settimeout(60)
        self.lines = connection.makefile("rb")

    def line(self):
        line = self.lines.readline()
        if not line:
            raise Gone
        return line

    def offered(self):
        offers = [one for one in self.case.offers if one != "STARTTLS" or not self.secured]
        return b"".join(b"250-%s\r\n" % one.encode() for one in ["peer.test", *offers]) + b"250 HELP"

    def answer(self, step):
        reply = self.offered() if step in ("EHLO", "LHLO") else usual.get(step, b"500 what")
        case = self.case
        # What is named with TLS is done under it.
        name = step + "+TLS" if self.secured else step
        if case.well or case.step != name:
            self.connection.sendall(reply + b"\r\n")
            if step == ".":
                case.taken += 1
        elif isinstance(case.action, bytes):
            self.connection.sendall(case.action)
            if step == "." and case.fate == "delivered":
                case.taken += 1
            reply = case.action
        else:
            case.action(self, reply)
            if step == "." and case.fate == "delivered":
                case.taken += 1
        return reply

    def secure(self):
        case = self.case
        if case.step == "handshake" and not case.well:
            return case.action(self, b"")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.secured, self.lines = True, self.connection.makefile("rb")

    def body(self):
        case, octets = self.case, bytearray()
        for count in range(1 << 30):
            line = self.line()
            if line == b".\r\n":
                if octets:
                    case.bodies.append(octets)
                    self.answer(".")
                else:  # nobody was to get it
                    self.connection.sendall(b"554 empty\r\n")
                return
            octets += line[1:] if line.startswith(b".") else line
            if case.step == "body" and not case.well and count == 1:
                case.action(self, b"250 2.0.0 taken")

    def run(self):
        self.answer("banner")
        while True:
            line = self.line()
            step = line.split(b" ")[0].strip().decode("latin-1").upper()
            if step == "BDAT":
                words = line.split()
                self.chunks += self.lines.read(int(words[1]))
            reply = self.answer(step)
            if line.endswith(b" LAST\r\n") and reply.startswith(b"250"):
                self.case.taken += 1
                self.case.bodies.append(self.chunks)
            if step == "STARTTLS" and reply.startswith(b"220"):
                self.secure()
            elif step == "DATA" and reply.startswith(b"354"):
                self.body()
            elif step == "QUIT":
                return


def drops(session, reply):
    session.connection.shutdown(socket.SHUT_RDWR)
    raise Gone


def resets(session, reply):
    session.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    session.lines.close()
    session.connection.close()
    raise Gone


def says_half(session, reply):
    session.connection.sendall(reply[: len(reply) // 2])
    drops(session, reply)


def says_no_end(session, reply):
    session.connection.sendall(reply)
    drops(session, reply)


def is_silent(session, reply):
    session.connection.settimeout(5 * timeout)
    while session.connection.recv(65536):
        pass
    raise Gone


def is_slow(session, reply):
    """Never silent for long, and never done."""
    for octet in (reply[:3] + b"-" + b"x" * 1000 + b"\r\n"):
        session.connection.sendall(bytes([octet]))
        select.select([], [], [], timeout / 10)


def goes_on(session, reply):
    while True:
        session.connection.sendall(reply[:3] + b"-more\r\n")


def has_no_line_end(session, reply):
    while True:
        session.connection.sendall(reply[:3] + b" " + b"x" * 10000)


def uses_many_lines(session, reply):
    session.connection.sendall(reply[:3] + b"-one\r\n" + reply[:3] + b"-\r\n" + reply + b"\r\n")


def ends_lines_with_lf(session, reply):
    session.connection.sendall(reply.replace(b"\r\n", b"\n") + b"\n")


def answers_twice(session, reply):
    session.connection.sendall(reply + b"\r\n" + b"250 2.0.0 taken\r\n")


def changes_its_mind(session, reply):
    session.connection.sendall(reply[:3] + b"-one\r\n" + b"550 two\r\n")


def says_nothing(session, reply):
    session.connection.sendall(b"\r\n" + reply + b"\r\n")


def answers_in_the_body(session, reply):
    session.connection.sendall(reply + b"\r\n")


def answers_in_the_body_and_drops(session, reply):
    session.connection.sendall(reply + b"\r\n")
    drops(session, reply)


def refuses_in_the_body(session, reply):
    session.connection.sendall(b"554 5.6.0 enough\r\n")
    while session.line() != b".\r\n":  # which never comes
        pass


def talks_nonsense_for_tls(session, reply):
    session.connection.sendall(b"250 what handshake?\r\n" * 10)


breaks = [drops, resets, says_half, says_no_end]
stalls = [is_silent, is_slow]
nonsense = [goes_on, has_no_line_end, changes_its_mind, says_nothing, b"HTTP/1.1 400 Bad Request\r\n", b"999 what\r\n", b"25 x\r\n", b"\0\r\n",
            b"100 go on\r\n"]
fine = [uses_many_lines, ends_lines_with_lf]


def make_cases():
    for pipelining in (False, True):
        for step in steps:
            done = step == "QUIT"
            waits = "delivered" if done else "deferred"
            for action in breaks + stalls + nonsense:
                Case(step, action, waits, pipelining=pipelining)
            for action in fine:
                Case(step, action, "delivered", pipelining=pipelining)
            Case(step, b"421 4.3.2 going\r\n", waits, pipelining=pipelining)
            Case(step, b"451 4.3.0 not now\r\n", waits, pipelining=pipelining)
            refused = {"banner": "deferred", "EHLO": "delivered", "QUIT": "delivered"}.get(step, "failed")
            Case(step, b"554 5.0.0 no\r\n", refused, pipelining=pipelining)
        # An answer too many, before what it would answer was asked.
        for step in ("banner", "MAIL", "RCPT", "DATA"):
            # Without a pipeline the host may have said both before it heard anything; with one it has read all that was sent.
            Case(step, answers_twice, "deferred", pipelining=pipelining)
        for action in (drops, resets, answers_in_the_body_and_drops, answers_in_the_body):
            Case("body", action, "deferred", pipelining=pipelining, text=large)
        # It has the message, and never says so.
        Case(".", is_silent, "deferred", pipelining=pipelining, text=large)
        Case("body", refuses_in_the_body, "failed", pipelining=pipelining, text=large)
        Case("DATA", b"250 2.0.0 taken\r\n", "deferred", pipelining=pipelining)
        Case("RCPT", b"354 go\r\n", "deferred", pipelining=pipelining)
        Case("MAIL", b"354 go\r\n", "deferred", pipelining=pipelining)
    # TLS: where it need not be the message goes in clear when there is no other way.
    for action in (drops, resets, is_silent, talks_nonsense_for_tls):
        Case("handshake", action, "delivered", tls=True)
        Case("handshake", action, "deferred", tls=True, route="tls=encrypt", status="4.7.5")
    for reply, fate in ((b"454 4.7.0 not now\r\n", "delivered"), (b"554 5.7.0 no\r\n", "delivered"), (b"250 ok\r\n", "delivered"),
                        (b"421 4.3.2 going\r\n", "deferred"), (b"220 go\r\n250 what else\r\n", "delivered")):
        Case("STARTTLS", reply, fate, tls=True)
    for action in breaks + nonsense:
        Case("STARTTLS", action, "deferred", tls=True)
    for step in steps[1:]:
        for action in (drops, is_slow, goes_on):
            Case(step + "+TLS", action, "delivered" if step == "QUIT" else "deferred", tls=True, pipelining=True)
    for step in ("banner", "LHLO", *steps[2:]):
        waits = "delivered" if step == "QUIT" else "deferred"
        for action in breaks + stalls + nonsense:
            Case(step, action, waits, pipelining=True, route="lmtp")
        Case(step, b"421 4.3.2 going\r\n", waits, pipelining=True, route="lmtp")
        Case(step, b"554 5.0.0 no\r\n", {"banner": "deferred", "LHLO": "deferred", "QUIT": "delivered"}.get(step, "failed"), pipelining=True, route="lmtp")
    # What is offered and not there.
    for offers, step, reply, fate in ((["SIZE"], "MAIL", b"555 5.5.4 what SIZE\r\n", "failed"), (["SIZE 0"], "", b"", "delivered"),
                                      (["SIZE x", "LIMITS RCPTMAX=x MAILMAX=-1"], "", b"", "delivered"),
                                      (["CHUNKING", "PIPELINING"], "BDAT", b"500 what\r\n", "failed"),
                                      (["CHUNKING", "PIPELINING"], "BDAT", drops, "deferred"),
                                      (["AUTH", "AUTH ", "AUTH=", "8BITMIME x", " ", "\0"], "", b"", "delivered")):
        Case(step, reply, fate, offers=offers, text=large if "CHUNKING" in offers else message)


def spooled():
    """The recipients that have not got their message yet."""
    out = []
    for path in (site / "spool/queue").rglob("*.*.*"):
        out += re.findall(r"^to: todo <(bob@c\d+\.test)>", path.read_bytes().split(b"\n\n", 1)[0].decode("latin-1"), re.M)
    return out


def run_queue(timeout):
    try:
        run = subprocess.run([programs / "smtp-send", "--once", f"--timeout={timeout}", f"--answer-timeout={timeout}"], stderr=subprocess.PIPE, timeout=100)
    except subprocess.TimeoutExpired as late:
        done = late.stderr.decode("latin-1")
        sys.exit(f"no end: {[str(one) for one in Case.all if one.address not in done]}")
    return {to: (fate, status) for fate, to, status in
            re.findall(r" (delivered|deferred|failed) to=(\S+) status=(\S+) ", run.stderr.decode("latin-1"))}


def complain(faults):
    if faults:
        sys.exit("\n".join(faults))


def main():
    make_cases()
    cases = Case.all
    (site / "routes").write_text("".join(f"c{one.number}.test 127.0.0.1:{one.socket.getsockname()[1]} {one.route}\n" for one in cases))
    for one in cases:
        subprocess.run([programs / "spool-put", "-f", "alice@example.test", one.address], input=one.text, check=True,
                       stdout=subprocess.DEVNULL)
    fates, queued, faults = run_queue(timeout), spooled(), []
    for one in cases:
        fate, status = fates.get(one.address, ("forgotten", ""))
        if fate != one.fate or not status.startswith(one.status):
            faults.append(f"{one}: {fate} {status} instead of {one.fate} {one.status}")
        if (one.address in queued) != (fate == "deferred"):
            faults.append(f"{one}: {fate}, and in the queue {queued.count(one.address)} times")
        if (one.taken > 0) != (fate == "delivered"):
            faults.append(f"{one}: taken {one.taken} times, and {fate}")
    complain(faults)
    for one in cases:
        one.well = True
    for path in (site / "spool/queue").rglob("*.*.*"):
        path.rename(path.with_name("0000000001." + path.name.split(".", 1)[1]))
    run_queue(60)
    for one in cases:
        wanted = 0 if one.fate == "failed" else 1
        if one.taken != wanted:
            faults.append(f"{one}: taken {one.taken} times in the end")
        if one.bodies and any(body != wire_form[one.text] for body in one.bodies):
            faults.append(f"{one}: not the message that was sent")
    if spooled():
        faults.append(f"left in the queue: {spooled()}")
    complain(faults)
    print(f"{len(cases)} hosts, each message taken once")


main()
