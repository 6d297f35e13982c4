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
    ("CREATE &bad-", "OK"), ("CREATE &//8-", "BAD|NO"), ('CREATE ""', "NO"), ("CREATE " + "x" * 3000, "NO"),
    ('LIST "" ' + "*" * 2000, "BAD"), ('LIST "" (' + " ".join(["*"] * 200) + ")", "BAD"), ("COMPRESS GZIP", "BAD"),
    ("STORE 1 +FLAGS (" + " ".join("k%d" % n for n in range(500)) + ")", "BAD"), ("STORE 1 +FLAGS (\\Recent)", "BAD"),
    ("SELECT INBOX (QRESYNC (0 0))", "BAD"), ("SELECT INBOX (CONDSTORE", "BAD"), ("UIDBATCHES 4294967295 1:4294967295", "NO"),
    ("SORT (" + "SIZE " * 100 + "SIZE) UTF-8 ALL", "BAD"), ("UID SEARCH RETURN (PARTIAL 4294967295:4294967295) ALL", "BAD|OK"),
    ("FETCH 1 FLAGS (CHANGEDSINCE 99999999999999999999)", "BAD"), ("APPEND INBOX {0+}\r\n", "BAD"), ("\0", "BAD"),
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
