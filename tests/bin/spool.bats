load site

setup() {
  site
  # Whatever is elsewhere waits.
  echo '* 127.0.0.1:1' >"$SITE/routes"
}

# Whatever a test started in the background.
teardown() {
  [ -z "${runner:-}" ] || kill "$runner" 2>/dev/null || true
  [ -z "${server:-}" ] || kill "$server" 2>/dev/null || true
  [ -z "${disk:-}" ] || rm -rf "$disk"
}

# until_true COMMAND...: as soon as it is true, or false after ten seconds.
until_true() { timeout 10 bash -c 'until "$@" 2>/dev/null; do read -rt 0.01 <> <(:) || true; done' bash "$@"; }

# A runner for as long as the test takes; its log is in $SITE/log.
start_runner() {
  "$BIN/smtp-send" 2>>"$SITE/log" 3>&- &
  runner=$!
  until_true [ -p "$SITE/spool/wake" ]
}

put() { "$BIN/spool-put" "$@"; }
file_of() { echo "$SITE"/spool/queue/*/*."$1".*; }

# due ID SECONDS: as if its next try were then.
due() {
  local file
  file=$(file_of "$1")
  mv "$file" "${file%/*}/$(printf %010x "$2").$1.${file##*."$1".}"
}

@test "list, show and check" {
  id=$(put alice@example.test <<<'Subject: look')
  run "$BIN/spool" list
  [[ "$output" =~ ^"$id ready    "[0-9T:Z-]{20}\ [0-9T:Z-]{20}" example.test"$ ]]
  run "$BIN/spool" show "$id"
  [[ "$output" == "id: $id"*"to: todo <alice@example.test>"*"size: 14"*"Subject: look" ]]
  run "$BIN/spool" check
  [ "$status" -eq 0 ]
  [ "$output" = "1 messages, 0 damaged or incomplete" ]
  run "$BIN/spool" show 0000000000000
  [ "$status" -eq 66 ]
  run "$BIN/spool" list 0000000000000 "$id"
  [ "$status" -eq 66 ]
  [[ "$output" == *"$id ready"* ]]
}

@test "what cannot be meant is a usage error" {
  id=$(put alice@example.test <<<'Subject: look')
  for line in '' nonsense show 'show *' "show $id $id" 'list --repair' 'list --header' "show $id --all" hold release retry delete \
    "delete --all $id" "stats $id" "check $id" 'list --older 3' 'list --older m' 'list --older 99999999999999999999d' \
    'list --json --mailq' 'list --sort size' 'hold --yes' 'check --yes' 'stats --long' "show $id --header --message"; do
    # shellcheck disable=SC2086
    run "$BIN/spool" $line
    echo "$line: $output"
    [ "$status" -eq 64 ]
  done
  [ "$("$BIN/spool" list | wc -l)" -eq 1 ]
}

@test "list filters by names and, where they do not tell, by envelopes" {
  one=$(put -f carol@x.test alice@example.test <<<'Subject: 1')
  two=$(put -f '' bob@example.test dora@far.test <<<'Subject: 2')
  three=$(put -f Carol@y.test eve@far.test <<<'Subject: 3')
  due "$two" $(($(date +%s) + 3600))
  "$BIN/spool" hold "$three"
  ids() { "$BIN/spool" list "$@" | cut -d' ' -f1 | sort | tr '\n' ' '; }
  [ "$(ids)" = "$one $two $three " ]
  [ "$(ids "$one" "$three")" = "$one $three " ]
  [ "$(ids "${one:0:12}*")" = "$(ids | tr ' ' '\n' | grep "^${one:0:12}" | tr '\n' ' ')" ]
  [ "$(ids --sender 'carol@*')" = "$one $three " ]
  [ "$(ids --sender '<>')" = "$two " ]
  [ "$(ids --recipient '*@far.test')" = "$two $three " ]
  [ "$(ids --recipient '*@far.test' --sender 'carol@?.test')" = "$three " ]
  [ "$(ids --domain 'far.*')" = "$three " ]
  [ "$(ids --domain far.test --domain EXAMPLE.test)" = "$one $two $three " ]
  [ "$(ids --held)" = "$three " ]
  [ "$(ids --deferred)" = "$two " ]
  [ "$(ids --held --deferred)" = "$two $three " ]
  [ "$(ids --older 1h)" = "" ]
  [ "$(ids --newer 1h)" = "$one $two $three " ]
  [ "$("$BIN/spool" list --sort due | cut -d' ' -f1 | tr '\n' ' ')" = "$one $two $three " ]
  [ "$("$BIN/spool" list --sort destination | cut -d' ' -f1 | tail -n1)" = "$three" ]
}

@test "names are read and no file is opened where names suffice" {
  put alice@example.test <<<'Subject: 1'
  run strace -f -e trace=openat "$BIN/spool" list --domain example.test --newer 1h --json
  [[ "$output" == *'"destination":"example.test"'* ]]
  [[ "$output" != *.example.test\"* ]]
  run strace -f -e trace=openat "$BIN/spool" list --sender x
  [[ "$output" == *.example.test\"* ]]
}

@test "rows go out before all names are read, in little memory" {
  # No file of these is opened.
  python3 - "$SITE/spool/queue" <<'PY'
import sys
digits = "0123456789abcdefghijklmnopqrstuv"
for i in range(40000):
    last = digits[i % 32]
    name = f"{0xffff0000 + i:010x}.1a{''.join(digits[i >> shift & 31] for shift in (15, 10, 5, 0))}000000{last}.host{i}.test"
    open(f"{sys.argv[1]}/{digits[i % 16]}/{name}", "w").close()
PY
  strace -e trace=write,getdents64 -o "$SITE/calls" "$BIN/spool" list >"$SITE/rows"
  [ "$(wc -l <"$SITE/rows")" -eq 40000 ]
  first=$(grep -n '^write(1' "$SITE/calls" | head -n1 | cut -d: -f1)
  last=$(grep -n '^getdents64' "$SITE/calls" | tail -n1 | cut -d: -f1)
  [ "$(sed -n "1,${first}p" "$SITE/calls" | grep -c getdents64)" -le 3 ]
  [ "$first" -lt "$last" ]
  few=$(command time -f %M "$BIN/spool" list --domain host1.test 2>&1 >/dev/null)
  many=$(command time -f %M "$BIN/spool" list 2>&1 >/dev/null)
  echo "$few KiB and $many KiB"
  [ "$many" -lt $((few + 2000)) ]
}

@test "--long says what was last said of each recipient, and --json all of it to programs" {
  id=$(put -f carol@x.test alice@example.test '"a b"@far.test' <<<'Subject: 1')
  "$BIN/smtp-send" --once
  run "$BIN/spool" list --long
  echo "$output"
  [[ "$output" == "$id deferred "*"    11 octets from <carol@x.test>"*"    done <alice@example.test>"*'    todo <"a b"@far.test>'*" deferred 4."* ]]
  "$BIN/spool" list --long --json >"$SITE/json"
  "$BIN/spool" show "$id" --json >"$SITE/shown"
  python3 - "$SITE/json" "$SITE/shown" "$id" <<'PY'
import json, sys
row, shown = (json.loads(open(name).read()) for name in sys.argv[1:3])
assert row["id"] == sys.argv[3] and row["state"] == "deferred" and row["due"] > row["arrived"], row
assert row["sender"] == "carol@x.test" and row["size"] == 11 and row["destination"] == "example.test", row
local, far = row["recipients"]
assert local == {"address": "alice@example.test", "status": "done"}, local
assert far["status"] == "todo" and far["last"]["event"] == "deferred" and far["last"]["text"].startswith("4."), far
assert shown["recipients"][1]["attempts"] == [far["last"]], shown
PY
}

@test "mailq is what Postfix's administrators and their scripts read" {
  run "$BIN/sendmail" -bp
  [ "$status" -eq 0 ]
  [ "$output" = "Mail queue is empty" ]
  id=$(put -f carol@x.test alice@example.test bob@far.test <<<'Subject: 1')
  held=$(put -f '' bob@far.test <<<'Subject: 1')
  "$BIN/smtp-send" --once
  "$BIN/spool" hold "$held"
  ln -s "$BIN/sendmail" "$SITE/mailq"
  run "$SITE/mailq"
  echo "$output"
  [[ "${lines[0]}" == "-Queue ID-"*"--Size-- ----Arrival Time---- -Sender/Recipient-------" ]]
  [[ "$output" == *"$id         11 "???" "???" "*" carol@x.test"$'\n'"(4."*")"$'\n'*"  bob@far.test"* ]]
  [[ "$output" == *"$held!        11 "*" MAILER-DAEMON"* ]]
  [[ "$output" != *alice* ]]
  [ "${lines[-1]}" = "-- 1 Kbytes in 2 Requests." ]
}

# on_terminal ANSWER COMMAND...: with a terminal for input and output.
on_terminal() {
  TERM=xterm python3 - "$@" <<'PY'
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
if sys.argv[1]:
    os.write(terminal, sys.argv[1].encode() + b"\n")
seen = b""
try:
    while piece := os.read(terminal, 65536):
        seen += piece
except OSError:
    pass
sys.stdout.write(seen.decode("latin-1").replace("\r\n", "\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PY
}

@test "a terminal gets colours, and nothing that mail could steer it with; a pipe gets the octets" {
  esc=$'\x1b'
  id=$(printf 'Subject: %s]0;gotcha\n\n%s[2J\n' "$esc" "$esc" | put alice@example.test)
  run on_terminal '' "$BIN/spool" list
  [[ "$output" == *STATE*"$id $esc[32mready"*now*example.test* ]]
  [[ "$("$BIN/spool" list)" != *"$esc"* ]]
  run env NO_COLOR=1 bash -c "$(declare -f on_terminal); on_terminal '' \"$BIN/spool\" list"
  [[ "$output" == *STATE*ready* && "$output" != *"$esc"* ]]
  run on_terminal '' "$BIN/spool" show "$id"
  [[ "$output" == *'\x1b]0;gotcha'* && "$output" != *"$esc"* ]]
  "$BIN/spool" show "$id" --message >"$SITE/raw"
  printf 'Subject: %s]0;gotcha\n\n%s[2J\n' "$esc" "$esc" | cmp - "$SITE/raw"
  "$BIN/spool" show "$id" --header >"$SITE/raw"
  printf 'Subject: %s]0;gotcha\n' "$esc" | cmp - "$SITE/raw"
}

@test "a damaged message is shown as far as it goes, with 65" {
  id=$(put alice@example.test <<<'Subject: look')
  sed -i 's/Subject: look/Subject: lock/' "$(file_of "$id")"
  run "$BIN/spool" show "$id"
  [ "$status" -eq 65 ]
  [[ "$output" == *"damaged: "*"the checksum does not fit"*"Subject: lock"* ]]
}

@test "a runner leaves alone what is held, and takes at once what is released or to be tried again" {
  start_runner
  far=$(put -f bob@example.test x@far.test <<<'Subject: far')
  until_true grep -q "$far deferred" "$SITE/log"
  until_true bash -c "'$BIN/spool' list --deferred | grep -q $far"
  run "$BIN/spool" hold "$far" 0000000000000
  [ "$status" -eq 66 ]
  [[ "$output" == *"$far held"*"1 message held"* ]]
  [ "$("$BIN/spool" list --held | cut -d' ' -f1)" = "$far" ]
  [[ "$(basename "$(file_of "$far")")" == ffffffffff.* ]]
  run "$BIN/spool" retry "$far"
  [ "$status" -eq 0 ]
  [[ "$output" == *"$far is held; it can be released"*"0 messages to be tried now" ]]
  run "$BIN/spool" hold "$far"
  [[ "$output" == *"$far is held already"* ]]
  # Whatever makes it look at all names: held is held.
  id=$(put alice@example.test <<<'Subject: near')
  until_true grep -q "$id delivered" "$SITE/log"
  run "$BIN/smtp-send" --once
  [ "$(grep -c "$far deferred" "$SITE/log")" -eq 1 ]
  run "$BIN/spool" release --held
  [[ "$output" == *"$far released"*"1 message released" ]]
  until_true bash -c "[ \$(grep -c '$far deferred' '$SITE/log') -eq 2 ]"
  until_true bash -c "'$BIN/spool' list --deferred | grep -q $far"
  run "$BIN/spool" retry --all --json
  [ "${lines[0]}" = "{\"id\":\"$far\",\"result\":\"done\",\"text\":\"to be tried now\"}" ]
  until_true bash -c "[ \$(grep -c '$far deferred' '$SITE/log') -eq 3 ]"
}

@test "what is on the wire is delivered, and never said to be held or deleted" {
  mkdir "$SITE/peer"
  python3 "$SOURCE/tests/bin/waiting_server.py" "$SITE/peer" >"$SITE/peer/port" 3>&- &
  server=$!
  until_true [ -s "$SITE/peer/port" ]
  echo "far.test 127.0.0.1:$(cat "$SITE/peer/port")" >"$SITE/routes"
  start_runner
  id=$(put -f bob@example.test x@far.test <<<'Subject: on its way')
  until_true [ -e "$SITE/peer/came" ]
  [[ "$("$BIN/spool" list)" == "$id active "* ]]
  for change in hold retry 'delete --yes'; do
    # shellcheck disable=SC2086
    run "$BIN/spool" $change "$id"
    [ "$status" -eq 75 ]
    [[ "$output" == *"$id is being delivered or written at this moment: left alone"*"0 messages "* ]]
  done
  : >"$SITE/peer/go"
  until_true grep -q "$id delivered" "$SITE/log"
  until_true bash -c "[ -z \"\$('$BIN/spool' list)\" ]"
  run "$BIN/spool" delete "$id"
  [ "$status" -eq 66 ]
}

@test "of many messages that are deleted and held while they are delivered each has one fate" {
  for ((i = 0; i < 120; ++i)); do printf 'X-Number: %d\n\nx\n' "$i" | put -f bob@example.test alice@example.test; done >"$SITE/ids"
  start_runner
  shuf "$SITE/ids" | xargs -n 5 "$BIN/spool" delete >"$SITE/deleted" 2>/dev/null &
  deleting=$!
  shuf "$SITE/ids" | xargs -n 5 "$BIN/spool" hold >"$SITE/held" 2>/dev/null || true
  wait "$deleting" || true
  held_now() { "$BIN/spool" list --held | cut -d' ' -f1; }
  # What is left, but for what is held, is delivered.
  until_true bash -c "[ -z \"\$('$BIN/spool' list | grep -v ' held ')\" ]"
  kill "$runner" && wait "$runner" && runner=
  grep -o '[0-9a-v]\{13\} delivered' "$SITE/log" | cut -d' ' -f1 | sort >"$SITE/one"
  grep ' deleted$' "$SITE/deleted" | grep -v message | cut -d' ' -f1 | sort >"$SITE/two"
  held_now | sort >"$SITE/three"
  wc -l "$SITE/one" "$SITE/two" "$SITE/three"
  [ "$(delivered alice)" -eq "$(wc -l <"$SITE/one")" ]
  sort "$SITE/one" "$SITE/two" "$SITE/three" | diff - <(sort "$SITE/ids")
}

@test "a runner that has opened what is deleted under its hands does not deliver it" {
  id=$(put -f bob@example.test alice@example.test <<<'Subject: late')
  # It finds the name, and is then held up for a second before it has the file in hand.
  strace -f -qq -o /dev/null -e trace=flock -e inject=flock:delay_enter=1000000 "$BIN/smtp-send" --once 2>"$SITE/log" 3>&- &
  runner=$!
  until_true bash -c "ls -l /proc/[0-9]*/fd 2>/dev/null | grep -q '[.]$id[.]'"
  run "$BIN/spool" delete "$id"
  wait "$runner"
  runner=
  if [ "$status" -eq 0 ]; then
    [ "$output" = "$id deleted"$'\n'"1 message deleted" ]
    [ "$(delivered alice)" -eq 0 ]
  else
    [ "$(delivered alice)" -eq 1 ]
  fi
  [ "$(queued)" -eq 0 ]
}

@test "a change is told of when it is on disk" {
  id=$(put alice@example.test <<<'Subject: 1')
  for command in hold release delete; do
    strace -e trace=renameat2,rename,unlink,fsync,write -o "$SITE/calls" "$BIN/spool" $command "$id" >/dev/null
    cat "$SITE/calls"
    [[ "$(tr '\n' ' ' <"$SITE/calls")" =~ (rename|renameat2|unlink)\(.*fsync\(.*write\(1, ]]
    [[ ! "$(tr '\n' ' ' <"$SITE/calls")" =~ write\(1,.*fsync ]]
  done
  # A disk that does not take it is said, and nothing else.
  id=$(put alice@example.test <<<'Subject: 1')
  run strace -o /dev/null -e trace=fsync -e inject=fsync:error=EIO "$BIN/spool" hold "$id"
  [ "$status" -eq 74 ]
  [[ "$output" != *held* ]]
}

@test "who may only pass the spool sees names, and changes nothing" {
  needs_root "be another user"
  id=$(put -f carol@x.test alice@example.test <<<'Subject: 1')
  chmod 755 "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR" "$SITE"
  chgrp -R 54321 "$SITE/spool"
  chmod 750 "$SITE/spool" "$SITE/spool/queue"
  chmod 3770 "$SITE"/spool/queue/?
  as_member() { setpriv --reuid 65534 --regid 65534 --groups 54321 "$@"; }
  as_member "$BIN/b64" --version >/dev/null || skip "the programs are where only root may go"
  run as_member "$BIN/spool" list
  echo "$output"
  [[ "$output" == "$id ready "* ]]
  run as_member "$BIN/spool" list --mailq
  [ "$status" -eq 77 ]
  [[ "$output" == *"$id          ? "*"?@example.test"*"1 could not be read"* ]]
  [[ "$output" != *carol* ]]
  for command in hold retry delete "show"; do
    run as_member "$BIN/spool" $command "$id"
    echo "$output"
    [ "$status" -eq 77 ]
  done
  run setpriv --reuid 65534 --regid 65534 --clear-groups "$BIN/spool" list
  [ "$status" -eq 77 ]
  [ "$("$BIN/spool" list | cut -d' ' -f1-2)" = "$id ready" ]
}

@test "nothing of the spool is read before rights are given up" {
  id=$(put alice@example.test <<<'Subject: 1')
  for command in list stats "show $id" check "hold $id" "delete $id"; do
    # shellcheck disable=SC2086
    run strace -f -qq -e trace=seccomp,landlock_restrict_self,openat "$BIN/spool" $command
    [ "$status" -eq 0 ]
    before=${output%%'seccomp('*}
    [ "$before" != "$output" ]
    [[ "$before" != *"spool/queue"*O_DIRECTORY* ]]
    [[ "${output#*'seccomp('}" == *"spool/queue"* ]]
  done
}

@test "to delete by a filter takes a yes" {
  put -f carol@x.test alice@example.test <<<'Subject: 1'
  run "$BIN/spool" delete --sender 'carol@*' </dev/null
  [[ "$output" == *"1 message would be deleted: say --yes"* ]]
  put -f carol@x.test alice@example.test <<<'Subject: 2'
  run "$BIN/spool" delete --sender 'carol@*' </dev/null
  [ "$status" -eq 64 ]
  [[ "$output" == *"2 messages would be deleted: say --yes"* ]]
  [ "$(queued)" -eq 2 ]
  run on_terminal n "$BIN/spool" delete --sender 'carol@*'
  [[ "$output" == *"Delete 2 messages? [y/N]"*"0 messages deleted"* ]]
  [ "$(queued)" -eq 2 ]
  run on_terminal y "$BIN/spool" delete --sender 'carol@*'
  [ "$status" -eq 0 ]
  [[ "$output" == *"2 messages deleted"* ]]
  [ "$(queued)" -eq 0 ]
  put -f carol@x.test alice@example.test <<<'Subject: 3'
  run "$BIN/spool" delete --all --yes
  [ "$status" -eq 0 ]
  [ "$(queued)" -eq 0 ]
}

@test "stats counts by state, age and destination" {
  put a@far.test <<<x
  id=$(put b@far.test <<<x)
  due "$id" $(($(date +%s) + 3600))
  held=$(put c@near.test <<<x)
  "$BIN/spool" hold "$held"
  run "$BIN/spool" stats
  echo "$output"
  [[ "$output" =~ ^messages\ +3.*ready\ +1.*deferred\ +1.*held\ +1.*under\ 5m\ +3.*destinations\ +2.*far.test\ +2\ +oldest\ [0-9]+s.*near.test\ +1 ]]
  "$BIN/spool" stats --json | python3 -c '
import json, sys
all = json.load(sys.stdin)
assert all["messages"] == 3 and all["states"] == {"ready": 1, "active": 0, "deferred": 1, "held": 1}, all
assert all["ages"][0] == {"under": 300, "messages": 3} and all["ages"][-1]["under"] is None, all
assert [(one["domain"], one["messages"]) for one in all["destinations"]] == [("far.test", 2), ("near.test", 1)], all'
}

@test "check says what others could read, change or remove" {
  id=$(put alice@example.test <<<x)
  other=$(put alice@example.test <<<x)
  chmod 640 "$(file_of "$id")"
  ln "$(file_of "$other")" "$SITE/handle"
  chmod 777 "$SITE/spool/queue/3"
  chmod 770 "$SITE/spool/queue/4"
  run "$BIN/spool" check
  echo "$output"
  [ "$status" -eq 65 ]
  [[ "$output" == *"queue/3: mode 0777: others may remove mail from it"*"queue/4: mode 0770"* ]]
  chmod 755 "$SITE"/spool/queue/3
  chmod 1770 "$SITE"/spool/queue/4
  run "$BIN/spool" check
  echo "$output"
  [ "$status" -eq 65 ]
  [[ "$output" == *".$id."*": mode 0640 instead of 0600: others may touch it"* ]]
  [[ "$output" == *".$other."*": has another name somewhere"* ]]
  [ "${lines[-1]}" = "2 messages, 0 damaged or incomplete, 2 with a wrong owner or mode" ]
  run "$BIN/spool" check --json
  [ "${lines[-1]}" = '{"messages":2,"damaged":0,"being_written":0,"moved":0,"permissions":2}' ]
  chmod 600 "$(file_of "$id")"
  rm "$SITE/handle"
  "$BIN/spool" check
  # Without one of its folders no message can be queued there.
  mv "$SITE/spool/queue/5" "$SITE/spool/queue/five"
  run "$BIN/spool" check
  [ "$status" -eq 65 ]
  [[ "$output" == *"queue/5: is missing"*"2 messages, "* || "$output" == *"queue/5: is missing"*"1 messages, "* ]]
  mv "$SITE/spool/queue/five" "$SITE/spool/queue/5"
  "$BIN/spool" check
}

@test "check knows whose a message may be" {
  needs_root "give files away"
  id=$(put alice@example.test <<<x)
  chown 65534 "$(file_of "$id")"
  run "$BIN/spool" check
  [ "$status" -eq 65 ]
  [[ "$output" == *"belongs to user 65534, the folder to 0"* ]]
  # As installed, where a group queues mail.
  chmod 3770 "$SITE"/spool/queue/?
  "$BIN/spool" check
}

@test "a spool that came back with other owners: root delivers from it, another user is told what he may not read" {
  needs_root "give files away"
  mkdir "$SITE/tools"
  cp "$BIN"/{spool,smtp-send} "$SITE/tools"
  chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_TEST_TMPDIR" "$SITE" || true
  ids=$(for i in 1 2; do put alice@example.test <<<"Subject: $i"; done)
  as_other() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
  chown 65534:65534 "$SITE/spool" "$SITE"/spool/queue "$SITE"/spool/queue/?
  as_other "$SITE/tools/spool" --version >/dev/null || skip "another user may not come here"
  run as_other "$SITE/tools/spool" check --repair
  [ "$status" -eq 65 ]
  [[ "$output" == *": Permission denied"* ]]
  [ "${lines[-1]}" = '2 messages, 0 damaged or incomplete, 2 with a wrong owner or mode, 0 moved to damaged/' ]
  as_other "$SITE/tools/smtp-send" --once 2>"$SITE/log" || true
  [ "$(grep -c ' trouble reason=.*Permission denied' "$SITE/log")" -eq 2 ]
  [ "$(queued)" -eq 2 ]
  chown -R 54321:54321 "$SITE/spool"
  "$BIN/spool" check
  "$BIN/smtp-send" --once 2>"$SITE/log"
  for id in $ids; do grep -q " $id delivered " "$SITE/log"; done
  [ "$(queued)" -eq 0 ]
}

@test "a spool on another disk is the same spool" {
  [ -w /dev/shm ] || skip "needs a second file system"
  disk=$(mktemp -d /dev/shm/spool.XXXXXX)
  start_runner
  far=$(put -f bob@example.test alice@example.test x@far.test <<<'Subject: half done')
  until_true bash -c "'$BIN/spool' list --deferred | grep -q $far"
  kill "$runner" && wait "$runner" && runner=
  near=$(put -f bob@example.test alice@example.test <<<'Subject: new')
  held=$(put -f bob@example.test alice@example.test <<<'Subject: held')
  "$BIN/spool" hold "$held"
  "$BIN/spool" list --sort arrived --json --long >"$SITE/before"
  copies=("cp -a $SITE/spool $disk/cp" "mkdir $disk/tar && tar -C $SITE/spool -cf - . | tar -C $disk/tar -xpf -")
  ! command -v rsync >/dev/null || copies+=("rsync -a $SITE/spool/ $disk/rsync")
  for copy in "${copies[@]}"; do bash -c "$copy"; done
  count=1
  for copy in "$disk"/*; do
    sed -i "s|^spool = .*|spool = $copy|" "$TUBEPOST_CONF"
    "$BIN/spool" check
    "$BIN/spool" list --sort arrived --json --long | cmp "$SITE/before"
    run "$BIN/smtp-send" --once
    [[ "$output" == *"$near delivered to=alice@example.test"* ]]
    [ "$(delivered alice)" -eq $((count += 1)) ]
    run "$BIN/spool" release "$held"
    [ "$status" -eq 0 ]
    run "$BIN/spool" retry "$far"
    run "$BIN/smtp-send" --once
    [ "$(delivered alice)" -eq $((count += 1)) ]
    [[ "$output" == *"$far deferred to=x@far.test"* ]]
    [[ "$output" != *"$far delivered"* ]]
    # New mail goes there, and an operator who works there steers it.
    id=$(put -f bob@example.test alice@example.test <<<'Subject: there')
    "$BIN/spool" delete "$id" "$far"
    [ -z "$("$BIN/spool" list)" ]
    "$BIN/spool" check
  done
}

@test "the examples of the man page do what they say" {
  for to in x@far.test alice@example.test bob@example.net; do id=$(put -f news@list.example.test $to <<<'Subject: 1'); done
  sed -n '/^.Sh EXAMPLES/,/^.Sh SEE/s/^\.Dl //p' "$SOURCE/bin/spool.8" >"$SITE/examples"
  [ "$(wc -l <"$SITE/examples")" -ge 8 ]
  PATH="$BIN:$PATH"
  while read -r line; do
    line=${line//\\(aq/\'}
    line=${line//ID/$id}
    echo "$line"
    [[ "$line" != *jq* ]] || command -v jq >/dev/null || continue
    run bash -o pipefail -c "$line" </dev/null
    echo "$output"
    [ "$status" -eq 0 ]
  done <"$SITE/examples"
  grep -q delete "$SITE/examples"
  "$BIN/spool" --help | sed -n '/^examples:/,/^$/s/^  \(spool .*\)/\1/p' >"$SITE/examples"
  [ "$(wc -l <"$SITE/examples")" -ge 5 ]
  id=$(put -f news@list.example.test x@far.test <<<'Subject: 1')
  while read -r line; do
    run bash -c "${line//6c30qmg84shle/$id}" </dev/null
    [ "$status" -eq 0 ]
  done <"$SITE/examples"
}

@test "bash completes commands and what goes with them" {
  run bash -c 'source <("$BIN/spool" --completion bash); COMP_WORDS=(spool re) COMP_CWORD=1; _spool; echo "${COMPREPLY[@]}"
    COMP_WORDS=(spool list --so) COMP_CWORD=2; _spool; echo "${COMPREPLY[@]}"
    COMP_WORDS=(spool list --sort d) COMP_CWORD=3; _spool; echo "${COMPREPLY[@]}"'
  [ "$output" = $'release retry\n--sort\ndue destination' ]
}

@test "check --repair puts aside what is damaged, deletes nothing, and leaves the rest" {
  good=$("$BIN/spool-put" alice@example.test <<<'Subject: whole')
  bad=$("$BIN/spool-put" alice@example.test <<<'Subject: look')
  file=$(echo "$SITE"/spool/queue/*/*."$bad".*)
  sed -i 's/Subject: look/Subject: lock/' "$file"
  run "$BIN/spool" check
  [ "$status" -eq 65 ]
  [ -e "$file" ]
  run "$BIN/spool" check --repair
  [ "$status" -eq 0 ]
  [[ "$output" == *"checksum does not fit"*"2 messages, 1 damaged or incomplete, 1 moved to damaged/" ]]
  [ ! -e "$file" ]
  grep -q 'Subject: lock' "$SITE/spool/damaged/${file##*/}"
  run "$BIN/spool" check
  [ "$status" -eq 0 ]
  run "$BIN/spool" list
  [[ "$output" == "$good "* ]]
  [ "${#lines[@]}" -eq 1 ]
  run "$BIN/spool" list --repair
  [ "$status" -eq 64 ]
}

@test "check --repair leaves alone what is being written" {
  "$BIN/spool-put" alice@example.test <<<'Subject: look'
  file=$(echo "$SITE"/spool/queue/*/*.*.*)
  sed -i 's/^length: .*/length: -----------------------------/' "$file"
  run flock "$file" "$BIN/spool" check --repair
  [ "$status" -eq 0 ]
  [ "$output" = '1 messages, 0 damaged or incomplete, 1 being written, 0 moved to damaged/' ]
  [ -e "$file" ]
  # As it is before its first octet is written, too, also before its writer has locked it.
  : >"$file"
  run flock "$file" "$BIN/spool" check --json
  [ "$status" -eq 0 ]
  [ "$output" = '{"messages":1,"damaged":0,"being_written":1,"moved":0,"permissions":0}' ]
  run flock "$file" "$BIN/spool" list --long
  [ "$status" -eq 0 ]
  [[ "$output" == *" active "* ]]
  run "$BIN/spool" check
  [ "$status" -eq 0 ]
  [ "$output" = '1 messages, 0 damaged or incomplete, 1 being written' ]
  # What nobody writes any more is incomplete.
  echo 'tubepost 1' >"$file"
  run "$BIN/spool" check
  [ "$status" -eq 65 ]
  [ "${lines[-1]}" = '1 messages, 1 damaged or incomplete' ]
}

@test "a spool copied elsewhere, or restored from a backup, is delivered from as it was" {
  "$BIN/spool-put" -f alice@example.test bob@example.test x@far.test <<<'Subject: both'
  "$BIN/spool-put" -f alice@example.test bob@example.test <<<'Subject: one'
  tar -C "$SITE" -cf "$SITE/backup.tar" spool
  run "$BIN/smtp-send" --once
  [ "$(delivered bob)" -eq 2 ]
  # What was delivered since the backup is delivered again: nothing in a backup can know of it.
  mkdir "$SITE/other"
  tar -C "$SITE/other" -m -xf "$SITE/backup.tar"
  sed -i "s|^spool = .*|spool = $SITE/other/spool|" "$TUBEPOST_CONF"
  run "$BIN/spool" check
  [ "$output" = "2 messages, 0 damaged or incomplete" ]
  run "$BIN/smtp-send" --once
  [ "$(delivered bob)" -eq 4 ]
  # A copy of a spool under way knows who has the message.
  cp -r "$SITE/other/spool" "$SITE/copy"
  sed -i "s|^spool = .*|spool = $SITE/copy|" "$TUBEPOST_CONF"
  for file in "$SITE"/copy/queue/*/*.*.*; do name=${file##*/}; mv "$file" "${file%/*}/0000000001.${name#*.}"; done
  run "$BIN/smtp-send" --once
  [[ "$output" == *"deferred to=x@far.test"* ]]
  [[ "$output" != *"to=bob@example.test"* ]]
  [ "$(delivered bob)" -eq 4 ]
}

@test "check finds what no runner would: other names, and the wrong folder" {
  "$BIN/spool-put" alice@example.test <<<'Subject: look'
  file=$(echo "$SITE"/spool/queue/*/*.*.*)
  folder=$([ "$(basename "$(dirname "$file")")" = 3 ] && echo 4 || echo 3)
  mv "$file" "$SITE/spool/queue/$folder"
  echo x >"$SITE/spool/queue/a/core"
  run "$BIN/spool" check
  [ "$status" -eq 65 ]
  [[ "$output" == *"$folder/${file##*/}: "*"a/core: "*", 2 damaged or incomplete" ]]
  mkdir -p "$SITE/spool/damaged"
  echo old >"$SITE/spool/damaged/core"
  run "$BIN/spool" check --repair
  [ "$status" -eq 65 ]
  [[ "$output" == *", 1 moved to damaged/" ]]
  [ "$(cat "$SITE/spool/damaged/core")" = old ]
  rm "$SITE/spool/damaged/core"
  run "$BIN/spool" check --repair
  [ "$status" -eq 0 ]
  run "$BIN/spool" check
  [ "$output" = "0 messages, 0 damaged or incomplete" ]
}

@test "check finds a name that has come back from a disk in other letters, and nobody lists it" {
  "$BIN/spool-put" alice@example.test <<<'Subject: look'
  file=$(echo "$SITE"/spool/queue/*/*.*.*)
  mv "$file" "${file%.example.test}.EXAMPLE.TEST"
  run "$BIN/spool" list
  [ -z "$output" ]
  run "$BIN/spool" check
  [ "$status" -eq 65 ]
  [[ "$output" == *".EXAMPLE.TEST: not a message's name, "*", 1 damaged or incomplete" ]]
}

@test "links, pipes and folders under a message's name, and names that are meant for a terminal, harm nobody" {
  id=$(put alice@example.test <<<'Subject: 1')
  folder=$(dirname "$(file_of "$id")")
  like() { echo "$folder/0000000001.${id:0:6}$1${id:7}.$2.test"; }
  echo secret >"$SITE/secret"
  ln -s "$SITE/secret" "$(like 0 link)"
  ln -s /dev/zero "$(like 1 zero)"
  mkfifo "$(like 2 pipe)"
  mkdir "$(like 3 folder)"
  truncate -s 1T "$(like 4 huge)"
  chmod 600 "$(like 4 huge)"
  touch "$folder/"$'\e[2Jx' "$folder/"$'a\nb' "$folder/-rf" "$folder/$(printf 'x%.0s' {1..250})"
  for command in list 'list --long' 'list --mailq' 'list --json --long' stats check 'check --json' 'retry --all' 'hold --all' 'release --all' 'show --json x'; do
    # shellcheck disable=SC2086
    timeout 20 "$BIN/spool" $command >"$SITE/out" 2>&1 || [ $? -lt 100 ]
    ! LC_ALL=C grep -q '[^[:print:]]' "$SITE/out"
  done
  run "$BIN/spool" check
  [ "${lines[-1]}" = '2 messages, 9 damaged or incomplete' ]
  [ "$(grep -c 'is no plain file' <<<"$output")" -eq 4 ]
  # A process that may make no links and pipes moves none: they are a person's to remove.
  run "$BIN/spool" check --repair
  [ "${lines[-1]}" = '2 messages, 9 damaged or incomplete, 6 moved to damaged/' ]
  [ "$(find "$SITE/spool/damaged" -mindepth 1 -printf x)" = xxxxxx ]
  rm "$(like 0 link)" "$(like 1 zero)" "$(like 2 pipe)"
  [ "$("$BIN/spool" check)" = '1 messages, 0 damaged or incomplete' ]
  [ "$(cat "$SITE/secret")" = secret ]
  "$BIN/smtp-send" --once 2>"$SITE/log"
  [ "$(queued)" -eq 0 ]
}
