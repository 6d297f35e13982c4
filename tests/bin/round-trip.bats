# What mime-encode builds, others read back byte for byte: files of every kind, names of every kind, every nesting.
setup() { cd "$BATS_TEST_TMPDIR"; }

read_by() { python3 "$SOURCE/tests/bin/round_trip.py" "$1"; }

@test "Python reads all of it" { read_by python; }

@test "GMime reads all of it" {
  [ -x "$BIN/../gmime_parts" ] || skip "built without GMime"
  read_by gmime
}

@test "munpack reads all of it" { read_by munpack; }

@test "reformime reads all of it" { read_by reformime; }

@test "mutt reads all of it" { read_by mutt; }
