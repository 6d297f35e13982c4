# smtp-send against other hosts, which are scripts.
load site

setup() { site; }
teardown() { [ -z "${peer:-}" ] || kill "$peer"; }

# peer [PREFIX REPLY]...: a host to which mail for far.test goes; what it hears is in $SITE/heard.
peer() {
  coproc PEER { exec python3 "$SOURCE/tests/bin/scripted_server.py" "$SITE/heard" "$@"; }
  peer=$PEER_PID
  read -r port <&"${PEER[0]}"
  echo "far.test 127.0.0.1:$port" >"$SITE/routes"
}

put() { "$BIN/spool-put" -f alice@example.test "$@"; }
# Every queued message is due.
due_now() {
  local file name
  for file in "$SITE"/spool/queue/*/*.*.*; do
    name=$(basename "$file")
    mv "$file" "$(dirname "$file")/0000000001.${name#*.}"
  done
}

heard() { grep -cF -- "$1" "$SITE/heard"; }
bounce() { cat "$SITE"/alice/Maildir/new/*; }

@test "a message goes out byte for byte, its dots doubled and its lines ended with CR LF" {
  peer
  printf 'Subject: x\n\n.dot\n..two\nlast without end' | put bob@far.test
  run "$BIN/smtp-send" --once
  [ "$status" -eq 0 ]
  [[ "$output" == *" delivered to=bob@far.test status=2.0.0 host=127.0.0.1:$port "* ]]
  [ "$(queued)" -eq 0 ]
  grep -qxF 'EHLO mx.example.test\r\n' "$SITE/heard"
  grep -qxF 'MAIL FROM:<alice@example.test>\r\n' "$SITE/heard"
  [ "$(sed -n '/^DATA/,$p' "$SITE/heard" | tr -d '\n')" = 'DATA\r\nSubject: x\r\n\r\n..dot\r\n...two\r\nlast without end\r\n.\r\nQUIT\r\n' ]
}

@test "many messages share one connection, many recipients one transaction" {
  peer
  for i in 1 2 3 4 5; do put a@far.test b@far.test c@far.test <<<"Subject: $i"; done
  "$BIN/smtp-send" --once
  [ "$(queued)" -eq 0 ]
  [ "$(heard '== connection')" -eq 1 ]
  [ "$(heard 'MAIL FROM')" -eq 5 ]
  [ "$(heard 'RCPT TO')" -eq 15 ]
  [ "$(heard 'DATA')" -eq 5 ]
}

@test "a host that is unreachable defers, and the message is tried again" {
  peer
  kill "$peer"
  wait "$peer" || true
  put bob@far.test <<<'Subject: x'
  put carol@far.test <<<'Subject: y'
  run "$BIN/smtp-send" --once
  [ "$status" -eq 0 ]
  [[ "$output" == *" deferred to=bob@far.test status=4.4.1 "*"Connection refused"* ]]
  [ "$(queued)" -eq 2 ]
  run "$BIN/smtp-send" --once
  [ -z "$output" ]
  "$BIN/spool" check
  peer
  due_now
  "$BIN/smtp-send" --once
  [ "$(queued)" -eq 0 ]
}

@test "a connection lost inside the message defers" {
  peer . close
  { echo 'Subject: x'; echo; head -c 2000000 /dev/zero | tr '\0' x | fold -w 70; } | put bob@far.test
  run "$BIN/smtp-send" --once
  [[ "$output" == *" deferred to=bob@far.test status=4.4.2 "* ]]
  [ "$(queued)" -eq 1 ]
  "$BIN/spool" check
}

@test "a connection closed after the message and before the answer defers" {
  peer . '421 4.3.2 going down'
  put bob@far.test <<<'Subject: x'
  run "$BIN/smtp-send" --once
  [[ "$output" == *" deferred to=bob@far.test status=4.3.2 "* ]]
  [ "$(queued)" -eq 1 ]
}

@test "a faulty address is returned, the others get the message" {
  peer 'RCPT TO:<nobody@' '550 5.1.1 no such user'
  put nobody@far.test bob@far.test <<<'Subject: returned'
  "$BIN/smtp-send" --once
  [ "$(heard 'DATA')" -eq 1 ]
  "$BIN/smtp-send" --once
  [ "$(queued)" -eq 0 ]
  bounce | grep -qx 'Final-Recipient: rfc822; nobody@far.test'
  bounce | grep -qx 'Remote-MTA: dns; 127.0.0.1'
  bounce | grep -qx 'Diagnostic-Code: smtp; 550 5.1.1 no such user'
  ! bounce | grep -q bob@far.test
}

@test "an address that has moved: 251 is delivered, 551 is returned with the new address" {
  peer 'RCPT TO:<forwarded@' '251 will forward to <new@other.test>' 'RCPT TO:<moved@' '551 try <moved@other.test>'
  put forwarded@far.test moved@far.test <<<'Subject: x'
  run "$BIN/smtp-send" --once
  [[ "$output" == *" delivered to=forwarded@far.test "* ]]
  [[ "$output" == *" failed to=moved@far.test "* ]]
  "$BIN/smtp-send" --once
  bounce | grep -q '551 try <moved@other.test>'
}

@test "a transient refusal of one recipient keeps only that one" {
  peer 'RCPT TO:<full@' '452 4.2.2 mailbox full'
  put full@far.test bob@far.test <<<'Subject: x'
  "$BIN/smtp-send" --once
  [ "$(queued)" -eq 1 ]
  grep -rqx 'to: todo <full@far.test>' "$SITE/spool/queue"
  grep -rqx 'to: done <bob@far.test>' "$SITE/spool/queue"
}

@test "a server without EHLO is spoken to with HELO, one command at a time" {
  peer EHLO '502 what'
  put bob@far.test <<<'Subject: x'
  "$BIN/smtp-send" --once
  [ "$(queued)" -eq 0 ]
  grep -qxF 'HELO mx.example.test\r\n' "$SITE/heard"
  grep -qxF 'MAIL FROM:<alice@example.test>\r\n' "$SITE/heard"
}

@test "a banner that refuses, nonsense and replies without end defer" {
  for reply in '554 no' 'HTTP/1.1 400 Bad Request' "$(printf '220-x\\n%.0s' $(seq 300))220 x" close; do
    rm -f "$SITE"/spool/queue/*/*.*.*
    peer CONNECT "$(printf '%b' "$reply")"
    put bob@far.test <<<'Subject: x'
    run "$BIN/smtp-send" --once
    [[ "$output" == *" deferred to=bob@far.test "* ]]
    [ "$(queued)" -eq 1 ]
    kill "$peer"
    wait "$peer" || true
  done
  peer=
}

@test "the whole message refused is returned; one that is too large is not even sent" {
  peer . '554 5.6.0 bad content' EHLO "$(printf '250-peer.test\n250 SIZE 1000')"
  put bob@far.test <<<'Subject: x'
  head -c 3000 /dev/zero | tr '\0' x | fold -w 70 | put carol@far.test
  "$BIN/smtp-send" --once
  "$BIN/smtp-send" --once
  [ "$(queued)" -eq 0 ]
  [ "$(heard 'carol')" -eq 0 ]
  bounce | grep -qx 'Diagnostic-Code: smtp; 554 5.6.0 bad content'
  bounce | grep -qx 'Status: 5.3.4'
}

@test "a message that is too old is given up" {
  peer RCPT '450 4.2.0 later'
  echo 'lifetime = 0' >>"$TUBEPOST_CONF"
  put bob@far.test <<<'Subject: x'
  "$BIN/smtp-send" --once
  "$BIN/smtp-send" --once
  [ "$(queued)" -eq 0 ]
  bounce | grep -qx 'Status: 5.4.7'
}

@test "bad routes are named with file and line" {
  echo 'far.test' >"$SITE/routes"
  run "$BIN/smtp-send" --once
  [ "$status" -eq 78 ]
  [[ "$output" == *"routes:1: not 'domain host[:port]'"* ]]
}

@test "a slow host does not hold up local mail, and SIGTERM waits for what is on the wire" {
  mkfifo "$SITE/go"
  coproc PEER { exec python3 -c '
import socket, sys
s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1], flush=True)
c, _ = s.accept(); f = c.makefile("rwb")
def say(t): f.write(t + b"\r\n"); f.flush()
say(b"220 x")
for reply in (b"250 x", b"250 ok", b"250 ok", b"354 go"): f.readline(); say(reply)
while f.readline() != b".\r\n": pass
open(sys.argv[1]).read()
say(b"250 ok"); f.readline()' "$SITE/go"; }
  read -r port <&"${PEER[0]}"
  echo "far.test 127.0.0.1:$port" >"$SITE/routes"
  put bob@far.test <<<'Subject: slow'
  coproc RUNNER { exec "$BIN/smtp-send" 2>&1; }
  runner=$RUNNER_PID
  while [ ! -p "$SITE/spool/wake" ]; do kill -0 "$runner"; done
  put bob@example.test <<<'Subject: quick'
  read -r -t 20 line <&"${RUNNER[0]}"
  [[ "$line" == *" delivered to=bob@example.test "* ]]
  kill "$runner"
  echo >"$SITE/go"
  read -r -t 20 line <&"${RUNNER[0]}"
  [[ "$line" == *" delivered to=bob@far.test "* ]]
  wait "$runner"
  [ "$(queued)" -eq 0 ]
}

@test "a kept connection that the host ends, with 421 or without, is opened anew" {
  local ending
  for ending in '421 4.3.2 too idle' close; do
    : >"$SITE/heard"
    peer MAIL "250 ok|$ending|250 ok"
    put bob@far.test <<<'Subject: x'
    put carol@far.test <<<'Subject: y'
    "$BIN/smtp-send" --once
    [ "$(queued)" -eq 0 ]
    [ "$(heard '== connection')" -eq 2 ]
    [ "$(heard 'Subject')" -eq 2 ]
    kill "$peer"
    peer=
  done
}

@test "what is no answer to DATA is not taken for success" {
  peer DATA '250 2.0.0 ok'
  put bob@far.test <<<'Subject: x'
  run "$BIN/smtp-send" --once
  [[ "$output" == *" deferred to=bob@far.test status=4.4.2 "*"answered DATA with 250"* ]]
  [ "$(queued)" -eq 1 ]
}

@test "an answer that came before its question is not taken for the next one" {
  peer DATA $'354 go\n250 2.0.0 queued'
  put bob@far.test <<<'Subject: x'
  run "$BIN/smtp-send" --once
  [[ "$output" == *" deferred to=bob@far.test "*"before it was asked"* ]]
  [ "$(queued)" -eq 1 ]
}

@test "a host that refused to talk is asked once, however many messages wait for it" {
  peer CONNECT '554 no service'
  for i in 1 2 3; do put bob@far.test <<<"Subject: $i"; done
  "$BIN/smtp-send" --once
  [ "$(queued)" -eq 3 ]
  [ "$(heard '== connection')" -eq 1 ]
}

@test "a hundred recipients go into one transaction, the rest into the next" {
  peer
  put $(seq -f 'user%g@far.test' 150) <<<'Subject: x'
  "$BIN/smtp-send" --once
  [ "$(queued)" -eq 0 ]
  [ "$(heard '== connection')" -eq 1 ]
  [ "$(heard 'MAIL FROM')" -eq 2 ]
  [ "$(heard 'RCPT TO')" -eq 150 ]
}

@test "a transaction that nobody is left of is reset, and the connection goes on" {
  peer EHLO '250 peer.test' RCPT '550 5.1.1 no|250 ok'
  put bob@far.test <<<'Subject: x'
  put carol@far.test <<<'Subject: y'
  "$BIN/smtp-send" --once
  [ "$(heard '== connection')" -eq 1 ]
  [ "$(heard RSET)" -eq 1 ]
  [ "$(heard DATA)" -eq 1 ]
}

@test "as root, another user talks to the hosts, and finds them by name" {
  needs_root 'become another user'
  peer
  echo "far.test localhost:$port" >"$SITE/routes"
  chmod 755 "$BATS_TEST_TMPDIR" "$SITE"
  put bob@far.test <<<'Subject: x'
  put carol@far.test alice@example.test <<<'Subject: y'
  run "$BIN/smtp-send" --once --smtpd-user=nobody
  [ "$status" -eq 0 ]
  [[ "$output" == *" delivered to=bob@far.test status=2.0.0 host=localhost:$port "* ]]
  [ "$(queued)" -eq 0 ]
  [ "$(heard '== connection')" -eq 1 ]
  [ "$(heard 'Subject')" -eq 2 ]
  [ "$(delivered alice)" -eq 1 ]
}
