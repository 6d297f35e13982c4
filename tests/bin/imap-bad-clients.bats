load site

setup() {
  site
  with_passwords
  with_mail
}

teardown() { stop; }

talk() { PYTHONPATH="$SOURCE/tests/bin" python3 - "$port" "$SITE"; }

# What a session may take at most; the library code and what is mapped but not touched is in it too.
serve_bounded() { serve bash -c 'ulimit -v 300000; exec "$BIN/imapd"'; }

@test "what a client should not say is answered with BAD or NO, and the session goes on" {
  serve_bounded
  talk <<'PY'
import sys
from imap_talk import Client
a = Client(sys.argv[1])
a.ok("SELECT INBOX")
rows = [
    ("SEARCH " + "(" * 5000 + "ALL" + ")" * 5000, "BAD"), ("SEARCH " + "NOT " * 5000 + "ALL", "BAD"),
    ("SEARCH " + "OR ALL " * 3000 + "ALL", "BAD"), ("SEARCH " + " ".join(["TEXT x"] * 2000), "BAD"),
    ("SEARCH " + " ".join(["ALL"] * 5000), "BAD"), ("FETCH 1:4294967295 FLAGS", "BAD"),
    ("UID FETCH 1:4294967295 FLAGS", "OK"), ("FETCH 4294967296 FLAGS", "BAD"), ("FETCH 0 FLAGS", "BAD"),
    ("UID FETCH " + "1," * 20000 + "1 FLAGS", "BAD"), ("FETCH 1 (" + "BODY[1." + "1." * 3000 + "1])", "BAD"),
    ("FETCH 1 (" + " ".join(["BODY.PEEK[]"] * 300) + ")", "BAD"), ("FETCH 1 (FLAGS", "BAD"), ("FETCH 1 BODY[", "BAD"),
    ("CREATE ../x", "NO"), ("CREATE a/../../x", "NO"), ("CREATE .x", "NO"), ("CREATE x..y", "NO"), ("SELECT ../bob", "NO"),
    ("CREATE &bad-", "BAD"), ("CREATE &AGE-", "BAD"), ("CREATE &ZeVnLIqe", "BAD"), ("RENAME INBOX &Jjo!", "BAD"), ("CREATE &//8-", "BAD|NO"), ('CREATE ""', "NO"), ("CREATE " + "x" * 3000, "NO"),
    ('LIST "" ' + "*" * 2000, "BAD"), ('LIST "" (' + " ".join(["*"] * 200) + ")", "BAD"), ("COMPRESS GZIP", "BAD"),
    ("STORE 1 +FLAGS (" + " ".join("k%d" % n for n in range(500)) + ")", "BAD"), ("STORE 1 +FLAGS (\\Recent)", "BAD"),
    ("SELECT INBOX (QRESYNC (0 0))", "BAD"), ("SELECT INBOX (CONDSTORE", "BAD"), ("UIDBATCHES 4294967295 1:4294967295", "NO"),
    ("SORT (" + "SIZE " * 100 + "SIZE) UTF-8 ALL", "BAD"), ("UID SEARCH RETURN (PARTIAL 4294967295:4294967295) ALL", "BAD|OK"),
    ("FETCH 1 FLAGS (CHANGEDSINCE 99999999999999999999)", "BAD"), ("APPEND INBOX {0+}\r\n", "NO"), ("\0", "BAD"),
    ("ENABLE " + "X " * 100 + "X", "BAD"), ("ID (" + '"a" ' * 1000 + ")", "BAD"), ("FETCH $ FLAGS", "OK"),
]
for command, wanted in rows:
    heard = a.say(command)
    assert heard.split("\n")[-1].split(" ")[1] in wanted, (command[:100], heard[-300:])
    a.ok("SELECT INBOX")
PY
}

@test "a message of many parts, and of deep ones" {
  python3 - "$SITE" <<'PY'
import sys
with open(sys.argv[1] + "/bob/Maildir/new/3.parts", "w") as f:
    f.write("Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n" * 20000 + "--b--\n")
with open(sys.argv[1] + "/bob/Maildir/new/4.deep", "w") as f:
    for n in range(2000):
        f.write(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")
PY
  serve_bounded
  talk <<'PY'
import sys
from imap_talk import Client
a = Client(sys.argv[1])
a.ok("SELECT INBOX")
assert a.ok("FETCH 3 BODYSTRUCTURE").count('"TEXT" "PLAIN"') > 9000
a.ok("FETCH 4 (BODYSTRUCTURE BODY.PEEK[1.1.1.1] BINARY.SIZE[1.1] PREVIEW)")
a.ok("SEARCH BODY nothing")
PY
}

@test "many clients that send half a command, and one that does not read, disturb nobody" {
  serve "$BIN/imapd"
  talk <<'PY'
import sys, time
from imap_talk import Client
port = sys.argv[1]
half = [Client(port) for _ in range(5)]
for n, one in enumerate(half):
    one.send([b"x SELECT", b"x APPEND INBOX {100+}\r\nabc", b"x LOGIN {5}\r\n", b"i IDLE\r\nDO", b"x FETCH 1 (BODY["][n])
deaf = Client(port)
a = Client(port)
a.ok("SELECT INBOX")
a.append("INBOX", b"Subject: big\r\n\r\n" + b"x" * 20000000)
deaf.send(b"s SELECT INBOX\r\n" + b"".join(b"f%d FETCH 3 BODY.PEEK[]\r\n" % n for n in range(10)))
begin = time.monotonic()
for _ in range(20):
    a.ok("NOOP"); a.ok("FETCH 1 (FLAGS ENVELOPE)")
assert time.monotonic() - begin < 10
PY
}

# The ceilings are those of imapd(8).
@test "whatever a client does, each state keeps below its ceiling of memory" {
  [ -z "${ASAN_OPTIONS:-}" ] || skip "a sanitizer takes memory of its own"
  mkdir -p "$SITE/bob/Maildir/.Big/"{cur,new,tmp}
  python3 - "$SITE/bob/Maildir/.Big/new" <<'PY'
import base64, sys
with open(sys.argv[1] + "/1.parts", "w") as f:
    f.write("Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n" * 20000 + "--b--\n")
with open(sys.argv[1] + "/2.text", "wb") as f:
    f.write(b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes("üabc ".encode() * 1500000))
with open(sys.argv[1] + "/3.header", "wb") as f:
    f.write(b"".join(b"X-%d: =?utf-8?q?=C3=BC?= x\n" % n for n in range(400000)) + b"\nx\n")
PY
  serve "$BIN/imapd"
  talk <<'PY'
import os, sys, zlib
from imap_talk import Client
port, site = sys.argv[1:]
MiB = 1024

def peak(session):
    """KiB that the process of the last connection has ever had in memory, its code too."""
    found = []
    for one in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = open(f"/proc/{one}/cmdline").read().split("\0")
            if os.path.basename(words[0]) == "imapd" and ("--session" in words) == session and site in open(f"/proc/{one}/environ").read():
                found.append(int(open(f"/proc/{one}/status").read().split("VmHWM:")[1].split()[0]))
        except OSError:
            pass
    return max(found)

def below(client, what, ceiling, session=True):
    print(what, peak(session), "of", ceiling)
    assert peak(session) <= ceiling, what
    client.socket.close()
    while session and any(b"--session" in words for words in sessions()):
        pass

def sessions():
    for one in filter(str.isdigit, os.listdir("/proc")):
        try:
            if site in open(f"/proc/{one}/environ").read():
                yield open(f"/proc/{one}/cmdline", "rb").read()
        except OSError:
            pass

a = Client(port, user=None)
for line in (b"x" * 16000, b"a LOGIN {17000+}\r\n" + b"x" * 17000 + b" y", b"b AUTHENTICATE PLAIN " + b"A" * 17000, b"c NOOP " + b"(" * 15000):
    a.send(line + b"\r\n")
    a.line()
a.send(b"d LOGIN {200000+}\r\n" + b"x" * 200000 + b" y\r\n")
assert a.line().startswith(b"d BAD "), "more than is taken"
below(a, "before the login", 5 * MiB, session=False)

text, sets = "x" * 1000000, "1," * 32000
commands = ("NOOP", "SEARCH " + " ".join(["ALL"] * 900), "SEARCH SUBJECT {1000000+}\r\n" + text, "SEARCH TEXT {1000000+}\r\n" + text,
            *("SEARCH %s {%d+}\r\n%s" % (key, 3 * n, "\ufdfa" * n) for key in ("SUBJECT", "TEXT") for n in (21000, 333333)), "SEARCH " + " ".join(["SUBJECT {30000+}\r\n" + text[:30000]] * 31),
            "UID FETCH " + sets + "1 FLAGS", "SEARCH OR " * 40 + "ALL", "SEARCH " + "(" * 60000, 'LIST "" (' + " ".join(["%*" * 450] * 66) + ")",
            "CREATE " + "&AOk-" * 10000, "STORE 1 +FLAGS (" + " ".join("k%d" % n for n in range(9000)) + ")", "FETCH 1 (" + " ".join(["BODY.PEEK[]"] * 200) + ")",
            "APPEND INBOX " + "".join(" {1+}\r\nx" for _ in range(1001)), "x" * 65000)
b = Client(port)
for command in commands:
    b.say(command)
b.ok("SELECT INBOX")
for command in commands:
    b.say(command)
below(b, "a command that reads no mail", 9 * MiB)
c = Client(port)
c.compress()
for _ in range(20):
    c.send(b"a NOOP\r\n" * 5000)
    c.until("a")
below(c, "compressed", 5 * MiB)
big = site + "/bob/Maildir/.Big/new/"
for what, size, commands in (
    ("10 000 parts", 1 * MiB, ("FETCH 1 (BODYSTRUCTURE BODY.PEEK[9999])", "SEARCH BODY nothing 1")),
    ("a large text", os.stat(big + "2.text").st_size // 1024,
     ("FETCH 2 BODY.PEEK[]", "FETCH 2 (BINARY.PEEK[1] RFC822.SIZE)", "FETCH 2 PREVIEW", "SEARCH 2 TEXT nothing")),
    ("a large header", os.stat(big + "3.header").st_size // 1024,
     ("FETCH 3 (ENVELOPE THREADID)", "FETCH 3 BODY.PEEK[HEADER.FIELDS.NOT (X-1)]", "SEARCH 3 SUBJECT nothing", "SORT (SUBJECT FROM) UTF-8 3"))):
    for command in commands:
        d = Client(port)
        d.ok("EXAMINE Big")
        d.ok(command)
        below(d, what + ", " + command, 9 * MiB + 4 * size)
PY
}

@test "who idles takes little memory, also after news of a large folder" {
  [ -z "${ASAN_OPTIONS:-}" ] || skip "a sanitizer takes memory of its own"
  serve "$BIN/imapd"
  talk <<'PY'
import os, sys, time
from imap_talk import Client
port, site = sys.argv[1:]
box = site + "/bob/Maildir/"

def own_memory():
    """KiB that only the session's process has."""
    for one in filter(str.isdigit, os.listdir("/proc")):
        try:
            if "--session" in open(f"/proc/{one}/cmdline").read() and site in open(f"/proc/{one}/environ").read():
                return int(open(f"/proc/{one}/smaps_rollup").read().split("Private_Dirty:")[1].split()[0])
        except OSError:
            pass

def little(what):
    end = time.monotonic() + 20
    while own_memory() > 2500:
        assert time.monotonic() < end, (what, own_memory())

os.makedirs(box + "cur", exist_ok=True)
for number in range(30000):
    os.close(os.open(f"{box}cur/{number}.x:2,", os.O_WRONLY | os.O_CREAT, 0o600))
client = Client(port)
client.ok("SELECT INBOX")
client.ok("FETCH 1:* (UID FLAGS)")
client.send(b"i IDLE\r\n")
client.line()
little("idling")
os.rename(box + "cur/7.x:2,", box + "cur/7.x:2,S")
while b"FETCH" not in client.line():
    pass
little("after news")
client.send(b"DONE\r\n")
client.until("i")
PY
}
