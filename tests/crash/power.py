#!/usr/bin/env python3
"""Cuts the power at every moment of a delivery, in every way the disk may then look, recovers, and looks for what was
acknowledged; now and then it is cut again while the runner recovers. Then does the same to deliveries whose order was
broken on purpose: each of these must be found out.

power.py [--bound N] [--again M] [--every E] [--seed S] [SCENARIO...]: N: ways a moment is tried in; where there are more,
some are drawn. M: every Mth state's recovery is cut off, too. E: only every Eth state, but all of broken orders.
"""

import argparse
import concurrent.futures
import os
import pathlib
import random
import re
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from crash_site import Site, message  # noqa: E402
from deliveries import Result, recovery_traced, scenarios, traced  # noqa: E402
from disk import Log, states  # noqa: E402
from progress import Progress  # noqa: E402

progress = Progress("states")
said = {"spool-put": rb"^[0-9a-v]{13}\n", "smtpd": rb"^250 2\.0\.0 queued", "lmtp": rb"^250 2\.\d\.\d queued"}


def contents(site):
    """The part of the site that a delivery changes."""
    tops = [site.spool / "queue", site.path / "alice", site.path / "bob"]
    paths = [each for top in tops for each in [top, *top.rglob("*")]]
    return {os.fsencode(each): each.read_bytes() for each in paths if each.is_file()}, tops


def put_back(site, tops, tree):
    """The site as the disk holds it; a name in a folder that is not there is not there either."""
    shutil.rmtree(site.spool / "damaged", ignore_errors=True)
    for top in tops:
        for each in [*top.glob("?/*.*")] if top.name == "queue" else [*top.iterdir()]:
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    for path, data in sorted(tree.items()):
        each = pathlib.Path(os.fsdecode(path))
        if not each.parent.is_dir():
            continue
        each.mkdir() if data is None else each.write_bytes(data)
        each.chmod(0o700 if data is None else 0o600)
        above = each.parent.stat()
        if os.geteuid() == 0:
            os.chown(each, above.st_uid, above.st_gid)


def copies(changes):
    """How many may come twice of it: what had reached a mailbox, another host or, as a report, the queue, and was
    perhaps not noted."""
    return sum(
        each.kind in ("rename", "link") and b"/Maildir/new/" in each.other
        or each.kind == "create" and b"/spool/queue/" in each.path
        or each.kind == "say" and ends_message(each)
        for each in changes
    )


def ends_message(change):
    """The dot may come by itself, when the host had nothing to say against the message."""
    return change.data.endswith(b"\r\n.\r\n") or change.data == b".\r\n"


class Recording:
    def __init__(self, folder, name, root):
        self.name, self.site = name, Site(folder, root)
        scenarios[name].prepare(self.site)
        self.before, self.tops = contents(self.site)
        done, lines = traced(self.site, scenarios[name], -1, 0, "-")
        if done.returncode != 0 or any("unknown" in line for line in lines):
            sys.exit(f"{name}: {done}")
        self.log = Log(lines, self.site.path, self.before)
        self.names = {path: number for number, path in enumerate(self.before)}

    def acknowledged(self, made, changes):
        if self.name not in said:
            return scenarios[self.name].acknowledges_first or len(made) == len(changes)
        return any(re.search(said[self.name], each.data, re.M) for each in made if each.kind == "say")

    def put_back(self, tree, made):
        put_back(self.site, self.tops, tree)
        # What another host has taken, no power cut takes from it.
        if self.site.peer:
            self.site.peer.taken[:] = [message for each in made if each.kind == "say" and ends_message(each)]
        self.site.warned = False

    def cut_again(self, choice, bound):
        """While the runner recovers: the changes that it had made, of which the disk has kept some."""
        self.site.wait_no_more()
        before, _ = contents(self.site)
        names = {path: at for at, path in enumerate(before)}
        names |= {os.fsencode(each): None for top in self.tops[1:] for each in top.rglob("*") if each.is_dir()}
        taken = self.site.peer.heard_all() if self.site.peer else 0
        log = Log(recovery_traced(self.site, -1, 0, "-"), self.site.path, before)
        every = list(states(log.changes, names, log.old, bound, choice.random()))
        count, tree = choice.choice(every)
        made, warned = log.changes[:count], self.site.warned
        old = [message] * taken if self.site.peer else []
        self.put_back(tree, made)
        if self.site.peer:
            self.site.peer.taken += old
        self.site.warned = warned
        return made

    def results(self, changes, bound, seed, again=0, every=1):
        choice = random.Random(seed)
        tried = list(states(changes, self.names, self.log.old, bound, seed))[choice.randrange(every) :: every]
        # The last first: it is late that a broken order shows.
        for number, (count, tree) in enumerate(reversed(tried)):
            made = changes[:count]
            self.put_back(tree, made)
            acknowledged = self.acknowledged(made, changes)
            second = self.cut_again(choice, 10) if again and number % again == 0 else None
            trouble = self.site.recover()
            result = scenarios[self.name].judge(self.site, acknowledged, bool(copies(made)), copies(second or []))
            if isinstance(result, str):
                result = Result(acknowledged, result)
            result = result._replace(crashes=1 if second is None else 2)
            # Put aside for a person to see, as what a bad disk damaged would be; nobody was told that it is safe.
            if trouble == Site.damaged and (not acknowledged or scenarios[self.name].queues_copies):
                result = result._replace(damaged=1)
            elif trouble:
                result = result._replace(trouble=f"{result.trouble} {trouble}")
            progress.step(self.name)
            yield count, result


def moved(changes, what, where):
    """The first change that is `what`, to before the first that is `where`; nothing where it already stood there."""
    source = next((at for at, each in enumerate(changes) if what(each)), None)
    target = next((at for at, each in enumerate(changes) if where(each)), None)
    if source is None or target is None or source < target:
        return None
    return changes[:target] + [changes[source]] + changes[target:source] + changes[source + 1 :]


def without(changes, what):
    out = [each for each in changes if not what(each)]
    return out if len(out) < len(changes) else None


def syncs_file(each):
    return each.kind == "sync" and each.file is not None


def syncs_folder(each):
    return each.kind == "sync" and each.file is None


def notes(changes, at):
    """Whether this sync puts only a note on disk of what has happened: without it the same may happen twice."""
    return changes[at - 1].kind == "write" and changes[at - 1].data in (b"done", b"owed", b"late", b"fail")


def broken_orders(changes, speaks):
    """Each way to get it wrong, as far as this delivery could."""
    for at, each in enumerate(changes):
        if each.kind == "sync" and not notes(changes, at):
            what = os.path.relpath(each.path, os.path.dirname(os.path.dirname(each.path))).decode()
            yield f"no sync of {what}", changes[:at] + changes[at + 1 :]
    yield "no sync of the file", without(changes, syncs_file)
    yield "no sync of the folder", without(changes, syncs_folder)
    yield "renamed before it is synced", moved(changes, lambda each: each.kind == "rename", syncs_file)
    gone = moved(changes, lambda each: each.kind == "unlink", lambda each: each.kind == "rename")
    yield "removed from the queue before it is in the mailbox", gone
    if speaks:
        early = [each for each in changes if each.kind == "say"] + [each for each in changes if each.kind != "say"]
        yield "acknowledged before it is synced", early


def examine(place, name, root, bound, again, every, seed):
    """Lines for the report, what was tried and what was wrong."""
    recording = Recording(place / f"{name}-{root}", name, root)
    changes, title = recording.log.changes, name + (" as root" if root else "")
    results = list(recording.results(changes, bound, seed, again, every))
    twice = sum(result.crashes > 1 for _, result in results)
    wrong = [(count, result) for count, result in results if result.trouble]
    duplicates = sum(result.duplicates for _, result in results)
    damaged = sum(result.damaged for _, result in results)
    acknowledged = sum(result.acknowledged for _, result in results)
    lines = [
        f"{title}: {len(changes)} changes, {len(results)} states, {twice} cut again in the recovery, {acknowledged} acknowledged,"
        f" {duplicates} duplicates, {damaged} put aside, {len(wrong)} wrong"
    ]
    lines += [f"  after {count} changes: {result.trouble[:600]}" for count, result in wrong[:10]]
    orders = [(what, broken) for what, broken in broken_orders(changes, name in said) if broken is not None]
    missed = []
    for what, broken in orders:
        if not any(result.trouble for _, result in recording.results(broken, bound, seed)):
            missed.append(f"  NOT FOUND: {what}")
    lines += [f"  broken orders: {len(orders)} tried, {len(orders) - len(missed)} found out", *missed]
    recording.site.remove()
    return lines, len(results), twice, len(wrong), len(missed)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bound", type=int, default=200)
    parser.add_argument("--again", type=int, default=10)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("scenario", nargs="*", default=list(scenarios))
    given = parser.parse_args()
    again = "each" if given.again == 1 else f"one in {given.again}"
    print(f"at most {given.bound} ways a moment, {again} cut again, seed {given.seed}", flush=True)
    tried = [(name, root) for name in given.scenario for root in ([False, True] if os.geteuid() == 0 else [False])]
    totals = [0, 0, 0, 0]
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        place = pathlib.Path(folder)
        place.chmod(0o755)
        for lines, *numbers in pool.map(lambda each: examine(place, *each, given.bound, given.again, given.every, given.seed), tried):
            progress.clear()
            print("\n".join(lines), flush=True)
            totals = [old + new for old, new in zip(totals, numbers)]
    print(f"{progress.done} states with those of broken orders, {progress.minutes()} minutes")
    print(f"all: {totals[0]} states, {totals[1]} cut again, {totals[2]} wrong, {totals[3]} broken orders not found")
    sys.exit(1 if totals[2] or totals[3] else 0)


main()
