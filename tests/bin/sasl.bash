# Clients that log in by SASL, for the tests of the servers; after site.

# Every mechanism is offered; bob's password is kept for SCRAM, alice's is not.
with_sasl() {
  with_passwords
  echo 'auth-mechanisms = PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS EXTERNAL OAUTHBEARER XOAUTH2' >>"$SITE/tubepost.conf"
  "$BIN/set-password" --scheme=scram-sha-256 --iterations=4096 bob <<<secret
}

# serving PROGRAM: over tcpserver, until stop; the port in $port.
serving() {
  coproc SERVER { exec tcpserver -1 -HRl0 127.0.0.1 0 "$@" 2>>"$SITE/log"; }
  server_pid=$SERVER_PID
  read -r port <&"${SERVER[0]}"
}
stop() {
  [ -z "${server_pid:-}" ] || kill "$server_pid"
  server_pid=
}
