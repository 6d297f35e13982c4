# Everything at once to one spool: writers, a runner, a host that often says no, and operators (spool_load.py).
load site

@test "whatever operators do meanwhile, each recipient has his message once, unless it was said to be deleted" {
  site
  run python3 "$SOURCE/tests/bin/spool_load.py" 80 $RANDOM
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == "80 messages, "*" 0 wrong"* ]]
}
