load site

setup() { site; }
teardown() { [ -z "${home:-}" ] || rm -rf "$home"; }

@test "200 kills of smtpd and smtp-send under load lose nothing that was acknowledged" {
  # Root becomes somebody else for her, who must get to her home.
  if [ "$(id -u)" -eq 0 ]; then
    home=$(mktemp -d)
    chown 65534:65534 "$home"
    sed -i "s|^alice:.*|alice:*:65534:65534::$home::|" "$SITE/users"
    rmdir "$SITE/alice"
    ln -s "$home" "$SITE/alice"
  fi
  run python3 "$SOURCE/tests/crash/kill.py" 100
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == *" 0 lost, "* ]]
}
