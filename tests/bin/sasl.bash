# Clients that log in by SASL, for the tests of the servers; after site.

# Every mechanism is offered; bob's password is kept for SCRAM, alice's is not.
with_sasl() {
  with_passwords
  echo 'auth-mechanisms = PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS EXTERNAL OAUTHBEARER XOAUTH2' >>"$SITE/tubepost.conf"
  "$BIN/set-password" --scheme=scram-sha-256 --iterations=4096 bob <<<secret
}

# A program that knows one token, by the interface of checkpassword.
with_tokens() {
  cat >"$SITE/tokens" <<'SH'
#!/bin/sh
[ "$(tr '\0' / <&3)" = bob/vF9dft4qmT// ] && [ "$1" = --issuer ] || exit 1
shift 2
exec "$@"
SH
  chmod 755 "$SITE/tokens"
  echo "token-check = $SITE/tokens --issuer example" >>"$SITE/tubepost.conf"
}

# certify: in $SITE, a server's certificate, and one of a client that names bob.
certify() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$SITE/mx.key" -out "$SITE/mx.crt" -days 30 \
    -subj /CN=mx -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$SITE/bob.key" -out "$SITE/bob.crt" -days 30 \
    -subj /O=Example/CN=bob 2>/dev/null
  chmod 600 "$SITE/mx.key"
}

# behind PROGRAM: under tls-wrap, which trusts the client's certificate.
behind() { serve "$BIN/tls-wrap" --certificate "$SITE/mx.crt:$SITE/mx.key" --client-ca "$SITE/bob.crt" -- "$@"; }
behind_implicit() { serve "$BIN/tls-wrap" --implicit --certificate "$SITE/mx.crt:$SITE/mx.key" --client-ca "$SITE/bob.crt" -- "$@"; }

# as PROTOCOL MECHANISM NAME PASSWORD: what GNU SASL's client says in the end.
as() { timeout 20 gsasl "--$1" --connect "127.0.0.1:$port" --no-starttls --no-cb -m "$2" -a "$3" -p "$4" </dev/null 2>&1; }
