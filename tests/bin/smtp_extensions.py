#!/usr/bin/env python3
"""smtpd driven octet by octet over a socket pair: chunks, look-alikes of the end of a message, splits of the stream.

usage: smtp_extensions.py WHAT   (the configuration is in $TUBEPOST_CONF, the spool in $SITE)"""

import os
import pathlib
import re
import socket
import subprocess
import sys
import threading

spool = pathlib.Path(os.environ["SITE"]) / "spool" / "queue"
head = b"EHLO c\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<alice@example.test>\r\n"


def talk(octets, pieces=None, options=()):
    """Sends everything (in pieces that end where `pieces` says) and returns all replies."""
    ours, theirs = socket.socketpair()
    child = subprocess.Popen([os.environ["BIN"] + "/smtpd", *options], stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL)
    theirs.close()
    ours.settimeout(60)

    def send():
        at = 0
        for end in [*(pieces or []), len(octets)]:
            ours.sendall(octets[at:end])
            at = end
        ours.shutdown(socket.SHUT_WR)

    sender = threading.Thread(target=send)
    sender.start()
    answer = b""
    while chunk := ours.recv(65536):
        answer += chunk
    sender.join()
    child.wait(60)
    return answer.decode()


def codes(answer):
    return [int(line[:3]) for line in answer.splitlines() if line[3:4] == " "]


def stored():
    """Every message in the spool, without its trace field; the spool is empty then."""
    out = []
    for path in sorted(spool.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            text = path.read_bytes()
            body = text.split(b"\n\n", 1)[1].split(b"\n-- end ")[0]
            out.append(re.sub(rb"\AReceived: .*\n(\t.*\n)*", b"", body))
            path.unlink()
    return out


def expect(wanted, got, what):
    if wanted != got:
        sys.exit(f"{what}: wanted {wanted!r}, got {got!r}")


def chunks():
    message = b"Subject: x\r\n\r\nline\r\n.\r\n..\r\nlast\r\n"
    kept = message.replace(b"\r\n", b"\n")
    for cut in range(len(message) + 1):
        octets = (head + b"BDAT %d\r\n" % cut + message[:cut] + b"BDAT %d LAST\r\n" % (len(message) - cut) + message[cut:] +
                  b"QUIT\r\n")
        expect([220, 250, 250, 250, 250, 250, 221], codes(talk(octets)), cut)
        expect([kept], stored(), cut)
    # The end mark of DATA is text here, commands are octets, and a size is believed.
    inside = b"\r\n.\r\nMAIL FROM:<evil@b.test>\r\n"
    expect([220, 250, 250, 250, 250, 221], codes(talk(head + b"BDAT %d LAST\r\n" % len(inside) + inside + b"QUIT\r\n")), "inside")
    expect([inside.replace(b"\r\n", b"\n")], stored(), "inside")
    many = head + b"".join(b"BDAT 1\r\nx" for _ in range(20000)) + b"BDAT 0 LAST\r\nQUIT\r\n"
    answer = codes(talk(many))
    expect(True, answer[-2:] == [250, 221] and answer.count(250) == 20004, "one octet a chunk, all in one line")
    expect([b"x" * 20000 + b"\n"], stored(), "one octet a chunk, all in one line")
    for rest, wanted in [(b"RSET\r\n", [250]), (b"EHLO c\r\n", [250]), (b"MAIL FROM:<>\r\n", [503]), (b"DATA\r\n", [503]),
                         (b"BDAT 5 LAST\r\nab\ncd", [550]),
                         (b"VRFY x\r\n", [252])]:
        answer = codes(talk(head + b"BDAT 3\r\nabc" + rest + b"QUIT\r\n"))
        expect([220, 250, 250, 250, 250, *wanted, 221], answer, rest)
        expect([], stored(), rest)
    # Of a BDAT that cannot be read nobody knows what follows.
    for line in (b"BDAT 99999999999999999999\r\n", b"BDAT -1\r\n", b"bdat 5 FIRST\r\n", b"BDAT 5\n", b"BDAT\0 5\r\n"):
        answer = codes(talk(head + b"BDAT 3\r\nabc" + line + b"RSET\r\nQUIT\r\n"))
        expect([220, 250, 250, 250, 250, 500 if line.endswith(b"5\n") else 501], answer, line)
        expect([], stored(), line)
    expect([220, 503, 221], codes(talk(b"BDAT 6 LAST\r\nQUIT\r\nQUIT\r\n")), "octets of a refused chunk are no commands")
    talk(head + b"BDAT 100\r\nhalf")
    expect([], stored(), "lost in a chunk")


def look_alikes():
    """Nothing but CRLF.CRLF ends a message; all that looks like it condemns the message or is text of it."""
    for end in [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\n", b"\r.\r\n", b"\n.\r", b"\r\n.\r", b"\r\n\0.\r\n", b"\r\n.\0\r\n",
                b"\r\n.\r\r\n", b"\n\n.\r\n", b"\r\n.\x85\r\n", b"\r\n. \r\n", b"\r\n .\r\n"]:
        octets = head + b"DATA\r\nSubject: x\r\n\r\ntext" + end + b"MAIL FROM:<evil@b.test>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n" + \
            b"evil\r\n.\r\nQUIT\r\n"
        answer = codes(talk(octets))
        messages = stored()
        expect(True, answer in ([220, 250, 250, 250, 354, 550, 221], [220, 250, 250, 250, 354, 250, 221]), end)
        expect(answer[-2] == 250, len(messages) == 1, end)
        expect(True, all(b"evil@b.test" in message for message in messages), end)


def splits():
    octets = head + b"DATA\r\nSubject: x\r\n\r\n..\r\n.x\r\n.\r\nRSET\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\nBDAT 4 LAST\r\na\r\nbQUIT\r\n"
    wanted = codes(talk(octets))
    expect([220, 250, 250, 250, 354, 250, 250, 250, 250, 250, 221], wanted, "whole")
    kept = stored()
    for cut in range(1, len(octets)):
        expect(wanted, codes(talk(octets, [cut])), cut)
        expect(sorted(kept), sorted(stored()), cut)


def parameters():
    """Newlines, NULs and shell characters nowhere; no relay by any spelling."""
    bad = [b"ENVID=a+0Ab", b"ENVID=a+00", b"ENVID=a\x01b", b"RET=$(id)", b"BY=1;X", b"SIZE=-1", b"MT-PRIORITY=99", b"X=y"]
    for word in bad:
        answer = codes(talk(b"EHLO c\r\nMAIL FROM:<a@b.test> " + word + b"\r\nQUIT\r\n"))
        expect(True, answer[2] in (501, 555), word)
    for word in [b"ORCPT=rfc822;a+0D+0AX", b"ORCPT=;x", b"NOTIFY=", b"NOTIFY=NEVER,DELAY", b"ORCPT=rfc822;a\0b"]:
        answer = codes(talk(b"EHLO c\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<alice@example.test> " + word + b"\r\nQUIT\r\n"))
        expect(True, answer[3] in (501, 555), word)
    for path in [b"u%h.test@example.test", b"h.test!u@example.test", b'"u@h.test"@example.test', b"@example.test:u@h.test", b"u@h.test",
                 b"u@[192.0.2.9]", b'"u@h.test"', b"u@h.test@example.test", b"u@example.test@h.test"]:
        answer = codes(talk(b"EHLO c\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<" + path + b">\r\nQUIT\r\n"))
        expect(True, answer[3] in (501, 550), path)


if __name__ == "__main__":
    {"chunks": chunks, "look-alikes": look_alikes, "splits": splits, "parameters": parameters}[sys.argv[1]]()
