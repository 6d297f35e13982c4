load site

setup() {
  site
  echo 'a secret that nobody else has' >"$SITE/secret"
  chmod 600 "$SITE/secret"
  printf '%s\n' "aliases = $SITE/aliases" "srs-secret = $SITE/secret" 'srs-domain = srs.test' >>"$TUBEPOST_CONF"
  echo '* 127.0.0.1:1' >"$SITE/routes"
  printf '%s\n' 'carol: carol@far.test' 'both: alice, carol@far.test' >"$SITE/aliases"
}

deliver() { "$BIN/smtp-send" --once 2>>"$SITE/log"; }
# The reverse-path of the copy for this recipient.
sender_for() { sed -n 's/^from: <\(.*\)>$/\1/p' "$(grep -rlxE "to: todo <$1>( .*)?" "$SITE/spool/queue")"; }

@test "what goes to another domain has a sender of ours, and its bounce finds the way back" {
  smtp 'EHLO c' 'MAIL FROM:<a@b.test>' 'RCPT TO:<both@example.test>' DATA x . QUIT
  deliver
  deliver
  [ "$(delivered alice)" -eq 1 ]
  grep -rqx 'Return-Path: <a@b.test>' "$SITE/alice/Maildir/new"
  sender=$(sender_for carol@far.test)
  [[ "$sender" =~ ^SRS0=[A-Za-z0-9+/]{4}=[A-Z2-7]{2}=b.test=a@srs.test$ ]]
  rm -r "$SITE"/spool/queue/*/*
  run smtp 'EHLO c' 'MAIL FROM:<>' "RCPT TO:<$(tr a-z A-Z <<<"$sender")>" DATA 'Subject: bounce' '' x . QUIT
  [[ "$output" == *"250 2.0.0 queued"* ]]
  deliver
  [ "$(queued)" -eq 1 ]
  grep -rqixE 'to: todo <a@b.test>( .*)?' "$SITE/spool/queue"
  grep -rqx 'from: <>' "$SITE/spool/queue"
}

@test "a bounce and a sender of our own stay as they are" {
  smtp 'EHLO c' 'MAIL FROM:<>' 'RCPT TO:<carol@example.test>' DATA x . QUIT
  deliver
  [ "$(sender_for carol@far.test)" = "" ]
  rm -r "$SITE"/spool/queue/*/*
  smtp 'EHLO c' 'MAIL FROM:<bob@example.test>' 'RCPT TO:<carol@example.test>' DATA x . QUIT
  deliver
  [ "$(sender_for carol@far.test)" = bob@example.test ]
}

@test "only bounces are taken for a rewritten address, and only one that was made here" {
  smtp 'EHLO c' 'MAIL FROM:<a@b.test>' 'RCPT TO:<carol@example.test>' DATA x . QUIT
  deliver
  sender=$(sender_for carol@far.test)
  run smtp 'EHLO c' 'MAIL FROM:<x@y.test>' "RCPT TO:<$sender>" QUIT
  [[ "$output" == *"550 5.7.1 this address takes bounces only"* ]]
  run smtp 'EHLO c' 'MAIL FROM:<>' "RCPT TO:<${sender/a@/c@}>" 'RCPT TO:<SRS0=AAAA=JK=b.test=a@srs.test>' 'RCPT TO:<bob@srs.test>' QUIT
  [ "$(grep -c '^550 5.1.1' <<<"$output")" -eq 3 ]
  sed -i 's/a secret/another secret/' "$SITE/secret"
  run smtp 'EHLO c' 'MAIL FROM:<>' "RCPT TO:<$sender>" QUIT
  [[ "$output" == *"550 5.1.1 "* ]]
  printf '%s\n' 'a secret that nobody else has' >>"$SITE/secret"
  run smtp 'EHLO c' 'MAIL FROM:<>' "RCPT TO:<$sender>" QUIT
  [[ "$output" == *"250 2.1.5 "* ]]
}

@test "what another forwarder has rewritten is rewritten once more, and returned to him" {
  smtp 'EHLO c' 'MAIL FROM:<SRS0=ABCD=XY=one.test=a-name-that-is-longer-than-most-and-so-over-sixty-four@two.test>' \
    'RCPT TO:<carol@example.test>' DATA x . QUIT
  deliver
  sender=$(sender_for carol@far.test)
  [[ "$sender" == SRS1=????=two.test==ABCD=XY=one.test=*@srs.test ]]
  rm -r "$SITE"/spool/queue/*/*
  smtp 'EHLO c' 'MAIL FROM:<>' "RCPT TO:<$sender>" DATA x . QUIT
  deliver
  grep -rq 'to: todo <SRS0=ABCD=XY=one.test=a-name-that-is-longer-than-most-and-so-over-sixty-four@two.test>' "$SITE/spool/queue"
}

@test "postsrsd with the same secret understands it, and is understood" {
  postsrsd=$(command -v postsrsd || echo "$BIN/../peers/usr/sbin/postsrsd")
  [ -x "$postsrsd" ] || skip "no postsrsd here"
  ask() { python3 - "$@" <<'PY'
import socket, sys, time
for attempt in range(200):
    try:
        with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as wire:
            wire.sendall(f"get {sys.argv[2]}\n".encode())
            print(wire.makefile().readline().split()[1])
            break
    except ConnectionRefusedError:
        time.sleep(0.02)
PY
  }
  smtp 'EHLO c' 'MAIL FROM:<a@b.test>' 'RCPT TO:<carol@example.test>' DATA x . QUIT
  deliver
  ours=$(sender_for carol@far.test)
  # Somebody else may have taken a port before it does: then it ends, and has others.
  for attempt in 1 2 3; do
    read -r forward reverse < <(python3 -c 'import socket
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(one.getsockname()[1] for one in held))')
    "$postsrsd" -s "$SITE/secret" -d srs.test -f "$forward" -r "$reverse" 3>&- &
    server=$!
    theirs=$(ask "$forward" a@b.test)
    [ -z "$theirs" ] || break
    kill "$server" || true
  done
  back=$(ask "$reverse" "$ours")
  kill "$server"
  [ "$ours" = "$theirs" ]
  [ "$back" = a@b.test ]
}

@test "a secret that is missing, short or open to everybody is a wrong configuration" {
  chmod 644 "$SITE/secret"
  run "$BIN/smtpd" --check
  [ "$status" -eq 78 ]
  [[ "$output" == *"everybody may read it"* ]]
  chmod 600 "$SITE/secret"
  echo short >"$SITE/secret"
  run "$BIN/smtp-send" --check
  [ "$status" -eq 78 ]
  [[ "$output" == *"a secret of less than 16 octets"* ]]
  rm "$SITE/secret"
  run "$BIN/smtp-send" --check
  [ "$status" -ne 0 ]
  printf '%s\n' 'srs-domain = not a domain' >>"$TUBEPOST_CONF"
  run "$BIN/smtp-send" --check
  [ "$status" -ne 0 ]
}

@test "a user's .forward to another domain rewrites the sender, and to one of ours does not" {
  echo 'dora@far.test, bob' >"$SITE/alice/.forward"
  smtp 'EHLO c' 'MAIL FROM:<a@b.test>' 'RCPT TO:<alice@example.test>' DATA x . QUIT
  deliver
  deliver
  [[ "$(sender_for dora@far.test)" == SRS0=*=b.test=a@srs.test ]]
  grep -rqx 'Return-Path: <a@b.test>' "$SITE/bob/Maildir/new"
}
