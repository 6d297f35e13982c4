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
  grep -rqxE 'to: todo <carol@far.test>( .*)?' "$SITE/spool/queue"
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

@test "a mailbox that a message names in several ways gets one copy, and an extension is one of its own" {
  printf '%s\n' 'info: bob' 'sales: info' 'team: alice, bob, carol@far.test' 'far: carol@far.test' >"$SITE/aliases"
  smtp 'EHLO c' 'MAIL FROM:<a@b.test>' 'RCPT TO:<team@example.test>' 'RCPT TO:<info@example.test>' \
    'RCPT TO:<sales@example.test>' 'RCPT TO:<bob@example.test>' 'RCPT TO:<bob+x@example.test>' \
    'RCPT TO:<far@example.test>' DATA x . QUIT
  deliver
  deliver
  [ "$(delivered bob)" -eq 2 ]
  [ "$(delivered alice)" -eq 1 ]
  [ "$(queued)" -eq 1 ]
  [ "$(grep -rh '^to: todo <carol@far.test>' "$SITE/spool/queue" | wc -l)" -eq 1 ]
  grep -q 'delivered to=sales@example.test' "$SITE/log"
}

@test "who is told of a mailbox that a message names twice is who asked for it" {
  echo 'info: bob' >"$SITE/aliases"
  smtp 'EHLO c' 'MAIL FROM:<alice@example.test>' 'RCPT TO:<bob@example.test>' \
    'RCPT TO:<info@example.test> NOTIFY=SUCCESS' DATA x . QUIT
  deliver
  deliver
  [ "$(delivered bob)" -eq 1 ]
  [ "$(delivered alice)" -eq 1 ]
  grep -rq '^Final-Recipient: rfc822; info@example.test' "$SITE/alice/Maildir/new"
  ! grep -rq '^Final-Recipient: rfc822; bob@' "$SITE/alice/Maildir/new"
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
  # One mailbox, one copy, and both of its names have it.
  [ "$(delivered alice)" -eq 1 ]
  grep -q ' delivered to=x@example.test ' "$SITE/log"
  grep -q ' delivered to=bob-x@example.test ' "$SITE/log"
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

@test "a pipe in place of a list's file keeps nobody waiting" {
  mkfifo "$SITE/bob/list"
  echo "team: :include:$SITE/bob/list" >"$SITE/aliases"
  run timeout 10 "$BIN/smtp-send" --once
  [ "$status" -eq 78 ]
  [[ "$output" == *"$SITE/aliases:1: $SITE/bob/list: not a plain file" ]]
}

@test "a wrong aliases file is named with its line" {
  printf '%s\n' 'a: bob' 'b: |' >"$SITE/aliases"
  run "$BIN/smtpd" --check
  [ "$status" -eq 78 ]
  [[ "$output" == *"aliases:2: "* ]]
  printf '%s\n' "a: :include:$SITE/members" >"$SITE/aliases"
  printf '%s\n' bob '|/bin/cat' >"$SITE/members"
  run "$BIN/smtpd" --check
  [ "$status" -eq 78 ]
  [[ "$output" == *"members:2: an included file names no programs and files"* ]]
  printf 'a: bo' >"$SITE/aliases"
  run "$BIN/smtpd" --check
  [ "$status" -eq 78 ]
}

# As the user who runs the tests, who is no root: as root there is alias-user.
with_places() {
  mkdir -p "$SITE/places"
  printf '#!/bin/sh\n{ id -u; printf "%%s\\n" "$@" "$SENDER"; cat; } >>%s/places/ran\necho %s\nexit %s\n' "$SITE" "${2:-fine}" "$1" >"$SITE/program"
  chmod 755 "$SITE/program"
  [ "$(id -u)" -ne 0 ] && return
  echo 'alias-user = nobody' >>"$TUBEPOST_CONF"
  chown nobody "$SITE/places"
  chmod 755 "$BATS_TEST_TMPDIR" "$SITE" "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" 2>/dev/null || true
}

@test "an alias starts a program with its arguments and without a shell, never as root" {
  with_places 0
  echo "bugs: bob, \"|$SITE/program -x 'two words' * ~\"" >"$SITE/aliases"
  smtp 'EHLO c' 'MAIL FROM:<a@b.test>' 'RCPT TO:<bugs@example.test>' DATA 'Subject: hi' '' body . QUIT
  deliver
  deliver
  [ "$(queued)" -eq 0 ]
  [ "$(delivered bob)" -eq 1 ]
  [ "$(sed -n 2,6p "$SITE/places/ran")" = "$(printf '%s\n' -x 'two words' '*' '~' a@b.test)" ]
  [ "$(head -1 "$SITE/places/ran")" -ne 0 ]
  grep -qx 'Subject: hi' "$SITE/places/ran"
}

@test "who is behind an alias is told the address that the sender wrote to" {
  with_places 0
  printf '#!/bin/sh\nprintf "%%s\\n" "$RECIPIENT" "$LOCAL" "$HOST" "$DTLINE" >"$1"\n' >"$SITE/program"
  echo "bugs: alice, bob, \"|$SITE/program $SITE/places/told\", $SITE/places/box" >"$SITE/aliases"
  smtp 'EHLO c' 'MAIL FROM:<a@b.test>' 'RCPT TO:<bugs@example.test>' DATA 'Subject: hi' . QUIT
  # It names an alias that does not lead there.
  smtp 'EHLO c' 'MAIL FROM:<a@b.test>' 'RCPT TO:<bugs@example.test> ORCPT=rfc822;alice@example.test' DATA 'Subject: no' . QUIT
  deliver
  deliver
  [ "$(queued)" -eq 0 ]
  grep -qx 'Delivered-To: bugs@example.test' "$SITE/places/box"
  grep -lx 'Subject: hi' "$SITE"/bob/Maildir/new/* | xargs grep -qx 'Delivered-To: bugs@example.test'
  grep -lx 'Subject: no' "$SITE"/bob/Maildir/new/* | xargs grep -qx 'Delivered-To: bob@mx.example.test'
  [ "$(sed -n 2,3p "$SITE/places/told")" = $'bugs\nexample.test' ] || [ "$(sed -n 3p "$SITE/places/told")" = mx.example.test ]
  ! grep -q '|' "$SITE/places/told" "$SITE/places/box"
  # It has been here.
  smtp 'EHLO c' 'MAIL FROM:<alice@example.test>' 'RCPT TO:<bugs@example.test>' DATA 'Delivered-To: bugs@example.test' 'Subject: round' . QUIT
  deliver
  run deliver
  ! grep -qx 'Subject: round' "$SITE/places/box"
}

@test "a program that refuses comes back to the sender, without its path; one that may later stays" {
  with_places 77 'no such bug'
  echo "bugs: |$SITE/program" >"$SITE/aliases"
  smtp 'EHLO c' 'MAIL FROM:<alice@example.test>' 'RCPT TO:<bugs@example.test>' DATA x . QUIT
  deliver
  deliver
  deliver
  [ "$(queued)" -eq 0 ]
  grep -rq 'no such bug' "$SITE/alice/Maildir/new"
  ! grep -rq "$SITE/program" "$SITE/alice/Maildir/new"
  with_places 75 'come again'
  smtp 'EHLO c' 'MAIL FROM:<alice@example.test>' 'RCPT TO:<bugs@example.test>' DATA x . QUIT
  deliver
  deliver
  [ "$(queued)" -eq 1 ]
}

@test "an alias writes into an mbox file and a Maildir" {
  with_places 0
  echo "archive: $SITE/places/mbox, $SITE/places/dir/" >"$SITE/aliases"
  smtp 'EHLO c' 'MAIL FROM:<a@b.test>' 'RCPT TO:<archive@example.test>' DATA 'Subject: hi' '' 'From x' . QUIT
  deliver
  deliver
  [ "$(queued)" -eq 0 ]
  grep -q '^From a@b.test ' "$SITE/places/mbox"
  grep -qx '>From x' "$SITE/places/mbox"
  [ "$(find "$SITE/places/dir/new" -type f | wc -l)" -eq 1 ]
}

@test "nobody but root for a program is a wrong configuration, and nothing is started" {
  needs_root "be refused it"
  with_places 0
  sed -i '/alias-user/d' "$TUBEPOST_CONF"
  echo "bugs: |$SITE/program" >"$SITE/aliases"
  run "$BIN/smtp-send" --check
  [ "$status" -eq 78 ]
  [[ "$output" == *"alias-user"* ]]
  echo 'alias-user = no-such-user' >>"$TUBEPOST_CONF"
  run "$BIN/smtp-send" --check
  [ "$status" -eq 78 ]
  [[ "$output" == *"alias-user: there is no user 'no-such-user'"* ]]
  sed -i '/alias-user/s/=.*/= root/' "$TUBEPOST_CONF"
  run "$BIN/smtp-send" --once
  [ "$status" -eq 78 ]
}

@test "aliases that start programs are their owner's alone to write" {
  with_places 0
  echo "bugs: |$SITE/program" >"$SITE/aliases"
  chmod g+w "$SITE/aliases"
  for program in smtpd smtp-send; do
    run "$BIN/$program" --check
    [ "$status" -eq 78 ]
    [[ "$output" == *"$SITE/aliases: others than its owner may write to it"* ]]
  done
  echo 'bugs: bob' >"$SITE/aliases"
  "$BIN/smtpd" --check
}

@test "what the queue names as a program and the aliases do not is not started" {
  with_places 0
  echo "bugs: |$SITE/program" >"$SITE/aliases"
  smtp 'EHLO c' 'MAIL FROM:<alice@example.test>' 'RCPT TO:<bugs@example.test>' DATA x . QUIT
  deliver
  echo "bugs: |$SITE/program other" >"$SITE/aliases"
  deliver
  deliver
  [ ! -e "$SITE/places/ran" ]
  grep -rq '5.1.1' "$SITE/alice/Maildir/new"
  run smtp 'EHLO c' 'MAIL FROM:<alice@example.test>' 'RCPT TO:<"|/bin/sh"@example.test>' QUIT
  [[ "$output" == *"550 5.1.1 "* ]]
}

@test "--check warns of an alias that leads to nobody, with file and line; mail is served" {
  printf '%s\n' '# names' 'team: alice, bob' 'dangling: alice, nosuchuser' 'round: round' >"$SITE/aliases"
  run "$BIN/smtpd" --check
  [ "$status" -eq 0 ]
  [[ "$output" == *"warning reason=\"$SITE/aliases:3: 'nosuchuser' is nobody here\""* ]]
  [[ "$output" == *"warning reason=\"$SITE/aliases:4: the alias leads to nobody\""* ]]
  [[ "$output" != *"$SITE/aliases:2"* ]]
  echo 'team: alice, bob' >"$SITE/aliases"
  run "$BIN/smtpd" --check
  [[ "$status" -eq 0 && "$output" != *"$SITE/aliases"* ]]
}
