load site

setup() {
  site
  echo "aliases = $SITE/aliases" >>"$TUBEPOST_CONF"
  echo 'far.test 127.0.0.1:1' >"$SITE/routes"
}

deliver() { "$BIN/smtp-send" --once 2>>"$SITE/log"; }

@test "an alias is taken before DATA and reaches each of its users, remote ones through the queue" {
  printf '%s\n' 'team: alice, bob,' '  carol@far.test' >"$SITE/aliases"
  run smtp 'EHLO c' 'MAIL FROM:<a@b.test>' 'RCPT TO:<Team@example.test>' 'RCPT TO:<tea@example.test>' DATA 'Subject: hi' '' x . QUIT
  [[ "$output" == *"250 2.1.5 "* ]]
  [[ "$output" == *"550 5.1.1 "* ]]
  [[ "$output" == *"250 2.0.0 queued as "* ]]
  deliver
  deliver
  [ "$(delivered alice)" -eq 1 ]
  [ "$(delivered bob)" -eq 1 ]
  [ "$(queued)" -eq 1 ]
  grep -rqx 'to: todo <carol@far.test>' "$SITE/spool/queue"
  grep -rqx 'from: <a@b.test>' "$SITE/spool/queue"
}

@test "a user in his own alias keeps a copy" {
  echo 'bob: bob, alice' >"$SITE/aliases"
  smtp 'EHLO c' 'MAIL FROM:<a@b.test>' 'RCPT TO:<bob@example.test>' DATA x . QUIT
  deliver
  deliver
  [ "$(delivered alice)" -eq 1 ]
  [ "$(delivered bob)" -eq 1 ]
  [ "$(queued)" -eq 0 ]
}

@test "an alias of one user needs no second message" {
  echo 'info: bob' >"$SITE/aliases"
  smtp 'EHLO c' 'MAIL FROM:<a@b.test>' 'RCPT TO:<info@example.test>' DATA x . QUIT
  deliver
  [ "$(delivered bob)" -eq 1 ]
  [ "$(queued)" -eq 0 ]
  grep -rqx 'Delivered-To: info@example.test' "$SITE/bob/Maildir/new"
}

@test "aliases that lead in a circle come back to the sender" {
  printf '%s\n' 'a: b' 'b: a' >"$SITE/aliases"
  smtp 'EHLO c' 'MAIL FROM:<alice@example.test>' 'RCPT TO:<a@example.test>' DATA x . QUIT
  deliver
  deliver
  [ "$(delivered alice)" -eq 1 ]
  grep -rq '5.4.6' "$SITE/alice/Maildir/new"
  [ "$(queued)" -eq 0 ]
}

@test "a list from a file, and sendmail knows aliases too" {
  echo "list: :include:$SITE/members" >"$SITE/aliases"
  printf '%s\n' '# members' alice bob >"$SITE/members"
  printf 'Subject: x\n\nbody\n' | "$BIN/sendmail" -f a@b.test list
  deliver
  deliver
  [ "$(delivered alice)" -eq 1 ]
  [ "$(delivered bob)" -eq 1 ]
}

@test "whole domains, a catch-all and subaddresses" {
  echo other.test >>"$SITE/domains"
  echo '@other.test: bob' >"$SITE/aliases"
  run smtp 'EHLO c' 'MAIL FROM:<a@b.test>' 'RCPT TO:<x@other.test>' 'RCPT TO:<x@example.test>' 'RCPT TO:<bob-x@example.test>' QUIT
  [ "$(grep -c '^250 2.1.5' <<<"$output")" -eq 2 ]
  [ "$(grep -c '^550 5.1.1' <<<"$output")" -eq 1 ]
  printf '%s\n' 'catch-all = alice' 'subaddress = +' >>"$TUBEPOST_CONF"
  smtp 'EHLO c' 'MAIL FROM:<a@b.test>' 'RCPT TO:<x@example.test>' 'RCPT TO:<bob-x@example.test>' DATA x . QUIT
  deliver
  [ "$(delivered alice)" -eq 2 ]
  [ "$(delivered bob)" -eq 0 ]
}

@test "EXPN tells who is behind a name only where it is allowed to" {
  echo 'team: alice, carol@far.test' >"$SITE/aliases"
  run smtp 'EHLO c' 'EXPN team' QUIT
  [[ "$output" == *"502 5.5.1 "* ]]
  echo 'expand = yes' >>"$TUBEPOST_CONF"
  run smtp 'EHLO c' 'EXPN team' 'EXPN team@far.test' 'EXPN nobody' QUIT
  [[ "$output" == *"250-2.1.5 <alice@example.test>"* ]]
  [[ "$output" == *"250 2.1.5 <carol@far.test>"* ]]
  [ "$(grep -c '^550 5.1.1' <<<"$output")" -eq 2 ]
}

@test "a wrong aliases file is named with its line" {
  printf '%s\n' 'a: bob' 'b: |/bin/cat' >"$SITE/aliases"
  run "$BIN/smtpd" --check
  [ "$status" -eq 78 ]
  [[ "$output" == *"aliases:2: '|/bin/cat' is a program"* ]]
  printf 'a: bo' >"$SITE/aliases"
  run "$BIN/smtpd" --check
  [ "$status" -eq 78 ]
}
