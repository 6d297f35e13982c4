# Other mail systems of Debian as hosts that take mail for far.test: users bob and carol, everybody else is unknown.

# certificate: for localhost, in $SITE/crt and $SITE/key.
certificate() {
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -keyout "$SITE/key" -out "$SITE/crt" -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost 2>/dev/null
  cat "$SITE/crt" "$SITE/key" >"$SITE/host.pem"
}

free_port() { python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# unpacked NAME: its files for peer_up(), in $FILES.
unpacked() {
  needs_root "give a mail system a root of its own"
  [ -d "$BIN/../peers/$1" ] || skip "$1 is not there"
  unshare -mp --fork true 2>/dev/null || skip "no namespaces here"
  FILES=$(mktemp -d)
  mkdir "$FILES/mail"
  chown 65534:65534 "$FILES/mail"
  chmod 755 "$FILES"
  certificate
  install -m 600 "$SITE/key" "$FILES/key"
  cp "$SITE/crt" "$FILES/crt"
  port=$(free_port)
}

# speaks PORT: waits until somebody says something there; in vain when $peer is not there any more.
speaks() {
  python3 - "$1" "$peer" <<'PY'
import contextlib, os, select, socket, sys
for _ in range(3000):
    os.kill(int(sys.argv[2]), 0)
    with contextlib.suppress(OSError):
        if socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5).recv(1):
            sys.exit()
    select.select([], [], [], 0.02)
sys.exit(1)
PY
}

# peer_up NAME ROUTE-OPTIONS COMMAND...: until it speaks.
peer_up() {
  local name=$1
  echo "far.test localhost:$port $2" >"$SITE/routes"
  shift 2
  started=("$BIN/../peers/$name" "$FILES" "$@")
  peer_again
}

peer_again() {
  "$SOURCE/tests/bin/peer_root.sh" "${started[@]}" >"$FILES/out" 2>&1 3>&- &
  peer=$!
  speaks "$port" && return
  cat "$FILES/out" "$FILES/log" >&2
  return 1
}

# All that it has started goes with the first process of its namespace.
peer_ends() {
  kill -KILL $(pgrep -P "$peer") 2>/dev/null || true
  wait "$peer" 2>/dev/null || true
  peer=
}

peer_down() {
  [ -z "${peer:-}" ] || peer_ends
  [ -z "${FILES:-}" ] || rm -r "$FILES"
}

# postfix [LINE]...: the lines go to its main.cf.
postfix() {
  unpacked postfix
  mkdir "$FILES"/{etc,queue,data}
  chown 801 "$FILES/data"
  printf '%s\n' 'compatibility_level = 3.6' 'queue_directory = /peer/queue' 'data_directory = /peer/data' 'command_directory = /usr/sbin' \
    'daemon_directory = /usr/lib/postfix/sbin' 'myhostname = peer.test' 'inet_interfaces = 127.0.0.1' 'inet_protocols = ipv4' \
    'mydestination =' 'alias_maps =' 'local_recipient_maps =' 'maillog_file = /peer/log' 'maillog_file_prefixes = /peer' \
    'virtual_mailbox_domains = far.test' 'virtual_mailbox_base = /peer/mail' 'virtual_mailbox_maps = texthash:/peer/boxes' \
    'virtual_uid_maps = static:65534' 'virtual_gid_maps = static:65534' 'virtual_minimum_uid = 1' 'smtpd_tls_security_level = may' \
    'smtpd_tls_cert_file = /peer/crt' 'smtpd_tls_key_file = /peer/key' 'smtpd_tls_received_header = yes' \
    'smtpd_relay_restrictions = reject_unauth_destination' "${@:2}" >"$FILES/etc/main.cf"
  printf '%s@far.test %s/\n' bob bob carol carol bøb bøb $(seq -f 'user%g user' 150) >"$FILES/boxes"
  awk -v port="$port" '/^#|^ |^$/ { next } $1 == "smtp" && $2 == "inet" { print "127.0.0.1:" port " inet n - n - - smtpd"; next }
    { $5 = "n"; print }' "$BIN/../peers/postfix/usr/share/postfix/master.cf.dist" >"$FILES/etc/master.cf"
  peer_up postfix "$1" /usr/sbin/postfix -c /peer/etc start-fg
}

opensmtpd() {
  unpacked opensmtpd
  cat >"$FILES/conf" <<CONF
pki localhost cert "/peer/crt"
pki localhost key "/peer/key"
table boxes { "bob@far.test" = nobody, "carol@far.test" = nobody }
listen on 127.0.0.1 port $port tls pki localhost hostname peer.test
action store maildir "/peer/mail/%{dest.user}" virtual <boxes>
match from any for domain far.test action store
CONF
  peer_up opensmtpd "$1" sh -c 'mkdir -m 711 /var/spool/smtpd; exec /usr/sbin/smtpd -d -f /peer/conf'
}

# dovecot: takes LMTP; carol's mailbox cannot be written.
dovecot() {
  unpacked dovecot
  printf '%s@far.test::65534:65534::/peer/mail/%s\n' bob bob carol carol >"$FILES/users"
  cat >"$FILES/conf" <<CONF
protocols = lmtp
log_path = /peer/log
ssl = yes
ssl_cert = </peer/crt
ssl_key = </peer/key
first_valid_uid = 1
mail_location = maildir:~/Maildir
hostname = peer.test
passdb {
  driver = static
  args = nopassword=y
}
userdb {
  driver = passwd-file
  args = /peer/users
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = $port
  }
}
CONF
  peer_up dovecot "$1" sh -c 'mkdir -p /run/dovecot; exec /usr/sbin/dovecot -F -c /peer/conf'
}
