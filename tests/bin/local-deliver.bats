load site

setup() { site; }

@test "delivers with the envelope on top" {
  SENDER=a@b.test RECIPIENT=alice@example.test "$BIN/local-deliver" --user=alice <<<'Subject: x'
  run cat "$SITE"/alice/Maildir/new/*
  [ "$output" = $'Return-Path: <a@b.test>\nDelivered-To: alice@example.test\nSubject: x' ]
  [ -z "$(ls "$SITE/alice/Maildir/tmp")" ]
}

@test "a Return-Path and a Content-Length that came with it go: from the Maildir, an mbox file and what a program reads" {
  came=$'Return-Path: <forged@x.test>\nSubject: x\nreturn-path:\n <folded@x.test>\nContent-Length: 3\n\nReturn-Path: text\n'
  printf '%s\n' '\alice' "$SITE/alice/box" '|program' >"$SITE/alice/.forward"
  mkdir "$SITE/alice/bin"
  printf '#!/bin/sh\ncat >"$HOME/read"\n' >"$SITE/alice/bin/program"
  chmod 755 "$SITE/alice/bin/program"
  sed -i 's/^|program/|bin\/program/' "$SITE/alice/.forward"
  if [ "$(id -u)" -eq 0 ]; then
    sed -i 's/:0:0:/:65534:65534:/' "$SITE/users"
    chmod go+x "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_TEST_TMPDIR" "$SITE"
    chown -R 65534:65534 "$SITE/alice"
  fi
  SENDER=a@b.test RECIPIENT=alice@example.test "$BIN/local-deliver" --user=alice <<<"$came"
  wanted=$'Return-Path: <a@b.test>\nDelivered-To: alice@example.test\nSubject: x\n\nReturn-Path: text'
  for file in "$SITE"/alice/Maildir/new/* "$SITE/alice/read" <(tail -n +2 "$SITE/alice/box"); do
    run cat "$file"
    [ "$output" = "$wanted" ]
  done
  # The spool keeps the message as it came.
  printf '%s\n' "$came" | "$BIN/spool-put" -f a@b.test bob@example.test
  grep -q forged@x.test "$SITE"/spool/queue/?/*
}

@test "exit codes" {
  run "$BIN/local-deliver" --user=nobody </dev/null
  [ "$status" -eq 67 ]
  RECIPIENT=$'alice\nX: y' run "$BIN/local-deliver" --user=alice <<<'Subject: x'
  [ "$status" -eq 65 ]
  RECIPIENT=alice@example.test run "$BIN/local-deliver" --user=alice <<<'Delivered-To: alice@example.test'
  [ "$status" -eq 69 ]
  [ "$(delivered alice)" -eq 0 ]
  mkdir -p "$SITE/alice/Maildir/new"
  rm -rf "$SITE/alice"
  echo >"$SITE/alice"
  run "$BIN/local-deliver" --user=alice <<<'Subject: x'
  [ "$status" -eq 71 ]
}

@test "what cannot be made safe in new/ is not left there to be delivered again" {
  mkdir -p "$SITE"/alice/Maildir/{cur,new,tmp}
  RECIPIENT=alice@example.test run strace -f -o /dev/null -e trace=fsync -e inject=fsync:error=EIO:when=2 \
    "$BIN/local-deliver" --user=alice <<<'Subject: x'
  [ "$status" -eq 74 ]
  [ "$(delivered alice)" -eq 0 ]
  [ -z "$(ls "$SITE/alice/Maildir/tmp")" ]
}
