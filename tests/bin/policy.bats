# Who may send what to whom, a rule a test. What filters, proxies and the DNS have to say is in files of their own.
load site

setup() {
  site
  echo 'far.test 127.0.0.1:1' >"$SITE/routes"
  echo 'tarpit = 0' >>"$TUBEPOST_CONF"
}

# from ADDRESS LINES...: what a client with this address hears.
from() {
  local address=$1
  shift
  printf '%s\r\n' "$@" | PROTO=TCP TCPREMOTEIP=$address "$BIN/smtpd" ${submission:+--submission}
}

# replies RECIPIENT...: the codes that a stranger hears for each of them.
replies() {
  local one lines=('EHLO mx.b.test' 'MAIL FROM:<a@b.test>')
  for one in "$@"; do lines+=("RCPT TO:<$one>"); done
  from 192.0.2.9 "${lines[@]}" QUIT | sed -n '/sender ok/,$p' | sed '1d;$d' | cut -d' ' -f1,2 | tr '\n' ','
}

deliver() { "$BIN/smtp-send" --once 2>>"$SITE/log"; }

@test "local domains: each of the file, in any case, with comments, and no part of another" {
  printf '%s\n' '# ours' ' Other.test ' >>"$SITE/domains"
  [ "$(replies bob@example.test bob@OTHER.test bob@sub.example.test bob@ample.test bob@b.test)" = '250 2.1.5,250 2.1.5,550 5.7.1,550 5.7.1,550 5.7.1,' ]
}

@test "relay by network: who is in it sends anywhere there is a route, and nobody else" {
  printf '%s\n' 'relay-network = 198.51.100.0/24' 'relay-network = 2001:db8::/32' >>"$TUBEPOST_CONF"
  local address
  for address in 198.51.100.7 2001:db8::7; do
    run from "$address" 'EHLO c.b.test' 'MAIL FROM:<a@b.test>' 'RCPT TO:<x@far.test>' 'RCPT TO:<x@nowhere.test>' QUIT
    [[ "$output" == *'250 2.1.5 '*'550 5.4.4 '* ]]
  done
  for address in 198.51.101.7 2001:db9::7 192.0.2.9; do
    run from "$address" 'EHLO c.b.test' 'MAIL FROM:<a@b.test>' 'RCPT TO:<x@far.test>' QUIT
    [[ "$output" == *'550 5.7.1 '* ]]
  done
}

@test "relay by login: who has logged in sends anywhere there is a route, and nobody else" {
  with_passwords
  echo 'auth-without-tls = yes' >>"$TUBEPOST_CONF"
  submission=yes
  run from 192.0.2.9 'EHLO c' "AUTH PLAIN $(printf '\0bob\0secret' | base64)" 'MAIL FROM:<bob@example.test>' 'RCPT TO:<x@far.test>' QUIT
  [[ "$output" == *'235 2.7.0 '*'250 2.1.5 '* ]]
  run from 192.0.2.9 'EHLO c' "AUTH PLAIN $(printf '\0bob\0wrong' | base64)" 'MAIL FROM:<bob@example.test>' 'RCPT TO:<x@far.test>' QUIT
  [[ "$output" == *'535 5.7.8 '*'530 5.7.0 '* ]]
  [[ "$output" != *'250 2.1.'* ]]
}

@test "an unknown user is refused before DATA, and with him DATA" {
  run from 192.0.2.9 'EHLO mx.b.test' 'MAIL FROM:<a@b.test>' 'RCPT TO:<nobody@example.test>' DATA QUIT
  [[ "$output" == *'550 5.1.1 '* ]]
  [[ "$output" != *'354 '* ]]
}

@test "aliases: a name at any domain, at one, several targets, and one behind another" {
  echo other.test >>"$SITE/domains"
  printf '%s\n' 'team: alice, bob' 'info@other.test: bob' 'boss: team' >"$SITE/aliases"
  echo "aliases = $SITE/aliases" >>"$TUBEPOST_CONF"
  [ "$(replies team@example.test Team@other.test info@other.test info@example.test boss@example.test)" = '250 2.1.5,250 2.1.5,250 2.1.5,550 5.1.1,250 2.1.5,' ]
  from 192.0.2.9 'EHLO mx.b.test' 'MAIL FROM:<a@b.test>' 'RCPT TO:<boss@example.test>' DATA 'Subject: x' '' . QUIT
  deliver
  deliver
  [ "$(delivered alice) $(delivered bob)" = '1 1' ]
}

@test "catch-all: everybody who is nobody, after all other rules" {
  [ "$(replies x@example.test)" = '550 5.1.1,' ]
  echo 'catch-all = alice' >>"$TUBEPOST_CONF"
  [ "$(replies x@example.test bob@example.test x@b.test)" = '250 2.1.5,250 2.1.5,550 5.7.1,' ]
  from 192.0.2.9 'EHLO mx.b.test' 'MAIL FROM:<a@b.test>' 'RCPT TO:<x@example.test>' 'RCPT TO:<bob@example.test>' DATA 'Subject: x' '' . QUIT
  deliver
  [ "$(delivered alice) $(delivered bob)" = '1 1' ]
}

@test "a name that no host can have, and words that are no options, are refused before anything is served" {
  for wrong in 'a b' grüße.test '' mx.test. -x; do
    run "$BIN/smtpd" --hostname="$wrong" --check
    [ "$status" -eq 64 ]
    [[ "$output" == *"hostname: '"*"is no name of a host in ASCII"* ]]
  done
  for right in MX.Example.test '[192.0.2.1]' host_1; do "$BIN/smtpd" --hostname="$right" --check; done
  for server in smtpd imapd pop3d; do
    run "$BIN/$server" submission </dev/null
    [ "$status" -eq 64 ]
    [[ "$output" == *"unexpected operand 'submission'"* ]]
  done
  # As --help says of each: empty is none.
  "$BIN/smtpd" --catch-all= --subaddress= --srs-secret= --counts= --check
}

@test "a catch-all for a name that nobody has is a wrong configuration" {
  for wrong in nobody nobody@example.test alice2+x; do
    run "$BIN/smtpd" --catch-all "$wrong" --check
    [ "$status" -eq 78 ]
    [[ "$output" == *"catch-all: is for a name that nobody here has"* ]]
  done
  echo '@example.test: alice' >"$SITE/whole"
  "$BIN/smtpd" --aliases "$SITE/whole" --catch-all x@example.test --check
  for right in alice ALICE@example.test postmaster x@far.test; do "$BIN/smtpd" --catch-all "$right" --check; done
}

@test "who may write into the spool's folders and not read them cannot take mail, and hears it at once" {
  [ "$(id -u)" -eq 0 ] || skip "only root can be somebody else"
  chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_TEST_TMPDIR" "$SITE" "$SITE"/spool{,/queue}
  chmod 1733 "$SITE"/spool/queue/?
  run "$BIN/smtpd" --smtpd-user=nobody --check
  [ "$status" -eq 78 ]
  [[ "$output" == *"spool: "*"/queue/0: Permission denied"* ]]
  chmod 1777 "$SITE"/spool/queue/?
  "$BIN/smtpd" --smtpd-user=nobody --check
}

@test "catch-all of one domain: an alias for the domain" {
  echo other.test >>"$SITE/domains"
  echo '@other.test: bob' >"$SITE/aliases"
  echo "aliases = $SITE/aliases" >>"$TUBEPOST_CONF"
  [ "$(replies x@other.test x@example.test)" = '250 2.1.5,550 5.1.1,' ]
}

# extended EXTENDED REPLY: what becomes of bob with an extension.
extended() {
  [ "$(replies "$1@example.test")" = "$2," ]
  [ "$2" = '250 2.1.5' ] || return 0
  from 192.0.2.9 'EHLO mx.b.test' 'MAIL FROM:<a@b.test>' "RCPT TO:<$1@example.test>" DATA 'Subject: x' '' . QUIT
  deliver
  grep -rqx "Delivered-To: $1@example.test" "$SITE/bob/Maildir/new"
}

@test "user+ext is the user, unless the configuration says otherwise" {
  extended bob+list '250 2.1.5'
  extended Bob+a+b '250 2.1.5'
  extended nobody+list '550 5.1.1'
  extended +list '550 5.1.1'
  echo 'subaddress = -' >>"$TUBEPOST_CONF"
  extended bob+list '550 5.1.1'
}

@test "user-ext is the user, unless the configuration says otherwise, or there is a user of that name" {
  extended bob-list '250 2.1.5'
  extended nobody-list '550 5.1.1'
  mkdir "$SITE/bob-list"
  echo "bob-list:*:$(id -u):$(id -g)::$SITE/bob-list::" >>"$SITE/users"
  from 192.0.2.9 'EHLO mx.b.test' 'MAIL FROM:<a@b.test>' 'RCPT TO:<bob-list@example.test>' DATA 'Subject: x' '' . QUIT
  deliver
  [ "$(delivered bob-list) $(delivered bob)" = '1 1' ]
  sed -i '$d' "$SITE/users"
  echo 'subaddress = +' >>"$TUBEPOST_CONF"
  extended bob-list '550 5.1.1'
}

# rules LINE...: the access file.
rules() {
  printf '%s\n' "$@" >"$SITE/access"
  echo "access = $SITE/access" >>"$TUBEPOST_CONF"
}

# senders ADDRESS...: the codes that a stranger hears for MAIL FROM each of them.
senders() {
  local one lines=('HELO mx.b.test')
  for one in "$@"; do lines+=("MAIL FROM:<$one>" RSET); done
  from 192.0.2.9 "${lines[@]}" QUIT | sed '1,2d;$d' | sed -n 'p;n' | cut -d' ' -f1,2 | tr '\n' ','
}

@test "access by sender: an address, a name anywhere, a domain, all below it, none" {
  rules 'sender good@spam.test ok' 'sender spam@b.test reject' 'sender news@ defer' 'sender @only.test reject' 'sender spam.test reject' 'sender <> reject'
  [ "$(senders good@spam.test Spam@B.test a@b.test news@c.test a@only.test a@x.only.test a@spam.test a@x.spam.test a@notspam.test '')" = \
    '250 2.1.0,550 5.7.1,250 2.1.0,450 4.7.1,550 5.7.1,250 2.1.0,550 5.7.1,550 5.7.1,250 2.1.0,550 5.7.1,' ]
}

@test "access by recipient: one is refused, the others are not" {
  rules 'recipient bob@example.test reject not him' 'recipient alice@ defer'
  [ "$(replies bob@example.test BOB@Example.test alice@example.test postmaster@example.test)" = '550 5.7.1,550 5.7.1,450 4.7.1,250 2.1.5,' ]
}

@test "access by client: a network, but for one of it" {
  rules 'client 192.0.2.1 ok' 'client 192.0.2.0/24 reject' 'client 2001:db8::/32 defer'
  run from 192.0.2.1 QUIT
  [[ "$output" == *'220 '* ]]
  run from 192.0.2.9 QUIT
  [[ "$output" == *'554 '* ]]
  run from 2001:db8::9 QUIT
  [[ "$output" == *'450 '* || "$output" == *'421 '* ]]
  [[ "$output" != *'220 '* ]]
}

@test "HELO check: a whole name, or an address in brackets" {
  echo 'helo-check = yes' >>"$TUBEPOST_CONF"
  local name
  for name in mx.b.test '[192.0.2.9]' '[IPv6:2001:db8::9]'; do
    run from 192.0.2.9 "HELO $name" QUIT
    [[ "$output" == *'250 mx.example.test'* ]]
  done
  for name in desktop localhost 192.0.2.9 '[nonsense]' b..test; do
    run from 192.0.2.9 "HELO $name" 'MAIL FROM:<a@b.test>' QUIT
    [[ "$output" == *$'\n'[45]* ]]
    [[ "$output" != *'250 2.1.0'* ]] || { echo "$name"; false; }
  done
}

@test "HELO check: not of users, whom only the rules bind" {
  echo 'helo-check = yes' >>"$TUBEPOST_CONF"
  rules 'helo bad reject'
  submission=yes
  run from 192.0.2.9 'EHLO desktop' QUIT
  [[ "$output" == *'250-mx.example.test'* ]]
  run from 192.0.2.9 'EHLO bad' QUIT
  [[ "$output" == *'550 5.7.1 '* ]]
  submission=
  run from 192.0.2.9 'EHLO desktop' QUIT
  [[ "$output" == *'550 5.7.1 '* ]]
}

@test "HELO by rules: a name, and all names below another" {
  rules 'helo friend.bad.test ok' 'helo .bad.test reject' 'helo worse.test defer'
  local row
  for row in friend.bad.test:250 mx.bad.test:550 bad.test:250 worse.test:450 mx.worse.test:250; do
    run from 192.0.2.9 "HELO ${row%:*}" QUIT
    [[ "$output" == *$'\n'"${row#*:} "* ]] || { echo "$row: $output"; false; }
  done
}

# heard N LINE...: what N connections, open at once from loopback, to an smtpd that accepts them hear at first and to each
# line.
heard() {
  python3 - "$BIN/smtpd" "$@" <<'PY'
import os, signal, socket, sys
listening = socket.create_server(("127.0.0.1", 0))
child = os.fork()
if child == 0:
    os.dup2(listening.fileno(), 3)
    os.set_inheritable(3, True)
    os.environ["LISTEN_FDS"], os.environ["LISTEN_PID"] = "1", str(os.getpid())
    os.execv(sys.argv[1], sys.argv[1:2])
opened = []
try:
    for number in range(int(sys.argv[2])):
        opened.append(socket.create_connection(listening.getsockname()))
        heard = opened[-1].makefile("rb")
        print(heard.readline().decode(), end="")
        try:
            for line in sys.argv[3:]:
                opened[-1].sendall(line.encode() + b"\r\n")
                print(heard.readline().decode(), end="")
        except ConnectionError:
            pass  # it has hung up
finally:
    os.kill(child, signal.SIGTERM)
    os.waitpid(child, 0)
PY
}

@test "connections of one source at once" {
  echo 'max-connections-per-source = 3' >>"$TUBEPOST_CONF"
  run heard 5
  [ "$(grep -c '^220 ' <<<"$output")" -eq 3 ]
  [ "$(grep -c '^421 4.3.2 ' <<<"$output")" -eq 2 ]
}

# The clock may begin a new minute in the middle, and then twice as much is taken.
@test "connections of one source a minute" {
  echo 'connections-per-minute = 3' >>"$TUBEPOST_CONF"
  run heard 8
  [ "$(grep -c '^220 ' <<<"$output")" -ge 3 ]
  [ "$(grep -c '^421 4.3.2 ' <<<"$output")" -ge 2 ]
}

@test "messages of one source a minute, over all its connections" {
  echo 'messages-per-minute = 3' >>"$TUBEPOST_CONF"
  run heard 8 'HELO mx.b.test' 'MAIL FROM:<a@b.test>'
  [ "$(grep -c '^250 2.1.0' <<<"$output")" -ge 3 ]
  [ "$(grep -c '^450 4.7.0 ' <<<"$output")" -ge 2 ]
}

@test "recipients of one source a minute, over all its connections" {
  echo 'recipients-per-minute = 3' >>"$TUBEPOST_CONF"
  run heard 8 'HELO mx.b.test' 'MAIL FROM:<a@b.test>' 'RCPT TO:<bob@example.test>'
  [ "$(grep -c '^250 2.1.5' <<<"$output")" -ge 3 ]
  [ "$(grep -c '^452 4.7.0 ' <<<"$output")" -ge 2 ]
}

@test "one source has its limits, and another its own" {
  echo 'messages-per-minute = 1' >>"$TUBEPOST_CONF"
  run from 192.0.2.9 'HELO mx.b.test' 'MAIL FROM:<a@b.test>' RSET 'MAIL FROM:<a@b.test>' RSET 'MAIL FROM:<a@b.test>' QUIT
  [ "$(grep -c '^450 4.7.0 ' <<<"$output")" -ge 1 ]
  rules 'client 192.0.2.9 ok'
  run from 192.0.2.9 'HELO mx.b.test' 'MAIL FROM:<a@b.test>' RSET 'MAIL FROM:<a@b.test>' RSET 'MAIL FROM:<a@b.test>' QUIT
  [ "$(grep -c '^450 4.7.0 ' <<<"$output")" -eq 0 ]
}

@test "tarpit: each error waits longer than the last, up to the limit, and a neighbour does not wait" {
  echo 'tarpit = 5' >>"$TUBEPOST_CONF"
  local before=$SECONDS errors=()
  for _ in 1 2 3 4 5; do errors+=(XXXX); done
  before=$(date +%s%N)
  from 192.0.2.9 "${errors[@]}" QUIT
  # 0.1 + 0.2 + 0.4 + 0.8 + 1.6 seconds
  [ $((($(date +%s%N) - before) / 1000000)) -ge 3100 ]
  echo 'tarpit = 60' >>"$TUBEPOST_CONF"
  echo 'relay-network = 192.0.2.9' >>"$TUBEPOST_CONF"
  for _ in 1 2 3 4 5 6; do errors+=(XXXX); done
  # These would wait three minutes.
  before=$SECONDS
  from 192.0.2.9 "${errors[@]}" QUIT
  [ $((SECONDS - before)) -lt 100 ]
}

@test "a line for a client holds for users as well, who cannot log in from there" {
  echo 'client 192.0.2.0/24 reject' >"$SITE/access"
  with_passwords
  printf '%s\n' "access = $SITE/access" 'auth-without-tls = yes' >>"$TUBEPOST_CONF"
  submission=yes
  for address in 192.0.2.9 192.0.3.9; do
    run from "$address" 'EHLO c' "AUTH PLAIN $(printf '\0bob\0secret' | base64)" 'MAIL FROM:<bob@example.test>' QUIT
    if [ "$address" = 192.0.2.9 ]; then
      [[ "$output" == *$'\n554 '* && "$output" != *'235 '* && "$output" != *'250 2.1.0 '* ]]
    else
      [[ "$output" == *'235 '*'250 2.1.0 '* ]]
    fi
  done
}

@test "the root's dot goes round no rule about a name, nor an extension round one about a sender" {
  printf '%s\n' 'helo bad.test reject' 'sender spam@far.test reject' >"$SITE/access"
  printf '%s\n' "access = $SITE/access" 'tarpit = 0' >>"$TUBEPOST_CONF"
  run from 192.0.2.9 'EHLO bad.test.' QUIT
  [[ "$output" == *'550 5.7.1 '* ]]
  run from 192.0.2.9 'EHLO c' 'MAIL FROM:<spam+x@far.test>' 'MAIL FROM:<spam-x@far.test>' 'MAIL FROM:<spammer@far.test>' QUIT
  [[ "$output" == *'550 5.7.1 '*'550 5.7.1 '*'250 2.1.0 '* ]]
  echo 'subaddress =' >>"$TUBEPOST_CONF"
  run from 192.0.2.9 'EHLO c' 'MAIL FROM:<spam+x@far.test>' QUIT
  [[ "$output" == *'250 2.1.0 '* ]]
}
