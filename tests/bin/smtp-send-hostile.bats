# smtp-send and hosts that misbehave at every step.
load site
load peers

@test "whatever a host does, its message is in the queue, returned or taken, and never taken twice" {
  site
  certificate
  run timeout 220 python3 "$SOURCE/tests/bin/bad_hosts.py" "$SITE/host.pem"
  echo "$output"
  [ "$status" -eq 0 ]
}
