"""An SMTP server that answers as it is told: scripted_server.py LOG [PREFIX REPLY]...
Each command line gets the reply of the first PREFIX it starts with; "\\n" in a reply separates its lines, "|" what it
says the first time, the second and from then on. CONNECT is the banner,
"." the end of a message. "close" closes the connection; as the reply to "." at once after the first line of the message.
It listens on LISTEN (ADDRESS:PORT) if that is set. The port goes to stdout; LOG gets every line that came, "== connection" before each connection."""
import collections, os, socketserver, sys

asked = collections.Counter()
log = open(sys.argv[1], "a", buffering=1)
rules = list(zip(sys.argv[2::2], sys.argv[3::2]))
rules += [("CONNECT", "220 peer.test"), ("EHLO", "250-peer.test\n250-PIPELINING\n250 8BITMIME"), ("HELO", "250 peer.test"),
          ("MAIL", "250 2.1.0 ok"), ("RCPT", "250 2.1.5 ok"), ("DATA", "354 go"), (".", "250 2.0.0 queued"), ("RSET", "250 ok"),
          ("QUIT", "221 bye"), ("", "500 what")]


class Close(Exception):
    pass


class Connection(socketserver.StreamRequestHandler):
    def answer(self, line):
        prefix, replies = next((prefix, reply.split("|")) for prefix, reply in rules if line.startswith(prefix))
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
        log.write("== connection\n")
        try:
            self.answer("CONNECT")
            while True:
                line = self.line()
                if self.answer(line).startswith("354"):
                    lost = dict(rules[::-1])["."] == "close"
                    while (line := self.line()) != "." and not lost:
                        pass
                    self.answer(".")
                elif line == "QUIT":
                    return
        except Close:
            pass


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


address, port = os.environ.get("LISTEN", "127.0.0.1:0").rsplit(":", 1)
server = Server((address, int(port)), Connection)
print(server.server_address[1], flush=True)
server.serve_forever()
