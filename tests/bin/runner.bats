# The runner's schedule: who goes when, who waits, and what operators and signals change.
load site

setup() { site; }
teardown() {
  local pid
  # What still hangs goes on, and ends.
  if [ -p "$SITE/hang" ]; then
    exec 5<>"$SITE/hang"
    yes go | head -n 200 >&5
  fi
  for pid in ${runner:-} ${peer:-} ${hanging:-}; do kill "$pid" && kill -CONT "$pid" || true; done
}

# free_port: one that nobody listens on; it is in $port.
free_port() { port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'); }
# sink PORT: a host that takes everything; each connection and each message is a line in $SITE/heard.
sink() {
  coproc PEER { exec python3 -u -c '
import socket, sys, threading
def talk(c):
    f = c.makefile("rwb", 0)
    f.write(b"220 x\r\n")
    for line in f:
        word = line[:4].upper()
        if word == b"DATA":
            f.write(b"354 go\r\n")
            while f.readline() != b".\r\n": pass
            print("message", file=log, flush=True)
        if word == b"QUIT": print("quit", file=log, flush=True)
        f.write(b"250 ok\r\n")
log = open(sys.argv[2], "a")
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("ready", flush=True)
while True:
    c, _ = s.accept()
    print("connection", file=log, flush=True)
    threading.Thread(target=talk, args=(c,), daemon=True).start()' "$1" "$SITE/heard"; }
  peer=$PEER_PID
  read -r _ <&"${PEER[0]}"
}
heard() { grep -cx "$1" "$SITE/heard"; }
# start OPTION...: the runner; its log is read with next_line, and $line is each.
start() {
  coproc RUNNER { exec "$BIN/smtp-send" "$@" 2>&1; }
  runner=$RUNNER_PID
  while [ ! -p "$SITE/spool/wake" ]; do kill -0 "$runner"; done
}
next_line() { read -r -t 20 line <&"${RUNNER[0]}"; }
until_line() { while next_line; do [[ "$line" != *"$1"* ]] || return 0; done; false; }
stop() {
  kill "$runner"
  wait "$runner"
  runner=
}
put() { "$BIN/spool-put" -f bob@example.test "$@" <<<'Subject: x' >/dev/null; }
# again DUE FILE: as an operator does it: a new name, and a knock.
again() {
  local name=$1.${2##*/}
  name=$1.${name#*.*.}
  mv "$2" "${2%/*}/$name"
  echo "$name" >>"$SITE/spool/wake"
}

@test "a message that is held waits until it is released" {
  put alice@example.test
  again ffffffffff "$SITE"/spool/queue/*/*.*.*
  start
  put bob@example.test
  next_line
  [[ "$line" == *" delivered to=bob@example.test "* ]]
  until [ "$(queued)" -eq 1 ]; do :; done
  again 0000000001 "$SITE"/spool/queue/*/ffffffffff.*
  next_line
  [[ "$line" == *" delivered to=alice@example.test "* ]]
  stop
}

@test "a host that is down is asked about a message or two, the others keep their names, and nobody waits for it" {
  free_port
  echo "far.test 127.0.0.1:$port" >"$SITE/routes"
  for i in 1 2 3 4 5 6 7 8; do put "x@far.test"; done
  ls "$SITE"/spool/queue/* >"$SITE/before"
  start --retry=600
  next_line
  [[ "$line" == *" deferred to=x@far.test status=4.4.1 "* ]]
  put alice@example.test
  until_line " delivered to=alice@example.test "
  stop
  ls "$SITE"/spool/queue/* >"$SITE/after"
  [ "$(diff "$SITE/before" "$SITE/after" | grep -c '^<')" -le 2 ]
}

@test "a host that is back gets what waited for it, except what was held or removed meanwhile" {
  free_port
  echo "far.test 127.0.0.1:$port" >"$SITE/routes"
  for i in 1 2 3 4; do put "x@far.test"; done
  start --retry=1
  until_line ' deferred to=x@far.test status=4.4.1 '
  kill -STOP "$runner"
  # A child may still be giving that one its new name; it has touched no other.
  tried=$(cut -d ' ' -f 2 <<<"$line")
  files=($(ls "$SITE"/spool/queue/*/*.*.* | grep -vF ".$tried."))
  rm "${files[0]}"
  again ffffffffff "${files[1]}"
  kill -CONT "$runner"
  sink "$port"
  until_line ' delivered to=x@far.test '
  until_line ' delivered to=x@far.test '
  stop
  [ "$(heard message)" -eq 2 ]
  [ "$(queued)" -eq 1 ]
}

@test "what waited for a host to which it goes no more goes on at SIGHUP, and what was put off when it is asked for" {
  free_port
  echo "far.test 127.0.0.1:$port" >"$SITE/routes"
  for i in 1 2 3 4; do put x@far.test; done
  start --retry=1800
  until_line ' deferred to=x@far.test status=4.4.1 '
  free_port
  sink "$port"
  echo "far.test 127.0.0.1:$port" >"$SITE/routes"
  kill -HUP "$runner"
  until_line ' delivered to=x@far.test '
  until_line ' delivered to=x@far.test '
  "$BIN/spool" retry --domain far.test
  until [ "$(queued)" -eq 0 ]; do kill -0 "$runner"; done
  stop
  [ "$(heard message)" -eq 4 ]
}

@test "a connection is kept for the next message, and ended with QUIT" {
  free_port
  echo "far.test 127.0.0.1:$port" >"$SITE/routes"
  sink "$port"
  start
  for i in 1 2 3; do
    put x@far.test
    until_line ' delivered to=x@far.test '
  done
  [ "$(heard connection)" -eq 1 ]
  stop
  until [ "$(heard quit)" -eq 1 ]; do :; done
}

@test "one user's home that hangs does not hold every child" {
  mkfifo "$SITE/hang"
  printf '#!/bin/sh\n[ "$RECIPIENT" != alice@example.test ] || read go <%s\nexit 0\n' "$SITE/hang" >"$SITE/slow"
  chmod 755 "$SITE/slow"
  echo "local-deliver = $SITE/slow" >>"$TUBEPOST_CONF"
  for i in $(seq 40); do put alice@example.test; done
  start --deliveries=4 --deliveries-per-user=3
  put bob@example.test
  next_line
  [[ "$line" == *" delivered to=bob@example.test "* ]]
  exec 4<>"$SITE/hang"
  yes go | head -n 40 >&4
  stop
}

# hanging_program NAME...: the mail of these users goes to one that waits for a line in $SITE/hang.
hanging_program() {
  local name
  mkfifo "$SITE/hang"
  printf '#!/bin/sh\nread go <%s\necho done >>%s\n' "$SITE/hang" "$SITE/done" >"$SITE/slow"
  chmod 755 "$SITE/slow"
  [ "$(id -u)" -ne 0 ] || sed -i 's/:0:0:/:65534:65534:/' "$SITE/users"
  for name; do
    mkdir -p "$SITE/$name"
    grep -q "^$name:" "$SITE/users" || sed -n "s/alice/$name/gp" "$SITE/users" >>"$SITE/users.more"
    echo "|$SITE/slow" >"$SITE/$name/.forward"
    chmod go-w "$SITE/$name/.forward"
  done
  [ ! -e "$SITE/users.more" ] || cat "$SITE/users.more" >>"$SITE/users"
  chmod go+x "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_TEST_TMPDIR" "$SITE"
  touch "$SITE/done"
  [ "$(id -u)" -ne 0 ] || chown -hR 65534:65534 "$SITE"/{alice,bob,hang,done} "${@/#/$SITE/}"
}

@test "programs that hang in many homes hold neither mail without instructions nor that for other hosts" {
  hanging_program alice carol dave
  free_port
  echo "far.test 127.0.0.1:$port" >"$SITE/routes"
  sink "$port"
  for name in alice carol dave; do
    for i in $(seq 10); do put "$name@example.test"; done
  done
  start --deliveries=8
  put bob@example.test
  put x@far.test
  for i in 1 2; do until_line ' delivered to='; done
  [ ! -s "$SITE/done" ]
  exec 4<>"$SITE/hang"
  yes go | head -n 30 >&4
  for i in $(seq 30); do until_line ' delivered to='; done
  stop
  [ "$(wc -l <"$SITE/done")" -eq 30 ]
  [ "$(queued)" -eq 0 ]
}

@test "one user's program that hangs holds nobody behind or before him in the same messages" {
  hanging_program alice
  for i in $(seq 10); do
    put bob@example.test alice@example.test
    put alice@example.test bob@example.test
  done
  start --deliveries=4 --deliveries-per-user=3
  put bob@example.test
  for i in $(seq 21); do until_line ' delivered to=bob@example.test '; done
  [ ! -s "$SITE/done" ]
  exec 4<>"$SITE/hang"
  yes go | head -n 20 >&4
  for i in $(seq 20); do until_line ' delivered to=alice@example.test '; done
  stop
  [ "$(wc -l <"$SITE/done")" -eq 20 ]
  [ "$(delivered bob)" -eq 21 ]
  [ "$(queued)" -eq 0 ]
}

@test "programs that hang hold no others of the same message, users and other hosts" {
  mkdir "$SITE/erin"
  hanging_program alice carol dave erin
  printf '#!/bin/sh\nexit 0\n' >"$SITE/quick"
  chmod 755 "$SITE/quick"
  echo "|$SITE/quick" >"$SITE/dave/.forward"
  free_port
  echo "far.test 127.0.0.1:$port" >"$SITE/routes"
  sink "$port"
  put alice@example.test carol@example.test erin@example.test dave@example.test x@far.test
  start --deliveries=8
  for i in 1 2; do until_line ' delivered to='; done
  [ ! -s "$SITE/done" ]
  exec 4<>"$SITE/hang"
  yes go | head -n 3 >&4
  for i in 1 2 3; do until_line ' delivered to='; done
  stop
  [ "$(wc -l <"$SITE/done")" -eq 3 ]
  [ "$(queued)" -eq 0 ]
  [ "$(heard message)" -eq 1 ]
}

@test "a host that hangs holds no mail of this host's users, also where it gets the same messages" {
  coproc PEER { exec python3 -u -c '
import socket, sys
s = socket.create_server(("127.0.0.1", 0), backlog=100)
print(s.getsockname()[1])
sys.stdin.read()'; }
  peer=$PEER_PID
  read -r port <&"${PEER[0]}"
  echo "far.test 127.0.0.1:$port" >"$SITE/routes"
  for i in $(seq 8); do
    put bob@example.test x@far.test
    put alice@example.test x@far.test
  done
  start --deliveries=4 --timeout=3600
  for i in $(seq 16); do
    until_line ' delivered to='
    [[ "$line" == *@example.test* ]]
  done
  put bob@example.test
  until_line ' delivered to=bob@example.test '
  kill "$peer"
  peer=
  for i in 1 2; do until_line ' deferred to=x@far.test '; done
  stop
  [ "$(queued)" -eq 16 ]
}

@test "hosts that hang and were tried before the start leave room for what is new" {
  coproc PEER { exec python3 -u -c '
import socket
s = socket.create_server(("0.0.0.0", 0), backlog=100)
print(s.getsockname()[1])
calls = []
while True:
    calls.append(s.accept())
    print("call")'; }
  peer=$PEER_PID
  read -r port <&"${PEER[0]}"
  for i in 1 2 3 4 5 6; do
    echo "far$i.test 127.9.9.$i:$port" >>"$SITE/routes"
    put "x@far$i.test"
  done
  for file in "$SITE"/spool/queue/?/*.*.*; do
    name=${file##*/}
    mv "$file" "${file%/*}/$(printf %010x $((16#${name%%.*} + 1))).${name#*.}"
  done
  exec 6<&"${PEER[0]}"
  hanging=$peer
  free_port
  echo "alive.test 127.0.0.1:$port" >>"$SITE/routes"
  sink "$port"
  start --deliveries=4 --timeout=3600
  # Two of the three that are not for local mail.
  for i in 1 2; do read -r -t 20 _ <&6; done
  put x@alive.test
  until_line ' delivered to=x@alive.test '
  kill "$hanging"
  hanging=
  stop
  [ "$(queued)" -eq 6 ]
}

@test "whoever has instructions has his turn in one run, and one that fails does not keep the next from his" {
  [ "$(id -u)" -ne 0 ] || sed -i 's/:0:0:/:65534:65534:/' "$SITE/users"
  mkdir "$SITE/carol"
  sed -n 's/alice/carol/gp' "$SITE/users" >>"$SITE/users.carol"
  cat "$SITE/users.carol" >>"$SITE/users"
  printf '#!/bin/sh\n[ $LOGNAME != alice ] || exit 75\necho $LOGNAME >>%s\n' "$SITE/done" >"$SITE/slow"
  chmod 755 "$SITE/slow"
  touch "$SITE/done"
  for name in alice carol; do
    echo "|$SITE/slow" >"$SITE/$name/.forward"
    chmod go-w "$SITE/$name/.forward"
  done
  chmod go+x "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_TEST_TMPDIR" "$SITE"
  [ "$(id -u)" -ne 0 ] || chown -hR 65534:65534 "$SITE"/{alice,bob,carol,done}
  free_port
  echo "far.test 127.0.0.1:$port" >"$SITE/routes"
  put bob@example.test alice@example.test x@far.test carol@example.test
  "$BIN/smtp-send" --once --retry=600 2>"$SITE/log"
  [ "$(cat "$SITE/done")" = carol ]
  [ "$(delivered bob)" -eq 1 ]
  grep -Eo ' (delivered|deferred) to=[^ ]*' "$SITE/log" | sort >"$SITE/each"
  printf ' deferred to=%s\n' alice@example.test x@far.test | diff - <(grep deferred "$SITE/each")
  printf ' delivered to=%s\n' bob@example.test carol@example.test | diff - <(grep delivered "$SITE/each")
  # It comes back at the time that its recipients' failures give it.
  name=$(basename "$SITE"/spool/queue/*/*.*.*)
  [ $((16#${name%%.*})) -ge $(($(date +%s) + 500)) ]
}

@test "SIGHUP reads the configuration again, and a wrong one changes nothing" {
  start
  mkdir "$SITE/carol"
  sed 's/^alice/carol/; s|/alice:|/carol:|' "$SITE/users" >"$SITE/others"
  echo "postmaster:*:$(id -u):$(id -g)::$SITE/bob::" >>"$SITE/others"
  sed -i "s|^users.*|users = $SITE/others|; s|^postmaster.*|postmaster = carol|" "$TUBEPOST_CONF"
  kill -HUP "$runner"
  next_line
  [[ "$line" == *" configuration-read"* ]]
  put carol@example.test
  next_line
  [[ "$line" == *" delivered to=carol@example.test "* ]]
  echo 'deliveries = none' >>"$TUBEPOST_CONF"
  kill -HUP "$runner"
  next_line
  [[ "$line" == *" trouble reason="*deliveries* ]]
  put carol@example.test
  next_line
  [[ "$line" == *" delivered to=carol@example.test "* ]]
  stop
}

@test "a rate is kept" {
  free_port
  echo "far.test 127.0.0.1:$port" >"$SITE/routes"
  echo 'rate = 127.0.0.1 1/1' >>"$TUBEPOST_CONF"
  sink "$port"
  for i in 1 2 3; do put x@far.test; done
  begin=$(date +%s%N)
  "$BIN/smtp-send" --once
  [ $(($(date +%s%N) - begin)) -ge 2000000000 ]
  [ "$(heard message)" -eq 3 ]
  [ "$(heard connection)" -eq 1 ]
  echo 'rate = 127.0.0.1' >>"$TUBEPOST_CONF"
  run "$BIN/smtp-send" --check
  [ "$status" -eq 78 ]
  [[ "$output" == *"rate: '127.0.0.1' is not 'DOMAIN N/SECONDS'"* ]]
}

@test "words that found the pipe full are made up for" {
  start
  # It reads the pipe, which is there a moment before.
  put bob@example.test
  next_line
  kill -STOP "$runner"
  python3 -c 'import os, sys
f = os.open(sys.argv[1], os.O_WRONLY | os.O_NONBLOCK)
try:
    while True: os.write(f, b"x" * 4095 + b"\n")
except BlockingIOError: pass' "$SITE/spool/wake"
  put alice@example.test
  kill -CONT "$runner"
  next_line
  [[ "$line" == *" delivered to=alice@example.test "* ]]
  stop
}

@test "once: what another has in hand is still there, and the end says so" {
  echo hello | "$BIN/spool-put" -f '' alice@example.test
  file=$(echo "$SITE"/spool/queue/?/*.*)
  # As of a runner's child that is about to end.
  run flock "$file" "$BIN/smtp-send" --once
  [ "$status" -eq 75 ]
  [[ $output == *"something due is in another's hand"* ]]
  [ -e "$file" ]
  run "$BIN/smtp-send" --once
  [ "$status" -eq 0 ]
  [ ! -e "$file" ]
}
