load site

setup() { site; }

@test "what is in the spool arrives in the Maildir, and the spool is empty" {
  printf 'Subject: hi\n\n.line\nlast\n' >"$SITE/message"
  run "$BIN/spool-put" -f bob@example.test alice@example.test bob+list@example.test <"$SITE/message"
  [ "$status" -eq 0 ]
  run "$BIN/smtp-send" --once
  [ "$status" -eq 0 ]
  [ "$(delivered alice)" -eq 1 ]
  [ "$(delivered bob)" -eq 1 ]
  [ "$(queued)" -eq 0 ]
  printf 'Return-Path: <bob@example.test>\nDelivered-To: alice@example.test\n' | cat - "$SITE/message" >"$SITE/wanted"
  cmp "$SITE/wanted" "$SITE"/alice/Maildir/new/*
}

@test "a disk error defers, and never bounces" {
  "$BIN/spool-put" -f bob@example.test alice@example.test <<<'Subject: x'
  rmdir "$SITE/alice"
  echo >"$SITE/alice"
  run "$BIN/smtp-send" --once
  [ "$status" -eq 0 ]
  [ "$(queued)" -eq 1 ]
  grep -rq 'alice@example.test deferred 4.3.0' "$SITE/spool/queue"
  "$BIN/spool" check
}

# delivers_where NUMBERS: three messages for one Maildir, where these calls that begin to write them back fail so.
delivers_where() {
  local number
  for number in 1 2 3; do "$BIN/spool-put" -f bob@example.test alice@example.test <<<"Subject: $number"; done
  strace -f -o "$SITE/calls" -e trace=sync_file_range -e "inject=sync_file_range:$1" "$BIN/smtp-send" --once
  grep -q INJECTED "$SITE/calls"
}

@test "of what is delivered together, that of which the disk says no more at the next fsync stays in the queue" {
  local stays=0 error
  for error in EBADMSG ENOSYS EPERM; do
    delivers_where "error=$error:when=2"
    stays=$((stays + 1))
    [ "$(queued)" -eq "$stays" ]
  done
  [ "$(delivered alice)" -eq 6 ]
  [ "$(grep -rl 'alice@example.test deferred 4.3.0' "$SITE/spool/queue" | wc -l)" -eq 3 ]
}

@test "where nothing can begin to be written back, what is delivered together is nevertheless" {
  delivers_where error=ENOSYS
  delivers_where error=EPERM
  [ "$(delivered alice)" -eq 6 ]
  [ "$(queued)" -eq 0 ]
}

@test "mail for a user who has left is returned to its sender" {
  "$BIN/spool-put" -f bob@example.test alice@example.test <<<'Subject: farewell'
  sed -i '/^alice/d' "$SITE/users"
  sed -i 's/^postmaster.*/postmaster = bob/' "$TUBEPOST_CONF"
  "$BIN/smtp-send" --once
  "$BIN/smtp-send" --once
  [ "$(delivered bob)" -eq 1 ]
  grep -q 'Status: 5.1.1' "$SITE"/bob/Maildir/new/*
  grep -q 'Subject: farewell' "$SITE"/bob/Maildir/new/*
  [ "$(queued)" -eq 0 ]
}

@test "a bounce that cannot be delivered goes to the postmaster" {
  "$BIN/spool-put" bob@example.test <<<'Subject: from nobody'
  sed -i '/^bob/d' "$SITE/users"
  "$BIN/smtp-send" --once
  "$BIN/smtp-send" --once
  [ "$(delivered alice)" -eq 1 ]
  grep -q 'Delivered-To: postmaster' "$SITE"/alice/Maildir/new/*
}

@test "a message that comes again to the same address is a loop" {
  printf 'Delivered-To: alice@example.test\nSubject: round\n\nx\n' | "$BIN/spool-put" -f bob@example.test alice@example.test
  "$BIN/smtp-send" --once
  [ "$(delivered alice)" -eq 0 ]
  "$BIN/smtp-send" --once
  grep -q 'Status: 5.4.6' "$SITE"/bob/Maildir/new/*
}

@test "a damaged message is left for a person" {
  "$BIN/spool-put" -f bob@example.test alice@example.test <<<'Subject: x'
  sed -i 's/^Subject: x/Subject: y/' "$SITE"/spool/queue/*/*.*.*
  run "$BIN/smtp-send" --once
  [[ "$output" == *" unreadable "* ]]
  [ "$(delivered alice)" -eq 0 ]
  run "$BIN/spool" check
  [ "$status" -eq 65 ]
  [[ "$output" == *"the checksum does not fit"* ]]
}

@test "a runner wakes for a new message, and a second one is refused" {
  coproc RUNNER { exec "$BIN/smtp-send" 2>&1; }
  pid=$RUNNER_PID
  while [ ! -p "$SITE/spool/wake" ]; do kill -0 "$pid"; done
  run "$BIN/smtp-send" --once
  [ "$status" -eq 75 ]
  [[ "$output" == *"another runner works on this spool"* ]]
  "$BIN/spool-put" alice@example.test <<<'Subject: x'
  read -r -t 20 line <&"${RUNNER[0]}"
  [[ "$line" == *" delivered to=alice@example.test "* ]]
  kill "$pid"
  wait "$pid"
}

@test "a user added while the runner waits gets the next message" {
  coproc RUNNER { exec "$BIN/smtp-send" 2>&1; }
  pid=$RUNNER_PID
  while [ ! -p "$SITE/spool/wake" ]; do kill -0 "$pid"; done
  mkdir "$SITE/carol"
  echo "carol:*:$(id -u):$(id -g)::$SITE/carol::" >>"$SITE/users"
  "$BIN/spool-put" carol@example.test <<<'Subject: x'
  read -r -t 20 line <&"${RUNNER[0]}"
  [[ "$line" == *" accounts-read"* ]]
  read -r -t 20 line <&"${RUNNER[0]}"
  [[ "$line" == *" delivered to=carol@example.test "* ]]
  kill "$pid"
  wait "$pid"
}

@test "without a postmaster nothing is begun" {
  sed -i 's/^postmaster.*/postmaster = nobody/' "$TUBEPOST_CONF"
  run "$BIN/smtp-send" --once
  [ "$status" -eq 78 ]
  [[ "$output" == *"postmaster: 'nobody' is no user here"* ]]
}

@test "--check says what is wrong, and delivers nothing" {
  "$BIN/spool-put" alice@example.test <<<'Subject: x'
  run "$BIN/smtp-send" --check
  [ "$status" -eq 0 ]
  [ -z "$output" ]
  [ "$(queued)" -eq 1 ]
  run "$BIN/smtp-send" --check --postmaster=nobody
  [ "$status" -eq 78 ]
  mv "$SITE/spool/queue/3" "$SITE/3"
  run "$BIN/smtp-send" --check
  [ "$status" -eq 66 ]
  [[ "$output" == *"/queue/3: "* ]]
  run "$BIN/smtp-send" --once
  [ "$status" -eq 66 ]
  [ "$(find "$SITE/spool/queue" "$SITE/3" -type f -name '*.*.*' | wc -l)" -eq "$(find "$SITE/3" -type f -name '*.*.*' | wc -l)" ]
  echo bad >"$SITE/routes"
  run "$BIN/smtp-send" --check
  [ "$status" -eq 78 ]
}

@test "local-deliver = PROGRAM: local mail goes through that program" {
  echo "local-deliver = $BIN/local-deliver" >>"$TUBEPOST_CONF"
  { printf 'Subject: big\n\n'; head -c 300000 /dev/zero | tr '\0' x | fold -w 70; } >"$SITE/message"
  "$BIN/spool-put" -f bob@example.test alice@example.test <"$SITE/message"
  "$BIN/smtp-send" --once
  printf 'Return-Path: <bob@example.test>\nDelivered-To: alice@example.test\n' | cat - "$SITE/message" | cmp - "$SITE"/alice/Maildir/new/*
  echo 'local-deliver = /bin/false' >>"$TUBEPOST_CONF"
  "$BIN/spool-put" -f bob@example.test alice@example.test <"$SITE/message"
  run "$BIN/smtp-send" --once
  [[ "$output" == *" deferred to=alice@example.test status=4.3.0 "*"ended with 1"* ]]
}

@test "SIGTERM ends it after the message that is on its way, not after all that wait" {
  mkfifo "$SITE/begun" "$SITE/go"
  printf '#!/bin/sh\necho begun >%s\nread go <%s\nexec %s "$@"\n' "$SITE/begun" "$SITE/go" "$BIN/local-deliver" >"$SITE/slow"
  chmod 755 "$SITE/slow"
  echo "local-deliver = $SITE/slow" >>"$TUBEPOST_CONF"
  for i in 1 2 3; do "$BIN/spool-put" alice@example.test <<<"Subject: $i"; done
  "$BIN/smtp-send" --once --deliveries=1 3>&- &
  pid=$!
  read -r _ <"$SITE/begun"
  kill "$pid"
  echo go >"$SITE/go"
  wait "$pid"
  [ "$(delivered alice)" -eq 1 ]
  [ "$(queued)" -eq 2 ]
}

@test "hosts that hang do not keep local mail waiting" {
  coproc SILENT { exec python3 -c 'import socket, time
s = socket.create_server(("0.0.0.0", 0), backlog=64)
print(s.getsockname()[1], flush=True)
input()'; }
  silent=$SILENT_PID
  read -r port <&"${SILENT[0]}"
  for i in 1 2 3 4 5 6 7 8; do echo "host$i.test 127.0.0.$i:$port"; done >"$SITE/routes"
  for i in 1 2 3 4 5 6 7 8; do "$BIN/spool-put" -f bob@example.test "x@host$i.test" <<<'Subject: out'; done
  coproc RUNNER { exec "$BIN/smtp-send" --deliveries=4 2>&1; }
  pid=$RUNNER_PID
  while [ ! -p "$SITE/spool/wake" ]; do kill -0 "$pid"; done
  "$BIN/spool-put" alice@example.test <<<'Subject: in'
  read -r -t 20 line <&"${RUNNER[0]}"
  [[ "$line" == *" delivered to=alice@example.test "* ]]
  kill "$silent" "$pid"
  wait "$pid"
}

@test "a message that takes its child down is named, tried by itself, and then left for an hour" {
  printf '#!/bin/sh\ngrep -q poison && kill -9 $PPID\nexit 0\n' >"$SITE/deadly"
  chmod 755 "$SITE/deadly"
  echo "local-deliver = $SITE/deadly" >>"$TUBEPOST_CONF"
  "$BIN/spool-put" alice@example.test <<<'Subject: poison'
  "$BIN/spool-put" alice@example.test <<<'Subject: harmless'
  run "$BIN/smtp-send" --once
  [ "$status" -eq 0 ]
  [ "$(queued)" -eq 1 ]
  poison=$(grep -rl poison "$SITE/spool/queue")
  poison=${poison#*.} poison=${poison%%.*}
  [ "$(grep -c " $poison child-died signal=9" <<<"$output")" -eq 2 ]
  [ "$(grep -c " $poison child-died signal=9 left-for=3600$" <<<"$output")" -eq 1 ]
  [[ "$output" == *" delivered to=alice@example.test "* ]]
}

@test "a child that is told to end by somebody else leaves its messages to another" {
  printf '#!/bin/sh\n[ -e "%s" ] || { : >"%s"; kill -TERM $PPID; }\nexit 0\n' "$SITE/told" "$SITE/told" >"$SITE/deadly"
  chmod 755 "$SITE/deadly"
  echo "local-deliver = $SITE/deadly" >>"$TUBEPOST_CONF"
  for i in 1 2 3 4 5 6 7 8; do "$BIN/spool-put" alice@example.test <<<"Subject: $i"; done
  run "$BIN/smtp-send" --once --deliveries=1
  [ "$status" -eq 0 ]
  [ "$(queued)" -eq 0 ]
}

@test "where nothing can be written down, each still gets one copy and no other" {
  "$BIN/spool-put" -f bob@example.test alice@example.test bob@example.test x@nowhere.test <<<'Subject: x' || true
  "$BIN/spool-put" -f bob@example.test alice@example.test bob@example.test <<<'Subject: x'
  # The mark of the first recipient cannot be written, nor the file be removed.
  for run in 1 2 3; do
    strace -f -o /dev/null -e trace=pwrite64,unlink -e inject=pwrite64:error=ENOSPC -e inject=unlink:error=EIO "$BIN/smtp-send" --once --retry=1 || true
  done
  [ "$(delivered alice)" -eq 1 ]
  [ "$(delivered bob)" -eq 1 ]
  [ "$(queued)" -eq 1 ]
}

@test "half a message is never delivered, whoever is killed" {
  # What a program is given is a whole file, whatever becomes of the runner meanwhile.
  mkfifo "$SITE/begun" "$SITE/go"
  printf '#!/bin/sh\necho $PPID >%s\nread go <%s\nexec %s "$@"\n' "$SITE/begun" "$SITE/go" "$BIN/local-deliver" >"$SITE/slow"
  chmod 755 "$SITE/slow"
  echo "local-deliver = $SITE/slow" >>"$TUBEPOST_CONF"
  { printf 'Subject: big\n\n'; head -c 1000000 /dev/zero | tr '\0' x | fold -w 70; } >"$SITE/message"
  "$BIN/spool-put" -f bob@example.test alice@example.test <"$SITE/message"
  exec 5<>"$SITE/begun"
  "$BIN/smtp-send" --once 3>&- 5>&- &
  pid=$!
  read -r child <&5
  kill -9 "$child"
  # Another child begins again; the program of the first goes on as well.
  read -r child <&5
  exec 4<>"$SITE/go"
  printf 'go\ngo\n' >&4
  wait "$pid"
  until [ "$(delivered alice)" -eq 2 ]; do :; done
  for copy in "$SITE"/alice/Maildir/new/*; do [ "$(stat -c %s "$copy")" -gt 1000000 ]; done
}
