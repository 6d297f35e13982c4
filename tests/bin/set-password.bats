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

@test "the line may end with CRLF, and holds no control characters" {
  long=$(printf '%0255d' 7)
  for password in 'correct horse' "$long"; do
    printf '%s\r\n' "$password" | "$BIN/set-password" bob
    printf 'bob\0%s\0\0' "$password" >"$SITE/good"
    "$BIN/check-password" -- true 3<"$SITE/good"
  done
  for bad in 'a\rb\n' 'a\r' 'a\tb\n' 'a\033b\n' 'a\0b\n' 'a\nb\n' '\r\n' "${long}7\r\n" "$long\r\nx"; do
    run bash -c 'printf "$1" | "$BIN/set-password" bob' - "$bad"
    [ "$status" -eq 65 ]
  done
  "$BIN/check-password" -- true 3<"$SITE/good"
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

@test "what could not be written whole is not left beside it, as it holds every hash" {
  cp "$SITE/users" "$SITE/before"
  for failing in fsync rename; do
    run strace -f -o /dev/null -e "trace=$failing" -e "inject=$failing:error=EIO" "$BIN/set-password" bob <<<x
    [ "$status" -eq 74 ]
    cmp "$SITE/users" "$SITE/before"
    [ ! -e "$SITE/users.new" ]
  done
}

@test "keys for SCRAM are kept on request, with a secret that nobody else reads" {
  "$BIN/set-password" --scheme=scram-sha-256 --iterations=5000 bob <<<'correct horse'
  grep -q '^bob:{SCRAM-SHA-256}5000,[A-Za-z0-9+/=]*,[A-Za-z0-9+/=]*,[A-Za-z0-9+/=]*:' "$SITE/users"
  [ "$(stat -c %a "$SITE/users.secret")" = 600 ]
  printf 'bob\0correct horse\0\0' >"$SITE/good"
  "$BIN/check-password" -- true 3<"$SITE/good"
  for wrong in --scheme=md5 --iterations=1; do
    run "$BIN/set-password" --scheme=scram-sha-256 "$wrong" bob <<<x
    [ "$status" -eq 64 ]
  done
}
