"""PORT [--cert] MECHANISM USER [PASSWORD]: logs in by SMTP over TLS from the first octet; prints the replies."""
import base64, hashlib, hmac, os, smtplib, ssl, sys

port, *words = sys.argv[1:]
site = os.environ["SITE"]
context = ssl.create_default_context(cafile=f"{site}/mx.crt")
# Before 3.13 Python knows no tls-exporter: the certificate binds the channel.
if words[0] == "--cert":
    context.load_cert_chain(f"{site}/bob.crt", f"{site}/bob.key")
    words = words[1:]
mechanism, user, *password = words


def b64(octets):
    return base64.b64encode(octets).decode()


def mac(key, text):
    return hmac.new(key, text, "sha256").digest()


with smtplib.SMTP_SSL("localhost", int(port), context=context) as client:
    client.ehlo()
    print(client.esmtp_features["auth"])
    if mechanism == "EXTERNAL":
        print(*client.docmd("AUTH EXTERNAL", b64(user.encode())))
        sys.exit()
    header = "p=tls-server-end-point,,"
    bound = b64(header.encode() + hashlib.sha256(client.sock.getpeercert(True)).digest())
    first = f"n={user},r=fyko+d2lbbFgONRv9qkxdawL"
    code, challenge = client.docmd("AUTH " + mechanism, b64((header + first).encode()))
    server = base64.b64decode(challenge).decode()
    fields = dict(field.split("=", 1) for field in server.split(","))
    final = f"c={bound},r=" + fields["r"]
    salted = hashlib.pbkdf2_hmac("sha256", password[0].encode(), base64.b64decode(fields["s"]), int(fields["i"]))
    message = ",".join((first, server, final)).encode()
    key = mac(salted, b"Client Key")
    proof = bytes(a ^ b for a, b in zip(key, mac(hashlib.sha256(key).digest(), message)))
    code, answer = client.docmd(b64(f"{final},p={b64(proof)}".encode()))
    print(code, answer)
    if code == 334:
        assert base64.b64decode(answer).decode() == "v=" + b64(mac(mac(salted, b"Server Key"), message))
        print(*client.docmd(""))
