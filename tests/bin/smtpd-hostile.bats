# Clients that mean harm: orders nobody thought of, sizes that overflow, words for shells and logs, slowness, and crowds.
load site

setup() {
  site
  echo 'far.test 127.0.0.1:9' >"$SITE/routes"
}

hostile() { timeout "$((${SECONDS_AT_MOST:-100} + 120))" python3 "$SOURCE/tests/bin/smtpd_hostile.py" "$@"; }

@test "chunks in every order with DATA, RSET, errors and empty ones" { hostile orders; }

@test "sizes that are none, or more than there can be" { hostile sizes; }

@test "a million chunks of one octet" { hostile many_chunks; }

@test "VRFY, EXPN, HELP, NOOP and errors inside a transaction leave it whole" { hostile in_between; }

@test "control characters, shells and line ends in every name and parameter: in no log, envelope, filter or field" {
  printf '#!/bin/sh\nprintf "SENDER=%%s\\0RECIPIENT=%%s\\0TCPREMOTEIP=%%s\\0AUTH_USER=%%s\\0" "$SENDER" "$RECIPIENT" "$TCPREMOTEIP" "$AUTH_USER" >%s\nexec cat\n' "$SITE/told" >"$SITE/tell"
  chmod 755 "$SITE/tell"
  echo "filter = $SITE/tell" >>"$TUBEPOST_CONF"
  hostile parameters
}

@test "no spelling of an address makes a relay" { hostile relays; }

@test "a pipelined session cut at every octet, with UTF-8 and chunks" { hostile splits; }

@test "slow clients, silent ones and those who do not read have their time, and no more" { hostile slow; }

@test "thousands of bad clients leave the listening process as it was" { hostile clients; }

@test "who breaks off once he is greeted is known as any other" { hostile breaking; }

@test "every limit of smtpd(8), to the octet" { hostile limits; }

@test "more connections than there may be, more recipients than a filter can be told of" {
  hostile crowd
  echo 'filter = /bin/cat' >>"$TUBEPOST_CONF"
  hostile filtered
}

@test "PROXY headers: cut, too long, of other families, and from whoever is none" {
  echo 'proxy-network = 192.0.2.0/24' >>"$TUBEPOST_CONF"
  hostile proxies
}

@test "as root: a PROXY header is read by nobody" {
  needs_root "become nobody"
  echo 'proxy-network = 192.0.2.0/24' >>"$TUBEPOST_CONF"
  hostile proxy_rights
}
