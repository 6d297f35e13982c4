load site

setup() {
  site
  mkdir "$SITE/grey"
  printf '%s\n' 'greylist = 300' "greylist-dir = $SITE/grey" 'tarpit = 0' >>"$TUBEPOST_CONF"
}

# from ADDRESS SENDER RECIPIENT: the reply to RCPT.
from() {
  printf '%s\r\n' 'EHLO c' "MAIL FROM:<$2>" "RCPT TO:<$3>" QUIT | PROTO=TCP TCPREMOTEIP=$1 "$BIN/smtpd" 2>>"$SITE/log" | sed -n '/^250 HELP/,$p' | sed -n 3p
}

# later SECONDS: what is remembered is that much older.
later() {
  python3 - "$SITE/grey" "$1" <<'PY'
import pathlib, sys
for path in pathlib.Path(sys.argv[1]).iterdir():
    lines = [f"{int(l[:10]) - int(sys.argv[2]):010} {int(l[11:21]) - int(sys.argv[2]):010}{l[21:]}" for l in path.read_text().splitlines()]
    path.write_text("".join(line + "\n" for line in lines))
PY
}

@test "a new client waits, and is then let in, also from its neighbour's address" {
  run from 192.0.2.9 a@b.test bob@example.test
  [[ "$output" == "450 4.7.1 you are new here: try again in "* ]]
  run from 192.0.2.9 a@b.test bob@example.test
  [[ "$output" == "450 4.7.1 "* ]]
  later 300
  for address in 192.0.2.9 192.0.2.77; do
    run from "$address" A@b.test Bob@example.test
    [[ "$output" == "250 2.1.5 "* ]]
  done
  run from 192.0.2.9 a@b.test alice@example.test
  [[ "$output" == "450 4.7.1 "* ]]
  run from 192.0.3.9 a@b.test bob@example.test
  [[ "$output" == "450 4.7.1 "* ]]
  # It is forgotten in the end.
  later $((36 * 86400))
  run from 192.0.2.9 a@b.test bob@example.test
  [[ "$output" == "450 4.7.1 "* ]]
}

@test "what is remembered can be read, and nobody else may" {
  from 2001:db8::9 a@b.test bob@example.test
  file=$(find "$SITE/grey" -type f)
  [ "$(stat -c %a "$file")" = 600 ]
  [[ "$(cat "$file")" == [0-9]*" 00000 "*" 2001:db8::/64 a@b.test > bob@example.test "* ]]
  [ "$(stat -c %s "$file")" -eq 160 ]
}

@test "a network that has come back often enough waits no more" {
  echo 'greylist-allow-after = 2' >>"$TUBEPOST_CONF"
  for sender in a b; do from 192.0.2.9 "$sender@b.test" bob@example.test; done
  later 300
  for sender in a b c; do
    run from 192.0.2.9 "$sender@b.test" bob@example.test
    [[ "$output" == "250 2.1.5 "* ]]
  done
}

@test "postmaster, neighbours, users' networks and rules of access do not wait" {
  printf '%s\n' 'relay-network = 192.0.2.8' "access = $SITE/access" >>"$TUBEPOST_CONF"
  echo 'client 192.0.2.7 ok' >"$SITE/access"
  run from 192.0.2.9 a@b.test postmaster@example.test
  [[ "$output" == "250 2.1.5 "* ]]
  for address in 127.0.0.1 192.0.2.8 192.0.2.7; do
    run from "$address" a@b.test bob@example.test
    [[ "$output" == "250 2.1.5 "* ]]
  done
  [ -z "$(ls "$SITE/grey")" ]
}

@test "a directory that is not there is named by --check, and blocks no mail" {
  rmdir "$SITE/grey"
  run "$BIN/smtpd" --check
  [ "$status" -eq 78 ]
  [[ "$output" == *"greylist-dir: "* ]]
  run from 192.0.2.9 a@b.test bob@example.test
  [[ "$output" == "250 2.1.5 "* ]]
  grep -q greylist-trouble "$SITE/log"
}

@test "many clients at once make no more files than there may be, and lose nothing" {
  for i in $(seq 20); do from 192.0.2.9 "a$i@b.test" bob@example.test & done >"$SITE/heard"
  wait
  [ "$(grep -c '^450 4.7.1 ' "$SITE/heard")" -eq 20 ]
  [ "$(find "$SITE/grey" -type f | wc -l)" -eq 1 ]
  [ "$(sort -u "$(find "$SITE/grey" -type f)" | wc -l)" -eq 20 ]
}
