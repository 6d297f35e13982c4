# Each real superserver starts each server: the banner comes, the caller's address is in the log, and nothing of the log
# is in the conversation.
load site

setup() {
  site
  with_passwords
  chmod 755 "$BATS_TEST_TMPDIR" "$SITE" || true
  mapfile -t ports < <(python3 -c '
import socket
all = [socket.create_server(("127.0.0.1", 0)) for _ in range(7)]
for s in all: print(s.getsockname()[1])')
}

teardown() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null; wait "$pid" || true; done
}

# Waits until something listens on the port.
listening() { until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do kill -0 "${started[@]}"; done; }

# conversations: every server speaks its protocol from the first byte to the last.
conversations() {
  python3 - "${ports[@]:0:4}" <<'PY'
import socket, sys
def talk(port, first, lines):
    with socket.create_connection(("127.0.0.1", port), 20) as s:
        f = s.makefile("rwb")
        out = f.readline()
        assert out.startswith(first), out
        f.write(b"".join(line + b"\r\n" for line in lines)); f.flush()
        rest = f.read()
        assert b"connect peer" not in out + rest and b"disconnect" not in out + rest, rest
        return rest
smtp, submission, pop3, imap = map(int, sys.argv[1:])
rest = talk(smtp, b"220 mx.example.test", [b"EHLO c", b"MAIL FROM:<>", b"RCPT TO:<bob@example.test>", b"DATA", b"Subject: x", b"", b".", b"QUIT"])
assert b"250 2.0.0 queued" in rest and rest.endswith(b"221 2.0.0 mx.example.test goodbye\r\n"), rest
rest = talk(submission, b"220 ", [b"EHLO c", b"AUTH PLAIN AGJvYgBzZWNyZXQ=", b"QUIT"])
assert b"235 2.7.0" in rest, rest
rest = talk(pop3, b"+OK", [b"USER bob", b"PASS secret", b"STAT", b"QUIT"])
assert b"+OK 0 0" in rest, rest
rest = talk(imap, b"* OK", [b"a LOGIN bob secret", b"b SELECT INBOX", b"c LOGOUT"])
assert b"c OK" in rest, rest
PY
  grep -rq '^Received: from c (\[127.0.0.1\])' "$SITE/spool/queue"
}

# The same from the first octet in TLS, and nothing of the log in the clear.
conversations_in_tls() {
  python3 - "${ports[@]:4}" <<'PY'
import socket, ssl, sys
use = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
use.check_hostname, use.verify_mode = False, ssl.CERT_NONE
for port, first, lines, wanted in zip(sys.argv[1:], (b"220 mx.example.test", b"+OK", b"* OK"),
        (b"EHLO c\r\nQUIT\r\n", b"USER bob\r\nPASS secret\r\nSTAT\r\nQUIT\r\n", b"a LOGIN bob secret\r\nc LOGOUT\r\n"), (b"221 ", b"+OK 0 0", b"c OK")):
    with use.wrap_socket(socket.create_connection(("127.0.0.1", int(port)), 20)) as s:
        f = s.makefile("rwb")
        out = f.readline()
        assert out.startswith(first), out
        f.write(lines); f.flush()
        rest = f.read()
        assert wanted in rest and b"peer=" not in rest, rest
PY
}

# with_certificate: one that nobody has signed.
with_certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=mx.example.test -keyout "$SITE/tls.key" -out "$SITE/tls.crt" 2>/dev/null
  echo "certificate = $SITE/tls.crt:$SITE/tls.key" >>"$TUBEPOST_CONF"
}

# shipped FILE FROM TO...: a file of inetd/ as it is installed, with pieces of it replaced by those of this test.
shipped() {
  local text
  text=$(sed "s|@bin@|$BIN|g" "$SOURCE/inetd/$1")
  shift
  while [ $# -gt 0 ]; do
    [[ "$text" == *"$1"* ]]
    text=${text//"$1"/"$2"}
    shift 2
  done
  echo "$text"
}
services=(smtp submission pop3 imap)
numbers=(25 587 110 143)

@test "tcpserver" {
  for i in 0 1 2 3; do
    shipped "tcpserver/${services[i]}" " 0 ${numbers[i]} " " 127.0.0.1 ${ports[i]} " >"$SITE/${services[i]}"
    sh "$SITE/${services[i]}" 2>>"$SITE/log" 3>&- &
    started+=($!)
    listening "${ports[i]}"
  done
  conversations
  [ "$(grep -c 'connect peer=127.0.0.1' "$SITE/log")" -ge 4 ]
}

tls_services=(submissions pop3s imaps)
tls_numbers=(465 995 993)

@test "TLS from the first octet: tcpserver, and systemd-socket-activate with the capabilities of the units" {
  with_certificate
  for form in tcpserver systemd; do
    for i in 0 1 2; do
      if [ "$form" = tcpserver ]; then
        shipped "tcpserver/${tls_services[i]}" " 0 ${tls_numbers[i]} " " 127.0.0.1 ${ports[4 + i]} " >"$SITE/${tls_services[i]}"
        command=(sh "$SITE/${tls_services[i]}")
      else
        unit=$(shipped "systemd/tubepost-${tls_services[i]}.service")
        [[ "$unit" == *$'\nNoNewPrivileges=yes\n'* && "$unit" == *$'\nCapabilityBoundingSet=CAP_SETUID CAP_SETGID\n'* ]]
        read -ra program < <(sed -n 's/^ExecStart=//p' <<<"$unit")
        command=(env -u NOTIFY_SOCKET systemd-socket-activate -E TUBEPOST_CONF -E PATH -l "127.0.0.1:${ports[4 + i]}"
          setpriv --no-new-privs --bounding-set=-all,+setuid,+setgid "${program[@]}")
      fi
      "${command[@]}" 2>>"$SITE/log" 3>&- &
      started+=($!)
      listening "${ports[4 + i]}"
    done
    conversations_in_tls
    [ "$(grep -c ' tls peer=127.0.0.1 protocol=TLSv1.3' "$SITE/log")" -ge 3 ]
    for pid in "${started[@]}"; do kill "$pid"; wait "$pid" || true; done
    started=()
    : >"$SITE/log"
  done
}

@test "systemd-socket-activate: one process that accepts, or one a connection, with the capabilities of the units" {
  for form in '' '--accept' '--accept --inetd'; do
    for i in 0 1 2 3; do
      unit=$(shipped "systemd/tubepost-${services[i]}.service")
      [[ "$unit" == *$'\nNoNewPrivileges=yes\n'* && "$unit" == *$'\nCapabilityBoundingSet=CAP_SETUID CAP_SETGID\n'* ]]
      command="setpriv --no-new-privs --bounding-set=-all,+setuid,+setgid $(sed -n 's/^ExecStart=//p' <<<"$unit")"
      env -u NOTIFY_SOCKET systemd-socket-activate $form -E TUBEPOST_CONF -l "127.0.0.1:${ports[i]}" $command 2>>"$SITE/log" 3>&- &
      started+=($!)
      listening "${ports[i]}"
    done
    conversations
    [ "$(grep -c 'connect peer=127.0.0.1' "$SITE/log")" -ge 4 ]
    for pid in "${started[@]}"; do kill "$pid"; wait "$pid" || true; done
    started=()
    : >"$SITE/log"
    rm -f "$SITE"/spool/queue/*/*.*.*
  done
}

@test "openbsd-inetd" {
  needs_root "run it"
  with_certificate
  local tab=$'\tstream'
  shipped inetd.conf "smtp$tab" "127.0.0.1:${ports[0]}$tab" "submission$tab" "127.0.0.1:${ports[1]}$tab" \
    "pop3$tab" "127.0.0.1:${ports[2]}$tab" "imap2$tab" "127.0.0.1:${ports[3]}$tab" \
    "smtps$tab" "127.0.0.1:${ports[4]}$tab" "pop3s$tab" "127.0.0.1:${ports[5]}$tab" "imaps$tab" "127.0.0.1:${ports[6]}$tab" >"$SITE/inetd.conf"
  "$BIN/../peers/usr/sbin/inetd" -d -l "$SITE/inetd.conf" >"$SITE/inetd.log" 2>&1 3>&- &
  started+=($!)
  for port in "${ports[@]}"; do listening "$port"; done
  conversations
  conversations_in_tls
}

@test "xinetd" {
  needs_root "run it"
  with_certificate
  for i in 0 1 2 3; do
    shipped "xinetd.d/tubepost-${services[i]}" "= ${numbers[i]}" "= ${ports[i]}"$'\n\tbind = 127.0.0.1'
  done >"$SITE/xinetd.conf"
  for i in 0 1 2; do
    shipped "xinetd.d/tubepost-${tls_services[i]}" "= ${tls_numbers[i]}" "= ${ports[4 + i]}"$'\n\tbind = 127.0.0.1'
  done >>"$SITE/xinetd.conf"
  xinetd -dontfork -f "$SITE/xinetd.conf" -pidfile "$SITE/pid" -filelog "$SITE/xinetd.log" 3>&- &
  started+=($!)
  for port in "${ports[@]}"; do listening "$port"; done
  conversations
  conversations_in_tls
}

@test "the log of a server under inetd goes to syslog" {
  needs_root "make a /dev"
  # A mount namespace has a /dev of its own, so a /dev/log that is this test's.
  run apart bash -c '
    mount -t tmpfs none /dev/shm && mkdir /dev/shm/dev && cp -a /dev/null /dev/urandom /dev/shm/dev/ && mount --bind /dev/shm/dev /dev
    exec python3 - "$1" <<"PY"
import socket, subprocess, sys
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); log.bind("/dev/log"); log.settimeout(20)
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
c, _ = server.accept()
p = subprocess.Popen([sys.argv[1]], stdin=c, stdout=c, stderr=c); c.close()
client.sendall(b"QUIT\r\n")
conversation = b""
while chunk := client.recv(4096): conversation += chunk
p.wait()
line = log.recv(4096)
while b"warning" in line: line = log.recv(4096)
assert b"smtpd[" in line and b"connect peer=127.0.0.1" in line, line
assert b"connect" not in conversation.replace(b"disconnect", b"connect"), conversation
client = socket.create_connection(server.getsockname())
c, _ = server.accept()
p = subprocess.Popen([sys.argv[1], "--users=/nonexistent"], stdin=c, stdout=c, stderr=c); c.close()
conversation = client.recv(4096)
assert p.wait() == 66 and conversation == b"", conversation
while b"/nonexistent" not in line: line = log.recv(4096)
PY' sh "$BIN/smtpd"
  echo "$output"
  [ "$status" -eq 0 ]
}

@test "systemd-analyze verifies every unit as it is installed" {
  mkdir "$SITE/units"
  for unit in "$SOURCE"/inetd/systemd/*.socket "$SOURCE"/inetd/systemd/*.service; do sed "s|@bin@|$BIN|g" "$unit" >"$SITE/units/${unit##*/}"; done
  run systemd-analyze verify --man=no "$SITE"/units/*.socket "$SITE"/units/*.service
  echo "$output"
  [ "$status" -eq 0 ]
  [ -z "$output" ]
}
