# smtp-send to other mail systems of Debian that take mail: postfix, opensmtpd, dovecot.
load site
load peers

setup() { site; }
teardown() { peer_down; }

put() { "$BIN/spool-put" -f alice@example.test "$@"; }
once() { run "$BIN/smtp-send" --once; }
trusting="tls=verify ca=$BATS_TEST_TMPDIR/site/crt"

# arrived USER: the bodies in the mailbox, once as many as wanted are there: a host may take its time after its 250.
arrived() { # USER COUNT
  local box=$FILES/mail/$1 found=()
  for _ in $(seq 1000); do
    mapfile -t found < <(find "$box" -type f -path '*/new/*')
    [ "${#found[@]}" -lt "$2" ] || break
    python3 -c 'import select; select.select([], [], [], 0.01)'
  done
  [ "${#found[@]}" -eq "$2" ] && for one in "${found[@]}"; do sed '1,/^$/d' "$one"; done
}

@test "postfix takes messages over TLS that is verified, the large one in chunks; who is unknown is returned" {
  postfix "$trusting"
  { printf 'Subject: large\n\n.dot\n'; head -c 1500000 /dev/zero | tr '\0' y | fold -w 70; echo; } >"$SITE/message"
  put bob@far.test nobody@far.test <"$SITE/message"
  put carol@far.test <<<$'Subject: small\n\n.\n..'
  once
  [[ "$output" == *" delivered to=bob@far.test "*" tls=\"TLSv1.3 "*" verified\" "* ]]
  [[ "$output" == *" delivered to=carol@far.test "* ]]
  [[ "$output" == *" failed to=nobody@far.test status=5.1.1 "* ]]
  arrived bob 1 | cmp - <(sed '1,/^$/d' "$SITE/message")
  [ "$(arrived carol 1)" = $'.\n..' ]
  [ "$(grep -c 'disconnect from .* mail=2 .* bdat=' "$FILES/log")" -eq 1 ]
}

@test "postfix takes sixty recipients of a transaction: the others follow at once, nobody gets it twice" {
  postfix '' 'smtpd_recipient_limit = 60' 'smtpd_recipient_overshoot_limit = 1000'
  put $(seq -f 'user%g@far.test' 150) <<<$'Subject: x\n\nhello'
  once
  [ "$(grep -c ' delivered to=' <<<"$output")" -eq 150 ]
  [ "$(arrived user 150 | sort | uniq -c | tr -s ' ')" = ' 150 hello' ]
}

@test "postfix and letters of the world: 8-bit as it is, SMTPUTF8 where it is offered, else returned" {
  postfix '' 'smtputf8_enable = yes'
  printf 'Subject: gr\303\274n\n\nb\303\270b\n' >"$SITE/message"
  put bøb@far.test <"$SITE/message"
  once
  [[ "$output" == *" delivered to=bøb@far.test "* ]]
  [ "$(arrived bøb 1)" = bøb ]
  peer_ends
  sed -i 's/^smtputf8_enable.*/smtputf8_enable = no/' "$FILES/etc/main.cf"
  peer_again
  put bøb@far.test <"$SITE/message"
  once
  [[ "$output" == *" failed to=bøb@far.test status=5.6.7 "* ]]
}

@test "postfix says how large a message may be: a larger one is not even sent" {
  postfix '' 'message_size_limit = 3000'
  head -c 5000 /dev/zero | tr '\0' x | fold -w 70 | put bob@far.test
  once
  [[ "$output" == *" failed to=bob@far.test status=5.3.4 "* ]]
  ! grep -q 'mail=1' "$FILES/log"
}

@test "opensmtpd, without PIPELINING: who is there gets it, who is unknown is returned" {
  opensmtpd ''
  printf 'Subject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n.gr\303\274n\n' >"$SITE/message"
  put bob@far.test nobody@far.test carol@far.test <"$SITE/message"
  put bob@far.test <"$SITE/message"
  once
  [ "$(grep -c ' delivered to=' <<<"$output")" -eq 3 ]
  [[ "$output" == *" failed to=nobody@far.test status=5."* ]]
  [ "$(arrived bob 2)" = $'.grün\n.grün' ]
  [ "$(arrived carol 1)" = .grün ]
}

@test "dovecot by LMTP over TLS that is verified: each recipient has an answer of its own" {
  dovecot "lmtp $trusting"
  # Where the mailbox would be.
  echo x >"$FILES/mail/carol"
  put bob@far.test nobody@far.test carol@far.test <<<$'Subject: x\n\n.dot\ngr\303\274n'
  once
  [[ "$output" == *" delivered to=bob@far.test status=2.0.0 "*" verified\" "* ]]
  [[ "$output" == *" failed to=nobody@far.test status=5.1.1 "* ]]
  [[ "$output" == *" deferred to=carol@far.test status=4."* ]]
  [ "$(arrived bob 1)" = $'.dot\ngrün' ]
  [ "$(queued)" -eq 2 ]
}
