# The runner sleeps until something happens, and wakes at once: seen in its system calls, whatever the clock says.
load site

setup() {
  [ -z "${ASAN_OPTIONS:-}" ] || skip "a sanitizer makes system calls of its own"
  site
}
teardown() { [ -z "${runner:-}" ] || kill "$runner" || true; }

# start: the runner and all that it starts, traced into $SITE/trace; its log is read with until_line.
start() {
  coproc RUNNER { exec strace -D -f -qq -y -s 200 -o "$SITE/trace" "$BIN/smtp-send" "$@" 2>&1; }
  runner=$RUNNER_PID
  # It has looked at all names; one that is being written meanwhile it would look at again.
  until grep -qE 'wake>.*, [0-9]{6}' "$SITE/trace" 2>/dev/null; do kill -0 "$runner"; done
}
until_line() { while read -r -t 60 line <&"${RUNNER[0]}"; do [[ "$line" != *"$1"* ]] || return 0; done; false; }
stop() {
  kill "$runner"
  wait "$runner"
  runner=
}
put() { "$BIN/spool-put" -f bob@example.test "$@" <<<'Subject: x'; }

@test "each new message wakes it by the pipe, and between two it makes no call at all" {
  start
  ids=()
  for i in 1 2 3; do
    ids+=("$(put alice@example.test)")
    until_line " ${ids[-1]} delivered to=alice@example.test "
    until [ "$(queued)" -eq 0 ]; do :; done
  done
  stop
  python3 - "$SITE/trace" "${ids[@]}" <<'PY'
import re, sys
trace, *ids = sys.argv[1:]
waits = ("poll(", "ppoll(", "epoll_wait(", "epoll_pwait(", "select(", "pselect6(", "nanosleep(", "clock_nanosleep(", "futex(")
unfinished, calls = {}, []
for line in open(trace):
    pid, rest = line.rstrip("\n").split(None, 1)
    if rest.endswith("<unfinished ...>"):
        unfinished[pid] = rest[: -len("<unfinished ...>")]
        continue
    if found := re.match(r"<\.\.\. \w+ resumed>(.*)", rest):
        rest = unfinished.pop(pid, "") + found[1]
    calls.append((pid, re.sub(r"\s*\)\s+= ", ") = ", rest)))
runner = calls[0][0]
# Nobody waits for a time: what ends a wait is what happened, or the end of the process.
for pid, call in calls:
    # A poll of 0 looks, and does not wait.
    limit = re.match(r"poll\(.*, (-?\d+)\) = ", call)
    if limit and limit[1] == "0":
        continue
    assert not (call.startswith(waits) and ("Timeout" in call or "TIMEDOUT" in call)), call
    assert not limit or "wake>" not in call or int(limit[1]) < 0 or int(limit[1]) >= 10_000, call
    assert not call.startswith(("nanosleep(", "clock_nanosleep(")), call
mine = [call for pid, call in calls if pid == runner]
heard = [n for n, call in enumerate(mine) if "wake>" in call and call.startswith("read(") and any(one in call for one in ids)]
assert len(heard) == len(ids), heard
for at, one in zip(heard, ids):
    # Nothing stands between the wait for it and its name.
    before = next(n for n in range(at - 1, -1, -1) if mine[n].startswith("poll("))
    assert "wake>, events=POLLIN" in mine[before] and re.search(r"revents=POLLIN", mine[before]), mine[before]
    assert at - before <= 12, mine[before : at + 1]
    assert one in mine[at], (one, mine[at])
# No wait but for these, their children and the end.
waited = [call for call in mine if call.startswith("poll(") and not re.search(r", 0\) = ", call)]
assert len(waited) <= 3 * len(ids) + 3, waited
PY
}

@test "names that are known do not stand before a new one, however many are said" {
  python3 - "$SITE/spool" >"$SITE/names" <<'PY'
import sys, time
digits = "0123456789abcdefghijklmnopqrstuv"
for number in range(600):
    value = (1_700_000_000_000_000 + number) << 12 | number
    name = "".join(digits[value >> shift & 31] for shift in range(60, -1, -5))
    file = f"{int(time.time()) + 86400:010x}.{name}.far.test"
    open(f"{sys.argv[1]}/queue/{digits[value & 15]}/{file}", "w")
    print(file)
PY
  start
  kill -STOP "$runner"
  cat "$SITE/names" >"$SITE/spool/wake"
  id=$(put alice@example.test)
  kill -CONT "$runner"
  until_line " $id delivered to=alice@example.test "
  stop
  # It looks whether each of them is there; the new one is among the first.
  grep -oE 'access\(.*' "$SITE/trace" | sed "/$id/q" >"$SITE/looks"
  grep -q "$id" "$SITE/looks"
  [ "$(grep -c far.test "$SITE/looks")" -le 100 ]
}
