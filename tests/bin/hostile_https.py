"""HTTPS on ADDRESS:443 that answers each connection by what FILE holds: hostile_https.py ADDRESS CERTIFICATE FILE. Says "ready"."""
import contextlib
import gzip
import itertools
import socket
import ssl
import sys
import threading

address, certificate, file = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate)
policy = b"version: STSv1\r\nmode: enforce\r\nmx: mx.far.test\r\nmax_age: 1000\r\n"
head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
endless = itertools.repeat
# What is sent, piece by piece.
answers = {
    "good": [head + b"\r\n" + policy],
    "headers": itertools.chain([head], endless(b"X-A: " + b"a" * 8000 + b"\r\n")),
    "one long header": itertools.chain([head + b"X-A: "], endless(b"a" * 8000)),
    "never final": endless(b"HTTP/1.1 103 Early\r\nX: " + b"a" * 100 + b"\r\n\r\n"),
    "endless chunks": itertools.chain([head + b"Transfer-Encoding: chunked\r\n\r\n"], endless(b"1\r\na\r\n")),
    "no header": [policy],
    "another type": [head.replace(b"plain", b"plainer") + b"\r\n" + policy],
    "no type": [b"HTTP/1.1 200 OK\r\n\r\n" + policy],
    "cut off": [head + b"Content-Length: 1000\r\n\r\n" + policy],
    "compressed": [head + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(policy)],
    "a NUL": [head + b"\r\n" + policy.replace(b"far", b"\0far")],
    "many hosts": [head + b"\r\n" + policy + b"mx: a.test\r\n" * 300],
    "no age": [head + b"\r\n" + policy.replace(b"1000", b"99999999999")],
    "great age": [head + b"\r\n" + policy.replace(b"1000", b"9999999999")],
    "age 0": [head + b"\r\n" + policy.replace(b"1000", b"0")],
    "twice": [head + b"\r\n" + policy + b"max_age: 5\r\nmode: none\r\n"],
}


def serve(client):
    with contextlib.suppress(OSError), context.wrap_socket(client, server_side=True) as wire:
        wire.recv(4096)
        for piece in answers[open(file).read().strip()]:
            wire.sendall(piece)
        wire.unwrap()


listening = socket.create_server((address, 443))
print("ready", flush=True)
while True:
    threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()
