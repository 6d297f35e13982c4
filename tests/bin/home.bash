# A site whose alice and bob are users of this host: as root one who may nothing, else who runs the tests.
homes() {
  site
  chmod go+x "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_TEST_TMPDIR" "$SITE"
  chmod 700 "$SITE"/{alice,bob}
  [ "$(id -u)" -ne 0 ] || sed -i 's/:0:0:/:65534:65534:/' "$SITE/users"
  theirs
}

# What a test has put into their homes belongs to them.
theirs() { [ "$(id -u)" -ne 0 ] || chown -hR 65534:65534 "$SITE"/{alice,bob}; }

# send RECIPIENT [TEXT]: through the queue, delivered as far as it goes.
send() {
  "$BIN/spool-put" -f sender@far.test "$1" <<<"${2:-$'Subject: x\n\ntext'}" >"$SITE/id"
  "$BIN/smtp-send" --once 2>>"$SITE/log"
}

# Tries again what was deferred.
again() {
  local file
  for file in "$SITE"/spool/queue/?/*.*.*; do
    [ -e "$file" ] && mv "$file" "${file%/*}/0000000001.${file#*.}"
  done
  "$BIN/smtp-send" --once 2>>"$SITE/log"
}

# A program NAME in alice's bin that does SCRIPT, which a shell reads.
program() {
  mkdir -p "$SITE/alice/bin"
  printf '#!/bin/sh\n%s\n' "$2" >"$SITE/alice/bin/$1"
  chmod 755 "$SITE/alice/bin/$1"
  theirs
}

# FILE of alice's home, with these lines.
home_file() {
  printf '%s\n' "${@:2}" >"$SITE/alice/$1"
  chmod go-w "$SITE/alice/$1"
  theirs
}
