# The four classic scenarios between hosts of their own, with real clients outside: what goes in comes out byte for byte.
load hosts

setup() {
  export SITE="$BATS_TEST_TMPDIR/site"
  mkdir -p "$SITE"
  chmod 755 "$BATS_TEST_TMPDIR" "$SITE" || true
  hash=$(python3 -W ignore -c 'import crypt; print(crypt.crypt("secret", crypt.mksalt(crypt.METHOD_SHA256, rounds=1000)))')
  python3 "$SOURCE/tests/bin/letter.py" write "$SITE/letter"
  running=()
}
teardown() { hosts_down; }

same() { python3 "$SOURCE/tests/bin/letter.py" check "$SITE/letter" "$1"; }
# The letter as it lies in a user's Maildir on a host.
arrived() { same "$(find "$SITE/$1/$2/Maildir/new" "$SITE/$1/$2/Maildir/cur" -type f | head -n 1)"; }

@test "1: sender and receiver on one server" {
  hosts_up one
  mail_server one two.test
  tr -d '\r' <"$SITE/letter" | TUBEPOST_CONF="$SITE/one/tubepost.conf" on one "$BIN/sendmail" -t -oi -f alice@two.test
  run_queue one
  arrived one bob
  on one curl -sS "pop3://bob:secret@$(address one):$(port 110)/1" >"$SITE/read"
  same "$SITE/read"
}

@test "2: two servers" {
  hosts_up one two
  mail_server one one.test
  mail_server two two.test
  echo "two.test $(address two):$(port 25)" >"$SITE/one/routes"
  on one swaks --silent 2 --server "$(address one):$(port 25)" -f alice@one.test -t bob@one.test --data @"$SITE/letter"
  tr -d '\r' <"$SITE/letter" | TUBEPOST_CONF="$SITE/one/tubepost.conf" on one "$BIN/sendmail" -oi -f alice@one.test bob@two.test
  run_queue one
  run_queue two
  arrived one bob
  arrived two bob
  grep -q "^Received: from mx.one.test (\[$(calls_from one)\])" "$SITE"/two/bob/Maildir/new/*
  on two curl -sS "imap://bob:secret@$(address two):$(port 143)/INBOX;MAILINDEX=1" >"$SITE/read"
  same "$SITE/read"
}

@test "3: the sender reaches its server over the network" {
  hosts_up one two sender
  mail_server one one.test
  mail_server two two.test
  echo "* $(address two):$(port 25)" >"$SITE/one/routes"
  run on sender swaks --server "$(address one):$(port 587)" -f alice@one.test -t bob@two.test
  [[ "$output" == *"530 5.7.0"* ]]
  on sender swaks --silent 2 --server "$(address one):$(port 587)" --auth PLAIN --auth-user alice --auth-password secret \
    -f alice@one.test -t bob@two.test --data @"$SITE/letter"
  run_queue one
  run_queue two
  arrived two bob
  grep -q ' with ESMTPA ' "$SITE"/two/bob/Maildir/new/*
}

@test "4: sender and receiver both come over the network, the receiver by POP3 and by IMAP" {
  hosts_up one two sender receiver
  mail_server one one.test
  mail_server two two.test
  echo ".test $(address two):$(port 25)" >"$SITE/one/routes"
  on sender curl -sS --login-options AUTH=PLAIN -u alice:secret "smtp://$(address one):$(port 587)/sender.test" \
    --mail-from alice@one.test --mail-rcpt bob@two.test -T "$SITE/letter"
  run_queue one
  run_queue two
  on receiver curl -sS "pop3://bob:secret@$(address two):$(port 110)/1" >"$SITE/by-curl"
  same "$SITE/by-curl"
  mkdir -p "$SITE/copy"
  cat >"$SITE/mbsyncrc" <<RC
IMAPStore remote
Host $(address two)
Port $(port 143)
User bob
Pass secret
SSLType None

MaildirStore local
Path $SITE/copy/
Inbox $SITE/copy/INBOX

Channel all
Far :remote:
Near :local:
Create Near
SyncState *
RC
  on receiver mbsync -qc "$SITE/mbsyncrc" all
  same "$(find "$SITE/copy/INBOX/new" "$SITE/copy/INBOX/cur" -type f)"
  cat >"$SITE/fetchmailrc" <<RC
poll $(address two) service $(port 110) proto POP3 user bob password secret sslproto '' no rewrite no keep mda "tee $SITE/by-fetchmail"
RC
  chmod 600 "$SITE/fetchmailrc"
  on receiver env HOME="$SITE" fetchmail -f "$SITE/fetchmailrc" --nosyslog --pidfile "$SITE/fetchmail.pid" >"$SITE/fetchmail.log" 2>&1
  same "$SITE/by-fetchmail"
  [ "$(find "$SITE/two/bob/Maildir/new" "$SITE/two/bob/Maildir/cur" -type f | wc -l)" -eq 0 ]
}
