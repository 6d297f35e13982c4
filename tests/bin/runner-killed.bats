# A runner that is killed alone: what its children have begun is finished, what they have not is left to the next runner, at once.
load site

setup() { site; }
teardown() {
  local pid
  for pid in ${runner:-} ${peer:-}; do kill -9 "$pid" || true; done
  for pid in $(cat "$SITE/orphans" 2>/dev/null); do
    [ "$(readlink "/proc/$pid/exe")" != "$(realpath "$BIN/smtp-send")" ] || kill -9 "$pid" || true
  done
}

# slow WORD [OFFER]: a host for far.test that says when a line has come that begins with WORD, or a call (CONNECT), or all of the Nth message
# (content N). That one it answers when $SITE/go is written to, and says when the connection has ended. $SITE/heard has the subject of each
# message that it took. With OFFER it says that to EHLO; "MAIL #2" is the second MAIL.
slow() {
  mkfifo "$SITE/go"
  coproc PEER { exec python3 -u -c '
import socketserver, sys
word, go, heard, offer = sys.argv[1:]
waited, contents, mails = [], [], []
class Connection(socketserver.StreamRequestHandler):
    def reached(self, line):
        if line.startswith(word.encode()) and not waited:
            waited.append(self)
            print("reached")
            open(go).read()
    def say(self, line):
        self.wfile.write(line + b"\r\n")
    def talk(self):
        self.reached(b"CONNECT")
        self.say(b"220 x")
        for line in self.rfile:
            self.reached(line)
            if line.startswith(b"EHLO"): self.wfile.write(b"250-x\r\n")
            if line.startswith(b"MAIL"):
                mails.append(line)
                self.reached(b"MAIL #%d" % len(mails))
            if line.startswith(b"DATA"):
                self.say(b"354 go")
                content = b""
                while (line := self.rfile.readline()) not in (b".\r\n", b""): content += line
                if not line: return
                subject = next(l for l in content.splitlines() if l.startswith(b"Subject"))
                contents.append(subject)
                self.reached(b"content %d" % len(contents))
                with open(heard, "ab") as log: log.write(subject + b"\n")
            self.say(b"250 " + offer.encode())
    def handle(self):
        try:
            self.talk()
        except ConnectionError:
            pass
        if self in waited:
            print("ended")
class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
server = Server(("127.0.0.1", 0), Connection)
print(server.server_address[1])
server.serve_forever()' "$1" "$SITE/go" "$SITE/heard" "${2:-ok}"; }
  peer=$PEER_PID
  read -r -t 20 port <&"${PEER[0]}"
  echo "far.test 127.0.0.1:$port" >"$SITE/routes"
}
says() { read -r -t 20 line <&"${PEER[0]}" && [ "$line" = "$1" ]; }
put() { "$BIN/spool-put" -f alice@example.test "$2" <<<"Subject: $1" >/dev/null; }
# Also the processes of those.
children() { for pid in $(pgrep -P "$1"); do echo "$pid" && children "$pid"; done; }
start() {
  "$BIN/smtp-send" --deliveries=4 --connections-per-destination=1 --timeout=3600 "$@" 2>>"$SITE/log" 3>&- &
  runner=$!
}
kill_alone() {
  children "$runner" >"$SITE/orphans"
  kill -9 "$runner"
  wait "$runner" || true
  runner=
}
# once [OPTION]...: the next runner, as soon as it may.
once() {
  local end=$((SECONDS + 20))
  while [ "$SECONDS" -lt "$end" ]; do
    run "$BIN/smtp-send" --once --timeout=5 "$@"
    [ "$status" -eq 75 ] || return 0
  done
  false
}
# As one process, and with one of its own for hosts.
ways() {
  echo --retry=1
  [ "$(id -u)" -ne 0 ] || echo --smtpd-user=nobody
}
again() {
  kill "$peer"
  wait "$peer" || true
  peer=
  rm -f "$SITE/go" "$SITE/heard"
}

@test "where no content was sent they leave at once: no mail waits for a host that hangs" {
  chmod 755 "$BATS_TEST_TMPDIR" "$SITE"
  for way in $(ways); do
    for word in CONNECT EHLO MAIL DATA; do
      slow "$word"
      put far x@far.test
      start "$way"
      says reached
      kill_alone
      put near bob@example.test
      once "$way"
      [ "$status" -eq 0 ]
      [[ "$output" == *" delivered to=bob@example.test "* ]]
      [[ "$output" == *" delivered to=x@far.test "* ]]
      [ "$(queued)" -eq 0 ]
      # Nobody is left who would send it once more when the host goes on.
      echo go >"$SITE/go"
      says ended
      [ "$(cat "$SITE/heard")" = 'Subject: far' ]
      again
    done
  done
}

@test "content that has been sent is heard of, and what comes after it left: nothing goes twice" {
  chmod 755 "$BATS_TEST_TMPDIR" "$SITE"
  for way in $(ways); do
    # The first goes alone, as nothing is known of the host.
    slow 'content 2'
    put one x@far.test
    put two x@far.test
    put three x@far.test
    start "$way"
    says reached
    kill_alone
    run "$BIN/smtp-send" --once
    [ "$status" -eq 75 ]
    echo go >"$SITE/go"
    once "$way"
    [ "$status" -eq 0 ]
    [ "$(queued)" -eq 0 ]
    [ "$(sort "$SITE/heard")" = "$(printf 'Subject: %s\n' one three two)" ]
    [ "$(grep -c ' delivered to=x@far.test ' <<<"$output")" -eq 1 ]
    [ "$(grep -c ' delivered to=x@far.test ' "$SITE/log")" -eq 2 ]
    rm "$SITE/log"
    again
  done
}

# The host takes one recipient in a transaction.
put_two() { "$BIN/spool-put" -f alice@example.test x@far.test y@far.test <<<'Subject: two' >/dev/null; }
@test "whoever has it is written down, and the next transaction of a host that hangs is not waited for" {
  chmod 755 "$BATS_TEST_TMPDIR" "$SITE"
  for way in $(ways); do
    slow 'MAIL #2' 'LIMITS RCPTMAX=1'
    put_two
    start "$way"
    says reached
    kill_alone
    once "$way"
    [ "$(queued)" -eq 0 ]
    [ "$(grep -c ' delivered to=x@far.test ' "$SITE/log")" -eq 1 ]
    [[ "$output" == *" delivered to=y@far.test "* ]]
    [[ "$output" != *" to=x@far.test "* ]]
    echo go >"$SITE/go"
    says ended
    [ "$(wc -l <"$SITE/heard")" -eq 2 ]
    rm "$SITE/log"
    again
  done
}

@test "the next transaction is not begun" {
  chmod 755 "$BATS_TEST_TMPDIR" "$SITE"
  for way in $(ways); do
    slow 'content 1' 'LIMITS RCPTMAX=1'
    put_two
    start "$way"
    says reached
    kill_alone
    echo go >"$SITE/go"
    once "$way"
    [ "$(queued)" -eq 0 ]
    [ "$(grep -c ' delivered to=' "$SITE/log")" -eq 1 ]
    [[ "$output" == *" delivered to=y@far.test "* ]]
    [ "$(wc -l <"$SITE/heard")" -eq 2 ]
    rm "$SITE/log"
    again
  done
}
