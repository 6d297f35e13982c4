# What is counted about a source, over programs that know nothing of one another: each connection is served by a program of
# its own, as from inetd or tcpserver, or behind tls-wrap.
load site
load sasl

setup() {
  site
  with_sasl
  certify
}

# called N COMMAND...: standard input to so many of them, each a connection from the same address.
called() {
  local talk i
  talk=$(cat)
  for ((i = 0; i < $1; ++i)); do printf '%s\n' "$talk" | sed 's/$/\r/' | PROTO=TCP TCPREMOTEIP=192.0.2.9 TCPREMOTEPORT=$i timeout 20 "${@:2}" 2>>"$SITE/log"; done
}

wrapped() { called "$1" "$BIN/tls-wrap" --certificate "$SITE/mx.crt:$SITE/mx.key" -- "${@:2}"; }

# The clock may begin a new minute in the middle, and then twice as much is taken.
@test "connections a minute: with a program for each, and behind tls-wrap, with the farewell of each protocol" {
  echo 'connections-per-minute = 1' >>"$TUBEPOST_CONF"
  run called 4 "$BIN/smtpd" <<<QUIT
  [ "$(grep -c '^220 ' <<<"$output")" -ge 1 ]
  [ "$(grep -c '^421 4.3.2 ' <<<"$output")" -ge 2 ]
  # Of the same source, which has had its share.
  run wrapped 3 "$BIN/smtpd" <<<QUIT
  [ "$(grep -c '^421 4.3.2 ' <<<"$output")" -ge 2 ]
  run wrapped 4 "$BIN/imapd" <<<'1 LOGOUT'
  [ "$(grep -c '^\* OK ' <<<"$output")" -ge 1 ]
  [ "$(grep -c '^\* BYE too many connections' <<<"$output")" -ge 2 ]
  run wrapped 4 "$BIN/pop3d" <<<QUIT
  [ "$(grep -c '^-ERR \[SYS/TEMP\] too many connections' <<<"$output")" -ge 2 ]
  grep -q 'connection-refused peer=192.0.2.9' "$SITE/log"
}

@test "a connection behind tls-wrap counts once" {
  echo 'connections-per-minute = 2' >>"$TUBEPOST_CONF"
  run wrapped 2 "$BIN/smtpd" <<<QUIT
  [ "$(grep -c '^220 ' <<<"$output")" -eq 2 ]
}

@test "messages and recipients a minute" {
  printf '%s\n' 'messages-per-minute = 2' 'tarpit = 0' >>"$TUBEPOST_CONF"
  local run
  for run in called wrapped; do
    rm -f "$SITE/counts"
    run "$run" 6 "$BIN/smtpd" <<<$'HELO mx.b.test\nMAIL FROM:<a@b.test>\nQUIT'
    [ "$(grep -c '^250 2.1.0 ' <<<"$output")" -ge 2 ]
    [ "$(grep -c '^450 4.7.0 ' <<<"$output")" -ge 2 ]
  done
  printf '%s\n' 'messages-per-minute = 0' 'recipients-per-minute = 2' >>"$TUBEPOST_CONF"
  run wrapped 6 "$BIN/smtpd" <<<$'HELO mx.b.test\nMAIL FROM:<a@b.test>\nRCPT TO:<bob@example.test>\nQUIT'
  [ "$(grep -c '^250 2.1.5 ' <<<"$output")" -ge 2 ]
  [ "$(grep -c '^452 4.7.0 ' <<<"$output")" -ge 2 ]
}

@test "who has failed to log in too often may not, by any protocol and however the program was started" {
  printf '%s\n' 'max-login-failures = 2' 'auth-without-tls = yes' >>"$TUBEPOST_CONF"
  run called 1 "$BIN/smtpd" --submission <<<$'EHLO c\nAUTH PLAIN AGJvYgB3cm9uZw==\nQUIT'
  [[ "$output" == *"535 5.7.8 "* ]]
  run wrapped 1 "$BIN/pop3d" <<<$'USER bob\nPASS wrong\nQUIT'
  [[ "$output" == *"-ERR "* ]]
  grep -c 'login-refused peer=192.0.2.9' "$SITE/log" | grep -qx 2
  run wrapped 1 "$BIN/imapd" <<<$'1 LOGIN bob secret\n2 LOGOUT'
  [[ "$output" != *"1 OK"* ]]
  run wrapped 1 "$BIN/smtpd" --submission <<<$'EHLO c\nAUTH PLAIN AGJvYgBzZWNyZXQ=\nQUIT'
  [[ "$output" != *"235 "* ]]
  grep -c 'login-blocked peer=192.0.2.9 user=bob' "$SITE/log" | grep -qx 2
  # A restart may forget.
  rm "$SITE/counts"
  run called 1 "$BIN/smtpd" --submission <<<$'EHLO c\nAUTH PLAIN AGJvYgBzZWNyZXQ=\nQUIT'
  [[ "$output" == *"235 2.7.0 "* ]]
}

@test "who may not use the file of all counts alone, and says so, but for a program of a user's own" {
  local as=()
  [ "$(id -u)" -ne 0 ] || as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  chmod 755 "$BATS_TEST_TMPDIR" "$SITE" "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" 2>/dev/null || true
  sed -i '/^counts = /d' "$TUBEPOST_CONF"
  run "${as[@]}" "$BIN/smtpd" <<<QUIT
  [[ "$output" == *' - counts-alone reason="'*'counts: '*$'220 '* ]]
  [ "$(grep -c counts-alone <<<"$output")" -eq 1 ]
  run "${as[@]}" "$BIN/smtpd" --relay <<<QUIT
  [[ "$output" == *'220 '* && "$output" != *counts-alone* ]]
}

@test "a file of counts that others could write is refused, and named" {
  local program
  touch "$SITE/mine"
  ln -s "$SITE/mine" "$SITE/counts"
  for program in "smtpd" "imapd" "pop3d" "tls-wrap --certificate $SITE/mx.crt:$SITE/mx.key"; do
    run "$BIN/"$program --check -- true
    [ "$status" -ne 0 ]
  done
  run "$BIN/smtpd" --check
  [ "$status" -eq 78 ]
  [[ "$output" == *"counts: $SITE/counts: a symbolic link is not followed"* ]]
}

# greeted N COMMAND...: the first line that each of so many connections at once hears of a listening program. $between is
# done behind each.
greeted() {
  python3 - "$@" <<'PY' 2>>"$SITE/log"
import os, signal, socket, sys
listening = socket.create_server(("127.0.0.1", 0))
child = os.fork()
if child == 0:
    os.dup2(listening.fileno(), 3)
    os.set_inheritable(3, True)
    os.environ["LISTEN_FDS"], os.environ["LISTEN_PID"] = "1", str(os.getpid())
    os.execv(sys.argv[2], sys.argv[2:])
opened = []
try:
    for number in range(int(sys.argv[1])):
        opened.append(socket.create_connection(listening.getsockname()))
        opened[-1].settimeout(20)
        print(opened[-1].makefile("rb").readline().decode(), end="")
        os.system(os.environ.get("between", ""))
finally:
    os.kill(child, signal.SIGTERM)
    os.waitpid(child, 0)
PY
}

@test "a listening tls-wrap: who is over a limit hears the farewell" {
  local wrap=("$BIN/tls-wrap" --certificate "$SITE/mx.crt:$SITE/mx.key")
  run greeted 4 "${wrap[@]}" --max-connections-per-source 2 -- "$BIN/smtpd"
  [ "$(grep -c '^220 ' <<<"$output")" -eq 2 ]
  [ "$(grep -c '^421 4.3.2 too many connections' <<<"$output")" -eq 2 ]
  run greeted 4 "${wrap[@]}" --max-connections 2 -- "$BIN/imapd"
  [ "$(grep -c '^\* OK ' <<<"$output")" -eq 2 ]
  [ "$(grep -c '^\* BYE too many connections' <<<"$output")" -eq 2 ]
  echo 'connections-per-minute = 2' >>"$TUBEPOST_CONF"
  run greeted 7 "${wrap[@]}" -- "$BIN/smtpd"
  [ "$(grep -c '^220 ' <<<"$output")" -ge 2 ]
  [ "$(grep -c '^421 4.3.2 ' <<<"$output")" -ge 3 ]
}

@test "a file that is damaged, cut or removed while it is in use keeps nobody waiting and ends nobody" {
  local program damage
  for program in "smtpd" "tls-wrap --certificate $SITE/mx.crt:$SITE/mx.key -- $BIN/smtpd" "imapd"; do
    for damage in 'printf garbage | dd conv=notrunc' 'head -c 5000 /dev/zero | dd conv=notrunc' 'head -c 100 /dev/zero | dd' 'true | dd' 'rm'; do
      [ "$damage" = rm ] || damage+=" status=none of="
      between="${damage/#rm/rm -f }$SITE/counts" run greeted 3 "$BIN/"$program
      [ "$(grep -c '^220 \|^\* OK ' <<<"$output")" -eq 3 ] || { echo "$program: $damage: $output"; false; }
    done
  done
}
