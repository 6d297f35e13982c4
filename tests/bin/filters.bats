load site

setup() { site; }

# filter NAME: a program made of standard input, the next one that messages go through.
filter() {
  cat >"$SITE/$1"
  chmod +x "$SITE/$1"
  echo "filter = $SITE/$1 ${2:-}" >>"$TUBEPOST_CONF"
}

send() { smtp 'EHLO c' 'MAIL FROM:<a@b.test>' 'RCPT TO:<bob@example.test>' 'RCPT TO:<alice@example.test>' DATA "$@" . QUIT; }

@test "a message goes through the filters in their order, and they see the envelope" {
  filter one "it's \$HOME" <<'SH'
#!/bin/sh
printf 'X-One: %s|%s|%s|%s|%s|%s\n' "$1 $2" "$SENDER" "$(echo $RECIPIENT)" "$TCPREMOTEIP$TCPREMOTEHOST" "$AUTH_USER" "$HELO"
echo "X-Id: $QUEUE_ID"
exec cat
SH
  filter two <<'SH'
#!/bin/sh
exec sed '1s/^X-One/X-Two/'
SH
  run send 'Subject: hi' '' body
  [ "$status" -eq 0 ]
  [[ "$output" == *"250 2.0.0 queued as "* ]]
  grep -rqxF "X-Two: it's \$HOME|a@b.test|bob@example.test alice@example.test|unknown||c" "$SITE/spool/queue"
  grep -rq "^X-Id: $("$BIN/spool" list | grep -o '[0-9a-z]\{13\}' | head -n1)$" "$SITE/spool/queue"
  grep -rqx 'Received: from c .*' "$SITE/spool/queue"
  grep -rqx body "$SITE/spool/queue"
  "$BIN/spool" check
}

@test "77 rejects with the first line of what the filter says, 75 and all else defer" {
  filter no <<'SH'
#!/bin/sh
printf 'no such words here\nsecond\n' >&2
exit 77
SH
  run send x
  [[ "$output" == *"554 5.7.1 no such words here"* ]]
  [ "$(queued)" -eq 0 ]
  local end
  for end in 'exit 75' 'exit 1' 'kill -9 $$'; do
    printf '#!/bin/sh\n%s\n' "$end" >"$SITE/no"
    run send x
    [[ "$output" == *"451 4.7.1 "* ]]
    [ "$(queued)" -eq 0 ]
  done
}

@test "a filter that hangs or writes without end is stopped" {
  filter hang <<'SH'
#!/bin/sh
exec tail -f /dev/null
SH
  echo 'filter-timeout = 1' >>"$TUBEPOST_CONF"
  run send x
  [[ "$output" == *"451 4.7.1 "* ]]
  printf '%s\n' '#!/bin/sh' 'exec yes' >"$SITE/hang"
  echo 'max-size = 2000' >>"$TUBEPOST_CONF"
  run send x
  [[ "$output" == *"451 4.7.1 "* ]]
  [ "$(queued)" -eq 0 ]
}

# Each line is a filter, and none of them may hold up, lose or let through half of a message.
@test "what a filter does with its descriptors, its children and its time" {
  echo 'filter-timeout = 20' >>"$TUBEPOST_CONF"
  echo 'max-size = 200000' >>"$TUBEPOST_CONF"
  filter odd </dev/null
  local before=$SECONDS wanted script
  while read -r wanted script; do
    printf '#!/bin/sh\n%s\n' "$script" >"$SITE/odd"
    run send 'Subject: hi' '' "$(head -c 900 /dev/zero | tr '\0' b)"
    [[ "$output" == *$'\n'"$wanted "[245].[07].[01]" "* ]] || { echo "$script: $output"; false; }
  done <<'SH'
250 exec <&-; printf 'Subject: never read it\n\n'
250 i=0; while [ $i -lt 3000 ]; do echo "X-First: this comes before anything is read, and fills every pipe there is"; i=$((i+1)); done; cat
250 tail -f /dev/null & cat
250 setsid tail -f /dev/null & echo $! >>"${0%/*}/escaped"; cat
451 exec >&-; cat
451 cat | head -c 100
451 exit 0
451 yes | head -c 1000000000
451 yes | head -c 1000000000 >&2; exit 77
451 exec 2>/dev/null; trap '' XFSZ; cat; yes | head -c 1000000000; exit 0
451 kill -SEGV $$
451 exit 71
451 exec /nonexistent
554 exec >&- 2>&-; exit 77
SH
  [ $((SECONDS - before)) -lt 20 ]
  kill $(cat "$SITE/escaped") || true
  [ "$(queued)" -eq 4 ]
  "$BIN/spool" check
}

@test "of a filter that is too late nothing is left" {
  filter late <<'SH'
#!/bin/sh
tail -f /dev/null &
echo $$ $! >"${0%/*}/pids"
tail -f /dev/null
SH
  echo 'filter-timeout = 1' >>"$TUBEPOST_CONF"
  run send x
  [[ "$output" == *"451 4.7.1 "* ]]
  local pid
  for pid in $(cat "$SITE/pids"); do ! grep -qs tail "/proc/$pid/cmdline"; done
}

@test "the reason is one line of a reply, whatever a filter says" {
  filter no <<'SH'
#!/bin/sh
printf 'no\r250 2.0.0 queued as x\033[2J\303\244\t%s\n250 2.0.0 too\n' "$(yes | tr -d '\n' | head -c 5000)" >&2
exit 77
SH
  send x >"$SITE/out"
  [ "$(grep -c '^554 ' "$SITE/out")" -eq 1 ]
  [ "$(grep -c '^250 2.0.0' "$SITE/out")" -eq 0 ]
  grep -q '^554 5.7.1 no?250 2.0.0 queued as x?\[2J???yyy' "$SITE/out"
  [ "$(grep '^554 ' "$SITE/out" | wc -c)" -le 512 ]
}

@test "a filter is started with its own words, and nothing of the mail is a command" {
  filter show 'a;b $(touch evil) `touch evil` * "q r"' <<'SH'
#!/bin/sh
cd "${0%/*}" || exit 75
{ printf '%s\n' "$#" "$@"; printf '%s' "$SENDER" "$RECIPIENT"; } >shown
exec cat
SH
  cd "$SITE"
  run smtp 'EHLO $(touch evil)' 'EHLO c' 'MAIL FROM:<"$(touch evil);`touch evil`|x"@b.test>' 'RCPT TO:<bob+$`{touch}|evil@example.test>' \
    DATA 'Subject: $(touch evil)' '' x . QUIT
  [[ "$output" == *"250 2.0.0 queued"* ]]
  [ ! -e evil ]
  [ "$(head -n9 shown | tr '\n' ' ')" = '8 a;b $(touch evil) `touch evil` * "q r" ' ]
  grep -qF '"$(touch evil);`touch evil`|x"@b.test' shown
}

@test "a filter holds nothing of the connection, and no file of smtpd's" {
  filter holds <<'SH'
#!/bin/sh
for one in /proc/$$/fd/*; do printf 'X-Holds: '; readlink "$one" || echo /proc/; done
exec cat
SH
  exec 7<"$SITE/users"
  run send x
  exec 7<&-
  [[ "$output" == *"250 2.0.0 queued"* ]]
  # Its input, its output, what it says on standard error, and the script that it is.
  [ "$(grep -rh '^X-Holds: ' "$SITE/spool/queue" | grep -c ' (deleted)$')" -eq 3 ]
  [ "$(grep -rh '^X-Holds: ' "$SITE/spool/queue" | grep -v ' (deleted)$\|/proc/')" = "X-Holds: $SITE/holds" ]
}

@test "lines that DATA would not take are not taken from a filter" {
  filter long <<'SH'
#!/bin/sh
cat
head -c "$(cat "${0%/*}/length")" /dev/zero | tr '\0' x
echo
SH
  echo 1048576 >"$SITE/length"
  run send x
  [[ "$output" == *"250 2.0.0 queued"* ]]
  echo 1048577 >"$SITE/length"
  run send x
  [[ "$output" == *"451 4.7.1 "* ]]
  [ "$(queued)" -eq 1 ]
}

@test "what sendmail and spool-put take goes through the filters too" {
  filter mark <<'SH'
#!/bin/sh
printf 'X-Mark: %s|%s|%s|%s\n' "$SENDER" "$(echo $RECIPIENT)" "$TCPREMOTEIP" "$AUTH_USER"
exec cat
SH
  printf 'Subject: one\n\nno end' | "$BIN/sendmail" -f alice@example.test bob alice
  printf 'Subject: two\n\nbody\n' | "$BIN/spool-put" -f alice@example.test bob@example.test
  [ "$(queued)" -eq 2 ]
  grep -rqx "X-Mark: alice@example.test|bob@mx.example.test alice@mx.example.test||$(id -un)" "$SITE/spool/queue"
  grep -rqx "X-Mark: alice@example.test|bob@example.test||$(id -un)" "$SITE/spool/queue"
  grep -rqx 'no end' "$SITE/spool/queue"
  "$BIN/spool" check
  printf '%s\r\n' 'EHLO c' 'MAIL FROM:<alice@example.test>' 'RCPT TO:<bob@example.test>' DATA 'Subject: x' '' hi . QUIT | "$BIN/sendmail" -bs
  [ "$(grep -rh '^X-Mark' "$SITE/spool/queue" | wc -l)" -eq 3 ]
}

@test "sendmail and spool-put say what a filter says, and keep nothing" {
  local program end
  filter no </dev/null
  for program in sendmail spool-put; do
    printf '#!/bin/sh\nprintf "no such \\033words\\nsecond\\n" >&2\nexit 77\n' >"$SITE/no"
    run "$BIN/$program" bob@example.test <<<'Subject: x'
    [ "$status" -eq 77 ]
    [[ "$output" == *"$program: no such ?words"* ]]
    for end in 'exit 75' 'exit 1' 'exit 0' 'kill -9 $$' 'printf "Subject: x\n\na\rb\n"'; do
      printf '#!/bin/sh\n%s\n' "$end" >"$SITE/no"
      run "$BIN/$program" bob@example.test <<<'Subject: x'
      [ "$status" -eq 75 ] || { echo "$program: $end: $status $output"; false; }
    done
  done
  run "$BIN/spool-put" --max-size 2000 bob@example.test < <(head -c 3000 /dev/zero)
  [ "$status" -eq 65 ]
  [ "$(queued)" -eq 0 ]
}

@test "more recipients than filters can be told of are not tried again and again" {
  filter same <<'SH'
#!/bin/sh
exec cat
SH
  echo '* 127.0.0.1:9' >"$SITE/routes"
  { printf 'Bcc: x@far.test'; seq -f ', u%05g@far.test' 12000; printf '\n\nbody\n'; } | sed 's/^,/ ,/' >"$SITE/message"
  run "$BIN/sendmail" -t <"$SITE/message"
  [ "$status" -eq 65 ]
  [[ "$output" == *"more recipients than a filter can be told of"* ]]
  [ "$(queued)" -eq 0 ]
}

@test "a program with rights of its own gives filters none of them, and no words of its caller" {
  needs_root 'make a program of another group'
  may_go_apart
  filter who <<'SH'
#!/bin/sh
printf 'X-Who: %s %s %s\n' "$(id -u):$(id -g)" "$PATH" "${EVIL:-none}"
exec cat
SH
  # It reads no other configuration than the host's own.
  mkdir -p "$SITE/etc/tubepost"
  cp "$TUBEPOST_CONF" "$SITE/etc/tubepost/"
  cp "$BIN/spool-put" "$SITE/put"
  chgrp -R mail "$SITE/spool" "$SITE/put"
  chmod -R g+rwX "$SITE/spool"
  chmod 2755 "$SITE/put"
  run apart bash -c 'mount -t tmpfs none /etc/opt && cp -a /etc/passwd /etc/group /etc/ld.so.cache /etc/nsswitch.conf "$SITE/etc/tubepost" /etc/opt && mount --bind /etc/opt /etc &&
    EVIL=x PATH="$SITE:$PATH" exec "$SITE/put" bob@example.test <<<"Subject: x"'
  [ "$status" -eq 0 ] || { echo "$output"; false; }
  grep -rqx "X-Who: 0:0 /usr/local/bin:/usr/bin:/bin none" "$SITE/spool/queue"
}

@test "under inetd nothing that is said about a filter gets into the conversation" {
  filter no <<'SH'
#!/bin/sh
echo 'later, please' >&2
exit 75
SH
  run python3 - "$BIN/smtpd" <<'PY'
import socket, subprocess, sys
ours, theirs = socket.socketpair()
server = subprocess.Popen([sys.argv[1]], stdin=theirs, stdout=theirs, stderr=theirs)
theirs.close()
ours.sendall(b"EHLO c\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\nSubject: x\r\n\r\n.\r\nQUIT\r\n")
heard = ours.makefile("rb").read()
print(heard.decode())
sys.exit(server.wait() or b"program" in heard or b"please" in heard)
PY
  [ "$status" -eq 0 ]
  [[ "$output" == *"451 4.7.1 "* ]]
}

@test "two messages on one connection are two, in chunks too" {
  filter same <<'SH'
#!/bin/sh
exec cat
SH
  run bash -c 'printf "EHLO c\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\nlonger than the next\r\n.\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<alice@example.test>\r\nBDAT 9\r\n\r\nchunk\r\nBDAT 3\r\nab\rBDAT 1 LAST\r\n\nQUIT\r\n" | "$BIN/smtpd"'
  [ "$(grep -c '^250 2.0.0 queued' <<<"$output")" -eq 2 ]
  "$BIN/smtp-send" --once
  [ "$(sed '1,/^$/d' "$SITE"/alice/Maildir/new/*)" = $'chunk\nab' ]
  [ "$(tail -n1 "$SITE"/bob/Maildir/new/*)" = 'longer than the next' ]
}

@test "look-alikes of the end that a filter writes stay in one message or are not taken" {
  local text
  filter forge <<'SH'
#!/bin/sh
cat >/dev/null
printf "$(cat "${0%/*}/text")"
SH
  for text in 'x\n.\nMAIL FROM:<evil@b.test>\n' 'x\r\n.\r\nMAIL FROM:<evil@b.test>\r\n' 'x\n.\r\nMAIL FROM:<evil@b.test>\n'; do
    printf '%s' "Subject: s\\n\\n$text" >"$SITE/text"
    run send x
    [[ "$output" == *"250 2.0.0 queued"* ]]
  done
  for text in 'x\r.\rMAIL' 'x\r\n\r.\r\n' 'x\n.\rMAIL' 'x\r\r\n.\r\n' 'x\r'; do
    printf '%s' "Subject: s\\n\\n$text" >"$SITE/text"
    run send x
    [[ "$output" == *"451 4.7.1 "* ]]
  done
  [ "$(queued)" -eq 3 ]
  ! grep -rq "$(printf '\r')" "$SITE/spool/queue"
  "$BIN/smtp-send" --once
  [ "$(delivered bob)" -eq 3 ]
}

@test "look-alikes that a filter writes go out again as text of one message" {
  filter forge <<'SH'
#!/bin/sh
cat
printf "x$(cat "${0%/*}/text")MAIL FROM:<evil@b.test>\r\nRCPT TO:<evil@far.test>\r\nDATA\r\nevil\n"
SH
  python3 "$SOURCE/tests/bin/scripted_server.py" "$SITE/heard" >"$SITE/port" 3>&- &
  local server=$! text
  until [ -s "$SITE/port" ]; do kill -0 "$server"; done
  echo "far.test 127.0.0.1:$(cat "$SITE/port")" >"$SITE/routes"
  for text in '\n.\n' '\n.\r\n' '\r\n.\n' '\r\n.\r\n' '\r\n\0.\r\n' '\r\n.\0\r\n' '\r.\r' '\r.\n' '\r.\r\n' '\n.\r' '\r\n.\r'; do
    printf '%s' "$text" >"$SITE/text"
    smtp 'EHLO c' 'MAIL FROM:<a@b.test>' 'RCPT TO:<bob@example.test>' DATA x . QUIT
    "$BIN/sendmail" -f alice@example.test x@far.test <<<'Subject: x' || [ $? -eq 75 ]
  done
  [ "$(queued)" -eq 8 ]
  "$BIN/smtp-send" --once
  kill "$server"
  [ "$(grep -c '^MAIL FROM:<alice@example.test>' "$SITE/heard")" -eq 4 ]
  [ "$(grep -cx 'MAIL FROM:<evil@b.test>\\r\\n' "$SITE/heard")" -eq 4 ]
  # That was text: nobody was asked to take it.
  [ "$(grep -cx '\.\\r\\n' "$SITE/heard")" -eq 4 ]
  [ "$(delivered bob)" -eq 4 ]
  [ "$(queued)" -eq 0 ]
}

@test "filters are programs with whole paths, said before anything starts" {
  echo 'filter = cat' >>"$TUBEPOST_CONF"
  run "$BIN/smtpd" --check
  [ "$status" -eq 78 ]
  [[ "$output" == *"filter: a program with its whole path expected"* ]]
  sed -i '$d' "$TUBEPOST_CONF"
  echo 'filter = /nonexistent/filter' >>"$TUBEPOST_CONF"
  run "$BIN/smtpd" --check
  [ "$status" -eq 78 ]
}
