"""A bare IMAP client: what it says goes out as it is, what comes back is read up to the tagged line."""
import socket
import zlib


class Client:
    def __init__(self, port, user="bob", password="secret"):
        self.socket = socket.create_connection(("127.0.0.1", int(port)), timeout=20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.deflater = self.inflater = None
        self.count = 0
        self.line()
        if user:
            self.ok(f"LOGIN {user} {password}")

    def send(self, octets):
        if self.deflater:
            octets = self.deflater.compress(octets) + self.deflater.flush(zlib.Z_SYNC_FLUSH)
        self.socket.sendall(octets)

    def fill(self):
        octets = self.socket.recv(65536)
        if not octets:
            raise EOFError(self.buffer)
        self.buffer += self.inflater.decompress(octets) if self.inflater else octets

    def line(self):
        while b"\r\n" not in self.buffer:
            self.fill()
        out, self.buffer = self.buffer.split(b"\r\n", 1)
        return out

    def until(self, tag):
        """All lines up to the one that begins with the tag, as one text."""
        lines = []
        while True:
            lines.append(self.line().decode("utf-8", "replace"))
            if lines[-1].startswith(tag + " "):
                return "\n".join(lines)

    def say(self, command, literal=None):
        self.count += 1
        tag = f"t{self.count}"
        self.send(f"{tag} {command}\r\n".encode() + (literal or b""))
        return self.until(tag)

    def ok(self, command, literal=None):
        heard = self.say(command, literal)
        assert heard.split("\n")[-1].split(" ")[1] == "OK", (command, heard)
        return heard

    def compress(self):
        self.ok("COMPRESS DEFLATE")
        self.deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
        self.inflater = zlib.decompressobj(-15)

    def append(self, mailbox, message, flags="()"):
        return self.ok(f"APPEND {mailbox} {flags} {{{len(message)}+}}", message + b"\r\n")
