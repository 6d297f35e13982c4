# The scripts of inetd/filters with the real scanners: good mail goes through whole, GTUBE and EICAR do not, and without
# the scanner mail waits.
load site
load scanners

setup() { site; }
teardown() { no_scanner; }

gtube='XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X'
eicar='X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'

# through FILTER: what smtpd does with mail from now on.
through() { echo "filter = $SOURCE/inetd/filters/$1" >>"$TUBEPOST_CONF"; }

send() { smtp 'EHLO mx.b.test' 'MAIL FROM:<-a@b.test>' 'RCPT TO:<bob@example.test>' 'RCPT TO:<"a*b"+alice@example.test>' 'RCPT TO:<alice@example.test>' DATA "$@" . QUIT; }
good() { send 'Subject: hello' 'From: <a@b.test>' 'Date: Sat, 21 Nov 2026 14:00:00 +0000' 'Message-ID: <1@b.test>' '' 'just a few words' '.. a dot, and' 'X-Spam-Action: reject' ''; }

@test "rspamd adds its fields, and rejects GTUBE" {
  with_rspamd
  through rspamd
  run good
  [[ "$output" == *"250 2.0.0 queued"* ]] || { echo "$output"; false; }
  grep -rq '^X-Spam-Score: ' "$SITE/spool/queue"
  [ "$(sed '1,/^Subject/d; 1,/^$/d; /^end/,$d' "$SITE"/spool/queue/*/*.*.* | head -n4)" = $'just a few words\n. a dot, and\nX-Spam-Action: reject' ]
  grep -q 'rcpts: <bob@example.test,alice@example.test>' "$SITE/scanner.log"
  grep -q 'from: <-a@b.test>' "$SITE/scanner.log"
  run send 'Subject: x' '' "$gtube"
  [[ "$output" == *"554 5.7.1 the message looks like spam"* ]]
  # The way mail comes is no sign of spam.
  printf 'Subject: hello\n\nwords\n' | "$BIN/sendmail" bob
  ! grep -rq BROKEN_HEADERS "$SITE/spool/queue"
  run "$BIN/sendmail" bob@example.test < <(printf 'Subject: x\n\n%s\n' "$gtube")
  [ "$status" -eq 77 ]
  no_scanner
  run good
  [[ "$output" == *"451 4.7.1 "* ]]
  [ "$(queued)" -eq 2 ]
}

@test "SpamAssassin behind spamd adds its fields, and rejects GTUBE" {
  with_spamd
  through spamassassin
  run good
  [[ "$output" == *"250 2.0.0 queued"* ]] || { echo "$output"; false; }
  grep -rq '^X-Spam-Checker-Version' "$SITE/spool/queue"
  run send 'Subject: x' '' "$gtube"
  [[ "$output" == *"554 5.7.1 the message looks like spam"* ]]
  # What spamc takes for too large to be spam goes through as it is.
  { printf 'Subject: large\n\n'; yes 'the same again' | head -c 600000; echo; } >"$SITE/large"
  "$BIN/sendmail" bob@example.test <"$SITE/large"
  [ "$(queued)" -eq 2 ]
  no_scanner
  run good
  [[ "$output" == *"451 4.7.1 "* ]]
}

@test "SpamAssassin without a daemon" {
  command -v spamassassin >/dev/null || skip "no spamassassin here"
  through spamassassin
  export SPAMC='spamassassin -L -e' HOME="$SITE"
  run good
  [[ "$output" == *"250 2.0.0 queued"* ]]
  grep -rq '^X-Spam-Checker-Version' "$SITE/spool/queue"
  run send 'Subject: x' '' "$gtube"
  [[ "$output" == *"554 5.7.1 the message looks like spam"* ]]
}

@test "ClamAV behind clamd lets mail through as it is, and rejects EICAR" {
  with_clamd
  through clamav
  run good
  [[ "$output" == *"250 2.0.0 queued"* ]] || { echo "$output"; cat "$SITE/scanner.log"; false; }
  run send 'Subject: x' '' "$eicar"
  [[ "$output" == *"554 5.7.1 a virus was found in the message"* ]]
  # In a part, in base64, as it comes.
  run send 'Subject: x' 'MIME-Version: 1.0' 'Content-Type: application/octet-stream; name=x.com' 'Content-Transfer-Encoding: base64' '' "$(printf '%s' "$eicar" | base64 -w0)"
  [[ "$output" == *"554 5.7.1 a virus was found in the message"* ]]
  no_scanner
  run good
  [[ "$output" == *"451 4.7.1 "* ]]
  [ "$(queued)" -eq 1 ]
}

@test "ClamAV without a daemon" {
  local found
  finds clamscan /usr/bin "$PEERS/usr/bin"
  eicar_database "$SITE"
  through clamav
  export CLAMSCAN="${beside[*]} $found -d $SITE/eicar.ndb"
  run good
  [[ "$output" == *"250 2.0.0 queued"* ]]
  run send 'Subject: x' '' "$eicar"
  [[ "$output" == *"554 5.7.1 a virus was found in the message"* ]]
}
