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

@test "a pipe in the place of a file of the configuration is not waited for, and one that everybody may write is not used" {
  local file
  echo "aliases = $SITE/aliases" >>"$TUBEPOST_CONF"
  echo 'sales: bob' >"$SITE/aliases"
  echo 'far.test 127.0.0.1:1' >"$SITE/routes"
  mv "$TUBEPOST_CONF" "$SITE/conf"
  mkfifo "$SITE/pipe"
  for file in conf domains users routes aliases; do
    for program in smtpd smtp-send; do
      export TUBEPOST_CONF=$SITE/conf
      run timeout 10 "$BIN/$program" --check
      [ "$status" -eq 0 ]
      chmod o+w "$SITE/$file"
      run timeout 10 "$BIN/$program" --check
      echo "$program: $output"
      [ "$status" -eq 78 ]
      [[ "$output" == *"$SITE/$file: everybody may write to it"* ]]
      chmod o-w "$SITE/$file"
      sed "s|$SITE/$file$|$SITE/pipe|" "$SITE/conf" >"$SITE/other"
      export TUBEPOST_CONF=$SITE/other
      [ "$file" != conf ] || TUBEPOST_CONF=$SITE/pipe
      run timeout 10 "$BIN/$program" --check
      echo "$program: $output"
      [ "$status" -eq 78 ]
      [[ "$output" == *"$SITE/pipe: not a plain file"* ]]
    done
  done
}

@test "accounts that are a pipe, or that everybody may write, let nobody in and keep nobody waiting" {
  with_passwords
  chmod o+w "$SITE/users"
  run timeout 10 "$BIN/pop3d" <<<$'USER bob\r\nPASS secret\r\nQUIT\r'
  [[ "$output" == *'-ERR [SYS/TEMP]'* ]]
  [[ "$output" == *"$SITE/users: everybody may write to it"* ]]
  run "$BIN/set-password" bob <<<secret
  [ "$status" -eq 78 ]
  rm "$SITE/users"
  mkfifo "$SITE/users"
  run timeout 10 "$BIN/pop3d" <<<$'USER bob\r\nPASS secret\r\nQUIT\r'
  [[ "$output" == *'-ERR [SYS/TEMP]'* ]]
  run timeout 10 "$BIN/set-password" bob <<<secret
  [ "$status" -eq 78 ]
}
