# What is wrong with tubepost.conf is said with file and line, by every program that uses the key; and what is good is checked by all alike.
load site

setup() { site; }

# refused TEXT PROGRAM [OPTION]...: it ends with 78 and says that, of the last line of the file.
refused() {
  run timeout 20 "$BIN/$2" "${@:3}" </dev/null
  [ "$status" -eq 78 ] || { echo "$2: $status $output"; false; }
  [[ "$output" == "$2: $TUBEPOST_CONF:$(wc -l <"$TUBEPOST_CONF"): $1"* ]] || { echo "$2: $output"; false; }
}

# wrong LINE TEXT PROGRAM [OPTION]...: with that line at the end of the file.
wrong() {
  cp "$TUBEPOST_CONF" "$SITE/good"
  printf '%s\n' '# more' '' "$1" >>"$TUBEPOST_CONF"
  refused "${@:2}"
  cp "$SITE/good" "$TUBEPOST_CONF"
}

@test "a wrong value is named with file and line, by every program" {
  wrong 'tarpit = x' "tarpit: 'x' is not a number from 0 to 60" smtpd --check
  wrong 'verify = perhaps' 'verify: yes or no expected' smtpd --check
  wrong 'auth-mechanisms = NTLM' 'auth-mechanisms: nobody knows NTLM' imapd --check
  wrong 'libexec = /nowhere' 'libexec: ' pop3d --check
  wrong 'timeout = -1' "timeout: '-1' is not a number" pop3d --check
  wrong 'max-connections = many' "max-connections: 'many' is not a number" imapd --check
  wrong 'max-size = 1G' "max-size: '1G' is not a number" sendmail -f alice@example.test bob@example.test
  wrong 'max-size = 1G' "max-size: '1G' is not a number" spool-put --sender alice@example.test bob@example.test
  wrong 'retry = 0' "retry: '0' is not a number" smtp-send --once
  wrong 'over-quota = keep' 'over-quota: defer or bounce' smtp-send --once
  wrong 'postmaster = zed' "postmaster: 'zed' is no user here" smtpd --check
  wrong 'catch-all = zed' 'catch-all: ' smtpd --check
  wrong 'helo-check = perhaps' 'helo-check: no, yes or resolve expected' smtpd --check
}

@test "of a key that is there several times the wrong line is named" {
  local key good bad
  while read -r key good bad; do
    cp "$TUBEPOST_CONF" "$SITE/good"
    printf '%s\n' "$key = $bad" "$key = $good" >>"$TUBEPOST_CONF"
    run timeout 20 "$BIN/smtpd" --check
    [ "$status" -eq 78 ]
    [[ "$output" == "smtpd: $TUBEPOST_CONF:$(($(wc -l <"$TUBEPOST_CONF") - 1)): $key: "* ]] || { echo "$output"; false; }
    cp "$SITE/good" "$TUBEPOST_CONF"
  done <<'ROWS'
relay-network 192.0.2.0/24 192.0.2.0/40
proxy-network 192.0.2.1 nowhere
filter /bin/cat cat
dnsbl list.test list.test=1.2.3
ROWS
  printf '%s\n' 'rate = x' 'rate = far.test 1/1' >>"$TUBEPOST_CONF"
  run timeout 20 "$BIN/smtp-send" --once
  [ "$status" -eq 78 ]
  [[ "$output" == "smtp-send: $TUBEPOST_CONF:$(($(wc -l <"$TUBEPOST_CONF") - 1)): rate: 'x' is not "* ]]
}

@test "on the command line it is an option's, by every program: wrong usage, and no place is named" {
  local program option
  while read -r program option; do
    run timeout 20 "$BIN/$program" "$option" --check </dev/null
    [ "$status" -eq 64 ] || { echo "$program $option: $status $output"; false; }
    option=${option#--}
    [[ "$output" == "$program: ${option%%=*}: "* ]] || { echo "$program $option: $output"; false; }
  done <<'ROWS'
smtpd --tarpit=x
smtpd --max-size=lots
smtpd --auth-without-tls=maybe
smtpd --verify=perhaps
smtpd --auth-mechanisms=NTLM
smtpd --hostname=a/b
smtpd --helo-check=perhaps
smtpd --reverse-dns-check=perhaps
smtpd --dnsbl=list.test=1.2.3
smtpd --relay-network=192.0.2.0/40
smtpd --filter=cat
smtpd --catch-all=a@b@c
smtpd --quota=lots
smtpd --resolver=nowhere
smtpd --resolver=127.0.0.1@0
smtpd --over-quota=keep
pop3d --auth-without-tls=maybe
pop3d --hostname=a/b
imapd --auth-mechanisms=NTLM
imapd --timeout=-1
imapd --max-size=lots
imapd --quota=lots
smtp-send --relay-by-mx=perhaps
smtp-send --resolver=::1@70000
smtp-send --rate=x
smtp-send --retry=0
smtp-send --over-quota=keep
smtp-send --quota=1G,x
ROWS
}

@test "passwords are checked by what is said, and by nothing else" {
  with_passwords
  wrong 'password-check = PAM' 'password-check: users or pam expected' check-password -- true 3<<<$'bob'
}

@test "a name that no host can have is refused by every program that says it" {
  local wrong
  for wrong in 'a b' grüße.test '' mx.test. "$(printf '%300s' | tr ' ' a)"; do
    sed -i '/^hostname/d' "$TUBEPOST_CONF"
    echo "hostname = $wrong" >>"$TUBEPOST_CONF"
    for program in 'smtpd --check' 'smtpd --lmtp --check' 'pop3d --check' 'imapd --check' 'pop3d' 'imapd' 'smtp-send --once' \
      'sendmail -f alice@example.test bob@example.test' 'spool-put --sender alice@example.test bob@example.test' \
      'local-deliver --user bob' 'tls-report'; do
      refused "hostname: '" $program
      [[ "$output" == *"' is no name of a host in ASCII"* ]]
    done
    printf '%s\n' 'From: a@far.test' 'Disposition-Notification-To: a@far.test' 'Message-ID: <1@far.test>' '' x >"$SITE/asks"
    run "$BIN/mdn" --print --confirmed --address bob@example.test <"$SITE/asks"
    [[ "$status" -eq 78 && "$output" == *"hostname: '"*"' is no name of a host in ASCII"* ]] || { echo "mdn: $output"; false; }
  done
}
