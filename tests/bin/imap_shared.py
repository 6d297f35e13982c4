"""One Maildir, many hands: deliveries, a program that renames flags as mutt does, one that expunges, and eight IMAP clients
of four kinds, each of which must never miss a message, see one twice, hear of an expunge that did not happen, or meet a UID
again for another message.  imap_shared.py MAILDIR BEFORE MESSAGES PORT...: the clients take turns at the ports."""
import os, re, select, sys, threading, traceback
from imap_talk import Client

maildir, before, messages = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
ports = sys.argv[4:]
done = threading.Event()
wrong = []
may_go = set()  # UIDs that the expunger has marked


def put(i, where):
    name = f"{1700000000 + i}.M{i}.test"
    with open(f"{maildir}/tmp/{name}", "w") as f:
        f.write(f"Subject: number {i}\nX-Number: {i}\n\nx\n")
    os.rename(f"{maildir}/tmp/{name}", f"{maildir}/{where}/{name}" + (":2," if where == "cur" else ""))


def deliver():
    for i in range(before, before + messages):
        put(i, "new")
        done.wait(0.005)


def rename():
    while not done.wait(0.001):
        for name in os.listdir(f"{maildir}/cur"):
            base, _, flags = name.partition(":2,")
            other = flags.replace("F", "") if "F" in flags else "".join(sorted(flags + "F"))
            try:
                os.rename(f"{maildir}/cur/{name}", f"{maildir}/cur/{base}:2,{other}")
            except FileNotFoundError:
                pass


def expunge():
    c = Client(ports[0])
    c.ok("SELECT INBOX")
    while not done.is_set():
        heard = c.ok("UID SEARCH UNDELETED")
        uids = [uid for uid in map(int, re.search(r"^\* SEARCH(.*)$", heard, re.M)[1].split()) if uid % 3 == 0]
        if uids:
            may_go.update(uids[:20])
            c.ok(f"UID STORE {','.join(map(str, uids[:20]))} +FLAGS.SILENT (\\Deleted)")
        c.ok("EXPUNGE")


def numbers_in(text):
    for part in text.split(","):
        first, _, last = part.partition(":")
        yield from range(int(first), int(last or first) + 1)


class View:
    """What one client has been told: the UID at each place, and the number that each UID's message carries."""

    def __init__(self, kind, port):
        self.kind, self.c = kind, Client(port)
        self.places, self.numbers, self.by_number, self.told = [], {}, False, 0
        self.uid = None
        if kind in ("QRESYNC", "UIDONLY"):
            self.c.ok(f"ENABLE {kind}")
        self.say("SELECT INBOX")
        self.fetch()

    def expect(self, good, *what):
        if not good:
            wrong.append(f"{self.kind}: {' '.join(map(str, what))}")

    def gone(self, uid):
        self.expect(uid is None or uid in may_go, uid, "is said to be gone, which nobody did")

    def hear(self, line):
        line = line.decode()
        if found := re.match(r"\* (\d+) EXISTS", line):
            self.told = int(found[1])
            self.expect(self.kind == "UIDONLY" or self.told >= len(self.places), line, "of", len(self.places))
            self.places += [None] * (self.told - len(self.places))
        elif found := re.match(r"\* (\d+) EXPUNGE", line):
            self.expect(not self.by_number, line, "in a command by number")
            self.expect(int(found[1]) <= len(self.places), line, "of", len(self.places))
            self.gone(self.places.pop(int(found[1]) - 1))
        elif found := re.match(r"\* VANISHED ([\d,:]+)$", line):
            for uid in numbers_in(found[1]):
                self.gone(uid)
                if uid in self.places:
                    self.places.remove(uid)
                elif self.kind == "QRESYNC":
                    below = [place for place, one in enumerate(self.places) if one is not None and one < uid]
                    self.places.pop(self.places.index(None, below[-1] if below else 0))
        elif found := re.match(r"\* (\d+) (UID)?FETCH \((?:UID (\d+))?", line):
            self.uid = int(found[1] if found[2] else found[3])
            if not found[2]:
                self.expect(self.places[int(found[1]) - 1] in (None, self.uid), line, "was", self.places[int(found[1]) - 1])
                self.places[int(found[1]) - 1] = self.uid
        elif found := re.match(r"X-Number: (\d+)", line):
            had = self.numbers.setdefault(self.uid, int(found[1]))
            self.expect(had == int(found[1]), "UID", self.uid, "was message", had, "and is", found[1])

    def until(self, tag):
        while True:
            line = self.c.line()
            self.hear(line)
            if line.startswith(tag.encode() + b" "):
                self.expect(b" BAD " not in line, line)
                return line

    def say(self, command):
        self.c.count += 1
        tag = f"v{self.c.count}"
        self.c.send(f"{tag} {command}\r\n".encode())
        return self.until(tag)

    def idle(self):
        self.c.send(b"i IDLE\r\n")
        heard = b""
        while not done.is_set() and b"EX" not in heard:
            if self.c.buffer or select.select([self.c.socket], [], [], 0.1)[0]:
                heard = self.c.line()
                self.hear(heard)
        self.c.send(b"DONE\r\n")
        self.until("i")

    def fetch(self):
        items = "(UID BODY.PEEK[HEADER.FIELDS (X-Number)])"
        if self.kind in ("QRESYNC", "UIDONLY"):
            self.say(f"UID FETCH {max(self.numbers, default=0) + 1}:* {items}")
        elif new := [place for place, uid in enumerate(self.places) if uid not in self.numbers]:
            self.by_number = True
            self.say(f"FETCH {new[0] + 1}:{len(self.places)} {items}")
            self.by_number = False

    def poll(self):
        if self.kind == "IDLE":
            self.idle()
        else:
            self.say("NOOP")
        self.fetch()

    def watch(self):
        try:
            while not done.is_set():
                self.poll()
        except Exception:
            wrong.append(self.kind + ": " + traceback.format_exc())

    def check(self, alive):
        self.poll()
        self.poll()
        uids = set(map(int, re.search(r"^\* SEARCH(.*)$", self.c.ok("UID SEARCH ALL"), re.M)[1].split()))
        self.expect(len(uids) == alive, "sees", len(uids), "messages,", alive, "exist")
        self.expect(uids <= set(self.numbers), "has not met", uids - set(self.numbers))
        self.expect(self.kind == "UIDONLY" or uids == set(self.places), "has", len(self.places), "places for", len(uids))
        met = len(self.numbers.keys() | (may_go - uids))
        self.expect(met == before + messages, "met", met, "of", before + messages)
        self.expect(len(set(self.numbers.values())) == len(self.numbers), "one message under two UIDs")


for i in range(before):
    put(i, "cur")
views = [View(kind, ports[i % len(ports)]) for i, kind in enumerate(("NOOP", "NOOP", "IDLE", "IDLE", "QRESYNC", "QRESYNC", "UIDONLY", "NOOP"))]
threads = [threading.Thread(target=rename), threading.Thread(target=expunge)]
threads += [threading.Thread(target=view.watch) for view in views]
for t in threads:
    t.start()
deliver()
done.set()
for t in threads:
    t.join()
alive = len(os.listdir(f"{maildir}/cur")) + len(os.listdir(f"{maildir}/new"))
whose = {}
for view in views:
    view.check(alive)
    for uid, number in view.numbers.items():
        if whose.setdefault(uid, number) != number:
            wrong.append(f"UID {uid} is message {number} for one client, {whose[uid]} for another")
print("\n".join(wrong[:10]))
print(f"{before + messages} messages, {before + messages - alive} expunged, {len(views)} clients, {len(wrong)} wrong")
sys.exit(1 if wrong or alive == before + messages else 0)
