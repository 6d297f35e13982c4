# What a crash or a fault of the system may leave, at chosen moments; `make crash` tries all of them.

setup() {
  [ "$(uname -m)" = x86_64 ] || skip "the tracer knows x86_64"
  [ -z "${ASAN_OPTIONS:-}" ] || skip "a sanitizer makes system calls of its own"
  export PYTHONDONTWRITEBYTECODE=1
}

@test "killed or refused at a system call, no program loses what was acknowledged, nor delivers half of it" {
  run python3 "$SOURCE/tests/crash/inject.py" --every 120
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "${lines[-1]}" == "all: "*" injections, "*" 0 wrong" ]]
}

@test "after a power cut at any moment nothing acknowledged is lost; a broken order of writing is found out" {
  run python3 "$SOURCE/tests/crash/power.py" --bound 15 --every 3 --seed 1
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "${lines[-1]}" == "all: "*" states, "*" cut again, 0 wrong, 0 broken orders not found" ]]
}
