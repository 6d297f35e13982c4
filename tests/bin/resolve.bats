load site
load dns

setup() {
  site
  unset TUBEPOST_CONF
  dns_zone example.org <<'ZONE'
@ MX 20 mx2
@ MX 10 mx
mx A 192.0.2.9
mx A 192.0.2.10
mx AAAA 2001:db8::9
@ TXT "v=spf1 " "-all"
evil TXT "a\009b\010found\027[2J\\x"
evil PTR bad\032name\010x.example.org.
alias CNAME mx
_25._tcp.mx TLSA 3 1 1 abcd
@ NS ns
empty TXT ""
ZONE
  dns_zone 2.0.192.in-addr.arpa <<'ZONE'
9 PTR mx.example.org.
10 PTR a\010b.example.org.
ZONE
}

teardown() { dns_down; }

ask() { printf '%s\n' "$@" | "$BIN/resolve" --resolver "$dns" --trust-anchor ""; }

# answer QUESTION: its fields, parted by |.
answer() { ask "$1" | tr '\t' '|'; }

@test "every type of record, one line each" {
  dns_up
  [ "$(answer 'MX example.org')" = 'found|insecure|300|MX|example.org|example.org|10 mx.example.org|20 mx2.example.org' ]
  [ "$(answer 'a mx.example.org.')" = 'found|insecure|300|A|mx.example.org.|mx.example.org|192.0.2.10|192.0.2.9' ]
  [ "$(answer 'AAAA mx.example.org')" = 'found|insecure|300|AAAA|mx.example.org|mx.example.org|2001:db8::9' ]
  [ "$(answer 'TXT example.org')" = 'found|insecure|300|TXT|example.org|example.org|v=spf1 -all' ]
  [ "$(answer 'TLSA _25._tcp.mx.example.org')" = 'found|insecure|300|TLSA|_25._tcp.mx.example.org|_25._tcp.mx.example.org|3 1 1 abcd' ]
  [ "$(answer 'PTR 192.0.2.9')" = 'found|insecure|300|PTR|192.0.2.9|9.2.0.192.in-addr.arpa|mx.example.org' ]
  [ "$(answer 'CNAME alias.example.org')" = 'found|insecure|300|CNAME|alias.example.org|alias.example.org|mx.example.org' ]
  [ "$(answer 'A alias.example.org')" = 'found|insecure|300|A|alias.example.org|mx.example.org|192.0.2.10|192.0.2.9' ]
  [ "$(answer 'TXT empty.example.org')" = 'found|insecure|300|TXT|empty.example.org|empty.example.org|-' ]
}

@test "no such name, no such record, and nobody who knows" {
  dns_up
  [ "$(answer 'A no.example.org')" = 'nxdomain|insecure|60|A|no.example.org|-' ]
  [ "$(answer 'MX mx.example.org')" = 'empty|insecure|60|MX|mx.example.org|-' ]
  [[ "$(answer 'A example.com')" == 'failure|insecure|0|A|example.com|-|'* ]]
}

@test "hostile records break no line" {
  dns_up
  [ "$(answer 'TXT evil.example.org')" = 'found|insecure|300|TXT|evil.example.org|evil.example.org|a\tb\nfound\x1b[2J\\x' ]
  [ "$(answer 'PTR 192.0.2.10')" = 'found|insecure|300|PTR|192.0.2.10|10.2.0.192.in-addr.arpa|a\\010b.example.org' ]
}

@test "many questions at once, each with its own answer" {
  dns_up
  for i in $(seq 3000); do echo "$i A n$((i % 7)).example.org"; done >"$SITE/questions"
  "$BIN/resolve" --resolver "$dns" --trust-anchor "" <"$SITE/questions" >"$SITE/answers"
  [ "$(cut -f 1 "$SITE/answers" | sort -n | uniq | wc -l)" -eq 3000 ]
  awk -F '\t' '$6 != "n" ($1 % 7) ".example.org" || $2 != "nxdomain" { exit 1 }' "$SITE/answers"
}

@test "what is no question is said, and the others are answered" {
  dns_up
  run ask 'MX' 'ANY example.org' 'A a..b' 'A mx.example.org' 'PTR example.org' 'x A b' "A $(printf 'a%.0s' {1..400})"
  [ "$status" -eq 65 ]
  [[ "$output" == *$'found\tinsecure\t300\tA\tmx.example.org'* ]]
  [ "${#lines[@]}" -eq 7 ]
  [[ "$output" == *"'ANY' is not one of A AAAA"* ]]
  run "$BIN/resolve" --resolver "$dns" --trust-anchor "" </dev/null
  [ "$status" -eq 0 ]
  [ -z "$output" ]
}

@test "signed zones are secure, also in what is not there, and forged ones bogus" {
  dns_zone signed.org <<'ZONE'
mx A 192.0.2.9
_25._tcp.mx TLSA 3 1 1 abcd
ZONE
  dns_zone forged.org <<'ZONE'
mx A 192.0.2.9
ZONE
  dns_sign signed.org
  dns_sign forged.org
  sed -i 's/^\(mx.*A[[:space:]]*\)192.0.2.9/\1192.0.2.8/' "$SITE/dns/forged.org.zone"
  { echo '; what is trusted'; cat "$SITE/dns/signed.org.ds" "$SITE/dns/forged.org.ds"; } >"$SITE/anchors"
  dns_up
  answers() { printf '%s\n' 'A mx.signed.org' 'TLSA _25._tcp.mx.signed.org' 'A no.signed.org' 'MX mx.signed.org' 'A mx.forged.org' 'A mx.example.org' |
    "$BIN/resolve" --resolver "$dns" --trust-anchor "$1" | cut -f 1,2,4,5 | sort; }
  [ "$(answers "$SITE/anchors")" = "$(printf '%s\n' 'bogus insecure A mx.forged.org' 'empty secure MX mx.signed.org' 'found insecure A mx.example.org' \
    'found secure A mx.signed.org' 'found secure TLSA _25._tcp.mx.signed.org' 'nxdomain secure A no.signed.org' | tr ' ' '\t')" ]
  # Trusting nobody, nothing is secure, and nothing can be seen to be forged.
  [ "$(answers /dev/null | cut -f 2 | sort -u)" = insecure ]
  [[ "$(answers /dev/null)" == *$'found\tinsecure\tA\tmx.forged.org'* ]]
}

@test "a server that never answers is given up" {
  dead_server
  local before after
  before=$(date +%s%N)
  run "$BIN/resolve" --resolver "$dns" --trust-anchor "" --dns-timeout 1 <<<$'A one.example.org\nA two.example.org'
  after=$(date +%s%N)
  [ "$status" -eq 0 ]
  [ "$(grep -c 'no answer in time' <<<"$output")" -eq 2 ]
  [ $(((after - before) / 1000000)) -lt 5000 ]
}

@test "wrong servers and anchors, and files that it needs no more" {
  # libunbound takes any port for one.
  for wrong in nowhere "" 127.1 ' ::1' 127.0.0.1@ 127.0.0.1@0 ::1@65536 127.0.0.1@5x ::1% 127.0.0.1%lo; do
    run "$BIN/resolve" --resolver="$wrong" --trust-anchor "" <<<'A b.test'
    [ "$status" -eq 64 ]
    [[ "$output" == *"resolver: '$wrong' is not ADDRESS or ADDRESS@PORT"* ]]
  done
  for right in 127.0.0.1@1 ::1@65535 fe80::1%lo@53; do "$BIN/resolve" --resolver="$right" --trust-anchor "" </dev/null; done
  echo 'no anchor' >"$SITE/anchor"
  run "$BIN/resolve" --resolver 127.0.0.1 --trust-anchor "$SITE/anchor" <<<'A b.test'
  [ "$status" -eq 78 ]
  run "$BIN/resolve" --dns-timeout 0 <<<'A b.test'
  [ "$status" -eq 64 ]
  [[ "$output" == *"dns-timeout"* ]]
}
