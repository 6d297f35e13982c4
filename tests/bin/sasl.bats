load site
load sasl

setup() {
  site
  with_sasl
  with_mail
}
teardown() { stop; }

@test "GNU SASL logs into imapd by every mechanism, and nobody without the password" {
  serve "$BIN/imapd"
  for mechanism in PLAIN LOGIN SCRAM-SHA-256; do
    run as imap "$mechanism" bob secret
    [ "$status" -eq 0 ]
    run as imap "$mechanism" bob Secret
    [ "$status" -ne 0 ]
    [[ "$output" == *"NO [AUTHENTICATIONFAILED] wrong name or password"* ]]
  done
  grep -q 'imapd\[[0-9]*\] - login-refused peer=127.0.0.1 user=bob by=scram' "$SITE/log"
  grep -q 'imapd\[[0-9]*\] - login-refused peer=127.0.0.1 user=bob by=password' "$SITE/log"
}

@test "a user without SCRAM keys, and one who does not exist, look like a wrong password" {
  serve "$BIN/imapd"
  for name in alice eve; do
    run as imap SCRAM-SHA-256 "$name" secret
    [ "$status" -ne 0 ]
    [[ "$output" == *"NO [AUTHENTICATIONFAILED] wrong name or password"* ]]
  done
  run as imap PLAIN alice secret
  [ "$status" -eq 0 ]
}

# The salt that NAME is given by a new process.
salt_of() {
  printf 'a AUTHENTICATE SCRAM-SHA-256 %s\r\n*\r\na LOGOUT\r\n' "$(printf 'n,,n=%s,r=x' "$1" | base64)" |
    "$BIN/imapd" 2>>"$SITE/log" | sed -n 's/^+ \(.*\)\r$/\1/p' | base64 -d | sed 's/^[^,]*,//'
}

@test "who does not exist has the same salt every time, and nobody else's" {
  first=$(salt_of eve)
  [[ "$first" == s=*,i=4096 ]]
  [ "$(salt_of eve)" = "$first" ]
  [ "$(salt_of EVE)" = "$first" ]
  [ "$(salt_of eva)" != "$first" ]
  [ "$(salt_of bob)" = "s=$(sed -n 's/^bob:{SCRAM-SHA-256}4096,\([^,]*\),.*/\1/p' "$SITE/users"),i=4096" ]
}

@test "python reads mail by IMAP and POP3 after AUTH" {
  serve "$BIN/imapd"
  run timeout 20 python3 - "$port" <<'PY'
import imaplib, sys
with imaplib.IMAP4("127.0.0.1", int(sys.argv[1])) as client:
    client.authenticate("PLAIN", lambda challenge: b"\0bob\0secret")
    print(client.select("INBOX"))
PY
  stop
  [ "$status" -eq 0 ]
  [[ "$output" == *"'OK', [b'2']"* ]]
  serve "$BIN/pop3d"
  run timeout 20 python3 - "$port" <<'PY'
import base64, hashlib, hmac, poplib, sys
client = poplib.POP3("127.0.0.1", int(sys.argv[1]))
assert client.capa()["SASL"] == ["PLAIN", "LOGIN", "SCRAM-SHA-256", "OAUTHBEARER", "XOAUTH2"], client.capa()
def b64(text): return base64.b64encode(text).decode()
first = "n=bob,r=fyko+d2lbbFgONRv9qkxdawL"
server = base64.b64decode(client._shortcmd("AUTH SCRAM-SHA-256 " + b64(b"n,," + first.encode()))[2:]).decode()
fields = dict(field.split("=", 1) for field in server.split(","))
final = "c=biws,r=" + fields["r"]
salted = hashlib.pbkdf2_hmac("sha256", b"secret", base64.b64decode(fields["s"]), int(fields["i"]))
def mac(key, text): return hmac.new(key, text, "sha256").digest()
key = mac(salted, b"Client Key")
message = ",".join((first, server, final)).encode()
proof = bytes(a ^ b for a, b in zip(key, mac(hashlib.sha256(key).digest(), message)))
answer = base64.b64decode(client._shortcmd(b64((final + ",p=" + b64(proof)).encode()))[2:]).decode()
assert answer == "v=" + b64(mac(mac(salted, b"Server Key"), message)), answer
print(client._shortcmd(""), client.stat())
PY
  [ "$status" -eq 0 ]
  [[ "$output" == *"+OK 2 messages"* ]]
}

@test "curl reads mail by PLAIN and LOGIN" {
  for mechanism in PLAIN LOGIN; do
    serve "$BIN/pop3d"
    run curl -sS --login-options "AUTH=$mechanism" "pop3://bob:secret@127.0.0.1:$port/2"
    stop
    [ "$status" -eq 0 ]
    [ "$output" = $'Subject: two\r\n\r\nbody\r\nmore\r' ]
  done
}

@test "curl reads mail by OAUTHBEARER and XOAUTH2, with a token that a program checks" {
  with_tokens
  for mechanism in OAUTHBEARER XOAUTH2; do
    serve "$BIN/imapd"
    run curl -sS --login-options "AUTH=$mechanism" --oauth2-bearer vF9dft4qmT "imap://bob@127.0.0.1:$port/INBOX;MAILINDEX=2"
    [ "$status" -eq 0 ]
    [[ "$output" == *"Subject: two"* ]]
    run curl -sS --login-options "AUTH=$mechanism" --oauth2-bearer wrong "imap://bob@127.0.0.1:$port/INBOX;MAILINDEX=2"
    [ "$status" -eq 67 ]
    stop
  done
  grep -q 'login-refused peer=127.0.0.1 user=bob by=token' "$SITE/log"
}

# From another host, as far as the server can tell.
elsewhere() { printf '%s\r\n' "${@:2}" | PROTO=TCP TCPREMOTEIP=192.0.2.7 "$1" 2>>"$SITE/log"; }

@test "from elsewhere no password is taken without TLS" {
  plain=$(printf '\0bob\0secret' | base64)
  run elsewhere "$BIN/imapd" 'a CAPABILITY' 'b LOGIN bob secret' "c AUTHENTICATE PLAIN $plain" 'd LOGOUT'
  [[ "$output" == *' LOGINDISABLED]'* ]]
  [[ "$output" != *'AUTH='* ]]
  [[ "$output" == *'b NO [PRIVACYREQUIRED]'*'c NO '* ]]
  run elsewhere "$BIN/pop3d" CAPA 'USER bob' 'PASS secret' "AUTH PLAIN $plain" QUIT
  [[ "$output" != *$'\r\nSASL '* ]]
  [[ "$output" != *$'\r\nUSER\r\n'* ]]
  [ "$(grep -c '^-ERR' <<<"$output")" -eq 3 ]
  ! grep -q verdict=granted "$SITE/log"
  for how in SSL_PROTOCOL=TLSv1.3 none=; do
    [ "$how" = none= ] && echo 'auth-without-tls = yes' >>"$SITE/tubepost.conf"
    run env "$how" bash -c 'printf "USER bob\r\nPASS secret\r\nQUIT\r\n" | PROTO=TCP TCPREMOTEIP=192.0.2.7 "$BIN/pop3d"'
    [[ "$output" == *'+OK 2 messages'* ]]
  done
}

@test "whom a client certificate names needs no password, and is nobody else" {
  external() { printf 'a AUTHENTICATE EXTERNAL %s\r\nb LOGOUT\r\n' "$1" | SSL_PROTOCOL=TLSv1.3 SSL_CLIENT_VERIFY=SUCCESS SSL_CLIENT_SAN_Email_0=$2 "$BIN/imapd"; }
  run external = bob
  [[ "$output" == *'a OK '* ]]
  run external "$(printf bob | base64)" bob
  [[ "$output" == *'a OK '* ]]
  run external "$(printf alice | base64)" bob
  [[ "$output" == *'a NO [AUTHORIZATIONFAILED]'* ]]
  run external = eve
  [[ "$output" == *'a NO [AUTHENTICATIONFAILED]'* ]]
  run external = ''
  [[ "$output" == *'a NO this mechanism is not offered'* ]]
}

@test "a failure is answered after the delay, a login at once" {
  echo 'login-delay = 1' >>"$SITE/tubepost.conf"
  ms() { echo $(($(date +%s%N) / 1000000)); }
  from=$(ms)
  printf 'USER bob\r\nPASS wrong\r\nQUIT\r\n' | "$BIN/pop3d" >"$SITE/out" 2>&1
  took=$(($(ms) - from))
  [ "$took" -ge 1000 ]
  from=$(ms)
  printf 'USER bob\r\nPASS secret\r\nQUIT\r\n' | "$BIN/pop3d" >"$SITE/out" 2>&1
  took=$(($(ms) - from))
  [ "$took" -lt 1000 ]
}

# Both connections are served by one accept loop.
@test "an address that has failed too often may try no more, though it knows the password" {
  echo 'max-login-failures = 2' >>"$SITE/tubepost.conf"
  timeout 30 python3 - "$BIN/pop3d" 2>>"$SITE/log" >"$SITE/out" <<'PY'
import os, signal, socket, subprocess, sys
listening = socket.create_server(("127.0.0.1", 0))
start = 'import os,sys; os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid())); os.dup2(int(sys.argv[1]), 3); os.execv(sys.argv[2], sys.argv[2:])'
server = subprocess.Popen([sys.executable, "-c", start, str(listening.fileno()), sys.argv[1]], pass_fds=[listening.fileno()])
def login(password):
    with socket.create_connection(listening.getsockname()) as client:
        client.sendall(f"USER bob\r\nPASS {password}\r\nQUIT\r\n".encode())
        return b"".join(iter(lambda: client.recv(4096), b"")).decode().split("\r\n")[2]
try:
    for password in "secret", "wrong", "wrong", "secret": print(login(password))
finally:
    server.send_signal(signal.SIGTERM)
    server.wait()
PY
  mapfile -t lines <"$SITE/out"
  [[ "${lines[0]}" == '+OK 2 messages' ]]
  [[ "${lines[1]}" == '-ERR [AUTH]'* ]]
  [[ "${lines[2]}" == '-ERR [AUTH]'* ]]
  [[ "${lines[3]}" == '-ERR [SYS/TEMP]'* ]]
  grep -q 'login-blocked peer=127.0.0.1 user=bob' "$SITE/log"
}

@test "an exchange that is begun and given up counts as a failure" {
  first=$(printf 'n,,n=bob,r=x' | base64)
  run bash -c "printf 'AUTH SCRAM-SHA-256 %s\r\n*\r\n' $first $first $first $first | '$BIN/pop3d' 2>'$SITE/log'"
  [ "$(grep -c 'login-refused' "$SITE/log")" -eq 3 ]
}

@test "a client that binds to the channel gets in, and one that is bound to another does not" {
  export SSL_PROTOCOL=TLSv1.3 TLS_EXPORTER=00ff10 TLS_SERVER_END_POINT=abcd
  cat >"$SITE/client.py" <<'PY'
import base64, hashlib, hmac, subprocess, sys
kind, channel = sys.argv[1], bytes.fromhex(sys.argv[2])
server = subprocess.Popen([sys.argv[3]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
def b64(text): return base64.b64encode(text).decode()
def say(line):
    server.stdin.write(line.encode() + b"\r\n")
    server.stdin.flush()
    return server.stdout.readline().decode()
header = f"p={kind},,"
first = "n=bob,r=abc"
server.stdout.readline()
challenge = base64.b64decode(say("AUTH SCRAM-SHA-256-PLUS " + b64((header + first).encode()))[2:]).decode()
fields = dict(field.split("=", 1) for field in challenge.split(","))
final = "c=" + b64(header.encode() + channel) + ",r=" + fields["r"]
salted = hashlib.pbkdf2_hmac("sha256", b"secret", base64.b64decode(fields["s"]), int(fields["i"]))
def mac(key, text): return hmac.new(key, text, "sha256").digest()
key = mac(salted, b"Client Key")
proof = bytes(a ^ b for a, b in zip(key, mac(hashlib.sha256(key).digest(), ",".join((first, challenge, final)).encode())))
answer = say(b64((final + ",p=" + b64(proof)).encode()))
print(say("") if answer.startswith("+ ") else answer, end="")
server.stdin.close()
server.wait()
PY
  run timeout 20 python3 "$SITE/client.py" tls-exporter 00ff10 "$BIN/pop3d"
  [[ "$output" == *'+OK 2 messages'* ]]
  run timeout 20 python3 "$SITE/client.py" tls-server-end-point abcd "$BIN/pop3d"
  [[ "$output" == *'+OK 2 messages'* ]]
  run timeout 20 python3 "$SITE/client.py" tls-exporter 00ff11 "$BIN/pop3d"
  [[ "$output" == *'-ERR [AUTH]'* ]]
}

@test "after STARTTLS the channel binds GNU SASL's SCRAM, and a certificate names the user" {
  certify
  behind "$BIN/imapd"
  over_tls() { timeout 20 gsasl --imap --connect "localhost:$port" --starttls --x509-ca-file="$SITE/mx.crt" "$@" </dev/null 2>&1; }
  for mechanism in SCRAM-SHA-256-PLUS PLAIN; do
    run over_tls -m "$mechanism" -a bob -p secret
    [ "$status" -eq 0 ]
    run over_tls -m "$mechanism" -a bob -p Secret
    [ "$status" -ne 0 ]
    [[ "$output" == *"NO [AUTHENTICATIONFAILED] wrong name or password"* ]]
  done
  by_certificate=(-m EXTERNAL "--x509-cert-file=$SITE/bob.crt" "--x509-key-file=$SITE/bob.key")
  run over_tls "${by_certificate[@]}" -z bob
  [ "$status" -eq 0 ]
  run over_tls "${by_certificate[@]}" -z alice
  [[ "$output" == *"NO [AUTHORIZATIONFAILED]"* ]]
  run over_tls -m EXTERNAL -z bob
  [ "$status" -ne 0 ]
}

@test "after STLS the terms are others, and a certificate names the user" {
  certify
  behind "$BIN/pop3d"
  run timeout 20 python3 - "$port" <<'PY'
import os, poplib, ssl, sys
site = os.environ["SITE"]
def connect(certificate):
    pop = poplib.POP3("localhost", int(sys.argv[1]))
    before = pop.capa()["SASL"]
    use = ssl.create_default_context(cafile=f"{site}/mx.crt")
    if certificate: use.load_cert_chain(f"{site}/bob.crt", f"{site}/bob.key")
    pop.stls(use)
    return pop, [name for name in pop.capa()["SASL"] if name not in before]
def said(pop, line):
    try: return pop._shortcmd(line).decode()
    except poplib.error_proto as error: return str(error)
pop, more = connect(False)
print(*more, said(pop, "AUTH EXTERNAL ="))
pop, more = connect(True)
print(*more, said(pop, "AUTH EXTERNAL YWxpY2U="))
print(said(pop, "AUTH EXTERNAL ="))
print(pop.stat()[0])
PY
  [ "$status" -eq 0 ]
  [[ "${lines[0]}" == "SCRAM-SHA-256-PLUS b'-ERR this mechanism is not offered'" ]]
  [[ "${lines[1]}" == "SCRAM-SHA-256-PLUS EXTERNAL b'-ERR [AUTH]"* ]]
  [[ "${lines[2]}" == "+OK 2 messages" ]]
  [[ "${lines[3]}" == 2 ]]
}
