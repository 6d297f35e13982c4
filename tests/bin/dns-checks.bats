load site
load dns

setup() {
  site
  dns_zone 2.0.192.in-addr.arpa <<'ZONE'
9 PTR mx.example.org.
10 PTR mx.example.org.
11 PTR nowhere.example.org.
12 PTR other.example.org.
12 PTR twelve.example.org.
14 PTR gone.example.net.
ZONE
  dns_zone 8.b.d.0.1.0.0.2.ip6.arpa <<'ZONE'
9.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 PTR mx.example.org.
ZONE
  dns_zone example.org <<'ZONE'
mx A 192.0.2.9
mx AAAA 2001:db8::9
other A 192.0.2.99
twelve A 192.0.2.12
mail MX 10 mx
ZONE
  dns_zone bl.example.net <<'ZONE'
9.2.0.192 A 127.0.0.2
9.2.0.192 TXT "see https://bl.example.net/?192.0.2.9"
10.2.0.192 A 127.0.0.11
11.2.0.192 A 127.255.255.254
9.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2 A 127.0.0.3
ZONE
  dns_zone good.example.net <<'ZONE'
9.2.0.192 A 127.0.0.2
13.2.0.192 A 127.0.0.2
ZONE
}

teardown() { dns_down; }

configured() {
  printf '%s\n' "resolver = $dns" 'trust-anchor =' 'tarpit = 0' "$@" >>"$TUBEPOST_CONF"
}

# from ADDRESS LINES...: a client with this address.
from() {
  local address=$1
  shift
  printf '%s\r\n' "$@" | PROTO=TCP TCPREMOTEIP=$address "$BIN/smtpd" 2>"$SITE/log"
}

mail=('MAIL FROM:<a@example.org>' 'RCPT TO:<bob@example.test>')

@test "without a check nobody asks the DNS" {
  dead_server
  configured
  run from 192.0.2.9 'EHLO c' "${mail[@]}" QUIT
  [[ "$output" == *"250 2.1.5 "* ]]
  # Nor is the program there that would.
  run "$BIN/smtpd" --libexec "$SITE" --check
  [ "$status" -eq 0 ]
}

@test "an address has a name that leads back to it, or mail is refused" {
  dns_up
  configured 'reverse-dns-check = yes'
  for address in 192.0.2.9 192.0.2.12 2001:db8::9 ::ffff:192.0.2.9; do
    run from "$address" 'EHLO c' "${mail[@]}" QUIT
    [[ "$output" == *"250 2.1.5 "* ]]
  done
  # No name, a name of another address, a name without one.
  for address in 192.0.2.13 192.0.2.10 192.0.2.11 2001:db8::8; do
    run from "$address" 'EHLO c' "${mail[@]}" QUIT
    [[ "$output" == *"250 2.1.0 "*"550 5.7.25 $address has no name"* ]]
  done
  # Nobody knows that zone here.
  for address in 192.0.2.14 198.51.100.1; do
    run from "$address" 'EHLO c' "${mail[@]}" QUIT
    [[ "$output" == *"450 4.7.25 "* ]]
  done
}

@test "the name goes into Received and the log; with warn nobody is refused" {
  dns_up
  configured 'reverse-dns-check = warn'
  from 192.0.2.9 'EHLO c' "${mail[@]}" DATA x . QUIT
  grep -rqF 'Received: from c (mx.example.org [192.0.2.9])' "$SITE/spool/queue"
  grep -q 'reverse-dns result=pass host=mx.example.org peer=192.0.2.9' "$SITE/log"
  from 192.0.2.13 'EHLO c' "${mail[@]}" DATA x . QUIT
  grep -rqF 'Received: from c ([192.0.2.13])' "$SITE/spool/queue"
  grep -q 'reverse-dns result=fail' "$SITE/log"
  [ "$(queued)" -eq 2 ]
}

@test "filters are told the name when it leads back, and no other" {
  dns_up
  configured 'reverse-dns-check = warn' "filter = $SITE/tell"
  printf '#!/bin/sh\necho "X-Told: $TCPREMOTEIP ($TCPREMOTEHOST)"; exec cat\n' >"$SITE/tell"
  chmod 755 "$SITE/tell"
  export TCPREMOTEHOST=forged.example.org
  from 192.0.2.9 'EHLO c' "${mail[@]}" DATA x . QUIT
  grep -rqxF 'X-Told: 192.0.2.9 (mx.example.org)' "$SITE/spool/queue"
  from 192.0.2.13 'EHLO c' "${mail[@]}" DATA x . QUIT
  grep -rqxF 'X-Told: 192.0.2.13 ()' "$SITE/spool/queue"
}

@test "the name that a client gives itself must be in the DNS" {
  dns_up
  configured 'helo-check = resolve'
  run from 192.0.2.9 'EHLO mx.example.org' "${mail[@]}" QUIT
  [[ "$output" == *"250 2.1.5 "* ]]
  run from 192.0.2.9 'EHLO [192.0.2.9]' "${mail[@]}" QUIT
  [[ "$output" == *"250 2.1.5 "* ]]
  run from 192.0.2.9 'EHLO no.example.org' "${mail[@]}" 'EHLO other.example.org' "${mail[@]}" QUIT
  [[ "$output" == *"550 5.7.1 your name no.example.org is not in the DNS"*"250 2.1.5 "* ]]
  for name in mail.example.org mail.example.org. mx.example.org.; do
    run from 192.0.2.9 "EHLO $name" "${mail[@]}" QUIT
    [[ "$output" == *"250 2.1.5 "* ]]
  done
  run from 192.0.2.9 'EHLO mx.example.com' "${mail[@]}" QUIT
  [[ "$output" == *"450 4.7.1 your name "* ]]
  run from 192.0.2.9 'EHLO desktop' QUIT
  [[ "$output" == *"550 5.7.1 say your whole name"* ]]
}

@test "a list's addresses are refused with its words, IPv6 too, and postmaster can be asked why" {
  dns_up
  configured 'dnsbl = bl.example.net'
  run from 192.0.2.9 'EHLO c' "${mail[@]}" 'RCPT TO:<postmaster@example.test>' QUIT
  [[ "$output" == *"550 5.7.1 192.0.2.9 is listed at bl.example.net: see https://bl.example.net/?192.0.2.9"* ]]
  [[ "$output" == *"250 2.1.5 "* ]]
  run from 2001:db8::9 'EHLO c' "${mail[@]}" QUIT
  [[ "$output" == *"550 5.7.1 2001:db8::9 is listed at bl.example.net"* ]]
  # Not on it; and an answer that is the list's error.
  for address in 192.0.2.13 192.0.2.11 2001:db8::8; do
    run from "$address" 'EHLO c' "${mail[@]}" QUIT
    [[ "$output" == *"250 2.1.5 "* ]]
  done
}

@test "lists have weights, and only the answers that are named count" {
  dns_up
  configured 'dnsbl = bl.example.net=127.0.0.2..9*2' 'dnsbl = good.example.net*-1' 'dnsbl-threshold = 2'
  run from 192.0.2.9 'EHLO c' "${mail[@]}" QUIT
  [[ "$output" == *"250 2.1.5 "* ]]
  run from 192.0.2.10 'EHLO c' "${mail[@]}" QUIT
  [[ "$output" == *"250 2.1.5 "* ]]
  run from 2001:db8::9 'EHLO c' "${mail[@]}" QUIT
  [[ "$output" == *"550 5.7.1 "* ]]
}

@test "whom a list praises is asked nothing else" {
  dns_up
  configured 'reverse-dns-check = yes' 'dnsbl = good.example.net*-1'
  run from 192.0.2.13 'EHLO c' "${mail[@]}" QUIT
  [[ "$output" == *"250 2.1.5 "* ]]
}

@test "trusted networks, loopback and rules of access are not asked about" {
  dns_up
  configured 'reverse-dns-check = yes' 'dnsbl = bl.example.net' 'relay-network = 192.0.2.9' "access = $SITE/access"
  printf '%s\n' 'client 192.0.2.10 ok' 'sender example.org ok' 'recipient alice@example.test ok' >"$SITE/access"
  for address in 192.0.2.9 192.0.2.10 127.0.0.1; do
    run from "$address" 'EHLO c' "${mail[@]}" QUIT
    [[ "$output" == *"250 2.1.5 "* ]]
  done
  # Anybody may say that he is such a sender.
  run from 192.0.2.13 'EHLO c' "${mail[@]}" 'RCPT TO:<alice@example.test>' QUIT
  [[ "$output" == *"550 5.7.25 "*"250 2.1.5 "* ]]
}

@test "a name that a rule allows needs not be in the DNS" {
  dns_up
  configured 'helo-check = resolve' "access = $SITE/access"
  echo 'helo printer ok' >"$SITE/access"
  run from 192.0.2.9 'EHLO no.example.org' "${mail[@]}" 'EHLO printer' "${mail[@]}" QUIT
  [[ "$output" == *"550 5.7.1 your name "*"250 2.1.5 "* ]]
}

@test "a resolver that never answers costs a bounded time, blocks no mail for a list, and defers for a name" {
  dead_server
  configured 'dns-timeout = 1' 'dnsbl = bl.example.net' 'dnsbl = good.example.net*-1' 'helo-check = resolve' \
    'dnsbl = three.example.net' 'dnsbl = four.example.net' 'dnsbl = five.example.net' 'dnsbl = six.example.net'
  local before after
  before=$(date +%s%N)
  run from 192.0.2.9 'EHLO [192.0.2.9]' "${mail[@]}" QUIT
  after=$(date +%s%N)
  [[ "$output" == *"250 2.1.5 "* ]]
  grep -q 'dnsbl-silent lists=6' "$SITE/log"
  [ $(((after - before) / 1000000)) -lt 5000 ]
  echo 'reverse-dns-check = yes' >>"$TUBEPOST_CONF"
  before=$(date +%s%N)
  run from 192.0.2.9 'EHLO mx.example.org' "${mail[@]}" 'RCPT TO:<alice@example.test>' QUIT
  after=$(date +%s%N)
  [ "$(grep -c '^450 4.7.25 ' <<<"$output")" -eq 2 ]
  [ $(((after - before) / 1000000)) -lt 7000 ]
}

@test "one process asks for all connections of a listening socket, and is started again" {
  dns_up
  configured 'dnsbl = bl.example.net' 'proxy-network = 127.0.0.1'
  export OTHER=
  # No message is taken here, so its spool may be anywhere that the other user may look at.
  if [ "$(id -u)" -eq 0 ] && setpriv --reuid nobody --clear-groups test -x "$BIN/resolve"; then
    OTHER=$(id -u nobody)
    printf '%s\n' 'smtpd-user = nobody' 'spool = /' >>"$TUBEPOST_CONF"
  fi
  python3 - "$BIN/smtpd" <<'PY'
import os, pathlib, signal, socket, subprocess, sys, time
listening = socket.create_server(("127.0.0.1", 0))
child = os.fork()
if child == 0:
    os.dup2(listening.fileno(), 3)
    os.set_inheritable(3, True)
    os.environ["LISTEN_FDS"], os.environ["LISTEN_PID"] = "1", str(os.getpid())
    os.execv(sys.argv[1], sys.argv[1:2])

def resolvers():
    listed = subprocess.run(["ps", "-o", "pid=,comm=", "--ppid", str(child)], capture_output=True, text=True).stdout
    return [int(line.split()[0]) for line in listed.splitlines() if line.split()[1] == "resolve"]

def hear(address, count):
    clients = []
    for _ in range(count):
        client = socket.create_connection(listening.getsockname())
        client.sendall(f"PROXY TCP4 {address} 192.0.2.1 1 25\r\nEHLO c\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<bob@example.test>\r\nQUIT\r\n".encode())
        clients.append((address, client))
    return clients

try:
    pairs = [pair for _ in range(5) for address in ("192.0.2.9", "192.0.2.13") for pair in hear(address, 1)]
    for address, client in pairs:
        heard = client.makefile().read()
        assert ("550 5.7.1 192.0.2.9 is listed" in heard) == (address == "192.0.2.9"), heard
    first = resolvers()
    assert len(first) == 1, first
    assert os.stat(f"/proc/{first[0]}").st_uid == int(os.environ["OTHER"] or os.getuid())
    os.kill(first[0], signal.SIGKILL)
    for (address, client) in hear("192.0.2.9", 1):
        client.makefile().read()
    for (address, client) in hear("192.0.2.9", 1):
        assert "550 5.7.1 192.0.2.9 is listed" in client.makefile().read()
    second = resolvers()
    assert len(second) == 1 and second != first, second
finally:
    os.kill(child, signal.SIGTERM)
    os.waitpid(child, 0)
PY
}

@test "the process that reads from the client opens no socket to a network, and starts nothing before a question" {
  # In place of resolve: one that takes what it is handed and says nothing.
  mkdir "$SITE/bin"
  printf '#!/bin/sh\necho "$@" >>"%s"\n' "$SITE/asked" >"$SITE/bin/resolve"
  chmod +x "$SITE/bin/resolve"
  dns=192.0.2.53@53
  configured 'reverse-dns-check = yes' "libexec = $SITE/bin"
  from 192.0.2.9 'EHLO c' QUIT
  [ ! -e "$SITE/asked" ]
  run strace -f -e trace=socket,connect,execve -o "$SITE/calls" env PROTO=TCP TCPREMOTEIP=192.0.2.9 "$BIN/smtpd" \
    < <(printf '%s\r\n' 'EHLO c' "${mail[@]}" QUIT)
  [[ "$output" == *"450 4.7.25 "* ]]
  [ "$(cat "$SITE/asked")" = "--config /dev/null --channels --dns-timeout 5 --trust-anchor  --resolver 192.0.2.53@53" ]
  grep -q 'execve.*resolve' "$SITE/calls"
  ! grep -q AF_INET "$SITE/calls"
}

@test "the client's connection ends with its session, whatever asks the DNS still does" {
  mkdir "$SITE/bin"
  mkfifo "$SITE/fifo"
  printf '#!/bin/sh\nexec cat "%s"\n' "$SITE/fifo" >"$SITE/bin/resolve"
  chmod +x "$SITE/bin/resolve"
  dns=127.0.0.1
  configured 'reverse-dns-check = yes' "libexec = $SITE/bin"
  python3 - "$BIN/smtpd" "$SITE/fifo" <<'PY'
import os, socket, subprocess, sys
ours, theirs = socket.socketpair()
# As inetd has it: the connection is standard error, too.
smtpd = subprocess.Popen([sys.argv[1]], stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | {"PROTO": "TCP", "TCPREMOTEIP": "192.0.2.9"})
theirs.close()
ours.settimeout(20)
ours.sendall(b"EHLO c\r\nMAIL FROM:<a@b.test>\r\nQUIT\r\n")
heard = ours.makefile("rb").read()
assert heard.endswith(b"goodbye\r\n"), heard
smtpd.wait()
# It is there: somebody reads.
os.close(os.open(sys.argv[2], os.O_WRONLY))
PY
}

@test "a wrong value is named by --check" {
  dns=127.0.0.1
  configured
  for wrong in 'reverse-dns-check = maybe' 'helo-check = perhaps' 'dnsbl = a b' 'dnsbl = x.test=192.0.2.1' 'dnsbl = x.test*0' \
    'dnsbl-threshold = 0' 'dns-timeout = 0'; do
    run "$BIN/smtpd" --check --reverse-dns-check=yes "--${wrong// = /=}"
    [ "$status" -eq 64 ]
    [[ "$output" == *"${wrong%% *}"* ]]
  done
  run "$BIN/smtpd" --check --reverse-dns-check=yes
  [ "$status" -eq 0 ]
  for program in 'smtpd --reverse-dns-check=yes' 'smtp-send --relay-by-mx=yes'; do
    read -r name option <<<"$program"
    run "$BIN/$name" --check "$option" "--trust-anchor=$TUBEPOST_CONF"
    [ "$status" -eq 78 ]
    [[ "$output" == *"resolve ends with 78"* ]]
  done
}
