"""hanging_hosts.py ROUTES SILENT DEAF: hosts that were never asked, and hang. silentN.test take a call and say nothing, deafN.test do not even
take it: their queue of calls is full. Writes their routes, says ready, and then "call" for each call that a silent one takes."""

import socket
import sys

routes, silent, deaf = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
kept = []


def address(net, number):
    return f"127.{net}.{number // 250}.{number % 250 + 1}"


listening = socket.create_server(("0.0.0.0", 0), backlog=1000)
with open(routes, "a", encoding="ascii") as out:
    for number in range(silent):
        out.write(f"silent{number}.test {address(91, number)}:{listening.getsockname()[1]}\n")
    for number in range(deaf):
        full = socket.socket()
        full.bind((address(92, number), 0))
        full.listen(0)
        kept.append(full)
        for _ in range(3):
            call = socket.socket()
            call.setblocking(False)
            call.connect_ex(full.getsockname())
            kept.append(call)
        out.write(f"deaf{number}.test {full.getsockname()[0]}:{full.getsockname()[1]}\n")
print("ready", flush=True)
while True:
    kept.append(listening.accept())
    print("call", flush=True)
