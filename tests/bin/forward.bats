# What users' .forward and .qmail files make of their mail.
load site
load home

setup() { homes; }

@test "an address, a local name and the mailbox itself" {
  home_file .forward '# where it goes' 'bob, \alice'
  send alice@example.test
  [ "$(queued)" -eq 1 ]
  again
  [ "$(queued)" -eq 0 ]
  [ "$(delivered alice)" -eq 1 ]
  run cat "$SITE"/bob/Maildir/new/*
  [ "$output" = $'Return-Path: <sender@far.test>\nDelivered-To: bob\nDelivered-To: alice@example.test\nSubject: x\n\ntext' ]
}

@test "a program gets the message and knows for whom" {
  program keep 'cat >"$HOME/got"; env | sort >"$HOME/env"; printf "%s\n" "$@" >"$HOME/arguments"; pwd >"$HOME/place"'
  home_file .forward '"|bin/keep one '"'two, three'"' \"four five\""'
  send alice+lists@example.test
  [ "$(queued)" -eq 0 ]
  [ "$(delivered alice)" -eq 0 ]
  run cat "$SITE/alice/got"
  [ "$output" = $'Return-Path: <sender@far.test>\nDelivered-To: alice+lists@example.test\nSubject: x\n\ntext' ]
  run cat "$SITE/alice/arguments"
  [ "$output" = $'one\ntwo, three\nfour five' ]
  [ "$(cat "$SITE/alice/place")" = "$SITE/alice" ]
  grep -vE '^(_|PWD|OLDPWD|SHLVL|RPLINE|DTLINE)=|^$' "$SITE/alice/env" >"$SITE/env"
  diff "$SITE/env" - <<ENV
EXT=lists
HOME=$SITE/alice
HOST=example.test
LOCAL=alice+lists
LOGNAME=alice
PATH=/usr/local/bin:/usr/bin:/bin
RECIPIENT=alice+lists@example.test
SENDER=sender@far.test
SHELL=/bin/sh
USER=alice
ENV
}

@test "a .qmail: addresses, programs, Maildirs and mbox files, a line each" {
  program keep 'cat >"$HOME/got"'
  home_file .qmail '# all of it' '&bob@example.test' '|bin/keep' './Maildir/' './box' './other/'
  send alice@example.test
  again
  [ "$(queued)" -eq 0 ]
  [ "$(delivered bob)" -eq 1 ]
  [ "$(delivered alice)" -eq 1 ]
  [ "$(find "$SITE/alice/other/new" -type f | wc -l)" -eq 1 ]
  grep -q '^From sender@far.test ' "$SITE/alice/box"
  [ -s "$SITE/alice/got" ]
  # One without a line says nothing.
  home_file .qmail '# nothing'
  send alice@example.test
  [ "$(delivered alice)" -eq 2 ]
}

@test "subaddresses have files of their own" {
  home_file .forward '\alice'
  home_file .forward+one "$SITE/alice/one"
  home_file .qmail-two './two'
  home_file .qmail-list-default './list'
  home_file .qmail-a:b './dotted'
  local name
  for name in one two list-this a.b; do
    send "alice+$name@example.test"
    [ "$(queued)" -eq 0 ]
    [ "$(delivered alice)" -eq 0 ]
  done
  for name in one two list dotted; do [ "$(grep -c '^Subject' "$SITE/alice/$name")" -eq 1 ]; done
  send alice-two@EXAMPLE.test
  [ "$(grep -c '^Subject' "$SITE/alice/two")" -eq 2 ]
  send alice+other@example.test
  [ "$(delivered alice)" -eq 1 ]
  # A slash leads nowhere else.
  home_file .forward+x/y 'bob' 2>/dev/null || true
  send '"alice+../alice/.forward+one"@example.test'
  [ "$(delivered alice)" -eq 2 ]
}

@test "what a program's exit means" {
  local status
  program end 'echo "not $1" >&2; exit "$1"'
  for status in 67 69 77 100; do
    home_file .forward "|bin/end $status"
    send alice@example.test
    tail -n 2 "$SITE/log" | grep -q "failed to=alice@example.test status=5.*end .*: not $status"
    rm -f "$SITE"/spool/queue/?/*
  done
  for status in 1 71 75 78 111 127; do
    home_file .forward "|bin/end $status"
    send alice@example.test
    tail -n 1 "$SITE/log" | grep -q "deferred to=alice@example.test status=4.3.0 .*end ended with $status: not $status"
    rm "$SITE"/spool/queue/?/*
  done
  # qmail's word for: the rest is left out.
  home_file .forward '|bin/end 99' "$SITE/alice/box"
  send alice@example.test
  [ "$(queued)" -eq 0 ]
  [ ! -e "$SITE/alice/box" ]
  home_file .forward '|bin/missing'
  send alice@example.test
  tail -n 1 "$SITE/log" | grep -q 'deferred .*bin/missing is no program that can be started'
}

@test "what has to be tried again does not repeat the rest" {
  program fail 'exit 75'
  program once 'echo x >>"$HOME/once"'
  home_file .forward '|bin/once' 'bob' '|bin/fail' "$SITE/alice/box"
  send alice@example.test
  again
  again
  [ "$(wc -l <"$SITE/alice/once")" -eq 1 ]
  [ "$(grep -c ^Subject "$SITE/alice/box")" -eq 1 ]
  [ "$(delivered bob)" -eq 1 ]
  [ "$(queued)" -eq 1 ]
  program fail 'exit 0'
  again
  [ "$(queued)" -eq 0 ]
  [ "$(wc -l <"$SITE/alice/once")" -eq 1 ]
  [ "$(grep -c ^Subject "$SITE/alice/box")" -eq 1 ]
  [ "$(delivered bob)" -eq 1 ]
}

@test "a program that takes too long, writes too much, or leaves others behind" {
  echo 'program-timeout = 1' >>"$SITE/tubepost.conf"
  program hang 'mkfifo "$HOME/never"; read word <"$HOME/never"'
  home_file .forward '|bin/hang'
  send alice@example.test
  tail -n 1 "$SITE/log" | grep -q 'deferred .*bin/hang was stopped: it took too long'
  run pgrep -f "$SITE/alice/bin/hang"
  [ "$status" -eq 1 ]
  rm "$SITE"/spool/queue/?/*
  sed -i 's/program-timeout.*/program-timeout = 60/' "$SITE/tubepost.conf"
  program talk 'while :; do echo "a line that nobody wants to read"; done'
  home_file .forward '|bin/talk'
  send alice@example.test
  tail -n 1 "$SITE/log" | grep -q 'deferred .*bin/talk was stopped: it wrote too much'
  rm "$SITE"/spool/queue/?/*
  program leave 'mkfifo "$HOME/always"; { read word <"$HOME/always"; } & exit 0'
  home_file .forward '|bin/leave'
  send alice@example.test
  [ "$(queued)" -eq 0 ]
  run pgrep -f "$SITE/alice/bin/leave"
  [ "$status" -eq 1 ]
}

@test "a program that goes over to another group of processes has no more time" {
  cat >"$SITE/alice/away" <<'PROGRAM'
#!/usr/bin/python3
import os, time
ready, told = os.pipe()
ended, held = os.pipe()
other = os.fork()
if other == 0:
    os.close(held)
    os.setpgid(0, 0)
    os.write(told, b"x")
    os.read(ended, 1)
else:
    os.read(ready, 1)
    os.setpgid(0, other)
    time.sleep(100)
PROGRAM
  chmod 755 "$SITE/alice/away"
  home_file .forward '|./away'
  echo 'program-timeout = 1' >>"$TUBEPOST_CONF"
  SECONDS=0
  send alice@example.test
  [ "$SECONDS" -lt 30 ]
  grep -q 'it took too long' "$SITE/log"
  ! grep -q trouble "$SITE/log"
}

@test "what comes back is a loop" {
  home_file .forward 'bob'
  echo alice >"$SITE/bob/.forward"
  theirs
  send alice@example.test
  again
  again
  again
  grep -q 'failed to=bob status=5.4.6 .*loop: Delivered-To: bob' "$SITE/log"
  [ "$(grep -c forwarded "$SITE/log")" -eq 3 ]
  rm -f "$SITE"/spool/queue/?/* "$SITE"/{alice,bob}/.forward
  echo 'max-hops = 2' >>"$SITE/tubepost.conf"
  send alice@example.test $'Received: a\nReceived: b\nDelivered-To: c\nSubject: x\n\n.'
  tail -n 2 "$SITE/log" | grep -q 'failed .*5.4.6 .*it has made 3 hops'
}

@test "what cannot be understood waits, and the log names the line" {
  local line
  for line in ':include:/etc/passwd' '|cat > /tmp/x' '|a; b' '"unfinished' '|' 'a b c@' '/x/../../etc/x'; do
    home_file .forward '# comment' "$line"
    send alice@example.test
    grep -F "$SITE/alice/.forward:2: " "$SITE/log" | grep -q 'home-refused .*user=alice'
    tail -n 1 "$SITE/log" | grep -q 'deferred to=alice@example.test status=4.3.0'
    rm "$SITE"/spool/queue/?/* "$SITE/log"
  done
}

@test "forwardings are safe before the message goes, and one that was is not repeated" {
  home_file .forward 'bob' '\bob' "$SITE/alice/box"
  "$BIN/spool-put" -f a@far.test alice@example.test <<<'Subject: x' >/dev/null
  # Of two copies the second is never safe: its file cannot be synced.
  strace -f -o /dev/null -e trace=fsync -e inject=fsync:error=EIO:when=3 "$BIN/smtp-send" --once 2>"$SITE/log"
  grep -q 'deferred to=alice@example.test status=4.3.0 .*could not be sent on' "$SITE/log"
  [ "$(queued)" -eq 2 ]
  again
  again
  [ "$(queued)" -eq 0 ]
  [ "$(delivered bob)" -eq 2 ]
  [ "$(grep -c ^Subject "$SITE/alice/box")" -eq 1 ]
}

@test "local-deliver does the same, and ends with what has come of it" {
  program keep 'cat >"$HOME/got"'
  program fail 'exit 75'
  home_file .forward '|bin/keep'
  RECIPIENT=alice@example.test SENDER=a@b.test "$BIN/local-deliver" --user=alice <<<'Subject: x'
  [ -s "$SITE/alice/got" ]
  home_file .forward '|bin/fail' "$SITE/alice/box"
  RECIPIENT=alice@example.test run "$BIN/local-deliver" --user=alice <<<'Subject: x'
  [ "$status" -eq 75 ]
  [ ! -e "$SITE/alice/box" ]
  home_file .forward 'bob'
  RECIPIENT=alice@example.test "$BIN/local-deliver" --user=alice <<<'Subject: x'
  [ "$(queued)" -eq 1 ]
}

@test "what goes to another domain has its sender rewritten, and one's own address is known at every domain" {
  echo other.test >>"$SITE/domains"
  echo 'far.test 127.0.0.1:1' >"$SITE/routes"
  printf "%s\n" "srs-secret = $SITE/secret" "srs-domain = srs.test" >>"$SITE/tubepost.conf"
  (umask 077 && echo 'a secret of many letters' >"$SITE/secret")
  home_file .forward 'x@far.test, bob, alice@OTHER.test'
  send alice@example.test
  [ "$(delivered alice)" -eq 1 ]
  [ "$(queued)" -eq 2 ]
  grep -hA 1 '^from:' "$SITE"/spool/queue/?/* >"$SITE/envelopes"
  grep -A 1 '^from: <SRS0=.*=far.test=sender@srs.test>' "$SITE/envelopes" | grep -q '<x@far.test>'
  grep -A 1 '^from: <sender@far.test>' "$SITE/envelopes" | grep -q '<bob>'
}
