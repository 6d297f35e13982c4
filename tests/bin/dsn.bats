# Delivery status notifications, end to end: which are sent, to whom, and what is in them.
load site

setup() { site; }
teardown() { [ -z "${peer:-}" ] || kill "$peer"; }

# peer [PREFIX REPLY]...: a host to which mail for far.test goes.
peer() {
  coproc PEER { exec python3 "$SOURCE/tests/bin/scripted_server.py" "$SITE/heard" "$@"; }
  peer=$PEER_PID
  read -r port <&"${PEER[0]}"
  echo "far.test 127.0.0.1:$port" >"$SITE/routes"
}

# relay LINE...: an SMTP client that may send anywhere.
relay() { printf '%s\r\n' "$@" | "$BIN/smtpd" --relay >/dev/null; }

# letter SENDER 'MAIL parameters' 'address parameters'...: by SMTP.
letter() {
  local lines=('EHLO c' "MAIL FROM:<$1> $2") to
  shift 2
  for to in "$@"; do lines+=("RCPT TO:<${to%% *}>${to#"${to%% *}"}"); done
  relay "${lines[@]}" DATA 'Subject: hi' 'Message-ID: <1@example.test>' '' 'the body' . QUIT
}

# Every queued message is due; older SECONDS: and came so long ago.
older() {
  local file name
  for file in "$SITE"/spool/queue/*/*.*.*; do
    name=$(basename "$file")
    [ "${1:-0}" -eq 0 ] || sed -i "s/^received: .*/received: $(($(date +%s) - $1))/" "$file"
    mv "$file" "$(dirname "$file")/0000000001.${name#*.}"
  done
}

run_queue() { "$BIN/smtp-send" --once "$@"; "$BIN/smtp-send" --once "$@"; }

reports() { python3 "$SOURCE/tests/bin/dsn.py" "$SITE/$1"/Maildir/new/*; }

@test "many recipients that failed come back in one report, who got it is not in it" {
  peer 'RCPT TO:<no' $'550-5.1.1 nobody\n550 5.1.1 of that name' 'RCPT TO:<full' '552 5.2.2 mailbox full'
  letter alice@example.test 'RET=FULL ENVID=Q+2B7' no1@far.test 'no2@far.test ORCPT=rfc822;Two+2Bx@far.test' ok@far.test
  run_queue
  run reports alice
  echo "$output"
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = 'failed 5.1.1 rfc822; no1@far.test -' ]
  [ "${lines[1]}" = 'failed 5.1.1 rfc822; no2@far.test rfc822;Two+x@far.test' ]
  [ "${lines[2]}" = 'to alice@example.test subject Not delivered: hi returns message/rfc822 envelope Q+7' ]
  [ "${#lines[@]}" -eq 3 ]
  grep -qx 'In-Reply-To: <1@example.test>' "$SITE"/alice/Maildir/new/*
}

@test "success is told by who was asked for it" {
  peer
  letter alice@example.test '' 'bob@example.test NOTIFY=SUCCESS' 'x@far.test NOTIFY=SUCCESS,DELAY' 'y@far.test' 'z@far.test NOTIFY=NEVER'
  run_queue
  run reports alice
  echo "$output"
  # Who is here does not wait for other hosts, nor does the report on him.
  diff <(sort <<<"$output") - <<'REPORTS'
delivered 2.0.0 rfc822; bob@example.test -
relayed 2.0.0 rfc822; x@far.test -
to alice@example.test subject Delivered: hi returns text/rfc822-headers envelope -
to alice@example.test subject Sent on: hi returns text/rfc822-headers envelope -
REPORTS
}

@test "where the next host knows the wish, it is left to that host; failures are told here" {
  peer EHLO $'250-peer.test\n250-PIPELINING\n250 DSN' 'RCPT TO:<no' '550 5.1.1 no'
  letter alice@example.test 'RET=HDRS ENVID=Q7' 'x@far.test NOTIFY=SUCCESS ORCPT=rfc822;X@far.test' 'no@far.test NOTIFY=SUCCESS,FAILURE'
  run_queue
  grep -qF 'RET=HDRS ENVID=Q7' "$SITE/heard"
  grep -qF 'RCPT TO:<x@far.test> NOTIFY=SUCCESS ORCPT=rfc822;X@far.test' "$SITE/heard"
  run reports alice
  echo "$output"
  [ "${lines[0]}" = 'failed 5.1.1 rfc822; no@far.test -' ]
  [ "${#lines[@]}" -eq 2 ]
}

@test "an alias of several is told of as expanded" {
  printf 'both: alice, bob\n' >"$SITE/aliases"
  echo "aliases = $SITE/aliases" >>"$TUBEPOST_CONF"
  letter bob@example.test '' 'both@example.test NOTIFY=SUCCESS'
  run_queue
  [ "$(delivered alice)" -eq 1 ]
  grep -l multipart/report "$SITE"/bob/Maildir/new/* >"$SITE/which"
  [ "$(wc -l <"$SITE/which")" -eq 1 ]
  run python3 "$SOURCE/tests/bin/dsn.py" "$(cat "$SITE/which")"
  [ "${lines[0]}" = 'expanded 2.1.5 rfc822; both@example.test -' ]
}

@test "who is alone behind an alias is told of himself, under the name that the sender wrote" {
  peer 'RCPT TO:<no' '550 5.1.1 no'
  printf 'robert: bob\nfar: yes@far.test\ngone: no@far.test\n' >"$SITE/aliases"
  echo "aliases = $SITE/aliases" >>"$TUBEPOST_CONF"
  letter alice@example.test '' 'far@example.test NOTIFY=SUCCESS' 'gone@example.test' 'robert@example.test NOTIFY=SUCCESS'
  for turn in 1 2 3; do "$BIN/smtp-send" --once; done
  run reports alice
  echo "$output"
  grep -qx 'delivered 2.0.0 rfc822; robert@example.test -' <<<"$output"
  grep -qx 'relayed 2.0.0 rfc822; yes@far.test rfc822;far@example.test' <<<"$output"
  grep -qx 'failed 5.1.1 rfc822; no@far.test rfc822;gone@example.test' <<<"$output"
  [ "$(grep -c '^to ' <<<"$output")" -eq 2 ]
  cat "$SITE"/alice/Maildir/new/* | grep -qF '  no@far.test (you wrote to gone@example.test)'
}

@test "of a delay the sender hears once, then of the end" {
  peer RCPT '451 4.2.1 not now'
  letter alice@example.test '' x@far.test 'y@far.test NOTIFY=FAILURE'
  run_queue
  [ "$(delivered alice)" -eq 0 ]
  for turn in 1 2 3; do
    older 15000
    run_queue
  done
  run reports alice
  echo "$output"
  [ "${lines[0]}" = 'delayed 4.2.1 rfc822; x@far.test -' ]
  [ "${#lines[@]}" -eq 2 ]
  grep -q '^Will-Retry-Until: ' "$SITE"/alice/Maildir/new/*
  grep -rqx 'to: late <x@far.test>' "$SITE/spool/queue"
  "$BIN/spool" check
  rm "$SITE"/alice/Maildir/new/*
  older 500000
  run_queue
  run reports alice
  echo "$output"
  [ "${lines[0]}" = 'failed 5.4.7 rfc822; x@far.test -' ]
  [ "${lines[1]}" = 'failed 5.4.7 rfc822; y@far.test -' ]
  [ "${#lines[@]}" -eq 3 ]
  [ "$(queued)" -eq 0 ]
}

@test "no warning of a delay where it is turned off, nor for what a program sent" {
  peer RCPT '451 4.2.1 not now'
  letter alice@example.test '' x@far.test
  older 15000
  run_queue --delay-warning=0
  [ "$(delivered alice)" -eq 0 ]
  rm "$SITE"/spool/queue/*/*.*.*
  printf 'Auto-Submitted: auto-generated\nSubject: x\n\nx\n' | "$BIN/spool-put" -f alice@example.test x@far.test
  older 15000
  run_queue
  [ "$(delivered alice)" -eq 0 ]
}

@test "a report that cannot be delivered goes to the postmaster, and no third is made" {
  peer 'RCPT TO:<gone' '550 5.1.1 gone' 'RCPT TO:<x' '550 5.1.1 no'
  letter gone@far.test '' x@far.test
  for turn in 1 2 3 4; do "$BIN/smtp-send" --once; done
  [ "$(queued)" -eq 0 ]
  run reports alice
  echo "$output"
  [ "${lines[0]}" = 'failed 5.1.1 rfc822; gone@far.test -' ]
  [ "${lines[1]}" = 'to postmaster subject Undeliverable: Not delivered: hi returns text/rfc822-headers envelope -' ]
  [ "${#lines[@]}" -eq 2 ]
}

@test "a message without a sender comes to the postmaster once" {
  peer 'RCPT TO:<x' '550 5.1.1 no'
  letter '' '' x@far.test
  run_queue
  run reports alice
  echo "$output"
  [ "${lines[0]}" = 'failed 5.1.1 rfc822; x@far.test -' ]
  [ "${lines[1]}" = 'to postmaster subject Undeliverable: hi returns text/rfc822-headers envelope -' ]
  grep -q 'as the postmaster' "$SITE"/alice/Maildir/new/*
}

@test "what is refused in the conversation makes no mail" {
  run smtp 'EHLO c' 'MAIL FROM:<victim@far.test>' 'RCPT TO:<nobody@example.test>' 'RCPT TO:<x@nowhere.test>' DATA QUIT
  [ "$(grep -c '^55' <<<"$output")" -ge 2 ]
  [ "$(queued)" -eq 0 ]
}

@test "addresses in any script are told of in their own, where the sender reads it" {
  peer EHLO $'250-peer.test\n250-8BITMIME\n250 SMTPUTF8' RCPT '550 5.1.1 unbekannt'
  printf 'gr\303\274n: alice\n' >"$SITE/aliases"
  echo "aliases = $SITE/aliases" >>"$TUBEPOST_CONF"
  local dialogue=('EHLO c' $'MAIL FROM:<gr\303\274n@example.test> SMTPUTF8' $'RCPT TO:<j\303\266rg@far.test>' DATA
    $'Subject: Gr\303\274\303\237e' '' x . QUIT)
  relay "${dialogue[@]}"
  relay "${dialogue[@]/MAIL*/MAIL FROM:<bob@example.test> SMTPUTF8}"
  run_queue
  "$BIN/smtp-send" --once
  run reports alice
  echo "$output"
  [ "${lines[0]}" = $'failed 5.1.1 utf-8; j\303\266rg@far.test -' ]
  [ "${lines[1]}" = $'to gr\303\274n@example.test subject Not delivered: Gr\303\274\303\237e returns message/global-headers envelope -' ]
  run reports bob
  echo "$output"
  [ "${lines[0]}" = $'failed 5.1.1 utf-8; j\303\266rg@far.test -' ]
  # His address needs no SMTPUTF8, so neither does the report.
  ! LC_ALL=C grep -qP "[\x80-\xff]" "$SITE"/bob/Maildir/new/*
}
