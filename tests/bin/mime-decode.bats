setup() {
  cd "$BATS_TEST_TMPDIR"
  # The same each time: by chance, others may begin like a picture.
  openssl enc -aes-128-ctr -K 0 -iv 0 -in /dev/zero 2>/dev/null | head -c 5000 >random.bin
  printf 'hello\n' >hello.txt
  printf 'a,b\r\n1,2\r\n' >table.csv
  printf 'caf\351\n' >latin1.txt
  printf 'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=iso-8859-1\n' >message
  printf 'Content-Transfer-Encoding: quoted-printable\n\ncaf=E9 =\n!\n' >>message
  printf '\n--b\nContent-Type: application/pdf; name="../../evil\033[31m\342\200\256.pdf"\n' >>message
  printf 'Content-Transfer-Encoding: base64\n\nZm9v\nYmFy\n\n--b--\n' >>message
}

decode() { "$BIN/mime-decode" "$@"; }

@test "the tree, with what a terminal would obey escaped" {
  decode message >tree
  cat -A tree
  diff tree - <<'TREE'
TEXT    multipart/mixed                 -                  223
1         text/plain                    iso-8859-1           7
2         application/pdf               -                    6 ../../evil [31m\xe2\x80\xae.pdf
TREE
}

@test "one part: as text, as bytes, as it stands; LF and CRLF" {
  sed 's/$/\r/' message >crlf
  for file in message crlf; do
    [ "$(decode -p 1 "$file")" = $'caf\303\251 !' ]
    [ "$(decode -p 2 - <"$file")" = foobar ]
  done
  [ "$(cat message | decode -p 1 --bytes | tr -d '\351')" = "caf !" ]
  [ "$(decode -p 1 --raw message)" = $'caf=E9 =\n!' ]
  [ "$(decode -p 1 --bytes crlf | tail -c 2 | od -An -tx1)" = " 0d 0a" ]
  [ "$(decode -p 1 crlf | tail -c 2 | od -An -tx1)" = " 21 0a" ]
}

@test "extracted files stay in the directory, are new, and safe to name" {
  mkdir out
  touch victim
  ln -s ../victim out/link.pdf
  run decode -x -C out message
  [ "$status" -eq 0 ]
  [[ "$output" == "2 "*" evil"*"[31m.pdf" ]]
  [ ! -e ../evil.pdf ]
  name=$(ls out | grep evil)
  [ "$(stat -c %a "out/$name")" = 600 ]
  [ "$(cat "out/$name")" = foobar ]
  decode -x -C out message >/dev/null
  [ "$(cat "out/${name%.pdf}~2.pdf")" = foobar ]
  sed 's/name=".*pdf"/name=link.pdf/' message | decode -x -C out >/dev/null
  [ -L out/link.pdf ] && [ ! -s victim ]
  [ "$(cat 'out/link~2.pdf')" = foobar ]
  sed 's/name=".*pdf"/name="..."/' message | decode -x -C out >/dev/null
  [ "$(cat out/part-2.pdf)" = foobar ]
  decode -x -C out 1 message
  [ "$(wc -c <out/part-1.txt)" -eq 7 ]
  [ "$(ls -A out | wc -l)" -eq 6 ]
}

@test "what mime-encode writes comes back" {
  mkdir out
  "$BIN/mime-encode" --text hello.txt -a random.bin -a table.csv -a latin1.txt -a hello.txt \
    -a $'hello.txt;name=\316\261\316\262 \303\251.txt' >encoded
  decode -x -C out encoded
  for name in random.bin table.csv latin1.txt hello.txt; do cmp "$name" "out/$name"; done
  cmp hello.txt out/$'\316\261\316\262 \303\251.txt'
  rm out/*
  sed 's/$/\r/' encoded | decode -x -C out
  for name in random.bin table.csv latin1.txt hello.txt; do cmp "$name" "out/$name"; done
}

@test "parts to extract by number, type and pattern" {
  "$BIN/mime-encode" --text hello.txt -a random.bin -a table.csv -a 'hello.txt;name=Note.TXT' >letter
  for selector in 'TEXT:part-TEXT.bin' '1:part-1.txt' 'text/csv:table.csv' '*.txt:Note.TXT' 'application/*:random.bin' \
    'Note.TXT:Note.TXT' '[rs]andom*:random.bin'; do
    rm -rf out && mkdir out
    decode -x -C out "${selector%%:*}" letter
    [ "$(ls out)" = "${selector#*:}" ]
  done
  rm -rf out && mkdir out
  decode -x -C out 2 '*.csv' <letter
  [ "$(ls out | tr '\n' ' ')" = "random.bin table.csv " ]
}

@test "uuencode between the lines of an old text" {
  {
    printf 'Subject: the file\n\nhere it is\n'
    printf 'begin 644 a file.bin\n#9F]O\n`\nend\n'
    printf 'goodbye\nbegin 644 cut.bin\n#9F]O\n'
  } >old
  run decode old
  [ "$status" -eq 1 ]
  [[ "${lines[1]}" == "1u1 "*" application/octet-stream "*" 3 a file.bin" ]]
  [[ "${lines[2]}" == "1u2 "*" 3 cut.bin [bad-uuencode]" ]]
  [ "$(decode -p 1u1 old)" = foo ]
  mkdir out
  run decode -x -C out old
  [ "$status" -eq 1 ]
  [ "$(cat "out/a file.bin" out/cut.bin)" = foofoo ]
  [ "$(decode --text old || true)" = $'here it is\n[1u1: a file.bin]\ngoodbye\n[1u2: cut.bin]' ]
}

@test "--json: what other programs can build on" {
  run decode --json message
  [ "$status" -eq 0 ]
  [ "${#lines[@]}" -eq 1 ]
  python3 - "$output" <<'PY'
import hashlib, json, sys
data = open("message", "rb").read()
m = json.loads(sys.argv[1])
assert m["file"] == "message"
assert m["headers"] == [{"name": "Content-Type", "value": "multipart/mixed; boundary=b"}]
assert "\x1b" not in sys.argv[1] and "\u202e" not in sys.argv[1]
keys = ["id", "type", "charset", "encoding", "disposition", "filename", "size", "decoded_size", "offset", "length", "sha256",
        "defects", "parts"]
root = m["root"]
assert list(root) == keys
assert (root["id"], root["type"], root["sha256"], root["offset"], root["length"]) == ("TEXT", "multipart/mixed", None, 0, len(data))
text, pdf = root["parts"]
assert text["charset"] == "iso-8859-1" and text["encoding"] == "quoted-printable" and text["filename"] is None
assert text["sha256"] == hashlib.sha256(b"caf\xe9 !\n").hexdigest() and text["decoded_size"] == 7
whole = data[pdf["offset"]:pdf["offset"] + pdf["length"]]
assert whole.startswith(b"Content-Type: application/pdf") and whole.endswith(b"Zm9v\nYmFy\n"), whole
assert whole[-pdf["size"]:] == b"Zm9v\nYmFy\n"
assert pdf["filename"] == "../../evil [31m\u202e.pdf", pdf["filename"]
PY
  decode --json message message hello.txt 2>error | python3 -c 'import json, sys; [json.loads(l) for l in sys.stdin]'
  [ "$(cat error)" = "mime-decode: hello.txt: this is no message: its header has no field" ]
}

@test "--json nests parts and the messages inside" {
  "$BIN/mime-encode" --text hello.txt -a random.bin >inner.eml
  "$BIN/mime-encode" --text hello.txt -a inner.eml >letter
  decode --json letter | python3 -c '
import json, sys
def show(part): return part["id"] + "(" + " ".join(show(p) for p in part["parts"]) + ")"
assert show(json.load(sys.stdin)["root"]) == "TEXT(1() 2(2.TEXT(2.1() 2.2())))"'
}

@test "--text: the plain one of alternatives, HTML as text, attached messages with their heads" {
  {
    printf 'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=c\n\n'
    printf -- '--c\n\nplain\033[2J \342\200\256\n--c\nContent-Type: text/html\n\n<p>rich\n--c--\n'
    printf -- '--b\nContent-Type: text/html; charset=iso-8859-1\n\n<p>caf\351 &amp; <a href="http://x.test/">more</a></p>\n'
    printf -- '--b\nContent-Disposition: attachment\n\nnot shown\n'
    printf -- '--b\nContent-Type: message/rfc822\n\nSubject: =?utf-8?q?=C3=A9t=C3=A9?=\nX: y\n\ninside\n--b--\n'
  } >letter
  decode --text letter >text
  diff text - <<'TEXT'
plain\x1b[2J \xe2\x80\xae

café & more <http://x.test/>

Subject: été

inside
TEXT
  run decode --text <(printf 'Content-Type: image/png\n\nx\n')
  [ "$status" -eq 65 ]
}

@test "--check names octet, part, rule and section; 1 when there is anything" {
  run decode --check <(printf 'Date: Thu, 1 Jan 1970 00:00:00 +0000\nFrom: a@b.test\n\nfine\n')
  [ "$status" -eq 0 ]
  [ -z "$output" ]
  sed 's/Zm9v/Zm*v/; s/^--b--/--bx/' message >bad
  run decode --check bad
  [ "$status" -eq 1 ]
  offset=$(grep -abo '\*v' bad | cut -d: -f1)
  [[ "$output" == *"bad:$offset: part 2: bad-base64: "*" (RFC 2045 6.8)"* ]]
  [[ "$output" == *": part TEXT: missing-end: "*" (RFC 2046 5.1.1)"* ]]
  [[ "$output" == *": part TEXT: boundary-alike: "* ]]
}

@test "--check: a file that has one name for some programs and another for others" {
  printf '%s\n' 'Content-Type: a/b; name=x.txt' 'Content-Disposition: attachment; filename=y.exe' '' x >letter
  run decode --check letter
  [[ "$output" == *"letter:50: part 1: two-names: "* ]]
  sed -i 's/y.exe/x.txt/' letter
  run decode --check letter
  [[ "$output" != *two-names* ]]
}

@test "several messages: each under its name, and one that is none does not stop the others" {
  run decode message hello.txt message
  [ "$status" -eq 65 ]
  [ "$(grep -c '^message:$' <<<"$output")" -eq 2 ]
  [[ "$output" == *"mime-decode: hello.txt: this is no message"* ]]
  mkdir out
  "$BIN/mime-encode" --text hello.txt >without
  decode -x -C out message without message
  [ "$(ls out | wc -l)" -eq 2 ]
}

@test "of several messages any may come by a pipe, and one that may not be read does not stop the others" {
  decode <(cat message) <(cat message) >tree
  [ "$(grep -c ' text/plain ' tree)" -eq 2 ]
  mkdir out
  cat message | decode -x -C out message - >listed
  [ "$(wc -l <listed)" -eq 2 ]
  ln -s loop loop
  run decode message loop message
  [ "$status" -eq 71 ]
  [ "$(grep -c ' text/plain ' <<<"$output")" -eq 2 ]
  [[ "$output" == *"mime-decode: loop: "* ]]
}

@test "no name of a file or a directory is obeyed by the terminal that shows an error" {
  bad=$'no\033[31m\342\200\256\302\233'
  run decode "$bad"
  [ "$status" -eq 66 ]
  [ "$output" = 'mime-decode: no\x1b[31m\xe2\x80\xae\xc2\x9b: No such file or directory' ]
  : >"$bad"
  for arguments in '' message '-p 1' --json; do
    run decode $arguments "$bad"
    [ "$status" -eq 65 ]
    [[ "$output" != *$'\033'* ]]
  done
  run decode -x -C "$bad" message
  [[ "$output" == 'mime-decode: no\x1b[31m'* ]]
}

@test "a reader that goes away ends it without a word" {
  run bash -c 'for i in {1..3000}; do echo message; done | xargs "$BIN/mime-decode" 2>error | head -1'
  [ "$output" = "message:" ]
  [ ! -s error ] || [ "$(cat error)" = "xargs: $BIN/mime-decode: terminated by signal 13" ]
}

@test "what is elsewhere is named, and nobody goes there" {
  printf 'Content-Type: message/external-body; access-type=URL; URL="http://x.test/f"\n\nContent-Type: a/b\n\n' >letter
  strace -f -e trace=network -o calls "$BIN/mime-decode" letter >tree
  grep -q 'message/external-body .*(access-type=URL url=http://x.test/f)$' tree
  ! grep -q socket calls
}

@test "messages that Python builds" {
  python3 - <<'PY'
import email.message, email.policy, email.mime.multipart, email.mime.text, email.mime.application
m = email.message.EmailMessage()
m["Subject"] = "Gr\u00fc\u00dfe"
m.set_content("na\u00efve caf\u00e9\n")
m.add_alternative("<p>\u4f60\u597d", subtype="html", charset="gb2312")
m.add_attachment(open("random.bin", "rb").read(), maintype="application", subtype="x-y", filename="\u03b1 \u03b2.bin")
inner = email.message.EmailMessage()
inner["Subject"] = "inner"
inner.set_content("inside\n")
m.add_attachment(inner)
open("modern", "wb").write(m.as_bytes())
open("crlf", "wb").write(m.as_bytes(policy=email.policy.SMTP))
old = email.mime.multipart.MIMEMultipart()
old.attach(email.mime.text.MIMEText("\u0434\u0430\n", _charset="koi8-r"))
part = email.mime.application.MIMEApplication(open("random.bin", "rb").read())
part.add_header("Content-Disposition", "attachment", filename=("iso-8859-1", "", "caf\u00e9.bin"))
old.attach(part)
open("old", "wb").write(old.as_bytes())
PY
  for file in modern crlf; do
    [ "$(decode -p 1.1 $file)" = $'na\303\257ve caf\303\251' ]
    [ "$(decode -p 1.2 $file)" = $'<p>\344\275\240\345\245\275' ]
    [ "$(decode -p 3.1 $file)" = inside ]
    mkdir out-$file
    decode -x -C out-$file $file
    cmp random.bin out-$file/$'\316\261 \316\262.bin'
    [ "$(ls out-$file | wc -l)" -eq 2 ]
  done
  [ "$(decode -p 1 old)" = $'\320\264\320\260' ]
  decode -p 2 old | cmp - random.bin
  decode old | grep -q $'caf\303\251.bin$'
}

@test "exit codes" {
  run decode message
  [ "$status" -eq 0 ]
  run bash -c 'sed s/Zm9v/Zm*9v/ message | "$BIN/mime-decode" -p 2'
  [ "$status" -eq 1 ]
  [ "$output" = foobar ]
  run bash -c 'sed s/iso-8859-1/klingon/ message | "$BIN/mime-decode" -p 1'
  [ "$status" -eq 1 ]
  [ "$output" = $'caf\303\251 !' ]
  run bash -c 'sed /--b--/d message | "$BIN/mime-decode"'
  [ "$status" -eq 1 ]
  [[ "$output" == "TEXT "*" [missing-end]"* ]]
  for wrong in '-p 1 -x' '--raw' '--bytes' '-p 1 --raw --bytes' '--json --text' '--check -x' '-p 1 a b' '--nonsense'; do
    run decode $wrong
    [ "$status" -eq 64 ]
  done
  run decode -p 9 message
  [ "$status" -eq 65 ]
  run decode -x <hello.txt
  [ "$status" -eq 65 ]
  run bash -c 'printf "Subject: x\n\nno file\n" | "$BIN/mime-decode" -x'
  [ "$status" -eq 65 ]
  run decode none
  [ "$status" -eq 66 ]
  run decode -x -C none message
  [ "$status" -eq 66 ]
  for nothing in 7 '*.doc' image/png report.pdf; do
    run decode -x "$nothing" message
    [ "$status" -eq 65 ]
    [ "$output" = "mime-decode: message: no part is '$nothing'" ]
  done
  run decode -x lettr message message
  [ "$status" -eq 65 ]
  [ "${lines[-1]}" = "mime-decode: all messages: no part is 'lettr'" ]
  run bash -c '"$BIN/mime-decode" message >/dev/full'
  [ "$status" -eq 75 ]
}

@test "1 for what was cut or stands in an encoding nobody knows, in every mode" {
  printf 'Subject: x\nContent-Transfer-Encoding: x-foo\n\nx\n' >strange
  head -c -9 message >cut
  mkdir out
  for arguments in '' --json --text --check '-p 1' '-p 1 --bytes' '-x -C out 1'; do
    run decode $arguments strange
    [ "$status" -eq 1 ]
  done
  for arguments in '' --json --check '-p 2' '-p TEXT' '-x -C out'; do
    run decode $arguments cut
    [ "$status" -eq 1 ]
  done
  decode -p 1 cut
  decode --text cut
}

@test "a file that could not be written whole does not stay" {
  mkdir out
  local fault
  for fault in write:error=ENOSPC close:error=EDQUOT; do
    fault+=:when=$(calls_up_to_the_file "${fault%%:*}")
    run strace -f -o faults -e trace=write,close -e inject="$fault" "$BIN/mime-decode" -x -C out message
    [ "$status" -eq 75 ]
    [[ "$output" == *"mime-decode: "*"evil"*".pdf: "* ]]
    [ -z "$(ls -A out)" ]
  done
}

# calls_up_to_the_file CALL: which write(2) or close(2) is the first of the file that -x creates; a sanitizer has some of
# its own before it.
calls_up_to_the_file() {
  strace -f -e trace="openat,$1" -o calls "$BIN/mime-decode" -x -C out message >/dev/null
  rm -f out/*
  echo $(($(sed '/O_EXCL/q' calls | grep -c " $1(") + 1))
}

@test "ten thousand files of one name, and a number longer than a name" {
  {
    printf 'Content-Type: multipart/mixed; boundary=b\n\n'
    yes -- $'--b\nContent-Type: a/b; name=x.bin\n\nx' | head -n 39600
    printf -- '--b--\n'
  } >many
  mkdir out
  strace -f -c -e trace=openat -o calls "$BIN/mime-decode" -x -C out many >listed
  [ "$(wc -l <listed)" -eq 9900 ]
  [ "$(ls out | wc -l)" -eq 9900 ]
  [ "$(awk '$NF == "openat" { print $4 }' calls)" -lt 12000 ]
  rm -rf out && mkdir out
  for i in {1..90}; do
    printf 'Content-Type: multipart/mixed; boundary=b%s\n\n' $i
    for j in {1..10}; do printf -- '--b%s\n\n\n' $i; done
    printf -- '--b%s\n' $i
  done >deep
  printf 'Content-Type: a/b\n\ndeep\n' >>deep
  run decode -x -C out deep
  [ "$status" -eq 1 ]
  [ "$(cat out/part-*.bin)" = deep ]
}

@test "a letter goes by sendmail and by SMTP into a Maildir, and its files come back" {
  load site
  site
  "$BIN/mime-encode" -f bob@example.test -t $'Al\303\255ce <alice@example.test>' -s $'caf\303\251' --text hello.txt \
    -a random.bin -a latin1.txt >letter
  "$BIN/sendmail" -t <letter
  {
    printf '%s\r\n' 'EHLO x' 'MAIL FROM:<bob@example.test>' 'RCPT TO:<alice@example.test>' DATA
    sed 's/^\./../; s/$/\r/' letter
    printf '.\r\nQUIT\r\n'
  } | "$BIN/smtpd"
  "$BIN/smtp-send" --once
  [ "$(delivered alice)" -eq 2 ]
  for file in "$SITE"/alice/Maildir/new/*; do
    decode -x -C "$(mktemp -d out.XXXX)" "$file"
    [ "$(decode -p 1 "$file")" = hello ]
  done
  for directory in out.*; do
    cmp random.bin "$directory/random.bin"
    cmp latin1.txt "$directory/latin1.txt"
  done
}
