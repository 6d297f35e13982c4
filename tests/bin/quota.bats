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
