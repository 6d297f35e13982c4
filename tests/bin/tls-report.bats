# What other domains hear of the TLS of their hosts (RFC 8460).
load site
load dns
load sts

setup() {
  site
  mkdir "$SITE/results" "$SITE/sts"
  printf '%s\n' "tls-results-dir = $SITE/results" "mta-sts-dir = $SITE/sts" 'tls-report-from = postmaster@example.test' >>"$TUBEPOST_CONF"
}

teardown() {
  dns_down
  https_down
  [ -z "${peer:-}" ] || kill "$peer"
}

today() { date -u +%F; }
put() { "$BIN/spool-put" -f alice@example.test "$@" <<<'Subject: x'; }

# peer_at ADDRESS [PREFIX REPLY]...: a host without TLS on its port 25.
peer_at() {
  local at=$1
  shift
  coproc PEER { LISTEN="$at:25" exec python3 "$SOURCE/tests/bin/scripted_server.py" "$SITE/heard" "$@"; }
  peer=$PEER_PID
  read -r _ <&"${PEER[0]}"
}

# the_report: its JSON, out of the only message in the queue.
the_report() {
  cat "$SITE"/spool/queue/*/*.*.* | sed '1,/^$/d' >"$SITE/mail"
  "$BIN/mime-decode" --part 2 "$SITE/mail" | gunzip
}

field() { python3 -c 'import json, sys; print(eval("d" + sys.argv[1], {"d": json.load(open(sys.argv[2]))}))' "$1" "$SITE/json"; }

@test "a session is counted where the domain asks for it, and nowhere else" {
  an_address
  dns_zone far.test <<ZONE
@ A $address
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@reports.test"
quiet A $address
ZONE
  dns_up
  by_mx
  peer_at "$address"
  put a@far.test b@far.test
  put c@far.test
  put d@quiet.far.test
  "$BIN/smtp-send" --once
  "$BIN/tls-report" --show "$(today)" >"$SITE/json"
  [ "$(field '["policies"][0]["policy"]["policy-domain"]')" = far.test ]
  [ "$(field '["policies"][0]["policy"]["policy-type"]')" = no-policy-found ]
  [ "$(field '["policies"][0]["failure-details"][0]["result-type"]')" = starttls-not-supported ]
  [ "$(wc -l <"$SITE/json")" -eq 1 ]
  ! grep -q quiet "$SITE/results/$(today)"
}

@test "what went wrong is named, with both addresses, also where the mail went out in clear then" {
  an_address
  dns_zone far.test <<ZONE
@ A $address
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@reports.test"
ZONE
  dns_up
  by_mx
  peer_at "$address" EHLO $'250-peer.test\n250 STARTTLS' TLS none BROKEN 'no handshake'
  put a@far.test
  run "$BIN/smtp-send" --once
  [[ "$output" == *" delivered to=a@far.test "* ]]
  "$BIN/tls-report" --show "$(today)" >"$SITE/json"
  failed='["policies"][0]["failure-details"][0]'
  [ "$(field "$failed"'["result-type"]')" = validation-failure ]
  [ "$(field "$failed"'["receiving-ip"]')" = "$address" ]
  [[ "$(field "$failed"'["sending-mta-ip"]')" == 127.* ]]
  [[ "$(field "$failed"'["failure-reason-code"]')" == "TLS handshake: "* ]]
  [ "$(field '["policies"][0]["summary"]["total-failure-session-count"]')" -eq 1 ]
}

@test "the report of a day is mailed once that is over, and once only" {
  dns_zone far.test <<'ZONE'
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@reports.test,https://reports.test/tls"
ZONE
  dns_zone silent.test <<'ZONE'
@ TXT x
ZONE
  dns_up
  by_mx
  line() { printf '%s\tsts\tversion: STSv1|mode: testing\t*.far.test\t%s\t\tmx.far.test\t\t\n' "$@"; }
  { line far.test success; line far.test success; line far.test certificate-expired; line silent.test success; echo nonsense; } >"$SITE/results/2026-01-02"
  cp "$SITE/results/2026-01-02" "$SITE/results/$(today)"
  run "$BIN/tls-report"
  [ "$status" -eq 0 ]
  [ "$(queued)" -eq 1 ]
  grep -q '^rcpt.*tls@reports.test\|tls@reports.test' "$SITE"/spool/queue/*/*.*.*
  the_report >"$SITE/json"
  grep -q '^TLS-Required: No' "$SITE/mail"
  grep -qE '^Content-Type: multipart/report; report-type="?tlsrpt' "$SITE/mail"
  [ "$(field '["date-range"]["start-datetime"]')" = 2026-01-02T00:00:00Z ]
  [ "$(field '["policies"][0]["summary"]["total-successful-session-count"]')" -eq 2 ]
  [ "$(field '["policies"][0]["failure-details"][0]["result-type"]')" = certificate-expired ]
  [ "$(field '["policies"][0]["policy"]["policy-string"]')" = "['version: STSv1', 'mode: testing']" ]
  run "$BIN/tls-report"
  [ "$status" -eq 0 ]
  [ "$(queued)" -eq 1 ]
  [ "$(ls "$SITE/results" | grep -v lock)" = "$(today)" ]
}

@test "what the DNS does not know now is reported later, and the others have no second report" {
  dns_zone far.test <<'ZONE'
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@reports.test"
ZONE
  dns_up
  by_mx
  local day
  day=$(date -u -d "2 days ago" +%F)
  printf '%s\tno-policy-found\t\t\tsuccess\t\tmx\t\t\n' far.test elsewhere.test >"$SITE/results/$day"
  for _ in 1 2; do
    run "$BIN/tls-report"
    [ "$status" -eq 75 ]
    [[ "$output" == *"knows nothing now of 1 domains"* ]]
    [ "$(queued)" -eq 1 ]
    [ -e "$SITE/results/$day" ]
  done
}

@test "no directory: no results, and no reports" {
  sed -i '/^tls-results-dir/d' "$TUBEPOST_CONF"
  echo "tls-results-dir = $SITE/none" >>"$TUBEPOST_CONF"
  run "$BIN/tls-report"
  [ "$status" -eq 66 ]
  run "$BIN/tls-report" --show 2026-99-99
  [ "$status" -eq 64 ]
}
