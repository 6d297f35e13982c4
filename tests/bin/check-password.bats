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
