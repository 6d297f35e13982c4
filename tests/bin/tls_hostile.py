"""Clients that mean harm, over TLS: tls_hostile.py WHAT PORT [PROTOCOL], with the certificate in $CERTIFICATES and the site in $SITE."""
import os
import pathlib
import re
import socket
import ssl
import struct
import subprocess
import sys
import time

port = int(sys.argv[2])
protocol = sys.argv[3] if len(sys.argv) > 3 else "smtp"
spool = pathlib.Path(os.environ["SITE"]) / "spool" / "queue"
head = b"EHLO c\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<alice@example.test>\r\n"


def fail(*what):
    sys.exit(" ".join(repr(one)[:1500] for one in what))


def context(**changes):
    out = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    out.load_verify_locations(os.environ["CERTIFICATES"] + "/mx.crt")
    for name, value in changes.items():
        setattr(out, name, value)
    return out


def dial():
    out = socket.create_connection(("127.0.0.1", port), 20)
    out.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return out


def everything(peer):
    out = b""
    try:
        while piece := peer.recv(65536):
            out += piece
    except (OSError, ssl.SSLError):
        pass
    return out


def stored():
    out = []
    for path in sorted(spool.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            out.append(path.read_bytes())
            path.unlink()
    return out


def cuts():
    """A pipelined session in records that end anywhere."""
    octets = (head + b"DATA\r\nSubject: \xc3\xb1\r\n\r\n..\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\nBDAT 3\r\na\r\nBDAT 5 LAST\r\n\r\n.\r\nRSET\r\nQUIT\r\n")
    use, wanted = context(), None
    for cut in [0, *range(1, len(octets)), None]:
        with use.wrap_socket(dial(), server_hostname="mx.example.test") as tls:
            for piece in ([octets[:cut], octets[cut:]] if cut is not None else [octets[i:i + 1] for i in range(len(octets))]):
                if piece:
                    tls.sendall(piece)
            answer = re.sub(rb"queued as \w+", b"queued as", everything(tls))
        wanted = wanted or answer
        messages = stored()
        if answer != wanted or len(messages) != 2 or answer.count(b"queued as") != 2:
            fail(cut, answer, messages)


def lost():
    """TLS that ends in a message, in any way, ends without one."""
    for name, inside in [("DATA", b"DATA\r\nSubject: x\r\n\r\nhalf\r\n"), ("a dot", b"DATA\r\nx\r\n."), ("DATA, all but the LF", b"DATA\r\nx\r\n.\r"),
                         ("BDAT", b"BDAT 100\r\nhalf"), ("between chunks", b"BDAT 4\r\nhalf"), ("BDAT LAST", b"BDAT 5 LAST\r\nhalf")]:
        for way in ("close_notify", "end", "reset", "plaintext", "garbage in a record"):
            plain = dial()
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            tls = context().wrap_bio(incoming, outgoing, server_hostname="mx.example.test")

            def do(what, *arguments):
                while True:
                    try:
                        result = what(*arguments)
                        plain.sendall(outgoing.read())
                        return result
                    except ssl.SSLWantReadError:
                        plain.sendall(outgoing.read())
                        more = plain.recv(65536)
                        if not more:
                            raise
                        incoming.write(more)

            do(tls.do_handshake)
            do(tls.write, head + inside)
            # All of it has been heard when the last command before it is answered.
            while b"recipient ok" not in do(tls.read, 65536):
                pass
            if way == "close_notify":
                try:
                    tls.unwrap()
                except ssl.SSLWantReadError:
                    pass
                plain.sendall(outgoing.read())
            elif way == "reset":
                plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            elif way == "plaintext":
                plain.sendall(b"\r\n.\r\nQUIT\r\n" + b"x" * 100)
            elif way == "garbage in a record":
                plain.sendall(b"\x17\x03\x03\x00\x40" + b"\r\n.\r\n" + b"x" * 59)
            if way not in ("reset", "plaintext", "garbage in a record"):
                plain.shutdown(socket.SHUT_WR)
            if way != "reset":
                plain.settimeout(20)
                everything(plain)
            plain.close()
            # A message that was begun is gone when its process is.
            until = time.monotonic() + 20
            while any(path.is_file() and path.name != "README.md" for path in spool.rglob("[!.]*")):
                if time.monotonic() > until:
                    fail(name, way, "something stays", stored())


begin = {"smtp": [b"EHLO c\r\n", b"STARTTLS\r\n", b"220 "], "pop3": [b"CAPA\r\n", b"STLS\r\n", b"+OK"], "imap": [b"a CAPABILITY\r\n", b"b STARTTLS\r\n", b"b OK"]}
inside = {"smtp": b"MAIL FROM:<evil@b.test>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\nevil\r\n.\r\n", "pop3": b"USER bob\r\nPASS secret\r\nDELE 1\r\nQUIT\r\n",
          "imap": b"x LOGIN bob secret\r\ny SELECT INBOX\r\n"}


def last_line(text):
    return text.splitlines()[-1]


def upgraded(behind=b""):
    """The connection behind the go-ahead."""
    plain = dial()
    plain.sendall(begin[protocol][0] + begin[protocol][1] + behind)
    heard = b""
    # The greeting begins as the go-ahead does with two of them, and CAPA is answered like that as well.
    while not heard.endswith(b"\r\n") or not last_line(heard).startswith(begin[protocol][2]) or len(heard.splitlines()) < 4:
        piece = plain.recv(65536)
        if not piece:
            fail("closed before TLS", heard)
        heard += piece
    return plain


def injected():
    """What comes in plaintext behind the command is no command: with it, in pieces, or after the go-ahead."""
    evil = inside[protocol]
    for behind in (evil, evil[:1], evil * 100):
        plain = upgraded(behind)
        try:
            with context().wrap_socket(plain, server_hostname="mx.example.test") as tls:
                tls.sendall({"smtp": b"NOOP\r\nQUIT\r\n", "pop3": b"QUIT\r\n", "imap": b"z LOGOUT\r\n"}[protocol])
                answer = everything(tls)
                lines = answer.count(b"\r\n")
                if lines != {"smtp": 2, "pop3": 1, "imap": 2}[protocol]:
                    fail(behind[:50], "answers too many", answer)
        except (ssl.SSLError, OSError):
            pass  # what was not read yet is no handshake
    plain = upgraded()
    plain.sendall(evil)
    rest = everything(plain)
    if re.search(rb"^(250|354|\+OK|x |y )", rest, re.M):
        fail("answered in plaintext behind the go-ahead", rest)
    if stored():
        fail("stored")


def old():
    """By the command too: nothing older than 1.2, no suite but those with forward secrecy and authenticated encryption."""
    for least, most, ciphers, good in ((ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0", False),
                                       (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, "ALL:!AESGCM:!CHACHA20:@SECLEVEL=0", False),
                                       (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, "kRSA:DHE:PSK:aNULL:@SECLEVEL=0", False),
                                       (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, "ALL", True),
                                       (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3, "ALL", True)):
        use = context()
        use.minimum_version, use.maximum_version = least, most
        use.set_ciphers(ciphers)
        try:
            with use.wrap_socket(upgraded(), server_hostname="mx.example.test") as tls:
                taken = tls.compression() is None
        except (ssl.SSLError, OSError):
            taken = False
        if taken != good:
            fail(most, ciphers, "taken" if taken else "refused")


def garbage():
    """No handshake at all, in many ways: the connection ends within the time for one, and the program never starts."""
    hello = b"\x16\x03\x01"
    for octets in [b"", b"\x80\x2e\x01\x00\x02", hello + b"\xff\xff" + b"\0" * 70000, hello + b"\x40\x00" + b"\x01\x00\x3f\xfc" + b"\0" * 16380, hello + b"\0\0" * 1000,
                   b"\x15\x03\x01\x00\x02\x01\x00" * 1000, b"\x17\x03\x03\x40\x00" + b"x" * 16384, b"\x18\x03\x01\x00\x03\x01\x40\x00", b"EHLO c\r\n" * 100,
                   hello + b"\0\x04\x01\xff\xff\xff" + (hello + b"\x40\0" + b"x" * 16384) * 10, os.urandom(5000)]:
        begun = time.monotonic()
        with dial() as plain:
            try:
                plain.sendall(octets)
            except OSError:
                pass
            everything(plain)
        if time.monotonic() - begun > 10:
            fail(octets[:20], "took", time.monotonic() - begun)


def trickle():
    """A handshake that comes octet by octet has as long as any other, not as long for every octet."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context().wrap_bio(incoming, outgoing, server_hostname="mx.example.test")
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        pass
    hello = outgoing.read()
    begun = time.monotonic()
    with dial() as plain:
        plain.settimeout(0.05)
        for octet in hello:
            try:
                plain.sendall(bytes([octet]))
                if not plain.recv(100):
                    break
            except TimeoutError:
                pass
            except OSError:
                break
    if not 0.9 < time.monotonic() - begun < 8:
        fail("took", time.monotonic() - begun)


def floods():
    """New keys without end, and no renegotiation: nobody's memory grows, and what comes behind is still heard."""
    client = subprocess.Popen(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1_3", "-crlf"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
    out = b""
    while b"Verify return code" not in out:
        out += client.stdout.readline()
    for _ in range(300):
        client.stdin.write(b"K\n")
        client.stdin.flush()
        while b"KEYUPDATE\n" not in client.stdout.readline():
            pass
    client.stdin.write(b"still here\n")
    client.stdin.flush()
    while b"still here" not in out:
        line = client.stdout.readline()
        if not line:
            fail("gone behind new keys", out[-300:])
        out += line
    client.kill()
    client.wait()


globals()[sys.argv[1]]()
