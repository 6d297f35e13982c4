load site

setup() { site; }

@test "prints the id and stores CR LF as LF, a bare CR as a blank" {
  run bash -c 'printf "Subject: x\r\n\r\na\rb\r\n" | "$BIN/spool-put" alice@example.test'
  [ "$status" -eq 0 ]
  [ "${#output}" -eq 13 ]
  run "$BIN/spool" show "$output"
  [[ "$output" == *$'Subject: x\n\na b'* ]]
}

@test "an address named twice gets one copy" {
  run bash -c 'printf "Subject: x\n\n" | "$BIN/spool-put" alice@example.test alice@EXAMPLE.test bob@example.test'
  [ "$status" -eq 0 ]
  [ "$("$BIN/spool" show "$output" | grep -c '^to: ')" -eq 2 ]
}

@test "no sender, as it is written and as SMTP has it" {
  for none in '' '<>'; do
    run bash -c '"$BIN/spool-put" -f "$1" alice@example.test <<<"Subject: x"' - "$none"
    [ "$status" -eq 0 ]
    "$BIN/spool" show "$output" | grep -qx 'from: <>'
  done
}

@test "the message is safe, whether its id can be printed or not" {
  "$BIN/spool-put" alice@example.test <<<'Subject: x' >/dev/full
  [ "$(queued)" -eq 1 ]
}

@test "exit codes" {
  run "$BIN/spool-put" </dev/null
  [ "$status" -eq 64 ]
  run "$BIN/spool-put" 'not an address' </dev/null
  [ "$status" -eq 65 ]
  run "$BIN/spool-put" nobody@example.test </dev/null
  [ "$status" -eq 67 ]
  run "$BIN/spool-put" a@elsewhere.test </dev/null
  [ "$status" -eq 68 ]
  run bash -c 'head -c 3000 /dev/zero | "$BIN/spool-put" --max-size 2000 alice@example.test'
  [ "$status" -eq 65 ]
  for message in 'Subject: \0\n\n' 'Subject:\n\n\0\n'; do
    run bash -c "printf '$message' | '$BIN/spool-put' alice@example.test"
    [ "$status" -eq 65 ]
    [[ "$output" == *": a NUL in the message, octet 1"[01] ]]
  done
  run bash -c '{ yes 123456789 | head -c 100000; printf "\0"; } | "$BIN/sendmail" alice@example.test'
  [ "$status" -eq 65 ]
  [[ "$output" == *": a NUL in the message, octet 100001" ]]
  [ "$(queued)" -eq 0 ]
}
