load site

setup() {
  site
  printf '%s\n' "aliases = $SITE/aliases" "lists = $SITE/lists" >>"$TUBEPOST_CONF"
  echo 'far.test 127.0.0.1:1' >"$SITE/routes"
  printf '%s\n' 'team: bob, carol@far.test' 'owner-team: alice' >"$SITE/aliases"
  : >"$SITE/lists"
}

deliver() { "$BIN/smtp-send" --once 2>>"$SITE/log"; }
post() { smtp 'EHLO c' "MAIL FROM:<$1>" 'RCPT TO:<team@example.test>' DATA "${@:2}" . QUIT; }
copy_for() { cat "$(grep -rlxE "to: todo <$1>( .*)?" "$SITE/spool/queue")"; }
inbox() { cat "$SITE/$1"/Maildir/new/*; }

@test "members get it from the owner, with the fields of a list; the rest of the message stays" {
  printf '%s\n' 'team description The rowing team' 'team archive https://example.test/team/' >"$SITE/lists"
  post x@y.test 'DKIM-Signature: v=1' 'List-Id: <other.test>' 'Subject: hi' '' body
  deliver
  deliver
  inbox bob >"$SITE/got"
  copy=$(copy_for carol@far.test)
  for text in "$(<"$SITE/got")" "$copy"; do
    for line in 'List-Id: "The rowing team" <team.example.test>' 'List-Post: <mailto:team@example.test>' 'List-Owner: <mailto:owner-team@example.test>' \
      'List-Archive: <https://example.test/team/>' 'Precedence: list' 'DKIM-Signature: v=1' 'Subject: hi' body; do
      grep -qxF "$line" <<<"$text" || { echo "no $line in $text"; false; }
    done
    [ "$(grep -c '^List-Id' <<<"$text")" -eq 1 ]
    grep -q '^List-Unsubscribe:' <<<"$text"
    grep -q '^List-Help:' <<<"$text"
  done
  grep -qx 'from: <owner-team@example.test>' <<<"$copy"
  grep -qx 'Return-Path: <owner-team@example.test>' "$SITE/got"
  [ "$(delivered alice)" -eq 0 ]
}

@test "a bounce goes to the owner, and so do answers of programs and bounces to the list itself" {
  smtp 'EHLO c' 'MAIL FROM:<>' 'RCPT TO:<owner-team@example.test>' DATA 'Subject: bounce 1' '' x . QUIT
  post '' 'Subject: bounce 2' '' x
  post z@y.test 'Auto-Submitted: auto-replied' 'Subject: away' '' x
  deliver
  deliver
  deliver
  [ "$(delivered alice)" -eq 3 ]
  [ "$(delivered bob)" -eq 0 ]
  [ "$(queued)" -eq 0 ]
}

@test "two lists with one another for members end, however long a header is" {
  printf '%s\n' 'one: two@example.test, bob' 'owner-one: alice' 'two: one@example.test' 'owner-two: alice' >"$SITE/aliases"
  local lines
  for lines in 1040 1100; do
    { printf 'Subject: x\nX-Long:' && for ((i = 0; i < lines; i++)); do printf ' %0999d\n' 0; done && printf '\nbody\n'; } |
      "$BIN/spool-put" -f x@y.test one@example.test
    for ((i = 0; i < 5; i++)); do deliver; done
    [ "$(queued)" -eq 0 ]
    [ "$(delivered bob)" -eq 1 ]
    grep -l 'List-Id: <one' "$SITE"/bob/Maildir/new/* | xargs rm
  done
}

@test "two lists that own one another end, and the postmaster hears of it once" {
  printf '%s\n' 'one: bob' 'owner-one: two' 'two: bob' 'owner-two: one' >"$SITE/aliases"
  "$BIN/spool-put" -f '' one@example.test <<<$'Subject: bounce\n\nx'
  for ((i = 0; i < 8; i++)); do deliver; done
  [ "$(queued)" -eq 0 ]
  [ "$(delivered bob)" -eq 0 ]
  [ "$(delivered alice)" -eq 1 ]
  inbox alice | grep -q '5.4.6'
}

@test "a message that the list has sent before does not go round again" {
  post x@y.test 'Subject: hi' '' body
  deliver
  deliver
  : >"$SITE/log"
  mapfile -t lines < <(sed '1,2d' "$SITE"/bob/Maildir/new/*)
  rm "$SITE"/bob/Maildir/new/*
  smtp 'EHLO c' 'MAIL FROM:<bob@example.test>' 'RCPT TO:<team@example.test>' DATA "${lines[@]}" . QUIT
  deliver
  deliver
  grep -q 'status=5.4.6' "$SITE/log"
  inbox bob | grep -q '5.4.6'
}

@test "who is no member is told so before the message is taken" {
  printf '%s\n' 'team post members' 'team poster guest@y.test' >"$SITE/lists"
  for good in bob@example.test Bob+x@example.test Carol@FAR.test alice@example.test guest@y.test; do
    run post "$good" x
    [[ "$output" == *"250 2.0.0 queued"* ]] || { echo "$good"; false; }
  done
  for bad in x@y.test carol@y.test mallory@far.test postmaster; do
    run post "$bad" x
    [[ "$output" == *"550 5.7.2 "* ]] || [ "$bad" = postmaster ]
  done
}

@test "what comes another way is checked when it is delivered" {
  printf '%s\n' 'team post owner' >"$SITE/lists"
  printf 'Subject: x\n\nbody\n' | "$BIN/sendmail" -f bob@example.test team
  printf 'Subject: x\n\nbody\n' | "$BIN/sendmail" -f alice@example.test team
  deliver
  deliver
  inbox bob | grep -q '5.7.2'
  inbox bob | grep -qxF 'List-Post: NO (only its owner posts to this list)'
}

@test "a list inside a list stays one, and EXPN shows it" {
  printf '%s\n' 'team: bob, inner' 'owner-team: alice' 'inner: bob, dora@far.test' 'owner-inner: bob' >"$SITE/aliases"
  echo 'expand = yes' >>"$TUBEPOST_CONF"
  run smtp 'EHLO c' 'EXPN team' QUIT
  [[ "$output" == *"<bob@example.test>"* ]]
  [[ "$output" == *"<inner@example.test>"* ]]
  post x@y.test 'Subject: hi' '' body
  deliver
  deliver
  deliver
  copy=$(copy_for dora@far.test)
  grep -qx 'from: <owner-inner@example.test>' <<<"$copy"
  grep -qx 'List-Id: <inner.example.test>' <<<"$copy"
  [ "$(grep -c '^List-Id' <<<"$copy")" -eq 1 ]
  [ "$(delivered bob)" -eq 2 ]
}

@test "lists in a circle end" {
  printf '%s\n' 'team: other' 'owner-team: alice' 'other: team' 'owner-other: alice' >"$SITE/aliases"
  post x@y.test 'Subject: hi' '' body
  for turn in 1 2 3 4 5 6; do deliver; done
  [ "$(queued)" -eq 0 ]
  grep -q 'status=5.4.6' "$SITE/log"
}

@test "the poster hears of nothing that members' hosts say" {
  smtp 'EHLO c' 'MAIL FROM:<alice@example.test> RET=FULL ENVID=x' 'RCPT TO:<team@example.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;team@example.test' DATA x . QUIT
  deliver
  copy=$(copy_for carol@far.test)
  ! grep -Eq 'ENVID|NOTIFY|ORCPT|RET=' <<<"$copy"
  deliver
  [ "$(delivered alice)" -eq 1 ]
}

@test "a wrong file of lists is named with its line" {
  printf '%s\n' 'team post members' 'team colour red' >"$SITE/lists"
  run "$BIN/smtpd" --check
  [ "$status" -eq 78 ]
  [[ "$output" == *"lists:2: 'colour' is no setting of a list"* ]]
}
