# What looks like the end of a message and is none: in by every door, through filters, and out again.
load site

setup() {
  site
  touch "$SITE/routes"
}

smuggle() { timeout 200 python3 "$SOURCE/tests/bin/smuggling.py" "$@"; }

@test "smtpd, by DATA and by BDAT cut anywhere: refused, or kept as it was sent" { smuggle taken; }

@test "LMTP" { smuggle taken --lmtp; }

@test "through a filter that changes nothing" {
  echo 'filter = /bin/cat' >>"$TUBEPOST_CONF"
  smuggle taken
}

@test "through filters that rewrite the message" {
  printf '#!/bin/sh\necho "X-Filtered: yes"; exec sed s/evil/good/g\n' >"$SITE/rewrite"
  chmod 755 "$SITE/rewrite"
  printf '%s\n' "filter = $SITE/rewrite" 'filter = /bin/cat' >>"$TUBEPOST_CONF"
  REWRITTEN=yes smuggle taken
}

@test "out to a host that keeps every octet: no bare line end, no lone dot, no command of ours" { smuggle sent script; }

@test "out to another smtpd: the same messages" { smuggle sent smtpd; }

@test "out to a postfix that takes bare line ends: the same messages" {
  needs_root "start a postfix"
  command -v postfix >/dev/null || skip "no postfix here"
  smuggle sent postfix
}
