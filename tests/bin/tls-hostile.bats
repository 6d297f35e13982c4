# Clients that mean harm, over TLS and before it.
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
  with_mail
  touch "$SITE/routes"
}

teardown() { stop; }

# wrap ARGUMENTS...: tls-wrap under tcpserver.
wrap() { serve "$BIN/tls-wrap" --certificate "$CERTIFICATES/mx.pem" "$@"; }

hostile() { timeout 200 python3 "$SOURCE/tests/bin/tls_hostile.py" "$1" "$port" "${@:2}"; }

@test "a session in records that end anywhere" {
  wrap --implicit -- "$BIN/smtpd"
  hostile cuts
}

@test "TLS that ends inside DATA or BDAT, said or cut off or broken: no message" {
  wrap --implicit -- "$BIN/smtpd" --timeout=5
  hostile lost
}

@test "plaintext behind STARTTLS and STLS is never a command" {
  local of
  for of in smtpd:smtp pop3d:pop3 imapd:imap; do
    wrap -- "$BIN/${of%:*}"
    hostile injected "${of#*:}"
    kill "$server"
  done
  [ "$(find "$SITE/bob/Maildir" -type f -name '*.*' | grep -cE 'one|two')" -eq 2 ]
  ! grep -q login "$SITE/log"
}

@test "by STARTTLS and STLS too: nothing older than TLS 1.2, no weak suite, no compression" {
  local of
  for of in smtpd:smtp pop3d:pop3 imapd:imap; do
    wrap -- "$BIN/${of%:*}"
    hostile old "${of#*:}"
    kill "$server"
  done
}

@test "what is no handshake ends in time, and starts no program" {
  wrap --handshake-timeout=1 --implicit -- touch "$SITE/started"
  hostile garbage
  hostile trickle
  [ ! -e "$SITE/started" ]
}

@test "new keys without end do no harm" {
  wrap --implicit -- cat
  hostile floods
}

@test "a host name that is asked for stays one value, whatever is in it" {
  wrap --implicit -- sh -c 'env -0 | tr "\n\0" "|\n"'
  run openssl s_client -connect "127.0.0.1:$port" -quiet -servername $'x\nSSL_CLIENT_VERIFY=SUCCESS\nAUTH=`id`' </dev/null
  [[ "$output" == *"SSL_CLIENT_VERIFY=NONE"* ]]
  [ "$(grep -c '^SSL_CLIENT_VERIFY=' <<<"$output")" -eq 1 ]
  ! grep -q '^SSL_TLS_SNI=.*|' <<<"$output"
  [ "$(grep -c ' tls peer=' "$SITE/log")" -eq 1 ]
  ! grep -q '^SSL_CLIENT_VERIFY' "$SITE/log"
}
