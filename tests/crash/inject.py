#!/usr/bin/env python3
"""Disturbs a delivery at every system call of every process in turn, recovers, and looks for what was acknowledged.
Half of those that were killed are killed once more while they recover, at a moment that is drawn.

inject.py [--every N] [--seed S] [SCENARIO...]: N: only every Nth disturbance, from a random one on.
"""

import argparse
import concurrent.futures
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from deliveries import Result, disturb, errors, hit, recovery_traced, scenarios, unrecorded  # noqa: E402
from progress import Progress  # noqa: E402


def timed(place, choice, number, disturbance):
    begin = time.monotonic()
    try:
        result = attempt(place, choice, number, *disturbance)
    except subprocess.TimeoutExpired:
        result = Result(False, "hangs")
    return result._replace(seconds=time.monotonic() - begin)


def taken(site):
    return site.peer.heard_all() if site.peer else 0


def kill_again(site, choice):
    """While the runner recovers: how many copies may come of it; nothing where it was through by then."""
    before, call = taken(site), choice.randrange(1, 130)
    lines = recovery_traced(site, choice.randrange(4), call, choice.choice(["kill", "kill-all"]))
    return unrecorded(lines, taken(site) - before) if hit(lines) else None


def attempt(place, choice, number, name, root, process, call, action):
    site, done, lines = disturb(place / str(number), name, root, process, call, action)
    if not hit(lines):
        site.remove()
        return Result(False, "", reached=False)
    scenario = scenarios[name]
    acknowledged = scenario.acknowledged(done)
    may = unrecorded(lines, taken(site))
    again = kill_again(site, choice) if action.startswith("kill") and choice.random() < 0.5 else None
    trouble = site.recover()
    result = scenario.judge(site, acknowledged, may, again or 0)
    if isinstance(result, str):
        trouble = result + ("; " + trouble if trouble else "")
        result = Result(acknowledged, trouble)
    elif trouble:
        result = result._replace(trouble=trouble)
    if result.trouble:
        return result._replace(trouble=f"{result.trouble}; {done.returncode} {done.stderr[-300:]!r}")
    site.remove()
    return result if again is None else result._replace(crashes=2)


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
        f"{title}: {len(reached)} injections, {sum(each.crashes > 1 for each in reached)} again in the recovery, {sum(each.acknowledged for each in reached)} acknowledged,"
        f" {sum(each.duplicates for each in reached)} duplicates, {sum(each.bounced for each in reached)} returned,"
        f" {sum(bool(each.trouble) for each in reached)} wrong",
        flush=True,
    )


def disturbances(place, names, every, choice):
    """By what is delivered and as whom: those that are tried."""
    for name in names:
        for root in [False] + ([True] if os.geteuid() == 0 else []):
            yield f"{name}{' as root' if root else ''}", list(plan(place, name, root))[choice.randrange(every) :: every]


def examine(pool, where, seed, title, tried, progress):
    where.mkdir()
    results = []
    for result in pool.map(lambda each: timed(where, random.Random(f"{seed} {each}"), *each), enumerate(tried)):
        results.append(result)
        progress.step(title)
    progress.clear()
    report(title, results)
    for what, result in zip(tried, results):
        if result.trouble:
            print(f"  {what[4]} at call {what[3]} of process {what[2]}: {result.trouble}", flush=True)
        if result.seconds > 5:
            print(f"  {what[4]} at call {what[3]} of process {what[2]}: took {result.seconds:.0f} s", flush=True)
    return results


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("scenario", nargs="*", default=list(scenarios))
    given = parser.parse_args()
    everything = []
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        place = pathlib.Path(folder)
        place.chmod(0o755)
        plans = dict(disturbances(place, given.scenario, given.every, random.Random(given.seed)))
        total = sum(map(len, plans.values()))
        print(f"every {given.every}, seed {given.seed}: at most {total} injections, and as many in recoveries", flush=True)
        progress = Progress("injections", total)
        for title, tried in plans.items():
            everything += examine(pool, place / title.replace(" ", "-"), given.seed, title, tried, progress)
    print(f"{progress.minutes()} minutes")
    report("all", everything)
    sys.exit(1 if any(each.trouble for each in everything) else 0)


main()
