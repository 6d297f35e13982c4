load site

setup() {
  site
  with_passwords
  with_mail
}

teardown() { stop; }

talk() { PYTHONPATH="$SOURCE/tests/bin" python3 - "$port" "$SITE"; }

@test "IDLE: what is delivered is told within a few milliseconds, and flags by another session" {
  serve "$BIN/imapd"
  talk <<'PY'
import os, statistics, sys, time
from imap_talk import Client
port, site = sys.argv[1:]
a, b = Client(port), Client(port)
a.ok("SELECT INBOX"); b.ok("SELECT INBOX")
a.send(b"i IDLE\r\n")
assert a.line() == b"+ idling"
took = []
for n in range(20):
    name = f"{site}/bob/Maildir/tmp/{n}"
    open(name, "w").write("Subject: x\n\nx\n")
    begin = time.monotonic()
    os.rename(name, f"{site}/bob/Maildir/new/17000000{n:02}.x")
    while a.line() != b"* %d EXISTS" % (3 + n):
        pass
    took.append(time.monotonic() - begin)
print("delivery to EXISTS, ms: median", 1000 * statistics.median(took), "worst", 1000 * max(took))
assert statistics.median(took) < 0.1, took
b.ok("STORE 1 +FLAGS ($Work)")
while b"$Work" not in a.line():
    pass
a.send(b"DONE\r\n")
assert a.until("i").endswith("i OK IDLE done")
a.send(b"j IDLE\r\nDONE\r\nk NOOP\r\n")
assert "j OK" in a.until("k")
PY
}

@test "COMPRESS=DEFLATE carries a session, pipelined commands too, and is refused a second time" {
  serve "$BIN/imapd"
  talk <<'PY'
import sys, zlib
from imap_talk import Client
a = Client(sys.argv[1])
assert " COMPRESS=DEFLATE" in a.ok("CAPABILITY")
a.compress()
big = b"Subject: big\r\n\r\n" + b"".join(b"%d line\r\n" % n for n in range(200000))
a.ok("SELECT INBOX")
a.append("INBOX", big)
heard = a.ok("FETCH 3 BODY.PEEK[]")
assert heard.count(" line") == 200000, (heard.count(" line"), heard[:200], heard[-200:])
assert "COMPRESSIONACTIVE" in a.say("COMPRESS DEFLATE")
a.send(b"x NOOP\r\ny IDLE\r\nDONE\r\nz NOOP\r\n")
assert "y OK" in a.until("z")
# Compressed right behind the command, before its answer.
b = Client(sys.argv[1])
b.socket.sendall(b"c COMPRESS DEFLATE\r\n")
assert b.until("c").startswith("c OK")
b.deflater, b.inflater = zlib.compressobj(9, zlib.DEFLATED, -15), zlib.decompressobj(-15)
b.ok("NOOP")
PY
}

@test "a COMPRESS bomb takes no memory, and what is no stream ends the connection" {
  serve bash -c 'ulimit -v 400000; exec "$BIN/imapd"'
  talk <<'PY'
import sys, zlib
from imap_talk import Client
a = Client(sys.argv[1])
a.compress()
bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
octets = b"".join(bomb.compress(b"x" * 1000000) for _ in range(500)) + bomb.flush(zlib.Z_SYNC_FLUSH)
try:
    a.socket.sendall(octets)
    a.socket.sendall(bomb.compress(b"\r\n") + bomb.flush(zlib.Z_SYNC_FLUSH))
except ConnectionError:
    # The server has ended before it has read all of that; what it said is still to be read.
    pass
heard = b""
try:
    while True:
        heard = a.line()
except (EOFError, ConnectionError):
    pass
assert heard == b"* BYE longer than this server reads", heard
b = Client(sys.argv[1])
b.compress()
b.socket.sendall(b"\xff" * 1000)
try:
    b.line()
    raise SystemExit("an answer to garbage")
except (EOFError, ConnectionError):
    pass
Client(sys.argv[1]).ok("NOOP")
PY
}

@test "a phone: one flight of pipelined commands in the UID mode" {
  serve "$BIN/imapd"
  talk <<'PY'
import sys
from imap_talk import Client
a = Client(sys.argv[1])
a.send(b'1 ID ("name" "phone")\r\n2 ENABLE CONDSTORE QRESYNC UIDONLY\r\n3 LIST "" * RETURN (SPECIAL-USE STATUS (MESSAGES UIDNEXT HIGHESTMODSEQ SIZE))\r\n'
       b"4 SELECT INBOX\r\n5 UIDBATCHES 2000\r\n6 UID SEARCH RETURN (PARTIAL -1:-100) ALL\r\n"
       b"7 UID FETCH 1:* (FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE PREVIEW EMAILID) (PARTIAL -1:-2)\r\n"
       b"8 UID STORE 2 (UNCHANGEDSINCE 99999) +FLAGS.SILENT (\\Seen)\r\n9 UID MOVE 1 none\r\n")
heard = a.until("9")
for wanted in ("2 OK", "* ENABLED CONDSTORE QRESYNC UIDONLY", "* STATUS \"INBOX\" (MESSAGES 2 UIDNEXT 3 HIGHESTMODSEQ ",
               "* UIDBATCHES (TAG \"5\") 2:1", "* ESEARCH (TAG \"6\") UID PARTIAL (-1:-100 1:2)", "* 2 UIDFETCH (FLAGS ",
               "PREVIEW \"body more\"", "EMAILID (", "* 2 UIDFETCH (MODSEQ (", "9 NO [TRYCREATE]"):
    assert wanted in heard, (wanted, heard)
assert " FETCH (" not in heard
PY
}

@test "a phone: a day of flights, compressed, each sent before the last is answered" {
  mkdir -p "$SITE/bob/Maildir/".{Sent,Trash}/{cur,new,tmp}
  serve "$BIN/imapd"
  talk <<'PY'
import os, sys
from imap_talk import Client
port, site = sys.argv[1:]
a = Client(port, user=None)
a.send(b'1 CAPABILITY\r\n2 ID ("name" "com.phone.mail" "version" "1" "os" "phone")\r\n3 AUTHENTICATE PLAIN AGJvYgBzZWNyZXQ=\r\n4 COMPRESS DEFLATE\r\n')
heard = a.until("4")
assert "3 OK [CAPABILITY" in heard and heard.endswith("4 OK compressed from here on"), heard
import zlib
a.deflater, a.inflater = zlib.compressobj(9, zlib.DEFLATED, -15), zlib.decompressobj(-15)

def flight(text, last, *wanted):
    a.send(text)
    heard = a.until(last)
    for one in wanted:
        assert one in heard, (one, heard)
    assert " NO " not in heard and " BAD " not in heard, heard
    return heard

# It opens: modes, folders, INBOX, the newest messages.
flight(b'5 ENABLE CONDSTORE QRESYNC UIDONLY UTF8=ACCEPT\r\n6 NAMESPACE\r\n7 LIST (SUBSCRIBED) "" "*" RETURN (SPECIAL-USE)\r\n'
       b'8 LIST "" "*" RETURN (SPECIAL-USE STATUS (MESSAGES UNSEEN UIDNEXT UIDVALIDITY HIGHESTMODSEQ MAILBOXID SIZE))\r\n9 GETQUOTAROOT INBOX\r\n'
       b'10 SELECT INBOX (CONDSTORE)\r\n11 UIDBATCHES 1000\r\n12 UID SEARCH RETURN (COUNT MIN MAX) UNSEEN\r\n'
       b'13 UID FETCH 1:* (FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE PREVIEW (LAZY) EMAILID MODSEQ) (PARTIAL -1:-50)\r\n14 IDLE\r\n', "+",
       "* ENABLED CONDSTORE QRESYNC UIDONLY UTF8=ACCEPT", '* LIST (\\HasNoChildren \\Sent) "." "Sent"', '"INBOX" (MESSAGES 2 UNSEEN 2 UIDNEXT 3 ',
       '* UIDBATCHES (TAG "11") 2:1', 'UID MIN 1 MAX 2 COUNT 2', "* 2 UIDFETCH (FLAGS (", "13 OK")
# Mail comes while it idles; it asks for it in the flight that ends the IDLE.
with open(f"{site}/bob/Maildir/tmp/3", "w") as f:
    f.write("Subject: three\n\nnew\n")
os.rename(f"{site}/bob/Maildir/tmp/3", f"{site}/bob/Maildir/new/3.three")
while a.line() != b"* 3 EXISTS":
    pass
flight(b"DONE\r\n15 UID FETCH 3:* (FLAGS ENVELOPE PREVIEW)\r\n16 UID STORE 3 +FLAGS.SILENT (\\Seen)\r\n17 UID FETCH 3 (BODY.PEEK[HEADER] BODY[TEXT])\r\n", "17",
       "14 OK", '* 3 UIDFETCH (FLAGS (\\Recent) ENVELOPE (NIL "three"', "* 3 UIDFETCH (MODSEQ (", "new\n)")
# It answers, files its answer, throws away, and looks what the others hold.
flight(b"18 UID STORE 3 +FLAGS (\\Answered)\r\n19 APPEND Sent (\\Seen) {22+}\r\nSubject: Re: three\r\n\r\n\r\n20 UID MOVE 1 Trash\r\n"
       b"21 STATUS Trash (MESSAGES)\r\n22 STATUS Sent (MESSAGES UNSEEN)\r\n23 NOOP\r\n24 CLOSE\r\n", "24",
       "(\\Answered \\Seen", "19 OK [APPENDUID", "* OK [COPYUID", "* VANISHED 1\n", '"Trash" (MESSAGES 1)', '"Sent" (MESSAGES 1 UNSEEN 0)')
# And goes.
flight(b"25 SELECT Sent\r\n26 UID SEARCH RETURN (SAVE) HEADER Subject three\r\n27 UID FETCH $ (UID)\r\n28 UNSELECT\r\n29 LOGOUT\r\n", "29", "* 1 UIDFETCH (UID 1)", "* BYE")
PY
}

@test "QRESYNC brings a second session up to date" {
  serve "$BIN/imapd"
  talk <<'PY'
import re, sys
from imap_talk import Client
a = Client(sys.argv[1])
for n in range(8):
    a.append("INBOX", b"Subject: %d\r\n\r\nx\r\n" % n)
heard = a.ok("SELECT INBOX")
validity = re.search(r"UIDVALIDITY (\d+)", heard)[1]
highest = re.search(r"HIGHESTMODSEQ (\d+)", heard)[1]
a.ok("UNSELECT")
b = Client(sys.argv[1])
b.ok("SELECT INBOX"); b.ok("STORE 3:4 +FLAGS.SILENT (\\Deleted)"); b.ok("EXPUNGE"); b.ok("UID STORE 6 +FLAGS ($New)")
a.ok("ENABLE QRESYNC")
heard = a.ok(f"SELECT INBOX (QRESYNC ({validity} {highest} 1:10))")
assert "* VANISHED (EARLIER) 3:4\n" in heard, heard
assert re.search(r"\* 4 FETCH \(UID 6 FLAGS \(.*\$New\) MODSEQ", heard), heard
assert heard.count(" FETCH (") == 1, heard
b.ok("STORE 1 +FLAGS (\\Deleted)"); b.ok("EXPUNGE")
assert "* VANISHED 1\n" in a.ok("NOOP")
PY
}

@test "special uses stay with their mailbox, and no two have the same" {
  serve "$BIN/imapd"
  talk <<'PY'
import sys
from imap_talk import Client
a = Client(sys.argv[1])
a.ok("CREATE Trash")
assert '(\\HasNoChildren \\Trash) "." "Trash"' in a.ok('LIST "" *')
a.ok("CREATE out (USE (\\Sent))")
assert "NO [USEATTR]" in a.say("CREATE other (USE (\\Sent))")
a.ok("RENAME out Gesendet")
heard = a.ok('LIST (SPECIAL-USE) "" *')
assert heard.startswith('* LIST (\\HasNoChildren \\Sent) "." "Gesendet"\nt'), heard
PY
}

@test "UTF-8 names with IMAP4rev2, modified UTF-7 without, of the same mailbox" {
  serve "$BIN/imapd"
  talk <<'PY'
import sys
from imap_talk import Client
a, b = Client(sys.argv[1]), Client(sys.argv[1])
a.ok("ENABLE IMAP4rev2")
a.ok('CREATE "Entwürfe & mehr"')
assert '"Entwürfe & mehr"' in a.ok('LIST "" *')
assert "Entw&APw-rfe &- mehr" in b.ok('LIST "" *')
b.ok('DELETE "Entw&APw-rfe &- mehr"')
PY
}

@test "several messages at once or none, and one in the place of another" {
  printf 'max-size = 1024\n' >>"$TUBEPOST_CONF"
  serve "$BIN/imapd"
  talk <<'PY'
import sys
from imap_talk import Client
a = Client(sys.argv[1])
assert "APPENDUID" in a.ok("APPEND INBOX (\\Seen) {3+}", b"abc (\\Draft) {4+}\r\ndefg\r\n")
assert "(MESSAGES 4)" in a.ok("STATUS INBOX (MESSAGES)")
heard = a.say("APPEND INBOX {600+}", b"x" * 600 + b" {600+}\r\n" + b"x" * 600 + b"\r\n")
assert "NO [TOOBIG]" in heard, heard
assert "(MESSAGES 4)" in a.ok("STATUS INBOX (MESSAGES)")
a.ok("SELECT INBOX")
assert "* 4 EXPUNGE" in a.ok("UID REPLACE 4 INBOX (\\Draft) {7+}", b"A: b\r\n\r\n"[:7] + b"\r\n")
assert "APPENDLIMIT=1024" in a.ok("CAPABILITY")
PY
}

@test "a quota is told and kept" {
  printf 'quota = 2k,10\n' >>"$TUBEPOST_CONF"
  serve "$BIN/imapd"
  talk <<'PY'
import sys
from imap_talk import Client
a = Client(sys.argv[1])
heard = a.ok("GETQUOTAROOT INBOX")
assert '* QUOTA "" (STORAGE 1 2 MESSAGE 2 10)' in heard, heard
assert "[OVERQUOTA]" in a.say("APPEND INBOX {3000+}", b"x" * 3000 + b"\r\n")
a.append("INBOX", b"x" * 1500)
a.ok("SELECT INBOX")
assert "[OVERQUOTA]" in a.say("COPY 3 INBOX")
a.ok("STORE 3 +FLAGS (\\Deleted)"); a.ok("EXPUNGE")
assert '(STORAGE 1 2 MESSAGE 2 10)' in a.ok('GETQUOTA ""')
PY
}

@test "the sum for the quota is kept by every command that changes it" {
  printf 'quota = 1M,1000\n' >>"$TUBEPOST_CONF"
  serve "$BIN/imapd"
  talk <<'PY'
import os, re, sys
from imap_talk import Client
a, maildir = Client(sys.argv[1]), sys.argv[2] + "/bob/Maildir"

def kept():
    lines = open(maildir + "/maildirsize").read().split("\n")[1:-1]
    return tuple(sum(int(line.split()[n]) for line in lines) for n in (0, 1))

def there():
    out = [0, 0]
    for folder in [maildir] + [maildir + "/" + d for d in os.listdir(maildir) if d.startswith(".") and d != ".Trash"]:
        for part in ("/cur/", "/new/"):
            for name in os.listdir(folder + part):
                if "T" in name.partition(":2,")[2]:
                    continue
                size = re.search(",S=([0-9]+)", name)
                out[0] += int(size[1]) if size else os.stat(folder + part + name).st_size
                out[1] += 1
    return tuple(out)

a.ok("GETQUOTAROOT INBOX")
a.ok("SELECT INBOX")
for command in ("CREATE Trash", "CREATE box", "COPY 1:2 box", "COPY 1 Trash", "STORE 1 +FLAGS (\\Deleted)", "STORE 1:2 +FLAGS (\\Deleted)",
                "STORE 2 -FLAGS (\\Deleted)", "COPY 1:2 box", "EXPUNGE", "MOVE 1 box", "SELECT box", "STORE 1:* FLAGS.SILENT (\\Deleted)",
                "STORE 2:3 FLAGS (\\Seen)", "UID EXPUNGE 1", "CLOSE", "RENAME box Kept", "SELECT Trash", "STORE 1 +FLAGS (\\Deleted)", "EXPUNGE"):
    a.ok(command)
    assert kept() == there(), (command, kept(), there())
a.append("INBOX", b"Subject: x\r\n\r\n" + b"line\r\n" * 100)
a.append("INBOX", b"Subject: x\r\n\r\nx\r\n", "(\\Deleted)")
a.append("Trash", b"Subject: x\r\n\r\nx\r\n")
assert kept() == there() and kept()[1] > 2, (kept(), there())
a.ok("SELECT INBOX")
a.ok("REPLACE 1 INBOX {1+}", b"x\r\n")
a.ok("RENAME INBOX old")
assert kept() == there(), (kept(), there())
PY
}

@test "every capability that is offered does what its RFC says" {
  printf 'max-size = 1024\nquota = 1M,100\n' >>"$TUBEPOST_CONF"
  serve "$BIN/imapd"
  PYTHONPATH="$SOURCE/tests/bin" python3 "$SOURCE/tests/bin/imap_capabilities.py" "$port"
}
