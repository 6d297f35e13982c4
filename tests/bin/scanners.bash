# Scanners as Debian packages them, each an instance of its own on sockets under $SITE. What is not installed is where
# the Makefile unpacks it: $PEERS.
PEERS=${PEERS:-${BIN%/bin}/peers}

# finds NAME FOLDERS...: sets $found, else skips.
finds() {
  local name=$1 folder
  shift
  for folder in "$@"; do
    found=$folder/$name
    [ ! -x "$found" ] || return 0
  done
  skip "no $name here, neither installed nor in $PEERS: make $PEERS/scanners unpacks it"
}

# What was unpacked finds its libraries beside it.
beside=(env LD_LIBRARY_PATH="$PEERS/usr/lib/rspamd:$PEERS/usr/lib/x86_64-linux-gnu")

# in_background SOCKET COMMAND...: starts it, and waits for its socket.
in_background() {
  local socket=$1
  shift
  "$@" >"$SITE/scanner.log" 2>&1 3>&- &
  scanner=$!
  local end=$((SECONDS + 90))
  until python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])' "$socket" 2>/dev/null; do
    kill -0 "$scanner" && [ "$SECONDS" -lt "$end" ] || { cat "$SITE/scanner.log"; return 1; }
  done
}

no_scanner() {
  [ -z "${scanner:-}" ] || { kill "$scanner" 2>/dev/null; wait "$scanner"; } || true
}

# RSPAMC asks a rspamd with Debian's own rules, and no name server.
with_rspamd() {
  local found root
  finds rspamd /usr/bin "$PEERS/usr/bin"
  root=${found%/usr/bin/rspamd}
  mkdir -p "$SITE/rspamd"
  cat >"$SITE/rspamd/rspamd.conf" <<CONF
.include "\$CONFDIR/common.conf"
options {
  pidfile = "$SITE/rspamd/pid";
  control_socket = "$SITE/rspamd/control mode=0600";
  .include "\$CONFDIR/options.inc"
  dns { nameserver = ["127.0.0.1:9"]; timeout = 0.1s; retransmits = 1; }
  disable_hyperscan = true;
}
logging { type = "console"; level = "info"; }
worker "normal" { bind_socket = "$SITE/rspamd/socket mode=0600"; count = 1; }
CONF
  local share=$root/usr/share/rspamd
  in_background "$SITE/rspamd/socket" "${beside[@]}" "$root/usr/bin/rspamd" -f -i -c "$SITE/rspamd/rspamd.conf" \
    --var CONFDIR="$root/etc/rspamd" --var LOCAL_CONFDIR="$SITE/rspamd" --var DBDIR="$SITE/rspamd" --var RUNDIR="$SITE/rspamd" \
    --var LOGDIR="$SITE/rspamd" --var PLUGINSDIR="$share/plugins" --var RULESDIR="$share/rules" --var LUALIBDIR="$share/lualib" \
    --var SHAREDIR="$share" --var WWWDIR="$share/www"
  export RSPAMC="${beside[*]} $root/usr/bin/rspamc -h $SITE/rspamd/socket"
}

# SPAMC asks a spamd with Debian's own rules.
with_spamd() {
  local found client
  [ -d /usr/share/spamassassin ] || skip "no SpamAssassin here"
  finds spamc /usr/bin "$PEERS/usr/bin"
  client=$found
  finds spamd /usr/sbin "$PEERS/usr/sbin"
  mkdir -p "$SITE/spamd"
  in_background "$SITE/spamd/socket" env HOME="$SITE/spamd" perl -T "$found" --local --socketpath="$SITE/spamd/socket" --max-children=1 \
    --nouser-config --pidfile="$SITE/spamd/pid" --syslog=stderr
  export SPAMC="$client -U $SITE/spamd/socket -E -x"
}

# The signature of EICAR alone: a whole database takes a minute to load and must be fetched first.
eicar_database() {
  printf 'Eicar-Test:0:*:%s\n' 58354f2150254041505b345c505a58353428505e2937434329377d2445494341522d5354414e444152442d414e544956495255532d544553542d46494c452124482b482a \
    >"$1/eicar.ndb"
}

# CLAMSCAN asks a clamd that knows EICAR.
with_clamd() {
  local found client
  finds clamdscan /usr/bin "$PEERS/usr/bin"
  client=$found
  finds clamd /usr/sbin "$PEERS/usr/sbin"
  mkdir -p "$SITE/clamd/db"
  eicar_database "$SITE/clamd/db"
  cat >"$SITE/clamd/clamd.conf" <<CONF
LocalSocket $SITE/clamd/socket
DatabaseDirectory $SITE/clamd/db
Foreground yes
LogFile $SITE/clamd/log
CONF
  in_background "$SITE/clamd/socket" "${beside[@]}" "$found" --config-file="$SITE/clamd/clamd.conf"
  export CLAMSCAN="${beside[*]} $client --config-file=$SITE/clamd/clamd.conf"
}
