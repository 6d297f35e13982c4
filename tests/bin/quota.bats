# How much a mailbox may hold.
load site
load home

setup() {
  homes
  text=$'Subject: x\n\n'$(printf '%01000d' 0)
}

quota() { sed -i "s|^alice:.*::|&$1|" "$SITE/users"; }

@test "a full mailbox: its mail waits, and comes when there is room" {
  quota 'quota=2500'
  send alice@example.test "$text"
  send alice@example.test "$text"
  [ "$(delivered alice)" -eq 2 ]
  head -n 1 "$SITE/alice/Maildir/maildirsize" | grep -qx 2500S
  send alice@example.test "$text"
  [ "$(delivered alice)" -eq 2 ]
  tail -n 1 "$SITE/log" | grep -q 'deferred to=alice@example.test status=4.2.2 .*the mailbox is full'
  find "$SITE/alice/Maildir/new" -type f | head -n 1 | xargs rm
  again
  [ "$(queued)" -eq 0 ]
  [ "$(delivered alice)" -eq 2 ]
  # bob has none.
  send bob@example.test "$text"
  [ "$(delivered bob)" -eq 1 ]
  [ ! -e "$SITE/bob/Maildir/maildirsize" ]
}

@test "or goes back, as the site wants it; what would never fit always does" {
  echo 'over-quota = bounce' >>"$SITE/tubepost.conf"
  quota 'quota=1500'
  send alice@example.test "$text"
  send alice@example.test "$text"
  grep -q 'failed to=alice@example.test status=5.2.2 .*the mailbox is full' "$SITE/log"
  sed -i /over-quota/d "$SITE/tubepost.conf"
  send alice@example.test "$text$text"
  grep -q 'failed to=alice@example.test status=5.2.3 .*larger than the whole mailbox' "$SITE/log"
}

@test "a quota that is none: --check names the user, his mail waits, and the log says why" {
  for wrong in lots 1,2,3 1G, 10C,20; do
    sed -i 's/quota=.*//' "$SITE/users"
    quota "quota=$wrong"
    run "$BIN/smtpd" --check
    [ "$status" -eq 0 ]
    [[ "$output" == *"warning reason=\"$SITE/users: alice: quota: '$wrong' is none, as 1G or 1G,5000 is\"" ]]
    send alice@example.test "$text"
    [ "$(delivered alice)" -eq 0 ]
    tail -n 1 "$SITE/log" | grep -q "reason=\"users: alice: quota: '$wrong' is none"
    run "$BIN/imapd" --check --quota="$wrong"
    [ "$status" -eq 64 ]
  done
  echo 'quota = 1,2,3' >>"$SITE/tubepost.conf"
  run "$BIN/imapd" --check
  [ "$status" -eq 78 ]
  [ "$output" = "imapd: $SITE/tubepost.conf:$(wc -l <"$SITE/tubepost.conf"): quota: '1,2,3' is none, as 1G or 1G,5000 is" ]
}

@test "numbers of messages, the site's own quota, Dovecot's words" {
  echo 'quota = 0,1' >>"$SITE/tubepost.conf"
  send bob@example.test
  send bob@example.test
  [ "$(delivered bob)" -eq 1 ]
  rm "$SITE"/spool/queue/?/*
  quota 'userdb_quota_rule=*:storage=1M userdb_quota_rule=*:messages=2'
  send alice@example.test
  send alice@example.test
  send alice@example.test
  [ "$(delivered alice)" -eq 2 ]
  head -n 1 "$SITE/alice/Maildir/maildirsize" | grep -qx 1048576S,2C
  rm "$SITE"/spool/queue/?/*
  # What is in folders counts, what lies in Trash or is deleted does not.
  mkdir -p "$SITE"/alice/Maildir/.{Trash,Old}/{cur,new,tmp}
  for name in "$SITE"/alice/Maildir/new/*; do mv "$name" "$SITE/alice/Maildir/.Trash/cur/${name##*/}:2,S"; done
  send alice@example.test
  [ "$(delivered alice)" -eq 1 ]
  mv "$SITE"/alice/Maildir/new/* "$SITE/alice/Maildir/.Old/new/"
  send alice@example.test
  send alice@example.test
  [ "$(delivered alice)" -eq 1 ]
  rm "$SITE"/spool/queue/?/*
  mv "$SITE"/alice/Maildir/new/* "$SITE/alice/Maildir/cur/1:2,ST"
  send alice@example.test
  [ "$(delivered alice)" -eq 1 ]
}

@test "a quota that is none says so, and the mail waits" {
  quota 'quota=much'
  send alice@example.test || true
  grep -q "quota: 'much' is none" "$SITE/log"
  [ "$(queued)" -eq 1 ]
  echo 'quota = much' >>"$SITE/tubepost.conf"
  run "$BIN/smtp-send" --check
  [ "$status" -eq 78 ]
}

@test "by IMAP a user's own quota counts in place of the site's, and none that stood in the environment" {
  echo 'quota = 1M' >>"$SITE/tubepost.conf"
  with_passwords
  quota 'quota=2K'
  said() { printf '%s\r\n' "a LOGIN $1 secret" 'b GETQUOTAROOT INBOX' 'c APPEND INBOX {3000+}' "$(printf '%03000d' 0)" 'z LOGOUT' |
    TUBEPOST_QUOTA=1S "$BIN/imapd" 2>>"$SITE/log"; }
  run said alice
  [[ "$output" == *'(STORAGE 0 2)'*'c NO [OVERQUOTA]'* ]]
  run said bob
  [[ "$output" == *'(STORAGE 0 1024)'*'c OK [APPENDUID'* ]]
  sed -i 's/quota=2K/quota=lots/' "$SITE/users"
  run said alice
  [[ "$output" == *'(STORAGE 0 1024)'*'c OK [APPENDUID'* ]]
  grep -q "trouble user=alice reason=.*'lots' is none" "$SITE/log"
}

@test "a maildirsize that lies is counted again" {
  quota 'quota=2500'
  send alice@example.test
  printf '2500S\n99999 7\n' >"$SITE/alice/Maildir/maildirsize"
  touch -d '1 hour ago' "$SITE/alice/Maildir/maildirsize"
  send alice@example.test
  [ "$(delivered alice)" -eq 2 ]
  ln -sf /etc/passwd "$SITE/alice/Maildir/maildirsize"
  send alice@example.test
  [ "$(delivered alice)" -eq 3 ]
  [ ! -L "$SITE/alice/Maildir/maildirsize" ]
}

# rcpt ADDRESS [PARAMETERS OF MAIL]: what smtpd says of the recipient.
rcpt() {
  smtp 'EHLO c.test' "MAIL FROM:<x@far.test>${2:+ $2}" "RCPT TO:<$1>" QUIT | tr -d '\r' | tail -n 2 | head -n 1
}

@test "more mail for a full mailbox is refused when it comes, until there is room" {
  quota 'quota=2500'
  send alice@example.test "$text"
  send alice@example.test "$text"
  [[ "$(rcpt alice@example.test)" == 250\ * ]]
  [ ! -e "$SITE/spool/full" ]
  send alice@example.test "$text"
  [ "$(stat -c '%a %g' "$SITE/spool/full")" = "710 $(stat -c %g "$SITE/spool")" ]
  [ "$(stat -c '%a %s' "$SITE/spool/full/alice")" = '600 0' ]
  for address in alice@example.test ALICE+x@example.test; do
    [ "$(rcpt "$address")" = '452 4.2.2 the mailbox is full' ]
  done
  [[ "$(rcpt bob@example.test)" == 250\ * ]]
  [[ "$("$BIN/smtpd" --refuse-full=no <<<$'EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r')" == *"250 2.1.5"* ]]
  "$BIN/spool" check
  # It grows old.
  touch -d '31 minutes ago' "$SITE/spool/full/alice"
  [[ "$(rcpt alice@example.test)" == 250\ * ]]
  touch "$SITE/spool/full/alice"
  [[ "$(rcpt alice@example.test)" == 452\ * ]]
  find "$SITE/alice/Maildir/new" -type f | head -n 1 | xargs rm
  again
  [ ! -e "$SITE/spool/full/alice" ]
  [[ "$(rcpt alice@example.test)" == 250\ * ]]
}

@test "it is refused for good where the site returns it, and where it is larger than all of the mailbox" {
  echo 'over-quota = bounce' >>"$SITE/tubepost.conf"
  quota 'quota=2500'
  [ "$(rcpt alice@example.test SIZE=2501)" = '552 5.2.3 the message is larger than the whole mailbox may be' ]
  [[ "$(rcpt alice@example.test SIZE=2500)" == 250\ * ]]
  for i in 1 2 3; do send alice@example.test "$text"; done
  [ "$(rcpt alice@example.test)" = '552 5.2.2 the mailbox is full' ]
}

@test "who receives can look for a name in full/, and nothing else" {
  needs_root 'become another user'
  quota 'quota=1500'
  send alice@example.test "$text"
  send alice@example.test "$text"
  chgrp 65534 "$SITE/spool" "$SITE/spool/full"
  chmod 750 "$SITE/spool"
  as_group() { setpriv --reuid 65533 --regid 65534 --clear-groups "$@"; }
  as_group stat "$SITE/spool/full/alice"
  ! as_group ls "$SITE/spool/full"
  ! as_group cat "$SITE/spool/full/alice"
  ! as_group touch "$SITE/spool/full/bob"
  ! as_group rm -f "$SITE/spool/full/alice"
}

@test "a recipient that is written like a file has the mailbox that it leads to, be it full or not" {
  echo '@example.test: alice' >"$SITE/aliases"
  echo "aliases = $SITE/aliases" >>"$TUBEPOST_CONF"
  quota 'quota=2500'
  for i in 1 2 3; do send alice@example.test "$text"; done
  for address in '"/x"@example.test' '"|x"@example.test' x@example.test; do
    [ "$(rcpt "$address")" = '452 4.2.2 the mailbox is full' ]
  done
}
