"""An SMTP server that answers as it is told: scripted_server.py LOG [PREFIX REPLY]...
Each command line gets the reply of the first PREFIX it starts with; "\\n" in a reply separates its lines, "|" what it
says the first time, the second and from then on. CONNECT is the banner,
"." the end of a message. "close" closes the connection; as the reply to "." at once after the first line of the message.
TLS names a file with certificate and key for STARTTLS, whose reply is followed by a handshake when it is 220; IMPLICIT
one for TLS from the start; CLIENTS one whose certificates a client has to show. BROKEN says what comes in place of the
handshake. A PREFIX that begins with TLS: is asked first, and under TLS alone.
It listens on LISTEN (ADDRESS:PORT) if that is set. The port goes to stdout; LOG gets every line that came,
"== connection from ADDRESS" before each connection."""
import collections, os, socketserver, ssl, sys

asked = collections.Counter()
log = open(sys.argv[1], "a", buffering=1)
rules = list(zip(sys.argv[2::2], sys.argv[3::2]))
rules.sort(key=lambda rule: not rule[0].startswith("TLS:"))
given = dict(rules[::-1])
rules += [("CONNECT", "220 peer.test"), ("EHLO", "250-peer.test\n250-PIPELINING\n250 8BITMIME"), ("HELO", "250 peer.test"),
          ("LHLO", "250-peer.test\n250 PIPELINING"), ("STARTTLS", "220 go"), ("BDAT", "250 2.0.0 ok"),
          ("MAIL", "250 2.1.0 ok"), ("RCPT", "250 2.1.5 ok"), ("DATA", "354 go"), (".", "250 2.0.0 queued"), ("RSET", "250 ok"),
          ("QUIT", "221 bye"), ("", "500 what")]


class Close(Exception):
    pass


class Connection(socketserver.StreamRequestHandler):
    secured = False

    def secure(self, certificate):
        if "BROKEN" in given:
            self.wfile.write(given["BROKEN"].encode())
            raise Close
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        if "CLIENTS" in given:
            context.load_verify_locations(given["CLIENTS"])
            context.verify_mode = ssl.CERT_REQUIRED
        context.sni_callback = lambda tls, name, context: log.write(f"== server name {name}\n") and None
        try:
            self.request = context.wrap_socket(self.connection, server_side=True)
        except (ssl.SSLError, OSError) as error:
            log.write("== no handshake\n")
            raise Close
        self.secured = True
        log.write(f"== TLS {self.request.getpeercert() and 'with certificate'}\n")
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)

    def answer(self, line):
        prefix, replies = next(
            (prefix, reply.split("|"))
            for prefix, reply in rules
            if line.startswith(prefix) or (self.secured and prefix[:4] == "TLS:" and line.startswith(prefix[4:]))
        )
        asked[prefix] += 1
        reply = replies[min(asked[prefix], len(replies)) - 1]
        if reply == "close":
            raise Close
        self.wfile.write("".join(f"{one}\r\n" for one in reply.split("\n")).encode())
        return reply

    def line(self):
        line = self.rfile.readline()
        if not line:
            raise Close
        text = line.decode("latin-1")
        log.write(repr(text)[1:-1] + "\n")
        return text.rstrip("\r\n")

    def handle(self):
        log.write(f"== connection from {self.client_address[0]}\n")
        try:
            if "IMPLICIT" in given:
                self.secure(given["IMPLICIT"])
            self.answer("CONNECT")
            while True:
                line = self.line()
                if line.startswith("BDAT"):
                    log.write(repr(self.rfile.read(int(line.split()[1])).decode("latin-1"))[1:-1] + "\n")
                reply = self.answer(line)
                if line == "STARTTLS" and reply.startswith("220"):
                    self.secure(given["TLS"])
                elif reply.startswith("354"):
                    lost = given.get(".") == "close"
                    while (line := self.line()) != "." and not lost:
                        pass
                    self.answer(".")
                elif line == "QUIT":
                    return
        except (Close, ConnectionError, ssl.SSLError):
            pass


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


address, port = os.environ.get("LISTEN", "127.0.0.1:0").rsplit(":", 1)
server = Server((address, int(port)), Connection)
print(server.server_address[1], flush=True)
server.serve_forever()
