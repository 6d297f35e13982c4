load site

setup() { site; }

@test "a password that was set opens the mailbox, and only it" {
  "$BIN/set-password" bob <<<'correct horse'
  printf 'bob\0correct horse\0\0' >"$SITE/good"
  printf 'bob\0wrong\0\0' >"$SITE/bad"
  run "$BIN/check-password" -- true 3<"$SITE/good"
  [ "$status" -eq 0 ]
  run "$BIN/check-password" -- true 3<"$SITE/bad"
  [ "$status" -eq 77 ]
  grep -q '^alice:\*:' "$SITE/users"
}

@test "exit codes, and a failure leaves the file as it was" {
  cp "$SITE/users" "$SITE/before"
  run "$BIN/set-password" nobody <<<x
  [ "$status" -eq 67 ]
  run "$BIN/set-password" bob </dev/null
  [ "$status" -eq 65 ]
  run "$BIN/set-password" <<<x
  [ "$status" -eq 64 ]
  cmp "$SITE/users" "$SITE/before"
}
