# Addresses that pretend to be rewritten ones, or to be bounces for them.
load site

setup() {
  site
  echo 'a secret that nobody else has' >"$SITE/secret"
  chmod 600 "$SITE/secret"
  printf '%s\n' "aliases = $SITE/aliases" "srs-secret = $SITE/secret" 'srs-domain = srs.test' >>"$TUBEPOST_CONF"
  echo '* 127.0.0.1:1' >"$SITE/routes"
  echo 'carol: carol@far.test' >"$SITE/aliases"
}

deliver() { "$BIN/smtp-send" --once 2>>"$SITE/log" || true; }
sender_for() { sed -n 's/^from: <\(.*\)>$/\1/p' "$(grep -rlxE "to: todo <$1>( .*)?" "$SITE/spool/queue")"; }
# made KIND DAYS HOST REST: the address that was made so many days ago, as postsrsd makes it.
made() {
  python3 - "$@" <<'PY'
import base64, hashlib, hmac, sys, time
kind, days, host, rest = sys.argv[1:]
digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
day = int(time.time()) // 86400 - int(days)
stamp = digits[day // 32 % 32] + digits[day % 32]
text = (stamp if kind == "0" else "") + host + rest
hash = base64.b64encode(hmac.new(b"a secret that nobody else has", text.lower().encode(), hashlib.sha1).digest())[:4].decode()
print(f"SRS0={hash}={stamp}={host}={rest}@srs.test" if kind == "0" else f"SRS1={hash}={host}={rest}@srs.test")
PY
}
# answer PATH: to a bounce for it.
answer() { smtp 'EHLO c' 'MAIL FROM:<>' "RCPT TO:<$1>" QUIT | sed -n '/^250 \|^221 /!{/^5\|^251\|^4/p};s/^250 2.1.5/&/p'; }

@test "an address is good for three weeks, and not before it was made" {
  [[ "$(answer "$(made 0 0 b.test a)")" == 25* ]]
  [[ "$(answer "$(made 0 21 b.test a)")" == 25* ]]
  [[ "$(answer "$(made 0 23 b.test a)")" == '550 5.1.1 '* ]]
  [[ "$(answer "$(made 0 -3 b.test a)")" == '550 5.1.1 '* ]]
  [[ "$(answer "$(made 0 500 b.test a)")" == '550 5.1.1 '* ]]
  # The stamp of another day is not under the hash.
  old=$(made 0 23 b.test a) new=$(made 0 0 b.test a)
  [[ "$(answer "${old:0:9}${new:9}")" == '550 5.1.1 '* ]]
}

@test "the second kind has no date, but goes to whom the hash names alone" {
  good=$(made 1 0 two.test '=ABCD=XY=one.test=bob')
  [[ "$(answer "$good")" == 25* ]]
  for bad in "${good/two.test/thr.test}" "${good/bob/eve}" "${good/one.test/evil.test}" "${good/SRS1/SRS0}" "${good/==ABCD/+=ABCD}" "${good/=ABCD/ABCD}"; do
    [[ "$(answer "$bad")" == '550 5.1.1 '* ]] || { echo "$bad"; false; }
  done
  # Nothing behind the host: the hash is right, but this is no rewritten address.
  [[ "$(answer "$(made 1 0 two.test 'bob')")" == '550 5.1.1 '* ]]
  [[ "$(answer "$(made 1 0 two.test '')")" == '550 5.1.1 '* ]]
}

@test "what is no address behind a right hash goes nowhere" {
  for bad in '.test a' 'b..test a' '@b.test: a' 'b.test>\ <x@y.test a'; do
    host=${bad%% *} rest=${bad#* }
    reply=$(answer "$(made 0 0 "$host" "$rest")")
    [[ "$reply" == 5* ]] || { echo "$bad: $reply"; false; }
  done
  [ "$(queued)" -eq 0 ]
}

@test "quoted, in any case, and with what stands behind a plus: it is the same address" {
  good=$(made 0 0 b.test a)
  local=${good%@*}
  [[ "$(answer "\"$local\"@srs.test")" == 25* ]]
  [[ "$(answer "${good,,}")" == 25* ]]
  [[ "$(answer "${good^^}")" == 25* ]]
  [[ "$(answer "${local/SRS0=/SRS0+}@srs.test")" == 25* ]]
  [[ "$(answer "$local@SRS.Test")" == 25* ]]
}

@test "what comes back to us and is forwarded once more still finds its way" {
  echo 'dora: carol@srs.test' >>"$SITE/aliases"
  smtp 'EHLO c' "MAIL FROM:<$(made 0 0 b.test a)>" 'RCPT TO:<carol@example.test>' DATA x . QUIT
  deliver
  sender=$(sender_for carol@far.test)
  rm -r "$SITE"/spool/queue/*/*
  smtp 'EHLO c' 'MAIL FROM:<>' "RCPT TO:<$sender>" DATA x . QUIT
  for _ in 1 2 3; do deliver; done
  grep -rqxE 'to: todo <a@b.test>( .*)?' "$SITE/spool/queue"
}

@test "a sender that is too long to be rewritten stays, and nothing is lost" {
  domain=$(printf 'b%.0s' {1..63}).$(printf 'c%.0s' {1..63}).$(printf 'd%.0s' {1..40}).test
  sender=$(printf 'a%.0s' {1..64})@$domain
  smtp 'EHLO c' "MAIL FROM:<$sender>" 'RCPT TO:<carol@example.test>' DATA x . QUIT
  deliver
  [ "$(sender_for carol@far.test)" = "$sender" ]
  # One that just fits.
  rm -r "$SITE"/spool/queue/*/*
  smtp 'EHLO c' "MAIL FROM:<$(printf 'a%.0s' {1..64})@$(printf 'b%.0s' {1..63}).test>" 'RCPT TO:<carol@example.test>' DATA x . QUIT
  deliver
  sender=$(sender_for carol@far.test)
  [[ "$sender" == SRS0=*@srs.test ]]
  [[ "$(answer "$sender")" == 25* ]]
  # Longer than a path may be.
  [[ "$(answer "SRS0=AAAA=JK=b.test=$(printf 'a%.0s' {1..300})@srs.test")" == 5* ]]
}

@test "a bounce for our own user behind a rewritten address reaches him once" {
  address=$(made 0 0 example.test bob)
  smtp 'EHLO c' 'MAIL FROM:<>' "RCPT TO:<$address>" "RCPT TO:<${address,,}>" DATA 'Subject: b' '' x . QUIT
  deliver
  [ "$(delivered bob)" -ge 1 ]
  [ "$(queued)" -eq 0 ]
  # To one that is not there: the postmaster hears of it, and nobody outside.
  smtp 'EHLO c' 'MAIL FROM:<>' "RCPT TO:<$(made 0 0 example.test nobody)>" DATA x . QUIT
  for _ in 1 2 3; do deliver; done
  [ "$(queued)" -eq 0 ]
  [ "$(delivered alice)" -eq 1 ]
}
