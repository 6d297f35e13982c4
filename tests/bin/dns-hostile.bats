# A name server that lies (hostile_dns.py): whatever it says, the next question has its answer, and no mail is lost.
load site
load dns

setup() {
  site
  address=127.$((RANDOM % 253 + 1)).$((RANDOM % 254)).$((RANDOM % 253 + 1))
  coproc LIAR { exec python3 "$SOURCE/tests/bin/hostile_dns.py" "$address"; }
  liar=$LIAR_PID
  local port
  read -r port <&"${LIAR[0]}"
  dns="127.0.0.1@$port"
}

teardown() {
  kill "$liar"
  [ -z "${peer:-}" ] || kill "$peer"
}

# What comes of each lie, by type: o an answer, e none of that type, n no such name, f nobody knows.
lies='big:efe bigtxt:eeo truncated:fff loopa:fff self:fff chain:fff pointer:fff forward:fff short:fff long:fff binary:oof othername:fff
 noquestion:fff notanswer:fff rcode1:fff rcode2:fff rcode4:fff rcode5:fff rcode11:fff nxdata:nnn ttl0:ooe ttlmax:ooe garbage:fff cut:fff
 counts:fff otherid:fff empty:fff silent:fff'

@test "each lie is no answer or a plain one, and the next question has its own" {
  for lie in $lies; do
    printf '%s %s\n' A "${lie%:*}.hostile.test" MX "${lie%:*}.hostile.test" TXT "${lie%:*}.hostile.test"
  done >"$SITE/questions"
  { cat "$SITE/questions"; echo 'A good.hostile.test'; } |
    "$BIN/resolve" --resolver "$dns" --trust-anchor "" --dns-timeout 10 >"$SITE/answers"
  ! LC_ALL=C grep -q '[^[:print:][:blank:]]' "$SITE/answers"
  grep -qx $'found\tinsecure\t300\tA\tgood.hostile.test\tgood.hostile.test\t'"$address" "$SITE/answers"
  for lie in $lies; do
    seen=$(for type in A MX TXT; do awk -F '\t' -v type=$type -v name="${lie%:*}.hostile.test" '$4 == type && $5 == name {
      print $1 == "found" ? "o" : $1 == "empty" ? "e" : $1 == "nxdomain" ? "n" : "f" }' "$SITE/answers"; done | tr -d '\n')
    [ "$seen" = "${lie#*:}" ] || { echo "$lie: $seen"; false; }
  done
}

# outcomes LIE: how often each outcome came for as many questions that the server answers by streams alone.
outcomes() {
  for i in {1..40}; do printf 'A %s.n%s.hostile.test\n' "$1" $i bigtxt $i; done |
    "$BIN/resolve" --resolver "$dns" --trust-anchor "" --dns-timeout 3 >"$SITE/answers"
  awk -F '\t' '$5 ~ /^bigtxt/ { count[$1]++ } END { for (outcome in count) print outcome, count[outcome] }' "$SITE/answers"
}

@test "a question whose stream ends, or that nobody answers, takes no other's answer" {
  [ "$(outcomes truncated)" = 'empty 40' ]
  [ "$(outcomes silent)" = 'empty 40' ]
  # Where there are few descriptors, questions wait for them.
  ulimit -n 80
  [ "$(outcomes truncated)" = 'empty 40' ]
}

@test "a server that has not answered for long is asked for other names nevertheless" {
  { for i in {1..260}; do echo "A silent.n$i.hostile.test"; done; for i in {1..40}; do echo "A good.n$i.hostile.test"; done; } |
    "$BIN/resolve" --resolver "$dns" --trust-anchor "" --dns-timeout 5 >"$SITE/answers"
  [ "$(grep -c '^found.*good' "$SITE/answers")" -eq 40 ]
  [ "$(grep -c '^failure.*silent' "$SITE/answers")" -eq 260 ]
}

@test "mail to liars waits or is returned, and the others have theirs" {
  needs_root "may take port 25"
  by_mx
  coproc PEER { LISTEN="$address:25" exec python3 "$SOURCE/tests/bin/scripted_server.py" "$SITE/heard"; }
  peer=$PEER_PID
  read -r _ <&"${PEER[0]}"
  for lie in $lies; do "$BIN/spool-put" -f alice@example.test "x@${lie%:*}.hostile.test" <<<'Subject: x' >/dev/null; done
  "$BIN/spool-put" -f alice@example.test x@good.hostile.test <<<'Subject: x' >/dev/null
  "$BIN/smtp-send" --once >"$SITE/log" 2>&1
  for lie in $lies good:.o; do
    case ${lie#*:} in
    ?f*) wanted='deferred to=x@%s.hostile.test status=4.4.3 ' ;;
    ?n*) wanted='failed to=x@%s.hostile.test status=5.1.2 ' ;;
    ?o*) wanted='delivered to=x@%s.hostile.test ' ;;
    ?e*) wanted='failed to=x@%s.hostile.test status=5.1.2 ' ;;
    esac
    [ "${lie%:*}" != binary ] || wanted='failed to=x@%s.hostile.test status=5.1.2 '
    # Its second answer is a lie, too.
    [ "${lie%:*}" != bigtxt ] || wanted='failed to=x@%s.hostile.test status=5.1.2 '
    grep -qF "$(printf " $wanted" "${lie%:*}")" "$SITE/log" || { echo "$lie"; grep -F "x@${lie%:*}." "$SITE/log"; false; }
  done
}
