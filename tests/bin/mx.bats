# Where mail for domains goes that have no route: what the DNS says of them.
load site
load dns

setup() { site; peers=(); }

teardown() {
  dns_down
  [ ${#peers[@]} -eq 0 ] || kill "${peers[@]}"
}

# host_at ADDRESS [PREFIX REPLY]...: a host on its port 25; what it hears is in $SITE/ADDRESS.heard.
host_at() {
  local at=$1
  shift
  coproc PEER { LISTEN="$at:25" exec python3 "$SOURCE/tests/bin/scripted_server.py" "$SITE/$at.heard" "$@"; }
  peers+=("$PEER_PID")
  read -r _ <&"${PEER[0]}"
  exec {PEER[0]}<&-
}

heard() { grep -cF -- "$2" "$SITE/$1.heard"; }

put() { "$BIN/spool-put" -f alice@example.test "$@" <<<'Subject: x'; }
send() { run "$BIN/smtp-send" --once; }

@test "to the exchanger of the lowest preference, and to the next where it is dead" {
  an_address; one=$address
  an_address; two=$address
  dns_zone far.test <<ZONE
@ MX 20 two
@ MX 10 one
one A $one
two A $two
dead MX 10 nobody
dead MX 20 two
nobody A 127.255.255.254
ZONE
  dns_up
  by_mx
  host_at "$one"
  host_at "$two"
  put bob@far.test bob@dead.far.test
  send
  [[ "$output" == *" delivered to=bob@far.test status=2.0.0 host=one.far.test:25 "* ]]
  [[ "$output" == *" delivered to=bob@dead.far.test status=2.0.0 host=two.far.test:25 "* ]]
  [ "$(heard "$one" 'RCPT TO:<bob@far.test>')" -eq 1 ]
  [ "$(heard "$two" 'RCPT TO:<bob@dead.far.test>')" -eq 1 ]
  [ "$(queued)" -eq 0 ]
}

@test "without an MX record to the domain's own address, also behind aliases" {
  an_address
  dns_zone far.test <<ZONE
@ A $address
alias CNAME far.test.
mx MX 10 alias
ZONE
  dns_up
  by_mx
  host_at "$address"
  put a@far.test b@alias.far.test c@mx.far.test "d@[$address]"
  send
  [ "$(grep -c ' delivered ' <<<"$output")" -eq 4 ]
  [ "$(heard "$address" 'RCPT TO')" -eq 4 ]
}

@test "what is for good is returned: no domain, no mail wanted, no address, nobody but ourselves" {
  dns_zone far.test <<ZONE
null MX 0 .
empty TXT "x"
homeless MX 10 empty
loop MX 10 mx.example.test.
self A 127.0.0.1
ZONE
  dns_up
  by_mx
  put a@no.far.test b@null.far.test c@empty.far.test d@homeless.far.test e@loop.far.test f@self.far.test 'g@[127.0.0.1]'
  send
  for line in 'a@no.far.test status=5.1.2' 'b@null.far.test status=5.1.10' 'c@empty.far.test status=5.1.2' 'd@homeless.far.test status=5.1.2' \
    'e@loop.far.test status=5.4.6' 'f@self.far.test status=5.4.6' 'g@[127.0.0.1] status=5.4.6'; do
    [[ "$output" == *" failed to=$line "* ]]
  done
  "$BIN/smtp-send" --once
  [ "$(delivered alice)" -eq 1 ]
  # As the reporting host itself says it (RFC 3464 section 2.3.6): no Remote-MTA.
  sed -n '/^Final-Recipient: rfc822; b@null/,/^$/p' "$SITE/alice/Maildir/new/"* >"$SITE/null"
  grep -qx 'Status: 5.1.10' "$SITE/null"
  grep -qx 'Diagnostic-Code: smtp; 556 5.1.10 null.far.test takes no mail' "$SITE/null"
  [ "$(grep -c '^Remote-MTA' "$SITE/null")" -eq 0 ]
}

# In a network of its own, where other hosts have a network of IPv6 that leads back here.
by_both() {
  ip link set lo up
  ip -6 route add local 2001:db8:6::/64 dev lo
  echo 1 >/proc/sys/net/ipv6/ip_nonlocal_bind
  dns_up
  by_mx
  host_at "$1" 3>&-
  "$BIN/spool-put" -f alice@example.test bob@far.test <<<'Subject: x'
  # Its address is as good as its name.
  [ "$1" = 127.6.6.6 ] || "$BIN/spool-put" -f alice@example.test "bob@[IPv6:$1]" <<<'Subject: y'
  "$BIN/smtp-send" --once 2>&1
  local status=$?
  dns_down
  kill "${peers[@]}"
  return "$status"
}

@test "an exchanger that has an address of IPv6 alone, and one of which one of both is dead" {
  needs_root "may have a network of its own"
  unshare -n true 2>/dev/null || skip "no network namespaces here"
  export -f by_both dns_up dns_down dns_answers by_mx host_at
  local row addresses
  for row in '2001:db8:6::25 AAAA=2001:db8:6::25' '2001:db8:6::25 AAAA=2001:db8:6::25 A=127.6.6.6' \
    '2001:db8:6::25 AAAA=2001:db8:6::99 AAAA=2001:db8:6::25' '127.6.6.6 AAAA=2001:db8:6::25 A=127.6.6.6'; do
    read -r alive addresses <<<"$row"
    site
    { echo '@ MX 10 mx'; for one in $addresses; do echo "mx ${one/=/ }"; done; } | dns_zone far.test
    run unshare -n bash -c "peers=(); by_both '$alive'"
    [ "$status" -eq 0 ]
    [[ "$output" == *" delivered to=bob@far.test status=2.0.0 host=mx.far.test:25 "* ]]
    [ "$(queued)" -eq 0 ]
    [ "$(heard "$alive" 'RCPT TO:<bob@far.test>')" -eq 1 ]
    [ "$alive" = 127.6.6.6 ] || [ "$(heard "$alive" "RCPT TO:<bob@[ipv6:$alive]>")" -eq 1 ]
    rm -r "$SITE"
  done
}

# In a network of its own: this host has two addresses that are not loopback's, and a neighbour that is not there.
at_home() {
  ip link set lo up
  ip addr add 192.0.2.1/24 dev lo
  ip addr add 2001:db8::1/64 dev lo nodad
  dns_up
  by_mx
  sed -i /^mx-loopback/d "$TUBEPOST_CONF"
  put x@{own,six,mapped,some,self,behind,before}.far.test 'x@[192.0.2.1]' 'x@[IPv6:2001:db8::1]'
  "$BIN/smtp-send" --once 2>&1
  local status=$?
  dns_down
  return "$status"
}

@test "nothing goes to an address of this host, nor to what is listed behind it" {
  needs_root "may have a network of its own"
  unshare -n true 2>/dev/null || skip "no network namespaces here"
  dns_zone far.test <<'ZONE'
own MX 10 us
six MX 10 six-of-us
mapped MX 10 written-as-six
some MX 10 several
self A 192.0.2.1
behind MX 10 us
behind MX 20 them
before MX 10 nobody
before MX 20 us
before MX 30 them
us A 192.0.2.1
six-of-us AAAA 2001:db8::1
written-as-six AAAA ::ffff:192.0.2.1
several A 198.51.100.9
several A 192.0.2.1
them A 198.51.100.7
nobody A 198.51.100.8
ZONE
  export -f at_home dns_up dns_down dns_answers by_mx put
  run unshare -n bash -c at_home
  [ "$status" -eq 0 ]
  for name in own six mapped some self behind; do
    [[ "$output" == *" failed to=x@$name.far.test status=5.4.6 "* ]]
  done
  [ "$(grep -c " failed to=x@\[.*status=5.4.6 " <<<"$output")" -eq 2 ]
  # Of three only the first is asked.
  [[ "$output" == *" deferred to=x@before.far.test status=4.4.1 host=nobody.far.test:25 "* ]]
  [ "$(grep -c them <<<"$output")" -eq 0 ]
}

@test "what the DNS does not know now is tried again: no answer, a forged one" {
  dns_zone forged.test <<'ZONE'
@ MX 10 mx
mx A 192.0.2.9
ZONE
  dns_sign forged.test
  sed -i 's/^\(forged.test.*MX[[:space:]]*\)10/\111/' "$SITE/dns/forged.test.zone"
  dns_up
  anchor="$SITE/dns/forged.test.ds" by_mx
  put a@forged.test b@elsewhere.test
  send
  [[ "$output" == *" deferred to=a@forged.test status=4.4.3 "*"forged"* ]]
  [[ "$output" == *" deferred to=b@elsewhere.test status=4.4.3 "* ]]
  [ "$(queued)" -eq 1 ]
  [ "$(delivered alice)" -eq 0 ]
}

@test "what is behind ourselves in the list gets no mail" {
  an_address
  dns_zone far.test <<ZONE
@ MX 10 mx.example.test.
@ MX 20 other
backup MX 5 other
backup MX 10 mx.example.test.
other A $address
ZONE
  dns_up
  by_mx
  host_at "$address"
  put a@far.test b@backup.far.test
  send
  [[ "$output" == *" failed to=a@far.test status=5.4.6 "* ]]
  [[ "$output" == *" delivered to=b@backup.far.test "* ]]
}

@test "a route comes first, and a dot still goes nowhere" {
  an_address
  dns_zone far.test <<ZONE
@ A 127.255.255.254
quiet A $address
ZONE
  dns_up
  by_mx
  host_at "$address"
  printf '%s\n' "far.test $address:25" 'quiet.far.test .' >"$SITE/routes"
  put a@far.test
  send
  [[ "$output" == *" delivered to=a@far.test status=2.0.0 host=$address:25 "* ]]
  run put b@quiet.far.test
  [ "$status" -eq 68 ]
}

@test "without the DNS a domain without a route is a failure, and nobody asks" {
  dead_server
  by_mx 'relay-by-mx = no'
  run put a@far.test
  [ "$status" -eq 68 ]
  run "$BIN/smtp-send" --from alice@example.test --to a@far.test <<<'Subject: x'
  [ "$status" -eq 68 ]
  [[ "$output" == *"no route"* ]]
  run "$BIN/smtp-send" --relay-by-mx maybe --once
  [ "$status" -eq 64 ]
  run "$BIN/smtpd" --relay-by-mx maybe --check
  [ "$status" -eq 64 ]
  [[ "$output" == *"relay-by-mx: yes or no expected"* ]]
}

@test "one message now goes by MX, too" {
  an_address
  dns_zone far.test <<ZONE
@ MX 10 mx
mx A $address
ZONE
  dns_up
  by_mx
  host_at "$address"
  run "$BIN/smtp-send" --from alice@example.test --to bob@far.test <<<'Subject: x'
  [ "$status" -eq 0 ]
  run "$BIN/smtp-send" --from alice@example.test --to bob@no.far.test <<<'Subject: x'
  [ "$status" -eq 68 ]
  run "$BIN/smtp-send" --from alice@example.test --to bob@elsewhere.test <<<'Subject: x'
  [ "$status" -eq 75 ]
}
