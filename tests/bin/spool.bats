load site

setup() { site; }

@test "list, show and check" {
  id=$("$BIN/spool-put" alice@example.test <<<'Subject: look')
  run "$BIN/spool" list
  [[ "$output" == "$id  "*"  example.test" ]]
  run "$BIN/spool" show "$id"
  [[ "$output" == "tubepost 1"*"Subject: look"* ]]
  run "$BIN/spool" check
  [ "$status" -eq 0 ]
  [ "$output" = "1 messages, 0 damaged or incomplete" ]
  run "$BIN/spool" show 0000000000000
  [ "$status" -eq 66 ]
  run "$BIN/spool" nonsense
  [ "$status" -eq 64 ]
}

@test "check --repair puts aside what is damaged, deletes nothing, and leaves the rest" {
  good=$("$BIN/spool-put" alice@example.test <<<'Subject: whole')
  bad=$("$BIN/spool-put" alice@example.test <<<'Subject: look')
  file=$(echo "$SITE"/spool/queue/*/*."$bad".*)
  sed -i 's/Subject: look/Subject: lock/' "$file"
  run "$BIN/spool" check
  [ "$status" -eq 65 ]
  [ -e "$file" ]
  run "$BIN/spool" check --repair
  [ "$status" -eq 0 ]
  [[ "$output" == *"checksum does not fit"*"2 messages, 1 damaged or incomplete, 1 moved to damaged/" ]]
  [ ! -e "$file" ]
  grep -q 'Subject: lock' "$SITE/spool/damaged/${file##*/}"
  run "$BIN/spool" check
  [ "$status" -eq 0 ]
  run "$BIN/spool" list
  [[ "$output" == "$good  "* ]]
  [ "${#lines[@]}" -eq 1 ]
  run "$BIN/spool" list --repair
  [ "$status" -eq 64 ]
}

@test "check --repair leaves alone what is being written" {
  "$BIN/spool-put" alice@example.test <<<'Subject: look'
  file=$(echo "$SITE"/spool/queue/*/*.*.*)
  sed -i 's/^length: .*/length: -----------------------------/' "$file"
  run flock "$file" "$BIN/spool" check --repair
  [ "$status" -eq 65 ]
  [[ "$output" == *", 0 moved to damaged/" ]]
  [ -e "$file" ]
}

@test "a spool copied elsewhere, or restored from a backup, is delivered from as it was" {
  echo 'far.test 127.0.0.1:1' >"$SITE/routes"
  "$BIN/spool-put" -f alice@example.test bob@example.test x@far.test <<<'Subject: both'
  "$BIN/spool-put" -f alice@example.test bob@example.test <<<'Subject: one'
  tar -C "$SITE" -cf "$SITE/backup.tar" spool
  run "$BIN/smtp-send" --once
  [ "$(delivered bob)" -eq 2 ]
  # What was delivered since the backup is delivered again: nothing in a backup can know of it.
  mkdir "$SITE/other"
  tar -C "$SITE/other" -m -xf "$SITE/backup.tar"
  sed -i "s|^spool = .*|spool = $SITE/other/spool|" "$TUBEPOST_CONF"
  run "$BIN/spool" check
  [ "$output" = "2 messages, 0 damaged or incomplete" ]
  run "$BIN/smtp-send" --once
  [ "$(delivered bob)" -eq 4 ]
  # A copy of a spool under way knows who has the message.
  cp -r "$SITE/other/spool" "$SITE/copy"
  sed -i "s|^spool = .*|spool = $SITE/copy|" "$TUBEPOST_CONF"
  for file in "$SITE"/copy/queue/*/*.*.*; do name=${file##*/}; mv "$file" "${file%/*}/0000000001.${name#*.}"; done
  run "$BIN/smtp-send" --once
  [[ "$output" == *"deferred to=x@far.test"* ]]
  [[ "$output" != *"to=bob@example.test"* ]]
  [ "$(delivered bob)" -eq 4 ]
}
