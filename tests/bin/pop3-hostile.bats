# POP3 clients that mean no good, or are broken: bounded memory, a clear -ERR, and nobody else notices.
load site
load sasl

setup() {
  site
  with_passwords
  with_mail
}
teardown() { stop; }

pop3() { bounded "$BIN/pop3d" 2>>"$SITE/log"; }
login=$'USER bob\r\nPASS secret\r\n'

@test "after the login, endless lines, NULs and noise are errors, and the mail stays" {
  { printf '%s' "$login"; head -c 30000000 /dev/zero | tr '\0' A; printf '\r\nSTAT\r\nQUIT\r\n'; } | pop3 >"$SITE/out"
  grep -q '^-ERR' "$SITE/out"
  grep -q '^+OK 2 50' "$SITE/out"
  { printf '%s' "$login"; printf 'ST\0AT\r\nDELE\0 1\r\n\0\r\nLIST\r\nQUIT\r\n'; } | pop3 >"$SITE/out"
  [ "$(grep -c '^-ERR' "$SITE/out")" -eq 3 ]
  { printf '%s' "$login"; head -c 3000000 /dev/urandom; } | pop3 >"$SITE/out"
  [ "$(wc -c <"$SITE/out")" -lt 4000 ]
  [ "$(find "$SITE/bob/Maildir/new" -type f | wc -l)" -eq 2 ]
}

@test "huge and negative numbers name no message" {
  {
    printf '%s' "$login"
    for number in 0 -1 3 4294967295 4294967296 18446744073709551616 99999999999999999999999999999999 1e1 0x1 '1 1 1' +1; do printf 'RETR %s\r\n' "$number"; done
    printf 'TOP 1 4294967295\r\nTOP 1 99999999999999999999\r\nQUIT\r\n'
  } | pop3 >"$SITE/out"
  [ "$(grep -c '^-ERR' "$SITE/out")" -eq 12 ]
  grep -q '^Subject: one' "$SITE/out"
}

@test "commands by the thousand, pipelined, are answered each, in bounded memory" {
  { printf '%s' "$login"; for _ in {1..3000}; do printf 'RETR 1\r\nUIDL 2\r\n'; done; printf 'QUIT\r\n'; } | pop3 >"$SITE/out"
  [ "$(grep -c '^Subject: one' "$SITE/out")" -eq 3000 ]
  [ "$(grep -c '^+OK 2 2.two' "$SITE/out")" -eq 3000 ]
}

@test "AUTH without end, and answers nobody asked for" {
  { printf 'AUTH PLAIN\r\n'; head -c 20000000 /dev/zero | tr '\0' A; printf '\r\n=\r\nAUTH PLAIN =\r\nAPOP bob x\r\n*\r\nQUIT\r\n'; } | pop3 >"$SITE/out"
  [ "$(grep -c '^-ERR' "$SITE/out")" -ge 4 ]
  grep -q '^+OK bye' "$SITE/out"
}

@test "a client that asks for much and reads nothing holds its own mailbox only, and a mailbox in use says so" {
  head -c 3000000 /dev/zero | tr '\0' x >"$SITE/bob/Maildir/new/3.large"
  serve "$BIN/pop3d"
  timeout 60 python3 - "$port" <<'PY'
import socket, sys
def client():
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
    f = s.makefile("rwb", buffering=0)
    f.readline()
    return f
def say(f, line):
    f.write(line.encode() + b"\r\n")
    return f.readline()
def login(f, name):
    say(f, f"USER {name}")
    return say(f, "PASS secret")
slow = client()
assert login(slow, "bob").startswith(b"+OK 3")
for _ in range(20): slow.write(b"RETR 3\r\nDELE 1\r\n")
second = client()
assert login(second, "bob").startswith(b"-ERR [IN-USE]")
assert second.readline() == b""
other = client()
assert login(other, "alice").startswith(b"+OK 0")
assert say(other, "QUIT").startswith(b"+OK")
# It goes without QUIT: nothing is deleted, and the mailbox is free.
slow.close()
while True:
    third = client()
    answer = login(third, "bob")
    if answer.startswith(b"+OK 3"): break
    assert answer.startswith(b"-ERR [IN-USE]"), answer
assert say(third, "LIST 1").startswith(b"+OK 1 22")
PY
}

@test "IMAP expunges under a session: the others keep their numbers, what is gone is said to be" {
  serve "$BIN/pop3d"
  timeout 60 python3 - "$port" "$BIN/imapd" <<'PY'
import poplib, subprocess, sys
p = poplib.POP3("127.0.0.1", int(sys.argv[1]), timeout=20)
p.user("bob"); p.pass_("secret")
subprocess.run([sys.argv[2]], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
               input=b"a LOGIN bob secret\r\nb SELECT INBOX\r\nc STORE 1 +FLAGS (\\Deleted)\r\nd EXPUNGE\r\ne LOGOUT\r\n")
assert p.stat() == (2, 50)
try:
    p.retr(1)
    raise AssertionError("it was expunged")
except poplib.error_proto as error:
    assert b"removed" in error.args[0], error
assert p.retr(2)[1][0] == b"Subject: two"
p.dele(1); p.dele(2)
assert p.quit().startswith(b"+OK")
PY
  [ -z "$(find "$SITE/bob/Maildir" -path '*/new/*' -o -path '*/cur/*')" ]
}

@test "the first of two sessions that log in at once wins, and no mail is lost" {
  for number in {10..40}; do printf 'Subject: %s\n\nx\n' "$number" >"$SITE/bob/Maildir/new/$number.x"; done
  serve "$BIN/pop3d"
  timeout 60 python3 - "$port" <<'PY'
import poplib, sys, threading
got, lock = [], threading.Lock()
def take():
    for _ in range(6):
        p = poplib.POP3("127.0.0.1", int(sys.argv[1]), timeout=20)
        try:
            p.user("bob"); p.pass_("secret")
        except poplib.error_proto as error:
            assert b"[IN-USE]" in error.args[0], error
            continue
        count = min(5, p.stat()[0])
        mine = [b"\n".join(p.retr(i)[1]) for i in range(1, count + 1)]
        for i in range(1, count + 1): p.dele(i)
        p.quit()
        with lock: got.extend(mine)
threads = [threading.Thread(target=take) for _ in range(4)]
for t in threads: t.start()
for t in threads: t.join()
p = poplib.POP3("127.0.0.1", int(sys.argv[1]), timeout=20)
p.user("bob"); p.pass_("secret")
for i in range(1, p.stat()[0] + 1): got.append(b"\n".join(p.retr(i)[1])); p.dele(i)
p.quit()
assert len(got) == len(set(got)) == 33, (len(got), len(set(got)))
PY
}
