"""An SMTP server that takes every message, and keeps each before it says so."""

import socketserver
import threading


class Connection(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line + b"\r\n")

    def take(self):
        """The message up to its dot; nothing when the client is cut off."""
        lines = []
        while line := self.rfile.readline():
            if line == b".\r\n":
                self.server.taken.append(b"".join(lines))
                return True
            lines.append(line.removeprefix(b".").replace(b"\r\n", b"\n"))
        return False

    def handle(self):
        try:
            self.say(b"220 far.test")
            while line := self.rfile.readline():
                if line == b"DATA\r\n":
                    self.say(b"354 go on")
                    if not self.take():
                        return
                self.say(b"221 bye" if line == b"QUIT\r\n" else b"250 far.test")
        except OSError:
            pass  # killed while it was answered


class Peer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Connection)
        self.taken = []
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()
