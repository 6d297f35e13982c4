#!/usr/bin/env python3
"""Clients that mean harm, against smtpd: smtpd_hostile.py WHAT, with $TUBEPOST_CONF and $SITE of a test's site."""

import concurrent.futures
import os
import pathlib
import re
import socket
import struct
import subprocess
import sys
import threading
import time

site = pathlib.Path(os.environ["SITE"])
programs = pathlib.Path(os.environ["BIN"])
spool = site / "spool" / "queue"
hello = b"EHLO c\r\n"
mail = b"MAIL FROM:<a@b.test>\r\nRCPT TO:<alice@example.test>\r\n"


def fail(*what):
    sys.exit(" ".join(repr(one)[:700] for one in what))


def expect(wanted, got, what):
    if wanted != got:
        fail(what, "wanted", wanted, "got", got)


class Conversation:
    def __init__(self, *options, log=subprocess.DEVNULL, **environment):
        self.socket, theirs = socket.socketpair()
        self.child = subprocess.Popen([programs / "smtpd", *options], stdin=theirs, stdout=theirs, stderr=log, env=os.environ | environment)
        theirs.close()
        self.socket.settimeout(60)

    def rest(self):
        out = b""
        try:
            while chunk := self.socket.recv(1 << 20):
                out += chunk
        except ConnectionError:
            pass
        self.status = self.child.wait(60)
        return out


def talk(octets, *options, **environment):
    """Everything at once; all replies."""
    one = Conversation(*options, **environment)

    def send():
        try:
            for at in range(0, len(octets), 1 << 20):
                one.socket.sendall(octets[at:at + (1 << 20)])
            one.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    sender = threading.Thread(target=send)
    sender.start()
    answer = one.rest()
    sender.join()
    return answer


def codes(answer):
    return [int(line[:3]) for line in answer.decode().splitlines() if line[3:4] == " "]


def files():
    return [path for path in spool.rglob("*") if path.is_file() and not path.name.startswith(".")]


def stored():
    """The messages in the spool, whole files; it is empty then."""
    out = []
    for path in sorted(files()):
        out.append(path.read_bytes())
        path.unlink()
    return out


def orders():
    """BDAT in every order with all else, so many steps deep: one reply a command, and what is stored is what 250 said."""
    steps = {b"BDAT 2\r\nab": "c", b"BDAT 0\r\n": "z", b"BDAT 0 LAST\r\n": "l", b"BDAT 99999\r\n" + b"QUIT\r\n" * 16666 + b"abc": "t", b"DATA\r\nx\r\n.\r\n": "d",
             b"RSET\r\n": "r", b"MAIL FROM:<n@b.test>\r\n": "m", b"RCPT TO:<bob@example.test>\r\n": "R", b"BDAT x\r\n": "b", b"NOOP\r\n": "n"}
    depth = int(os.environ.get("DEPTH", "3"))

    def walk(path, octets):
        if len(path) == depth:
            # The text of DATA is read as commands where there was no 354.
            answer = talk(hello + mail + octets + b"QUIT\r\n", "--max-size=1024")
            got = codes(answer)
            if got[-1] not in (221, 421) and (got[-1] != 501 or "b" not in path):
                fail(path, "the conversation is out of step", answer)
            messages = stored()
            expect(answer.count(b" queued as "), len(messages), path)
            for message in messages:
                if b"QUIT" in message:
                    fail(path, "commands in a message", message)
                if b"\nfrom: <>" in message:
                    fail(path, "a sender nobody gave", message)
            return
        for step, name in steps.items():
            walk(path + name, octets + step)

    walk("", b"")


def sizes():
    for size in [b"18446744073709551615", b"18446744073709551616", b"9223372036854775808", b"99999999999999999999999999", b"-1", b"+1", b"0x10", b"1e3", b"",
                 b"1 2", b"1 LASTLAST", b"1,LAST", b"\xd9\xa1", b"1\t"]:
        answer = talk(hello + mail + b"BDAT " + size + b"\r\nQUIT\r\n")
        # One that could be is waited for; of the others nobody knows what follows.
        if codes(answer)[4:] not in ([501], []) or (not codes(answer)[4:] and len(size) != 19):
            fail(size, answer)
        expect([], stored(), size)
    for huge in (b"9999999999999999999", b"9223372036854775807", b"52428801"):
        # No overflow: each alone is too large, and what is too large stays so.
        answer = talk(hello + mail + b"BDAT 1\r\nxBDAT " + huge + b"\r\n" + b"MAIL FROM:<evil@b.test>\r\n" * 5)
        expect([220, 250, 250, 250, 250], codes(answer)[:5], huge)
        expect(True, b"evil" not in answer and len(codes(answer)) <= 6, huge)
        expect([], stored(), huge)
    answer = talk(hello + mail + b"BDAT 9\r\n12345678\nBDAT 5\r\nRSET\nBDAT 0 LAST\r\nQUIT\r\n")
    expect([220, 250, 250, 250, 250, 250, 550, 221], codes(answer), "commands inside chunks")


def many_chunks():
    """So many chunks of one octet: time and memory stay what they are."""
    count = int(os.environ.get("CHUNKS", "1000000"))
    text = (b"x" * 76 + b"\r\n") * (count // 78)
    octets = hello + mail + b"".join(b"BDAT 1\r\n" + text[i:i + 1] for i in range(len(text))) + b"BDAT 0 LAST\r\n"
    one = Conversation()
    begun = time.monotonic()
    sender = threading.Thread(target=one.socket.sendall, args=[octets])
    sender.start()
    answer = b""
    while b" queued as " not in answer[-100:]:
        more = one.socket.recv(1 << 20)
        if not more:
            fail("closed", answer[-100:])
        answer = answer[-100:] + more
    sender.join()
    took = time.monotonic() - begun
    status = pathlib.Path(f"/proc/{one.child.pid}/status").read_text()
    most = int(re.search(r"VmHWM:\s+(\d+)", status)[1])
    ticks = sum(map(int, pathlib.Path(f"/proc/{one.child.pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]))
    one.socket.sendall(b"QUIT\r\n")
    expect([221], codes(one.rest()), "the end")
    expect(text.replace(b"\r\n", b"\n"), re.search(rb"x{76}\n(x{76}\n)*", stored()[0])[0], "the text")
    if most > 12 * 1024 and "ASAN_OPTIONS" not in os.environ:
        fail("KiB of memory", most)
    print(f"{len(text)} chunks in {took:.1f} s, {ticks / os.sysconf('SC_CLK_TCK'):.1f} s CPU, {most} KiB at most")


def in_between():
    """What asks and changes nothing leaves a transaction whole, between MAIL and RCPT, before DATA and between chunks."""
    for middle in [b"NOOP\r\n", b"NOOP RSET\r\n", b"HELP\r\n", b"HELP DATA\r\n", b"VRFY alice\r\n", b"VRFY <evil@b.test>\r\n", b"EXPN list\r\n", b"XYZZY\r\n",
                   b"RSET x\r\n", b"DATA x\r\n", b"STARTTLS\r\n", b"AUTH PLAIN\r\n", b"MAIL FROM:<evil@b.test>\r\n", b"EHLO\r\n", b"EHLO a b\r\n", b"\r\n",
                   b"RCPT TO:<u@far.test>\r\n", b"RSET\nRSET\r\n", b"RSET\0\r\n"]:
        first, second = mail.split(b"\r\n")[:2]
        answer = talk(hello + first + b"\r\n" + middle + second + b"\r\n" + middle + b"BDAT 2\r\na\r" + middle + b"BDAT 1 LAST\r\n\n" + b"QUIT\r\n", "--verify=yes")
        messages = stored()
        expect(1, len(messages), (middle, answer))
        if b"from: <a@b.test>\nto: todo <alice@example.test>\n\n" not in messages[0] or not re.search(rb"\d\na\n\n-- end", messages[0]):
            fail(middle, messages)


nasty = [b"\n", b"\r", b"\0", b"\x1b[31m", b"\x7f", b"\t", b"`id`", b"$(id)", b"${run{id}}", b"%0a", b"+0A", b"+0D+0A", b"+00", b"|id", b";id", b"&id", b"'", b'"', b"\\",
         b"<", b">", b"<>", b"> RCPT TO:<evil@b.test", b"\xff", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"-oQ/tmp", b"../../x", b"%s%n", b"=", b",", b"a" * 1900]


def parameters():
    """Nothing of it reaches a log line, an envelope, a filter's environment or a Received field but as it may stand there."""
    places = [b"EHLO %s\r\n" + mail, hello + b"MAIL FROM:<a%s@b.test>\r\nRCPT TO:<alice@example.test>\r\n", hello + b"MAIL FROM:<a@b%s.test>\r\nRCPT TO:<alice@example.test>\r\n",
              hello + b'MAIL FROM:<"%s"@b.test>\r\nRCPT TO:<alice@example.test>\r\n', hello + b'MAIL FROM:<a@b.test>\r\nRCPT TO:<"alice+%s"@example.test>\r\n',
              hello + b"MAIL FROM:<a@b.test>\r\nRCPT TO:<alice+%s@example.test>\r\n"]
    for word in (b"ENVID=", b"AUTH=", b"SIZE=", b"BODY=", b"RET=", b"HOLDFOR=", b"HOLDUNTIL=", b"BY=", b"MT-PRIORITY=", b"X", b"SMTPUTF8", b"REQUIRETLS"):
        places.append(hello + b"MAIL FROM:<a@b.test> " + word + b"%s\r\nRCPT TO:<alice@example.test>\r\n")
    for word in (b"ORCPT=rfc822;", b"ORCPT=utf-8;", b"ORCPT=", b"NOTIFY="):
        places.append(hello + b"MAIL FROM:<a@b.test>\r\nRCPT TO:<alice@example.test> " + word + b"%s\r\n")
    for utf8 in (b"", b" SMTPUTF8"):
        for place in places:
            for bad in nasty:
                if utf8 and bad.isascii():
                    continue
                check_traces(place.replace(b"a@b.test>", b"a@b.test>" + utf8).replace(b"%s", bad))


def check_traces(octets):
    with open(site / "log", "w+b") as log:
        one = Conversation(log=log)
        try:
            one.socket.sendall(octets + b"DATA\r\n\r\n.\r\nQUIT\r\n")
            one.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        answer = one.rest()
        log.seek(0)
        lines = log.read()
    if not re.fullmatch(rb"(smtpd\[\d+\] [^\0-\x1f\x7f]*\n)*", lines) or b"\xc2\x85" in lines or b"\xe2\x80\xae" in lines:
        fail(octets, "in the log", lines)
    if re.search(rb"^smtpd\[\d+\] (?!- |\w{13,} accept )", lines, re.M):
        fail(octets, "a line of its own in the log", lines)
    if not re.fullmatch(rb"(\d{3}[- ][^\0-\x1f\x7f]*\r\n)*", answer) or any(len(line) > 512 for line in answer.splitlines()):
        fail(octets, "in the replies", answer)
    for message in stored():
        head, text = message.split(b"\n\n", 1)
        if not re.fullmatch(rb"tubepost 1\nid: \w+\nreceived: \d+\nlength: [\d a-f]+\nfrom: <[^\0-\x1f\x7f]*>\n(with: [^\0-\x1f\x7f]*\n)?to: todo <[^\0-\x1f\x7f]*>[^>\0-\x1f\x7f]*", head):
            fail(octets, "in the envelope", head)
        if not re.match(rb"Received: from [A-Za-z0-9.:_?\[\]-]+ \(\[unknown\]\)\n\tby mx\.example\.test with \w+ id \w+;\n\t[\w, :+]+\n\n", text):
            fail(octets, "in Received", text)
    told = site / "told"
    if told.exists():
        text = told.read_bytes()
        told.unlink()
        if not re.fullmatch(rb"SENDER=[^\0-\x1f\x7f]*\0RECIPIENT=[^\0-\x1f\x7f]+\n\0TCPREMOTEIP=unknown\0AUTH_USER=\0", text):
            fail(octets, "in a filter's environment", text)


def relays():
    """No spelling of an address of another domain is taken for one of ours, and none of ours leaves for another."""
    for path in [b"u%far.test@example.test", b"far.test!u@example.test", b'"u@far.test"@example.test', b"@example.test:u@far.test", b"@a.test,@example.test:u@far.test",
                 b"u@far.test", b"u@[127.0.0.1]", b"u@[IPv6:::1]", b"u@#127", b"u@1.2.3.4", b'"u@far.test"', b"u@far.test@example.test", b"u@example.test@far.test", b"u%far.test",
                 b"u%far.test@", b"far.test!u", b"u@far.test%example.test", b"u%far.test%example.test@example.test", b"far.test!example.test!u@example.test",
                 b'"far.test!u"@example.test', b'"u%far.test"@example.test', b'"alice"@far.test', b"alice@example.test..", b"alice@example.test.far.test", b"alice@xexample.test",
                 b"alice@example.test:25", b"alice@EXAMPLE.TEST@far.test", b"alice@\xef\xbc\xa5xample.test.far.test", b"u@far\xe3\x80\x82test", b"u\\@far.test@example.test",
                 b"alice@example.test\\@far.test", b"alice@example.test>,<u@far.test", b"alice@example.test> <u@far.test", b"u@far.test (alice@example.test)", b"@", b"@example.test",
                 b"alice@", b'""@example.test', b'"alice@far.test+x"@example.test', b"alice@far.test+x@example.test"]:
        for written in (b"<" + path + b">", path):
            answer = talk(hello + b"MAIL FROM:<a@b.test> SMTPUTF8\r\nRCPT TO:" + written + b"\r\nQUIT\r\n")
            if codes(answer)[3] not in (501, 550, 555):
                fail(written, answer)
    for path in [b'"alice+x@far.test"@example.test', b'"alice-%far.test"@example.test', b'"alice+@far.test"@EXAMPLE.test',
                 b"alice@example.test.", b"alice+.x..@example.test"]:
        # Hers, whatever is in her subaddress: it stays here.
        answer = talk(hello + b"MAIL FROM:<a@b.test>\r\nRCPT TO:<" + path + b">\r\nDATA\r\n\r\n.\r\nQUIT\r\n")
        expect(354, codes(answer)[4], path)
        ran = subprocess.run([programs / "smtp-send", "--once"], stderr=subprocess.PIPE)
        if b" host=local reason=delivered" not in ran.stderr:
            fail(path, ran.stderr)


def splits():
    """One pipelined session with UTF-8, DATA and BDAT, cut at every octet, and sent octet by octet."""
    octets = ("EHLO c\r\nMAIL FROM:<ünï@bücher.test> SMTPUTF8 BODY=8BITMIME\r\nRCPT TO:<alice+ß@example.test>\r\nDATA\r\nSubject: ñ\r\n\r\n..é\r\n.\r\n"
              "MAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\nBDAT 5\r\n€\r\nBDAT 4 LAST\r\n.\r\né"[:-1] + "\r\nRSET\r\nQUIT\r\n").encode()
    octets = octets.replace(b"BDAT 4 LAST\r\n.\r\n\r\n", b"BDAT 5 LAST\r\n.\r\n\r\n")
    wanted = plain(talk(octets))
    expect(True, b"250 2.0.0 queued" in wanted and wanted.endswith(b"goodbye\r\n"), wanted)
    expect(2, len(files()), wanted)
    texts = sorted(bodies())
    for cut in [*range(1, len(octets)), None]:
        one = Conversation()
        one.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        for piece in ([octets[:cut], octets[cut:]] if cut else [octets[i:i + 1] for i in range(len(octets))]):
            one.socket.sendall(piece)
            if cut is None or cut % 16 == 0:
                os.sched_yield()
        one.socket.shutdown(socket.SHUT_WR)
        expect(wanted, plain(one.rest()), cut)
        expect(texts, sorted(bodies()), cut)


def plain(answer):
    return re.sub(rb"queued as \w+", b"queued as", answer)


def bodies():
    return [re.sub(rb"(?s)\A.*?\n\nReceived: .*?\n(?!\t)|\n-- end .*", b"", one) for one in stored()]


def drip_into(name, begin, drip):
    one = Conversation("--timeout=1")
    begun = time.monotonic()
    one.socket.sendall(begin)
    one.socket.settimeout(0.05)
    answer = b""
    while time.monotonic() - begun < 20:
        try:
            more = one.socket.recv(65536)
            if not more:
                break
            answer += more
        except TimeoutError:
            # The next when nothing has come for a while: twenty a second.
            try:
                one.socket.sendall(drip or b"")
            except OSError:
                drip = None
        except ConnectionError:
            break
    took = time.monotonic() - begun
    if not 0.9 < took < 8:
        fail(name, "took", took, answer)
    # What is still on its way when smtpd closes may cost its last words.
    if name.startswith("silence") and not answer.splitlines()[-1].startswith(b"421 4.4.2 "):
        fail(name, "ended with", answer)
    status = one.child.wait(20)
    if name.startswith("silence in"):
        expect(76, status, name)


def slow():
    """One octet at a time, silence, half a connection, no line end: the time is over when smtpd(8) says so, whatever comes."""
    script = [("silence", b"", None), ("a command octet by octet", b"", b"N"), ("no line end", b"", b"x" * 1000),
              ("a message octet by octet", hello + mail + b"DATA\r\n", b"x"), ("a chunk octet by octet", hello + mail + b"BDAT 100000\r\n", b"x"),
              ("chunks of one octet", hello + mail, b"BDAT 1\r\nx"), ("empty chunks", hello + mail, b"BDAT 0\r\n"),
              ("a chunk nobody wants", b"BDAT 100000\r\n", b"x"), ("silence in a message", hello + mail + b"DATA\r\nx", None),
              ("silence in a chunk", hello + mail + b"BDAT 9\r\nx", None)]
    with concurrent.futures.ThreadPoolExecutor(len(script)) as all_at_once:
        for done in [all_at_once.submit(drip_into, *one) for one in script]:
            done.result()
    expect([], stored(), "slow messages")
    # Who never reads is given as long for what waits.
    one = Conversation("--timeout=1")
    one.socket.settimeout(1)
    begun = time.monotonic()
    try:
        while time.monotonic() - begun < 20:
            one.socket.sendall(b"HELP\r\n" * 1000)
    except OSError:
        pass
    one.child.wait(20)
    expect(True, time.monotonic() - begun < 10, "who does not read")


def limits():
    """Each limit of smtpd(8) to the octet: the last that is taken, the first that is not."""
    def last(octets, *options):
        return codes(talk(octets + b"QUIT\r\n", *options))[-2]

    expect([250, 500], [last(b"NOOP " + b"x" * n + b"\r\n") for n in (2043, 2044)], "a command line")
    def path(n):
        return b"a" * 60 + b"@" + (b"b." * 200)[:n - 60 - 1 - 2 - 5] + b"xtest"
    expect([250, 501], [last(hello + b"MAIL FROM:<" + path(n) + b">\r\n") for n in (256, 257)], "a path")
    expect([250, 501], [last(hello + b"MAIL FROM:<" + b"a" * n + b"@b.test>\r\n") for n in (247, 248)], "a local part")
    for n, wanted in ((998, 250), (999, 250), (1 << 20, 250), ((1 << 20) + 1, 550)):
        expect(wanted, last(hello + mail + b"DATA\r\n\r\n" + b"x" * n + b"\r\n.\r\n"), ("a line", n))
        expect(wanted, last(hello + mail + b"BDAT %d LAST\r\n" % (n + 4) + b"\r\n" + b"x" * n + b"\r\n"), ("a line in a chunk", n))
        binary = mail.replace(b"\r\n", b" BODY=BINARYMIME\r\n", 1)
        expect(wanted, last(hello + binary + b"BDAT %d LAST\r\n" % (n + 4) + b"\r\n" + b"x" * n + b"\r\n"), ("a line in a binary message", n))
    for n, wanted in ((1 << 20, 250), ((1 << 20) + 1, 552)):
        fields = (b"A: " + b"x" * 60 + b"\n") * (n // 64 - 2)
        fields += b"B:" + b"x" * (n - len(fields) - 3) + b"\n"
        fields = fields.replace(b"\n", b"\r\n")
        expect(wanted, last(hello + mail + b"DATA\r\n" + fields + b"\r\n.\r\n"), ("a header", n))
        expect(wanted, last(hello + mail + b"BDAT %d LAST\r\n" % len(fields) + fields), ("a header alone", n))
    for n, wanted in ((2048, 250), (2049, 552)):
        text = b"\r\n" + b"x" * 900 + b"\r\n" + b"x" * 900 + b"\r\n" + b"x" * (n - 1808) + b"\r\n"
        expect(n, len(text), "the test itself")
        expect(wanted, last(hello + mail + b"DATA\r\n" + text + b".\r\n", "--max-size=2048"), ("a message", n))
        expect(wanted, last(hello + mail + b"BDAT %d LAST\r\n" % n + text, "--max-size=2048"), ("a chunk", n))
        expect(wanted, last(hello + b"MAIL FROM:<a@b.test> SIZE=%d\r\n" % n, "--max-size=2048"), ("a size", n))
    one = b"RCPT TO:<alice+%d@example.test>\r\n"
    many = hello + b"MAIL FROM:<a@b.test>\r\n" + b"".join(one % i for i in range(101))
    expect([250, 452], codes(talk(many + b"QUIT\r\n", "--max-recipients=100"))[-3:-1], "recipients")
    long = b"RCPT TO:<alice+%s%07d@example.test> ORCPT=rfc822;%s\r\n"
    answer = talk(hello + b"MAIL FROM:<a@b.test>\r\n" + b"".join(long % (b"x" * 40, i, b"y" * 400) for i in range(2500)) + b"DATA\r\n\r\n.\r\nQUIT\r\n", "--max-recipients=10000")
    taken = answer.count(b"250 2.1.5")
    expect(True, 1400 < taken < 1900 and answer.count(b"452 4.5.3") == 2500 - taken and b" queued as " in answer, ("octets of recipients", taken))
    stored()
    for bad in (b"XYZZY\r\n", b"RCPT TO:<a@b>\r\n", b"DATA\r\n", b"BDAT 0\r\n", b"\r\n", b"NOOP\nNOOP\r\n", b"\xff\r\n"):
        answer = codes(talk(bad * 30))
        # Half a line is an error too, and hears nothing.
        replies = 10 if b"\n" in bad[:-2] else 20
        expect((replies, 421, replies + 2), (sum(code >= 500 for code in answer), answer[-1], len(answer)), bad)
    answer = codes(talk(b"NOOP\r\n" * 2000, "--max-recipients=100"))
    expect((1100, 421, 1102), (answer.count(250), answer[-1], len(answer)), "commands without a message")
    answer = codes(talk(hello + (mail + b"BDAT 2 LAST\r\n\r\nNOOP\r\n") * 300 + b"QUIT\r\n", "--max-recipients=100"))
    expect(221, answer[-1], "commands with messages")


proxy = {"PROTO": "TCP", "TCPREMOTEIP": "192.0.2.9"}
start = b"\r\n\r\n\0\r\nQUIT\n"


def v2(command, family, block):
    return start + bytes([0x20 | command, family]) + struct.pack(">H", len(block)) + block


def proxies():
    """PROXY headers that are cut, too long, of other families or nonsense; the configuration trusts 192.0.2.0/24."""
    four = socket.inet_aton("203.0.113.7") + socket.inet_aton("192.0.2.9") + b"\1\2\0\x19"
    six = socket.inet_pton(socket.AF_INET6, "2001:db8::7") * 2 + b"\1\2\0\x19"
    own, none = b"192.0.2.9", None
    rows = [(b"PROXY TCP4 203.0.113.7 192.0.2.9 1 25\r\n", b"203.0.113.7"), (b"PROXY TCP6 2001:db8::7 ::1 1 25\r\n", b"IPv6:2001:db8::7"), (b"PROXY UNKNOWN\r\n", own),
            (b"PROXY UNKNOWN " + b"x" * 91 + b"\r\n", own), (v2(1, 0x11, four), b"203.0.113.7"), (v2(1, 0x21, six), b"IPv6:2001:db8::7"), (v2(0, 0, b""), own),
            (v2(0, 0x11, four), own), (v2(1, 0x31, b"\0" * 216), own), (v2(1, 0, b""), own), (v2(1, 0x12, four), own),
            (v2(1, 0x11, four + b"\x04\0\x05abcde" + b"\x20\xff\xff"), b"203.0.113.7"), (v2(1, 0x11, four + b"\x04" * 2036), b"203.0.113.7"),
            (v2(1, 0x11, four + b"\x04" * 2037), none), (v2(1, 0x11, four + b"\x04" * 65523), none),
            (v2(1, 0x21, b"\0" * 10 + b"\xff\xff" + socket.inet_aton("203.0.113.8") + b"\0" * 16 + b"\0\1\0\2"), b"203.0.113.8"),
            (b"PROXY UNKNOWN " + b"x" * 92 + b"\r\n", none), (b"PROXY TCP4 203.0.113.7 192.0.2.9 1 25\n", none), (b"PROXY TCP4 203.0.113.7  192.0.2.9 1 25\r\n", none),
            (b"PROXY TCP4 203.0.113.7 192.0.2.9 1 25 \r\n", none), (b"PROXY TCP4 203.0.113.7 192.0.2.9 65536 25\r\n", none), (b"PROXY TCP4 203.0.113.7 192.0.2.9 -1 25\r\n", none),
            (b"PROXY TCP4 2001:db8::7 ::1 1 25\r\n", none), (b"PROXY TCP4 203.0.113.7\r\n", none), (b"proxy TCP4 203.0.113.7 192.0.2.9 1 25\r\n", none),
            (b"PROXY TCP4 0x7f.1 192.0.2.9 1 25\r\n", none), (b"PROXY TCP4 127.1 192.0.2.9 1 25\r\n", none), (b"PROXY TCP4 203.0.113.7\0 192.0.2.9 1 25\r\n", none),
            (v2(1, 0x11, four[:11]), none), (v2(1, 0x21, four), none), (v2(1, 0x11, b""), none), (v2(2, 0x11, four), none), (v2(15, 0x11, four), none),
            (start + b"\x11\x11\0\x0c" + four, none), (start + b"\x31\x11\0\x0c" + four, none), (start[:11] + b"x" + b"\x21\x11\0\x0c" + four, none), (b"\0" * 16, none)]
    for header, wanted in rows:
        answer = talk(header + hello + mail + b"DATA\r\n\r\n.\r\nQUIT\r\n", **proxy)
        found = re.search(rb"Received: from c \(\[(.*)\]\)", b"".join(stored()))
        if (found and found[1]) != wanted or answer.startswith(b"220 ") != (wanted is not None):
            fail(header, answer, found)
    for header in (v2(1, 0x11, four), b"PROXY TCP4 203.0.113.7 192.0.2.9 1 25\r\n"):
        octets = header + b"QUIT\r\n"
        for cut in range(1, len(header) + 3):
            one = Conversation(**proxy)
            one.socket.sendall(octets[:cut])
            os.sched_yield()
            one.socket.sendall(octets[cut:])
            expect([220, 221], codes(one.rest()), cut)
            one = Conversation(**proxy)
            one.socket.sendall(header[:min(cut, len(header) - 1)])
            one.socket.shutdown(socket.SHUT_WR)
            expect((b"", 76), (one.rest(), one.status), cut)
    # Whoever is no proxy says nothing that counts.
    answer = talk(b"PROXY TCP4 203.0.113.7 192.0.2.9 1 25\r\n" + hello + mail + b"DATA\r\n\r\n.\r\nQUIT\r\n", PROTO="TCP", TCPREMOTEIP="198.51.100.9")
    expect(True, b"500 5.5.1 " in answer and b"from c ([198.51.100.9])" in b"".join(stored()), answer)
    # One octet now and then is no reason to wait for ever.
    one = Conversation("--timeout=1", **proxy)
    begun = time.monotonic()
    one.socket.settimeout(0.05)
    for octet in b"PROXY UNKNOWN " + b"x" * 200:
        try:
            one.socket.sendall(bytes([octet]))
            if not one.socket.recv(10):
                break
        except TimeoutError:
            pass
        except OSError:
            break
    expect(76, one.child.wait(20), "a slow header")
    expect(True, 0.9 < time.monotonic() - begun < 8, "a slow header")


def proxy_rights():
    """As root: who waits for the header is nobody, and holds nothing but the connection."""
    one = Conversation(**proxy)
    until = time.monotonic() + 20
    while True:
        users = {re.search(r"Uid:\t(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1] for pid in children(one.child.pid)}
        if users == {"65534"}:
            break
        if time.monotonic() > until:
            fail("read by", users)
    one.socket.sendall(b"PROXY UNKNOWN\r\nQUIT\r\n")
    expect([220, 221], codes(one.rest()), "behind it")


def own_memory(pid):
    """In KiB; code, which costs more when nobody else runs the same program, is not counted."""
    found = re.findall(r"^(?:Anonymous|Pss_Shmem):\s+(\d+)", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
    return sum(map(int, found))


def children(pid):
    return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def listen(*options):
    """smtpd on a listening socket: its process and port."""
    script = "import os,sys; os.dup2(int(sys.argv[1]), 3); os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid())); os.execv(sys.argv[2], sys.argv[2:])"
    with socket.create_server(("127.0.0.1", 0), backlog=1000) as listening:
        loop = subprocess.Popen([sys.executable, "-c", script, str(listening.fileno()), programs / "smtpd", *options], pass_fds=[listening.fileno()],
                                stderr=subprocess.DEVNULL)
        return loop, listening.getsockname()[1]


def crowd():
    """One more than max-connections is told so; when one has gone, the next is served."""
    loop, port = listen("--max-connections=3")

    def greeted():
        one = socket.create_connection(("127.0.0.1", port), 20)
        return one, one.recv(100)

    held = [greeted() for _ in range(3)]
    expect([b"220"] * 3, [said[:3] for _, said in held], "as many as may")
    expect(b"421 4.3.2 too many connections\r\n", greeted()[1], "one more")
    held.pop()[0].close()
    until = time.monotonic() + 20
    while not greeted()[1].startswith(b"220"):
        expect(True, time.monotonic() < until, "room for one")
    loop.terminate()
    loop.wait(20)


def filtered():
    """More recipients than a program can be told of. The site has a filter."""
    for number, wanted in ((1500, 250), (1700, 554)):
        many = b"".join(b"RCPT TO:<alice+%s%04d@example.test>\r\n" % (b"x" * 50, i) for i in range(number))
        expect(wanted, codes(talk(hello + b"MAIL FROM:<a@b.test>\r\n" + many + b"DATA\r\n\r\n.\r\nQUIT\r\n", "--max-recipients=10000"))[-2], number)


def clients():
    """So many clients that misbehave, against one listening process: its memory, descriptors and children stay what they were."""
    count = int(os.environ.get("CLIENTS", "12000"))
    loop, port = listen("--max-connections-per-source=100000", "--max-connections=40", "--timeout=5")
    manners = [b"", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"EHLO c\r\nQUIT\r\n", b"\0" * 3000, b"EHLO " + b"x" * 3000 + b"\r\n",
               hello + mail + b"DATA\r\nhalf", hello + mail + b"BDAT 5\r\nab", b"XYZZY\r\n" * 30, hello + b"RCPT TO:<x@y>\r\n" * 25, b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n",
               hello + b"AUTH PLAIN AAAA\r\n", hello + mail + b"BDAT 9999999999\r\nxx", b"EHLO c\nMAIL\n\r\r\n"]
    reset = struct.pack("ii", 1, 0)
    before = None
    begun = time.monotonic()
    deadline = begun + float(os.environ.get("SECONDS_AT_MOST", "100"))
    done = 0

    def misbehave(kind, index):
        for _ in range(20):
            try:
                with socket.create_connection(("127.0.0.1", port), 20) as one:
                    how = index % 3
                    if how == 2:
                        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
                    one.sendall(kind)
                    if how == 1:
                        one.shutdown(socket.SHUT_WR)
                        while one.recv(65536):
                            pass
                return
            except ConnectionError:
                return
            except TimeoutError:
                pass

    while done < count and time.monotonic() < deadline:
        misbehave(manners[done % len(manners)], done)
        done += 1
        if done == min(1000, count // 4):
            before = measure(loop.pid)
    after = measure(loop.pid)
    loop.terminate()
    loop.wait(20)
    print(f"{done} clients in {time.monotonic() - begun:.1f} s; before (KiB of its own, descriptors) {before}, after {after}")
    expect(before[1], after[1], "open descriptors")
    if after[0] > before[0] + 150:
        fail("KiB of memory", before, after)
    expect([], [message for message in stored() if b"half" in message], "half messages")


def breaking():
    """Clients that break off when they are greeted: whoever sent the words that are read stays known."""
    loop, port = listen("--max-connections-per-source=1000")
    reset = struct.pack("ii", 1, 0)
    for _ in range(300):
        with socket.create_connection(("127.0.0.1", port), 20) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
            one.sendall(hello + mail + b"DATA\r\nx\r\n.\r\n")
            one.recv(100)
    measure(loop.pid)
    loop.terminate()
    loop.wait(20)
    expect([], [message for message in stored() if b"([127.0.0.1])" not in message], "from nobody")


def sleeps(pid):
    return open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[0] == "S"


def measure(pid):
    """When all children have ended and are gone, and nobody is being let in."""
    until = time.monotonic() + 30
    while children(pid) or not sleeps(pid):
        if time.monotonic() > until:
            fail("children stay", children(pid))
        os.sched_yield()
    return own_memory(pid), len(os.listdir(f"/proc/{pid}/fd"))


{name: value for name, value in globals().items() if callable(value)}[sys.argv[1]]()
