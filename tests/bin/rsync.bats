# A Maildir that rsync makes like another, for a backup or from one, while clients have it open.
load site

setup() {
  command -v rsync >/dev/null || skip "rsync is not installed"
  site
  with_passwords
  mkdir -p "$SITE/bob/Maildir/"{cur,new,tmp} "$SITE/far/"{cur,new,tmp}
  serve "$BIN/imapd"
}
teardown() { stop; }

mirrored() {
  PYTHONPATH="$SOURCE/tests/bin" timeout 120 python3 - "$port" "$SITE/far/" "$SITE/bob/Maildir/" "$@" <<'PY'
import collections, itertools, os, random, re, subprocess, sys, time
from imap_talk import Client

port, far, near, *options = sys.argv[1:]
rnd = random.Random(7)
numbers = itertools.count(1001)
mail = {}  # the names at the far side, by subject


def add():
    subject = f"m{next(numbers)}"
    mail[subject] = f"{subject}.x:2,"
    with open(f"{far}cur/{mail[subject]}", "w") as file:
        file.write(f"Subject: {subject}\n\n" + subject * 500 + "\n")


def rename(subject):
    name = f"{subject}.x:2," + "".join(sorted(rnd.sample("FRS", rnd.randint(0, 3))))
    os.rename(f"{far}cur/{mail[subject]}", f"{far}cur/{name}")
    mail[subject] = name


def mirror():
    return subprocess.Popen(["rsync", "-a", "--bwlimit=200", "--exclude=/tubepost-*", *options, far, near])


def subjects(client):
    heard = client.say("UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
    assert re.match("OK |NO .EXPUNGEISSUED", heard.split("\n")[-1].split(" ", 1)[1]), heard
    found = re.findall(r"FLAGS \(([^)]*)\) BODY\[[^]]*\] \{\d+\}\nSubject: (\w+)\n\n UID (\d+)\)", heard)
    out = {}
    for flags, subject, uid in found:
        out[int(uid)] = subject
        assert known.setdefault(int(uid), subject) == subject, f"UID {uid} was {known[int(uid)]} and is {subject}"
        kept[int(uid)] = "work" in flags
    return out


known, kept = {}, {}
for _ in range(40):
    add()
assert mirror().wait() == 0
client = Client(port)
client.ok("SELECT INBOX")
client.ok("STORE 1:* +FLAGS (work)")
first = {subject: uid for uid, subject in subjects(client).items()}
assert len(first) == 40
for _ in range(6):
    for subject in rnd.sample(sorted(mail), 12):
        rename(subject)
    for subject in rnd.sample(sorted(mail), 2):
        os.remove(f"{far}cur/{mail.pop(subject)}")
        first.pop(subject, None)
    add()
    running = mirror()
    while running.poll() is None:
        client.ok("NOOP")
        subjects(client)
    assert running.returncode == 0
end = time.monotonic() + 30
while True:
    client.ok("NOOP")
    there = collections.Counter(subjects(client).values())
    if there == collections.Counter(list(mail)) or time.monotonic() > end:
        break
assert there == collections.Counter(list(mail)), (there - collections.Counter(list(mail)), collections.Counter(list(mail)) - there)
assert sorted(os.listdir(near + "cur")) == sorted(mail.values())
if "--delete-after" in options:
    # They were never gone.
    assert {subject: uid for uid, subject in subjects(client).items() if subject in first} == first
    assert all(kept[uid] for uid in first.values())
PY
}

@test "rsync --delete: in the end all messages are there, once, and no UID was ever another's" {
  mirrored --delete
}

@test "rsync --delete-after: a message that is there under two names for a while keeps its UID and its keywords" {
  mirrored --delete-after
}
