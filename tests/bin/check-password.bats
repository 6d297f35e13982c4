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

@test "the program finds SIGPIPE as in a shell" {
  printf 'ann\0secret\0stamp\0' >login
  run "$BIN/check-password" --users "$PWD/users" --root-login=yes -- grep SigIgn /proc/self/status 3<login
  [ "$status" -eq 0 ]
  [ $((0x${output##*[^0-9a-f]} & 0x1000)) -eq 0 ]
}

@test "who starts it may ignore what becomes of children" {
  printf 'ann\0token\0stamp\0' >login
  run perl -e '$SIG{CHLD} = "IGNORE"; exec @ARGV' "$BIN/check-password" --evidence token --token-check /usr/bin/env --users "$PWD/users" \
    --root-login=yes -- true 3<login
  [ "$status" -eq 0 ]
}

@test "a key that is neither yes nor no is an error, and nobody logs in" {
  root_login=perhaps run check 'ann\0secret\0stamp\0'
  [ "$status" -eq 64 ]
  [[ "$output" == *"root-login: yes or no expected"* ]]
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
  sed -i 's/^account.*/account required pam_debug.so acct=acct_expired/' pam.d/tubepost
  run with_pam 'ann\0pam-secret\0\0'
  [ "$status" -eq 69 ]
  [[ $output == *'ann: the account or its password has expired'* ]]
  run with_pam 'ann\0secret\0\0'
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

# What is counted are calls of crypt(3), not time.
@test "a name that nobody has costs the calls of crypt that a wrong password of somebody's costs" {
  [ -z "${ASAN_OPTIONS:-}" ] || skip "a sanitizer wants to be loaded first"
  cat >counted.c <<'C'
#define _GNU_SOURCE
#include <crypt.h>
#include <dlfcn.h>
#include <stdio.h>
char *crypt_r(const char *phrase, const char *setting, struct crypt_data *data) {
  char *(*real)(const char *, const char *, struct crypt_data *) = dlsym(RTLD_NEXT, "crypt_r");
  fprintf(stderr, "crypt %.4s\n", setting);
  return real(phrase, setting, data);
}
C
  cc -shared -fPIC -o counted.so counted.c
  work() { printf "$1" >login; LD_PRELOAD=$PWD/counted.so "$BIN/check-password" --users "$PWD/users" --root-login=yes -- true 3<login 2>&1 | grep '^crypt'; }
  echo 'locked:*:1:1::/::' >>users
  [ "$(work 'ann\0wrong\0\0')" = 'crypt $6$s' ]
  [ "$(work 'eve\0wrong\0\0')" = 'crypt $6$s' ]
  [ "$(work 'eve\0secret\0\0')" = 'crypt $6$s' ]
  [ "$(work 'locked\0wrong\0\0')" = 'crypt $6$s' ]
  echo secret | "$BIN/set-password" --users "$PWD/users" ann
  [ "$(work 'ann\0wrong\0\0')" = 'crypt $y$j' ]
  [ "$(work 'eve\0wrong\0\0')" = 'crypt $y$j' ]
}

@test "the sample for PAM lets in the users of the host, and nobody else" {
  load site
  needs_root 'look at hashes as pam_unix does'
  may_go_apart
  mkdir -p host/pam.d
  cp "$SOURCE/inetd/pam.d/tubepost" host/pam.d/
  cp /etc/ld.so.cache /etc/nsswitch.conf /etc/group host/
  echo "ann:x:1234:1234::$PWD:/bin/sh" >host/passwd
  echo "ann:$(perl -e 'print crypt("host-secret", q($6$saltsalt$))'):19000:0:99999:7:::" >host/shadow
  chmod 640 host/shadow
  as_host() {
    printf "$1" >login
    apart sh -c 'mount --bind host /etc && exec "$BIN/check-password" --password-check=pam --users "$PWD/users" --root-login=yes -- true 3<login'
  }
  run as_host 'ann\0host-secret\0\0'
  [ "$status" -eq 0 ] || { echo "$output"; false; }
  run as_host 'ann\0secret\0\0'
  [ "$status" -eq 77 ]
  run as_host 'eve\0host-secret\0\0'
  [ "$status" -eq 77 ]
}
