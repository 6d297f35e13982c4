# A spool and a Maildir on disks that are full: a small tmpfs in a mount namespace of the test's own.
load site

# in_small SIZE,INODES SCRIPT: runs SCRIPT with $SITE/spool on a tmpfs of that size.
in_small() {
  apart bash -eu -c '
    mount -t tmpfs -o "size=$1,nr_inodes=$2" none "$SITE/spool"
    cp -r "$SOURCE"/spool/* "$SITE/spool"
    eval "$3"' sh "$@"
}

setup() {
  site
  may_go_apart
}

@test "full before DATA: 452 at DATA, and nothing is left behind" {
  run in_small 300k 200 '
    head -c 1m /dev/zero >"$SITE/spool/filler" 2>/dev/null || true
    printf "%s\r\n" "EHLO c" "MAIL FROM:<>" "RCPT TO:<bob@example.test>" DATA "Subject: x" "" x . QUIT | "$BIN/smtpd" 2>/dev/null
    find "$SITE/spool/queue" -name "*.*.*" | wc -l'
  [[ "$output" == *"452 4.3.1 "* ]]
  [[ "$output" != *"250 2.0.0 queued"* ]]
  [ "${lines[-1]}" -eq 0 ]
}

@test "full in the middle of the message: 452 at its end, and the next one that fits is taken" {
  run in_small 400k 200 '
    { printf "%s\r\n" "EHLO c" "MAIL FROM:<>" "RCPT TO:<bob@example.test>" DATA "Subject: big" ""
      head -c 1000000 /dev/zero | tr "\0" x | fold -w 70 | sed "s/\$/\r/"; printf "\n.\r\n"
      printf "%s\r\n" "MAIL FROM:<>" "RCPT TO:<bob@example.test>" DATA "Subject: small" "" x . QUIT; } | "$BIN/smtpd" 2>/dev/null
    "$BIN/spool" check
    "$BIN/smtp-send" --once 2>/dev/null'
  [[ "$output" == *"452 4.3.1 "*"250 2.0.0 queued"*"1 messages, 0 damaged"* ]]
  [ "$(delivered bob)" -eq 1 ]
  grep -q 'Subject: small' "$SITE"/bob/Maildir/new/*
}

@test "no inode left: 452 before the message is sent" {
  run in_small 1m 60 '
    while : >"$SITE/spool/f$((n = ${n:-0} + 1))"; do :; done 2>/dev/null || true
    printf "%s\r\n" "EHLO c" "MAIL FROM:<>" "RCPT TO:<bob@example.test>" DATA QUIT | "$BIN/smtpd" 2>/dev/null'
  [[ "$output" == *"452 4.3.1 "* ]]
  [[ "$output" != *"354 "* ]]
}

@test "message after message until it is full: each that was acknowledged is delivered, no other" {
  run in_small 600k 400 '
    for i in $(seq 1 200); do
      printf "%s\r\n" "MAIL FROM:<>" "RCPT TO:<bob@example.test>" DATA "Subject: number $i" "" "$(head -c 900 /dev/zero | tr "\0" x)" "$(head -c 900 /dev/zero | tr "\0" y)" "$(head -c 900 /dev/zero | tr "\0" z)" .
    done | { printf "EHLO c\r\n"; cat; printf "QUIT\r\n"; } | "$BIN/smtpd" 2>/dev/null | grep -c "^250 2.0.0 queued"
    "$BIN/spool" check
    "$BIN/smtp-send" --once 2>/dev/null'
  [ "${lines[0]}" -gt 5 ]
  [ "${lines[0]}" -lt 200 ]
  [ "$(delivered bob)" -eq "${lines[0]}" ]
}

@test "a full Maildir defers; when there is room the message arrives" {
  "$BIN/spool-put" -f alice@example.test bob@example.test <<<'Subject: patient'
  echo 'retry = 1' >>"$TUBEPOST_CONF"
  run apart bash -eu -c '
    mount -t tmpfs -o size=64k none "$SITE/bob"
    head -c 1m /dev/zero >"$SITE/bob/filler" 2>/dev/null || true
    "$BIN/smtp-send" --once
    rm "$SITE/bob/filler"
    for file in "$SITE"/spool/queue/*/*.*.*; do name=${file##*/}; mv "$file" "${file%/*}/0000000001.${name#*.}"; done
    "$BIN/smtp-send" --once
    grep -l "Subject: patient" "$SITE"/bob/Maildir/new/*; ls "$SITE/bob/Maildir/tmp"'
  [ "$status" -eq 0 ]
  [[ "$output" == *" deferred to=bob@example.test status=4.3.0 "*" delivered to=bob@example.test "*"/bob/Maildir/new/"* ]]
  [ "$(queued)" -eq 0 ]
}

@test "local-deliver into a full Maildir, by size and by inodes, is worth another try and leaves nothing" {
  run apart bash -eu -c '
    for limits in size=64k nr_inodes=12; do
      mount -t tmpfs -o "$limits" none "$SITE/bob"
      mkdir -p "$SITE"/bob/Maildir/{cur,new,tmp}
      if [ "$limits" = size=64k ]; then
        head -c 1m /dev/zero >"$SITE/bob/filler" 2>/dev/null || true
      else
        while : >"$SITE/bob/f$((n = ${n:-0} + 1))"; do :; done 2>/dev/null || true
      fi
      status=0
      SENDER=a@b.test RECIPIENT=bob@example.test "$BIN/local-deliver" --user=bob <<<"Subject: x" || status=$?
      echo "exit $status, $(find "$SITE/bob/Maildir" -type f | wc -l) files"
      rm "$SITE"/bob/f*
      SENDER=a@b.test RECIPIENT=bob@example.test "$BIN/local-deliver" --user=bob <<<"Subject: x"
      echo "then $(find "$SITE/bob/Maildir/new" -type f | wc -l)"
      umount "$SITE/bob"
    done'
  echo "$output"
  [ "$(grep -cE '^exit 7[45], 0 files$' <<<"$output")" -eq 2 ]
  [ "$(grep -c '^then 1$' <<<"$output")" -eq 2 ]
}

@test "a full disk under a deferral loses neither the message nor its mark" {
  echo 'far.test 127.0.0.1:1' >"$SITE/routes"
  run in_small 300k 200 '
    "$BIN/spool-put" -f alice@example.test bob@example.test x@far.test <<<"Subject: x"
    head -c 1m /dev/zero >"$SITE/spool/filler" 2>/dev/null || true
    "$BIN/smtp-send" --once
    rm "$SITE/spool/filler"
    "$BIN/spool" check
    cat "$SITE"/spool/queue/*/*.*.*'
  [ "$status" -eq 0 ]
  [[ "$output" == *"1 messages, 0 damaged"* ]]
  [[ "$output" == *"to: done <bob@example.test>"*"to: todo <x@far.test>"* ]]
  [ "$(delivered bob)" -eq 1 ]
}

@test "appending to a full IMAP mailbox is refused and leaves it as it was" {
  with_passwords
  chmod 755 "$BATS_TEST_TMPDIR" "$SITE" || true
  run apart bash -eu -c '
    mount -t tmpfs -o size=200k none "$SITE/bob"
    big=$(head -c 400000 /dev/zero | tr "\0" x | fold -w 70 | sed "s/\$/\r/")
    printf "%s\r\n" "a LOGIN bob secret" "b APPEND INBOX {${#big}+}" "$big" "c APPEND INBOX {14+}" "Subject: x" "" "" "d SELECT INBOX" "e LOGOUT" | "$BIN/imapd" 2>/dev/null
    ls "$SITE/bob/Maildir/tmp"'
  [[ "$output" == *"b NO [UNAVAILABLE] "*"c OK [APPENDUID "*"* 1 EXISTS"* ]]
}
