load site

setup() {
  site
  export HOME="$SITE/bob" RECIPIENT=bob@example.test
  echo '* 127.0.0.1:1' >"$SITE/routes"
}

# A message that asks, with more or other fields.
asking() { printf '%s\n' 'Return-Path: <a@far.test>' 'Disposition-Notification-To: Ann <a@far.test>' 'Message-ID: <1@far.test>' 'Subject: offer' "$@" '' 'read this'; }
mdn() { "$BIN/mdn" "$@"; }

@test "who has sent the message is told what has become of it, once" {
  asking | mdn
  [ "$(queued)" -eq 1 ]
  text=$(cat "$SITE"/spool/queue/*/*)
  for line in 'from: <>' 'to: todo <a@far.test>' 'From: <bob@example.test>' 'To: <a@far.test>' 'Auto-Submitted: auto-replied' \
    'Final-Recipient: rfc822;bob@example.test' 'Original-Message-ID: <1@far.test>' \
    'Disposition: manual-action/MDN-sent-automatically; displayed' 'Subject: offer'; do
    grep -qxF "$line" <<<"$text" || { echo "no $line in $text"; false; }
  done
  run mdn --type deleted < <(asking)
  [ "$status" -eq 69 ]
  [[ "$output" == *"has been sent already"* ]]
  [ "$(queued)" -eq 1 ]
  asking 'X: y' | sed 's/<1@/<2@/' | mdn --type deleted
  [ "$(queued)" -eq 2 ]
}

@test "it is a report that mime-decode understands, and asks for nothing itself" {
  asking 'Original-Recipient: rfc822;robert@example.test' | mdn --print --automatic --type processed --name 'Bob Ö' >"$SITE/report"
  "$BIN/mime-decode" "$SITE/report" >"$SITE/tree"
  [ "$(awk '{ print $2 }' "$SITE/tree" | tr '\n' ' ')" = 'multipart/report text/plain message/disposition-notification text/rfc822-headers ' ]
  run "$BIN/mime-decode" --check "$SITE/report"
  [ "$status" -eq 0 ]
  grep -qx 'Original-Recipient: rfc822;robert@example.test' "$SITE/report"
  grep -qx 'Disposition: automatic-action/MDN-sent-automatically; processed' "$SITE/report"
  ! sed '/^$/q' "$SITE/report" | grep -qi '^Disposition-Notification'
  run mdn --print < <(cat "$SITE/report")
  [ "$status" -eq 65 ]
  [ ! -e "$HOME/.mdn.db" ]
}

@test "another address than the sender's, several, or no Return-Path need the user's word" {
  for change in 's/^Return-Path: .*/Return-Path: <b@far.test>/' 's/^Return-Path: .*/Return-Path: <>/' '/^Return-Path/d' \
    's/^Return-Path: .*/Return-Path: <A@far.test>/' 's/^\(Disp.*\)$/\1, b@far.test/'; do
    run mdn --print < <(asking | sed "$change")
    [ "$status" -eq 77 ] || { echo "$change"; false; }
    [[ "$output" == *"--confirmed"* ]]
    asking | sed "$change" | mdn --print --confirmed | grep -qx 'Disposition: manual-action/MDN-sent-manually; displayed'
  done
}

@test "nobody asks, a list has sent it, or something unknown is required: then there is none" {
  for change in '/^Disp/d' 's/^\(Disp.*\)$/\1\n\1/' 's/^Subject/List-Id: <x.y>\nSubject/' 's/^Subject/Disposition-Notification-Options: x=required,y\nSubject/' \
    's/^Subject/Content-Type: multipart\/report; report-type=delivery-status\nSubject/' 's/^Disp.*/Disposition-Notification-To: nobody/'; do
    run mdn --print --confirmed < <(asking | sed "$change")
    [ "$status" -eq 65 ] || { echo "$change"; false; }
  done
  asking 'Disposition-Notification-Options: x=optional,y' | mdn --print >/dev/null
}

@test "--ask says who wants to know and whether the user must be asked" {
  run mdn --ask < <(asking)
  [ "$status" -eq 0 ]
  [ "$output" = a@far.test ]
  run mdn --ask < <(asking | sed '/^Return-Path/d')
  [ "$status" -eq 77 ]
  [[ "$output" == a@far.test* ]]
  run mdn --ask <<<'Subject: x'
  [ "$status" -eq 65 ]
}

@test "whose message it is must be known" {
  unset RECIPIENT
  run mdn --print < <(asking)
  [ "$status" -eq 64 ]
  asking 'Delivered-To: bob@example.test' | mdn --print | grep -qx 'Final-Recipient: rfc822;bob@example.test'
  asking | mdn --print --address bob@other.test | grep -qx 'From: <bob@other.test>'
  run mdn --type eaten < <(asking)
  [ "$status" -eq 64 ]
}
