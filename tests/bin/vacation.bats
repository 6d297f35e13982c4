load site
load home

setup() {
  site
  export HOME="$SITE/bob" USER=bob SENDER=a@far.test RECIPIENT=bob@example.test
  echo '* 127.0.0.1:1' >"$SITE/routes"
  printf 'Away until Monday.\n' >"$HOME/.vacation.msg"
}

# Fields of a message to bob; then the answer's words.
letter() { printf '%s\n' "${@:-To: bob@example.test}" '' 'how are you?'; }
away() { "$BIN/vacation" --explain "$@" 2>&1; }
answers() { queued; }

@test "who writes gets one answer in seven days, with a null reverse-path" {
  letter 'To: Bob <bob@example.test>' 'Subject: lunch' 'Message-ID: <1@far.test>' 'References: <0@far.test>' | away
  [ "$(queued)" -eq 1 ]
  answer=$(cat "$SITE"/spool/queue/*/*)
  for line in 'from: <>' 'to: todo <a@far.test>' 'From: bob@example.test' 'To: <a@far.test>' 'Subject: Auto: lunch' 'Auto-Submitted: auto-replied' \
    'In-Reply-To: <1@far.test>' 'References: <0@far.test> <1@far.test>' 'Away until Monday.'; do
    grep -qxF "$line" <<<"$answer" || { echo "no $line in $answer"; false; }
  done
  letter | away | grep -q 'has got an answer already'
  [ "$(queued)" -eq 1 ]
  [[ "$(<"$HOME/.vacation.db")" =~ ^[0-9]+\ a@far.test$ ]]
  SENDER=b@far.test
  letter | away
  [ "$(queued)" -eq 2 ]
  # Eight days later.
  sed -i "s/^[0-9]*/$(($(date +%s) - 8 * 86400))/" "$HOME/.vacation.db"
  letter | away
  [ "$(queued)" -eq 3 ]
}

@test "no answer to programs, lists, bulk mail, bounces, itself, and what names somebody else" {
  letter 'To: bob@example.test' 'Auto-Submitted: auto-generated' | away | grep -q 'a program has sent it'
  letter 'To: bob@example.test' 'List-Id: <x.y>' | away | grep -q 'a list has sent it'
  letter 'To: bob@example.test' 'Precedence: bulk' | away | grep -q 'it went to many'
  letter 'To: bob@example.test' 'X-Spam-Flag: YES' | away | grep -q 'spam'
  letter 'To: friends@example.test' | away | grep -q 'does not name an address of the user'
  letter 'Subject: x' | away | grep -q 'does not name an address of the user'
  for SENDER in '' mailer-daemon@far.test team-request@far.test owner-team@far.test noreply@shop.test; do
    letter | away | grep -q 'no answer'
  done
  for SENDER in bob@example.test BOB+x@Example.Test; do letter | away | grep -q 'from the same user'; done
  for SENDER in 'a b@far.test' "a@far.test
Bcc: all@far.test"; do letter | away | grep -q 'no address'; done
  [ "$(queued)" -eq 0 ]
  [ ! -e "$HOME/.vacation.db" ]
}

@test "To, Cc and their Resent forms count, and the user's other addresses" {
  letter 'Cc: X <x@y.test>, Bob <BOB@example.test>' | away
  SENDER=b@far.test
  letter 'Resent-To: bob+lists@example.test' | away
  SENDER=c@far.test
  letter 'To: robert@other.test' | away --address robert@other.test
  RECIPIENT=bob SENDER=d@far.test
  letter 'To: bob@example.test' | away
  [ "$(queued)" -eq 4 ]
  grep -rqx 'From: robert@other.test' "$SITE/spool/queue"
}

@test "without SENDER the Return-Path says who gets the answer" {
  unset SENDER
  letter 'Return-Path: <x@far.test>' 'To: bob@example.test' | away
  grep -rqx 'to: todo <x@far.test>' "$SITE/spool/queue"
  letter 'Return-Path: <>' 'To: bob@example.test' | away | grep -q 'no sender'
}

@test "the file has a subject and a sender of its own, in any charset" {
  printf 'Subject: Away (was: $SUBJECT)\nFrom: =?utf-8?q?B=C3=B6b?= <robert@example.test>\n\nbis sp\xe4ter\n' >"$HOME/.vacation.msg"
  letter 'To: bob@example.test' 'Subject: =?iso-8859-1?q?caf=E9?=' | away --print --charset iso-8859-1 >"$SITE/out"
  grep -qx 'From: =?.*?= <robert@example.test>' "$SITE/out"
  "$BIN/mime-decode" --text "$SITE/out" >"$SITE/text"
  grep -q 'bis später' "$SITE/text"
  grep -qF "Subject: Away (was: =?UTF-8?Q?caf=C3=A9=29?=" "$SITE/out"
  run away <<<'To: bob@example.test'
  [ "$status" -eq 75 ]
  [[ "$output" == *"not UTF-8"* ]]
  run away --charset klingon <<<'To: bob@example.test'
  [ "$status" -eq 75 ]
}

@test "days of absence, and none" {
  letter | away --begin 2100-01-01 | grep -q 'nobody is away now'
  letter | away --end 2020-01-01 | grep -q 'nobody is away now'
  letter | away --print --begin 2020-01-01 --end 2100-01-01 | grep -qx 'Away until Monday.'
  run away --end tomorrow <<<''
  [ "$status" -eq 0 ]
  [[ "$output" == *"'tomorrow' is no date"* ]]
  run away --print --end 2026-13-01 <<<'To: bob@example.test'
  [ "$status" -eq 0 ]
  [[ "$output" == *"'2026-13-01' is no date"* ]]
  run away --no-such-option <<<''
  [ "$status" -eq 0 ]
  unset RECIPIENT
  run away --end tomorrow <<<''
  [ "$status" -eq 64 ]
}

@test "without a file there is an answer all the same; a named one must be there" {
  rm "$HOME/.vacation.msg"
  letter | away --print | grep -q 'I am away'
  run away --message "$SITE/none" <<<'To: bob@example.test'
  [ "$status" -eq 75 ]
  [[ "$output" == *"$SITE/none"* ]]
}

@test "a text that is no plain file is not waited for" {
  rm "$HOME/.vacation.msg"
  mkfifo "$HOME/.vacation.msg"
  letter >"$SITE/letter"
  run timeout 20 "$BIN/vacation" --print <"$SITE/letter"
  [ "$status" -eq 75 ]
  [[ "$output" == *"$HOME/.vacation.msg: not a plain file"* ]]
}

@test "the domains of a big site are local, too" {
  RECIPIENT=sales@example.test
  away --print <<<'To: bob@last.test' | grep -q 'does not name an address of the user'
  printf 'domain%d.test\n' {1..30000} >>"$SITE/domains"
  echo last.test >>"$SITE/domains"
  away --print <<<'To: bob@last.test' | grep -qx 'From: bob@last.test'
}

@test "what cannot be sent now is tried again, and not recorded" {
  run away --libexec "$SITE" <<<'To: bob@example.test'
  [ "$status" -eq 75 ]
  [ ! -s "$HOME/.vacation.db" ]
  letter | away
  [ "$(queued)" -eq 1 ]
}

@test "what cannot be recorded is not sent: the same sender would get it at every try" {
  head -c 5000000 /dev/zero >"$HOME/.vacation.db"
  run away <<<'To: bob@example.test'
  [ "$status" -eq 75 ]
  rm "$HOME/.vacation.db"
  mkdir "$HOME/.vacation.db.new"
  run away <<<'To: bob@example.test'
  [ "$status" -ne 0 ]
  [ "$(queued)" -eq 0 ]
}

# forwarding TEXT: alice's .forward keeps a copy and answers with it.
forwarding() {
  homes
  # As root the user is another one, who can reach neither the build nor the spool.
  mkdir "$SITE/tools"
  cp "$BIN"/{vacation,sendmail} "$SITE/tools"
  printf 'libexec = %s\n' "$SITE/tools" >>"$TUBEPOST_CONF"
  chmod -R a+rwX "$SITE/spool"
  printf "$1" >"$SITE/alice/.vacation.msg"
  home_file .forward '\alice, "|'"$SITE"'/tools/vacation --config='"$TUBEPOST_CONF"'"'
}

@test "from a .forward, with a copy kept: the answer leaves and the message stays" {
  forwarding 'Away.\n'
  "$BIN/spool-put" -f a@far.test alice@example.test <<<$'To: alice@example.test\nSubject: lunch\n\nx'
  "$BIN/smtp-send" --once 2>>"$SITE/log"
  [ "$(delivered alice)" -eq 1 ]
  grep -rqx 'to: todo <a@far.test>' "$SITE/spool/queue"
  grep -rqx 'Subject: Auto: lunch' "$SITE/spool/queue"
}

@test "a text that is wrong gives nobody back what bob has got: the answer is tried again" {
  forwarding 'sp\xe4ter\n'
  "$BIN/spool-put" -f a@far.test alice@example.test <<<$'To: alice@example.test\n\nx'
  "$BIN/smtp-send" --once 2>>"$SITE/log"
  [ "$(delivered alice)" -eq 1 ]
  grep -q 'deferred to=alice@example.test .*vacation ended with 75: .*not UTF-8' "$SITE/log"
  [ "$(queued)" -eq 1 ]
  printf 'Away.\n' >"$SITE/alice/.vacation.msg"
  "$BIN/spool" --spool "$SITE/spool" retry --all
  "$BIN/smtp-send" --once 2>>"$SITE/log"
  [ "$(delivered alice)" -eq 1 ]
  grep -rqx 'to: todo <a@far.test>' "$SITE/spool/queue"
}

@test "whoever takes over the process that reads the message gets at no file, program or process" {
  [ -z "${ASAN_OPTIONS:-}" ] || skip "a sanitizer wants to be loaded first"
  export INTRUDER_USERS="$SITE/users" INTRUDER_MAIL="$HOME/.vacation.msg" INTRUDER_NEW="$SITE/new" INTRUDER_PROGRAM="$SITE/program" INTRUDER_REPORT="$SITE/report"
  printf 'no program' >"$SITE/program"
  chmod 755 "$SITE/program"
  local tool attempt without
  for tool in vacation mdn; do
    for attempt in users mailbox create exec fork kill; do
      printf '%s\n' 'To: bob@example.test' 'Disposition-Notification-To: a@far.test' '' "INTRUDER:$attempt;" >"$SITE/message"
      for without in '' landlock,seccomp; do
        : >"$SITE/report"
        INTRUDER_WITHOUT=$without LD_PRELOAD="${INTRUDER:-$BIN/../intruder.so}" "$BIN/$tool" --print <"$SITE/message" >"$SITE/out" 2>&1 || true
        rm -f "$INTRUDER_NEW"
        [ -s "$SITE/report" ]
        # Where nothing holds him the attempt succeeds: it was made.
        if grep -qx "$attempt done" "$SITE/report"; then [ -n "$without" ]; else [ -z "$without" ]; fi ||
          { echo "$tool: $attempt${without:+ unconfined}: $(cat "$SITE/report")"; false; }
      done
    done
  done
}
