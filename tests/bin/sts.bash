# Certificates of an authority of one's own, and HTTPS for policies.

# authority: $SITE/ca.pem signs what certificate() makes.
authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=authority -keyout "$SITE/ca.key" -out "$SITE/ca.pem" 2>/dev/null
}

# certificate NAME...: $SITE/NAME.pem, certificate and key, for all the names.
certificate() {
  local names
  names=$(printf ',DNS:%s' "$@")
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$SITE/$1.key" -out "$SITE/$1.csr" 2>/dev/null
  openssl x509 -req -in "$SITE/$1.csr" -CA "$SITE/ca.pem" -CAkey "$SITE/ca.key" -CAcreateserial -days 30 -out "$SITE/$1.crt" \
    -extfile <(echo "subjectAltName=${names:1}") 2>/dev/null
  (umask 077 && cat "$SITE/$1.crt" "$SITE/$1.key" >"$SITE/$1.pem")
}

# policy STATUS TYPE [LINE]...: what is answered from now on.
policy() {
  { printf '%s\n%s\n\n' "$1" "$2"; shift 2; printf '%s\r\n' "$@"; } >"$SITE/policy.new"
  mv "$SITE/policy.new" "$SITE/policy"
}

# https_up ADDRESS CERTIFICATE: serves $SITE/policy there; sets $https_pid.
https_up() {
  coproc HTTPS { exec python3 "$SOURCE/tests/bin/https_policy.py" "$1" "$2" "$SITE/requests" "$SITE/policy"; }
  https_pid=$HTTPS_PID
  read -r _ <&"${HTTPS[0]}"
}

https_down() { [ -z "${https_pid:-}" ] || kill "$https_pid"; }

requests() { wc -l <"$SITE/requests"; }

# host_with CERTIFICATE: a host at $address:25 that offers TLS with it, behind tls-wrap; its mail is for carol.
host_with() {
  local far=$SITE/far
  mkdir -p "$far/carol"
  cp -r "$SOURCE/spool" "$far/spool"
  echo far.test >"$far/domains"
  echo "carol:*:$(id -u):$(id -g)::$far/carol::" >"$far/users"
  printf '%s\n' 'hostname = mx.far.test' "spool = $far/spool" "domains = $far/domains" "users = $far/users" 'postmaster = carol' \
    "libexec = $BIN" "certificate = $1" >"$far/conf"
  TUBEPOST_CONF=$far/conf tcpserver -HRl0 "$address" 25 "$BIN/tls-wrap" -- "$BIN/smtpd" >"$SITE/far.log" 2>&1 3>&- &
  peer=$!
  until (exec 4<>"/dev/tcp/$address/25") 2>/dev/null; do kill -0 "$peer"; done
}

host_down() { [ -z "${peer:-}" ] || { kill "$peer"; wait "$peer" 2>/dev/null; } || true; }

arrived() { find "$SITE/far/spool/queue" -type f -name '*.*.*' | wc -l; }

# due_now: every queued message is due.
due_now() {
  local file name
  for file in "$SITE"/spool/queue/*/*.*.*; do
    name=$(basename "$file")
    mv "$file" "$(dirname "$file")/0000000001.${name#*.}"
  done
}
