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

teardown() { https_down; }

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
  [ "$(ls -A "$SITE/sts")" = far.test ]
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
