# Domains in any script in the files of a site: what SMTP brings is compared in ASCII.
load site

setup() {
  site
  echo 'relay-network = 127.0.0.1' >>"$TUBEPOST_CONF"
  printf '%s\n' "access = $SITE/access" "aliases = $SITE/aliases" >>"$TUBEPOST_CONF"
}

ask() { printf '%s\r\n' 'EHLO c.test' "$@" QUIT | PROTO=TCP TCPREMOTEIP=${from:-192.0.2.9} "$BIN/smtpd" --tarpit=0 2>/dev/null; }

@test "a local domain, however the sender writes it" {
  echo 'bücher.example' >>"$SITE/domains"
  run ask 'MAIL FROM:<a@b.test> SMTPUTF8' 'RCPT TO:<bob@bücher.example>' 'RCPT TO:<bob@xn--bcher-kva.example>'
  [ "$(grep -c '^250 2.1.5 ' <<<"$output")" -eq 2 ]
}

@test "a route, and one for all below a domain" {
  printf '%s\n' 'bücher.example 127.0.0.1:9' '.müll.example 127.0.0.1:9' >"$SITE/routes"
  from=127.0.0.1
  run ask 'MAIL FROM:<a@b.test> SMTPUTF8' 'RCPT TO:<x@bücher.example>' 'RCPT TO:<x@a.müll.example>' 'RCPT TO:<x@grün.example>'
  [ "$(grep -c '^250 2.1.5 ' <<<"$output")" -eq 2 ]
  [ "$(grep -c '^550 5.4.4 ' <<<"$output")" -eq 1 ]
}

@test "rules of access for senders, recipients and names" {
  printf '%s\n' 'sender @müll.example reject one' 'sender abfall.müll2.example reject two' 'helo .böse.example reject three' \
    'recipient bob@example.test moved bob@neu.example' >"$SITE/access"
  run ask 'MAIL FROM:<a@müll.example> SMTPUTF8' 'MAIL FROM:<a@x.abfall.müll2.example> SMTPUTF8' 'EHLO a.xn--bse-sna.example'
  [[ "$output" == *"550 5.7.1 one"*"550 5.7.1 two"*"550 5.7.1 three"* ]]
}

@test "an alias at a domain" {
  echo 'bücher.example' >>"$SITE/domains"
  echo 'info@bücher.example: bob' >"$SITE/aliases"
  run ask 'MAIL FROM:<a@b.test> SMTPUTF8' 'RCPT TO:<info@bücher.example>' 'RCPT TO:<info@example.test>'
  [[ "$output" == *"250 2.1.5 "*"550 5.1.1 "* ]]
}

@test "what is no domain is named with its file and line" {
  local file line
  while IFS=' ' read -r file line; do
    printf '# one\n%s\n' "$line" >"$SITE/$file"
    run "$BIN/smtpd" --check
    [ "$status" -eq 78 ]
    [[ "$output" == *"$SITE/$file:2: "* ]]
    rm "$SITE/$file"
    echo example.test >"$SITE/domains"
  done <<'LINES'
domains a b.test
domains -ü.test
routes -ü.test 127.0.0.1:9
routes a/b 127.0.0.1:9
access sender @-ü.test reject
access helo -ü.test reject
access recipient bob@a*b reject
aliases x@-ü.test: bob
LINES
}
