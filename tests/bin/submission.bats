# smtpd --submission: users hand in mail after a login.
load site

setup() {
  site
  with_passwords
  echo 'far.test 127.0.0.1:9' >"$SITE/routes"
  chmod 755 "$BATS_TEST_TMPDIR" "$SITE" || true
}

submit() { printf '%s\r\n' "$@" | "$BIN/smtpd" --submission 2>"$SITE/log"; }
plain() { printf '\0%s\0%s' "$1" "$2" | base64 -w0; }

@test "without a login there is no mail; with one it goes to every route" {
  run submit 'EHLO c' 'MAIL FROM:<alice@example.test>' QUIT
  [[ "$output" == *"530 5.7.0 "* ]]
  run submit 'EHLO c' "AUTH PLAIN $(plain alice secret)" 'MAIL FROM:<alice@example.test>' 'RCPT TO:<x@far.test>' 'RCPT TO:<bob@example.test>' \
    'RCPT TO:<x@unrouted.test>' DATA 'Subject: x' '' hi . QUIT
  [ "$status" -eq 0 ]
  [[ "$output" == *"250-AUTH PLAIN"*"235 2.7.0 "*"550 5.4.4 "*"250 2.0.0 queued"* ]]
  grep -rq ' with ESMTPA id ' "$SITE/spool/queue"
  grep -rq '^Date: ' "$SITE/spool/queue"
  grep -rq '^Message-ID: <.*@mx.example.test>' "$SITE/spool/queue"
  grep -q ' login user=alice verdict=granted ' "$SITE/log"
  ! grep -rq secret "$SITE/log"
}

@test "a wrong password, an unknown user, and the third failure" {
  run submit 'EHLO c' "AUTH PLAIN $(plain alice wrong)" 'AUTH PLAIN' "$(plain nobody secret)" "AUTH PLAIN $(plain alice wrong)" NOOP
  [ "$(grep -c '535 5.7.8 wrong name or password' <<<"$output")" -eq 2 ]
  [[ "$output" == *"334 "*"421 4.7.0 "* ]]
  [ "$(grep -c ' login-refused peer=.* by=password' "$SITE/log")" -eq 3 ]
}

@test "curl and swaks log in over tcpserver" {
  coproc SERVER { exec tcpserver -1 -HRl0 127.0.0.1 0 "$BIN/smtpd" --submission 2>>"$SITE/log"; }
  pid=$SERVER_PID
  read -r port <&"${SERVER[0]}"
  printf 'Subject: from curl\r\n\r\nhi\r\n' | curl -sS --login-options AUTH=PLAIN -u alice:secret "smtp://127.0.0.1:$port/c" --mail-from alice@example.test --mail-rcpt x@far.test -T -
  swaks --silent 2 --server "127.0.0.1:$port" --auth PLAIN --auth-user bob --auth-password secret -f bob@example.test -t alice@example.test
  run swaks --server "127.0.0.1:$port" --auth PLAIN --auth-user bob --auth-password wrong -f bob@example.test -t alice@example.test
  [ "$status" -eq 28 ]
  kill "$pid"
  [ "$(queued)" -eq 2 ]
}

@test "a listed network needs no login; over plain TCP from afar none is offered" {
  run env TCPREMOTEIP=192.0.2.9 PROTO=TCP "$BIN/smtpd" --submission < <(printf 'EHLO c\r\nMAIL FROM:<a@example.test>\r\nQUIT\r\n')
  [[ "$output" != *AUTH* ]]
  [[ "$output" == *"530 5.7.0 "* ]]
  echo 'auth-without-tls = yes' >>"$TUBEPOST_CONF"
  run env TCPREMOTEIP=192.0.2.9 PROTO=TCP "$BIN/smtpd" --submission < <(printf 'EHLO c\r\nQUIT\r\n')
  [[ "$output" == *"AUTH PLAIN"* ]]
  echo 'relay-network = 192.0.2.0/24' >>"$TUBEPOST_CONF"
  run env TCPREMOTEIP=192.0.2.9 PROTO=TCP "$BIN/smtpd" --submission < <(printf 'EHLO c\r\nMAIL FROM:<a@example.test>\r\nRCPT TO:<x@far.test>\r\nQUIT\r\n')
  [[ "$output" == *"250 2.1.5 "* ]]
  run env TCPREMOTEIP=192.0.3.9 PROTO=TCP "$BIN/smtpd" < <(printf 'EHLO c\r\nMAIL FROM:<a@example.test>\r\nRCPT TO:<x@far.test>\r\nQUIT\r\n')
  [[ "$output" == *"550 5.7.1 relaying denied"* ]]
  echo 'relay-network = 192.0.2.1/24' >>"$TUBEPOST_CONF"
  run "$BIN/smtpd" --check
  [ "$status" -eq 78 ]
  [[ "$output" == *"'192.0.2.1/24' is not a network"* ]]
}

@test "a message that has gone round in circles is refused" {
  echo 'max-hops = 3' >>"$TUBEPOST_CONF"
  run smtp 'EHLO c' 'MAIL FROM:<>' 'RCPT TO:<bob@example.test>' DATA 'Received: 1' 'Received: 2' 'Received: 3' 'Received: 4' '' x . QUIT
  [[ "$output" == *"554 5.4.6 too many hops"* ]]
  run smtp 'EHLO c' 'MAIL FROM:<>' 'RCPT TO:<bob@example.test>' DATA 'Received: 1' '' 'Received: 2' 'Received: 3' 'Received: 4' . QUIT
  [[ "$output" == *"250 2.0.0 queued"* ]]
}
