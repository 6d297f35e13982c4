# Delivery status notifications, end to end: which are sent, to whom, and what is in them.
load site
load hosts

setup() { site; }
teardown() { stop_peers; }

reports() { python3 "$SOURCE/tests/bin/dsn.py" "$SITE/$1"/Maildir/new/*; }

# letter 'MAIL parameters' 'address parameters'...: by SMTP from bob.
letter() {
  local lines=('EHLO c' "MAIL FROM:<bob@example.test> $1") to
  shift
  for to in "$@"; do lines+=("RCPT TO:<${to%% *}>${to#"${to%% *}"}"); done
  smtp "${lines[@]}" DATA 'Subject: hi' 'Message-ID: <1@example.test>' '' 'the body' . QUIT
}
