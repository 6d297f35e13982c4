load site

setup() {
  export DESTDIR="$BATS_TEST_TMPDIR/root" PREFIX=/usr/local BUILD="$BIN/.."
  to="$DESTDIR$PREFIX"
}

put_in_place() { "$SOURCE/inetd/install" "$1"; }

@test "programs, pages, samples, units and an empty spool are laid out" {
  run put_in_place install
  [ "$status" -eq 0 ]
  for program in smtpd spool-put smtp-send local-deliver spool pop3d imapd check-password set-password tls-wrap sendmail b64 qp uu mime-encode mime-decode; do
    [ -x "$to/bin/$program" ]
    [ -n "$(find "$to/share/man" -name "$program.*")" ]
    grep -q " $program$" "$to/share/bash-completion/completions/$program"
    grep -qx "#compdef $program" "$to/share/zsh/site-functions/_$program"
  done
  run "$to/bin/smtpd" --version
  [ "$status" -eq 0 ]
  run "$to/sbin/sendmail" --version
  [ "$status" -eq 0 ]
  [ "$(stat -c %a "$DESTDIR/etc/tubepost/users")" = 640 ]
  [ "$(find "$DESTDIR/var/spool/tubepost/queue" -mindepth 1 -type d -perm 3770 | wc -l)" -eq 16 ]
  mkdir "$BATS_TEST_TMPDIR/marked"
  if chattr +T "$BATS_TEST_TMPDIR/marked" 2>/dev/null; then
    [[ $(lsattr -d "$DESTDIR/var/spool/tubepost/queue") == *T*' '* ]]
  fi
  [ "$(stat -c %a "$DESTDIR/var/spool/tubepost-greylist")" = 700 ]
  ! grep -rq '@bin@\|@share@' "$DESTDIR"
  # What the sample names is where it says.
  [ "$(sed -n 's/^#filter = //p' "$DESTDIR/etc/tubepost/tubepost.conf" | wc -l)" -eq 3 ]
  for script in $(sed -n 's/^#filter = //p' "$DESTDIR/etc/tubepost/tubepost.conf"); do [ -x "$DESTDIR$script" ]; done
  cmp "$SOURCE/inetd/pam.d/tubepost" "$to/share/tubepost/pam.d/tubepost"
  grep -qx 'ExecStart=/usr/local/bin/smtpd' "$to/lib/systemd/system/tubepost-smtp.service"
  local etc=$DESTDIR/etc/tubepost
  check() { TUBEPOST_CONF=$etc/tubepost.conf "$to/bin/smtpd" --check --smtpd-user=root --counts="$DESTDIR/counts" --spool="$DESTDIR/var/spool/tubepost" --domains="$etc/domains" --users="$etc/users" --routes="$etc/routes"; }
  run check
  [ "$status" -eq 78 ]
  [[ "$output" == *"postmaster: 'postmaster' is no user here"* ]]
  echo 'alice:*:1000:1000::/home/alice::' >>"$etc/users"
  sed -i 's/^postmaster = .*/postmaster = alice/' "$etc/tubepost.conf"
  check
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

@test "with its group and user: who receives mail can add to the spool, and neither read nor remove what others queued" {
  needs_root 'install for other users'
  # It cannot trace itself, and listens to no environment.
  [ -z "${ASAN_OPTIONS:-}" ] || skip "a sanitizer does not work in a program with rights of its own"
  chmod 755 "$BATS_TEST_TMPDIR"
  names="$BATS_TEST_TMPDIR/names" home="$BATS_TEST_TMPDIR/home"
  mkdir -p "$names" "$home"
  chown 65534:65534 "$home"
  cp -a /etc "$names/etc"
  rm -rf "$names/etc/tubepost"
  ln -s /mnt/root/etc/tubepost "$names/etc/tubepost"
  systemd-sysusers --root="$names" "$SOURCE/inetd/systemd/tubepost.sysusers"
  export names home to
  export -f put_in_place
  run apart bash -euc '
    # A program with rights of its own reads no configuration but that of /etc.
    mount --bind "$names/etc" /etc
    # The way to the directory of the test is closed to other users.
    mount --bind "$BATS_TEST_TMPDIR" /mnt
    DESTDIR=/mnt/root to="/mnt/root$PREFIX" home=/mnt/home
    put_in_place install
    etc="$DESTDIR/etc/tubepost" spool="$DESTDIR/var/spool/tubepost"
    chmod 755 "$DESTDIR"
    printf "%s\n" "spool = $spool" "libexec = $to/bin" "counts = $DESTDIR/counts" >>"$etc/tubepost.conf"
    sed -i "s/^postmaster = .*/postmaster = bob/" "$etc/tubepost.conf"
    echo example.test >"$etc/domains"
    echo "bob:*:65534:65534::$home::" >"$etc/users"
    printf "%s\r\n" "EHLO c" "MAIL FROM:<>" "RCPT TO:<bob@example.test>" DATA "Subject: by smtpd" "" x . QUIT | "$to/bin/smtpd"
    [ "$(find "$spool/queue" -name "*.*.*" -user tubepost-smtpd -group tubepost -perm 600 | wc -l)" -eq 1 ]
    as_user() { setpriv --reuid="$1" --regid="$2" --clear-groups "${@:3}"; }
    as_user nobody nogroup "$to/bin/spool-put" -f a@b.test bob@example.test <<<"Subject: by a user"
    file=$(find "$spool/queue" -name "*.*.*" -user nobody -group tubepost -perm 600)
    receiver() { as_user tubepost-smtpd tubepost "$@" 2>&1; }
    for attempt in "cat $file" "rm -f $file" "mv $file $file.x" "touch $spool/x" "cat $etc/tubepost.conf -- $spool/lock"; do
      if receiver $attempt; then echo "ALLOWED: $attempt"; exit 1; fi
    done
    if as_user nobody nogroup ls "$spool"; then echo "ALLOWED: ls by nobody"; exit 1; fi
    if as_user nobody nogroup cat "$etc/users"; then echo "ALLOWED: users by nobody"; exit 1; fi
    receiver touch "${file%/*}/mine"
    receiver rm "${file%/*}/mine"
    "$to/bin/smtp-send" --once
    grep -h ^Subject "$home"/Maildir/new/*'
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == *"Subject: by smtpd"* && "$output" == *"Subject: by a user"* ]]
}

@test "without the group it says so, and belongs to the one who installs" {
  grep -v '^tubepost:' /etc/group >"$BATS_TEST_TMPDIR/group"
  export -f put_in_place
  may_go_apart
  run apart bash -euc 'mount --bind "$BATS_TEST_TMPDIR/group" /etc/group; put_in_place install'
  [[ "$output" == *"there is no group tubepost"*"sysusers.d/tubepost.conf"* ]]
  [ -z "$(find "$DESTDIR/var/spool" ! -user "$(id -u)")" ]
}
