"""A name server that lies: the first label of a name in hostile.test says how. Prints its port, serves UDP and TCP there until
its standard input ends. hostile_dns.py ADDRESS: that of the hosts it names."""
import ipaddress
import os
import random
import socket
import struct
import sys
import threading

host = ipaddress.ip_address(sys.argv[1]).packed
A, NS, CNAME, MX, TXT, AAAA, TLSA = 1, 2, 5, 15, 16, 28, 52
NUMBERS = {"A": A, "MX": MX, "TXT": TXT}


def name(text):
    return b"".join(bytes([len(label)]) + label.encode() for label in text.rstrip(".").split(".") if label) + b"\0"


def record(owner, kind, data, ttl=300):
    return (owner if isinstance(owner, bytes) else name(owner)) + struct.pack("!HHIH", kind, 1, ttl, len(data)) + data


def reply(query, question, answers=(), rcode=0, flags=0x8580, identifier=None, count=None, questions=1):
    begin = struct.unpack("!H", query[:2])[0] if identifier is None else identifier
    head = struct.pack("!HHHHHH", begin & 0xFFFF, flags | rcode, questions, len(answers) if count is None else count, 0, 0)
    return head + question + b"".join(answers)


def read_question(query):
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("latin-1").lower())
        at += 1 + query[at]
    return labels, struct.unpack("!H", query[at + 1 : at + 3])[0], query[12 : at + 5]


def mx(target, preference=10):
    return struct.pack("!H", preference) + (target if isinstance(target, bytes) else name(target))


def answer(query, tcp):
    labels, kind, question = read_question(query)
    whole, way = ".".join(labels), labels[0]
    say = lambda *answers, **more: reply(query, question, answers, **more)
    if whole.startswith("good") or whole.startswith("mx."):
        return say(record(whole, kind, {A: host, MX: mx("mx.good.hostile.test")}[kind])) if kind in (A, MX) else say()
    if way in ("big", "bigtxt") and not tcp:
        return say(flags=0x8780)
    if way == "truncated":
        return None if tcp else say(flags=0x8780)
    if way == "big" and kind == MX:
        return say(*[record(b"\xc0\x0c", MX, mx(f"m{i}.good.hostile.test", i % 7)) for i in range(1300)])
    if way == "bigtxt" and kind == TXT:
        return say(*[record(b"\xc0\x0c", TXT, b"\xff" + bytes([97 + i % 26]) * 255) for i in range(230)])
    if way == "loopa":
        return say(record(whole, CNAME, name("loopb." + ".".join(labels[1:]))))
    if way == "loopb":
        return say(record(whole, CNAME, name("loopa." + ".".join(labels[1:]))))
    if way == "self":
        return say(record(whole, CNAME, name(whole)))
    if way.startswith("chain"):
        return say(record(whole, CNAME, name(f"chain{int(way[5:] or 0) + 1}." + ".".join(labels[1:]))))
    if way == "pointer":
        at = 12 + len(question) + 12 + (2 if kind == MX else 0)
        return say(record(b"\xc0\x0c", kind, (b"\0\x0a" if kind == MX else b"") + struct.pack("!H", 0xC000 | at)))
    if way == "forward":
        return say(record(struct.pack("!H", 0xC000 | (12 + len(question))), kind, host))
    if way == "short":
        return say(record(whole, kind, {A: host[:3], MX: b"\0", TXT: b"\xffabc", AAAA: b"\1" * 15, TLSA: b"\3\1"}.get(kind, b"")))
    if way == "long":
        return say(record(whole, kind, {A: host + b"x", MX: mx("mx.good.hostile.test") + b"x", AAAA: b"\1" * 17}.get(kind, b"x" * 300)))
    if way == "binary":
        return say(record(whole, kind, mx(b"\x04a\n.b\x03c d\x02\0\x1b\x04test\0") if kind == MX else host))
    if way == "otherid":
        return say(record(whole, kind, host), identifier=random.getrandbits(16))
    if way == "othername":
        return reply(query, name("elsewhere.test") + question[-4:], [record("elsewhere.test", kind, host)])
    if way == "noquestion":
        return reply(query, b"", [record(whole, kind, host)], questions=0)
    if way == "notanswer":
        return say(flags=0x0100)
    if way.startswith("rcode"):
        return say(rcode=int(way[5:]))
    if way == "nxdata":
        return say(record(whole, kind, mx("mx.good.hostile.test") if kind == MX else host), rcode=3)
    if way in ("ttl0", "ttlmax") and kind in (A, MX):
        return say(record(whole, kind, mx("mx.good.hostile.test") if kind == MX else host, 0 if way == "ttl0" else 0xFFFFFFFF))
    if way == "garbage":
        return query[:2] + os.urandom(200)
    if way == "cut":
        return say(record(whole, kind, host))[:-3]
    if way == "counts":
        return say(record(whole, kind, host), count=60000)
    if way == "empty":
        return b""
    if way == "silent":
        return None
    if way == "notls" and kind == MX:
        return say(record(whole, kind, mx("mx.good.hostile.test")))
    return say()


def datagrams(wire):
    while True:
        query, peer = wire.recvfrom(4096)
        try:
            out = answer(query, False)
        except (KeyError, IndexError, ValueError, UnicodeError):
            out = reply(query, query[12:], rcode=1, questions=0)
        if out is not None:
            wire.sendto(out, peer)


def stream(client):
    with client:
        file = client.makefile("rwb")
        while len(size := file.read(2)) == 2:
            query = file.read(struct.unpack("!H", size)[0])
            if len(query) < 12:
                return
            out = answer(query, True)
            if out is None:
                return
            file.write(struct.pack("!H", len(out)) + out)
            file.flush()


def streams(listening):
    while True:
        threading.Thread(target=stream, args=(listening.accept()[0],), daemon=True).start()


while True:
    listening = socket.create_server(("127.0.0.1", 0))
    wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        wire.bind(listening.getsockname())
        break
    except OSError:
        listening.close()
for serve, what in ((datagrams, wire), (streams, listening)):
    threading.Thread(target=serve, args=(what,), daemon=True).start()
print(listening.getsockname()[1], flush=True)
sys.stdin.read()
