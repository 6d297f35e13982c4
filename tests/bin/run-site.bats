# inetd/run-site, which is `make run`: as a new user would, with the commands that it prints.
bats_require_minimum_version 1.5.0

setup() {
  top="$BATS_TEST_TMPDIR/a place"
  mkdir "$top"
  export SITE="$top/site" SMTP_PORT=0 SUBMISSION_PORT=0 POP3_PORT=0 IMAP_PORT=0 SMTPS_PORT=0 POP3S_PORT=0 IMAPS_PORT=0
}

teardown() {
  [ -z "${running:-}" ] || { kill "$running" && wait "$running"; } 2>/dev/null || true
  ended
}

# begin: until all is printed. What Bats starts in the background is deaf to SIGINT, which a terminal's programs are not.
begin() {
  : >"$top/said"
  env --default-signal=INT "$SOURCE/inetd/run-site" >"$top/said" 2>&1 3>&- &
  running=$!
  in_time 30 printed
}
printed() { grep -qx 'Ctrl-C ends it.' "$top/said" || { kill -0 "$running" || return 2; return 1; }; }

# in_time SECONDS COMMAND...: as soon as it is true.
in_time() {
  local until=$((SECONDS + $1)) status
  while status=0; "${@:2}" 2>/dev/null || status=$?; [ "$status" -ne 0 ]; do
    [ "$status" -ne 2 ] && [ "$SECONDS" -lt "$until" ] || { cat "$top/said"; return 1; }
    read -rt 0.02 <> <(:) || true
  done
}

# told LABEL: the command that was printed for it.
told() {
  local said
  said=$(awk -v label="$1" 'on && !/^ / { exit } index($0, label) == 1 { on = 1; $0 = substr($0, length(label) + 1) } on' "$top/said")
  [ -n "$said" ]
  printf '%s\n' "$said"
}
as_told() { bash -o pipefail -c "$(told "$1")" <<<''; }

arrived() { [ "$(find "$SITE/bob/Maildir/new" "$SITE/bob/Maildir/cur" -type f | wc -l)" -eq "$1" ]; }

# Processes that have this site in their environment: every one that run-site has started has it.
theirs() {
  local entry
  for entry in /proc/[0-9]*; do
    grep -qzx "TUBEPOST_CONF=$SITE/tubepost.conf" "$entry/environ" 2>/dev/null || continue
    grep -q '^State:.*zombie' "$entry/status" 2>/dev/null || echo "${entry#/proc/}"
  done
}
none_left() { [ -z "$(theirs)" ]; }
ended() { in_time 10 none_left; }

# The port printed after LABEL.
port_of() { sed -n "s/^.*\b$1 \([0-9][0-9]*\).*/\1/p" "$top/said" | head -n 1; }

@test "each command that is printed does what is said of it" {
  begin
  as_told 'send a file:'
  in_time 20 arrived 1
  run -0 as_told 'send a line:'
  [[ $output == *'250 2.0.0 queued'* ]]
  in_time 20 arrived 2
  run -0 as_told 'read (POP3):'
  [[ $output == *'filename=README.md'* ]]
  run -0 as_told 'read (IMAP):'
  [[ $output == *'From: alice@example.test'* ]]
  run -0 as_told 'with TLS:'
  [[ $output == *'From: alice@example.test'* ]]
  run -0 as_told 'STARTTLS:'
  [[ $output == *'Received: '* ]]
  run -0 as_told 'look inside:'
  [[ $output == *text/plain* ]]
  told 'the spool:' | grep -q 'spool list; less '
  run -0 bash -c "$(told 'the spool:' | sed 's/; less .*//')"
  [ -z "$output" ] # both have been delivered
  told 'the logs:' | grep -q 'tail -f '
  run -0 bash -c "$(told 'the logs:' | sed 's/tail -f/cat/')"
  [[ $output == *' delivered to=bob@example.test '*  ]]
}

@test "submission, POP3 and IMAP answer in TLS on ports of their own, with the certificate that is there" {
  begin
  local name
  for name in submission POP3 IMAP; do
    port=$(sed -n "s/^and with TLS.*\b$name \([0-9][0-9]*\).*/\1/p" "$top/said")
    run -0 openssl s_client -connect "127.0.0.1:$port" -CAfile "$SITE/tls.crt" -verify_return_error -verify_ip 127.0.0.1 </dev/null
    [[ $output == *'Verify return code: 0 (ok)'* ]]
  done
  curl -sS --cacert "$SITE/tls.crt" --login-options AUTH=PLAIN -u bob:bob-secret --mail-from bob@example.test --mail-rcpt alice@example.test \
    -T - "smtps://127.0.0.1:$(sed -n 's/^and with TLS.*submission \([0-9]*\).*/\1/p' "$top/said")/c" < <(printf 'Subject: x\r\n\r\ntext\r\n')
}

# An open connection goes with the site; the site stays, and the next one takes up its mail.
ends_by() {
  begin
  exec {client}<>"/dev/tcp/127.0.0.1/$(port_of SMTP)"
  local greeting
  read -r -t 20 -u "$client" greeting
  [[ $greeting == '220 mx.example.test '* ]]
  kill "-$1" "$running"
  wait "$running"
  running=
  ended
  exec {client}>&-
  [ "$(tail -n 1 "$top/said")" = 'Ctrl-C ends it.' ]
  [ ! -e "$SITE/port" ]
}

@test "SIGTERM ends it, and nothing is left" { ends_by TERM; }
@test "SIGINT ends it, and nothing is left" { ends_by INT; }
@test "SIGHUP ends it, and nothing is left" { ends_by HUP; }

@test "a site that was ended is there again the next time, with its mail" {
  begin
  as_told 'send a file:'
  in_time 20 arrived 1
  kill "$running"
  wait "$running"
  begin
  run -0 as_told 'look inside:'
  [[ $output == *README.md* ]]
}

parent() { awk '{print $4}' "/proc/$1/stat"; }

# gets NAME SIGNAL: the program whose log is NAME, once it is there.
gets() {
  local pid
  for pid in $(theirs); do
    [ "$(readlink "/proc/$pid/fd/2")" = "$SITE/log/$1" ] && [ "$(parent "$(parent "$pid")")" -eq "$running" ] || continue
    kill "-$2" "$pid"
    return
  done
  return 1
}

# dies NAME SIGNAL: it gets it; run-site's status is left in $status.
dies() {
  in_time 20 gets "$1" "$2"
  status=0
  wait "$running" || status=$?
  running=
}

@test "when a program ends, it is named with its signal or its status and its log, and the others end too" {
  begin
  dies pop3 KILL
  [ "$status" -eq 70 ]
  [[ $(tail -n 1 "$top/said") == "run: pop3 has ended, signal KILL; its log is $SITE/log/pop3"* ]]
  ended
  begin
  dies smtp-send KILL
  [ "$status" -eq 70 ]
  [[ $(tail -n 1 "$top/said") == "run: smtp-send has ended, signal KILL; its log is $SITE/log/smtp-send"* ]]
  ended
  begin
  dies imaps TERM
  [ "$status" -eq 70 ]
  [[ $(tail -n 1 "$top/said") == "run: imaps has ended, exit status 0; its log is $SITE/log/imaps"* ]]
}

@test "a program that cannot start is named, with the last line of its log" {
  POP3_PORT=nonsense run -70 "$SOURCE/inetd/run-site"
  [[ $output == "run: pop3 has ended, exit status 111; its log is $SITE/log/pop3, at its end: tcpserver: fatal: "*nonsense* ]]
  ended
  # The next time this is no end of it.
  begin
  dies pop3 KILL
  [ "$(tail -n 1 "$top/said")" = "run: pop3 has ended, signal KILL; its log is $SITE/log/pop3" ]
}

@test "one that ends while the others are being started is named as well" {
  mkdir "$top/tools"
  printf '%s\n' '#!/bin/sh' 'echo "tcpserver: not today" >&2' 'echo 1' 'kill -KILL $$' >"$top/tools/tcpserver"
  chmod +x "$top/tools/tcpserver"
  PATH="$top/tools:$PATH" run -70 timeout 60 "$SOURCE/inetd/run-site"
  [ "${lines[-1]}" = "run: smtp has ended, signal KILL; its log is $SITE/log/smtp, at its end: tcpserver: not today" ]
  ended
}

@test "a port that is taken is named before anything is made" {
  coproc TAKEN { exec python3 -c 'import socket, sys
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
sys.stdin.read()'; }
  taken=$TAKEN_PID
  read -r port <&"${TAKEN[0]}"
  IMAP_PORT=$port run -69 "$SOURCE/inetd/run-site"
  kill "$taken"
  [[ $output == "run: port $port is taken; choose others with SMTP_PORT="* ]]
  [ ! -e "$SITE" ]
}
