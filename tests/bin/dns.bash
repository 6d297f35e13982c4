# A name server of one's own, with zones that no one else has: nsd(8), as the user of the test, on a free port of loopback.

# dns_zone NAME: reads its records; the names in them are below it unless they end with a dot.
dns_zone() {
  mkdir -p "$SITE/dns"
  { printf '$ORIGIN %s.\n$TTL 300\n@ SOA ns.%s. root.%s. 1 3600 600 86400 60\n@ NS ns.%s.\n' "$1" "$1" "$1" "$1"; cat; } >"$SITE/dns/$1.zone"
}

# dns_sign NAME: signs it; its key's DS record is left in $SITE/dns/NAME.ds.
dns_sign() {
  local key
  key=$(cd "$SITE/dns" && ldns-keygen -a ECDSAP256SHA256 -k "$1")
  (cd "$SITE/dns" && cp "$key.ds" "$1.ds" && ldns-signzone -f "$1.signed" "$1.zone" "$key" && mv "$1.signed" "$1.zone")
}

# dns_up: serves all zones; sets $dns, as `resolver` wants it.
dns_up() {
  local zone try port
  for try in 1 2 3 4 5; do
    port=$(python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    {
      printf 'server:\n ip-address: 127.0.0.1@%s\n server-count: 1\n username: ""\n chroot: ""\n zonesdir: "%s"\n database: ""\n' "$port" "$SITE/dns"
      printf ' pidfile: "%s"\n xfrdfile: "%s"\n xfrdir: "%s"\n zonelistfile: "%s"\n' "$SITE/dns/pid" "$SITE/dns/xfrd" "$SITE/dns" "$SITE/dns/zonelist"
      printf ' rrl-ratelimit: 0\nremote-control:\n control-enable: no\n'
      for zone in "$SITE"/dns/*.zone; do printf 'zone:\n name: %s\n zonefile: %s\n' "$(basename "$zone" .zone)" "$zone"; done
    } >"$SITE/dns/nsd.conf"
    "$BIN/../peers/usr/sbin/nsd" -d -c "$SITE/dns/nsd.conf" >"$SITE/dns/log" 2>&1 3>&- &
    nsd_pid=$!
    dns="127.0.0.1@$port"
    until dns_answers "$port"; do
      kill -0 "$nsd_pid" 2>/dev/null || continue 2 # somebody else has taken the port
    done
    return 0
  done
  cat "$SITE/dns/log"
  return 1
}

dns_answers() {
  python3 - "$1" <<'PY' 2>/dev/null
import socket, sys
asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
asking.settimeout(0.3)
asking.sendto(b"\0\1\0\0\0\1\0\0\0\0\0\0\0\0\1\0\1", ("127.0.0.1", int(sys.argv[1])))
asking.recv(512)
PY
}

dns_down() {
  [ -z "${nsd_pid:-}" ] || { kill "$nsd_pid" 2>/dev/null; wait "$nsd_pid" 2>/dev/null; } || true
}

# dead_server: a resolver that takes questions and never answers; sets $dns.
dead_server() {
  coproc DEAD { exec python3 -c 'import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
sys.stdin.read()'; }
  local port
  read -r port <&"${DEAD[0]}"
  dns="127.0.0.1@$port"
}

# an_address: sets $address to one of loopback that nobody else uses, where only root may have port 25.
an_address() {
  needs_root "may take port 25"
  address=127.$((RANDOM % 253 + 1)).$((RANDOM % 254)).$((RANDOM % 253 + 1))
}

# by_mx [LINE]...: mail without a route goes where the zones say; the lines are added to tubepost.conf. The patience is that of a
# machine that has others to serve: who is to be silent is waited for so long.
by_mx() {
  sed -i '/^relay-by-mx/d' "$TUBEPOST_CONF"
  echo 'mx-loopback = yes' >>"$TUBEPOST_CONF"
  printf '%s\n' "resolver = $dns" "trust-anchor = ${anchor:-}" 'dns-timeout = 10' 'timeout = 20' "$@" >>"$TUBEPOST_CONF"
}
