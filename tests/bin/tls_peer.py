"""The other end of a TLS connection, for tls-wrap.bats: tls_peer.py WHAT PORT, with the certificates in CERTIFICATES."""
import hashlib, os, select, socket, ssl, sys, threading

folder = os.environ["CERTIFICATES"]
port = int(sys.argv[2])


def context(ca="mx.crt", **changes):
    out = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    out.load_verify_locations(f"{folder}/{ca}")
    for name, value in changes.items():
        setattr(out, name, value)
    return out


def connect(use=None, name="mx.example.test"):
    plain = socket.create_connection(("127.0.0.1", port), 20)
    return (use or context()).wrap_socket(plain, server_hostname=name)


def everything(tls):
    out = b""
    while piece := tls.recv(65536):
        out += piece
    return out


class Memory:
    """A TLS client over a socket whose records are in our hands: close_notify and the end of TCP come when we say so."""

    def __init__(self, use=None, name="mx.example.test", plain=None):
        self.plain = plain or socket.create_connection(("127.0.0.1", port), 20)
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = (use or context()).wrap_bio(self.incoming, self.outgoing, server_hostname=name)
        self.do(self.tls.do_handshake)

    def flush(self):
        if self.outgoing.pending:
            self.plain.sendall(self.outgoing.read())

    def do(self, what, *arguments):
        while True:
            try:
                result = what(*arguments)
                self.flush()
                return result
            except ssl.SSLWantReadError:
                self.flush()
                more = self.plain.recv(65536)
                if more:
                    self.incoming.write(more)
                else:
                    self.incoming.write_eof()

    def send(self, text):
        self.do(self.tls.write, text)

    def say_end(self):
        """close_notify, without waiting for the other's."""
        try:
            self.tls.unwrap()
        except ssl.SSLWantReadError:
            pass
        self.flush()

    def rest(self):
        out = b""
        try:
            while piece := self.do(self.tls.read, 65536):
                out += piece
        except ssl.SSLZeroReturnError:
            pass
        return out


def versions():
    for least, most, wanted in ((ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, None),
                                (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, "TLSv1.2"),
                                (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
        use = context()
        use.set_ciphers("ALL:@SECLEVEL=0")
        use.minimum_version, use.maximum_version = least, most
        try:
            got = connect(use).version()
        except (ssl.SSLError, ConnectionError):
            got = None
        assert got == wanted, (most, got)


def suites():
    """Of all that this client knows in TLS 1.2, only those with forward secrecy and authenticated encryption."""
    every = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    every.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    taken = set()
    for suite in every.get_ciphers():
        if suite["protocol"] == "TLSv1.3":
            continue
        use = context()
        use.maximum_version = ssl.TLSVersion.TLSv1_2
        use.set_ciphers(suite["name"] + ":@SECLEVEL=0")
        try:
            connect(use)
            taken.add(suite["name"])
        except (ssl.SSLError, ConnectionError):
            pass
    assert taken == {"ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"}, taken


def names():
    for name, ca in (("mx.example.test", "mx.crt"), ("other.example.test", "other.crt"), ("a.wild.example.test", "other.crt"), (None, "mx.crt")):
        use = context(ca)
        use.check_hostname = name is not None
        with connect(use, name) as tls:
            subject = ssl.DER_cert_to_PEM_cert(tls.getpeercert(True))
            assert subject == open(f"{folder}/{ca}").read(), name
    use = context()
    use.check_hostname = False
    connect(use, "nobody.example.test")


def ends():
    """Half-close, then a connection that is cut off: prints what the program made of each."""
    client = Memory()
    client.send(b"x" * 300000)
    client.say_end()
    print("said:", client.rest().decode().strip())
    client = Memory()
    client.send(b"x" * 300000)
    client.plain.shutdown(socket.SHUT_WR)
    print("cut:", client.rest().decode().strip())


def both_ways():
    """So many octets to a program that sends them back, both directions at once."""
    size = int(sys.argv[3])
    client = connect()
    client.setblocking(False)
    block = memoryview(os.urandom(1 << 20))
    sent, came = hashlib.sha256(), hashlib.sha256()
    unsent, missing = size, size
    while missing:
        blocked = 0
        try:
            done = client.send(block[:min(unsent, 65536)]) if unsent else 0
            sent.update(block[:done])
            unsent -= done
        except ssl.SSLError:
            blocked += 1
        try:
            piece = client.recv(min(missing, 65536))
            assert piece, f"{missing} octets are missing"
            came.update(piece)
            missing -= len(piece)
        except ssl.SSLError:
            blocked += 1
        if blocked:
            ready = select.select([client], [client] if unsent else [], [], 20)
            assert any(ready), f"{missing} octets do not come"
    assert sent.digest() == came.digest()


def resident(pid):
    return sum(int(line.split()[1]) for line in open(f"/proc/{pid}/status") if line.startswith("VmRSS"))


def injected():
    """What stands behind STARTTLS in plaintext is forgotten; prints what is answered inside TLS."""
    protocol = sys.argv[3]
    lines = {"pop3": (b"STLS\r\nUSER bob\r\n", b"PASS secret\r\nSTLS\r\nCAPA\r\nQUIT\r\n"),
             "imap": (b"a STARTTLS\r\nb LOGIN bob secret\r\n", b"c STARTTLS\r\nd CAPABILITY\r\ne LOGOUT\r\n")}[protocol]
    plain = socket.create_connection(("127.0.0.1", port), 20)
    plain.recv(1000)
    plain.sendall(lines[0])
    answer = plain.recv(1000)
    assert answer in (b"+OK begin TLS now\r\n", b"a OK begin TLS now\r\n"), answer
    with context().wrap_socket(plain, server_hostname="mx.example.test") as tls:
        tls.sendall(lines[1])
        print(everything(tls).decode().replace("\r", ""))


def silent():
    """A client that never begins: the connection ends by itself."""
    with socket.create_connection(("127.0.0.1", port), 20) as plain:
        assert plain.recv(100) == b""


def slow_reader():
    """A program that writes for ever, a client that reads nothing: nobody's memory grows."""
    client = connect()
    client.recv(1)
    relay = [int(pid) for pid in os.listdir("/proc") if pid.isdigit() and is_relay(pid)]
    before = [resident(pid) for pid in relay]
    assert relay
    client.settimeout(0.5)
    threading.Event().wait(0.5)
    after = [resident(pid) for pid in relay]
    ticks = [sum(map(int, open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[11:13])) for pid in relay]
    threading.Event().wait(0.5)
    later = [sum(map(int, open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[11:13])) for pid in relay]
    assert max(after) <= max(before) + 512, (before, after)
    assert sum(later) - sum(ticks) <= 2, "it spins"


def is_relay(pid):
    try:
        return f"--max-connections={port}".encode() in open(f"/proc/{pid}/cmdline", "rb").read()
    except OSError:
        return False


def proxied():
    """What the program says to a client behind a proxy, whose header comes with the first record in one segment or alone."""
    header = sys.argv[3].encode().decode("unicode_escape").encode("latin-1")
    for together in (True, False):
        plain = socket.create_connection(("127.0.0.1", port), 20)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context().wrap_bio(incoming, outgoing, server_hostname="mx.example.test")
        try:
            tls.do_handshake()
        except ssl.SSLWantReadError:
            hello = outgoing.read()
        for piece in [header + hello] if together else [header, hello]:
            plain.sendall(piece)
        over = Memory.__new__(Memory)
        over.plain, over.incoming, over.outgoing, over.tls = plain, incoming, outgoing, tls
        try:
            over.do(tls.do_handshake)
            print(over.do(tls.read, 1000).decode(), end="")
        except (ssl.SSLError, OSError):
            print("closed")


def many():
    """Handshakes in a row, against one listening process, whose memory stays what it was."""
    loop, count = int(sys.argv[3]), int(sys.argv[4])
    use = context()
    for i in range(count):
        with connect(use) as tls:
            assert tls.recv(100) == b"hello\n"
        if i == count // 10:
            before = resident(loop)
    assert resident(loop) <= before + 200, (before, resident(loop))


def resumed():
    use = context()
    use.maximum_version = ssl.TLSVersion.TLSv1_2
    with connect(use) as tls:
        session = tls.session
        everything(tls)
    plain = socket.create_connection(("127.0.0.1", port), 20)
    with use.wrap_socket(plain, server_hostname="mx.example.test", session=session) as tls:
        assert tls.session_reused
        everything(tls)


def served():
    """The subject of the certificate that is served."""
    use = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    use.check_hostname, use.verify_mode = False, ssl.CERT_NONE
    with connect(use) as tls:
        print(hashlib.sha256(tls.getpeercert(True)).hexdigest())


globals()[sys.argv[1]]()
