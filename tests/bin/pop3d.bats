load site

setup() {
  site
  with_passwords
  with_mail
}

pop3() { printf '%s\r\n' "$@" | "$BIN/pop3d" 2>"$SITE/log"; }

teardown() { stop; }

@test "the three phases, pipelined in one write" {
  run pop3 'USER bob' 'PASS secret' STAT 'RETR 1' UIDL 'TOP 2 1' 'DELE 1' QUIT
  [ "$status" -eq 0 ]
  [[ "$output" == *"+OK 2 "* ]]
  [[ "$output" == *$'..dot\r\n.\r\n'* ]]
  [[ "$output" == *$'2 2.two\r\n'* ]]
  [[ "$output" == *$'\r\nbody\r\n.\r\n'* ]]
  [ ! -e "$SITE/bob/Maildir/new/1.one" ]
  [ -e "$SITE/bob/Maildir/new/2.two" ]
}

@test "what is no regular file is no message, and nobody waits for it" {
  mkfifo "$SITE/bob/Maildir/new/0.fifo"
  mkdir -p "$SITE/bob/Maildir/cur/0.directory"
  ln -s "$SITE/users" "$SITE/bob/Maildir/cur/0.link"
  run timeout 10 bash -c 'printf "%s\r\n" "USER bob" "PASS secret" STAT "RETR 1" QUIT | "$BIN/pop3d"'
  [ "$status" -eq 0 ]
  [[ "$output" == *"+OK 2 "*$'..dot\r\n.\r\n'* ]]
}

@test "a connection that breaks deletes nothing" {
  run pop3 'USER bob' 'PASS secret' 'DELE 1'
  [ -e "$SITE/bob/Maildir/new/1.one" ]
}

@test "wrong passwords and unknown users get the same answer" {
  run pop3 'USER bob' 'PASS wrong' QUIT
  wrong=$output
  run pop3 'USER nobody' 'PASS wrong' QUIT
  [[ "$wrong" == *"-ERR"*"wrong name or password"* ]]
  [ "$output" = "$wrong" ]
  run pop3 STAT 'RETR 1' QUIT
  [[ "$output" != *"Subject"* ]]
}

@test "curl reads a message over tcpserver" {
  serve "$BIN/pop3d"
  run curl -sS "pop3://bob:secret@127.0.0.1:$port/2"
  stop
  [ "$status" -eq 0 ]
  [ "$output" = $'Subject: two\r\n\r\nbody\r\nmore\r' ]
  grep -q 'connect peer=127.0.0.1' "$SITE/log"
}

@test "--check says whether a login could be checked" {
  run "$BIN/pop3d" --check
  [ "$status" -eq 0 ]
  [ -z "$output" ]
  run "$BIN/pop3d" --check --libexec=/nonexistent
  [ "$status" -eq 78 ]
  [[ "$output" == *"/nonexistent/check-password"* ]]
  run "$BIN/pop3d" --check --users=/nonexistent
  [ "$status" -eq 78 ]
}
