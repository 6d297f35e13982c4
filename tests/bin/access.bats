load site

setup() {
  site
  echo "access = $SITE/access" >>"$TUBEPOST_CONF"
}

# from ADDRESS LINES...: a client with this address.
from() {
  local address=$1
  shift
  printf '%s\r\n' "$@" | PROTO=TCP TCPREMOTEIP=$address "$BIN/smtpd"
}

# serve N LINE...: N connections to an smtpd that accepts them itself, from loopback; prints the first line that it
# says at first and to each LINE.
serve() {
  python3 - "$BIN/smtpd" "$@" <<'PY'
import os, signal, socket, sys
listening = socket.create_server(("127.0.0.1", 0))
child = os.fork()
if child == 0:
    os.dup2(listening.fileno(), 3)
    os.set_inheritable(3, True)
    os.environ["LISTEN_FDS"], os.environ["LISTEN_PID"] = "1", str(os.getpid())
    os.execv(sys.argv[1], sys.argv[1:2])
try:
    for number in range(int(sys.argv[2])):
        with socket.create_connection(listening.getsockname()) as client:
            heard = client.makefile("rb")
            print(heard.readline().decode(), end="")
            try:
                for line in sys.argv[3:]:
                    client.sendall(line.encode() + b"\r\n")
                    print(heard.readline().decode(), end="")
            except ConnectionError:
                pass  # it has hung up
finally:
    os.kill(child, signal.SIGTERM)
    os.waitpid(child, 0)
PY
}

@test "a client that is rejected hears it instead of the greeting, and only QUIT does something" {
  printf '%s\n' 'client 192.0.2.1 ok' 'client 192.0.2.0/24 reject no mail from your network' >"$SITE/access"
  run from 192.0.2.9 'EHLO c' 'MAIL FROM:<a@b.test>' QUIT
  [ "$status" -eq 0 ]
  [[ "${lines[*]}" == *"554 no mail from your network"* ]]
  [ "$(grep -c '^503 ' <<<"$output")" -eq 2 ]
  [[ "$output" == *"221 2.0.0 "* ]]
  run from 192.0.2.1 'EHLO c' 'MAIL FROM:<a@b.test>' QUIT
  [[ "$output" == *"250 2.1.0 sender ok"* ]]
}

@test "a client that is to come later is told so in place of the greeting, and nothing else" {
  printf '%s\n' 'client 192.0.2.0/24 defer come back tomorrow' >"$SITE/access"
  run from 192.0.2.9 'EHLO c' QUIT
  [ "$status" -eq 0 ]
  [ "$(grep -c '^[0-9]' <<<"$output")" -eq 1 ]
  [[ "$output" == *"421 4.7.1 mx.example.test come back tomorrow"* ]]
}

@test "names, senders and recipients are judged where they are said" {
  printf '%s\n' 'helo .bad.test reject' 'sender spam.test defer come back' 'recipient bob@example.test reject not him' >"$SITE/access"
  run from 192.0.2.9 'EHLO mx.bad.test' 'EHLO good.test' 'MAIL FROM:<x@a.spam.test>' 'MAIL FROM:<x@good.test>' \
    'RCPT TO:<bob@example.test>' 'RCPT TO:<alice@example.test>' QUIT
  [[ "$output" == *"550 5.7.1 refused by a rule of this site"* ]]
  [[ "$output" == *"450 4.7.1 come back"* ]]
  [[ "$output" == *"550 5.7.1 not him"* ]]
  [[ "$output" == *"250 2.1.5 recipient ok"* ]]
}

@test "a wrong access file is named with its line" {
  printf '%s\n' 'client 192.0.2.0/24 reject' 'client 192.0.2.0/33 reject' >"$SITE/access"
  run "$BIN/smtpd" --check
  [ "$status" -eq 78 ]
  [[ "$output" == *"access:2: '192.0.2.0/33' is not a network"* ]]
}

@test "messages and recipients a minute are counted over all connections of a source" {
  printf '%s\n' 'messages-per-minute = 3' >>"$TUBEPOST_CONF"
  run serve 5 'HELO c' 'MAIL FROM:<a@b.test>'
  # The clock may begin a new minute in the middle.
  [ "$(grep -c '^450 4.7.0 too many messages' <<<"$output")" -ge 1 ]
  [ "$(grep -c '^250 2.1.0' <<<"$output")" -ge 3 ]
}

@test "connections a minute are counted, and relay-network is not" {
  printf '%s\n' 'connections-per-minute = 3' >>"$TUBEPOST_CONF"
  run serve 8 QUIT
  [ "$(grep -c '^421 4.3.2 ' <<<"$output")" -ge 2 ]
  [ "$(grep -c '^220 ' <<<"$output")" -ge 3 ]
  echo 'relay-network = 127.0.0.0/8' >>"$TUBEPOST_CONF"
  run serve 8 QUIT
  [ "$(grep -c '^220 ' <<<"$output")" -eq 8 ]
}

@test "a client that a rule lets in has no limits a minute but that of connections" {
  printf '%s\n' 'messages-per-minute = 1' 'recipients-per-minute = 1' 'connections-per-minute = 3' >>"$TUBEPOST_CONF"
  echo 'client 127.0.0.1 ok' >"$SITE/access"
  run serve 3 'HELO c' 'MAIL FROM:<a@b.test>' 'RCPT TO:<bob@example.test>' 'RCPT TO:<alice@example.test>'
  [ "$(grep -c '^250 2.1.0' <<<"$output")" -eq 3 ]
  [ "$(grep -c '^250 2.1.5' <<<"$output")" -eq 6 ]
  run serve 8 QUIT
  [ "$(grep -c '^421 4.3.2 ' <<<"$output")" -ge 2 ]
}

@test "recipients a minute from one source" {
  printf '%s\n' 'recipients-per-minute = 2' >>"$TUBEPOST_CONF"
  run from 192.0.2.9 'EHLO c' 'MAIL FROM:<a@b.test>' 'RCPT TO:<bob@example.test>' 'RCPT TO:<bob+1@example.test>' \
    'RCPT TO:<bob+2@example.test>' 'RCPT TO:<bob+3@example.test>' 'RCPT TO:<bob+4@example.test>' QUIT
  [ "$(grep -c '^452 4.7.0 too many recipients' <<<"$output")" -ge 1 ]
  [ "$(grep -c '^250 2.1.5' <<<"$output")" -ge 2 ]
}

@test "helo-check refuses names that are none, unless a rule says ok" {
  run from 192.0.2.9 'EHLO desktop' QUIT
  [[ "$output" == *"250-mx.example.test"* ]]
  echo 'helo-check = yes' >>"$TUBEPOST_CONF"
  echo 'helo printer ok' >"$SITE/access"
  run from 192.0.2.9 'EHLO desktop' 'MAIL FROM:<a@b.test>' QUIT
  [[ "$output" == *"550 5.7.1 say your whole name"* ]]
  [[ "$output" == *"503 5.5.1 "* ]]
  for name in printer mx.b.test '[192.0.2.9]'; do
    run from 192.0.2.9 "EHLO $name" QUIT
    [[ "$output" == *"250-mx.example.test"* ]]
  done
}
