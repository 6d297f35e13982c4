b64() { "$BIN/b64" "$@"; }

@test "agrees with coreutils both ways" {
  head -c 100001 /dev/urandom >"$BATS_TEST_TMPDIR/data"
  cd "$BATS_TEST_TMPDIR"
  for wrap in 76 0 1 19; do
    base64 -w "$wrap" data >theirs
    b64 -w "$wrap" data >ours
    cmp ours theirs
    b64 -d theirs | cmp - data
    b64 -d --strict <theirs | cmp - data
  done
  [ "$(printf 'foo' | b64 - /dev/null)" = Zm9v ]
}

@test "damage: the offset, the exit code, and what came before it" {
  run bash -c 'printf "Zm9v\nYm*y" | "$BIN/b64" -d'
  [ "$status" -eq 65 ]
  [[ "$output" == *"offset 7" ]]
  [ "$(printf 'Zm9v\nYm*y' | b64 -d 2>/dev/null)" = foo ]
  [ "$(printf 'Zm*9v*\n' | b64 -d -i)" = foo ]
  [ "$(printf 'Zm9vYg' | b64 -d)" = foob ]
  run bash -c 'printf "Zm9vYg" | "$BIN/b64" -d --strict'
  [ "$status" -eq 65 ]
  [[ "$output" == *"offset 6" ]]
}

@test "CR LF line ends" {
  cd "$BATS_TEST_TMPDIR"
  head -c 1001 /dev/urandom >data
  b64 --crlf data | cmp - <(base64 data | sed 's/$/\r/')
  b64 --crlf data | b64 -d --strict | cmp - data
}

@test "exit codes" {
  run b64 -w x
  [ "$status" -eq 64 ]
  run b64 -d -i --strict
  [ "$status" -eq 64 ]
  run b64 "$BATS_TEST_TMPDIR/none"
  [ "$status" -eq 66 ]
  run bash -c '"$BIN/b64" /dev/zero >/dev/full'
  [ "$status" -eq 75 ]
}

@test "memory stays small" {
  [ -z "$ASAN_OPTIONS" ] || skip "the sanitizer takes more"
  run bash -c 'ulimit -v 16000; head -c 100000000 /dev/zero | "$BIN/b64" | "$BIN/b64" -d | wc -c'
  [ "$output" -eq 100000000 ]
}

@test "a reader that goes away ends it without a word" {
  run bash -c 'set -o pipefail; head -c 10000000 /dev/zero | "$BIN/b64" 2>"$BATS_TEST_TMPDIR/error" | head -c 10 >/dev/null; echo "${PIPESTATUS[1]}"'
  [ "${lines[0]}" -eq 141 ]
  [ ! -s "$BATS_TEST_TMPDIR/error" ]
}
