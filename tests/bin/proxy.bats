load site

setup() {
  site
  echo 'proxy-network = 192.0.2.0/24' >>"$TUBEPOST_CONF"
}

# from ADDRESS FORMAT: what printf makes of it, from a client with this address.
from() { printf "$2" | PROTO=TCP TCPREMOTEIP=$1 "$BIN/smtpd"; }

session='EHLO c\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n'

@test "a proxy says whom it speaks for, in words and in octets" {
  from 192.0.2.9 "PROXY TCP4 203.0.113.7 192.0.2.9 4711 25\r\n$session"
  grep -rqF 'Received: from c ([203.0.113.7])' "$SITE/spool/queue"
  from 192.0.2.9 "\r\n\r\n\\000\r\nQUIT\n\\041\\021\\000\\014\\313\\000\\161\\010\\300\\000\\002\\011\\001\\002\\000\\031$session"
  grep -rqF 'Received: from c ([203.0.113.8])' "$SITE/spool/queue"
  from 192.0.2.9 "PROXY UNKNOWN\r\n$session"
  grep -rqF 'Received: from c ([192.0.2.9])' "$SITE/spool/queue"
}

@test "rules and trust look at whom the proxy speaks for" {
  printf '%s\n' 'relay-network = 203.0.113.7' "access = $SITE/access" >>"$TUBEPOST_CONF"
  printf '%s\n' 'far.test 127.0.0.1:1' >"$SITE/routes"
  printf '%s\n' 'client 203.0.113.8 reject' >"$SITE/access"
  run from 192.0.2.9 "PROXY TCP4 203.0.113.7 192.0.2.9 4711 25\r\nEHLO c\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<x@far.test>\r\nQUIT\r\n"
  [[ "$output" == *"250 2.1.5 "* ]]
  run from 192.0.2.9 "PROXY TCP4 203.0.113.8 192.0.2.9 4711 25\r\nQUIT\r\n"
  [[ "$output" == *"554 "* ]]
}

@test "a wrong header, and none, close the connection without a word" {
  local header
  for header in 'PROXY TCP4 203.0.113.7\r\n' 'EHLO c\r\n' 'PROXY TCP4 1 2 3 4 5' '' '\r\n\r\n\000\r\nQUIX'; do
    run from 192.0.2.9 "$header"
    [ "$status" -eq 76 ]
    [[ "$output" != *"220 "* ]]
  done
}

@test "who is no proxy speaks plain SMTP" {
  run from 198.51.100.9 'PROXY TCP4 203.0.113.7 192.0.2.9 4711 25\r\nQUIT\r\n'
  [ "$status" -eq 0 ]
  [[ "$output" == "220 "* || "$output" == *$'\n'"220 "* ]]
  [[ "$output" == *"500 5.5.1 unknown command"* ]]
}
