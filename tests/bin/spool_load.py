"""Messages come in, a runner delivers them here and to a host that often says no, and operators do everything at once to what
waits, while it is told to read its configuration again and again, is ended in the middle and started anew, and a second one tries
to come in. Then each recipient of a message has it once, unless it was said to be deleted. spool_load.py MESSAGES SEED; the site
and programs as the tests have them."""
import collections
import os
import pathlib
import random
import re
import signal
import socketserver
import subprocess
import sys
import threading

messages, seed = int(sys.argv[1]), sys.argv[2]
programs, site = pathlib.Path(os.environ["BIN"]), pathlib.Path(os.environ["SITE"])
taken, told, wrong, ids = collections.Counter(), {}, [], []
lock, ended = threading.Lock(), threading.Event()
kind = True  # whether the host is, too: at the end it takes everything


class Host(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        moods = random.Random()
        self.say("220 far.test")
        for line in self.rfile:
            word = line[:4].upper()
            refused = not kind and moods.random() < 0.3
            if word == b"RCPT" and refused:
                self.say("451 4.2.1 not now")
            elif word == b"DATA" and refused:
                self.say("451 4.3.0 not now")
            elif word == b"DATA":
                self.say("354 go")
                number = None
                while (text := self.rfile.readline()) not in (b".\r\n", b""):
                    if text.startswith(b"X-Number: "):
                        number = text[10:].strip().decode()
                if text == b"":
                    return
                with lock:
                    taken[number] += 1
                self.say("250 2.0.0 taken")
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True


def run(*arguments, text=""):
    return subprocess.run([programs / arguments[0], *arguments[1:]], input=text, capture_output=True, text=True, timeout=60, check=False)


def fault(what, done):
    with lock:
        wrong.append(f"{what}: {done.returncode} {done.stdout[-300:]!r} {done.stderr[-300:]!r}")


def write():
    for number in range(messages):
        done = run("spool-put", "-f", "bob@example.test", "alice@example.test", "x@far.test", text=f"X-Number: {number}\n\nx\n")
        if done.returncode != 0:
            fault("spool-put", done)
            continue
        with lock:
            ids.append((done.stdout.strip(), str(number)))


def change(choice):
    """One of what operators do, and whether it may end so."""
    with lock:
        some = [each for each, _ in choice.sample(ids, min(len(ids), 5))]
    if not some:
        return
    what = choice.choice(["hold", "release", "retry", "delete", "list", "show", "stats", "check", "filter"])
    if what in ("hold", "release", "retry"):
        done, allowed = run("spool", what, *some), (0, 66, 75)
    elif what == "delete":
        one = choice.choice(some)
        done, allowed = run("spool", "delete", one), (0, 66, 75)
        with lock:
            told.update({each: True for each in re.findall(r"^(\S+) deleted$", done.stdout, re.M) if not each.isdigit()})
    elif what == "filter":
        done, allowed = run("spool", choice.choice(["hold", "release", "retry"]), "--domain", "far.test", "--json"), (0, 66, 75)
    elif what == "show":
        done, allowed = run("spool", "show", some[0]), (0, 66)
    else:
        done, allowed = run("spool", what, *(["--long", "--json"] if what == "list" else [])), (0,)
    if done.returncode not in allowed:
        fault(f"spool {what}", done)


def operate(number):
    choice = random.Random(f"{seed} {number}")
    while not ended.is_set():
        change(choice)


class Runner:
    def __init__(self):
        self.log = open(site / "log", "a")
        self.start()

    def start(self):
        self.process = subprocess.Popen([programs / "smtp-send", "--retry=1"], stderr=self.log)
        while self.process.poll() is None and not self.has_blocked():
            pass

    def has_blocked(self):
        """SIGHUP, which else ends it."""
        blocked = re.search(r"^SigBlk:\s*(\w+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text(), re.M)
        return blocked and int(blocked[1], 16) & 1 << signal.SIGHUP - 1

    def end(self):
        self.process.terminate()
        if self.process.wait(60) != 0:
            wrong.append(f"the runner ended with {self.process.returncode}")

    def disturb(self, choice):
        what = choice.choice(["storm", "storm", "second", "anew"])
        if what == "storm":
            for _ in range(100):
                self.process.send_signal(signal.SIGHUP)
        elif what == "second":
            done = run("smtp-send", "--once")
            if done.returncode != 75:
                fault("a second runner", done)
        else:
            self.end()
            self.start()


def disturb(runner):
    choice = random.Random(f"{seed} signals")
    while not ended.is_set():
        runner.disturb(choice)


def here():
    """What is in the Maildir, by number."""
    return collections.Counter(re.search(r"^X-Number: (\d+)$", each.read_text(), re.M)[1] for each in (site / "alice/Maildir/new").iterdir())


def settle():
    """All that is left goes."""
    for _ in range(20):
        run("spool", "release", "--all")
        run("spool", "retry", "--all")
        run("smtp-send", "--once")
        if run("spool", "list").stdout == "":
            return
    wrong.append("left: " + run("spool", "list", "--long").stdout[:1000])


def judge():
    local = here()
    deleted = 0
    for one, number in ids:
        counts = (local[number], taken[number])
        deleted += one in told
        if max(counts) > 1 or (one not in told and counts != (1, 1)):
            wrong.append(f"{one}: {counts} copies{', deleted' if one in told else ''}")
    checked = run("spool", "check")
    if checked.returncode != 0 or "0 messages, 0 damaged" not in checked.stdout:
        fault("the end", checked)
    print(f"{len(ids)} messages, {deleted} deleted, {sum(local.values())} here, {sum(taken.values())} at the other host, {len(wrong)} wrong")


host = Server(("127.0.0.1", 0), Host)
threading.Thread(target=host.serve_forever, daemon=True).start()
(site / "routes").write_text(f"far.test 127.0.0.1:{host.server_address[1]}\n")
kind = False
runner = Runner()
others = [threading.Thread(target=operate, args=(number,)) for number in range(3)] + [threading.Thread(target=disturb, args=(runner,))]
writer = threading.Thread(target=write)
for each in [*others, writer]:
    each.start()
writer.join()
ended.set()
for each in others:
    each.join()
runner.end()
kind = True
settle()
judge()
print("\n".join(wrong[:20]))
sys.exit(1 if wrong else 0)
