"""HTTPS for an MTA-STS policy: https_policy.py ADDRESS CERTIFICATE LOG FILE. FILE is what it answers with: status, type,
an empty line, the text; LOG gets a line for each request. Says "ready" when it listens on port 443."""
import http.server, ssl, sys

address, certificate, log, file = sys.argv[1:]


class Policy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open(log, "a") as out:
            out.write(f"{self.headers['Host']} {self.path}\n")
        head, text = open(file).read().split("\n\n", 1)
        status, kind = head.split("\n")
        self.send_response(int(status))
        self.send_header("Content-Type", kind)
        if status.startswith("3"):
            self.send_header("Location", f"https://{self.headers['Host']}/elsewhere")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer((address, 443), Policy)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate)
server.socket = context.wrap_socket(server.socket, server_side=True)
print("ready", flush=True)
server.serve_forever()
