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
        self.open, self.closed = 0, threading.Condition()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def process_request(self, request, client_address):
        with self.closed:
            self.open += 1
        super().process_request(request, client_address)

    def process_request_thread(self, request, client_address):
        super().process_request_thread(request, client_address)
        with self.closed:
            self.open -= 1
            self.closed.notify_all()

    def heard_all(self):
        """Waits until what clients that are no more have sent is read: how many messages were taken."""
        with self.closed:
            self.closed.wait_for(lambda: self.open == 0, 10)
        return len(self.taken)

    def close(self):
        self.shutdown()
        self.server_close()
