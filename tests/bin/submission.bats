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

teardown() { stop; }

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
  serve "$BIN/smtpd" --submission
  printf 'Subject: from curl\r\n\r\nhi\r\n' | curl -sS --login-options AUTH=PLAIN -u alice:secret "smtp://127.0.0.1:$port/c" --mail-from alice@example.test --mail-rcpt x@far.test -T -
  swaks --silent 2 --server "127.0.0.1:$port" --auth PLAIN --auth-user bob --auth-password secret -f bob@example.test -t alice@example.test
  run swaks --server "127.0.0.1:$port" --auth PLAIN --auth-user bob --auth-password wrong -f bob@example.test -t alice@example.test
  [ "$status" -eq 28 ]
  stop
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

# said LINE...: the reply to the last line, after alice has logged in.
said() { submit 'EHLO c' "AUTH PLAIN $(plain alice secret)" "$@" QUIT | tr -d '\r' | tail -n 2 | head -n 1; }

@test "a user sends with an address of his own, written as he likes" {
  echo "aliases = $SITE/aliases" >>"$TUBEPOST_CONF"
  printf '%s\n' 'sales: alice' 'team: alice, bob' >"$SITE/aliases"
  for own in alice@example.test ALICE@EXAMPLE.TEST '"alice"@example.test' alice+x@example.test sales@example.test postmaster@example.test ''; do
    run said "MAIL FROM:<$own>"
    [[ "$output" == "250 2.1.0 "* ]]
  done
  for other in bob@example.test team@example.test alice@far.test alice@[127.0.0.1] nobody@example.test; do
    run said "MAIL FROM:<$other>"
    [[ "$output" == "550 5.7.1 this sender is not yours" ]]
  done
}

@test "no recipient is taken that cannot be reached" {
  echo '* 127.0.0.1:9' >>"$SITE/routes"
  to() { said 'MAIL FROM:<alice@example.test>' "RCPT TO:<$1>"; }
  for good in bob@example.test BOB+x@example.test x@far.test x@a_b.test x@far.test. 'x@[192.0.2.1]' 'x@[IPv6:2001:db8::1]' postmaster; do
    run to "$good"
    [[ "$output" == "250 2.1.5 "* ]]
  done
  run to nobody@example.test
  [[ "$output" == "550 5.1.1 "* ]]
  for bad in x@a..b x@-a.test x@a-.test 'x@[999.1.1.1]' 'x@[IPv6:zz]' 'x@[a:b]' x@test.. "x@$(printf '%64s' | tr ' ' a).test" x x@ @x; do
    run to "$bad"
    [[ "$output" == "501 5.1.3 "* ]]
  done
  for bad in x@single x@single.; do
    run to "$bad"
    [[ "$output" == "554 5.1.2 "* ]]
  done
  for bad in x@1.2.3.4 x@far.123; do
    run to "$bad"
    [[ "$output" == "501 5.1.2 "* ]]
  done
}

# The message that bob gets when alice sends these lines.
got() {
  said 'MAIL FROM:<alice@example.test>' 'RCPT TO:<bob@example.test>' DATA "$@" . >/dev/null
  "$BIN/smtp-send" --once 2>>"$SITE/log"
  cat "$SITE/bob/Maildir/new/"*
  rm "$SITE/bob/Maildir/new/"*
}

@test "what a message lacks is added, what nobody must see is taken off, the rest stays" {
  run got 'From: a' 'Bcc: hidden@x.test,' ' more@x.test' 'bcc : again' 'Resent-Bcc: y@x.test' 'To: b' '' 'Bcc: text' ''
  [[ "$output" != *hidden* && "$output" != *more@* && "$output" != *again* && "$output" != *y@x* ]]
  [[ "$output" == *$'\nFrom: a\nTo: b\nDate: '*$'\nMessage-ID: <'*$'@mx.example.test>\n\nBcc: text'* ]]
  run got 'Return-Path:' ' <hidden@x.test>' 'From: a' 'Content-Length: 7' 'To: b' '' 'Return-Path: text' ''
  [[ "$output" == *$'\nFrom: a\nTo: b\nDate: '*$'@mx.example.test>\n\nReturn-Path: text'* && "$output" != *hidden* && "$output" != *'Content-Length'* ]]
  run got 'Date: once' 'Message-ID: <x@y>' '' text
  [[ "$output" == *$'\nDate: once\nMessage-ID: <x@y>\n\ntext' ]]
  run got 'A text alone' 'Subject: of it'
  [[ "$output" == *$'\nDate: '*$'@mx.example.test>\n\nA text alone\nSubject: of it' ]]
  run got '' 'A text behind an empty line'
  [[ "$output" == *$'@mx.example.test>\n\nA text behind an empty line' ]]
}

@test "mail is held for thirty days at most, and that is what is offered" {
  at() { date -u -d "$1" +%Y-%m-%dT%H:%M:%SZ; }
  echo 'relay-network = 127.0.0.1' >>"$TUBEPOST_CONF"
  local before after offered
  before=$(at '+30 days')
  run env PROTO=TCP TCPREMOTEIP=127.0.0.1 "$BIN/smtpd" --submission < <(printf '%s\r\n' 'EHLO c' "MAIL FROM:<a@b.test> HOLDUNTIL=$(at '+31 days')" \
    'MAIL FROM:<a@b.test> HOLDFOR=2592001' "MAIL FROM:<a@b.test> HOLDUNTIL=$(at '+29 days')" QUIT)
  after=$(at '+30 days')
  [ "$(grep -c '^501 5.7.0 held for too long' <<<"$output")" -eq 2 ]
  [[ "$output" == *"501 "*"501 "*"250 2.1.0 "* ]]
  offered=$(sed -n 's/^250-FUTURERELEASE 2592000 \(.*\)\r/\1/p' <<<"$output")
  [[ ! "$offered" < "$before" && ! "$offered" > "$after" ]]
}

@test "what is urgent to a user is taken first, and to a stranger not" {
  queue() { # PROGRAM PRIORITY SUBJECT
    printf '%s\r\n' 'EHLO c' "MAIL FROM:<bob@example.test>$2" 'RCPT TO:<alice@example.test>' DATA "Subject: $3" '' . QUIT | PROTO=TCP TCPREMOTEIP=$1 "$BIN/smtpd" >/dev/null 2>&1
  }
  printf '%s\n' 'relay-network = 192.0.2.1' 'deliveries = 1' >>"$TUBEPOST_CONF"
  queue 192.0.2.1 '' plain
  queue 192.0.2.9 ' MT-PRIORITY=9' stranger
  queue 192.0.2.1 ' MT-PRIORITY=3' more
  queue 192.0.2.1 ' MT-PRIORITY=9' most
  queue 192.0.2.1 ' MT-PRIORITY=-3' less
  [ "$(queued)" -eq 5 ]
  first=$(cd "$SITE/spool/queue" && find . -type f -name '*.*.*' -printf '%f %p\n' | sort | head -n 2 | cut -d' ' -f2 | xargs grep -h '^Subject' | tr '\n' ' ')
  [ "$first" = 'Subject: most Subject: more ' ]
  "$BIN/smtp-send" --once 2>"$SITE/log"
  [ "$(delivered alice)" -eq 5 ]
  [[ "$(sed -n 's/.*smtp-send\[[0-9]*\] \([0-9a-z]*\) delivered .*/\1/p' "$SITE/log" | head -n 2 | tr '\n' ' ')" == \
    "$(for subject in most more; do grep -l "Subject: $subject" "$SITE"/alice/Maildir/new/* | xargs sed -n 's/.* id \([0-9a-z]*\);.*/\1/p'; done | tr '\n' ' ')" ]]
}

@test "mail that is held for days is not delivered before" {
  printf '%s\r\n' 'EHLO c' 'MAIL FROM:<bob@example.test> HOLDFOR=259200' 'RCPT TO:<alice@example.test>' DATA 'Subject: x' '' . QUIT |
    "$BIN/smtpd" --submission --relay-network 127.0.0.1 --relay >/dev/null 2>&1
  [ "$(queued)" -eq 1 ]
  grep -rq '^with: HOLDUNTIL=' "$SITE/spool/queue"
  "$BIN/smtp-send" --once
  [ "$(queued)" -eq 1 ]
  [ "$(delivered alice)" -eq 0 ]
}

@test "FUTURERELEASE is for users alone, REQUIRETLS for TLS alone" {
  run submit 'EHLO c' QUIT
  [[ "$output" == *250-FUTURERELEASE* && "$output" != *REQUIRETLS* ]]
  run smtp 'EHLO c' QUIT
  [[ "$output" != *FUTURERELEASE* && "$output" != *REQUIRETLS* ]]
  run said 'MAIL FROM:<alice@example.test> REQUIRETLS'
  [[ "$output" == "555 5.5.4 "* ]]
  export SSL_PROTOCOL=TLSv1.3
  run submit 'EHLO c' QUIT
  [[ "$output" == *250-REQUIRETLS* ]]
  run said 'MAIL FROM:<alice@example.test> REQUIRETLS HOLDFOR=60'
  [[ "$output" == "250 2.1.0 "* ]]
  run said 'MAIL FROM:<alice@example.test> HOLDFOR=99999999'
  [[ "$output" == "501 5.7.0 "* ]]
  run smtp 'EHLO c' 'MAIL FROM:<a@b.test> HOLDFOR=60' QUIT
  [[ "$output" == *"555 5.5.4 "* ]]
}
