# What is left to somebody who has taken over a process that talks to strangers.
load site

setup() {
  site
  [ -z "${ASAN_OPTIONS:-}" ] || skip "a sanitizer wants to be loaded first"
  export INTRUDER="${INTRUDER:-$BIN/../intruder.so}"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$SITE/key" -out "$SITE/crt" -days 30 -subj /CN=mx 2>/dev/null
  cat "$SITE/crt" "$SITE/key" >"$SITE/key.pem"
  echo "certificate = $SITE/key.pem" >>"$TUBEPOST_CONF"
  # What stops an intruder is not to be the way to the site.
  chmod 755 "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR"
}

# intrude SERVER: tries everything in it, and prints what stopped each.
intrude() { timeout 120 python3 "$SOURCE/tests/bin/intruder.py" "$1" >&2; }

@test "before a login smtpd gets at no mailbox, password file, key, process or network" { intrude smtpd; }
@test "nor does pop3d" { intrude pop3d; }
@test "nor does imapd" { intrude imapd; }
@test "the process that reads TLS records gets at nothing but what it holds" { intrude tls-wrap; }

@test "as root: the process that talks to other hosts can only call more of them" {
  needs_root 'become another user'
  intrude smtp-send
}

@test "what a user runs on a message of a stranger gets at that message and nothing else" {
  export INTRUDER_USERS="$SITE/users" INTRUDER_MAIL="$SITE/tubepost.conf" INTRUDER_NEW="$SITE/new" INTRUDER_PROGRAM="$SITE/new.program" INTRUDER_REPORT="$SITE/report"
  touch "$INTRUDER_PROGRAM"
  chmod 755 "$INTRUDER_PROGRAM"
  touch "$SITE/report"
  local id program attempt without
  for attempt in users mailbox create exec fork; do
    printf 'Subject: x\n\nINTRUDER:%s;\n' "$attempt" >"$SITE/message"
    id=$("$BIN/spool-put" bob@example.test <"$SITE/message")
    for program in 'sendmail bob@example.test' 'spool-put bob@example.test' mime-encode "spool show $id"; do
      for without in '' landlock,seccomp; do
        : >"$SITE/report"
        INTRUDER_WITHOUT=$without LD_PRELOAD="$INTRUDER" "$BIN"/$program <"$SITE/message" >"$SITE/out" 2>&1 || true
        rm -f "$INTRUDER_NEW"
        # Where nothing holds him the attempt succeeds: it was made.
        if grep -qx "$attempt done" "$SITE/report"; then [ -n "$without" ]; else [ -z "$without" ]; fi || { echo "$program: $attempt${without:+ unconfined}: $(cat "$SITE/report")"; false; }
      done
    done
  done
}

@test "a process that talks before a login holds no password hash in its memory" {
  with_passwords
  local server text
  for server in smtpd pop3d imapd; do
    for text in mx.example.test "${hash:20}"; do
      : >"$SITE/report"
      printf 'NOOP INTRUDER:seek;\r\n' | LD_PRELOAD="$INTRUDER" INTRUDER_WITHOUT=uid,landlock,seccomp INTRUDER_REPORT="$SITE/report" \
        INTRUDER_SEEK=$(rev <<<"$text") "$BIN/$server" >/dev/null 2>"$SITE/log" || true
      # That something is found shows that it is looked for.
      grep -qx "seek $([ "$text" = mx.example.test ] && echo done || echo 0)" "$SITE/report"
    done
  done
}

@test "a process that talks before a login holds no file, not that in which sources are counted either" {
  local server left number close=''
  # Those of the one who runs the test.
  for number in /proc/self/fd/*; do ((${number##*/} < 3)) || close+=" ${number##*/}>&-"; done
  for server in smtpd 'smtpd --submission' pop3d imapd; do
    for left in '' "exec 100<>'$SITE/left';"; do
      : >"$SITE/report"
      INTRUDER_REPORT="$SITE/report" run bash -c "exec$close; $left printf 'NOOP INTRUDER:held;\\r\\n' | LD_PRELOAD='$INTRUDER' '$BIN/'$server"
      [ -s "$SITE/counts" ]
      # That one is seen which was left open shows that it is looked for.
      [ "$(grep -c '^held ' "$SITE/report")" -eq 1 ]
      [ "$(grep -cx 'held done' "$SITE/report")" -eq $((${#left} > 0)) ]
    done
  done
}

@test "a kernel without seccomp or Landlock is a warning, an older Landlock is used as far as it goes" {
  local call
  for call in seccomp landlock_create_ruleset; do
    run bash -c "printf 'QUIT\\r\\n' | strace -f -o '$SITE/trace' -e trace=$call -e inject=$call:error=ENOSYS '$BIN/smtpd'"
    [ "$status" -eq 0 ]
    [[ "$output" == *" unconfined reason="*"221 "* ]]
  done
  local version newest
  newest=$(python3 -c 'import ctypes; print(ctypes.CDLL(None).syscall(444, None, 0, 1))')
  for ((version = 1; version <= newest; version++)); do
    run bash -c "printf 'QUIT\\r\\n' | LD_PRELOAD='$INTRUDER' INTRUDER_LANDLOCK=$version '$BIN/smtpd'"
    [ "$status" -eq 0 ]
    [[ "$output" == *"221 "* ]]
    [ "$(grep -c unconfined <<<"$output")" -eq $((version < 2)) ]
  done
}

@test "nobody reads the key in the memory of tls-wrap, nor does its program get it" {
  cat >"$SITE/program" <<'PY'
import ctypes, os, pathlib
def parent(pid): return int(pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
ptrace = ctypes.CDLL(None, use_errno=True).ptrace
relay = os.getppid()
for pid in (relay, parent(relay)):
    assert pathlib.Path(f"/proc/{pid}/comm").read_text() == "tls-wrap\n", pid
    for name in ("mem", "environ", "maps", "fd", "map_files"):
        try:
            os.listdir(f"/proc/{pid}/{name}") if name.endswith(("fd", "files")) else open(f"/proc/{pid}/{name}", "rb").read(1)
            print("open", pid, name)
        except PermissionError: pass
        except OSError: print("open", pid, name)  # there is nothing at offset 0 of mem
    if ptrace(0x4206, pid, 0, 0) == 0: print("traced", pid)
for name in os.listdir("/proc/self/fd"):
    try: held = os.readlink(f"/proc/self/fd/{name}")
    except OSError: continue
    if held.endswith((".pem", "key")): print("held", held)
key = "".join(pathlib.Path(os.environ["KEY"]).read_text().splitlines()[1:-1])
if any(key[:40] in value for value in os.environ.values()): print("in the environment")
print("looked")
PY
  # The same user throughout: his key file is his, but what is loaded stays where it is.
  local as=()
  mkdir "$SITE/run"
  [ "$(id -u)" -ne 0 ] || { as=(setpriv --reuid=daemon --regid=daemon --clear-groups); chown daemon "$SITE/key.pem" "$SITE/key" "$SITE/run"; }
  chmod 600 "$SITE/key.pem"
  chmod 755 "$SITE"
  coproc SERVER { exec python3 -c '
import os, socket, sys
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
os.dup2(s.fileno(), 3); os.set_inheritable(3, True)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execvp(sys.argv[1], sys.argv[1:])' "${as[@]}" env KEY="$SITE/key" "$BIN/tls-wrap" --implicit --counts="$SITE/run/counts" -- python3 "$SITE/program" 2>>"$SITE/log"; }
  read -r port <&"${SERVER[0]}"
  run bash -c "openssl s_client -connect 127.0.0.1:$port -quiet </dev/null 2>/dev/null"
  kill "$SERVER_PID" || true
  cat "$SITE/log"
  echo "$output"
  [ "$output" = looked ]
}
