"""One Maildir, many hands: deliveries, a program that renames flags, one that expunges, and IMAP clients that must never
miss a message, see one twice, hear of an expunge that did not happen, or meet a UID again for another message."""
import imaplib, os, re, sys, threading, time

port, maildir, before, messages, clients = int(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:6])
done = threading.Event()
wrong = []
expunged_for_good = set()  # UIDs that the expunger removed


def connect():
    c = imaplib.IMAP4("127.0.0.1", port)
    c.login("bob", "secret")
    assert c.select()[0] == "OK"
    return c


def put(i, where):
    name = f"{1700000000 + i}.M{i}.test"
    with open(f"{maildir}/tmp/{name}", "w") as f:
        f.write(f"Subject: number {i}\nX-Number: {i}\n\nx\n")
    os.rename(f"{maildir}/tmp/{name}", f"{maildir}/{where}/{name}" + (":2," if where == "cur" else ""))


def deliver():
    for i in range(before, before + messages):
        put(i, "new")
        time.sleep(0.004)


def rename():
    while not done.is_set():
        for name in os.listdir(f"{maildir}/cur"):
            base, _, flags = name.partition(":2,")
            other = flags.replace("F", "") if "F" in flags else "".join(sorted(flags + "F"))
            try:
                os.rename(f"{maildir}/cur/{name}", f"{maildir}/cur/{base}:2,{other}")
            except FileNotFoundError:
                pass


def expunge():
    c = connect()
    while not done.is_set():
        for uid in (c.uid("SEARCH", "UID", "2,4,5,7:9")[1][0] or b"").split():
            c.uid("STORE", uid, "+FLAGS.SILENT", "(\\Deleted)")
            expunged_for_good.add(int(uid))
        c.expunge()
    c.logout()


class View:
    """What one client has been told: UID by place, and the number that each UID's message carries."""

    def __init__(self):
        self.c = connect()
        self.places, self.numbers = [], {}

    def poll(self):
        self.c.noop()
        self.c.untagged_responses.clear()
        self.c._simple_command("UID", "FETCH", f"{max(self.numbers, default=0) + 1}:*", "(UID BODY.PEEK[HEADER.FIELDS (X-Number)])")
        for item in self.c.untagged_responses.get("FETCH", []):
            if not isinstance(item, tuple):
                continue
            uid = int(re.search(rb"UID (\d+)", item[0]).group(1))
            if uid in self.numbers:
                continue
            number = int(re.search(rb"X-Number: (\d+)", item[1]).group(1))
            if self.numbers.setdefault(uid, number) != number:
                wrong.append(f"UID {uid} was message {self.numbers[uid]}, is {number}")
        if len(set(self.numbers.values())) != len(self.numbers):
            wrong.append("one message under two UIDs")


def watch(view):
    while not done.is_set():
        view.poll()


for i in range(before):
    put(i, "cur")
views = [View() for _ in range(clients)]
threads = [threading.Thread(target=rename), threading.Thread(target=expunge)]
threads += [threading.Thread(target=watch, args=(v,)) for v in views]
for t in threads:
    t.start()
deliver()
done.set()
for t in threads:
    t.join()
time.sleep(0.05)
alive = len(os.listdir(f"{maildir}/cur")) + len(os.listdir(f"{maildir}/new"))
for view in views:
    view.poll()
    view.c.untagged_responses.clear()
    view.c.noop()
    uids = set(map(int, view.c.uid("SEARCH", "ALL")[1][0].split()))
    if len(uids) != alive:
        wrong.append(f"a client sees {len(uids)} messages, {alive} exist")
    lost = set(view.numbers) - uids - expunged_for_good
    if lost:
        wrong.append(f"told that {sorted(lost)[:5]} were expunged, which nobody did")
    seen = len(view.numbers.keys() | expunged_for_good)
    if seen != before + messages:
        wrong.append(f"a client met {seen} of {before + messages} messages")
print("\n".join(wrong[:10]))
print(f"{before + messages} messages, {len(expunged_for_good)} expunged, {clients} clients, {len(wrong)} wrong")
sys.exit(1 if wrong else 0)
