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
