# How users log into smtpd --submission: in the clear on loopback, by STARTTLS, and where TLS is there from the start.
load site
load sasl

setup() {
  site
  with_sasl
  echo 'far.test 127.0.0.1:9' >"$SITE/routes"
  chmod 755 "$BATS_TEST_TMPDIR" "$SITE" || true
  printf 'Subject: x\r\n\r\nhello\r\n' >"$SITE/message"
}
teardown() { stop; }

# as MECHANISM USER PASSWORD [OPTION...]: what GNU SASL's client says in the end.
as() { timeout 20 gsasl --smtp --connect "127.0.0.1:$port" -m "$1" -a "$2" -p "$3" "${@:4}" </dev/null 2>&1; }

@test "in the clear on loopback GNU SASL logs in by every mechanism, and nobody without the password" {
  serve "$BIN/smtpd" --submission
  for mechanism in PLAIN LOGIN SCRAM-SHA-256; do
    run as "$mechanism" bob secret --no-starttls --no-cb
    [ "$status" -eq 0 ]
    [[ "$output" == *"235 2.7.0 logged in"* ]]
    run as "$mechanism" bob Secret --no-starttls --no-cb
    [ "$status" -ne 0 ]
    [[ "$output" == *"535 5.7.8 wrong name or password"* ]]
  done
  run as SCRAM-SHA-256 alice secret --no-starttls --no-cb
  [[ "$output" == *"535 5.7.8 wrong name or password"* ]]
  for kind in scram password; do
    grep -q "smtpd\[[0-9]*\] - login-refused peer=127.0.0.1 user=bob by=$kind" "$SITE/log"
  done
}

# session MECHANISM [swaks option...]: bob sends a message to another host.
with_swaks() { swaks --silent 2 --server "127.0.0.1:$port" --auth "$1" --auth-user bob --auth-password secret -f bob@example.test -t x@far.test "${@:2}"; }

@test "swaks, curl and python send mail in the clear, by STARTTLS, and by TLS from the start" {
  certify
  serve "$BIN/smtpd" --submission
  for mechanism in PLAIN LOGIN; do with_swaks "$mechanism"; done
  python_sends plain
  stop
  behind "$BIN/smtpd" --submission
  for mechanism in PLAIN LOGIN; do
    with_swaks "$mechanism" -tls
    curl -sS --ssl-reqd --cacert "$SITE/mx.crt" --login-options "AUTH=$mechanism" -u bob:secret --mail-from bob@example.test --mail-rcpt x@far.test \
      -T "$SITE/message" "smtp://localhost:$port/c"
  done
  python_sends starttls
  stop
  behind_implicit "$BIN/smtpd" --submission
  for mechanism in PLAIN LOGIN; do
    with_swaks "$mechanism" -tlsc
    curl -sS --cacert "$SITE/mx.crt" --login-options "AUTH=$mechanism" -u bob:secret --mail-from bob@example.test --mail-rcpt x@far.test \
      -T "$SITE/message" "smtps://localhost:$port/c"
  done
  python_sends implicit
  [ "$(queued)" -eq 13 ]
  [ "$(grep -rlE ' with ESMTPSA id ' "$SITE/spool/queue" | wc -l)" -eq 10 ]
  [ "$(grep -c ' login user=bob verdict=granted ' "$SITE/log")" -eq 13 ]
}

python_sends() {
  timeout 30 python3 - "$port" "$1" <<'PY'
import os, smtplib, ssl, sys
context = ssl.create_default_context(cafile=os.environ["SITE"] + "/mx.crt")
port, how = int(sys.argv[1]), sys.argv[2]
with (smtplib.SMTP_SSL("localhost", port, context=context) if how == "implicit" else smtplib.SMTP("localhost", port)) as client:
    if how == "starttls": client.starttls(context=context)
    client.login("bob", "secret")
    assert client.sendmail("bob@example.test", ["alice@example.test", "x@far.test"], "Subject: x\n\nhi") == {}
PY
}

@test "a token that a program checks: curl, by OAUTHBEARER and XOAUTH2, with an initial response and without" {
  with_tokens
  for mechanism in OAUTHBEARER XOAUTH2; do
    serve "$BIN/smtpd" --submission
    by_token() { curl -sS --login-options "AUTH=$mechanism" --oauth2-bearer "$1" --mail-from bob@example.test --mail-rcpt x@far.test -T "$SITE/message" "${@:2}" "smtp://bob@127.0.0.1:$port/c"; }
    by_token vF9dft4qmT
    by_token vF9dft4qmT --sasl-ir
    run by_token wrong
    [ "$status" -eq 67 ]
    stop
  done
  [ "$(queued)" -eq 4 ]
  grep -q 'login-refused peer=127.0.0.1 user=bob by=token' "$SITE/log"
}

@test "a token longer than any other command" {
  token=$(printf '%6000s' | tr ' ' x)
  cat >"$SITE/tokens" <<SH
#!/bin/sh
[ "\$(tr '\0' / <&3)" = bob/$token// ] || exit 1
exec "\$@"
SH
  chmod 755 "$SITE/tokens"
  echo "token-check = $SITE/tokens" >>"$TUBEPOST_CONF"
  response=$(printf 'n,a=bob,\1auth=Bearer %s\1\1' "$token" | base64 -w0)
  run submit 'EHLO c' "AUTH OAUTHBEARER $response" QUIT
  [[ "$output" == *"235 2.7.0"* ]]
  run submit 'EHLO c' 'AUTH OAUTHBEARER' "$response" QUIT
  [[ "$output" == *"334 "*"235 2.7.0"* ]]
  run submit 'EHLO c' 'AUTH OAUTHBEARER' "$(printf '%20000s' | tr ' ' A)" "NOOP $response" QUIT
  [[ "$output" == *"500 5.5.6 the response is too long"*"500 5.5.2 line too long"*"221 "* ]]
}

submit() { printf '%s\r\n' "$@" | "$BIN/smtpd" --submission 2>>"$SITE/log"; }
elsewhere() { PROTO=TCP TCPREMOTEIP=192.0.2.7 submit "$@"; }

@test "from elsewhere no password is taken without TLS, and what is too weak is not taken at all" {
  plain=$(printf '\0bob\0secret' | base64)
  run elsewhere 'EHLO c' "AUTH PLAIN $plain" 'AUTH LOGIN' 'AUTH SCRAM-SHA-256' 'AUTH EXTERNAL =' 'AUTH CRAM-MD5' QUIT
  [[ "$output" != *"250-AUTH"* && $(grep -c '^502 5.5.1 AUTH is not offered' <<<"$output") -eq 5 ]]
  run env SSL_PROTOCOL=TLSv1.3 "$BIN/smtpd" --submission --auth-mechanisms=SCRAM-SHA-256 < <(printf 'EHLO c\r\nAUTH PLAIN %s\r\nQUIT\r\n' "$plain")
  [[ "$output" == *$'\r\n250-AUTH SCRAM-SHA-256\r\n'*"534 5.7.9 "* ]]
  echo 'auth-without-tls = yes' >>"$TUBEPOST_CONF"
  run elsewhere 'EHLO c' "AUTH PLAIN $plain" QUIT
  [[ "$output" == *"235 2.7.0 "* ]]
  run "$BIN/smtpd" --check --auth-mechanisms=NTLM
  [ "$status" -eq 64 ]
  [[ "$output" == *"auth-mechanisms: nobody knows NTLM"* ]]
}

@test "after STARTTLS the channel binds GNU SASL's SCRAM, and a certificate names the user" {
  certify
  behind "$BIN/smtpd" --submission
  over_tls() { timeout 20 gsasl --smtp --connect "localhost:$port" --starttls --x509-ca-file="$SITE/mx.crt" "$@" </dev/null 2>&1; }
  channel_binds
}

@test "the same where TLS is there from the start" {
  certify
  behind_implicit "$BIN/smtpd" --submission
  over_tls() { timeout 20 python3 "$BATS_TEST_DIRNAME/smtp_tls_login.py" "$port" "$@"; }
  run over_tls --cert SCRAM-SHA-256-PLUS bob secret
  [[ "$output" == *"235 "* ]]
  run over_tls --cert SCRAM-SHA-256-PLUS bob Secret
  [[ "$output" == *"535 "* ]]
  run over_tls --cert EXTERNAL bob
  [[ "$output" == *"235 "* ]]
  run over_tls --cert EXTERNAL alice
  [[ "$output" == *"535 "* ]]
  run over_tls EXTERNAL bob
  [[ "$output" == *"504 "* ]]
}

@test "what is said before TLS counts no more, and what came behind STARTTLS in plaintext is no command" {
  certify
  printf '#!/bin/sh\nexec cat\n' >"$SITE/filter"
  chmod 755 "$SITE/filter"
  echo "filter = $SITE/filter" >>"$TUBEPOST_CONF"
  behind "$BIN/smtpd" --submission
  run timeout 30 python3 - "$port" <<'PY'
import base64, os, socket, ssl, sys
plain = socket.create_connection(("localhost", int(sys.argv[1])), 20)
login = b"AUTH PLAIN " + base64.b64encode(b"\0bob\0secret") + b"\r\n"
def talk(to, text):
    to.sendall(text)
    out = b""
    while not (out.endswith(b"\r\n") and out.splitlines()[-1][3:4] == b" "):
        piece = to.recv(65536)
        if not piece: break
        out += piece
    return out.splitlines()[-1].decode()
plain.recv(1000)
talk(plain, b"EHLO before\r\n")
print(talk(plain, login))
print(talk(plain, b"STARTTLS\r\nMAIL FROM:<bob@example.test>\r\nNOOP injected\r\n"))
context = ssl.create_default_context(cafile=os.environ["SITE"] + "/mx.crt")
tls = context.wrap_socket(plain, server_hostname="localhost")
for line in (b"MAIL FROM:<bob@example.test>\r\n", b"EHLO after\r\n", b"MAIL FROM:<bob@example.test>\r\n", b"STARTTLS\r\n", b"AUTH PLAIN =\r\n",
             login, b"MAIL FROM:<bob@example.test>\r\n", b"RCPT TO:<x@far.test>\r\n", b"BDAT 4\r\na\r\n\n", b"RSET\r\n",
             b"MAIL FROM:<bob@example.test>\r\n", b"RCPT TO:<x@far.test>\r\n", b"BDAT 3 LAST\r\na\r\n"):
    print(talk(tls, line))
tls.sendall(b"MAIL FROM:<bob@example.test>\r\nRCPT TO:<x@far.test>\r\nBDAT 9 LAST\r\nhalf")
tls.close()
PY
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$(cut -c1-3 <<<"$output" | tr '\n' ' ')" = "235 220 503 250 530 503 501 235 250 250 250 250 250 250 250 " ]
  [ "$(queued)" -eq 1 ]
}

@test "whoever talks to the client is smtpd-user, who can read no password: it logs in all the same" {
  needs_root "become another user"
  # The way down to the spool is open to nobody.
  local way=$SITE/spool
  while [ "$way" != / ] && [ "$way" != /tmp ]; do way=$(dirname "$way") && [ "$way" = /tmp ] || chmod a+x "$way"; done
  chmod -R a+rwX "$SITE/spool"
  chmod 600 "$SITE/users"
  echo 'smtpd-user = nobody' >>"$TUBEPOST_CONF"
  certify
  behind "$BIN/smtpd" --submission
  run timeout 20 gsasl --smtp --connect "localhost:$port" --starttls --x509-ca-file="$SITE/mx.crt" -m SCRAM-SHA-256-PLUS -a bob -p secret </dev/null
  [ "$status" -eq 0 ]
  with_swaks PLAIN -tls
  [ "$(queued)" -eq 1 ]
  [ -n "$(find "$SITE/spool/queue" -type f -name '*.*.*' -user nobody)" ]
}

channel_binds() {
  for mechanism in SCRAM-SHA-256-PLUS "SCRAM-SHA-256 --no-cb" PLAIN; do
    run over_tls -m $mechanism -a bob -p secret
    [ "$status" -eq 0 ]
    [[ "$output" == *"235 2.7.0 "* ]]
    run over_tls -m $mechanism -a bob -p Secret
    [ "$status" -ne 0 ]
    [[ "$output" == *"535 5.7.8 "* ]]
  done
  by_certificate=(-m EXTERNAL "--x509-cert-file=$SITE/bob.crt" "--x509-key-file=$SITE/bob.key")
  run over_tls "${by_certificate[@]}" -z bob
  [ "$status" -eq 0 ]
  [[ "$output" == *"235 2.7.0 "* ]]
  run over_tls "${by_certificate[@]}" -z alice
  [[ "$output" == *"535 5.7.8 "* ]]
  run over_tls -m EXTERNAL -z bob
  [ "$status" -ne 0 ]
}

@test "the address in a certificate logs in whose it is, and what he sends is his" {
  echo "aliases = $SITE/aliases" >>"$TUBEPOST_CONF"
  printf '%s\n' 'robert: bob' 'team: alice, bob' >"$SITE/aliases"
  by_address() { SSL_PROTOCOL=TLSv1.3 SSL_CLIENT_VERIFY=SUCCESS SSL_CLIENT_SAN_Email_0=$1 submit 'EHLO c' 'AUTH EXTERNAL =' "MAIL FROM:<$2@example.test>" QUIT; }
  local address
  for address in bob@example.test Robert@EXAMPLE.test bob; do
    run by_address "$address" bob
    [[ "$output" == *"235 2.7.0 "*"250 2.1.0 "* ]]
  done
  run by_address bob@example.test alice
  [[ "$output" == *"235 2.7.0 "*"550 5.7.1 "* ]]
  for address in team@example.test bob@far.test eve@example.test; do
    run by_address "$address" bob
    [[ "$output" == *"535 5.7.8 "* ]]
  done
  run env SSL_PROTOCOL=TLSv1.3 SSL_CLIENT_VERIFY=SUCCESS SSL_CLIENT_SAN_Email_0=bob@example.test "$BIN/imapd" < <(printf 'a AUTHENTICATE EXTERNAL =\r\nb LOGOUT\r\n')
  [[ "$output" == *'a OK '* ]]
}

@test "who has failed too often is told so, and the conversation ends" {
  printf '%s\n' 'max-login-failures = 1' 'auth-without-tls = yes' >>"$TUBEPOST_CONF"
  local plain
  plain=$(printf '\0bob\0secret' | base64)
  run elsewhere 'EHLO c' "AUTH PLAIN $(printf '\0bob\0wrong' | base64)" "AUTH PLAIN $plain" NOOP
  [[ "$output" == *"535 5.7.8 "*"421 4.7.0 mx.example.test too many failed logins from you"* && "$output" != *"250 2.0.0"* ]]
  run env PROTO=TCP TCPREMOTEIP=192.0.2.7 "$BIN/imapd" < <(printf 'a LOGIN bob secret\r\nb AUTHENTICATE PLAIN %s\r\n' "$plain")
  [[ "$output" == *"a NO [UNAVAILABLE] too many failed logins from you"*"* BYE"* && "$output" != *$'\nb '* ]]
  run env PROTO=TCP TCPREMOTEIP=192.0.2.7 "$BIN/pop3d" < <(printf 'AUTH PLAIN %s\r\nNOOP\r\n' "$plain")
  [[ "$output" == *"-ERR [SYS/TEMP] too many failed logins from you"* ]]
  run env PROTO=TCP TCPREMOTEIP=192.0.2.7 "$BIN/pop3d" < <(printf 'USER bob\r\nPASS secret\r\nNOOP\r\n')
  [[ "$output" == *"-ERR [SYS/TEMP] too many failed logins from you"* ]]
}
