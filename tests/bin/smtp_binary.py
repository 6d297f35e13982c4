#!/usr/bin/env python3
"""Messages with parts in binary (RFC 3030) through smtpd: what Python and mime-decode read in them again.

usage: smtp_binary.py picture | trees   (the configuration is in $TUBEPOST_CONF, the spool in $SITE)"""

import email
import os
import pathlib
import random
import re
import struct
import subprocess
import sys
import zlib

from smtp_extensions import codes, expect, head, spool, stored, talk


def png():
    """One picture with every octet in it, and with what looks like line ends and boundaries."""
    def piece(kind, octets):
        return struct.pack(">I", len(octets)) + kind + octets + struct.pack(">I", zlib.crc32(kind + octets))

    pixels = b"".join(b"\0" + bytes([y] * 3 * 16) for y in range(16))
    text = b"Comment\0" + bytes(range(1, 256)) * 40 + b"\r\n--b\n--b--\r\r\n\r\n.\r\n" + b"x" * 3000
    return (b"\x89PNG\r\n\x1a\n" + piece(b"IHDR", struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0)) + piece(b"tEXt", text) +
            piece(b"IDAT", zlib.compress(pixels)) + piece(b"IEND", b""))


def send_binary(message, size):
    """In chunks of that size."""
    parts = [message[at:at + size] for at in range(0, len(message), size)]
    bdat = b"".join(b"BDAT %d%s\r\n" % (len(part), b" LAST" * (i + 1 == len(parts))) + part for i, part in enumerate(parts))
    return codes(talk(head.replace(b"b.test>", b"b.test> BODY=BINARYMIME") + bdat + b"QUIT\r\n"))


def picture():
    octets, script = png(), b"echo a\r\necho b\necho c\r"
    message = (b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: binary\r\n\r\n"
               b"--b\r\n\r\nhello\r\n--b\r\nContent-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: binary\r\n\r\n" + octets +
               b"\r\n--b\r\nContent-Type: text/x-sh; name=a.sh\r\nContent-Transfer-Encoding: binary\r\n\r\n" + script + b"\r\n--b--\r\n")
    for size in (1, 7, 1000, len(message)):
        answer = send_binary(message, size)
        expect([250, 221], answer[-2:], size)
        envelope = next(path for path in spool.rglob("*.*.*") if path.is_file()).read_bytes()
        expect(True, b"\nwith: BODY=8BITMIME\n" in envelope, "it is lines now")
        (kept,) = stored()
        (pathlib.Path(os.environ["SITE"]) / "message").write_bytes(kept)
        expect(True, max(map(len, kept.split(b"\n"))) < 999 and b"\r" not in kept, "lines")
        parts = list(email.message_from_bytes(kept).walk())
        expect([octets, script], [part.get_payload(decode=True) for part in parts[2:]], size)
        expect(["8bit", None, "base64", "base64"], [part["Content-Transfer-Encoding"] for part in parts], size)
        for number, wanted in (("2", octets), ("3", script)):
            got = subprocess.run([os.environ["BIN"] + "/mime-decode", "-p", number, "--bytes", os.environ["SITE"] + "/message"], capture_output=True)
            expect(wanted, got.stdout, number)
    for text, wanted in [(b"Subject: x\r\n\r\nb\xc3\xb6dy\r\n", 250), (b"Subject: x\r\n\r\nbare\n", 550), (b"Subject: x\r\n\r\n\0.\r\n", 550), (b"Subject: \0\r\n\r\n", 550), (b"Subject: x\r\n\r\n" + b"x" * 999 + b"\r\n", 250),
                         (b"Content-Type: multipart/mixed\r\nContent-Transfer-Encoding: binary\r\n\r\n", 554)]:
        expect([wanted, 221], send_binary(text, 10)[-2:], text)
        expect([text.replace(b"\r\n", b"\n")] if wanted == 250 else [], stored(), text)
    expect([503, 221], codes(talk(head.replace(b"b.test>", b"b.test> BODY=BINARYMIME") + b"DATA\r\nQUIT\r\n"))[-2:], "DATA")
    expect([550, 221], codes(talk(head + b"BDAT 5 LAST\r\nab\ncdQUIT\r\n"))[-2:], "no BINARYMIME")


pieces = [b"\r\n", b"\n", b"\r", b"--", b"-", b"b", b"--b", b"--b--", b"\r\n--b", b" ", b"x", b"\0", b"\xff",
          b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"]


def leaf(rnd, boundaries):
    """A part with its header, and what is to be read in it. No boundary around it stands in it."""
    if rnd.random() < 0.4:
        return b"X: y\r\n\r\nplain text", [b"plain text"]
    while True:
        content = b"".join(rnd.choice(pieces) for _ in range(rnd.randrange(30)))
        inside = b"\r\n" + content + b"\r\n"
        if not any(re.search(rb"\r\n--" + re.escape(one) + rb"(--)?[ \t]*\r\n", inside) for one in boundaries):
            return b"Content-Transfer-Encoding: binary\r\nContent-Type: application/octet-stream\r\n\r\n" + content, [content]


def tree(rnd, depth, boundaries):
    kind = rnd.random()
    if depth > 3 or kind < 0.4:
        return leaf(rnd, boundaries)
    if kind < 0.5:
        inner, contents = tree(rnd, depth + 1, boundaries)
        return b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\nMIME-Version: 1.0\r\n" + inner, contents
    boundary = rnd.choice([b"b", b"bb", b"b-", b"=_x y", b"o%d" % depth])
    while boundary in boundaries:
        boundary += b"1"
    out = b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n'
    out += rnd.choice([b"", b"Content-Transfer-Encoding: binary\r\n"]) + b"\r\n" + rnd.choice([b"", b"preamble\r\n"])
    contents = []
    for _ in range(rnd.randrange(1, 4)):
        part, more = tree(rnd, depth + 1, boundaries + [boundary])
        out += b"--" + boundary + rnd.choice([b"", b"  "]) + b"\r\n" + part + b"\r\n"
        contents += more
    return out + b"--" + boundary + b"--" + rnd.choice([b"", b"\r\n", b"\r\nepilogue"]), contents


def trees():
    rnd = random.Random(7)
    for number in range(100):
        part, contents = tree(rnd, 0, [])
        message = b"Subject: x\r\nMIME-Version: 1.0\r\n" + part
        expect([250, 221], send_binary(message, rnd.choice([5, 100, 1000]))[-2:], message)
        (kept,) = stored()
        got = [part.get_payload(decode=True) for part in email.message_from_bytes(kept).walk() if not part.is_multipart()]
        got = [text.rstrip(b"\n") if text.startswith(b"plain") else text for text in got]
        expect(contents, got, (number, message))


if __name__ == "__main__":
    {"picture": picture, "trees": trees}[sys.argv[1]]()
