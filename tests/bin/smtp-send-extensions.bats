# smtp-send and what other hosts offer: each extension is used where it is there, and missed where it has to be.
load site

setup() {
  site
  printf 'Subject: x\n\nhello\n' >"$SITE/message"
}
teardown() { for pid in "${running[@]}"; do kill "$pid"; wait "$pid" || true; done; }

# peer ROUTE-OPTIONS EXTENSIONS [PREFIX REPLY]...: a host to which mail for far.test goes; what it hears is in $SITE/heard.
peer() {
  local options=$1 offered
  offered=$(printf '250-peer.test\n'; printf '250-%s\n' $2; echo '250 HELP')
  shift 2
  : >"$SITE/heard"
  coproc PEER { exec python3 "$SOURCE/tests/bin/scripted_server.py" "$SITE/heard" "$@" EHLO "${offered//_/ }" LHLO "${offered//_/ }" 2>"$SITE/peer-log"; }
  running+=("$PEER_PID")
  read -r port <&"${PEER[0]}"
  echo "far.test 127.0.0.1:$port $options" >"$SITE/routes"
}

# queue PARAMETERS RECIPIENT-PARAMETERS: the message is in the spool, and its sender wants these things.
queue() {
  rm -f "$SITE"/spool/queue/*/*.*.*
  "$BIN/spool-put" -f alice@example.test "${recipient:-bob@far.test}" <"$SITE/message"
  sed -i "s/^from: .*/&${1:+\nwith: $1}/;s/^to: .*/& $2/" "$SITE"/spool/queue/*/*.*.*
}
once() { run "$BIN/smtp-send" --once; }
heard() { grep -cF -- "$1" "$SITE/heard"; }
body() { sed -n '/^DATA/,/^\.\\r/p' "$SITE/heard"; }
reports() { cat "$SITE"/alice/Maildir/new/* 2>/dev/null; }

@test "what the sender wants to hear is passed on, and then not told by us" {
  peer '' 'PIPELINING DSN'
  queue 'RET=HDRS ENVID=abc' 'NOTIFY=SUCCESS ORCPT=rfc822;bob@old.test'
  once
  [ "$(heard 'MAIL FROM:<alice@example.test> RET=HDRS ENVID=abc\r\n')" -eq 1 ]
  [ "$(heard 'RCPT TO:<bob@far.test> NOTIFY=SUCCESS ORCPT=rfc822;bob@old.test\r\n')" -eq 1 ]
  [ "$(queued)" -eq 0 ]
  peer '' PIPELINING
  queue 'RET=HDRS ENVID=abc' 'NOTIFY=SUCCESS ORCPT=rfc822;bob@old.test'
  once
  [ "$(heard 'MAIL FROM:<alice@example.test>\r\n')" -eq 1 ]
  [ "$(heard 'RCPT TO:<bob@far.test>\r\n')" -eq 1 ]
  once
  reports | grep -qx 'Action: relayed'
}

@test "the order of importance goes on" {
  peer '' MT-PRIORITY
  queue MT-PRIORITY=-4
  once
  [ "$(heard 'MAIL FROM:<alice@example.test> MT-PRIORITY=-4\r\n')" -eq 1 ]
  peer '' DSN
  queue MT-PRIORITY=-4
  once
  [ "$(heard 'MAIL FROM:<alice@example.test>\r\n')" -eq 1 ]
}

@test "by when it is to be there goes on where it is offered, less what has passed" {
  peer '' 'DELIVERBY_240'
  queue 'BY=1000;N'
  sed -i "s/^received: .*/received: $(($(date +%s) - 400))/" "$SITE"/spool/queue/*/*.*.*
  once
  grep -qE '^MAIL FROM:<alice@example.test> BY=(600|59[0-9]);N.r.n$' "$SITE/heard"
  [ "$(queued)" -eq 0 ]
  peer '' DSN
  queue 'BY=1000;N'
  once
  [ "$(heard 'MAIL FROM:<alice@example.test>\r\n')" -eq 1 ]
  # Whoever asked hears that the host does not keep it.
  once
  reports | grep -qx 'Action: relayed'
  reports | grep -qx 'Final-Recipient: rfc822; *bob@far.test'
  rm -r "$SITE/alice/Maildir"
  # Nobody comes behind LMTP.
  peer 'lmtp' DSN
  queue 'BY=1000;N'
  once
  [ "$(queued)" -eq 0 ]
  peer '' 'DELIVERBY'
  queue 'BY=1000;NT'
  once
  once
  reports | grep -qx 'Action: relayed'
}

@test "who wants it back rather than late has it back at once from a host that does not keep the time" {
  peer '' DSN
  queue 'BY=1000;R'
  once
  [[ "$output" == *" failed "*"status=5.4.7 "* ]]
  [ "$(heard MAIL)" -eq 0 ]
  peer '' 'DELIVERBY_2000'
  queue 'BY=1000;R'
  once
  [[ "$output" == *" failed "*"status=5.4.7 "* ]]
  peer '' 'DELIVERBY_100'
  queue 'BY=1000;R'
  once
  [[ "$output" == *" delivered to=bob@far.test "* ]]
  grep -qE '^MAIL FROM:<alice@example.test> BY=(1000|9[0-9]+);R.r.n$' "$SITE/heard"
}

@test "who requires TLS has the message back, but a notice goes out" {
  peer '' PIPELINING
  queue REQUIRETLS
  once
  [ "$(heard 'MAIL FROM')" -eq 0 ]
  queue REQUIRETLS
  sed -i 's/^from: .*/from: <>/' "$SITE"/spool/queue/*/*.*.*
  once
  [ "$(heard 'MAIL FROM:<>\r\n')" -eq 1 ]
  [[ "$output" == *" delivered to=bob@far.test "* ]]
}

@test "an address beyond ASCII needs SMTPUTF8; an ASCII one whose sender might have needed it does not" {
  printf 'Subject: x\n\nhello\n' >"$SITE/message"
  peer '' '8BITMIME SMTPUTF8'
  recipient=bøb@far.test queue SMTPUTF8
  once
  grep -qF 'MAIL FROM:<alice@example.test> BODY=8BITMIME SMTPUTF8\r\n' "$SITE/heard"
  peer '' 8BITMIME
  recipient=bøb@far.test queue SMTPUTF8
  once
  [[ "$output" == *" failed "*"status=5.6.7 "* ]]
  [ "$(heard MAIL)" -eq 0 ]
  queue SMTPUTF8
  once
  [ "$(heard 'MAIL FROM:<alice@example.test>\r\n')" -eq 1 ]
  printf 'Subject: gr\303\274n\n\nhello\n' >"$SITE/message"
  queue SMTPUTF8
  once
  [[ "$output" == *" failed "*"status=5.6.7 "* ]]
}

@test "8-bit bodies: as they are where they may be, else encoded anew, else returned" {
  printf 'Subject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\ngr\303\274n ist es hier\n' >"$SITE/message"
  peer '' 8BITMIME
  queue
  once
  [ "$(heard 'MAIL FROM:<alice@example.test> BODY=8BITMIME\r\n')" -eq 1 ]
  body | grep -qxF $'gr\xc3\x83\xc2\xbcn ist es hier\\r\\n'
  peer '' SIZE
  queue
  once
  [ "$(grep -c 'MAIL FROM:<alice@example.test> SIZE=[0-9]*\\r' "$SITE/heard")" -eq 1 ]
  body | grep -qxF 'gr=C3=BCn ist es hier\r\n'
  body | grep -qxF 'Content-Transfer-Encoding: quoted-printable\r\n'
  [ "$(heard 'Content-Transfer-Encoding: 8bit')" -eq 0 ]
  sed -i 's/^Content-Type.*/Content-Type: message\/partial; id=x; number=1/' "$SITE/message"
  queue
  once
  [[ "$output" == *" failed "*"status=5.6.3 "* ]]
  "$BIN/smtp-send" --once
  reports | grep -qx 'Status: 5.6.3'
}

@test "a large message goes in chunks, octet for octet; its dots stay single" {
  peer '' 'PIPELINING CHUNKING'
  { printf 'Subject: x\n\n.dot\n'; head -c 1500000 /dev/zero | tr '\0' y | fold -w 70; } >"$SITE/message"
  queue
  once
  [ "$(queued)" -eq 0 ]
  [ "$(heard 'DATA')" -eq 0 ]
  [ "$(grep -c '^BDAT' "$SITE/heard")" -gt 2 ]
  [ "$(grep -c '^BDAT [0-9]* LAST' "$SITE/heard")" -eq 1 ]
  python3 - "$SITE/heard" "$SITE/message" <<'PY'
import ast, sys
text = "".join(ast.literal_eval("'" + l[:-1].replace("'", "\\'") + "'") for l in open(sys.argv[1])
               if not l.startswith(("==", "BDAT", "EHLO", "MAIL", "RCPT", "QUIT")))
text = text[text.index("Subject"):]
wanted = open(sys.argv[2]).read().replace("\n", "\r\n")
wanted += "" if wanted.endswith("\n") else "\r\n"
assert text == wanted, (len(text), len(wanted), text[-100:])
PY
  peer '' 'PIPELINING CHUNKING' BDAT '250 ok|552 5.3.4 too large|503 no'
  queue
  once
  [[ "$output" == *" failed to=bob@far.test status=5.3.4 "* ]]
  [ "$(heard RSET)" -eq 1 ]
  peer '' 'PIPELINING CHUNKING' RCPT '550 5.1.1 no'
  queue
  once
  [ "$(heard BDAT)" -eq 0 ]
  printf 'Subject: x\n\nsmall\n' >"$SITE/message"
  peer '' 'PIPELINING CHUNKING'
  queue
  once
  [ "$(heard DATA)" -eq 1 ]
}

@test "limits: recipients in a transaction, domains of theirs, transactions in a connection" {
  peer '' 'PIPELINING LIMITS_RCPTMAX=2_MAILMAX=3'
  "$BIN/spool-put" -f alice@example.test $(seq -f 'u%g@far.test' 7) <"$SITE/message"
  once
  [ "$(heard 'MAIL FROM')" -eq 4 ]
  [ "$(heard 'RCPT TO')" -eq 7 ]
  [ "$(heard '== connection')" -eq 2 ]
  [ "$(queued)" -eq 0 ]
  peer '' 'PIPELINING LIMITS_RCPTDOMAINMAX=1_RCPTMAX=0'
  sed 's/^far.test/*/' "$SITE/routes" >"$SITE/routes.new"
  mv "$SITE/routes.new" "$SITE/routes"
  "$BIN/spool-put" -f alice@example.test 1@a.test 2@a.test 3@b.test <"$SITE/message"
  once
  [ "$(heard 'MAIL FROM')" -eq 2 ]
  [ "$(heard 'RCPT TO')" -eq 3 ]
}

@test "LMTP: a reply for each recipient that was accepted" {
  peer lmtp PIPELINING 'RCPT TO:<b@' '550 5.1.1 who?' . "$(printf '250 2.1.5 got it\n452 4.2.2 full\n554 5.6.0 no')"
  "$BIN/spool-put" -f alice@example.test a@far.test b@far.test c@far.test d@far.test <"$SITE/message"
  once
  [ "$(heard 'LHLO mx.example.test')" -eq 1 ]
  [[ "$output" == *" delivered to=a@far.test status=2.1.5 "* ]]
  [[ "$output" == *" failed to=b@far.test status=5.1.1 "* ]]
  [[ "$output" == *" deferred to=c@far.test status=4.2.2 "* ]]
  [[ "$output" == *" failed to=d@far.test status=5.6.0 "* ]]
  [ "$(heard HELO)" -eq 0 ]
  peer lmtp PIPELINING . $'250 2.1.5 got it\n421 4.3.2 going'
  rm "$SITE"/spool/queue/*/*.*.*
  "$BIN/spool-put" -f alice@example.test a@far.test c@far.test <"$SITE/message"
  once
  [[ "$output" == *" delivered to=a@far.test "* ]]
  [[ "$output" == *" deferred to=c@far.test status=4.3.2 "* ]]
}

@test "LMTP: replies that do not come, and those that nobody asked for" {
  # One of two, and then the end.
  peer lmtp PIPELINING . close
  "$BIN/spool-put" -f alice@example.test a@far.test c@far.test <"$SITE/message"
  once
  [[ "$output" == *" deferred to=a@far.test status=4.4.2 "*" deferred to=c@far.test status=4.4.2 "* ]]
  rm "$SITE"/spool/queue/*/*.*.*
  peer lmtp PIPELINING . '250 2.1.5 got it'
  "$BIN/spool-put" -f alice@example.test a@far.test c@far.test <"$SITE/message"
  run "$BIN/smtp-send" --once --timeout=1 --answer-timeout=1
  [[ "$output" == *" delivered to=a@far.test "*" deferred to=c@far.test status=4.4.2 "* ]]
  grep -qx 'to: done <a@far.test>' "$SITE"/spool/queue/*/*.*.*
  grep -qx 'to: todo <c@far.test>' "$SITE"/spool/queue/*/*.*.*
  rm "$SITE"/spool/queue/*/*.*.*
  # One too many is not taken for the answer to what comes next.
  peer lmtp PIPELINING . $'250 2.1.5 got it\n250 2.1.5 got it\n554 5.1.1 who else?|250 2.1.5 got it'
  "$BIN/spool-put" -f alice@example.test a@far.test c@far.test <"$SITE/message"
  "$BIN/spool-put" -f alice@example.test d@far.test <"$SITE/message"
  once
  echo "$output"
  [[ "$output" == *" delivered to=a@far.test "*" delivered to=c@far.test "* ]]
  [[ "$output" != *" failed "* ]]
  [ "$(queued)" -eq 0 ]
}

@test "a source address" {
  peer source=127.0.0.2 PIPELINING
  queue
  once
  [ "$(queued)" -eq 0 ]
  [ "$(heard '== connection from 127.0.0.2')" -eq 1 ]
  if [ "$(id -u)" -eq 0 ]; then
    queue
    run "$BIN/smtp-send" --once --timeout=5 --smtpd-user=nobody
    [ "$(queued)" -eq 0 ]
    [ "$(heard '== connection from 127.0.0.2')" -eq 2 ]
  fi
  echo "far.test 127.0.0.1:$port source=192.0.2.1" >"$SITE/routes"
  queue
  once
  [[ "$output" == *" deferred "*"Cannot assign requested address"* ]]
  coproc SIX { LISTEN="::1:0" exec python3 "$SOURCE/tests/bin/scripted_server.py" "$SITE/heard" 2>/dev/null; }
  if read -r six <&"${SIX[0]}"; then
    running+=("$SIX_PID")
    echo "far.test [::1]:$six source=::1" >"$SITE/routes"
    queue
    once
    [ "$(heard '== connection from ::1')" -eq 1 ]
    # No address of that family to come from.
    echo "far.test [::1]:$six source=127.0.0.2" >"$SITE/routes"
    queue
    once
    [[ "$output" == *" deferred "* ]]
  fi
  echo "far.test 127.0.0.1:$port source=eth0" >"$SITE/routes"
  once
  [ "$status" -eq 78 ]
  [[ "$output" == *"$SITE/routes:1: 'source=eth0' is no option of a route"* ]]
}
