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

@test "lines as long as wanted" {
  [ "$(printf 'abcdef\303\251\n' | qp -w 4)" = $'abc=\ndef=\n=C3=\n=A9' ]
  [ "$(printf '%0200d\n' 7 | qp -w 0)" = "$(printf '%0200d' 7)" ]
  [ "$(printf 'a\nb \n' | qp --crlf)" = $'a\r\nb=20\r' ]
  printf '%0200d\n' 7 | qp --crlf | qp -d --strict | cmp - <(printf '%0200d\r\n' 7)
}

@test "damage stays as it is, is left out, or is refused" {
  [ "$(printf 'a=zz' | qp -d)" = a=zz ]
  [ "$(printf 'a=zz' | qp -d -i)" = azz ]
  run bash -c 'printf "a=zz" | "$BIN/qp" -d --strict'
  [ "$status" -eq 65 ]
  [[ "$output" == "aqp: "*"offset 1" ]]
}

@test "strict names the first byte that the RFC does not write" {
  refused() { # OFFSET TEXT
    run bash -c 'printf "$1" | "$BIN/qp" -d --strict 2>&1 >/dev/null' - "$2"
    [ "$status" -eq 65 ]
    [[ "$output" == *"offset $1" ]]
  }
  refused 2 'a\n=c3'
  refused 1 'a \n'
  refused 1 'a\001'
  refused 2 'ab\303\251'
  refused 1 'a=  \nb'
  refused 1 'a\rb'
  refused 2 'ab='
  refused 76 "$(printf '%077d' 0)"
  printf '%076d\n=C3=A9\tx\r\n' 0 | qp -d --strict
}

@test "exit codes" {
  run qp "$BATS_TEST_TMPDIR/none"
  [ "$status" -eq 66 ]
  run qp --nonsense
  [ "$status" -eq 64 ]
  run qp -w 3
  [ "$status" -eq 64 ]
  run qp -d -i --strict
  [ "$status" -eq 64 ]
  run bash -c '"$BIN/qp" /dev/zero >/dev/full'
  [ "$status" -eq 75 ]
}

@test "memory stays small" {
  [ -z "$ASAN_OPTIONS" ] || skip "the sanitizer takes more"
  run bash -c 'ulimit -v 16000; head -c 50000000 /dev/zero | "$BIN/qp" | "$BIN/qp" -d | wc -c'
  [ "$output" -eq 50000000 ]
}
