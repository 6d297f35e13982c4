load site

setup() { site; }
stored() { cat "$SITE"/spool/queue/*/*.*.*; }

@test "recipients of the header; Bcc goes, what is missing is added" {
  printf 'Return-Path: <x@y.test>\nContent-Length: 7\nTo: Bob <bob@example.test>\nCc: alice\nBcc: bob+x@example.test\nSubject: x\n\nhi\n.\nmore\n' | "$BIN/sendmail" -t -oi -f alice@example.test
  [ "$(queued)" -eq 1 ]
  for line in 'from: <alice@example.test>' 'to: todo <bob@example.test>' 'to: todo <alice>' 'to: todo <bob+x@example.test>' 'From: alice@example.test' . more; do
    stored | grep -qxF -- "$line"
  done
  stored | grep -q '^Date: '
  stored | grep -q '^Message-ID: <.*@mx.example.test>$'
  [ "$(stored | grep -c '^Bcc\|^Return-Path\|^Content-Length')" -eq 0 ]
  "$BIN/smtp-send" --once
  [ "$(delivered bob)" -eq 2 ]
  [ "$(delivered alice)" -eq 1 ]
}

@test "recipients as arguments; without -i a lone dot ends the message" {
  printf 'Subject: x\n\nhi\n.\nnot this\n' | "$BIN/sendmail" -F 'A "B" C' bob@example.test
  stored | grep -q '^From: "A \\"B\\" C" <'
  ! stored | grep -q 'not this'
}

@test "a text without a header stays a text, and a CR in a header makes no field" {
  printf 'just some words\nBcc: bob@example.test\n' | "$BIN/sendmail" alice@example.test
  stored | grep -qx 'Bcc: bob@example.test'
  [ "$(stored | grep -c '^to: ')" -eq 1 ]
  run bash -c "printf 'To: alice@example.test\nSubject: x\rBcc: bob@example.test\n\n' | '$BIN/sendmail' -t"
  [ "$status" -eq 0 ]
  [ "$(stored | grep -c '^to: todo <bob')" -eq 0 ]
}

@test "one named in the header and as an argument gets one copy" {
  printf 'To: alice@example.test\nSubject: x\n\n' | "$BIN/sendmail" -t alice@example.test
  [ "$(stored | grep -c '^to: ')" -eq 1 ]
  "$BIN/sendmail" bob Bob@example.test '"BOB"@EXAMPLE.test' bob@example.test <<<'Subject: y'
  [ "$(stored | grep -c '^to: ')" -eq 2 ]
}

@test "an empty sender is no sender" {
  for sender in '' '<>'; do "$BIN/sendmail" -f "$sender" -F '' bob@example.test <<<'Subject: x'; done
  [ "$(stored | grep -cx 'from: <>')" -eq 2 ]
}

@test "a header of more addresses than anybody writes loses none" {
  echo '* 127.0.0.1:9' >"$SITE/routes"
  { printf 'Bcc: x@far.test'; seq -f ', u%05g@far.test' 12000; printf '\n\nbody\n'; } | sed 's/^,/ ,/' | "$BIN/sendmail" -t
  [ "$(stored | grep -c '^to: ')" -eq 12001 ]
}

@test "s-nail, mutt and git call it so" {
  for options in '-i --' '-oem -oi --' '-i -B8BITMIME -f alice@example.test --' '-oi -bm'; do
    printf 'Subject: x\n\nhi\n' | "$BIN/sendmail" $options bob@example.test
  done
  [ "$(queued)" -eq 4 ]
  set_mutt() { mutt -n -F /dev/null -e "set sendmail='$BIN/sendmail -oem -oi'" -e 'set copy=no' -e "set from=alice@example.test" "$@"; }
  HOME="$SITE" set_mutt -s 'from mutt' -a "$BIN/../build.ninja" -- bob@example.test <<<'hello'
  [ "$(queued)" -eq 5 ]
  stored | grep -q 'Subject: from mutt'
}

@test "-bs speaks SMTP and sends to where there is a route, -bp lists the queue" {
  echo 'far.test 127.0.0.1:9' >"$SITE/routes"
  printf '%s\r\n' 'EHLO c' 'MAIL FROM:<alice@example.test>' 'RCPT TO:<x@far.test>' 'RCPT TO:<x@other.test>' DATA 'Subject: x' '' hi . QUIT | "$BIN/sendmail" -bs >"$SITE/out"
  grep -q '^250 2.0.0 queued' "$SITE/out"
  grep -q '^550 5.4.4 ' "$SITE/out"
  run "$BIN/sendmail" -bp
  [ "$status" -eq 0 ]
  [[ "$output" == *far.test* ]]
}

@test "exit codes" {
  run "$BIN/sendmail" -t <<<'Subject: x'
  [ "$status" -eq 64 ]
  run "$BIN/sendmail" 'a b' <<<'Subject: x'
  [ "$status" -eq 65 ]
  run "$BIN/sendmail" nobody <<<'Subject: x'
  [ "$status" -eq 67 ]
  run "$BIN/sendmail" x@nowhere.test <<<'Subject: x'
  [ "$status" -eq 68 ]
  run "$BIN/sendmail" -Z bob@example.test <<<'Subject: x'
  [ "$status" -eq 64 ]
  run "$BIN/sendmail" --help
  [ "$status" -eq 0 ]
  [ "$(queued)" -eq 0 ]
}
