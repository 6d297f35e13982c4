load site

setup() { site; }

# filter NAME: a program made of standard input, the next one that messages go through.
filter() {
  cat >"$SITE/$1"
  chmod +x "$SITE/$1"
  echo "filter = $SITE/$1 ${2:-}" >>"$TUBEPOST_CONF"
}

send() { smtp 'EHLO c' 'MAIL FROM:<a@b.test>' 'RCPT TO:<bob@example.test>' 'RCPT TO:<alice@example.test>' DATA "$@" . QUIT; }

@test "a message goes through the filters in their order, and they see the envelope" {
  filter one "it's \$HOME" <<'SH'
#!/bin/sh
printf 'X-One: %s|%s|%s|%s|%s\n' "$1 $2" "$SENDER" "$(echo $RECIPIENT)" "$TCPREMOTEIP" "$AUTH_USER"
exec cat
SH
  filter two <<'SH'
#!/bin/sh
exec sed '1s/^X-One/X-Two/'
SH
  run send 'Subject: hi' '' body
  [ "$status" -eq 0 ]
  [[ "$output" == *"250 2.0.0 queued as "* ]]
  grep -rqxF "X-Two: it's \$HOME|a@b.test|bob@example.test alice@example.test|unknown|" "$SITE/spool/queue"
  grep -rqx 'Received: from c .*' "$SITE/spool/queue"
  grep -rqx body "$SITE/spool/queue"
  "$BIN/spool" check
}

@test "77 rejects with the first line of what the filter says, 75 and all else defer" {
  filter no <<'SH'
#!/bin/sh
printf 'no such words here\nsecond\n' >&2
exit 77
SH
  run send x
  [[ "$output" == *"554 5.7.1 no such words here"* ]]
  [ "$(queued)" -eq 0 ]
  local end
  for end in 'exit 75' 'exit 1' 'kill -9 $$'; do
    printf '#!/bin/sh\n%s\n' "$end" >"$SITE/no"
    run send x
    [[ "$output" == *"451 4.7.1 "* ]]
    [ "$(queued)" -eq 0 ]
  done
}

@test "a filter that hangs or writes without end is stopped" {
  filter hang <<'SH'
#!/bin/sh
exec tail -f /dev/null
SH
  echo 'filter-timeout = 1' >>"$TUBEPOST_CONF"
  run send x
  [[ "$output" == *"451 4.7.1 "* ]]
  printf '%s\n' '#!/bin/sh' 'exec yes' >"$SITE/hang"
  echo 'max-size = 2000' >>"$TUBEPOST_CONF"
  run send x
  [[ "$output" == *"451 4.7.1 "* ]]
  [ "$(queued)" -eq 0 ]
}

@test "two messages on one connection are two, in chunks too" {
  filter same <<'SH'
#!/bin/sh
exec cat
SH
  run bash -c 'printf "EHLO c\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\nlonger than the next\r\n.\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<alice@example.test>\r\nBDAT 9\r\n\r\nchunk\r\nBDAT 3\r\nab\rBDAT 1 LAST\r\n\nQUIT\r\n" | "$BIN/smtpd"'
  [ "$(grep -c '^250 2.0.0 queued' <<<"$output")" -eq 2 ]
  "$BIN/smtp-send" --once
  [ "$(sed '1,/^$/d' "$SITE"/alice/Maildir/new/*)" = $'chunk\nab' ]
  [ "$(tail -n1 "$SITE"/bob/Maildir/new/*)" = 'longer than the next' ]
}

@test "look-alikes of the end that a filter writes stay in one message or are not taken" {
  local text
  filter forge <<'SH'
#!/bin/sh
cat >/dev/null
printf "$(cat "${0%/*}/text")"
SH
  for text in 'x\n.\nMAIL FROM:<evil@b.test>\n' 'x\r\n.\r\nMAIL FROM:<evil@b.test>\r\n' 'x\n.\r\nMAIL FROM:<evil@b.test>\n'; do
    printf '%s' "Subject: s\\n\\n$text" >"$SITE/text"
    run send x
    [[ "$output" == *"250 2.0.0 queued"* ]]
  done
  for text in 'x\r.\rMAIL' 'x\r\n\r.\r\n' 'x\n.\rMAIL' 'x\r\r\n.\r\n' 'x\r'; do
    printf '%s' "Subject: s\\n\\n$text" >"$SITE/text"
    run send x
    [[ "$output" == *"451 4.7.1 "* ]]
  done
  [ "$(queued)" -eq 3 ]
  ! grep -rq "$(printf '\r')" "$SITE/spool/queue"
  "$BIN/smtp-send" --once
  [ "$(delivered bob)" -eq 3 ]
}

@test "filters are programs with whole paths, said before anything starts" {
  echo 'filter = cat' >>"$TUBEPOST_CONF"
  run "$BIN/smtpd" --check
  [ "$status" -eq 78 ]
  [[ "$output" == *"filter: a program with its whole path expected"* ]]
  sed -i '$d' "$TUBEPOST_CONF"
  echo 'filter = /nonexistent/filter' >>"$TUBEPOST_CONF"
  run "$BIN/smtpd" --check
  [ "$status" -eq 78 ]
}

@test "the script for SpamAssassin lets mail through and rejects GTUBE" {
  command -v spamassassin >/dev/null || skip "no spamassassin here"
  echo "filter = $SOURCE/inetd/filters/spamassassin" >>"$TUBEPOST_CONF"
  export SPAMC='spamassassin -L -e' HOME="$SITE"
  run send 'Subject: hello' 'From: <a@b.test>' '' 'just a few words'
  [[ "$output" == *"250 2.0.0 queued"* ]]
  grep -rq '^X-Spam-Checker-Version' "$SITE/spool/queue"
  run send 'Subject: x' '' 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X'
  [[ "$output" == *"554 5.7.1 the message looks like spam"* ]]
}

@test "the script for ClamAV lets mail through and rejects EICAR" {
  command -v clamscan >/dev/null || skip "no clamscan here"
  # The signature of EICAR alone: the whole database takes a minute to load and must be fetched first.
  printf 'Eicar-Test:0:*:58354f2150254041505b345c505a58353428505e2937434329377d2445494341522d5354414e444152442d414e544956495255532d544553542d46494c452124482b482a\n' >"$SITE/eicar.ndb"
  echo "filter = $SOURCE/inetd/filters/clamav" >>"$TUBEPOST_CONF"
  export CLAMSCAN="clamscan -d $SITE/eicar.ndb"
  run send 'Subject: hello' '' 'just a few words'
  [[ "$output" == *"250 2.0.0 queued"* ]]
  run send 'Subject: x' '' 'X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'
  [[ "$output" == *"554 5.7.1 a virus was found in the message"* ]]
}
