# Home directories that mean harm, or that others could have had their hands in.
load site
load home

setup() { homes; }

# waits_for REASON: alice's mail is kept, and the log says why.
waits_for() {
  send alice@example.test
  grep -q "\(home-refused\|mailbox-trouble\) user=alice .*$1" "$SITE/log"
  tail -n 1 "$SITE/log" | grep -q 'deferred to=alice@example.test status=4.3.0'
  [ "$(delivered alice)" -eq 0 ]
  [ "$(delivered bob)" -eq 0 ]
  rm "$SITE"/spool/queue/?/* "$SITE/log"
}

# Two users who are nobody to one another.
two_users() {
  needs_root "make files of other users"
  sed -i '/^alice/s/65534:65534/65533:65533/' "$SITE/users"
  chown -hR 65533:65533 "$SITE/alice"
}

@test "a .forward that is a link, has two names, is a pipe, a folder or too large" {
  home_file elsewhere bob
  ln -s elsewhere "$SITE/alice/.forward"
  waits_for '.forward: is a symbolic link'
  rm "$SITE/alice/.forward"
  ln "$SITE/alice/elsewhere" "$SITE/alice/.forward"
  waits_for '.forward: has another name too'
  rm "$SITE/alice/.forward"
  mkfifo "$SITE/alice/.forward"
  theirs
  waits_for '.forward: is no plain file'
  rm "$SITE/alice/.forward"
  mkdir "$SITE/alice/.forward"
  theirs
  waits_for '.forward: is no plain file'
  rmdir "$SITE/alice/.forward"
  home_file .forward "$(head -c 70000 /dev/zero | tr '\0' '#')"
  waits_for '.forward: is larger than 64 KiB'
  home_file .forward $(printf 'user%d ' {1..101})
  waits_for '.forward:101: too many targets'
  truncate -s 100G "$SITE/alice/.forward"
  waits_for '.forward: is larger than 64 KiB'
}

@test "a .forward or home that others may write to, one that cannot be read, a user at work" {
  home_file .forward bob
  chmod g+w "$SITE/alice/.forward"
  waits_for '.forward: others may write to it'
  chmod o+w,g-w "$SITE/alice/.forward"
  waits_for '.forward: others may write to it'
  chmod 000 "$SITE/alice/.forward"
  waits_for '.forward: .*Permission denied'
  chmod 600 "$SITE/alice/.forward"
  chmod 770 "$SITE/alice"
  waits_for 'others may write to the home'
  chmod 1700 "$SITE/alice"
  waits_for 'its user is at work in it'
  chmod 1777 "$SITE/alice"
  waits_for 'others may write to the home'
}

@test "a home, .forward or Maildir that belongs to somebody else" {
  two_users
  echo bob >"$SITE/alice/.forward"
  chown 65534:65534 "$SITE/alice/.forward"
  waits_for '.forward: belongs to somebody else'
  # What root has written is root's word.
  chown 0:0 "$SITE/alice/.forward"
  send alice@example.test
  grep -q 'forwarded user=alice' "$SITE/log"
  rm "$SITE"/spool/queue/?/* "$SITE/log" "$SITE/alice/.forward"
  mkdir -m 777 "$SITE/alice/Maildir"
  chown 65534:65534 "$SITE/alice/Maildir"
  waits_for 'Maildir: belongs to somebody else'
  rm -r "$SITE/alice/Maildir"
  chown 65534:65534 "$SITE/alice"
  chmod 755 "$SITE/alice"
  waits_for 'the home belongs to somebody else'
}

@test "a Maildir that leads elsewhere" {
  mkdir -p "$SITE/bob/Maildir/"{cur,new,tmp}
  ln -s "$SITE/bob/Maildir" "$SITE/alice/Maildir"
  theirs
  waits_for 'Maildir: is a symbolic link'
  # Made after the process that delivers has seen the old one: its directory is no longer there.
  rm "$SITE/alice/Maildir"
  mkdir -p "$SITE/alice/Maildir/"{cur,tmp}
  ln -s "$SITE/bob/Maildir/new" "$SITE/alice/Maildir/new"
  theirs
  if [ "$(id -u)" -eq 0 ]; then
    two_users
    send alice@example.test
    [ "$(delivered bob)" -eq 0 ]
    [ "$(queued)" -eq 1 ]
  fi
}

@test "files and programs reach nothing that is not the user's" {
  two_users
  chmod 755 "$SITE/bob"
  echo mine >"$SITE/bob/box"
  chmod 666 "$SITE/bob/box"
  ln -s "$SITE/bob/box" "$SITE/alice/link"
  mkdir -m 777 "$SITE/bob/open"
  local target
  for target in "$SITE/bob/box" "$SITE/alice/link" /etc/passwd /dev/tty /dev/sda "$SITE/bob/open/" /proc/self/mem; do
    echo "$target" >"$SITE/alice/.forward"
    chown 65533:65533 "$SITE/alice/.forward"
    send alice@example.test
    grep -q 'delivery-trouble user=alice' "$SITE/log"
    tail -n 1 "$SITE/log" | grep -q 'deferred to=alice@example.test'
    rm "$SITE"/spool/queue/?/* "$SITE/log"
  done
  [ "$(cat "$SITE/bob/box")" = mine ]
  [ -z "$(find "$SITE/bob/open" -type f)" ]
}

@test "a program is the user and no more, and holds nothing of the queue" {
  two_users
  chmod 750 "$SITE/spool"
  mkdir -p "$SITE/bob/Maildir/new"
  echo secret >"$SITE/bob/Maildir/new/1"
  chown -R 65534:65534 "$SITE/bob"
  mkdir "$SITE/alice/bin"
  cat >"$SITE/alice/bin/spy" <<SPY
#!/bin/sh
exec >"$SITE/alice/found" 2>&1
id -u; id -g; id -G
ls /proc/self/fd | tr '\n' ' '; echo
cat $SITE/bob/Maildir/new/1 $SITE/spool/queue/?/* /proc/\$PPID/mem | head -c 100 | tr -d '\0'
ls /proc/\$PPID/fd
grep NoNewPrivs /proc/self/status
kill -9 1 \$(cat $SITE/runner) 2>/dev/null && echo killed
echo >>/proc/self/fd/0 && true
exit 0
SPY
  chmod 755 "$SITE/alice/bin/spy"
  echo '|bin/spy' >"$SITE/alice/.forward"
  chown -R 65533:65533 "$SITE/alice"
  echo $$ >"$SITE/runner"
  send alice@example.test
  run cat "$SITE/alice/found"
  echo "$output"
  [ "${lines[0]}" = 65533 ]
  [ "${lines[1]}" = 65533 ]
  [ "${lines[2]}" = 65533 ]
  # 3 is the directory that ls reads.
  [ "${lines[3]}" = "0 1 2 3 " ]
  [[ "$output" != *secret* ]]
  [[ "$output" != *tubepost\ 1* ]]
  [[ "$output" != *killed* ]]
  [[ "$output" == *"/fd': Permission denied"* ]]
  # It may call the setgid programs of this host, as every program of a user may.
  [[ "$output" =~ NoNewPrivs:.0 ]]
}

@test "a program that kills or stops the one who started it harms nobody else" {
  program end 'kill -9 $PPID'
  program stop 'kill -STOP $PPID'
  local name
  for name in end stop; do
    home_file .forward "|bin/$name"
    "$BIN/spool-put" alice@example.test <<<'Subject: x' >/dev/null
    send bob@example.test
    grep -q 'deferred to=alice@example.test status=4.3.0' "$SITE/log"
    rm "$SITE"/spool/queue/?/* "$SITE/log"
  done
  [ "$(delivered bob)" -eq 2 ]
  run pgrep -f "$SITE/alice/bin"
  [ "$status" -eq 1 ]
}

@test "instructions that lead to themselves end" {
  sed -i 's/^postmaster.*/postmaster = bob/' "$SITE/tubepost.conf"
  chmod 755 "$SITE"/spool{,/queue}
  chmod 777 "$SITE"/spool/queue/?
  home_file .forward 'alice@example.test, alice, \alice, "|bin/put"'
  program put "exec '$BIN/spool-put' --config '$SITE/tubepost.conf' -f '' alice@example.test"
  send alice@example.test
  local i
  for i in {1..4}; do again; done
  grep -q 'failed to=alice@example.test status=5.4.6 .*loop: Delivered-To: alice@example.test' "$SITE/log"
  [ "$(queued)" -eq 0 ]
  [ "$(delivered alice)" -eq 1 ]
  [ "$(delivered bob)" -eq 1 ]
}

@test "root's own files start no program" {
  needs_root "have them"
  mkdir "$SITE/root"
  echo "root:*:0:0::$SITE/root::" >>"$SITE/users"
  echo '|/usr/bin/touch started' >"$SITE/root/.forward"
  send root@example.test
  grep -q 'no program is started as root' "$SITE/log"
  [ "$(queued)" -eq 1 ]
  [ ! -e "$SITE/root/started" ]
}
