load site

setup() { site; }

@test "200 kills of smtpd and smtp-send under load lose nothing that was acknowledged" {
  run python3 "$SOURCE/tests/crash/kill.py" 100
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == *" 0 lost, "* ]]
}
