# What POP3 has learned since RFC 1939: CAPA's whole list, APOP, LOGIN-DELAY, UTF8 and LANG; and what stays the same whatever happens.
load site
load sasl

setup() {
  site
  with_passwords
  with_mail
}
teardown() { stop; }

pop3() { printf '%s\r\n' "$@" | "$BIN/pop3d" 2>"$SITE/log"; }

# apop SECRET [DIGEST]: logs bob in as a client does, from the greeting's timestamp.
apop() {
  python3 - "$BIN/pop3d" "$@" <<'PY'
import hashlib, re, subprocess, sys
server = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
greeting = server.stdout.readline().decode()
stamp = re.search("<[^<>@ ]+@[^<>@ ]+>", greeting).group()
print(stamp)
digest = sys.argv[3] if len(sys.argv) > 3 else hashlib.md5((stamp + sys.argv[2]).encode()).hexdigest()
server.stdin.write(f"APOP bob {digest}\r\nSTAT\r\nQUIT\r\n".encode())
server.stdin.close()
print(digest, server.stdout.read().decode())
PY
}
with_apop() {
  printf '# secrets\nalice:other\nbob:tanstaaf\n' >"$SITE/users.apop"
  chmod 600 "$SITE/users.apop"
}

@test "CAPA says all there is, before the login and after" {
  run pop3 CAPA QUIT
  for line in TOP UIDL PIPELINING RESP-CODES AUTH-RESP-CODE USER 'SASL PLAIN LOGIN' 'LOGIN-DELAY 0' 'EXPIRE NEVER' 'UTF8 USER' LANG 'IMPLEMENTATION tubepost'; do
    [[ "$output" == *$'\r\n'"$line"$'\r\n'* ]] || { echo "no $line"; false; }
  done
  # The same, as RFC 2449 section 5 has it, and what is sent along with the login is no part of it.
  capa() { pop3 "$@" | sed -n '/^TOP\r$/,/^\.\r$/p'; }
  [ -n "$(capa CAPA QUIT)" ]
  [ "$(capa 'USER bob' 'PASS secret' CAPA QUIT)" = "$(capa CAPA QUIT)" ]
}

@test "APOP is offered where there are secrets for it, and nowhere else" {
  run pop3 'APOP bob 0123456789abcdef0123456789abcdef' QUIT
  [[ "$output" == $'+OK tubepost POP3 ready\r\n-ERR'* ]]
  with_apop
  run apop tanstaaf
  [[ "$output" == *'+OK 2 messages'*'+OK 2 '* ]]
  run apop wrong
  [[ "$output" == *'-ERR [AUTH] '* ]]
  [[ "$output" != *'messages'* ]]
  run apop other
  [[ "$output" != *'messages'* ]]
  # The password of the users file is another.
  run apop secret
  [[ "$output" != *'messages'* ]]
}

@test "a digest is good for one connection" {
  with_apop
  run apop tanstaaf
  digest=$(grep -o '^[0-9a-f]\{32\} ' <<<"$output" | tr -d ' ')
  [ "${#digest}" -eq 32 ] || { echo "$output"; false; }
  run apop tanstaaf "$digest"
  [[ "$output" == *'-ERR [AUTH] '* ]]
}

@test "secrets that others may read are used by nobody" {
  with_apop
  chmod 644 "$SITE/users.apop"
  run apop tanstaaf
  [[ "$output" == *'-ERR [SYS/TEMP] '* ]]
}

@test "secrets as an editor elsewhere has saved them: the ends of its lines do not count, its mark of UTF-8 is said to be wrong" {
  with_apop
  sed -i 's/$/\r/' "$SITE/users.apop"
  run apop tanstaaf
  [[ "$output" == *'+OK 2 messages'* ]]
  sed -i $'1s/^/\xef\xbb\xbf/' "$SITE/users.apop"
  run apop tanstaaf
  [[ "$output" == *'users.apop:1: a byte order mark'* ]]
  [[ "$output" == *'-ERR [SYS/TEMP] '* ]]
}

@test "curl and fetchmail log in by APOP" {
  with_apop
  serve "$BIN/pop3d"
  run curl -sS --login-options AUTH=+APOP "pop3://bob:tanstaaf@127.0.0.1:$port/1"
  [[ "$output" == 'Subject: one'* ]]
  printf 'poll 127.0.0.1 service %s protocol APOP user bob password tanstaaf is bob here keep sslproto \x27\x27 mda "cat >>%s/got"\n' "$port" "$SITE" >"$SITE/rc"
  chmod 600 "$SITE/rc"
  HOME=$SITE USER=bob timeout 20 fetchmail -f "$SITE/rc" --invisible --pidfile "$SITE/pid" >"$SITE/said" 2>&1 || { cat "$SITE/said"; false; }
  grep -q '^Subject: two' "$SITE/got"
}

@test "a login that comes too soon is told so" {
  echo 'pop3-login-delay = 3600' >>"$SITE/tubepost.conf"
  run pop3 'USER bob' 'PASS secret' STAT QUIT
  [[ "$output" == *'+OK 2 '* ]]
  run pop3 CAPA 'USER bob' 'PASS secret' STAT QUIT
  [[ "$output" == *$'LOGIN-DELAY 3600\r\n'*'-ERR [LOGIN-DELAY] '* ]]
  [[ "$output" != *'+OK 2 '* ]]
  touch -d '2 hours ago' "$SITE/bob/Maildir/tubepost-pop3-lock"
  run pop3 'USER bob' 'PASS secret' STAT QUIT
  [[ "$output" == *'+OK 2 '* ]]
}

@test "UTF8 and LANG" {
  run pop3 UTF8 LANG 'LANG *' 'LANG tlh' 'UTF8 now' $'USER b\xc3\xb6b' 'PASS x' $'USER b\xff' 'USER bob' 'PASS secret' UTF8 'LANG en' QUIT
  [[ "$output" == *$'+OK UTF-8 it is\r\n+OK languages follow\r\nen English\r\n.\r\n+OK en '*$'\r\n-ERR there'*$'\r\n-ERR syntax'*'+OK send'*'-ERR [AUTH]'*'-ERR syntax'*'+OK 2 messages'*'-ERR not in this state'*'+OK en '* ]]
}

# uidl: the second column of it, on one line.
uidl() { pop3 'USER bob' 'PASS secret' UIDL QUIT | tr -d '\r' | awk '/^[0-9]+ /{printf "%s ", $2}'; }

@test "UIDLs stay what they are: flags, another index, IMAP's expunge, mbsync's marks, a restore" {
  printf 'Subject: three\n\n' >"$SITE/bob/Maildir/new/3.three"
  before=$(uidl)
  [ "$before" = '1.one 2.two 3.three ' ]
  printf '%s\r\n' 'a LOGIN bob secret' 'b SELECT INBOX' 'c STORE 1 +FLAGS (\Seen \Flagged)' 'd STORE 2 +FLAGS (\Deleted)' 'e EXPUNGE' 'f LOGOUT' |
    "$BIN/imapd" 2>>"$SITE/log" >/dev/null
  [ -e "$SITE/bob/Maildir/cur/1.one:2,FS" ]
  [ "$(uidl)" = '1.one 3.three ' ]
  rm -f "$SITE"/bob/Maildir/tubepost-*
  [ "$(uidl)" = '1.one 3.three ' ]
  mv "$SITE/bob/Maildir/cur/1.one:2,FS" "$SITE/bob/Maildir/cur/1.one,U=17:2,FRS"
  [ "$(uidl)" = '1.one 3.three ' ]
  tar -C "$SITE/bob" -cf "$SITE/backup" Maildir
  rm -r "$SITE/bob/Maildir"
  tar -C "$SITE/bob" -xf "$SITE/backup"
  [ "$(uidl)" = '1.one 3.three ' ]
}

@test "sizes that were read once are remembered, and damage to that is found" {
  sizes() { pop3 'USER bob' 'PASS secret' LIST QUIT | tr -d '\r' | awk '/^[0-9]+ /{printf "%s ", $2}'; }
  right=$(sizes)
  [ "$right" = '22 28 ' ]
  file="$SITE/bob/Maildir/tubepost-pop3-sizes"
  [ "$(tail -n +2 "$file")" = $'22 1.one\n28 2.two' ]
  [ "$(sizes)" = "$right" ]
  sed -i 's/^22 /99 /' "$file"
  [ "$(sizes)" = "$right" ]
  head -c 20 "$file" >"$file.cut"
  mv "$file.cut" "$file"
  [ "$(sizes)" = "$right" ]
  # It is believed where it is whole: nothing is read again.
  body=$'99 1.one\n28 2.two\n'
  python3 -c 'import sys, zlib; print(zlib.crc32(sys.argv[1].encode())); print(sys.argv[1], end="")' "$body" >"$file"
  [ "$(sizes)" = '99 28 ' ]
}

@test "what is deleted counts no more against the quota" {
  printf '100000S\n51 2\n' >"$SITE/bob/Maildir/maildirsize"
  octets=$(stat -c %s "$SITE/bob/Maildir/new/1.one")
  run pop3 'USER bob' 'PASS secret' 'DELE 1' QUIT
  [ "$(tail -n 1 "$SITE/bob/Maildir/maildirsize")" = "-$octets -1" ]
  run pop3 'USER bob' 'PASS secret' 'DELE 1'
  [ "$(wc -l <"$SITE/bob/Maildir/maildirsize")" -eq 3 ]
}
