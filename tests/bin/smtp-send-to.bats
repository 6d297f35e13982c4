# smtp-send --to: one message, now, without the spool.
load site

setup() {
  site
  printf 'From: Alice <alice@example.test>\nTo: bob\nBcc: hidden@far.test\nSubject: x\nDate: Thu, 1 Jan 1970 00:00:00 +0000\nMessage-ID: <1@a>\n\n.dot\nlast' >"$SITE/message"
}
teardown() { for pid in "${running[@]}"; do kill "$pid"; wait "$pid" || true; done; }

# peer [PREFIX REPLY]...: a host to which mail for far.test goes; what it hears is in $SITE/heard.
peer() {
  coproc PEER { exec python3 "$SOURCE/tests/bin/scripted_server.py" "$SITE/heard" "$@"; }
  running+=("$PEER_PID")
  read -r port <&"${PEER[0]}"
  echo "far.test 127.0.0.1:$port" >"$SITE/routes"
}

send() { run "$BIN/smtp-send" "$@" <"$SITE/message"; }
sent() { sed -n '/^DATA/,$p' "$SITE/heard" | tr -d '\n'; }

@test "a message goes out, its author the reverse-path, without a word and without the spool" {
  peer
  rm -r "$SITE/spool"
  send --to bob@far.test --to 'Carol C. <carol@far.test>, "d d"@far.test'
  [ "$status" -eq 0 ]
  [ -z "$output" ]
  grep -qxF 'EHLO mx.example.test\r\n' "$SITE/heard"
  grep -qF 'MAIL FROM:<alice@example.test>' "$SITE/heard"
  [ "$(grep RCPT "$SITE/heard" | tr -d '\n')" = 'RCPT TO:<bob@far.test>\r\nRCPT TO:<carol@far.test>\r\nRCPT TO:<"d d"@far.test>\r\n' ]
  # Nobody sees who else gets it.
  [ "$(sent)" = 'DATA\r\nFrom: Alice <alice@example.test>\r\nTo: bob\r\nSubject: x\r\nDate: Thu, 1 Jan 1970 00:00:00 +0000\r\nMessage-ID: <1@a>\r\n\r\n..dot\r\nlast\r\n.\r\nQUIT\r\n' ]
}

@test "the reverse-path: --from, else Sender, else From; a message without an author has none" {
  peer
  send --to b@far.test --from c@x.test
  send --to b@far.test --from ''
  send --to b@far.test --from '<>'
  sed -i '1i Sender: s@x.test' "$SITE/message"
  send --to b@far.test
  [ "$(grep -o 'MAIL FROM:<[^>]*>' "$SITE/heard" | tr '\n' ' ')" = 'MAIL FROM:<c@x.test> MAIL FROM:<> MAIL FROM:<> MAIL FROM:<s@x.test> ' ]
  run "$BIN/smtp-send" --to b@far.test <<<'Subject: x'
  [ "$status" -eq 64 ]
  run "$BIN/smtp-send" --to b@far.test --from a@x.test <<<'Subject: x'
  [ "$status" -eq 0 ]
  grep -qxF 'From: a@x.test\r\n' "$SITE/heard"
}

@test "what mime-encode builds goes straight out; --host needs no site" {
  peer
  printf 'a\0b' >"$SITE/file"
  "$BIN/mime-encode" -f alice@example.test -t bob@far.test -s hi -a "$SITE/file" |
    TUBEPOST_CONF=/dev/null "$BIN/smtp-send" --to bob@far.test --host "127.0.0.1:$port"
  grep -qxF 'YQBi\r\n' "$SITE/heard"
}

@test "each recipient has a line when one was refused, and the exit says whether to try again" {
  peer 'RCPT TO:<no@' '550 5.1.1 who?' 'RCPT TO:<later@' '451 4.2.1 not now' 'RCPT TO:<spam@' '554 5.7.1 no'
  send --to yes@far.test --to no@far.test
  [ "$status" -eq 67 ]
  [ "${#lines[@]}" -eq 2 ]
  [ "${lines[0]}" = "smtp-send: yes@far.test: accepted 2.0.0 by 127.0.0.1:$port: 250 2.0.0 queued" ]
  [[ "${lines[1]}" == "smtp-send: no@far.test: failed 5.1.1 by 127.0.0.1:$port: "*"5.1.1 who?" ]]
  send --to no@far.test --to later@far.test --to yes@far.test
  [ "$status" -eq 75 ]
  [[ "${lines[1]}" == "smtp-send: later@far.test: deferred 4.2.1 "* ]]
  [ "${#lines[@]}" -eq 3 ]
  send --to spam@far.test
  [ "$status" -eq 77 ]
}

@test "a host that refuses the message, is silent about it, or is not there" {
  peer . '552 5.3.4 too big|554 5.6.0 bad|550 what a thing|450 4.3.2 later|close'
  for wanted in 65 65 69 75 75; do
    send --to bob@far.test
    [ "$status" -eq "$wanted" ]
    [ "${#lines[@]}" -eq 1 ]
  done
  kill "${running[0]}"
  wait "${running[0]}" || true
  running=()
  send --to bob@far.test
  [ "$status" -eq 75 ]
  [[ "$output" == *"4.4.1"*"Connection refused"* ]]
  send --to bob@nowhere.test
  [ "$status" -eq 68 ]
}

@test "users of this host get it into their mailbox" {
  send --to alice@example.test --to bob
  [ "$status" -eq 0 ]
  [ "$(delivered alice)$(delivered bob)" = 11 ]
  tail -n 2 "$SITE"/bob/Maildir/new/* | cmp - <(printf '.dot\nlast')
  grep -q '^Return-Path: <alice@example.test>' "$SITE"/bob/Maildir/new/*
  send --to alice@example.test --to nobody@example.test
  [ "$status" -eq 67 ]
  [ "$(delivered alice)" -eq 2 ]
  rm -r "$SITE/bob"
  touch "$SITE/bob"
  send --to bob@example.test
  [ "$status" -eq 75 ]
}

@test "another site of ours takes it, 20 MB in little memory" {
  head -c 15000000 /dev/urandom >"$SITE/big"
  coproc PEER { exec tcpserver -1 -HRl0 127.0.0.1 0 "$BIN/smtpd" 2>"$SITE/log"; }
  running+=("$PEER_PID")
  read -r port <&"${PEER[0]}"
  "$BIN/mime-encode" -f alice@far.test -t bob@example.test -s big -a "$SITE/big" >"$SITE/message"
  if [ -z "$ASAN_OPTIONS" ]; then most=16000; else most=1000000; fi
  command time -o "$SITE/used" -f %M "$BIN/smtp-send" --to bob@example.test --host "127.0.0.1:$port" <"$SITE/message"
  [ "$(cat "$SITE/used")" -lt "$most" ]
  [ "$(queued)" -eq 1 ]
  "$BIN/smtp-send" --once
  python3 - "$SITE"/bob/Maildir/new/* "$SITE/big" <<'PY'
import email, sys
m = email.message_from_binary_file(open(sys.argv[1], "rb"))
assert m.get_payload()[0].get_payload(decode=True) == open(sys.argv[2], "rb").read()
PY
  send --to nobody@example.test --host "127.0.0.1:$port"
  [ "$status" -eq 67 ]
}

@test "usage" {
  send --to bob@far.test --once
  [ "$status" -eq 64 ]
  send --from alice@far.test
  [ "$status" -eq 64 ]
  send bob@far.test
  [ "$status" -eq 64 ]
  send --to 'a@b@c.test' --host 127.0.0.1:1
  [ "$status" -eq 65 ]
  send --to bob --host 127.0.0.1:1
  [ "$status" -eq 65 ]
  send --to '' --host 127.0.0.1:1
  [ "$status" -eq 65 ]
  send --to b@far.test --from 'a b' --host 127.0.0.1:1
  [ "$status" -eq 65 ]
  run bash -c 'printf "Subject: x\n\n\0.\n" | "$BIN/smtp-send" --to b@far.test --from a@x.test --host 127.0.0.1:1'
  [ "$status" -eq 65 ]
  [[ "$output" == *": a NUL in the message, octet 13" ]]
  send --to b@far.test --host 127.0.0.1:99999
  [ "$status" -ne 0 ]
  TUBEPOST_CONF=/nonexistent send --to b@far.test
  [ "$status" -eq 66 ]
}
