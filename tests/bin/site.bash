# A throwaway site for one test: domain example.test, users alice and bob, every file under $BATS_TEST_TMPDIR.
site() {
  export SITE="$BATS_TEST_TMPDIR/site"
  mkdir -p "$SITE/alice" "$SITE/bob"
  cp -r "$SOURCE/spool" "$SITE/spool"
  echo example.test >"$SITE/domains"
  local name
  for name in alice bob; do echo "$name:*:$(id -u):$(id -g)::$SITE/$name::"; done >"$SITE/users"
  cat >"$SITE/tubepost.conf" <<CONF
hostname = mx.example.test
spool = $SITE/spool
domains = $SITE/domains
users = $SITE/users
routes = $SITE/routes
relay-by-mx = no
postmaster = alice
root-login = yes
login-delay = 0
libexec = $BIN
counts = $SITE/counts
CONF
  export TUBEPOST_CONF="$SITE/tubepost.conf"
}

# Everybody's password is "secret"; its hash is left in $hash.
with_passwords() {
  hash=$(python3 -W ignore -c 'import crypt; print(crypt.crypt("secret", crypt.mksalt(crypt.METHOD_SHA256, rounds=1000)))')
  sed -i "s|:\*:|:{CRYPT}$hash:|" "$SITE/users"
}

# Two messages that bob has not seen, and a site that another user may pass.
with_mail() {
  mkdir -p "$SITE/bob/Maildir/new"
  printf 'Subject: one\n\n.dot\n' >"$SITE/bob/Maildir/new/1.one"
  printf 'Subject: two\n\nbody\nmore\n' >"$SITE/bob/Maildir/new/2.two"
  chmod 755 "$BATS_TEST_TMPDIR" "$SITE" || true
}

# serve PROGRAM [ARGUMENT]...: over tcpserver on a free port, which is left in $port, until stop.
serve() {
  coproc SERVER { exec tcpserver -1 -HRl0 127.0.0.1 0 "$@" 2>>"$SITE/log"; }
  server=$SERVER_PID
  read -r port <&"${SERVER[0]}"
}
stop() {
  [ -z "${server:-}" ] || kill "$server" 2>/dev/null || true
  server=
}

# Lines of an SMTP client, each ended with CR LF, to smtpd.
smtp() { printf '%s\r\n' "$@" | "$BIN/smtpd"; }

# bounded COMMAND...: in 80 MB of address space; a sanitizer alone takes more.
bounded() { ([ -n "${ASAN_OPTIONS:-}" ] || ulimit -v 80000; exec "$@"); }
export -f bounded

# apart COMMAND...: in a mount namespace of its own, also for a user who is not root.
apart() { if [ "$(id -u)" -eq 0 ]; then unshare -m "$@"; else unshare -cm --keep-caps "$@"; fi; }
may_go_apart() { apart true 2>/dev/null || skip "this user may make no namespaces"; }

needs_root() { [ "$(id -u)" -eq 0 ] || skip "only root may $1"; }

queued() { find "$SITE/spool/queue" -type f -name '*.*.*' | wc -l; }
delivered() { find "$SITE/$1/Maildir/new" -type f 2>/dev/null | wc -l; }
