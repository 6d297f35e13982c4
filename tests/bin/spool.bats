load site

setup() { site; }

@test "list, show and check" {
  id=$("$BIN/spool-put" alice@example.test <<<'Subject: look')
  run "$BIN/spool" list
  [[ "$output" == "$id  "*"  example.test" ]]
  run "$BIN/spool" show "$id"
  [[ "$output" == "tubepost 1"*"Subject: look"* ]]
  run "$BIN/spool" check
  [ "$status" -eq 0 ]
  [ "$output" = "1 messages, 0 damaged or incomplete" ]
  run "$BIN/spool" show 0000000000000
  [ "$status" -eq 66 ]
  run "$BIN/spool" nonsense
  [ "$status" -eq 64 ]
}
