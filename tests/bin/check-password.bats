#!/usr/bin/env bats

setup() {
  cd "$BATS_TEST_TMPDIR"
  echo "ann:$(perl -e 'print crypt("secret", q($6$saltsalt$))'):$(id -u):$(id -g)::$PWD::" >users
}

check() { printf "$1" >login; "$BIN/check-password" --users "$PWD/users" --root-login="${root_login:-yes}" -- sh -c 'echo "$USER $HOME $PWD"' 3<login; }

@test "the right password runs the program as the user" {
  run check 'ann\0secret\0stamp\0'
  [ "$status" -eq 0 ]
  [ "$output" = "ann $PWD $PWD" ]
}

@test "the example of --help works" {
  printf 'ann\0secret\0stamp\0' >login
  example=$("$BIN/check-password" --help | grep -o ' -- .*3<login')
  run bash -c "'$BIN/check-password' --users '$PWD/users' --root-login=yes $example"
  [ "$status" -eq 0 ]
  [[ "$output" == "uid=$(id -u)"* ]]
}

@test "a wrong password and an unknown name are refused alike" {
  run check 'ann\0wrong\0stamp\0'
  [ "$status" -eq 77 ]
  run check 'eve\0secret\0stamp\0'
  [ "$status" -eq 77 ]
}

@test "input that is cut short is a usage error, a missing users file temporary" {
  run check 'ann\0secret'
  [ "$status" -eq 64 ]
  rm users
  run check 'ann\0secret\0stamp\0'
  [ "$status" -eq 75 ]
}

@test "a user with uid 0 cannot log in unless the configuration says so" {
  [ "$(id -u)" -eq 0 ] || skip "only root can become root"
  root_login=no
  run check 'ann\0secret\0stamp\0'
  [ "$status" -eq 78 ]
  [[ "$output" == *"ann has uid 0, and root-login is not yes"* ]]
}

@test "the keys of SCRAM serve a password too" {
  echo secret | "$BIN/set-password" --users "$PWD/users" --scheme scram-sha-256 ann
  grep -q '^ann:{SCRAM-SHA-256}16384,' users
  run check 'ann\0secret\0stamp\0'
  [ "$status" -eq 0 ]
  run check 'ann\0Secret\0stamp\0'
  [ "$status" -eq 77 ]
}

@test "PAM may know the passwords" {
  load site
  may_go_apart
  mkdir pam.d
  printf '#!/bin/sh\n[ "$PAM_USER/$(tr -d "\\0")" = ann/pam-secret ]\n' >knows
  chmod 755 knows
  printf 'auth sufficient pam_exec.so expose_authtok quiet %s\nauth required pam_deny.so\naccount required pam_permit.so\n' "$PWD/knows" >pam.d/tubepost
  with_pam() {
    printf "$1" >login
    apart sh -c 'mount --bind pam.d /etc/pam.d && exec "$BIN/check-password" --password-check=pam --users "$PWD/users" --root-login=yes -- true 3<login'
  }
  run with_pam 'ann\0pam-secret\0\0'
  [ "$status" -eq 0 ]
  run with_pam 'ann\0secret\0\0'
  [ "$status" -eq 77 ]
  run with_pam 'eve\0pam-secret\0\0'
  [ "$status" -eq 77 ]
}

@test "what is no evidence, and a token that nobody can check" {
  printf 'ann\0secret\0\0' >login
  run "$BIN/check-password" --users "$PWD/users" --evidence=x -- true 3<login
  [ "$status" -eq 64 ]
  run "$BIN/check-password" --users "$PWD/users" --evidence=token -- true 3<login
  [ "$status" -eq 78 ]
  for status_of_program in 1:77 77:77 75:75 64:75; do
    printf '#!/bin/sh\nexit %s\n' "${status_of_program%:*}" >tokens
    chmod 755 tokens
    run "$BIN/check-password" --users "$PWD/users" --evidence=token --token-check="$PWD/tokens" -- true 3<login
    [ "$status" -eq "${status_of_program#*:}" ]
  done
}
