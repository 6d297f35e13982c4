qp() { "$BIN/qp" "$@"; }

@test "agrees with Python both ways" {
  cd "$BATS_TEST_TMPDIR"
  printf 'caf\303\251 = \t\n%0100d\nFrom x\n.\n' 7 >data
  qp data >encoded
  python3 -c 'import quopri,sys; sys.stdout.buffer.write(quopri.decodestring(open("encoded","rb").read()))' | cmp - data
  python3 -c 'import quopri,sys; sys.stdout.buffer.write(quopri.encodestring(open("data","rb").read()))' | qp -d | cmp - data
  [ -z "$(grep -E '.{77}|^From |^\.$| $' encoded)" ]
}

@test "binary data survives" {
  head -c 50001 /dev/urandom >"$BATS_TEST_TMPDIR/data"
  qp --binary "$BATS_TEST_TMPDIR/data" | qp -d --strict | cmp - "$BATS_TEST_TMPDIR/data"
  [ "$(printf 'a\r\n' | qp --binary)" = a=0D=0A ]
  [ "$(printf 'a\r\n' | qp)" = a ]
}

@test "damage stays as it is, or is refused" {
  [ "$(printf 'a=zz' | qp -d)" = a=zz ]
  run bash -c 'printf "a=zz" | "$BIN/qp" -d --strict'
  [ "$status" -eq 65 ]
  [[ "$output" == *"offset 1" ]]
  run qp "$BATS_TEST_TMPDIR/none"
  [ "$status" -eq 66 ]
  run qp --nonsense
  [ "$status" -eq 64 ]
}

@test "memory stays small" {
  [ -z "$ASAN_OPTIONS" ] || skip "the sanitizer takes more"
  run bash -c 'ulimit -v 16000; head -c 50000000 /dev/zero | "$BIN/qp" | "$BIN/qp" -d | wc -c'
  [ "$output" -eq 50000000 ]
}
