# Hosts that hang hold up no other mail, however many of them there are.
load site

setup() { site; }
teardown() {
  local pid
  # What still hangs goes on, and ends.
  if [ -p "$SITE/hang" ]; then exec 5<>"$SITE/hang" && echo go >&5; fi
  for pid in ${runner:-} ${hanging:-} ${sink:-}; do kill "$pid" || true; done
}

# hanging SILENT DEAF: hosts that take calls and say nothing, and some that do not take them; their calls are read with calls.
hanging() {
  coproc PEER { exec python3 "$SOURCE/tests/bin/hanging_hosts.py" "$SITE/routes" "$@"; }
  hanging=$PEER_PID
  exec 6<&"${PEER[0]}"
  read -r -t 20 _ <&6
}
calls() { for _ in $(seq "$1"); do read -r -t 20 _ <&6; done; }
# sink NAME...: hosts that take everything.
sink() {
  local name
  coproc PEER { LISTEN=0.0.0.0:0 exec python3 "$SOURCE/tests/bin/scripted_server.py" "$SITE/heard"; }
  sink=$PEER_PID
  read -r -t 20 port <&"${PEER[0]}"
  for name; do
    echo "$name 127.0.9.$((++hosts)):$port" >>"$SITE/routes"
  done
}
start() {
  coproc RUNNER { ${limit:-true} && exec "$BIN/smtp-send" "$@" 2>&1; }
  runner=$RUNNER_PID
  while [ ! -p "$SITE/spool/wake" ]; do kill -0 "$runner"; done
}
until_line() { while read -r -t 20 line <&"${RUNNER[0]}"; do [[ "$line" != *"$1"* ]] || return 0; done; false; }
stop() {
  [ -z "${hanging:-}" ] || kill "$hanging"
  kill "$runner"
  wait "$runner"
  runner= hanging=
}
put() { "$BIN/spool-put" -f bob@example.test "$@" <<<'Subject: x' >/dev/null; }

@test "a host that lives and was never asked waits a moment behind more that hang than there are deliveries" {
  hanging 5 5
  sink alive.test
  for i in 0 1 2 3 4; do
    put "x@silent$i.test"
    put "x@deaf$i.test"
  done
  start --deliveries=4 --timeout=3600
  calls 2
  put x@alive.test
  until_line ' delivered to=x@alive.test '
  [ "$(queued)" -eq 10 ]
  stop
}

@test "a host that has answered waits for none of very many that hang, and one that was not asked until some were asked briefly" {
  hanging 60 0
  sink known.test alive.test
  start --deliveries=4 --hanging-deliveries=16 --timeout=3600
  put x@known.test
  until_line ' delivered to=x@known.test '
  for i in $(seq 0 59); do put "x@silent$i.test"; done
  # Eight that hang, and two.
  calls 10
  put x@known.test
  until_line ' to='
  [[ "$line" == *" delivered to=x@known.test "* ]]
  put x@alive.test
  until_line ' delivered to=x@alive.test '
  # The first had all the patience there is.
  [ -n "$(find "$SITE"/spool/queue -name '*.silent0.test')" ]
  ! grep -rq deferred "$SITE"/spool/queue/*/*.silent0.test
  put bob@example.test
  until_line ' delivered to=bob@example.test '
  stop
}

@test "more deliveries than files may be open raise that limit" {
  hanging 40 0
  for i in $(seq 0 39); do put "x@silent$i.test"; done
  limit='ulimit -Sn 32'
  start --deliveries=100 --timeout=3600
  calls 40
  kill -9 $(pgrep -P "$runner")
  stop
}

@test "where no more files may be open the log says so" {
  hanging 40 0
  for i in $(seq 0 39); do put "x@silent$i.test"; done
  limit='ulimit -n 32'
  start --deliveries=100 --timeout=3600
  until_line ' trouble '
  [[ "$line" == *"Too many open files"* ]]
  stop
}

@test "a local-deliver that hangs holds nobody behind its user in the same message" {
  mkfifo "$SITE/hang"
  printf '#!/bin/sh\n[ "$RECIPIENT" != alice@example.test ] || read go <%s\nexit 0\n' "$SITE/hang" >"$SITE/slow"
  chmod 755 "$SITE/slow"
  echo "local-deliver = $SITE/slow" >>"$TUBEPOST_CONF"
  put alice@example.test bob@example.test
  start --deliveries=8
  until_line ' to='
  [[ "$line" == *" delivered to=bob@example.test "* ]]
  echo go >"$SITE/hang"
  until_line ' to='
  [[ "$line" == *" delivered to=alice@example.test "* ]]
  stop
}
