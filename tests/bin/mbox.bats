# Delivery into mbox files.
load site
load home

setup() {
  homes
  home_file .forward "$SITE/alice/box"
}

@test "a From_ line, lines that look like one quoted, an empty line behind" {
  send alice@example.test $'Subject: x\n\nFrom here\n>From there\n>>From everywhere\nFromage\n> From\nFrom'
  send alice@example.test $'Subject: y\n\nend'
  run sed 's/^\(From sender@far.test \).*[0-9]$/\1DATE/' "$SITE/alice/box"
  [ "$output" = "From sender@far.test DATE
Return-Path: <sender@far.test>
Delivered-To: alice@example.test
Subject: x

>From here
>>From there
>>>From everywhere
Fromage
> From
From

From sender@far.test DATE
Return-Path: <sender@far.test>
Delivered-To: alice@example.test
Subject: y

end" ]
  run python3 -c 'import mailbox, sys; print([m["Subject"] for m in mailbox.mbox(sys.argv[1], create=False)])' "$SITE/alice/box"
  [ "$output" = "['x', 'y']" ]
  [ "$(stat -c %a "$SITE/alice/box")" = 600 ]
  [ ! -e "$SITE/alice/box.lock" ]
}

@test "a file that ends in the middle of a line gets an empty one first" {
  home_file box 'half a message'
  truncate -s -1 "$SITE/alice/box"
  send alice@example.test
  [ "$(head -n 3 "$SITE/alice/box" | cut -c 1-14)" = $'half a message\n\nFrom sender@fa' ]
}

@test "what cannot be written whole is taken back" {
  home_file box 'From a@b.test Sat Nov 21 17:12:31 2026' 'Subject: old' '' 'text' ''
  cp "$SITE/alice/box" "$SITE/before"
  "$BIN/spool-put" -f a@far.test alice@example.test <<<'Subject: x' >/dev/null
  strace -f -o /dev/null -e trace=fsync -e inject=fsync:error=EIO:when=1 "$BIN/smtp-send" --once 2>"$SITE/log"
  grep -q 'deferred to=alice@example.test' "$SITE/log"
  cmp "$SITE/before" "$SITE/alice/box"
  again
  [ "$(grep -c ^Subject "$SITE/alice/box")" -eq 2 ]
}

@test "other programs' locks are waited for, and dead ones removed" {
  home_file box
  mkfifo "$SITE/trace"
  # Unlocked once the delivery has come so far as to find it locked.
  python3 -c 'import fcntl, sys
file = open(sys.argv[1], "a")
fcntl.lockf(file, fcntl.LOCK_EX)
waited = False
for line in open(sys.argv[2]):
    if "F_OFD_SETLK" in line and "EAGAIN" in line and not waited:
        waited = True
        fcntl.lockf(file, fcntl.LOCK_UN)
sys.exit(not waited)' "$SITE/alice/box" "$SITE/trace" 3>&- &
  "$BIN/spool-put" alice@example.test <<<'Subject: x' >/dev/null
  strace -f -e trace=fcntl -o "$SITE/trace" "$BIN/smtp-send" --once
  wait "$!"
  [ "$(grep -c ^Subject "$SITE/alice/box")" -eq 1 ]
  # Nobody has the number of the process that made this one.
  home_file box.lock 4194304
  touch -d '10 minutes ago' "$SITE/alice/box.lock"
  send alice@example.test
  [ "$(grep -c ^Subject "$SITE/alice/box")" -eq 2 ]
  [ ! -e "$SITE/alice/box.lock" ]
}

@test "several deliveries at once do not mix" {
  local i
  for i in {1..30}; do "$BIN/spool-put" -f a@b.test alice@example.test <<<"Subject: $i"$'\n\n'"text $i" >/dev/null; done
  "$BIN/smtp-send" --once 2>"$SITE/log"
  run python3 -c 'import mailbox, sys
for m in mailbox.mbox(sys.argv[1], create=False):
    assert m.get_payload().strip() == "text " + m["Subject"], m
    print(m["Subject"])' "$SITE/alice/box"
  [ "$status" -eq 0 ]
  [ "${#lines[@]}" -eq 30 ]
}

@test "/dev/null takes everything; what is no file of the user's waits" {
  home_file .forward /dev/null
  send alice@example.test
  [ "$(queued)" -eq 0 ]
  local place
  ln -s "$SITE/alice/elsewhere" "$SITE/alice/link"
  home_file one x
  ln "$SITE/alice/one" "$SITE/alice/two"
  mkfifo "$SITE/alice/pipe"
  mkdir "$SITE/alice/folder"
  theirs
  for place in link one pipe folder missing/file; do
    home_file .forward "$SITE/alice/$place"
    send alice@example.test
    grep -q "delivery-trouble .*$place: " "$SITE/log"
    tail -n 1 "$SITE/log" | grep -q 'deferred to=alice@example.test'
    rm "$SITE"/spool/queue/?/* "$SITE/log"
  done
  [ "$(cat "$SITE/alice/one")" = x ]
  [ ! -e "$SITE/alice/elsewhere" ]
}
