# Hosts that hand out policies of MTA-STS and mean no good.
load site
load dns
load sts

setup() {
  site
  mkdir "$SITE/sts"
  an_address
  authority
  certificate mta-sts.far.test
  coproc HTTPS { exec python3 "$SOURCE/tests/bin/hostile_https.py" "$address" "$SITE/mta-sts.far.test.pem" "$SITE/way"; }
  https_pid=$HTTPS_PID
  read -r _ <&"${HTTPS[0]}"
}

teardown() { https_down; }

# ask WAY ID: the answer, when the host goes that way; as little memory as else.
ask() {
  echo "$1" >"$SITE/way"
  (ulimit -d 100000; "$BIN/mta-sts" --mta-sts-dir "$SITE/sts" --authorities "$SITE/ca.pem" <<<"far.test $2 $address" 2>>"$SITE/log") | tr '\t' '|'
}

@test "what does not end, is cut, packed or of another kind is no policy" {
  [ -z "${ASAN_OPTIONS:-}" ] || skip "a sanitizer wants more memory"
  local id=0
  while IFS=: read -r way wanted; do
    id=$((id + 1))
    rm -f "$SITE/sts/far.test"
    seen=$(ask "$way" $id)
    [ "$seen" = "far.test|$wanted" ] || { echo "$way: $seen"; cat "$SITE/log"; false; }
  done <<'ROWS'
good:enforce|1000|-|mx.far.test
headers:-|-|sts-policy-fetch-error
one long header:-|-|sts-policy-fetch-error
never final:-|-|sts-policy-fetch-error
endless chunks:-|-|sts-policy-invalid
no header:-|-|sts-policy-fetch-error
another type:-|-|sts-policy-invalid
no type:-|-|sts-policy-invalid
cut off:-|-|sts-policy-fetch-error
compressed:-|-|sts-policy-invalid
a NUL:-|-|sts-policy-invalid
many hosts:-|-|sts-policy-invalid
no age:-|-|sts-policy-invalid
great age:enforce|31557600|-|mx.far.test
age 0:enforce|0|-|mx.far.test
twice:enforce|1000|-|mx.far.test
ROWS
}

@test "an identifier that changes and back keeps the policy that was good" {
  [ "$(ask good 1)" = 'far.test|enforce|1000|-|mx.far.test' ]
  [ "$(ask headers 2)" = 'far.test|enforce|1000|sts-policy-fetch-error|mx.far.test' ]
  [ "$(ask 'no header' 3)" = 'far.test|enforce|1000|sts-policy-fetch-error|mx.far.test' ]
  [ "$(ask 'a NUL' 1)" = 'far.test|enforce|1000|-|mx.far.test' ]
  [ "$(ask 'another type' 4)" = 'far.test|enforce|1000|sts-policy-invalid|mx.far.test' ]
  # One that may not be remembered does not outlive its question.
  [ "$(ask 'age 0' 5)" = 'far.test|enforce|0|-|mx.far.test' ]
  [ "$("$BIN/mta-sts" --mta-sts-dir "$SITE/sts" <<<far.test)" = $'far.test\t-\t-\t-' ]
}
