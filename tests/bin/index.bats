# The index of a Maildir folder, put right by hand as tubepost-index(5) says.
load site

setup() {
  site
  with_passwords
  mkdir -p "$SITE/bob/Maildir/"{cur,new,tmp}
  for n in {10..28}; do printf 'Subject: %s\n\nx\n' "$n" >"$SITE/bob/Maildir/new/$n.x"; done
  cd "$SITE/bob/Maildir" || exit
}

teardown() { [ -z "${many:-}" ] || [ "$many" = "$SITE" ] || rm -rf "$many"; }

imap() { printf '%s\r\n' 'a LOGIN bob secret' "$@" 'z LOGOUT' | "$BIN/imapd" 2>>"$SITE/log" | tr -d '\r'; }
# by_the_page N: its N-th command of the section on repair.
by_the_page() { sed -n '/^\.Ss Repair by hand/,/^\.Sh/ { s/\\(dq/"/g; s/^\.Dl //p }' "$SOURCE/bin/tubepost-index.5" | sed -n "$1p" >"$SITE/command"; cat "$SITE/command"; sh -e "$SITE/command"; }

@test "a damaged line put right in an editor, and a line written by hand, count as what they say" {
  imap 'b SELECT INBOX' 'c STORE 18 +FLAGS (\Flagged)' >"$SITE/before"
  grep -q '^= 18 ' tubepost-index
  sed -i 's/^= 18 /= 18 9/' tubepost-index
  by_the_page 2
  by_the_page 3
  by_the_page 1
  imap 'b SELECT INBOX' 'c FETCH 16:19 (UID FLAGS)' >"$SITE/after"
  cat "$SITE/after"
  grep -Fx '* 17 FETCH (UID 17 FLAGS (\Flagged \Seen Work))' "$SITE/after"
  grep -Fx '* 18 FETCH (UID 18 FLAGS (\Seen Work))' "$SITE/after"
  grep -Fx '* 16 FETCH (UID 16 FLAGS ())' "$SITE/after"
  # Nobody has to fetch anything again.
  diff <(grep -E 'UIDVALIDITY|UIDNEXT|MAILBOXID' "$SITE/before") <(grep -E 'UIDVALIDITY|UIDNEXT|MAILBOXID' "$SITE/after")
  # And what the next sessions do does not undo it.
  imap 'b SELECT INBOX' 'c STORE 1:15 +FLAGS (\Answered)' >/dev/null
  imap 'b EXAMINE INBOX' 'c FETCH 17 (UID FLAGS)' | grep -Fx '* 17 FETCH (UID 17 FLAGS (\Flagged \Seen Work))'
}

@test "a line is written by hand while a session has the folder open, and the session tells of it" {
  coproc IMAP { exec "$BIN/imapd" 2>>"$SITE/log"; }
  exec {from}<&"${IMAP[0]}" {to}>&"${IMAP[1]}"
  printf '%s\r\n' 'a LOGIN bob secret' 'b SELECT INBOX' >&"$to"
  while read -r -t 10 line <&"$from" && [[ "$line" != b* ]]; do :; done
  by_the_page 1
  printf '%s\r\n' 'c NOOP' 'd LOGOUT' >&"$to"
  output=$(timeout 10 cat <&"$from")
  echo "$output"
  [[ "$output" == *'* 17 FETCH (UID 17 FLAGS (\Flagged \Seen '*'Work))'*'c OK'* ]]
}

@test "without an index, all messages are there again under another UIDVALIDITY" {
  imap 'b SELECT INBOX' >"$SITE/before"
  rm tubepost-index
  imap 'b SELECT INBOX' >"$SITE/after"
  grep -q '^\* 19 EXISTS' "$SITE/after"
  ! diff <(grep UIDVALIDITY "$SITE/before") <(grep UIDVALIDITY "$SITE/after")
}

@test "what is expunged is off the directory before the index forgets it: a power loss makes no new mail of it" {
  imap 'b SELECT INBOX' 'c STORE 3 +FLAGS (\Deleted)' >/dev/null
  printf '%s\r\n' 'a LOGIN bob secret' 'b SELECT INBOX' 'c EXPUNGE' 'z LOGOUT' |
    strace -qqf -y -o "$SITE/trace" -e trace=unlink,unlinkat,fsync,fdatasync,write "$BIN/imapd" >/dev/null 2>&1
  grep -E 'cur/12\.x|fsync\([0-9]+<.*/cur>|"- 3 ' "$SITE/trace" | sed -E 's/^[0-9]+ +//' | tee "$SITE/order"
  [[ "$(sed -E 's/^(unlink|fsync|write).*/\1/' "$SITE/order" | tr '\n' ' ')" == "unlink fsync write " ]]
}

@test "an index that is cut in place under a session ends it in order, and the next one has all mail" {
  for n in {1000..2500}; do printf 'Subject: %s\n\nx\n' "$n" >"cur/$n.x:2,"; done
  imap 'b SELECT INBOX' >/dev/null
  coproc IMAP { exec "$BIN/imapd" 2>>"$SITE/log"; }
  exec {from}<&"${IMAP[0]}" {to}>&"${IMAP[1]}"
  printf '%s\r\n' 'a LOGIN bob secret' 'b SELECT INBOX' >&"$to"
  while read -r -t 10 line <&"$from" && [[ "$line" != b* ]]; do :; done
  validity=$(grep -ao '^tubepost-index 3 [0-9]*' tubepost-index | head -n 1)
  truncate -s 300 tubepost-index
  printf '%s\r\n' 'c FETCH 1:* FLAGS' 'd NOOP' 'e LOGOUT' >&"$to"
  output=$(timeout 10 cat <&"$from")
  tail -n 3 <<<"$output"
  [[ "$output" == *'* BYE '* ]]
  imap 'b SELECT INBOX' | tee "$SITE/after"
  grep -qF '* 1520 EXISTS' "$SITE/after"
  [ "$(grep -ao '^tubepost-index 3 [0-9]*' tubepost-index | head -n 1)" = "$validity" ]
}

@test "100 000 messages in a folder, and 10 000 folders in any language" {
  # In memory: making so many files is no work of ours.
  [ -w /dev/shm ] && many=$(mktemp -d -p /dev/shm) || many="$SITE"
  mkdir -p "$many/bob"
  sed -i "s#$SITE/bob#$many/bob#" "$SITE/users"
  python3 - "$many/bob/Maildir" <<'PY'
import os, sys
box = sys.argv[1]
for part in ("cur", "new", "tmp"):
    os.makedirs(f"{box}/{part}")
for n in range(100000):
    name = f"{box}/cur/{1700000000 + n}.x:2,"
    if n < 1000:
        with open(name, "w") as file:
            file.write("Subject: x\n\nx\n")
    else:
        os.link(f"{box}/cur/{1700000000 + n % 1000}.x:2,", name)
for n in range(10000):
    for part in ("cur", "new", "tmp"):
        os.makedirs(f"{box}/.F{n // 100}.Ü{n % 100}/{part}")
PY
  imap 'b SELECT INBOX' 'c FETCH 100000 (UID FLAGS)' 'd UID STORE 50000 +FLAGS (\Flagged)' >"$SITE/said"
  grep -qFx '* 100000 EXISTS' "$SITE/said"
  grep -qFx '* 100000 FETCH (UID 100000 FLAGS ())' "$SITE/said"
  imap 'b SELECT INBOX' 'c SEARCH FLAGGED' 'd SEARCH RETURN (COUNT) LARGER 1' >"$SITE/said"
  grep -qFx '* SEARCH 50000' "$SITE/said"
  grep -qFx '* ESEARCH (TAG "d") COUNT 100000' "$SITE/said"
  # With the hundred levels above them and INBOX.
  imap 'b LIST "" *' >"$SITE/said"
  [ "$(grep -c '^\* LIST' "$SITE/said")" -eq 10101 ]
  imap 'b LIST "" F77.* RETURN (STATUS (MESSAGES))' >"$SITE/said"
  [ "$(grep -c '^\* STATUS "F77.&ANw-[0-9]*" (MESSAGES 0)$' "$SITE/said")" -eq 100 ]
}
