load site

setup() { site; }

@test "a message is accepted and lies in the spool as a readable file" {
  run smtp 'EHLO client.test' 'MAIL FROM:<a@b.test>' 'RCPT TO:<alice@example.test>' DATA 'Subject: hi' '' '..dot' . QUIT
  [ "$status" -eq 0 ]
  [[ "$output" == *"250 2.0.0 queued as "* ]]
  [ "$(queued)" -eq 1 ]
  grep -rqx 'to: todo <alice@example.test>' "$SITE/spool/queue"
  grep -rqx '.dot' "$SITE/spool/queue"
  "$BIN/spool" check
}

@test "unknown users and other domains are refused at RCPT" {
  run smtp 'EHLO c' 'MAIL FROM:<a@b.test>' 'RCPT TO:<nobody@example.test>' 'RCPT TO:<a@elsewhere.test>' DATA QUIT
  [[ "$output" == *"550 5.1.1 "* ]]
  [[ "$output" == *"550 5.7.1 "* ]]
  [[ "$output" == *"554 5.5.1 no valid recipients"* ]]
  [ "$(queued)" -eq 0 ]
}

@test "a bare LF never ends a message and condemns it" {
  run bash -c 'printf "EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\nx\n.\nMAIL FROM:<evil@b.test>\r\n.\r\nQUIT\r\n" | "$BIN/smtpd"'
  [ "$status" -eq 0 ]
  [[ "$output" == *"550 5.6.0 bare CR or LF"* ]]
  [ "$(queued)" -eq 0 ]
}

@test "a connection lost inside a message leaves nothing behind" {
  run smtp 'EHLO c' 'MAIL FROM:<>' 'RCPT TO:<alice@example.test>' DATA 'Subject: half'
  [ "$status" -eq 76 ]
  [[ "${lines[-1]}" == *' disconnect peer='*' reason="connection lost in a message"' ]]
  [ "$(queued)" -eq 0 ]
}

@test "a message that cannot be stored is in the log with the client whose it was" {
  lines=('EHLO c' 'MAIL FROM:<>' 'RCPT TO:<alice@example.test>' DATA 'Subject: x' . QUIT)
  export PROTO=TCP TCPREMOTEIP=192.0.2.5
  printf '%s\r\n' "${lines[@]}" >"$SITE/lines"
  run strace -f -o /dev/null -e trace=fsync -e inject=fsync:error=EIO "$BIN/smtpd" <"$SITE/lines"
  [[ "$output" == *'451 4.3.0 '* ]]
  grep -qE 'smtpd\[[0-9]+\] - storage-error reason=.* peer=192\.0\.2\.5' <<<"$output"
  rm -r "$SITE"/spool/queue/?
  run "$BIN/smtpd" <"$SITE/lines"
  [[ "$output" == *' 4.3.0 '* ]]
  grep -qE 'smtpd\[[0-9]+\] - storage-error reason=.* peer=192\.0\.2\.5' <<<"$output"
}

@test "a message over max-size is refused" {
  echo 'max-size = 2000' >>"$TUBEPOST_CONF"
  run bash -c '{ printf "EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n"; yes 0123456789 | head -n 1000 | sed "s/\$/\r/"; printf ".\r\nQUIT\r\n"; } | "$BIN/smtpd"'
  [[ "$output" == *"552 5.3.4 "* ]]
  [ "$(queued)" -eq 0 ]
}

@test "garbage is answered within limits and then hung up on" {
  run bash -c 'head -c 200000 /dev/urandom | tr "\0" "\n" | "$BIN/smtpd"'
  [ "$status" -eq 0 ]
  [[ "$output" == *"421 4.7.0 "* ]]
}

@test "a spool that cannot be written is a 4xx before the message is sent" {
  rm -r "$SITE"/spool/queue/*
  run smtp 'EHLO c' 'MAIL FROM:<>' 'RCPT TO:<alice@example.test>' DATA QUIT
  [[ "$output" == *"451 4.3.0 "* ]]
  [[ "$output" != *"354 "* ]]
}

@test "a listening socket on descriptor 3 is served by fork" {
  coproc SERVER { exec python3 - "$BIN/smtpd" <<'PY'
import os, socket, sys
listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
os.dup2(listening.fileno(), 3)
os.set_inheritable(3, True)
os.environ["LISTEN_FDS"], os.environ["LISTEN_PID"] = "1", str(os.getpid())
os.execv(sys.argv[1], sys.argv[1:])
PY
  }
  read -r port <&"${SERVER[0]}"
  pid=$SERVER_PID
  for i in 1 2; do
    run python3 -c "
import smtplib
with smtplib.SMTP('127.0.0.1', $port) as s: s.sendmail('a@b.test', ['alice@example.test'], 'Subject: $i\r\n\r\nx\r\n')"
    [ "$status" -eq 0 ]
  done
  kill "$pid"
  wait "$pid" || true
  [ "$(queued)" -eq 2 ]
}

@test "a user named twice in whatever way gets one copy" {
  smtp 'EHLO c' 'MAIL FROM:<>' 'RCPT TO:<bob@example.test>' 'RCPT TO:<BOB@Example.test>' 'RCPT TO:<"bob"@example.test>' DATA 'Subject: x' '' . QUIT
  "$BIN/smtp-send" --once
  [ "$(delivered bob)" -eq 1 ]
}

@test "started with standard descriptors closed, it opens nothing in their place" {
  printf 'EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\nSubject: x\r\n\r\n.\r\nQUIT\r\n' |
    "$BIN/smtpd" 2>&- >"$SITE/out"
  grep -q '^250 2.0.0 queued' "$SITE/out"
  run "$BIN/spool" check
  [ "$status" -eq 0 ]
  ! grep -rq 'smtpd\[' "$SITE/spool/queue"
}

@test "a user added while it serves is known to the next connection" {
  run python3 - "$BIN/smtpd" "$SITE/users" <<'PY'
import os, smtplib, socket, subprocess, sys
listening = socket.create_server(("127.0.0.1", 0))
start = 'import os,sys; os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid())); os.execv(sys.argv[1], sys.argv[1:])'
held = os.dup(listening.fileno())
os.dup2(held, 3)
server = subprocess.Popen([sys.executable, "-c", start, sys.argv[1]], pass_fds=[3])
def code():
    with smtplib.SMTP("127.0.0.1", held_port) as s:
        s.ehlo(); s.mail("a@b.test")
        return s.rcpt("carol@example.test")[0]
held_port = socket.socket(fileno=held).getsockname()[1]
before = code()
with open(sys.argv[2], "a") as users: users.write("carol:*:1000:1000::/home/carol::\n")
after = code()
server.terminate(); server.wait()
print("codes", before, after, flush=True)
os._exit(0)
PY
  [[ "$output" == *"codes 550 250"* ]]
}

@test "--check and errors of the configuration" {
  run "$BIN/smtpd" --check
  [ "$status" -eq 0 ]
  if [ "$(id -u)" -eq 0 ]; then
    for program in smtpd smtp-send; do
      run "$BIN/$program" --check --smtpd-user=no-such-user
      [ "$status" -eq 64 ]
      [[ "$output" == "$program: smtpd-user: there is no user 'no-such-user'"* ]]
    done
    echo 'smtpd-user = no-such-user' >>"$TUBEPOST_CONF"
    run "$BIN/smtpd" --check
    [ "$status" -eq 78 ]
    [ "$output" = "smtpd: $TUBEPOST_CONF:$(wc -l <"$TUBEPOST_CONF"): smtpd-user: there is no user 'no-such-user'" ]
    sed -i '$d' "$TUBEPOST_CONF"
  fi
  run "$BIN/smtpd" --check --postmaster=nobody
  [ "$status" -eq 78 ]
  [[ "$output" == *"postmaster: 'nobody' is no user here"* ]]
  echo 'nonsense = 1' >>"$TUBEPOST_CONF"
  run "$BIN/smtpd" --check
  [ "$status" -eq 78 ]
  [[ "$output" == *"tubepost.conf:$(wc -l <"$TUBEPOST_CONF"): unknown key 'nonsense'"* ]]
  run "$BIN/smtpd" --nonsense
  [ "$status" -eq 64 ]
}

@test "a client over max-connections-per-source hears 421 and is logged" {
  echo 'max-connections-per-source = 1' >>"$TUBEPOST_CONF"
  run python3 - "$BIN/smtpd" "$SITE/log" <<'PY'
import os, socket, subprocess, sys
listening = socket.create_server(("127.0.0.1", 0))
start = 'import os,sys; os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid())); os.execv(sys.argv[1], sys.argv[1:])'
held = os.dup(listening.fileno())
os.dup2(held, 3)
server = subprocess.Popen([sys.executable, "-c", start, sys.argv[1]], pass_fds=[3], stderr=open(sys.argv[2], "w"))
port = listening.getsockname()[1]
first = socket.create_connection(("127.0.0.1", port))
print(first.recv(100).decode())
second = socket.create_connection(("127.0.0.1", port))
print(second.recv(100).decode(), flush=True)
first.close()
server.terminate()
server.wait()
os._exit(0)
PY
  [ "$status" -eq 0 ]
  [[ "$output" == "220 "*"421 4.3.2 too many connections"* ]]
  grep -q 'connection-refused peer=127.0.0.1' "$SITE/log"
}
