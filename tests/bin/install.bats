setup() {
  export DESTDIR="$BATS_TEST_TMPDIR/root" PREFIX=/usr/local BUILD="$BIN/.."
  to="$DESTDIR$PREFIX"
}

put_in_place() { "$SOURCE/inetd/install" "$1"; }

@test "programs, pages, samples, units and an empty spool are laid out" {
  run put_in_place install
  [ "$status" -eq 0 ]
  for program in smtpd spool-put smtp-send local-deliver spool pop3d imapd check-password set-password sendmail b64 qp mime-encode mime-decode; do
    [ -x "$to/bin/$program" ]
    [ -n "$(find "$to/share/man" -name "$program.*")" ]
  done
  run "$to/bin/smtpd" --version
  [ "$status" -eq 0 ]
  run "$to/sbin/sendmail" --version
  [ "$status" -eq 0 ]
  [ "$(stat -c %a "$DESTDIR/etc/tubepost/users")" = 640 ]
  [ "$(find "$DESTDIR/var/spool/tubepost/queue" -mindepth 1 -type d -perm 3770 | wc -l)" -eq 16 ]
  ! grep -rq '@bin@' "$DESTDIR"
  grep -qx 'ExecStart=/usr/local/bin/smtpd' "$to/lib/systemd/system/tubepost-smtp.service"
  TUBEPOST_CONF="$DESTDIR/etc/tubepost/tubepost.conf" "$to/bin/smtpd" --check --domains="$DESTDIR/etc/tubepost/domains" \
    --users="$DESTDIR/etc/tubepost/users" --routes="$DESTDIR/etc/tubepost/routes"
  TUBEPOST_CONF="$DESTDIR/etc/tubepost/tubepost.conf" "$to/bin/spool" check --spool="$DESTDIR/var/spool/tubepost"
}

@test "a second installation keeps what was edited; uninstall takes back the rest and leaves mail" {
  put_in_place install
  echo 'hostname = edited.test' >"$DESTDIR/etc/tubepost/tubepost.conf"
  echo mail >"$DESTDIR/var/spool/tubepost/queue/3/0000000001.0000000000000.x"
  run put_in_place install
  [[ "$output" == *"etc/tubepost/tubepost.conf is kept"* ]]
  grep -qx 'hostname = edited.test' "$DESTDIR/etc/tubepost/tubepost.conf"
  put_in_place uninstall
  [ "$(cd "$DESTDIR" && find . -type f | sort | tr '\n' ' ')" = './etc/tubepost/tubepost.conf ./var/spool/tubepost/queue/3/0000000001.0000000000000.x ' ]
}

@test "what was never used goes without a trace" {
  put_in_place install
  put_in_place uninstall
  [ -z "$(find "$DESTDIR" -type f -o -type l)" ]
  [ ! -e "$DESTDIR/var/spool/tubepost" ]
  [ ! -e "$DESTDIR/etc/tubepost" ]
}
