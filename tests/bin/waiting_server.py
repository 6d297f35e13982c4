"""An SMTP server that takes one message after the other and answers its end only when it is told to: waiting_server.py
DIRECTORY. The port goes to stdout; once a message has come whole the file DIRECTORY/came is made; the answer is given
when somebody opens the named pipe DIRECTORY/go to write."""
import os, socketserver, sys

place = sys.argv[1]
os.mkfifo(f"{place}/go")


class Connection(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        self.say("220 peer.test")
        for line in self.rfile:
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self.say("354 go")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
                open(f"{place}/came", "w").close()
                open(f"{place}/go").close()
            self.say("221 bye" if word == b"QUIT" else "250 ok")
            if word == b"QUIT":
                return


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


server = Server(("127.0.0.1", 0), Connection)
print(server.server_address[1], flush=True)
server.serve_forever()
