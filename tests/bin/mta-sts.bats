load site
load dns
load sts

setup() {
  site
  mkdir "$SITE/sts"
  : >"$SITE/requests"
  an_address
  authority
  certificate mta-sts.far.test
  policy 200 text/plain 'version: STSv1' 'mode: enforce' 'mx: *.far.test' 'max_age: 1000'
}

teardown() {
  https_down
  dns_down
  host_down
}

# ask QUESTION...: the answers, parted by |.
ask() { printf '%s\n' "$@" | "$BIN/mta-sts" --mta-sts-dir "$SITE/sts" --authorities "${authorities-$SITE/ca.pem}" 2>"$SITE/log" | tr '\t' '|'; }

known='far.test|enforce|1000|-|*.far.test'

@test "a policy is fetched once, and remembered where a person can read it" {
  https_up "$address" "$SITE/mta-sts.far.test.pem"
  [ "$(ask "far.test 1 $address")" = "$known" ]
  [ "$(ask "far.test 1 $address" "far.test 1 $address" far.test)" = "$(printf '%s\n' "$known" "$known" "$known")" ]
  [ "$(cat "$SITE/requests")" = 'mta-sts.far.test /.well-known/mta-sts.txt' ]
  grep -qx 'id: 1' "$SITE/sts/far.test"
  grep -q 'mode: enforce' "$SITE/sts/far.test"
  policy 200 'text/plain; charset=utf-8' 'version: STSv1' 'mode: testing' 'mx: mx.far.test' 'max_age: 7'
  [ "$(ask "far.test 2 $address")" = 'far.test|testing|7|-|mx.far.test' ]
  [ "$(requests)" -eq 2 ]
  [ "$(ls "$SITE/sts")" = far.test ]
}

@test "what cannot be fetched leaves what was known, until that is too old" {
  https_up "$address" "$SITE/mta-sts.far.test.pem"
  [ "$(ask "far.test 1 $address")" = "$known" ]
  policy 404 text/plain no
  [ "$(ask "far.test 2 $address")" = 'far.test|enforce|1000|sts-policy-fetch-error|*.far.test' ]
  # Not at once again.
  [ "$(ask "far.test 2 $address")" = 'far.test|enforce|1000|sts-policy-fetch-error|*.far.test' ]
  [ "$(requests)" -eq 2 ]
  # The record has gone, the policy stays.
  [ "$(ask far.test)" = "$known" ]
  sed -i "s/^fetched: .*/fetched: $(($(date +%s) - 1001))/" "$SITE/sts/far.test"
  [ "$(ask far.test)" = 'far.test|-|-|-' ]
  [ "$(ask "far.test 2 $address")" = 'far.test|-|-|sts-policy-fetch-error' ]
  [ "$(ask other.test)" = 'other.test|-|-|-' ]
}

@test "no redirect, nothing but text, nothing that is too long, and no policy that is none" {
  https_up "$address" "$SITE/mta-sts.far.test.pem"
  local id=0
  answer() { id=$((id + 1)); ask "far.test $id $address"; }
  policy 301 text/plain 'version: STSv1' 'mode: none' 'max_age: 1'
  [ "$(answer)" = 'far.test|-|-|sts-policy-fetch-error' ]
  id=1; policy 200 text/html 'version: STSv1' 'mode: none' 'max_age: 1'
  [ "$(answer)" = 'far.test|-|-|sts-policy-invalid' ]
  id=2; policy 200 text/plain 'version: STSv2' 'mode: none' 'max_age: 1'
  [ "$(answer)" = 'far.test|-|-|sts-policy-invalid' ]
  id=3; policy 200 text/plain 'version: STSv1' 'mode: none' 'max_age: 1' "$(head -c 70000 /dev/zero | tr '\0' x)"
  [ "$(answer)" = 'far.test|-|-|sts-policy-invalid' ]
  grep -q 'longer than 64 KiB' "$SITE/log"
  [ "$(requests)" -eq 4 ]
}

@test "the certificate must be good for the host" {
  certificate other.far.test
  https_up "$address" "$SITE/other.far.test.pem"
  [ "$(ask "far.test 1 $address")" = 'far.test|-|-|sts-webpki-invalid' ]
  https_down
  wait "$https_pid" 2>/dev/null || true
  https_up "$address" "$SITE/mta-sts.far.test.pem"
  [ "$(authorities= ask "far.test 2 $address")" = 'far.test|-|-|sts-webpki-invalid' ]
  [ "$(ask "far.test 3 $address")" = "$known" ]
  [ "$(requests)" -eq 1 ]
}

@test "what is no question is said, and a directory that is not there" {
  run "$BIN/mta-sts" --mta-sts-dir "$SITE/sts" <<<$'FAR.test\n../x\na b/c\nfar.test 1 host\nok.test'
  [ "$status" -eq 65 ]
  [ "$(grep -c "is no DOMAIN" <<<"$output")" -eq 4 ]
  [[ "$output" == *$'ok.test\t-\t-\t-'* ]]
  https_up "$address" "$SITE/mta-sts.far.test.pem"
  run "$BIN/mta-sts" --mta-sts-dir "$SITE/none" --authorities "$SITE/ca.pem" <<<"far.test 1 $address"
  [ "$status" -eq 0 ]
  [[ "$output" == *"mta-sts-trouble"* ]]
  [[ "$output" == *$'far.test\tenforce\t1000'* ]]
}

# far: far.test with a policy whose identifier is 1, both hosts at $address, and who sends there.
far() {
  dns_zone far.test <<ZONE
@ MX 10 mx
mx A $address
_mta-sts TXT "v=STSv1; id=1;"
mta-sts A $address
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@reports.test"
ZONE
  dns_up
  mkdir -p "$SITE/results"
  by_mx "mta-sts-dir = $SITE/sts" "tls-results-dir = $SITE/results" "authorities = $SITE/ca.pem" "$@"
  https_up "$address" "$SITE/mta-sts.far.test.pem"
}

put() { "$BIN/spool-put" -f alice@example.test carol@far.test <<<'Subject: x'; }

# results: kind of policy and outcome of each session.
results() { cut -f 2,5 "$SITE"/results/* | tr '\t' ' '; }

@test "a policy that is enforced wants a certificate that is good for the host" {
  certificate mx.far.test
  far
  host_with "$SITE/mx.far.test.pem"
  put
  run "$BIN/smtp-send" --once
  [[ "$output" == *" delivered to=carol@far.test "*"verified"* ]]
  [ "$(arrived)" -eq 1 ]
  [ "$(requests)" -eq 1 ]
  [ "$(results)" = 'sts success' ]
}

@test "with another certificate the mail waits, and goes where the policy only tests" {
  certificate other.test
  far
  host_with "$SITE/other.test.pem"
  put
  run "$BIN/smtp-send" --once
  [[ "$output" == *" deferred to=carol@far.test status=4.7.5 "* ]]
  [ "$(arrived)" -eq 0 ]
  [ "$(results)" = 'sts certificate-host-mismatch' ]
  rm "$SITE"/sts/* "$SITE"/results/*
  policy 200 text/plain 'version: STSv1' 'mode: testing' 'mx: mx.far.test' 'max_age: 1000'
  due_now
  run "$BIN/smtp-send" --once
  [[ "$output" == *" delivered to=carol@far.test "* ]]
  [[ "$output" != *"verified"* ]]
  [ "$(arrived)" -eq 1 ]
  [ "$(results)" = 'sts certificate-host-mismatch' ]
  # A session with a host that it does not name is one failure, and no success as well.
  rm "$SITE"/sts/* "$SITE"/results/*
  policy 200 text/plain 'version: STSv1' 'mode: testing' 'mx: other.far.test' 'max_age: 1000'
  put
  "$BIN/smtp-send" --once
  [ "$(arrived)" -eq 2 ]
  [ "$(results)" = 'sts validation-failure' ]
}

@test "a host that the policy does not name gets nothing" {
  certificate mx.far.test
  policy 200 text/plain 'version: STSv1' 'mode: enforce' 'mx: other.far.test' 'max_age: 1000'
  far
  host_with "$SITE/mx.far.test.pem"
  put
  run "$BIN/smtp-send" --once
  [[ "$output" == *" deferred to=carol@far.test status=4.7.5 "*"no host of the MTA-STS policy"* ]]
  [ "$(results)" = 'sts validation-failure' ]
  # Whoever runs this host may not want to know of policies.
  due_now
  "$BIN/smtp-send" --mta-sts no --once
  [ "$(arrived)" -eq 1 ]
}

@test "a policy that cannot be fetched keeps no mail, and is reported" {
  certificate mx.far.test
  policy 500 text/plain oops
  far
  host_with "$SITE/mx.far.test.pem"
  put
  run "$BIN/smtp-send" --once
  [[ "$output" == *" delivered to=carol@far.test "* ]]
  [ "$(results)" = 'sts sts-policy-fetch-error
no-policy-found success' ]
}

@test "policies are fetched and kept by who sends, also as another user" {
  needs_root "becomes another user"
  setpriv --reuid nobody --clear-groups test -x "$BIN/resolve" || skip "nobody may not run what was built here"
  chmod 755 "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR" "$SITE" "$BATS_RUN_TMPDIR/test"
  certificate mx.far.test
  far 'smtpd-user = nobody'
  chown nobody "$SITE/sts"
  host_with "$SITE/mx.far.test.pem"
  put
  run "$BIN/smtp-send" --once
  [[ "$output" == *" delivered to=carol@far.test "*"verified"* ]]
  [ "$(stat -c %U "$SITE/sts/far.test")" = nobody ]
  [ "$(results)" = 'sts success' ]
}
