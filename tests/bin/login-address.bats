# Who logs in with his whole mail address, as mail programs fill it in: at a local domain it is his name, in every protocol and by every
# mechanism, and nobody else's.
load site
load sasl

setup() {
  site
  with_sasl
  with_mail
  echo other.test >>"$SITE/domains"
  printf '%s\n' "aliases = $SITE/aliases" >>"$TUBEPOST_CONF"
  printf '%s\n' 'robert: bob' 'team: alice, bob' 'alice: alice, bob' 'bob@other.test: alice' '@other.test: alice' >"$SITE/aliases"
}
teardown() { stop; }

@test "a user's address is his name, by every mechanism that has passwords" {
  for server in 'smtp smtpd --submission' 'imap imapd'; do
    read -r protocol program options <<<"$server"
    serve "$BIN/$program" $options
    for mechanism in PLAIN LOGIN SCRAM-SHA-256; do
      run as "$protocol" "$mechanism" bob@example.test secret
      [ "$status" -eq 0 ]
      run as "$protocol" "$mechanism" bob@example.test Secret
      [ "$status" -ne 0 ]
      run as "$protocol" "$mechanism" bob@far.test secret
      [ "$status" -ne 0 ]
    done
    stop
  done
  for mechanism in PLAIN LOGIN; do
    serve "$BIN/pop3d"
    run curl -sS --login-options "AUTH=$mechanism" -u Bob@Example.TEST:secret "pop3://127.0.0.1:$port/2"
    stop
    [[ "$output" == 'Subject: two'* ]]
  done
  run bash -c 'printf "USER bob@example.test\r\nPASS secret\r\nQUIT\r\n" | "$BIN/pop3d" 2>>"$SITE/log"'
  [[ "$output" == *'+OK 2 messages'* ]]
  run bash -c 'printf "a LOGIN bob@example.test secret\r\nb STATUS INBOX (MESSAGES)\r\nc LOGOUT\r\n" | "$BIN/imapd" 2>>"$SITE/log"'
  [[ "$output" == *'(MESSAGES 2)'* ]]
}

@test "SCRAM-PLUS binds him to the channel, and the proof is about the name as it was said" {
  certify
  behind "$BIN/imapd"
  over_tls() { timeout 20 gsasl --imap --connect "localhost:$port" --starttls --x509-ca-file="$SITE/mx.crt" "$@" </dev/null 2>&1; }
  run over_tls -m SCRAM-SHA-256-PLUS -a bob@example.test -p secret
  [ "$status" -eq 0 ]
  run over_tls -m SCRAM-SHA-256-PLUS -a bob@example.test -p Secret
  [ "$status" -ne 0 ]
}

@test "a token is the user's, whom its checker is told" {
  with_tokens
  for mechanism in OAUTHBEARER XOAUTH2; do
    serve "$BIN/imapd"
    run curl -sS --login-options "AUTH=$mechanism" -u bob@example.test: --oauth2-bearer vF9dft4qmT "imap://127.0.0.1:$port/INBOX;MAILINDEX=2"
    [[ "$output" == *"Subject: two"* ]]
    run curl -sS --login-options "AUTH=$mechanism" -u bob@other.test: --oauth2-bearer vF9dft4qmT "imap://127.0.0.1:$port/INBOX;MAILINDEX=2"
    [ "$status" -eq 67 ]
    stop
  done
}

@test "APOP takes the address, too" {
  printf 'bob:tanstaaf\n' >"$SITE/users.apop"
  chmod 600 "$SITE/users.apop"
  run python3 - "$BIN/pop3d" <<'PY'
import hashlib, re, subprocess, sys
server = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
stamp = re.search("<[^<>@ ]+@[^<>@ ]+>", server.stdout.readline().decode()).group()
digest = hashlib.md5((stamp + "tanstaaf").encode()).hexdigest()
server.stdin.write(f"APOP bob@example.test {digest}\r\nQUIT\r\n".encode())
server.stdin.close()
print(server.stdout.read().decode())
PY
  [[ "$output" == *'+OK 2 messages'* ]]
}

submit() { printf '%s\r\n' "$@" | "$BIN/smtpd" --submission 2>>"$SITE/log"; }
plain() { printf 'AUTH PLAIN %s' "$(printf '\0%s\0secret' "$1" | base64)"; }

@test "whose address it is sends as himself and nobody else; what is an alias's is its one user's" {
  for name in BOB bob@example.test '"bob"@example.test' bob@EXAMPLE.test. robert@example.test; do
    run submit 'EHLO c' "$(plain "$name")" 'HELP STATUS' 'MAIL FROM:<bob@example.test>' RSET 'MAIL FROM:<eve@example.test>' QUIT
    [[ "$output" == *"235 2.7.0 "*"logged in as bob"*"250 2.1.0 "*"550 5.7.1 "* ]]
  done
  # Copies for others take nothing away from her; an alias for the very address says whose it is.
  for name in alice@example.test alice@other.test bob@other.test; do
    run submit 'EHLO c' "$(plain "$name")" 'HELP STATUS' QUIT
    [[ "$output" == *"235 2.7.0 "*"logged in as alice"* ]]
  done
  grep -q ' login user=bob verdict=granted .* name=robert@example.test$' "$SITE/log"
  grep -q ' login user=bob verdict=granted .* name=BOB$' "$SITE/log"
}

@test "a filter knows a user by one name, in whatever case he has written it" {
  printf '%s\n' '#!/bin/sh' 'echo "X-User: $AUTH_USER"; exec cat' >"$SITE/mark"
  chmod +x "$SITE/mark"
  echo "filter = $SITE/mark" >>"$TUBEPOST_CONF"
  for name in bob BOB Bob@Example.TEST; do
    submit 'EHLO c' "$(plain "$name")" 'MAIL FROM:<bob@example.test>' 'RCPT TO:<alice@example.test>' DATA 'Subject: x' '' hi . QUIT
  done
  [ "$(grep -rl '^X-User: bob$' "$SITE/spool/queue" | wc -l)" -eq 3 ]
}

@test "the log names who has logged in, and the name as it was said where that is another" {
  printf 'AUTH PLAIN %s\r\nQUIT\r\n' "$(printf '\0Bob@Example.test\0secret' | base64)" | "$BIN/pop3d" 2>>"$SITE/log"
  printf 'a LOGIN robert@example.test secret\r\nb LOGOUT\r\n' | "$BIN/imapd" 2>>"$SITE/log"
  printf 'a LOGIN bob secret\r\nb LOGOUT\r\n' | "$BIN/imapd" 2>>"$SITE/log"
  printf 'a LOGIN {11+}\r\nbob user="x secret\r\nb LOGOUT\r\n' | "$BIN/imapd" 2>>"$SITE/log"
  grep -q '^pop3d.* login user=bob verdict=granted peer=unknown name=Bob@Example.test$' "$SITE/log"
  grep -q '^imapd.* login user=bob verdict=granted peer=unknown name=robert@example.test$' "$SITE/log"
  grep -q '^imapd.* login user=bob verdict=granted peer=unknown$' "$SITE/log"
  grep -q '^imapd.* login user="bob user=\\"x" verdict=refused peer=unknown$' "$SITE/log"
}

@test "a refused login is the same two lines in every server, with the name as it was said" {
  echo 'auth-mechanisms = PLAIN SCRAM-SHA-256' >>"$TUBEPOST_CONF"
  wrong=$(printf '\0Bob@Example.test\0wrong' | base64)
  printf 'EHLO c\r\nAUTH PLAIN %s\r\nQUIT\r\n' "$wrong" | "$BIN/smtpd" --submission 2>"$SITE/smtpd"
  printf 'AUTH PLAIN %s\r\nQUIT\r\n' "$wrong" | "$BIN/pop3d" 2>"$SITE/pop3d"
  printf 'a AUTHENTICATE PLAIN %s\r\nb LOGOUT\r\n' "$wrong" | "$BIN/imapd" 2>"$SITE/imapd"
  for program in smtpd pop3d imapd; do
    # Whom it takes that for, only smtpd finds out before it asks.
    [ $program = smtpd ] && whom=' for=bob' || whom=
    grep -q "^$program.* - login-refused peer=unknown user=Bob@Example.test by=password$whom$" "$SITE/$program"
    grep -q "^$program.* - login user=Bob@Example.test verdict=refused peer=unknown$" "$SITE/$program"
  done
  # One that was begun and given up, too.
  serve "$BIN/smtpd" --submission
  run as smtp SCRAM-SHA-256 Bob@Example.test wrong
  [ "$status" -ne 0 ]
  stop
  grep -q '^smtpd.* - login-refused peer=127.0.0.1 user=Bob@Example.test by=scram for=bob$' "$SITE/log"
}

@test "no other address logs anybody in" {
  for name in team@example.test bob+x@example.test gone@other.test postmaster@example.test bob@far.test bob@ @example.test @far.test:bob@example.test @example.test,@far.test:bob@example.test '<bob@example.test>' '"bob@example.test"@example.test'; do
    run submit 'EHLO c' "$(plain "$name")" QUIT
    [[ "$output" == *$'\n535 5.7.8 '* || "$output" == *$'\n501 '* ]]
    run bash -c 'printf "a LOGIN {%d+}\r\n%s secret\r\nb LOGOUT\r\n" "${#0}" "$0" | "$BIN/imapd" 2>>"$SITE/log"' "$name"
    [[ "$output" == *'a NO [AUTHENTICATIONFAILED]'* ]]
  done
}

# The salt that NAME is given by a new process.
salt_of() {
  printf 'a AUTHENTICATE SCRAM-SHA-256 %s\r\n*\r\na LOGOUT\r\n' "$(printf 'n,,n=%s,r=x' "$1" | base64)" |
    "$BIN/imapd" 2>>"$SITE/log" | sed -n 's/^+ \(.*\)\r$/\1/p' | base64 -d | sed 's/^[^,]*,//'
}

@test "with his domain a name that nobody has is treated as without it, like a user's" {
  for name in bob alice eve; do
    [ "$(salt_of "$name@example.test")" = "$(salt_of "$name")" ]
    [ "$(salt_of "$name@far.test")" != "$(salt_of "$name")" ]
  done
  # That of an alias is its user's, as the manual says: nothing else would let him in.
  [ "$(salt_of robert@example.test)" = "$(salt_of bob)" ]
}

@test "check-password knows addresses where there is a file of domains, and else names alone" {
  printf 'bob@example.test\0secret\0\0' >"$SITE/login"
  as_address() { "$BIN/check-password" "$@" -- sh -c 'echo $USER' 3<"$SITE/login"; }
  run as_address
  [ "$output" = bob ]
  run as_address --domains="$SITE/none"
  [ "$status" -eq 77 ]
  # Whatever there is behind an @, nothing more is read for a domain that is not here.
  printf 'bob@far.test\0secret\0\0' >"$SITE/login"
  strace -f -e trace=openat,execve -o "$SITE/calls" "$BIN/check-password" -- true 3<"$SITE/login" || true
  grep -q domains "$SITE/calls"
  ! grep -q aliases "$SITE/calls"
  # And the users once.
  printf 'bob@example.test\0secret\0\0' >"$SITE/login"
  strace -f -e trace=openat -o "$SITE/calls" "$BIN/check-password" -- true 3<"$SITE/login"
  [ "$(grep -c '/users"' "$SITE/calls")" -eq 1 ]
  grep -q aliases "$SITE/calls"
  # Nobody is turned away for what is wrong with a file.
  echo 'no alias' >>"$SITE/aliases"
  run as_address
  [ "$status" -eq 75 ]
  [[ "$output" == *"$SITE/aliases:6: not 'name: target, target'"* ]]
  printf 'bob\0secret\0\0' >"$SITE/login"
  run as_address
  [ "$output" = bob ]
}

@test "an address in users is nobody's name: --check says where" {
  echo "carol@example.test:*:1:1::$SITE/carol::" >>"$SITE/users"
  run "$BIN/smtpd" --check
  [ "$status" -eq 78 ]
  [[ "$output" == *"$SITE/users:3: an address is no name"* ]]
}
