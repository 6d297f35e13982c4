# Garbage, binary and endless lines to every server: clear errors, within limits, in bounded memory.
load site

setup() { site; }

servers=('smtpd' 'smtpd --submission' 'pop3d' 'imapd')

@test "random octets are answered, counted, and hung up on" {
  for server in "${servers[@]}"; do
    head -c 3000000 /dev/urandom | bounded "$BIN/"$server >"$SITE/out" 2>/dev/null
    [ -s "$SITE/out" ]
    [ "$(wc -c <"$SITE/out")" -lt 20000 ]
    ! grep -aqvE '^(2|5|4)[0-9][0-9][ -]|^(\+OK|-ERR)|^[^ ]+ (BAD|NO|BYE|OK)' "$SITE/out"
  done
}

@test "a line of 100 MB without an end keeps memory flat and gets one error" {
  for server in "${servers[@]}"; do
    { head -c 100000000 /dev/zero | tr '\0' A; printf '\r\nQUIT\r\nz LOGOUT\r\n'; } | bounded "$BIN/"$server >"$SITE/out" 2>/dev/null
    [ "$(grep -acE '^500 |^-ERR|BAD|BYE' "$SITE/out")" -ge 1 ]
    [ "$(wc -l <"$SITE/out")" -le 6 ]
  done
}

@test "NULs, lone CRs and lone LFs" {
  for server in "${servers[@]}"; do
    printf 'a\0b\r\n\r\r\r\n\n\n\0\0\0\r\nNOOP\r\nQUIT\r\nz LOGOUT\r\n' | bounded "$BIN/"$server >"$SITE/out" 2>/dev/null
    [ -s "$SITE/out" ]
  done
}

@test "a message of 200 MB without a line end is refused in bounded memory" {
  { printf 'EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n'; head -c 200000000 /dev/zero | tr '\0' A; printf '\r\n.\r\nQUIT\r\n'; } |
    bounded "$BIN/smtpd" >"$SITE/out" 2>/dev/null
  grep -q '^55[02] 5\.' "$SITE/out"
  [ "$(queued)" -eq 0 ]
}

@test "a header of 20 MB is refused and keeps memory flat" {
  { printf 'EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n'; yes 'X-Field: value' | head -n 1300000 | sed 's/$/\r/'; printf '\r\nx\r\n.\r\nQUIT\r\n'; } |
    bounded "$BIN/smtpd" >"$SITE/out" 2>/dev/null
  grep -q '^552 5.3.4 the header' "$SITE/out"
  [ "$(queued)" -eq 0 ]
}

@test "who only talks and does not log in is told to go when the time is over" {
  for server in pop3d imapd; do
    run timeout 60 python3 - "$BIN/$server" <<'PY'
import subprocess, sys
server = subprocess.Popen([sys.argv[1], "--timeout=1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
command = b"CAPA\r\n" if sys.argv[1].endswith("pop3d") else b"a NOOP\r\n"
try:
    while True:
        server.stdin.write(command)
        server.stdin.flush()
        if not server.stdout.readline(): break
except BrokenPipeError:
    pass
server.kill()
PY
    [ "$status" -eq 0 ]
  done
}
