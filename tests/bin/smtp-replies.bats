# Every reply code that smtpd(8) lists is said in the case it names, with the enhanced code of RFC 3463 beside it.
load site
load sasl

setup() {
  site
  echo 'far.test 127.0.0.1:9' >"$SITE/routes"
  greeting=('EHLO c' 'MAIL FROM:<a@b.test>')
  to_bob=("${greeting[@]}" 'RCPT TO:<bob@example.test>')
}

# options OPTION... -- CODES LINE...: smtpd so started says a reply that begins with CODES, "550 5.1.1 ", to the last line.
options() {
  local given=()
  while [ "$1" != -- ]; do given+=("$1") && shift; done
  local heard
  heard=$({ [ $# -lt 3 ] || printf '%s\r\n' "${@:3}"; } | timeout 20 "$BIN/smtpd" "${given[@]}" 2>>"$SITE/log" | tr -d '\r' | tail -n 1)
  [[ "$heard" == "$2"* ]] || { echo "to '${*: -1}': '$heard', not '$2'" && return 1; }
}
hears() { options -- "$@"; }
submits() { options --submission -- "$@"; }
plain() { printf '\0%s\0%s' "$1" "$2" | base64 -w0; }

@test "what a person asks: 211 214 250 252 502 504 550" {
  run smtp "${to_bob[@]}" 'HELP STATUS'
  [[ "$output" == *"211-2.0.0 mx.example.test "*"211-2.0.0 you are c"*"in the clear"*"nobody has logged in"*"211-2.0.0 a message from <a@b.test> to 1 recipients"*"211 2.0.0 0 errors of 20"* ]]
  hears '214 2.0.0 ' HELP
  hears '214 2.0.0 MAIL FROM:' 'HELP mail'
  hears '504 5.5.4 ' 'HELP xyzzy'
  hears '250 2.0.0 ' NOOP
  hears '252 2.5.2 ' 'VRFY bob'
  hears '502 5.5.1 ' 'EXPN bob'
  options --verify=yes -- '250 2.1.5 <bob@example.test>' 'VRFY bob'
  options --verify=yes -- '252 2.5.2 ' 'VRFY x@far.test'
  options --verify=yes -- '550 5.1.1 ' 'VRFY nobody'
  options --verify=yes -- '501 5.5.4 ' 'VRFY <a'
  options --expand=yes -- '250 2.1.5 <bob@example.test>' 'EXPN bob'
  options --expand=yes -- '550 5.1.1 ' 'EXPN nobody'
}

@test "the beginning and the end: 220 221 421" {
  hears '220 mx.example.test ' # no line at all
  hears '221 2.0.0 ' QUIT
  mkfifo "$SITE/silence"
  exec 7<>"$SITE/silence"
  run timeout 20 "$BIN/smtpd" --timeout=1 <"$SITE/silence"
  exec 7>&-
  [[ "$output" == *"421 4.4.2 "* ]]
  hears '421 4.7.0 ' $(printf 'X %.0s' {1..21})
  echo 'client 0.0.0.0/0 reject' >"$SITE/access"
  export PROTO=TCP TCPREMOTEIP=192.0.2.1
  options --access="$SITE/access" -- '554 ' # in place of the greeting
  options --access="$SITE/access" -- '503 5.7.1 ' 'EHLO c'
  options --access="$SITE/access" -- '221 2.0.0 ' QUIT
  echo 'client 0.0.0.0/0 defer' >"$SITE/access"
  options --access="$SITE/access" -- '421 4.7.1 mx.example.test not now, by a rule of this site' 'EHLO c'
}

@test "a message: 250 354 451 452 503 550 552 554" {
  hears '250 ' 'HELO c'
  hears '250 2.1.0 ' "${greeting[@]}"
  hears '250 2.1.5 ' "${to_bob[@]}"
  hears '354 ' "${to_bob[@]}" DATA
  hears '250 2.0.0 queued as ' "${to_bob[@]}" DATA x .
  hears '250 2.0.0 ' "${to_bob[@]}" RSET
  hears '503 5.5.1 ' 'MAIL FROM:<>'
  hears '503 5.5.1 ' 'EHLO c' 'RCPT TO:<bob@example.test>'
  hears '503 5.5.1 ' 'EHLO c' 'MAIL FROM:<> BODY=BINARYMIME' 'RCPT TO:<bob@example.test>' DATA
  hears '554 5.5.1 ' "${greeting[@]}" DATA
  hears '550 5.6.0 ' "${to_bob[@]}" DATA $'a\nb' .
  hears '550 5.6.0 ' "${to_bob[@]}" DATA $'a\rb' .
  hears '250 2.0.0 queued as ' "${to_bob[@]}" DATA "$(printf '%999s')" .
  options --max-size=2000 -- '552 5.3.4 ' "${to_bob[@]}" DATA "$(printf '%900s\r\n%900s\r\n%900s' a b c)" .
  options --max-size=2000 -- '552 5.3.4 ' 'EHLO c' 'MAIL FROM:<> SIZE=2001'
  options --max-hops=1 -- '554 5.4.6 ' "${to_bob[@]}" DATA 'Received: a' 'Received: b' '' .
  options --filter='/bin/sh /dev/null/none' -- '451 4.7.1 ' "${to_bob[@]}" DATA x .
  printf '#!/bin/sh\necho no >&2; exit 77\n' >"$SITE/no" && chmod 755 "$SITE/no"
  options --filter="$SITE/no" -- '554 5.7.1 no' "${to_bob[@]}" DATA x .
  hears '554 5.6.3 ' 'EHLO c' 'MAIL FROM:<> BODY=BINARYMIME' 'RCPT TO:<bob@example.test>' \
    $'BDAT 75 LAST\r\nContent-Type: multipart/mixed\r\nContent-Transfer-Encoding: binary\r\n\r\n12345'
  mapfile -t hundred < <(yes 'RCPT TO:<bob@example.test>' | head -n 100)
  options --max-recipients=100 -- '452 4.5.3 ' "${to_bob[@]}" "${hundred[@]}"
  rm -r "$SITE/spool/queue"
  hears '451 4.3.0 ' "${to_bob[@]}" DATA
}

@test "syntax: 500 501 555" {
  hears '500 5.5.1 ' XYZZY
  hears '500 5.5.1 ' 'LHLO c'
  hears '500 5.5.2 ' "NOOP $(printf '%3000s' | tr ' ' x)"
  hears '501 5.5.4 ' EHLO
  hears '501 5.5.4 ' 'EHLO c' 'MAIL <a@b.test>'
  hears '501 5.1.7 ' 'EHLO c' 'MAIL FROM:<a@b..test>'
  hears '501 5.1.3 ' "${greeting[@]}" 'RCPT TO:<bob@example.test'
  hears '501 5.1.3 ' "${greeting[@]}" 'RCPT TO:<>'
  hears '501 5.5.4 ' 'EHLO c' 'MAIL FROM:<a@b.test> SIZE=x'
  hears '501 5.5.4 ' 'EHLO c' 'BDAT -1'
  hears '555 5.5.4 ' 'EHLO c' 'MAIL FROM:<a@b.test> XYZZY=1'
  hears '555 5.5.4 ' 'EHLO c' 'MAIL FROM:<a@b.test> REQUIRETLS'
  hears '555 5.5.4 ' 'EHLO c' 'MAIL FROM:<a@b.test> HOLDFOR=60'
  hears '555 5.5.4 ' "${greeting[@]}" 'RCPT TO:<bob@example.test> XYZZY=1'
  hears '555 5.5.4 ' 'HELO c' 'MAIL FROM:<a@b.test> SIZE=1'
}

@test "who gets mail: 251 450 550 551 553 556" {
  echo "aliases = $SITE/aliases
access = $SITE/access" >>"$TUBEPOST_CONF"
  printf '%s\n' 'elsewhere: x@far.test' 'list: bob, x@far.test' >"$SITE/aliases"
  printf '%s\n' 'recipient old@example.test moved new@far.test' 'recipient later@example.test defer' 'recipient alice@example.test reject not her' >"$SITE/access"
  echo 'later: bob' >>"$SITE/aliases"
  echo 'silent.test .' >>"$SITE/routes"
  hears '550 5.1.1 ' "${greeting[@]}" 'RCPT TO:<nobody@example.test>'
  hears '550 5.7.1 relaying denied' "${greeting[@]}" 'RCPT TO:<x@far.test>'
  hears '550 5.7.1 not her' "${greeting[@]}" 'RCPT TO:<alice@example.test>'
  hears '450 4.7.1 ' "${greeting[@]}" 'RCPT TO:<later@example.test>'
  hears '551 5.1.6 has moved, please try <new@far.test>' "${greeting[@]}" 'RCPT TO:<OLD@example.test>'
  options --relay -- '550 5.4.4 ' "${greeting[@]}" 'RCPT TO:<x@nowhere.test>'
  options --relay -- '556 5.1.10 ' "${greeting[@]}" 'RCPT TO:<x@silent.test>'
  hears '250 2.1.5 ' "${greeting[@]}" 'RCPT TO:<elsewhere@example.test>'
  options --verify=yes -- '251 2.1.5 not here, will forward to <x@far.test>' "${greeting[@]}" 'RCPT TO:<elsewhere@example.test>'
  options --verify=yes -- '250 2.1.5 ' "${greeting[@]}" 'RCPT TO:<list@example.test>'
  options --verify=yes -- '251 2.1.5 not here, will forward to <x@far.test>' 'VRFY elsewhere@example.test'
  options --verify=yes -- '551 5.1.6 ' 'VRFY old@example.test'
  hears '553 5.6.7 ' 'EHLO c' $'MAIL FROM:<gr\303\274@b.test>'
  hears '553 5.6.7 ' "${greeting[@]}" $'RCPT TO:<gr\303\274@example.test>'
  export PROTO=TCP TCPREMOTEIP=192.0.2.1
  options --messages-per-minute=1 -- '450 4.7.0 ' "${greeting[@]}" RSET 'MAIL FROM:<a@b.test>'
  options --recipients-per-minute=1 -- '452 4.7.0 ' "${to_bob[@]}" 'RCPT TO:<bob@example.test>'
  options --helo-check=yes -- '550 5.7.1 ' 'EHLO c'
  echo 'recipient old@example.test moved nowhere' >"$SITE/wrong"
  run "$BIN/smtpd" --check --access="$SITE/wrong"
  [ "$status" -eq 78 ]
  [[ "$output" == *"'nowhere' is no address to move to"* ]]
}

@test "logging in: 235 334 454 500 501 502 503 504 530 534 535 538 550 554" {
  with_sasl
  chmod 755 "$BATS_TEST_TMPDIR" "$SITE" || true
  good="AUTH PLAIN $(plain bob secret)"
  wrong="AUTH PLAIN $(plain bob wrong)"
  submits '235 2.7.0 ' 'EHLO c' "$good"
  submits '334 ' 'EHLO c' 'AUTH PLAIN'
  submits '535 5.7.8 ' 'EHLO c' "$wrong"
  submits '421 4.7.0 ' 'EHLO c' "$wrong" "$wrong" "$wrong"
  submits '501 5.5.2 ' 'EHLO c' 'AUTH PLAIN' '*'
  submits '501 5.5.2 ' 'EHLO c' 'AUTH PLAIN !'
  submits '501 5.5.4 ' 'EHLO c' 'AUTH'
  submits '500 5.5.6 ' 'EHLO c' 'AUTH PLAIN' "$(printf '%20000s' | tr ' ' A)"
  submits '503 5.5.1 ' "$good"
  submits '503 5.5.1 ' 'EHLO c' "$good" "$good"
  submits '504 5.5.4 ' 'EHLO c' 'AUTH XYZZY'
  submits '534 5.7.9 ' 'EHLO c' 'AUTH CRAM-MD5'
  submits '530 5.7.0 ' "${greeting[@]}"
  submits '554 5.1.2 ' 'EHLO c' "$good" 'MAIL FROM:<bob@example.test>' 'RCPT TO:<x@single>'
  submits '501 5.1.2 ' 'EHLO c' "$good" 'MAIL FROM:<bob@example.test>' 'RCPT TO:<x@1.2.3.4>'
  submits '550 5.7.1 this sender is not yours' 'EHLO c' "$good" 'MAIL FROM:<alice@example.test>'
  hears '502 5.5.1 ' 'EHLO c' "$good"
  hears '502 5.5.1 ' 'EHLO c' STARTTLS
  # Where TLS can be had, and has not begun; and where it cannot.
  UCSPITLS= SSLCTLFD=6 SSLREADFD=7 SSLWRITEFD=8 PROTO=TCP TCPREMOTEIP=192.0.2.1 submits '538 5.7.11 ' 'EHLO c' "$good" 6</dev/null 7</dev/null 8>/dev/null
  PROTO=TCP TCPREMOTEIP=192.0.2.1 submits '502 5.5.1 ' 'EHLO c' "$good"
  options --submission --libexec=/nonexistent -- '454 4.7.0 ' 'EHLO c' "$good"
}

# in_small SIZE SCRIPT: with a spool on a tmpfs of that size.
in_small() {
  may_go_apart
  apart bash -eu -c 'mount -t tmpfs -o "size=$1" none "$SITE/spool"; cp -r "$SOURCE"/spool/* "$SITE/spool"; eval "$2"' sh "$@"
}

@test "what the disk has no room for: 452 455" {
  with_passwords
  chmod 755 "$BATS_TEST_TMPDIR" "$SITE" || true
  lines=('EHLO c' "AUTH PLAIN $(plain bob secret)" 'MAIL FROM:<bob@example.test> SIZE=2000000' 'MAIL FROM:<bob@example.test> HOLDFOR=60' RSET)
  printf '%s\r\n' "${lines[@]}" >"$SITE/lines"
  run in_small 1m '"$BIN/smtpd" --submission <"$SITE/lines" 2>/dev/null'
  [[ "$output" == *"452 4.3.1 no room for it now"*"250 2.1.0 "* ]]
  run in_small 1m 'head -c 990k /dev/zero >"$SITE/spool/filler"; "$BIN/smtpd" --submission <"$SITE/lines" 2>/dev/null'
  [[ "$output" == *"452 4.3.1 "*"455 4.3.1 no room to hold messages back now"* ]]
}

@test "smtpd(8) lists the codes that are tried here, and no others" {
  listed=$(sed -n '/^\.Ss Replies/,/^\.S[hs] [^R]/p' "$SOURCE/bin/smtpd.8" | grep -oE '^\.It [0-9]{3}' | cut -c5- | sort -u)
  tried=$(grep -oE "'[2-5][0-9]{2} |\"[2-5][0-9]{2}[ -]" "$BATS_TEST_FILENAME" | grep -oE '[0-9]{3}' | sort -u)
  diff <(echo "$listed") <(echo "$tried")
}
