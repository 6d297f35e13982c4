load site

setup() { site; }

@test "chunks in every order with everything" {
  echo 'max-size = 100000' >>"$TUBEPOST_CONF"
  python3 "$SOURCE/tests/bin/smtp_extensions.py" chunks
}

@test "a picture in binary comes back octet for octet" {
  python3 "$SOURCE/tests/bin/smtp_binary.py" picture
}

@test "whatever parts stand in one another, those in binary come back octet for octet" {
  python3 "$SOURCE/tests/bin/smtp_binary.py" trees
}

@test "no look-alike ends a message, and none makes a second" {
  python3 "$SOURCE/tests/bin/smtp_extensions.py" look-alikes
}

@test "the stream may be cut anywhere" {
  python3 "$SOURCE/tests/bin/smtp_extensions.py" splits
}

@test "parameters and addresses that want more than mail" {
  python3 "$SOURCE/tests/bin/smtp_extensions.py" parameters
}

@test "what was asked for goes with the message into the spool" {
  run smtp 'EHLO c' 'MAIL FROM:<a@b.test> SMTPUTF8 body=8bitmime RET=HDRS ENVID=a+2Bb BY=60;R' \
    'RCPT TO:<alice@example.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;al@c.test' 'RCPT TO:<bob@example.test>' DATA x . QUIT
  grep -rqx 'with: BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=a+2Bb BY=60;R' "$SITE/spool/queue"
  grep -rqx 'to: todo <alice@example.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;al@c.test' "$SITE/spool/queue"
  grep -rqx 'to: todo <bob@example.test>' "$SITE/spool/queue"
  grep -rq 'with UTF8SMTP id' "$SITE/spool/queue"
  "$BIN/spool" check
  "$BIN/smtp-send" --once
  [ "$(delivered alice)" -eq 1 ] && [ "$(delivered bob)" -eq 1 ]
}

@test "a message is not taken to be returned sooner than the site says" {
  run smtp 'EHLO c' 'MAIL FROM:<a@b.test> BY=1;R' QUIT
  [[ "$output" == *$'250-DELIVERBY\r'*"250 2.1.0 "* ]]
  echo 'deliver-by-min = 60' >>"$TUBEPOST_CONF"
  run smtp 'EHLO c' 'MAIL FROM:<a@b.test> BY=59;R' 'MAIL FROM:<a@b.test> BY=60;R' RSET 'MAIL FROM:<a@b.test> BY=-5;N' QUIT
  [[ "$output" == *$'250-DELIVERBY 60\r'*"555 5.5.4 too little time: 60 seconds at least"*"250 2.1.0 "*"250 2.1.0 "* ]]
}

@test "addresses in any script: only with SMTPUTF8, domains as ASCII" {
  run smtp 'EHLO c' $'MAIL FROM:<gr\303\274n@b\303\274cher.test>' 'RSET' $'MAIL FROM:<gr\303\274n@b\303\274cher.test> SMTPUTF8' \
    'RCPT TO:<alice@example.test>' DATA x . QUIT
  [[ "$output" == *"553 5.6.7 "*"250 2.0.0 queued as "* ]]
  grep -rqx $'from: <gr\303\274n@xn--bcher-kva.test>' "$SITE/spool/queue"
}

@test "LMTP: one reply for each recipient" {
  run bash -c 'printf "%s\r\n" "LHLO c" "MAIL FROM:<>" "RCPT TO:<alice@example.test>" "RCPT TO:<nobody@example.test>" \
    "RCPT TO:<bob@example.test>" DATA x . QUIT | "$BIN/smtpd" --lmtp 2>/dev/null'
  [ "$status" -eq 0 ]
  [ "$(grep -c '^250 2.0.0 queued as ' <<<"$output")" -eq 2 ]
  grep -rq 'with LMTP id' "$SITE/spool/queue"
  run bash -c 'printf "EHLO c\r\nQUIT\r\n" | "$BIN/smtpd" --lmtp 2>/dev/null'
  [[ "${lines[0]}" == $'220 mx.example.test LMTP tubepost\r' ]]
  [[ "$output" == *"500 5.5.1 LHLO is spoken here"* ]]
  run "$BIN/smtpd" --lmtp --submission
  [ "$status" -eq 64 ]
}

@test "VRFY says who is here when it is told to" {
  run smtp 'VRFY alice' QUIT
  [[ "$output" == *$'\n252 '* ]]
  echo 'verify = yes' >>"$TUBEPOST_CONF"
  run smtp 'VRFY alice' 'VRFY <alice@example.test>' 'VRFY nobody@example.test' 'VRFY x@far.test' QUIT
  [[ "$output" == *$'\n250 2.1.5 '*$'\n250 2.1.5 <alice@example.test>'*$'\n550 5.1.1 '*$'\n252 '* ]]
}
