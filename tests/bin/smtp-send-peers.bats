# smtp-send against other mail systems of Debian: exim and our own smtpd, with what they offer.
load site
load sasl
load peers

PEERS=$BIN/../peers

setup() { site; }
teardown() {
  for pid in "${running[@]}"; do kill "$pid"; wait "$pid" || true; done
  [ -z "${EXIM:-}" ] || rm -r "$EXIM"
}

# serve ROUTE-OPTIONS PROGRAM [ARGUMENT]...: under tcpserver; mail for far.test goes there.
serve() {
  local options=$1
  shift
  coproc PEER { exec tcpserver -1 -HRl0 127.0.0.1 0 "$@" 2>"$SITE/peer-log"; }
  running+=("$PEER_PID")
  read -r port <&"${PEER[0]}"
  echo "far.test localhost:$port $options" >"$SITE/routes"
}

exim() {
  needs_root 'run exim'
  [ -x "$PEERS/usr/sbin/exim4" ] && getent passwd Debian-exim >/dev/null || skip "exim is not there"
  certificate
  # Where its user may go.
  EXIM=$(mktemp -d)
  cp "$SITE/host.pem" "$EXIM"
  cat >"$EXIM/conf" <<CONF
primary_hostname = peer.test
spool_directory = $EXIM
log_file_path = $EXIM/%slog
exim_user = Debian-exim
exim_group = Debian-exim
exim_path = $PEERS/usr/sbin/exim4
deliver_drop_privilege
keep_environment =
never_users =
host_lookup =
rfc1413_query_timeout = 0s
tls_advertise_hosts = *
tls_certificate = $EXIM/host.pem
chunking_advertise_hosts = *
dsn_advertise_hosts = *
smtputf8_advertise_hosts = *
accept_8bitmime = yes
acl_smtp_rcpt = everybody
acl_smtp_data = message
begin acl
everybody:
  deny
    local_parts = nobody
    message = 550 5.1.1 who?
  accept
message:
  accept
begin routers
file:
  driver = accept
  transport = file
begin transports
file:
  driver = appendfile
  file = $EXIM/mbox
CONF
  chown -R Debian-exim "$EXIM"
  chown root "$EXIM/conf"
  serve "$1" "$PEERS/usr/sbin/exim4" -C "$EXIM/conf" -odq -bs
}
# The bodies that it has; nothing is delivered.
arrived() { tail -q -n +2 "$EXIM"/input/*-D; }

@test "exim takes a message over TLS that is verified, and in chunks; a recipient it does not know is returned" {
  exim "tls=verify ca=$BATS_TEST_TMPDIR/site/crt"
  { printf 'Subject: large\n\n.dot\n'; head -c 1500000 /dev/zero | tr '\0' y | fold -w 70; echo; } >"$SITE/message"
  "$BIN/spool-put" -f alice@example.test bob@far.test nobody@far.test <"$SITE/message"
  run "$BIN/smtp-send" --once
  [[ "$output" == *" delivered to=bob@far.test "*" tls=\"TLSv1.3 "*" verified\" "* ]]
  [[ "$output" == *" failed to=nobody@far.test status=5.1.1 "* ]]
  arrived | cmp - <(sed '1,/^$/d' "$SITE/message")
  grep -q ' K ' "$EXIM/mainlog"
}

@test "exim gets 8-bit mail as it is, or as quoted-printable where it says that it takes none" {
  printf 'Subject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\ngr\303\274n ist es hier\n' >"$SITE/message"
  exim ''
  "$BIN/smtp-send" --from alice@example.test --to bob@far.test <"$SITE/message"
  arrived | grep -q $'^gr\303\274n ist'
  sed -i 's/^accept_8bitmime.*/accept_8bitmime = no/' "$EXIM/conf"
  "$BIN/smtp-send" --from alice@example.test --to carol@far.test <"$SITE/message"
  arrived | grep -qx 'gr=C3=BCn ist es hier'
}

@test "our own smtpd: LMTP, and a login by SCRAM in clear" {
  with_sasl
  printf 'From: bob@example.test\nSubject: x\n\nhello\n' >"$SITE/message"
  serve lmtp "$BIN/smtpd" --lmtp
  send() { run "$BIN/smtp-send" "$@" <"$SITE/message"; }
  send --to bob@example.test --host "localhost:$port lmtp"
  [ "$status" -eq 0 ]
  send --to bob@example.test --to nobody@example.test --host "localhost:$port lmtp"
  [ "$status" -eq 67 ]
  [ "$(queued)" -eq 2 ]
  serve '' "$BIN/smtpd" --submission
  (umask 077; echo bob:secret >"$SITE/login"; echo bob:wrong >"$SITE/wrong")
  send --to alice@example.test --host "localhost:$port login=$SITE/login"
  [ "$status" -eq 0 ]
  grep -q 'login user=bob verdict=granted' "$SITE/peer-log"
  [ "$(queued)" -eq 3 ]
  send --to alice@example.test --host "localhost:$port login=$SITE/wrong"
  [ "$status" -eq 75 ]
  [[ "$output" == *"4.7.8"*"AUTH SCRAM-SHA-256"* ]]
}
