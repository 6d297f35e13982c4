load site

setup() {
  site
  with_passwords
  with_mail
}

imap() { printf '%s\r\n' "$@" | "$BIN/imapd" 2>"$SITE/log"; }

teardown() { stop; }

@test "a whole conversation, pipelined in one write" {
  run imap 'a LOGIN bob secret' 'b SELECT INBOX' 'c FETCH 1 (UID FLAGS BODY[])' 'd STORE 2 +FLAGS (\Deleted)' 'e EXPUNGE' 'f LOGOUT'
  [ "$status" -eq 0 ]
  [[ "$output" == *"a OK [CAPABILITY IMAP4rev1 "* ]]
  [[ "$output" == *$'* 2 EXISTS\r\n* 2 RECENT\r\n'* ]]
  [[ "$output" == *$'BODY[] {22}\r\nSubject: one\r\n\r\n.dot\r\n'* ]]
  [[ "$output" == *$'* 2 EXPUNGE\r\n'*$'e OK '*$'* BYE '*$'f OK '* ]]
  [ -e "$SITE/bob/Maildir/cur/1.one:2,S" ]
  [ "$(find "$SITE/bob/Maildir/cur" -type f | wc -l)" -eq 1 ]
}

@test "what COPY, APPEND and MOVE bring is recent to the first session that is told of it, and to no other" {
  said() { printf '%s\r\n' 'a LOGIN bob secret' "$@" 'z LOGOUT' | "$BIN/imapd" 2>"$SITE/log" | tr -d '\r'; }
  said 'b CREATE x' 'c SELECT INBOX' 'd COPY 1 x' 'e MOVE 2 x' 'f APPEND x (\Seen) {5+}' 'A: b
'
  run said 'g STATUS x (RECENT)' 'h EXAMINE x'
  [[ "$output" == *'* STATUS "x" (RECENT 3)'*"* 3 RECENT"* ]]
  run said 'i SELECT x' 'j FETCH 1:* (FLAGS)'
  [[ "$output" == *"* 3 RECENT"*'* 3 FETCH (FLAGS (\Seen \Recent))'* ]]
  [ "$(grep -c 'FETCH.*Recent' <<<"$output")" -eq 3 ]
  run said 'k STATUS x (RECENT)' 'l SELECT x' 'm FETCH 1:* (FLAGS)' 'n APPEND x {5+}' 'A: b
' 'o FETCH 4 (FLAGS)'
  [[ "$output" == *'(RECENT 0)'*"* 0 RECENT"*"* 1 RECENT"*'* 4 FETCH (FLAGS (\Recent))'* ]]
  [ "$(grep -c 'FETCH.*Recent' <<<"$output")" -eq 1 ]
}

@test "wrong passwords and unknown users get the same answer, and nothing before the login works" {
  run imap 'a SELECT INBOX' 'b LOGIN bob wrong' 'c LOGOUT'
  [[ "$output" == *"a BAD log in first"* ]]
  [[ "$output" == *"b NO [AUTHENTICATIONFAILED] wrong name or password"* ]]
  [[ "$output" != *"EXISTS"* ]]
  run imap 'b LOGIN nobody wrong'
  [[ "$output" == *"b NO [AUTHENTICATIONFAILED] wrong name or password"* ]]
}

@test "garbage and endless lines are answered within limits" {
  run bash -c 'head -c 2000000 /dev/urandom | tr "\0" "\n" | "$BIN/imapd"'
  [ "$status" -eq 0 ]
  [[ "$output" == *"* BYE too many errors"* ]]
  run bash -c '{ head -c 30000000 /dev/zero | tr "\0" x; printf "\r\nz NOOP\r\n"; } | bounded "$BIN/imapd"'
  [ "$status" -eq 0 ]
  [[ "$output" == *"* BYE longer than this server reads"* ]]
  [[ "$output" != *"z OK"* ]]
  run bash -c '{ for ((i = 0; i < 4000; i++)); do printf "%08000d{0+}\r\n" 0; done; } | bounded "$BIN/imapd"'
  [ "$status" -eq 0 ]
  [[ "$output" == *"* BYE longer than this server reads"* ]]
  run imap 'a LOGIN {999999999}' 'b NOOP'
  [[ "$output" == *"a BAD larger than this server takes before login"*"b OK done"* ]]
}

@test "curl reads by number, lists and appends over tcpserver" {
  serve "$BIN/imapd"
  run curl -sS "imap://bob:secret@127.0.0.1:$port/INBOX;MAILINDEX=2"
  [ "$status" -eq 0 ]
  [ "$output" = $'Subject: two\r\n\r\nbody\r\nmore\r' ]
  printf 'Subject: three\r\n\r\nx\r\n' >"$SITE/three"
  curl -sS -T "$SITE/three" "imap://bob:secret@127.0.0.1:$port/INBOX"
  run curl -sS "imap://bob:secret@127.0.0.1:$port/INBOX" -X 'SEARCH SUBJECT three'
  [[ "$output" == *"* SEARCH 3"* ]]
  grep -q 'connect peer=127.0.0.1' "$SITE/log"
}

@test "Python's imaplib: folders, flags, search, and two sessions that see each other" {
  serve "$BIN/imapd"
  python3 - "$port" <<'PY'
import imaplib, sys
def connect():
    c = imaplib.IMAP4("127.0.0.1", int(sys.argv[1])); c.login("bob", "secret"); return c
a, b = connect(), connect()
def ok(answer):
    assert answer[0] == "OK", answer
    return answer[1]
ok(a.create("Entw&APw-rfe.alt")); ok(a.subscribe("Entw&APw-rfe.alt"))
names = [line.decode() for line in ok(a.list())]
assert '(\\Noselect \\HasChildren) "." "Entw&APw-rfe"' in names, names
assert len(ok(a.lsub())) == 1
ok(a.select()); ok(b.select())
ok(a.store("1", "+FLAGS", "(\\Flagged $Work)"))
ok(b.noop())
assert b"$Work" in b.untagged_responses["FETCH"][-1], b.untagged_responses
assert ok(b.search(None, "KEYWORD", "$Work")) == [b"1"]
ok(a.copy("1:2", "Entw&APw-rfe.alt"))
assert ok(a.status("Entw&APw-rfe.alt", "(MESSAGES UNSEEN)"))[0].endswith(b"(MESSAGES 2 UNSEEN 2)")
ok(a.store("1", "+FLAGS", "\\Deleted")); ok(a.expunge())
ok(b.noop())
assert b"1" in b.response("EXPUNGE")[1], b.untagged_responses
ok(a.append("INBOX", "(\\Seen)", '"17-Jul-1996 02:44:25 -0700"', b"Subject: new\r\n\r\nx\r\n"))
ok(b.noop())
assert ok(b.fetch("2", "(FLAGS INTERNALDATE)"))[-1].startswith(b'2 (FLAGS (\\Seen) INTERNALDATE "17-Jul-1996 09:44:25 +0000"')
ok(a.rename("Entw&APw-rfe.alt", "old")); ok(a.delete("old"))
a.logout(); b.logout()
PY
  [ "$(find "$SITE/bob/Maildir/cur" -type f | wc -l)" -eq 2 ]
}

@test "whoever deletes or renames the mailbox that is selected, its sessions go on" {
  serve "$BIN/imapd"
  python3 - "$port" <<'PY'
import imaplib, sys
def connect():
    c = imaplib.IMAP4("127.0.0.1", int(sys.argv[1])); c.login("bob", "secret"); return c
a, b = connect(), connect()
def ok(answer):
    assert answer[0] == "OK", answer
for leave in ("close", "unselect"):
    for remove in (lambda: ok(a.delete("x")), lambda: ok(a.rename("x", "y"))):
        ok(a.create("x")); ok(a.select("x")); ok(b.select("x"))
        remove()
        ok(getattr(a, leave)()); ok(a.noop())
        ok(getattr(b, leave)()); ok(b.noop())
    ok(a.delete("y"))
a.logout(); b.logout()
PY
}

@test "mbsync pulls everything, pushes flags back, and a second run changes nothing" {
  serve "$BIN/imapd"
  mkdir "$SITE/copy"
  cat >"$SITE/mbsyncrc" <<RC
IMAPAccount tubepost
Host 127.0.0.1
Port $port
User bob
Pass secret
SSLType None
AuthMechs LOGIN

IMAPStore remote
Account tubepost

MaildirStore local
Path $SITE/copy/
Inbox $SITE/copy/INBOX
SubFolders Verbatim

Channel all
Far :remote:
Near :local:
Patterns *
Create Near
Sync All
Expunge Both
SyncState *
RC
  mbsync -qc "$SITE/mbsyncrc" all
  [ "$(find "$SITE/copy/INBOX" -path '*/new/*' -o -path '*/cur/*' | wc -l)" -eq 2 ]
  file=$(grep -l 'Subject: two' "$SITE"/copy/INBOX/*/*)
  mv "$file" "$SITE/copy/INBOX/cur/$(basename "$file" | sed 's/:2,.*//'):2,FS"
  mbsync -qc "$SITE/mbsyncrc" all
  [ -e "$SITE/bob/Maildir/cur/2.two:2,FS" ]
  before=$(cd "$SITE/bob/Maildir" && find . -type f | sort)
  mbsync -qc "$SITE/mbsyncrc" all
  [ "$before" = "$(cd "$SITE/bob/Maildir" && find . -type f | sort)" ]
}

@test "--help, --version and errors of the configuration" {
  run "$BIN/imapd" --help
  [ "$status" -eq 0 ]
  [[ "$output" == *"max-size"* ]]
  run "$BIN/imapd" --version
  [ "$status" -eq 0 ]
  run "$BIN/imapd" --nonsense
  [ "$status" -eq 64 ]
  echo nonsense >>"$TUBEPOST_CONF"
  run "$BIN/imapd" </dev/null
  [ "$status" -eq 78 ]
}

@test "deliveries, a flag renamer and an expunger at the same time: eight clients miss nothing" {
  rm "$SITE"/bob/Maildir/new/*
  mkdir -p "$SITE/bob/Maildir/"{cur,tmp}
  serve "$BIN/imapd"
  run timeout 60 python3 "$SOURCE/tests/bin/imap_shared.py" "$SITE/bob/Maildir" 1000 250 "$port"
  echo "$output"
  [ "$status" -eq 0 ]
}

# The same Maildir by another way, where the kernel tells nothing.
@test "the same with half of the clients at a second mount of the Maildir, without inotify" {
  may_go_apart
  rm "$SITE"/bob/Maildir/new/*
  mkdir -p "$SITE/bob/Maildir/"{cur,tmp} "$SITE/elsewhere"
  sed "s|$SITE/bob|$SITE/elsewhere|" "$SITE/users" >"$SITE/users2"
  sed "s|$SITE/users|$SITE/users2|" "$TUBEPOST_CONF" >"$SITE/tubepost2.conf"
  serve "$BIN/imapd"
  first=$port
  mkfifo "$SITE/port"
  TUBEPOST_CONF="$SITE/tubepost2.conf" apart sh -c 'mount --bind "$SITE/bob" "$SITE/elsewhere" && exec strace -qqf --seccomp-bpf \
    -o "$SITE/trace" -e inject=inotify_init1:error=EMFILE sh -c "echo \$\$ >\"\$SITE/pid\" && exec tcpserver -1 -HRl0 127.0.0.1 0 \"\$BIN/imapd\""' \
    >"$SITE/port" 2>>"$SITE/log" 3>&- &
  exec {from}<"$SITE/port"
  read -r port <&"$from"
  run timeout 60 python3 "$SOURCE/tests/bin/imap_shared.py" "$SITE/bob/Maildir" 1000 250 "$first" "$port"
  kill "$(<"$SITE/pid")"
  wait $!
  echo "$output"; cat "$SITE/log"
  [ "$status" -eq 0 ]
  grep -q 'inotify_init1(.* = -1 EMFILE' "$SITE/trace"
  [ -z "$(ls -A "$SITE/elsewhere")" ]
}

@test "a confined session searches text in any charset" {
  printf 'Subject: three\nContent-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: 8bit\n\n\304\301\n' \
    >"$SITE/bob/Maildir/new/3.three"
  run imap 'a LOGIN bob secret' 'b SELECT INBOX' 'c SEARCH CHARSET UTF-8 BODY {4}' $'\320\264\320\260' 'd LOGOUT'
  [[ "$output" == *$'* SEARCH 3\r\n'* ]]
}

@test "a message that cannot be read hides no other" {
  mkfifo "$SITE/fifo"
  coproc IMAP { exec "$BIN/imapd" 2>"$SITE/log"; }
  # The shell closes its own ends as soon as the session is over.
  exec {from}<&"${IMAP[0]}" {to}>&"${IMAP[1]}"
  printf '%s\r\n' 'a LOGIN bob secret' 'b SELECT INBOX' >&"$to"
  while read -r -t 10 line <&"$from" && [[ "$line" != b* ]]; do :; done
  # What root cannot read either. It is no message: once the directory has stood still for a while, the message is gone.
  mv "$SITE/fifo" "$SITE/bob/Maildir/cur/1.one:2,"
  printf '%s\r\n' 'c FETCH 1:2 BODY[]' 'd SEARCH BODY body' 'e LOGOUT' >&"$to"
  output=$(timeout 10 cat <&"$from")
  echo "$output"
  [[ "$output" == *'* 2 FETCH (BODY[] {'*'c NO ['@(UNAVAILABLE|CORRUPTION|EXPUNGEISSUED)'] '* ]]
  [[ "$output" == *$'* SEARCH 2\r\nd '@('NO [UNAVAILABLE]'|'NO [CORRUPTION]'|OK)* ]]
}

@test "every refusal has its code of RFC 5530" {
  printf 'quota = 1k,10\n' >>"$TUBEPOST_CONF"
  PROTO=TCP TCPREMOTEIP=192.0.2.1 run imap 'a LOGIN bob secret' 'b AUTHENTICATE PLAIN'
  [[ "$output" == *$'a NO [PRIVACYREQUIRED] '*$'b NO [PRIVACYREQUIRED] '* ]]
  run imap 'a LOGIN bob wrong' 'b AUTHENTICATE PLAIN YWxpY2UAYm9iAHNlY3JldA=='
  [[ "$output" == *$'a NO [AUTHENTICATIONFAILED] '*$'b NO [AUTHORIZATIONFAILED] '* ]]
  mkfifo "$SITE/bob/Maildir/new/3.fifo"
  mkdir "$SITE/bob/Maildir/tubepost-subscriptions"
  names=$(printf ' k%d' {1..70})
  run imap 'a LOGIN bob secret' 'b SELECT none' 'c CREATE x' 'd CREATE x' 'e CREATE ../x' 'f DELETE INBOX' 'g SELECT INBOX' \
    "h STORE 1 FLAGS (${names# })" 'i COPY 1 none' 'j APPEND INBOX {1025+}' "$(head -c 1025 /dev/zero | tr '\0' x)" 'k LSUB "" *' \
    'l UIDBATCHES 500 2:1' 'm CREATE y (USE (\None))' 'n SEARCH CHARSET x-none ALL' 'o EXPUNGE' 'p RENAME x.y z' 'q LOGOUT'
  echo "$output"
  for wanted in 'b NO [NONEXISTENT]' 'd NO [ALREADYEXISTS]' 'e NO [CANNOT]' 'f NO [CANNOT]' 'h NO [LIMIT]' 'i NO [TRYCREATE]' 'j NO [OVERQUOTA]' \
    'k NO [UNAVAILABLE]' 'l BAD [CLIENTBUG]' 'm NO [USEATTR]' 'n NO [BADCHARSET (US-ASCII UTF-8)]' 'p NO [NONEXISTENT]'; do
    [[ "$output" == *$'\n'"$wanted "* ]] || { echo "no $wanted"; false; }
  done
}

@test "where the mail is stored stands in the log, not in an answer" {
  mkdir "$SITE/bob/Maildir/tubepost-subscriptions"
  run imap 'a LOGIN bob secret' 'b LSUB "" *' 'c LOGOUT'
  echo "$output"
  cat "$SITE/log"
  [[ "$output" == *'b NO [UNAVAILABLE] tubepost-subscriptions: '* ]]
  [[ "$output" != *"$SITE"* ]]
  grep -q "imap-error reason=.*$SITE/bob/Maildir/tubepost-subscriptions" "$SITE/log"
}

@test "what is no regular file is no message, and nobody waits for it" {
  mkfifo "$SITE/bob/Maildir/new/0.fifo"
  mkdir -p "$SITE/bob/Maildir/cur/0.directory"
  ln -s "$SITE/users" "$SITE/bob/Maildir/cur/0.link"
  run timeout 10 bash -c 'printf "%s\r\n" "a LOGIN bob secret" "b SELECT INBOX" "c FETCH 1:* (RFC822.SIZE BODY[])" "d LOGOUT" | "$BIN/imapd"'
  [[ "$output" == *'* 2 EXISTS'*'BODY[] {22}'*'c OK FETCH done'* ]]
}

@test "one message is in memory, and once" {
  { printf 'Subject: big\n\n'; head -c 22500000 /dev/zero | base64; } >"$SITE/bob/Maildir/new/3.big"
  run bash -c 'printf "%s\r\n" "a LOGIN bob secret" "b SELECT INBOX" "c FETCH 3 (RFC822.SIZE BODY[] BODY[TEXT])" "d LOGOUT" |
    bounded "$BIN/imapd" | tail -n 3'
  [[ "$output" == *"c OK FETCH done"* ]]
}

@test "--check says whether a login could be checked" {
  run "$BIN/imapd" --check
  [ "$status" -eq 0 ]
  [ -z "$output" ]
  run "$BIN/imapd" --check --libexec=/nonexistent
  [ "$status" -eq 78 ]
  [[ "$output" == *"/nonexistent/check-password"* ]]
  run "$BIN/imapd" --check --users=/nonexistent
  [ "$status" -eq 78 ]
}

@test "RENAME of INBOX takes its messages along and leaves INBOX selected" {
  run imap 'a LOGIN bob secret' 'b SELECT INBOX' 'c RENAME INBOX old' 'd NOOP' 'e FETCH 1:* UID' 'f STATUS old (MESSAGES)' 'g LOGOUT'
  [[ "$output" == *$'* 1 EXPUNGE\r\n* 1 EXPUNGE\r\n'* ]]
  [[ "$output" == *$'\r\nd OK '*$'\r\ne OK '*'(MESSAGES 2)'* ]]
}
