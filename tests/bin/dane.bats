# Hosts whose certificate the DNS names (RFC 7672).
load site
load dns
load sts

setup() {
  site
  an_address
  authority
}

teardown() {
  dns_down
  [ -z "${peer:-}" ] || kill "$peer"
}

# tlsa FILE: the data of a TLSA record for the key of a certificate.
tlsa() { printf '3 1 1 '; openssl x509 -in "$1" -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -d ' ' -f 1; }

# host_with CERTIFICATE: a host at $address:25 that offers TLS with it, behind tls-wrap; its mail is for carol.
host_with() {
  local far=$SITE/far
  mkdir -p "$far/carol"
  cp -r "$SOURCE/spool" "$far/spool"
  echo far.test >"$far/domains"
  echo "carol:*:$(id -u):$(id -g)::$far/carol::" >"$far/users"
  printf '%s\n' 'hostname = mx.far.test' "spool = $far/spool" "domains = $far/domains" "users = $far/users" 'postmaster = carol' \
    "libexec = $BIN" "certificate = $1" >"$far/conf"
  TUBEPOST_CONF=$far/conf tcpserver -HRl0 "$address" 25 "$BIN/tls-wrap" -- "$BIN/smtpd" >"$SITE/far.log" 2>&1 3>&- &
  peer=$!
  until (exec 4<>"/dev/tcp/$address/25") 2>/dev/null; do kill -0 "$peer"; done
}

arrived() { find "$SITE/far/spool/queue" -type f -name '*.*.*' | wc -l; }

# zones TLSA: far.test and its host, signed.
zones() {
  dns_zone far.test <<ZONE
@ MX 10 mx
mx A $address
_25._tcp.mx TLSA $1
ZONE
  dns_sign far.test
}

put() { "$BIN/spool-put" -f alice@example.test carol@far.test <<<'Subject: x'; }

@test "a certificate that the DNS names is enough, whoever signed it" {
  certificate mx.far.test
  zones "$(tlsa "$SITE/mx.far.test.crt")"
  dns_up
  anchor="$SITE/dns/far.test.ds" by_mx
  host_with "$SITE/mx.far.test.pem"
  put
  run "$BIN/smtp-send" --once
  [[ "$output" == *" delivered to=carol@far.test "*"verified"* ]]
  [ "$(arrived)" -eq 1 ]
}

@test "another one is refused, and the mail waits" {
  certificate mx.far.test
  certificate other.test
  zones "$(tlsa "$SITE/other.test.crt")"
  dns_up
  anchor="$SITE/dns/far.test.ds" by_mx
  host_with "$SITE/mx.far.test.pem"
  put
  run "$BIN/smtp-send" --once
  [[ "$output" == *" deferred to=carol@far.test status=4.7.5 "* ]]
  [ "$(arrived)" -eq 0 ]
  # Not where nobody can tell whether the record is genuine.
  "$BIN/spool-put" -f alice@example.test carol@far.test <<<'Subject: y'
  sed -i 's/^trust-anchor.*/trust-anchor =/' "$TUBEPOST_CONF"
  run "$BIN/smtp-send" --once
  [[ "$output" == *" delivered to=carol@far.test "* ]]
  [ "$(arrived)" -eq 1 ]
}

@test "a host without TLS gets nothing where the DNS has a certificate for it" {
  certificate mx.far.test
  zones "$(tlsa "$SITE/mx.far.test.crt")"
  dns_up
  anchor="$SITE/dns/far.test.ds" by_mx
  coproc PEER { LISTEN="$address:25" exec python3 "$SOURCE/tests/bin/scripted_server.py" "$SITE/heard"; }
  peer=$PEER_PID
  read -r _ <&"${PEER[0]}"
  put
  run "$BIN/smtp-send" --once
  [[ "$output" == *" deferred to=carol@far.test status=4.7.4 "* ]]
  ! grep -q 'MAIL FROM' "$SITE/heard"
}

@test "a forged TLSA record keeps mail from the host" {
  certificate mx.far.test
  zones "$(tlsa "$SITE/mx.far.test.crt")"
  sed -i 's/^\(_25._tcp.mx.*TLSA[[:space:]]*\)3 1 1 ./\13 1 1 0/' "$SITE/dns/far.test.zone"
  sed -i 's/^\(_25._tcp.mx.*TLSA[[:space:]]*3 1 1 0\)./\1f/' "$SITE/dns/far.test.zone"
  dns_up
  anchor="$SITE/dns/far.test.ds" by_mx
  host_with "$SITE/mx.far.test.pem"
  put
  run "$BIN/smtp-send" --once
  [[ "$output" == *" deferred to=carol@far.test status=4.4.3 "*"forged"* ]]
  [ "$(arrived)" -eq 0 ]
}

@test "records that cannot be checked ask for TLS all the same" {
  certificate mx.far.test
  zones "0 1 1 $(printf 'a%.0s' {1..64})"
  dns_up
  anchor="$SITE/dns/far.test.ds" by_mx
  host_with "$SITE/mx.far.test.pem"
  put
  run "$BIN/smtp-send" --once
  [[ "$output" == *" delivered to=carol@far.test "* ]]
  [[ "$output" != *"verified"* ]]
  [ "$(arrived)" -eq 1 ]
}

@test "who requires TLS gets it, or the message back; who wants none gets through" {
  certificate mx.far.test
  certificate other.test
  zones "$(tlsa "$SITE/mx.far.test.crt")"
  dns_up
  anchor="$SITE/dns/far.test.ds" by_mx
  host_with "$SITE/mx.far.test.pem"
  required() { printf '%s\r\n' 'EHLO c' 'MAIL FROM:<alice@example.test> REQUIRETLS' 'RCPT TO:<carol@far.test>' DATA 'Subject: x' '' x . QUIT |
    SSL_PROTOCOL=TLSv1.3 HTTPS=on PROTO=TCP TCPREMOTEIP=192.0.2.1 "$BIN/smtpd" --relay-network 192.0.2.1; }
  run required
  [[ "$output" == *"250 2.0.0"* ]] || skip "smtpd takes no REQUIRETLS here"
  run "$BIN/smtp-send" --once
  [[ "$output" == *" delivered to=carol@far.test "* ]]
  [ "$(arrived)" -eq 1 ]
}
