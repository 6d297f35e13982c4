#!/usr/bin/env python3
"""Kills smtpd and smtp-send at random moments under load; every acknowledged message must be in the spool or a Maildir."""

import os
import pathlib
import random
import signal
import subprocess
import sys
import threading

rounds = int(sys.argv[1])
programs, site = pathlib.Path(os.environ["BIN"]), pathlib.Path(os.environ["SITE"])
acknowledged, lock = set(), threading.Lock()


def client(number):
    """Sends messages over one smtpd until it dies; remembers what was answered with 250."""
    server = subprocess.Popen([programs / "smtpd"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    killer = threading.Timer(random.uniform(0.001, 0.06), server.kill)
    killer.start()
    try:
        server.stdin.write(b"EHLO c\r\n")
        for i in range(10_000):
            name = f"{number}-{i}-{random.getrandbits(64):x}"
            server.stdin.write(b"MAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n")
            server.stdin.write(f"Subject: {name}\r\n\r\n{(name + chr(13) + chr(10)) * 100}.\r\n".encode())
            server.stdin.flush()
            while not (line := server.stdout.readline()).startswith(b"250 2.0.0 queued"):
                if not line:
                    return
            with lock:
                acknowledged.add(name)
    except BrokenPipeError:
        pass
    finally:
        killer.cancel()
        server.kill()
        server.wait()
        server.stdout.close()
        try:
            server.stdin.close()
        except BrokenPipeError:
            pass


for number in range(rounds):
    sender = threading.Thread(target=client, args=(number,))
    sender.start()
    runner = subprocess.Popen([programs / "smtp-send", "--once"], stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        runner.wait(random.uniform(0.001, 0.06))
    except subprocess.TimeoutExpired:
        # The runner alone, whose children then go on, or all of them at once.
        if number % 2:
            runner.kill()
        else:
            os.killpg(runner.pid, signal.SIGKILL)
    runner.wait()
    sender.join()

# 75: children of a runner that was killed are still at work.
while (last := subprocess.run([programs / "smtp-send", "--once"], stderr=subprocess.PIPE, text=True)).returncode == 75:
    pass
found, copies = set(), 0
for path in (site / "alice/Maildir/new").iterdir():
    text = path.read_text()
    subject = text.split("Subject: ")[1].split("\n")[0]
    if text.split("\n\n", 1)[1] != (subject + "\n") * 100:
        sys.exit(f"damaged: {path}")
    found.add(subject)
    copies += 1
lost = acknowledged - found
print(f"{2 * rounds} kills, {len(acknowledged)} acknowledged, {len(lost)} lost, {copies - len(found)} duplicates")
if lost:
    left = [path.name for path in site.glob("spool/queue/?/*")]
    print(f"the last runner ended with {last.returncode}; in the queue: {left}\n{last.stderr[-5000:]}")
sys.exit(1 if lost or not acknowledged else 0)
