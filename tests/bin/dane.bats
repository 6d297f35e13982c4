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
  host_down
}

# tlsa FILE: the data of a TLSA record for the key of a certificate.
tlsa() { printf '3 1 1 '; openssl x509 -in "$1" -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -d ' ' -f 1; }

# zones TLSA: far.test and its host, signed.
zones() {
  dns_zone far.test <<ZONE
@ MX 10 mx
mx A $address
_25._tcp.mx TLSA $1
ZONE
  dns_sign far.test
}

# far_host [RECORD]: the DNS and a host that takes mail for far.test; its TLSA record is that of its certificate, else RECORD.
far_host() {
  certificate mx.far.test
  zones "${1:-$(tlsa "$SITE/mx.far.test.crt")}"
  dns_up
  anchor="$SITE/dns/far.test.ds" by_mx
  host_with "$SITE/mx.far.test.pem"
}

put() { "$BIN/spool-put" -f alice@example.test carol@far.test <<<'Subject: x'; }

@test "a certificate that the DNS names is enough, whoever signed it" {
  far_host
  put
  run "$BIN/smtp-send" --once
  [[ "$output" == *" delivered to=carol@far.test "*"verified"* ]]
  [ "$(arrived)" -eq 1 ]
}

@test "another one is refused, and the mail waits" {
  certificate other.test
  far_host "$(tlsa "$SITE/other.test.crt")"
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
  far_host "0 1 1 $(printf 'a%.0s' {1..64})"
  put
  run "$BIN/smtp-send" --once
  [[ "$output" == *" delivered to=carol@far.test "* ]]
  [[ "$output" != *"verified"* ]]
  [ "$(arrived)" -eq 1 ]
}

@test "who requires TLS gets it, or the message back; who wants none gets through" {
  far_host
  required() { printf '%s\r\n' 'EHLO c' 'MAIL FROM:<alice@example.test> REQUIRETLS' 'RCPT TO:<carol@far.test>' DATA 'Subject: x' '' x . QUIT |
    SSL_PROTOCOL=TLSv1.3 HTTPS=on PROTO=TCP TCPREMOTEIP=192.0.2.1 "$BIN/smtpd" --relay-network 192.0.2.1; }
  run required
  [[ "$output" == *"250 2.0.0"* ]]
  run "$BIN/smtp-send" --once
  [[ "$output" == *" delivered to=carol@far.test "* ]]
  [ "$(arrived)" -eq 1 ]
  # The same host without anything that vouches for it.
  sed -i 's/^trust-anchor.*/trust-anchor =/' "$TUBEPOST_CONF"
  required
  run "$BIN/smtp-send" --once
  [[ "$output" == *" failed to=carol@far.test status=5.7.30 "* ]]
  [ "$(arrived)" -eq 1 ]
}

@test "who would rather have it delivered than protected says so in the message" {
  certificate other.test
  far_host "$(tlsa "$SITE/other.test.crt")"
  printf 'Subject: your certificate\nTLS-Required: No\n\nis wrong\n' | "$BIN/spool-put" -f alice@example.test carol@far.test
  printf 'Subject: other\n\nTLS-Required: No\n' | "$BIN/spool-put" -f alice@example.test carol@far.test
  run "$BIN/smtp-send" --once
  [ "$(grep -c ' delivered to=carol@far.test ' <<<"$output")" -eq 1 ]
  [ "$(grep -c ' deferred to=carol@far.test status=4.7.5 ' <<<"$output")" -eq 1 ]
  [ "$(arrived)" -eq 1 ]
}

@test "behind an alias its target's records count, or else its own" {
  certificate mx.far.test
  dns_zone far.test <<ZONE
@ MX 10 alias
one MX 10 other
alias CNAME mx
other CNAME bare
mx A $address
bare A $address
_25._tcp.mx TLSA $(tlsa "$SITE/mx.far.test.crt")
_25._tcp.other TLSA $(tlsa "$SITE/mx.far.test.crt")
ZONE
  dns_sign far.test
  dns_up
  anchor="$SITE/dns/far.test.ds" by_mx
  host_with "$SITE/mx.far.test.pem"
  echo one.far.test >>"$SITE/far/domains"
  "$BIN/spool-put" -f alice@example.test carol@far.test carol@one.far.test <<<'Subject: x'
  run "$BIN/smtp-send" --once
  [[ "$output" == *" delivered to=carol@far.test status=2.0.0 host=mx.far.test:25 "*"verified"* ]]
  [[ "$output" == *" delivered to=carol@one.far.test status=2.0.0 host=other.far.test:25 "*"verified"* ]]
}

@test "a route may ask for it, too" {
  far_host
  printf '%s\n' "far.test mx.far.test tls=dane" >"$SITE/routes"
  put
  run "$BIN/smtp-send" --once
  # The system's resolver knows nothing of this zone.
  [[ "$output" == *" delivered to=carol@far.test "*"verified"* ]]
  # An anchor of somebody else's says nothing of it.
  sed 's/^far/other/' "$SITE/dns/far.test.ds" >"$SITE/other.ds"
  sed -i "s|^trust-anchor.*|trust-anchor = $SITE/other.ds|" "$TUBEPOST_CONF"
  put
  run "$BIN/smtp-send" --once
  [[ "$output" == *" deferred to=carol@far.test status=4.4.3 "*"has no address that DNSSEC vouches for"* ]]
  "$BIN/smtp-send" --check
  sed -i 's/^trust-anchor.*/trust-anchor =/' "$TUBEPOST_CONF"
  run "$BIN/smtp-send" --check
  [ "$status" -eq 78 ]
  [[ "$output" == *"/routes: tls=dane for far.test needs a trust-anchor"* ]]
  run "$BIN/smtp-send" --check --relay-by-mx=no
  [ "$status" -eq 78 ]
  [[ "$output" == *"/routes: tls=dane for far.test needs relay-by-mx"* ]]
}

@test "who sends as another user finds and checks hosts all the same" {
  needs_root "becomes another user"
  setpriv --reuid nobody --clear-groups test -x "$BIN/resolve" || skip "nobody may not run what was built here"
  chmod 755 "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR" "$SITE" "$BATS_RUN_TMPDIR/test"
  certificate mx.far.test
  zones "$(tlsa "$SITE/mx.far.test.crt")"
  dns_up
  anchor="$SITE/dns/far.test.ds" by_mx 'smtpd-user = nobody'
  host_with "$SITE/mx.far.test.pem"
  put
  run "$BIN/smtp-send" --once
  [[ "$output" == *" delivered to=carol@far.test "*"verified"* ]]
}
