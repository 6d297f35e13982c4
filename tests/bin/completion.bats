setup() { cd "$BATS_TEST_TMPDIR"; }

tools() { for source in "$SOURCE"/bin/*.cpp; do basename "$source" .cpp; done; }

# complete_bash WORD...: what bash offers for the last word, one a line. "=" is a word of its own, as bash has it.
complete_bash() {
  bash -c '
    source <("$BIN/$1" --completion bash) || exit
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    function=$(complete -p "$1" | sed "s/.*-F \([^ ]*\) .*/\1/")
    "$function"
    printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
}

@test "bash completes options, files, directories and choices" {
  mkdir -p "a dir"
  touch "a file" b
  [ "$(complete_bash mime-decode --pa)" = --part ]
  [ "$(complete_bash b64 --wr)" = --wrap ]
  [ "$(complete_bash b64 "a f")" = "a file" ]
  [ "$(complete_bash mime-decode -C a)" = "a dir" ]
  [ "$(complete_bash mime-decode --directory = a)" = "a dir" ]
  [ "$(complete_bash mime-decode --directory =)" = "a dir" ]
  [ "$(complete_bash b64 --completion z)" = zsh ]
  [ -z "$(complete_bash b64 -w b)" ]
  [ "$(complete_bash b64 -d b)" = b ]
}

@test "every tool has a script that its shell reads" {
  for name in $(tools); do
    "$BIN/$name" --completion=bash >script
    bash -n script
    grep -q "^complete -F .* $name$" script
    "$BIN/$name" --completion=zsh >script
    [ "$(head -n 1 script)" = "#compdef $name" ]
    ! command -v zsh >/dev/null || zsh -n script
  done
  run "$BIN/b64" --completion csh
  [ "$status" -eq 64 ]
}

@test "zsh completes options and files" {
  command -v zsh >/dev/null || skip "needs zsh"
  touch letter.eml
  mkdir functions
  "$BIN/mime-decode" --completion zsh >functions/_mime-decode
  cat >drive.py <<'PY'
import os, pty, select, sys, time
pid, terminal = pty.fork()
if pid == 0:
    os.environ.update(HOME=os.getcwd(), TERM="dumb", PS1="> ", COLUMNS="200")
    os.execvp("zsh", ["zsh", "-f", "-i"])
def until(text, limit=20):
    seen, end = b"", time.monotonic() + limit
    while text not in seen and time.monotonic() < end:
        if select.select([terminal], [], [], 1)[0]:
            seen += os.read(terminal, 4096)
    if text not in seen:
        sys.exit(f"no {text!r} in {seen!r}")
def send(text):
    os.write(terminal, text)
send(b"unsetopt zle_bracketed_paste; fpath=($PWD/functions $fpath); autoload -Uz compinit; compinit -u -d dump; print re''ady\n")
until(b"ready\r\n")
send(b"mime-decode --par\t")
until(b"--part")
send(b"\x15mime-decode let\t")
until(b"letter.eml")
send(b"\x15exit\n")
os.close(terminal)
os.waitpid(pid, 0)
PY
  run timeout 60 python3 drive.py
  echo "$output"
  [ "$status" -eq 0 ]
}
