# unknown SIZE: so many octets, the same each time; by chance, others may begin like a picture.
unknown() { openssl enc -aes-128-ctr -K 0 -iv 0 -in /dev/zero 2>/dev/null | head -c "$1"; }

setup() {
  cd "$BATS_TEST_TMPDIR"
  printf 'hello\n' >hello.txt
  printf 'Gr\303\274\303\237e aus K\303\266ln\r\nFrom here\n.\n' >gruss.txt
  printf '<p>hi <img src="cid:dot.png">\n' >hello.html
  printf '\211PNG\r\n\032\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\b\2\0\0\0' >dot.png
  unknown 5000 >random.bin
  printf 'a,b\r\n1,2\r\n' >table.csv
  printf 'no end of line' >noend.txt
  printf 'caf\351 cr\350me\n' >latin1.txt
  printf 'Subject: inner\r\n\r\nmessage\r\n' >inner.eml
}

# What Python's parser makes of a message: one line a part.
parsed() {
  python3 - "$1" <<'PY'
import email, email.policy, sys
m = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
for p in m.walk():
    print(p.get_content_type(), p.get_content_disposition(), p.get_filename(), p["Content-Transfer-Encoding"])
    assert not p.defects, p.defects
PY
}

# The bytes of the part with that file name.
attached() {
  python3 - "$1" "$2" <<'PY'
import email, email.policy, sys
m = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
for p in m.walk():
    if p.get_filename() == sys.argv[2]: sys.stdout.buffer.write(p.get_payload(decode=True))
PY
}

@test "a text from standard input" {
  "$BIN/mime-encode" -f alice@example.test -t bob@example.test -s hi --date @1700000000 <hello.txt >message
  grep -qx 'From: alice@example.test' message
  grep -qx 'Date: Tue, 14 Nov 2023 22:13:20 +0000' message
  grep -qE '^Message-ID: <[0-9]+\.[0-9a-f]{24}@example.test>$' message
  grep -qx 'MIME-Version: 1.0' message
  [ "$(parsed message)" = "text/plain None None None" ]
  [ "$(tail -n 1 message)" = hello ]
  [ -z "$(printf '' | "$BIN/mime-encode" -H 'Date: x' -H 'Message-ID: <y@z>' | sed '1,/^$/d')" ]
}

@test "nesting, types and bytes as Python reads them" {
  "$BIN/mime-encode" --text gruss.txt --html hello.html --inline dot.png -a random.bin -a table.csv -a noend.txt \
    -a latin1.txt -a inner.eml -a 'hello.txt;type=application/x-foo;name=a;b.txt' -o message
  parsed message >tree
  cat tree
  diff tree - <<'TREE'
multipart/mixed None None None
multipart/alternative None None None
text/plain None None quoted-printable
multipart/related None None None
text/html None None None
image/png inline dot.png base64
application/octet-stream attachment random.bin base64
text/csv attachment table.csv base64
text/plain attachment noend.txt None
text/plain attachment latin1.txt quoted-printable
message/rfc822 attachment inner.eml None
text/plain None None None
application/x-foo attachment a;b.txt base64
TREE
  for name in random.bin table.csv noend.txt latin1.txt dot.png; do
    attached message "$name" | cmp - "$name"
  done
  grep -qx 'Content-ID: <dot.png>' message
}

@test "a body in any language comes back, its line ends as LF" {
  "$BIN/mime-encode" --text gruss.txt >message
  python3 -c 'import email,email.policy,sys; sys.stdout.write(email.message_from_binary_file(open("message","rb"),policy=email.policy.default).get_content())' >text
  tr -d '\r' <gruss.txt | cmp - text
  [ -z "$(grep -E '^From here|^\.$' message)" ]
}

@test "headers and file names in any language, in lines of at most 76 columns" {
  name=$'\316\261\316\262\316\263 une pi\303\250ce jointe avec un nom qui est vraiment tr\303\250s tr\303\250s long.pdf'
  subject=$'Re: \320\237\321\200\320\270\320\262\320\265\321\202, a long subject that mixes \316\261\316\262\316\263 and \344\275\240\345\245\275 in one line'
  "$BIN/mime-encode" -f $'J\303\266rg M. <j@x.test>' -t '"a, b" <b@x.test>' -t c@x.test -s "$subject" \
    -H $'X-Note: caf\303\251' -a "random.bin;name=$name" >message
  [ -z "$(sed '/^$/q' message | grep -E '.{77}|[^ -~]')" ]
  python3 - "$subject" "$name" <<'PY'
import email, email.policy, sys
m = email.message_from_binary_file(open("message", "rb"), policy=email.policy.default)
assert m["Subject"] == sys.argv[1], m["Subject"]
assert m["From"].addresses[0].display_name == "J\u00f6rg M.", m["From"]
assert [a.addr_spec for a in m["To"].addresses] == ["b@x.test", "c@x.test"], m["To"]
assert m["X-Note"] == "caf\u00e9"
part = next(m.iter_attachments())
assert part.get_filename() == sys.argv[2], part.get_filename()
assert part["Content-Type"].params["name"] == sys.argv[2], part["Content-Type"]
PY
  attached message "$name" | cmp - random.bin
}

@test "messages are forwarded as messages, and as a digest" {
  printf 'From: a@b.test\nSubject: 8bit\n\ncaf\303\251\n' >eight.eml
  { printf 'Subject: long\n\n'; head -c 2000 /dev/zero | tr '\0' x; } >long.eml
  "$BIN/mime-encode" --text hello.txt --forward inner.eml --forward eight.eml --forward long.eml -a random.bin >message
  parsed message >tree
  diff tree - <<'TREE'
multipart/mixed None None None
text/plain None None None
message/rfc822 inline None None
text/plain None None None
message/rfc822 inline None 8bit
text/plain None None None
application/octet-stream attachment long.eml base64
application/octet-stream attachment random.bin base64
TREE
  attached message long.eml | cmp - long.eml
  "$BIN/mime-encode" --forward inner.eml --forward eight.eml --digest >message
  parsed message | cut -d ' ' -f 1 >tree
  diff tree - <<'TREE'
multipart/digest
message/rfc822
text/plain
message/rfc822
text/plain
TREE
  [ -z "$(grep -i 'message/rfc822' message)" ]
  [ "$(grep -c '^Subject: ' message)" -eq 2 ]
  cat inner.eml | "$BIN/mime-encode" --forward - --boundary B >message
  [ "$(sed -n '/^Subject: inner/,$p' message | tr '\n' '|')" = 'Subject: inner||message||--B--|' ]
  cat random.bin | "$BIN/mime-encode" -a - >message
  [ "$(parsed message | tail -n 1)" = "application/octet-stream attachment None base64" ]
  run "$BIN/mime-encode" --digest --text hello.txt
  [ "$status" -eq 64 ]
}

@test "what is to be shown at the same time" {
  "$BIN/mime-encode" --parallel --text hello.txt --html hello.html -a dot.png >message
  [ "$(parsed message | cut -d ' ' -f 1 | tr '\n' ' ')" = "multipart/parallel multipart/alternative text/plain text/html image/png " ]
}

@test "the same options make the same message, where date and boundary are given" {
  local given=(-f alice@example.test -t bob@example.test --date @1700000000 --boundary B --text hello.txt -a random.bin --html hello.html)
  "$BIN/mime-encode" "${given[@]}" >one
  "$BIN/mime-encode" "${given[@]}" >two
  cmp one two
  "$BIN/mime-encode" "${given[@]}" -s other >two
  [ "$(grep ^Message-ID: one)" != "$(grep ^Message-ID: two)" ]
  "$BIN/mime-encode" "${given[@]:0:6}" >one </dev/null
  "$BIN/mime-encode" "${given[@]:0:6}" >two </dev/null
  [ "$(grep ^Message-ID: one)" != "$(grep ^Message-ID: two)" ]
}

@test "Bcc is there for sendmail -t to take out; addresses in any script with --utf8" {
  "$BIN/mime-encode" -t bob@example.test -b hidden@example.test --text hello.txt >message
  grep -qx 'Bcc: hidden@example.test' message
  run "$BIN/mime-encode" -t $'j\303\266rg@example.test' --text hello.txt
  [ "$status" -eq 65 ]
  "$BIN/mime-encode" --utf8 -t $'J\303\266rg <j\303\266rg@b\303\274.test>' -s $'Gr\303\274\303\237e' --text hello.txt >message
  grep -qx $'To: J\303\266rg <j\303\266rg@b\303\274.test>' message
  grep -qx $'Subject: Gr\303\274\303\237e' message
}

@test "a boundary that occurs in a text does no harm" {
  printf 'x\n--B\ny\n--1B\n' >text
  "$BIN/mime-encode" --boundary B --text text --html hello.html -a text >message
  attached message text | cmp - text
  grep -q 'boundary=B' message
}

@test "no line of the header can be smuggled in" {
  "$BIN/mime-encode" -s $'x\r\nBcc: evil@x.test' -H $'X-A: b\nBcc: evil@x.test' \
    -a $'hello.txt;name=a\r\nBcc: evil@x.test' </dev/null >message
  [ -z "$(grep -i '^bcc' message)" ]
}

@test "exit codes" {
  run "$BIN/mime-encode" extra </dev/null
  [ "$status" -eq 64 ]
  run "$BIN/mime-encode" -H 'Content-Type: x/y' </dev/null
  [ "$status" -eq 64 ]
  run "$BIN/mime-encode" -H 'to: a@x.test' -t b@x.test </dev/null
  [ "$status" -eq 64 ]
  run "$BIN/mime-encode" -a 'hello.txt;type=nonsense'
  [ "$status" -eq 64 ]
  run "$BIN/mime-encode" --boundary '' --text hello.txt
  [ "$status" -eq 64 ]
  run "$BIN/mime-encode" -t 'bob@x.test eve@x.test' --text hello.txt
  [ "$status" -eq 65 ]
  run "$BIN/mime-encode" --text latin1.txt
  [ "$status" -eq 65 ]
  run "$BIN/mime-encode" --text - -a - <hello.txt
  [ "$status" -eq 64 ]
  run "$BIN/mime-encode" -a none
  [ "$status" -eq 66 ]
  run "$BIN/mime-encode" -a .
  [ "$status" -eq 66 ]
  run bash -c '"$BIN/mime-encode" -a random.bin >/dev/full'
  [ "$status" -eq 75 ]
}

@test "who waits at a terminal sees how far it has come, and nothing of it stays" {
  truncate -s 20000000 big.bin
  # Takes what comes for a second and a half, slowly, then all of it.
  cat >reader.py <<'PY'
import select, sys, time
end = time.monotonic() + 1.5
while time.monotonic() < end:
    sys.stdin.buffer.read(100_000)
    select.select([], [], [], 0.1)
while sys.stdin.buffer.read(1 << 20):
    pass
PY
  mkfifo held
  exec 5<>held
  script -qec '"$BIN/mime-encode" -a big.bin | python3 reader.py' typescript <&5 >/dev/null
  tr '\r' '\n' <typescript >lines
  cat lines
  grep -qxE '[0-9]+\.[0-9] MB of 20\.0 MB, [0-9]+ %' lines
  [ -z "$(tail -n 2 lines | head -n 1 | tr -d ' ')" ]
  script -qec '"$BIN/mime-encode" -a big.bin 2>errors | python3 reader.py' typescript <&5 >/dev/null
  exec 5>&-
  [ -z "$(grep MB typescript)" ]
  [ ! -s errors ]
  script -qec '"$BIN/mime-encode" -a big.bin >/dev/null' typescript >/dev/null </dev/null
  [ -z "$(grep MB typescript)" ]
}

@test "100 MB of which nobody knows what they are take 8 MiB at most" {
  [ -z "$ASAN_OPTIONS" ] || skip "the sanitizer takes more"
  unknown 100000000 >big.bin
  { head -c 10000000 /dev/zero | tr '\0' x | fold -w 70; } >README
  local file
  # Also what the look at the type takes, in a process of its own.
  for file in README big.bin; do
    command time -o used -f '%M KiB' "$BIN/mime-encode" --text hello.txt -a $file -o message
    cat used
    awk '{ exit !($1 <= 8192) }' used
  done
  [ "$(stat -c %s message)" -gt 134000000 ]
  rm big.bin
  [[ "$(head -n 20 message)" == *"application/octet-stream; name=big.bin"* ]]
}
