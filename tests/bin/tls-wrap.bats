# TLS as curl, openssl s_client and Python's ssl see it.
load site

setup_file() {
  export CERTIFICATES="$BATS_FILE_TMPDIR"
  cd "$CERTIFICATES"
  certify() { # NAME ALTERNATIVES [OPTION...]
    local name=$1 alternatives=$2
    shift 2
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$name.key" -out "$name.crt" -days 30 \
      -subj "/CN=$name" -addext "subjectAltName=$alternatives" "$@" 2>/dev/null
    cat "$name.crt" "$name.key" >"$name.pem"
    chmod 600 "$name.pem" "$name.key"
  }
  certify mx DNS:mx.example.test,IP:127.0.0.1
  certify newer DNS:mx.example.test,IP:127.0.0.1
  certify other DNS:other.example.test,DNS:*.wild.example.test
  certify ca DNS:ca
  certify stranger email:eve@example.test
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout bob.key -out bob.csr -subj "/O=Example/CN=Bob B" 2>/dev/null
  openssl x509 -req -in bob.csr -CA ca.crt -CAkey ca.key -days 30 -out bob.crt -extfile <(echo 'subjectAltName=email:bob@example.test') 2>/dev/null
  chmod 755 "$CERTIFICATES"
}

setup() {
  site
  with_passwords
  with_mail
}

teardown() {
  stop
  [ -z "${open:-}" ] || rm -r "$open"
}

# wrap ARGUMENTS...: tls-wrap under tcpserver.
wrap() { serve "$BIN/tls-wrap" --certificate "$CERTIFICATES/mx.pem" "$@"; }

# listen ARGUMENTS...: the same with a listening socket handed over; "PORT" among them becomes its port.
listen() {
  coproc SERVER { exec python3 -c '
import os, socket, sys
s = socket.create_server(("127.0.0.1", 0), backlog=100)
print(s.getsockname()[1], flush=True)
os.dup2(s.fileno(), 3); os.set_inheritable(3, True)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[1], [a.replace("PORT", str(s.getsockname()[1])) for a in sys.argv[1:]])' \
    "$BIN/tls-wrap" "$@" 2>>"$SITE/log"; }
  server=$SERVER_PID
  read -r port <&"${SERVER[0]}"
}

peer() { timeout 60 python3 "$SOURCE/tests/bin/tls_peer.py" "$@"; }

# What the program behind it is told, for s_client with these options.
told() { openssl s_client -connect "127.0.0.1:$port" -quiet "$@" </dev/null 2>/dev/null; }

@test "TLS 1.2 and 1.3 and nothing older; only suites with forward secrecy and authenticated encryption" {
  wrap --implicit -- true
  peer versions "$port"
  peer suites "$port"
}

@test "no compression, no renegotiation" {
  wrap --implicit -- cat
  run bash -c "printf 'R\n' | timeout 10 openssl s_client -connect 127.0.0.1:$port -tls1_2 2>&1"
  [[ "$output" == *"Compression: NONE"* ]]
  [[ "$output" == *"no renegotiation"* || "$output" == *":error:"* ]]
}

@test "the program is told what was agreed on, and who calls" {
  wrap --implicit -- env
  run told -servername mx.example.test
  grep -qx TLS=1 <<<"$output"
  [[ "$output" == *"SSL_PROTOCOL=TLSv1.3"* ]]
  [[ "$output" == *"SSL_CIPHER=TLS_AES_256_GCM_SHA384"* ]]
  [[ "$output" == *"SSL_TLS_SNI=mx.example.test"* ]]
  [[ "$output" == *"SSL_CLIENT_VERIFY=NONE"* ]]
  [[ "$output" == *"TCPREMOTEIP=127.0.0.1"* ]]
  [[ "$output" == *"TLS_SERVER_END_POINT=$(openssl x509 -in "$CERTIFICATES/mx.crt" -outform DER | sha256sum | cut -d' ' -f1)"* ]]
}

@test "both ends derive the same channel binding" {
  wrap --implicit -- sh -c 'echo "told $TLS_EXPORTER"'
  run openssl s_client -connect "127.0.0.1:$port" -ign_eof -keymatexport EXPORTER-Channel-Binding -keymatexportlen 32 </dev/null
  ours=$(grep -o 'Keying material: [0-9A-F]*' <<<"$output" | cut -d' ' -f3 | tr A-F a-f)
  [ "${#ours}" -eq 64 ]
  [[ "$output" == *"told $ours"* ]]
}

@test "nothing that a handshake says can be said before it" {
  export SSL_PROTOCOL=TLSv9 SSL_CLIENT_S_DN=CN=root SSL_CLIENT_VERIFY=SUCCESS SSLCTLFD=0
  wrap -- sh -c 'env >"$SITE/environment"'
  until [ -s "$SITE/environment" ]; do exec 4<>"/dev/tcp/127.0.0.1/$port"; cat <&4; done
  ! grep -E '^SSL_(PROTOCOL|CLIENT_S_DN|CLIENT_VERIFY)=' "$SITE/environment"
  ! grep -qx SSLCTLFD=0 "$SITE/environment"
  grep -qE '^SSLCTLFD=[0-9]+$' "$SITE/environment"
}

@test "each name gets its certificate, and a client without one the first" {
  wrap --certificate "$CERTIFICATES/other.crt:$CERTIFICATES/other.key" --implicit -- true
  peer names "$port"
}

@test "client certificates: verified ones are named, strangers end the handshake, none is fine" {
  cd "$CERTIFICATES"
  wrap --client-ca "$CERTIFICATES/ca.crt" --implicit -- env
  run told -cert bob.crt -key bob.key
  [[ "$output" == *"SSL_CLIENT_VERIFY=SUCCESS"* ]]
  [[ "$output" == *"SSL_CLIENT_S_DN=CN=Bob B,O=Example"* ]]
  [[ "$output" == *"SSL_CLIENT_SAN_Email_0=bob@example.test"* ]]
  run told -cert stranger.crt -key stranger.key
  [[ "$output" != *"SSL_PROTOCOL="* ]]
  run told
  [[ "$output" == *"SSL_CLIENT_VERIFY=NONE"* ]]
  [[ "$output" != *"SSL_CLIENT_S_DN="* ]]
}

@test "SIGHUP brings new certificates without a pause; broken ones change nothing" {
  cp "$CERTIFICATES/mx.pem" "$SITE/served.pem"
  listen --certificate "$SITE/served.pem" --implicit -- cat
  first=$(peer served "$port")
  exec 5> >(exec openssl s_client -connect "127.0.0.1:$port" -quiet -no_ign_eof >"$SITE/echo" 2>/dev/null 3>&-)
  echo before >&5
  until grep -q before "$SITE/echo"; do :; done
  head -c 300 "$CERTIFICATES/newer.pem" >"$SITE/served.pem"
  kill -HUP "$server"
  until grep -q 'not-reloaded reason=.*served.pem' "$SITE/log"; do kill -0 "$server"; done
  [ "$(peer served "$port")" = "$first" ]
  cat "$CERTIFICATES/newer.pem" >"$SITE/served.pem"
  kill -HUP "$server"
  until grep -q ' reloaded' "$SITE/log"; do kill -0 "$server"; done
  [ "$(peer served "$port")" = "$(openssl x509 -in "$CERTIFICATES/newer.crt" -outform DER | sha256sum | cut -d' ' -f1)" ]
  echo after >&5
  until grep -q after "$SITE/echo"; do kill -0 "$server"; done
}

@test "a session is resumed by a listening process" {
  listen --certificate "$CERTIFICATES/mx.pem" --implicit -- true
  peer resumed "$port"
}

@test "curl: POP3 and IMAP, from the first octet and by STLS and STARTTLS" {
  local of
  for of in pop3d:pop3:/1 'imapd:imap:/INBOX;MAILINDEX=1'; do
    IFS=: read -r program scheme path <<<"$of"
    wrap -- "$BIN/$program"
    run curl -sS --cacert "$CERTIFICATES/mx.crt" --ssl-reqd "$scheme://bob:secret@127.0.0.1:$port$path"
    [ "$status" -eq 0 ]
    [[ "$output" == *"Subject: one"* ]]
    kill "$server"
    wrap --implicit -- "$BIN/$program"
    run curl -sS --cacert "$CERTIFICATES/mx.crt" "${scheme}s://bob:secret@127.0.0.1:$port$path"
    [ "$status" -eq 0 ]
    [[ "$output" == *"Subject: one"* ]]
    kill "$server"
  done
}

@test "curl: mail to a user over implicit TLS" {
  wrap --implicit -- "$BIN/smtpd"
  printf 'Subject: x\r\n\r\nx\r\n' >"$SITE/letter"
  run curl -sS --cacert "$CERTIFICATES/mx.crt" "smtps://127.0.0.1:$port" --mail-from a@client.test --mail-rcpt bob@example.test -T "$SITE/letter"
  [ "$status" -eq 0 ]
  [ "$(queued)" -eq 1 ]
}

@test "a proxy in front says whom it speaks for; who is none cannot" {
  export PROTO=x TCPREMOTEHOST=proxy.example.test
  wrap --proxy-network 127.0.0.0/8 --connections-per-minute 3 --implicit -- sh -c 'echo "$PROTO $TCPREMOTEIP $TCPREMOTEHOST"'
  [ "$(peer proxied "$port" 'PROXY TCP4 203.0.113.7 192.0.2.9 4711 993\r\n' | sort -u)" = 'TCP 203.0.113.7 ' ]
  [ "$(peer proxied "$port" '\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xcb\0\x71\x08\xc0\0\x02\x09\x01\x02\x03\xe1' | sort -u)" = 'TCP 203.0.113.8 ' ]
  [ "$(peer proxied "$port" 'PROXY UNKNOWN\r\n' | sort -u)" = 'TCP 127.0.0.1 ' ]
  [ "$(peer proxied "$port" '' | sort -u)" = closed ]
  [ "$(peer proxied "$port" 'PROXY TCP4 203.0.113.7\r\n' | sort -u)" = closed ]
  grep -q 'PROXY header: what came is none' "$SITE/log"
  grep -q ' tls peer=203.0.113.7 ' "$SITE/log"
  kill "$server"
  wrap --proxy-network 192.0.2.9 --implicit -- sh -c 'echo "$TCPREMOTEIP"'
  [ "$(peer proxied "$port" 'PROXY TCP4 203.0.113.7 192.0.2.9 4711 993\r\n' | sort -u)" = closed ]
}

@test "behind a proxy each client is counted as itself" {
  listen --certificate "$CERTIFICATES/mx.pem" --proxy-network 127.0.0.1 --relay-network 203.0.113.9 --connections-per-minute 1 --max-connections-per-source 1 \
    --implicit -- echo served
  run peer proxied "$port" 'PROXY TCP4 203.0.113.7 192.0.2.9 4711 993\r\n'
  [ "$output" = $'served\nclosed' ]
  run peer proxied "$port" 'PROXY TCP4 203.0.113.8 192.0.2.9 4711 993\r\n'
  [ "$output" = $'served\nclosed' ]
  run peer proxied "$port" 'PROXY TCP4 203.0.113.9 192.0.2.9 4711 993\r\n'
  [ "$output" = $'served\nserved' ]
}

@test "who has gone before it is served is not served: a proxy looks in that way" {
  coproc SERVER { exec python3 -c '
import os, socket, struct, sys
s = socket.create_server(("127.0.0.1", 0), backlog=100)
for _ in range(5):
    c = socket.create_connection(s.getsockname())
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    c.sendall(b"PROXY UNKNOWN\r\n")
    c.close()
print(s.getsockname()[1], flush=True)
os.dup2(s.fileno(), 3); os.set_inheritable(3, True)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[1], sys.argv[1:])' "$BIN/tls-wrap" --certificate "$CERTIFICATES/mx.pem" --proxy-network 127.0.0.1 --implicit -- echo served 2>>"$SITE/log"; }
  server=$SERVER_PID
  read -r port <&"${SERVER[0]}"
  run peer proxied "$port" 'PROXY UNKNOWN\r\n'
  [ "$output" = $'served\nserved' ]
  ! grep -q 'tls-failed' "$SITE/log"
}

@test "smtpd and imapd behind a proxy and TLS: the header is heard once" {
  echo 'proxy-network = 127.0.0.1' >>"$TUBEPOST_CONF"
  local header
  for header in 'PROXY TCP4 203.0.113.7 192.0.2.9 4711 465\r\n' 'PROXY UNKNOWN\r\n'; do
    wrap --implicit -- "$BIN/smtpd"
    run peer proxied "$port" "$header"
    [[ "$output" == "220 "*$'\n220 '* ]]
    kill "$server"
    wrap --implicit -- "$BIN/imapd"
    run peer proxied "$port" "$header"
    [[ "$output" == "* OK "*$'\n* OK '* ]]
    kill "$server"
  done
  wrap -- "$BIN/smtpd"
  run bash -c "exec 4<>/dev/tcp/127.0.0.1/$port; printf 'PROXY TCP4 203.0.113.7 192.0.2.9 4711 25\r\nEHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n' >&4; cat <&4"
  [[ "$output" == *"250 2.0.0 queued as "* ]]
  grep -rqF 'Received: from c ([203.0.113.7])' "$SITE/spool/queue"
}

@test "commands in plaintext behind STLS and STARTTLS are forgotten, a second one is refused" {
  wrap -- "$BIN/pop3d"
  run peer injected "$port" pop3
  [ "$status" -eq 0 ]
  [[ "$output" == "-ERR not in this state"*$'\n-ERR TLS is there already\n'*$'\nUSER\n'* ]]
  [[ "$output" != *$'\nSTLS\n'* ]]
  kill "$server"
  wrap -- "$BIN/imapd"
  run peer injected "$port" imap
  [ "$status" -eq 0 ]
  [[ "$output" == "c BAD "* ]]
  [[ "$output" != *"b OK"* ]]
  [[ "$output" == *"AUTH=PLAIN"* ]]
  [[ "$output" != *" STARTTLS"* ]]
}

@test "from another host a password is not taken before TLS" {
  export PROTO=TCP TCPREMOTEIP=192.0.2.1
  run bash -c 'printf "CAPA\r\nUSER bob\r\nPASS secret\r\nQUIT\r\n" | "$BIN/tls-wrap" --certificate "$CERTIFICATES/mx.pem" -- "$BIN/pop3d" 2>"$SITE/log"'
  [[ "$output" == *$'\r\nSTLS\r\n'*"-ERR [AUTH] not without TLS"* ]]
  [[ "$output" != *$'\r\nUSER\r\n'* ]]
  run bash -c 'printf "a LOGIN bob secret\r\nb AUTHENTICATE PLAIN AGJvYgBzZWNyZXQ=\r\nc LOGOUT\r\n" | "$BIN/tls-wrap" --certificate "$CERTIFICATES/mx.pem" -- "$BIN/imapd" 2>"$SITE/log"'
  [[ "$output" == *"STARTTLS LOGINDISABLED]"*"a NO [PRIVACYREQUIRED]"*"b NO [PRIVACYREQUIRED]"* ]]
  run bash -c 'printf "CAPA\r\nUSER bob\r\nPASS secret\r\nQUIT\r\n" | "$BIN/pop3d" --auth-without-tls=yes 2>"$SITE/log"'
  [[ "$output" == *"2 messages"* ]]
}

@test "an end that was said is an end of file, a connection that is cut off an error; what the program says then arrives" {
  wrap --implicit -- python3 -c '
import os
count = 0
try:
    while piece := os.read(0, 65536): count += len(piece)
    end = "end of file"
except ConnectionResetError: end = "reset"
os.write(1, f"{count} octets, {end}\n".encode())'
  run peer ends "$port"
  [ "$status" -eq 0 ]
  [ "$output" = $'said: 300000 octets, end of file\ncut: 300000 octets, reset' ]
}

@test "100 MB there and back at once" {
  wrap --implicit -- cat
  peer both_ways "$port" 100000000
}

@test "who does not read makes the program wait; no memory grows, nothing spins" {
  # A sanitizer keeps what was given back for a while.
  [ -z "${ASAN_OPTIONS:-}" ] || ASAN_OPTIONS+=:quarantine_size_mb=0:thread_local_quarantine_size_kb=0
  listen --certificate "$CERTIFICATES/mx.pem" --max-connections=PORT --implicit -- cat /dev/zero
  peer slow_reader "$port"
}

@test "a handshake that does not come ends by itself, and the program never starts" {
  wrap --handshake-timeout 1 --implicit -- touch "$SITE/started"
  peer silent "$port"
  [ ! -e "$SITE/started" ]
  grep -q 'tls-failed peer=127.0.0.1 reason="TLS handshake: took too long"' "$SITE/log"
}

# lost TIMES COMMAND LINE...: a client that says the lines and then what is no handshake, until the log has said TIMES what that was.
lost() {
  : >"$SITE/log"
  wrap -- $2
  exec {client}<>"/dev/tcp/127.0.0.1/$port"
  printf '%s\r\n' "${@:3}" >&"$client"
  local line
  until [[ "${line:-}" == *'go ahead'* || "${line:-}" == *'begin TLS now'* ]]; do read -rt 20 -u "$client" line; done
  printf 'no handshake' >&"$client"
  cat <&"$client" >/dev/null || true
  exec {client}>&-
  kill "$server"
  timeout 20 bash -c 'until [ "$(grep -c "reason=\"TLS" "$0")" -ge "$1" ]; do read -rt 0.02 <> <(:) || true; done' "$SITE/log" "$1"
}

@test "a handshake that is lost is in the log with the process, the peer and the reason" {
  while IFS='|' read -r times command said; do
    IFS='|' read -ra lines <<<"$said"
    lost "$times" "$command" "${lines[@]}"
    grep -qE '^tls-wrap\[[0-9]+\] - tls-failed peer=127.0.0.1 reason="TLS handshake: ' "$SITE/log"
    program=${command##*/}
    grep -qE "^${program%% *}\\[[0-9]+\\] - disconnect peer=127.0.0.1 reason=\"TLS: there was no handshake\"" "$SITE/log"
    # Nobody says it once more without saying whose it was.
    run grep -vE '^[a-z0-9-]+\[[0-9]+\] ' "$SITE/log"
    [ "$status" -eq 1 ]
    # Whose `connect` is there has a `disconnect`.
    pid=$(sed -n 's/^\([a-z0-9-]*\[[0-9]*\]\) - connect peer=127.0.0.1 .*/\1/p' "$SITE/log")
    grep -qF "$pid - disconnect peer=127.0.0.1 " "$SITE/log"
  done <<COMMANDS
2|$BIN/smtpd|EHLO c|STARTTLS
3|$BIN/smtpd --submission|EHLO c|STARTTLS
2|$BIN/pop3d|STLS
2|$BIN/imapd|a STARTTLS
COMMANDS
}

@test "the memory of a listening process is flat" {
  listen --certificate "$CERTIFICATES/mx.pem" --max-connections-per-source=500 --implicit -- echo hello
  peer many "$port" "$server" "${CONNECTIONS:-300}"
}

@test "as root: neither the key nor the process that holds it is open to the program's user" {
  needs_root 'make another user of the program'
  # Where others come by: what they cannot read is closed by its own mode.
  open=$(mktemp -d)
  chmod 711 "$open"
  cp "$CERTIFICATES/mx.crt" "$open/mx.crt"
  cp "$CERTIFICATES/mx.key" "$open/mx.key"
  chown 0:0 "$open"/mx.*
  chmod 644 "$open/mx.crt"
  export open
  listen --certificate "$open/mx.crt:$open/mx.key" --implicit -- setpriv --reuid=65534 --regid=65534 --clear-groups bash -c '
    cat "$open/mx.crt" >/dev/null && echo "PASSED BY"
    cat "$open/mx.key" && echo READ
    parent=$PPID
    for file in mem environ maps; do head -c 1 "/proc/$parent/$file" 2>/dev/null && echo "OPEN $file"; done
    ls "/proc/$parent/fd/" 2>/dev/null && echo "OPEN fd"
    ls -l /proc/self/fd | grep -q "mx\.key" && echo "OPEN key"
    grep -E "^(Uid|NoNewPrivs):" "/proc/$parent/status"
    exit 0'
  run told
  [[ "$output" == *"PASSED BY"* ]]
  [[ "$output" != *READ* ]]
  [[ "$output" != *OPEN* ]]
  [[ "$output" == *$'Uid:\t65534\t65534\t65534\t65534'* ]]
  [[ "$output" == *$'NoNewPrivs:\t1'* ]]
}

@test "exit codes and --check" {
  run "$BIN/tls-wrap"
  [ "$status" -eq 64 ]
  run "$BIN/tls-wrap" --check -- true
  [ "$status" -eq 78 ]
  [[ "$output" == *"certificate: there is none"* ]]
  run "$BIN/tls-wrap" --check --certificate "$CERTIFICATES/mx.pem" -- true
  [ "$status" -eq 0 ]
  run "$BIN/tls-wrap" --check --certificate "$CERTIFICATES/mx.crt:$CERTIFICATES/other.key" -- true
  [ "$status" -eq 78 ]
  [[ "$output" == *"other.key: key values mismatch"* ]]
  cp "$CERTIFICATES/mx.pem" "$SITE/open.pem"
  chmod 644 "$SITE/open.pem"
  run "$BIN/tls-wrap" --check --certificate "$SITE/open.pem" -- true
  [ "$status" -eq 78 ]
  [[ "$output" == *"everybody may read it"* ]]
  run "$BIN/tls-wrap" --check --certificate /nonexistent -- true
  [ "$status" -eq 78 ]
  echo garbage >"$SITE/garbage"
  run "$BIN/tls-wrap" --check --certificate "$SITE/garbage" -- true
  [ "$status" -eq 78 ]
  [[ "$output" == *"$SITE/garbage: no certificate in it"* ]]
  cp "$CERTIFICATES/mx.crt" "$SITE/alone.crt"
  chmod 600 "$SITE/alone.crt"
  run "$BIN/tls-wrap" --check --certificate "$SITE/alone.crt" -- true
  [ "$status" -eq 78 ]
  [[ "$output" == *"alone.crt: no private key in it"* ]]
  mkfifo "$SITE/fifo"
  for options in "--certificate $SITE/fifo" "--certificate $CERTIFICATES/mx.crt:$SITE/fifo" "--certificate $CERTIFICATES/mx.pem --client-ca $SITE/fifo"; do
    run timeout 20 "$BIN/tls-wrap" --check $options -- true
    [ "$status" -eq 78 ]
    [[ "$output" == *"$SITE/fifo: not a plain file"* ]]
  done
  cp "$CERTIFICATES/mx.pem" "$SITE/written.pem"
  chmod 602 "$SITE/written.pem"
  for options in "--certificate $SITE/written.pem" "--certificate $CERTIFICATES/mx.pem --client-ca $SITE/written.pem"; do
    run "$BIN/tls-wrap" --check $options -- true
    [ "$status" -eq 78 ]
    [[ "$output" == *"$SITE/written.pem: everybody may write to it"* ]]
  done
  truncate -s 17M "$SITE/large"
  run "$BIN/tls-wrap" --check --certificate "$SITE/large" -- true
  [ "$status" -eq 78 ]
  run "$BIN/tls-wrap" --certificate "$CERTIFICATES/mx.pem" -- sh -c 'exit 75'
  [ "$status" -eq 75 ]
  run "$BIN/tls-wrap" --certificate "$CERTIFICATES/mx.pem" -- /nonexistent
  [ "$status" -eq 66 ]
}
