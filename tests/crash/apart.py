#!/usr/bin/env python3
"""Kills the runner while it sets those apart who are behind a program that hangs: each of them has the message then, and
twice only where both the message and its copy still had them to do.

apart.py [ROUNDS]
"""

import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from crash_site import Site, is_message, message, programs  # noqa: E402

patience = 20  # seconds


def instruct(site, user, target):
    forward = site.path / user / ".forward"
    forward.write_text(target + "\n")
    owner = (site.path / user).stat()
    os.chown(forward, owner.st_uid, owner.st_gid)


def prepare(path):
    """What is for alice hangs until there is a file `go`; bob has his turn after her, as he has instructions, too."""
    site = Site(path, os.geteuid() == 0)
    (path / "hang").write_text(f"test -e {path}/go || exec sleep {patience}\n")
    instruct(site, "alice", f'"|/bin/sh {path}/hang"')
    instruct(site, "bob", f"{path}/bob/Maildir/")
    put = site.run([programs / "spool-put", "-f", "", "alice@example.test", "bob@example.test"], message)
    assert put.returncode == 0, put
    return site


def to_do(site):
    """In how many messages bob is."""
    heads = [each.read_bytes().split(b"\n\n", 1)[0] for each in site.queue()]
    return sum(b"\nto: todo <bob@" in head for head in heads)


def kill(site, delay):
    """All of it, so long after the copy was begun."""
    settings = {**os.environ, "TUBEPOST_CONF": str(site.path / "tubepost.conf")}
    runner = subprocess.Popen([programs / "smtp-send"], env=settings, stderr=subprocess.DEVNULL, start_new_session=True)
    end = time.monotonic() + patience
    while len(site.queue()) < 2 and time.monotonic() < end:
        time.sleep(0.0005)
    begun = len(site.queue()) == 2
    time.sleep(delay)
    os.killpg(runner.pid, signal.SIGKILL)
    runner.wait()
    return begun


def attempt(path, delay):
    """How many copies bob has got, and what is wrong with that."""
    site = prepare(path)
    begun = kill(site, delay)
    waiting = to_do(site)
    (path / "go").touch()
    trouble = site.recover()
    copies = site.mail("bob")
    if not begun:
        return len(copies), "nobody was set apart"
    if not copies or not all(is_message(each) for each in copies):
        return len(copies), "lost"
    # What was on its way at that moment goes again.
    if len(copies) > waiting + 1 or (trouble and trouble != Site.damaged):
        return len(copies), f"{len(copies)} copies of {waiting} that were to come; {trouble}"
    site.remove()
    return len(copies), ""


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder).chmod(0o755)
        results = [attempt(pathlib.Path(folder) / str(i), random.uniform(0, 0.006)) for i in range(rounds)]
    wrong = [trouble for _, trouble in results if trouble]
    print(f"set apart: {rounds} kills, {sum(copies > 1 for copies, _ in results)} duplicates, {len(wrong)} wrong")
    for trouble in wrong:
        print(f"  {trouble}")
    sys.exit(1 if wrong else 0)


main()
