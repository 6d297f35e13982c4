# What mime-encode builds, others read back byte for byte: files of every kind, names of every kind, every nesting.
load site

setup() { cd "$BATS_TEST_TMPDIR"; }
teardown() { [ -z "${PEER_PID:-}" ] || kill "$PEER_PID"; }

read_by() { python3 "$SOURCE/tests/bin/round_trip.py" "$1"; }

@test "Python reads all of it" { read_by python; }

@test "GMime reads all of it" {
  [ -x "$BIN/../gmime_parts" ] || skip "built without GMime"
  read_by gmime
}

@test "munpack reads all of it" { read_by munpack; }

@test "reformime reads all of it" { read_by reformime; }

@test "mutt reads all of it" { read_by mutt; }

@test "all of it goes through SMTP, the spool and the mailbox" {
  site
  coproc PEER { exec tcpserver -1 -HRl0 127.0.0.1 0 "$BIN/smtpd" 2>"$SITE/log"; }
  read -r port <&"${PEER[0]}"
  PEER="127.0.0.1:$port" read_by mail
}
