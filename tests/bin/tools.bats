@test "every tool has a man page with EXIT STATUS, --help with examples, and --version" {
  for source in "$SOURCE"/bin/*.cpp; do
    name=$(basename "$source" .cpp)
    grep -q 'Sh EXIT STATUS' "$SOURCE/bin/$name".[18]
    run "$BIN/$name" --help
    [ "$status" -eq 0 ]
    [[ "$output" == "usage: $name "*"examples:"* ]]
    run "$BIN/$name" --version
    [ "$status" -eq 0 ]
    [[ "$output" == "$name (tubepost) "* ]]
  done
}
