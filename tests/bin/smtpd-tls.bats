# smtpd behind tls-wrap: TLS from the first octet and by STARTTLS, as curl and Python see it.
load site

setup_file() {
  export CERTIFICATES="$BATS_FILE_TMPDIR"
  cd "$CERTIFICATES"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout mx.key -out mx.crt -days 30 -subj /CN=mx \
    -addext subjectAltName=DNS:mx.example.test,IP:127.0.0.1 2>/dev/null
  cat mx.crt mx.key >mx.pem
  chmod 600 mx.pem mx.key
  chmod 755 .
}

setup() {
  site
  with_passwords
  echo 'far.test 127.0.0.1:9' >"$SITE/routes"
  chmod 755 "$BATS_TEST_TMPDIR" "$SITE" || true
  printf 'Subject: x\r\n\r\nhello\r\n' >"$SITE/message"
}

teardown() { stop; }

# wrap ARGUMENTS...: tls-wrap under tcpserver.
wrap() { serve "$BIN/tls-wrap" --certificate "$CERTIFICATES/mx.pem" "$@"; }

@test "curl hands in mail by STARTTLS and on a port of its own" {
  wrap -- "$BIN/smtpd" --submission
  curl -sS --ssl-reqd --cacert "$CERTIFICATES/mx.crt" -u alice:secret --mail-from alice@example.test --mail-rcpt x@far.test \
    -T "$SITE/message" "smtp://127.0.0.1:$port/c"
  kill "$server"
  wrap --implicit -- "$BIN/smtpd" --submission
  curl -sS --cacert "$CERTIFICATES/mx.crt" -u alice:secret --mail-from alice@example.test --mail-rcpt x@far.test \
    -T "$SITE/message" "smtps://127.0.0.1:$port/c"
  [ "$(queued)" -eq 2 ]
  [ "$(grep -rc ' with ESMTPSA id ' "$SITE/spool/queue" | grep -c ':1$')" -eq 2 ]
  grep -q ' tls protocol=TLSv1.3 ' "$SITE/log"
}

@test "what was said before TLS is forgotten, what came behind STARTTLS in plaintext is no command" {
  wrap -- "$BIN/smtpd"
  run python3 - "$port" <<'PY'
import os, socket, ssl, sys
plain = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
def talk(to, text):
    to.sendall(text)
    out = b""
    while not (out.endswith(b"\r\n") and out.splitlines()[-1][3:4] == b" "):
        piece = to.recv(65536)
        if not piece: break
        out += piece
    return out.decode()
plain.recv(1000)
print(talk(plain, b"EHLO before\r\n"))
plain.sendall(b"MAIL FROM:<a@b.test>\r\n"); plain.recv(1000)
print(talk(plain, b"STARTTLS\r\nRCPT TO:<alice@example.test>\r\nNOOP injected\r\n"))
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.load_verify_locations(os.environ["CERTIFICATES"] + "/mx.crt")
tls = context.wrap_socket(plain, server_hostname="mx.example.test")
print(talk(tls, b"RCPT TO:<alice@example.test>\r\n"))
print(talk(tls, b"MAIL FROM:<a@b.test>\r\n"))
print(talk(tls, b"EHLO after\r\n"))
print(talk(tls, b"STARTTLS\r\n"))
print(talk(tls, b"QUIT\r\n"))
PY
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == *"250-STARTTLS"*"220 2.0.0 go ahead"*"503 5.5.1 MAIL first"*"503 5.5.1 HELO or EHLO first"*"250-REQUIRETLS"*"503 5.5.1 TLS is there already"*"221 2.0.0"* ]]
  [ "$(grep -c STARTTLS <<<"$output")" -eq 1 ]
  [ "$(grep -c '^220' <<<"$output")" -eq 1 ]
}

@test "from another host no password is taken before TLS" {
  export PROTO=TCP TCPREMOTEIP=192.0.2.1
  run bash -c 'printf "EHLO c\r\nAUTH PLAIN AGFsaWNlAHNlY3JldA==\r\nMAIL FROM:<alice@example.test>\r\nQUIT\r\n" |
    "$BIN/tls-wrap" --certificate "$CERTIFICATES/mx.pem" -- "$BIN/smtpd" --submission 2>"$SITE/log"'
  [[ "$output" == *"250-STARTTLS"*"538 5.7.11 not before TLS"*"530 5.7.0 STARTTLS and log in first"* ]]
  [[ "$output" != *"AUTH PLAIN"* ]]
}

@test "without a wrapper there is no STARTTLS" {
  run smtp 'EHLO c' STARTTLS QUIT
  [[ "$output" == *"502 5.5.1 STARTTLS is not offered"* ]]
  [[ "$output" != *"250-STARTTLS"* ]]
}
