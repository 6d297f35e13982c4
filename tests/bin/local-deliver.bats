load site

setup() { site; }

@test "delivers with the envelope on top" {
  SENDER=a@b.test RECIPIENT=alice@example.test "$BIN/local-deliver" --user=alice <<<'Subject: x'
  run cat "$SITE"/alice/Maildir/new/*
  [ "$output" = $'Return-Path: <a@b.test>\nDelivered-To: alice@example.test\nSubject: x' ]
  [ -z "$(ls "$SITE/alice/Maildir/tmp")" ]
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
