# Hosts for the scenarios: network namespaces with addresses of their own on a switch that is a namespace too. Where they may
# not be made: 127.0.0.x, and it says so.
hosts_up() { # NAME...
  net="tp$$-$RANDOM"
  names=("$@")
  if ! ip netns add "$net-switch" 2>/dev/null; then
    echo "# no network namespaces here: the hosts are 127.0.0.x" >&3
    net=
    return
  fi
  ip -n "$net-switch" link add br0 type bridge
  ip -n "$net-switch" link set br0 up
  local i
  for i in "${!names[@]}"; do
    ip netns add "$net-${names[i]}"
    ip -n "$net-${names[i]}" link add eth0 type veth peer name "port$i" netns "$net-switch"
    ip -n "$net-switch" link set "port$i" master br0 up
    ip -n "$net-${names[i]}" address add "10.77.0.$((i + 1))/24" dev eth0
    ip -n "$net-${names[i]}" link set eth0 up
    ip -n "$net-${names[i]}" link set lo up
  done
}

hosts_down() {
  local pid name left=
  for pid in "${running[@]}"; do kill "$pid" 2>/dev/null; wait "$pid" || true; done
  if [ -n "${net:-}" ]; then
    for name in "${names[@]}" switch; do
      left+=$(ip netns pids "$net-$name")
      ip netns del "$net-$name"
    done
  fi
  # Nothing that served is still there.
  [ -z "$left" ]
}

address() { # NAME
  local i
  for i in "${!names[@]}"; do
    if [ "${names[i]}" = "$1" ]; then
      if [ -n "$net" ]; then echo "10.77.0.$((i + 1))"; else echo "127.0.0.$((i + 11))"; fi
    fi
  done
}

# The address that the host calls from.
calls_from() { if [ -n "$net" ]; then address "$1"; else echo 127.0.0.1; fi; }

# Ports as in the world outside, or high ones without a namespace.
port() { if [ -n "$net" ]; then echo "$1"; else echo "$((20000 + $1))"; fi; }

on() { # NAME COMMAND...
  local name=$1
  shift
  if [ -n "$net" ]; then ip netns exec "$net-$name" "$@"; else "$@"; fi
}

# mail_server NAME DOMAIN: a whole mail system on that host, its files under $SITE/NAME; users alice and bob, password "secret".
mail_server() {
  local name=$1 dir="$SITE/$1" user uid
  mkdir -p "$dir"
  cp -r "$SOURCE/spool" "$dir/spool"
  echo "$2" >"$dir/domains"
  uid=$(id -u)
  for user in alice bob; do
    mkdir -p "$dir/$user"
    echo "$user:{CRYPT}$hash:$uid:$(id -g)::$dir/$user::"
  done >"$dir/users"
  : >"$dir/routes"
  cat >"$dir/tubepost.conf" <<CONF
hostname = mx.$2
spool = $dir/spool
domains = $dir/domains
users = $dir/users
routes = $dir/routes
postmaster = alice
root-login = yes
libexec = $BIN
counts = $dir/counts
auth-without-tls = yes
CONF
  local at
  at=$(address "$name")
  serve_on "$name" "$at" 25 smtpd
  serve_on "$name" "$at" 587 smtpd --submission
  serve_on "$name" "$at" 110 pop3d
  serve_on "$name" "$at" 143 imapd
}

serve_on() { # NAME ADDRESS PORT PROGRAM...
  local name=$1 at=$2 port program=$4
  port=$(port "$3")
  shift 4
  # No function in between: the process that is remembered must be the one that serves.
  local there=()
  if [ -n "$net" ]; then there=(ip netns exec "$net-$name"); fi
  TUBEPOST_CONF="$SITE/$name/tubepost.conf" "${there[@]}" tcpserver -HRl0 "$at" "$port" "$BIN/$program" "$@" 2>>"$SITE/$name/log" 3>&- &
  running+=($!)
  until on "$name" bash -c "exec 3<>/dev/tcp/$at/$port" 2>/dev/null; do kill -0 "$!"; done
}

# The queue of a host, once.
run_queue() { TUBEPOST_CONF="$SITE/$1/tubepost.conf" on "$1" "$BIN/smtp-send" --once 2>>"$SITE/$1/log"; }
