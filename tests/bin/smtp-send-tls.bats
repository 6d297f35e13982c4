# smtp-send over TLS: what a route asks for, and hosts that do not have it.
load site

setup() {
  site
  CERTS=$BATS_FILE_TMPDIR
  printf 'Subject: x\n\nhello\n' >"$SITE/message"
}
teardown() { for pid in "${running[@]}"; do kill "$pid"; wait "$pid" || true; done; }

# An authority, and what it signed: localhost for servers, client for us; other is signed by nobody.
setup_file() {
  cd "$BATS_FILE_TMPDIR" || return
  local new=(openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30)
  "${new[@]}" -keyout ca.key -out ca.pem -subj /CN=ca 2>/dev/null
  "${new[@]}" -CA ca.pem -CAkey ca.key -keyout k -out c -subj /CN=host -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null
  cat c k >host.pem
  "${new[@]}" -CA ca.pem -CAkey ca.key -keyout k -out c -subj /CN=elsewhere -addext subjectAltName=DNS:elsewhere.test 2>/dev/null
  cat c k >elsewhere.pem
  "${new[@]}" -CA ca.pem -CAkey ca.key -keyout k -out c -subj /CN=us 2>/dev/null
  cat c k >us.pem
  chmod 600 us.pem
}

# peer ROUTE-OPTIONS [PREFIX REPLY]...: a host to which mail for far.test goes; what it hears is in $SITE/heard.
peer() {
  local options=$1
  shift
  coproc PEER { exec python3 "$SOURCE/tests/bin/scripted_server.py" "$SITE/heard" "$@" 2>"$SITE/peer-log"; }
  running+=("$PEER_PID")
  read -r port <&"${PEER[0]}"
  echo "far.test localhost:$port $options" >"$SITE/routes"
}

tls='250-peer.test\n250 STARTTLS'
# tls_peer CERTIFICATE ROUTE-OPTIONS [PREFIX REPLY]...: one that offers STARTTLS until it has begun.
tls_peer() {
  local certificate=$1 options=$2
  shift 2
  peer "$options" TLS "$CERTS/$certificate.pem" "$@" EHLO "$(printf "$tls")" TLS:EHLO '250 peer.test'
}

send() { run "$BIN/smtp-send" --to bob@far.test --from a@example.test <"$SITE/message"; }
heard() { grep -cF -- "$1" "$SITE/heard"; }

@test "TLS is used where it is offered, whoever the host is; what was offered before counts no more" {
  tls_peer elsewhere ''
  send
  [ "$status" -eq 0 ]
  [ "$(sed '/^DATA/q' "$SITE/heard" | tr -d '\n')" = '== connection from 127.0.0.1EHLO mx.example.test\r\nSTARTTLS\r\n== server name localhost== TLS NoneEHLO mx.example.test\r\nMAIL FROM:<a@example.test>\r\nRCPT TO:<bob@far.test>\r\nDATA\r\n' ]
}

@test "tls=none does not even ask" {
  tls_peer host tls=none
  send
  [ "$status" -eq 0 ]
  [ "$(heard STARTTLS)" -eq 0 ]
}

@test "a handshake that fails, or is refused, is followed by mail in clear only where the route may do without" {
  local wanted
  for wanted in 0 75; do
    : >"$SITE/heard"
    [ "$wanted" -eq 0 ] && option=tls=may || option=tls=encrypt
    tls_peer host "$option" BROKEN 'what?'
    send
    [ "$status" -eq "$wanted" ]
    [ "$wanted" -eq 0 ] || [[ "$output" == *"deferred 4.7.5 by localhost:$port: TLS handshake: "* ]]
    [ "$(heard '== connection')" -eq $((wanted == 0 ? 2 : 1)) ]
    : >"$SITE/heard"
    tls_peer host "$option" STARTTLS '454 4.7.0 not now'
    send
    [ "$status" -eq "$wanted" ]
    [ "$wanted" -eq 0 ] || [[ "$output" == *"deferred 4.7.4 by "*"454 4.7.0 not now"* ]]
    [ "$(heard '== connection')" -eq 1 ]
  done
  peer tls=encrypt
  send
  [ "$status" -eq 75 ]
  [[ "$output" == *"4.7.4"*"offers no TLS"* ]]
  [ "$(heard hello)" -eq 0 ]
}

@test "tls=verify: an authority that is known, for the route's name" {
  tls_peer host "tls=verify ca=$CERTS/ca.pem"
  send
  [ "$status" -eq 0 ]
  tls_peer host tls=verify
  send
  [ "$status" -eq 75 ]
  [[ "$output" == *"deferred 4.7.5 by localhost:$port: TLS handshake: unable to get local issuer certificate" ]]
  tls_peer elsewhere "tls=verify ca=$CERTS/ca.pem"
  send
  [ "$status" -eq 75 ]
  [[ "$output" == *"4.7.5"*"hostname mismatch" ]]
  tls_peer host "tls=verify ca=$CERTS/ca.pem"
  sed -i 's/localhost/127.0.0.1/' "$SITE/routes"
  send
  [ "$status" -eq 0 ]
  tls_peer host "tls=verify ca=$CERTS/nothing"
  send
  [ "$status" -eq 75 ]
}

@test "TLS from the start, with and without a certificate that is checked" {
  for option in tls=implicit "tls=implicit,verify ca=$CERTS/ca.pem"; do
    peer "$option" IMPLICIT "$CERTS/host.pem"
    send
    [ "$status" -eq 0 ]
  done
  peer "tls=implicit,verify ca=$CERTS/ca.pem" IMPLICIT "$CERTS/elsewhere.pem"
  send
  [ "$status" -eq 75 ]
  peer tls=implicit
  send
  [ "$status" -eq 75 ]
  [ "$(heard hello)" -eq 2 ]
}

@test "a client certificate, in the process that may not read its file too" {
  tls_peer host "tls=encrypt certificate=$CERTS/us.pem" CLIENTS "$CERTS/ca.pem"
  send
  [ "$status" -eq 0 ]
  [ "$(heard 'TLS with certificate')" -eq 1 ]
  if [ "$(id -u)" -eq 0 ]; then
    chmod 700 "$CERTS"
    run "$BIN/smtp-send" --smtpd-user=nobody --to bob@far.test --from a@example.test <"$SITE/message"
    [ "$status" -eq 0 ]
    [ "$(heard 'TLS with certificate')" -eq 2 ]
  fi
  tls_peer host "tls=encrypt" CLIENTS "$CERTS/ca.pem"
  send
  [ "$status" -eq 75 ]
  cp "$CERTS/us.pem" "$SITE/open"
  chmod 644 "$SITE/open"
  tls_peer host "tls=encrypt certificate=$SITE/open"
  send
  [ "$status" -eq 75 ]
  [[ "$output" == *"$SITE/open: everybody may read it"* ]]
  "$BIN/spool-put" -f alice@example.test bob@far.test <<<'Subject: x'
  as=()
  [ "$(id -u)" -ne 0 ] || as=(--smtpd-user=nobody)
  run "$BIN/smtp-send" --once "${as[@]}"
  [[ "$output" == *" deferred to=bob@far.test status=4.3.5 "*"$SITE/open: everybody may read it"* ]]
  "$BIN/spool" list -l | grep -q 'everybody may read it'
}

@test "what comes in clear behind the reply to STARTTLS is not heard" {
  tls_peer host tls=encrypt STARTTLS "$(printf '220 go\n250 injected.test')" TLS:EHLO '550 no' HELO '250 peer.test'
  send
  [ "$status" -eq 0 ]
}

@test "one session carries many messages" {
  tls_peer host tls=encrypt
  for i in 1 2 3; do "$BIN/spool-put" -f alice@example.test bob@far.test <<<"Subject: $i"; done
  run "$BIN/smtp-send" --once
  [[ "$output" == *" delivered to=bob@far.test "*" tls=\"TLSv1.3 "* ]]
  [ "$(queued)" -eq 0 ]
  [ "$(heard '== TLS')" -eq 1 ]
  [ "$(heard 'MAIL FROM')" -eq 3 ]
}

@test "a password goes by PLAIN or LOGIN under TLS alone" {
  (umask 077; echo 'us:secret word' >"$SITE/login")
  plain=$(printf '\0us\0secret word' | base64)
  tls_peer host "login=$SITE/login" TLS:EHLO "$(printf '250-x\n250 AUTH PLAIN LOGIN')" AUTH "235 2.7.0 in"
  send
  [ "$status" -eq 0 ]
  [ "$(heard "AUTH PLAIN $plain")" -eq 1 ]
  peer "login=$SITE/login" EHLO "$(printf '250-x\n250 AUTH PLAIN LOGIN')"
  send
  [ "$status" -eq 75 ]
  [[ "$output" == *"deferred 4.7.8 "*"offers no AUTH"* ]]
  peer "login=$SITE/login tls=none" EHLO "$(printf '250-x\n250 AUTH LOGIN')" AUTH '334 VXNlcm5hbWU6' "$(printf us | base64)" '334 UGFzc3dvcmQ6' \
    "$(printf 'secret word' | base64)" '235 in'
  send
  [ "$status" -eq 0 ]
  peer "login=$SITE/login tls=none" EHLO "$(printf '250-x\n250 AUTH PLAIN')" AUTH '535 5.7.8 wrong'
  send
  [ "$status" -eq 75 ]
  [[ "$output" == *"deferred 4.7.8 "*"535 5.7.8 wrong"* ]]
  chmod 644 "$SITE/login"
  send
  [ "$status" -eq 75 ]
  [[ "$output" == *"$SITE/login: everybody may read it"* ]]
}


@test "a sender that requires TLS: the host proves who it is and passes the wish on, or the mail is returned" {
  local try
  for try in "ca=$CERTS/ca.pem host REQUIRETLS" "ca=$CERTS/ca.pem elsewhere REQUIRETLS" "ca=$CERTS/ca.pem host DSN"; do
    read -r option certificate offered <<<"$try"
    : >"$SITE/heard"
    rm -f "$SITE"/alice/Maildir/new/*
    tls_peer "$certificate" "$option" TLS:EHLO "$(printf '250-x\n250 %s' "$offered")"
    "$BIN/spool-put" -f alice@example.test bob@far.test <"$SITE/message"
    sed -i 's/^from: .*/&\nwith: REQUIRETLS/' "$SITE"/spool/queue/*/*.*.*
    run "$BIN/smtp-send" --once
    case $try in
      *host?REQUIRETLS) [ "$(heard 'MAIL FROM:<alice@example.test> REQUIRETLS')" -eq 1 ] ;;
      *elsewhere*) [[ "$output" == *" deferred "*status=4.7.5* ]] ;;
      *) [[ "$output" == *" failed "*status=5.7.30* ]] ;;
    esac
    [ "$(heard 'MAIL FROM')" -eq "$([[ "$try" == *host?REQUIRETLS ]] && echo 1 || echo 0)" ]
    rm -f "$SITE"/spool/queue/*/*.*.*
  done
}
