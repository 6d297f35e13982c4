#!/usr/bin/env python3
"""Disturbs a delivery at every system call of every process in turn, recovers, and looks for what was acknowledged.

inject.py [--every N] [--seed S] [SCENARIO...]: N: only every Nth disturbance, from a random one on.
"""

import argparse
import collections
import concurrent.futures
import itertools
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from crash_site import Site, is_bounce, is_message, message, programs  # noqa: E402

tracer = programs.parent / "crash_tracer"
errors = {"EINTR": 4, "EIO": 5, "ENOSPC": 28}
Result = collections.namedtuple("Result", "acknowledged trouble duplicates bounced reached seconds", defaults=(0, 0, True, 0))


def dialogue(greeting):
    text = message.replace(b"\n", b"\r\n")
    return greeting + b"\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n" + text + b".\r\nQUIT\r\n"


class Intake:
    """A message comes in: whoever was told that it is safe finds it in the mailbox."""

    def __init__(self, arguments, text, told, copies=1, **environment):
        self.arguments, self.text, self.told, self.copies = arguments, text, told, copies
        self.environment = environment

    def prepare(self, site):
        pass

    def acknowledged(self, done):
        return self.told(done)

    def judge(self, site, acknowledged, may_repeat):
        mail = site.mail("bob")
        if any(not is_message(each) for each in mail):
            return "what was delivered is not what was sent"
        if acknowledged and not mail:
            return "acknowledged and lost"
        return "twice" if len(mail) > 1 else Result(acknowledged, "")


class Sending:
    """A message waits: after the runner was disturbed each recipient has it, or its sender hears of it."""

    arguments, text, environment = ["smtp-send", "--once"], b"", {}

    def __init__(self, recipients, bounces):
        self.recipients, self.bounces = recipients, bounces

    def prepare(self, site):
        put = site.run([programs / "spool-put", "-f", "alice@example.test", *self.recipients], message)
        assert put.returncode == 0, put
        site.close_routes()

    def acknowledged(self, done):
        return True

    def judge(self, site, acknowledged, may_repeat):
        alice, bob = site.mail("alice"), site.mail("bob")
        notices = [each for each in alice if is_bounce(each)]
        if any(not is_message(each) for each in bob + [each for each in alice if each not in notices]):
            return "what was delivered is not what was sent"
        bounced = sum(b"far.test" in each for each in notices)
        counts = [len(bob), len(alice) - len(notices)] if not self.bounces else [len(bob), bounced]
        others = len(notices) - bounced
        if 0 in counts and not others:
            return f"lost: copies {counts}"
        repeated = sum(count - 1 for count in counts if count > 1)
        if repeated and not may_repeat or repeated > 1:
            return f"{counts} copies, and no crash between a delivery and its record"
        return Result(True, "", repeated, others)


def by_exit(done):
    return done.returncode == 0


def by_reply(done):
    return b"250 2.0.0 queued" in done.stdout


def by_lmtp_reply(done):
    return done.stdout.count(b"\r\n250 2") >= 3


envelope = {"SENDER": "a@b.test", "RECIPIENT": "bob@example.test"}
scenarios = {
    "spool-put": Intake(["spool-put", "-f", "alice@example.test", "bob@example.test"], message, by_exit),
    "smtpd": Intake(["smtpd"], dialogue(b"EHLO c"), by_reply),
    "lmtp": Intake(["smtpd", "--lmtp"], dialogue(b"LHLO c"), by_reply),
    "local-deliver": Intake(["local-deliver", "--user=bob"], message, by_exit, **envelope),
    "smtp-send": Sending(["bob@example.test", "alice@example.test"], bounces=False),
    "bounce": Sending(["bob@example.test", "x@far.test"], bounces=True),
}


def disturb(folder, name, root, process, call, action):
    """One disturbance: what the program said of it, the tracer's log, and the site as it was left."""
    scenario = scenarios[name]
    site = Site(folder, root)
    scenario.prepare(site)
    log = site.path / "log"
    arguments = [programs / scenario.arguments[0], *scenario.arguments[1:]]
    code = str(errors.get(action, action))
    done = site.run([tracer, log, str(process), str(call), code, *arguments], scenario.text, **scenario.environment)
    return site, done, log.read_text().splitlines()


def may_repeat(lines):
    """Between a delivery and its record: something had reached a mailbox, and the message was still in the queue."""
    before = list(itertools.takewhile(lambda line: not line.startswith("injected"), lines))
    paths = [(words[4], bytes.fromhex(words[-1])) for line in before if len(words := line.split()) > 5 and words[4] in ("rename", "link")]
    return any(b"/Maildir/new/" in path for _, path in paths)


def timed(place, number, disturbance):
    begin = time.monotonic()
    result = attempt(place, number, *disturbance)
    return result._replace(seconds=time.monotonic() - begin)


def attempt(place, number, name, root, process, call, action):
    try:
        site, done, lines = disturb(place / str(number), name, root, process, call, action)
    except subprocess.TimeoutExpired:
        return Result(False, "hangs")
    if not any(line.startswith("injected") for line in lines):
        site.remove()
        return Result(False, "", reached=False)
    scenario = scenarios[name]
    acknowledged = scenario.acknowledged(done)
    trouble = site.recover()
    result = scenario.judge(site, acknowledged, may_repeat(lines))
    if isinstance(result, str):
        trouble = result + ("; " + trouble if trouble else "")
        result = Result(acknowledged, trouble)
    elif trouble:
        result = result._replace(trouble=trouble)
    if result.trouble:
        return result._replace(trouble=f"{result.trouble}; {done.returncode} {done.stderr[-300:]!r}")
    site.remove()
    return result


def plan(place, name, root):
    """Every process and call of an undisturbed delivery, with all that may happen to it."""
    site, done, lines = disturb(place / "whole", name, root, -1, 0, "-")
    if done.returncode != 0:
        sys.exit(f"{name}: {done}")
    site.remove()
    calls = [[int(word) for word in line.split()[:3]] for line in lines]
    several = any(process > 0 for process, _, _ in calls)
    for process, call, number in sorted(calls):
        for action in ["kill", *(["kill-all"] if several else []), *errors]:
            # What ends a process, and what returns from a signal, cannot fail.
            if action not in errors or number not in (15, 60, 231):
                yield name, root, process, call, action


def report(title, results):
    reached = [each for each in results if each.reached]
    print(
        f"{title}: {len(reached)} injections, {sum(each.acknowledged for each in reached)} acknowledged,"
        f" {sum(each.duplicates for each in reached)} duplicates, {sum(each.bounced for each in reached)} returned,"
        f" {sum(bool(each.trouble) for each in reached)} wrong",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("scenario", nargs="*", default=list(scenarios))
    given = parser.parse_args()
    print(f"every {given.every}, seed {given.seed}")
    choice = random.Random(given.seed)
    everything = []
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        place = pathlib.Path(folder)
        place.chmod(0o755)
        for name in given.scenario:
            for root in [False] + ([True] if os.geteuid() == 0 else []):
                tried = list(plan(place, name, root))[choice.randrange(given.every) :: given.every]
                where = place / f"{name}-{root}"
                where.mkdir()
                results = list(pool.map(lambda each: timed(where, *each), enumerate(tried)))
                report(f"{name}{' as root' if root else ''}", results)
                for what, result in zip(tried, results):
                    if result.trouble:
                        print(f"  {what[4]} at call {what[3]} of process {what[2]}: {result.trouble}")
                    if result.seconds > 5:
                        print(f"  {what[4]} at call {what[3]} of process {what[2]}: took {result.seconds:.0f} s")
                everything += results
    report("all", everything)
    sys.exit(1 if any(each.trouble for each in everything) else 0)


main()
