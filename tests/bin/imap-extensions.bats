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
a.socket.sendall(octets)
a.socket.sendall(bomb.compress(b"\r\n") + bomb.flush(zlib.Z_SYNC_FLUSH))
heard = b""
try:
    while True:
        heard = a.line()
except EOFError:
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
assert "NO [CANNOT]" in a.say("CREATE other (USE (\\Sent))")
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

@test "every capability that is offered is one that works" {
  serve "$BIN/imapd"
  talk <<'PY'
import sys
from imap_talk import Client
a = Client(sys.argv[1])
words = a.ok("CAPABILITY").split("\n")[0].split(" ")[2:]
rows = {"NAMESPACE": "NAMESPACE", "CHILDREN": 'LIST "" * RETURN (CHILDREN)', "LIST-EXTENDED": 'LIST (SUBSCRIBED) "" (* %)',
        "LIST-STATUS": 'LIST "" * RETURN (STATUS (MESSAGES))', "SPECIAL-USE": 'LIST (SPECIAL-USE) "" *',
        "STATUS=SIZE": "STATUS INBOX (SIZE)", "OBJECTID": "STATUS INBOX (MAILBOXID)", "ID": "ID NIL",
        "CREATE-SPECIAL-USE": "CREATE s (USE (\\Junk))", "ENABLE": "ENABLE X", "QUOTA": "GETQUOTAROOT INBOX"}
for word, command in rows.items():
    assert word in words, word
    a.ok(command)
a.ok("SELECT INBOX")
rows = {"ESEARCH": "SEARCH RETURN (MIN) ALL", "SEARCHRES": "SEARCH RETURN (SAVE) ALL", "WITHIN": "SEARCH OLDER 1",
        "SORT": "SORT (SIZE) UTF-8 ALL", "SORT=DISPLAY": "SORT (DISPLAYTO) UTF-8 ALL", "ESORT": "SORT RETURN () (CC) UTF-8 ALL",
        "THREAD=REFERENCES": "THREAD REFERENCES UTF-8 ALL", "THREAD=ORDEREDSUBJECT": "THREAD ORDEREDSUBJECT UTF-8 ALL",
        "CONDSTORE": "FETCH 1 (MODSEQ)", "PREVIEW": "FETCH 1:* (PREVIEW (LAZY))", "SAVEDATE": "FETCH 1 (SAVEDATE)",
        "BINARY": "FETCH 1 (BINARY.PEEK[1] BINARY.SIZE[1])", "PARTIAL": "UID FETCH 1:* (UID) (PARTIAL 1:1)",
        "UIDBATCHES": "UIDBATCHES 500", "UIDPLUS": "UID EXPUNGE 9", "MOVE": "UID MOVE 9 INBOX", "UNSELECT": "UNSELECT"}
for word, command in rows.items():
    assert word in words, word
    a.ok(command)
for word in ("QRESYNC", "UTF8=ACCEPT", "UIDONLY", "IMAP4rev2"):
    assert word in words and f"* ENABLED {word}\n" in a.ok(f"ENABLE {word}"), word
PY
}
