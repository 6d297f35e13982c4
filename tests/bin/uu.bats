uu() { "$BIN/uu" "$@"; }

setup() { cd "$BATS_TEST_TMPDIR"; }

@test "agrees with sharutils both ways" {
  command -v uuencode >/dev/null || skip "needs sharutils"
  for size in 0 1 2 3 44 45 46 100001; do
    head -c "$size" /dev/urandom >data
    chmod 640 data
    uuencode data data | cmp - <(uu data)
    uu data | uudecode -o /dev/stdout | cmp - data
    uuencode data data | uu -d --strict | cmp - data
    uuencode -m data data | uu -d --strict | cmp - data
  done
}

@test "the first line says what is wanted" {
  printf x >"a b"
  chmod 750 "a b"
  [ "$(uu "a b" | head -n 1)" = 'begin 750 a b' ]
  [ "$(uu "$PWD/a b" -m 4644 -n other | head -n 1)" = 'begin 4644 other' ]
  [ "$(printf x | uu)" = $'begin 644 -\n!>```\n`\nend' ]
  [ "$(printf xyz | uu --crlf)" = $'begin 644 -\r\n#>\'EZ\r\n`\r\nend\r' ]
}

@test "lines as long as wanted" {
  head -c 1000 /dev/urandom >data
  for columns in 5 7 33 61 85 0; do
    uu -w "$columns" data >encoded
    [ "$columns" -eq 0 ] || ! sed '1d;$d' encoded | grep -qE ".{$((columns + 1))}"
    uu -d --strict encoded | cmp - data
  done
}

@test "files in letters come out one behind the other, and nothing is written but standard output" {
  printf one >one
  printf two >two
  { echo Hello; uu one; echo; uu two | tr '`' ' '; echo bye; } >letter
  rm one two
  [ "$(uu -d letter)" = onetwo ]
  [ "$(ls)" = letter ]
}

@test "damage: the offset, the exit code, and what came before it" {
  printf 'begin 644 x\n#0V%%T\nfooter\n#0V%%T\n`\nend\n' >broken
  run uu -d broken
  [ "$status" -eq 65 ]
  [[ "$output" == "Catuu: "*"offset 18" ]]
  [ "$(uu -d -i broken)" = CatCat ]
  printf 'begin 644 x\n#0V%%T\n' >short
  run uu -d short
  [ "$status" -eq 65 ]
  [[ "$output" == "Catuu: "*"offset 18" ]]
  [ "$(uu -d -i short)" = Cat ]
  printf 'text\nbegin 644 x\n#0V%%T\n`\nend\n' >text
  [ "$(uu -d text)" = Cat ]
  run uu -d --strict text
  [ "$status" -eq 65 ]
  [[ "$output" == *"offset 0" ]]
  run uu -d -i /dev/null
  [ "$status" -eq 65 ]
  [[ "$output" == *"no line 'begin MODE NAME'" ]]
}

@test "exit codes" {
  for wrong in "-w 4" "-w 86" "-m 8" "-m 7777777" "--name=" "-d -i --strict"; do
    run uu $wrong /dev/null
    [ "$status" -eq 64 ]
  done
  run uu none
  [ "$status" -eq 66 ]
  run bash -c '"$BIN/uu" /dev/zero >/dev/full'
  [ "$status" -eq 75 ]
}

@test "memory stays small" {
  [ -z "$ASAN_OPTIONS" ] || skip "the sanitizer takes more"
  run bash -c 'ulimit -v 16000; head -c 50000000 /dev/zero | "$BIN/uu" | "$BIN/uu" -d | wc -c'
  [ "$output" -eq 50000000 ]
  run bash -c 'ulimit -v 16000; tr "\0" x </dev/zero | head -c 50000000 | "$BIN/uu" -d'
  [ "$status" -eq 65 ]
}
